//! What tokens and answers say of a person.

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, Utc};
use serde_json::{Map as Object, Value, json};
use sha2::{Digest, Sha256};

use super::store::{Given, Notice};
use crate::{
    kernel::{db::Tx, error::Result},
    modules::identity,
};

/// Seconds for which an identity token holds.
pub(super) const ID_TOKEN_SECONDS: i64 = 600;
/// Seconds for which an access token does.
pub(super) const ACCESS_SECONDS: i32 = 900;
/// Scopes that mean something here.
pub(super) const SCOPES: &[&str] = &["openid", "profile", "email", "phone", "offline_access"];
/// What a person can be told by.
pub(super) const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "sid",
    "amr",
    "name",
    "preferred_username",
    "email",
    "phone_number",
    "region",
    "post",
    "posts",
];

/// How the person proved themselves (RFC 8176).
fn methods(method: &str) -> Value {
    match method {
        "password" => json!(["pwd"]),
        "certificate" => json!(["hwk"]),
        _ => json!(["user"]),
    }
}

/// The claims of the identity token that goes with an access token.
pub(super) fn of_identity(given: &Given, access: &str, now: DateTime<Utc>) -> Value {
    let now = now.timestamp();
    let digest = Sha256::digest(access.as_bytes());
    let mut claims = json!({
        "iss": given.issuer,
        "sub": given.account.to_string(),
        "aud": given.client_id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "auth_time": given.signed_at.timestamp(),
        "sid": given.sid,
        "amr": methods(&given.method),
        "at_hash": Base64UrlUnpadded::encode_string(&digest[..16]),
    });
    if let Some(nonce) = &given.nonce {
        claims["nonce"] = json!(nonce);
    }
    claims
}

/// What a system is told of the person: as far as it asked.
pub(super) async fn person(tx: &mut Tx, given: &Given, now: DateTime<Utc>) -> Result<Value> {
    let asked = |scope: &str| given.scope.split(' ').any(|one| one == scope);
    let mut claims = Object::new();
    claims.insert("sub".to_owned(), json!(given.account.to_string()));
    if asked("profile") {
        let posts = identity::holdings(tx, given.account).await?;
        let posts: Vec<_> = posts.iter().filter(|post| post.from_at <= now).collect();
        let acting = posts.iter().find(|post| Some(post.id) == given.holding);
        claims.insert("name".to_owned(), json!(given.name));
        claims.insert("preferred_username".to_owned(), json!(given.login));
        claims.insert("region".to_owned(), json!(acting.and_then(|post| post.regions.first()).map(i64::to_string)));
        claims.insert("post".to_owned(), json!(acting.map(|post| post.id.to_string())));
        let posts = posts.iter().map(|post| {
            json!({
                "id": post.id.to_string(),
                "name": post.post,
                "agency": post.agency,
                "role": post.role,
                "regions": post.regions.iter().map(i64::to_string).collect::<Vec<_>>(),
                "stand_in": post.stand_in,
            })
        });
        claims.insert("posts".to_owned(), posts.collect());
    }
    for (scope, claim, value) in [("email", "email", &given.email), ("phone", "phone_number", &given.phone)] {
        if let Some(value) = value.as_ref().filter(|_| asked(scope)) {
            claims.insert(claim.to_owned(), json!(value));
        }
    }
    Ok(Value::Object(claims))
}

/// What a system is told when a session has ended (`OpenID` Connect Back-Channel Logout 1.0, 2.4): each try of a job has an
/// id of its own.
pub(super) fn ended(notice: &Notice, (job, tries): (i64, u32), now: DateTime<Utc>) -> Value {
    let now = now.timestamp();
    json!({
        "iss": notice.issuer,
        "sub": notice.account.to_string(),
        "aud": notice.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": format!("{job}-{tries}"),
        "sid": notice.sid,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    })
}
