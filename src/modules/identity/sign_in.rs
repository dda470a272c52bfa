//! Signing in by password: the steps in their order, each with its record.

use chrono::{DateTime, Utc};
use serde_json::json;
use totp_rs::{Builder, Totp};

use super::{
    model::Policy,
    rules::{self, Counted, FORGOTTEN},
    store::{self, SignInAccount},
};
use crate::kernel::{
    actor::Actor,
    app::App,
    audit_entry::Outcome,
    auth::Secret,
    db::{AuditEntry, Tx},
    error::{Error, Result},
    request,
    text::text,
};

/// What a stranger sends.
pub(super) struct Tried {
    pub(super) login: String,
    pub(super) password: String,
    pub(super) second_factor: Option<String>,
}

/// Longer ones are nobody's, and would only cost time.
const LONGEST: usize = 200;

fn refused() -> Error {
    // The same whether there is such an account or not.
    Error::SignIn(text("登录名或密码不正确。", "The login or the password isn't right."))
}

/// Opens a session for a login and its password.
///
/// # Errors
/// 401 when they don't belong together, 429 while failures have to be waited for.
pub(super) async fn by_password(app: &App, tried: Tried, address: &str, agent: &str) -> Result<(Secret, Actor)> {
    let login = tried.login.trim().to_lowercase();
    if login.len() > LONGEST || tried.password.len() > LONGEST * 4 {
        return Err(refused());
    }
    let too_many = request::tries().err();
    let is_counted = too_many.is_none();
    let mut tx = app.db.begin(&Actor::system("sign-in")).await?;
    let known = store::account_by_login(&mut tx, &login).await?;
    let at_home = match &known {
        Some(known) => store::knows_address(&mut tx, known.id, address).await?,
        None => false,
    };
    if let Some(too_many) = too_many {
        match &known {
            Some(known) if at_home => request::tries_at_home(known.id)?,
            _ => return Err(too_many),
        }
    }
    let counted = keys(&login, address, at_home);
    // What others fail at from the same address doesn't hold up who is known there.
    let holds_up = |kind: Counted| !(at_home && kind == Counted::Address);
    let names: Vec<String> = counted.iter().filter(|(kind, _)| holds_up(*kind)).map(|(_, key)| key.clone()).collect();
    if let Some(until) = store::locked_until(&mut tx, &names).await? {
        tx.commit().await?;
        app.db.note(&Actor::system("sign-in"), Outcome::Denied, entry(&login, address, "locked"));
        return Err(Error::TooMany(u64::try_from((until - app.clock.now()).num_seconds()).unwrap_or(0) + 1));
    }
    // Not held while the password is stretched.
    tx.commit().await?;
    let kept = known.as_ref().and_then(|known| known.password.clone());
    let right = app.auth.verify_password(kept, tried.password).await?;

    let mut tx = app.db.begin(&Actor::system("sign-in")).await?;
    let Some(known) = known.filter(|_| right) else {
        return Err(fail(tx, &counted, &login, address, "password", refused()).await?);
    };
    let policy = store::policy(&mut tx).await?;
    if let Some(closed) = closed(&mut tx, &known, &policy).await? {
        tx.audit_as(Outcome::Denied, entry(&login, address, "state"));
        tx.commit().await?;
        return Err(closed);
    }
    if known.totp_confirmed {
        let Some(code) = tried.second_factor.filter(|code| !code.trim().is_empty()) else {
            tx.commit().await?;
            return Err(Error::SecondFactor);
        };
        if !uses_second_factor(&mut tx, &known, &code, app.clock.now()).await? {
            let wrong = Error::SignIn(text("动态码不正确或已用过。", "The code isn't right, or was used already."));
            return Err(fail(tx, &counted, &login, address, "second factor", wrong).await?);
        }
    }
    store::forget_failures(&mut tx, &counted[0].1, hours()).await?;
    let proof = ("password", json!({"second_factor": known.totp_confirmed}));
    let opened = app.auth.open_session(tx, known.id, proof, address, agent).await?;
    if is_counted {
        request::proved(1);
    }
    Ok(opened)
}

fn keys(login: &str, address: &str, at_home: bool) -> Vec<(Counted, String)> {
    let mut keys =
        vec![(Counted::Pair, format!("pair {login} {address}")), (Counted::Address, format!("address {address}"))];
    if !at_home {
        keys.push((Counted::Strangers, format!("strangers {login}")));
    }
    for (_, key) in &mut keys {
        *key = key.chars().take(LONGEST).collect();
    }
    keys
}

fn hours() -> i32 {
    i32::try_from(FORGOTTEN.num_hours()).unwrap_or(24)
}

/// Counts a failure, writes it down, and gives the error back.
async fn fail(
    mut tx: Tx,
    counted: &[(Counted, String)],
    login: &str,
    address: &str,
    why: &'static str,
    error: Error,
) -> Result<Error> {
    for (kind, key) in counted {
        let failures = store::count_failure(&mut tx, key, hours()).await?;
        if let Some(wait) = rules::wait(*kind, failures) {
            store::lock(&mut tx, key, i32::try_from(wait.num_seconds()).unwrap_or(i32::MAX)).await?;
        }
    }
    tx.audit_as(Outcome::Denied, entry(login, address, why));
    tx.commit().await?;
    Ok(error)
}

fn entry(login: &str, address: &str, why: &str) -> AuditEntry {
    let login: String = login.chars().take(60).collect();
    AuditEntry { action: "session.refused", object: login, region: 0, detail: json!({"why": why, "address": address}) }
}

/// Why an account whose holder proved themselves is closed all the same.
pub(crate) async fn closed(tx: &mut Tx, known: &SignInAccount, policy: &Policy) -> Result<Option<Error>> {
    if known.state == "active" && rules::is_dormant(policy, known.last, known.now) {
        store::set_state(tx, known.id, "dormant").await?;
    } else if known.state == "active" {
        return Ok(known
            .certificate_only
            .then(|| Error::SignIn(text("该账号只能用证书登录。", "This account is opened by certificate alone."))));
    }
    Ok(Some(match known.state.as_str() {
        "left" | "invited" => refused(),
        "suspended" => Error::SignIn(rules::locked("suspended")),
        _ => Error::SignIn(rules::locked("dormant")),
    }))
}

/// RFC 6238 as authenticators have it: SHA-1, 6 digits, 30 seconds.
///
/// # Errors
/// When the secret is too short.
pub(super) fn totp(secret: &[u8], login: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(login)
        .with_issuer(Some("Gridhall"))
        .build()
        .map_err(|error| Error::Internal(anyhow::anyhow!("{error:?}")))
}

/// Whether the code is right now; it is used up by that.
pub(super) async fn uses_second_factor(
    tx: &mut Tx,
    known: &SignInAccount,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(secret) = &known.totp_secret else { return Ok(false) };
    let now = u64::try_from(now.timestamp()).unwrap_or(0);
    let Some(step) = totp(secret, &known.login)?.check(code.trim(), now) else { return Ok(false) };
    store::use_step(tx, known.id, i64::try_from(step).unwrap_or(i64::MAX)).await
}
