//! The built web, embedded in the program.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use rust_embed::RustEmbed;

use super::{
    accept::prefers_html,
    encoding::{Encoding, compress},
    error::Error,
};

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Addresses at which the web's own page opens; it finds its way by itself from there. Modules declare them.
#[derive(Clone, Debug)]
pub struct Pages(Arc<[&'static str]>);

impl Pages {
    /// These pages.
    #[must_use]
    pub fn new(paths: &[&'static str]) -> Self {
        Self(paths.into())
    }

    /// Returns true if a path is a page or lies below one; nothing lies below home.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        let is_below = |page: &str| page != "/" && path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
        self.0.iter().any(|page| path == *page || is_below(page))
    }

    /// A file of the web, or its page at one of these addresses; the same page, which says so, where there is nothing.
    #[must_use]
    pub fn serve(&self, uri: &Uri, headers: &HeaderMap) -> Response {
        serve(uri, headers, self.contains(uri.path()))
    }

    /// A file of the web by its name.
    #[must_use]
    pub fn file(name: &str, headers: &HeaderMap) -> Response {
        found(name, headers, true, false)
    }
}

/// Addresses of programs: who mistakes one is told so in their way.
const SERVICES: &[&str] = &["/api/", "/assets/", "/oauth/", "/ogc/", "/scim/", "/styles/", "/tiles/"];

/// Whether somebody stands before a browser at an address of which there is none.
fn is_lost(path: &str, headers: &HeaderMap) -> bool {
    prefers_html(headers) && !SERVICES.iter().any(|service| path.starts_with(service))
}

fn serve(uri: &Uri, headers: &HeaderMap, is_known: bool) -> Response {
    let path = uri.path();
    let is_lost = !is_known && Dist::get(path.trim_start_matches('/')).is_none() && is_lost(path, headers);
    let is_page = is_known || is_lost;
    let name = if is_page { "index.html" } else { path.trim_start_matches('/') };
    // Pages have addresses of their own.
    if !is_page && Path::new(name).extension().is_some_and(|ending| ending == "html") {
        return nothing_at(path);
    }
    found(name, headers, is_page, is_lost)
}

fn nothing_at(path: &str) -> Response {
    Error::not_found(format!("没有 {path} 这个地址。"), format!("There is nothing at {path}.")).into_response()
}

/// A file by its name.
fn found(name: &str, headers: &HeaderMap, is_page: bool, is_lost: bool) -> Response {
    let Some(file) = Dist::get(name) else {
        if is_page {
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                "The web is not built: npm ci && npm run build in web/, then build the program again.\n",
            )
                .into_response();
        }
        return nothing_at(&format!("/{name}"));
    };
    let hash = file.metadata.sha256_hash();
    let encoding = Encoding::accepted(headers);
    let etag =
        format!("\"{}-{}\"", hash[..16].iter().map(|byte| format!("{byte:02x}")).collect::<String>(), encoding.name());
    // Files under assets/ carry their content's hash in their name.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response =
        if !is_lost && headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mime = mime_guess::from_path(name).first_or_octet_stream();
            let text = mime.type_() == "text" || ["javascript", "json", "svg"].contains(&mime.subtype().as_str());
            let encoding = if text { encoding } else { Encoding::Identity };
            let bytes = Bytes::from(file.data.into_owned());
            let mut response = Response::new(Body::from(compressed(name, &hash, &bytes, encoding)));
            let kind = if text { format!("{mime}; charset=utf-8") } else { mime.to_string() };
            if let Ok(kind) = HeaderValue::from_str(&kind) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            if encoding != Encoding::Identity {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
            }
            response
        };
    let out = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_lost {
        out.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

type Known = HashMap<(String, [u8; 32], &'static str), Bytes>;

/// A file is compressed once; the files are few, so all of them are kept.
fn compressed(name: &str, hash: &[u8; 32], bytes: &Bytes, encoding: Encoding) -> Bytes {
    static DONE: Mutex<Option<Known>> = Mutex::new(None);
    if encoding == Encoding::Identity {
        return bytes.clone();
    }
    let key = (name.to_owned(), *hash, encoding.name());
    if let Some(done) = DONE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().get(&key) {
        return done.clone();
    }
    let done = compress(bytes, encoding);
    DONE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(key, done.clone());
    done
}
