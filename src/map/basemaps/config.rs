//! Base maps by configuration: raster maps of others (XYZ, WMTS, TileJSON) that may lie below the city in place of its
//! own ground. The program doesn't fetch them; it tells the page their addresses, and the browser whom it may ask.
//!
//! Only web-mercator maps in CGCS2000 or WGS 84 are taken. Pictures in GCJ-02 or BD-09 lie some hundred metres beside the
//! truth, each place by another length, which no page can draw straight: a house would stand in its neighbour's grid.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::ToSchema;

/// The file in the data folder that is read when no other is named.
const FILE: &str = "basemaps.json";
/// What the page calls the city's own map.
const OWN: &str = "city";
const MAX_ID: usize = 40;
const MAX_ZOOM: u8 = 24;
/// 天地图 and most others end here; nearer views show the last tiles larger.
const USUAL_MAX_ZOOM: u8 = 18;
/// Where web-mercator ends.
const MAX_LATITUDE: f64 = 85.06;
/// What stays as it is in the value of a query.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/').remove(b',');
/// Servers whose pictures are known to be shifted.
const SHIFTED_HOSTS: &[(&str, &str)] = &[
    ("autonavi.com", "GCJ-02"),
    ("amap.com", "GCJ-02"),
    ("gtimg.com", "GCJ-02"),
    ("qq.com", "GCJ-02"),
    ("google.cn", "GCJ-02"),
    ("bdimg.com", "BD-09"),
    ("baidu.com", "BD-09"),
];

/// The base maps that can be chosen beside the city's own.
#[derive(Clone, Debug, Default)]
pub struct BaseMaps {
    pub(super) items: Vec<BaseMap>,
    origins: Vec<String>,
}

/// What is wrong in a file of base maps, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("at \"{pointer}\": {what}")]
pub struct Mistake {
    /// JSON pointer (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// What is wrong and what is expected.
    pub what: String,
}

fn mistake<T>(pointer: impl Into<String>, what: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { pointer: pointer.into(), what: what.into() })
}

impl BaseMaps {
    /// Those of a file; of `basemaps.json` in the data folder, if it is there, when none is named.
    ///
    /// # Errors
    /// When the file can't be read, or something in it is wrong.
    pub fn open(file: Option<&Path>, data: &Path) -> anyhow::Result<Self> {
        let usual = data.join(FILE);
        let path = match file {
            Some(path) => path,
            None if usual.exists() => &usual,
            None => return Ok(Self::default()),
        };
        let name = path.display();
        let json = std::fs::read_to_string(path).with_context(|| format!("the base maps of {name} can't be read"))?;
        let maps = Self::parse(&json, &|variable| std::env::var(variable).ok())
            .with_context(|| format!("the base maps of {name} are wrong"))?;
        tracing::info!(file = %name, base_maps = maps.items.len(), hosts = ?maps.origins, "base maps");
        Ok(maps)
    }

    /// Those of a JSON text, in which `${NAME}` stands for a variable.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(json: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Mistake> {
        let mut value: Value =
            serde_json::from_str(json).or_else(|error| mistake("", format!("this isn't JSON: {error}")))?;
        fill(&mut value, "", variable)?;
        let Value::Array(written) = value else {
            return mistake("", "a list of base maps is expected");
        };
        let mut maps = Self::default();
        for (index, value) in written.into_iter().enumerate() {
            let at = format!("/{index}");
            let (map, origins) = read::<WrittenMap>(value, &at)?.resolve(&at)?;
            if maps.items.iter().any(|other| other.id == map.id) {
                return mistake(at + "/id", format!("another base map has the id \"{}\" already", map.id));
            }
            maps.items.push(map);
            maps.origins.extend(origins);
        }
        maps.origins.sort();
        maps.origins.dedup();
        Ok(maps)
    }

    /// The origins (scheme, host and port) from which the browser fetches them.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}

/// The base maps to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::map) struct BaseMapList {
    /// In the order of the configuration; the city's own map isn't among them.
    pub(super) items: Vec<BaseMap>,
}

/// A base map: one or several raster layers on each other.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct BaseMap {
    /// By which addresses and saved views name it.
    id: String,
    /// Its title.
    title: BaseMapTitle,
    /// Whose it is, to be shown while it is in use; plain text.
    attribution: String,
    /// From the lowest to the topmost.
    layers: Vec<BaseMapLayer>,
}

