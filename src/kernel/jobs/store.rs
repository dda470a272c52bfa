//! The statements of jobs.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Job, JobKind};
use crate::kernel::{db::Tx, error::Result};

/// How long what was done is kept.
const DONE_HOURS: i32 = 24;
/// How long what was put aside is kept.
const DEAD_DAYS: i32 = 90;
/// A job that recurs stays with one server, until it is this late.
const LATE: Duration = Duration::from_secs(30);
/// What a server that has vanished held is taken over so long after its patience.
const GRACE: Duration = Duration::from_secs(10);

/// Has something done once this transaction is committed, from `due_at` on. What waits already under the same key is done
/// once, with the newer payload; what runs already under it runs once more. Gives the job's id.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(
    tx: &mut Tx,
    kind: &JobKind,
    key: Option<&str>,
    payload: &Value,
    due_at: DateTime<Utc>,
) -> Result<i64> {
    let actor = tx.actor().clone();
    Ok(sqlx::query_scalar!(
        "insert into job (kind, key, payload, asked_by, holding_id, due_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (kind, key) where key is not null and state in ('waiting', 'running')
             do update set payload = excluded.payload, asked_again = job.state = 'running',
                           due_at = least(job.due_at, excluded.due_at)
         returning id",
        kind.name,
        key,
        payload,
        actor.key(),
        actor.person().and_then(|person| person.holding),
        due_at
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Sees to it that what recurs is there.
pub(super) async fn schedule(tx: &mut Tx, kind: &str, due_at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into job (kind, recurs, asked_by, due_at) values ($1, true, 'system', $2) on conflict (kind) where recurs do nothing",
        kind,
        due_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes jobs of these kinds that are due, for a server. What recurs comes first.
pub(super) async fn take(
    tx: &mut Tx,
    kinds: &[JobKind],
    server: &str,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Job>> {
    let names: Vec<String> = kinds.iter().map(|kind| kind.name.to_owned()).collect();
    let patience: Vec<f64> = kinds.iter().map(|kind| (kind.patience + GRACE).as_secs_f64()).collect();
    let rows = sqlx::query!(
        r#"with due as (
               select j.id, k.patience from job j join unnest($1::text[], $2::float8[]) k(kind, patience) on k.kind = j.kind
               where (j.state = 'waiting' and j.due_at <= $4 or j.state = 'running' and j.held_until < now())
                 and (not j.recurs or coalesce(j.server, $3) = $3 or j.due_at <= $4 - make_interval(secs => $5))
               order by j.recurs desc, j.due_at limit $6 for update of j skip locked
           )
           update job set state = 'running', tries = tries + 1, server = $3, held_until = now() + make_interval(secs => due.patience)
           from due where job.id = due.id
           returning job.id, kind, payload, tries, asked_by, holding_id"#,
        &names,
        &patience,
        server,
        now,
        LATE.as_secs_f64(),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    let jobs = rows.into_iter().map(|row| Job {
        id: row.id,
        kind: row.kind,
        payload: row.payload,
        tries: row.tries.unsigned_abs(),
        asked_by: row.asked_by,
        holding: row.holding_id,
    });
    Ok(jobs.collect())
}

/// Writes down what became of a job that this server ran: `problem` is what went wrong, `next` when it is to run again.
/// Without `next` it has ended, unless it was asked for again meanwhile. What recurs stays with this server only while it
/// goes well: another may be able to do what this one can't. Another server may have taken it: then it is that
/// one's to say.
pub(super) async fn ran(
    tx: &mut Tx,
    id: i64,
    server: &str,
    problem: Option<&str>,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update job set
             state = case when $4::timestamptz is not null or asked_again then 'waiting' when $3::text is null then 'done' else 'dead' end,
             due_at = coalesce($4, $5), problem = $3, tries = case when $3 is null or $4 is null and asked_again then 0 else tries end,
             ended_at = case when $4 is null and not asked_again then $5 end, asked_again = false, held_until = null,
             server = case when $3 is null then server end
         where id = $1 and server = $2 and state = 'running'",
        id,
        server,
        problem,
        next,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets go of what a server holds that stops: another may go on at once.
pub(super) async fn release(tx: &mut Tx, server: &str) -> Result<()> {
    sqlx::query!(
        "update job set state = 'waiting', held_until = null, server = null, tries = tries - 1 where server = $1 and state = 'running'",
        server
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets what was done a day ago, and what was put aside three months ago.
pub(super) async fn clean(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "delete from job where state = 'done' and ended_at < $1::timestamptz - make_interval(hours => $2)
                            or state = 'dead' and ended_at < $1::timestamptz - make_interval(days => $3)",
        now,
        DONE_HOURS,
        DEAD_DAYS
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many jobs of a kind are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// The kind's name.
    pub kind: String,
    /// waiting, running, done or dead.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// How many jobs there are, by kind and state.
///
/// # Errors
/// When the database is away.
pub async fn counts(tx: &mut Tx) -> Result<Vec<JobCount>> {
    Ok(sqlx::query_as!(
        JobCount,
        r#"select kind, state, count(*) as "count!" from job group by kind, state order by kind, state"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A job that was put aside.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: i64,
    /// Its kind's name.
    pub kind: String,
    /// How often it was tried.
    pub tries: i32,
    /// What went wrong at last.
    pub problem: String,
    /// When it was put aside.
    pub ended_at: DateTime<Utc>,
}

/// Jobs that were put aside, by id from the one after `after`.
///
/// # Errors
/// When the database is away.
pub async fn dead(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Listed>> {
    Ok(sqlx::query_as!(
        Listed,
        r#"select id, kind, tries, coalesce(problem, '') as "problem!", coalesce(ended_at, created_at) as "ended_at!"
           from job where state = 'dead' and id > $1 order by id limit $2"#,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Has a job tried again that was put aside. Gives whether there is one; where the same work waits anew already there is
/// nothing to try again.
///
/// # Errors
/// When the database is away.
pub async fn retry(tx: &mut Tx, id: i64, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update job set state = 'waiting', due_at = $2, tries = 0, ended_at = null, server = null
         where id = $1 and state = 'dead'
           and not exists (select from job o where o.kind = job.kind and o.key = job.key and o.state in ('waiting', 'running'))",
        id,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
