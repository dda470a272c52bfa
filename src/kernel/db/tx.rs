//! Transactions: of an actor, with the record of what they did, and of nobody.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, PgPool};

use super::{lease::Lease, store};
use crate::kernel::{
    actor::Actor,
    audit_entry::{AuditEntry, AuditRecord, Outcome},
    error,
};

/// A transaction of nobody.
pub(super) struct PlainTx(Lease);

impl PlainTx {
    /// Begins one, which sees no business data.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let mut lease = Lease::take(pool).await?;
        lease.begin("").await?;
        Ok(Self(lease))
    }

    /// Commits it.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }

    /// Takes it back.
    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.0.rollback().await
    }
}

impl Deref for PlainTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0.as_connection()
    }
}

impl DerefMut for PlainTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.connection()
    }
}

/// A transaction of an actor.
pub struct Tx {
    lease: Lease,
    actor: Actor,
    entries: Vec<AuditRecord>,
}

impl Tx {
    /// Begins a transaction of an actor, prepared by a statement.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn begin(pool: &PgPool, actor: &Actor, statement: &str) -> Result<Self, sqlx::Error> {
        let mut lease = Lease::take(pool).await?;
        lease.begin(statement).await?;
        Ok(Self { lease, actor: actor.clone(), entries: Vec::new() })
    }

    /// Whose it is.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Records what was done; written with the transaction or not at all.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.audit_as(Outcome::Done, entry);
    }

    /// Records what was tried, and what came of it; written with the transaction or not at all.
    pub fn audit_as(&mut self, outcome: Outcome, entry: AuditEntry) {
        self.entries.push(AuditRecord::of(&self.actor, outcome, entry));
    }

    /// Records what somebody did who becomes an actor only by it, by their name and key.
    pub fn audit_by(&mut self, name: &str, key: &str, entry: AuditEntry) {
        self.entries.push(AuditRecord::by(name, key, "", Outcome::Done, entry));
    }

    /// Says why: the histories of the tables that it changes keep it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn because(&mut self, why: &str) -> error::Result<()> {
        Ok(store::set_why(self.lease.connection(), why).await?)
    }

    /// Commits the changes and their record.
    ///
    /// # Errors
    /// When the database is away or refuses; nothing is written then.
    pub async fn commit(mut self) -> error::Result<()> {
        for entry in std::mem::take(&mut self.entries) {
            store::insert(self.lease.connection(), &entry).await?;
        }
        Ok(self.lease.commit().await?)
    }

    /// Takes the changes back, and their record with them.
    ///
    /// # Errors
    /// When the database is away; nothing is written then either.
    pub async fn rollback(self) -> error::Result<()> {
        Ok(self.lease.rollback().await?)
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.lease.as_connection()
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.lease.connection()
    }
}
