//! OGC API - Features, Part 1 (17-069r4): every layer as a collection, read from memory within the reader's scope.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, SecondsFormat};
use geo::Intersects;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Map, Server,
    features::{count, properties},
    reads::note_people,
};
use crate::{
    kernel::{
        accept::prefers_html,
        actor::Actor,
        error::{Error, Problem, Result},
        http::{Path, Query},
        text::Language,
    },
    layers::{Geometry, LayerStore},
    spatial::{
        column::ColumnKind,
        feature::{ValueRef, ring_area2},
        layer::View,
        mercator::{Bounds, Point},
    },
};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 10_000;
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const GEOJSON: &str = "application/geo+json";
/// What the API's description is (its class `oas30` is of `OpenAPI` 3.0, which this isn't).
const DESCRIPTION: &str = "application/vnd.oai.openapi+json;version=3.1";
const CONFORMS: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
];

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(landing))
        .routes(routes!(conformance))
        .routes(routes!(collections))
        .routes(routes!(collection))
        .routes(routes!(items))
        .routes(routes!(item))
        // Who joins addresses by hand ends some with a slash.
        .route("/ogc/", get(landing))
        .route("/ogc/conformance/", get(conformance))
        .route("/ogc/collections/", get(collections))
        .route("/ogc/collections/{layer}/", get(collection))
        .route("/ogc/collections/{layer}/items/", get(items))
}

/// The parameters of a request, each given once.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
struct Params(BTreeMap<String, String>);

impl TryFrom<Vec<(String, String)>> for Params {
    type Error = String;

    fn try_from(pairs: Vec<(String, String)>) -> std::result::Result<Self, String> {
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            if params.contains_key(&name) {
                return Err(format!("duplicate field `{name}`"));
            }
            params.insert(name, value);
        }
        Ok(Self(params))
    }
}

/// How the answer is written.
struct AnswerForm {
    html: bool,
    language: Language,
    base: String,
}

impl AnswerForm {
    fn of(map: &Map, headers: &HeaderMap, params: &Params) -> Result<Self> {
        let html = match params.0.get("f").map(String::as_str) {
            None => prefers_html(headers),
            Some("html") => true,
            Some("json") => false,
            Some(other) => {
                return Err(Error::bad(
                    format!("f 应为 json 或 html，而不是“{other}”。"),
                    format!("f is json or html, not {other:?}."),
                ));
            }
        };
        let language = Language::of(headers);
        Ok(Self { html, language, base: format!("{}/ogc", map.app.edge.origin(headers)) })
    }

    fn answer(&self, kind: &'static str, value: &Value, title: &str, body: impl FnOnce() -> String) -> Response {
        if self.html {
            return page(title, &body(), self.language).into_response();
        }
        ([(header::CONTENT_TYPE, kind)], value.to_string()).into_response()
    }

    fn title(&self, held: &LayerStore) -> &'static str {
        match self.language {
            Language::Chinese => held.def.title.0,
            Language::English => held.def.title.1,
        }
    }

    fn link(&self, rel: &str, kind: &str, path: &str, title: &str) -> Value {
        json!({"rel": rel, "type": kind, "href": format!("{}{path}", self.base), "title": title})
    }
}

fn known(params: &Params, names: &[&str]) -> Result<()> {
    match params.0.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(Error::bad(format!("没有参数“{name}”。"), format!("There is no parameter {name:?}."))),
        None => Ok(()),
    }
}

