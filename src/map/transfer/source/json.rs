//! `GeoJSON` as one collection, and as one feature a line (RFC 8142 and newline-delimited).

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufRead},
};

use geo::Geometry;
use geojson::GeometryValue;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    MAX_ATTRIBUTES, MAX_RECORD, Meter, Record, Source,
    encoding::{self, TextFile},
    number::plain,
    too_long, unreadable,
};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// How many features are looked at for the names of their properties.
const SAMPLE: u64 = 1000;
/// How deep a value of a property may be nested.
const MAX_DEPTH: u32 = 32;

pub(super) struct Reader {
    scanner: Scanner,
    attributes: Vec<String>,
    places: HashMap<String, usize>,
    crs: Option<Result<Crs, String>>,
    row: u64,
}

/// A feature with its values as the file has them: the digits of a number stay what they are.
#[derive(Deserialize)]
struct FileFeature<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(default, borrow)]
    properties: Option<BTreeMap<String, &'a RawValue>>,
}

/// Whether the file is one feature a line: its first line is a whole feature.
pub(super) fn is_sequence(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<FileFeature<'_>>(line).is_ok_and(|feature| feature.kind == "Feature")
        && start.get(line.len() + 1..).is_some_and(|rest| rest.iter().any(|byte| !byte.is_ascii_whitespace()))
}

impl Reader {
    pub(super) fn open(mut file: File, sequence: bool, meter: &Meter) -> Result<Self, Text> {
        let detected = encoding::detect(&mut file)?;
        // Once to see what there is, once to read it.
        let again = file.try_clone().map_err(|error| unreadable(&error))?;
        let mut scanner = Scanner::new(TextFile::open(file, detected, &Meter::default())?, sequence);
        let (mut attributes, mut places) = (Vec::new(), HashMap::new());
        let mut bytes = Vec::new();
        for row in 1..=SAMPLE {
            if !scanner.feature(row, &mut bytes)? {
                break;
            }
            // What can't be read is told when its turn comes.
            let Ok(feature) = parse(&bytes) else { continue };
            for name in feature.properties.iter().flatten().map(|(name, _)| name) {
                if !places.contains_key(name) {
                    if attributes.len() == MAX_ATTRIBUTES {
                        return Err(text(
                            format!("前 {row} 个要素的属性超过 {MAX_ATTRIBUTES} 种，文件拒收。"),
                            format!(
                                "The first {row} features have more than {MAX_ATTRIBUTES} properties; the file is refused."
                            ),
                        ));
                    }
                    places.insert(name.clone(), attributes.len());
                    attributes.push(name.clone());
                }
            }
        }
        let crs = scanner.crs.take();
        let scanner = Scanner::new(TextFile::open(again, detected, meter)?, sequence);
        Ok(Self { scanner, attributes, places, crs, row: 0 })
    }
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn encoding(&self) -> Option<&'static str> {
        // JSON is UTF-8; anything else is worth a word.
        let encoding = encoding::name(self.scanner.text.encoding);
        (encoding != "UTF-8").then_some(encoding)
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        self.row += 1;
        record.clear(self.attributes.len());
        record.row = self.row;
        let mut bytes = std::mem::take(&mut self.scanner.bytes);
        let found = self.scanner.feature(self.row, &mut bytes)?;
        if found {
            match parse(&bytes) {
                Ok(feature) => self.fill(record, feature),
                Err(reason) => record.broken = Some(reason),
            }
        }
        self.scanner.bytes = bytes;
        Ok(found)
    }
}

impl Reader {
    fn fill(&self, record: &mut Record, feature: FileFeature<'_>) {
        record.shape = feature.geometry.filter(|geometry| geometry.get() != "null").map(shape);
        for (name, raw) in feature.properties.into_iter().flatten() {
            if raw.get() == "null" {
                continue;
            }
            let Some(&place) = self.places.get(&name) else {
                record.late.push(name);
                continue;
            };
            match value(raw, 0) {
                Some(value) => value.trim().clone_into(&mut record.values[place]),
                None => {
                    record.faults.push((place, text("嵌套过深或无法读取", "it is nested too deep, or can't be read")));
                }
            }
        }
    }
}

