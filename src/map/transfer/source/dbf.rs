//! `.dbf` tables: fields by name, values as the texts that a clerk would have written.
//!
//! What can't be read in one value is that value's fault: the others, and the other records, are read all the same.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use chrono::{DateTime, TimeDelta};
use encoding_rs::{BIG5, Encoding, GB18030};

use super::{
    Record,
    encoding::{Ballot, code_page, decode},
    number::{plain, plain_binary},
    unreadable,
};
use crate::kernel::text::{Text, text};

const DESCRIPTOR: usize = 32;
/// A field's name has at most so many bytes.
const NAME: usize = 10;
/// The day from which a table counts days (Julian day number) is so many days before 1970.
const JULIAN_1970: i64 = 2_440_588;

struct DbfField {
    kind: u8,
    at: usize,
    length: usize,
}

pub(super) struct Table {
    input: BufReader<File>,
    fields: Vec<DbfField>,
    pub(super) names: Vec<String>,
    /// Whether a field's name fills the room that there is, so that its end may be missing.
    pub(super) cut: Vec<bool>,
    pub(super) encoding: &'static Encoding,
    /// Which records are marked as deleted. It is shorter than the table says where a record isn't whole.
    pub(super) deleted: Vec<bool>,
    record: Vec<u8>,
}

impl Table {
    /// Opens a table. `page` is what the `.cpg` beside it says of its encoding.
    pub(super) fn open(file: File, page: &str) -> Result<Self, Text> {
        let failed = |error: io::Error| unreadable(&error);
        let mut input = BufReader::with_capacity(1 << 17, file);
        let mut header = [0; DESCRIPTOR];
        input.read_exact(&mut header).map_err(failed)?;
        let count = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        let begin = usize::from(u16::from_le_bytes([header[8], header[9]]));
        let length = usize::from(u16::from_le_bytes([header[10], header[11]]));
        let mut descriptors = vec![0; begin.saturating_sub(DESCRIPTOR)];
        input.read_exact(&mut descriptors).map_err(failed)?;
        let descriptors: Vec<&[u8]> =
            descriptors.chunks_exact(DESCRIPTOR).take_while(|field| field[0] != b'\r' && field[0] != 0).collect();
        let fields = fields(&descriptors, length).ok_or_else(|| {
            text(
                ".dbf 文件头有误：字段与记录长度不符。",
                "The .dbf header is wrong: its fields don't fit into a record.",
            )
        })?;
        input.seek(SeekFrom::Start(begin as u64)).map_err(failed)?;
        // Only what stands in records tells the encoding: before them stand numbers.
        let (mut deleted, mut ballot) = (Vec::new(), Ballot::default());
        let mut record = vec![0; length];
        while deleted.len() < count as usize && input.read_exact(&mut record).is_ok() {
            deleted.push(record[0] == b'*');
            for field in fields.iter().filter(|field| field.kind == b'C') {
                ballot.add(trimmed(&record[field.at..field.at + field.length]));
            }
        }
        let names: Vec<&[u8]> = descriptors.iter().map(|field| until_zero(&field[..=NAME])).collect();
        let declared = code_page(page).or(match header[29] {
            0x4d | 0x7a => Some(GB18030),
            0x4f | 0x78 => Some(BIG5),
            _ => None,
        });
        let encoding = ballot.result(declared);
        // A table without a Chinese value may have Chinese names.
        let mut of_names = Ballot::default();
        for name in &names {
            of_names.add(name);
        }
        let of_names = of_names.result(declared);
        let read = |name: &&[u8]| {
            let name = decode(name, encoding).or_else(|| decode(name, of_names));
            name.unwrap_or_default().trim().to_owned()
        };
        // A cut in the middle of a character leaves less than all bytes.
        let cut = names.iter().map(|name| name.len() >= if name.is_ascii() { NAME } else { NAME - 3 }).collect();
        input.seek(SeekFrom::Start(begin as u64)).map_err(failed)?;
        Ok(Self { names: names.iter().map(read).collect(), input, fields, cut, encoding, deleted, record })
    }

    /// Goes over a record.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        self.input.read_exact(&mut self.record)
    }

    /// Reads the next record's values.
    pub(super) fn read(&mut self, into: &mut Record) -> io::Result<()> {
        self.input.read_exact(&mut self.record)?;
        for (index, field) in self.fields.iter().enumerate() {
            let bytes = &self.record[field.at..field.at + field.length];
            match value(field.kind, bytes, self.encoding) {
                Ok(value) => into.values[index] = value,
                Err(reason) => into.faults.push((index, reason)),
            }
        }
        Ok(())
    }
}

