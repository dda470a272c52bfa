//! Where a place lies and what is near it; regions and the city by themselves.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Map,
    features::{self, count, properties},
    reads::note_people,
};
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Problem, Result},
        http::{Path, Query},
        permission::{READ_AUDIT, READ_IDENTITY},
    },
    layers::{READ_MAP, RegionInfo, RegionPath, RegionRef},
    spatial::{
        crs::{Crs, UnknownCrs},
        layer::Layer,
        mercator::Point,
        region::{Level, RegionCode},
        scope::{Coverage, Scope},
    },
};

const DEFAULT_RADIUS_M: f64 = 200.0;
const MAX_RADIUS_M: f64 = 5_000.0;
const MAX_NEAR: usize = 500;

/// Reads a region's code from an address or a body.
pub(super) fn region_code(text: &str) -> Result<RegionCode> {
    text.parse().map_err(|error| {
        Error::bad(format!("区划代码“{text}”有误：应为 4、6、9、12 或 15 位数字。"), format!("{text:?}: {error}."))
    })
}

pub(super) fn no_region(map: &Map, code: RegionCode) -> Error {
    let short = code.short();
    Error::not_found(
        format!("没有代码为 {short} 的区划，或不在您的辖区内。"),
        format!("There is no region {short}, or it isn't in your scope."),
    )
    .out_of(map.memory.regions().get(code).map(|info| info.code.get()))
}

/// The region of a query, the city when it names none; and what of it the actor sees.
///
/// # Errors
/// 400 for what is no code, 404 for a region that isn't there or of which they see nothing.
pub fn seen_region(map: &Map, actor: &Actor, code: Option<&str>) -> Result<(RegionCode, Scope)> {
    let regions = map.memory.regions();
    let code = match code {
        Some(text) => region_code(text)?,
        None => {
            regions
                .city()
                .ok_or_else(|| Error::not_found("还没有导入区划。", "No regions have been imported yet."))?
                .code
        }
    };
    let whole = Scope::of(&[code]).map_err(|error| Error::Internal(error.into()))?;
    let scope = actor.scope().intersection(&whole);
    if regions.get(code).is_none() || scope.ranges().is_empty() {
        return Err(no_region(map, code));
    }
    Ok((code, scope))
}

/// A place.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// Longitude (or easting) in the coordinate system named.
    lon: f64,
    /// Latitude (or northing).
    lat: f64,
    /// EPSG:4326 (default), EPSG:4490, EPSG:3857, EPSG:4513 to 4554, GCJ-02 or BD-09.
    #[param(pattern = "^(EPSG:(4326|4490|3857|45(1[3-9]|[2-4][0-9]|5[0-4]))|GCJ-02|BD-09)$")]
    crs: Option<String>,
}

/// Longitude and latitude in WGS 84.
pub(super) fn wgs84(query: &PlaceQuery) -> Result<(f64, f64)> {
    let crs = match &query.crs {
        None => Crs::Wgs84,
        Some(name) => name.parse().map_err(|error: UnknownCrs| {
            Error::bad(
                format!("不认识坐标系“{name}”；可用 EPSG:4326、4490、3857、4513 至 4554、GCJ-02、BD-09。"),
                format!("{error}."),
            )
        })?,
    };
    let (x, y) = (query.lon, query.lat);
    crs.to_wgs84(x, y).filter(|(_, lat)| lat.abs() <= 85.0).ok_or_else(|| {
        Error::bad(format!("({x}, {y}) 不是 {crs} 中的位置。"), format!("({x}, {y}) is not a place in {crs}."))
    })
}

/// A building, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuildingRef {
    /// Its id.
    id: i64,
    /// Its name.
    name: String,
}

/// Where a place lies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Located {
    /// Longitude, WGS 84.
    lon: f64,
    /// Latitude, WGS 84.
    lat: f64,
    /// The code of the grid; 0 outside every grid.
    region: i64,
    /// From the city down to the grid.
    #[schema(value_type = Vec<RegionRef>)]
    path: RegionPath,
    /// The building that stands there.
    building: Option<BuildingRef>,
}

