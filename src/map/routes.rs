//! The map's routes.

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    basemaps, coordinates, live, measures, ogc, places, report, saved, server::Map, statistics, styles, tiles, transfer,
};

/// The map's routes, but for the tiles, which have their own short way.
pub fn routes(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(tiles::api::list))
        .routes(routes!(tiles::api::tilejson))
        .routes(routes!(styles::style))
        .routes(routes!(basemaps::api::base_maps))
        .routes(routes!(live::api::live))
        .routes(routes!(coordinates::coordinates))
        .routes(routes!(places::region))
        .routes(routes!(places::labels))
        .routes(routes!(places::city))
        .routes(routes!(measures::measures))
        .routes(routes!(statistics::area))
        .merge(saved::routes())
        .merge(report::routes())
        .merge(ogc::routes())
        .merge(transfer::routes())
        .with_state(map)
}

/// Routes that are asked for each place of a patrol: short answers, to which nothing is laid around but the outer layer.
pub fn place_routes(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(places::locate)).routes(routes!(places::nearby)).with_state(map)
}

/// The route of the tiles: nothing is laid around it.
pub fn tile_route(map: Arc<Map>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(tiles::api::tile)).with_state(map)
}
