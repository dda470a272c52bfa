//! The cells of a workbook that somebody has sent, within bounds.
//!
//! The archive is unpacked and counted here, and what may be read of it is packed anew: the reader of workbooks sees
//! nothing that wasn't measured.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use memchr::memmem;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::kernel::text::{Text, text};

/// The bytes that a file may have,
pub(super) const MAX_FILE: usize = 5 << 20;
/// and what it may unpack to.
const MAX_UNPACKED: u64 = 32 << 20;
/// The parts that it may have; a workbook of one sheet has a dozen.
const MAX_PARTS: usize = 1_000;
/// The people that it may hold.
pub(super) const MAX_PEOPLE: usize = 5_000;
/// The rows among which the headings are looked for: lists often begin with a title.
pub(super) const HEADING_ROWS: usize = 10;
/// The columns that it may have.
const MAX_COLUMNS: u32 = 50;
/// The bytes of text that are kept of all its cells, and the characters of one: no field is as long.
const MAX_TEXT: usize = 16 << 20;
const LONGEST: usize = 500;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A text, tidied; never empty.
    Text(String),
    /// A number, which a spreadsheet keeps to 15 digits.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// A day or a time.
    Date,
    /// Something that would have to be computed.
    Formula,
    /// `#N/A` and the like.
    Fault,
}

/// The cells of a row that hold something, by their columns from nought.
pub(super) type Row = BTreeMap<u32, Cell>;
/// The rows that hold something, by their numbers as the spreadsheet shows them.
pub(super) type Rows = BTreeMap<u32, Row>;

/// Reads the first sheet.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn read(file: &[u8]) -> Result<Rows, Text> {
    let archive = repacked(file)?;
    // What a broken file may lead the reader to is the file's fault, not ours.
    catch_unwind(AssertUnwindSafe(|| cells(archive))).unwrap_or_else(|_| Err(broken()))
}

fn no_workbook() -> Text {
    text(
        "这不是 XLSX 工作簿。请用模板填写；旧版 .xls、.csv 或加密的文件请另存为不带密码的 .xlsx。",
        "This is no XLSX workbook. Use the template; save an old .xls, a .csv or an encrypted file as .xlsx without a password.",
    )
}

fn broken() -> Text {
    text("工作簿已损坏，无法读取。请重新保存后再试。", "The workbook is damaged. Save it anew and try again.")
}

fn unpacks_to_too_much() -> Text {
    let most = MAX_UNPACKED >> 20;
    text(
        format!("工作簿解开后超过 {most} MiB，拒收。请只保留人员名单，删除多余的工作表、图片和整列格式。"),
        format!(
            "The workbook unpacks to more than {most} MiB and is refused. Keep the list of people alone: no other sheets, pictures or whole formatted columns."
        ),
    )
}

/// The XML of an archive in an archive of its own, every part of which was unpacked and measured.
fn repacked(file: &[u8]) -> Result<Cursor<Vec<u8>>, Text> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| no_workbook())?;
    if archive.len() > MAX_PARTS {
        return Err(unpacks_to_too_much());
    }
    let mut left = MAX_UNPACKED;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut holds_a_workbook = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| no_workbook())?;
        if part.size() > left {
            return Err(unpacks_to_too_much());
        }
        let name = part.name().map_err(|_| no_workbook())?.into_owned();
        let mut bytes = Vec::new();
        // What it says of its size needn't be so.
        (&mut part).take(left + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(unpacks_to_too_much)?;
        let lower = name.to_ascii_lowercase();
        if !matches!(lower.rsplit_once('.'), Some((_, "xml" | "rels"))) {
            continue;
        }
        holds_a_workbook |= lower == "[content_types].xml";
        if bytes.contains(&0) || promises_too_much(&bytes) {
            return Err(broken());
        }
        out.start_file(name, stored).and_then(|()| Ok(out.write_all(&bytes)?)).map_err(|_| broken())?;
    }
    if !holds_a_workbook {
        return Err(no_workbook());
    }
    out.finish().map_err(|_| broken())
}

/// Whether a part says that it holds more strings than it has bytes: the reader makes room for as many as it is told.
fn promises_too_much(part: &[u8]) -> bool {
    memmem::find_iter(part, b"uniqueCount").any(|at| {
        let digits =
            part[at..].iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
        let said =
            digits.fold(0_usize, |said, digit| said.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        said > part.len()
    })
}

fn cells(archive: Cursor<Vec<u8>>) -> Result<Rows, Text> {
    let damaged = |_: XlsxError| broken();
    let mut workbook = Xlsx::new(archive).map_err(damaged)?;
    let shown = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let name = workbook.sheets_metadata().iter().find(shown).map(|sheet| sheet.name.clone()).ok_or_else(no_workbook)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut rows = Rows::new();
    let mut room = MAX_TEXT;
    while let Some(found) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        let cell = if found.formula.is_some() { Some(Cell::Formula) } else { cell(&found.value) };
        let Some(cell) = cell else { continue };
        let (row, column) = found.pos;
        if column >= MAX_COLUMNS {
            return Err(text(
                format!("第 {} 行的内容超出了第 {MAX_COLUMNS} 列。", row.saturating_add(1)),
                format!("Row {} holds something beyond column {MAX_COLUMNS}.", row.saturating_add(1)),
            ));
        }
        if let Cell::Text(text) = &cell {
            room = room.checked_sub(text.len()).ok_or_else(unpacks_to_too_much)?;
        }
        rows.entry(row.saturating_add(1)).or_default().insert(column, cell);
        if rows.len() > MAX_PEOPLE + HEADING_ROWS {
            return Err(too_many());
        }
    }
    Ok(rows)
}

