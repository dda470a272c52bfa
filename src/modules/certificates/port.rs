//! The port that asks a browser for its certificate: one page, which signs in and goes on to the main port.
//!
//! The key was shown in the handshake; everything else about the certificate is decided by the rules of the signed
//! challenge. It is a port of its own, since a browser asks its user for a certificate wherever a server wants one.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::{from_fn_with_state, map_response},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::sign_in::Certificates;
use crate::{
    kernel::{
        app::App,
        auth,
        edge::{serve::Shown, without_port},
        error::{Error, Result},
        extract::Public,
        http::{Wording, outer},
        redact, request,
        text::{Language, text},
    },
    map::Server,
    modules::identity,
};

/// What is served at that port.
pub(super) fn router(server: &Server) -> Router {
    Router::new()
        .route("/signin/certificate", get(sign_in))
        .with_state(Arc::new(Certificates::new(server.clone())))
        .fallback(elsewhere)
        .with_state(server.app.clone())
        .layer(map_response(worded))
        .layer(from_fn_with_state(server.app.around(), outer))
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
}

fn see_other(to: &str) -> Result<Response> {
    let to = header::HeaderValue::from_str(to).map_err(|error| Error::Internal(error.into()))?;
    Ok((
        StatusCode::SEE_OTHER,
        [(header::LOCATION, to), (header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"))],
    )
        .into_response())
}

/// Everything else is at the main port.
async fn elsewhere(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    see_other(&format!("{}{path}", app.edge.main_origin(&headers)))
}

/// Whether the reader comes from a page of ours, or of themselves. A page elsewhere mustn't have them signed in unawares.
fn is_from_here(headers: &HeaderMap) -> bool {
    let said = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok()) {
        return ["same-origin", "same-site", "none"].contains(&site);
    }
    let from = said(header::REFERER).and_then(|from| from.split_once("://")?.1.split('/').next());
    from.zip(said(header::HOST)).is_some_and(|(from, host)| without_port(from).eq_ignore_ascii_case(without_port(host)))
}

/// Opens a session for the certificate of the handshake, and goes on to the page that was wanted.
async fn sign_in(
    State(shared): State<Arc<Certificates>>,
    _: Public,
    shown: Option<Extension<Shown>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    if !is_from_here(&headers) {
        return Err(Error::bad(
            "请从登录页面进入，不接受来自其他网站的登录。",
            "Come from the sign-in page: a sign-in from another site isn't taken.",
        ));
    }
    let Some(Extension(shown)) = shown else {
        return Err(Error::SignIn(text(
            "浏览器没有出示证书：可能没有安装证书，或没有选择。SM2 证书请用签名方式登录。",
            "The browser showed no certificate: none is installed, or none was chosen. With an SM2 certificate sign in by a signature.",
        )));
    };
    let to = query.as_deref().and_then(|query| {
        let asked = reqwest::Url::parse(&format!("http://x/?{query}")).ok()?;
        asked.query_pairs().find(|(name, _)| name == "to").map(|(_, to)| to.into_owned())
    });
    let app = &shared.server.app;
    let (secret, actor) = shared.by_handshake(shown, &request::address(), request::agent(&headers)).await?;
    app.auth.end_quietly(&headers).await?;
    let mut response =
        see_other(&format!("{}{}", app.edge.main_origin(&headers), identity::destination(&app.pages, to.as_deref())))?;
    auth::give_cookie(&secret, &actor, &mut response);
    Ok(response)
}

/// Whoever comes here looks at a page: they are told on one why it didn't go well.
async fn worded(mut response: Response) -> Response {
    if response.extensions().get::<Arc<Error>>().is_some() {
        response.extensions_mut().insert(Wording(page));
    }
    response
}

fn page(error: &Error, language: Language, request_id: Option<&str>) -> Response {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let problem = error.problem(language, request_id);
    // A refusal names the certificate's subject, and that may hold an identity number.
    let mut why = problem.detail.unwrap_or_default();
    redact::text(&mut why);
    let again = text(
        "要换一张证书，请先关闭浏览器的全部窗口：浏览器会记住所选的证书。",
        "To choose another certificate close all windows of the browser first: it remembers the one that was chosen.",
    );
    let back = text("返回登录", "Back to the sign-in");
    let (again, back) = (again.in_language(language), back.in_language(language));
    let (title, why) = (escape(&problem.title), escape(&why));
    let tag = if language == Language::Chinese { "zh-CN" } else { "en" };
    let body = format!(
        "<!doctype html><html lang={tag}><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>\
         <style>body{{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1d2733;background:#f7f8fa}}\
         main{{background:#fff;border:1px solid #dfe4ea;border-radius:8px;padding:1.2rem 1.6rem}}h1{{font-size:1.25rem;margin:.2rem 0}}\
         small{{color:#566375}}a{{color:#0b6e4f}}</style>\
         <main><h1>{title}</h1><p role=alert>{why}</p><p><small>{again}</small></p><p><a href='/signin?by=certificate'>{back}</a></p></main></html>"
    );
    let mut response = error.respond(language, request_id);
    *response.body_mut() = axum::body::Body::empty();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_TYPE);
    let mut response = (parts.status, parts.headers, Html(body)).into_response();
    // Of the next try the browser is asked for a certificate anew.
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}
