//! Who may take a transition now, and what has to hold for it.

use super::{
    definition::{Definition, Taker, Transition, WhichHolder},
    facts::Facts,
    refusal::{FlowRefusal, FlowRule},
    state::{FlowState, Task, TaskRole},
};

/// One of the things that can be done in a step, and what stands in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The transition.
    pub transition: &'a Transition,
    /// Why the actor can't take it now; none where they can.
    pub missing: Option<FlowRule>,
}

/// What can be done by people where a process stands, and for each whether the actor can do it.
#[must_use]
pub fn choices<'a>(definition: &'a Definition, state: &'a FlowState, facts: &Facts<'_>) -> Vec<Choice<'a>> {
    let people = definition.transitions_from(&state.step).filter(|transition| transition.is_for_people());
    people
        .map(|transition| Choice {
            transition,
            missing: check_conditions(definition, transition, Some(state), facts).err(),
        })
        .collect()
}

/// A refusal by a rule, with what the actor could do instead.
#[must_use]
pub fn refuse(definition: &Definition, state: Option<&FlowState>, facts: &Facts<'_>, rule: FlowRule) -> FlowRefusal {
    let legal = state.map(|state| choices(definition, state, facts)).unwrap_or_default();
    let legal = legal.into_iter().filter(|choice| choice.missing.is_none());
    FlowRefusal { rule, legal: legal.map(|choice| choice.transition.action.clone()).collect() }
}

/// What stands in the way of a transition, form apart.
pub(super) fn check_conditions(
    definition: &Definition,
    transition: &Transition,
    state: Option<&FlowState>,
    facts: &Facts<'_>,
) -> Result<(), FlowRule> {
    if facts.is_timer {
        if transition.timer.is_none() {
            return Err(FlowRule::Timer);
        }
    } else {
        check_takers(definition, transition, state, facts)?;
    }
    if let Some(state) = state {
        if let Some(most) = transition.at_most.filter(|most| state.count(&transition.action) >= *most) {
            return Err(FlowRule::Often(most));
        }
        if let Some(ask) = transition.asks.as_ref().filter(|ask| state.asks.contains_key(*ask)) {
            return Err(FlowRule::Asked(ask.clone()));
        }
        if let Some(ask) = transition.decides.as_ref().filter(|ask| !state.asks.contains_key(*ask)) {
            return Err(FlowRule::NotAsked(ask.clone()));
        }
        if let Some(ask) = transition.needs_decided.iter().find(|ask| state.asks.contains_key(*ask)) {
            return Err(FlowRule::Asked(ask.clone()));
        }
        let helps = |task: &Task| task.role == TaskRole::Helper && !task.is_done;
        if transition.needs_helpers && state.tasks.iter().any(helps) {
            return Err(FlowRule::Helpers);
        }
    }
    match transition.guards.iter().find(|guard| !facts.holds(guard)) {
        Some(guard) => Err(FlowRule::Guard(guard.clone())),
        None => Ok(()),
    }
}

/// Whether the actor is somebody who may take a transition. Of several ways that each fail, that is told which came furthest.
fn check_takers(
    definition: &Definition,
    transition: &Transition,
    state: Option<&FlowState>,
    facts: &Facts<'_>,
) -> Result<(), FlowRule> {
    let mut furthest = (0, FlowRule::Timer);
    for taker in &transition.who {
        match check_taker(definition, transition, taker, state, facts) {
            Ok(()) => return Ok(()),
            Err((way, rule)) if way > furthest.0 => furthest = (way, rule),
            Err(_) => {}
        }
    }
    Err(furthest.1)
}

fn check_taker(
    definition: &Definition,
    transition: &Transition,
    taker: &Taker,
    state: Option<&FlowState>,
    facts: &Facts<'_>,
) -> Result<(), (u8, FlowRule)> {
    if let Some(permission) = taker.permission.as_ref().filter(|permission| !facts.may(permission)) {
        return Err((1, FlowRule::Permission(permission.clone())));
    }
    if !taker.levels.is_empty() && !facts.level.is_some_and(|level| taker.levels.contains(&level)) {
        return Err((2, FlowRule::Level));
    }
    if let Some(party) = taker.party.as_ref().filter(|party| !facts.parties.contains(&party.as_str())) {
        return Err((2, FlowRule::Party(party.clone())));
    }
    let tasks = state.map_or(&[][..], |state| &state.tasks);
    match taker.holds {
        Some(which) => {
            let fits = |task: &&Task| match which {
                WhichHolder::Lead => task.role == TaskRole::Lead,
                WhichHolder::Helper => task.role == TaskRole::Helper,
                WhichHolder::Any => true,
            };
            if !tasks.iter().filter(fits).any(|task| task.is_theirs(facts)) {
                return Err((4, FlowRule::Holder));
            }
        }
        None if taker.party.is_none() && !facts.covers => return Err((3, FlowRule::Region)),
        None => {}
    }
    if let Some(guard) = taker.guards.iter().find(|guard| !facts.holds(guard)) {
        return Err((5, FlowRule::Guard(guard.clone())));
    }
    let Some(state) = state else { return Ok(()) };
    // Who does what the step's task is for does the task, and it may be in other hands already.
    let does_task = transition.leads_on() && definition.step(&state.step).and_then(|step| step.task.as_ref()).is_some();
    let is_taken = |task: &Task| task.unit.is_none() && taker.permission.as_ref() == Some(&task.permission);
    if does_task
        && let Some(task) = state.lead().filter(|task| is_taken(task))
        && task.holder.as_deref().is_some_and(|holder| holder != facts.actor)
    {
        return Err((6, FlowRule::Holder));
    }
    let did = |action: &String| state.did.get(action).is_some_and(|who| who == facts.actor);
    if let Some(action) = taker.did.as_ref().filter(|action| !did(action)) {
        return Err((7, FlowRule::DidNot(action.clone())));
    }
    match taker.did_not.iter().find(|action| did(action)) {
        Some(action) => Err((7, FlowRule::Did(action.clone()))),
        None => Ok(()),
    }
}
