//! Zipped Shapefiles: `.shp` and `.dbf`, with `.prj` and `.cpg` where they are.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
};

use dbase::{FieldValue, encoding::EncodingRs};
use encoding_rs::{Encoding, GB18030, UTF_8};
use geo::Geometry;
use shapefile::{Shape, ShapeReader};
use zip::ZipArchive;

use super::{MAX_RECORD, Meter, Record, Source, number_text, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// The bytes that an archive may unpack to.
const MAX_UNPACKED: u64 = 4 << 30;
/// How many times its own size an archive may unpack to, beyond the first [`FREE`] bytes.
const MAX_RATIO: u64 = 200;
const FREE: u64 = 64 << 20;
const HEADER: u64 = 100;

type Rows = dbase::Reader<BufReader<File>>;

pub(super) struct Reader {
    shapes: ShapeReader<BufReader<File>>,
    rows: Rows,
    attributes: Vec<String>,
    crs: Option<Result<Crs, String>>,
    encoding: &'static Encoding,
    /// Which records are marked as deleted: their shapes are passed over.
    deleted: Vec<bool>,
    row: usize,
    /// Bytes of the archive for each record, to show how far it is.
    share: f64,
    meter: Meter,
}

impl Reader {
    pub(super) fn open(file: File, meter: &Meter) -> Result<Self, Text> {
        let packed = file.metadata().map_err(|error| unreadable(&error))?.len();
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
        let mut unpacked = 0;
        let shp = part(&mut archive, "shp", packed, &mut unpacked)?;
        let dbf = part(&mut archive, "dbf", packed, &mut unpacked)?;
        let (Some(mut shp), Some(mut dbf)) = (shp, dbf) else {
            return Err(text(
                "压缩包里没有 .shp 和 .dbf：应为打包的 Shapefile。",
                "The archive has no .shp and .dbf: it has to be a zipped Shapefile.",
            ));
        };
        let mut note = |ending| -> Result<String, Text> {
            let Some(file) = part(&mut archive, ending, packed, &mut unpacked)? else { return Ok(String::new()) };
            let mut note = Vec::new();
            file.take(1 << 16).read_to_end(&mut note).map_err(|error| unreadable(&error))?;
            Ok(String::from_utf8_lossy(&note).trim().to_owned())
        };
        let (page, projection) = (note("cpg")?, note("prj")?);
        let count = survey(&mut shp)?;
        let encoding = encoding(&mut dbf, &page).map_err(|error| unreadable(&error))?;
        let deleted = deleted(&mut dbf).map_err(|error| unreadable(&error))?;
        shp.rewind().and_then(|()| dbf.rewind()).map_err(|error| unreadable(&error))?;
        let wrong = |error: dbase::Error| text(format!(".dbf 有误：{error}"), format!("The .dbf is wrong: {error}."));
        let rows = dbase::ReaderBuilder::new()
            .with_encoding(EncodingRs::from(encoding))
            .build(BufReader::new(dbf))
            .map_err(wrong)?;
        let attributes = rows.fields().iter().map(|field| field.name().trim().to_owned()).collect();
        let there = deleted.len();
        if there != count {
            return Err(text(
                format!("文件不完整：.shp 有 {count} 条，.dbf 有 {there} 条。"),
                format!("The file is cut: the .shp has {count} records, the .dbf {there}."),
            ));
        }
        let shapes = ShapeReader::new(BufReader::new(shp)).map_err(|error| wrong_shape(&error))?;
        let crs = (!projection.is_empty())
            .then(|| projected(&projection).ok_or_else(|| projection.chars().take(80).collect()));
        #[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
        let share = packed as f64 / count.max(1) as f64;
        Ok(Self { shapes, rows, attributes, crs, encoding, deleted, row: 0, share, meter: meter.clone() })
    }
}

/// Unpacks the one file with an ending, within bounds.
fn part(
    archive: &mut ZipArchive<BufReader<File>>,
    ending: &str,
    packed: u64,
    unpacked: &mut u64,
) -> Result<Option<File>, Text> {
    let names: Vec<String> =
        archive.file_names_raw().map(|name| String::from_utf8_lossy(name).to_ascii_lowercase()).collect();
    let ending_with = format!(".{ending}");
    let mut found = (0..names.len())
        .filter(|&index| names[index].ends_with(&ending_with) && !names[index].starts_with("__macosx/"));
    let Some(index) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(text(
            format!("压缩包里有几个 .{ending}：一次只导入一个图层。"),
            format!("The archive holds more than one .{ending}: import one layer at a time."),
        ));
    }
    let entry = archive.by_index(index).map_err(|error| broken(&error))?;
    let bomb = || text("压缩包解开后过大，拒收。", "The archive unpacks to far more than its size; it is refused.");
    if entry.size() > MAX_UNPACKED {
        return Err(bomb());
    }
    let mut file = tempfile::tempfile().map_err(|error| unreadable(&error))?;
    let mut entry = entry;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = entry.read(&mut buffer).map_err(|error| broken_entry(&error))?;
        if count == 0 {
            break;
        }
        *unpacked += count as u64;
        if *unpacked > MAX_UNPACKED || *unpacked > FREE.max(packed.saturating_mul(MAX_RATIO)) {
            return Err(bomb());
        }
        file.write_all(&buffer[..count]).map_err(|error| unreadable(&error))?;
    }
    file.rewind().map_err(|error| unreadable(&error))?;
    Ok(Some(file))
}