/// The landing page of the OGC API.
#[utoipa::path(get, path = "/ogc", tag = "ogc", params(("f" = Option<String>, Query, pattern = "^(json|html)$", description = "json or html")), responses((status = 200, content((Value = "application/json"), (String = "text/html"))), (status = 401, body = Problem)))]
async fn landing(
    State(map): State<Arc<Map>>,
    _: Actor,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> Result<Response> {
    known(&params, &["f"])?;
    let form = AnswerForm::of(&map, &headers, &params)?;
    let value = json!({
        "title": "Gridhall",
        "description": "网格化社区治理图层 · The layers of grid governance",
        "links": [
            form.link("self", "application/json", "?f=json", "JSON"),
            form.link("alternate", "text/html", "?f=html", "HTML"),
            {"rel": "service-desc", "type": DESCRIPTION, "href": format!("{}/api/openapi.json", map.app.edge.origin(&headers)), "title": "OpenAPI"},
            {"rel": "service-doc", "type": "text/html", "href": format!("{}/api/docs", map.app.edge.origin(&headers)), "title": "API"},
            form.link("conformance", "application/json", "/conformance", "Conformance"),
            form.link("data", "application/json", "/collections", "Collections"),
        ],
    });
    Ok(form.answer("application/json", &value, "OGC API", || {
        let data = match form.language { Language::Chinese => "图层", Language::English => "Layers" };
        format!("<ul><li><a href='/ogc/collections?f=html'>{data}</a><li><a href='/ogc/conformance?f=html'>Conformance</a><li><a href='/api/docs'>API</a></ul>")
    }))
}

/// What the OGC API conforms to.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", params(("f" = Option<String>, Query, pattern = "^(json|html)$", description = "json or html")), responses((status = 200, content((Value = "application/json"), (String = "text/html"))), (status = 401, body = Problem)))]
async fn conformance(
    State(map): State<Arc<Map>>,
    _: Actor,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> Result<Response> {
    known(&params, &["f"])?;
    let form = AnswerForm::of(&map, &headers, &params)?;
    Ok(form.answer("application/json", &json!({"conformsTo": CONFORMS}), "Conformance", || {
        format!("<ul>{}</ul>", CONFORMS.iter().map(|class| format!("<li>{class}")).collect::<String>())
    }))
}

fn describe(map: &Map, form: &AnswerForm, held: &LayerStore, count: u64) -> Value {
    let name = held.def.name;
    let mut value = json!({
        "id": name,
        "title": form.title(held),
        "description": format!("{} {}", held.def.title.0, held.def.title.1),
        "itemType": "feature",
        "itemCount": count,
        "crs": [CRS84],
        "links": [
            form.link("self", "application/json", &format!("/collections/{name}?f=json"), "JSON"),
            form.link("alternate", "text/html", &format!("/collections/{name}?f=html"), "HTML"),
            form.link("items", GEOJSON, &format!("/collections/{name}/items?f=json"), form.title(held)),
            form.link("items", "text/html", &format!("/collections/{name}/items?f=html"), form.title(held)),
        ],
    });
    if let Some(city) = map.memory.regions().city() {
        value["extent"] = json!({"spatial": {"bbox": [city.bbox], "crs": CRS84}});
    }
    value
}

/// The layers as collections.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", params(("f" = Option<String>, Query, pattern = "^(json|html)$", description = "json or html")), responses((status = 200, content((Value = "application/json"), (String = "text/html"))), (status = 401, body = Problem)))]
async fn collections(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> Result<Response> {
    known(&params, &["f"])?;
    let form = AnswerForm::of(&map, &headers, &params)?;
    let readable: Vec<(&LayerStore, u64)> = map
        .memory
        .layers()
        .iter()
        .filter(|held| actor.may(held.def.permission))
        .map(|held| (held, count(&held.read(), actor.scope())))
        .collect();
    let value = json!({
        "collections": readable.iter().map(|(held, count)| describe(&map, &form, held, *count)).collect::<Vec<_>>(),
        "links": [form.link("self", "application/json", "/collections?f=json", "JSON"), form.link("alternate", "text/html", "/collections?f=html", "HTML")],
    });
    let title = match form.language {
        Language::Chinese => "图层",
        Language::English => "Layers",
    };
    Ok(form.answer("application/json", &value, title, || {
        let rows: String = readable
            .iter()
            .map(|(held, count)| format!("<tr><td><a href='/ogc/collections/{0}/items?f=html'>{1}</a><td><code>{0}</code><td class=n>{count}", held.def.name, form.title(held)))
            .collect();
        format!("<table>{rows}</table>")
    }))
}

fn find<'a>(map: &'a Map, actor: &Actor, name: &str) -> Result<&'a LayerStore> {
    let (_, held) = map
        .memory
        .layer(name)
        .ok_or_else(|| Error::not_found(format!("没有图层 {name}。"), format!("There is no layer {name}.")))?;
    actor.require(held.def.permission)?;
    Ok(held)
}

/// A layer as a collection.
#[utoipa::path(get, path = "/ogc/collections/{layer}", tag = "ogc", params(("layer" = String, Path), ("f" = Option<String>, Query, pattern = "^(json|html)$", description = "json or html")), responses((status = 200, content((Value = "application/json"), (String = "text/html"))), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn collection(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Path(layer): Path<String>,
    Query(params): Query<Params>,
) -> Result<Response> {
    known(&params, &["f"])?;
    let form = AnswerForm::of(&map, &headers, &params)?;
    let held = find(&map, &actor, &layer)?;
    let count = count(&held.read(), actor.scope());
    Ok(form.answer("application/json", &describe(&map, &form, held, count), form.title(held), || {
        format!("<p>{count}</p><p><a href='/ogc/collections/{layer}/items?f=html'>{}</a></p>", form.title(held))
    }))
}

