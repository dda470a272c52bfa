//! Messages as they are read.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::FromRow;
use utoipa::ToSchema;

/// A message as it is kept.
#[derive(Debug, FromRow)]
pub(super) struct KeptMessage {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) object: String,
    pub(super) by_name: String,
    pub(super) detail: Value,
    pub(super) created_at: DateTime<Utc>,
    pub(super) read_at: Option<DateTime<Utc>>,
}

/// A message in the reader's language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(super) struct ToldMessage {
    /// Its id; later messages have higher ones.
    pub(super) id: i64,
    /// Its kind: the module's name, a full stop, and what happened.
    pub(super) kind: String,
    /// What people call the kind.
    pub(super) title: String,
    /// What it says.
    pub(super) text: String,
    /// The page that it leads to.
    pub(super) page: Option<String>,
    /// What it is about, as the audit names it.
    pub(super) object: String,
    /// Who did it.
    pub(super) by: String,
    /// When it was told.
    pub(super) created_at: DateTime<Utc>,
    /// When it was read.
    pub(super) read_at: Option<DateTime<Utc>>,
}