/// A property's value as text: a text as it is, a number by its digits, an object with its members in order.
fn value(raw: &RawValue, depth: u32) -> Option<String> {
    let json = raw.get();
    Some(match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok()?,
        b'{' | b'[' if depth == MAX_DEPTH => return None,
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            let members = members
                .into_iter()
                .map(|(name, raw)| Some(format!("{}:{}", Value::String(name), within(raw, depth + 1)?)));
            format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(","))
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let items = items.into_iter().map(|raw| within(raw, depth + 1));
            format!("[{}]", items.collect::<Option<Vec<_>>>()?.join(","))
        }
        b't' | b'f' => json.to_owned(),
        _ => plain(json, false),
    })
}

/// The same for a value within another: texts keep their quotation marks, numbers what they are.
fn within(raw: &RawValue, depth: u32) -> Option<String> {
    match raw.get().as_bytes().first()? {
        b'"' => Some(Value::String(value(raw, depth)?).to_string()),
        b'{' | b'[' => value(raw, depth),
        _ => Some(raw.get().to_owned()),
    }
}

fn parse(bytes: &[u8]) -> Result<FileFeature<'_>, Text> {
    let json = std::str::from_utf8(bytes).map_err(|_| {
        text("JSON 有误：含有无法识别的字符", "the JSON is wrong: it holds characters that can't be read")
    })?;
    let feature: FileFeature<'_> = serde_json::from_str(json)
        .map_err(|error| text(format!("JSON 有误：{error}"), format!("the JSON is wrong: {error}")))?;
    if feature.kind != "Feature" {
        let kind: String = feature.kind.chars().take(40).collect();
        return Err(text(
            format!("对象的类型是“{kind}”，应为 Feature"),
            format!("the object is of type {kind:?}, expected Feature"),
        ));
    }
    Ok(feature)
}

fn shape(raw: &RawValue) -> Result<Geometry<f64>, Text> {
    let wrong = |why: String| {
        let why: String = why.chars().take(200).collect();
        text(format!("几何有误：{why}"), format!("the geometry is wrong: {why}"))
    };
    let short = || text("几何有误：位置应有经度和纬度", "the geometry is wrong: a position has two numbers and more");
    let geometry: geojson::Geometry = serde_json::from_str(raw.get()).map_err(|error| {
        let why = error.to_string();
        if why.contains("A position must contain") { short() } else { wrong(why) }
    })?;
    if !are_places(&geometry.value) {
        return Err(short());
    }
    Geometry::try_from(geometry).map_err(|error| wrong(error.to_string()))
}

