//! Signing out of everything at once: asked for by a system, and told to the others.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    SignOn,
    authorize::{redirect, with},
    claims,
    form::{Form, SignOutForm},
    http,
    keys::Keys,
    parameters::Parameters,
    store,
};
use crate::kernel::{
    actor::Actor,
    app::App,
    auth,
    db::AuditEntry,
    error::Result,
    extract::Public,
    http::is_of_this_site,
    jobs::{Job, JobKind},
    request,
};

/// Tells a system that a session has ended. One that doesn't listen is told again: after a moment, and for an hour.
pub(super) const TELL: JobKind = JobKind {
    again: &[5, 30, 300, 3600],
    ..JobKind::new("sso.tell", ("通知系统会话已结束", "Tell systems of sign-outs"), |app, job| {
        Box::pin(async move { tell(&app, &job).await })
    })
};

/// Ends the sessions that ran out, so that systems are told of those too.
pub(super) const END_OLD: JobKind =
    JobKind::new("sso.end_old", ("结束已过期的会话", "End sessions that ran out"), |app, _| {
        Box::pin(async move {
            let mut tx = app.db.begin(&system()).await?;
            store::end_what_ran_out(&mut tx).await?;
            tx.commit().await?;
            Ok(())
        })
    })
    .every(Duration::from_secs(30));

/// What the trigger of ended sessions enqueues.
#[derive(Deserialize)]
struct Told {
    sign_on: i64,
}

fn system() -> Actor {
    Actor::system("single sign-on")
}

pub(super) fn routes() -> OpenApiRouter<Arc<SignOn>> {
    OpenApiRouter::new().routes(routes!(sign_out, by_post))
}

/// Ends the session, as a system asks for it (`OpenID` Connect RP-Initiated Logout 1.0), and goes back to the system.
/// Without an identity token of this session the person is asked first.
#[utoipa::path(get, path = "/oauth/logout", tag = "single sign-on", security(()),
    params(("id_token_hint" = Option<String>, Query, description = "An identity token of this session"),
           ("client_id" = Option<String>, Query, description = "The system"),
           ("post_logout_redirect_uri" = Option<String>, Query, description = "One of its registered addresses"),
           ("state" = Option<String>, Query, description = "Given back as it is")),
    responses((status = 303, description = "Back to the system, to the page that asks, or to the sign-in")))]
async fn sign_out(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    end(&shared, &headers, &query.unwrap_or_default(), Asker::System).await
}

/// The same by a form: what a page of ours sends once the person has agreed, or a system in place of GET.
#[utoipa::path(post, path = "/oauth/logout", tag = "single sign-on", security(()),
    request_body(content = SignOutForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Back to the system, to the page that asks, or to the sign-in"), (status = 400, description = "No form")))]
async fn by_post(
    State(shared): State<Arc<SignOn>>,
    _: Public,
    headers: HeaderMap,
    Form(body): Form,
) -> Result<Response> {
    let asker = if is_of_this_site(&headers) { Asker::Person } else { Asker::SystemElsewhere };
    end(&shared, &headers, &body, asker).await
}

/// Who asks that a session end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// The person, on a page of ours.
    Person,
    /// A system, to which the browser was sent.
    System,
    /// A system by a form of its own site, with which a browser sends no cookie of ours: whether somebody is signed in isn't
    /// known.
    SystemElsewhere,
}

async fn end(shared: &SignOn, headers: &HeaderMap, query: &str, asker: Asker) -> Result<Response> {
    let Some(said) = Parameters::read(query) else { return redirect("/signin/refused?why=request") };
    let hint = match said.get("id_token_hint") {
        Some(token) => shared.keys.hinted(&shared.app.db, token).await?,
        None => None,
    };
    let client_id = hint.as_ref().and_then(|hint| hint["aud"].as_str()).or_else(|| said.get("client_id"));
    let actor = shared.app.auth.actor(headers).await.ok();
    let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
    let system = match client_id {
        Some(client_id) => store::registered(&mut tx, client_id).await?,
        None => None,
    };
    let hinted = match hint.as_ref().and_then(|hint| hint["sid"].as_str()) {
        Some(public) => store::session_of(&mut tx, public).await?,
        None => None,
    };
    tx.commit().await?;
    let back = said.get("post_logout_redirect_uri");
    let back = match (&system, back) {
        (_, None) => None,
        (Some(system), Some(back)) if system.signed_out_uris.iter().any(|one| one == back) => {
            Some(with(back, &said.get("state").map(|state| ("state", state)).into_iter().collect::<Vec<_>>()))
        }
        _ => return redirect("/signin/refused?why=redirect"),
    };
    let current = actor.as_ref().and_then(|actor| actor.person()).map(|person| person.session);
    let may_end = match asker {
        Asker::Person => true,
        Asker::System => actor.is_none() || hinted.is_some() && hinted == current,
        Asker::SystemElsewhere => hinted.is_some() && (actor.is_none() || hinted == current),
    };
    if !may_end {
        return redirect(&with("/signin/out", &[("ask", query)]));
    }
    if let Some(actor) = &actor {
        request::acts(actor);
        shared.app.auth.sign_out(headers, actor).await?;
    } else if let Some(session) = hinted {
        // The cookie is gone already; the session may still be there.
        let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
        store::end_session(&mut tx, session).await?;
        tx.audit(AuditEntry::new("session.end", format!("session {session}"), serde_json::json!({})));
        tx.commit().await?;
        shared.app.auth.forget();
    }
    let mut response = redirect(back.as_deref().unwrap_or("/signin?out=1"))?;
    // A cookie that wasn't sent may be of another session than the one that has ended.
    if asker != Asker::SystemElsewhere || actor.is_some() {
        auth::forget_cookie(&mut response);
    }
    Ok(response)
}

async fn tell(app: &App, job: &Job) -> anyhow::Result<()> {
    let Told { sign_on } = job.read()?;
    let mut tx = app.db.begin(&system()).await?;
    let notice = store::notice(&mut tx, sign_on).await?;
    tx.commit().await?;
    // Nobody is to be told any more: the system was removed, or has no address for it now.
    let Some(notice) = notice else { return Ok(()) };
    let token =
        Keys::default().sign(app, "logout+jwt", &claims::ended(&notice, (job.id, job.tries), app.clock.now())).await?;
    let answer = http()?
        .post(&notice.address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("logout_token={token}"))
        .send()
        .await
        .with_context(|| format!("the system {} can't be reached", notice.client_id))?;
    anyhow::ensure!(answer.status().is_success(), "the system {} answers {}", notice.client_id, answer.status());
    Ok(())
}
