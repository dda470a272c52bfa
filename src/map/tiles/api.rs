//! Vector tiles over HTTP: made from memory, or as they are kept.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::cache::{CachedTile, Key};
use crate::{
    kernel::{
        actor::Actor,
        audit_entry::{AuditEntry, Outcome},
        auth::ConnectionSession,
        encoding::Encoding,
        error::{Error, Result},
        http::{Path, guard},
        text::{Language, text},
    },
    layers::{Geometry, LayerStore, READ_MAP},
    map::{Map, features::count},
    spatial::{
        scope::Scope,
        tile::{self, FULL_ZOOM, MAX_ZOOM, TileId},
    },
};

/// A tile of at most so many features takes a millisecond or two: it is made where it is asked for, since handing it
/// to another thread and waiting for that one costs as much again.
const SMALL: usize = 4_096;

/// A layer's name, and that of a part of it: `case.open`.
fn named(layer: &str) -> (&str, Option<&str>) {
    layer.split_once('.').map_or((layer, None), |(layer, part)| (layer, Some(part)))
}

/// Which part of a layer a name means: 0 for all of it.
fn part_of(held: &LayerStore, part: Option<&str>) -> Result<u8> {
    let Some(name) = part else { return Ok(0) };
    let at = held.drawing.parts.iter().position(|part| part.name == name).and_then(|at| u8::try_from(at + 1).ok());
    at.ok_or_else(|| {
        let layer = held.def.name;
        Error::not_found(
            format!("图层 {layer} 没有 {name} 这一部分。"),
            format!("The layer {layer} has no part {name}."),
        )
    })
}

/// A tile's address as it is asked for: layer, zoom, column and row are still to be looked at.
#[derive(Clone, Copy)]
pub(in crate::map) struct Address<'a> {
    layer: &'a str,
    zxy: [&'a str; 3],
}

impl<'a> Address<'a> {
    /// None for what is no tile's.
    pub(in crate::map) fn of(path: &'a str) -> Option<Self> {
        let mut steps = path.strip_prefix("/tiles/")?.split('/');
        let mut step = || steps.next().filter(|step| !step.is_empty());
        let address = Self { layer: step()?, zxy: [step()?, step()?, step()?] };
        steps.next().is_none().then_some(address)
    }
}

/// One tile.
///
/// Mapbox Vector Tile 2.1 with one layer of the layer's name. A layer's name may be followed by that of a part of it
/// (`case.open`), as `GET /api/modules` lists them. Below zoom 15 features may be generalised or gathered,
/// and a gathered one says how many it stands for (`count`); what nobody can read from there is left out of it. From zoom
/// 15 up every feature in scope is there with its id and its properties.
#[utoipa::path(get, path = "/tiles/{layer}/{z}/{x}/{y}", tag = "tiles",
    params(("layer" = String, Path, description = "A layer of /tiles"), ("z" = u8, Path, maximum = 22), ("x" = u32, Path), ("y" = u32, Path)),
    responses((status = 200, description = "The tile", content_type = "application/vnd.mapbox-vector-tile", body = Vec<u8>),
        (status = 204, description = "Nothing is there"), (status = 304, description = "What the reader has still holds"),
        (status = 400, description = "No such tile in the scheme", body = crate::kernel::error::Problem),
        (status = 401, body = crate::kernel::error::Problem), (status = 403, body = crate::kernel::error::Problem),
        (status = 404, description = "No such layer", body = crate::kernel::error::Problem)))]
pub(in crate::map) async fn tile(State(map): State<Arc<Map>>, request: Request) -> Response {
    // Read where they stand: taking the address and the headers out by extractors would copy each of them.
    let (parts, _) = request.into_parts();
    match answer(&map, parts.uri.path(), &parts.headers).await {
        Ok(response) => response,
        Err(error) => {
            refused(&map, &parts.headers, parts.uri.path(), &error).await;
            said(&error, &parts.headers)
        }
    }
}

