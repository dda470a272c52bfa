//! `gridhall token`: API tokens from the console.

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Duration, Utc};
use clap::Subcommand;

use crate::{
    app,
    kernel::{actor::Grant, auth, config::Config, db::Database},
    spatial::{region::RegionCode, scope::Scope},
};

#[derive(Subcommand)]
pub(super) enum Token {
    /// Make a token and print it, once.
    Create {
        /// By which the audit names its holder.
        #[arg(long)]
        name: String,
        /// A region's code; more than one with commas, up to four apart.
        #[arg(long, value_delimiter = ',', required = true)]
        region: Vec<RegionCode>,
        /// How long it holds: 12h, 30d. For ever without it.
        #[arg(long)]
        expires: Option<String>,
        /// What it may do, with commas, or "all".
        #[arg(long, value_delimiter = ',', default_value = "map.read,person.read")]
        permissions: Vec<String>,
    },
    /// List all tokens; the secret itself isn't kept.
    List,
    /// Revoke a token by its name or id, and with it its sessions.
    Revoke {
        /// The name or the id.
        token: String,
    },
}

pub(super) async fn run(config: &Config, command: Token) -> Result<()> {
    let database = Database::open(config).await?;
    let mut conn = database.owner().await?;
    match command {
        Token::Create { name, region, expires, permissions } => {
            Scope::of(&region)?;
            let known = app::permission_names(app::modules());
            let permissions = if permissions == ["all"] {
                known.iter().map(|name| (*name).to_owned()).collect()
            } else {
                if let Some(wrong) = permissions.iter().find(|name| !known.contains(&name.as_str())) {
                    bail!("there is no permission {wrong:?}; there are {}", known.join(", "));
                }
                permissions.into_iter().collect()
            };
            let expires_at = expires.as_deref().map(|text| until(text, Utc::now())).transpose()?;
            let grant = Grant { name, regions: region, permissions, expires_at };
            let (id, secret) = auth::create_token(&mut conn, &grant).await?;
            eprintln!("token {id}; it is shown this once:");
            println!("{}", secret.reveal());
        }
        Token::List => {
            for token in auth::list_tokens(&mut conn).await? {
                let regions: Vec<String> = token
                    .regions
                    .iter()
                    .filter_map(|&code| RegionCode::new(code).ok())
                    .map(RegionCode::short)
                    .collect();
                let state = match (token.revoked_at, token.expires_at) {
                    (Some(at), _) => format!("revoked {}", at.format("%F %R")),
                    (None, Some(at)) if at < Utc::now() => format!("expired {}", at.format("%F %R")),
                    (None, Some(at)) => format!("until {}", at.format("%F %R")),
                    (None, None) => "valid".to_owned(),
                };
                println!(
                    "{}\t{}\t{}\t{}\t{state}",
                    token.id,
                    token.name,
                    regions.join(","),
                    token.permissions.join(",")
                );
            }
        }
        Token::Revoke { token } => {
            let revoked = auth::revoke_token(&mut conn, &token).await?;
            ensure!(revoked > 0, "there is no valid token {token:?}");
            println!("{revoked} revoked");
        }
    }
    drop(conn);
    database.close().await
}

fn until(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let number: i64 = number.parse().with_context(|| format!("{text:?} is no span of time; write 12h or 30d"))?;
    let span = match unit {
        "h" => Duration::try_hours(number),
        "d" => Duration::try_days(number),
        _ => bail!("{text:?} is no span of time; write 12h or 30d"),
    };
    let end = span.and_then(|span| now.checked_add_signed(span)).context("that is too long")?;
    ensure!(end > now, "a token that has expired already is of no use");
    Ok(end)
}
