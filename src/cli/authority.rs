//! `gridhall authority`: whose certificates sign people in, from the console.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;

use crate::{
    kernel::{config::Config, db::Database, pki::MAX_CRL},
    modules::certificates,
};

#[derive(Subcommand)]
pub(super) enum Authority {
    /// Trust an authority by its certificate, in PEM or DER.
    Add {
        /// The certificate's file.
        file: PathBuf,
        /// What people call it.
        #[arg(long)]
        name: String,
        /// Hours for which a revocation list holds beyond its end; 0 refuses it at once.
        #[arg(long, default_value_t = 0)]
        grace_hours: i16,
        /// From where its revocation list is fetched every hour: an absolute path, or an http address.
        #[arg(long)]
        crl_source: Option<String>,
        /// A host that may be asked for it; several with commas.
        #[arg(long, value_delimiter = ',')]
        crl_host: Vec<String>,
    },
    /// List the authorities.
    List,
    /// Take a revocation list in, for the authority that signed it.
    Crl {
        /// The list's file, in PEM or DER.
        file: PathBuf,
    },
}

fn read(file: &PathBuf) -> Result<Vec<u8>> {
    let size = std::fs::metadata(file).with_context(|| format!("{} can't be read", file.display()))?.len();
    ensure!(size <= u64::try_from(MAX_CRL * 3 / 2)?, "{} is too large", file.display());
    std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))
}

pub(super) async fn run(config: &Config, command: Authority) -> Result<()> {
    let database = Database::open(config).await?;
    let mut conn = database.owner().await?;
    match command {
        Authority::Add { file, name, grace_hours, crl_source, crl_host } => {
            let bytes = read(&file)?;
            let source = crl_source.as_deref();
            let id = certificates::add_authority(&mut conn, &name, &bytes, grace_hours, source, &crl_host).await?;
            println!("authority {id}");
            eprintln!("nobody signs in by it before there is a revocation list: gridhall authority crl FILE");
        }
        Authority::List => {
            for one in certificates::list_authorities(&mut conn).await? {
                let list = one.crl_next_update.map_or_else(
                    || "no revocation list".to_owned(),
                    |at| format!("next revocation list {}", at.format("%F %R")),
                );
                println!("{}\t{}\t{}\t{list}", one.id, one.name, one.subject);
            }
        }
        Authority::Crl { file } => {
            let (id, crl) = certificates::take_crl(&mut conn, &read(&file)?).await?;
            println!(
                "authority {id}: {} revoked, the next list is due {}",
                crl.len(),
                crl.next_update().format("%F %R")
            );
        }
    }
    drop(conn);
    database.close().await
}