/// The answer to who is known already and asks for a tile that is kept, or made as quickly; none for anything else, which
/// [`tile`] answers.
pub(in crate::map) fn tile_at_once(
    map: &Map,
    session: &mut ConnectionSession,
    address: Address<'_>,
    headers: &HeaderMap,
) -> Option<Response> {
    let actor = map.app.auth.known(headers, session)?;
    let asked = AskedTile::of(map, actor, address, headers).ok()?;
    Some(respond(&*asked.at_once()?, asked.encoding, headers))
}

/// What any other method gets than those that ask for a tile.
pub(crate) async fn no_such_method(headers: HeaderMap) -> Response {
    said(&Error::MethodNotAllowed, &headers)
}

/// An error in the reader's language: no outer layer says it.
fn said(error: &Error, headers: &HeaderMap) -> Response {
    let language = Language::of(headers);
    let mut response = error.respond(language, None);
    guard(response.headers_mut());
    response
}

/// Tiles go past the outer layer, which has the audit keep refusals elsewhere.
async fn refused(map: &Map, headers: &HeaderMap, path: &str, error: &Error) {
    if let Error::Forbidden(permission) = error
        && let Ok(actor) = map.app.auth.actor(headers).await
    {
        let detail = serde_json::json!({ "permission": permission });
        let object = format!("GET {path}");
        let entry = AuditEntry { action: "request.denied", object, region: actor.home(), detail };
        map.app.db.note(&actor, Outcome::Denied, entry);
    }
}

async fn answer(map: &Arc<Map>, path: &str, headers: &HeaderMap) -> Result<Response> {
    let actor = map.app.auth.actor(headers).await?;
    let address = Address::of(path).ok_or_else(|| Error::not_found("没有这个地址。", "There is no such address."))?;
    let asked = AskedTile::of(map, &actor, address, headers)?;
    let encoding = asked.encoding;
    let made = match asked.at_once() {
        Some(made) => made,
        None => asked.in_turn(map.clone(), &actor).await?,
    };
    Ok(respond(&made, encoding, headers))
}

/// A tile that is asked for by who may see its layer.
struct AskedTile<'a> {
    map: &'a Map,
    held: &'a LayerStore,
    scope: &'a Scope,
    scope_id: u32,
    key: Key,
    tile: TileId,
    encoding: Encoding,
}

impl<'a> AskedTile<'a> {
    fn of(map: &'a Map, actor: &'a Actor, address: Address<'_>, headers: &HeaderMap) -> Result<Self> {
        let (layer, part) = named(address.layer);
        let (index, held) = map
            .memory
            .layer(layer)
            .ok_or_else(|| Error::not_found(format!("没有图层 {layer}。"), format!("There is no layer {layer}.")))?;
        actor.require(held.def.permission)?;
        let tile = tile_id(address.zxy)?;
        let key = Key { layer: index, part: part_of(held, part)?, z: tile.z, x: tile.x, y: tile.y };
        let scope = actor.scope();
        let scope_id = map.tiles.scope_id(scope);
        Ok(Self { map, held, scope, scope_id, key, tile, encoding: Encoding::accepted(headers) })
    }

    /// The tile if it is kept, or made in a millisecond or two.
    fn at_once(&self) -> Option<Arc<CachedTile>> {
        let tiles = &self.map.tiles;
        let kept = tiles.kept(&self.key, self.scope_id);
        if kept.as_ref().is_some_and(|made| made.raw.is_empty() || made.is_ready(self.encoding)) {
            tiles.hits.fetch_add(1, Ordering::Relaxed);
            return kept;
        }
        if !self.held.read().holds_at_most(&self.tile.bounds(tile::BUFFER), SMALL) {
            return None;
        }
        tiles.misses.fetch_add(1, Ordering::Relaxed);
        // Another encoding of a tile that is there needs only the compressing.
        Some(kept.unwrap_or_else(|| self.make()))
    }

