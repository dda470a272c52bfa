//! The clock that runs against a limit.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    limit::{Limit, LimitUnit},
    working::WorkCalendar,
};

/// The share of a limit from which on it is told that it ends soon, in hundredths.
pub const YELLOW_FROM: u32 = 80;

/// How much of a limit is used, as a sign: under 80 % green, up to its end yellow, then red.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// 绿灯.
    Green,
    /// 黄灯.
    Yellow,
    /// 红灯.
    Red,
}

/// A clock against a limit: it can stop and go on, and its limit can be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitClock {
    /// The limit, with every extension.
    pub limit: Limit,
    /// What was used before it was last started, in the limit's smallest unit: milliseconds, or whole working days.
    pub used: i64,
    /// Since when it runs; none while it stands.
    pub running_since: Option<DateTime<Utc>>,
}

impl LimitClock {
    /// A clock that starts now.
    #[must_use]
    pub const fn start(limit: Limit, at: DateTime<Utc>) -> Self {
        Self { limit, used: 0, running_since: Some(at) }
    }

    /// What is used by a moment, in the limit's smallest unit.
    fn used_by(&self, calendar: &WorkCalendar, at: DateTime<Utc>) -> i64 {
        self.used + self.running_since.map_or(0, |since| self.limit.passed(calendar, since, at))
    }

    /// The working time, or time of the clock, that is used by a moment; none where the limit counts days.
    #[must_use]
    pub fn used_time(&self, calendar: &WorkCalendar, at: DateTime<Utc>) -> Option<TimeDelta> {
        let used = self.used_by(calendar, at);
        (self.limit.unit != LimitUnit::WorkingDays).then(|| TimeDelta::milliseconds(used))
    }

    /// How many working days are used by a moment; none where the limit counts time.
    #[must_use]
    pub fn used_days(&self, calendar: &WorkCalendar, at: DateTime<Utc>) -> Option<i64> {
        (self.limit.unit == LimitUnit::WorkingDays).then(|| self.used_by(calendar, at))
    }

    /// The same clock, standing. One that stands already stays as it is.
    #[must_use]
    pub fn pause(self, calendar: &WorkCalendar, at: DateTime<Utc>) -> Self {
        Self { used: self.used_by(calendar, at), running_since: None, ..self }
    }

    /// The same clock, going on with what is left. One that runs already stays as it is.
    #[must_use]
    pub fn resume(self, at: DateTime<Utc>) -> Self {
        Self { running_since: self.running_since.or(Some(at)), ..self }
    }

    /// The same clock with more time, in the limit's unit.
    #[must_use]
    pub fn extend(self, by: u32) -> Self {
        let limit = Limit { amount: self.limit.amount.saturating_add(by), ..self.limit };
        Self { limit, ..self }
    }

    /// When so many hundredths of the limit are used; none while it stands, the moment since when it runs where they were
    /// used before.
    #[must_use]
    pub fn reaches(&self, calendar: &WorkCalendar, percent: u32) -> Option<DateTime<Utc>> {
        let since = self.running_since?;
        let left = self.limit.part(percent) - self.used;
        let is_whole = percent >= 100;
        Some(if left < 0 || left == 0 && !is_whole { since } else { self.limit.after(calendar, since, left, is_whole) })
    }

    /// When the limit ends; none while the clock stands.
    #[must_use]
    pub fn due(&self, calendar: &WorkCalendar) -> Option<DateTime<Utc>> {
        self.reaches(calendar, 100)
    }

