use std::{
    cmp::Reverse,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::extract::{FromRef, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{CaseFact, CaseFigures, Child},
    records,
    rules::{self, Counter},
    statistics,
};
use crate::{
    kernel::{
        actor::Actor,
        auth::Auth,
        error::{Error, Problem, Result},
        http::Query,
        time,
    },
    layers::{self, READ_MAP},
    map::{Map, Server, places::seen_region},
    spatial::{
        feature::ValueRef,
        layer::View,
        mercator::{Bounds, Point},
        region::{Level, RegionCode},
        scope::{Coverage, Scope},
    },
};

const DEFAULT_DAYS: u16 = 30;
const MAX_DAYS: u16 = 366;
/// A month of a large city.
const MAX_MOMENTS: usize = 100_000;

/// How long it is believed when the archive begins, though cases have come and gone since: it moves hardly ever.
const BEGINNING_HOLDS: Duration = Duration::from_mins(1);

/// The map, and when the archive begins.
pub(super) struct Cases {
    map: Arc<Map>,
    beginning: Mutex<Option<Beginning>>,
}

#[derive(Clone, Copy)]
struct Beginning {
    /// When the first case was reported.
    first: Option<i64>,
    /// The layer as it was looked at, and when.
    version: u64,
    looked: Instant,
}

impl FromRef<Arc<Cases>> for Auth {
    fn from_ref(cases: &Arc<Cases>) -> Self {
        cases.map.app.auth.clone()
    }
}

impl Cases {
    /// When the first case of the whole archive was reported, whoever asks.
    fn archive_from(&self, columns: &CaseColumns<'_>) -> Option<i64> {
        // Held while looking: who comes meanwhile waits for the answer in place of looking too.
        let mut known = self.beginning.lock().unwrap_or_else(PoisonError::into_inner);
        let version = columns.held.read().version();
        if let Some(known) = known.filter(|known| known.version == version || known.looked.elapsed() < BEGINNING_HOLDS)
        {
            return known.first;
        }
        let first = columns.earliest();
        *known = Some(Beginning { first, version, looked: Instant::now() });
        first
    }
}

pub(super) fn routes(server: &Server) -> OpenApiRouter<Server> {
    let cases = Arc::new(Cases { map: server.map.clone(), beginning: Mutex::default() });
    OpenApiRouter::new()
        .routes(routes!(figures))
        .routes(routes!(by_region))
        .routes(routes!(moments))
        .with_state(cases)
        .routes(routes!(records::cases, records::report_case))
        .routes(routes!(statistics::case_statistics))
        .routes(routes!(records::case))
        .routes(routes!(records::case_action))
        .routes(routes!(records::alike_cases))
        .routes(routes!(records::case_candidates))
        .routes(routes!(records::case_file))
        .routes(routes!(records::comment_on_case))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FiguresQuery {
    /// A region's code, short or full; the city when not given.
    #[param(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    region: Option<String>,
    /// The moment, RFC 3339, from 1970 to 2200; now when not given. What came later isn't seen.
    at: Option<DateTime<Utc>>,
    /// Days of the period that ends at the moment, its own day included: 1 to 366, 30 when not given.
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: Option<u16>,
}

/// The cases of a region as they stood at a moment.
///
/// Today's flow against yesterday's and last year's to the same time of day, what is open and overdue, the on-time
/// rate, hours, days, categories, channels, and the regions one level down. A day is China's. Of a past moment, too,
/// hung are the cases that are hung today.
#[utoipa::path(get, path = "/api/cases/figures", tag = "cases", params(FiguresQuery),
    responses((status = 200, body = CaseFigures), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
async fn figures(
    State(cases): State<Arc<Cases>>,
    actor: Actor,
    Query(query): Query<FiguresQuery>,
) -> Result<axum::Json<CaseFigures>> {
    actor.require(READ_MAP)?;
    let days = checked_days(query.days)?;
    let at = time::checked("at", query.at.unwrap_or_else(Utc::now))?;
    let work = {
        let cases = cases.clone();
        move || {
            let map = &cases.map;
            let (code, scope) = seen_region(map, &actor, query.region.as_deref())?;
            let regions = map.memory.regions();
            let children = regions.children(code).map(|child| (child.code, child.name.clone()));
            let children = empty(children, &scope);
            let mut counter = Counter::new(code.get(), children, at, days);
            let columns = CaseColumns::of(map)?;
            columns.each(&scope, |_, case| counter.add(&case));
            Ok(counter.finish(cases.archive_from(&columns)))
        }
    };
    Ok(axum::Json(cases.map.counting.run(work).await?))
}

fn checked_days(days: Option<u16>) -> Result<u16> {
    let days = days.unwrap_or(DEFAULT_DAYS);
    if (1..=MAX_DAYS).contains(&days) {
        return Ok(days);
    }
    Err(Error::bad(format!("days 应为 1 到 {MAX_DAYS}。"), format!("days lies between 1 and {MAX_DAYS}.")))
}

/// Regions of which the scope holds some part, before anything is counted; each with the last code of its range.
fn empty(regions: impl Iterator<Item = (RegionCode, String)>, scope: &Scope) -> Vec<(Child, i64)> {
    regions
        .filter(|(code, _)| scope.holds(*code.range().start(), *code.range().end()) != Coverage::None)
        .map(|(code, name)| (Child::empty(code.get(), name), *code.range().end()))
        .collect()
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ByRegionQuery {
    /// county, street, community or grid.
    #[param(value_type = String, example = "street", pattern = "^(city|county|street|community|grid)$")]
    level: Level,
    /// Only within this region, by its code, short or full; everything in scope when not given.
    #[param(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    within: Option<String>,
    /// The moment, RFC 3339; now when not given. What came later isn't seen.
    at: Option<DateTime<Utc>>,
    /// Days of the period that ends at the moment, its own day included: 1 to 366, 30 when not given.
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: Option<u16>,
}

/// The cases of each region of a level.
#[derive(Debug, Serialize, ToSchema)]
struct CasesByRegion {
    /// By code.
    regions: Vec<Child>,
}

/// The cases of each region of a level, as they stood at a moment: what a choropleth is drawn of.
#[utoipa::path(get, path = "/api/cases/by-region", tag = "cases", params(ByRegionQuery),
    responses((status = 200, body = CasesByRegion), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
async fn by_region(
    State(cases): State<Arc<Cases>>,
    actor: Actor,
    Query(query): Query<ByRegionQuery>,
) -> Result<axum::Json<CasesByRegion>> {
    actor.require(READ_MAP)?;
    let days = checked_days(query.days)?;
    let at = time::checked("at", query.at.unwrap_or_else(Utc::now))?;
    let work = {
        let map = cases.map.clone();
        move || {
            let (code, scope) = seen_region(&map, &actor, query.within.as_deref())?;
            let regions = map.memory.regions();
            let children = regions.below(code, query.level).map(|info| (info.code, info.name.clone()));
            let mut counter = Counter::new(code.get(), empty(children, &scope), at, days);
            CaseColumns::of(&map)?.each(&scope, |_, case| counter.add(&case));
            Ok(counter.finish(None).children)
        }
    };
    Ok(axum::Json(CasesByRegion { regions: cases.map.counting.run(work).await? }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MomentsQuery {
    /// A region's code, short or full; the city when not given.
    #[param(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    region: Option<String>,
    /// Cases that stood at this moment or came after it, RFC 3339.
    from: DateTime<Utc>,
    /// Up to this moment, RFC 3339.
    to: DateTime<Utc>,
}

/// The life of cases, by column: the same place in each list is the same case.
#[derive(Debug, Default, Serialize, ToSchema)]
struct CaseMoments {
    /// Ids.
    ids: Vec<i64>,
    /// Longitudes, WGS 84, to a metre.
    lon: Vec<f64>,
    /// Latitudes, WGS 84, to a metre.
    lat: Vec<f64>,
    /// When they were reported, seconds since 1970-01-01 UTC.
    reported: Vec<i64>,
    /// When they ended; 0 while they are open.
    ended: Vec<i64>,
    /// 1 ordinary to 4 gravest.
    severity: Vec<i64>,
    /// The grids in which they stand.
    region: Vec<i64>,
    /// Their categories.
    category: Vec<String>,
    /// Whether there are more, which were left out: the latest are here.
    truncated: bool,
}

/// The cases that were open at some time of a span, for playing it back.
///
/// At most 100,000; of more, the latest.
#[utoipa::path(get, path = "/api/cases/moments", tag = "cases", params(MomentsQuery),
    responses((status = 200, body = CaseMoments), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
async fn moments(
    State(cases): State<Arc<Cases>>,
    actor: Actor,
    Query(query): Query<MomentsQuery>,
) -> Result<axum::Json<CaseMoments>> {
    actor.require(READ_MAP)?;
    let (from, to) = (time::checked("from", query.from)?, time::checked("to", query.to)?);
    if to < from {
        return Err(Error::bad("to 不应早于 from。", "to doesn't come before from."));
    }
    let work = {
        let map = cases.map.clone();
        move || {
            let (_, scope) = seen_region(&map, &actor, query.region.as_deref())?;
            let (from, to) = (from.timestamp(), to.timestamp());
            let mut found = Latest::of(MAX_MOMENTS);
            let mut categories: BTreeMap<String, usize> = BTreeMap::new();
            CaseColumns::of(&map)?.each(&scope, |view, case| {
                if case.reported <= to && case.ended.is_none_or(|ended| ended >= from) {
                    let category = categories.get(case.category).copied().unwrap_or_else(|| {
                        let next = categories.len();
                        categories.insert(case.category.to_owned(), next);
                        next
                    });
                    found.add(Moment {
                        reported: case.reported,
                        id: view.id(),
                        place: view.anchor(),
                        region: view.region(),
                        ended: case.ended,
                        severity: case.severity,
                        category,
                    });
                }
            });
            let mut names = vec![String::new(); categories.len()];
            for (name, at) in categories {
                names[at] = name;
            }
            Ok(found.told(&names))
        }
    };
    Ok(axum::Json(cases.map.counting.run(work).await?))
}

/// A case that stood at some time of a span.
struct Moment {
    reported: i64,
    id: i64,
    place: Point,
    region: i64,
    ended: Option<i64>,
    severity: i64,
    /// Its place in a list of names.
    category: usize,
}

/// The latest of many, never many more than are wanted.
struct Latest {
    most: usize,
    found: Vec<Moment>,
    truncated: bool,
}

impl Latest {
    fn of(most: usize) -> Self {
        Self { most, found: Vec::new(), truncated: false }
    }

    fn add(&mut self, moment: Moment) {
        self.found.push(moment);
        if self.found.len() > 2 * self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() > self.most {
            self.found.select_nth_unstable_by_key(self.most, |moment| Reverse((moment.reported, moment.id)));
            self.found.truncate(self.most);
            self.truncated = true;
        }
    }

    /// By column, the earliest first.
    fn told(mut self, categories: &[String]) -> CaseMoments {
        self.cut();
        self.found.sort_unstable_by_key(|moment| (moment.reported, moment.id));
        let mut moments = CaseMoments { truncated: self.truncated, ..CaseMoments::default() };
        let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
        for moment in self.found {
            let (lon, lat) = moment.place.to_lonlat();
            moments.ids.push(moment.id);
            moments.lon.push(round(lon));
            moments.lat.push(round(lat));
            moments.reported.push(moment.reported);
            moments.ended.push(moment.ended.unwrap_or(0));
            moments.severity.push(moment.severity);
            moments.region.push(moment.region);
            moments.category.push(categories[moment.category].clone());
        }
        moments
    }
}

/// Where the case layer keeps what the figures need.
struct CaseColumns<'a> {
    held: &'a layers::LayerStore,
    category: usize,
    status: usize,
    severity: usize,
    channel: usize,
    reported: usize,
    due: usize,
    closed: usize,
}

impl<'a> CaseColumns<'a> {
    fn of(map: &'a Map) -> Result<Self> {
        let missing = || Error::not_found("没有事件图层。", "There is no layer of cases.");
        let (_, held) = map.memory.layer("case").ok_or_else(missing)?;
        let column = |name: &str| held.column(name).ok_or_else(missing);
        Ok(Self {
            category: column("category")?,
            status: column("status")?,
            severity: column("severity")?,
            channel: column("channel")?,
            reported: column("reported_at")?,
            due: column("due_at")?,
            closed: column("closed_at")?,
            held,
        })
    }

    fn each(&self, scope: &Scope, mut found: impl FnMut(&View<'_>, CaseFact<'_>)) {
        self.held.read().visit(&Bounds::WORLD, scope, |view| {
            let text = |column: usize| match view.value(column) {
                ValueRef::Text(text) => text,
                _ => "",
            };
            let number = |column: usize| match view.value(column) {
                ValueRef::Int(number) => Some(number),
                _ => None,
            };
            let Some(reported) = number(self.reported) else { return };
            let status = text(self.status);
            let case = CaseFact {
                region: view.region(),
                category: text(self.category),
                channel: text(self.channel),
                severity: number(self.severity).unwrap_or(1),
                hung: status == "hung",
                is_void: matches!(status, "voided" | "merged"),
                reported,
                due: number(self.due),
                ended: rules::ended(status, number(self.closed), reported),
            };
            found(&view, case);
        });
    }

    /// When the first case of the archive was reported.
    fn earliest(&self) -> Option<i64> {
        let mut first = None;
        self.held.read().visit(&Bounds::WORLD, &Scope::everything(), |view| {
            if let ValueRef::Int(reported) = view.value(self.reported) {
                first = Some(first.map_or(reported, |first: i64| first.min(reported)));
            }
        });
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_the_latest_are_told_in_their_order() {
        let mut latest = Latest::of(3);
        for id in [4, 9, 1, 7, 3, 8, 2, 6, 5] {
            let place = Point { x: 0, y: 0 };
            latest.add(Moment { reported: id / 2, id, place, region: 1, ended: None, severity: 1, category: 0 });
            assert!(latest.found.len() <= 6);
        }
        let told = latest.told(&["C0101".to_owned()]);
        assert_eq!((told.ids, told.truncated, told.category.len()), (vec![7, 8, 9], true, 3));
    }
}