/// Whether each position has two numbers and more.
fn are_places(shape: &GeometryValue) -> bool {
    let line = |line: &[geojson::Position]| line.iter().all(|place| place.len() >= 2);
    let lines = |lines: &[Vec<geojson::Position>]| lines.iter().all(|places| line(places));
    match shape {
        GeometryValue::Point { coordinates } => coordinates.len() >= 2,
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => line(coordinates),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => lines(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().all(|polygon| lines(polygon)),
        GeometryValue::GeometryCollection { geometries } => geometries.iter().all(|part| are_places(&part.value)),
    }
}

/// Cuts features out of a file without reading more than one.
struct Scanner {
    text: TextFile,
    sequence: bool,
    /// Whether the opening of the collection has been read, and whether its features have ended.
    begun: bool,
    ended: bool,
    crs: Option<Result<Crs, String>>,
    /// A collection of one: the file is a single feature.
    single: Option<Vec<u8>>,
    bytes: Vec<u8>,
}

impl Scanner {
    fn new(text: TextFile, sequence: bool) -> Self {
        Self { text, sequence, begun: false, ended: false, crs: None, single: None, bytes: Vec::new() }
    }

    /// The next feature's text; `false` at the end.
    fn feature(&mut self, row: u64, into: &mut Vec<u8>) -> Result<bool, Text> {
        if self.sequence {
            // RFC 8142 sets a record separator before each text.
            while let Some(byte) = self.peek()? {
                if byte != 0x1e {
                    break;
                }
                self.text.input.consume(1);
            }
            return match self.peek()? {
                None => Ok(false),
                Some(_) => self.value(row, into).map(|()| true),
            };
        }
        if !self.begun {
            self.begun = true;
            self.open(into)?;
            if let Some(single) = self.single.take() {
                self.ended = true;
                *into = single;
                return Ok(true);
            }
        } else if !self.ended {
            match self.peek()? {
                Some(b',') => {
                    self.text.input.consume(1);
                    if self.peek()? == Some(b']') {
                        return Err(unexpected(row));
                    }
                }
                Some(b']') => {}
                Some(_) => return Err(unexpected(row)),
                None => return Err(cut(row)),
            }
        }
        if self.ended {
            return Ok(false);
        }
        if self.peek()? == Some(b']') {
            self.text.input.consume(1);
            self.ended = true;
            return self.close(row, into).map(|()| false);
        }
        self.value(row, into).map(|()| true)
    }

    /// Reads up to the first feature of a collection, or a file that is one feature.
    fn open(&mut self, scratch: &mut Vec<u8>) -> Result<(), Text> {
        self.expect(b'{')?;
        let mut whole: BTreeMap<String, Box<RawValue>> = BTreeMap::new();
        let is = |raw: Option<&Box<RawValue>>, kind: &str| {
            raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok()).is_some_and(|there| there == kind)
        };
        let mut before = 0;
        while let Some(key) = self.key(scratch)? {
            if key == "features" {
                let kind = whole.get("type");
                if kind.is_some() && !is(kind, "FeatureCollection") {
                    return Err(no_collection());
                }
                return self.expect(b'[');
            }
            self.value(0, scratch)?;
            before += key.len() + scratch.len();
            if before > MAX_RECORD {
                return Err(too_long(0));
            }
            // Bytes that can't be read spoil no feature here.
            scratch.iter_mut().filter(|byte| **byte == 0xff).for_each(|byte| *byte = b'?');
            let value: Box<RawValue> = serde_json::from_slice(scratch).map_err(|_| unexpected(0))?;
            if key == "crs" {
                self.crs = serde_json::from_str(value.get()).ok().and_then(|value| named_crs(&value));
            }
            whole.insert(key, value);
            match self.peek()? {
                Some(b',') => self.text.input.consume(1),
                Some(b'}') => {}
                Some(_) => return Err(unexpected(0)),
                None => return Err(cut(0)),
            }
        }
        if !is(whole.get("type"), "Feature") {
            return Err(no_collection());
        }
        self.single = Some(serde_json::to_vec(&whole).map_err(|_| unexpected(0))?);
        Ok(())
    }

    /// Reads what stands behind the features.
    fn close(&mut self, row: u64, scratch: &mut Vec<u8>) -> Result<(), Text> {
        loop {
            match self.peek()? {
                Some(b'}') => {
                    self.text.input.consume(1);
                    // Whatever stands behind it would be passed over in silence.
                    return if self.peek()?.is_none() { Ok(()) } else { Err(unexpected(row)) };
                }
                Some(b',') => self.text.input.consume(1),
                Some(_) => return Err(unexpected(row)),
                None => return Err(cut(row)),
            }
            let Some(key) = self.key(scratch)? else { return Err(unexpected(row)) };
            self.value(row, scratch)?;
            if key == "features" {
                return Err(unexpected(row));
            }
            if key == "type" && scratch.as_slice() != b"\"FeatureCollection\"" {
                return Err(no_collection());
            }
            if key == "crs" && self.crs.is_none() {
                self.crs = serde_json::from_slice(scratch).ok().and_then(|value| named_crs(&value));
            }
        }
    }

    /// A member's name with the colon behind it; none at the end of the object.
    fn key(&mut self, scratch: &mut Vec<u8>) -> Result<Option<String>, Text> {
        match self.peek()? {
            Some(b'}') => {
                self.text.input.consume(1);
                Ok(None)
            }
            Some(b'"') => {
                self.value(0, scratch)?;
                let key = serde_json::from_slice(scratch).map_err(|_| unexpected(0))?;
                self.expect(b':')?;
                Ok(Some(key))
            }
            Some(_) => Err(unexpected(0)),
            None => Err(cut(0)),
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Text> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.text.input.consume(1);
                Ok(())
            }
            Some(_) => Err(unexpected(0)),
            None => Err(cut(0)),
        }
    }

    /// The next byte that isn't blank.
    fn peek(&mut self) -> Result<Option<u8>, Text> {
        loop {
            let buffer = self.text.input.fill_buf().map_err(|error| unreadable(&error))?;
            if buffer.is_empty() {
                return Ok(None);
            }
            if let Some(at) = buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
                let byte = buffer[at];
                self.text.input.consume(at);
                return Ok(Some(byte));
            }
            let length = buffer.len();
            self.text.input.consume(length);
        }
    }

    /// The text of a whole JSON value, by its brackets and quotes.
    fn value(&mut self, row: u64, into: &mut Vec<u8>) -> Result<(), Text> {
        into.clear();
        self.peek()?;
        let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
        loop {
            let buffer = match self.text.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            if buffer.is_empty() {
                // A number at the very end is whole; anything else is cut.
                return if depth == 0 && !quoted && !into.is_empty() { Ok(()) } else { Err(cut(row)) };
            }
            let mut taken = 0;
            let mut whole = false;
            for &byte in buffer {
                if quoted {
                    if escaped {
                        escaped = false;
                    } else if byte == b'\\' {
                        escaped = true;
                    } else if byte == b'"' {
                        quoted = false;
                        whole = depth == 0;
                    }
                } else {
                    match byte {
                        b'"' => quoted = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth == 0 => {
                            // A bare number or word ends before the bracket around it.
                            into.extend_from_slice(&buffer[..taken]);
                            self.text.input.consume(taken);
                            return Ok(());
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            whole = depth == 0;
                        }
                        b',' | b'\n' | b' ' | b'\r' if depth == 0 => {
                            into.extend_from_slice(&buffer[..taken]);
                            self.text.input.consume(taken);
                            return Ok(());
                        }
                        _ => {}
                    }
                }
                taken += 1;
                if whole {
                    break;
                }
            }
            into.extend_from_slice(&buffer[..taken]);
            self.text.input.consume(taken);
            if into.len() > MAX_RECORD {
                return Err(too_long(row));
            }
            if whole {
                return Ok(());
            }
        }
    }
}

fn no_collection() -> Text {
    text(
        "GeoJSON 里没有 features：应为 FeatureCollection 或 Feature。",
        "The GeoJSON has no features: it has to be a FeatureCollection or a Feature.",
    )
}

/// The system that the member `crs` of old `GeoJSON` names.
fn named_crs(value: &Value) -> Option<Result<Crs, String>> {
    let name = value.get("properties")?.get("name")?.as_str()?;
    let last = name.rsplit(':').next().unwrap_or(name);
    Some(last.parse().map_err(|_| name.chars().take(80).collect()))
}

fn cut(row: u64) -> Text {
    text(format!("文件不完整：在第 {row} 个要素处中断。"), format!("The file is cut: it ends in feature {row}."))
}

fn unexpected(row: u64) -> Text {
    text(format!("JSON 有误（第 {row} 个要素附近）。"), format!("The JSON is wrong near feature {row}."))
}