    /// The lamp at a moment. A clock that stands shows what it showed when it was stopped.
    #[must_use]
    pub fn lamp(&self, calendar: &WorkCalendar, at: DateTime<Utc>) -> Lamp {
        match (self.due(calendar), self.reaches(calendar, YELLOW_FROM)) {
            (Some(due), _) if at > due => Lamp::Red,
            (_, Some(soon)) if at >= soon => Lamp::Yellow,
            (None, _) if self.used > self.limit.part(100) => Lamp::Red,
            (None, _) if self.used >= self.limit.part(YELLOW_FROM) => Lamp::Yellow,
            _ => Lamp::Green,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::working::tests::{at, autumn_2015},
        *,
    };

    #[test]
    fn a_clock_that_stands_uses_nothing() {
        let calendar = autumn_2015();
        let clock = LimitClock::start(Limit::working_minutes(120), at("2015-09-28 08:00"));
        assert_eq!(clock.due(&calendar), Some(at("2015-09-28 10:00")));
        let standing = clock.pause(&calendar, at("2015-09-28 09:00"));
        assert_eq!(standing.due(&calendar), None);
        assert_eq!(standing.used_time(&calendar, at("2015-12-01 09:00")), Some(TimeDelta::hours(1)));
        assert_eq!(standing.pause(&calendar, at("2015-11-01 09:00")), standing);
        let resumed = standing.resume(at("2015-09-29 17:30"));
        assert_eq!(resumed.due(&calendar), Some(at("2015-09-30 08:30")));
        assert_eq!(resumed.resume(at("2015-10-09 08:00")), resumed);
    }

    #[test]
    fn an_extension_moves_the_end_and_nothing_else() {
        let calendar = autumn_2015();
        let clock = LimitClock::start(Limit::working_minutes(120), at("2015-09-28 08:00"));
        let extended = clock.extend(60);
        assert_eq!(extended.due(&calendar), Some(at("2015-09-28 11:00")));
        assert_eq!(extended.used_time(&calendar, at("2015-09-28 09:00")), Some(TimeDelta::hours(1)));
    }

    #[test]
    fn lamps_change_at_four_fifths_and_after_the_end() {
        let calendar = autumn_2015();
        let clock = LimitClock::start(Limit::working_minutes(100), at("2015-09-28 08:00"));
        let lamp = |moment| clock.lamp(&calendar, at(moment));
        assert_eq!(lamp("2015-09-28 09:19"), Lamp::Green);
        assert_eq!(lamp("2015-09-28 09:20"), Lamp::Yellow);
        assert_eq!(lamp("2015-09-28 09:40"), Lamp::Yellow);
        assert_eq!(lamp("2015-09-28 09:41"), Lamp::Red);
        let standing = clock.pause(&calendar, at("2015-09-28 09:30"));
        assert_eq!(standing.lamp(&calendar, at("2016-09-28 09:30")), Lamp::Yellow);
        assert_eq!(clock.pause(&calendar, at("2015-09-28 10:00")).lamp(&calendar, at("2015-09-28 10:00")), Lamp::Red);
    }

    #[test]
    fn days_are_late_as_the_standard_counts() {
        // The test vector: five days promised on Friday 25 September 2015, done on Monday 12 October, late by two.
        let calendar = autumn_2015();
        let clock = LimitClock::start(Limit::working_days(5), at("2015-09-25 10:00"));
        let done = at("2015-10-12 09:00");
        assert_eq!(clock.used_days(&calendar, done), Some(7));
        assert_eq!(clock.used_time(&calendar, done), None);
        assert_eq!(clock.lamp(&calendar, at("2015-09-30 12:00")), Lamp::Green);
        // The fourth of five days, 8 October.
        assert_eq!(clock.lamp(&calendar, at("2015-10-08 00:00")), Lamp::Yellow);
        assert_eq!(clock.lamp(&calendar, at("2015-10-09 23:59")), Lamp::Yellow);
        assert_eq!(clock.lamp(&calendar, at("2015-10-10 08:00")), Lamp::Red);
        // Two days were used when it stood; three are left from the day on which it goes on.
        let resumed = clock.pause(&calendar, at("2015-09-29 10:00")).resume(at("2015-10-09 10:00"));
        assert_eq!(resumed.due(&calendar), Some(at("2015-10-14 00:00")));
    }

    #[test]
    fn what_is_used_up_when_it_goes_on_is_due_at_once() {
        let calendar = autumn_2015();
        let late = LimitClock::start(Limit::clock_minutes(30), at("2015-09-28 08:00"))
            .pause(&calendar, at("2015-09-28 09:00"))
            .resume(at("2015-09-29 08:00"));
        assert_eq!(late.due(&calendar), Some(at("2015-09-29 08:00")));
        assert_eq!(late.lamp(&calendar, at("2015-09-29 08:01")), Lamp::Red);
    }

    fn limits() -> impl Strategy<Value = Limit> {
        (0_u8..3, 1_u32..2_000).prop_map(|(unit, amount)| match unit {
            0 => Limit::working_minutes(amount),
            1 => Limit::working_days(1 + amount / 50),
            _ => Limit::clock_minutes(amount),
        })
    }

    proptest! {
        #[test]
        fn pauses_never_make_a_clock_run_backwards(
            limit in limits(),
            steps in prop::collection::vec((0_i64..6_000, any::<bool>()), 1..12),
        ) {
            let calendar = autumn_2015();
            let mut moment = at("2015-09-10 00:00");
            let mut clock = LimitClock::start(limit, moment);
            let mut used = 0;
            for (minutes, is_paused) in steps {
                moment += TimeDelta::minutes(minutes);
                let now = clock.used_by(&calendar, moment);
                prop_assert!(now >= used, "{now} after {used}");
                used = now;
                clock = if is_paused { clock.pause(&calendar, moment) } else { clock.resume(moment) };
                prop_assert_eq!(clock.used_by(&calendar, moment), used);
                prop_assert_eq!(clock.due(&calendar).is_none(), clock.running_since.is_none());
            }
        }

        #[test]
        fn the_lamp_is_red_after_the_end_only(limit in limits(), start in 0_i64..40_000) {
            let calendar = autumn_2015();
            let clock = LimitClock::start(limit, at("2015-09-10 00:00") + TimeDelta::minutes(start));
            let due = clock.due(&calendar).unwrap();
            prop_assert!(clock.lamp(&calendar, due) != Lamp::Red);
            prop_assert_eq!(clock.lamp(&calendar, due + TimeDelta::milliseconds(1)), Lamp::Red);
            let soon = clock.reaches(&calendar, YELLOW_FROM).unwrap();
            prop_assert!(soon <= due);
            prop_assert!(clock.lamp(&calendar, soon) >= Lamp::Yellow);
        }
    }
}
