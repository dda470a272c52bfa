//! What people and the program do with cases: every step goes through here, whoever takes it and by whatever way.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use serde_json::json;

use super::{
    forms,
    lifecycle::{self, CASE_FLOW, GuardFacts, PROCESS, VOCABULARY},
    model::{
        ACCEPT_CASES, ActionDraft, CaseReport, CaseStanding, CommentDraft, HANDLE_CASES, READ_CASES, REPORT_CASES,
    },
    notices,
    store::{self, WorkingCase},
};
use crate::{
    flow::store as flow_store,
    flow::{
        Assignee, Facts, FlowAction, FlowRefusal, FlowRule, TaskRole, Transition, decide, refuse,
        store::{FlowEntry, FlowProcess, KeptDefinition, Thing},
    },
    kernel::{
        actor::Actor,
        app::App,
        db::{AuditEntry, Tx},
        error::{Error, Result},
        files::{self, FileRole},
        messages::{NewMessage, accounts_that_may, tell},
        text::{hex, text},
        time::{self, CHINA, WorkCalendar},
    },
    map::{Map, places::grid_at},
    spatial::region::Level,
};

/// Reports a case. What is sent again under one key is reported once.
///
/// # Errors
/// 403 without the permission, 422 for what is wrong in it, a place outside the actor's regions among it.
pub(super) async fn report(map: &Map, actor: &Actor, report: &CaseReport, key: Option<&str>) -> Result<CaseStanding> {
    actor.require(REPORT_CASES)?;
    forms::check_report(report)?;
    let region = grid_at(map, report.lon, report.lat)
        .ok_or_else(|| Error::field("/lon", "该位置不在任何网格内。", "The place lies in no grid."))?;
    if !actor.scope().contains(region.get()) {
        return Err(Error::field("/lon", "该位置不在您的辖区内。", "The place lies outside your regions."));
    }
    let app = &map.app;
    let at = app.clock.now();
    let mut tx = app.db.begin_at(actor, region.get()).await?;
    let digest = digest_of("report", 0, &json!(report));
    if let Some(key) = key
        && let Some(before) = flow_store::repeated(&mut tx, key, &digest).await?
    {
        let standing = store::standing(&mut tx, before.id).await?.ok_or_else(no_case)?;
        tx.commit().await?;
        return Ok(standing);
    }
    if store::is_sensitive(&mut tx, &report.category).await? {
        return Err(Error::field(
            "/category",
            "此类事件为敏感事件，不在此处上报。",
            "Cases of this category are sensitive and aren't reported here.",
        ));
    }
    let definition = current(&mut tx).await?;
    let calendar = time::load_calendar(&mut tx).await?;
    let severity = report.severity.unwrap_or(1);
    let facts = GuardFacts {
        at,
        calendar: &calendar,
        category: &report.category,
        severity,
        demand: report.demand.as_deref(),
        run_at: "county",
        closed_at: None,
        level: level_of(actor),
        duplicates_seen: false,
        has_main_case: false,
        urged_at: None,
        minutes: None,
        review_at: None,
    };
    let guards = lifecycle::guards(None, &facts);
    let name = if report.is_done { "report_done" } else { "report" };
    let action = FlowAction { name: name.to_owned(), ..FlowAction::default() };
    let permissions = |name: &str| actor.may_named(name);
    let decided = decide(
        &definition.definition,
        None,
        &action,
        &Facts {
            actor: actor.key(),
            permissions: &permissions,
            level: facts.level,
            covers: true,
            units: &[],
            parties: &[],
            guards: &guards,
            category: &report.category,
            severity: lifecycle::severity_key(severity),
            at,
            calendar: &calendar,
            is_timer: false,
        },
    )
    .map_err(|refusal| refused(&refusal))?;
    let id = store::new_id(&mut tx).await?;
    let category = lifecycle::category(&report.category).map_or("", |category| category.name.as_str());
    let title: String = format!("{}{category}", report.address.trim()).chars().take(200).collect();
    let thing = Thing { id, region: region.get(), label: "", title: &title };
    let place = (OBJECT, id, region.get());
    let mut added = files::attach(&mut tx, "files", &report.files, FileRole::Before, place, at).await?;
    added.extend(files::attach(&mut tx, "files_after", &report.files_after, FileRole::After, place, at).await?);
    let detail = if added.is_empty() { json!({}) } else { json!({"files": added}) };
    let entry = FlowEntry { note: report.detail.clone(), detail };
    let process = flow_store::begin(&mut tx, &thing, &definition, &decided, &calendar, &entry).await?;
    if let Some(key) = key {
        flow_store::remember(&mut tx, key, &digest, &process).await?;
    }
    tx.audit(AuditEntry {
        action: "case.report",
        object: format!("case {id}"),
        region: region.get(),
        detail: json!({"category": report.category}),
    });
    // The counter's row comes last: whoever waits for it waits for no more than the commit.
    let number = store::insert_case(&mut tx, &thing, report, &process.state.step, at, actor).await?;
    tx.commit().await?;
    Ok(CaseStanding { id, number, status: process.state.step, version: process.version })
}

