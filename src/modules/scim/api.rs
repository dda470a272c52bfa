//! The routes of SCIM.

use axum::{extract::DefaultBodyLimit, routing::any};
use utoipa_axum::router::OpenApiRouter;

use super::{
    discovery, groups,
    protocol::MAX_BODY,
    refusal::{self, Answer, not_there},
    users,
    wire::Caller,
};
use crate::{kernel::app::App, map::Server};

pub(super) fn routes(app: App) -> OpenApiRouter<Server> {
    discovery::routes()
        .merge(users::routes())
        .merge(groups::routes())
        .route("/scim/v2/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(refusal::worded))
        .with_state(app)
}

/// What isn't there, said in SCIM's form.
async fn nothing(_: Caller) -> Answer<()> {
    Err(not_there().into())
}
