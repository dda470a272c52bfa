use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{Alert, Bucket, Chain, Entry, Kind, Rule, Setting},
    rules, store,
    watch::CHECK,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        http::{Json, Path, Query},
        jobs,
        paging::cut,
        sheet::{quoted, words},
        text::{Language, is_blank, text},
        time::CHINA,
    },
    map::Server,
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};

/// Entries of a page.
const MAX_PAGE: i64 = 200;
/// Rows of a file.
const MAX_EXPORT: i64 = 50_000;
/// Characters of a note.
const MAX_NOTE: usize = 400;

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(entries))
        .routes(routes!(timeline))
        .routes(routes!(export))
        .routes(routes!(seals))
        .routes(routes!(check_chain))
        .routes(routes!(alerts))
        .routes(routes!(acknowledge))
        .routes(routes!(list_rules))
        .routes(routes!(set_rule))
}

/// The list of entries.
struct EntryList;

impl ListType for EntryList {
    const LIST: &'static ListDef = &store::ENTRIES;
}

/// Gives a query the span that it asks for: seven days where it says none.
fn spanned(mut query: ListQuery<EntryList>, now: DateTime<Utc>) -> Result<ListQuery<EntryList>> {
    let (from, to) = rules::span(query.time("from"), query.time("to"), now)?;
    query.set_time("from", from);
    query.set_time("to", to);
    Ok(query)
}

/// An alert is put together from entries of all regions, and a rule holds for all: both are for who audits the whole city.
async fn begin_for_city(app: &App, actor: &Actor) -> Result<Tx> {
    let tx = app.db.begin_audit(actor).await?;
    if actor.scope().contains(0) { Ok(tx) } else { Err(Error::Forbidden("audit.read（全市 / whole city）")) }
}

fn page(limit: Option<i64>) -> Result<i64> {
    match limit.unwrap_or(50) {
        limit @ 1..=MAX_PAGE => Ok(limit),
        _ => Err(Error::bad(format!("limit 应为 1 到 {MAX_PAGE}。"), format!("limit lies between 1 and {MAX_PAGE}."))),
    }
}

/// What was done, by whom, from where, with what result.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(ListQuery<EntryList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<Entry> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn entries(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<EntryList>,
) -> Result<Response> {
    let tx = app.db.begin_audit(&actor).await?;
    let query = spanned(query, app.clock.now())?;
    list::answer::<_, Entry>(tx, &actor, &query, &headers).await
}

/// Entries over time.
#[derive(Debug, Serialize, ToSchema)]
struct Timeline {
    /// hour or day; a day is China's.
    unit: String,
    /// By time and result; where there was nothing there is none.
    buckets: Vec<Bucket>,
}

/// How many entries there were in each hour or day.
#[utoipa::path(get, path = "/api/audit/timeline", tag = "audit", params(ListQuery<EntryList>),
    responses((status = 200, body = Timeline), (status = 400, body = Problem), (status = 422, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn timeline(State(app): State<App>, actor: Actor, query: ListQuery<EntryList>) -> Result<axum::Json<Timeline>> {
    let mut tx = app.db.begin_audit(&actor).await?;
    let query = spanned(query, app.clock.now())?;
    let span = query.time("from").zip(query.time("to")).map(|(from, to)| to - from);
    let unit = match query.word("unit") {
        Some(unit) => unit,
        None if span.is_some_and(|span| span <= chrono::TimeDelta::days(3)) => "hour",
        None => "day",
    };
    let buckets = store::timeline(&mut tx, &query, unit).await?;
    tx.commit().await?;
    Ok(axum::Json(Timeline { unit: unit.to_owned(), buckets }))
}

/// Entries as a file: the newest 50,000 that the filter holds.
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", params(ListQuery<EntryList>),
    responses((status = 200, description = "CSV in UTF-8 with its mark, for spreadsheets", content_type = "text/csv"), (status = 400, body = Problem), (status = 422, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn export(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<EntryList>,
) -> Result<Response> {
    let mut tx = app.db.begin_audit(&actor).await?;
    let query = spanned(query, app.clock.now())?;
    let entries: Vec<Entry> = list::rows(&mut tx, &query, MAX_EXPORT).await?;
    let detail = serde_json::json!({ "from": query.time("from"), "to": query.time("to"), "entries": entries.len() });
    tx.audit(AuditEntry { action: "audit.export", object: String::new(), region: actor.home(), detail });
    tx.commit().await?;
    let language = Language::of(&headers);
    let bytes = tokio::task::spawn_blocking(move || sheet(&entries, language))
        .await
        .map_err(|error| Error::Internal(error.into()))??;
    let mut response = bytes.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    out.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"gridhall-audit.csv\""));
    Ok(response)
}

fn sheet(entries: &[Entry], language: Language) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::Internal(error.into());
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer
        .write_record(store::ENTRIES.columns.iter().map(|column| words(language, column.title.0, column.title.1)))
        .map_err(failed)?;
    for entry in entries {
        let (id, region, detail) = (entry.id.to_string(), entry.region.to_string(), entry.detail.to_string());
        let at = entry.at.with_timezone(&CHINA).to_rfc3339_opts(SecondsFormat::Millis, false);
        let texts = [
            &id,
            &at,
            &entry.actor,
            &entry.actor_key,
            &entry.post,
            &entry.address,
            &entry.request_id,
            &entry.action,
            &entry.object,
            entry.about.as_deref().unwrap_or_default(),
            &region,
            &entry.result,
            &entry.purpose,
            &detail,
        ];
        writer.write_record(texts.map(|text| quoted(text).into_owned())).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))
}

