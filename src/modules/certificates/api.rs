//! The addresses of certificates.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRef, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{AuthorityDraft, AuthorityInfo, BoundCertificate, SignedChallenge},
    notices, refresh,
    sign_in::{self, Certificates},
    store,
};
use crate::{
    kernel::{
        actor::Actor,
        audit::chain::hex,
        auth::Auth,
        db::AuditEntry,
        error::{Error, Problem, Result},
        extract::Public,
        http::{CreatedId, Json, Path, Query},
        paging::{Paging, cut},
        pki::{Certificate, Crl, MAX_CRL, Refusal},
        request,
        text::text,
    },
    map::Server,
    modules::identity::{self, SECURE_IDENTITY, WhyAsked, Wish, ask, is_another_administrator},
};

/// Authorities that are trusted at most: each is tried for every certificate.
const MOST_AUTHORITIES: i64 = 32;
/// Certificates that are bound to one account at most.
const MOST_BOUND: i64 = 16;

impl FromRef<Arc<Certificates>> for Auth {
    fn from_ref(shared: &Arc<Certificates>) -> Self {
        shared.server.app.auth.clone()
    }
}

pub(super) fn routes(server: Server) -> OpenApiRouter<Server> {
    let lists = OpenApiRouter::new().routes(routes!(put_crl)).layer(DefaultBodyLimit::max(MAX_CRL * 3 / 2));
    OpenApiRouter::new()
        .routes(routes!(challenge))
        .routes(routes!(open))
        .routes(routes!(authorities, add_authority))
        .routes(routes!(remove_authority))
        .routes(routes!(read))
        .routes(routes!(bound, bind))
        .routes(routes!(unbind))
        .routes(routes!(own))
        .merge(lists)
        .with_state(Arc::new(Certificates::new(server)))
}

fn wrong(pointer: &str, refusal: &Refusal) -> Error {
    let said = refusal.text();
    Error::field(pointer, said.zh, said.en)
}

/// A text to be signed.
#[derive(Debug, Serialize, ToSchema)]
struct Challenge {
    /// The text; what is signed is its UTF-8, to the letter.
    challenge: String,
    /// Until when it is taken; once.
    expires_at: DateTime<Utc>,
}

/// Gives out a challenge to be signed with a certificate's key within two minutes.
#[utoipa::path(post, path = "/api/session/challenge", tag = "session", security(()),
    responses((status = 200, body = Challenge), (status = 429, body = Problem)))]
async fn challenge(State(shared): State<Arc<Certificates>>, _: Public) -> Result<axum::Json<Challenge>> {
    let (challenge, expires_at) = shared.challenge(&request::address()).await?;
    Ok(axum::Json(Challenge { challenge, expires_at }))
}

/// Opens a session for a signed challenge; the answer sets the session's cookie.
#[utoipa::path(post, path = "/api/session/certificate", tag = "session", request_body = SignedChallenge, security(()),
    responses((status = 200, body = identity::Session), (status = 400, body = Problem), (status = 401, description = "Not taken; the text says why", body = Problem), (status = 429, body = Problem)))]
async fn open(
    State(shared): State<Arc<Certificates>>,
    _: Public,
    headers: HeaderMap,
    Json(signed): Json<SignedChallenge>,
) -> Result<Response> {
    let address = request::address();
    let (secret, actor) = shared.sign_in(signed, &address, request::agent(&headers)).await?;
    identity::opened(&shared.server, &headers, &secret, &actor).await
}

/// A page of authorities.
#[derive(Debug, Serialize, ToSchema)]
struct Authorities {
    /// By id.
    items: Vec<AuthorityInfo>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
}

