//! Every SQL statement of the engine. What was decided is written in the caller's transaction, with what the module writes of
//! its own: all of it or nothing.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    decide::Decided,
    definition::Definition,
    state::{FlowState, FlowTimer, Task, TaskRole, TimerKind},
};
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
    text::text,
    time::{LimitClock, WorkCalendar, YELLOW_FROM},
};

/// A definition with the version under which it is kept.
#[derive(Clone, Debug)]
pub struct KeptDefinition {
    /// Its version.
    pub version: i32,
    /// The definition.
    pub definition: Arc<Definition>,
}

/// Definitions that were read, by what identifies their text: a version's text never changes.
static READ: LazyLock<RwLock<HashMap<String, Arc<Definition>>>> = LazyLock::new(RwLock::default);

/// A process as it is kept.
#[derive(Clone, Debug)]
pub struct FlowProcess {
    /// The id of what goes through it.
    pub id: i64,
    /// The region in which that lies.
    pub region: i64,
    /// Its number, as people know it.
    pub label: String,
    /// What it is about, in a line.
    pub title: String,
    /// Counts what was done.
    pub version: i32,
    /// Whether it came from elsewhere, and nothing was done with it here yet.
    pub is_adopted: bool,
    /// Its definition, of the version with which it began.
    pub kept: KeptDefinition,
    /// Where it stands.
    pub state: FlowState,
}

/// What goes through a process.
#[derive(Clone, Copy, Debug)]
pub struct Thing<'a> {
    /// Its id.
    pub id: i64,
    /// The region in which it lies.
    pub region: i64,
    /// Its number, as people know it.
    pub label: &'a str,
    /// What it is about, in a line.
    pub title: &'a str,
}

/// What is kept with an action beside what was decided.
#[derive(Clone, Debug, Default)]
pub struct FlowEntry {
    /// What was said to it.
    pub note: String,
    /// What was filled in for it.
    pub detail: Value,
}

