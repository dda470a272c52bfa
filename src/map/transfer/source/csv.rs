//! CSV, as spreadsheets write it: UTF-8, UTF-16 or GBK, with commas, semicolons or tabs.
//!
//! Rows are counted as a spreadsheet shows them. What is wrong with one row is said of that row; the others are taken.

use std::{
    fs::File,
    io::{self, BufRead},
};

use super::{MAX_ATTRIBUTES, MAX_RECORD, Meter, Record, Source, encoding, encoding::TextFile, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

pub(super) struct Reader {
    rows: CsvRows,
    attributes: Vec<String>,
}

impl Reader {
    pub(super) fn open(mut file: File, meter: &Meter) -> Result<Self, Text> {
        let detected = encoding::detect(&mut file)?;
        let mut rows = CsvRows::new(TextFile::open(file, detected, meter)?);
        rows.find_separator()?;
        loop {
            let Some(there) = rows.next(MAX_ATTRIBUTES)? else {
                return Err(text("文件没有表头。", "The file has no headings."));
            };
            if there.fields > MAX_ATTRIBUTES {
                return Err(text(
                    format!("文件的列超过 {MAX_ATTRIBUTES} 个，拒收。"),
                    format!("The file has more than {MAX_ATTRIBUTES} columns; it is refused."),
                ));
            }
            let heading = |index| String::from_utf8(rows.field(index).to_vec());
            let headings: Result<Vec<_>, _> = (0..there.fields).map(heading).collect();
            let headings = headings
                .map_err(|_| text("表头含有无法识别的字符。", "The headings hold characters that can't be read."))?;
            let attributes: Vec<String> =
                headings.iter().map(|heading| unquoted(heading.trim()).into_owned()).collect();
            if attributes.iter().any(|heading| !heading.is_empty()) {
                return Ok(Self { rows, attributes });
            }
            // Empty rows above the headings are what a spreadsheet leaves there.
            if rows.row > 100 {
                return Err(text("文件没有表头。", "The file has no headings."));
            }
        }
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
        Some(encoding::name(self.rows.text.encoding))
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        let expected = self.attributes.len();
        loop {
            record.clear(expected);
            let Some(there) = self.rows.next(expected)? else { return Ok(false) };
            if there.is_blank {
                continue;
            }
            record.row = self.rows.row;
            if there.is_open {
                record.broken = Some(text("引号没有结束", "a quotation mark isn't closed"));
            } else if there.fields != expected {
                let fields = there.fields;
                record.broken = Some(text(
                    format!("有 {fields} 列，表头有 {expected} 列"),
                    format!("it has {fields} columns, the headings are {expected}"),
                ));
            }
            for index in 0..there.fields.min(expected) {
                let bytes = self.rows.field(index);
                match std::str::from_utf8(bytes) {
                    Ok(value) => record.values[index].push_str(&unquoted(value.trim())),
                    Err(_) => record.faults.push((index, unknown_characters(bytes))),
                }
            }
            return Ok(true);
        }
    }
}

fn unknown_characters(bytes: &[u8]) -> Text {
    let readable = String::from_utf8_lossy(bytes).replace('\u{fffd}', "?");
    let short: String = readable.trim().chars().take(40).collect();
    text(format!("“{short}”含有无法识别的字符"), format!("{short:?} holds characters that can't be read"))
}

/// Takes off what keeps a spreadsheet from reading a text as a number or as a formula: `'013…` and `="013…"`.
fn unquoted(field: &str) -> std::borrow::Cow<'_, str> {
    if let Some(formula) = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        let text = formula.replace("\"\"", "\"");
        return text.trim().to_owned().into();
    }
    match field.as_bytes() {
        [b'\'', b'=' | b'+' | b'-' | b'@' | b'\'', ..] => field[1..].into(),
        [b'\'', rest @ ..] if !rest.contains(&b'\'') => field[1..].trim_start().into(),
        _ => field.into(),
    }
}

