//! What a year and hours may say.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::model::{CalendarDay, CalendarYearDraft, WorkingHoursDraft};
use crate::kernel::{
    error::{Error, FieldFault, Result},
    text::{is_blank, text},
    time::{DAY_MINUTES, DayKind, Limit, YEARS},
};

/// Days of one year of which something is said.
const MOST_DAYS: usize = 120;
const MOST_PERIODS: usize = 6;
const LONGEST_NAME: usize = 40;
const LONGEST_SOURCE: usize = 200;
/// Characters of a notice that is read.
const LONGEST_NOTICE: usize = 20_000;

/// Checks the year of an address.
pub(super) fn check_year(year: i16) -> Result<()> {
    if YEARS.contains(&i32::from(year)) {
        return Ok(());
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(Error::bad(format!("年份应在 {first} 至 {last} 之间。"), format!("The year lies between {first} and {last}.")))
}

/// Checks the first day of working hours.
pub(super) fn check_first_day(day: NaiveDate) -> Result<()> {
    if YEARS.contains(&day.year()) {
        return Ok(());
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(Error::field(
        "/valid_from",
        format!("日期应在 {first} 年至 {last} 年之间。"),
        format!("The day lies between the years {first} and {last}."),
    ))
}

/// Checks a text that is to be read as a notice.
pub(super) fn check_notice(notice: &str) -> Result<()> {
    if is_blank(notice) {
        return Err(Error::field("/text", "请粘贴通知内容。", "Paste the notice."));
    }
    if notice.chars().count() > LONGEST_NOTICE {
        return Err(Error::field("/text", "内容过长，最多 20000 字。", "At most 20,000 characters are read."));
    }
    Ok(())
}

fn invalid(faults: Vec<FieldFault>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(text("日历内容有误。", "The calendar is wrong."), faults))
}

/// The days that the notice of a year may arrange: those of the year, the end of the year before, and the beginning of the next.
fn span(year: i16) -> Option<(NaiveDate, NaiveDate)> {
    let year = i32::from(year);
    Some((NaiveDate::from_ymd_opt(year - 1, 12, 20)?, NaiveDate::from_ymd_opt(year + 1, 1, 10)?))
}

/// Checks what a year is to be.
pub(super) fn check_draft(year: i16, draft: &CalendarYearDraft) -> Result<()> {
    check_year(year)?;
    let mut faults = Vec::new();
    if draft.source.chars().count() > LONGEST_SOURCE {
        faults.push(FieldFault::new("/source", "依据最多 200 字。", "At most 200 characters."));
    }
    if draft.days.len() > MOST_DAYS {
        faults.push(FieldFault::new("/days", "一年最多 120 天。", "At most 120 days of a year."));
    }
    let span = span(year);
    let mut seen = BTreeSet::new();
    for (index, CalendarDay { day, kind, name }) in draft.days.iter().enumerate().take(MOST_DAYS) {
        let mut fault = |field: &str, zh: String, en: String| {
            faults.push(FieldFault::new(format!("/days/{index}/{field}"), zh, en));
        };
        if span.is_none_or(|(first, last)| *day < first || *day > last) {
            fault("day", format!("{day} 不属于 {year} 年的安排。"), format!("{day} isn't arranged with {year}."));
        }
        if !seen.insert(*day) {
            fault("day", format!("{day} 重复。"), format!("{day} stands there twice."));
        }
        if *kind == DayKind::Workday && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            fault(
                "kind",
                format!("{day} 本来就是工作日，无需调休上班。"),
                format!("{day} is a working day by itself."),
            );
        }
        if is_blank(name) || name.chars().count() > LONGEST_NAME {
            fault("name", "请填写节日名称，最多 40 字。".to_owned(), "A name of 1 to 40 characters.".to_owned());
        }
    }
    invalid(faults)
}

/// Checks working hours.
pub(super) fn check_hours(draft: &WorkingHoursDraft) -> Result<()> {
    let mut faults = Vec::new();
    let weekdays: BTreeSet<i32> = draft.weekdays.iter().copied().collect();
    if weekdays.is_empty()
        || weekdays.len() != draft.weekdays.len()
        || !weekdays.iter().all(|day| (1..=7).contains(day))
    {
        faults.push(FieldFault::new(
            "/weekdays",
            "请选择每周的工作日，1 至 7，不可重复。",
            "The weekdays are different numbers from 1 to 7.",
        ));
    }
    if draft.periods.is_empty() || draft.periods.len() > MOST_PERIODS {
        faults.push(FieldFault::new("/periods", "每天应有 1 至 6 个时段。", "A day has 1 to 6 periods."));
    }
    let mut last = 0;
    for (index, period) in draft.periods.iter().enumerate().take(MOST_PERIODS) {
        if period.start >= period.end || period.end > DAY_MINUTES {
            faults.push(FieldFault::new(
                format!("/periods/{index}"),
                "下班时间应晚于上班时间，且不超过 24:00。",
                "A period ends after it starts, by 24:00.",
            ));
        } else if index > 0 && period.start < last {
            faults.push(FieldFault::new(
                format!("/periods/{index}"),
                "时段应依次排列，不可重叠。",
                "Periods follow one another and don't overlap.",
            ));
        }
        last = period.end;
    }
    invalid(faults)
}

