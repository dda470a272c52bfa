//! Entries that belong to no transaction: what was refused, what failed, what was read from memory.
//!
//! They go by a bounded queue to a writer of their own, so that whoever is refused a thousand times a second doesn't
//! hold up the server. What finds no room is counted, and the count is written.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;

use super::{AuditEntry, Outcome, Written};
use crate::kernel::{actor::Actor, db::Db};

/// So many may wait.
const ROOM: usize = 4_096;
/// Refusals leave this much of the room to reads: who is refused often must not hide what others read.
const RESERVED: usize = ROOM / 2;
/// So many are written at a time,
const BATCH: usize = 200;
/// with this pause between, so that a flood fills neither the disk nor the database's time: at most 800 a second.
const PAUSE: Duration = Duration::from_millis(250);
/// The pause after the database refused.
const AWAY: Duration = Duration::from_secs(2);

/// The queue of a database.
#[derive(Default)]
pub(crate) struct Notes {
    sender: OnceLock<mpsc::Sender<Written>>,
    dropped: Arc<AtomicU64>,
    waiting: Arc<AtomicU64>,
}

impl Notes {
    /// Takes an entry without waiting. The writer starts with the first.
    pub(crate) fn take(&self, db: &Db, note: Written) {
        let sender = self.sender.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(ROOM);
            tokio::spawn(write(db.clone(), receiver, self.dropped.clone(), self.waiting.clone()));
            sender
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let full = note.outcome != Outcome::Done && sender.capacity() <= RESERVED;
        if full || sender.try_send(note).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until what was taken is written, for so long at most.
    pub(crate) async fn settle(&self, patience: Duration) {
        let written = async {
            while self.waiting.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(patience, written).await.ok();
    }
}

async fn write(db: Db, mut receiver: mpsc::Receiver<Written>, dropped: Arc<AtomicU64>, waiting: Arc<AtomicU64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let taken = batch.len() as u64;
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let detail = serde_json::json!({ "count": lost });
            let entry = AuditEntry { action: "audit.dropped", object: String::new(), region: 0, detail };
            batch.push(Written::of(&Actor::system("audit"), Outcome::Failed, entry));
        }
        while let Err(error) = put(&db, &batch).await {
            if db.is_closed() {
                return;
            }
            tracing::warn!(%error, "audit entries can't be written now; they wait");
            tokio::time::sleep(AWAY).await;
        }
        batch.clear();
        waiting.fetch_sub(taken, Ordering::Relaxed);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn put(db: &Db, batch: &[Written]) -> Result<(), sqlx::Error> {
    let mut tx = db.plain().await?;
    for note in batch {
        note.write(&mut tx).await?;
    }
    tx.commit().await
}