/// The kind of the record on which files hang.
pub(super) const OBJECT: &str = "case";

/// Who takes an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    /// Somebody.
    Actor,
    /// A timer.
    Timer,
    /// Somebody of a made city, who may act for the units to which the work is given.
    Made,
}

/// The unit that the table of categories names for a category. A bureau's office is the bureau's: 城管局(排水).
pub(super) fn department_of(category: &str) -> &'static str {
    let named = lifecycle::category(category).map_or("", |category| category.department.as_str());
    named.split('(').next().unwrap_or_default()
}

/// Takes an action with a case. What is sent again under one key is done once.
///
/// # Errors
/// 404 for a case out of scope, 403 without the permission, 409 for what can't be done now with what could, 422 for what is
/// wrong in the form.
pub(super) async fn act(
    map: &Map,
    actor: &Actor,
    id: i64,
    name: &str,
    draft: &ActionDraft,
    key: Option<&str>,
) -> Result<CaseStanding> {
    permit(actor, name)?;
    let mut tx = map.app.db.begin_at(actor, id).await?;
    let digest = digest_of(name, id, &json!(draft));
    let repeated = match key {
        Some(key) => flow_store::repeated(&mut tx, key, &digest).await?,
        None => None,
    };
    if repeated.is_none() {
        let case = readable(&mut tx, id).await?;
        let process = take(&map.app, Some(map), &mut tx, &case, name, draft, Hand::Actor).await?;
        if let Some(key) = key {
            flow_store::remember(&mut tx, key, &digest, &process).await?;
        }
    }
    let standing = store::standing(&mut tx, id).await?.ok_or_else(no_case)?;
    tx.commit().await?;
    Ok(standing)
}

