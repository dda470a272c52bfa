//! What is written of an operation: who did what to what, in which request, with what result.

use super::{
    actor::Actor,
    redact,
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

impl AuditEntry {
    /// Of a thing that stands nowhere: an account, a system, a right.
    #[must_use]
    pub fn new(action: &'static str, object: impl Into<String>, detail: serde_json::Value) -> Self {
        Self { action, object: object.into(), region: 0, detail }
    }
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
pub(crate) struct AuditRecord {
    pub(crate) actor: String,
    pub(crate) actor_key: String,
    pub(crate) post: String,
    pub(crate) address: String,
    pub(crate) request_id: String,
    pub(crate) outcome: Outcome,
    pub(crate) purpose: String,
    pub(crate) entry: AuditEntry,
}

impl AuditRecord {
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
}