/// What is asked of a collection.
struct Ask {
    boxes: Vec<([f64; 4], Bounds)>,
    /// Seconds since 1970, both ends within.
    time: Option<(i64, i64)>,
    /// Columns and the text that they must read as.
    equal: Vec<(usize, String)>,
    limit: usize,
    after: i64,
}

impl Ask {
    fn read(held: &LayerStore, params: &Params) -> Result<Self> {
        let mut ask = Self { boxes: Vec::new(), time: None, equal: Vec::new(), limit: DEFAULT_LIMIT, after: i64::MIN };
        for (name, value) in &params.0 {
            match name.as_str() {
                "f" => {}
                "limit" => {
                    let limit: usize = value
                        .parse()
                        .ok()
                        .filter(|limit| *limit > 0)
                        .ok_or_else(|| Error::bad("limit 应为正整数。", "limit is a whole number above 0."))?;
                    // Part 1, 7.15.2: a greater limit than the server's is not an error.
                    ask.limit = limit.min(MAX_LIMIT);
                }
                "after" => {
                    ask.after =
                        value.parse().map_err(|_| Error::bad("after 应为整数。", "after is a whole number."))?;
                }
                "bbox" => ask.boxes = boxes(value)?,
                "bbox-crs" if value == CRS84 => {}
                "bbox-crs" => {
                    return Err(Error::bad(
                        format!("bbox-crs 只支持 {CRS84}。"),
                        format!("bbox-crs can only be {CRS84}."),
                    ));
                }
                "datetime" => ask.time = Some(interval(value)?),
                _ => {
                    let column =
                        held.column(name).filter(|&column| held.def.properties[column].shown).ok_or_else(|| {
                            Error::bad(
                                format!("没有参数或属性“{name}”。"),
                                format!("There is no parameter or property {name:?}."),
                            )
                        })?;
                    let kind = held.def.properties[column].kind;
                    if !could_read_as(kind, value) {
                        return Err(Error::bad(
                            format!("属性 {name} 没有“{value}”这样的值。"),
                            format!("{value:?} is no value that {name} can have."),
                        ));
                    }
                    ask.equal.push((column, value.clone()));
                }
            }
        }
        Ok(ask)
    }

    fn holds(&self, held: &LayerStore, view: &View<'_>) -> bool {
        let at = held.column("reported_at");
        if let (Some((from, to)), Some(column)) = (self.time, at) {
            match view.value(column) {
                ValueRef::Int(moment) if from <= moment && moment <= to => {}
                _ => return false,
            }
        }
        self.equal
            .iter()
            .all(|(column, wanted)| reads_as(view.value(*column), held.def.properties[*column].kind, wanted))
            && (self.boxes.is_empty() || self.boxes.iter().any(|(_, bounds)| meets(view, bounds)))
    }
}