/// Says something about a case to those who work on it; calls those who are named. Gives its id. What is sent again under
/// one key is said once.
///
/// # Errors
/// 404 for a case that the actor may not read, 409 for one that they only reported, 422 for what is wrong in it, somebody who
/// may not read the case among it.
pub(super) async fn comment(app: &App, actor: &Actor, id: i64, draft: &CommentDraft, key: Option<&str>) -> Result<i64> {
    forms::check_comment(draft)?;
    let at = app.clock.now();
    let mut tx = app.db.begin_at(actor, id).await?;
    let mut case = readable(&mut tx, id).await?;
    if only_reported(&mut tx, &case).await? {
        return Err(Error::Conflict(text(
            "内部意见由处理此事件的人员填写；如需补充情况，请催办时说明。",
            "Comments are for those who work on the case; say what is new when you urge it.",
        )));
    }
    let digest = digest_of("comment", id, &json!(draft));
    if let Some(key) = key
        && let Some((before, known)) = store::said_before(&mut tx, key).await?
    {
        tx.commit().await?;
        return if known.as_deref() == Some(&digest) { Ok(before) } else { Err(flow_store::other_request()) };
    }
    // It goes where the case goes: nobody moves the case between this and the end of the transaction.
    case.region = store::held_region(&mut tx, id).await?.ok_or_else(no_case)?;
    if !draft.mentions.is_empty() {
        let able = readers(&mut tx, &case).await?;
        if let Some(index) = draft.mentions.iter().position(|account| !able.contains(account)) {
            return Err(Error::field(
                format!("/mentions/{index}"),
                "所提到的人员无权查看此事件。",
                "Whoever is named here may not read this case.",
            ));
        }
    }
    let place = (OBJECT, case.id, case.region);
    let added = files::attach(&mut tx, "files", &draft.files, FileRole::Other, place, at).await?;
    let comment =
        store::insert_comment(&mut tx, &case, draft, &added, key.map(|key| (key, digest.as_str())), at).await?;
    tx.audit(AuditEntry {
        action: "case.comment",
        object: format!("case {id}"),
        region: case.region,
        detail: json!({"mentions": draft.mentions.len(), "files": added.len()}),
    });
    let message = NewMessage {
        key: None,
        object: format!("case {id}"),
        // Nobody learns by a message who reported a case that hides it.
        by: if hides(&case, actor) { String::new() } else { actor.name().to_owned() },
        detail: json!({"number": case.number, "title": case.title}),
    };
    tell(&mut tx, &draft.mentions, &notices::MENTIONED, &message).await?;
    tx.commit().await?;
    Ok(comment)
}

/// Whether somebody is the reporter whom a case hides.
fn hides(case: &WorkingCase, actor: &Actor) -> bool {
    case.is_protected && case.reporter.as_deref() == Some(actor.key())
}

/// Whether the reader has no other part in a case than to have reported it: what those who work on it say among themselves
/// isn't for them.
pub(super) async fn only_reported(tx: &mut Tx, case: &WorkingCase) -> Result<bool> {
    let actor = tx.actor().clone();
    if case.reporter.as_deref() != Some(actor.key()) || actor.may(ACCEPT_CASES) {
        return Ok(false);
    }
    let units = flow_store::units_of_reader(tx).await?;
    Ok(!store::had_work(tx, case.id, &units).await? && !store::held_work(tx, case.id, actor.key()).await?)
}

/// The accounts that may read what is said about a case: those with the permission there, and those of the units that work
/// on it; not who only reported it.
pub(super) async fn readers(tx: &mut Tx, case: &WorkingCase) -> Result<Vec<i64>> {
    let mut able = accounts_that_may(tx, READ_CASES, case.region).await?;
    if let Some(key) = case.reporter.as_deref()
        && let Some(reporter) = key.strip_prefix("account:").and_then(|id| id.parse::<i64>().ok())
        && able.contains(&reporter)
        && !accounts_that_may(tx, ACCEPT_CASES, case.region).await?.contains(&reporter)
        && !store::held_work(tx, case.id, key).await?
    {
        able.retain(|account| *account != reporter);
    }
    let units = store::units_at_work(tx, case.id).await?;
    able.extend(store::accounts_of_units(tx, &units, HANDLE_CASES.name).await?);
    Ok(able)
}

/// A case that the reader may read: any in scope with the permission, else one in which they or their unit have or had work, or
/// that they reported. Every other is as if it weren't there.
///
/// # Errors
/// 404 for what they may not read.
pub(super) async fn readable(tx: &mut Tx, id: i64) -> Result<WorkingCase> {
    let case = store::working_case(tx, id).await?.ok_or_else(no_case)?;
    let actor = tx.actor().clone();
    if actor.may(READ_CASES) || case.reporter.as_deref() == Some(actor.key()) {
        return Ok(case);
    }
    let units = flow_store::units_of_reader(tx).await?;
    if store::had_work(tx, id, &units).await? { Ok(case) } else { Err(no_case()) }
}

