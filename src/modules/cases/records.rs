//! Cases as a list, and one by one.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    lifecycle,
    model::{
        ACCEPT_CASES, ActionDraft, AlikeCase, CHECK_CASES, CandidateUnit, CaseAction, CaseAsk, CaseFlow, CaseRecord,
        CaseReport, CaseStanding, CommentDraft, HANDLE_CASES, ListedCase, PersonRef, READ_CASES, Reporter,
    },
    statistics,
    store::{self, WorkingCase},
    work::{self, CaseView, Hand},
};
use crate::{
    flow::{
        FlowRule, choices,
        store::{self as flow_store, FlowProcess},
    },
    kernel::{
        actor::Actor,
        app::App,
        db::Tx,
        error::{Error, Problem, Result},
        files::{self, AttachedFile, FilePart},
        http::{CreatedId, Json, Path, Query},
        messages::accounts_that_may,
        text::Language,
        time,
    },
    map::Map,
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
    spatial::region::RegionCode,
};

/// The list of cases.
pub(super) struct CaseList;

impl ListType for CaseList {
    const LIST: &'static ListDef = &store::CASES;
}

/// Cases in scope, those that were reported last first.
///
/// Cases of sensitive categories are in no list. Who handles cases and reads no others finds those of their unit.
#[utoipa::path(get, path = "/api/cases", tag = "cases", params(ListQuery<CaseList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<ListedCase> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
pub(super) async fn cases(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<CaseList>,
) -> Result<Response> {
    let link = query.word("tally");
    link.map(statistics::check_link).transpose()?;
    let mut tx = begin_reading(&app, &actor).await?;
    if !actor.may(READ_CASES) {
        store::narrow_to_own(&mut tx).await?;
    }
    if link.is_some() {
        store::set_as_of(&mut tx, app.clock.now()).await?;
    }
    list::answer::<_, ListedCase>(tx, &actor, &query, &headers).await
}

/// A transaction of somebody who reads cases, or handles some of them.
async fn begin_reading(app: &App, actor: &Actor) -> Result<Tx> {
    require_reading(actor)?;
    app.db.begin(actor).await
}

/// Whether somebody reads cases, or handles some of them.
fn require_reading(actor: &Actor) -> Result<()> {
    if actor.may(HANDLE_CASES) { Ok(()) } else { actor.require(READ_CASES) }
}

/// The header under which something that is sent again is done once.
const KEY: &str = "idempotency-key";

/// The key under which something is sent, where it has one.
///
/// # Errors
/// 400 for a key that is none.
fn key_of(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (8..=100).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Error::bad("Idempotency-Key 应为 8 至 100 个可见字符。", "Idempotency-Key has 8 to 100 visible characters.")
    })
}

/// Reports a case (上报). What is sent again under one `Idempotency-Key` is reported once.
#[utoipa::path(post, path = "/api/cases", tag = "cases", request_body = CaseReport,
    params(("idempotency-key" = Option<String>, Header, min_length = 8, max_length = 100, description = "What is sent again under it is done once")),
    responses((status = 201, body = CaseStanding), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn report_case(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Json(report): Json<CaseReport>,
) -> Result<(StatusCode, axum::Json<CaseStanding>)> {
    let key = key_of(&headers)?;
    let standing = work::report(&map, &actor, &report, key.as_deref()).await?;
    Ok((StatusCode::CREATED, axum::Json(standing)))
}

/// Takes an action with a case: `accept`, `file`, `dispatch`, `finish` and the others of its process.
///
/// A refusal says which rule stands against it, and which actions could be taken instead.
#[utoipa::path(post, path = "/api/cases/{id}/actions/{action}", tag = "cases", request_body = ActionDraft,
    params(("id" = i64, Path, description = "The case's id"), ("action" = String, Path, pattern = "^[a-z_]{1,40}$", description = "The action"),
           ("idempotency-key" = Option<String>, Header, min_length = 8, max_length = 100, description = "What is sent again under it is done once")),
    responses((status = 200, body = CaseStanding), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "It can't be done now; `rule` and `actions` say why and what could be", body = Problem), (status = 422, body = Problem)))]
pub(super) async fn case_action(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path((id, action)): Path<(i64, String)>,
    headers: HeaderMap,
    Json(draft): Json<ActionDraft>,
) -> Result<axum::Json<CaseStanding>> {
    let key = key_of(&headers)?;
    Ok(axum::Json(work::act(&map, &actor, id, &action, &draft, key.as_deref()).await?))
}

/// Cases that may be the same as one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlikeCases {
    /// The nearest first, at most 20.
    cases: Vec<AlikeCase>,
}