/// The regions and the building at a place.
#[utoipa::path(get, path = "/api/locate", tag = "map", params(PlaceQuery),
    responses((status = 200, body = Located), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn locate(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<PlaceQuery>,
) -> Result<axum::Json<Located>> {
    actor.require(READ_MAP)?;
    Ok(axum::Json(located(&map, &actor, wgs84(&query)?)))
}

/// The grid at a place, in the city's whole; nothing outside every grid.
#[must_use]
pub fn grid_at(map: &Map, lon: f64, lat: f64) -> Option<RegionCode> {
    let (_, held) = map.memory.layer("grid")?;
    let region = held.read().first_covering(Point::from_lonlat(lon, lat), &Scope::everything())?.region();
    RegionCode::new(region).ok()
}

fn located(map: &Map, actor: &Actor, (lon, lat): (f64, f64)) -> Located {
    let point = Point::from_lonlat(lon, lat);
    let region = map
        .memory
        .layer("grid")
        .and_then(|(_, held)| held.read().first_covering(point, actor.scope()).map(|view| view.region()));
    let regions = map.memory.regions();
    let path =
        region.and_then(|region| RegionCode::new(region).ok()).map(|code| regions.path(code)).unwrap_or_default();
    let building = map.memory.layers().iter().find(|held| held.def.encloses).and_then(|held| {
        let layer = held.read();
        let view = layer.first_covering(point, actor.scope())?;
        let name = match held.column("name").map(|column| view.value(column)) {
            Some(crate::spatial::feature::ValueRef::Text(name)) => name.to_owned(),
            _ => String::new(),
        };
        Some(BuildingRef { id: view.id(), name })
    });
    Located { lon, lat, region: region.unwrap_or(0), path, building }
}

/// What is asked about the neighbourhood.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NearbyQuery {
    /// Longitude, WGS 84.
    lon: f64,
    /// Latitude, WGS 84.
    lat: f64,
    /// Coordinate system of the place, as for locate.
    #[param(pattern = "^(EPSG:(4326|4490|3857|45(1[3-9]|[2-4][0-9]|5[0-4]))|GCJ-02|BD-09)$")]
    crs: Option<String>,
    /// The layer.
    layer: String,
    /// Metres, up to 5,000; 200 when not given.
    #[param(exclusive_minimum = 0, maximum = 5000, default = 200)]
    radius_m: Option<f64>,
    /// At most so many, up to 500; 20 when not given.
    #[param(minimum = 1, maximum = 500, default = 20)]
    limit: Option<usize>,
}

/// What is near a place.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nearby {
    /// The nearest first.
    items: Vec<NearbyItem>,
}

/// Something near.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearbyItem {
    /// Its layer.
    layer: &'static str,
    /// Its id.
    id: i64,
    /// Metres to its nearest point.
    distance_m: f64,
    /// Longitude of its middle, WGS 84.
    lon: f64,
    /// Latitude of its middle.
    lat: f64,
    /// The grid in which it stands.
    region: i64,
    /// What readers see of it.
    #[schema(value_type = Object)]
    properties: serde_json::Value,
}

/// The items of a layer near a place.
#[utoipa::path(get, path = "/api/nearby", tag = "map", params(NearbyQuery),
    responses((status = 200, body = Nearby), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn nearby(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<NearbyQuery>,
) -> Result<axum::Json<Nearby>> {
    let place = wgs84(&PlaceQuery { lon: query.lon, lat: query.lat, crs: query.crs })?;
    let (_, held) = map.memory.layer(&query.layer).ok_or_else(|| {
        Error::not_found(format!("没有图层 {}。", query.layer), format!("There is no layer {}.", query.layer))
    })?;
    actor.require(held.def.permission)?;
    let radius = query.radius_m.unwrap_or(DEFAULT_RADIUS_M);
    if !(radius > 0.0 && radius <= MAX_RADIUS_M) {
        return Err(Error::bad(
            format!("半径应在 0 到 {MAX_RADIUS_M} 米之间。"),
            format!("radius_m lies above 0 and up to {MAX_RADIUS_M}."),
        ));
    }
    let limit = query.limit.unwrap_or(20);
    if limit == 0 || limit > MAX_NEAR {
        return Err(Error::bad(
            format!("limit 应为 1 到 {MAX_NEAR}。"),
            format!("limit lies between 1 and {MAX_NEAR}."),
        ));
    }
    let near = |layer: &Layer| -> Vec<NearbyItem> {
        layer
            .nearest(place, radius, limit, actor.scope())
            .into_iter()
            .map(|near| {
                let (lon, lat) = features::place(&near.view);
                NearbyItem {
                    layer: held.def.name,
                    id: near.view.id(),
                    distance_m: (near.distance_m * 100.0).round() / 100.0,
                    lon,
                    lat,
                    region: near.view.region(),
                    properties: properties(held, &near.view),
                }
            })
            .collect()
    };
    let items = near(&held.read());
    note_people(&map.app.db, &actor, held, "nearby".to_owned(), items.len()).await?;
    Ok(axum::Json(Nearby { items }))
}

/// A region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionDetail {
    /// The 15-digit code.
    code: i64,
    /// The code without the zeros of lower levels.
    short: String,
    /// city, county, street, community or grid.
    #[schema(value_type = String)]
    level: Level,
    /// Its name.
    name: String,
    /// Whether its boundary was made, not surveyed.
    made: bool,
    /// Where code, name and boundary come from.
    source: String,
    /// From the city down to itself.
    #[schema(value_type = Vec<RegionRef>)]
    path: RegionPath,
    /// West, south, east, north in WGS 84.
    bbox: [f64; 4],
    /// A place within it.
    centre: [f64; 2],
    /// Square metres on the ellipsoid.
    area_m2: f64,
    /// The regions one level down, of which the reader sees some part.
    children: Vec<RegionRef>,
}