/// Refuses an action for which the actor lacks the permission, whatever the case: nothing is looked up for them.
fn permit(actor: &Actor, name: &str) -> Result<()> {
    let mut takers = CASE_FLOW.transitions.iter().filter(|one| one.action == name).flat_map(|one| &one.who).peekable();
    let Some(first) = takers.peek().and_then(|taker| taker.permission.clone()) else { return Ok(()) };
    if takers.any(|taker| taker.permission.as_ref().is_none_or(|permission| actor.may_named(permission))) {
        return Ok(());
    }
    Err(refused(&FlowRefusal { rule: FlowRule::Permission(first), legal: Vec::new() }))
}

/// Takes an action in a transaction, for an actor or a timer.
pub(super) async fn take(
    app: &App,
    map: Option<&Map>,
    tx: &mut Tx,
    case: &WorkingCase,
    name: &str,
    draft: &ActionDraft,
    hand: Hand,
) -> Result<FlowProcess> {
    let actor = tx.actor().clone();
    let at = app.clock.now();
    let calendar = time::load_calendar(tx).await?;
    let process = process_of(tx, case, true).await?;
    let definition = process.kept.definition.clone();
    let transition = definition.transition(name, Some(&process.state.step));
    let units = match hand {
        Hand::Made => process.state.tasks.iter().filter_map(|task| task.unit).collect(),
        Hand::Actor | Hand::Timer => flow_store::units_of_reader(tx).await?,
    };
    let mut action = action_of(case, &process, name, draft);
    if let Some(transition) = transition.filter(|_| hand != Hand::Timer) {
        forms::check(transition.form.as_deref(), draft)?;
        action.assignees = assignees(tx, case, transition, draft, &units).await?;
    }
    let severity = draft.severity.unwrap_or(case.severity);
    let facts = CaseView { case, process: &process, draft, severity, units: &units, at, calendar: &calendar };
    let guards = facts.guards(tx, &actor).await?;
    let decided = facts.with(&actor, &guards, hand, |facts| {
        if draft.version.is_some_and(|version| version != process.version) {
            return Err(refuse(&definition, Some(&process.state), facts, FlowRule::Version));
        }
        decide(&definition, Some(&process.state), &action, facts)
    });
    let decided = decided.map_err(|refusal| refused(&refusal))?;
    let place = match draft.place.filter(|_| name == "relocate") {
        Some([lon, lat]) => {
            let grid = map.and_then(|map| grid_at(map, lon, lat)).map(crate::spatial::region::RegionCode::get);
            let grid = grid.filter(|grid| actor.scope().contains(*grid));
            Some((lon, lat, grid.ok_or_else(|| outside("/place"))?))
        }
        None => None,
    };
    let added = files::attach(tx, "files", &draft.files, role_of(name), (OBJECT, case.id, process.region), at).await?;
    let entry = FlowEntry { note: draft.note.trim().to_owned(), detail: detail_of(draft, &added) };
    let asked = process.state.asks.clone();
    let before = process.state.step.clone();
    let next = flow_store::advance(tx, &process, &decided, &calendar, at, &entry).await?;
    store::write_step(tx, case, &next, name, draft, at, &calendar).await?;
    if let Some((lon, lat, region)) = place {
        store::move_case(tx, case.id, lon, lat, region).await?;
    }
    tx.audit(AuditEntry {
        action: "case.step",
        object: format!("case {}", case.id),
        region: case.region,
        detail: json!({"action": name, "from": before, "to": next.state.step}),
    });
    let by = if hides(case, &actor) { "" } else { actor.name() };
    tell_about(tx, &next, transition, (name, by), &asked).await?;
    if name == "file" {
        store::number_case(tx, case, at).await?;
    }
    Ok(next)
}

/// The process of a case; one that came from elsewhere is taken in now.
pub(super) async fn process_of(tx: &mut Tx, case: &WorkingCase, is_changed: bool) -> Result<FlowProcess> {
    if let Some(process) = flow_store::process(tx, case.id, is_changed).await? {
        return Ok(process);
    }
    current(tx).await?;
    let thing = Thing { id: case.id, region: case.region, label: &case.number, title: &case.title };
    flow_store::adopt(tx, PROCESS, &thing, &case.status, case.closed_at.unwrap_or(case.reported_at)).await?;
    flow_store::process(tx, case.id, is_changed)
        .await?
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("case {} stands in no step: {}", case.id, case.status)))
}

