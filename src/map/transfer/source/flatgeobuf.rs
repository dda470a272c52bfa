//! `FlatGeobuf`.
//!
//! Features are read one by one with every length checked: what is broken in one is said of that one.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use flatgeobuf::{
    ColumnType, FgbReader, Geometry as Stored, GeometryType, packed_r_tree::PackedRTree, size_prefixed_root_as_feature,
};
use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::{
    CountingReader, MAX_ATTRIBUTES, MAX_RECORD, Meter, Record, Source,
    number::{plain_binary, plain_single},
    too_long, unreadable, wkt_crs,
};
use crate::{
    kernel::text::{Text, text},
    map::transfer::shape,
    spatial::crs::Crs,
};

pub(super) struct Reader {
    input: BufReader<CountingReader<File>>,
    attributes: Vec<String>,
    kinds: Vec<ColumnType>,
    shapes: GeometryType,
    crs: Option<Result<Crs, String>>,
    row: u64,
    count: u64,
    feature: Vec<u8>,
}

impl Reader {
    pub(super) fn open(mut file: File, meter: &Meter) -> Result<Self, Text> {
        let length = file.metadata().map_err(|error| unreadable(&error))?.len();
        let mut again = file.try_clone().map_err(|error| unreadable(&error))?;
        let reader = FgbReader::open(BufReader::new(&mut again)).map_err(|error| broken(&error))?;
        let header = reader.header();
        let (declared, node) = (header.features_count(), header.index_node_size());
        // A feature takes more than 16 bytes: a count beyond that is made up.
        if node == 1 || declared > length / 16 {
            return Err(text("FlatGeobuf 文件头有误。", "The FlatGeobuf header is wrong."));
        }
        let index = if node == 0 || declared == 0 {
            0
        } else {
            PackedRTree::index_size(usize::try_from(declared).unwrap_or(usize::MAX), node) as u64
        };
        let (mut attributes, mut kinds) = (Vec::new(), Vec::new());
        for column in header.columns().iter().flatten() {
            attributes.push(column.name().to_owned());
            kinds.push(column.type_());
        }
        if attributes.len() > MAX_ATTRIBUTES {
            return Err(text(
                format!("文件的属性超过 {MAX_ATTRIBUTES} 种，拒收。"),
                format!("The file has more than {MAX_ATTRIBUTES} properties; it is refused."),
            ));
        }
        let (shapes, crs) = (header.geometry_type(), named_crs(&header));
        drop(reader);
        let mut size = [0; 4];
        again.seek(SeekFrom::Start(8)).map_err(|error| unreadable(&error))?;
        again.read_exact(&mut size).map_err(|error| unreadable(&error))?;
        let begin = 12 + u64::from(u32::from_le_bytes(size)) + index;
        let count = survey(&mut file, begin, length)?;
        if declared != 0 && declared != count {
            return Err(text(
                format!("文件不完整：应有 {declared} 个要素，只有 {count} 个。"),
                format!("The file is cut: it should hold {declared} features and holds {count}."),
            ));
        }
        file.seek(SeekFrom::Start(begin)).map_err(|error| unreadable(&error))?;
        meter.set(begin);
        let input = BufReader::with_capacity(1 << 17, CountingReader { inner: file, meter: meter.clone() });
        Ok(Self { input, attributes, kinds, shapes, crs, row: 0, count, feature: Vec::new() })
    }

