//! Tables as files: a workbook for people, a text for programs.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::text::Language;

/// A value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    Nothing,
    /// A text; it never becomes a formula.
    Text(String),
    /// How many.
    Count(u64),
    /// A measure with so many decimals shown.
    Real(f64, u8),
    /// A share of one, shown as per cent.
    Share(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A table: its name, its headings, and rows as wide as those.
#[derive(Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// What stands over each column.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Keeps a spreadsheet from reading a text as a formula.
#[must_use]
pub fn quoted(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        // What begins with the sign itself gets another: the first one is taken off again.
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\'') => format!("'{text}").into(),
        _ => text.into(),
    }
}

/// The widest that a column is made, in characters.
const MAX_WIDTH: f64 = 60.0;

/// The characters that a text takes in width; a Chinese one takes two.
fn width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.1 }).sum()
}

/// A workbook with a worksheet for each table.
///
/// # Errors
/// When a name is none that a worksheet may have, or there are too many rows.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let counted = Format::new().set_num_format("#,##0");
    let shared = Format::new().set_num_format("0.0%");
    let measured = ["#,##0", "#,##0.0", "#,##0.00"].map(|picture| Format::new().set_num_format(picture));
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        worksheet.set_freeze_panes(1, 1)?;
        for (column, text) in (0..).zip(&sheet.headings) {
            worksheet.write_string_with_format(0, column, text, &heading)?;
            let texts = sheet.rows.iter().filter_map(|row| match row.get(usize::from(column)) {
                Some(Cell::Text(text)) => Some(width(text)),
                _ => None,
            });
            worksheet.set_column_width(column, (texts.fold(width(text), f64::max) + 3.0).clamp(12.0, MAX_WIDTH))?;
        }
        for (line, row) in (1..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Nothing => continue,
                    // A string cell stays one, whatever it begins with.
                    Cell::Text(text) => worksheet.write_string_with_format(line, column, text, &wrapped)?,
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "a spreadsheet's numbers are doubles; counts are below 2^53"
                    )]
                    Cell::Count(count) => worksheet.write_number_with_format(line, column, *count as f64, &counted)?,
                    Cell::Real(value, decimals) => {
                        let format = &measured[usize::from(*decimals).min(measured.len() - 1)];
                        worksheet.write_number_with_format(line, column, *value, format)?
                    }
                    Cell::Share(value) => worksheet.write_number_with_format(line, column, *value, &shared)?,
                };
            }
        }
    }
    workbook.save_to_buffer()
}

/// A table as CSV in UTF-8, with the mark by which Excel knows it.
///
/// # Errors
/// When memory has no room for it.
pub fn csv(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(sheet.headings.iter().map(|text| quoted(text).into_owned()))?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Nothing => String::new(),
            Cell::Text(text) => quoted(text).into_owned(),
            Cell::Count(count) => count.to_string(),
            Cell::Real(value, decimals) => format!("{value:.*}", usize::from(*decimals)),
            Cell::Share(value) => format!("{value:.6}"),
        }))?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// A text in a language.
#[must_use]
pub fn words(language: Language, zh: &str, en: &str) -> String {
    match language {
        Language::Chinese => zh.to_owned(),
        Language::English => en.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_never_becomes_a_formula_and_numbers_stay_numbers() {
        let sheet = Sheet {
            name: "表".into(),
            headings: vec!["名称".into(), "数".into(), "率".into()],
            rows: vec![
                vec!["=1+1".into(), Cell::Count(1_234), Cell::Share(0.5)],
                vec!["@x".into(), Cell::Real(1.005, 1), Cell::Nothing],
            ],
        };
        let text = String::from_utf8(csv(&sheet).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}名称,数,率\n'=1+1,1234,0.500000\n'@x,1.0,\n");
        assert!(workbook(&[sheet]).unwrap().starts_with(b"PK"));
    }
}