/// What was found of a row.
struct FoundRow {
    fields: usize,
    /// Nothing but separators and blanks.
    is_blank: bool,
    /// The file ended within quotation marks.
    is_open: bool,
}

/// Rows as RFC 4180 and spreadsheets write them; line ends are of any kind.
struct CsvRows {
    text: TextFile,
    separator: u8,
    /// The row that was read last, as a spreadsheet counts.
    row: u64,
    /// Its fields one behind the other, and where each of them ends. Fields beyond those wanted are only counted.
    content: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Plain,
    Quoted,
    /// Behind a quotation mark within quotation marks: the end, or the first half of a written one.
    Quote,
}

impl CsvRows {
    fn new(text: TextFile) -> Self {
        Self { text, separator: b',', row: 0, content: Vec::new(), ends: Vec::new() }
    }

    /// Takes the separator that the first line names or has most of. A spreadsheet doesn't show a line that names it.
    fn find_separator(&mut self) -> Result<(), Text> {
        let start = self.text.input.fill_buf().map_err(|error| unreadable(&error))?;
        if start.contains(&0) {
            return Err(text("这不是 CSV：含有二进制内容。", "This isn't CSV: it holds binary content."));
        }
        let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let named = line.trim_ascii();
        let named = named.strip_prefix(b"\"").and_then(|named| named.strip_suffix(b"\"")).unwrap_or(named);
        // A tab at the end is no blank here.
        let named = if named.len() == 4 && line.len() >= 5 && line[4] == b'\t' { &line[..5] } else { named };
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = *named
            && !separator.is_ascii_alphanumeric()
        {
            self.separator = separator;
            let mut length = line.len();
            length += usize::from(start.get(length) == Some(&b'\r'));
            length += usize::from(start.get(length) == Some(&b'\n'));
            self.text.input.consume(length);
            return Ok(());
        }
        let count = |separator: u8| memchr::memchr_iter(separator, line).count();
        let known = [b',', b'\t', b';'].into_iter().max_by_key(|&separator| (count(separator), separator == b','));
        self.separator = known.unwrap_or(b',');
        Ok(())
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.content[start..self.ends[index]]
    }

    /// Reads a row; `None` at the end.
    fn next(&mut self, wanted: usize) -> Result<Option<FoundRow>, Text> {
        self.content.clear();
        self.ends.clear();
        self.row += 1;
        let (mut state, mut fields, mut length, mut is_blank, mut ended) = (State::Begin, 1, 0, true, false);
        while !ended {
            let buffer = match self.text.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            if buffer.is_empty() {
                if length == 0 {
                    return Ok(None);
                }
                break;
            }
            let mut taken = 0;
            for &byte in buffer {
                taken += 1;
                let kept = match (state, byte) {
                    (State::Quoted, b'"') => {
                        state = State::Quote;
                        false
                    }
                    (State::Quoted, _) => true,
                    (State::Quote, b'"') => {
                        state = State::Quoted;
                        true
                    }
                    (State::Begin, b'"') => {
                        state = State::Quoted;
                        false
                    }
                    (_, b'\r' | b'\n') => {
                        ended = true;
                        false
                    }
                    (_, byte) if byte == self.separator => {
                        if fields <= wanted {
                            self.ends.push(self.content.len());
                        }
                        fields += 1;
                        state = State::Begin;
                        false
                    }
                    _ => {
                        state = State::Plain;
                        true
                    }
                };
                if kept {
                    is_blank &= byte.is_ascii_whitespace();
                    if fields <= wanted {
                        self.content.push(byte);
                    }
                }
                if ended {
                    break;
                }
            }
            length += taken;
            let carriage = ended && buffer[taken - 1] == b'\r';
            self.text.input.consume(taken);
            if carriage && self.text.input.fill_buf().is_ok_and(|next| next.first() == Some(&b'\n')) {
                self.text.input.consume(1);
            }
            if length > MAX_RECORD {
                return Err(too_long(self.row));
            }
        }
        if fields <= wanted {
            self.ends.push(self.content.len());
        }
        // Blanks that no keyboard calls so, as pages on the web leave them.
        is_blank =
            is_blank || std::str::from_utf8(&self.content).is_ok_and(|text| fields <= wanted && text.trim().is_empty());
        Ok(Some(FoundRow { fields, is_blank, is_open: state == State::Quoted }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut reader = Reader::open(file, &Meter::default()).map_err(|error| error.en.into_owned())?;
        let (mut record, mut rows) = (Record::default(), vec![(0, reader.attributes.clone())]);
        while reader.next(&mut record).map_err(|error| error.en.into_owned())? {
            let values = match (&record.broken, record.faults.first()) {
                (Some(reason), _) => vec![format!("! {}", reason.en)],
                (None, Some((index, reason))) => vec![format!("! {index} {}", reason.en)],
                _ => record.values.clone(),
            };
            rows.push((record.row, values));
        }
        Ok(rows)
    }

    fn expect(bytes: &[u8], rows: &[(u64, &[&str])]) {
        let rows: Vec<(u64, Vec<String>)> =
            rows.iter().map(|(row, values)| (*row, values.iter().map(|&value| value.to_owned()).collect())).collect();
        assert_eq!(read(bytes), Ok(rows), "{}", bytes.escape_ascii());
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_shows_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "", ",", "\"3\r\nx\",4", "5,6"].join(end);
            expect(text.as_bytes(), &[(0, &["a", "b"]), (2, &["1", "2"]), (5, &["3\r\nx", "4"]), (6, &["5", "6"])]);
        }
    }