    /// The values of a feature: for each the number of its column, and what that column holds.
    fn values(&self, mut bytes: &[u8], record: &mut Record) -> Option<()> {
        // Some programs leave one byte too many behind a binary value.
        while bytes.len() >= 2 {
            let index = usize::from(u16::from_le_bytes(take(&mut bytes)?));
            let value = match *self.kinds.get(index)? {
                ColumnType::Bool => (take::<1>(&mut bytes)?[0] != 0).to_string(),
                ColumnType::Byte => i8::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::UByte => u8::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::Short => i16::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::UShort => u16::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::Int => i32::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::UInt => u32::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::Long => i64::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::ULong => u64::from_le_bytes(take(&mut bytes)?).to_string(),
                ColumnType::Float => plain_single(f32::from_le_bytes(take(&mut bytes)?)),
                ColumnType::Double => plain_binary(f64::from_le_bytes(take(&mut bytes)?)),
                ColumnType::String | ColumnType::Json | ColumnType::DateTime | ColumnType::Binary => {
                    let length = usize::try_from(u32::from_le_bytes(take(&mut bytes)?)).ok()?;
                    let (value, rest) = bytes.split_at_checked(length)?;
                    bytes = rest;
                    if self.kinds[index] == ColumnType::Binary {
                        continue;
                    }
                    let Ok(value) = std::str::from_utf8(value) else {
                        record.faults.push((index, text("不是 UTF-8 文字", "it is no UTF-8")));
                        continue;
                    };
                    value.trim().to_owned()
                }
                _ => return None,
            };
            record.values[index] = value;
        }
        Some(())
    }
}

/// The system that a header names: by its number, else by its description.
fn named_crs(header: &flatgeobuf::Header<'_>) -> Option<Result<Crs, String>> {
    let crs = header.crs()?;
    let short = |name: &str| name.chars().take(80).collect::<String>();
    let described = crs.wkt().filter(|wkt| !wkt.trim().is_empty()).map(wkt_crs::read);
    let by_epsg = crs.org().is_none_or(|org| org.is_empty() || org.eq_ignore_ascii_case("EPSG"));
    if crs.code() != 0 && by_epsg {
        let code = crs.code().to_string();
        return Some(code.parse().map_err(|_| format!("EPSG:{code}")));
    }
    if described.is_some() {
        return described;
    }
    let org = crs.org().unwrap_or_default();
    let code = if crs.code() == 0 { crs.code_string().unwrap_or_default().to_owned() } else { crs.code().to_string() };
    let name = if code.is_empty() { crs.name().unwrap_or_default().to_owned() } else { format!("{org}:{code}") };
    (!name.is_empty()).then(|| name.trim_start_matches(':').parse().map_err(|_| short(&name)))
}

/// Goes from length to length through the features, so that none is longer than may be or than the file.
fn survey(file: &mut File, begin: u64, length: u64) -> Result<u64, Text> {
    let (mut at, mut count) = (begin, 0);
    let mut input = BufReader::new(file);
    input.seek(SeekFrom::Start(at)).map_err(|error| unreadable(&error))?;
    while at < length {
        count += 1;
        let mut size = [0; 4];
        input.read_exact(&mut size).map_err(|error| unreadable(&error))?;
        let size = u64::from(u32::from_le_bytes(size));
        if size > MAX_RECORD as u64 {
            return Err(too_long(count));
        }
        at += 4 + size;
        if at > length {
            return Err(text(
                format!("文件不完整：在第 {count} 个要素处中断。"),
                format!("The file is cut: it ends in feature {count}."),
            ));
        }
        input.seek_relative(i64::try_from(size).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
    }
    Ok(count)
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        record.clear(self.attributes.len());
        if self.row == self.count {
            return Ok(false);
        }
        self.row += 1;
        record.row = self.row;
        let mut size = [0; 4];
        self.input.read_exact(&mut size).map_err(|error| unreadable(&error))?;
        self.feature.clear();
        self.feature.extend(size);
        self.feature.resize(4 + u32::from_le_bytes(size) as usize, 0);
        self.input.read_exact(&mut self.feature[4..]).map_err(|error| unreadable(&error))?;
        let feature = match size_prefixed_root_as_feature(&self.feature) {
            Ok(feature) => feature,
            Err(error) => {
                let why: String = error.to_string().chars().take(200).collect();
                record.broken = Some(text(format!("要素已损坏：{why}"), format!("the feature is damaged: {why}")));
                return Ok(true);
            }
        };
        record.shape = feature.geometry().map(|stored| {
            let kind = if self.shapes == GeometryType::Unknown { stored.type_() } else { self.shapes };
            geometry(&stored, kind, 0)
        });
        let bytes = feature.properties().map(|bytes| bytes.bytes()).unwrap_or_default();
        if self.values(bytes, record).is_none() {
            record.broken = Some(text("要素的属性已损坏", "the feature's properties are damaged"));
        }
        Ok(true)
    }
}

