//! 安全审计: what is written of every operation, and the chain of seals that tells whether it was altered since.
//!
//! An entry is written with the transaction that it tells of; what has no transaction goes by the queue of `notes`, and what
//! was read from memory by a journal on the disk too.
//! A job seals what is finished in batches, outside the writers' transactions: a chain computed in each of them would
//! cost nine tenths of the throughput.

pub mod archive;
pub mod chain;
mod journal;
pub mod key;
pub mod notes;
pub(crate) mod redact;
pub mod remote;
pub mod seal;
mod store;
pub mod verify;

use sqlx::PgConnection;

use super::{
    actor::Actor,
    request::{self, Context},
};

/// One thing that an actor did.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// What was done: `token.create`, `import`, ...
    pub action: &'static str,
    /// To what.
    pub object: String,
    /// Where it stands; 0 when nowhere.
    pub region: i64,
    /// What else is worth keeping. Never a secret, never a sensitive field.
    pub detail: serde_json::Value,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    #[default]
    Done,
    /// It was refused.
    Denied,
    /// It failed.
    Failed,
}

impl Outcome {
    /// As the table has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// An entry with everything that it says, as it goes into the table.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(super) actor: String,
    pub(super) actor_key: String,
    pub(super) post: String,
    pub(super) address: String,
    pub(super) request_id: String,
    pub(super) outcome: Outcome,
    pub(super) purpose: String,
    pub(super) entry: AuditEntry,
}

impl Written {
    /// An entry of an actor, with what is known of the request.
    pub(crate) fn of(actor: &Actor, outcome: Outcome, entry: AuditEntry) -> Self {
        Self::by(actor.name(), actor.key(), actor.post(), outcome, entry)
    }

    /// An entry of somebody who isn't known, or of the console, by name.
    pub(crate) fn by(name: &str, key: &str, post: &str, outcome: Outcome, mut entry: AuditEntry) -> Self {
        let context = request::current();
        let of_request = |what: fn(&Context) -> String| context.as_deref().map(what).unwrap_or_default();
        redact::text(&mut entry.object);
        redact::json(&mut entry.detail);
        let mut purpose = of_request(|context| context.purpose().to_owned());
        redact::text(&mut purpose);
        Self {
            actor: name.to_owned(),
            actor_key: key.to_owned(),
            post: post.to_owned(),
            address: of_request(Context::address),
            request_id: of_request(Context::id),
            outcome,
            purpose,
            entry,
        }
    }

    /// Writes it in the transaction of a connection.
    pub(crate) async fn write(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        store::insert(conn, self).await
    }
}

/// Writes one entry of a name that is no actor's (the console) in the transaction of a connection.
///
/// # Errors
/// When the database refuses.
pub async fn write_audit(conn: &mut PgConnection, name: &str, entry: AuditEntry) -> Result<(), sqlx::Error> {
    Written::by(name, name, "", Outcome::Done, entry).write(conn).await
}
