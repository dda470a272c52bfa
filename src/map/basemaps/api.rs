//! The base maps that a reader may choose.

use std::sync::Arc;

use axum::extract::State;

use super::config::BaseMapList;
use crate::{
    kernel::{actor::Actor, error::Problem},
    map::Map,
};

/// The base maps that are configured beside the city's own.
#[utoipa::path(get, path = "/api/basemaps", tag = "map", responses((status = 200, body = BaseMapList), (status = 401, body = Problem)))]
pub(in crate::map) async fn base_maps(State(map): State<Arc<Map>>, _actor: Actor) -> axum::Json<BaseMapList> {
    axum::Json(BaseMapList { items: map.basemaps.items.clone() })
}
