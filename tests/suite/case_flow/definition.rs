//! The definition of a case's process against the table of its transitions, and random walks through it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use gridhall::{
    flow::{
        Assignee, Definition, Facts, FlowAction, FlowRule, FlowState, TaskRole, TimerKind, Transition, WhichHolder,
        choices, decide,
    },
    kernel::time::{Limit, WorkCalendar, WorkPeriod, WorkingHours},
    spatial::region::Level,
};
use proptest::prelude::*;

const TABLE: &str = include_str!("../../data/case_transitions.csv");

fn definition() -> Definition {
    serde_json::from_str(include_str!("../../../src/modules/cases/flow/case.json")).unwrap()
}

/// One row of the table, as it is written there.
fn row_of(transition: &Transition) -> BTreeMap<&'static str, String> {
    let who = transition.who.iter().map(|taker| {
        let mut words = Vec::new();
        let levels = taker.levels.iter().map(|level| format!("{level:?}").to_lowercase());
        let levels: Vec<String> = levels.collect();
        let permission = taker.permission.clone().unwrap_or_default();
        if levels.is_empty() {
            words.push(permission);
        } else {
            words.push(format!("{permission}@{}", levels.join(" ")));
        }
        words.extend(taker.holds.map(|which| match which {
            WhichHolder::Lead => "lead".to_owned(),
            WhichHolder::Helper => "helper".to_owned(),
            WhichHolder::Any => "any".to_owned(),
        }));
        words.extend(taker.party.clone());
        words.extend(taker.guards.iter().cloned());
        words.extend(taker.did_not.iter().map(|action| format!("not {action}")));
        words.retain(|word| !word.is_empty());
        words.join(" ")
    });
    let who: Vec<String> = who.collect();
    let to = if transition.goes_back { "back".to_owned() } else { transition.to.clone().unwrap_or_default() };
    BTreeMap::from([
        ("action", transition.action.clone()),
        ("from", transition.from.join(" ")),
        ("to", to),
        ("who", who.join("|")),
        ("asks", transition.asks.clone().unwrap_or_default()),
        ("decides", transition.decides.clone().unwrap_or_default()),
        ("guards", transition.guards.join(" ")),
    ])
}

#[test]
fn the_definition_is_the_table_of_transitions_and_the_table_is_the_definition() {
    let mut table: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut rows = BTreeSet::new();
    for row in csv::Reader::from_reader(TABLE.as_bytes()).deserialize::<BTreeMap<String, String>>() {
        let mut row = row.unwrap();
        rows.insert(row.remove("row").unwrap());
        assert!(table.insert(row["action"].clone(), row).is_none());
    }
    let numbered: BTreeSet<u32> = rows.iter().filter_map(|row| row.parse().ok()).collect();
    assert_eq!(numbered, (1..=31).collect(), "every row of the life cycle is there");
    let mut defined = BTreeMap::new();
    for transition in &definition().transitions {
        let row = row_of(transition).into_iter().map(|(name, value)| (name.to_owned(), value));
        defined.insert(transition.action.clone(), row.collect::<BTreeMap<_, _>>());
    }
    assert_eq!(defined, table);
}

const GUARDS: &[&str] = &[
    "duplicates_seen",
    "main_case",
    "is_question",
    "self_handled",
    "before_due",
    "extension_within_limit",
    "first_extension",
    "return_in_time",
    "review_within_90_days",
    "own_matter",
    "once_a_day",
    "closed_within_30_days",
];

/// The roles that act in cases, with what each may, the level at which it acts, and its unit.
const ROLES: &[(&str, &[&str], Level, &[i64])] = &[
    ("worker", &["case.report", "case.check"], Level::Grid, &[]),
    (
        "community",
        &["case.report", "case.accept", "case.dispatch", "case.handle", "case.close"],
        Level::Community,
        &[5],
    ),
    ("street", &["case.report", "case.accept", "case.file", "case.dispatch"], Level::Street, &[]),
    ("street_lead", &["case.supervise"], Level::Street, &[]),
    ("supervisor", &["case.report", "case.accept"], Level::County, &[]),
    ("chief", &["case.report", "case.file", "case.close"], Level::County, &[]),
    ("dispatcher", &["case.report", "case.dispatch"], Level::County, &[]),
    ("handler", &["case.handle"], Level::County, &[7]),
    ("helper", &["case.handle"], Level::County, &[8]),
    ("city_lead", &["case.supervise"], Level::City, &[]),
    ("resident", &[], Level::Grid, &[]),
    ("timer", &[], Level::City, &[]),
];

