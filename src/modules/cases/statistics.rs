//! What is counted of cases in a period, by region, category, unit, channel, person or time, with numerator and denominator.
//!
//! The counts are those of CJ/T 292 as the field practises them; `tally_cases` in the database says what each of them is.

use std::{collections::BTreeMap, sync::Arc};

use axum::{extract::State, http::HeaderMap};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    codes,
    model::READ_CASES,
    store::{self, AskedTallies, TallyRow},
};
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Problem, Result},
        http::Query,
        text::{Language, Title, text},
        time::{YEARS, day, midnight},
    },
    map::{Map, places::seen_region},
    spatial::region::{Level, RegionCode},
};

/// A period has at most so many days: a year and a leap day.
const MOST_DAYS: i64 = 366;
const USUAL_DAYS: u64 = 30;

/// By what cases are set side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SplitBy {
    /// The regions one level down.
    Region,
    /// Major categories.
    Major,
    /// The units that handle them.
    Unit,
    /// How they were told.
    Channel,
    /// Who did it.
    Person,
    /// Days.
    Day,
    /// Months.
    Month,
}

impl SplitBy {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Major => "major",
            Self::Unit => "unit",
            Self::Channel => "channel",
            Self::Person => "person",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// What says more: a high figure, a low one, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    High,
    Low,
    Neither,
}

/// What a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RateGroup {
    /// Reporting, accepting and filing.
    Reporting,
    /// Dispatching and handling.
    Handling,
    /// Checking, closing and what people say of it.
    Closing,
}

/// A figure: a count, or a share of another count.
struct RateDef {
    group: RateGroup,
    title: Title,
    numerator: &'static str,
    denominator: Option<&'static str>,
    wanted: Wanted,
}

const fn count(group: RateGroup, title: Title, numerator: &'static str) -> RateDef {
    RateDef { group, title, numerator, denominator: None, wanted: Wanted::Neither }
}

const fn high(group: RateGroup, title: Title, numerator: &'static str, denominator: &'static str) -> RateDef {
    RateDef { group, title, numerator, denominator: Some(denominator), wanted: Wanted::High }
}

const fn low(group: RateGroup, title: Title, numerator: &'static str, denominator: &'static str) -> RateDef {
    RateDef { group, title, numerator, denominator: Some(denominator), wanted: Wanted::Low }
}

use RateGroup::{Closing, Handling, Reporting};

/// The figures, in the order in which they stand.
const RATES: &[RateDef] = &[
    count(Reporting, ("上报数", "Reported"), "report"),
    high(Reporting, ("有效上报率", "Valid reports"), "valid", "report"),
    low(Reporting, ("重复上报率", "Repeated reports"), "repeat", "report"),
    low(Reporting, ("公众举报占比", "Told by residents"), "public_valid", "valid"),
    high(Reporting, ("受理率", "Accepted"), "done_accept", "need_accept"),
    high(Reporting, ("按期受理率", "Accepted in time"), "intime_accept", "need_accept"),
    high(Reporting, ("按期核实率", "Verified in time"), "intime_verify", "need_verify"),
    count(Reporting, ("立案数", "Filed"), "file"),
    high(Reporting, ("按期立案率", "Filed in time"), "intime_file", "need_file"),
    high(Handling, ("按期派遣率", "Dispatched in time"), "intime_dispatch", "need_dispatch"),
    high(Handling, ("准确派遣率", "Dispatched to the right unit"), "accurate_dispatch", "settled"),
    high(Handling, ("处置率", "Handled"), "done_dispose", "need_dispose"),
    high(Handling, ("按期处置率", "Handled in time"), "intime_dispose", "need_dispose"),
    low(Handling, ("超期处置率", "Handled late"), "overtime_dispose", "need_dispose"),
    low(Handling, ("超期未处置率", "Late and not handled"), "overtime_to_dispose", "need_dispose"),
    high(Closing, ("按期核查率", "Checked in time"), "intime_check", "need_check"),
    high(Closing, ("结案率", "Closed"), "close", "need_close"),
    high(Closing, ("按期结案率", "Closed in time"), "intime_close", "need_close"),
    low(Handling, ("返工率", "Reworked"), "rework", "need_close"),
    low(Handling, ("延期率", "Extended"), "postpone", "need_dispose"),
    low(Handling, ("回退率", "Returned"), "back", "dispatch"),
    low(Handling, ("挂账率", "Hung"), "hang", "file"),
    low(Handling, ("督办率", "Supervised"), "supervise", "need_dispose"),
    count(Closing, ("作废数", "Voided"), "cancel"),
    count(Closing, ("重启数", "Reopened"), "reopen"),
    high(Closing, ("公众满意率", "Satisfied"), "satisfied", "rated"),
];

/// What is counted and stands in no figure by itself.
const OTHER_TALLIES: &[&str] =
    &["accept", "not_accept", "not_file", "overtime_close", "overtime_to_close", "hang", "dispatch", "supervise"];