/// Whether a property of this kind can have the value at all.
fn could_read_as(kind: ColumnKind, wanted: &str) -> bool {
    match kind {
        ColumnKind::Time => DateTime::parse_from_rfc3339(wanted).is_ok(),
        ColumnKind::Int => wanted.parse::<i64>().is_ok(),
        ColumnKind::Real => wanted.parse::<f32>().is_ok(),
        ColumnKind::Bool => wanted.parse::<bool>().is_ok(),
        _ => true,
    }
}

fn reads_as(value: ValueRef<'_>, kind: ColumnKind, wanted: &str) -> bool {
    match (value, kind) {
        (ValueRef::Null, _) => false,
        (ValueRef::Text(text), _) => text == wanted,
        (ValueRef::Int(seconds), ColumnKind::Time) => {
            DateTime::parse_from_rfc3339(wanted).is_ok_and(|moment| moment.timestamp() == seconds)
        }
        (ValueRef::Int(number), _) => wanted.parse() == Ok(number),
        (ValueRef::Real(number), _) => wanted.parse() == Ok(number),
        (ValueRef::Bool(flag), _) => wanted.parse() == Ok(flag),
    }
}

/// Whether a feature's shape, and not only its box, meets the bounds.
fn meets(view: &View<'_>, bounds: &Bounds) -> bool {
    let own = view.bounds();
    if !own.meets(bounds) {
        return false;
    }
    if bounds.holds(&own) {
        return true;
    }
    let coord = |point: Point| geo::Coord { x: f64::from(point.x), y: f64::from(point.y) };
    let rect = geo::Rect::new(
        geo::Coord { x: f64::from(bounds.min_x), y: f64::from(bounds.min_y) },
        geo::Coord { x: f64::from(bounds.max_x), y: f64::from(bounds.max_y) },
    );
    let feature = view.to_feature(0);
    match feature.shape {
        crate::spatial::feature::Shape::Point(_) => true,
        crate::spatial::feature::Shape::Lines(lines) => {
            lines.iter().any(|line| geo::LineString::new(line.iter().copied().map(coord).collect()).intersects(&rect))
        }
        crate::spatial::feature::Shape::Rings(rings) => polygons(&rings).iter().any(|polygon| {
            let mut parts = polygon.iter().map(|ring| geo::LineString::new(ring.iter().copied().map(coord).collect()));
            let outer = parts.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
            geo::Polygon::new(outer, parts.collect()).intersects(&rect)
        }),
    }
}

/// Rings gathered into polygons: an outer ring opens one, the holes behind it are its own.
fn polygons(rings: &[Vec<Point>]) -> Vec<Vec<&Vec<Point>>> {
    let mut polygons: Vec<Vec<&Vec<Point>>> = Vec::new();
    for ring in rings {
        match polygons.last_mut() {
            Some(polygon) if ring_area2(ring) < 0 => polygon.push(ring),
            _ => polygons.push(vec![ring]),
        }
    }
    polygons
}

/// Reads a box of degrees: one, or two over the 180th meridian.
pub(super) fn boxes(text: &str) -> Result<Vec<([f64; 4], Bounds)>> {
    let wrong = || Error::bad("bbox 应为 西,南,东,北 四个经纬度。", "bbox is west,south,east,north in degrees.");
    let numbers: Vec<f64> =
        text.split(',').map(|part| part.trim().parse().map_err(|_| wrong())).collect::<Result<_>>()?;
    let (&[west, south, east, north] | &[west, south, _, east, north, _]) = numbers.as_slice() else {
        return Err(wrong());
    };
    let lon = |value: f64| (-180.0..=180.0).contains(&value);
    if !(lon(west) && lon(east) && south <= north && south >= -90.0 && north <= 90.0) {
        return Err(wrong());
    }
    // A box over the 180th meridian is two.
    let parts = if west <= east {
        vec![[west, south, east, north]]
    } else {
        vec![[west, south, 180.0, north], [-180.0, south, east, north]]
    };
    Ok(parts.into_iter().map(|part| (part, Bounds::from_degrees(part))).collect())
}

