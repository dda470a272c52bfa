//! The cookies of sessions: no script reads one, and it goes by https alone where the reader came by it.

use axum::{
    http::{HeaderMap, HeaderValue, header, header::InvalidHeaderValue},
    response::Response,
};
use chrono::Utc;

use super::{COOKIE, SCREEN_COOKIE, Secret, asking_screen};
use crate::kernel::{actor::Actor, request};

/// A cookie of ours, for the addresses below `path`, that lasts so many seconds.
///
/// # Errors
/// When a name or a value can't stand in a header.
pub fn cookie(name: &str, value: &str, path: &str, seconds: i64) -> Result<HeaderValue, InvalidHeaderValue> {
    let secure = if request::is_https() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"))
}

fn set(name: &str, value: &str, seconds: i64, response: &mut Response) {
    if let Ok(cookie) = cookie(name, value, "/", seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn give(name: &str, secret: &Secret, actor: &Actor, response: &mut Response) {
    let left = actor.expires_at().map_or(0, |end| (end - Utc::now()).num_seconds().max(0));
    set(name, secret.reveal(), left, response);
}

/// The session's cookie comes, for as long as the session lasts.
pub fn give_cookie(secret: &Secret, actor: &Actor, response: &mut Response) {
    give(COOKIE, secret, actor, response);
}

/// The cookie of a screen comes. It lies beside the session of whoever opens the screen's address in their own browser.
pub fn give_screen_cookie(screen: i64, secret: &Secret, actor: &Actor, response: &mut Response) {
    give(&format!("{SCREEN_COOKIE}{screen}"), secret, actor, response);
}

/// The session's cookie goes.
pub fn forget_cookie(response: &mut Response) {
    set(COOKIE, "", 0, response);
}

/// Of a screen whose sign-in has ended the cookie goes, so that whoever signs in on its page is the one that is asked for.
pub fn forget_screen_cookie(headers: &HeaderMap, response: &mut Response) {
    if let Some(screen) = asking_screen(headers) {
        set(&format!("{SCREEN_COOKIE}{screen}"), "", 0, response);
    }
}