/// What is done in a step.
const VERBS: &[&str] = &["accept", "verify", "file", "dispatch", "dispose", "check", "settle"];
/// What is counted of each.
const OF_VERBS: &[&str] = &["need_", "done_", "intime_", "overtime_to_", "overtime_"];

/// Everything that is counted, for who asks for the cases behind a figure.
fn is_tally(name: &str) -> bool {
    RATES.iter().any(|rate| rate.numerator == name || rate.denominator == Some(name))
        || OTHER_TALLIES.contains(&name)
        || OF_VERBS.iter().any(|of| name.strip_prefix(of).is_some_and(|verb| VERBS.contains(&verb)))
}

/// Checks what the link from a figure to its cases says: `need_dispose,2026-11-01,2026-11-30`, and where it is of one row
/// `unit,12`, `nounit,`, `by,account:12` or `nobody,` after it.
///
/// # Errors
/// 400 for anything else.
pub(super) fn check_link(said: &str) -> Result<()> {
    let wrong = || {
        Error::bad(
            "tally 应为“指标,起始日期,截止日期”，可加“,unit,机构编号”或“,by,人员标识”。",
            "tally is a count, its first and its last day, and maybe unit or by with its key: need_dispose,2026-11-01,2026-11-30,unit,12.",
        )
    };
    let parts: Vec<&str> = said.split(',').collect();
    let (name, from, to, of, key) = match parts[..] {
        [name, from, to] => (name, from, to, "", ""),
        [name, from, to, of, key] => (name, from, to, of, key),
        _ => return Err(wrong()),
    };
    let is_date = |said: &str| said.len() == 10 && said.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = |said: &str| is_date(said).then(|| said.parse::<NaiveDate>().ok()).flatten();
    let (Some(from), Some(to)) = (date(from), date(to)) else { return Err(wrong()) };
    let fits = match of {
        "unit" => key.parse::<i64>().is_ok(),
        "by" => !key.is_empty() && key.len() <= 80,
        "" | "nounit" | "nobody" => key.is_empty(),
        _ => false,
    };
    if !fits || !is_tally(name) {
        return Err(wrong());
    }
    check_period(from, to).map(|_| ())
}

/// A period in days of China as moments: from and including the first, up to and without the second.
fn check_period(from: NaiveDate, to: NaiveDate) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let days = (to - from).num_days();
    if !YEARS.contains(&from.year()) || !YEARS.contains(&to.year()) || !(0..MOST_DAYS).contains(&days) {
        return Err(Error::bad(
            format!("统计时段应为 1 至 {MOST_DAYS} 天，截止日期不早于起始日期。"),
            format!("A period has 1 to {MOST_DAYS} days, and doesn't end before it begins."),
        ));
    }
    Ok((midnight(from), midnight(to + Days::new(1))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StatisticsQuery {
    /// The first day; 30 days before the last when not given.
    from: Option<NaiveDate>,
    /// The last day; today when not given.
    to: Option<NaiveDate>,
    /// By what they are set side by side; regions when not given.
    by: Option<SplitBy>,
    /// Only within this region, by its code, short or full.
    #[param(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    region: Option<String>,
    /// Only of this major category.
    #[param(pattern = "^[A-Z][0-9]{2}$", example = "E05")]
    major: Option<String>,
    /// Only those told by this channel.
    #[param(pattern = "^[a-z_]{1,20}$", example = "hotline")]
    channel: Option<String>,
}

/// A figure, as it is reckoned of the counts of each row.
#[derive(Debug, Serialize, ToSchema)]
struct CaseRate {
    /// What it is about.
    group: RateGroup,
    /// What people call it.
    title: String,
    /// The count, or what stands above the line.
    numerator: &'static str,
    /// What stands below it.
    denominator: Option<&'static str>,
    /// What is wanted of it.
    wanted: Wanted,
}

/// How long a step took, of those in which it was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct StepTime {
    /// The step: `accept`, `verify`, `file`, `dispatch`, `dispose`, `check`, `settle`.
    step: String,
    /// How often.
    count: i64,
    /// The mean, in milliseconds of the step's own time: working hours, or all hours of an urgent case.
    mean_ms: f64,
    /// Nine of ten took no longer.
    p90_ms: f64,
}

/// The counts of one row.
#[derive(Debug, Default, Serialize, ToSchema)]
struct CaseTallies {
    /// What they are of: a region's code, a major category, a unit's id, a channel, somebody's key, a day, a month; empty where
    /// that isn't known.
    key: String,
    /// What people call it.
    name: String,
    /// How many of each, those above 0.
    counts: BTreeMap<String, i64>,
    /// How long steps took.
    times: Vec<StepTime>,
}

/// What was counted of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseStatistics {
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// By what they are set side by side.
    by: SplitBy,
    /// The figures that are reckoned of the counts.
    rates: Vec<CaseRate>,
    /// The rows, by key; at most 500.
    rows: Vec<CaseTallies>,
    /// All together. One case may count several times.
    total: CaseTallies,
    /// All together, of the same days a year before.
    year_before: CaseTallies,
}

