//! `gridhall jobs`: background work that was put aside.

use anyhow::{Result, ensure};
use chrono::Utc;
use clap::Subcommand;

use crate::kernel::{
    actor::Actor,
    audit_entry::AuditEntry,
    config::Config,
    db::{Database, Db},
    jobs,
    time::CHINA,
};

/// Rows of one answer.
const PAGE: i64 = 200;

#[derive(Subcommand)]
pub(super) enum Jobs {
    /// List the jobs that were given up, with what went wrong.
    List,
    /// Have one tried again.
    Retry {
        /// Its number in the list.
        id: i64,
    },
}

pub(super) async fn run(config: &Config, command: Jobs) -> Result<()> {
    let database = Database::open(config).await?;
    let db = database.app();
    let done = match command {
        Jobs::List => list(&db).await,
        Jobs::Retry { id } => retry(&db, id).await,
    };
    db.close().await;
    database.close().await?;
    done
}

async fn list(db: &Db) -> Result<()> {
    let mut after = 0;
    loop {
        let mut tx = db.begin(&Actor::system("console")).await?;
        let page = jobs::dead(&mut tx, after, PAGE).await?;
        tx.commit().await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for job in &page {
            let ended = job.ended_at.with_timezone(&CHINA).format("%Y-%m-%d %H:%M");
            println!("{}\t{}\t{ended}\t{} tries\t{}", job.id, job.kind, job.tries, job.problem);
        }
    }
}

async fn retry(db: &Db, id: i64) -> Result<()> {
    let mut tx = db.begin(&Actor::system("console")).await?;
    let found = jobs::retry(&mut tx, id, Utc::now()).await?;
    ensure!(found, "no job {id} was given up, or the same work waits already");
    tx.audit(AuditEntry { action: "job.retry", object: format!("job {id}"), region: 0, detail: serde_json::json!({}) });
    tx.commit().await?;
    println!("job {id} is tried again when a server runs");
    Ok(())
}
