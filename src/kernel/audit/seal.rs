//! The sealer: chains what is finished, every few seconds, in one of the servers.

use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use chrono::{DateTime, SubsecRound, Utc};
use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;

use super::{
    chain::{self, Entry, START, Seal},
    key::{Anchor, SealKey, Trusted},
    store,
    verify::{Against, Findings, verify},
};
use crate::kernel::db::Db;

/// Entries of a seal at most: some megabytes.
const BATCH: i64 = 4_000;

const NO_KEY: &str = "this server's data folder holds no key to seal with";

/// Ids up to `up_to` were given when `fence` was taken.
struct GivenIds {
    up_to: i64,
    fence: String,
}

/// Seals, with what lies outside the database.
pub struct Sealer {
    key: SealKey,
    anchor: Anchor,
    /// Whose seals are believed when the chain is checked.
    trusted: Trusted,
    given: Option<GivenIds>,
    /// The connection whose turn it is.
    conn: Option<PgConnection>,
}

/// The sealer of a server that has one: of a server whose data folder holds a key.
#[derive(Clone, Default)]
pub struct Sealing(Arc<Mutex<Option<Sealer>>>);

impl Sealing {
    /// Seals by this sealer from now on.
    pub async fn begin(&self, sealer: Sealer) {
        *self.0.lock().await = Some(sealer);
    }

    /// Seals what is finished.
    ///
    /// # Errors
    /// When the database is away or the anchor can't be written, and where another server has the key or the turn.
    pub async fn go_on(&self, db: &Db) -> Result<()> {
        match self.0.lock().await.as_mut() {
            Some(sealer) => sealer.go_on(db).await,
            None => bail!(NO_KEY),
        }
    }

    /// Checks the whole chain against this server's anchor and the keys that it trusts, and keeps what was found.
    ///
    /// # Errors
    /// When the database is away or a file can't be read; where this server seals nothing.
    pub async fn check(&self, db: &Db) -> Result<Findings> {
        // Sealing goes on meanwhile.
        let (trusted, anchor) = match self.0.lock().await.as_ref() {
            Some(sealer) => (sealer.trusted.clone(), sealer.anchor.clone()),
            None => bail!(NO_KEY),
        };
        let against = Against { trusted: &trusted, anchor: &anchor, archives: None };
        verify(&mut db.auditor().await?, &against).await
    }
}

impl Sealer {
    /// Seals with this key, anchored in this file, and believes seals of these keys.
    #[must_use]
    pub const fn new(key: SealKey, anchor: Anchor, trusted: Trusted) -> Self {
        Self { key, anchor, trusted, given: None, conn: None }
    }

    /// Seals what is finished, over a connection that is kept. Of several servers one does; another takes over when it is
    /// gone.
    ///
    /// # Errors
    /// When the database is away or the anchor can't be written, and while another server has the turn.
    pub async fn go_on(&mut self, db: &Db) -> Result<()> {
        let mut conn = if let Some(conn) = self.conn.take() {
            conn
        } else {
            let mut conn = db.auditor().await?;
            ensure!(store::take_turn(&mut conn).await?, "another server has the turn to seal");
            self.given = None;
            self.catch_up(&mut conn).await?;
            conn
        };
        // A connection that fails is given up, and the turn with it.
        self.seal(&mut conn).await?;
        self.conn = Some(conn);
        Ok(())
    }

    /// Anchors the seals that were written just before an end that nobody foresaw.
    async fn catch_up(&self, conn: &mut PgConnection) -> Result<()> {
        let mut after = self.anchor.read()?.last().map_or(0, |seal| seal.number);
        loop {
            let seals = store::seals(conn, after, 500).await?;
            let Some(last) = seals.last() else { return Ok(()) };
            after = last.number;
            let ours: Vec<Seal> = seals.into_iter().filter(|seal| seal.key == self.key.public()).collect();
            self.anchor.append(&ours)?;
        }
    }

    /// Seals every entry that no running transaction can come before. Gives how many.
    ///
    /// A row is visible only when its transaction has committed, so one with a lower id may still come. What is sealed
    /// was given before a fence that every running transaction is behind.
    ///
    /// # Errors
    /// When the database is away or the anchor can't be written.
    pub async fn seal(&mut self, conn: &mut PgConnection) -> Result<i64> {
        let (mut number, mut head, mut last_id) =
            store::last_seal(conn).await?.map_or((0, START.to_vec(), 0), |seal| (seal.number, seal.head, seal.last_id));
        if let Some(given) = &self.given {
            if !store::is_past(conn, &given.fence).await? {
                return Ok(0);
            }
        } else {
            if store::has_more(conn, last_id).await? {
                let up_to = store::last_given(conn).await?;
                self.given = Some(GivenIds { up_to, fence: store::fence(conn).await? });
            }
            // The next look finds it in the past.
            return Ok(0);
        }
        let Some(GivenIds { up_to, .. }) = self.given.take() else { return Ok(0) };
        let mut sealed = 0;
        loop {
            let entries = store::entries(conn, last_id, up_to, BATCH).await?;
            let now = Utc::now().trunc_subsecs(6);
            let Some((seal, leaves)) = self.next(number + 1, &head, &entries, now) else { return Ok(sealed) };
            let mut tx = conn.begin().await?;
            store::insert_seal(&mut tx, &seal, &leaves).await?;
            tx.commit().await?;
            self.anchor.append(std::slice::from_ref(&seal))?;
            sealed += seal.count;
            (number, head, last_id) = (seal.number, seal.head, seal.last_id);
        }
    }

    fn next(&self, number: i64, before: &[u8], entries: &[Entry], now: DateTime<Utc>) -> Option<(Seal, Vec<u8>)> {
        let leaves = chain::leaves(entries);
        let mut seal = Seal {
            number,
            first_id: entries.first()?.id,
            last_id: entries.last()?.id,
            count: i64::try_from(entries.len()).ok()?,
            digest: chain::digest(&leaves).to_vec(),
            head: Vec::new(),
            key: self.key.public().to_vec(),
            signature: Vec::new(),
            sealed_at: now,
        };
        seal.head = seal.head_after(before).to_vec();
        seal.signature = self.key.sign(&seal.signed()).to_vec();
        Some((seal, leaves))
    }
}
