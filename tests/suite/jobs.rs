//! Background work: nothing is lost, nothing is done for what was never committed, and one server does it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use chrono::TimeDelta;
use gridhall::kernel::{
    actor::Actor,
    app::App,
    jobs::{self, Job, JobKind, Worker},
};
use serde_json::json;
use sqlx::PgConnection;

use crate::common::City;

fn actor() -> Actor {
    Actor::system("test")
}

/// Starts a server's worker.
fn start(app: &App, kinds: &[JobKind]) -> (Arc<Worker>, tokio::task::JoinHandle<()>) {
    let worker = Arc::new(Worker::new(app.clone(), kinds.to_vec()));
    let working = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run().await }
    });
    (worker, working)
}

/// Waits until no job of a kind waits to be done now, or runs.
async fn settle(sql: &mut PgConnection, kind: &JobKind, app: &App) {
    for _ in 0..200 {
        let left: i64 = sqlx::query_scalar(
            "select count(*) from job where kind = $1 and (state = 'running' or state = 'waiting' and due_at <= $2)",
        )
        .bind(kind.name)
        .bind(app.clock.now())
        .fetch_one(&mut *sql)
        .await
        .unwrap();
        if left == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} isn't done within ten seconds", kind.name);
}

async fn state_of(sql: &mut PgConnection, id: i64) -> (String, i32, Option<String>) {
    sqlx::query_as("select state, tries, problem from job where id = $1").bind(id).fetch_one(sql).await.unwrap()
}

static ONCE_RUNS: AtomicUsize = AtomicUsize::new(0);
const ONCE: JobKind = JobKind::new("test.once", ("", ""), |_, job: Job| {
    Box::pin(async move {
        assert_eq!(job.payload["newest"], true);
        ONCE_RUNS.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Ok(())
    })
});

#[tokio::test]
async fn work_is_done_once_when_its_transaction_is_committed_and_again_when_asked_for_while_it_runs() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    let enqueue = async |payload| {
        let mut tx = app.db.begin(&actor()).await.unwrap();
        let id = jobs::enqueue(&mut tx, &ONCE, Some("a"), &payload, app.clock.now()).await.unwrap();
        (tx, id)
    };
    // Taken back, cut off, and then asked for twice.
    let (tx, _) = enqueue(json!({"newest": false})).await;
    tx.rollback().await.unwrap();
    drop(enqueue(json!({"newest": false})).await);
    let (tx, first) = enqueue(json!({"newest": false})).await;
    tx.commit().await.unwrap();
    let (tx, second) = enqueue(json!({"newest": true})).await;
    tx.commit().await.unwrap();
    assert_eq!(first, second, "what waits already is done once");
    // Two servers look for it.
    let workers = [start(app, &[ONCE]), start(app, &[ONCE])];
    while ONCE_RUNS.load(SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (tx, third) = enqueue(json!({"newest": true})).await;
    tx.commit().await.unwrap();
    assert_eq!(third, first);
    settle(&mut sql, &ONCE, app).await;
    assert_eq!((ONCE_RUNS.load(SeqCst), state_of(&mut sql, first).await.0.as_str()), (2, "done"));
    for (_, working) in workers {
        working.abort();
    }
}

static FAILING_RUNS: AtomicUsize = AtomicUsize::new(0);
const FAILING: JobKind = JobKind {
    again: &[60, 3600],
    patience: Duration::from_secs(1),
    ..JobKind::new("test.failing", ("", ""), |_, job: Job| {
        Box::pin(async move {
            FAILING_RUNS.fetch_add(1, SeqCst);
            match job.tries {
                1 => anyhow::bail!("the other side is away"),
                2 => panic!("a fault"),
                3 => std::future::pending().await,
                _ => Ok(()),
            }
        })
    })
};

