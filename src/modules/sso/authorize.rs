//! A system sends somebody to be signed in: they are, or they sign in, and go back with a code.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    form::Form,
    parameters::Parameters,
    rules::is_challenge,
    store::{self, NewSignOn, Registered},
};
use crate::kernel::{
    actor::Actor,
    audit_entry::Outcome,
    auth::{self, Auth, Secret},
    db::AuditEntry,
    error::{Error, Result},
    extract::Public,
    http::is_of_this_site,
    request,
};

/// By which a code is told apart.
const CODE_PREFIX: &str = "gac_";
/// The longest of what it asks to be given back.
const LONGEST_STATE: usize = 1_000;
/// When somebody has to prove themselves anew: not before this second. Ours, for the way over the sign-in page.
const SINCE: &str = "signed_in_since";

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new().routes(routes!(authorize, authorize_by_post))
}

/// What a system may ask (RFC 6749 4.1.1, RFC 7636, `OpenID` Connect Core 3.1.2.1).
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "for the description; the question is read whole, so that nothing is said twice")]
struct Question {
    /// `code`
    response_type: String,
    /// As what the system is registered.
    client_id: String,
    /// One of its registered addresses.
    redirect_uri: String,
    /// Has `openid` in it.
    scope: String,
    /// What SHA-256 gives of the verifier, in base64url.
    code_challenge: String,
    /// `S256`
    code_challenge_method: String,
    /// Given back as it is.
    state: Option<String>,
    /// Stands in the identity token.
    nonce: Option<String>,
    /// `none`: without a page; `login`: the person proves themselves anew.
    prompt: Option<String>,
    /// Seconds within which they have to have proved themselves.
    max_age: Option<i64>,
}

/// On to an address of our own or one that is registered; of the latter one may have been registered before it was looked
/// at what can stand in a header.
pub(super) fn redirect(to: &str) -> Result<Response> {
    let is_plain = to.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let Some(to) = HeaderValue::from_str(to).ok().filter(|_| is_plain) else { return dead_end("redirect") };
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response())
}

/// An address with more parameters.
pub(super) fn with(address: &str, parameters: &[(&str, &str)]) -> String {
    let join = if address.contains('?') { '&' } else { '?' };
    let more: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    if more.is_empty() { address.to_owned() } else { format!("{address}{join}{}", more.join("&")) }
}

/// A page that says why nobody is sent back: the address to send them to isn't the system's.
fn dead_end(why: &str) -> Result<Response> {
    redirect(&with("/signin/refused", &[("why", why)]))
}

/// What is asked in order, once the system and the way back are known to be right.
struct AskedSignOn {
    scope: String,
    challenge: String,
    nonce: Option<String>,
    silent: bool,
    /// Signed in no longer ago than this.
    since: Option<DateTime<Utc>>,
    /// What is asked for again after the sign-in.
    again: String,
}

/// An error of the protocol, and what it means for the one who writes the system.
type Wrong = (&'static str, &'static str);

