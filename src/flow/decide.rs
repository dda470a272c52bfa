//! What an action leads to: pure, so that it can be tried on any state.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{
    condition::{check_conditions, refuse},
    definition::{Definition, StepDef, Transition},
    facts::Facts,
    refusal::{FlowRefusal, FlowRule},
    state::{FlowState, PendingAsk, Task, TaskRole},
    tasks::Assignee,
};
use crate::kernel::time::{Limit, LimitClock, LimitUnit};

/// Minutes of an ordinary working day, by which time that is granted becomes days of a limit in days.
const WORKING_DAY: u32 = 8 * 60;

/// What somebody wants to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowAction {
    /// Its name.
    pub name: String,
    /// To whom the tasks are given.
    pub assignees: Vec<Assignee>,
    /// How much more time is asked for, in minutes.
    pub minutes: Option<u32>,
    /// When what stands still is looked at.
    pub review_at: Option<DateTime<Utc>>,
    /// Limits that are given for this one process from now on, by name.
    pub limits: BTreeMap<String, Limit>,
}

/// What an action leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Where the process stands now.
    pub state: FlowState,
    /// What its history keeps.
    pub row: HistoryRow,
}

/// What the history keeps of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// What was done.
    pub action: String,
    /// From which step; none for what began the process.
    pub from: Option<String>,
    /// In which step it stands now.
    pub to: String,
    /// What the step that was left used of its limit: milliseconds of working time or of the clock; none where it counts days,
    /// has no limit, or wasn't left.
    pub used: Option<i64>,
    /// Whether the step that was left was within its limit; none where it has none, or wasn't left.
    pub in_time: Option<bool>,
    /// By when the step had to be done.
    pub due_before: Option<DateTime<Utc>>,
    /// By when the step has to be done that it stands in now.
    pub due_after: Option<DateTime<Utc>>,
    /// The time that was asked for or given, in minutes.
    pub minutes: Option<u32>,
}

/// Decides an action. Without a state it begins the process.
///
/// # Errors
/// A refusal that names the rule, and what the actor could do instead.
pub fn decide(
    definition: &Definition,
    state: Option<&FlowState>,
    action: &FlowAction,
    facts: &Facts<'_>,
) -> Result<Decided, FlowRefusal> {
    let refuse = |rule| refuse(definition, state, facts, rule);
    let step = state.map(|state| state.step.as_str());
    let Some(transition) = definition.transition(&action.name, step) else {
        let is_known = definition.transitions.iter().any(|one| one.action == action.name);
        return Err(refuse(if is_known { FlowRule::Step } else { FlowRule::Unknown }));
    };
    check_conditions(definition, transition, state, facts).map_err(refuse)?;
    let before = state.cloned().unwrap_or_else(|| FlowState::unbegun(facts.at));
    Taking { definition, transition, action, facts, before: &before }.take(step).map_err(refuse)
}

/// A transition that is taken.
struct Taking<'a> {
    definition: &'a Definition,
    transition: &'a Transition,
    action: &'a FlowAction,
    facts: &'a Facts<'a>,
    before: &'a FlowState,
}