/// Where each field lies in a record; `None` where they don't fit.
fn fields(descriptors: &[&[u8]], length: usize) -> Option<Vec<DbfField>> {
    // Some programs keep the length of long texts in two bytes, others a number of decimals in the second.
    let lay_out = |long_texts: bool| -> (Vec<DbfField>, usize) {
        let mut at = 1;
        let fields = descriptors.iter().map(|field| {
            let kind = field[11].to_ascii_uppercase();
            let more = if long_texts && kind == b'C' { usize::from(field[17]) << 8 } else { 0 };
            let size = usize::from(field[16]) + more;
            at += size;
            DbfField { kind, at: at - size, length: size }
        });
        (fields.collect(), at)
    };
    let (fields, end) = lay_out(false);
    if end != length {
        let (long, end) = lay_out(true);
        if end == length {
            return Some(long);
        }
    }
    (end <= length).then_some(fields)
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A text's bytes without what fills up its room.
fn trimmed(bytes: &[u8]) -> &[u8] {
    until_zero(bytes).trim_ascii()
}

fn value(kind: u8, bytes: &[u8], encoding: &'static Encoding) -> Result<String, Text> {
    let plain_text = || {
        decode(trimmed(bytes), encoding).map(|value| value.trim().to_owned()).ok_or_else(|| {
            let (name, shown) = (super::encoding::name(encoding), trimmed(bytes).escape_ascii().to_string());
            let shown: String = shown.chars().take(80).collect();
            text(format!("“{shown}”不是 {name} 文字"), format!("{shown:?} is no text in {name}"))
        })
    };
    let number = |size: usize| bytes.get(..size).filter(|_| bytes.len() == size);
    match kind {
        b'N' | b'F' => {
            let value = plain_text()?;
            // Stars are what is written where a number doesn't fit, or where there is none.
            Ok(if value.starts_with('*') { String::new() } else { plain(&value, true) })
        }
        b'D' => {
            if bytes.iter().all(|byte| matches!(byte, b'0' | b' ' | 0)) {
                return Ok(String::new());
            }
            let value = plain_text()?;
            let is_day = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
            Ok(if is_day { format!("{}-{}-{}", &value[..4], &value[4..6], &value[6..]) } else { value })
        }
        b'L' => Ok(match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => "true".to_owned(),
            Some(b'F' | b'f' | b'N' | b'n') => "false".to_owned(),
            _ => String::new(),
        }),
        b'I' if bytes.len() == 4 => Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]).to_string()),
        b'B' | b'O' if bytes.len() == 8 => Ok(number(8)
            .map_or_else(String::new, |bytes| plain_binary(f64::from_le_bytes(bytes.try_into().unwrap_or_default())))),
        b'Y' if bytes.len() == 8 => {
            let value = i64::from_le_bytes(bytes.try_into().unwrap_or_default());
            let sign = if value < 0 { "-" } else { "" };
            let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
            Ok(plain(&format!("{sign}{whole}.{part:04}"), true))
        }
        b'T' | b'@' if bytes.len() == 8 => Ok(moment(bytes)),
        b'M' | b'G' | b'P' | b'B' => {
            if bytes.iter().all(|byte| matches!(byte, b'0' | b' ' | 0)) {
                return Ok(String::new());
            }
            Err(text("备注型字段的内容在另一个文件里，不能导入", "a memo stands in another file and can't be taken"))
        }
        // What the table keeps for itself.
        b'0' => Ok(String::new()),
        _ => plain_text(),
    }
}

/// Days and thousandths of a second.
fn moment(bytes: &[u8]) -> String {
    let number = |at: usize| i64::from(i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or_default()));
    let (days, thousandths) = (number(0), number(4));
    if days == 0 {
        return String::new();
    }
    let span = TimeDelta::try_days(days - JULIAN_1970).unwrap_or_default();
    let at = DateTime::UNIX_EPOCH.checked_add_signed(span + TimeDelta::milliseconds(thousandths));
    at.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn read(kind: u8, bytes: &[u8]) -> Option<String> {
        value(kind, bytes, UTF_8).ok()
    }

    #[test]
    fn zeros_blanks_and_stars_are_empty_values() {
        for (kind, bytes) in [
            (b'D', &b"00000000"[..]),
            (b'D', b"        "),
            (b'D', &[0; 8]),
            (b'D', b"0       "),
            (b'N', b"         "),
            (b'N', &[0; 9]),
            (b'N', b"*********"),
            (b'F', b"*********"),
            (b'L', b"?"),
            (b'L', b" "),
            (b'C', b"   \0\0"),
            (b'T', &[0; 8]),
            (b'M', b"          "),
        ] {
            assert_eq!(read(kind, bytes).as_deref(), Some(""), "{} {bytes:?}", char::from(kind));
        }
    }

    #[test]
    fn values_are_the_texts_that_were_meant() {
        let binary = 12.5_f64.to_le_bytes();
        let day = [(2_460_432_i32).to_le_bytes(), (30_600_000_i32).to_le_bytes()].concat();
        for (kind, bytes, expected) in [
            (b'N', &b"360502001001000121"[..], "360502001001000121"),
            (b'N', b"12\0\0\0\0", "12"),
            (b'N', b"  unknown", "unknown"),
            (b'N', b" 12.500000", "12.5"),
            (b'F', b" 1.200000e+01", "12"),
            (b'D', b"20240231", "2024-02-31"),
            (b'L', b"Y", "true"),
            (b'C', b" a b \0junk", "a b"),
            (b'I', &[7, 0, 0, 0], "7"),
            (b'B', &binary, "12.5"),
            (b'Y', &[0x38, 0x30, 0, 0, 0, 0, 0, 0], "1.2344"),
            (b'T', &day, "2024-05-01 08:30:00"),
        ] {
            assert_eq!(read(kind, bytes).as_deref(), Some(expected), "{} {bytes:?}", char::from(kind));
        }
        assert_eq!(read(b'C', b"\xff\xff ab"), None);
        assert_eq!(read(b'M', b"        12"), None);
    }
}