impl AskedSignOn {
    fn read(said: &Parameters, now: DateTime<Utc>) -> Result<Self, Wrong> {
        if said.get("request").is_some() {
            return Err(("request_not_supported", "a request object isn't taken"));
        }
        if said.get("request_uri").is_some() {
            return Err(("request_uri_not_supported", "a request object isn't taken"));
        }
        if said.get("response_type") != Some("code") {
            return Err(("unsupported_response_type", "the response type is code"));
        }
        if said.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(("invalid_request", "the response mode is query"));
        }
        let scope = said.get("scope").unwrap_or_default();
        if !scope.split(' ').any(|one| one == "openid") {
            return Err(("invalid_scope", "the scope has to have openid in it"));
        }
        let challenge = said.get("code_challenge").filter(|_| said.get("code_challenge_method") == Some("S256"));
        let challenge = challenge
            .filter(|text| is_challenge(text))
            .ok_or(("invalid_request", "a code_challenge with the method S256 is needed (RFC 7636)"))?;
        let prompts: Vec<&str> = said.get("prompt").unwrap_or_default().split(' ').collect();
        let silent = prompts.contains(&"none");
        if silent && prompts.len() > 1 {
            return Err(("invalid_request", "prompt=none stands alone"));
        }
        let seconds = |name: &str| -> Result<Option<i64>, Wrong> {
            said.get(name)
                .map(|text| text.parse::<i64>().ok().filter(|seconds| *seconds >= 0))
                .map(|seconds| seconds.ok_or(("invalid_request", "max_age is a number of seconds")))
                .transpose()
        };
        let asked_since = seconds(SINCE)?.and_then(|at| DateTime::from_timestamp(at, 0));
        let oldest = seconds("max_age")?.map(|age| now - chrono::Duration::seconds(age.min(100_000_000)));
        let anew = prompts.contains(&"login").then_some(now);
        // On the way back from the sign-in page only its own second counts: it would never be new enough otherwise.
        let since = asked_since.or_else(|| oldest.into_iter().chain(anew).max());
        let parameters: Vec<(&str, String)> = said
            .pairs()
            .into_iter()
            .filter(|(name, _)| !["prompt", "max_age", SINCE].contains(name))
            .map(|(name, value)| (name, value.to_owned()))
            .chain(since.map(|since| (SINCE, since.timestamp().to_string())))
            .collect();
        let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(Self {
            scope: scope.split(' ').filter(|one| super::claims::SCOPES.contains(one)).collect::<Vec<_>>().join(" "),
            challenge: challenge.to_owned(),
            nonce: said.get("nonce").map(str::to_owned),
            silent,
            since,
            again: with("/oauth/authorize", &parameters),
        })
    }
}

/// Lets the signed-in person into a system: back to it with a code that holds a minute. Who isn't signed in signs in first.
#[utoipa::path(get, path = "/oauth/authorize", tag = "single sign-on", params(Question), security(()),
    responses((status = 303, description = "Back to the system with a code or an error, or on to the sign-in; never to an address that isn't registered")))]
async fn authorize(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    answer(&shared, &headers, query.as_deref().unwrap_or_default()).await
}

/// The same by a form (`OpenID` Connect Core 1.0, 3.1.2.1).
#[utoipa::path(post, path = "/oauth/authorize", tag = "single sign-on", security(()),
    request_body(content = Question, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "As by GET, or on to the same by GET"), (status = 400, description = "No form")))]
async fn authorize_by_post(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
    Form(body): Form,
) -> Result<Response> {
    // With a form from another site a browser sends no cookie of ours (SameSite=Lax); with the question by GET it does.
    if !is_of_this_site(&headers) && !Auth::is_by_cookie(&headers) {
        let Some(said) = Parameters::read(&body) else { return dead_end("request") };
        return redirect(&with("/oauth/authorize", &said.pairs()));
    }
    answer(&shared, &headers, &body).await
}

/// Answers a question, as it stands in a query or in a form.
async fn answer(shared: &SignOn, headers: &HeaderMap, question: &str) -> Result<Response> {
    let Some(said) = Parameters::read(question) else { return dead_end("request") };
    let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
    let system = match said.get("client_id") {
        Some(client_id) => store::registered(&mut tx, client_id).await?,
        None => None,
    };
    tx.commit().await?;
    let Some(system) = system else { return dead_end("client") };
    let Some(back) = said.get("redirect_uri").filter(|back| system.redirect_uris.iter().any(|one| one == back)) else {
        return dead_end("redirect");
    };
    let issuer = shared.app.edge.origin(headers);
    let answer = WayBack { back, state: said.get("state"), issuer: &issuer };
    if answer.state.is_some_and(|state| state.len() > LONGEST_STATE) {
        return answer.wrong(("invalid_request", "the state has at most 1,000 characters"));
    }
    match AskedSignOn::read(&said, shared.app.clock.now()) {
        Ok(asked) => answer.to(shared, headers, &system, &asked).await,
        Err(wrong) => answer.wrong(wrong),
    }
}

/// The way back to a system.
struct WayBack<'a> {
    back: &'a str,
    state: Option<&'a str>,
    issuer: &'a str,
}

