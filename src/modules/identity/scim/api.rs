//! The routes of SCIM.

use std::sync::Arc;

use axum::{extract::DefaultBodyLimit, routing::any};
use utoipa_axum::router::OpenApiRouter;

use super::{
    discovery, groups,
    protocol::MAX_BODY,
    refusal::{self, Answer, not_there},
    users,
    wire::Caller,
};
use crate::map::Map;

pub(in crate::modules::identity) fn routes(map: Arc<Map>) -> OpenApiRouter {
    discovery::routes()
        .merge(users::routes())
        .merge(groups::routes())
        .route("/scim/v2/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(refusal::worded))
        .with_state(map)
}

/// What isn't there, said in SCIM's form.
async fn nothing(_: Caller) -> Answer<()> {
    Err(not_there().into())
}
