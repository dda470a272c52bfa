//! A process as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{kernel::time::Limit, spatial::region::Level};

/// A process: its steps, and what leads from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name: what the module calls the kind of thing that goes through it.
    pub name: String,
    /// What people call it: Chinese, English.
    #[schema(value_type = [String; 2])]
    pub title: [String; 2],
    /// The steps, in the order in which most go through them.
    pub steps: Vec<StepDef>,
    /// The ways from step to step.
    pub transitions: Vec<Transition>,
    /// What may be asked for within a step, by name.
    #[serde(default)]
    pub asks: BTreeMap<String, AskDef>,
    /// The limits, by name: the first rule that fits is taken. One that no rule gives is given with what is decided.
    #[serde(default)]
    pub limits: BTreeMap<String, Vec<LimitRule>>,
    /// The clocks that run over several steps, by the name of their limit. They stand where a step stands still, and end with
    /// the process.
    #[serde(default)]
    pub spans: Vec<String>,
}

/// Where a process can stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDef {
    /// Its name.
    pub name: String,
    /// What people call it: Chinese, English.
    #[schema(value_type = [String; 2])]
    pub title: [String; 2],
    /// Nothing more is to be done.
    #[serde(default)]
    pub is_end: bool,
    /// All clocks stand while it lasts.
    #[serde(default)]
    pub stands_still: bool,
    /// The limit of the step, by name: its clock starts as the step is entered.
    #[serde(default)]
    pub limit: Option<String>,
    /// What somebody has to do in it.
    #[serde(default)]
    pub task: Option<TaskDef>,
}

/// What somebody has to do in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskDef {
    /// What people call it: Chinese, English.
    #[schema(value_type = [String; 2])]
    pub title: [String; 2],
    /// Who holds this may take it, where it isn't given to somebody.
    pub permission: String,
}

/// A way from step to step, or something done within one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the definition's language, and most are left out")]
pub struct Transition {
    /// What is done: its name in addresses.
    pub action: String,
    /// What people call it: Chinese, English.
    #[schema(value_type = [String; 2])]
    pub title: [String; 2],
    /// The steps in which it can be done. With none it begins the process.
    #[serde(default)]
    pub from: Vec<String>,
    /// The step to which it leads; none where the process stays in its step.
    #[serde(default)]
    pub to: Option<String>,
    /// It leads to the step from which the process was brought to stand still; to `to` where that isn't known.
    #[serde(default)]
    pub goes_back: bool,
    /// Who may do it: one of these is enough. With none only a timer does it.
    #[serde(default)]
    pub who: Vec<Taker>,
    /// The form that is filled in for it, by name.
    #[serde(default)]
    pub form: Option<String>,
    /// What has to hold, by the name of a guard.
    #[serde(default)]
    pub guards: Vec<String>,
    /// What it asks for, by name: the process stays where it is until that is decided.
    #[serde(default)]
    pub asks: Option<String>,
    /// What it decides that was asked for, by name.
    #[serde(default)]
    pub decides: Option<String>,
    /// What must not be open any more, by the names under which it is asked for.
    #[serde(default)]
    pub needs_decided: Vec<String>,
    /// How often it may be done in one process.
    #[serde(default)]
    pub at_most: Option<u32>,
    /// The shares of limits that hold from now on, in hundredths of the whole limit, by the limit's name: what is done again
    /// has less time.
    #[serde(default)]
    pub shares: BTreeMap<String, u32>,
    /// The spans whose clocks it starts.
    #[serde(default)]
    pub starts: Vec<String>,
    /// The clocks that it gives more time, by the names of their limits.
    #[serde(default)]
    pub extends: Vec<String>,
    /// It says who has to do the task of the step to which it leads, or of its own step.
    #[serde(default)]
    pub assigns: bool,
    /// Whoever does it takes the task in hand.
    #[serde(default)]
    pub claims: bool,
    /// Whoever does it has done their own task, and the step goes on without them.
    #[serde(default)]
    pub ends_own_task: bool,
    /// All others who help have to be done with their tasks first.
    #[serde(default)]
    pub needs_helpers: bool,
    /// A day is set for it, on which the timer comes back to what stands still.
    #[serde(default)]
    pub sets_review: bool,
    /// The timer does it when that moment has come: `review`, `due` (of its step), or the name of what was asked for and
    /// not decided in time.
    #[serde(default)]
    pub timer: Option<String>,
}

/// Who may take a transition: all that is said has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Taker {
    /// A permission that they hold.
    #[serde(default)]
    pub permission: Option<String>,
    /// The levels of regions at which they act; any where nothing is said.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<Level>,
    /// The open task is theirs.
    #[serde(default)]
    pub holds: Option<WhichHolder>,
    /// What they are to the matter, by name: who reported it, whom it concerns.
    #[serde(default)]
    pub party: Option<String>,
    /// What has to hold for them, by the name of a guard.
    #[serde(default)]
    pub guards: Vec<String>,
    /// Who did this last may do it.
    #[serde(default)]
    pub did: Option<String>,
    /// Who did one of these last may not.
    #[serde(default)]
    pub did_not: Vec<String>,
}

/// Whose task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhichHolder {
    /// Who has the lead.
    Lead,
    /// Who helps.
    Helper,
    /// One of them.
    Any,
}

/// What may be asked for within a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskDef {
    /// What people call it: Chinese, English.
    #[schema(value_type = [String; 2])]
    pub title: [String; 2],
    /// How long the decision may take, by the name of a limit. What isn't decided by then the timer decides.
    #[serde(default)]
    pub limit: Option<String>,
    /// Who holds this has to decide it.
    pub permission: String,
    /// It stays open when the step is left.
    #[serde(default)]
    pub outlasts_step: bool,
}

/// A limit for some of what goes through a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitRule {
    /// How the categories begin for which it holds; all where nothing is said.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The severities for which it holds; all where nothing is said.
    #[serde(default)]
    pub severities: Vec<String>,
    /// The limit.
    pub limit: Limit,
}

impl Definition {
    /// A step by its name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&StepDef> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The transition of an action from a step; with none, that which begins the process.
    #[must_use]
    pub fn transition(&self, action: &str, from: Option<&str>) -> Option<&Transition> {
        self.transitions.iter().find(|transition| transition.action == action && transition.begins_in(from))
    }

    /// The transitions that can be taken in a step.
    pub fn transitions_from<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Transition> {
        self.transitions.iter().filter(move |transition| transition.begins_in(Some(step)))
    }

    /// A limit for a category and a severity, unless it is given with what is decided.
    #[must_use]
    pub fn limit(&self, name: &str, category: &str, severity: &str) -> Option<Limit> {
        let rule = self.limits.get(name)?.iter().find(|rule| {
            (rule.categories.is_empty() || rule.categories.iter().any(|start| category.starts_with(start.as_str())))
                && (rule.severities.is_empty() || rule.severities.iter().any(|one| one == severity))
        });
        rule.map(|rule| rule.limit)
    }
}

impl Transition {
    /// Whether it can be taken in a step; in none, whether it begins a process.
    #[must_use]
    pub fn begins_in(&self, step: Option<&str>) -> bool {
        step.map_or(self.from.is_empty(), |step| self.from.iter().any(|from| from == step))
    }

    /// Whether a person may do it, and not only a timer.
    #[must_use]
    pub const fn is_for_people(&self) -> bool {
        !self.who.is_empty()
    }

    /// Whether the process leaves its step by it.
    #[must_use]
    pub const fn leads_on(&self) -> bool {
        self.to.is_some() || self.goes_back
    }
}