fn calendar() -> WorkCalendar {
    let periods = vec![WorkPeriod { start: 480, end: 720 }, WorkPeriod { start: 840, end: 1080 }];
    let hours = WorkingHours { valid_from: "2000-01-01".parse().unwrap(), weekdays: vec![1, 2, 3, 4, 5], periods };
    WorkCalendar::new(vec![hours], []).unwrap()
}

fn with_facts<T>(
    role: usize,
    guards: &BTreeMap<&str, bool>,
    severity: &str,
    at: DateTime<Utc>,
    calendar: &WorkCalendar,
    run: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let (name, may, level, units) = ROLES[role];
    run(&Facts {
        actor: name,
        permissions: &|permission| may.contains(&permission),
        level: Some(level),
        covers: name != "resident",
        units,
        parties: if name == "resident" { &["reporter"] } else { &[] },
        guards,
        category: "E0505",
        severity,
        at,
        calendar,
        is_timer: name == "timer",
    })
}

fn action(name: &str) -> FlowAction {
    let lead = |unit| Assignee { role: TaskRole::Lead, unit: Some(unit), person: None };
    let helper = Assignee { role: TaskRole::Helper, unit: Some(8), person: None };
    let assignees = match name {
        "dispatch" => vec![lead(7), helper],
        "sub_assign" => vec![Assignee { role: TaskRole::Lead, unit: None, person: Some("handler".to_owned()) }],
        "ask_check" => vec![Assignee { role: TaskRole::Lead, unit: None, person: Some("worker".to_owned()) }],
        _ => Vec::new(),
    };
    let limits = if name == "file" {
        BTreeMap::from([
            ("dispose".to_owned(), Limit::working_minutes(480)),
            ("case".to_owned(), Limit::working_minutes(660)),
        ])
    } else {
        BTreeMap::new()
    };
    let minutes = (name == "ask_extension").then_some(60);
    let review_at =
        (name == "ask_hang").then(|| "2027-01-04T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(900));
    FlowAction { name: name.to_owned(), assignees, minutes, review_at, limits }
}

/// What holds of every case at every moment.
fn check_invariants(definition: &Definition, state: &FlowState, calendar: &WorkCalendar) -> Result<(), TestCaseError> {
    let step = definition.step(&state.step).unwrap();
    let count = |action: &str| state.count(action);
    if state.step == "closed" {
        prop_assert!(count("file") > 0 || count("report_done") > 0 || count("answer") > 0, "closed, never filed");
    }
    let sent_back = count("grant_return")
        + count("fail_check")
        + count("reject_closing")
        + count("reopen")
        + u32::from(count("file") > 0);
    prop_assert!(count("dispatch") <= sent_back, "{} dispatches of {sent_back}", count("dispatch"));
    let open_leads = state.tasks.iter().filter(|task| task.role == TaskRole::Lead && !task.is_done).count();
    let expected = usize::from(step.task.is_some() && !step.is_end && !step.stands_still);
    prop_assert_eq!(open_leads, expected, "one open task that leads in {}", state.step);
    if step.is_end || step.stands_still {
        prop_assert!(state.clock.is_none(), "a clock of {}", state.step);
        prop_assert!(state.spans.values().all(|span| span.running_since.is_none()), "a case's clock in {}", state.step);
        let reviews = state
            .timers(calendar)
            .into_iter()
            .all(|timer| timer.kind == TimerKind::Review || timer.kind == TimerKind::Undecided);
        prop_assert!(reviews, "timers of {}", state.step);
    }
    prop_assert!(state.asks.keys().all(|ask| ask == "order" || !step.is_end));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_done_a_case_stays_sound(
        steps in prop::collection::vec((0_usize..ROLES.len(), any::<prop::sample::Index>(), 1_i64..3_000), 1..40),
        urgent in any::<bool>(),
    ) {
        let definition = definition();
        let calendar = calendar();
        let guards: BTreeMap<&str, bool> = GUARDS.iter().map(|guard| (*guard, true)).collect();
        let severity = if urgent { "urgent" } else { "ordinary" };
        let mut at: DateTime<Utc> = "2027-01-04T01:00:00Z".parse().unwrap();
        let begun = with_facts(0, &guards, severity, at, &calendar, |facts| decide(&definition, None, &action("report"), facts));
        let mut state = begun.unwrap().state;
        for (role, index, minutes) in steps {
            at += TimeDelta::minutes(minutes);
            let legal: Vec<&str> = definition.transitions_from(&state.step).map(|one| one.action.as_str()).collect();
            if legal.is_empty() {
                break;
            }
            let name = legal[index.index(legal.len())];
            let before = state.clone();
            let decided = with_facts(role, &guards, severity, at, &calendar, |facts| decide(&definition, Some(&state), &action(name), facts));
            match decided {
                Ok(decided) => {
                    let ended = definition.step(&before.step).unwrap().is_end;
                    prop_assert!(!ended || ["call_back", "reopen"].contains(&name), "{name} after the end");
                    // A due date moves by a granted extension, by standing still, or with a step.
                    if decided.state.step == before.step && decided.row.due_before != decided.row.due_after {
                        prop_assert_eq!(name, "grant_extension");
                    }
                    prop_assert!(decided.row.used.is_none_or(|used| used >= 0));
                    state = decided.state;
                }
                Err(refusal) => {
                    // What is called legal is what the same actor can take, and nothing of it is this.
                    let can = with_facts(role, &guards, severity, at, &calendar, |facts| {
                        choices(&definition, &state, facts).iter().filter(|choice| choice.missing.is_none())
                            .map(|choice| choice.transition.action.clone()).collect::<Vec<_>>()
                    });
                    prop_assert_eq!(&refusal.legal, &can);
                    let needs_form = matches!(refusal.rule, FlowRule::Unassigned | FlowRule::Untimed | FlowRule::Holder);
                    prop_assert!(needs_form || !refusal.legal.iter().any(|one| one == name), "{name}: {:?}", refusal.rule);
                }
            }
            check_invariants(&definition, &state, &calendar)?;
        }
    }
}

/// A case in each step, with what it is called: as it gets there by what people do.
fn cases_in_every_step(definition: &Definition, calendar: &WorkCalendar) -> Vec<(&'static str, FlowState)> {
    let guards: BTreeMap<&str, bool> = GUARDS.iter().map(|guard| (*guard, true)).collect();
    let role = |name: &str| ROLES.iter().position(|(role, ..)| *role == name).unwrap();
    let alone = |mut action: FlowAction| {
        action.assignees.retain(|one| one.role == TaskRole::Lead);
        action
    };
    let walk = |steps: &[(&str, &str)], with_helper: bool| {
        let mut at: DateTime<Utc> = "2027-01-04T01:00:00Z".parse().unwrap();
        let mut state = None;
        for (who, name) in steps {
            at += TimeDelta::minutes(1);
            let action = if with_helper { action(name) } else { alone(action(name)) };
            let decided = with_facts(role(who), &guards, "ordinary", at, calendar, |facts| {
                decide(definition, state.as_ref(), &action, facts)
            });
            state = Some(decided.unwrap_or_else(|why| panic!("{name}: {why:?}")).state);
        }
        state.unwrap()
    };
    let report: &[(&str, &str)] = &[("worker", "report")];
    let filed = [report, &[("supervisor", "accept"), ("chief", "file")]].concat();
    let given = [filed.as_slice(), &[("dispatcher", "dispatch")]].concat();
    let handled = [given.as_slice(), &[("handler", "finish")]].concat();
    let checked = [handled.as_slice(), &[("worker", "pass_check")]].concat();
    let mut all = vec![
        ("reported", walk(report, false)),
        ("verifying", walk(&[report, &[("supervisor", "ask_verify")]].concat(), false)),
        ("to_file", walk(&[report, &[("supervisor", "accept")]].concat(), false)),
        ("to_dispatch", walk(&filed, false)),
        ("disposing", walk(&given, false)),
        ("disposing", walk(&given, true)),
        ("to_check", walk(&handled, false)),
        ("to_close", walk(&checked, false)),
        ("hung", walk(&[given.as_slice(), &[("handler", "ask_hang"), ("chief", "grant_hang")]].concat(), false)),
        ("closed", walk(&[checked.as_slice(), &[("chief", "close")]].concat(), false)),
    ];
    for (name, step) in [("refuse", "refused"), ("merge", "merged"), ("void", "voided")] {
        all.push((step, walk(&[report, &[("supervisor", name)]].concat(), false)));
    }
    // With everything asked for that can be asked for there.
    for (who, ask) in [
        ("handler", "ask_extension"),
        ("handler", "ask_return"),
        ("handler", "ask_hang"),
        ("chief", "ask_void"),
        ("street_lead", "supervise"),
    ] {
        all.push(("disposing", walk(&[given.as_slice(), &[(who, ask)]].concat(), false)));
    }
    all
}

/// Whether the table lets a role take an action in a case, all guards being met.
fn table_allows(row: &BTreeMap<String, String>, role: usize, state: &FlowState) -> bool {
    let (name, may, level, units) = ROLES[role];
    let holds = |wanted: Option<TaskRole>| {
        state.tasks.iter().any(|task| {
            !task.is_done
                && wanted.is_none_or(|role| task.role == role)
                && task.unit.is_none_or(|unit| units.contains(&unit))
                && may.contains(&task.permission.as_str())
        })
    };
    let word_is_met = |word: &str| match word {
        "lead" => holds(Some(TaskRole::Lead)),
        "helper" => holds(Some(TaskRole::Helper)),
        "any" => holds(None),
        "reporter" => name == "resident",
        guard if GUARDS.contains(&guard) => true,
        permission if permission.starts_with("case.") => may.contains(&permission),
        other => panic!("the table says {other}"),
    };
    let is_met = |taker: &str| {
        let (who, rest) = taker.split_once('@').map_or((taker, None), |(who, rest)| (who, Some(rest)));
        let levels = ["city", "county", "street", "community", "grid"];
        let mut words: Vec<&str> = who.split(' ').collect();
        let mut at: Vec<&str> = Vec::new();
        for word in rest.into_iter().flat_map(|rest| rest.split(' ')) {
            if levels.contains(&word) { at.push(word) } else { words.push(word) }
        }
        // Here the handler finished, and the chief asked to void.
        let did = match words.iter().position(|word| *word == "not") {
            Some(not) => match words.drain(not..).nth(1) {
                Some("finish") => name == "handler",
                Some("ask_void") => name == "chief" && state.asks.contains_key("void"),
                other => panic!("the table says not {other:?}"),
            },
            None => false,
        };
        let level = format!("{level:?}").to_lowercase();
        !did && (at.is_empty() || at.contains(&level.as_str())) && words.into_iter().all(word_is_met)
    };
    let asked = |ask: &str| state.asks.contains_key(ask);
    let helper_is_busy = state.tasks.iter().any(|task| task.role == TaskRole::Helper && !task.is_done);
    row["from"].split(' ').any(|from| from == state.step)
        && row["who"].split('|').any(is_met)
        && (row["decides"].is_empty() || asked(&row["decides"]))
        && (row["asks"].is_empty() || !asked(&row["asks"]))
        && !(row["action"] == "finish" && helper_is_busy)
        && !(row["action"] == "close" && asked("order"))
}

#[test]
fn every_action_of_every_role_in_every_step_is_what_the_table_says() {
    let definition = definition();
    let calendar = calendar();
    let guards: BTreeMap<&str, bool> = GUARDS.iter().map(|guard| (*guard, true)).collect();
    let table: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(TABLE.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
    let at: DateTime<Utc> = "2027-01-04T02:00:00Z".parse().unwrap();
    let (mut allowed, mut refused, mut wrong) = (0, 0, Vec::new());
    for (step, state) in cases_in_every_step(&definition, &calendar) {
        assert_eq!(state.step, step);
        for row in &table {
            let name = row["action"].as_str();
            // A timer does what nobody decided in time: its own test.
            for (role, (who, ..)) in ROLES.iter().enumerate().filter(|(_, (who, ..))| *who != "timer") {
                let decided = with_facts(role, &guards, "ordinary", at, &calendar, |facts| {
                    decide(&definition, Some(&state), &action(name), facts)
                });
                let expected = table_allows(row, role, &state);
                if decided.is_ok() != expected {
                    wrong.push(format!(
                        "{who} {name} in {step} {:?}: {:?}",
                        state.asks.keys(),
                        decided.map(|d| d.state.step)
                    ));
                }
                if expected { allowed += 1 } else { refused += 1 }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), allowed + refused);
    assert!(allowed > 200 && refused > 5_000, "{allowed} allowed, {refused} refused");
}