/// Goes from record to record, so that none is longer than may be or than the file. Counts them.
fn survey(shp: &mut File) -> Result<usize, Text> {
    let length = shp.metadata().map_err(|error| unreadable(&error))?.len();
    let cut = |count: usize| {
        text(
            format!("文件不完整：.shp 在第 {count} 条记录处中断。"),
            format!("The file is cut: the .shp ends in record {count}."),
        )
    };
    let mut input = BufReader::new(shp);
    let mut header = [0; 28];
    if length < HEADER || input.read_exact(&mut header).is_err() || header[..4] != 9994_u32.to_be_bytes() {
        return Err(text(".shp 文件头有误。", "The .shp header is wrong."));
    }
    let said = u64::from(u32::from_be_bytes([header[24], header[25], header[26], header[27]])) * 2;
    if said > length {
        return Err(cut(0));
    }
    input.seek(SeekFrom::Start(HEADER)).map_err(|error| unreadable(&error))?;
    let (mut at, mut count) = (HEADER, 0);
    while at + 12 <= said {
        count += 1;
        let mut head = [0; 12];
        input.read_exact(&mut head).map_err(|error| unreadable(&error))?;
        let size = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]])) * 2;
        if size > MAX_RECORD as u64 {
            return Err(too_long(count as u64));
        }
        at += 8 + size;
        if size < 4 || at > length {
            return Err(cut(count));
        }
        // Lines and polygons count their parts and points: what they say has to fit into the record.
        let kind = head[8] % 10;
        if matches!(kind, 3 | 5 | 8) && size >= 44 {
            let mut body = [0; 40];
            input.read_exact(&mut body).map_err(|error| unreadable(&error))?;
            let number =
                |at: usize| u64::from(u32::from_le_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]));
            let least = if kind == 8 { 40 + number(32) * 16 } else { 44 + number(32) * 4 + number(36) * 16 };
            if least > size {
                return Err(cut(count));
            }
            input.seek_relative(i64::try_from(size - 44).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
        } else {
            input.seek_relative(i64::try_from(size - 4).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
        }
    }
    Ok(count)
}

/// Which records of a `.dbf` are marked as deleted. It is cut where a record isn't whole.
fn deleted(dbf: &mut File) -> io::Result<Vec<bool>> {
    dbf.rewind()?;
    let mut input = BufReader::new(dbf);
    let mut header = [0; 12];
    input.read_exact(&mut header)?;
    let count = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    let (begin, length) = (u16::from_le_bytes([header[8], header[9]]), u16::from_le_bytes([header[10], header[11]]));
    input.seek(SeekFrom::Start(begin.into()))?;
    let mut deleted = Vec::new();
    let mut record = vec![0; usize::from(length.max(1))];
    while deleted.len() < count as usize && input.read_exact(&mut record).is_ok() {
        deleted.push(record[0] == b'*');
    }
    Ok(deleted)
}

/// How the attributes are written: as `.cpg` says, or the mark in the file, or what its bytes are.
fn encoding(dbf: &mut File, page: &str) -> io::Result<&'static Encoding> {
    let page = page.to_ascii_uppercase();
    if page.contains("936") || page.contains("GB") {
        return Ok(GB18030);
    }
    if page.contains("UTF") || page.contains("65001") {
        return Ok(UTF_8);
    }
    let mut bytes = Vec::new();
    dbf.take(16 << 20).read_to_end(&mut bytes)?;
    let marked = bytes.get(29).is_some_and(|mark| matches!(mark, 0x4d | 0x7a));
    // What stands before the names is binary. A cut through a character at the very end doesn't count.
    let body = bytes.get(32..).unwrap_or_default();
    let utf8 =
        body.split(|byte| *byte == 0 || *byte == b' ').rev().skip(1).all(|part| std::str::from_utf8(part).is_ok());
    Ok(if marked || !utf8 { GB18030 } else { UTF_8 })
}

