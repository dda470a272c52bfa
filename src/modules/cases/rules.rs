//! How cases are counted at a moment: pure, so that what the wall shows live and what a replay shows is one thing.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Timelike, Utc};

use super::model::{CaseFact, CaseFigures, Child, CodeCount, Day, ENDED, Flow, Hour, Ratio};
use crate::kernel::time::{CHINA, midnight};

/// A span of seconds: from and including the first, up to and without the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span(i64, i64);

impl Span {
    fn holds(self, moment: i64) -> bool {
        self.0 <= moment && moment < self.1
    }
}

/// The spans that the figures of a moment look at.
#[derive(Clone, Debug)]
struct Calendar {
    /// The moment itself, in seconds: what happened in this second is seen.
    at: i64,
    day_before: i64,
    today: Span,
    yesterday: Span,
    last_year: Option<Span>,
    period: Span,
    period_before: Span,
    first_day: NaiveDate,
    day_starts: Vec<i64>,
    hour: usize,
}

/// The second at which a day begins.
fn first_second(date: NaiveDate) -> i64 {
    midnight(date).timestamp()
}

impl Calendar {
    fn new(at: DateTime<Utc>, days: u16) -> Self {
        let local = at.with_timezone(&CHINA);
        let date = local.date_naive();
        let seconds = at.timestamp() - first_second(date) + 1;
        let until = |date: NaiveDate| Span(first_second(date), first_second(date) + seconds);
        let first_day = date - Days::new(u64::from(days.saturating_sub(1)));
        let before = first_day - Days::new(u64::from(days));
        Self {
            at: at.timestamp(),
            day_before: at.timestamp() - 86_400,
            today: until(date),
            yesterday: until(date - Days::new(1)),
            last_year: date.checked_sub_months(Months::new(12)).filter(|past| past.day() == date.day()).map(until),
            period: Span(first_second(first_day), at.timestamp() + 1),
            period_before: Span(first_second(before), first_second(first_day)),
            first_day,
            day_starts: (0..=u64::from(days)).map(|day| first_second(first_day + Days::new(day))).collect(),
            hour: usize::try_from(local.hour()).unwrap_or(0),
        }
    }

    fn day(&self, moment: i64) -> Option<usize> {
        let day = self.day_starts.partition_point(|&start| start <= moment).checked_sub(1)?;
        (day + 1 < self.day_starts.len()).then_some(day)
    }
}

/// When a case ended: only with a status that says so. Who ended it without saying when ended it as it came.
pub(super) fn ended(status: &str, closed: Option<i64>, reported: i64) -> Option<i64> {
    ENDED.contains(&status).then(|| closed.unwrap_or(reported))
}

impl CaseFact<'_> {
    fn is_open(&self, at: i64) -> bool {
        self.reported <= at && self.ended.is_none_or(|ended| ended > at)
    }

    fn is_overdue(&self, at: i64) -> bool {
        self.is_open(at) && !self.hung && self.due.is_some_and(|due| due < at)
    }

    /// In which parts of the on-time rate of a span that ends before `at` a case counts: in neither part while it is
    /// neither due nor done.
    fn on_time(&self, span: Span, at: i64) -> Ratio {
        if self.reported > at || self.is_void {
            return Ratio::default();
        }
        let done = self.ended.filter(|&ended| ended <= at && span.holds(ended));
        let in_time = done.is_some_and(|ended| self.due.is_none_or(|due| ended <= due));
        let late = self.is_overdue(at) && self.due.is_some_and(|due| span.holds(due));
        Ratio { numerator: u64::from(in_time), denominator: u64::from(done.is_some() || late) }
    }
}

impl std::ops::AddAssign for Ratio {
    fn add_assign(&mut self, more: Self) {
        self.numerator += more.numerator;
        self.denominator += more.denominator;
    }
}

/// Counts cases for the figures of a moment.
pub(super) struct Counter {
    calendar: Calendar,
    days: u16,
    figures: CaseFigures,
    majors: BTreeMap<[u8; 3], u64>,
    channels: BTreeMap<&'static str, u64>,
    hours: [(u64, u64); 24],
    daily: Vec<Flow>,
    last_year: Flow,
    /// The codes of the children, sorted, each with the end of its range.
    children: Vec<(i64, i64)>,
}

/// The channels by which cases come; what isn't one of them is counted as `system`.
const CHANNELS: [&str; 7] = ["grid_worker", "resident", "telephone", "hotline", "sensor", "leader", "system"];

