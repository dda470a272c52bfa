//! CSV, as spreadsheets write it: UTF-8 or GBK, with commas, semicolons or tabs.

use std::{
    fs::File,
    io::{self, Cursor, Read, Seek},
};

use encoding_rs::{Decoder, GB18030};

use super::{Counted, MAX_RECORD, Meter, Record, Source, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// How much of a file is looked at to tell its encoding and its separator.
const SAMPLE: usize = 1 << 16;

pub(super) struct Reader {
    csv: csv::Reader<Fuse<Box<dyn Read + Send>>>,
    attributes: Vec<String>,
    encoding: &'static str,
    raw: csv::StringRecord,
    /// The row in a spreadsheet that was read last; the headings are the first.
    row: u64,
}

impl Reader {
    pub(super) fn open(mut file: File, meter: &Meter) -> Result<Self, Text> {
        let mut sample = Vec::new();
        (&mut file).take(SAMPLE as u64).read_to_end(&mut sample).map_err(|error| unreadable(&error))?;
        let utf8 = match std::str::from_utf8(&sample) {
            Ok(_) => true,
            // Cut within the last character.
            Err(error) => sample.len() == SAMPLE && error.valid_up_to() + 4 > SAMPLE,
        };
        if sample.contains(&0) {
            return Err(text("这不是 CSV：含有二进制内容。", "This isn't CSV: it holds binary content."));
        }
        file.rewind().map_err(|error| unreadable(&error))?;
        let mut counted = Counted { inner: file, meter: meter.clone() };
        if sample.starts_with(b"\xef\xbb\xbf") {
            let mut mark = [0; 3];
            counted.read_exact(&mut mark).map_err(|error| unreadable(&error))?;
        }
        let inner: Box<dyn Read + Send> = if utf8 {
            Box::new(counted)
        } else {
            Box::new(Decoding {
                inner: counted,
                decoder: GB18030.new_decoder(),
                ready: Cursor::default(),
                ended: false,
            })
        };
        let heading = sample.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let separator = [b',', b'\t', b';']
            .into_iter()
            .max_by_key(|&s| (heading.split(|byte| *byte == s).count(), s == b','))
            .unwrap_or(b',');
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(false)
            .from_reader(Fuse { inner, left: MAX_RECORD });
        let attributes = match csv.headers() {
            Ok(headers) => headers.iter().map(|heading| heading.trim().to_owned()).collect::<Vec<_>>(),
            Err(error) => return Err(broken(&error, 1)),
        };
        if attributes.iter().all(String::is_empty) {
            return Err(text("文件没有表头。", "The file has no headings."));
        }
        Ok(Self {
            csv,
            attributes,
            encoding: if utf8 { "UTF-8" } else { "GBK" },
            raw: csv::StringRecord::new(),
            row: 1,
        })
    }
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        None
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(self.encoding)
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        self.csv.get_mut().left = MAX_RECORD;
        record.clear(self.attributes.len());
        self.row += 1;
        match self.csv.read_record(&mut self.raw) {
            Ok(false) => return Ok(false),
            // Empty lines are no records: what is said of a row speaks of its line.
            Ok(true) => self.row = self.raw.position().map_or(self.row, csv::Position::line),
            Err(error) => return Err(broken(&error, error.position().map_or(self.row, csv::Position::line))),
        }
        record.row = self.row;
        for (value, field) in record.values.iter_mut().zip(&self.raw) {
            let field = field.trim();
            value.push_str(unquoted(field));
        }
        Ok(true)
    }
}

/// Takes off the quote that keeps a spreadsheet from reading a text as a formula.
fn unquoted(field: &str) -> &str {
    match field.as_bytes() {
        [b'\'', b'=' | b'+' | b'-' | b'@', ..] => &field[1..],
        _ => field,
    }
}

fn broken(error: &csv::Error, row: u64) -> Text {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => text(
            format!("第 {row} 行有 {len} 列，表头有 {expected_len} 列。"),
            format!("Row {row} has {len} columns, the headings are {expected_len}."),
        ),
        csv::ErrorKind::Utf8 { .. } => text(
            format!("第 {row} 行不是 UTF-8，而前面的内容是。"),
            format!("Row {row} isn't UTF-8, while what stands before it is."),
        ),
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => too_long(row),
        csv::ErrorKind::Io(error) => unreadable(error),
        _ => text(format!("第 {row} 行无法读取。"), format!("Row {row} can't be read.")),
    }
}

/// Ends a record that goes on and on: an open quote would take the rest of the file for one field.
struct Fuse<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Fuse<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}

/// GBK (as its superset GB 18030) to UTF-8.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    ready: Cursor<String>,
    ended: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || self.ended {
                return Ok(count);
            }
            let mut raw = vec![0; SAMPLE];
            let read = self.inner.read(&mut raw)?;
            self.ended = read == 0;
            let mut decoded = String::with_capacity(read * 2 + 16);
            let (_, _, had_errors) = self.decoder.decode_to_string(&raw[..read], &mut decoded, self.ended);
            if had_errors {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "neither UTF-8 nor GBK"));
            }
            self.ready = Cursor::new(decoded);
        }
    }
}
