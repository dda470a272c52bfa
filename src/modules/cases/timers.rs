//! What cases do by themselves: open ones from elsewhere are taken in, and what falls due is done.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt, future::BoxFuture};

use super::{
    lifecycle::PROCESS,
    model::{ActionDraft, HANDLE_CASES},
    notices, store,
    work::{self, Hand},
};
use crate::{
    flow::{
        FlowTimer, TimerKind,
        store::{self as flow_store, Thing},
    },
    kernel::{
        self,
        actor::Actor,
        app::App,
        db::Tx,
        error::Error,
        jobs::{Job, JobKind},
        messages::{NewMessage, tell},
    },
};

/// How many cases are taken in at once.
const BATCH: i64 = 500;

/// A moment that is reached is acted on within a minute; one that is later tells of a server that doesn't keep up.
const LATE: i64 = 60;

/// After which time one that failed is tried again.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Fires what is due.
pub(super) const TIMERS: JobKind =
    JobKind::new("cases.timers", ("事件计时", "Timers of cases"), |app, _: Job| fire(app))
        .every(Duration::from_secs(10));

/// Takes in open cases that came from elsewhere.
pub(super) const ADOPTION: JobKind =
    JobKind::new("cases.adoption", ("接入既有事件", "Cases from elsewhere are taken in"), |app, _: Job| {
        adopt(app)
    })
    .every(Duration::from_secs(30));

fn fire(app: App) -> BoxFuture<'static, Result<()>> {
    async move { fire_timers(&app).await }.boxed()
}

/// Fires every timer of a case that is due.
///
/// # Errors
/// When the database is away.
pub async fn fire_timers(app: &App) -> Result<()> {
    while fire_next(app).await? {}
    Ok(())
}

/// When the next timer of a case fires.
///
/// # Errors
/// When the database is away.
pub async fn next_timer(app: &App) -> Result<Option<DateTime<Utc>>> {
    let mut tx = app.db.begin(&Actor::system("case-timer")).await?;
    let next = flow_store::next_timer(&mut tx, PROCESS).await?;
    tx.commit().await?;
    Ok(next)
}

/// Fires the timer that is due longest; false when none is. It has fired when the transaction is committed, and not before.
async fn fire_next(app: &App) -> Result<bool> {
    let actor = Actor::system("case-timer");
    let now = app.clock.now();
    let mut tx = app.db.begin(&actor).await?;
    let Some((id, timer)) = flow_store::take_due_timer(&mut tx, PROCESS, now).await? else { return Ok(false) };
    let late = (now - timer.at).num_seconds();
    if late > LATE {
        tracing::warn!(case = id, late, kind = timer.kind.name(), "a timer of a case fires late");
    }
    match act_on(app, &mut tx, id, &timer).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            tracing::error!(case = id, kind = timer.kind.name(), "a timer of a case can't be fired: {error}");
            tx.rollback().await?;
            // Those after it don't wait for it.
            let mut tx = app.db.begin(&actor).await?;
            flow_store::put_off_timer(&mut tx, id, &timer, now + RETRY_AFTER).await?;
            tx.commit().await?;
        }
    }
    Ok(true)
}

/// Does what a timer is set for: takes its action, or tells that a limit ends.
async fn act_on(app: &App, tx: &mut Tx, id: i64, timer: &FlowTimer) -> kernel::error::Result<()> {
    let case = store::working_case(tx, id).await?;
    let process = flow_store::process(tx, id, true).await?;
    let (Some(case), Some(process)) = (case, process) else { return Ok(()) };
    let action = process.kept.definition.transitions_from(&process.state.step).find(|transition| {
        transition.timer.as_deref().is_some_and(|name| match timer.kind {
            TimerKind::Review => name == "review",
            TimerKind::Red => name == "due" && timer.subject == process.state.step,
            TimerKind::Undecided => name == timer.subject,
            TimerKind::Yellow => false,
        })
    });
    let Some(action) = action.map(|transition| transition.action.clone()) else {
        return warn(tx, &process, timer).await;
    };
    let draft = ActionDraft::default();
    match work::take(app, None, tx, &case, &action, &draft, Hand::Timer).await {
        // What it is set for was done by somebody meanwhile.
        Err(Error::Refused(..)) => Ok(()),
        other => other.map(drop),
    }
}

/// Tells those who have the work in hand that its limit ends or has ended.
async fn warn(tx: &mut Tx, process: &flow_store::FlowProcess, timer: &FlowTimer) -> kernel::error::Result<()> {
    let open = || process.state.tasks.iter().filter(|task| !task.is_done);
    let mut to: Vec<i64> = open().filter_map(|task| work::account_of(task.holder.as_deref())).collect();
    // Nobody has it in hand: the unit is told; what anybody may take stands in everybody's list as it is.
    let units: Vec<i64> = open().filter(|task| task.holder.is_none()).filter_map(|task| task.unit).collect();
    to.extend(store::accounts_of_units(tx, &units, HANDLE_CASES.name).await?);
    let kind = if timer.kind == TimerKind::Yellow { &notices::SOON } else { &notices::LATE };
    let message = NewMessage {
        key: Some(process.id.to_string()),
        object: format!("case {}", process.id),
        by: String::new(),
        detail: serde_json::json!({"number": process.label, "title": process.title}),
    };
    tell(tx, &to, kind, &message).await
}

fn adopt(app: App) -> BoxFuture<'static, Result<()>> {
    async move { adopt_open(&app).await }.boxed()
}

/// Takes in every open case that came from elsewhere and that no process has yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_open(app: &App) -> Result<()> {
    while adopt_some(app).await? {}
    Ok(())
}

/// Takes in some of the open cases that no process has yet; false when there are none.
async fn adopt_some(app: &App) -> Result<bool> {
    let actor = Actor::system("case-adoption");
    let mut tx = app.db.begin(&actor).await?;
    work::current(&mut tx).await?;
    let cases = store::without_process(&mut tx, BATCH).await?;
    for case in &cases {
        let thing = Thing { id: case.id, region: case.region, label: &case.number, title: &case.title };
        flow_store::adopt(&mut tx, PROCESS, &thing, &case.status, case.reported_at).await?;
    }
    store::forget_keys(&mut tx).await?;
    tx.commit().await?;
    Ok(i64::try_from(cases.len()).is_ok_and(|count| count == BATCH))
}