    #[test]
    fn quotation_marks_are_taken_off_and_written_ones_stay() {
        expect(
            "a,b\n\"x, \"\"y\"\"\",=\"013\"\n'013,'=1+1\n\"=\"\"0\"\"\",''a\n'quoted',x\"y\n".as_bytes(),
            &[
                (0, &["a", "b"]),
                (2, &["x, \"y\"", "013"]),
                (3, &["013", "=1+1"]),
                (4, &["0", "'a"]),
                (5, &["'quoted'", "x\"y"]),
            ],
        );
    }

    #[test]
    fn a_bad_row_says_what_is_wrong_with_it_and_the_next_is_read() {
        expect(
            b"a,b\n1\n1,2,3\n\xff,2\n3,4\n5,\"6",
            &[
                (0, &["a", "b"]),
                (2, &["! it has 1 columns, the headings are 2"]),
                (3, &["! it has 3 columns, the headings are 2"]),
                (4, &["! 0 \"?\" holds characters that can't be read"]),
                (5, &["3", "4"]),
                (6, &["! a quotation mark isn't closed"]),
            ],
        );
    }

    #[test]
    fn a_separator_is_named_or_found() {
        for start in ["sep=;\r\na;b", "\"sep=;\"\na;b", "a;b", "\u{feff}a;b", "SEP=\t\na\tb", "a\tb"] {
            let row = if start.contains('\t') { "1\t2" } else { "1;2" };
            expect(format!("{start}\n{row}").as_bytes(), &[(0, &["a", "b"]), (2, &["1", "2"])]);
        }
    }

    #[test]
    fn the_number_of_columns_and_the_length_of_a_row_are_bounded() {
        let many = format!("a{}\n1\n", ",a".repeat(4_000_000));
        assert!(read(many.as_bytes()).unwrap_err().contains("more than 1000 columns"));
        let open = format!("a,b\n\"{}", "x".repeat(MAX_RECORD));
        assert!(read(open.as_bytes()).unwrap_err().contains("longer than 8 MiB"));
        assert!(read(b"\n\n").unwrap_err().contains("no headings"));
        assert!(read(b"a,b\n\0\0").unwrap_err().contains("binary"));
    }
}
