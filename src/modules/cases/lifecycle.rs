//! The process that a case goes through: its definition, and the guards and limits that depend on what a case is. Pure.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{
    ACCEPT_CASES, CHECK_CASES, CLOSE_CASES, DISPATCH_CASES, FILE_CASES, HANDLE_CASES, READ_CASES, REPORT_CASES,
    SUPERVISE_CASES,
};
use crate::{
    flow::{Definition, FlowState, Vocabulary},
    kernel::{
        codes::rows,
        time::{Limit, LimitClock, LimitUnit, WorkCalendar, day},
    },
    spatial::region::Level,
};

/// The process's name.
pub(super) const PROCESS: &str = "case";

const DEFINITION: &str = include_str!("flow/case.json");

/// The process as it ships. It was checked by a test against the module's vocabulary.
pub(super) static CASE_FLOW: LazyLock<Definition> =
    LazyLock::new(|| serde_json::from_str(DEFINITION).expect("flow/case.json is a definition"));

/// What the definition may name.
pub(super) const VOCABULARY: Vocabulary<'static> = Vocabulary {
    permissions: &[
        REPORT_CASES.name,
        ACCEPT_CASES.name,
        CHECK_CASES.name,
        FILE_CASES.name,
        DISPATCH_CASES.name,
        HANDLE_CASES.name,
        CLOSE_CASES.name,
        SUPERVISE_CASES.name,
        READ_CASES.name,
    ],
    guards: &[
        "duplicates_seen",
        "main_case",
        "is_question",
        "self_handled",
        "before_due",
        "extension_within_limit",
        "first_extension",
        "return_in_time",
        "review_within_90_days",
        "own_matter",
        "once_a_day",
        "closed_within_30_days",
    ],
    forms: &[
        "report",
        "accept",
        "reason",
        "merge",
        "answer",
        "verify",
        "file",
        "dispatch",
        "sub_assign",
        "ask_extension",
        "decide",
        "ask_return",
        "ask_hang",
        "note",
        "finish",
        "ask_check",
        "check",
        "close",
        "supervise",
        "call_back",
        "move_level",
        "relocate",
    ],
    parties: &["reporter"],
    given_limits: &["dispose", "case"],
};

/// The limits of the centre's own steps after handling that the whole case has beside handling: dispatching, checking, closing.
const CENTRE_MINUTES: u32 = 30 + 120 + 30;

/// How long a return may be asked for after the dispatch, in minutes of working time; by day and night for an urgent case.
const RETURN_WITHIN: u32 = 4 * 60;

/// Days for which a case may stand still, and after its end be opened again.
const MOST_DAYS_HUNG: i64 = 90;
const REOPENED_WITHIN: i64 = 30;

/// What the table of categories says of a minor category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CaseCategory {
    /// Its name.
    pub(super) name: String,
    /// The unit that settles it by default.
    pub(super) department: String,
    /// Whether whoever finds it may settle it on the spot.
    pub(super) is_self_handled: bool,
    urgent_hours: u32,
    normal_hours: u32,
}

static CATEGORIES: LazyLock<BTreeMap<String, CaseCategory>> = LazyLock::new(|| {
    let rows = rows(super::codes::CATEGORIES).into_iter().map(|row| {
        let of = |column: &str| row.get(column).cloned().unwrap_or_default();
        let hours = |column: &str| of(column).parse().unwrap_or(24);
        let category = CaseCategory {
            name: of("minor_name"),
            department: of("default_department"),
            is_self_handled: of("kind") == "事件",
            urgent_hours: hours("urgent_limit_hours"),
            normal_hours: hours("normal_limit_hours"),
        };
        (of("code"), category)
    });
    rows.collect()
});

/// A minor category by its code.
pub(super) fn category(code: &str) -> Option<&'static CaseCategory> {
    CATEGORIES.get(code)
}

/// Whether a case is urgent by its urgency, 1 to 4: its clocks then run by day and night.
pub(super) const fn is_urgent(severity: i16) -> bool {
    severity >= 3
}

/// By what the definition finds the limits of a case.
pub(super) const fn severity_key(severity: i16) -> &'static str {
    if is_urgent(severity) { "urgent" } else { "ordinary" }
}

/// The limits that a case has from its filing on: of its handling, by its category, and of the whole case.
pub(super) fn case_limits(code: &str, severity: i16) -> BTreeMap<String, Limit> {
    let hours = |hours: u32| hours.saturating_mul(60);
    let (unit, minutes) = match category(code) {
        Some(category) if is_urgent(severity) => (LimitUnit::ClockMinutes, hours(category.urgent_hours)),
        Some(category) => (LimitUnit::WorkingMinutes, hours(category.normal_hours)),
        None => (LimitUnit::WorkingMinutes, hours(24)),
    };
    let limit = |amount| Limit { unit, amount };
    BTreeMap::from([
        ("dispose".to_owned(), limit(minutes)),
        ("case".to_owned(), limit(minutes.saturating_add(CENTRE_MINUTES))),
    ])
}

