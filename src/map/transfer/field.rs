//! One value of a file, read as what its column takes.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::{
    kernel::{
        calendar::CHINA,
        codes,
        ids::{CitizenId, CreditCode},
        text::{Text, text},
    },
    map::registry::TableKind,
};

/// A value on its way into a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A text or a code.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Time(DateTime<Utc>),
}

/// What is wrong with a text that holds control characters.
pub(super) fn control(value: &str) -> Option<Text> {
    let bad = value.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t' && *c != '\r')?;
    Some(text(
        format!("含有控制字符 U+{:04X}", u32::from(bad)),
        format!("it holds the control character U+{:04X}", u32::from(bad)),
    ))
}

/// Reads a value; an empty one is nothing.
///
/// # Errors
/// What is wrong with it and what would be right.
pub(super) fn read(kind: TableKind, value: &str) -> Result<Cell<'_>, Text> {
    if value.is_empty() {
        return Ok(Cell::Null);
    }
    if let Some(bad) = control(value) {
        return Err(bad);
    }
    match kind {
        TableKind::Text(most) => {
            let length = value.chars().count();
            if length > usize::from(most) {
                return Err(text(
                    format!("有 {length} 个字符，最多 {most} 个"),
                    format!("it has {length} characters, at most {most} fit"),
                ));
            }
            Ok(Cell::Text(value.into()))
        }
        TableKind::Int(low, high) => {
            let number = value.parse::<i64>().ok().or_else(|| value.strip_suffix(".0")?.parse().ok());
            number.filter(|number| (low..=high).contains(number)).map(Cell::Int).ok_or_else(|| {
                text(
                    format!("“{}”应为 {low} 至 {high} 的整数", short(value)),
                    format!("{:?} is not a whole number from {low} to {high}", short(value)),
                )
            })
        }
        TableKind::Real(low, high) => {
            let number = value.parse::<f64>().ok().filter(|number| (low..=high).contains(number));
            number.map(Cell::Real).ok_or_else(|| {
                text(
                    format!("“{}”应为 {low} 至 {high} 的数", short(value)),
                    format!("{:?} is not a number from {low} to {high}", short(value)),
                )
            })
        }
        TableKind::Date => date(value).map(Cell::Date).ok_or_else(|| {
            text(
                format!("“{}”不是日期，应写作 2024-05-01", short(value)),
                format!("{:?} is not a date such as 2024-05-01", short(value)),
            )
        }),
        TableKind::Time => time(value).map(Cell::Time).ok_or_else(|| {
            text(
                format!("“{}”不是时间，应写作 2024-05-01 08:30", short(value)),
                format!("{:?} is not a time such as 2024-05-01 08:30 or 2024-05-01T00:30:00Z", short(value)),
            )
        }),
        TableKind::Sex => sex(value).map(Cell::Int).ok_or_else(|| {
            text(
                format!("“{}”应为 男、女、未知，或 GB/T 2261.1 的 0、1、2、9", short(value)),
                format!("{:?} is not 0, 1, 2 or 9 (GB/T 2261.1), nor 男 or 女", short(value)),
            )
        }),
        TableKind::Code(known) => match known.iter().find(|code| **code == value) {
            Some(code) => Ok(Cell::Text((*code).into())),
            None => Err(text(
                format!("“{}”不在代码表里：{}", short(value), known.join("、")),
                format!("{:?} is none of {}", short(value), known.join(", ")),
            )),
        },
        TableKind::CodeTable(table) => codes::find(table, value).map(|code| Cell::Text(code.into())).ok_or_else(|| {
            text(
                format!("“{}”不在代码表 {table} 里", short(value)),
                format!("{:?} is neither a code nor a name of the table {table}", short(value)),
            )
        }),
        TableKind::CitizenId => match CitizenId::parse(value) {
            Ok(id) => Ok(Cell::Text(id.to_string().into())),
            Err(error) => Err(error.text()),
        },
        TableKind::CreditCode => match CreditCode::parse(value) {
            Ok(code) => Ok(Cell::Text(code.to_string().into())),
            Err(error) => Err(error.text()),
        },
    }
}