/// The system that a `.prj` describes.
fn projected(prj: &str) -> Option<Crs> {
    let plain = prj.to_ascii_uppercase().replace([' ', '\n', '\r', '\t'], "");
    let chinese = plain.contains("2000");
    if plain.starts_with("GEOG") {
        return if chinese { Some(Crs::Cgcs2000) } else { plain.contains("WGS").then_some(Crs::Wgs84) };
    }
    if plain.contains("MERCATOR_AUXILIARY_SPHERE")
        || plain.contains("PSEUDO-MERCATOR")
        || plain.contains("POPULARVISUALISATION")
    {
        return Some(Crs::WebMercator);
    }
    let parameter = |name: &str| -> Option<f64> {
        let rest = &plain[plain.find(&format!("PARAMETER[\"{name}\","))? + name.len() + 13..];
        rest[..rest.find(']')?].parse().ok()
    };
    let (meridian, easting) = (parameter("CENTRAL_MERIDIAN")?, parameter("FALSE_EASTING")?);
    let is_kruger = plain.contains("GAUSS_KRUGER") || plain.contains("TRANSVERSE_MERCATOR");
    if !chinese || !is_kruger || meridian % 3.0 != 0.0 || !(75.0..=135.0).contains(&meridian) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 75 and 135, as was just seen")]
    let degrees = meridian as u8;
    if (easting - 500_000.0).abs() < 0.5 {
        return Some(Crs::GaussKruger { meridian: degrees, zone: 0 });
    }
    let zone = degrees / 3;
    ((easting - 500_000.0 - f64::from(zone) * 1e6).abs() < 0.5).then_some(Crs::GaussKruger { meridian: degrees, zone })
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(if self.encoding == UTF_8 { "UTF-8" } else { "GBK" })
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        record.clear(self.attributes.len());
        let shape = loop {
            let Some(&deleted) = self.deleted.get(self.row) else { return Ok(false) };
            self.row += 1;
            let shape = self.shapes.iter_shapes().next().ok_or_else(|| {
                text(".shp 的记录比文件头说的少。", "The .shp has fewer records than its header says.")
            })?;
            if !deleted {
                break shape.map_err(|error| wrong_shape(&error))?;
            }
        };
        record.row = self.row as u64;
        let row = self.row;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share for a progress bar"
        )]
        self.meter.set((row as f64 * self.share) as u64);
        record.shape = match shape {
            Shape::NullShape => None,
            shape => Some(
                Geometry::try_from(shape)
                    .map_err(|error| text(format!("几何有误：{error}"), format!("the geometry is wrong: {error}"))),
            ),
        };
        let values = self.rows.iter_records().next();
        let values = values.and_then(Result::ok).ok_or_else(|| {
            text(format!(".dbf 的第 {row} 条记录无法读取。"), format!("Record {row} of the .dbf can't be read."))
        })?;
        for (name, value) in values {
            if let Some(place) = self.attributes.iter().position(|attribute| *attribute == name.trim()) {
                record.values[place] = value_text(value);
            }
        }
        Ok(true)
    }
}

fn value_text(value: FieldValue) -> String {
    match value {
        FieldValue::Character(value) => value.unwrap_or_default().trim().to_owned(),
        FieldValue::Memo(value) => value.trim().to_owned(),
        FieldValue::Numeric(value) => value.map(number_text).unwrap_or_default(),
        FieldValue::Float(value) => value.map(|value| number_text(value.into())).unwrap_or_default(),
        FieldValue::Double(value) | FieldValue::Currency(value) => number_text(value),
        FieldValue::Integer(value) => value.to_string(),
        FieldValue::Logical(value) => value.map(|value| value.to_string()).unwrap_or_default(),
        FieldValue::Date(value) => {
            value.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())).unwrap_or_default()
        }
        FieldValue::DateTime(value) => {
            let (date, time) = (value.date(), value.time());
            format!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                date.year(),
                date.month(),
                date.day(),
                time.hours(),
                time.minutes(),
                time.seconds()
            )
        }
    }
}

fn wrong_shape(error: &shapefile::Error) -> Text {
    text(format!(".shp 有误：{error}"), format!("The .shp is wrong: {error}."))
}

fn broken(error: &zip::result::ZipError) -> Text {
    text(format!("压缩包有误：{error}"), format!("The archive is wrong: {error}."))
}

fn broken_entry(error: &io::Error) -> Text {
    text(format!("压缩包内容有误：{error}"), format!("The archive's content is wrong: {error}."))
}
