//! Authorities from the console, with the owner's connection: the first of them, before anybody can sign in.

use anyhow::{Context, Result, bail};
use chrono::Utc;
use sqlx::{Connection, PgConnection};

use super::{model::AuthorityDraft, notices, refresh, store};
use crate::{
    kernel::{
        db::{AuditEntry, write_audit},
        error::Error,
        pki::{Certificate, Crl, Refusal},
        text::Language,
    },
    modules::identity,
};

const CONSOLE: &str = "system:console";

fn said(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(error) => error,
        other => {
            let problem = other.problem(Language::English, None);
            anyhow::anyhow!(problem.detail.unwrap_or(problem.title))
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("{}", refusal.text().en)
}

async fn audit(conn: &mut PgConnection, action: &'static str, id: i64, detail: serde_json::Value) -> Result<()> {
    let entry = AuditEntry { action, object: format!("authority {id}"), region: 0, detail };
    Ok(write_audit(conn, CONSOLE, entry).await?)
}

/// Trusts an authority whose certificate is given in PEM or DER; gives its id.
///
/// # Errors
/// When it is no authority's certificate that holds, or trusted already.
pub async fn add_authority(
    conn: &mut PgConnection,
    name: &str,
    file: &[u8],
    grace_hours: i16,
    source: Option<&str>,
    hosts: &[String],
) -> Result<i64> {
    let mut found = Certificate::read_all(file).map_err(refused)?;
    let (Some(certificate), true) = (found.pop(), found.is_empty()) else {
        bail!("the file holds more than one certificate; add them one by one");
    };
    certificate.check_authority(Utc::now()).map_err(refused)?;
    let draft = AuthorityDraft {
        name: name.to_owned(),
        certificate: String::new(),
        grace_hours,
        crl_source: source.map(str::to_owned),
        crl_hosts: hosts.to_vec(),
        reason: None,
    };
    refresh::check_draft(&draft).map_err(said)?;
    let mut tx = conn.begin().await?;
    let id = store::insert_authority(&mut tx, name.trim(), &certificate, grace_hours, source, hosts, (CONSOLE, false))
        .await
        .map_err(said)?
        .context("this authority is trusted already")?;
    audit(&mut tx, "authority.add", id, serde_json::json!({"subject": certificate.subject()})).await?;
    tx.commit().await?;
    Ok(id)
}

/// Binds a certificate in PEM or DER to the account of a login.
///
/// # Errors
/// When there is no such account, the file holds no single certificate, or it is bound already.
pub async fn bind(conn: &mut PgConnection, login: &str, file: &[u8]) -> Result<()> {
    let mut found = Certificate::read_all(file).map_err(refused)?;
    let (Some(certificate), true) = (found.pop(), found.is_empty()) else {
        bail!("the file has to hold one certificate");
    };
    let mut tx = conn.begin().await?;
    let account = identity::account_by_login(&mut tx, login).await.map_err(said)?;
    let account = account.with_context(|| format!("there is no account {login}"))?;
    let made = store::bind(&mut tx, account.id, &certificate, (CONSOLE, false)).await.map_err(said)?;
    let made = made.context("this certificate is bound to an account already")?;
    let detail =
        serde_json::json!({"certificate": made, "serial": certificate.serial(), "issuer": certificate.issuer()});
    let serial = serde_json::json!({"serial": certificate.serial()});
    identity::notify(&mut tx, account.id, &notices::BOUND, CONSOLE, serial).await.map_err(said)?;
    let object = format!("account {}", account.id);
    write_audit(&mut tx, CONSOLE, AuditEntry { action: "certificate.bind", object, region: 0, detail }).await?;
    tx.commit().await?;
    Ok(())
}

/// An authority as the console lists it.
#[derive(Clone, Debug)]
pub struct AuthorityLine {
    /// Its id.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// Its name in certificates.
    pub subject: String,
    /// When its next revocation list is due; none when there is no list.
    pub crl_next_update: Option<chrono::DateTime<Utc>>,
}

/// Every authority that is trusted, at most 500.
///
/// # Errors
/// When the database refuses.
pub async fn list_authorities(conn: &mut PgConnection) -> Result<Vec<AuthorityLine>> {
    let found = store::authorities(conn, 0, 500).await.map_err(said)?;
    Ok(found
        .into_iter()
        .map(|one| AuthorityLine {
            id: one.id,
            name: one.name,
            subject: one.subject,
            crl_next_update: one.crl_next_update,
        })
        .collect())
}

/// Takes a revocation list in, for the authority that signed it; gives that one's id and the list.
///
/// # Errors
/// When it is no list, of none that is trusted, or older than the one that is there.
pub async fn take_crl(conn: &mut PgConnection, file: &[u8]) -> Result<(i64, Crl)> {
    let crl = Crl::read(file).map_err(refused)?;
    let mut tx = conn.begin().await?;
    for kept in store::kept(&mut tx).await.map_err(said)? {
        let authority = Certificate::from_der(&kept.der).map_err(refused)?;
        if crl.check_issuer(&authority).is_ok() {
            if !store::set_crl(&mut tx, kept.id, &crl).await.map_err(said)? {
                bail!("a newer list is there already");
            }
            audit(&mut tx, "authority.crl", kept.id, serde_json::json!({"next_update": crl.next_update()})).await?;
            tx.commit().await?;
            return Ok((kept.id, crl));
        }
    }
    bail!("no trusted authority has signed this list, which says it is of {}", crl.issuer())
}