/// What the guards look at beside where the process stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuardFacts<'a> {
    /// The moment.
    pub(super) at: DateTime<Utc>,
    /// The calendar.
    pub(super) calendar: &'a WorkCalendar,
    /// The minor category.
    pub(super) category: &'a str,
    /// How urgent it is, 1 to 4.
    pub(super) severity: i16,
    /// What the reporter wants, where a person reported it.
    pub(super) demand: Option<&'a str>,
    /// The level that runs it.
    pub(super) run_at: &'a str,
    /// When it ended.
    pub(super) closed_at: Option<DateTime<Utc>>,
    /// The level at which the actor acts.
    pub(super) level: Option<Level>,
    /// Likely duplicates were looked at, or there are none.
    pub(super) duplicates_seen: bool,
    /// The case of which it is said to be a part is open, of the same category, and another.
    pub(super) has_main_case: bool,
    /// When somebody last urged it who reported it.
    pub(super) urged_at: Option<DateTime<Utc>>,
    /// The minutes that are asked for.
    pub(super) minutes: Option<u32>,
    /// The day that is asked for.
    pub(super) review_at: Option<DateTime<Utc>>,
}

/// Which guards hold.
pub(super) fn guards(state: Option<&FlowState>, facts: &GuardFacts<'_>) -> BTreeMap<&'static str, bool> {
    let at = facts.at;
    let clock = state.and_then(|state| state.clock);
    let review = facts.review_at.or_else(|| state.and_then(|state| state.asks.get("hang")?.review_at));
    let counted = |action: &str| state.map_or(0, |state| state.count(action));
    BTreeMap::from([
        ("duplicates_seen", facts.duplicates_seen),
        ("main_case", facts.has_main_case),
        ("is_question", facts.demand == Some("consult")),
        ("self_handled", category(facts.category).is_some_and(|category| category.is_self_handled)),
        ("before_due", clock.is_none_or(|clock| clock.due(facts.calendar).is_none_or(|due| at < due))),
        ("extension_within_limit", extension_fits(state, clock, facts.minutes)),
        ("first_extension", counted("grant_extension") == 0),
        ("return_in_time", may_return(state, clock, facts)),
        (
            "review_within_90_days",
            review.is_some_and(|review| review > at && review <= at + TimeDelta::days(MOST_DAYS_HUNG)),
        ),
        ("own_matter", is_own(facts.run_at, facts.level)),
        ("once_a_day", facts.urged_at.is_none_or(|urged| day(urged) < day(at))),
        (
            "closed_within_30_days",
            facts.closed_at.is_some_and(|closed| at <= closed + TimeDelta::days(REOPENED_WITHIN)),
        ),
    ])
}

/// All extensions together are no longer than the limit itself. Without a figure it is looked at whether any would fit.
fn extension_fits(state: Option<&FlowState>, clock: Option<LimitClock>, minutes: Option<u32>) -> bool {
    let (Some(state), Some(clock)) = (state, clock) else { return false };
    let share = state.shares.get("dispose").copied().unwrap_or(100);
    let whole = state.limits.get("dispose").map_or(clock.limit, |limit| limit.share(share)).amount;
    let given = clock.limit.amount.saturating_sub(whole);
    given.saturating_add(minutes.unwrap_or(1)) <= whole
}

/// A return is asked for within four working hours of the dispatch, or half of the limit where that is shorter; within as
/// many hours of the clock for an urgent case.
fn may_return(state: Option<&FlowState>, clock: Option<LimitClock>, facts: &GuardFacts<'_>) -> bool {
    let Some(state) = state else { return false };
    let unit = if is_urgent(facts.severity) { LimitUnit::ClockMinutes } else { LimitUnit::WorkingMinutes };
    let half = clock.map_or(RETURN_WITHIN, |clock| clock.limit.amount / 2);
    let within = Limit { unit, amount: RETURN_WITHIN.min(half).max(1) };
    facts.at <= within.end(facts.calendar, state.since)
}

/// A matter that a community or a street runs itself is theirs to close.
fn is_own(run_at: &str, level: Option<Level>) -> bool {
    match level {
        Some(Level::Community) => run_at == "community",
        Some(Level::Street) => matches!(run_at, "street" | "community"),
        Some(Level::City | Level::County) => true,
        Some(Level::Grid) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::{WorkPeriod, WorkingHours};

    #[test]
    fn the_definition_makes_sense() {
        assert_eq!(CASE_FLOW.check(&VOCABULARY), Ok(()));
        assert_eq!(CASE_FLOW.name, PROCESS);
    }

    #[test]
    fn every_category_has_its_limits() {
        assert_eq!(CATEGORIES.len(), 245);
        let limits = case_limits("C0101", 1);
        assert_eq!(limits["dispose"], Limit::working_minutes(8 * 60));
        assert_eq!(limits["case"], Limit::working_minutes(8 * 60 + 180));
        assert_eq!(case_limits("C0101", 3)["dispose"], Limit::clock_minutes(120));
    }

    fn calendar() -> WorkCalendar {
        let periods = vec![WorkPeriod { start: 480, end: 720 }, WorkPeriod { start: 840, end: 1080 }];
        let hours = WorkingHours { valid_from: "2000-01-01".parse().unwrap(), weekdays: vec![1, 2, 3, 4, 5], periods };
        WorkCalendar::new(vec![hours], []).unwrap()
    }

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{text}:00+08:00").parse().unwrap()
    }

    fn disposing(limit: Limit, since: DateTime<Utc>) -> FlowState {
        let mut state: FlowState =
            serde_json::from_value(serde_json::json!({"step": "disposing", "since": since})).unwrap();
        state.clock = Some(LimitClock::start(limit, since));
        state.limits.insert("dispose".to_owned(), limit);
        state
    }

    fn facts(calendar: &WorkCalendar, at: DateTime<Utc>) -> GuardFacts<'_> {
        GuardFacts {
            at,
            calendar,
            category: "E0505",
            severity: 1,
            demand: None,
            run_at: "county",
            closed_at: None,
            level: Some(Level::County),
            duplicates_seen: false,
            has_main_case: false,
            urged_at: None,
            minutes: None,
            review_at: None,
        }
    }

    #[test]
    fn a_return_is_asked_for_within_four_working_hours_or_half_of_the_limit() {
        let calendar = calendar();
        let since = moment("2026-06-01T16:00");
        let holds = |state: &FlowState, at: &str, severity: i16| {
            guards(Some(state), &GuardFacts { severity, ..facts(&calendar, moment(at)) })["return_in_time"]
        };
        let long = disposing(Limit::working_minutes(40 * 60), since);
        assert!(holds(&long, "2026-06-02T10:00", 1));
        assert!(!holds(&long, "2026-06-02T10:01", 1));
        let short = disposing(Limit::working_minutes(120), since);
        assert!(holds(&short, "2026-06-01T17:00", 1));
        assert!(!holds(&short, "2026-06-01T17:01", 1));
        let urgent = disposing(Limit::clock_minutes(24 * 60), since);
        assert!(holds(&urgent, "2026-06-01T20:00", 3));
        assert!(!holds(&urgent, "2026-06-01T20:01", 3));
    }

    #[test]
    fn extensions_are_asked_for_in_time_and_fit_the_limit() {
        let calendar = calendar();
        let since = moment("2026-06-01T08:00");
        let mut state = disposing(Limit::working_minutes(480), since);
        let guard = |state: &FlowState, at: &str, minutes: u32| {
            let held = guards(Some(state), &GuardFacts { minutes: Some(minutes), ..facts(&calendar, moment(at)) });
            (held["before_due"], held["extension_within_limit"])
        };
        assert_eq!(guard(&state, "2026-06-01T17:59", 480), (true, true));
        assert_eq!(guard(&state, "2026-06-01T18:00", 481), (false, false));
        state.clock = state.clock.map(|clock| clock.extend(300));
        assert_eq!(guard(&state, "2026-06-01T17:00", 180), (true, true));
        assert_eq!(guard(&state, "2026-06-01T17:00", 181), (true, false));
    }

    #[test]
    fn what_is_hung_is_looked_at_within_ninety_days() {
        let calendar = calendar();
        let at = moment("2026-06-01T08:00");
        let state = disposing(Limit::working_minutes(480), at);
        let holds = |days: i64| {
            let review_at = Some(at + TimeDelta::days(days));
            guards(Some(&state), &GuardFacts { review_at, ..facts(&calendar, at) })["review_within_90_days"]
        };
        assert_eq!([holds(0), holds(1), holds(90), holds(91)], [false, true, true, false]);
    }

    #[test]
    fn who_runs_a_matter_closes_it_and_closed_ones_are_opened_for_a_month() {
        assert!(is_own("community", Some(Level::Community)));
        assert!(!is_own("county", Some(Level::Community)));
        assert!(!is_own("county", Some(Level::Street)));
        let calendar = calendar();
        let at = moment("2026-06-30T08:00");
        let holds = |closed: &str| {
            let closed_at = Some(moment(closed));
            guards(None, &GuardFacts { closed_at, ..facts(&calendar, at) })["closed_within_30_days"]
        };
        assert!(holds("2026-05-31T08:00"));
        assert!(!holds("2026-05-31T07:59"));
    }

    #[test]
    fn a_reporter_urges_once_a_day() {
        let calendar = calendar();
        let at = moment("2026-06-02T00:10");
        let holds = |urged: &str| {
            let urged_at = Some(moment(urged));
            guards(None, &GuardFacts { urged_at, ..facts(&calendar, at) })["once_a_day"]
        };
        assert!(holds("2026-06-01T23:50"));
        assert!(!holds("2026-06-02T00:05"));
    }
}
