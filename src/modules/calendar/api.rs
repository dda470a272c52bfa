//! The addresses of the working calendar.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    MANAGE_CALENDAR,
    model::{
        CalendarHours, CalendarOverview, CalendarYear, CalendarYearDraft, LimitEnd, NoticeReading, NoticeText,
        WorkingHoursDraft,
    },
    notice, rules, store,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{Json, Path, Query},
        text::{Language, text},
        time::{self, Limit, LimitClock, LimitUnit},
    },
    map::Server,
};

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(calendar))
        .routes(routes!(calendar_year, set_calendar_year))
        .routes(routes!(read_notice))
        .routes(routes!(set_working_hours, drop_working_hours))
        .routes(routes!(limit_end))
}

/// Which years are arranged, and the hours that are worked.
#[utoipa::path(get, path = "/api/calendar", tag = "calendar", responses((status = 200, body = CalendarOverview), (status = 401, body = Problem)))]
async fn calendar(State(app): State<App>, actor: Actor) -> Result<axum::Json<CalendarOverview>> {
    let mut tx = app.db.begin(&actor).await?;
    let years = store::years(&mut tx).await?;
    let hours = time::load_hours(&mut tx).await?;
    tx.commit().await?;
    let hours = hours
        .into_iter()
        .map(|one| CalendarHours { valid_from: one.valid_from, weekdays: one.weekdays, periods: one.periods })
        .collect();
    Ok(axum::Json(CalendarOverview { years, hours }))
}

/// A year with its holidays and the days worked in their place. A year that isn't arranged yet has none, and version 0.
#[utoipa::path(get, path = "/api/calendar/years/{year}", tag = "calendar", params(("year" = i16, Path, minimum = 1970, maximum = 2200, description = "The year")),
    responses((status = 200, body = CalendarYear), (status = 400, body = Problem), (status = 401, body = Problem)))]
async fn calendar_year(
    State(app): State<App>,
    actor: Actor,
    Path(year): Path<i16>,
) -> Result<axum::Json<CalendarYear>> {
    rules::check_year(year)?;
    let mut tx = app.db.begin(&actor).await?;
    let year = store::year(&mut tx, year).await?;
    tx.commit().await?;
    Ok(axum::Json(year))
}

/// Arranges a year. What was said of its days before is replaced.
#[utoipa::path(put, path = "/api/calendar/years/{year}", tag = "calendar", params(("year" = i16, Path, minimum = 1970, maximum = 2200, description = "The year")), request_body = CalendarYearDraft,
    responses((status = 200, body = CalendarYear), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "It was changed meanwhile, or another year arranges one of the days", body = Problem), (status = 422, body = Problem)))]
async fn set_calendar_year(
    State(app): State<App>,
    actor: Actor,
    Path(year): Path<i16>,
    Json(draft): Json<CalendarYearDraft>,
) -> Result<axum::Json<CalendarYear>> {
    actor.require(MANAGE_CALENDAR)?;
    rules::check_draft(year, &draft)?;
    let mut tx = app.db.begin(&actor).await?;
    let before = store::year(&mut tx, year).await?;
    if let Some((day, other)) = store::taken_day(&mut tx, year, &draft).await? {
        return Err(Error::Conflict(text(
            format!("{day} 已由 {other} 年的安排规定。"),
            format!("{day} is arranged with {other} already."),
        )));
    }
    if !store::write_year(&mut tx, year, &draft, &actor).await? {
        return Err(Error::Conflict(text(
            "这一年的安排已被他人修改，请刷新后重试。",
            "Somebody else has changed this year meanwhile; load it again.",
        )));
    }
    let after = store::year(&mut tx, year).await?;
    let mut detail = rules::difference(&before.days, &after.days);
    detail["year"] = json!(year);
    detail["source"] = json!(after.source);
    tx.audit(AuditEntry::new("calendar.year", "", detail));
    tx.commit().await?;
    Ok(axum::Json(after))
}

