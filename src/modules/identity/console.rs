//! What the console does with the owner's connection: the three administrators come from here, since nobody could invite
//! the first of them; everybody else is invited by them.

use anyhow::{Context, Result, bail};
use sqlx::{Connection, PgConnection};

use super::{
    api::INVITATION_HOURS,
    model::{AccountDraft, AgencyDraft, PostDraft, Wish},
    notices, rules, store,
};
use crate::{
    kernel::{
        auth::{self, Secret},
        db::{AuditEntry, write_audit},
        error::Error,
        text::Language,
    },
    spatial::region::RegionCode,
};

/// Somebody whom the console lets in.
#[derive(Clone, Debug)]
pub struct Newcomer<'a> {
    /// By what they sign in.
    pub login: &'a str,
    /// Their name.
    pub name: &'a str,
    /// The code of their role.
    pub role: &'a str,
    /// The agency's name; made under the city when there is none of that name.
    pub agency: &'a str,
    /// What they look after.
    pub region: RegionCode,
}

const CONSOLE: &str = "system:console";
/// The roles of the three administrators.
pub const ADMINISTRATORS: &[&str] = &["sysadmin", "secadmin", "auditor"];

fn said(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(error) => error,
        other => {
            let problem = other.problem(Language::English, None);
            anyhow::anyhow!(problem.detail.unwrap_or(problem.title))
        }
    }
}

/// Makes an account with a post of its own; gives the account's id.
///
/// # Errors
/// When the login is taken, the role unknown, or the database refuses.
pub async fn let_in(conn: &mut PgConnection, who: &Newcomer<'_>) -> Result<i64> {
    let mut tx = conn.begin().await?;
    let draft = AccountDraft {
        agency_id: 0,
        login: who.login.to_owned(),
        name: who.name.to_owned(),
        phone: None,
        email: None,
        citizen_id: None,
        certificate_only: false,
    };
    rules::account(&draft).map_err(said)?;
    let roles = store::roles(&mut tx).await.map_err(said)?;
    let Some(role) = roles.iter().find(|role| role.code == who.role) else {
        let known: Vec<&str> = roles.iter().map(|role| role.code.as_str()).collect();
        bail!("there is no role {:?}; there are {}", who.role, known.join(", "));
    };
    let region = who.region.get();
    let agency_id = if let Some(id) = store::agency_named(&mut tx, who.agency).await.map_err(said)? {
        id
    } else {
        let agency = AgencyDraft {
            parent_id: None,
            region,
            code: None,
            name: who.agency.to_owned(),
            kind: "government".to_owned(),
            position: 0,
        };
        store::insert_agency(&mut tx, &agency).await.map_err(said)?
    };
    let account_id = store::insert_account(&mut tx, &AccountDraft { agency_id, ..draft }, region)
        .await
        .map_err(said)?
        .with_context(|| format!("the login {:?} is taken", who.login))?;
    let post = PostDraft { agency_id, role: role.code.clone(), name: role.name.clone(), regions: vec![region] };
    let post_id = store::insert_post(&mut tx, &post).await.map_err(said)?;
    let wish = Wish::Holding {
        account_id,
        account: who.name.to_owned(),
        post_id,
        post: post.name,
        role: role.name.clone(),
        regions: post.regions,
        stand_in: false,
        from_at: None,
        until_at: None,
    };
    store::insert_holding(&mut tx, &wish, CONSOLE).await.map_err(said)?;
    audit(
        &mut tx,
        "account.invite",
        format!("account {account_id}"),
        serde_json::json!({"login": who.login, "role": who.role}),
    )
    .await?;
    tx.commit().await?;
    Ok(account_id)
}

/// Makes an invitation for an account; gives its code, and for how many hours it holds.
///
/// # Errors
/// When there is no such account, or it has left.
pub async fn invitation(conn: &mut PgConnection, login: &str) -> Result<(Secret, i32)> {
    let mut tx = conn.begin().await?;
    let known = store::account_by_login(&mut tx, login).await.map_err(said)?;
    let known = known.with_context(|| format!("there is no account {login:?}"))?;
    if known.state == "left" || known.state == "suspended" {
        bail!("{login} is {}", known.state);
    }
    if known.state != "invited" {
        notices::notify(&mut tx, known.id, &notices::RESET_LINK, CONSOLE, serde_json::json!({})).await.map_err(said)?;
    }
    let secret = Secret::new(super::api::INVITATION_PREFIX);
    store::insert_invitation(&mut tx, &auth::hash(secret.reveal()), known.id, INVITATION_HOURS).await.map_err(said)?;
    audit(&mut tx, "account.invite_again", format!("account {}", known.id), serde_json::json!({})).await?;
    tx.commit().await?;
    Ok((secret, INVITATION_HOURS))
}

/// Opens an account that was locked since it wasn't used or that was suspended, or suspends one.
///
/// # Errors
/// When there is no such account, or it is invited or has left.
pub async fn set_state(conn: &mut PgConnection, login: &str, state: &'static str) -> Result<()> {
    let mut tx = conn.begin().await?;
    let known = store::account_by_login(&mut tx, login).await.map_err(said)?;
    let known = known.with_context(|| format!("there is no account {login:?}"))?;
    if !["active", "suspended", "dormant"].contains(&known.state.as_str()) {
        bail!("{login} is {}", known.state);
    }
    store::set_state(&mut tx, known.id, state).await.map_err(said)?;
    let detail = serde_json::json!({"before": known.state, "after": state});
    audit(&mut tx, "account.state", format!("account {}", known.id), detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens every account that was locked since it wasn't used, as after a clock that was wrong; gives their logins.
///
/// # Errors
/// When the database refuses.
pub async fn open_dormant(conn: &mut PgConnection) -> Result<Vec<String>> {
    let logins = store::dormant(conn).await.map_err(said)?;
    for login in &logins {
        set_state(conn, login, "active").await?;
    }
    Ok(logins)
}

/// Sets an account's password; it is active from then on.
///
/// # Errors
/// When the password isn't taken.
pub async fn set_password(conn: &mut PgConnection, account: i64, password: &str) -> Result<()> {
    let mut tx = conn.begin().await?;
    let known = store::account(&mut tx, account).await.map_err(said)?.context("there is no such account")?;
    let policy = store::policy(&mut tx).await.map_err(said)?;
    rules::password(&policy, &known.login, &known.name, password).map_err(said)?;
    let hash = auth::hash_password_here(password).map_err(said)?;
    store::set_password(&mut tx, account, &hash, policy.password_history.into()).await.map_err(said)?;
    audit(&mut tx, "password.set", format!("account {account}"), serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Which of the three administrators nobody is yet, by the codes of their roles.
///
/// # Errors
/// When the database refuses.
pub async fn missing_administrators(conn: &mut PgConnection) -> Result<Vec<String>> {
    let held = store::roles_held(conn, ADMINISTRATORS).await.map_err(said)?;
    Ok(ADMINISTRATORS
        .iter()
        .filter(|role| !held.iter().any(|held| held == *role))
        .map(|role| (*role).to_owned())
        .collect())
}

/// Whether there is an account of this login.
///
/// # Errors
/// When the database refuses.
pub async fn is_taken(conn: &mut PgConnection, login: &str) -> Result<bool> {
    Ok(store::account_by_login(conn, login).await.map_err(said)?.is_some())
}

async fn audit(conn: &mut PgConnection, action: &'static str, object: String, detail: serde_json::Value) -> Result<()> {
    Ok(write_audit(conn, CONSOLE, AuditEntry { action, object, region: 0, detail }).await?)
}