/// What changed in a year, for the audit: days that are new or other than before, and days that are gone.
pub(super) fn difference(before: &[CalendarDay], after: &[CalendarDay]) -> Value {
    let added: Vec<&CalendarDay> = after.iter().filter(|day| !before.contains(day)).collect();
    let removed: Vec<NaiveDate> =
        before.iter().filter(|old| after.iter().all(|new| new.day != old.day)).map(|old| old.day).collect();
    json!({"added": added, "removed": removed})
}

/// The first year between two days that isn't arranged.
pub(super) fn first_open_year(years: &[i16], from: NaiveDate, to: NaiveDate) -> Option<i16> {
    (from.year()..=to.year()).filter_map(|year| i16::try_from(year).ok()).find(|year| !years.contains(year))
}

/// The longest limit that is reckoned, in days.
const LONGEST_LIMIT_DAYS: u32 = 3_650;

/// Checks a limit that is to be reckoned.
pub(super) fn check_limit(limit: Limit) -> Result<()> {
    if limit.least_days() <= LONGEST_LIMIT_DAYS {
        return Ok(());
    }
    Err(Error::field("/amount", "时限最长 3650 天。", "A limit is of 3,650 days at most."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::WorkPeriod;

    fn day(day: &str, kind: DayKind, name: &str) -> CalendarDay {
        CalendarDay { day: day.parse().unwrap(), kind, name: name.to_owned() }
    }

    fn draft(days: Vec<CalendarDay>) -> CalendarYearDraft {
        CalendarYearDraft { version: 0, source: "通知".to_owned(), days }
    }

    fn pointers(result: Result<()>) -> Vec<String> {
        match result {
            Err(Error::Invalid(_, faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
            Ok(()) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_year_says_each_day_once_and_only_its_own() {
        let fine = vec![
            day("2026-12-31", DayKind::Holiday, "元旦"),
            day("2027-01-01", DayKind::Holiday, "元旦"),
            day("2027-01-03", DayKind::Workday, "元旦"),
        ];
        assert!(check_draft(2027, &draft(fine.clone())).is_ok());
        let wrong = vec![
            day("2027-05-01", DayKind::Holiday, "劳动节"),
            day("2027-05-01", DayKind::Holiday, "劳动节"),
            day("2029-05-01", DayKind::Holiday, "劳动节"),
            day("2027-05-07", DayKind::Workday, "劳动节"),
            day("2027-05-02", DayKind::Holiday, " "),
        ];
        assert_eq!(
            pointers(check_draft(2027, &draft(wrong))),
            ["/days/1/day", "/days/2/day", "/days/3/kind", "/days/4/name"]
        );
        assert!(check_draft(1900, &draft(fine)).is_err());
    }

    #[test]
    fn periods_follow_one_another() {
        let hours = |weekdays: &[i32], periods: &[(u16, u16)]| {
            pointers(check_hours(&WorkingHoursDraft {
                weekdays: weekdays.to_vec(),
                periods: periods.iter().map(|&(start, end)| WorkPeriod { start, end }).collect(),
            }))
        };
        let none: [&str; 0] = [];
        assert_eq!(hours(&[1, 2], &[(480, 720), (720, 1440)]), none);
        assert_eq!(hours(&[1, 1], &[(480, 720), (700, 800)]), ["/weekdays", "/periods/1"]);
        assert_eq!(hours(&[8], &[(720, 720), (480, 1500)]), ["/weekdays", "/periods/0", "/periods/1"]);
        assert_eq!(hours(&[], &[]), ["/weekdays", "/periods"]);
    }

    #[test]
    fn the_audit_keeps_what_changed() {
        let before = [day("2027-01-01", DayKind::Holiday, "元旦"), day("2027-01-02", DayKind::Holiday, "元旦")];
        let after = [day("2027-01-01", DayKind::Holiday, "元旦"), day("2027-01-03", DayKind::Workday, "元旦")];
        assert_eq!(
            difference(&before, &after),
            json!({"added": [{"day": "2027-01-03", "kind": "workday", "name": "元旦"}], "removed": ["2027-01-02"]})
        );
    }

    #[test]
    fn years_on_the_way_that_are_not_arranged_are_named() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_open_year(&[2026], date("2026-12-30"), date("2027-01-05")), Some(2027));
        assert_eq!(first_open_year(&[2026, 2027], date("2026-12-30"), date("2027-01-05")), None);
    }
}
