//! 单点登录: other systems let people in by Gridhall's sign-in, as an `OpenID` Connect provider (code flow with PKCE), and
//! Gridhall lets in whom the city's office platform vouches for.
//!
//! What a system was given lives as long as the session that it was given from. Which systems there are, and which
//! platform vouches, is in the security administrator's hands.

mod authorize;
mod claims;
mod cors;
mod form;
mod keys;
mod model;
mod parameters;
mod provider;
mod refusal;
mod rules;
mod sign_out;
mod store;
mod systems;
mod token;
mod upstream;

use std::{sync::Arc, time::Duration};

use axum::{extract::FromRef, http::StatusCode, middleware::from_fn_with_state};
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;

use super::{Group, Module, Object, Page};
use crate::{
    kernel::{app::App, auth::Auth, error::Result, permission::READ_IDENTITY},
    map::Server,
};

/// Addresses that other sites' pages send to: systems in browsers, forms that lead here, and sign-outs. What a reader's
/// cookie could do there alone, a page of ours asks first.
const OPEN_TO_SITES: &[&str] =
    &["/oauth/authorize", "/oauth/logout", "/oauth/revoke", "/oauth/token", "/oauth/userinfo"];

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        routes: |server, _| routes(server.app.clone()),
        open_to_sites: OPEN_TO_SITES,
        objects: const {
            &[
                Object::new("system", ("接入系统", "Client system")),
                Object::new("provider", ("上级登录平台", "Sign-in provider")),
            ]
        },
        pages: const {
            &[
                Page::new("/portal", ("应用门户", "Applications")).in_group(Group::Desk, 40),
                Page::new("/admin/systems", ("单点登录", "Single sign-on"))
                    .needs(&[READ_IDENTITY])
                    .in_group(Group::System, 21),
            ]
        },
        jobs: &[sign_out::TELL, sign_out::END_OLD],
        ..Module::new("sso", ("单点登录", "Single sign-on"))
    }
}

/// Strangers may call most of these: none holds a connection for longer, however slowly it sends.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the addresses of single sign-on share.
struct SignOn {
    app: App,
    keys: keys::Keys,
    upstream: upstream::KnownProviders,
}

impl FromRef<Arc<SignOn>> for Auth {
    fn from_ref(shared: &Arc<SignOn>) -> Self {
        shared.app.auth.clone()
    }
}

fn routes(app: App) -> OpenApiRouter<Server> {
    let shared = Arc::new(SignOn { app, keys: keys::Keys::default(), upstream: upstream::KnownProviders::default() });
    provider::routes()
        .merge(authorize::routes())
        .merge(token::routes().layer(from_fn_with_state(shared.clone(), cors::for_registered)))
        .merge(sign_out::routes())
        .merge(systems::routes())
        .merge(upstream::routes())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .with_state(shared)
}

/// A client for addresses that an administrator has named: no redirects, no proxy, and no wait without an end.
fn http() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(8))
        .build()
        .map_err(|error| crate::kernel::error::Error::Internal(error.into()))
}