/// Likely duplicates of a case: of the same minor category, within 50 m and 72 hours.
#[utoipa::path(get, path = "/api/cases/{id}/alike", tag = "cases", params(("id" = i64, Path, description = "The case's id")),
    responses((status = 200, body = AlikeCases), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn alike_cases(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<axum::Json<AlikeCases>> {
    actor.require(READ_CASES)?;
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    let case = store::working_case(&mut tx, id).await?.ok_or_else(work::no_case)?;
    let cases = store::alike(&mut tx, &case, 20).await?;
    tx.commit().await?;
    Ok(axum::Json(AlikeCases { cases }))
}

/// As many people are offered to be called.
const MOST_READERS: usize = 300;

/// To whom the work of a case may be given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Candidates {
    /// Units that may handle it, those of the county first.
    units: Vec<CandidateUnit>,
    /// Units below the reader's own.
    below: Vec<CandidateUnit>,
    /// People of the reader's own unit who may handle it.
    colleagues: Vec<PersonRef>,
    /// People who may verify or check it on the spot.
    checkers: Vec<PersonRef>,
    /// Everybody who may read it and be called to it, at most 300.
    readers: Vec<PersonRef>,
}

/// To whom the work of a case may be given: units, people of one's own unit, and who checks on the spot.
#[utoipa::path(get, path = "/api/cases/{id}/candidates", tag = "cases", params(("id" = i64, Path, description = "The case's id")),
    responses((status = 200, body = Candidates), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn case_candidates(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<axum::Json<Candidates>> {
    require_reading(&actor)?;
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    let case = work::readable(&mut tx, id).await?;
    let own = flow_store::units_of_reader(&mut tx).await?;
    let colleagues = store::accounts_of_units(&mut tx, &own, HANDLE_CASES.name).await?;
    let checkers = accounts_that_may(&mut tx, CHECK_CASES, case.region).await?;
    let mut readers = work::readers(&mut tx, &case).await?;
    readers.truncate(MOST_READERS);
    let candidates = Candidates {
        units: store::candidate_units(&mut tx, case.region).await?,
        below: store::units_below(&mut tx, &own).await?,
        colleagues: store::people(&mut tx, &colleagues).await?,
        checkers: store::people(&mut tx, &checkers).await?,
        readers: store::people(&mut tx, &readers).await?,
    };
    tx.commit().await?;
    Ok(axum::Json(candidates))
}

/// A case, with where it stands in its process, what was done, and what can be done.
#[utoipa::path(get, path = "/api/cases/{id}", tag = "cases", params(("id" = i64, Path, description = "The case's id")),
    responses((status = 200, body = CaseRecord), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn case(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<axum::Json<CaseRecord>> {
    require_reading(&actor)?;
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    let working = work::readable(&mut tx, id).await?;
    let listed = store::case(&mut tx, id).await?.ok_or_else(work::no_case)?;
    let units = flow_store::units_of_reader(&mut tx).await?;
    let process = flow_store::process(&mut tx, id, false).await?;
    // Who takes cases in knows who reported them, unless they handle this one.
    let knows_reporter = actor.may(ACCEPT_CASES) && !store::had_work(&mut tx, id, &units).await?;
    let flow = match process {
        Some(process) => {
            Some(describe_process(&map, &mut tx, &actor, &working, &process, &units, Language::of(&headers)).await?)
        }
        None => None,
    };
    let flow =
        flow.map(|flow| if working.is_protected && !knows_reporter { hide_reporter(flow, &working) } else { flow });
    let main = match working.main_id {
        Some(main) => store::case_ref(&mut tx, main).await?,
        None => None,
    };
    let mut files = files::attached(&mut tx, work::OBJECT, id, (listed.lon, listed.lat)).await?;
    if working.is_protected && !knows_reporter {
        files.iter_mut().filter(|file| working.reporter.as_ref() == Some(&file.added_by)).for_each(hide_sender);
    }
    let may_comment = !work::only_reported(&mut tx, &working).await?;
    let mut comments = if may_comment { store::comments(&mut tx, id).await? } else { Vec::new() };
    if !may_comment {
        let hidden = store::files_of_comments(&mut tx, id).await?;
        files.retain(|file| !hidden.contains(&file.id));
    }
    if working.is_protected && !knows_reporter {
        for said in comments.iter_mut().filter(|said| working.reporter.as_ref() == Some(&said.by_key)) {
            said.by.clear();
            said.post.clear();
        }
    }
    let department = work::department_of(&working.category);
    let suggested = store::suggested_unit(&mut tx, &working, department).await?;
    tx.commit().await?;
    let path = RegionCode::new(listed.region).map(|grid| map.memory.regions().path(grid)).unwrap_or_default();
    // Who reported is for who takes cases in: nobody who handles one reads it.
    let is_known = working.reporter_name.is_some() || working.reporter_phone.is_some();
    let reporter = (is_known && knows_reporter).then(|| Reporter {
        name: working.reporter_name.clone().unwrap_or_default(),
        phone: working.reporter_phone.clone().unwrap_or_default(),
        is_protected: working.is_protected,
    });
    let limit = lifecycle::case_limits(&working.category, working.severity)["dispose"];
    Ok(axum::Json(CaseRecord {
        case: listed,
        receipt: working.receipt,
        detail: working.detail,
        demand: working.demand,
        run_at: working.run_at,
        verified: working.verified,
        main,
        reporter,
        limit,
        suggested,
        files,
        comments,
        may_comment,
        flow,
        path,
    }))
}

/// A file tells nothing of who sent it: neither by its name nor by what its sender calls it.
fn hide_sender(file: &mut AttachedFile) {
    file.by.clear();
    file.name.clear();
}

/// Which of a file is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// The small picture that lists show.
    #[serde(default)]
    small: bool,
}

/// A file of a case: whole, or the part that `Range` asks for.
#[utoipa::path(get, path = "/api/cases/{id}/files/{file}", tag = "cases", params(("id" = i64, Path, description = "The case's id"), ("file" = i64, Path, description = "The file's id"), FileQuery),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>), (status = 206, description = "The part that was asked for", content_type = "application/octet-stream", body = Vec<u8>), (status = 304, description = "The reader has it already"), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 416, description = "The part lies beyond its end")))]
pub(super) async fn case_file(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path((id, file)): Path<(i64, i64)>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    require_reading(&actor)?;
    let mut tx = map.app.db.begin_at(&actor, id).await?;
    let working = work::readable(&mut tx, id).await?;
    let is_hidden =
        work::only_reported(&mut tx, &working).await? && store::files_of_comments(&mut tx, id).await?.contains(&file);
    let kept = files::attachment(&mut tx, work::OBJECT, id, file).await?.filter(|_| !is_hidden);
    let mut kept = kept.ok_or_else(|| Error::not_found("没有此附件。", "There is no such file."))?;
    if working.is_protected && working.reporter.as_ref() == Some(&kept.added_by) {
        "file".clone_into(&mut kept.name);
    }
    tx.commit().await?;
    let part = if query.small { FilePart::Small } else { FilePart::Whole };
    files::answer(&map.app.files, &kept, part, &headers).await
}

/// Says something about a case to those who work on it (内部意见); those who are named are told. What is sent again under one
/// `Idempotency-Key` is said once.
#[utoipa::path(post, path = "/api/cases/{id}/comments", tag = "cases", request_body = CommentDraft,
    params(("id" = i64, Path, description = "The case's id"),
           ("idempotency-key" = Option<String>, Header, min_length = 8, max_length = 100, description = "What is sent again under it is done once")),
    responses((status = 201, body = CreatedId), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "The reader only reported it", body = Problem), (status = 422, body = Problem)))]
pub(super) async fn comment_on_case(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Json(draft): Json<CommentDraft>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    require_reading(&actor)?;
    let key = key_of(&headers)?;
    let id = work::comment(&map.app, &actor, id, &draft, key.as_deref()).await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// The same without the name of who reported a case.
fn hide_reporter(mut flow: CaseFlow, case: &WorkingCase) -> CaseFlow {
    for row in flow.history.iter_mut().filter(|row| case.reporter.as_ref() == Some(&row.actor)) {
        row.by.clear();
        row.post.clear();
    }
    flow
}

/// A process as the reader sees it.
async fn describe_process(
    map: &Map,
    tx: &mut Tx,
    actor: &Actor,
    case: &WorkingCase,
    process: &FlowProcess,
    units: &[i64],
    language: Language,
) -> Result<CaseFlow> {
    let at = map.app.clock.now();
    let calendar = time::load_calendar(tx).await?;
    let draft = ActionDraft { duplicates_seen: true, ..ActionDraft::default() };
    let seen = CaseView { case, process, draft: &draft, severity: case.severity, units, at, calendar: &calendar };
    let mut guards = seen.guards(tx, actor).await?;
    // What only the form can say isn't held against the action yet.
    for guard in ["main_case", "review_within_90_days"] {
        guards.insert(guard, true);
    }
    let state = &process.state;
    let definition = &process.kept.definition;
    let actions = seen.with(actor, &guards, Hand::Actor, |facts| {
        let choices = choices(definition, state, facts).into_iter();
        let told = choices.map(|choice| CaseAction {
            action: choice.transition.action.clone(),
            title: choice.transition.title[usize::from(language == Language::English)].clone(),
            form: choice.transition.form.clone(),
            leads_on: choice.transition.leads_on(),
            missing: choice.missing.as_ref().map(|rule| work::said(rule).in_language(language).to_owned()),
            rule: choice.missing.as_ref().map(FlowRule::name),
        });
        told.collect()
    });
    let whole = state.spans.get("case");
    let asked = state.asks.iter().map(|(name, ask)| CaseAsk {
        name: name.clone(),
        since: ask.since,
        due_at: ask.clock.and_then(|clock| clock.due(&calendar)),
        minutes: ask.minutes,
        review_at: ask.review_at,
    });
    Ok(CaseFlow {
        version: process.version,
        definition_version: process.kept.version,
        since: state.since,
        lamp: state.clock.map(|clock| clock.lamp(&calendar, at)),
        step_limit: state.clock.map(|clock| clock.limit),
        case_due_at: whole.and_then(|clock| clock.due(&calendar)),
        case_lamp: whole.map(|clock| clock.lamp(&calendar, at)),
        review_at: state.review_at,
        asked: asked.collect(),
        tasks: store::case_tasks(tx, case.id).await?,
        actions,
        history: flow_store::history(tx, case.id).await?,
    })
}