/// As much of a value as an error can show.
fn short(value: &str) -> String {
    if value.chars().count() <= 40 { value.to_owned() } else { value.chars().take(39).chain(['…']).collect() }
}

fn sex(value: &str) -> Option<i64> {
    Some(match value {
        "0" | "未知" => 0,
        "1" | "男" | "男性" => 1,
        "2" | "女" | "女性" => 2,
        "9" | "未说明" => 9,
        _ => return None,
    })
}

fn date(value: &str) -> Option<NaiveDate> {
    let day = value.split_once(['T', ' ']).filter(|(_, time)| midnight(time)).map_or(value, |(day, _)| day);
    let parsed = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日"]
        .into_iter()
        .find_map(|form| NaiveDate::parse_from_str(day, form).ok());
    let (first, last) = (NaiveDate::from_ymd_opt(1800, 1, 1)?, NaiveDate::from_ymd_opt(2999, 12, 31)?);
    parsed.filter(|day| (first..=last).contains(day))
}

fn midnight(time: &str) -> bool {
    time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.' | b'Z' | b'+'))
}

fn time(value: &str) -> Option<DateTime<Utc>> {
    let parsed = DateTime::parse_from_rfc3339(value)
        .or_else(|_| DateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S%.f%#z"))
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| {
            let local = [
                "%Y-%m-%d %H:%M:%S%.f",
                "%Y-%m-%dT%H:%M:%S%.f",
                "%Y-%m-%d %H:%M",
                "%Y/%m/%d %H:%M:%S",
                "%Y/%m/%d %H:%M",
            ]
            .into_iter()
            .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
            .or_else(|| date(value)?.and_hms_opt(0, 0, 0))?;
            local.and_local_timezone(CHINA).single().map(|time| time.to_utc())
        })?;
    let year = chrono::Datelike::year(&parsed);
    (1970..=2999).contains(&year).then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_their_column_takes_them() {
        let day = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        for text in ["2024-05-01", "2024/5/1", "20240501", "2024-05-01T00:00:00Z", "2024年5月1日"] {
            assert_eq!(read(TableKind::Date, text), Ok(Cell::Date(day)), "{text}");
        }
        let moment = day.and_hms_opt(0, 30, 0).unwrap().and_utc();
        for text in ["2024-05-01T00:30:00Z", "2024-05-01 08:30", "2024/5/1 8:30:00", "2024-05-01T08:30:00+08:00"] {
            assert_eq!(read(TableKind::Time, text), Ok(Cell::Time(moment)), "{text}");
        }
        assert_eq!(read(TableKind::Int(0, 9), "7.0"), Ok(Cell::Int(7)));
        assert_eq!(read(TableKind::Sex, "女"), Ok(Cell::Int(2)));
        assert_eq!(read(TableKind::CodeTable("ethnic_groups"), "蒙古族"), Ok(Cell::Text("02".into())));
        assert_eq!(read(TableKind::Text(2), ""), Ok(Cell::Null));
    }

    #[test]
    fn a_wrong_value_says_what_would_be_right() {
        for (kind, value, error) in [
            (TableKind::Text(2), "三个字", "it has 3 characters, at most 2 fit"),
            (TableKind::Int(0, 200), "201", "\"201\" is not a whole number from 0 to 200"),
            (TableKind::Real(0.0, 10.0), "NaN", "\"NaN\" is not a number from 0 to 10"),
            (TableKind::Date, "2024-02-30", "\"2024-02-30\" is not a date such as 2024-05-01"),
            (TableKind::Code(&["a", "b"]), "c", "\"c\" is none of a, b"),
            (TableKind::CitizenId, "360502188501010013", "check digit is 3, expected 2"),
            (TableKind::Text(9), "a\0b", "it holds the control character U+0000"),
        ] {
            assert_eq!(read(kind, value).unwrap_err().en, error);
        }
    }
}
