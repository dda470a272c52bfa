//! One value of a file, read as what its column takes.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::{
    kernel::{
        ids::{CitizenId, CreditCode},
        text::{Text, narrow, text},
        time::CHINA,
    },
    layers::{Cell, TableKind},
};

/// What is wrong with a text that holds control characters, or that another program couldn't read.
pub(super) fn control(value: &str) -> Option<Text> {
    if value.contains('\u{fffd}') {
        return Some(text(
            "含有 U+FFFD：有字符在此前已经丢失",
            "it holds U+FFFD: characters were lost before it came here",
        ));
    }
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
    let is_number = matches!(kind, TableKind::Int(..) | TableKind::Real(..) | TableKind::Date | TableKind::Time);
    if !is_number && let Some(bad) = rounded(value) {
        return Err(bad);
    }
    if let Some(narrow) = narrow_code(kind, value) {
        return read(kind, &narrow).map(Cell::into_owned);
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
            let whole = value.split_once('.').filter(|(_, part)| part.bytes().all(|digit| digit == b'0'));
            let number = whole.map_or(value, |(whole, _)| whole).parse::<i64>().ok();
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
        TableKind::CodeTable(table) => table.find(value).map(|code| Cell::Text(code.into())).ok_or_else(|| {
            text(
                format!("“{}”不在代码表 {} 里", short(value), table.name),
                format!("{:?} is neither a code nor a name of the table {}", short(value), table.name),
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

/// What is wrong with a code or a text that a spreadsheet has made a rounded number of: `3.60502E+17`.
pub(super) fn rounded(value: &str) -> Option<Text> {
    let (digits, exponent) = value.split_once(['e', 'E'])?;
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (sign, exponent) = match exponent.as_bytes().first()? {
        b'+' | b'-' => exponent.split_at(1),
        _ => ("", exponent),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = whole.len() == 1 && are_digits(whole) && are_digits(fraction) && are_digits(exponent);
    // `3E12` may be the name of a building; with a plus, or with decimals, it is a number.
    let is_printed = match sign {
        "+" => (1..=3).contains(&exponent.len()),
        _ => !fraction.is_empty() && (2..=3).contains(&exponent.len()),
    };
    (is_number && is_printed).then(|| {
        let short = short(value);
        text(
            format!("“{short}”是被表格软件舍入的数，原来的数字已丢失；请把该列设为文本格式后重新导出"),
            format!("{short:?} is a number that a spreadsheet has rounded; format the column as text and export again"),
        )
    })
}

/// The value with its full-width letters and digits as narrow ones, where it is a code, a number or a time; `None` where
/// it has none, or is a text in which they may be meant.
fn narrow_code(kind: TableKind, value: &str) -> Option<String> {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}');
    if value.is_ascii() || !value.contains(is_wide) {
        return None;
    }
    let narrow = narrow(value);
    match kind {
        // A text of nothing but letters, digits and signs is a code or a telephone number.
        TableKind::Text(_) => {
            let is_code = narrow.is_ascii() && narrow.bytes().any(|byte| byte.is_ascii_digit());
            is_code.then(|| narrow.trim().to_owned())
        }
        _ => Some(narrow.trim().to_owned()),
    }
}

fn date(value: &str) -> Option<NaiveDate> {
    let (day, rest) = Reading(value.trim()).day()?;
    // Midnight is what programs add that know no days. The day is what was written, wherever it was.
    let is_day = rest.trim().is_empty()
        || Reading(rest)
            .clock()
            .is_some_and(|(clock, rest)| clock == TimeOfDay::default() && Reading(rest).offset(CHINA).is_some());
    is_day.then_some(day)
}

fn time(value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    let (day, rest) = Reading(value).day()?;
    let (clock, offset) = if rest.trim().is_empty() {
        (TimeOfDay::default(), CHINA)
    } else {
        let (clock, rest) = Reading(rest).clock()?;
        (clock, Reading(rest).offset(CHINA)?)
    };
    let day = if clock.next_day { day.succ_opt()? } else { day };
    // A leap second is the sixtieth.
    let leap = if clock.second == 60 { 1_000_000_000 } else { 0 };
    let local = day.and_hms_nano_opt(clock.hour, clock.minute, clock.second.min(59), clock.nano + leap)?;
    let at = local.and_local_timezone(offset).single()?.to_utc();
    (1970..=2999).contains(&chrono::Datelike::year(&at)).then_some(at)
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TimeOfDay {
    hour: u32,
    minute: u32,
    second: u32,
    nano: u32,
    /// It is 24:00, the end of the day.
    next_day: bool,
}

/// A text that is read from its beginning: each part gives what it means and the rest.
#[derive(Clone, Copy)]
struct Reading<'a>(&'a str);

impl<'a> Reading<'a> {
    /// So many digits at least and at most.
    fn digits(self, least: usize, most: usize) -> Option<(u32, &'a str)> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(count);
        (count >= least).then(|| digits.parse().ok().map(|number| (number, rest)))?
    }

    /// `2024-05-01`, `2024/5/1`, `2024.5.1`, `20240501` or `2024年5月1日`.
    fn day(self) -> Option<(NaiveDate, &'a str)> {
        let (year, rest) = Reading(self.0).digits(4, 4)?;
        let (month, day, rest) = if rest.starts_with(|c: char| c.is_ascii_digit()) {
            let (month, rest) = Reading(rest).digits(2, 2)?;
            let (day, rest) = Reading(rest).digits(2, 2)?;
            (month, day, rest)
        } else {
            let between = ['-', '/', '.', '年'].into_iter().find(|sign| rest.starts_with(*sign))?;
            let (second, end) = if between == '年' { ('月', "日") } else { (between, "") };
            let (month, rest) = Reading(rest.strip_prefix(between)?).digits(1, 2)?;
            let (day, rest) = Reading(rest.strip_prefix(second)?).digits(1, 2)?;
            (month, day, rest.strip_prefix(end)?)
        };
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        let (first, last) = (NaiveDate::from_ymd_opt(1800, 1, 1)?, NaiveDate::from_ymd_opt(2999, 12, 31)?);
        (first..=last).contains(&day).then_some((day, rest))
    }

    /// `T08:30`, ` 8:30:00.5`, `T083000`, ` 上午 8:30`.
    fn clock(self) -> Option<(TimeOfDay, &'a str)> {
        let rest = self.0.strip_prefix(['T', 't']).or_else(|| {
            let rest = self.0.trim_start();
            (rest.len() < self.0.len()).then_some(rest)
        })?;
        let half = [("上午", 0), ("下午", 12)]
            .into_iter()
            .find_map(|(word, hours)| rest.strip_prefix(word).map(|rest| (rest.trim_start(), hours)));
        let (rest, after_noon) = half.map_or((rest, None), |(rest, hours)| (rest, Some(hours)));
        let (hour, rest) = Reading(rest).digits(1, 2)?;
        let dense = !rest.starts_with(':');
        let (minute, mut rest) = Reading(rest.strip_prefix(':').unwrap_or(rest)).digits(2, 2)?;
        let mut clock = TimeOfDay { hour, minute, ..TimeOfDay::default() };
        let seconds = if dense {
            Some(rest).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        } else {
            rest.strip_prefix(':')
        };
        if let Some(seconds) = seconds {
            (clock.second, rest) = Reading(seconds).digits(2, 2)?;
            if let Some(fraction) = rest.strip_prefix(['.', ',']) {
                let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
                let (digits, after) = fraction.split_at(count);
                let nanos: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
                clock.nano = nanos.parse().ok().filter(|_| count > 0)?;
                rest = after;
            }
        }
        if let Some(hours) = after_noon {
            if !(1..=12).contains(&clock.hour) {
                return None;
            }
            clock.hour = clock.hour % 12 + hours;
        }
        if clock == (TimeOfDay { hour: 24, ..TimeOfDay::default() }) {
            clock = TimeOfDay { next_day: true, ..TimeOfDay::default() };
        }
        (clock.hour < 24 && clock.minute < 60 && clock.second <= 60).then_some((clock, rest))
    }

    /// `Z`, `UTC`, `+08`, `+0800`, `+08:00` or `+08:00:00`: all that is left. Where nothing is, the offset that is given.
    fn offset(self, unsaid: FixedOffset) -> Option<FixedOffset> {
        let rest = self.0.trim();
        if rest.is_empty() {
            return Some(unsaid);
        }
        if ["Z", "UTC", "GMT"].iter().any(|name| rest.eq_ignore_ascii_case(name)) {
            return FixedOffset::east_opt(0);
        }
        let (sign, rest) = match rest.strip_prefix(['-', '−']) {
            Some(rest) => (-1, rest),
            None => (1, rest.strip_prefix('+')?),
        };
        let (hours, mut rest) = Reading(rest).digits(2, 2)?;
        let mut seconds = hours * 3600;
        for unit in [60, 1] {
            if rest.is_empty() {
                break;
            }
            let (part, after) = Reading(rest.strip_prefix(':').unwrap_or(rest)).digits(2, 2)?;
            seconds += part * unit;
            rest = after;
        }
        let offset = FixedOffset::east_opt(sign * i32::try_from(seconds).ok()?)?;
        rest.is_empty().then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::codes::UNMASK_PURPOSES;

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
        assert_eq!(read(TableKind::Int(0, 9), "７"), Ok(Cell::Int(7)));
        assert_eq!(read(TableKind::Sex, "女"), Ok(Cell::Int(2)));
        assert_eq!(read(TableKind::CodeTable(&UNMASK_PURPOSES), "入户走访"), Ok(Cell::Text("visit".into())));
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

    #[test]
    fn a_moment_is_the_same_in_every_form_of_its_offset() {
        let midnight = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
        for text in [
            "2024-05-01T00:00:00Z",
            "2024/05/01 00:00:00+00",
            "2024-05-01T00:00:00+0000",
            "20240501T000000Z",
            "20240501T0000Z",
            "2024-05-01T00:00Z",
            "2024-05-01 00:00:00 UTC",
            "2024-05-01 08:00:00+08:00:00",
            "2024-05-01T08:00:00.000+0800",
            "2024-05-01 08:00:00 +08:00",
            "2024-04-30T19:00:00-05",
            "2024-05-01 8:00",
            "2024-05-01T08:00",
            "2024年5月1日 8:00",
            "2024-05-01 上午 8:00",
            "2024-04-30T24:00:00Z",
        ] {
            assert_eq!(read(TableKind::Time, text), Ok(Cell::Time(midnight)), "{text}");
        }
        let local = midnight - chrono::TimeDelta::hours(8);
        for text in ["2024-05-01", "2024/5/1", "20240501", "2024-05-01 00:00:00", "２０２４-05-01"] {
            assert_eq!(read(TableKind::Time, text), Ok(Cell::Time(local)), "{text}");
        }
        for text in [
            "1714523400",
            "45413.354166",
            "2024-05-01T25:00",
            "2024-05-01T08",
            "2024-05-01 08:30:00 CST",
            "2024-05-01T08:00:00+",
            "2024-05-01T08:00:00+0800x",
            "202405011",
            "2024-05-01x",
        ] {
            assert!(read(TableKind::Time, text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_keeps_its_date_wherever_midnight_was_written() {
        let day = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        for text in ["2024/05/01 00:00:00+00", "2024-05-01T00:00:00+08:00", "2024.5.1", "2024-05-01 00:00"] {
            assert_eq!(read(TableKind::Date, text), Ok(Cell::Date(day)), "{text}");
        }
        for text in ["2024-05-01T16:00:00Z", "2024-05-01 08:00", "32874"] {
            assert!(read(TableKind::Date, text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_rounded_number_is_no_code_and_a_full_width_code_is_a_narrow_one() {
        for value in ["3.60502E+17", "1.38E+10", "3E+17", "3.60502e+17", "3.60502E17", "1.6777216e+7", "1.00E-05"] {
            for kind in [TableKind::Text(100), TableKind::CreditCode] {
                assert!(read(kind, value).unwrap_err().en.contains("format the column as text"), "{value}");
            }
        }
        for value in ["3E12", "1E-05", "E0501", "2E5", "12E+10栋"] {
            assert_eq!(read(TableKind::Text(100), value), Ok(Cell::Text(value.into())));
        }
        assert_eq!(read(TableKind::Real(0.0, 1e6), "1.2E+03"), Ok(Cell::Real(1200.0)));
        for (wide, narrow) in [("Ｐ－６", "P-6"), ("０１３８", "0138"), ("渝水（南）１号", "渝水（南）１号")]
        {
            assert_eq!(read(TableKind::Text(100), wide), Ok(Cell::Text(narrow.into())));
        }
        assert!(read(TableKind::Text(100), "a\u{fffd}").unwrap_err().en.contains("U+FFFD"));
    }
}