/// The authorities whose certificates sign people in.
#[utoipa::path(get, path = "/api/authorities", tag = "identity", params(Paging),
    responses((status = 200, body = Authorities), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn authorities(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Authorities>> {
    actor.require(SECURE_IDENTITY)?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    let limit = paging.limit()?;
    let mut items = store::authorities(&mut tx, paging.after.unwrap_or(0), limit + 1).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(axum::Json(Authorities { items, next }))
}

/// What is kept and waits until somebody else agrees.
#[derive(Debug, Serialize, ToSchema)]
struct AskedForTrust {
    /// The id of the authority or the certificate.
    id: i64,
    /// The request that waits.
    request: i64,
}

/// The one certificate of a field.
fn one_certificate(text: &str) -> Result<Certificate> {
    let mut found = sign_in::certificates(text).map_err(|refusal| wrong("/certificate", &refusal))?;
    if found.len() > 1 {
        return Err(Error::field("/certificate", "一次只能提供一张证书。", "Give one certificate at a time."));
    }
    found.pop().ok_or_else(|| Error::field("/certificate", "没有证书。", "There is no certificate."))
}

/// Asks that an authority is trusted: once the system administrator agrees its certificates sign people in, when there is a
/// revocation list of it. Alone nobody adds one: who has an authority of their own could be anybody.
#[utoipa::path(post, path = "/api/authorities", tag = "identity", request_body = AuthorityDraft,
    responses((status = 202, description = "It is kept, and waits until the system administrator agrees", body = AskedForTrust), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "Trusted already, or too many are", body = Problem), (status = 422, body = Problem)))]
async fn add_authority(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Json(draft): Json<AuthorityDraft>,
) -> Result<(StatusCode, axum::Json<AskedForTrust>)> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let certificate = one_certificate(&draft.certificate)?;
    certificate.check_authority(shared.server.app.clock.now()).map_err(|refusal| wrong("/certificate", &refusal))?;
    refresh::check_draft(&draft)?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    if store::count_authorities(&mut tx).await? >= MOST_AUTHORITIES {
        return Err(Error::Conflict(text(
            format!("受信任的机构最多 {MOST_AUTHORITIES} 个。"),
            format!("At most {MOST_AUTHORITIES} authorities are trusted."),
        )));
    }
    let (source, hosts) = (draft.crl_source.as_deref(), draft.crl_hosts.as_slice());
    let id = store::insert_authority(
        &mut tx,
        draft.name.trim(),
        &certificate,
        draft.grace_hours,
        source,
        hosts,
        (actor.name(), true),
    )
    .await?
    .ok_or_else(|| {
        Error::Conflict(text("该机构已受信任，或已在等待审批。", "This authority is trusted already, or waits to be."))
    })?;
    let detail = json!({"subject": certificate.subject(), "grace_hours": draft.grace_hours, "crl_source": source});
    tx.audit(AuditEntry::new("authority.add", format!("authority {id}"), detail));
    let wish = Wish::Authority {
        authority_id: id,
        name: draft.name.trim().to_owned(),
        subject: certificate.subject(),
        fingerprint: hex::encode(&certificate.fingerprint()),
    };
    let request = ask(&mut tx, &actor, &wish, draft.reason.as_deref()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(AskedForTrust { id, request })))
}

fn unknown_authority() -> Error {
    Error::not_found("没有这个受信任的机构。", "There is no such authority.")
}