/// The definition as it ships; kept as a new version where the last is another.
pub(super) async fn current(tx: &mut Tx) -> Result<KeptDefinition> {
    match flow_store::newest(tx, PROCESS).await? {
        Some(last) if *last.definition == *CASE_FLOW => Ok(last),
        _ => {
            flow_store::keep(tx, &CASE_FLOW).await?;
            flow_store::newest(tx, PROCESS).await?.ok_or_else(|| Error::Internal(anyhow::anyhow!("no process is kept")))
        }
    }
}

/// What is looked at to decide about a case.
pub(super) struct CaseView<'a> {
    pub(super) case: &'a WorkingCase,
    pub(super) process: &'a FlowProcess,
    pub(super) draft: &'a ActionDraft,
    pub(super) severity: i16,
    pub(super) units: &'a [i64],
    pub(super) at: DateTime<Utc>,
    pub(super) calendar: &'a WorkCalendar,
}

impl CaseView<'_> {
    /// Which guards hold.
    pub(super) async fn guards(&self, tx: &mut Tx, actor: &Actor) -> Result<BTreeMap<&'static str, bool>> {
        let (case, draft) = (self.case, self.draft);
        let step = self.process.state.step.as_str();
        // Of what costs a question only that is asked which the step may need.
        let duplicates_seen =
            draft.duplicates_seen || step == "reported" && store::alike(tx, case, 1).await?.is_empty();
        let has_main_case = match draft.main.filter(|main| *main != case.id) {
            Some(main) => store::may_be_main(tx, main, &case.category).await?,
            None => false,
        };
        let is_reporter = case.reporter.as_deref() == Some(actor.key());
        let urged_at = if is_reporter { store::urged_at(tx, case.id, actor.key()).await? } else { None };
        let facts = GuardFacts {
            at: self.at,
            calendar: self.calendar,
            category: &case.category,
            severity: self.severity,
            demand: case.demand.as_deref(),
            run_at: &case.run_at,
            closed_at: case.closed_at,
            level: level_of(actor),
            duplicates_seen,
            has_main_case,
            urged_at,
            minutes: draft.hours.map(|hours| hours.saturating_mul(60)),
            review_at: draft.review_on.and_then(review_moment),
        };
        Ok(lifecycle::guards(Some(&self.process.state), &facts))
    }

    /// Runs something with the facts.
    pub(super) fn with<T>(
        &self,
        actor: &Actor,
        guards: &BTreeMap<&'static str, bool>,
        hand: Hand,
        run: impl FnOnce(&Facts<'_>) -> T,
    ) -> T {
        let permissions = |name: &str| actor.may_named(name);
        let is_reporter = self.case.reporter.as_deref() == Some(actor.key());
        let parties: &[&str] = if is_reporter { &["reporter"] } else { &[] };
        run(&Facts {
            actor: actor.key(),
            permissions: &permissions,
            level: level_of(actor),
            covers: actor.scope().contains(self.case.region),
            units: self.units,
            parties,
            guards,
            category: &self.case.category,
            severity: lifecycle::severity_key(self.severity),
            at: self.at,
            calendar: self.calendar,
            is_timer: hand == Hand::Timer,
        })
    }
}

/// The level at which somebody acts: that of their regions.
pub(super) fn level_of(actor: &Actor) -> Option<Level> {
    if actor.is_the_program() {
        return Some(Level::City);
    }
    actor.regions().iter().map(|region| region.level()).min()
}

/// The answer to a refusal: 403 where a permission is missing, else 409 with what could be done.
pub(super) fn refused(refusal: &FlowRefusal) -> Error {
    if let FlowRule::Permission(name) = &refusal.rule
        && let Some(known) = VOCABULARY.permissions.iter().find(|known| *known == name)
    {
        return Error::Forbidden(known);
    }
    Error::Refused(said(&refusal.rule), refusal.rule.name(), refusal.legal.clone())
}

