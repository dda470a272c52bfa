//! The map's routes.

use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    basemaps, coordinates, live, measures, ogc, places, report, server::Server, statistics, styles, tiles, transfer,
};

/// The map's routes, but for the tiles, which have a fast path of their own.
pub fn routes() -> OpenApiRouter<Server> {
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
        .routes(routes!(places::locate))
        .routes(routes!(places::nearby))
        .routes(routes!(measures::measures))
        .routes(routes!(statistics::area))
        .merge(report::routes())
        .merge(ogc::routes())
        .merge(transfer::routes())
}

/// The route of the tiles: nothing is laid around it.
pub fn tile_route() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(tiles::api::tile))
}