    /// The tile, made when its turn comes.
    async fn in_turn(&self, map: Arc<Map>, actor: &Actor) -> Result<Arc<CachedTile>> {
        self.map.tiles.misses.fetch_add(1, Ordering::Relaxed);
        let (actor, key, tile, scope_id, encoding) = (actor.clone(), self.key, self.tile, self.scope_id, self.encoding);
        let work = move || {
            let held = &map.memory.layers()[usize::from(key.layer)];
            let asked = AskedTile { map: &map, held, scope: actor.scope(), scope_id, key, tile, encoding };
            let made = map.tiles.kept(&key, scope_id).unwrap_or_else(|| asked.make());
            if !made.raw.is_empty() {
                made.sent(encoding);
            }
            Ok(made)
        };
        self.map.making_tiles.run(work).await
    }

    /// Makes it on this thread and keeps it, unless the layer has changed meanwhile.
    fn make(&self) -> Arc<CachedTile> {
        let tiles = &self.map.tiles;
        let (raw, version) = {
            let layer = self.held.read();
            let drawing = &self.held.drawing;
            let part = usize::from(self.key.part).checked_sub(1).and_then(|part| drawing.parts.get(part));
            (tile::encode(&layer, drawing, part, self.tile, self.scope), layer.version())
        };
        let made = Arc::new(CachedTile::new(raw));
        if !made.raw.is_empty() {
            made.sent(self.encoding);
        }
        tiles.keep(self.key, self.scope_id, &made, || self.held.read().version() == version);
        made
    }
}

fn respond(made: &CachedTile, encoding: Encoding, headers: &HeaderMap) -> Response {
    if made.raw.is_empty() {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
        return response;
    }
    let sent = made.sent(encoding);
    let holds = headers.get(header::IF_NONE_MATCH).is_some_and(|value| {
        value == sent.etag
            || value.to_str().is_ok_and(|text| {
                let ours = sent.etag.to_str().unwrap_or_default();
                // RFC 9110, 13.1.2: compared weakly.
                text.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == ours)
            })
    });
    let mut response =
        if holds { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(sent.bytes.clone())) };
    let out = response.headers_mut();
    out.reserve(6);
    if !holds {
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile"));
        if encoding != Encoding::Identity {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
    out.insert(header::ETAG, sent.etag.clone());
    out.insert(header::CACHE_CONTROL, CACHE);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding, authorization, cookie"));
    response
}

const CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

fn tile_id([z, x, y]: [&str; 3]) -> Result<TileId> {
    let number = |text: &str, name: &str| {
        text.parse::<u32>().map_err(|_| {
            Error::bad(
                format!("{name} 应为非负整数，而不是“{text}”。"),
                format!("{name} is a whole number from 0 up, not {text:?}."),
            )
        })
    };
    // Some clients add the format's ending.
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(y);
    let (z, x, y) = (number(z, "z")?, number(x, "x")?, number(y, "y")?);
    u8::try_from(z).ok().and_then(|z| TileId::new(z, x, y)).ok_or_else(|| {
        Error::BadRequest(text(
            format!("没有瓦片 {z}/{x}/{y}：级别最大 {MAX_ZOOM}，行列号小于 2 的 z 次方。"),
            format!("There is no tile {z}/{x}/{y}: zoom goes up to {MAX_ZOOM}, x and y stay below 2^z."),
        ))
    })
}

/// A layer as the list of layers shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::map) struct LayerInfo {
    /// Its name in addresses.
    name: &'static str,
    /// What people call it.
    title: Title,
    /// Where its `TileJSON` is.
    tilejson: String,
    /// Point, Line or Polygon.
    geometry: &'static str,
    /// How many features the reader sees.
    count: u64,
    /// The least zoom with tiles.
    minzoom: u8,
    /// The greatest zoom that is worth asking for.
    maxzoom: u8,
}