/// What a rule says to people.
pub(super) fn said(rule: &FlowRule) -> crate::kernel::text::Text {
    let FlowRule::Guard(guard) = rule else { return rule.says() };
    match guard.as_str() {
        "duplicates_seen" => text("请先查看可能重复的事件。", "Look at the likely duplicates first."),
        "main_case" => text(
            "并入的事件应为同一小类、尚未办结的另一事件。",
            "The main case has to be another of the same minor category that is still open.",
        ),
        "is_question" => text("只有咨询可以直接答复。", "Only a question is answered directly."),
        "self_handled" => text("此类事件不能自行处置。", "Cases of this category aren't settled on the spot."),
        "before_due" => text("期限已过，不能再申请延期。", "The limit has ended; no extension can be asked for."),
        "extension_within_limit" => {
            text("延期合计不能超过原处置期限。", "Extensions together can't be longer than the limit itself.")
        }
        "first_extension" => {
            text("第二次延期由督办人员决定。", "A second extension is decided by who supervises cases.")
        }
        "return_in_time" => text(
            "申请回退须在派遣后 4 个工作小时内（或期限过半之前）提出。",
            "A return is asked for within four working hours of the dispatch, or before half of the limit is used.",
        ),
        "review_within_90_days" => {
            text("复查日期应在今后 90 天之内。", "The day of the review lies within the next 90 days.")
        }
        "own_matter" => text("此事件不由您所在层级结案。", "This case isn't closed at your level."),
        "once_a_day" => text("今天已经催办过一次。", "It was urged today already."),
        "closed_within_30_days" => {
            text("结案超过 30 天，不能重启。", "It was closed more than 30 days ago; report it anew.")
        }
        _ => rule.says(),
    }
}

pub(super) fn no_case() -> Error {
    Error::not_found("没有此事件，或不在您的辖区内。", "There is no such case, or not in your scope.")
}

fn outside(pointer: &'static str) -> Error {
    Error::field(pointer, "该位置不在您的辖区内。", "The place lies outside your regions.")
}

/// The end of a day, at which what stands still is looked at.
fn review_moment(date: NaiveDate) -> Option<DateTime<Utc>> {
    Some(CHINA.from_local_datetime(&date.and_hms_opt(8, 0, 0)?).single()?.to_utc())
}

fn action_of(case: &WorkingCase, process: &FlowProcess, name: &str, draft: &ActionDraft) -> FlowAction {
    let severity = draft.severity.unwrap_or(case.severity);
    // A case that came from elsewhere has no limits of its own yet when it is dispatched or opened again.
    let is_unlimited = !process.state.limits.contains_key("dispose");
    let needs_limits = name == "file" || is_unlimited && matches!(name, "dispatch" | "reopen");
    FlowAction {
        name: name.to_owned(),
        assignees: Vec::new(),
        minutes: draft.hours.map(|hours| hours.saturating_mul(60)),
        review_at: draft.review_on.and_then(review_moment),
        limits: if needs_limits { lifecycle::case_limits(&case.category, severity) } else { BTreeMap::new() },
    }
}

