//! Files as they come from other programs, read record by record within bounds.
//!
//! A record is at most [`MAX_RECORD`] bytes long in the file, whatever the file says of itself, so that neither a cut
//! file nor a made-up length nor a gigabyte of one vertex takes more memory than that.

mod csv;
mod dbf;
mod encoding;
mod flatgeobuf;
mod json;
mod number;
mod shapefile;
mod shp;
mod wkt_crs;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use geo::Geometry;

use super::Format;
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// The bytes that one record may take in a file.
pub(super) const MAX_RECORD: usize = 8 << 20;
/// The columns or properties that a file may have.
const MAX_ATTRIBUTES: usize = 1000;

/// One record of a file. It is filled again for each.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Where it stands: the row that a spreadsheet shows for CSV, the place in the file for others, counted from one.
    pub(super) row: u64,
    /// Its shape as the file has it, if it has one, or why it can't be read.
    pub(super) shape: Option<Result<Geometry<f64>, Text>>,
    /// Its values, one for each attribute; empty where there is none.
    pub(super) values: Vec<String>,
    /// Attributes with a value that the file didn't show at its beginning.
    pub(super) late: Vec<String>,
    /// Values that can't be read, by their attribute, and why.
    pub(super) faults: Vec<(usize, Text)>,
    /// Why the record as a whole can't be read.
    pub(super) broken: Option<Text>,
}

impl Record {
    fn clear(&mut self, attributes: usize) {
        self.shape = None;
        self.late.clear();
        self.faults.clear();
        self.broken = None;
        self.values.resize_with(attributes, String::new);
        self.values.iter_mut().for_each(String::clear);
    }
}

/// A file that is read from its beginning to its end.
pub(super) trait Source: Send {
    /// The names of its attributes.
    fn attributes(&self) -> &[String];

    /// Whether the end of an attribute's name may be missing, for want of room in the file.
    fn is_cut(&self, _attribute: usize) -> bool {
        false
    }

    /// The coordinate system that the file names; the text is what it names if that isn't known here.
    fn crs(&self) -> Option<Result<Crs, String>>;

    /// How its text is encoded, where that is in question.
    fn encoding(&self) -> Option<&'static str> {
        None
    }

    /// Reads the next record; `false` at the end.
    ///
    /// # Errors
    /// When the file is broken from here on.
    fn next(&mut self, record: &mut Record) -> Result<bool, Text>;
}

/// How many bytes of a file have been read, for who watches.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

/// A reader that counts.
struct CountingReader<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.meter.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Tells a file's format from its first bytes, with the name for what those leave open.
pub(super) fn recognise(path: &Path, name: &str) -> Result<Format, Text> {
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head)).map_err(|error| unreadable(&error))?;
    if head.is_empty() {
        return Err(text("文件是空的。", "The file is empty."));
    }
    if head.starts_with(b"fgb") {
        return Ok(Format::FlatGeobuf);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Format::Shapefile);
    }
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if head.starts_with(b"\x1f\x8b") {
        return Err(text(
            "文件是用 gzip 压缩的，请解压后再导入。",
            "The file is packed by gzip; unpack it and import what it holds.",
        ));
    }
    let start = encoding::beginning(&head);
    let first = start.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    match (ending.as_str(), first) {
        ("geojsonl" | "geojsons" | "ndjson" | "jsonl" | "geojsonseq", Some(b'{' | 0x1e)) | (_, Some(0x1e)) => {
            Ok(Format::GeoJsonSeq)
        }
        (_, Some(b'{')) => Ok(if json::is_sequence(&start) { Format::GeoJsonSeq } else { Format::GeoJson }),
        ("shp" | "dbf", _) => Err(text(
            "Shapefile 由几个文件组成：请把 .shp、.dbf、.prj、.cpg 一起压缩成 .zip 再导入。",
            "A Shapefile is several files: put .shp, .dbf, .prj and .cpg into one .zip and import that.",
        )),
        ("csv" | "txt" | "tsv", Some(_)) => Ok(Format::Csv),
        _ => Err(text(
            "认不出文件格式；可导入 FlatGeobuf、GeoJSON、GeoJSON 行、Shapefile（.zip）、CSV。",
            "The file's format isn't known; there are FlatGeobuf, GeoJSON, newline-delimited GeoJSON, zipped Shapefile and CSV.",
        )),
    }
}

/// Opens a file of a format.
pub(super) fn open(path: &Path, format: Format, meter: &Meter) -> Result<Box<dyn Source>, Text> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    Ok(match format {
        Format::FlatGeobuf => Box::new(flatgeobuf::Reader::open(file, meter)?),
        Format::GeoJson | Format::GeoJsonSeq => {
            Box::new(json::Reader::open(file, format == Format::GeoJsonSeq, meter)?)
        }
        Format::Shapefile => Box::new(shapefile::Reader::open(file, meter)?),
        Format::Csv => Box::new(csv::Reader::open(file, meter)?),
    })
}

/// What is said when the system can't read a file.
fn unreadable(error: &io::Error) -> Text {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return text("文件不完整：中途结束。", "The file is cut: it ends in the middle.");
    }
    text(format!("文件无法读取：{error}"), format!("The file can't be read: {error}."))
}

fn too_long(row: u64) -> Text {
    let most = MAX_RECORD >> 20;
    if row == 0 {
        return text(
            format!("要素之前的内容超过 {most} MiB，文件拒收。"),
            format!("What stands before the features is longer than {most} MiB; the file is refused."),
        );
    }
    text(
        format!("第 {row} 条记录超过 {most} MiB，文件拒收。"),
        format!("Record {row} is longer than {most} MiB; the file is refused."),
    )
}
