//! Tasks in somebody's hands: taken, given back, handed over. A task that one person has no other can take.

use super::{
    facts::Facts,
    refusal::FlowRule,
    state::{FlowState, Task, TaskRole},
};

/// To whom a task is given: a unit, or one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignee {
    /// Whether they lead or help.
    pub role: TaskRole,
    /// The unit.
    pub unit: Option<i64>,
    /// The person, by their key.
    pub person: Option<String>,
}

impl Task {
    /// Whether somebody may take it: they hold its permission, and it is given to their unit, or to none and their regions hold
    /// the place.
    #[must_use]
    pub fn is_for(&self, facts: &Facts<'_>) -> bool {
        if self.is_done {
            return false;
        }
        match self.unit {
            Some(unit) => facts.units.contains(&unit) && facts.may(&self.permission),
            None => facts.covers && facts.may(&self.permission),
        }
    }

    /// Whether it is somebody's to do now: in their hands, or in nobody's and theirs to take.
    #[must_use]
    pub fn is_theirs(&self, facts: &Facts<'_>) -> bool {
        if self.is_done {
            return false;
        }
        match &self.holder {
            Some(holder) => holder == facts.actor,
            None => self.is_for(facts),
        }
    }
}

fn open(state: &mut FlowState, number: u32) -> Result<&mut Task, FlowRule> {
    state.tasks.iter_mut().find(|task| task.number == number && !task.is_done).ok_or(FlowRule::Step)
}

/// Takes a task in hand. Taking one's own once more changes nothing.
///
/// # Errors
/// When it is in somebody else's hands, or not the actor's to take.
pub fn claim(state: &mut FlowState, number: u32, facts: &Facts<'_>) -> Result<(), FlowRule> {
    let task = open(state, number)?;
    match &task.holder {
        Some(holder) if holder == facts.actor => return Ok(()),
        Some(_) => return Err(FlowRule::Holder),
        None => {}
    }
    if !task.is_for(facts) {
        return Err(if task.unit.is_some_and(|unit| !facts.units.contains(&unit)) {
            FlowRule::Holder
        } else {
            FlowRule::Permission(task.permission.clone())
        });
    }
    task.holder = Some(facts.actor.to_owned());
    Ok(())
}

/// Gives a task back to whoever may take it.
///
/// # Errors
/// When it isn't in the actor's hands.
pub fn release(state: &mut FlowState, number: u32, facts: &Facts<'_>) -> Result<(), FlowRule> {
    let task = open(state, number)?;
    if task.holder.as_deref() != Some(facts.actor) {
        return Err(FlowRule::Holder);
    }
    task.holder = None;
    Ok(())
}

/// Gives a task to somebody else by their key, who may take it as the caller has made sure.
///
/// # Errors
/// When it is in somebody else's hands, or not the actor's to give.
pub fn hand_over(state: &mut FlowState, number: u32, to: &str, facts: &Facts<'_>) -> Result<(), FlowRule> {
    let task = open(state, number)?;
    if !task.is_theirs(facts) {
        return Err(FlowRule::Holder);
    }
    task.holder = Some(to.to_owned());
    Ok(())
}