/// A title in both languages.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BaseMapTitle {
    /// 简体中文.
    zh: String,
    /// English.
    en: String,
}

/// A raster layer in web-mercator.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct BaseMapLayer {
    /// Addresses of tiles with {z}, {x} and {y}, one for each host; none where a TileJSON names them.
    tiles: Vec<String>,
    /// The address of the TileJSON that names the tiles.
    tilejson: Option<String>,
    /// xyz, or tms where rows are counted from the south.
    scheme: &'static str,
    /// Pixels of a tile's side.
    tile_size: u16,
    /// The first zoom that there is; null where the TileJSON says it.
    min_zoom: Option<u8>,
    /// The last zoom that there is; null where the TileJSON says it.
    max_zoom: Option<u8>,
    /// West, south, east, north in degrees: there is nothing outside.
    bounds: Option<[f64; 4]>,
}

/// A base map as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMap {
    id: String,
    title: BaseMapTitle,
    attribution: String,
    layers: Vec<WrittenLayer>,
    tile_size: Option<u16>,
    min_zoom: Option<u8>,
    max_zoom: Option<u8>,
    bounds: Option<[f64; 4]>,
    crs: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum SourceKind {
    Xyz,
    Wmts,
    TileJson,
}

/// A layer as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLayer {
    kind: SourceKind,
    url: String,
    #[serde(default)]
    subdomains: Vec<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    layer: Option<String>,
    style: Option<String>,
    matrix_set: Option<String>,
    tile_matrix: Option<String>,
    format: Option<String>,
    #[serde(default)]
    tile_origins: Vec<String>,
}

impl WrittenMap {
    /// The base map as the page draws it, and the origins it comes from.
    fn resolve(self, at: &str) -> Result<(BaseMap, Vec<String>), Mistake> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.id.is_empty() || self.id.len() > MAX_ID || !self.id.bytes().all(plain) {
            return mistake(format!("{at}/id"), format!("an id has 1 to {MAX_ID} of a-z, 0-9 and -"));
        }
        if self.id == OWN {
            return mistake(format!("{at}/id"), "this is the id of the city's own map");
        }
        for (name, text) in
            [("title/zh", &self.title.zh), ("title/en", &self.title.en), ("attribution", &self.attribution)]
        {
            if text.trim().is_empty() {
                return mistake(format!("{at}/{name}"), "this can't be empty");
            }
        }
        if let Some(crs) = &self.crs {
            check_crs(crs).or_else(|what| mistake(format!("{at}/crs"), what))?;
        }
        let tile_size = self.tile_size.unwrap_or(256);
        if ![256, 512].contains(&tile_size) {
            return mistake(format!("{at}/tile_size"), "tiles have 256 or 512 pixels");
        }
        if self.max_zoom.is_some_and(|zoom| zoom > MAX_ZOOM) {
            return mistake(format!("{at}/max_zoom"), format!("the last zoom is at most {MAX_ZOOM}"));
        }
        let is_said = self.layers.iter().all(|layer| layer.kind == SourceKind::TileJson);
        let last = self.max_zoom.unwrap_or(if is_said { MAX_ZOOM } else { USUAL_MAX_ZOOM });
        if self.min_zoom.unwrap_or(0) > last {
            return mistake(format!("{at}/min_zoom"), "the first zoom can't be greater than the last");
        }
        if let Some([west, south, east, north]) = self.bounds {
            let on_earth = west >= -180.0 && east <= 180.0 && south >= -MAX_LATITUDE && north <= MAX_LATITUDE;
            if !(on_earth && west < east && south < north) {
                return mistake(format!("{at}/bounds"), "west, south, east, north in degrees are expected");
            }
        }
        if self.layers.is_empty() {
            return mistake(format!("{at}/layers"), "a base map has one layer or more");
        }
        let (mut layers, mut origins) = (Vec::new(), Vec::new());
        for (index, written) in self.layers.into_iter().enumerate() {
            let at = format!("{at}/layers/{index}");
            let kind = written.kind;
            origins.append(&mut written.origins(&at)?);
            let (template, scheme) = written.template(&at)?;
            let is_tilejson = kind == SourceKind::TileJson;
            let unsaid = |zoom| (!is_tilejson).then_some(zoom);
            let mut urls = written.on_each_host(&template);
            layers.push(BaseMapLayer {
                // One document says it all: the first host has it as well as the others.
                tilejson: is_tilejson.then(|| urls.swap_remove(0)),
                tiles: if is_tilejson { Vec::new() } else { urls },
                scheme,
                tile_size,
                min_zoom: self.min_zoom.or(unsaid(0)),
                max_zoom: self.max_zoom.or(unsaid(USUAL_MAX_ZOOM)),
                bounds: self.bounds,
            });
        }
        Ok((BaseMap { id: self.id, title: self.title, attribution: self.attribution, layers }, origins))
    }
}

