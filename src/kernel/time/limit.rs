//! How long something may take.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    china,
    working::{WorkCalendar, end_of_day, midnight},
};

/// What a limit counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// 工作时: minutes of working hours.
    WorkingMinutes,
    /// 工作日: the day after the beginning is the first; it ends with the last.
    WorkingDays,
    /// 自然时: minutes of the clock, day and night. Urgent matters have such limits.
    ClockMinutes,
}

/// How long something may take: `{"unit": "working_minutes", "amount": 30}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What it counts in.
    pub unit: LimitUnit,
    /// How many of them.
    pub amount: u32,
}

impl Limit {
    /// So many minutes of working hours.
    #[must_use]
    pub const fn working_minutes(amount: u32) -> Self {
        Self { unit: LimitUnit::WorkingMinutes, amount }
    }

    /// So many working days.
    #[must_use]
    pub const fn working_days(amount: u32) -> Self {
        Self { unit: LimitUnit::WorkingDays, amount }
    }

    /// So many minutes of the clock.
    #[must_use]
    pub const fn clock_minutes(amount: u32) -> Self {
        Self { unit: LimitUnit::ClockMinutes, amount }
    }

    /// The days that pass at least until it ends, as a bound for what is reckoned.
    #[must_use]
    pub const fn least_days(self) -> u32 {
        match self.unit {
            LimitUnit::WorkingDays => self.amount,
            LimitUnit::WorkingMinutes | LimitUnit::ClockMinutes => self.amount / (24 * 60),
        }
    }

    /// So many hundredths of it, at least one of its unit: what is done again has half of the limit.
    #[must_use]
    pub fn share(self, percent: u32) -> Self {
        let share = (u64::from(self.amount) * u64::from(percent)).div_ceil(100);
        Self { amount: u32::try_from(share).unwrap_or(u32::MAX).max(1), ..self }
    }

    /// What passed between two moments, in the limit's smallest unit: milliseconds, or whole working days.
    pub(super) fn passed(self, calendar: &WorkCalendar, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        match self.unit {
            LimitUnit::WorkingMinutes => calendar.working_time(from, to).num_milliseconds(),
            LimitUnit::WorkingDays => i64::from(calendar.working_days(china::day(from), china::day(to))),
            LimitUnit::ClockMinutes => (to - from).max(TimeDelta::zero()).num_milliseconds(),
        }
    }

    /// So many hundredths of it in its smallest unit, rounded up.
    pub(super) fn part(self, percent: u32) -> i64 {
        let amount = i64::from(self.amount);
        let whole = if self.unit == LimitUnit::WorkingDays { amount } else { amount * 60_000 };
        (whole * i64::from(percent) + 99) / 100
    }

    /// The moment at which so much of its smallest unit has passed since another. The last working day counts to its end,
    /// an earlier one from its beginning.
    pub(super) fn after(
        self,
        calendar: &WorkCalendar,
        from: DateTime<Utc>,
        passed: i64,
        is_whole: bool,
    ) -> DateTime<Utc> {
        match self.unit {
            LimitUnit::WorkingMinutes => calendar.after_working_time(from, TimeDelta::milliseconds(passed)),
            LimitUnit::ClockMinutes => from + TimeDelta::milliseconds(passed),
            LimitUnit::WorkingDays => {
                let day = calendar.nth_working_day(china::day(from), u32::try_from(passed).unwrap_or(0));
                if is_whole { end_of_day(day) } else { midnight(day).max(from) }
            }
        }
    }

    /// When it ends for what begins at a moment and never pauses.
    #[must_use]
    pub fn end(self, calendar: &WorkCalendar, from: DateTime<Utc>) -> DateTime<Utc> {
        self.after(calendar, from, self.part(100), true)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::working::tests::{at, autumn_2015},
        *,
    };

    #[test]
    fn each_unit_ends_where_offices_say() {
        let calendar = autumn_2015();
        let end = |limit: Limit, from| limit.end(&calendar, at(from));
        assert_eq!(end(Limit::working_days(5), "2015-09-25 10:00"), at("2015-10-10 00:00"));
        assert_eq!(end(Limit::working_minutes(30), "2015-09-25 18:30"), at("2015-09-28 08:30"));
        // An urgent matter of a Friday evening isn't left until Monday.
        assert_eq!(end(Limit::clock_minutes(30), "2015-09-25 18:30"), at("2015-09-25 19:00"));
        assert_eq!(end(Limit::working_days(1), "2015-09-30 10:00"), at("2015-10-09 00:00"));
    }

    #[test]
    fn a_share_is_rounded_up_and_never_nothing() {
        assert_eq!(Limit::working_minutes(45).share(50), Limit::working_minutes(23));
        assert_eq!(Limit::working_days(1).share(50), Limit::working_days(1));
        assert_eq!(Limit::clock_minutes(0).share(50), Limit::clock_minutes(1));
    }

    #[test]
    fn a_limit_is_written_as_unit_and_amount() {
        let text = r#"{"unit":"working_minutes","amount":30}"#;
        assert_eq!(serde_json::from_str::<Limit>(text).unwrap(), Limit::working_minutes(30));
        assert_eq!(serde_json::to_string(&Limit::working_minutes(30)).unwrap(), text);
        assert!(serde_json::from_str::<Limit>(r#"{"unit":"weeks","amount":3}"#).is_err());
    }
}
