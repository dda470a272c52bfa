//! Whether a definition makes sense: checked before anything goes through it.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Definition, Transition};

/// The names that a definition may use beside its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary<'a> {
    /// The permissions that are declared.
    pub permissions: &'a [&'a str],
    /// The guards that the module knows.
    pub guards: &'a [&'a str],
    /// The forms that the module has.
    pub forms: &'a [&'a str],
    /// What somebody can be to the matter.
    pub parties: &'a [&'a str],
    /// The limits that are given with what is decided, and by no rule.
    pub given_limits: &'a [&'a str],
}

/// What is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionFault {
    /// Nothing begins the process.
    #[error("nothing begins the process")]
    NoBeginning,
    /// Two steps have one name.
    #[error("two steps are called {0:?}")]
    DoubledStep(String),
    /// An action is defined twice for one step.
    #[error("{0:?} is defined twice in {1:?}")]
    DoubledTransition(String, String),
    /// Something is named that isn't there.
    #[error("{0} names the {1} {2:?}, which isn't there")]
    UnknownName(String, &'static str, String),
    /// Nothing leads to a step.
    #[error("nothing leads to {0:?}")]
    Unreachable(String),
    /// No end can be reached from a step.
    #[error("no end can be reached from {0:?}")]
    Endless(String),
    /// A step that is no end has no way on that is for people or a timer.
    #[error("nothing can be done in {0:?}")]
    Dead(String),
    /// Nobody may take a transition.
    #[error("nobody may do {0:?}")]
    Nobody(String),
    /// A step that stands still has no timer and no way back.
    #[error("nothing leads back from {0:?}")]
    NoWayBack(String),
    /// What is asked for nobody decides, or the timer doesn't.
    #[error("{0:?} is asked for, and {1}")]
    Undecided(String, &'static str),
}

impl Definition {
    /// Checks it: every step can be reached and reaches an end, everything it names is there, and everything can be done by
    /// somebody.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn check(&self, vocabulary: &Vocabulary<'_>) -> Result<(), Vec<DefinitionFault>> {
        let mut faults = Vec::new();
        self.check_doubles(&mut faults);
        self.check_names(vocabulary, &mut faults);
        self.check_transitions(&mut faults);
        self.check_asks(&mut faults);
        // Ways can be followed only where every name is there.
        if faults.is_empty() {
            self.check_ways(&mut faults);
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_doubles(&self, faults: &mut Vec<DefinitionFault>) {
        let mut names = BTreeSet::new();
        for step in &self.steps {
            if !names.insert(&step.name) {
                faults.push(DefinitionFault::DoubledStep(step.name.clone()));
            }
        }
        let mut pairs = BTreeSet::new();
        for transition in &self.transitions {
            let begins = [String::new()];
            for from in if transition.from.is_empty() { &begins[..] } else { &transition.from } {
                if !pairs.insert((&transition.action, from.clone())) {
                    faults.push(DefinitionFault::DoubledTransition(transition.action.clone(), from.clone()));
                }
            }
        }
    }

    fn check_names(&self, vocabulary: &Vocabulary<'_>, faults: &mut Vec<DefinitionFault>) {
        let mut names = KnownNames { faults };
        let has = |list: &[&str], name: &str| list.contains(&name);
        let limit = |name: &str| self.limits.contains_key(name) || has(vocabulary.given_limits, name);
        let action = |name: &str| self.transitions.iter().any(|transition| transition.action == name);
        for step in &self.steps {
            names.all(&step.name, "limit", &step.limit, limit);
            let permission = step.task.as_ref().map(|task| task.permission.clone());
            names.all(&step.name, "permission", &permission, |name| has(vocabulary.permissions, name));
        }
        for (name, ask) in &self.asks {
            names.all(name, "limit", &ask.limit, limit);
            names.all(name, "permission", [&ask.permission], |name| has(vocabulary.permissions, name));
        }
        names.all("spans", "limit", &self.spans, limit);
        for transition in &self.transitions {
            let of = &transition.action;
            names.all(of, "step", transition.from.iter().chain(&transition.to), |name| self.step(name).is_some());
            names.all(of, "form", &transition.form, |name| has(vocabulary.forms, name));
            let guards = transition.guards.iter().chain(transition.who.iter().flat_map(|taker| &taker.guards));
            names.all(of, "guard", guards, |name| has(vocabulary.guards, name));
            let asks = transition.asks.iter().chain(&transition.decides).chain(&transition.needs_decided);
            names.all(of, "ask", asks, |name| self.asks.contains_key(name));
            names.all(of, "span", &transition.starts, |name| self.spans.iter().any(|span| span == name));
            names.all(of, "limit", transition.extends.iter().chain(transition.shares.keys()), limit);
            let timer = |name: &str| ["review", "due"].contains(&name) || self.asks.contains_key(name);
            names.all(of, "timer", &transition.timer, timer);
            for taker in &transition.who {
                names.all(of, "permission", &taker.permission, |name| has(vocabulary.permissions, name));
                names.all(of, "party", &taker.party, |name| has(vocabulary.parties, name));
                names.all(of, "action", taker.did.iter().chain(&taker.did_not), action);
            }
        }
    }

    fn check_transitions(&self, faults: &mut Vec<DefinitionFault>) {
        for transition in &self.transitions {
            let of = || transition.action.clone();
            let is_named = |taker: &super::Taker| {
                taker.permission.is_some() || taker.holds.is_some() || taker.party.is_some() || taker.did.is_some()
            };
            if !transition.who.iter().all(is_named) || transition.who.is_empty() && transition.timer.is_none() {
                faults.push(DefinitionFault::Nobody(of()));
            }
        }
        if !self.transitions.iter().any(|transition| transition.from.is_empty() && transition.to.is_some()) {
            faults.push(DefinitionFault::NoBeginning);
        }
    }

    /// What is asked for is decided by somebody wherever it is asked for; and by the timer, where the decision has a limit.
    fn check_asks(&self, faults: &mut Vec<DefinitionFault>) {
        for (name, ask) in &self.asks {
            let asked: BTreeSet<&String> = self
                .transitions
                .iter()
                .filter(|one| one.asks.as_ref() == Some(name))
                .flat_map(|one| &one.from)
                .collect();
            let decides = |step: &String, fits: fn(&Transition) -> bool| {
                self.transitions_from(step).any(|one| one.decides.as_ref() == Some(name) && fits(one))
            };
            let mut fault = |what| faults.push(DefinitionFault::Undecided(name.clone(), what));
            if asked.is_empty() {
                fault("never is");
            }
            if !asked.iter().all(|step| decides(step, Transition::is_for_people)) {
                fault("nobody decides it");
            }
            if ask.limit.is_some() && !asked.iter().all(|step| decides(step, |one| one.timer.is_some())) {
                fault("nothing happens when its limit ends");
            }
        }
    }

    fn check_ways(&self, faults: &mut Vec<DefinitionFault>) {
        let mut ways: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut still: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for transition in &self.transitions {
            let Some(to) = transition.to.as_deref() else { continue };
            let stands = self.step(to).is_some_and(|step| step.stands_still);
            for from in &transition.from {
                ways.entry(from).or_default().insert(to);
                if stands {
                    still.entry(to).or_default().insert(from);
                }
            }
        }
        for transition in self.transitions.iter().filter(|transition| transition.goes_back) {
            for from in &transition.from {
                let back = still.get(from.as_str()).cloned().unwrap_or_default();
                ways.entry(from).or_default().extend(back);
            }
        }
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> =
            self.transitions.iter().filter(|one| one.from.is_empty()).filter_map(|one| one.to.as_deref()).collect();
        while let Some(step) = next.pop() {
            if reached.insert(step) {
                next.extend(ways.get(step).into_iter().flatten());
            }
        }
        for step in &self.steps {
            let name = step.name.as_str();
            if !reached.contains(name) {
                faults.push(DefinitionFault::Unreachable(name.to_owned()));
            }
            if step.is_end {
                continue;
            }
            if ways.get(name).is_none_or(BTreeSet::is_empty) {
                faults.push(DefinitionFault::Dead(name.to_owned()));
            } else if !self.reaches_end(name, &ways) {
                faults.push(DefinitionFault::Endless(name.to_owned()));
            }
            if step.stands_still && !self.transitions_from(name).any(|one| one.goes_back && one.timer.is_some()) {
                faults.push(DefinitionFault::NoWayBack(name.to_owned()));
            }
        }
    }

    fn reaches_end(&self, from: &str, ways: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = vec![from];
        while let Some(step) = next.pop() {
            if self.step(step).is_some_and(|step| step.is_end) {
                return true;
            }
            if seen.insert(step) {
                next.extend(ways.get(step).into_iter().flatten());
            }
        }
        false
    }
}

/// Finds names that aren't there.
struct KnownNames<'a> {
    faults: &'a mut Vec<DefinitionFault>,
}

impl KnownNames<'_> {
    fn all<'n>(
        &mut self,
        of: &str,
        kind: &'static str,
        names: impl IntoIterator<Item = &'n String>,
        is_there: impl Fn(&str) -> bool,
    ) {
        for name in names {
            if !is_there(name) {
                self.faults.push(DefinitionFault::UnknownName(of.to_owned(), kind, name.clone()));
            }
        }
    }
}
