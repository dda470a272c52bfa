//! `GeoJSON` as one collection, and as one feature a line (RFC 8142 and newline-delimited).

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Seek},
};

use geo::Geometry;
use serde::Deserialize;
use serde_json::Value;

use super::{Counted, MAX_RECORD, Meter, Record, Source, number_text, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// How many features are looked at for the names of their properties.
const SAMPLE: u64 = 1000;
/// As many properties a file may have.
const MAX_ATTRIBUTES: usize = 1000;

pub(super) struct Reader {
    scanner: Scanner,
    attributes: Vec<String>,
    places: HashMap<String, usize>,
    crs: Option<Result<Crs, String>>,
    row: u64,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    geometry: Option<Value>,
    #[serde(default)]
    properties: Option<serde_json::Map<String, Value>>,
}

/// Whether the file is one feature a line: its first line is a whole feature.
pub(super) fn is_sequence(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<Feature>(line).is_ok_and(|feature| feature.kind == "Feature")
        && start.get(line.len() + 1..).is_some_and(|rest| rest.iter().any(|byte| !byte.is_ascii_whitespace()))
}

impl Reader {
    pub(super) fn open(file: File, sequence: bool, meter: &Meter) -> Result<Self, Text> {
        // Once to see what there is, once to read it.
        let again = file.try_clone().map_err(|error| unreadable(&error))?;
        let mut scanner = Scanner::new(file, &Meter::default(), sequence)?;
        let (mut attributes, mut places) = (Vec::new(), HashMap::new());
        let mut bytes = Vec::new();
        for row in 1..=SAMPLE {
            if !scanner.feature(row, &mut bytes)? {
                break;
            }
            for name in parse(&bytes, row)?.properties.iter().flatten().map(|(name, _)| name) {
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
        let mut again = again;
        again.rewind().map_err(|error| unreadable(&error))?;
        let crs = scanner.crs.take();
        Ok(Self { scanner: Scanner::new(again, meter, sequence)?, attributes, places, crs, row: 0 })
    }
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        self.row += 1;
        record.clear(self.attributes.len());
        record.row = self.row;
        let mut bytes = std::mem::take(&mut self.scanner.bytes);
        let found = self.scanner.feature(self.row, &mut bytes);
        let feature = match found {
            Ok(true) => parse(&bytes, self.row),
            Ok(false) => return Ok(false),
            Err(error) => return Err(error),
        };
        self.scanner.bytes = bytes;
        let feature = feature?;
        record.shape = feature.geometry.filter(|geometry| !geometry.is_null()).map(shape);
        for (name, value) in feature.properties.into_iter().flatten() {
            let value = match value {
                Value::Null => continue,
                Value::String(value) => value,
                Value::Bool(value) => value.to_string(),
                Value::Number(value) if value.is_f64() => number_text(value.as_f64().unwrap_or_default()),
                other => other.to_string(),
            };
            match self.places.get(&name) {
                Some(&place) => value.trim().clone_into(&mut record.values[place]),
                None => record.late.push(name),
            }
        }
        Ok(true)
    }
}

fn parse(bytes: &[u8], row: u64) -> Result<Feature, Text> {
    let feature: Feature = serde_json::from_slice(bytes).map_err(|error| {
        text(format!("第 {row} 个要素的 JSON 有误：{error}"), format!("The JSON of feature {row} is wrong: {error}."))
    })?;
    if feature.kind != "Feature" {
        let kind: String = feature.kind.chars().take(40).collect();
        return Err(text(
            format!("第 {row} 个对象的类型是“{kind}”，应为 Feature。"),
            format!("Object {row} is of type {kind:?}, expected Feature."),
        ));
    }
    Ok(feature)
}

fn shape(value: Value) -> Result<Geometry<f64>, Text> {
    let wrong = |why: String| {
        let why: String = why.chars().take(200).collect();
        text(format!("几何有误：{why}"), format!("the geometry is wrong: {why}"))
    };
    let geometry: geojson::Geometry = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    Geometry::try_from(geometry).map_err(|error| wrong(error.to_string()))
}

/// Cuts features out of a file without reading more than one.
struct Scanner {
    input: BufReader<Counted<File>>,
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
    fn new(file: File, meter: &Meter, sequence: bool) -> Result<Self, Text> {
        let counted = Counted { inner: file, meter: meter.clone() };
        let mut input = BufReader::with_capacity(1 << 17, counted);
        if input.fill_buf().map_err(|error| unreadable(&error))?.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        let bytes = Vec::new();
        Ok(Self { input, sequence, begun: false, ended: false, crs: None, single: None, bytes })
    }

    /// The next feature's text; `false` at the end.
    fn feature(&mut self, row: u64, into: &mut Vec<u8>) -> Result<bool, Text> {
        if self.sequence {
            // RFC 8142 sets a record separator before each text.
            while let Some(byte) = self.peek()? {
                if byte != 0x1e {
                    break;
                }
                self.input.consume(1);
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
                    self.input.consume(1);
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
            self.input.consume(1);
            self.ended = true;
            return self.close(row, into).map(|()| false);
        }
        self.value(row, into).map(|()| true)
    }

    /// Reads up to the first feature of a collection, or a file that is one feature.
    fn open(&mut self, scratch: &mut Vec<u8>) -> Result<(), Text> {
        self.expect(b'{')?;
        let mut whole = serde_json::Map::new();
        let mut before = 0;
        while let Some(key) = self.key(scratch)? {
            if key == "features" {
                if whole.get("type").is_some_and(|kind| kind != "FeatureCollection") {
                    return Err(no_collection());
                }
                return self.expect(b'[');
            }
            self.value(0, scratch)?;
            before += key.len() + scratch.len();
            if before > MAX_RECORD {
                return Err(too_long(0));
            }
            let value: Value = serde_json::from_slice(scratch).map_err(|_| unexpected(0))?;
            if key == "crs" {
                self.crs = named_crs(&value);
            }
            whole.insert(key, value);
            match self.peek()? {
                Some(b',') => self.input.consume(1),
                Some(b'}') => {}
                Some(_) => return Err(unexpected(0)),
                None => return Err(cut(0)),
            }
        }
        if whole.get("type").and_then(Value::as_str) != Some("Feature") {
            return Err(no_collection());
        }
        self.single = Some(Value::Object(whole).to_string().into_bytes());
        Ok(())
    }

    /// Reads what stands behind the features.
    fn close(&mut self, row: u64, scratch: &mut Vec<u8>) -> Result<(), Text> {
        loop {
            match self.peek()? {
                Some(b'}') => {
                    self.input.consume(1);
                    // Whatever stands behind it would be passed over in silence.
                    return if self.peek()?.is_none() { Ok(()) } else { Err(unexpected(row)) };
                }
                Some(b',') => self.input.consume(1),
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
                self.input.consume(1);
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
                self.input.consume(1);
                Ok(())
            }
            Some(_) => Err(unexpected(0)),
            None => Err(cut(0)),
        }
    }

    /// The next byte that isn't blank.
    fn peek(&mut self) -> Result<Option<u8>, Text> {
        loop {
            let buffer = self.input.fill_buf().map_err(|error| unreadable(&error))?;
            if buffer.is_empty() {
                return Ok(None);
            }
            if let Some(at) = buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
                let byte = buffer[at];
                self.input.consume(at);
                return Ok(Some(byte));
            }
            let length = buffer.len();
            self.input.consume(length);
        }
    }

    /// The text of a whole JSON value, by its brackets and quotes.
    fn value(&mut self, row: u64, into: &mut Vec<u8>) -> Result<(), Text> {
        into.clear();
        self.peek()?;
        let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
        loop {
            let buffer = match self.input.fill_buf() {
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
                            self.input.consume(taken);
                            return Ok(());
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            whole = depth == 0;
                        }
                        b',' | b'\n' | b' ' | b'\r' if depth == 0 => {
                            into.extend_from_slice(&buffer[..taken]);
                            self.input.consume(taken);
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
            self.input.consume(taken);
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
