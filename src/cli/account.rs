//! `gridhall account`: the administrators' accounts from the console.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::{
    kernel::{config::Config, db::Database},
    modules::{
        certificates,
        identity::console::{self, Newcomer},
    },
    spatial::region::RegionCode,
};

#[derive(Subcommand)]
pub(super) enum Account {
    /// Make an account and print an invitation by which its holder sets their password.
    Invite {
        /// By what they sign in: a to z, digits, dot, dash and underscore.
        #[arg(long)]
        login: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// sysadmin, secadmin or auditor to begin with; any other role too.
        #[arg(long)]
        role: String,
        /// What they look after: a region's code.
        #[arg(long, default_value = "3605")]
        region: RegionCode,
        /// Their agency; made when there is none of that name.
        #[arg(long, default_value = "网格化服务管理中心")]
        agency: String,
    },
    /// Print another invitation for an account: to set its password anew.
    Reset {
        /// The account's login.
        login: String,
    },
    /// Bind a certificate to an account: an administrator's is bound here alone.
    Bind {
        /// The account's login.
        login: String,
        /// The certificate's file, PEM or DER.
        #[arg(long, value_name = "FILE")]
        certificate: PathBuf,
    },
    /// Open an account that is suspended, or was locked since it wasn't used.
    Open {
        /// The account's login.
        #[arg(required_unless_present = "all_dormant", conflicts_with = "all_dormant")]
        login: Option<String>,
        /// Every account that was locked since it wasn't used: where a wrong clock has locked them.
        #[arg(long)]
        all_dormant: bool,
    },
    /// Suspend an account, an administrator's too: its sessions end.
    Suspend {
        /// The account's login.
        login: String,
    },
    /// Say which of the three administrators nobody is yet.
    Missing,
}

pub(super) async fn run(config: &Config, command: Account) -> Result<()> {
    if config.database_url.is_none() && !config.data.exists() {
        eprintln!(
            "there is no {0} yet: a new database is made in it; where the server has another folder, name it by --data",
            config.data.display()
        );
    }
    let database = Database::open(config).await?;
    let mut conn = database.owner().await?;
    match command {
        Account::Invite { login, name, role, region, agency } => {
            let who = Newcomer { login: &login, name: &name, role: &role, agency: &agency, region };
            console::let_in(&mut conn, &who).await?;
            print_invitation(&mut conn, &login).await?;
            print_missing(&mut conn).await?;
        }
        Account::Reset { login } => print_invitation(&mut conn, &login).await?,
        Account::Bind { login, certificate } => {
            let file =
                std::fs::read(&certificate).with_context(|| format!("{} can't be read", certificate.display()))?;
            certificates::bind(&mut conn, &login, &file).await?;
            eprintln!("the certificate opens the account {login}");
        }
        Account::Open { login: Some(login), .. } => {
            console::set_state(&mut conn, &login, "active").await?;
            eprintln!("{login} is open");
        }
        Account::Open { login: None, .. } => {
            let opened = console::open_dormant(&mut conn).await?;
            eprintln!("{} accounts were opened", opened.len());
            for login in opened {
                println!("{login}");
            }
        }
        Account::Suspend { login } => {
            console::set_state(&mut conn, &login, "suspended").await?;
            eprintln!("{login} is suspended");
        }
        Account::Missing => print_missing(&mut conn).await?,
    }
    drop(conn);
    database.close().await
}

async fn print_invitation(conn: &mut sqlx::PgConnection, login: &str) -> Result<()> {
    let (secret, hours) = console::invitation(conn, login).await?;
    eprintln!("请 {login} 本人在 {hours} 小时内打开服务器的以下地址设置密码；地址只显示这一次：");
    eprintln!("{login} sets a password at this address of the server, within {hours} hours; it is shown this once:");
    println!("/activate#{}", secret.reveal());
    Ok(())
}

async fn print_missing(conn: &mut sqlx::PgConnection) -> Result<()> {
    let missing = console::missing_administrators(conn).await?;
    if missing.is_empty() {
        eprintln!("all three administrators are invited or there: system, security and audit");
    } else {
        eprintln!("still to be invited, each another person: {}", missing.join(", "));
    }
    Ok(())
}
