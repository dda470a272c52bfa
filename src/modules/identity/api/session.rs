use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{
        actor::Actor,
        auth::{self, Secret},
        db::AuditEntry,
        error::{Error, Problem, Result},
        extract::Public,
        http::{Json, Query},
        pages::Pages,
        request,
    },
    layers::RegionRef,
    map::Server,
    modules::identity::{sign_in, store},
};

/// The longest address to go on to.
const LONGEST: usize = 2_000;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(open, current, end)).routes(routes!(act)).routes(routes!(sign_in))
}

/// Who is signed in, and what they see and may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// By which the audit names them.
    name: String,
    /// The regions that are theirs.
    regions: Vec<RegionRef>,
    /// What they may do.
    permissions: Vec<String>,
    /// When the session ends.
    expires_at: Option<DateTime<Utc>>,
    /// The account, where one is behind it and not a token.
    account: Option<Signed>,
}

/// Whose account a session is.
#[derive(Debug, Serialize, ToSchema)]
struct Signed {
    /// The account's id.
    id: i64,
    /// By what they sign in.
    login: String,
    /// The holding in which they act.
    holding: Option<i64>,
    /// The post's name; empty while they act in none.
    post: String,
    /// Whether a new password is to be set before anything else.
    must_change: bool,
    /// How many notices about the account (a password reset, a certificate) its holder hasn't seen.
    notices: i64,
}

fn session(server: &Server, actor: &Actor) -> Session {
    let regions = server.map.memory.regions();
    Session {
        name: actor.name().to_owned(),
        regions: actor
            .regions()
            .iter()
            .map(|&code| {
                regions.get(code).map_or_else(
                    || RegionRef { code: code.get(), short: code.short(), level: code.level(), name: code.short() },
                    RegionRef::from,
                )
            })
            .collect(),
        permissions: actor.permissions().map(str::to_owned).collect(),
        expires_at: actor.expires_at(),
        account: actor.person().map(|person| Signed {
            id: person.account,
            login: person.login.clone(),
            holding: person.holding,
            post: person.post.clone(),
            must_change: person.must_change,
            notices: person.notices,
        }),
    }
}

/// The proof with which a session is opened: login and password, a one-time code, or a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// A one-time code.
    code: Option<String>,
    /// An API token.
    token: Option<String>,
    /// An account's login.
    login: Option<String>,
    /// Its password.
    password: Option<String>,
    /// The code of the second factor, where the account has one.
    second_factor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CodeQuery {
    /// The one-time code; without it the sign-in page opens.
    code: Option<String>,
    /// The page to go on to, with its query; home when not given or not one of the product's pages.
    to: Option<String>,
}

/// The page to go on to after a sign-in: one of our own, or the single sign-on of another system; home in place of
/// anything else. As it may stand in an address.
pub(crate) fn destination(pages: &Pages, to: Option<&str>) -> String {
    let path = |to: &str| to.split(['?', '#']).next().unwrap_or_default().to_owned();
    let to = to.filter(|to| to.len() <= LONGEST && (pages.contains(&path(to)) || path(to) == "/oauth/authorize"));
    utf8_percent_encode(to.unwrap_or("/"), CONTROLS).to_string()
}

/// Opens a session for a one-time code or a token; the answer sets the session's cookie.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = Proof, security(()),
    responses((status = 200, body = Session), (status = 400, body = Problem), (status = 401, description = "Unknown, used or expired", body = Problem)))]
async fn open(
    State(server): State<Server>,
    _: Public,
    headers: HeaderMap,
    Json(proof): Json<Proof>,
) -> Result<Response> {
    let address = request::address();
    let (secret, actor) = match (proof.code, proof.token, proof.login, proof.password) {
        (Some(secret), None, None, None) | (None, Some(secret), None, None) => {
            request::tries()?;
            let opened = server.app.auth.sign_in(secret.trim(), &address, request::agent(&headers)).await?;
            request::proved(1);
            opened
        }
        (None, None, Some(login), Some(password)) => {
            let tried = sign_in::Tried { login, password, second_factor: proof.second_factor };
            sign_in::by_password(&server.app, tried, &address, request::agent(&headers)).await?
        }
        _ => {
            return Err(Error::bad(
                "请提供 login 与 password，或者 code、token 之一。",
                "Give login and password, or either of code and token.",
            ));
        }
    };
    opened(&server, &headers, &secret, &actor).await
}

