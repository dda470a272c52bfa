//! Where one process stands.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::time::{Limit, LimitClock, WorkCalendar, YELLOW_FROM};

/// Where one process stands: everything that is decided by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowState {
    /// Its step.
    pub step: String,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
    /// The step to which it goes back from one that stands still.
    #[serde(default)]
    pub before: Option<String>,
    /// The clock of the step, unless it has no limit.
    #[serde(default)]
    pub clock: Option<LimitClock>,
    /// The clock of the step to which it goes back, standing.
    #[serde(default)]
    pub clock_before: Option<LimitClock>,
    /// The clocks that run over several steps, by the name of their limit.
    #[serde(default)]
    pub spans: BTreeMap<String, LimitClock>,
    /// What is asked for and not decided yet.
    #[serde(default)]
    pub asks: BTreeMap<String, PendingAsk>,
    /// When the timer comes back to what stands still.
    #[serde(default)]
    pub review_at: Option<DateTime<Utc>>,
    /// How often each action was done.
    #[serde(default)]
    pub counts: BTreeMap<String, u32>,
    /// Who did each action last, by their key.
    #[serde(default)]
    pub did: BTreeMap<String, String>,
    /// The limits that were given for this one process.
    #[serde(default)]
    pub limits: BTreeMap<String, Limit>,
    /// The shares of limits that hold for it, in hundredths, by the limit's name.
    #[serde(default)]
    pub shares: BTreeMap<String, u32>,
    /// The open tasks.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// The tasks of the step to which it goes back.
    #[serde(default)]
    pub tasks_before: Vec<Task>,
    /// How many tasks there were: the number of the last.
    #[serde(default)]
    pub task_count: u32,
}

/// What is asked for and not decided yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAsk {
    /// By whom, by their key.
    pub by: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The clock of the decision.
    #[serde(default)]
    pub clock: Option<LimitClock>,
    /// How much more time is asked for, in minutes.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// The day that is asked for.
    #[serde(default)]
    pub review_at: Option<DateTime<Utc>>,
}

/// Something that somebody has to do in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number within the process, from 1.
    pub number: u32,
    /// Whether it leads or helps.
    pub role: TaskRole,
    /// Who holds this may take it, where it is given to no unit.
    pub permission: String,
    /// The unit to which it is given.
    #[serde(default)]
    pub unit: Option<i64>,
    /// Who has it in hand, by their key.
    #[serde(default)]
    pub holder: Option<String>,
    /// Whether it is done.
    #[serde(default)]
    pub is_done: bool,
}

/// What a task is to the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskRole {
    /// 主办: one in each step.
    Lead,
    /// 协办.
    Helper,
}

/// What a timer is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// Four fifths of a limit are used.
    Yellow,
    /// A limit has ended.
    Red,
    /// What was asked for isn't decided in time.
    Undecided,
    /// What stands still is to be looked at.
    Review,
}

/// A moment at which something is to be done by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowTimer {
    /// What it is set for.
    pub kind: TimerKind,
    /// The step, the span or what was asked for.
    pub subject: String,
    /// The moment.
    pub at: DateTime<Utc>,
}

impl FlowState {
    /// Where a process stands before it has begun: in no step.
    #[must_use]
    pub const fn unbegun(at: DateTime<Utc>) -> Self {
        Self {
            step: String::new(),
            since: at,
            before: None,
            clock: None,
            clock_before: None,
            spans: BTreeMap::new(),
            asks: BTreeMap::new(),
            review_at: None,
            counts: BTreeMap::new(),
            did: BTreeMap::new(),
            limits: BTreeMap::new(),
            shares: BTreeMap::new(),
            tasks: Vec::new(),
            tasks_before: Vec::new(),
            task_count: 0,
        }
    }

    /// How often an action was done.
    #[must_use]
    pub fn count(&self, action: &str) -> u32 {
        self.counts.get(action).copied().unwrap_or_default()
    }

    /// The open task that leads.
    #[must_use]
    pub fn lead(&self) -> Option<&Task> {
        self.tasks.iter().find(|task| task.role == TaskRole::Lead && !task.is_done)
    }

    /// The moments at which something is to be done by itself, as things stand.
    #[must_use]
    pub fn timers(&self, calendar: &WorkCalendar) -> Vec<FlowTimer> {
        let mut timers = Vec::new();
        let mut add = |kind, subject: &str, at: Option<DateTime<Utc>>| {
            timers.extend(at.map(|at| FlowTimer { kind, subject: subject.to_owned(), at }));
        };
        let clocks = self.clock.iter().map(|clock| (&self.step, clock)).chain(&self.spans);
        for (name, clock) in clocks {
            add(TimerKind::Yellow, name, clock.reaches(calendar, YELLOW_FROM));
            add(TimerKind::Red, name, clock.due(calendar));
        }
        for (name, ask) in &self.asks {
            add(TimerKind::Undecided, name, ask.clock.and_then(|clock| clock.due(calendar)));
        }
        add(TimerKind::Review, &self.step, self.review_at);
        timers
    }
}
