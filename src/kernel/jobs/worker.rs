//! A server's share of the background work.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use futures::{FutureExt, future::BoxFuture};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use super::{Job, JobKind, store};
use crate::kernel::{actor::Actor, app::App, error};

/// How often it is looked what is due.
const BEAT: Duration = Duration::from_secs(1);
/// How many jobs a server does at once.
const AT_ONCE: usize = 16;
/// How long what recurs is believed to be there.
const SCHEDULED: Duration = Duration::from_mins(10);

/// Forgets what has ended long ago.
const CLEAN: JobKind =
    JobKind::new("jobs.clean", ("清理已完成的后台任务", "Forget finished jobs"), clean).every(Duration::from_hours(1));

fn clean(app: App, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let mut tx = app.db.begin(&system()).await?;
        store::clean(&mut tx, app.clock.now()).await?;
        Ok(tx.commit().await?)
    })
}

fn system() -> Actor {
    Actor::system("jobs")
}

/// Does jobs of these kinds.
pub struct Worker {
    app: App,
    kinds: Vec<JobKind>,
    /// By which the jobs that it holds are known as its own.
    server: String,
}

impl Worker {
    /// Does jobs of these kinds, and cleans up after them.
    #[must_use]
    pub fn new(app: App, mut kinds: Vec<JobKind>) -> Self {
        kinds.push(CLEAN);
        Self { app, kinds, server: format!("{:016x}", rand::random::<u64>()) }
    }

    /// Does what is due, for as long as the server runs.
    pub async fn run(&self) {
        let mut running = JoinSet::new();
        let mut scheduled: Option<Instant> = None;
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // What ends makes room for what is due.
            tokio::select! {
                _ = beat.tick() => {}
                Some(_) = running.join_next() => while running.try_join_next().is_some() {}
            }
            if scheduled.is_none_or(|at| at.elapsed() > SCHEDULED) {
                match self.schedule().await {
                    Ok(()) => scheduled = Some(Instant::now()),
                    Err(error) => {
                        tracing::warn!(?error, "background work can't be scheduled now");
                        continue;
                    }
                }
            }
            match self.take(AT_ONCE - running.len()).await {
                Ok(jobs) => {
                    for (kind, job) in jobs {
                        let (app, server) = (self.app.clone(), self.server.clone());
                        running.spawn(async move { do_one(&app, &server, kind, job).await });
                    }
                }
                Err(error) => tracing::warn!(?error, "background work can't be looked for now"),
            }
        }
    }

    /// Lets go of what is held, when the server stops: another goes on with it at once.
    pub async fn release(&self) {
        let released = async {
            let mut tx = self.app.db.begin(&system()).await?;
            store::release(&mut tx, &self.server).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(?error, "jobs that were under way are taken up later");
        }
    }

    async fn schedule(&self) -> error::Result<()> {
        let mut tx = self.app.db.begin(&system()).await?;
        for kind in self.kinds.iter().filter(|kind| kind.every.is_some()) {
            store::schedule(&mut tx, kind.name, self.app.clock.now()).await?;
        }
        tx.commit().await
    }

    async fn take(&self, room: usize) -> error::Result<Vec<(JobKind, Job)>> {
        if room == 0 {
            return Ok(Vec::new());
        }
        let mut tx = self.app.db.begin(&system()).await?;
        let limit = i64::try_from(room).unwrap_or(1);
        let jobs = store::take(&mut tx, &self.kinds, &self.server, self.app.clock.now(), limit).await?;
        tx.commit().await?;
        let kind_of = |job: &Job| self.kinds.iter().find(|kind| kind.name == job.kind).copied();
        Ok(jobs.into_iter().filter_map(|job| Some((kind_of(&job)?, job))).collect())
    }
}

async fn do_one(app: &App, server: &str, kind: JobKind, job: Job) {
    let (id, tries) = (job.id, job.tries);
    let run = AssertUnwindSafe((kind.run)(app.clone(), job)).catch_unwind();
    let outcome = match tokio::time::timeout(kind.patience, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(anyhow!("it broke off; the server's log says where")),
        Err(_) => Err(anyhow!("it took more than {} s", kind.patience.as_secs())),
    };
    let problem = outcome.err().map(|error| format!("{error:#}").chars().take(500).collect::<String>());
    let now = app.clock.now();
    let next = match &problem {
        None => kind.every,
        Some(_) => kind.pause_after(tries),
    };
    if let Some(problem) = &problem {
        tracing::warn!(kind = kind.name, id, tries, %problem, gives_up = next.is_none(), "a job has failed");
    }
    let written = async {
        let mut tx = app.db.begin(&system()).await?;
        store::ran(&mut tx, id, server, problem.as_deref(), next.map(|pause| now + pause), now).await?;
        tx.commit().await
    };
    // What can't be written down is taken up again when its time is over.
    if let Err(error) = written.await {
        tracing::warn!(?error, kind = kind.name, id, "what became of a job can't be written down");
    }
}