/// To whom an action gives the work, as far as they can do it.
async fn assignees(
    tx: &mut Tx,
    case: &WorkingCase,
    transition: &Transition,
    draft: &ActionDraft,
    units: &[i64],
) -> Result<Vec<Assignee>> {
    if !transition.assigns {
        return Ok(Vec::new());
    }
    let role = |role, unit| Assignee { role, unit: Some(unit), person: None };
    match transition.form.as_deref() {
        Some("dispatch") => {
            let named: Vec<i64> = draft.unit.into_iter().chain(draft.helpers.iter().copied()).collect();
            let able = store::units_that_handle(tx, &named).await?;
            if let Some(wrong) = named.iter().find(|unit| !able.contains(unit)) {
                let pointer = if draft.unit == Some(*wrong) { "/unit" } else { "/helpers" };
                return Err(Error::field(
                    pointer,
                    "所选单位不存在，或没有处置人员。",
                    "There is no such unit, or nobody in it handles cases.",
                ));
            }
            let helpers = draft.helpers.iter().map(|unit| role(TaskRole::Helper, *unit));
            Ok(draft.unit.map(|unit| role(TaskRole::Lead, unit)).into_iter().chain(helpers).collect())
        }
        Some("sub_assign") => match (draft.unit, draft.account) {
            (Some(unit), _) => {
                if !store::is_below(tx, unit, units).await? {
                    return Err(Error::field("/unit", "只能转派给本单位的下级。", "Only units below one's own."));
                }
                Ok(vec![role(TaskRole::Lead, unit)])
            }
            (None, Some(account)) => {
                let able = store::accounts_of_units(tx, units, HANDLE_CASES.name).await?;
                person(account, &able)
            }
            (None, None) => Ok(Vec::new()),
        },
        _ => {
            let account = draft.account.unwrap_or_default();
            let permission = super::model::CHECK_CASES;
            let able = accounts_that_may(tx, permission, case.region).await?;
            person(account, &able)
        }
    }
}

fn person(account: i64, able: &[i64]) -> Result<Vec<Assignee>> {
    if able.contains(&account) {
        let person = Some(format!("account:{account}"));
        return Ok(vec![Assignee { role: TaskRole::Lead, unit: None, person }]);
    }
    Err(Error::field("/account", "所选人员不能办理此项。", "This person can't do it."))
}

/// What files show that go with an action.
fn role_of(action: &str) -> FileRole {
    match action {
        "finish" => FileRole::After,
        "verify_true" | "verify_false" | "pass_check" | "fail_check" => FileRole::Check,
        _ => FileRole::Other,
    }
}

/// What the history keeps of a form beside the note: never who reported.
fn detail_of(draft: &ActionDraft, files: &[i64]) -> serde_json::Value {
    let mut detail = json!(draft);
    detail["files"] = json!(files);
    if let Some(fields) = detail.as_object_mut() {
        fields.remove("note");
        fields.remove("version");
        fields.retain(|_, value| !(value.is_null() || value == &json!(false) || value == &json!([])));
    }
    detail
}

/// Tells those whose turn it is.
async fn tell_about(
    tx: &mut Tx,
    process: &FlowProcess,
    transition: Option<&Transition>,
    (name, by): (&str, &str),
    asked: &BTreeMap<String, crate::flow::PendingAsk>,
) -> Result<()> {
    let message = |detail| NewMessage {
        key: Some(format!("{}:{}", process.id, name)),
        object: format!("case {}", process.id),
        by: by.to_owned(),
        detail,
    };
    let detail = json!({"number": process.label, "title": process.title});
    if transition.is_some_and(|transition| transition.assigns) || name == "supervise" {
        let units: Vec<i64> = process.state.tasks.iter().filter_map(|task| task.unit).collect();
        let mut to = store::accounts_of_units(tx, &units, HANDLE_CASES.name).await?;
        to.extend(process.state.tasks.iter().filter_map(|task| account_of(task.holder.as_deref())));
        let kind = if name == "supervise" { &notices::ORDERED } else { &notices::GIVEN };
        tell(tx, &to, kind, &message(detail)).await?;
    } else if let Some(ask) = transition.and_then(|transition| transition.decides.as_ref())
        && let Some(account) = asked.get(ask).and_then(|ask| account_of(Some(&ask.by)))
    {
        tell(tx, &[account], &notices::DECIDED, &message(detail)).await?;
    }
    Ok(())
}

/// The account behind a key.
pub(super) fn account_of(key: Option<&str>) -> Option<i64> {
    key?.strip_prefix("account:")?.parse().ok()
}

/// What identifies what was asked for, so that one key isn't used for two things.
fn digest_of(name: &str, id: i64, draft: &serde_json::Value) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{name} {id} {draft}").as_bytes());
    hex(&digest[..16])
}
