//! Entries that belong to no transaction: what was refused, what failed, what was read from memory.
//!
//! They go by a bounded queue to a writer of their own, so that whoever is refused a thousand times a second doesn't
//! hold up the server. A refusal that finds no room is counted, and the count is written. A read is on the disk (`journal`)
//! before anything is given, and where it finds no room nothing is given.

use std::{
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::sync::mpsc;

use super::{
    connections::Connections,
    journal::{Journal, Leftover},
    store,
};
use crate::kernel::{
    actor::Actor,
    audit_entry::{AuditEntry, AuditRecord, Outcome},
    error::{self, Error},
};

/// So many may wait.
const ROOM: usize = 4_096;
/// Refusals leave this much of the room to reads: who is refused often must not hide what others read. As many reads may wait
/// to be written; until then nobody is given more.
const RESERVED: usize = ROOM / 2;
/// So many are written at a time,
const BATCH: usize = 200;
/// with this pause between while only refusals wait, so that a flood of them fills neither the disk nor the database's time:
/// at most 800 a second.
const PAUSE: Duration = Duration::from_millis(250);
/// The pause after the database refused.
const AWAY: Duration = Duration::from_secs(2);

/// An entry that waits, and its number in the journal where it is in there.
struct WaitingNote {
    note: AuditRecord,
    number: Option<u64>,
    is_read: bool,
}

/// The queue of a database.
#[derive(Default)]
pub(super) struct Notes {
    sender: OnceLock<mpsc::Sender<WaitingNote>>,
    journal: OnceLock<Journal>,
    dropped: AtomicU64,
    waiting: AtomicU64,
    /// How many of those that wait are reads.
    reads: AtomicUsize,
}

impl Notes {
    /// Keeps a journal of reads in a folder from now on, and writes what was left in it by a server that has ended.
    ///
    /// # Errors
    /// When the folder can't be written, or the database refuses.
    pub(super) async fn keep_journal(&self, db: &Arc<Connections>, folder: &Path) -> Result<()> {
        let (journal, left) = Journal::open(folder)?;
        write_leftover(db, left).await?;
        journal.settle(&[])?;
        self.journal.set(journal).ok();
        Ok(())
    }

    /// Takes what was refused or failed, without waiting. The writer starts with the first.
    pub(super) fn take(self: &Arc<Self>, db: &Arc<Connections>, note: AuditRecord) {
        let sender = self.sender(db);
        let full = note.outcome != Outcome::Done && sender.capacity() <= RESERVED;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if full || sender.try_send(WaitingNote { note, number: None, is_read: false }).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes what is about to be given to a reader. It waits for the disk, and so isn't for a task that answers others.
    ///
    /// # Errors
    /// 503 where too many wait to be written, or the disk refuses: then nothing may be given.
    pub(super) fn take_read(self: &Arc<Self>, db: &Arc<Connections>, note: AuditRecord) -> error::Result<()> {
        if self.reads.fetch_add(1, Ordering::AcqRel) >= RESERVED {
            self.reads.fetch_sub(1, Ordering::AcqRel);
            return Err(Error::Busy);
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let kept = self.journal.get().map(|journal| journal.append(&note)).transpose();
        let sent = kept.map_err(Error::from).and_then(|number| {
            // What is in the journal and finds no room here would stay in it for good; room is kept for so many.
            self.sender(db).try_send(WaitingNote { note, number, is_read: true }).map_err(|_| Error::Busy)
        });
        if sent.is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.reads.fetch_sub(1, Ordering::AcqRel);
        }
        sent
    }

    /// Whether reads are kept on a disk, which takes a moment.
    pub(super) fn has_journal(&self) -> bool {
        self.journal.get().is_some()
    }

    fn sender(self: &Arc<Self>, db: &Arc<Connections>) -> &mpsc::Sender<WaitingNote> {
        self.sender.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(ROOM);
            tokio::spawn(write(db.clone(), receiver, self.clone()));
            sender
        })
    }

    /// Waits until what was taken is written, for so long at most.
    pub(super) async fn settle(&self, patience: Duration) {
        let written = async {
            while self.waiting.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(patience, written).await.ok();
    }
}

async fn write(db: Arc<Connections>, mut receiver: mpsc::Receiver<WaitingNote>, notes: Arc<Notes>) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let lost = notes.dropped.swap(0, Ordering::Relaxed);
        let lost = (lost > 0).then(|| {
            let detail = serde_json::json!({ "count": lost });
            let entry = AuditEntry { action: "audit.dropped", object: String::new(), region: 0, detail };
            AuditRecord::of(&Actor::system("audit"), Outcome::Failed, entry)
        });
        while let Err(error) = put(&db, batch.iter().map(|waiting| &waiting.note).chain(&lost)).await {
            if db.pool.is_closed() {
                return;
            }
            tracing::warn!(%error, "audit entries can't be written now; they wait");
            if matches!(Error::from(error), Error::StorageFull) {
                db.storage.found_full();
            }
            tokio::time::sleep(AWAY).await;
        }
        let reads = batch.iter().filter(|waiting| waiting.is_read).count();
        let numbers: Vec<u64> = batch.iter().filter_map(|waiting| waiting.number).collect();
        if let Some(journal) = notes.journal.get()
            && let Err(error) = journal.settle(&numbers)
        {
            tracing::warn!(%error, "the audit's journal can't be emptied");
        }
        notes.reads.fetch_sub(reads, Ordering::AcqRel);
        notes.waiting.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        batch.clear();
        if reads == 0 {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn put(db: &Arc<Connections>, batch: impl Iterator<Item = &AuditRecord>) -> Result<(), sqlx::Error> {
    let mut tx = db.plain().await?;
    for note in batch {
        store::insert(&mut tx, note).await?;
    }
    tx.commit().await
}

/// Writes what journals held, but for what is in the database already: a crash may come between the two.
async fn write_leftover(db: &Arc<Connections>, left: Leftover) -> Result<()> {
    if left.lines.is_empty() {
        left.remove();
        return Ok(());
    }
    let mut conn = db.auditor().await?;
    let mut written = 0;
    for line in &left.lines {
        written += store::insert_again(&mut conn, line).await?;
    }
    tracing::info!(lines = left.lines.len(), written, "reads that an earlier run had kept are in the audit");
    left.remove();
    Ok(())
}