/// The answer to a sign-in that was taken.
pub(crate) async fn opened(server: &Server, headers: &HeaderMap, secret: &Secret, actor: &Actor) -> Result<Response> {
    // A session that the browser brought along isn't taken over: whoever planted it has nothing.
    server.app.auth.end_quietly(headers).await?;
    let mut response = axum::Json(session(server, actor)).into_response();
    auth::forget_screen_cookie(headers, &mut response);
    auth::give_cookie(secret, actor, &mut response);
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "session", responses((status = 200, body = Session), (status = 401, body = Problem)))]
async fn current(State(server): State<Server>, actor: Actor) -> axum::Json<Session> {
    axum::Json(session(&server, &actor))
}

/// The post to act in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acting {
    /// One of the holder's holdings.
    holding: i64,
}

/// Acts in another post that the holder has: from now on its regions are what is seen, and its role's permissions hold.
#[utoipa::path(put, path = "/api/session/post", tag = "session", request_body = Acting,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 404, description = "Not one of theirs", body = Problem), (status = 409, description = "A token has no posts", body = Problem)))]
async fn act(
    State(server): State<Server>,
    actor: Actor,
    headers: HeaderMap,
    Json(acting): Json<Acting>,
) -> Result<axum::Json<Session>> {
    let person = actor.require_person()?;
    let mut tx = server.app.db.begin_for_own(&actor).await?;
    let before = match person.holding {
        Some(holding) => store::holding_post(&mut tx, holding).await?,
        None => None,
    };
    if !store::act_in(&mut tx, person.account, person.session, acting.holding).await? {
        return Err(Error::not_found("您没有这个岗位。", "That is none of your posts."));
    }
    let after = store::holding_post(&mut tx, acting.holding).await?;
    let detail = serde_json::json!({"before": before, "after": after});
    tx.audit(AuditEntry::new("session.post", format!("holding {}", acting.holding), detail));
    tx.commit().await?;
    server.app.auth.forget();
    let actor = server.app.auth.actor(&headers).await?;
    Ok(axum::Json(session(&server, &actor)))
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204), (status = 401, body = Problem)))]
async fn end(State(server): State<Server>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    server.app.auth.sign_out(&headers, &actor).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    auth::forget_cookie(&mut response);
    Ok(response)
}

/// Turns a one-time code in an address into a session and goes on to the map; without a code it is the sign-in page.
#[utoipa::path(get, path = "/signin", tag = "session", params(CodeQuery), security(()),
    responses((status = 200, description = "The sign-in page", content_type = "text/html"), (status = 303, description = "Signed in; on to the map, or back to the page where the code didn't hold")))]
async fn sign_in(
    State(server): State<Server>,
    _: Public,
    headers: HeaderMap,
    uri: axum::http::Uri,
    Query(query): Query<CodeQuery>,
) -> Result<Response> {
    let Some(code) = query.code else {
        return Ok(server.app.pages.serve(&uri, &headers));
    };
    request::tries()?;
    let address = request::address();
    match server.app.auth.sign_in(code.trim(), &address, request::agent(&headers)).await {
        Ok((secret, actor)) => {
            request::proved(1);
            let screen = query.to.as_deref().and_then(auth::screen_of);
            // As with every other way in: the session that the browser brought is over. A screen's token takes nobody's
            // place.
            if screen.is_none() {
                server.app.auth.end_quietly(&headers).await?;
            }
            let mut response = Redirect::to(&destination(&server.app.pages, query.to.as_deref())).into_response();
            // A screen's token lies beside the session of whoever opens the screen's address in their own browser.
            match screen {
                Some(screen) => auth::give_screen_cookie(screen, &secret, &actor, &mut response),
                None => auth::give_cookie(&secret, &actor, &mut response),
            }
            Ok(response)
        }
        Err(Error::Unauthorised) => Ok(Redirect::to("/signin?expired=1").into_response()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_a_page_of_ours_and_nowhere_else() {
        let pages = Pages::new(&["/", "/map", "/portal", "/people"]);
        for good in ["/map?x=1", "/portal", "/oauth/authorize?client_id=a"] {
            assert_eq!(destination(&pages, Some(good)), good);
        }
        for wrong in ["https://elsewhere.test/", "//elsewhere.test/map", "/\\elsewhere.test", "/api/session", ""] {
            assert_eq!(destination(&pages, Some(wrong)), "/", "{wrong}");
        }
        assert_eq!(destination(&pages, Some("/people?q=张\r\nx")), "/people?q=%E5%BC%A0%0D%0Ax");
    }
}