impl WrittenLayer {
    /// An address with `{s}`, once for each subdomain.
    fn on_each_host(&self, url: &str) -> Vec<String> {
        if self.subdomains.is_empty() {
            return vec![url.to_owned()];
        }
        self.subdomains.iter().map(|name| url.replace("{s}", name)).collect()
    }

    /// Where it comes from.
    fn origins(&self, at: &str) -> Result<Vec<String>, Mistake> {
        if let Some(index) = self.subdomains.iter().position(|name| !is_host(name)) {
            return mistake(format!("{at}/subdomains/{index}"), "this can't be a part of a host's name");
        }
        if self.url.contains("{s}") == self.subdomains.is_empty() {
            return mistake(format!("{at}/subdomains"), "subdomains and {s} in the url belong together");
        }
        let mut origins = Vec::new();
        for url in self.on_each_host(&self.url) {
            origins.push(origin(&url).or_else(|what| mistake(format!("{at}/url"), what))?.0.to_owned());
        }
        for (index, other) in self.tile_origins.iter().enumerate() {
            match origin(other) {
                Ok((origin, "" | "/")) => origins.push(origin.to_owned()),
                Ok(_) => return mistake(format!("{at}/tile_origins/{index}"), "only a scheme and a host are expected"),
                Err(what) => return mistake(format!("{at}/tile_origins/{index}"), what),
            }
        }
        Ok(origins)
    }

    /// The address with everything but the tile's numbers and the subdomain put in, and how rows are counted.
    fn template(&self, at: &str) -> Result<(String, &'static str), Mistake> {
        let only = |name: &str, given: bool, kind: &str| {
            if given { mistake(format!("{at}/{name}"), format!("only {kind} layers have this")) } else { Ok(()) }
        };
        if self.kind != SourceKind::Wmts {
            only("layer", self.layer.is_some(), "wmts")?;
            only("style", self.style.is_some(), "wmts")?;
            only("matrix_set", self.matrix_set.is_some(), "wmts")?;
            only("tile_matrix", self.tile_matrix.is_some(), "wmts")?;
            only("format", self.format.is_some(), "wmts")?;
        }
        only("tile_origins", self.kind != SourceKind::TileJson && !self.tile_origins.is_empty(), "tilejson")?;
        let (mut url, mut scheme) = (self.url.clone(), "xyz");
        match self.kind {
            SourceKind::Wmts => url = self.wmts(at)?,
            SourceKind::Xyz if url.contains("{-y}") => (url, scheme) = (url.replace("{-y}", "{y}"), "tms"),
            SourceKind::Xyz | SourceKind::TileJson => {}
        }
        for (name, value) in &self.query {
            add(&mut url, name, &encoded(value));
        }
        let wanted: &[&str] = if self.kind == SourceKind::TileJson { &[] } else { &["{z}", "{x}", "{y}"] };
        if let Some(missing) = wanted.iter().find(|part| !url.contains(**part)) {
            return mistake(format!("{at}/url"), format!("{missing} is missing"));
        }
        let rest = wanted.iter().fold(url.replace("{s}", ""), |rest, part| rest.replace(part, ""));
        if let Some(from) = rest.find(['{', '}']) {
            let end = rest[from..].find('}').map_or(rest.len(), |to| from + to + 1);
            return mistake(format!("{at}/url"), format!("nothing is put in for {}", &rest[from..end]));
        }
        Ok((url, scheme))
    }

