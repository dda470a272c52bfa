//! Style documents for MapLibre, complete for offline use.

pub mod documents;

use std::sync::Arc;

use super::Map;
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Problem, Result},
        http::Path,
    },
    layers::READ_MAP,
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

/// A style document: `/styles/desk-light.json`, `/styles/wall-dark.json`.
#[utoipa::path(get, path = "/styles/{name}", tag = "tiles", params(("name" = String, Path, description = "desk-light.json or wall-dark.json")),
    responses((status = 200, description = "A MapLibre style", body = serde_json::Value), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn style(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response> {
    actor.require(READ_MAP)?;
    let name = file.strip_suffix(".json").unwrap_or_default();
    let style = map.styles.get(name).ok_or_else(|| {
        Error::not_found(
            "没有这个样式；可用 desk-light.json、wall-dark.json。",
            "There is no such style; there are desk-light.json and wall-dark.json.",
        )
    })?;
    let style = style.replace("{origin}", &map.app.edge.origin(&headers));
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "private, no-cache")], style)
        .into_response())
}