fn interval(text: &str) -> Result<(i64, i64)> {
    let moment = |text: &str, open: i64| {
        if text.is_empty() || text == ".." {
            return Ok(open);
        }
        DateTime::parse_from_rfc3339(text).map(|moment| moment.timestamp()).map_err(|_| {
            Error::bad(
                format!("datetime 中的“{text}”不是 RFC 3339 时间。"),
                format!("{text:?} in datetime is not a moment in the form of RFC 3339."),
            )
        })
    };
    match text.split_once('/') {
        None => {
            let at = moment(text, i64::MIN)?;
            Ok((at, at))
        }
        Some((from, to)) => {
            let (from, to) = (moment(from, i64::MIN)?, moment(to, i64::MAX)?);
            if from > to {
                return Err(Error::bad("datetime 的开始晚于结束。", "datetime begins after it ends."));
            }
            Ok((from, to))
        }
    }
}

fn coordinate(point: Point) -> Value {
    let (lon, lat) = point.to_lonlat();
    // A hundred millionth of a degree is a millimetre.
    let round = |value: f64| (value * 1e8).round() / 1e8;
    json!([round(lon), round(lat)])
}

pub(super) fn geometry(held: &LayerStore, view: &View<'_>) -> Value {
    match held.def.geometry {
        Geometry::Point => json!({"type": "Point", "coordinates": coordinate(view.anchor())}),
        Geometry::Line => {
            let mut lines: Vec<Value> = Vec::new();
            view.each_part(|line| lines.push(line.iter().copied().map(coordinate).collect()));
            match lines.len() {
                1 => json!({"type": "LineString", "coordinates": lines[0]}),
                _ => json!({"type": "MultiLineString", "coordinates": lines}),
            }
        }
        Geometry::Polygon => {
            let mut rings: Vec<Vec<Point>> = Vec::new();
            view.each_part(|ring| rings.push(ring.to_vec()));
            // RFC 7946: outer rings run counterclockwise with north up, the other way than in memory; rings are closed.
            let ring = |ring: &Vec<Point>| -> Value {
                ring.first().into_iter().chain(ring.iter().rev()).copied().map(coordinate).collect()
            };
            let polygons: Vec<Value> =
                polygons(&rings).into_iter().map(|polygon| polygon.into_iter().map(ring).collect()).collect();
            json!({"type": "MultiPolygon", "coordinates": polygons})
        }
    }
}

fn feature(held: &LayerStore, view: &View<'_>) -> Value {
    let mut properties = properties(held, view);
    properties["region"] = view.region().into();
    json!({"type": "Feature", "id": view.id(), "geometry": geometry(held, view), "properties": properties})
}

/// The features of a page, the id to go on after, and how many there are in all.
fn select(held: &LayerStore, actor: &Actor, ask: &Ask) -> (Vec<Value>, Option<i64>, u64) {
    let layer = held.read();
    let plain = ask.time.is_none() && ask.equal.is_empty() && ask.boxes.is_empty();
    let mut features = Vec::new();
    let mut last = None;
    let mut more = false;
    let mut take = |view: View<'_>| {
        if features.len() == ask.limit {
            more = true;
            return false;
        }
        last = Some(view.id());
        features.push(feature(held, &view));
        true
    };
    let matched =
        if ask.boxes.is_empty() {
            let mut matched = if plain { count(&layer, actor.scope()) } else { 0 };
            if !plain {
                layer.visit(&Bounds::WORLD, actor.scope(), |view| matched += u64::from(ask.holds(held, &view)));
            }
            layer.visit_by_id(ask.after, actor.scope(), |view| {
                if plain || ask.holds(held, &view) { take(view) } else { true }
            });
            matched
        } else {
            let mut ids = Vec::new();
            for (_, bounds) in &ask.boxes {
                layer.visit(bounds, actor.scope(), |view| {
                    if ask.holds(held, &view) {
                        ids.push(view.id());
                    }
                });
            }
            ids.sort_unstable();
            ids.dedup();
            let from = ids.partition_point(|id| *id <= ask.after);
            for view in ids[from..].iter().filter_map(|id| layer.get(*id)) {
                if !take(view) {
                    break;
                }
            }
            ids.len() as u64
        };
    (features, last.filter(|_| more), matched)
}