#[tokio::test]
async fn what_fails_is_tried_again_later_then_put_aside_and_can_be_taken_up() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    let mut tx = app.db.begin(&actor()).await.unwrap();
    let id = jobs::enqueue(&mut tx, &FAILING, None, &json!({}), app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (_, working) = start(app, &[FAILING]);
    let mut seen = Vec::new();
    for wait in [0, 61, 3601] {
        app.clock.advance(TimeDelta::seconds(wait));
        let tried = FAILING_RUNS.load(SeqCst);
        while FAILING_RUNS.load(SeqCst) == tried {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        settle(&mut sql, &FAILING, app).await;
        seen.push(state_of(&mut sql, id).await);
    }
    let row = |state: &str, tries, problem: &str| (state.to_owned(), tries, Some(problem.to_owned()));
    assert_eq!(
        seen,
        [
            row("waiting", 1, "the other side is away"),
            row("waiting", 2, "it broke off; the server's log says where"),
            row("dead", 3, "it took more than 1 s"),
        ]
    );
    let mut tx = app.db.begin(&actor()).await.unwrap();
    let dead = jobs::dead(&mut tx, 0, 10).await.unwrap();
    assert_eq!(dead.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(), [(id, 3)]);
    assert!(jobs::retry(&mut tx, id, app.clock.now()).await.unwrap());
    assert!(!jobs::retry(&mut tx, id, app.clock.now()).await.unwrap(), "it waits already");
    tx.commit().await.unwrap();
    // It begins anew, and fails as at first.
    while state_of(&mut sql, id).await != row("waiting", 1, "the other side is away") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    working.abort();
}

const ASKED: JobKind = JobKind {
    again: &[],
    ..JobKind::new("test.asked", ("", ""), |app, job: Job| {
        Box::pin(async move {
            let asker = job.asker(&app).await?;
            anyhow::ensure!(asker.permissions().eq(["map.read"]), "{asker:?}");
            Ok(())
        })
    })
};

#[tokio::test]
async fn a_job_runs_with_the_rights_that_its_asker_holds_by_then() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    let token = city.token(&["360502001"], &["map.read"]).await;
    let headers =
        [(axum::http::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())].into_iter().collect();
    let asker = app.auth.actor(&headers).await.unwrap();
    let mut states = Vec::new();
    for revoked in [false, true] {
        let mut tx = app.db.begin(&asker).await.unwrap();
        let id = jobs::enqueue(&mut tx, &ASKED, None, &json!({}), app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        if revoked {
            let end = "update token set revoked_at = now() where name = 'test'";
            sqlx::query(end).execute(&mut sql).await.unwrap();
        }
        let (_, working) = start(app, &[ASKED]);
        settle(&mut sql, &ASKED, app).await;
        working.abort();
        let (state, _, problem) = state_of(&mut sql, id).await;
        states.push((state, problem));
    }
    let refused = Some("Unauthorised".to_owned());
    assert_eq!(states, [("done".to_owned(), None), ("dead".to_owned(), refused)]);
}

static RECURRING_RUNS: AtomicUsize = AtomicUsize::new(0);
const RECURRING: JobKind = JobKind::new("test.recurring", ("", ""), |_, _| {
    Box::pin(async move {
        if RECURRING_RUNS.fetch_add(1, SeqCst) == 1 {
            // The server stops in the middle of this run.
            std::future::pending::<()>().await;
        }
        Ok(())
    })
})
.every(Duration::from_hours(1));

#[tokio::test]
async fn what_recurs_is_done_by_one_server_and_by_another_when_that_one_stops() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    let first = start(app, &[RECURRING]);
    let runs = async |count| {
        for _ in 0..200 {
            if RECURRING_RUNS.load(SeqCst) == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} runs, not {count}", RECURRING_RUNS.load(SeqCst));
    };
    runs(1).await;
    settle(&mut sql, &RECURRING, app).await;
    let second = start(app, &[RECURRING]);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    runs(1).await;
    app.clock.advance(TimeDelta::seconds(3601));
    runs(2).await;
    first.1.abort();
    first.0.release().await;
    runs(3).await;
    settle(&mut sql, &RECURRING, app).await;
    let rows: i64 =
        sqlx::query_scalar("select count(*) from job where kind = 'test.recurring'").fetch_one(&mut sql).await.unwrap();
    assert_eq!(rows, 1);
    second.1.abort();
}

static UNABLE_RUNS: AtomicUsize = AtomicUsize::new(0);
const UNABLE: JobKind = JobKind::new("test.unable", ("", ""), |_, _| {
    Box::pin(async move {
        UNABLE_RUNS.fetch_add(1, SeqCst);
        anyhow::bail!("this server can't")
    })
})
.every(Duration::from_secs(2));
const ABLE: JobKind = JobKind { run: |_, _| Box::pin(async { Ok(()) }), ..UNABLE };

#[tokio::test]
async fn what_a_server_can_not_do_that_recurs_is_anothers_at_its_next_time() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    let unable = start(app, &[UNABLE]);
    while UNABLE_RUNS.load(SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    settle(&mut sql, &UNABLE, app).await;
    let of = "select server, problem from job where kind = 'test.unable'";
    let (server, problem): (Option<String>, Option<String>) = sqlx::query_as(of).fetch_one(&mut sql).await.unwrap();
    assert_eq!((server, problem.as_deref()), (None, Some("this server can't")));
    unable.1.abort();
    let able = start(app, &[ABLE]);
    // Two seconds on it is due, and not yet so late that it would be taken from whoever holds it.
    app.clock.advance(TimeDelta::seconds(3));
    settle(&mut sql, &UNABLE, app).await;
    let (server, problem): (Option<String>, Option<String>) = sqlx::query_as(of).fetch_one(&mut sql).await.unwrap();
    assert!(server.is_some() && problem.is_none(), "{server:?} {problem:?}");
    able.1.abort();
}
