//! The application's side of the database: its only door is a transaction that belongs to an actor.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use sqlx::{PgConnection, postgres::PgConnectOptions};

use super::{
    connections::Connections,
    notes::Notes,
    scope::{actor_settings, scope_statement, set_clearance},
    storage::Storage,
    store,
    tx::Tx,
};
use crate::{
    kernel::{
        actor::Actor,
        audit_entry::{AuditEntry, AuditRecord, Outcome},
        error,
        masked::Cleared,
        permission::{READ_AUDIT, SEE_SENSITIVE, SEE_SPECIAL},
    },
    spatial::scope::Scope,
};

/// How often it is looked whether a full disk has room again.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(5);

/// How long a transaction may take to begin: more than a moment, and the database is as good as away.
const SILENT: Duration = Duration::from_secs(5);

/// The application's database: its only door is a transaction that belongs to an actor.
#[derive(Clone)]
pub struct Db {
    connections: Arc<Connections>,
    notes: Arc<Notes>,
}

impl Db {
    /// Over so many connections at most.
    pub(super) fn over(options: PgConnectOptions, connections: u32) -> Self {
        Self { connections: Arc::new(Connections::over(options, connections)), notes: Arc::default() }
    }

    /// Begins a transaction that sees and writes what the actor may, and that records what they did.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, actor: &Actor) -> error::Result<Tx> {
        self.begin_within(actor.scope(), actor).await
    }

    /// Begins a transaction for an id or a region that may lie elsewhere than the actor's regions: in the cell that its upper
    /// bits name. One PostgreSQL holds every cell today, so it is the same connection; what reads one thing by its id begins
    /// here, so that it stays a matter of choosing one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_at(&self, actor: &Actor, _place: i64) -> error::Result<Tx> {
        self.begin(actor).await
    }

    async fn begin_within(&self, scope: &Scope, actor: &Actor) -> error::Result<Tx> {
        let statement = scope_statement(scope, true) + &actor_settings(actor);
        let begun = Tx::begin(&self.connections.pool, actor, &statement);
        // A host that has vanished says nothing at all, and TCP waits for it for a quarter of an hour.
        let begun = tokio::time::timeout(SILENT, begun).await;
        Ok(begun.map_err(|_| error::Error::away(&"it doesn't answer"))??)
    }

    /// Begins a transaction that sees the audit as well, for who holds its permission.
    ///
    /// # Errors
    /// 403 without the permission; when the database is away.
    pub async fn begin_audit(&self, actor: &Actor) -> error::Result<Tx> {
        actor.require(READ_AUDIT)?;
        let mut tx = self.begin(actor).await?;
        sqlx::query("select set_config('gridhall.audit', 'on', true)").execute(&mut *tx).await?;
        Ok(tx)
    }

    /// Begins a transaction that also sees that there are categories of level 4, for who holds their permission.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_told(&self, actor: &Actor) -> error::Result<Tx> {
        let mut tx = self.begin(actor).await?;
        if actor.may(SEE_SPECIAL) {
            set_clearance(&mut tx, "told").await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that reads plain values of sensitive fields: up to level 3, or those of named officers too.
    /// What they are read for is the caller's to record.
    ///
    /// # Errors
    /// 403 without the permission; when the database is away.
    pub async fn begin_cleared(&self, actor: &Actor, special: bool) -> error::Result<(Tx, Cleared)> {
        actor.require(SEE_SENSITIVE)?;
        if special {
            actor.require(SEE_SPECIAL)?;
        }
        let mut tx = self.begin(actor).await?;
        set_clearance(&mut tx, if special { "special" } else { "plain" }).await?;
        Ok((tx, Cleared::given()))
    }

    /// Records what is done in no transaction: what was refused, or failed. It doesn't wait; what finds no room is counted.
    pub fn note(&self, actor: &Actor, outcome: Outcome, entry: AuditEntry) {
        self.notes.take(&self.connections, AuditRecord::of(actor, outcome, entry));
    }

    /// Keeps what is noted of reads on the disk, in a folder, from now on; and has written what was left there by a server that
    /// ended before it could.
    ///
    /// # Errors
    /// When the folder can't be written, or the database refuses.
    pub async fn keep_journal(&self, folder: &Path) -> Result<()> {
        self.notes.keep_journal(&self.connections, folder).await
    }

    /// Records what is about to be given from memory. Once it returns, neither a crash nor a database that is away loses the
    /// record.
    ///
    /// # Errors
    /// 503 where more waits to be written than may, 507 where the disk is full: then nothing may be given.
    pub async fn note_read(&self, actor: &Actor, entry: AuditEntry) -> error::Result<()> {
        let note = AuditRecord::of(actor, Outcome::Done, entry);
        if !self.notes.has_journal() {
            return self.notes.take_read(&self.connections, note);
        }
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.notes.take_read(&db.connections, note))
            .await
            .map_err(|error| error::Error::Internal(error.into()))?
    }

    /// The same on a thread that may wait for the disk.
    ///
    /// # Errors
    /// The same.
    pub fn note_read_and_wait(&self, actor: &Actor, entry: AuditEntry) -> error::Result<()> {
        self.notes.take_read(&self.connections, AuditRecord::of(actor, Outcome::Done, entry))
    }

    /// Records what was refused to somebody of whom nobody knows who it was.
    pub fn note_stranger(&self, entry: AuditEntry) {
        self.notes.take(&self.connections, AuditRecord::by("anonymous", "", "", Outcome::Denied, entry));
    }

    /// Waits until what was noted is written, a few seconds at most.
    pub async fn settle_notes(&self) {
        self.notes.settle(Duration::from_secs(5)).await;
    }

    /// A connection outside the pool that sees the whole audit and seals it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn auditor(&self) -> Result<PgConnection, sqlx::Error> {
        self.connections.auditor().await
    }

    /// Begins a transaction for what is an actor's own wherever it stands (their account, their sessions): it sees everything
    /// and is recorded as theirs.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_for_own(&self, actor: &Actor) -> error::Result<Tx> {
        self.begin_within(&Scope::everything(), actor).await
    }

    /// A connection outside the pool, bound like the others, for the map's followers: it sees everything that they count.
    pub(crate) async fn follower(&self) -> Result<PgConnection, sqlx::Error> {
        self.connections.follower().await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn ping(&self) -> error::Result<()> {
        Ok(self.connections.plain().await?.commit().await?)
    }

    /// A database that is never asked: for the description of routes.
    #[must_use]
    pub fn unconnected(options: PgConnectOptions) -> Self {
        Self { connections: Arc::new(Connections::unconnected(options)), notes: Arc::default() }
    }

    /// What is known of the room on the disks.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.connections.storage
    }

    /// Looks every few seconds whether a full disk has room again.
    pub async fn watch_storage(self) {
        loop {
            tokio::time::sleep(LOOK_FOR_ROOM).await;
            self.look_for_room().await;
        }
    }

    /// Looks whether a disk that was full has room again, by writing something that doesn't stay. The audit keeps both: that
    /// it was full, and that it no longer is.
    pub async fn look_for_room(&self) {
        let entry = |action: &'static str, detail| AuditEntry { action, object: String::new(), region: 0, detail };
        let system = Actor::system("storage");
        if self.connections.storage.full_for().is_none() {
            return;
        }
        if self.connections.storage.take_note() {
            self.note(&system, Outcome::Failed, entry("storage.full", serde_json::json!({})));
        }
        let written = async {
            let mut tx = self.connections.plain().await?;
            store::probe_storage(&mut tx).await?;
            tx.rollback().await
        };
        if written.await.is_ok()
            && let Some(full) = self.connections.storage.found_room()
        {
            let detail = serde_json::json!({"seconds": full.as_secs()});
            self.note(&system, Outcome::Done, entry("storage.room", detail));
        }
    }

    /// Writes what is noted, then lets go of all connections.
    pub async fn close(&self) {
        self.settle_notes().await;
        self.connections.pool.close().await;
    }
}