fn take<const SIZE: usize>(bytes: &mut &[u8]) -> Option<[u8; SIZE]> {
    let (value, rest) = bytes.split_first_chunk::<SIZE>()?;
    *bytes = rest;
    Some(*value)
}

fn damaged() -> Text {
    text("几何已损坏", "the geometry is damaged")
}

/// A stored shape; heights and measures are passed over.
fn geometry(stored: &Stored<'_>, kind: GeometryType, depth: u32) -> Result<Geometry<f64>, Text> {
    /// Collections hold shapes, which hold polygons.
    const DEEPEST: u32 = 3;
    if depth > DEEPEST {
        return Err(damaged());
    }
    let places = || -> Result<Vec<Coord<f64>>, Text> {
        let Some(numbers) = stored.xy() else { return Ok(Vec::new()) };
        shape::few_vertices(numbers.len() / 2)?;
        if numbers.len() % 2 != 0 {
            return Err(damaged());
        }
        Ok((0..numbers.len() / 2).map(|at| Coord { x: numbers.get(at * 2), y: numbers.get(at * 2 + 1) }).collect())
    };
    let lines = || -> Result<Vec<LineString<f64>>, Text> {
        let places = places()?;
        let Some(ends) = stored.ends().filter(|ends| ends.len() > 1) else {
            return Ok(if places.is_empty() { Vec::new() } else { vec![LineString(places)] });
        };
        let (mut lines, mut from) = (Vec::with_capacity(ends.len()), 0);
        for end in ends {
            let end = end as usize;
            lines.push(LineString(places.get(from..end).ok_or_else(damaged)?.to_vec()));
            from = end;
        }
        Ok(lines)
    };
    let polygon = |lines: Vec<LineString<f64>>| {
        let mut lines = lines.into_iter();
        Polygon::new(lines.next().unwrap_or(LineString(Vec::new())), lines.collect())
    };
    let parts = |kind: Option<GeometryType>| -> Result<Vec<Geometry<f64>>, Text> {
        let Some(parts) = stored.parts() else { return Ok(Vec::new()) };
        shape::few_vertices(parts.len())?;
        parts.iter().map(|part| geometry(&part, kind.unwrap_or_else(|| part.type_()), depth + 1)).collect()
    };
    Ok(match kind {
        GeometryType::Point => match places()?.first() {
            Some(place) => Geometry::Point(Point(*place)),
            None => Geometry::MultiPoint(MultiPoint(Vec::new())),
        },
        GeometryType::LineString => Geometry::LineString(LineString(places()?)),
        GeometryType::Polygon => Geometry::Polygon(polygon(lines()?)),
        GeometryType::MultiPoint => Geometry::MultiPoint(MultiPoint(places()?.into_iter().map(Point).collect())),
        GeometryType::MultiLineString => Geometry::MultiLineString(MultiLineString(lines()?)),
        GeometryType::MultiPolygon => {
            let parts = parts(Some(GeometryType::Polygon))?.into_iter();
            Geometry::MultiPolygon(MultiPolygon(
                parts.filter_map(|part| if let Geometry::Polygon(part) = part { Some(part) } else { None }).collect(),
            ))
        }
        GeometryType::GeometryCollection => Geometry::GeometryCollection(GeometryCollection(parts(None)?)),
        kind => {
            let name = kind.variant_name().unwrap_or("?");
            return Err(text(format!("不支持的几何类型 {name}"), format!("shapes of type {name} are not taken")));
        }
    })
}

fn broken(error: &flatgeobuf::Error) -> Text {
    text(format!("FlatGeobuf 文件有误：{error}"), format!("The FlatGeobuf file is wrong: {error}."))
}