impl Taking<'_> {
    fn take(&self, from: Option<&str>) -> Result<Decided, FlowRule> {
        let (transition, action, facts) = (self.transition, self.action, self.facts);
        let mut state = self.before.clone();
        let asked = transition.decides.as_ref().and_then(|ask| state.asks.remove(ask));
        let minutes = action.minutes.or_else(|| asked.as_ref().and_then(|ask| ask.minutes));
        let review_at = action.review_at.or_else(|| asked.as_ref().and_then(|ask| ask.review_at));
        state.limits.extend(action.limits.iter().map(|(name, limit)| (name.clone(), *limit)));
        if let Some(ask) = &transition.asks {
            self.ask(&mut state, ask)?;
        }
        if !transition.extends.is_empty() {
            self.extend(&mut state, minutes.filter(|minutes| *minutes > 0).ok_or(FlowRule::Untimed)?);
        }
        *state.counts.entry(action.name.clone()).or_default() += 1;
        state.did.insert(action.name.clone(), facts.actor.to_owned());
        state.shares.extend(transition.shares.iter().map(|(name, share)| (name.clone(), *share)));
        if transition.claims {
            let own = state.tasks.iter_mut().find(|task| task.is_theirs(facts)).ok_or(FlowRule::Holder)?;
            own.holder = Some(facts.actor.to_owned());
        }
        if transition.ends_own_task {
            let own = state.tasks.iter_mut().find(|task| task.role == TaskRole::Helper && task.is_theirs(facts));
            let own = own.ok_or(FlowRule::Holder)?;
            own.holder = Some(facts.actor.to_owned());
            own.is_done = true;
        }
        let mut used = (None, None);
        if transition.leads_on() {
            let (clock, spent, in_time) = self.leave(&mut state);
            used = (spent, in_time);
            self.enter(&mut state, clock, review_at)?;
        } else {
            for span in &transition.starts {
                self.start_span(&mut state, span);
            }
            if transition.assigns {
                self.reassign(&mut state)?;
            }
        }
        let calendar = facts.calendar;
        let due = |state: &FlowState| state.clock.and_then(|clock| clock.due(calendar));
        let row = HistoryRow {
            action: action.name.clone(),
            from: from.map(str::to_owned),
            to: state.step.clone(),
            used: used.0,
            in_time: used.1,
            due_before: due(self.before),
            due_after: due(&state),
            minutes,
        };
        Ok(Decided { state, row })
    }

    fn limit(&self, state: &FlowState, name: &str) -> Option<Limit> {
        let given = state.limits.get(name).copied();
        let whole = given.or_else(|| self.definition.limit(name, self.facts.category, self.facts.severity))?;
        Some(state.shares.get(name).map_or(whole, |share| whole.share(*share)))
    }

    fn ask(&self, state: &mut FlowState, name: &str) -> Result<(), FlowRule> {
        let Some(ask) = self.definition.asks.get(name) else { return Err(FlowRule::Unknown) };
        let limit = ask.limit.as_ref().and_then(|limit| self.limit(state, limit));
        let pending = PendingAsk {
            by: self.facts.actor.to_owned(),
            since: self.facts.at,
            clock: limit.map(|limit| LimitClock::start(limit, self.facts.at)),
            minutes: self.action.minutes,
            review_at: self.action.review_at,
        };
        state.asks.insert(name.to_owned(), pending);
        Ok(())
    }

    /// Gives the clocks more time that the transition names: that of the step by its limit's name, and spans.
    fn extend(&self, state: &mut FlowState, minutes: u32) {
        let longer = |clock: LimitClock| {
            clock.extend(match clock.limit.unit {
                LimitUnit::WorkingDays => minutes.div_ceil(WORKING_DAY),
                LimitUnit::WorkingMinutes | LimitUnit::ClockMinutes => minutes,
            })
        };
        let step = self.definition.step(&state.step).and_then(|step| step.limit.clone());
        for name in &self.transition.extends {
            if step.as_ref() == Some(name) {
                state.clock = state.clock.map(longer);
            }
            if let Some(span) = state.spans.get_mut(name) {
                *span = longer(*span);
            }
        }
    }

    fn start_span(&self, state: &mut FlowState, name: &str) {
        if let Some(limit) = self.limit(state, name) {
            state.spans.insert(name.to_owned(), LimitClock::start(limit, self.facts.at));
        }
    }

    /// Leaves the step: its clock, standing; what it used, and whether that was within its limit.
    fn leave(&self, state: &mut FlowState) -> (Option<LimitClock>, Option<i64>, Option<bool>) {
        let Facts { at, calendar, .. } = *self.facts;
        state.asks.retain(|name, _| self.definition.asks.get(name).is_some_and(|ask| ask.outlasts_step));
        state.review_at = None;
        let clock = state.clock.take();
        let used = clock.and_then(|clock| clock.used_time(calendar, at)).map(|used| used.num_milliseconds());
        let in_time = clock.and_then(|clock| clock.due(calendar)).map(|due| at <= due);
        (clock.map(|clock| clock.pause(calendar, at)), used, in_time)
    }

    fn enter(
        &self,
        state: &mut FlowState,
        clock: Option<LimitClock>,
        review_at: Option<DateTime<Utc>>,
    ) -> Result<(), FlowRule> {
        let Facts { at, calendar, .. } = *self.facts;
        let left = std::mem::take(&mut state.step);
        let back = state.before.take();
        // What came from elsewhere stands still from nowhere: it goes on as the transition says.
        let is_resumed = self.transition.goes_back && back.is_some();
        let name = back.filter(|_| is_resumed).or_else(|| self.transition.to.clone());
        let step = name.and_then(|name| self.definition.step(&name)).ok_or(FlowRule::Step)?;
        state.step.clone_from(&step.name);
        state.since = at;
        if step.stands_still || step.is_end {
            for clock in state.spans.values_mut() {
                *clock = clock.pause(calendar, at);
            }
        } else {
            for clock in state.spans.values_mut() {
                *clock = clock.resume(at);
            }
        }
        if step.stands_still {
            state.before = Some(left);
            state.clock_before = clock;
            state.tasks_before = std::mem::take(&mut state.tasks);
            state.review_at = review_at;
            if self.transition.sets_review && review_at.is_none_or(|review| review <= at) {
                return Err(FlowRule::Untimed);
            }
            self.open_tasks(state, step)?;
            return Ok(());
        }
        if is_resumed {
            state.clock = state.clock_before.take().map(|clock| clock.resume(at));
            state.tasks = std::mem::take(&mut state.tasks_before);
        } else {
            state.clock_before = None;
            state.tasks_before.clear();
            let limit = step.limit.as_ref().and_then(|limit| self.limit(state, limit));
            state.clock = limit.map(|limit| LimitClock::start(limit, at));
            state.tasks.clear();
            if step.is_end {
                state.asks.clear();
            }
            self.open_tasks(state, step)?;
        }
        for span in &self.transition.starts {
            self.start_span(state, span);
        }
        Ok(())
    }

    /// Opens what somebody has to do in a step: for those to whom it is given, or for whoever may take it.
    fn open_tasks(&self, state: &mut FlowState, step: &StepDef) -> Result<(), FlowRule> {
        let Some(task) = &step.task else { return Ok(()) };
        let mut open = |role, unit, holder| {
            state.task_count += 1;
            let number = state.task_count;
            let permission = task.permission.clone();
            state.tasks.push(Task { number, role, permission, unit, holder, is_done: false });
        };
        if !self.transition.assigns {
            open(TaskRole::Lead, None, None);
            return Ok(());
        }
        self.check_assignees()?;
        for assignee in &self.action.assignees {
            open(assignee.role, assignee.unit, assignee.person.clone());
        }
        Ok(())
    }

    /// One leads, and nobody is named twice.
    fn check_assignees(&self) -> Result<(), FlowRule> {
        let assignees = &self.action.assignees;
        let leads = assignees.iter().filter(|one| one.role == TaskRole::Lead).count();
        let named: BTreeSet<_> = assignees.iter().map(|one| (one.unit, one.person.as_deref())).collect();
        let is_somebody = |one: &Assignee| one.unit.is_some() || one.person.is_some();
        if leads == 1 && named.len() == assignees.len() && assignees.iter().all(is_somebody) {
            return Ok(());
        }
        Err(FlowRule::Unassigned)
    }

    /// Gives the actor's own task of the step to somebody else; with a permission for the place, the one that leads.
    fn reassign(&self, state: &mut FlowState) -> Result<(), FlowRule> {
        self.check_assignees()?;
        let to = &self.action.assignees[0];
        let facts = self.facts;
        let own = state.tasks.iter().position(|task| task.is_theirs(facts));
        let lead = || state.tasks.iter().position(|task| task.role == TaskRole::Lead && !task.is_done);
        let index = own.or_else(lead).ok_or(FlowRule::Holder)?;
        let task = &mut state.tasks[index];
        task.unit = to.unit.or(task.unit);
        task.holder.clone_from(&to.person);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::{DefinitionFault, FlowTimer, TimerKind, Vocabulary, claim, hand_over, release},
        kernel::time::{WorkCalendar, WorkPeriod, WorkingHours},
        spatial::region::Level,
    };

    /// A repair: asked for, given to a workshop, done, looked at.
    const REPAIR: &str = r#"{
        "name": "repair", "title": ["维修", "Repair"],
        "steps": [
            {"name": "asked", "title": ["已申请", "Asked"], "limit": "give", "task": {"title": ["派工", "Give"], "permission": "repair.give"}},
            {"name": "doing", "title": ["维修中", "Doing"], "limit": "do", "task": {"title": ["维修", "Repair"], "permission": "repair.do"}},
            {"name": "waiting", "title": ["等待", "Waiting"], "stands_still": true},
            {"name": "done", "title": ["完成", "Done"], "is_end": true}
        ],
        "transitions": [
            {"action": "ask", "title": ["申请", "Ask"], "to": "asked", "who": [{"permission": "repair.ask"}], "starts": ["whole"]},
            {"action": "give", "title": ["派工", "Give"], "from": ["asked"], "to": "doing", "assigns": true,
             "who": [{"permission": "repair.give", "levels": ["street"]}, {"permission": "repair.give", "levels": ["community"], "guards": ["small"]}]},
            {"action": "finish", "title": ["完工", "Finish"], "from": ["doing"], "to": "done", "who": [{"holds": "lead"}], "needs_helpers": true, "guards": ["tested"]},
            {"action": "help", "title": ["协助完成", "Help"], "from": ["doing"], "who": [{"holds": "helper"}], "ends_own_task": true},
            {"action": "ask_time", "title": ["申请延期", "AskDef time"], "from": ["doing"], "who": [{"holds": "lead"}], "asks": "time", "at_most": 1},
            {"action": "give_time", "title": ["同意", "Give time"], "from": ["doing"], "who": [{"permission": "repair.give", "did_not": ["ask_time"]}], "decides": "time", "extends": ["do", "whole"]},
            {"action": "refuse_time", "title": ["不同意", "Refuse time"], "from": ["doing"], "who": [{"permission": "repair.give"}], "decides": "time", "timer": "time"},
            {"action": "wait", "title": ["等待", "Wait"], "from": ["doing"], "to": "waiting", "who": [{"holds": "lead"}], "sets_review": true},
            {"action": "go_on", "title": ["继续", "Go on"], "from": ["waiting"], "goes_back": true, "who": [{"permission": "repair.give"}], "timer": "review"},
            {"action": "fail", "title": ["重修", "Fail"], "from": ["doing"], "to": "asked", "who": [{"permission": "repair.give"}], "shares": {"do": 50}}
        ],
        "asks": {"time": {"title": ["延期", "Time"], "limit": "decide", "permission": "repair.give"}},
        "limits": {
            "give": [{"limit": {"unit": "working_minutes", "amount": 30}}],
            "do": [{"severities": ["urgent"], "limit": {"unit": "clock_minutes", "amount": 60}}, {"limit": {"unit": "working_minutes", "amount": 600}}],
            "decide": [{"limit": {"unit": "working_minutes", "amount": 240}}]
        },
        "spans": ["whole"]
    }"#;

    fn repair() -> Definition {
        serde_json::from_str(REPAIR).unwrap()
    }

    fn vocabulary() -> Vocabulary<'static> {
        Vocabulary {
            permissions: &["repair.ask", "repair.give", "repair.do"],
            guards: &["small", "tested"],
            given_limits: &["whole"],
            ..Vocabulary::default()
        }
    }

    fn calendar() -> WorkCalendar {
        let hours = WorkingHours {
            valid_from: "2000-01-01".parse().unwrap(),
            weekdays: vec![1, 2, 3, 4, 5],
            periods: vec![WorkPeriod { start: 8 * 60, end: 12 * 60 }, WorkPeriod { start: 14 * 60, end: 18 * 60 }],
        };
        WorkCalendar::new(vec![hours], []).unwrap()
    }

    /// A moment in China's time on a Monday: hours and minutes.
    fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        format!("2026-06-{day:02}T{hour:02}:{minute:02}:00+08:00").parse().unwrap()
    }

    /// Somebody who acts, with what they may.
    struct Somebody {
        key: &'static str,
        may: &'static [&'static str],
        level: Level,
        covers: bool,
        units: &'static [i64],
    }

    const STREET: Somebody =
        Somebody { key: "street", may: &["repair.ask", "repair.give"], level: Level::Street, covers: true, units: &[] };
    const WORKSHOP: Somebody =
        Somebody { key: "workshop", may: &["repair.do"], level: Level::County, covers: false, units: &[7] };
    const OTHER: Somebody = Somebody { key: "other", units: &[8], ..WORKSHOP };
    const MATE: Somebody = Somebody { key: "mate", ..WORKSHOP };

    struct Trial {
        definition: Definition,
        calendar: WorkCalendar,
        guards: BTreeMap<&'static str, bool>,
        severity: &'static str,
        state: Option<FlowState>,
    }

    impl Trial {
        fn new() -> Self {
            let guards = BTreeMap::from([("small", false), ("tested", true)]);
            Self { definition: repair(), calendar: calendar(), guards, severity: "ordinary", state: None }
        }

        fn facts<T>(&self, who: &Somebody, moment: DateTime<Utc>, run: impl FnOnce(&Facts<'_>) -> T) -> T {
            run(&Facts {
                actor: who.key,
                permissions: &|name| who.may.contains(&name),
                level: Some(who.level),
                covers: who.covers,
                units: who.units,
                parties: &[],
                guards: &self.guards,
                category: "A",
                severity: self.severity,
                at: moment,
                calendar: &self.calendar,
                is_timer: who.key == "timer",
            })
        }

        fn act(
            &mut self,
            who: &Somebody,
            moment: DateTime<Utc>,
            action: &FlowAction,
        ) -> Result<HistoryRow, FlowRefusal> {
            let decided =
                self.facts(who, moment, |facts| decide(&self.definition, self.state.as_ref(), action, facts))?;
            self.state = Some(decided.state);
            Ok(decided.row)
        }

        fn refused(&mut self, who: &Somebody, moment: DateTime<Utc>, action: &FlowAction) -> FlowRule {
            self.act(who, moment, action).unwrap_err().rule
        }

        fn state(&self) -> &FlowState {
            self.state.as_ref().unwrap()
        }

        /// Asked for on a Monday at eight, and given to a workshop with a helper at a quarter past.
        fn given() -> Self {
            let mut trial = Self::new();
            let mut ask = named("ask");
            ask.limits.insert("whole".to_owned(), Limit::working_minutes(2_000));
            trial.act(&STREET, at(1, 8, 0), &ask).unwrap();
            trial.act(&STREET, at(1, 8, 15), &give(&[(TaskRole::Lead, 7), (TaskRole::Helper, 8)])).unwrap();
            trial
        }
    }

    fn named(name: &str) -> FlowAction {
        FlowAction { name: name.to_owned(), ..FlowAction::default() }
    }

    fn give(units: &[(TaskRole, i64)]) -> FlowAction {
        let assignees = units.iter().map(|(role, unit)| Assignee { role: *role, unit: Some(*unit), person: None });
        FlowAction { assignees: assignees.collect(), ..named("give") }
    }

    const TIMER: Somebody = Somebody { key: "timer", may: &[], level: Level::City, covers: true, units: &[] };

    #[test]
    fn a_sound_definition_is_taken_and_an_unsound_one_told_whole() {
        assert_eq!(repair().check(&vocabulary()), Ok(()));
        let faults = |change: &dyn Fn(&mut Definition)| {
            let mut definition = repair();
            change(&mut definition);
            definition.check(&vocabulary()).unwrap_err()
        };
        let of = |text: &str| text.to_owned();
        assert_eq!(
            faults(&|d| d.transitions.retain(|one| one.action != "finish")),
            [
                DefinitionFault::Endless(of("asked")),
                DefinitionFault::Endless(of("doing")),
                DefinitionFault::Endless(of("waiting")),
                DefinitionFault::Unreachable(of("done")),
            ]
        );
        assert_eq!(
            faults(&|d| d.transitions[2].guards.push("weather".to_owned())),
            [DefinitionFault::UnknownName(of("finish"), "guard", of("weather"))]
        );
        assert_eq!(faults(&|d| d.transitions[2].who.clear()), [DefinitionFault::Nobody(of("finish"))]);
        assert_eq!(faults(&|d| d.transitions[0].to = None)[0], DefinitionFault::NoBeginning);
        assert_eq!(
            faults(&|d| d.transitions[6].timer = None),
            [DefinitionFault::Undecided(of("time"), "nothing happens when its limit ends")]
        );
        assert_eq!(faults(&|d| d.transitions[8].timer = None), [DefinitionFault::NoWayBack(of("waiting"))]);
        assert_eq!(
            faults(&|d| d.steps[1].limit = Some("never".to_owned())),
            [DefinitionFault::UnknownName(of("doing"), "limit", of("never"))]
        );
        let twice = faults(&|d| d.transitions.push(d.transitions[1].clone()));
        assert_eq!(twice, [DefinitionFault::DoubledTransition(of("give"), of("asked"))]);
    }

    #[test]
    fn a_process_goes_its_way_and_its_clocks_with_it() {
        let mut trial = Trial::given();
        assert_eq!(trial.state().step, "doing");
        // Ten hours of work from 08:15 on a Monday.
        let due = |trial: &Trial| trial.state().clock.and_then(|clock| clock.due(&trial.calendar));
        assert_eq!(due(&trial), Some(at(2, 10, 15)));
        assert_eq!(trial.refused(&WORKSHOP, at(1, 9, 0), &named("finish")), FlowRule::Helpers);
        trial.act(&OTHER, at(1, 9, 0), &named("help")).unwrap();
        assert_eq!(trial.refused(&OTHER, at(1, 9, 1), &named("help")), FlowRule::Holder);
        let row = trial.act(&WORKSHOP, at(1, 10, 15), &named("finish")).unwrap();
        assert_eq!((row.from.as_deref(), row.to.as_str()), (Some("doing"), "done"));
        assert_eq!((row.used, row.in_time), (Some(2 * 3_600_000), Some(true)));
        assert_eq!(trial.state().timers(&trial.calendar), []);
        assert_eq!(trial.refused(&STREET, at(1, 11, 0), &named("give")), FlowRule::Step);
    }

    #[test]
    fn who_may_not_is_told_the_rule_and_what_they_could_do() {
        let mut trial = Trial::new();
        assert_eq!(trial.refused(&WORKSHOP, at(1, 8, 0), &named("ask")), FlowRule::Permission("repair.ask".to_owned()));
        let elsewhere = Somebody { covers: false, ..STREET };
        assert_eq!(trial.refused(&elsewhere, at(1, 8, 0), &named("ask")), FlowRule::Region);
        trial.act(&STREET, at(1, 8, 0), &named("ask")).unwrap();
        let community = Somebody { level: Level::Community, ..STREET };
        let one = give(&[(TaskRole::Lead, 7)]);
        assert_eq!(trial.refused(&community, at(1, 8, 1), &one), FlowRule::Guard("small".to_owned()));
        let county = Somebody { level: Level::County, ..STREET };
        assert_eq!(trial.refused(&county, at(1, 8, 1), &one), FlowRule::Level);
        let refusal = trial.act(&STREET, at(1, 8, 1), &named("finish")).unwrap_err();
        assert_eq!(refusal, FlowRefusal { rule: FlowRule::Step, legal: vec!["give".to_owned()] });
        assert_eq!(trial.refused(&STREET, at(1, 8, 1), &named("paint")), FlowRule::Unknown);
        for wrong in [
            &[][..],
            &[(TaskRole::Helper, 7)],
            &[(TaskRole::Lead, 7), (TaskRole::Lead, 8)],
            &[(TaskRole::Lead, 7), (TaskRole::Helper, 7)],
        ] {
            assert_eq!(trial.refused(&STREET, at(1, 8, 1), &give(wrong)), FlowRule::Unassigned, "{wrong:?}");
        }
        trial.guards.insert("small", true);
        trial.act(&community, at(1, 8, 1), &one).unwrap();
        trial.guards.insert("tested", false);
        assert_eq!(trial.refused(&WORKSHOP, at(1, 9, 0), &named("finish")), FlowRule::Guard("tested".to_owned()));
        assert_eq!(trial.refused(&OTHER, at(1, 9, 0), &named("finish")), FlowRule::Holder);
    }

    #[test]
    fn what_is_asked_for_is_decided_once_and_by_somebody_else() {
        let mut trial = Trial::given();
        let ask = FlowAction { minutes: Some(60), ..named("ask_time") };
        assert_eq!(trial.refused(&STREET, at(1, 9, 0), &named("give_time")), FlowRule::NotAsked("time".to_owned()));
        trial.act(&WORKSHOP, at(1, 9, 0), &ask).unwrap();
        assert_eq!(trial.refused(&WORKSHOP, at(1, 9, 0), &ask), FlowRule::Often(1));
        let undecided = FlowTimer { kind: TimerKind::Undecided, subject: "time".to_owned(), at: at(1, 15, 0) };
        assert!(trial.state().timers(&trial.calendar).contains(&undecided));
        let before = trial.state().clone();
        let row = trial.act(&STREET, at(1, 10, 0), &named("give_time")).unwrap();
        assert_eq!((row.due_before, row.due_after), (Some(at(2, 10, 15)), Some(at(2, 11, 15))));
        assert_eq!(row.minutes, Some(60));
        assert_eq!(trial.state().spans["whole"].limit, Limit::working_minutes(2_060));
        // The timer refuses what nobody decided; it can do nothing else.
        trial.state = Some(before);
        assert_eq!(trial.refused(&TIMER, at(1, 15, 0), &named("give_time")), FlowRule::Timer);
        trial.act(&TIMER, at(1, 15, 0), &named("refuse_time")).unwrap();
        assert!(trial.state().asks.is_empty());
    }

    #[test]
    fn what_stands_still_goes_on_with_what_was_left() {
        let mut trial = Trial::given();
        trial.act(&OTHER, at(1, 9, 0), &named("help")).unwrap();
        assert_eq!(trial.refused(&WORKSHOP, at(1, 9, 15), &named("wait")), FlowRule::Untimed);
        let wait = FlowAction { review_at: Some(at(10, 8, 0)), ..named("wait") };
        trial.act(&WORKSHOP, at(1, 9, 15), &wait).unwrap();
        let timers = trial.state().timers(&trial.calendar);
        assert_eq!(timers, [FlowTimer { kind: TimerKind::Review, subject: "waiting".to_owned(), at: at(10, 8, 0) }]);
        let row = trial.act(&TIMER, at(10, 8, 0), &named("go_on")).unwrap();
        assert_eq!(row.due_after, Some(at(11, 9, 0)));
        assert_eq!(trial.state().step, "doing");
        assert_eq!(trial.state().lead().unwrap().unit, Some(7));
        assert!(trial.state().tasks[1].is_done);
        assert_eq!(trial.state().spans["whole"].due(&trial.calendar), Some(at(16, 8, 5)));
    }

    #[test]
    fn what_is_done_again_has_half_the_time_and_never_a_quarter() {
        let mut trial = Trial::given();
        for day in [1, 2] {
            trial.act(&STREET, at(day, 11, 0), &named("fail")).unwrap();
            trial.act(&STREET, at(day, 11, 0), &give(&[(TaskRole::Lead, 8)])).unwrap();
            assert_eq!(trial.state().clock.unwrap().limit, Limit::working_minutes(300));
        }
        trial.severity = "urgent";
        trial.act(&STREET, at(3, 20, 0), &named("fail")).unwrap();
        trial.act(&STREET, at(3, 20, 0), &give(&[(TaskRole::Lead, 8)])).unwrap();
        assert_eq!(trial.state().clock.unwrap().due(&trial.calendar), Some(at(3, 20, 30)));
    }

    #[test]
    fn a_task_is_in_one_pair_of_hands() {
        let mut trial = Trial::given();
        let mut state = trial.state.take().unwrap();
        trial.facts(&WORKSHOP, at(1, 9, 0), |facts| claim(&mut state, 2, facts)).unwrap();
        trial.facts(&WORKSHOP, at(1, 9, 0), |facts| claim(&mut state, 2, facts)).unwrap();
        let mate = trial.facts(&MATE, at(1, 9, 0), |facts| claim(&mut state, 2, facts));
        assert_eq!(mate, Err(FlowRule::Holder));
        let stranger = trial.facts(&OTHER, at(1, 9, 0), |facts| claim(&mut state, 2, facts));
        assert_eq!(stranger, Err(FlowRule::Holder));
        assert_eq!(trial.facts(&MATE, at(1, 9, 0), |facts| release(&mut state, 2, facts)), Err(FlowRule::Holder));
        trial.facts(&WORKSHOP, at(1, 9, 0), |facts| hand_over(&mut state, 2, "mate", facts)).unwrap();
        trial.state = Some(state);
        trial.act(&OTHER, at(1, 9, 0), &named("help")).unwrap();
        assert_eq!(trial.refused(&WORKSHOP, at(1, 9, 1), &named("finish")), FlowRule::Holder);
        trial.act(&MATE, at(1, 9, 1), &named("finish")).unwrap();
        let mut state = trial.state.take().unwrap();
        assert_eq!(trial.facts(&MATE, at(1, 9, 1), |facts| claim(&mut state, 2, facts)), Err(FlowRule::Step));
    }
}