impl Counter {
    /// For a region and its children, each with the last code of its range, sorted by code.
    pub(super) fn new(region: i64, children: Vec<(Child, i64)>, at: DateTime<Utc>, days: u16) -> Self {
        let calendar = Calendar::new(at, days);
        Self {
            days,
            daily: vec![Flow::default(); usize::from(days)],
            majors: BTreeMap::new(),
            channels: BTreeMap::new(),
            hours: [(0, 0); 24],
            last_year: Flow::default(),
            children: children.iter().map(|(child, last)| (child.code, *last)).collect(),
            figures: CaseFigures {
                region,
                at: at.timestamp(),
                days,
                today: Flow::default(),
                yesterday: Flow::default(),
                last_year: None,
                open: 0,
                open_yesterday: 0,
                overdue: 0,
                overdue_yesterday: 0,
                on_time: Ratio::default(),
                on_time_before: Ratio::default(),
                hours: Vec::new(),
                daily: Vec::new(),
                categories: Vec::new(),
                channels: Vec::new(),
                severities: [0; 4],
                children: children.into_iter().map(|(child, _)| child).collect(),
            },
            calendar,
        }
    }

    /// Counts one case.
    pub(super) fn add(&mut self, case: &CaseFact<'_>) {
        let calendar = &self.calendar;
        if case.reported > calendar.at {
            return;
        }
        let ended = case.ended.filter(|&ended| ended <= calendar.at);
        let figures = &mut self.figures;
        let count = |flow: &mut Flow, span: Span| {
            flow.reported += u64::from(span.holds(case.reported));
            flow.ended += u64::from(ended.is_some_and(|ended| span.holds(ended)));
        };
        count(&mut figures.today, calendar.today);
        count(&mut figures.yesterday, calendar.yesterday);
        if let Some(span) = calendar.last_year {
            count(&mut self.last_year, span);
        }
        let (open, overdue) = (case.is_open(calendar.at), case.is_overdue(calendar.at));
        figures.open += u64::from(open);
        figures.overdue += u64::from(overdue);
        figures.open_yesterday += u64::from(case.is_open(calendar.day_before));
        figures.overdue_yesterday += u64::from(case.is_overdue(calendar.day_before));
        let on_time = case.on_time(calendar.period, calendar.at);
        figures.on_time += on_time;
        figures.on_time_before += case.on_time(calendar.period_before, calendar.period_before.1 - 1);
        if open && let Some(severity) = usize::try_from(case.severity - 1).ok().filter(|severity| *severity < 4) {
            figures.severities[severity] += 1;
        }
        let in_period = calendar.period.holds(case.reported);
        if in_period {
            let mut major = [b' '; 3];
            major.iter_mut().zip(case.category.bytes()).for_each(|(to, from)| *to = from);
            *self.majors.entry(major).or_default() += 1;
            let channel = CHANNELS.iter().find(|known| **known == case.channel).unwrap_or(&CHANNELS[6]);
            *self.channels.entry(channel).or_default() += 1;
        }
        let hour = |span: Span| usize::try_from((case.reported - span.0) / 3600).unwrap_or(0).min(23);
        if calendar.today.holds(case.reported) {
            self.hours[hour(calendar.today)].0 += 1;
        }
        let whole_yesterday = Span(calendar.yesterday.0, calendar.today.0);
        if whole_yesterday.holds(case.reported) {
            self.hours[hour(whole_yesterday)].1 += 1;
        }
        if let Some(day) = calendar.day(case.reported) {
            self.daily[day].reported += 1;
        }
        if let Some(day) = ended.and_then(|ended| calendar.day(ended)) {
            self.daily[day].ended += 1;
        }
        let child = self.children.partition_point(|(code, _)| *code <= case.region).checked_sub(1);
        if let Some(child) = child.filter(|&child| case.region <= self.children[child].1) {
            let child = &mut figures.children[child];
            child.today += u64::from(calendar.today.holds(case.reported));
            child.reported += u64::from(in_period);
            child.ended += u64::from(ended.is_some_and(|ended| calendar.period.holds(ended)));
            child.open += u64::from(open);
            child.overdue += u64::from(overdue);
            child.on_time += on_time;
        }
    }

    /// The figures. `archive_from` is when the first case of the whole archive was reported.
    pub(super) fn finish(mut self, archive_from: Option<i64>) -> CaseFigures {
        let calendar = self.calendar;
        let figures = &mut self.figures;
        let first_day = archive_from.map(|first| {
            DateTime::from_timestamp(first, 0)
                .map_or(i64::MAX, |at| first_second(at.with_timezone(&CHINA).date_naive()))
        });
        figures.last_year =
            calendar.last_year.filter(|span| first_day.is_some_and(|first| first <= span.0)).map(|_| self.last_year);
        figures.hours = self
            .hours
            .iter()
            .enumerate()
            .map(|(hour, &(today, yesterday))| Hour { today: (hour <= calendar.hour).then_some(today), yesterday })
            .collect();
        figures.daily = self
            .daily
            .iter()
            .zip(0..u64::from(self.days))
            .map(|(flow, day)| Day {
                date: (calendar.first_day + Days::new(day)).to_string(),
                reported: flow.reported,
                ended: flow.ended,
            })
            .collect();
        let sorted = |counts: Vec<(String, u64)>| {
            let mut codes: Vec<CodeCount> = counts.into_iter().map(|(code, count)| CodeCount { code, count }).collect();
            codes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
            codes
        };
        figures.categories = sorted(
            self.majors.iter().map(|(code, count)| (String::from_utf8_lossy(code).trim().to_owned(), *count)).collect(),
        );
        figures.channels = sorted(self.channels.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect());
        self.figures
    }
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    fn moment(text: &str) -> i64 {
        format!("{text}+08:00").parse::<DateTime<FixedOffset>>().unwrap().timestamp()
    }