/// Keeps a definition: as a new version, where it isn't that of the last.
///
/// # Errors
/// When the database is away.
pub async fn keep(tx: &mut Tx, definition: &Definition) -> Result<i32> {
    let document = serde_json::to_value(definition).map_err(|error| Error::Internal(error.into()))?;
    // Two servers that start at once keep it once.
    sqlx::query!("select pg_advisory_xact_lock(hashtext('flow_definition:' || $1))", definition.name)
        .execute(&mut **tx)
        .await?;
    let version = sqlx::query_scalar!(
        r#"with last as (select version, definition from flow_definition where name = $1 order by version desc limit 1),
           new as (insert into flow_definition (name, version, definition)
                   select $1, coalesce((select version from last), 0) + 1, $2
                   where not exists (select from last where definition = $2) returning version)
           select coalesce((select version from new), (select version from last)) as "version!""#,
        definition.name,
        document
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(version)
}

/// The newest version of a definition.
///
/// # Errors
/// When the database is away.
pub async fn newest(tx: &mut Tx, name: &str) -> Result<Option<KeptDefinition>> {
    let row =
        sqlx::query!("select version, digest from flow_definition where name = $1 order by version desc limit 1", name)
            .fetch_optional(&mut **tx)
            .await?;
    match row {
        Some(row) => Ok(Some(definition(tx, name, row.version, &row.digest).await?)),
        None => Ok(None),
    }
}

async fn definition(tx: &mut Tx, name: &str, version: i32, digest: &str) -> Result<KeptDefinition> {
    if let Some(known) = READ.read().unwrap_or_else(PoisonError::into_inner).get(digest) {
        return Ok(KeptDefinition { version, definition: known.clone() });
    }
    let document =
        sqlx::query_scalar!("select definition from flow_definition where name = $1 and version = $2", name, version)
            .fetch_one(&mut **tx)
            .await?;
    let definition: Definition = serde_json::from_value(document).map_err(|error| Error::Internal(error.into()))?;
    let definition = Arc::new(definition);
    READ.write().unwrap_or_else(PoisonError::into_inner).insert(digest.to_owned(), definition.clone());
    Ok(KeptDefinition { version, definition })
}

/// A process in scope, held until the transaction ends where it is to be changed.
///
/// # Errors
/// When the database is away.
pub async fn process(tx: &mut Tx, id: i64, is_changed: bool) -> Result<Option<FlowProcess>> {
    if is_changed
        && sqlx::query_scalar!("select id from flow where id = $1 for update", id)
            .fetch_optional(&mut **tx)
            .await?
            .is_none()
    {
        return Ok(None);
    }
    let row = sqlx::query!(
        "select f.region, f.name, f.label, f.title, f.definition_version, f.version, f.is_adopted, f.state, d.digest
         from flow f join flow_definition d on d.name = f.name and d.version = f.definition_version where f.id = $1",
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kept = definition(tx, &row.name, row.definition_version, &row.digest).await?;
    let state = serde_json::from_value(row.state).map_err(|error| Error::Internal(error.into()))?;
    Ok(Some(FlowProcess {
        id,
        region: row.region,
        label: row.label,
        title: row.title,
        version: row.version,
        is_adopted: row.is_adopted,
        kept,
        state,
    }))
}

/// Lets what came from elsewhere stand in a step of its process. One that has a process keeps it.
///
/// # Errors
/// When the database is away.
pub async fn adopt(tx: &mut Tx, name: &str, thing: &Thing<'_>, step: &str, since: DateTime<Utc>) -> Result<()> {
    let actor = tx.actor().clone();
    sqlx::query!(
        "select adopt_flow($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        name,
        thing.id,
        thing.region,
        thing.label,
        thing.title,
        step,
        since,
        actor.key(),
        actor.name()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Begins a process with what was decided.
///
/// # Errors
/// When it is there already, or the database is away.
pub async fn begin(
    tx: &mut Tx,
    thing: &Thing<'_>,
    kept: &KeptDefinition,
    decided: &Decided,
    calendar: &WorkCalendar,
    entry: &FlowEntry,
) -> Result<FlowProcess> {
    let process = FlowProcess {
        id: thing.id,
        region: thing.region,
        label: thing.label.to_owned(),
        title: thing.title.to_owned(),
        version: 1,
        is_adopted: false,
        kept: kept.clone(),
        state: decided.state.clone(),
    };
    let moments = FlowMoments::of(&process, calendar);
    sqlx::query!(
        "insert into flow (id, region, name, definition_version, label, title, step, since, due_at, soon_at, asks, is_open, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        process.id,
        process.region,
        kept.definition.name,
        kept.version,
        process.label,
        process.title,
        process.state.step,
        process.state.since,
        moments.due_at,
        moments.soon_at,
        &moments.asks,
        moments.is_open,
        moments.state
    )
    .execute(&mut **tx)
    .await?;
    insert_history(tx, &process, decided, entry, process.state.since).await?;
    write_tasks(tx, &process, &[], &process.state.tasks, process.state.since).await?;
    write_timers(tx, &process, calendar).await?;
    Ok(process)
}

/// Writes what was decided for a process that this transaction holds.
///
/// # Errors
/// When the database is away.
pub async fn advance(
    tx: &mut Tx,
    process: &FlowProcess,
    decided: &Decided,
    calendar: &WorkCalendar,
    at: DateTime<Utc>,
    entry: &FlowEntry,
) -> Result<FlowProcess> {
    let next = update_flow(tx, process, &decided.state, calendar).await?;
    insert_history(tx, &next, decided, entry, at).await?;
    write_tasks(tx, &next, &process.state.tasks, &decided.state.tasks, at).await?;
    write_timers(tx, &next, calendar).await?;
    Ok(next)
}

/// Writes that tasks of a process have changed hands.
///
/// # Errors
/// When the database is away.
pub async fn write_hands(
    tx: &mut Tx,
    process: &FlowProcess,
    state: &FlowState,
    calendar: &WorkCalendar,
    at: DateTime<Utc>,
) -> Result<FlowProcess> {
    let next = update_flow(tx, process, state, calendar).await?;
    write_tasks(tx, &next, &process.state.tasks, &state.tasks, at).await?;
    Ok(next)
}

/// What stands in columns of its own beside the state.
struct FlowMoments {
    due_at: Option<DateTime<Utc>>,
    soon_at: Option<DateTime<Utc>>,
    asks: Vec<String>,
    is_open: bool,
    state: Value,
}

impl FlowMoments {
    fn of(process: &FlowProcess, calendar: &WorkCalendar) -> Self {
        let state = &process.state;
        let clock: Option<LimitClock> = state.clock;
        Self {
            due_at: clock.and_then(|clock| clock.due(calendar)),
            soon_at: clock.and_then(|clock| clock.reaches(calendar, YELLOW_FROM)),
            asks: state.asks.keys().cloned().collect(),
            is_open: process.kept.definition.step(&state.step).is_none_or(|step| !step.is_end),
            state: json!(state),
        }
    }
}

async fn update_flow(
    tx: &mut Tx,
    process: &FlowProcess,
    state: &FlowState,
    calendar: &WorkCalendar,
) -> Result<FlowProcess> {
    let next = FlowProcess { version: process.version + 1, is_adopted: false, state: state.clone(), ..process.clone() };
    let moments = FlowMoments::of(&next, calendar);
    let written = sqlx::query!(
        "update flow set version = $2, step = $3, since = $4, due_at = $5, soon_at = $6, asks = $7, is_open = $8, state = $9,
             is_adopted = false, label = $11, title = $12
         where id = $1 and version = $10",
        next.id,
        next.version,
        next.state.step,
        next.state.since,
        moments.due_at,
        moments.soon_at,
        &moments.asks,
        moments.is_open,
        moments.state,
        process.version,
        next.label,
        next.title
    )
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(Error::Conflict(text(
            "他人刚刚办理了此件，请刷新后重试。",
            "Somebody has gone on with it meanwhile; load it again.",
        )));
    }
    Ok(next)
}

async fn insert_history(
    tx: &mut Tx,
    process: &FlowProcess,
    decided: &Decided,
    entry: &FlowEntry,
    at: DateTime<Utc>,
) -> Result<()> {
    let actor = tx.actor().clone();
    let row = &decided.row;
    sqlx::query!(
        "insert into flow_history (flow_id, number, region, action, from_step, to_step, at, actor, actor_name, post, used_ms,
             in_time, due_before, due_after, minutes, note, detail, definition_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        process.id,
        process.version,
        process.region,
        row.action,
        row.from,
        row.to,
        at,
        actor.key(),
        actor.name(),
        actor.post(),
        row.used,
        row.in_time,
        row.due_before,
        row.due_after,
        row.minutes.and_then(|minutes| i32::try_from(minutes).ok()),
        entry.note,
        if entry.detail.is_null() { json!({}) } else { entry.detail.clone() },
        process.kept.version
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes how tasks differ from what they were: new ones, ended ones, others in other hands.
async fn write_tasks(
    tx: &mut Tx,
    process: &FlowProcess,
    before: &[Task],
    after: &[Task],
    at: DateTime<Utc>,
) -> Result<()> {
    let actor = tx.actor().clone();
    let is_open = |tasks: &[Task], number: u32| tasks.iter().any(|task| task.number == number && !task.is_done);
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let ended: Vec<i32> = before
        .iter()
        .filter(|task| !task.is_done && !is_open(after, task.number))
        .map(|task| number(task.number))
        .collect();
    if !ended.is_empty() {
        sqlx::query!(
            "update flow_task set ended_at = $3, ended_by = $4 where flow_id = $1 and number = any($2) and ended_at is null",
            process.id,
            &ended,
            at,
            actor.key()
        )
        .execute(&mut **tx)
        .await?;
    }
    for task in after.iter().filter(|task| !task.is_done) {
        let old = before.iter().find(|old| old.number == task.number);
        if old.is_some_and(|old| old == task) {
            continue;
        }
        // A task that comes back after a pause is there already, ended.
        sqlx::query!(
            "insert into flow_task (flow_id, number, region, name, step, role, permission, unit, holder, holder_name, opened_at, taken_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, called_by_key($9), $10, case when $9::text is null then null else $10::timestamptz end)
             on conflict (flow_id, number) do update set unit = excluded.unit, holder = excluded.holder,
                 holder_name = excluded.holder_name, taken_at = excluded.taken_at, ended_at = null, ended_by = null",
            process.id,
            number(task.number),
            process.region,
            process.kept.definition.name,
            process.state.step,
            if task.role == TaskRole::Lead { "lead" } else { "helper" },
            task.permission,
            task.unit,
            task.holder,
            at
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn write_timers(tx: &mut Tx, process: &FlowProcess, calendar: &WorkCalendar) -> Result<()> {
    let timers = process.state.timers(calendar);
    let kinds: Vec<String> = timers.iter().map(|timer| timer.kind.name().to_owned()).collect();
    let subjects: Vec<String> = timers.iter().map(|timer| timer.subject.clone()).collect();
    let moments: Vec<DateTime<Utc>> = timers.iter().map(|timer| timer.at).collect();
    sqlx::query!(
        "with wanted as (select * from unnest($3::text[], $4::text[], $5::timestamptz[]) w (kind, subject, due_at)),
         gone as (delete from flow_timer t where t.flow_id = $1 and t.fired_at is null
                  and not exists (select from wanted w where (w.kind, w.subject, w.due_at) = (t.kind, t.subject, t.due_at)))
         insert into flow_timer (flow_id, region, kind, subject, due_at) select $1, $2, kind, subject, due_at from wanted
         on conflict do nothing",
        process.id,
        process.region,
        &kinds,
        &subjects,
        &moments
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl TimerKind {
    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Undecided => "undecided",
            Self::Review => "review",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "yellow" => Self::Yellow,
            "red" => Self::Red,
            "undecided" => Self::Undecided,
            _ => Self::Review,
        }
    }
}

/// A timer of a process of this name that is due and that no other transaction has, and the id of its process. It counts as
/// fired with this transaction, and with nothing else.
///
/// # Errors
/// When the database is away.
pub async fn take_due_timer(tx: &mut Tx, name: &str, now: DateTime<Utc>) -> Result<Option<(i64, FlowTimer)>> {
    let row = sqlx::query!(
        "with due as (select t.flow_id, t.kind, t.subject, t.due_at
                      from flow_timer t join flow f on f.id = t.flow_id and f.name = $1
                      where t.fired_at is null and t.due_at <= $2 and (t.retry_at is null or t.retry_at <= $2)
                      order by t.due_at limit 1 for update of t, f skip locked)
         update flow_timer t set fired_at = $2 from due
         where (t.flow_id, t.kind, t.subject, t.due_at) = (due.flow_id, due.kind, due.subject, due.due_at)
         returning t.flow_id, t.kind, t.subject, t.due_at",
        name,
        now
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        (row.flow_id, FlowTimer { kind: TimerKind::named(&row.kind), subject: row.subject, at: row.due_at })
    }))
}

/// When the next timer of a process fires.
///
/// # Errors
/// When the database is away.
pub async fn next_timer(tx: &mut Tx, name: &str) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "select min(greatest(t.due_at, t.retry_at)) from flow_timer t join flow f on f.id = t.flow_id and f.name = $1
         where t.fired_at is null",
        name
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Puts a timer off that couldn't be fired.
///
/// # Errors
/// When the database is away.
pub async fn put_off_timer(tx: &mut Tx, id: i64, timer: &FlowTimer, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update flow_timer set retry_at = $5 where flow_id = $1 and kind = $2 and subject = $3 and due_at = $4",
        id,
        timer.kind.name(),
        timer.subject,
        timer.at,
        until
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was asked for under a key before, if it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The id of what went through a process.
    pub id: i64,
    /// The row of the history.
    pub number: i32,
}

/// What an actor asked for under a key before. The key is the transaction's from now on: whoever comes with it meanwhile waits.
///
/// # Errors
/// 422 when something else was asked for under it; when the database is away.
pub async fn repeated(tx: &mut Tx, key: &str, digest: &str) -> Result<Option<Repeated>> {
    let actor = tx.actor().key().to_owned();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 35))", actor, key)
        .execute(&mut **tx)
        .await?;
    let row =
        sqlx::query!("select flow_id, number, digest from flow_request where actor = $1 and key = $2", actor, key)
            .fetch_optional(&mut **tx)
            .await?;
    match row {
        None => Ok(None),
        Some(row) if row.digest == digest => Ok(Some(Repeated { id: row.flow_id, number: row.number })),
        Some(_) => Err(other_request()),
    }
}

/// Refuses a key under which something else was sent before.
#[must_use]
pub fn other_request() -> Error {
    Error::Invalid(text("此幂等键已用于另一次提交。", "This idempotency key was used for something else."), Vec::new())
}

/// Keeps what was done under a key.
///
/// # Errors
/// When the database is away.
pub async fn remember(tx: &mut Tx, key: &str, digest: &str, process: &FlowProcess) -> Result<()> {
    let actor = tx.actor().key().to_owned();
    sqlx::query!(
        "insert into flow_request (actor, key, flow_id, number, digest) values ($1, $2, $3, $4, $5)",
        actor,
        key,
        process.id,
        process.version,
        digest
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The units to which the reader belongs.
///
/// # Errors
/// When the database is away.
pub async fn units_of_reader(tx: &mut Tx) -> Result<Vec<i64>> {
    let unit = sqlx::query_scalar!("select reader_agency()").fetch_one(&mut **tx).await?;
    Ok(unit.into_iter().collect())
}

/// A row of a process's history.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct HistoryEntry {
    /// Its number: greater than that of every earlier one.
    pub number: i32,
    /// What was done; `imported` for what came from elsewhere.
    pub action: String,
    /// From which step.
    pub from_step: Option<String>,
    /// To which step.
    pub to_step: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, by their key; for who tells the history.
    #[serde(skip)]
    pub actor: String,
    /// By whom; nobody where it isn't told.
    pub by: String,
    /// In which post.
    pub post: String,
    /// What the step that was left used of its limit, in milliseconds of working time or of the clock.
    pub used_ms: Option<i64>,
    /// Whether the step that was left was within its limit.
    pub in_time: Option<bool>,
    /// By when the step had to be done before.
    pub due_before: Option<DateTime<Utc>>,
    /// By when the step has to be done after it.
    pub due_after: Option<DateTime<Utc>>,
    /// The minutes that were asked for or given.
    pub minutes: Option<i32>,
    /// What was said to it.
    pub note: String,
    /// What was filled in for it.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// The history of a process in scope, from its beginning.
///
/// # Errors
/// When the database is away.
pub async fn history(tx: &mut Tx, id: i64) -> Result<Vec<HistoryEntry>> {
    Ok(sqlx::query_as!(
        HistoryEntry,
        "select number, action, from_step, to_step, at, actor, actor_name as by, post, used_ms, in_time, due_before, due_after,
                minutes, note, detail
         from flow_history where flow_id = $1 order by number",
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}
