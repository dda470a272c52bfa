//! Which days and hours are worked, and how long something lasts in them.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::china::{self, CHINA};

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// A stretch of a day in which work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkPeriod {
    /// Its first minute, from midnight in China.
    #[schema(maximum = 1439)]
    pub start: u16,
    /// The minute that it ends before, from midnight in China.
    #[schema(maximum = 1440)]
    pub end: u16,
}

impl WorkPeriod {
    /// How long it lasts.
    fn length(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.end) - i64::from(self.start))
    }
}

/// The weekdays and hours that are worked from a day on, until others are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    /// The first day on which they hold. Before the first of all, the first of all hold as well.
    pub valid_from: NaiveDate,
    /// The weekdays that are worked when nothing else is said of a day: Monday is 1, Sunday 7.
    pub weekdays: Vec<u8>,
    /// The periods of a working day, the earliest first; no two overlap.
    pub periods: Vec<WorkPeriod>,
}

/// What is said of a single day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 节假日: not worked, whatever its weekday.
    Holiday,
    /// 调休上班: worked, whatever its weekday.
    Workday,
}

/// The working days and hours of the city.
///
/// Every week without a word on single days has time of work in it, so what is counted forward always ends.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    hours: Vec<WorkingHours>,
    days: BTreeMap<NaiveDate, DayKind>,
}

impl WorkCalendar {
    /// A calendar of working hours and of what is said of single days.
    ///
    /// # Errors
    /// When no hours are given, or some of them have no working time in a week.
    pub fn new(
        mut hours: Vec<WorkingHours>,
        days: impl IntoIterator<Item = (NaiveDate, DayKind)>,
    ) -> anyhow::Result<Self> {
        hours.sort_by_key(|one| one.valid_from);
        anyhow::ensure!(!hours.is_empty(), "the calendar has no working hours");
        for one in &hours {
            let is_worked = one.periods.iter().any(|period| period.length() > TimeDelta::zero());
            anyhow::ensure!(
                is_worked && one.weekdays.iter().any(|day| (1..=7).contains(day)),
                "the working hours from {} have no working time",
                one.valid_from
            );
        }
        Ok(Self { hours, days: days.into_iter().collect() })
    }

    /// The hours that hold on a day.
    fn hours_of(&self, day: NaiveDate) -> &WorkingHours {
        let later = self.hours.partition_point(|one| one.valid_from <= day);
        &self.hours[later.saturating_sub(1)]
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        match self.days.get(&day) {
            Some(kind) => *kind == DayKind::Workday,
            None => self.hours_of(day).weekdays.contains(&number(day.weekday())),
        }
    }

    /// The periods in which a day is worked; none on a day off.
    #[must_use]
    pub fn periods(&self, day: NaiveDate) -> &[WorkPeriod] {
        if self.is_working_day(day) { &self.hours_of(day).periods } else { &[] }
    }

    /// The working time between two moments; none when the second isn't later.
    #[must_use]
    pub fn working_time(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let mut sum = TimeDelta::zero();
        for day in china::day(from).iter_days().take_while(|day| *day <= china::day(to)) {
            for period in self.periods(day) {
                let start = moment(day, period.start).max(from);
                let end = moment(day, period.end).min(to);
                sum += (end - start).max(TimeDelta::zero());
            }
        }
        sum
    }

    /// The first moment at which so much working time has passed since another.
    #[must_use]
    pub fn after_working_time(&self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        let mut left = time;
        if left <= TimeDelta::zero() {
            return from;
        }
        for day in china::day(from).iter_days() {
            for period in self.periods(day) {
                let start = moment(day, period.start).max(from);
                let room = moment(day, period.end) - start;
                if room >= left {
                    return start + left;
                }
                left -= room.max(TimeDelta::zero());
            }
        }
        DateTime::<Utc>::MAX_UTC
    }

    /// How many working days come after a day, up to another and with it: of what begins today, tomorrow is the first day.
    #[must_use]
    pub fn working_days(&self, after: NaiveDate, until: NaiveDate) -> u32 {
        let days = after.iter_days().skip(1).take_while(|day| *day <= until);
        u32::try_from(days.filter(|day| self.is_working_day(*day)).count()).unwrap_or(u32::MAX)
    }

    /// The working day of that number after a day; the day itself for none.
    #[must_use]
    pub fn nth_working_day(&self, after: NaiveDate, number: u32) -> NaiveDate {
        let Some(further) = number.checked_sub(1) else { return after };
        let mut days = after.iter_days().skip(1).filter(|day| self.is_working_day(*day));
        days.nth(further as usize).unwrap_or(NaiveDate::MAX)
    }
}

/// The moment of a day at so many minutes from midnight in China.
fn moment(day: NaiveDate, minutes: u16) -> DateTime<Utc> {
    midnight(day) + TimeDelta::minutes(i64::from(minutes))
}

/// The moment at which a day begins in China.
#[must_use]
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) - CHINA).and_utc()
}