    fn case(reported: &str, due: &str, ended: Option<&str>) -> CaseFact<'static> {
        CaseFact {
            region: 360_502_001_001_001,
            category: "E0505",
            channel: "hotline",
            severity: 2,
            hung: false,
            is_void: false,
            reported: moment(reported),
            due: Some(moment(due)),
            ended: ended.map(moment),
        }
    }

    fn figures(cases: &[CaseFact<'_>], at: &str) -> CaseFigures {
        let child = Child::empty(360_502_000_000_000, "渝水区".to_owned());
        let at = DateTime::from_timestamp(moment(at), 0).unwrap();
        let mut counter = Counter::new(360_500_000_000_000, vec![(child, 360_502_999_999_999)], at, 30);
        for case in cases {
            counter.add(case);
        }
        counter.finish(cases.iter().map(|case| case.reported).min())
    }

    #[test]
    fn a_day_is_china_s_and_yesterday_ends_at_the_same_time_of_day() {
        let cases = [
            case("2026-11-24T00:00:00", "2026-11-25T00:00:00", None),
            case("2026-11-23T23:59:59", "2026-11-25T00:00:00", None),
            case("2026-11-23T09:00:00", "2026-11-25T00:00:00", None),
            case("2026-11-24T10:00:01", "2026-11-25T00:00:00", None),
        ];
        let figures = figures(&cases, "2026-11-24T10:00:00");
        assert_eq!((figures.today.reported, figures.yesterday.reported), (1, 1), "what comes later isn't seen");
        assert_eq!(figures.open, 3);
        assert_eq!(figures.hours[0], Hour { today: Some(1), yesterday: 0 });
        assert_eq!(figures.hours[23], Hour { today: None, yesterday: 1 });
        assert_eq!(figures.daily.last().unwrap().date, "2026-11-24");
        assert_eq!(figures.daily.last().unwrap().reported, 1);
        assert_eq!(figures.last_year, None, "the archive is younger than a year");
    }

    #[test]
    fn late_and_open_ones_count_against_the_rate_and_what_is_neither_due_nor_done_doesn_t() {
        let cases = [
            case("2026-11-20T08:00:00", "2026-11-21T08:00:00", Some("2026-11-21T08:00:00")), // in time to the second
            case("2026-11-20T08:00:00", "2026-11-21T08:00:00", Some("2026-11-21T08:00:01")), // late
            case("2026-11-20T08:00:00", "2026-11-21T08:00:00", None),                        // overdue
            case("2026-11-24T08:00:00", "2026-11-25T08:00:00", None),                        // neither
            CaseFact { hung: true, ..case("2026-11-20T08:00:00", "2026-11-21T08:00:00", None) },
        ];
        let figures = figures(&cases, "2026-11-24T10:00:00");
        assert_eq!(figures.on_time, Ratio { numerator: 1, denominator: 3 });
        assert_eq!(figures.children[0].on_time, figures.on_time);
        assert_eq!((figures.open, figures.overdue), (3, 1));
        assert_eq!(figures.on_time_before, Ratio::default());
    }

    #[test]
    fn a_case_has_ended_when_its_status_says_so() {
        for (status, closed, at) in [
            ("closed", Some(5), Some(5)),
            ("refused", None, Some(1)),
            ("disposing", Some(5), None),
            ("hung", None, None),
        ] {
            assert_eq!(ended(status, closed, 1), at, "{status} {closed:?}");
        }
    }

    #[test]
    fn every_moment_that_is_taken_has_figures() {
        for at in ["1970-01-01T08:00:00", "2200-12-31T23:59:59"] {
            assert_eq!(figures(&[], at).open, 0);
        }
    }

    #[test]
    fn a_replay_sees_what_was_known_then() {
        let cases = [case("2026-11-20T08:00:00", "2026-11-21T08:00:00", Some("2026-11-20T12:00:00"))];
        assert_eq!(figures(&cases, "2026-11-20T11:59:59").open, 1);
        assert_eq!(figures(&cases, "2026-11-20T12:00:00").open, 0);
        assert_eq!(figures(&cases, "2026-11-20T12:00:00").today, Flow { reported: 1, ended: 1 });
        assert_eq!(figures(&cases, "2026-11-20T07:59:59").today, Flow::default());
    }
}