    /// The address of a WMTS: its template (`ResourceURL`) where it has one, else key and value.
    fn wmts(&self, at: &str) -> Result<String, Mistake> {
        let needed = |name: &str, value: &Option<String>| match value {
            Some(value) if !value.trim().is_empty() => Ok(encoded(value)),
            _ => mistake(format!("{at}/{name}"), "a wmts layer needs this"),
        };
        let matrix_set = needed("matrix_set", &self.matrix_set)?;
        // Sets in degrees: 天地图 calls its own c.
        if matrix_set == "c" || ["4326", "4490", "CRS84"].iter().any(|name| matrix_set.contains(name)) {
            let what = "this set is in degrees; the map draws web-mercator ones, such as w or GoogleMapsCompatible";
            return mistake(format!("{at}/matrix_set"), what);
        }
        let matrix = self.tile_matrix.as_deref().unwrap_or("{z}");
        if !matrix.contains("{z}") {
            return mistake(format!("{at}/tile_matrix"), "{z} is missing");
        }
        let matrix = matrix.split("{z}").map(encoded).collect::<Vec<_>>().join("{z}");
        let style = encoded(self.style.as_deref().unwrap_or("default"));
        if self.url.to_ascii_lowercase().contains("{tilematrix}") {
            let layer = self.layer.as_deref().map(encoded);
            let mut url = self.url.clone();
            let parts = [
                ("{TileMatrixSet}", &*matrix_set),
                ("{TileMatrix}", &matrix),
                ("{TileRow}", "{y}"),
                ("{TileCol}", "{x}"),
                ("{Style}", &style),
            ];
            for (name, value) in parts.into_iter().chain(layer.as_deref().map(|layer| ("{Layer}", layer))) {
                while let Some(from) = url.to_ascii_lowercase().find(&name.to_ascii_lowercase()) {
                    url.replace_range(from..from + name.len(), value);
                }
            }
            return Ok(url);
        }
        let mut url = self.url.clone();
        let format = encoded(self.format.as_deref().unwrap_or("image/png"));
        for (name, value) in [
            ("SERVICE", "WMTS"),
            ("REQUEST", "GetTile"),
            ("VERSION", "1.0.0"),
            ("LAYER", &needed("layer", &self.layer)?),
            ("STYLE", &style),
            ("TILEMATRIXSET", &matrix_set),
            ("FORMAT", &format),
            ("TILEMATRIX", &matrix),
            ("TILEROW", "{y}"),
            ("TILECOL", "{x}"),
        ] {
            add(&mut url, name, value);
        }
        Ok(url)
    }
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// Adds to the query of an address.
fn add(url: &mut String, name: &str, value: &str) {
    let separator = if !url.contains('?') {
        "?"
    } else if url.ends_with(['?', '&']) {
        ""
    } else {
        "&"
    };
    *url += &format!("{separator}{}={value}", encoded(name));
}

/// Whether pictures in a coordinate system lie where they belong on a web-mercator map.
fn check_crs(crs: &str) -> Result<(), String> {
    let name: String = crs.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match name.as_str() {
        "epsg3857" | "epsg900913" | "cgcs2000" | "wgs84" => Ok(()),
        "gcj02" | "bd09" => Err(shifted(crs)),
        _ => {
            Err("EPSG:3857, CGCS2000 or WGS84 is expected; pictures are drawn in web-mercator as they come".to_owned())
        }
    }
}

fn shifted(crs: &str) -> String {
    format!(
        "pictures in {crs} lie some hundred metres beside the truth and can't be drawn straight; \
         take a base map in CGCS2000 or WGS 84, such as 天地图"
    )
}

/// A host's name, or a part of it.
fn is_host(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !name.is_empty() && name.bytes().all(plain)
}

/// The origin of an address, and what follows it.
fn origin(url: &str) -> Result<(&str, &str), String> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['#', '"', '<', '>', '\\', '`']) {
        return Err(
            "an address has neither blanks nor a fragment; other letters than ASCII are written as %XX".to_owned()
        );
    }
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("an address begins with https:// or http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_address = bare.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    if !(is_host(host) || is_address) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("what follows the scheme is no host with or without a port".to_owned());
    }
    let host = host.to_ascii_lowercase();
    let known = |name: &str| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    if let Some((_, crs)) = SHIFTED_HOSTS.iter().find(|(name, _)| known(name)) {
        return Err(shifted(crs));
    }
    let whole = url.len() - (rest.len() - end);
    Ok((&url[..whole], &url[whole..]))
}