/// The moment at which a day ends in China.
#[must_use]
pub(super) fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    midnight(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

fn number(weekday: Weekday) -> u8 {
    weekday.number_from_monday().try_into().unwrap_or(7)
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A moment in China: `2015-09-25 18:30`.
    pub(crate) fn at(text: &str) -> DateTime<Utc> {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        CHINA.from_local_datetime(&local).unwrap().to_utc()
    }

    pub(crate) fn ordinary_hours() -> WorkingHours {
        WorkingHours {
            valid_from: date("2000-01-01"),
            weekdays: vec![1, 2, 3, 4, 5],
            periods: vec![WorkPeriod { start: 8 * 60, end: 12 * 60 }, WorkPeriod { start: 14 * 60, end: 18 * 60 }],
        }
    }

    /// The autumn of 2015: the National Day from 1 to 7 October, and Saturday 10 October worked in its place.
    pub(crate) fn autumn_2015() -> WorkCalendar {
        let holidays = (1..=7).map(|day| (NaiveDate::from_ymd_opt(2015, 10, day).unwrap(), DayKind::Holiday));
        WorkCalendar::new(vec![ordinary_hours()], holidays.chain([(date("2015-10-10"), DayKind::Workday)])).unwrap()
    }

    #[test]
    fn holidays_are_left_out_and_days_worked_in_their_place_count() {
        // The test vector of the on-time completion rate: 28, 29, 30 September, 8, 9, 10, 12 October.
        let calendar = autumn_2015();
        assert_eq!(calendar.working_days(date("2015-09-25"), date("2015-10-12")), 7);
        assert_eq!(calendar.nth_working_day(date("2015-09-25"), 5), date("2015-10-09"));
        assert_eq!(calendar.nth_working_day(date("2015-09-25"), 7), date("2015-10-12"));
        assert!(calendar.is_working_day(date("2015-10-10")));
        assert!(!calendar.is_working_day(date("2015-10-11")));
        assert!(!calendar.is_working_day(date("2015-10-05")));
    }

    #[test]
    fn working_time_runs_in_working_hours_only() {
        let calendar = autumn_2015();
        let minutes = |from, to| calendar.working_time(at(from), at(to)).num_minutes();
        assert_eq!(minutes("2015-09-25 11:30", "2015-09-25 14:30"), 60);
        assert_eq!(minutes("2015-09-25 18:30", "2015-09-28 08:30"), 30);
        assert_eq!(minutes("2015-09-30 17:00", "2015-10-08 09:00"), 120);
        assert_eq!(minutes("2015-10-10 00:00", "2015-10-11 00:00"), 480);
        assert_eq!(minutes("2015-10-08 09:00", "2015-10-08 09:00"), 0);
        assert_eq!(minutes("2015-10-09 09:00", "2015-10-08 09:00"), 0);
    }

    #[test]
    fn a_limit_of_working_time_ends_in_working_hours() {
        let calendar = autumn_2015();
        let after = |from, minutes| calendar.after_working_time(at(from), TimeDelta::minutes(minutes));
        // Half an hour from a Friday evening.
        assert_eq!(after("2015-09-25 18:30", 30), at("2015-09-28 08:30"));
        // What ends with the morning ends at noon, not when the afternoon begins.
        assert_eq!(after("2015-09-28 11:00", 60), at("2015-09-28 12:00"));
        assert_eq!(after("2015-09-28 11:00", 61), at("2015-09-28 14:01"));
        // Forty hours are five working days.
        assert_eq!(after("2015-09-28 08:00", 40 * 60), at("2015-10-09 18:00"));
        assert_eq!(after("2015-10-03 10:00", 0), at("2015-10-03 10:00"));
    }

    #[test]
    fn hours_hold_from_their_first_day_on() {
        let summer = WorkingHours {
            valid_from: date("2015-06-01"),
            weekdays: vec![1, 2, 3, 4, 5, 6],
            periods: vec![WorkPeriod { start: 7 * 60, end: 11 * 60 }],
        };
        let calendar = WorkCalendar::new(vec![summer, ordinary_hours()], []).unwrap();
        let whole = |day| calendar.working_time(midnight(date(day)), end_of_day(date(day))).num_minutes();
        assert_eq!(whole("2015-05-29"), 480);
        assert_eq!(whole("2015-05-30"), 0);
        assert_eq!(whole("2015-06-06"), 240);
        assert_eq!(whole("1990-01-01"), 480);
    }

    #[test]
    fn a_calendar_without_working_time_is_refused() {
        assert!(WorkCalendar::new(Vec::new(), []).is_err());
        assert!(WorkCalendar::new(vec![WorkingHours { weekdays: Vec::new(), ..ordinary_hours() }], []).is_err());
        assert!(WorkCalendar::new(vec![WorkingHours { periods: Vec::new(), ..ordinary_hours() }], []).is_err());
        let empty = vec![WorkPeriod { start: 60, end: 60 }];
        assert!(WorkCalendar::new(vec![WorkingHours { periods: empty, ..ordinary_hours() }], []).is_err());
    }

    proptest! {
        #[test]
        fn counting_forward_and_back_agree(start in 0_i64..40 * 24 * 60, minutes in 1_i64..20_000) {
            let calendar = autumn_2015();
            let from = at("2015-09-10 00:00") + TimeDelta::minutes(start);
            let to = calendar.after_working_time(from, TimeDelta::minutes(minutes));
            prop_assert_eq!(calendar.working_time(from, to).num_minutes(), minutes);
            // It is the first such moment.
            let before = to - TimeDelta::milliseconds(1);
            prop_assert!(calendar.working_time(from, before) < TimeDelta::minutes(minutes));
        }

        #[test]
        fn working_time_adds_up(a in 0_i64..60_000, b in 0_i64..60_000, c in 0_i64..60_000) {
            let calendar = autumn_2015();
            let mut at = [a, b, c].map(|minutes| at("2015-09-10 00:00") + TimeDelta::minutes(minutes));
            at.sort_unstable();
            let parts = calendar.working_time(at[0], at[1]) + calendar.working_time(at[1], at[2]);
            prop_assert_eq!(parts, calendar.working_time(at[0], at[2]));
        }

        #[test]
        fn days_counted_forward_are_that_many(start in 0_u64..60, number in 1_u32..60) {
            let calendar = autumn_2015();
            let from = date("2015-09-10") + Days::new(start);
            let day = calendar.nth_working_day(from, number);
            prop_assert!(calendar.is_working_day(day));
            prop_assert_eq!(calendar.working_days(from, day), number);
        }
    }
}