/// How the chain of seals stands, and what the last check of it found.
#[utoipa::path(get, path = "/api/audit/seals", tag = "audit", responses((status = 200, body = Chain), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn seals(State(app): State<App>, actor: Actor) -> Result<axum::Json<Chain>> {
    let mut tx = app.db.begin_audit(&actor).await?;
    let chain = store::chain(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(chain))
}

/// Has the whole chain computed anew; what comes of it stands in `GET /api/audit/seals`.
#[utoipa::path(post, path = "/api/audit/check", tag = "audit",
    responses((status = 202, description = "It is under way"), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn check_chain(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    let mut tx = begin_for_city(&app, &actor).await?;
    // Asked for twice, it is done once.
    jobs::enqueue(&mut tx, &CHECK, Some("chain"), &serde_json::json!({}), app.clock.now()).await?;
    tx.audit(AuditEntry::new("audit.check", String::new(), serde_json::json!({})));
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AlertsQuery {
    /// Only those that nobody has looked into, or only the others.
    open: Option<bool>,
    /// Only alerts below this id; given by `next` of the page before.
    before: Option<i64>,
    /// Alerts of a page, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
struct Alerts {
    /// The newest first.
    items: Vec<Alert>,
    /// How many nobody has looked into.
    open: i64,
    /// What to give as `before` for the next page; none on the last.
    next: Option<i64>,
}

/// What looks unusual.
#[utoipa::path(get, path = "/api/audit/alerts", tag = "audit", params(AlertsQuery),
    responses((status = 200, body = Alerts), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn alerts(State(app): State<App>, actor: Actor, Query(query): Query<AlertsQuery>) -> Result<axum::Json<Alerts>> {
    let mut tx = begin_for_city(&app, &actor).await?;
    let limit = page(query.limit)?;
    let mut items = store::alerts(&mut tx, query.open, query.before, limit + 1).await?;
    let open = store::count_open(&mut tx).await?;
    tx.commit().await?;
    let next = cut(&mut items, limit, |alert| alert.id);
    Ok(axum::Json(Alerts { items, open, next }))
}

/// What was found out about an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgement {
    /// What it was, 1 to 400 characters.
    #[schema(min_length = 1, max_length = 400)]
    note: String,
}

/// Closes an alert with what was found out.
#[utoipa::path(post, path = "/api/audit/alerts/{id}/acknowledge", tag = "audit", params(("id" = i64, Path, description = "The alert")), request_body = Acknowledgement,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "It was looked into already", body = Problem)))]
async fn acknowledge(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(answer): Json<Acknowledgement>,
) -> Result<StatusCode> {
    let mut tx = begin_for_city(&app, &actor).await?;
    let note = answer.note.trim();
    if is_blank(note) || note.chars().count() > MAX_NOTE {
        return Err(Error::bad(
            format!("处理说明应为 1 到 {MAX_NOTE} 个字符。"),
            format!("The note has 1 to {MAX_NOTE} characters."),
        ));
    }
    match store::acknowledge(&mut tx, id, actor.name(), note).await? {
        None => return Err(Error::not_found("没有这条告警。", "There is no such alert.")),
        Some(false) => {
            return Err(Error::Conflict(text("这条告警已处理。", "This alert was looked into already.")));
        }
        Some(true) => {}
    }
    let detail = serde_json::json!({ "note": note });
    tx.audit(AuditEntry { action: "audit.acknowledge", object: format!("alert {id}"), region: actor.home(), detail });
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rules.
#[derive(Debug, Serialize, ToSchema)]
struct Rules {
    /// One for each kind.
    rules: Vec<Rule>,
}

/// What counts as unusual.
#[utoipa::path(get, path = "/api/audit/rules", tag = "audit", responses((status = 200, body = Rules), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list_rules(State(app): State<App>, actor: Actor) -> Result<axum::Json<Rules>> {
    let mut tx = begin_for_city(&app, &actor).await?;
    let rules = store::rules(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(Rules { rules }))
}

/// Sets what counts as unusual of a kind.
#[utoipa::path(put, path = "/api/audit/rules/{kind}", tag = "audit", params(("kind" = Kind, Path, description = "mass_read, off_hours, new_address, repeated_denials or storage_full")), request_body = Setting,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set_rule(
    State(app): State<App>,
    actor: Actor,
    Path(kind): Path<Kind>,
    Json(setting): Json<Setting>,
) -> Result<StatusCode> {
    let mut tx = begin_for_city(&app, &actor).await?;
    rules::check(&setting)?;
    let before = store::rules(&mut tx).await?.into_iter().find(|rule| rule.kind == kind).map(|rule| rule.setting);
    store::set_rule(&mut tx, kind, &setting, actor.name()).await?;
    let detail = serde_json::json!({ "before": before, "after": setting });
    tx.audit(AuditEntry { action: "audit.rule", object: kind.code().to_owned(), region: actor.home(), detail });
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
