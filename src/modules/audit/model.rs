//! Entries as the auditor sees them, and what looks unusual among them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

/// Something that an actor did.
#[derive(Clone, Debug, Serialize, ToSchema, FromRow)]
pub(super) struct Entry {
    /// Its number; later entries have higher ones.
    pub(super) id: i64,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Who, by name.
    pub(super) actor: String,
    /// What no other actor has: an account's or a token's id.
    pub(super) actor_key: String,
    /// In which post.
    pub(super) post: String,
    /// From which address.
    pub(super) address: String,
    /// In which request.
    pub(super) request_id: String,
    /// What was done.
    pub(super) action: String,
    /// To what, by its kind and number.
    pub(super) object: String,
    /// What that is called today, as far as the reader may see it; nothing of residents.
    pub(super) about: Option<String>,
    /// Where that stands; 0 when nowhere.
    pub(super) region: i64,
    /// ok, denied or failed.
    pub(super) result: String,
    /// What for, as far as it was said.
    pub(super) purpose: String,
    /// What else is known of it.
    pub(super) detail: serde_json::Value,
}

/// How many entries of a result there were in an hour or a day.
#[derive(Clone, Debug, Serialize, ToSchema, FromRow)]
pub(super) struct Bucket {
    /// When it begins.
    pub(super) at: DateTime<Utc>,
    /// ok, denied or failed.
    pub(super) result: String,
    /// How many.
    pub(super) count: i64,
}

/// How the chain of seals stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Chain {
    /// The last seal.
    pub(super) last: Option<LastSeal>,
    /// Entries that aren't sealed yet; at most 100,000 are counted.
    pub(super) unsealed: i64,
    /// Entries that lie in archives.
    pub(super) archived: i64,
    /// What the last check found: of the server's and the console's last ones, one that found faults goes first.
    pub(super) check: Option<Check>,
    /// What has become of the check that was asked for last.
    pub(super) asked: AskedCheck,
    /// Whether the reader may ask for one.
    pub(super) may_ask: bool,
}

/// What has become of a check that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AskedCheck {
    /// None was asked for lately, or it was made.
    Done,
    /// It waits or runs.
    UnderWay,
    /// It couldn't be made; the log says why.
    Failed,
}

/// The last seal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LastSeal {
    /// Its number.
    pub(super) number: i64,
    /// The last entry under it.
    pub(super) last_id: i64,
    /// How many entries are under it.
    pub(super) count: i64,
    /// Its head, in hexadecimal digits: it stands for all that was sealed before.
    pub(super) head: String,
    /// When it was sealed.
    pub(super) sealed_at: DateTime<Utc>,
}

/// What a check of the chain found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Check {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Up to which seal.
    pub(super) last_seal: i64,
    /// Over how many entries.
    pub(super) entries: i64,
    /// How many faults; 0 when everything is as it was sealed.
    pub(super) faults: i64,
    /// Whether the server made it by itself; else it was made from the console.
    pub(super) by_server: bool,
}

/// A kind of what looks unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Many personal records in a short time.
    MassRead,
    /// Much work at a time when others sleep.
    OffHours,
    /// An address from which this actor never came before.
    NewAddress,
    /// One refusal after another.
    RepeatedDenials,
    /// A disk without room.
    StorageFull,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::MassRead, Self::OffHours, Self::NewAddress, Self::RepeatedDenials, Self::StorageFull];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::MassRead => "mass_read",
            Self::OffHours => "off_hours",
            Self::NewAddress => "new_address",
            Self::RepeatedDenials => "repeated_denials",
            Self::StorageFull => "storage_full",
        }
    }

    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What counts as unusual of a kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Rule {
    /// Of which kind.
    pub(super) kind: Kind,
    /// What may be set of it.
    #[serde(flatten)]
    pub(super) setting: Setting,
    /// Who set it.
    pub(super) updated_by: String,
    /// When.
    pub(super) updated_at: DateTime<Utc>,
}

/// What may be set of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    /// Whether it is looked for.
    pub(super) enabled: bool,
    /// From so many on: records, actions or refusals.
    #[schema(minimum = 1, maximum = 100_000)]
    pub(super) threshold: i32,
    /// Within so many minutes.
    #[schema(minimum = 1, maximum = 1_440)]
    pub(super) minutes: i32,
    /// For off hours: the hour in China at which they begin,
    #[schema(minimum = 0, maximum = 23)]
    pub(super) hour_from: i16,
    /// and at which they end.
    #[schema(minimum = 0, maximum = 23)]
    pub(super) hour_to: i16,
}

/// Something that looks unusual.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Alert {
    /// Its id.
    pub(super) id: i64,
    /// Of which kind.
    pub(super) kind: Kind,
    /// Whose doing.
    pub(super) actor: String,
    /// What no other actor has.
    pub(super) actor_key: String,
    /// From where; empty where there are several.
    pub(super) address: String,
    /// How many records, actions or refusals.
    pub(super) count: i64,
    /// The first entry,
    pub(super) first_entry: i64,
    /// and the last.
    pub(super) last_entry: i64,
    /// When it began,
    pub(super) first_at: DateTime<Utc>,
    /// and when it was last seen.
    pub(super) last_at: DateTime<Utc>,
    /// Who has looked into it.
    pub(super) acknowledged_by: Option<String>,
    /// When.
    pub(super) acknowledged_at: Option<DateTime<Utc>>,
    /// What they found.
    pub(super) note: String,
}
