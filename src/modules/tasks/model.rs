//! Tasks and processes as they are told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

use crate::flow::Definition;

/// A task that waits for the reader.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct ListedTask {
    /// Its id.
    pub(super) id: i64,
    /// What goes through the process: `case`.
    pub(super) kind: String,
    /// The id of that.
    pub(super) thing: i64,
    /// Its number, as people know it.
    pub(super) label: String,
    /// What it is about.
    pub(super) title: String,
    /// The step in which it stands.
    pub(super) step: String,
    /// What is to be done, in Chinese.
    pub(super) task_zh: String,
    /// What is to be done, in English.
    pub(super) task_en: String,
    /// `lead` or `helper`.
    pub(super) role: String,
    /// The unit to which it is given.
    pub(super) unit: Option<String>,
    /// Who has it in hand.
    pub(super) holder: Option<String>,
    /// Whether that is the reader.
    pub(super) is_mine: bool,
    /// The region in which the thing lies.
    pub(super) region: i64,
    /// Since when it waits.
    pub(super) opened_at: DateTime<Utc>,
    /// By when it is to be done.
    pub(super) due_at: Option<DateTime<Utc>>,
    /// When four fifths of that time are used.
    pub(super) soon_at: Option<DateTime<Utc>>,
}

/// To whom a task is handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandOver {
    /// The account.
    pub(super) account: i64,
}

/// Whose hands a task is in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskHands {
    /// The task's id.
    pub(super) id: i64,
    /// Who has it in hand.
    pub(super) holder: Option<String>,
    /// Whether that is the reader.
    pub(super) is_mine: bool,
}

/// A process, and what went through it in a period.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProcessView {
    /// The version of the definition.
    pub(super) version: i32,
    /// The definition.
    pub(super) definition: Definition,
    /// How many of what is in scope stand in each step now.
    pub(super) standing: BTreeMap<String, i64>,
    /// What was done in the period, by action and step.
    pub(super) done: Vec<Done>,
}

/// How often something was done in a step in a period, and what the step used.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct Done {
    /// The action.
    pub(super) action: String,
    /// The step in which it was done; nothing for what begins the process.
    pub(super) from_step: Option<String>,
    /// The step to which it led.
    pub(super) to_step: String,
    /// How often.
    pub(super) count: i64,
    /// How many of those that have a limit were within it.
    pub(super) in_time: i64,
    /// How many have a limit.
    pub(super) limited: i64,
    /// What the step used in the mean, in milliseconds of working time or of the clock; nothing where none was counted.
    pub(super) mean_ms: Option<f64>,
}
