//! The process engine: what has a life with steps (a case, an application, an order) is led through it by one definition.
//!
//! A definition is data: a JSON file of the module whose process it is. It names the steps, the transitions with who may take
//! them, the limits, what may be asked for beside a step (an extension, a return), and what a timer does. It is checked as it
//! is loaded; every version is kept in the database, and what runs keeps the version with which it began.
//!
//! [`decide`] is pure: of a definition, the state of one process, an action, and facts it makes the next state with its tasks,
//! clocks and timers, or a refusal that names the rule and says what could be done instead. The [`store`] writes what was decided,
//! in one transaction with whatever the module writes of its own.
//!
//! Nothing here knows what goes through a process.

mod check;
mod condition;
mod decide;
mod definition;
mod facts;
mod refusal;
mod state;
pub mod store;
mod tasks;

pub use self::{
    check::{DefinitionFault, Vocabulary},
    condition::{Choice, choices, refuse},
    decide::{Decided, FlowAction, HistoryRow, decide},
    definition::{AskDef, Definition, LimitRule, StepDef, Taker, TaskDef, Transition, WhichHolder},
    facts::Facts,
    refusal::{FlowRefusal, FlowRule},
    state::{FlowState, FlowTimer, PendingAsk, Task, TaskRole, TimerKind},
    tasks::{Assignee, claim, hand_over, release},
};