/// Puts variables in for `${NAME}` in every text.
fn fill(value: &mut Value, at: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), Mistake> {
    match value {
        Value::String(text) => {
            let mut filled = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once("${") {
                let Some((name, after)) = after.split_once('}') else {
                    return mistake(at, "${ has no }");
                };
                let Some(content) = variable(name).filter(|content| !content.is_empty()) else {
                    return mistake(at, format!("the environment variable {name} isn't set"));
                };
                filled += before;
                filled += content.trim();
                rest = after;
            }
            filled += rest;
            *text = filled;
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                fill(item, &format!("{at}/{index}"), variable)?;
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                fill(field, &format!("{at}/{}", escaped(name)), variable)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn read<T: DeserializeOwned>(value: Value, at: &str) -> Result<T, Mistake> {
    serde_path_to_error::deserialize(value).or_else(|error| {
        let below = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        mistake(at.to_owned() + &below.collect::<String>(), error.inner().to_string())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(value: &Value) -> Result<BaseMaps, Mistake> {
        BaseMaps::parse(&value.to_string(), &|name| (name == "KEY").then(|| "0a1b".to_owned()))
    }

    /// A base map of one layer.
    fn with(layer: &Value) -> Value {
        json!([{"id": "other", "title": {"zh": "其他", "en": "Other"}, "attribution": "©", "layers": [layer]}])
    }

    fn tiles(layer: &Value) -> Vec<String> {
        parsed(&with(layer)).unwrap().items[0].layers[0].tiles.clone()
    }

    /// What is said of a mistake, and where.
    fn wrong(value: &Value) -> (String, String) {
        let Mistake { pointer, what } = parsed(value).unwrap_err();
        (pointer, what)
    }

    #[test]
    fn the_national_map_is_asked_by_key_and_value() {
        let url = "https://t{s}.tianditu.gov.cn/vec_w/wmts";
        let layer = json!({"kind": "wmts", "url": url, "subdomains": ["0", "1"], "layer": "vec", "matrix_set": "w",
            "format": "tiles", "query": {"tk": "${KEY}"}});
        assert_eq!(tiles(&layer), ["0", "1"].map(|host| format!(
            "https://t{host}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default\
             &TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk=0a1b"
        )));
        let origins = parsed(&with(&layer)).unwrap().origins;
        assert_eq!(origins, ["https://t0.tianditu.gov.cn", "https://t1.tianditu.gov.cn"]);
    }

    #[test]
    fn a_template_of_a_wmts_is_filled_whatever_the_case_of_its_names() {
        let layer = json!({"kind": "wmts", "url": "http://10.1.2.3:8080/{Layer}/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png",
            "layer": "base map", "matrix_set": "EPSG:900913", "tile_matrix": "EPSG:900913:{z}"});
        assert_eq!(tiles(&layer), ["http://10.1.2.3:8080/base%20map/default/EPSG:900913/EPSG:900913:{z}/{y}/{x}.png"]);
    }

    #[test]
    fn rows_may_be_counted_from_the_south() {
        let maps = parsed(&with(
            &json!({"kind": "xyz", "url": "https://a.example/{z}/{x}/{-y}.png?k=1", "query": {"v": "a b"}}),
        ))
        .unwrap();
        let layer = &maps.items[0].layers[0];
        assert_eq!((layer.scheme, &*layer.tiles[0]), ("tms", "https://a.example/{z}/{x}/{y}.png?k=1&v=a%20b"));
    }

    #[test]
    fn a_tilejson_may_name_tiles_elsewhere() {
        let maps = parsed(&with(
            &json!({"kind": "tilejson", "url": "https://a.example/m.json", "tile_origins": ["https://b.example"]}),
        ))
        .unwrap();
        assert_eq!(maps.items[0].layers[0].tilejson.as_deref(), Some("https://a.example/m.json"));
        assert_eq!(maps.origins, ["https://a.example", "https://b.example"]);
        let layer = json!({"kind": "tilejson", "url": "https://{s}.example/m.json", "subdomains": ["a", "b"]});
        assert_eq!(
            parsed(&with(&layer)).unwrap().items[0].layers[0].tilejson.as_deref(),
            Some("https://a.example/m.json")
        );
    }

    #[test]
    fn shifted_maps_are_refused() {
        let mut map = with(&json!({"kind": "xyz", "url": "https://a.example/{z}/{x}/{y}.png"}));
        map[0]["crs"] = "GCJ-02".into();
        let (pointer, what) = wrong(&map);
        assert!(pointer == "/0/crs" && what.contains("GCJ-02 lie some hundred metres beside"), "{pointer} {what}");
        let url = "https://webrd0{s}.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}";
        let (pointer, what) = wrong(&with(&json!({"kind": "xyz", "url": url, "subdomains": ["1"]})));
        assert!(pointer == "/0/layers/0/url" && what.contains("GCJ-02"), "{pointer} {what}");
    }

    #[test]
    fn a_mistake_is_said_with_its_place() {
        let xyz = "https://a.example/{z}/{x}/{y}.png";
        for (layer, pointer, what) in [
            (json!({"kind": "wms", "url": xyz}), "/kind", "unknown variant"),
            (json!({"kind": "xyz"}), "", "missing field `url`"),
            (json!({"kind": "xyz", "url": 7}), "/url", "invalid type"),
            (json!({"kind": "xyz", "url": xyz, "size": 7}), "/size", "unknown field"),
            (json!({"kind": "xyz", "url": xyz, "layer": "a"}), "/layer", "only wmts"),
            (json!({"kind": "xyz", "url": "https://a.example/{z}/{x}.png"}), "/url", "{y} is missing"),
            (json!({"kind": "xyz", "url": "https://a.example/{z}/{x}/{y}{r}.png"}), "/url", "for {r}"),
            (json!({"kind": "xyz", "url": "ftp://a.example/{z}/{x}/{y}"}), "/url", "https://"),
            (json!({"kind": "xyz", "url": "https://a.example;script-src/{z}/{x}/{y}"}), "/url", "is no host with"),
            (json!({"kind": "xyz", "url": "https://me:key@a.example/{z}/{x}/{y}"}), "/url", "is no host with"),
            (json!({"kind": "xyz", "url": "https://{s}.a.example/{z}/{x}/{y}"}), "/subdomains", "belong together"),
            (
                json!({"kind": "xyz", "url": "https://{s}.a/{z}/{x}/{y}", "subdomains": ["a", "b;"]}),
                "/subdomains/1",
                "part of a host",
            ),
            (json!({"kind": "xyz", "url": xyz, "query": {"a/b": "${NONE}"}}), "/query/a~1b", "variable NONE isn't set"),
            (json!({"kind": "xyz", "url": "https://a.example/${KEY"}), "/url", "has no }"),
            (json!({"kind": "wmts", "url": "https://a.example/", "matrix_set": "w"}), "/layer", "needs this"),
            (json!({"kind": "wmts", "url": "https://a.example/", "layer": "a"}), "/matrix_set", "needs this"),
            (
                json!({"kind": "wmts", "url": "https://a.example/", "layer": "a", "matrix_set": "c"}),
                "/matrix_set",
                "in degrees",
            ),
            (
                json!({"kind": "tilejson", "url": "https://a.example/m", "tile_origins": ["https://b.example/x"]}),
                "/tile_origins/0",
                "only a scheme",
            ),
        ] {
            let (at, said) = wrong(&with(&layer));
            assert_eq!(at, format!("/0/layers/0{pointer}"), "{layer}: {said}");
            assert!(said.contains(what), "{layer}: {said}");
        }
        for (field, value, what) in [
            ("id", json!("Bad id"), "1 to 40"),
            ("id", json!("city"), "own map"),
            ("attribution", json!(" "), "empty"),
            ("tile_size", json!(300), "256 or 512"),
            ("max_zoom", json!(30), "at most 24"),
            ("min_zoom", json!(19), "can't be greater"),
            ("bounds", json!([120, 20, 110, 30]), "west, south"),
            ("layers", json!([]), "one layer or more"),
            ("crs", json!("EPSG:4490"), "web-mercator"),
        ] {
            let mut map = with(&json!({"kind": "xyz", "url": xyz}));
            map[0][field] = value;
            let (at, said) = wrong(&map);
            assert_eq!(at, format!("/0/{field}"), "{said}");
            assert!(said.contains(what), "{said}");
        }
        let twice = [&with(&json!({"kind": "xyz", "url": xyz}))[0], &with(&json!({"kind": "xyz", "url": xyz}))[0]];
        assert_eq!(wrong(&json!(twice)).0, "/1/id");
        assert_eq!(wrong(&json!({})), (String::new(), "a list of base maps is expected".to_owned()));
        let said = BaseMaps::parse("[{", &|_| None).unwrap_err().to_string();
        assert!(said.contains("line 1 column 2"), "{said}");
    }
}