/// Trusts an authority no longer. Sessions that its certificates opened go on until they end.
#[utoipa::path(delete, path = "/api/authorities/{id}", tag = "identity", params(("id" = i64, Path, description = "The authority")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn remove_authority(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    actor.require(SECURE_IDENTITY)?;
    actor.require_person()?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    if !store::remove_authority(&mut tx, id, actor.name()).await? {
        return Err(unknown_authority());
    }
    tx.audit(AuditEntry::new("authority.remove", format!("authority {id}"), json!({})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a revocation list says.
#[derive(Debug, Serialize, ToSchema)]
struct CrlTaken {
    /// From when it is.
    this_update: DateTime<Utc>,
    /// When the next is due.
    next_update: DateTime<Utc>,
    /// How many certificates it names.
    revoked: usize,
}

/// Takes an authority's revocation list in, in PEM or DER.
#[utoipa::path(post, path = "/api/authorities/{id}/crl", tag = "identity", params(("id" = i64, Path, description = "The authority")),
    request_body(content = String, content_type = "application/pkix-crl"),
    responses((status = 200, body = CrlTaken), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A newer one is there", body = Problem), (status = 413, body = Problem), (status = 422, description = "No list, or not of this authority", body = Problem)))]
async fn put_crl(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Path(id): Path<i64>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<axum::Json<CrlTaken>> {
    actor.require(SECURE_IDENTITY)?;
    let body = body.map_err(|error| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let said = Refusal::TooLarge(MAX_CRL).text();
            Error::TooLarge(said)
        } else {
            Error::bad("请求内容读取失败。", "The body can't be read.")
        }
    })?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    let der = store::authority(&mut tx, id).await?.ok_or_else(unknown_authority)?;
    let crl = refresh::read(&der, body.to_vec()).await?.map_err(|refusal| wrong("", &refusal))?;
    if !store::set_crl(&mut tx, id, &crl).await? {
        return Err(Error::Conflict(text("已有更新的吊销列表。", "A newer revocation list is there already.")));
    }
    tx.audit(AuditEntry::new("authority.crl", format!("authority {id}"), taken_detail(&crl)));
    tx.commit().await?;
    let taken = CrlTaken { this_update: crl.this_update(), next_update: crl.next_update(), revoked: crl.len() };
    Ok(axum::Json(taken))
}

fn taken_detail(crl: &Crl) -> serde_json::Value {
    json!({"this_update": crl.this_update(), "next_update": crl.next_update(), "revoked": crl.len()})
}

/// A page of certificates.
#[derive(Debug, Serialize, ToSchema)]
struct BoundCertificates {
    /// By id.
    items: Vec<BoundCertificate>,
    /// From which id the next page goes on; none at the end.
    next: Option<i64>,
}

async fn certificates_of(tx: &mut crate::kernel::db::Tx, account: i64, paging: &Paging) -> Result<BoundCertificates> {
    let limit = paging.limit()?;
    let mut items = store::certificates(tx, account, paging.after.unwrap_or(0), limit + 1).await?;
    let next = cut(&mut items, limit, |item| item.id);
    Ok(BoundCertificates { items, next })
}

fn unknown_account() -> Error {
    Error::not_found("没有这个账号。", "There is no such account.")
}

/// The certificates of an account, those unbound among them.
#[utoipa::path(get, path = "/api/accounts/{id}/certificates", tag = "identity", params(("id" = i64, Path, description = "The account"), Paging),
    responses((status = 200, body = BoundCertificates), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn bound(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Path(id): Path<i64>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<BoundCertificates>> {
    actor.require(SECURE_IDENTITY)?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    identity::account(&mut tx, id).await?.ok_or_else(unknown_account)?;
    let found = certificates_of(&mut tx, id, &paging).await?;
    tx.commit().await?;
    Ok(axum::Json(found))
}

/// A certificate to bind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Binding {
    /// In PEM, or DER in base 64.
    certificate: String,
    /// Why, at most 400 characters: for who has to agree.
    #[serde(default)]
    reason: Option<String>,
}

/// A certificate to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateText {
    /// In PEM, or DER in base 64.
    certificate: String,
}

/// What a certificate says of itself.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateRead {
    /// Whose it is.
    subject: String,
    /// Who issued it.
    issuer: String,
    /// Its serial number, in hexadecimal digits.
    serial: String,
    /// SHA-256, in hexadecimal digits.
    fingerprint: String,
    /// From when it holds.
    not_before: DateTime<Utc>,
    /// Until when it holds.
    not_after: DateTime<Utc>,
}

/// Reads a certificate and keeps nothing of it: whoever trusts or binds one sees first what it is.
#[utoipa::path(post, path = "/api/certificates/read", tag = "identity", request_body = CertificateText,
    responses((status = 200, body = CertificateRead), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn read(actor: Actor, Json(text): Json<CertificateText>) -> Result<axum::Json<CertificateRead>> {
    actor.require(SECURE_IDENTITY)?;
    let certificate = one_certificate(&text.certificate)?;
    Ok(axum::Json(CertificateRead {
        subject: certificate.subject(),
        issuer: certificate.issuer(),
        serial: certificate.serial(),
        fingerprint: hex::encode(&certificate.fingerprint()),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
    }))
}

/// Asks that a certificate is bound to an account: once the system administrator agrees, who has its key signs in to it. To
/// one's own account one binds it at once. The holder is told.
#[utoipa::path(post, path = "/api/accounts/{id}/certificates", tag = "identity", params(("id" = i64, Path, description = "The account")), request_body = Binding,
    responses((status = 201, description = "Bound", body = CreatedId), (status = 202, description = "It is kept, and waits until the system administrator agrees", body = AskedForTrust), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "Bound already or waits to be, or too many are", body = Problem), (status = 422, body = Problem)))]