/// What may be asked of a layer's features, beside any of its properties by name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "for the description; parameters are read by name, since a layer's properties are among them"
)]
struct ItemsQuery {
    /// west,south,east,north in degrees.
    bbox: Option<String>,
    /// `http://www.opengis.net/def/crs/OGC/1.3/CRS84`
    #[param(rename = "bbox-crs")]
    bbox_crs: Option<String>,
    /// A moment, or an interval a/b, ../b, a/..
    datetime: Option<String>,
    /// How many at most; a greater number counts as the greatest.
    #[param(minimum = 1, maximum = 10_000, default = 100)]
    limit: Option<i32>,
    /// The id after which the page begins; given by the link next.
    after: Option<i64>,
    /// json or html.
    #[param(pattern = "^(json|html)$")]
    f: Option<String>,
}

/// The features of a layer.
///
/// Filters: `bbox`, `datetime` (cases, by their report), and any property by its name. Pages follow the link `next`.
#[utoipa::path(get, path = "/ogc/collections/{layer}/items", tag = "ogc",
    params(("layer" = String, Path), ItemsQuery),
    responses((status = 200, description = "GeoJSON, or a page", content((Value = "application/geo+json"), (String = "text/html"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn items(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Path(layer): Path<String>,
    Query(params): Query<Params>,
) -> Result<Response> {
    let form = AnswerForm::of(&map, &headers, &params)?;
    let ask = Ask::read(find(&map, &actor, &layer)?, &params)?;
    // Looking through a layer and writing up to ten thousand features takes a while: as many at a time as there are cores.
    let (inner, reader, name) = (map.clone(), actor.clone(), layer.clone());
    let work = move || page_of(&inner, &reader, &form, &name, &params, &ask);
    let (response, shown) = map.listing.run(work).await?;
    note_people(&map.app.db, &actor, find(&map, &actor, &layer)?, "items".to_owned(), shown).await?;
    Ok(response)
}

/// A page of a layer's features, and how many they are.
fn page_of(
    map: &Map,
    actor: &Actor,
    form: &AnswerForm,
    layer: &str,
    params: &Params,
    ask: &Ask,
) -> Result<(Response, usize)> {
    let held = find(map, actor, layer)?;
    let (features, next, matched) = select(held, actor, ask);
    let address = |extra: &[(&str, String)]| {
        let mut all = params.0.clone();
        all.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let query: Vec<String> =
            all.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        format!("/collections/{layer}/items?{}", query.join("&"))
    };
    let mut links = vec![
        form.link("self", GEOJSON, &address(&[("f", "json".into())]), "JSON"),
        form.link("alternate", "text/html", &address(&[("f", "html".into())]), "HTML"),
        form.link("collection", "application/json", &format!("/collections/{layer}?f=json"), layer),
    ];
    if let Some(after) = next {
        links.push(form.link("next", GEOJSON, &address(&[("after", after.to_string()), ("f", "json".into())]), "next"));
    }
    let value = json!({
        "type": "FeatureCollection",
        "timeStamp": map.app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
        "numberMatched": matched,
        "numberReturned": features.len(),
        "features": features,
        "links": links,
    });
    let response = form.answer(GEOJSON, &value, form.title(held), || {
        let next = next.map(|after| format!("/ogc{}", address(&[("after", after.to_string()), ("f", "html".into())])));
        table(layer, &features, matched, next.as_deref(), form.language)
    });
    Ok((response, features.len()))
}

/// One feature of a layer.
#[utoipa::path(get, path = "/ogc/collections/{layer}/items/{id}", tag = "ogc", params(("layer" = String, Path), ("id" = String, Path), ("f" = Option<String>, Query, pattern = "^(json|html)$", description = "json or html")),
    responses((status = 200, description = "GeoJSON, or a page", content((Value = "application/geo+json"), (String = "text/html"))), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn item(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Path((layer, id)): Path<(String, String)>,
    Query(params): Query<Params>,
) -> Result<Response> {
    known(&params, &["f"])?;
    let form = AnswerForm::of(&map, &headers, &params)?;
    let held = find(&map, &actor, &layer)?;
    let value = {
        let memory = held.read();
        let there = id.parse().ok().and_then(|id| memory.get(id));
        let region = there.as_ref().map(View::region);
        let view = there.filter(|view| actor.scope().contains(view.region())).ok_or_else(|| {
            Error::not_found(
                format!("图层 {layer} 中没有 {id}，或不在您的辖区内。"),
                format!("There is no {id} in {layer}, or it isn't in your scope."),
            )
            .out_of(region)
        })?;
        let mut value = feature(held, &view);
        value["links"] = json!([
            form.link("self", GEOJSON, &format!("/collections/{layer}/items/{id}?f=json"), "JSON"),
            form.link("alternate", "text/html", &format!("/collections/{layer}/items/{id}?f=html"), "HTML"),
            form.link("collection", "application/json", &format!("/collections/{layer}?f=json"), &layer),
        ]);
        value
    };
    note_people(&map.app.db, &actor, held, format!("person {id}"), 1).await?;
    Ok(form.answer(GEOJSON, &value, &format!("{} {id}", form.title(held)), || {
        table(&layer, std::slice::from_ref(&value), 1, None, form.language)
    }))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn table(layer: &str, features: &[Value], matched: u64, next: Option<&str>, language: Language) -> String {
    let names: Vec<&String> = features
        .first()
        .and_then(|f| f["properties"].as_object())
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .collect();
    let heads: String = names.iter().map(|name| format!("<th>{}", escape(name))).collect();
    let rows: String = features
        .iter()
        .map(|feature| {
            let cells: String = names
                .iter()
                .map(|name| match &feature["properties"][name.as_str()] {
                    Value::Null => "<td>".to_owned(),
                    Value::String(text) => format!("<td>{}", escape(text)),
                    other => format!("<td class=n>{other}"),
                })
                .collect();
            format!("<tr><td><a href='/ogc/collections/{layer}/items/{0}?f=html'>{0}</a>{cells}", feature["id"])
        })
        .collect();
    let (count, further) = match language {
        Language::Chinese => (format!("共 {matched} 条"), "下一页"),
        Language::English => (format!("{matched} in all"), "Next page"),
    };
    let next = next.map(|next| format!("<p><a href='{}'>{further} ›</a></p>", escape(next))).unwrap_or_default();
    format!("<p>{count}</p><table><thead><tr><th>id{heads}</thead>{rows}</table>{next}")
}

fn page(title: &str, body: &str, language: Language) -> Html<String> {
    let lang = match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    Html(format!(
        "<!doctype html><html lang={lang}><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{0} · Gridhall</title>\
         <style>body{{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b2a36}}\
         table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #dde4e9}}\
         .n{{text-align:right;font-variant-numeric:tabular-nums}}a{{color:#0f5e7a}}nav{{color:#576877}}</style>\
         <nav><a href='/ogc?f=html'>OGC API</a> › <a href='/ogc/collections?f=html'>collections</a></nav><h1>{0}</h1>{body}</html>",
        escape(title)
    ))
}