/// What was counted of cases in a period: reports, steps within and beyond their limits, closed ones, and how people found it.
///
/// What is to be done within a limit counts on the day when it was done or when its limit ended, whichever came first. What came
/// from elsewhere has no steps, and counts in none of them. Cases of sensitive categories aren't counted.
#[utoipa::path(get, path = "/api/cases/statistics", tag = "cases", params(StatisticsQuery),
    responses((status = 200, body = CaseStatistics), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
pub(super) async fn case_statistics(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Query(query): Query<StatisticsQuery>,
) -> Result<axum::Json<CaseStatistics>> {
    actor.require(READ_CASES)?;
    let language = Language::of(&headers);
    let now = map.app.clock.now();
    let to = query.to.unwrap_or_else(|| day(now));
    let from = query.from.unwrap_or_else(|| to - Days::new(USUAL_DAYS - 1));
    let (starts, ends) = check_period(from, to)?;
    let by = query.by.unwrap_or(SplitBy::Region);
    let (code, _) = seen_region(&map, &actor, query.region.as_deref())?;
    let below = match code.level() {
        Level::City => Level::County,
        Level::County => Level::Street,
        Level::Street => Level::Community,
        Level::Community | Level::Grid => Level::Grid,
    };
    let asked = AskedTallies {
        by: by.name(),
        within: (*code.range().start(), *code.range().end()),
        span: below.span(),
        major: query.major.as_deref(),
        channel: query.channel.as_deref(),
    };
    let mut tx = map.app.db.begin(&actor).await?;
    let (rows, total) = gather(store::tallies(&mut tx, &asked, (starts, ends), now).await?);
    let year = |date: NaiveDate| date.checked_sub_months(Months::new(12)).unwrap_or(date);
    let (starts, ends) = (midnight(year(from)), midnight(year(to) + Days::new(1)));
    let asked = AskedTallies { by: "", ..asked };
    let (_, year_before) = gather(store::tallies(&mut tx, &asked, (starts, ends), now).await?);
    tx.commit().await?;
    let regions = map.memory.regions();
    let rows = rows.into_iter().map(|mut row| {
        if let Some(name) = named(by, &row.key, language) {
            row.name = name;
        } else if by == SplitBy::Region
            && let Some(region) =
                row.key.parse().ok().and_then(|code| RegionCode::new(code).ok()).and_then(|code| regions.get(code))
        {
            row.name.clone_from(&region.name);
        }
        row
    });
    let rates = RATES.iter().map(|rate| CaseRate {
        group: rate.group,
        title: text(rate.title.0, rate.title.1).in_language(language).to_owned(),
        numerator: rate.numerator,
        denominator: rate.denominator,
        wanted: rate.wanted,
    });
    Ok(axum::Json(CaseStatistics { from, to, by, rates: rates.collect(), rows: rows.collect(), total, year_before }))
}

/// What a code of a table is called.
fn named(by: SplitBy, key: &str, language: Language) -> Option<String> {
    let table = match by {
        SplitBy::Major => &codes::MAJOR_CATEGORIES,
        SplitBy::Channel => &codes::CHANNELS,
        SplitBy::Region | SplitBy::Unit | SplitBy::Person | SplitBy::Day | SplitBy::Month => return None,
    };
    Some(table.name_of(key, language).to_owned())
}

/// The rows by their keys, and what is counted of all of them.
fn gather(found: Vec<TallyRow>) -> (Vec<CaseTallies>, CaseTallies) {
    let mut rows: BTreeMap<String, CaseTallies> = BTreeMap::new();
    let mut total = CaseTallies::default();
    for TallyRow { key, name, is_total, tally, count, mean_ms, p90_ms } in found {
        let row = if is_total {
            &mut total
        } else {
            let key = key.unwrap_or_default();
            let row = rows.entry(key.clone()).or_default();
            (row.key, row.name) = (key, name.unwrap_or_default());
            row
        };
        if let (Some(step), Some(mean_ms), Some(p90_ms)) = (tally.strip_prefix("done_"), mean_ms, p90_ms) {
            row.times.push(StepTime { step: step.to_owned(), count, mean_ms, p90_ms });
        }
        row.counts.insert(tally, count);
    }
    (rows.into_values().collect(), total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_a_count_a_period_and_of_whom() {
        for right in [
            "need_dispose,2026-11-01,2026-11-30",
            "intime_close,2026-11-01,2026-11-01,unit,12",
            "report,2026-01-01,2026-12-31,by,account:4",
            "settled,2026-11-01,2026-11-30,nounit,",
        ] {
            assert!(check_link(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "need_dispose",
            "everything,2026-11-01,2026-11-30",
            "need_dispose,2026-11-31,2026-12-01",
            "need_dispose,2026-12-01,2026-11-30",
            "need_dispose,2020-12-01,2026-11-30",
            "need_dispose,2026-11-01,2026-11-30,unit,x",
            "need_dispose,2026-11-01,2026-11-30,unit",
            "need_dispose,+2026-11-1,2026-11-30",
            "need_dispose,2026-11-01,2026-11-30,of,1",
        ] {
            assert!(check_link(wrong).is_err(), "{wrong}");
        }
    }
}