async fn bind(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(binding): Json<Binding>,
) -> Result<Response> {
    actor.require(SECURE_IDENTITY)?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    let account = identity::account(&mut tx, id).await?.ok_or_else(unknown_account)?;
    // Whoever could bind a certificate of theirs to another administrator's account would be that administrator.
    let is_own = actor.require_person()?.account == id;
    if account.administrator.is_some() && !is_own {
        return Err(Error::Conflict(text(
            "其他管理员的证书只能在控制台绑定（gridhall account bind）。",
            "Another administrator's certificate is bound at the console alone (gridhall account bind).",
        )));
    }
    let certificate = one_certificate(&binding.certificate)?;
    if store::count_bound(&mut tx, id).await? >= MOST_BOUND {
        return Err(Error::Conflict(text(
            format!("一个账号最多绑定 {MOST_BOUND} 张证书。"),
            format!("At most {MOST_BOUND} certificates are bound to an account."),
        )));
    }
    let made = store::bind(&mut tx, id, &certificate, (actor.name(), !is_own)).await?.ok_or_else(|| {
        Error::Conflict(text(
            "该证书已绑定账号，或已在等待审批。",
            "This certificate is bound to an account already, or waits to be.",
        ))
    })?;
    let serial = json!({"serial": certificate.serial()});
    if is_own {
        let detail = json!({"certificate": made, "serial": certificate.serial(), "issuer": certificate.issuer()});
        tx.audit(AuditEntry::new("certificate.bind", format!("account {id}"), detail));
        identity::notify(&mut tx, id, &notices::BOUND, actor.name(), serial).await?;
        tx.commit().await?;
        return Ok((StatusCode::CREATED, axum::Json(CreatedId { id: made })).into_response());
    }
    identity::notify(&mut tx, id, &notices::ASKED, actor.name(), serial).await?;
    let wish = Wish::Certificate {
        account_id: id,
        account: account.name,
        certificate_id: made,
        issuer: certificate.issuer(),
        serial: certificate.serial(),
        fingerprint: hex::encode(&certificate.fingerprint()),
    };
    let request = ask(&mut tx, &actor, &wish, binding.reason.as_deref()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(AskedForTrust { id: made, request })).into_response())
}

/// Unbinds a certificate. The sessions that certificates opened for the account end. From another administrator's account
/// once the system administrator agrees.
#[utoipa::path(delete, path = "/api/accounts/{id}/certificates/{certificate}", tag = "identity",
    params(("id" = i64, Path, description = "The account"), ("certificate" = i64, Path, description = "The certificate"), WhyAsked),
    responses((status = 202, description = "Another administrator's: it waits until somebody else agrees", body = AskedForTrust), (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "A token can't", body = Problem)))]
async fn unbind(
    State(shared): State<Arc<Certificates>>,
    actor: Actor,
    Path((id, certificate)): Path<(i64, i64)>,
    Query(why): Query<WhyAsked>,
) -> Result<Response> {
    actor.require(SECURE_IDENTITY)?;
    let mut tx = shared.server.app.db.begin(&actor).await?;
    let account = identity::account(&mut tx, id).await?.ok_or_else(unknown_account)?;
    actor.require_person()?;
    let unknown = || Error::not_found("没有绑定这张证书。", "There is no such certificate bound.");
    if is_another_administrator(&actor, id, account.administrator.as_deref()) {
        if !store::is_bound(&mut tx, id, certificate).await? {
            return Err(unknown());
        }
        let wish = Wish::Unbind { account_id: id, account: account.name, certificate_id: certificate };
        let request = ask(&mut tx, &actor, &wish, why.reason.as_deref()).await?;
        tx.commit().await?;
        return Ok((StatusCode::ACCEPTED, axum::Json(AskedForTrust { id: certificate, request })).into_response());
    }
    let serial = store::unbind(&mut tx, id, certificate, actor.name()).await?.ok_or_else(unknown)?;
    identity::notify(&mut tx, id, &notices::UNBOUND, actor.name(), json!({"serial": serial})).await?;
    tx.audit(AuditEntry::new("certificate.unbind", format!("account {id}"), json!({"certificate": certificate})));
    tx.commit().await?;
    shared.server.app.auth.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// One's own certificates.
#[utoipa::path(get, path = "/api/account/certificates", tag = "account", params(Paging),
    responses((status = 200, body = BoundCertificates), (status = 401, body = Problem), (status = 409, description = "A token has none", body = Problem)))]
async fn own(State(shared): State<Arc<Certificates>>, actor: Actor, Query(paging): Query<Paging>) -> Result<Response> {
    let account = actor.require_person()?.account;
    let mut tx = shared.server.app.db.begin_for_own(&actor).await?;
    let found = certificates_of(&mut tx, account, &paging).await?;
    tx.commit().await?;
    Ok(axum::Json(found).into_response())
}