/// A title in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::map) struct Title {
    /// 简体中文.
    zh: &'static str,
    /// English.
    en: &'static str,
}

/// The list of layers.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::map) struct LayerList {
    /// The layers that the reader may see.
    layers: Vec<LayerInfo>,
}

const fn geometry_name(geometry: Geometry) -> &'static str {
    match geometry {
        Geometry::Point => "Point",
        Geometry::Line => "Line",
        Geometry::Polygon => "Polygon",
    }
}

/// The layers that the reader may see.
#[utoipa::path(get, path = "/tiles", tag = "tiles", responses((status = 200, body = LayerList), (status = 401, body = crate::kernel::error::Problem), (status = 403, body = crate::kernel::error::Problem)))]
pub(in crate::map) async fn list(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
) -> Result<axum::Json<LayerList>> {
    actor.require(READ_MAP)?;
    let origin = map.app.edge.origin(&headers);
    let layers = map
        .memory
        .layers()
        .iter()
        .filter(|held| actor.may(held.def.permission))
        .map(|held| LayerInfo {
            name: held.def.name,
            title: Title { zh: held.def.title.0, en: held.def.title.1 },
            tilejson: format!("{origin}/tiles/{}.json", held.def.name),
            geometry: geometry_name(held.def.geometry),
            count: count(&held.read(), actor.scope()),
            minzoom: 0,
            maxzoom: MAX_ZOOM,
        })
        .collect();
    Ok(axum::Json(LayerList { layers }))
}

/// `TileJSON` 3.0 of a layer, at `/tiles/{layer}.json`.
#[utoipa::path(get, path = "/tiles/{layer}", tag = "tiles", params(("layer" = String, Path, description = "A layer's name with .json behind it")),
    responses((status = 200, description = "TileJSON 3.0", body = serde_json::Value), (status = 401, body = crate::kernel::error::Problem), (status = 404, body = crate::kernel::error::Problem)))]
pub(in crate::map) async fn tilejson(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<axum::Json<serde_json::Value>> {
    let name = file.strip_suffix(".json").unwrap_or(&file);
    let (whole, part) = named(name);
    let (_, held) = map.memory.layer(whole).filter(|_| file.len() > name.len()).ok_or_else(|| {
        Error::not_found(
            format!("没有图层 {name}；图层说明在 /tiles/图层名.json。"),
            format!("There is no layer {name}; a layer's description is at /tiles/NAME.json."),
        )
    })?;
    actor.require(held.def.permission)?;
    part_of(held, part)?;
    let origin = map.app.edge.origin(&headers);
    let fields: serde_json::Map<String, serde_json::Value> = held
        .drawing
        .columns
        .iter()
        .map(|&(index, name)| {
            let property = &held.def.properties[index];
            let from = if property.near { ", from zoom 15 up" } else { "" };
            (name.to_owned(), format!("{:?}{from}", property.kind).into())
        })
        .chain(
            (!matches!(held.drawing.rule, tile::Rule::Simplify | tile::Rule::ByClass(..)))
                .then(|| ("count".to_owned(), "Int: how many features it stands for, below zoom 15".into())),
        )
        .collect();
    let mut answer = serde_json::json!({
        "tilejson": "3.0.0",
        "name": held.def.name,
        "description": format!("{} {}", held.def.title.0, held.def.title.1),
        "scheme": "xyz",
        "tiles": [format!("{origin}/tiles/{name}/{{z}}/{{x}}/{{y}}")],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "fillzoom": FULL_ZOOM,
        "vector_layers": [{"id": held.def.name, "description": held.def.title.1, "minzoom": 0, "maxzoom": MAX_ZOOM, "fields": fields}],
    });
    if let Some(city) = map.memory.regions().city() {
        answer["bounds"] = serde_json::json!(city.bbox);
        answer["center"] = serde_json::json!([city.centre[0], city.centre[1], 11]);
    }
    Ok(axum::Json(answer))
}
