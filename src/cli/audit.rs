//! `gridhall audit`: the chain of seals from the console.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::kernel::{
    audit::{
        archive,
        key::{Anchor, SealKey, Trusted},
        verify::{self, Against},
    },
    config::Config,
    db::Database,
};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Compute every seal anew and compare; names what was altered, deleted or inserted, and fails then.
    Verify {
        /// The file in which the seals are anchored; audit-anchor.log in the data folder when not given.
        #[arg(long, env = "GRIDHALL_AUDIT_ANCHOR", value_name = "FILE")]
        audit_anchor: Option<PathBuf>,
        /// Files of public keys (audit-seal.pub) that are trusted beside the data folder's own.
        #[arg(long, value_name = "FILE", value_delimiter = ',')]
        trust: Vec<PathBuf>,
        /// The folder of archives, where they lie elsewhere than they were written.
        #[arg(long, value_name = "DIR")]
        archives: Option<PathBuf>,
    },
    /// Write whole sealed months to files and take them out of the database.
    Archive {
        /// The first month that stays: 2026-10.
        #[arg(long, value_name = "MONTH")]
        before: String,
        /// The folder for the files.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
}

pub(super) async fn run(config: &Config, command: Audit) -> Result<()> {
    let database = Database::open(config).await?;
    let done = match command {
        Audit::Verify { audit_anchor, trust, archives } => {
            let trusted = Trusted::open(&config.data, &trust)?;
            let anchor = Anchor::of(&config.data, audit_anchor.as_deref());
            verify(&database, &Against { trusted: &trusted, anchor: &anchor, archives: archives.as_deref() }).await
        }
        Audit::Archive { before, to } => archive(config, &database, &before, &to).await,
    };
    database.close().await?;
    done
}

async fn verify(database: &Database, against: &Against<'_>) -> Result<()> {
    let found = verify::verify(&mut database.owner().await?, against).await?;
    for fault in &found.named {
        println!("{fault}");
    }
    println!("{} seals over {} entries", found.seals, found.entries);
    if found.out_of_reach > 0 {
        println!("{} entries lie in archives that aren't at hand; --archives names their folder", found.out_of_reach);
    }
    match found.faults {
        0 => {
            println!("everything is as it was sealed");
            Ok(())
        }
        faults => bail!("the audit isn't as it was sealed: {faults} faults"),
    }
}

async fn archive(config: &Config, database: &Database, before: &str, to: &std::path::Path) -> Result<()> {
    let before = archive::month(before)?;
    let key = SealKey::open(&config.data)?;
    let months = archive::archive(&mut database.owner().await?, &key, before, to).await?;
    for month in &months {
        println!("{}: {} seals, {} entries", month.file.display(), month.seals, month.entries);
    }
    if months.is_empty() {
        println!("nothing that is sealed lies before {before}");
    }
    Ok(())
}