impl WayBack<'_> {
    fn go(&self, answer: &[(&str, &str)]) -> Result<Response> {
        // RFC 9207: by the issuer a system that has several providers knows whose answer it is.
        let more = self.state.map(|state| ("state", state)).into_iter().chain([("iss", self.issuer)]);
        redirect(&with(self.back, &answer.iter().copied().chain(more).collect::<Vec<_>>()))
    }

    fn wrong(&self, (error, description): Wrong) -> Result<Response> {
        self.go(&[("error", error), ("error_description", description)])
    }

    async fn to(
        &self,
        shared: &SignOn,
        headers: &HeaderMap,
        system: &Registered,
        asked: &AskedSignOn,
    ) -> Result<Response> {
        let sign_in = || -> Result<Response> {
            if asked.silent {
                return self.wrong(("login_required", "nobody is signed in"));
            }
            redirect(&with("/signin", &[("to", &asked.again)]))
        };
        let actor = match shared.app.auth.actor(headers).await {
            Ok(actor) => actor,
            Err(Error::Unauthorised) => return sign_in(),
            Err(error) => return Err(error),
        };
        request::acts(&actor);
        let Some(person) = actor.person() else { return sign_in() };
        if person.must_change {
            return if asked.silent {
                self.wrong(("interaction_required", "a new password is to be set first"))
            } else {
                redirect("/portal")
            };
        }
        let mut tx = shared.app.db.begin_for_own(&actor).await?;
        if let Some(since) = asked.since
            && store::signed_at(&mut tx, person.session).await?.timestamp() < since.timestamp()
        {
            return sign_in();
        }
        let object = format!("system {}", system.client_id);
        if !store::may_open(&mut tx, system.id, person.account).await? {
            tx.audit_as(Outcome::Denied, AuditEntry::new("sso.open", object, json!({"why": "role"})));
            tx.commit().await?;
            return self.wrong(("access_denied", "none of this person's posts opens this system"));
        }
        let code = Secret::new(CODE_PREFIX);
        let new = NewSignOn {
            system: system.id,
            session: person.session,
            account: person.account,
            issuer: self.issuer,
            scope: &asked.scope,
            nonce: asked.nonce.as_deref(),
            redirect_uri: self.back,
            challenge: &asked.challenge,
            code: auth::hash(code.reveal()),
        };
        store::insert_sign_on(&mut tx, &new).await?;
        tx.audit(AuditEntry::new("sso.open", object, json!({"scope": asked.scope})));
        tx.commit().await?;
        self.go(&[("code", code.reveal())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fa.test&scope=openid%20profile%20other&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    fn read(query: &str) -> Result<AskedSignOn, Wrong> {
        AskedSignOn::read(&Parameters::read(query).unwrap(), DateTime::from_timestamp(1_000_000, 0).unwrap())
    }

    #[test]
    fn a_question_is_read_whole_and_once() {
        let asked = read(GOOD).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!((asked.scope.as_str(), asked.since, asked.silent), ("openid profile", None, false));
        assert!(Parameters::read("a=1&a=2").is_none());
        let wrong = |query: String| read(&query).err().map(|wrong| wrong.0);
        assert_eq!(wrong(GOOD.replace("=code&", "=token&")), Some("unsupported_response_type"));
        assert_eq!(wrong(GOOD.replace("openid", "x")), Some("invalid_scope"));
        assert_eq!(wrong(GOOD.replace("=S256", "=plain")), Some("invalid_request"));
        assert_eq!(wrong(GOOD.replace("code_challenge=E9", "x=E9")), Some("invalid_request"));
        assert_eq!(wrong(format!("{GOOD}&prompt=none%20login")), Some("invalid_request"));
        assert_eq!(wrong(format!("{GOOD}&request=x")), Some("request_not_supported"));
    }

    #[test]
    fn who_has_to_prove_himself_anew_comes_back_once() {
        let asked = read(&format!("{GOOD}&prompt=login")).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(asked.since.map(|at| at.timestamp()), Some(1_000_000));
        assert!(asked.again.contains("signed_in_since=1000000") && !asked.again.contains("prompt"), "{}", asked.again);
        let asked = read(&format!("{GOOD}&max_age=60")).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(asked.since.map(|at| at.timestamp()), Some(999_940));
    }
}
