//! What programs in a browser read of the provider from a site of their own (CORS, Fetch Standard 3.2): everybody its
//! description and keys, the site of a registered system its tokens and its person as well. No cookie goes with that.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{SignOn, store};
use crate::kernel::{actor::Actor, error::Result, extract::Public};

/// How many seconds a browser remembers what it may send.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Lets every site read an answer.
pub(super) async fn for_everybody(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Lets the site of a registered system read an answer, also one that refuses.
pub(super) async fn for_registered(State(shared): State<Arc<SignOn>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = next.run(request).await;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin else { return response };
    // Who asks too often has no more looked up for them.
    let is_registered = match response.status() {
        StatusCode::TOO_MANY_REQUESTS => Ok(false),
        _ => is_registered(&shared, &origin).await,
    };
    let headers = response.headers_mut();
    if is_registered.unwrap_or_else(|error| {
        tracing::warn!(?error, "it isn't known now whether a site is registered");
        false
    }) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let told = HeaderValue::from_static("www-authenticate, retry-after");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, told);
    }
    response
}

/// Tells a browser before it sends: whether the site may is said by the layers above.
pub(super) async fn preflight(_: Public, headers: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        let out = response.headers_mut();
        let methods = HeaderValue::from_static("GET, POST");
        out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let taken = HeaderValue::from_static("authorization, content-type");
        out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, taken);
        out.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    }
    response
}

/// Whether an origin is that of an address to which a registered system has people sent back.
async fn is_registered(shared: &SignOn, origin: &HeaderValue) -> Result<bool> {
    let mut tx = shared.app.db.begin(&Actor::system("single sign-on")).await?;
    let addresses = store::redirect_uris(&mut tx).await?;
    tx.commit().await?;
    Ok(addresses.iter().any(|address| origin_of(address).is_some_and(|own| own.as_bytes() == origin.as_bytes())))
}

/// The origin of an address; none where a browser would call it `null`, which every sandbox may.
fn origin_of(address: &str) -> Option<String> {
    let origin = reqwest::Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (address, origin) in [
            ("https://oa.test/back?x=1", Some("https://oa.test")),
            ("https://oa.test:443/", Some("https://oa.test")),
            ("http://OA.test:8080/", Some("http://oa.test:8080")),
            ("data:text/plain,x", None),
            ("app.test:/back", None),
        ] {
            assert_eq!(origin_of(address).as_deref(), origin, "{address}");
        }
    }
}