/// More people than are taken at once.
pub(super) fn too_many() -> Text {
    text(
        format!("一次最多导入 {MAX_PEOPLE} 人，请分成几个文件。"),
        format!("At most {MAX_PEOPLE} people are taken at once; divide the file."),
    )
}

fn cell(value: &DataRef<'_>) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(number) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's numbers are doubles")]
            Cell::Number(*number as f64)
        }
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Cell::Date,
        DataRef::Error(_) => Cell::Fault,
        DataRef::String(text) => return tidied(text),
        DataRef::SharedString(text) => return tidied(text),
    })
}

/// A text without what can't be seen: line breaks become spaces, marks of direction and width nothing.
fn tidied(text: &str) -> Option<Cell> {
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shown = text.chars().filter(|&c| !unseen(c)).map(|c| if c.is_control() { ' ' } else { c });
    let short: String = shown.take(LONGEST).collect();
    let trimmed = short.trim();
    (!trimmed.is_empty()).then(|| Cell::Text(trimmed.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(content.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn what_cannot_be_seen_in_a_cell_is_not_read() {
        assert_eq!(tidied("\u{feff} 王\u{200b}芳\u{3000}\n"), Some(Cell::Text("王芳".to_owned())));
        assert_eq!(tidied("\u{200b} \n"), None);
        assert_eq!(tidied(&"长".repeat(9_000)), Some(Cell::Text("长".repeat(LONGEST))));
    }

    #[test]
    fn a_workbook_that_promises_more_strings_than_it_has_bytes_is_refused() {
        let strings = |count: &str| format!("<sst count=\"1\" uniqueCount = \n'{count}'><si><t>姓名</t></si></sst>");
        assert!(!promises_too_much(strings("1").as_bytes()));
        for count in ["9999", "18446744073709551615", "99999999999999999999999999"] {
            assert!(promises_too_much(strings(count).as_bytes()), "{count}");
            let file = archive(&[("[Content_Types].xml", "<Types/>"), ("xl/sharedStrings.xml", &strings(count))]);
            assert_eq!(read(&file), Err(broken()));
        }
    }

    #[test]
    fn cells_are_read_as_they_are_kept_and_nothing_is_computed() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet().set_hidden(true).write_string(0, 0, "hidden").unwrap();
        let sheet = workbook.add_worksheet();
        sheet.set_active(true);
        sheet.write_string(0, 0, " 姓名 ").unwrap().write_number(0, 3, 360_502_199_001_010_033_f64).unwrap();
        sheet.write_formula(4, 1, "=1+1").unwrap().write_boolean(4, 2, true).unwrap();
        let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(4, 3, 45_000.0, &date).unwrap();
        let rows = read(&workbook.save_to_buffer().unwrap()).unwrap();
        let name = Cell::Text("姓名".to_owned());
        assert_eq!(
            rows,
            Rows::from([
                (1, Row::from([(0, name), (3, Cell::Number(360_502_199_001_010_050.0))])),
                (5, Row::from([(1, Cell::Formula), (2, Cell::Truth(true)), (3, Cell::Date)])),
            ])
        );
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_wherever_it_lies() {
        let megabyte = " ".repeat(1 << 20);
        for name in ["xl/worksheets/sheet1.xml", "xl/media/image1.png"] {
            let names: Vec<String> = (0..33).map(|number| format!("{name}{number}")).collect();
            let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), megabyte.as_str())).collect();
            let file = archive(&parts);
            assert!(file.len() < 1 << 20);
            assert_eq!(read(&file), Err(unpacks_to_too_much()));
        }
        // A size that is declared too small helps nobody.
        let mut file = archive(&[("[Content_Types].xml", &" ".repeat(33 << 20))]);
        let size = (33_u32 << 20).to_le_bytes();
        let places: Vec<usize> = memmem::find_iter(&file, &size).collect();
        for at in places {
            file[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
        }
        assert!(read(&file).is_err());
    }

    #[test]
    fn what_is_no_workbook_is_told_so() {
        for file in [
            b"".as_slice(),
            b"a,b,c\n",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            &archive(&[("a.txt", "x")]),
        ] {
            assert_eq!(read(file), Err(no_workbook()));
        }
        assert_eq!(read(&archive(&[("[Content_Types].xml", "<Types/>")])), Err(broken()));
    }
}