/// A region with its children.
#[utoipa::path(get, path = "/api/regions/{code}", tag = "map", params(("code" = String, Path, pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$", description = "A region's code, short or full")),
    responses((status = 200, body = RegionDetail), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
pub(super) async fn region(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(code): Path<String>,
) -> Result<axum::Json<RegionDetail>> {
    // Who manages agencies chooses their regions, and sees no map.
    // Regions are named where agencies stand in them, and where the audit is narrowed by them.
    if !actor.may(READ_IDENTITY) && !actor.may(READ_AUDIT) {
        actor.require(READ_MAP)?;
    }
    let code = region_code(&code)?;
    let sees = |code: RegionCode| actor.scope().holds(*code.range().start(), *code.range().end()) != Coverage::None;
    let regions = map.memory.regions();
    let info = regions.get(code).filter(|_| sees(code)).ok_or_else(|| no_region(&map, code))?;
    Ok(axum::Json(RegionDetail {
        code: code.get(),
        short: code.short(),
        level: code.level(),
        name: info.name.clone(),
        made: info.made,
        source: info.source.clone(),
        path: regions.path(code),
        bbox: info.bbox,
        centre: info.centre,
        area_m2: info.area_m2,
        children: regions.children(code).filter(|child| sees(child.code)).map(RegionRef::from).collect(),
    }))
}

/// The city as the reader sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct City {
    /// The 15-digit code.
    code: i64,
    /// The four digits of the city.
    short: String,
    /// Its name.
    name: String,
    /// What the map opens on: the reader's part of the city. West, south, east, north in WGS 84.
    bbox: [f64; 4],
    /// A place in its middle.
    centre: [f64; 2],
    /// How many features of each layer the reader sees.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    layers: serde_json::Value,
    /// Whether boundaries that the reader sees were made, not surveyed.
    made: bool,
    /// The map's approval number (审图号), where the operator gives one.
    approval: Option<String>,
    /// The unit that makes the map, where the operator names one.
    author: Option<String>,
    /// When this was counted.
    as_of: chrono::DateTime<chrono::Utc>,
}

/// The city: where it lies and how much the reader sees of it.
#[utoipa::path(get, path = "/api/city", tag = "map", responses((status = 200, body = City), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No regions have been imported", body = Problem)))]
pub(super) async fn city(State(map): State<Arc<Map>>, actor: Actor) -> Result<axum::Json<City>> {
    actor.require(READ_MAP)?;
    let regions = map.memory.regions();
    let city =
        regions.city().ok_or_else(|| Error::not_found("还没有导入区划。", "No regions have been imported yet."))?;
    let own: Vec<&RegionInfo> = actor.regions().iter().filter_map(|code| regions.get(*code)).collect();
    let mut boxes = own.iter().map(|info| info.bbox);
    let bbox = boxes.next().map_or(city.bbox, |first| {
        boxes.fold(first, |a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    });
    let place = own.first().map_or(city, |info| *info);
    let as_of = map.app.clock.now();
    let centre = place.centre;
    let credits = map.credits.clone();
    let made = own.iter().copied().chain(regions.within(actor.scope())).any(|info| info.made);
    let layers = tokio::task::spawn_blocking(move || {
        let counts = map
            .memory
            .layers()
            .iter()
            .filter(|held| actor.may(held.def.permission))
            .map(|held| (held.def.name.to_owned(), count(&held.read(), actor.scope()).into()));
        serde_json::Value::Object(counts.collect())
    })
    .await
    .map_err(|error| Error::Internal(error.into()))?;
    Ok(axum::Json(City {
        code: city.code.get(),
        short: city.code.short(),
        name: city.name.clone(),
        bbox,
        centre,
        layers,
        made,
        approval: credits.approval,
        author: credits.author,
        as_of,
    }))
}

/// The regions' names as points, for labels on a map.
#[utoipa::path(get, path = "/api/regions/labels.geojson", tag = "map",
    responses((status = 200, description = "GeoJSON: a point within each region in scope, with name, level and rank", body = serde_json::Value), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn labels(State(map): State<Arc<Map>>, actor: Actor) -> Result<axum::Json<serde_json::Value>> {
    actor.require(READ_MAP)?;
    let regions = map.memory.regions();
    let features: Vec<serde_json::Value> = regions
        .within(actor.scope())
        .map(|info| {
            // The larger first where two names would stand on one another.
            let rank = -info.area_m2.round();
            serde_json::json!({
                "type": "Feature",
                "id": info.code.get(),
                "geometry": {"type": "Point", "coordinates": info.centre},
                "properties": {"name": info.name, "level": info.code.level(), "rank": rank},
            })
        })
        .collect();
    Ok(axum::Json(serde_json::json!({"type": "FeatureCollection", "features": features})))
}