/// Reads a notice of the State Council, or rows of a table (date, name, 休 or 班), into days. Nothing is written.
#[utoipa::path(post, path = "/api/calendar/notice", tag = "calendar", request_body = NoticeText,
    responses((status = 200, body = NoticeReading), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn read_notice(
    actor: Actor,
    headers: HeaderMap,
    Json(pasted): Json<NoticeText>,
) -> Result<axum::Json<NoticeReading>> {
    actor.require(MANAGE_CALENDAR)?;
    rules::check_notice(&pasted.text)?;
    let language = Language::of(&headers);
    let read = notice::read(&pasted.text);
    Ok(axum::Json(NoticeReading {
        year: read.year,
        source: read.source,
        days: read.days,
        problems: read.problems.iter().map(|problem| problem.in_language(language).to_owned()).collect(),
    }))
}

/// Sets the hours that are worked from a day on.
#[utoipa::path(put, path = "/api/calendar/hours/{valid_from}", tag = "calendar", params(("valid_from" = NaiveDate, Path, description = "The first day")), request_body = WorkingHoursDraft,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set_working_hours(
    State(app): State<App>,
    actor: Actor,
    Path(valid_from): Path<NaiveDate>,
    Json(draft): Json<WorkingHoursDraft>,
) -> Result<StatusCode> {
    actor.require(MANAGE_CALENDAR)?;
    rules::check_first_day(valid_from)?;
    rules::check_hours(&draft)?;
    let mut tx = app.db.begin(&actor).await?;
    store::write_hours(&mut tx, valid_from, &draft, &actor).await?;
    tx.audit(AuditEntry::new("calendar.hours", "", json!({"valid_from": valid_from, "after": draft})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes away the hours that hold from a day on; those before them hold on.
#[utoipa::path(delete, path = "/api/calendar/hours/{valid_from}", tag = "calendar", params(("valid_from" = NaiveDate, Path, description = "The first day")),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "They are the only ones", body = Problem), (status = 422, body = Problem)))]
async fn drop_working_hours(
    State(app): State<App>,
    actor: Actor,
    Path(valid_from): Path<NaiveDate>,
) -> Result<StatusCode> {
    actor.require(MANAGE_CALENDAR)?;
    rules::check_first_day(valid_from)?;
    let mut tx = app.db.begin(&actor).await?;
    match store::delete_hours(&mut tx, valid_from).await? {
        (_, true) => {}
        (true, false) => {
            return Err(Error::Conflict(text(
                "这是唯一的工作时间安排，不能删除。",
                "These are the only working hours; they can't be taken away.",
            )));
        }
        (false, false) => {
            return Err(Error::not_found("没有从这一天起的工作时间安排。", "No working hours begin on that day."));
        }
    }
    tx.audit(AuditEntry::new("calendar.hours", "", json!({"valid_from": valid_from, "after": null})));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LimitQuery {
    /// What the limit counts in.
    unit: LimitUnit,
    /// How many of them.
    amount: u32,
    /// When it begins; now where nothing is said.
    from: Option<DateTime<Utc>>,
}

/// When a limit ends that begins at a moment.
#[utoipa::path(get, path = "/api/calendar/limit", tag = "calendar", params(LimitQuery),
    responses((status = 200, body = LimitEnd), (status = 400, body = Problem), (status = 401, body = Problem), (status = 422, description = "A limit that is too long", body = Problem)))]
async fn limit_end(
    State(app): State<App>,
    actor: Actor,
    Query(query): Query<LimitQuery>,
) -> Result<axum::Json<LimitEnd>> {
    let limit = Limit { unit: query.unit, amount: query.amount };
    rules::check_limit(limit)?;
    let from = time::checked("from", query.from.unwrap_or_else(|| app.clock.now()))?;
    let mut tx = app.db.begin(&actor).await?;
    let calendar = time::load_calendar(&mut tx).await?;
    let years = store::years(&mut tx).await?;
    tx.commit().await?;
    let clock = LimitClock::start(limit, from);
    let due_at = clock.due(&calendar).unwrap_or(from);
    let yellow_at = clock.reaches(&calendar, time::YELLOW_FROM).unwrap_or(from);
    let first_open_year = match limit.unit {
        LimitUnit::ClockMinutes => None,
        _ => rules::first_open_year(&years, time::day(from), time::day(due_at)),
    };
    Ok(axum::Json(LimitEnd { limit, from, yellow_at, due_at, first_open_year }))
}
