//! The process of a case: the definition against the table of its transitions, random walks, and its life over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use gridhall::{
    flow::{
        Assignee, Definition, Facts, FlowAction, FlowRule, FlowState, TaskRole, TimerKind, Transition, WhichHolder,
        choices, decide,
    },
    kernel::time::{Limit, WorkCalendar, WorkPeriod, WorkingHours},
    modules::identity::console::{self, Newcomer},
    spatial::region::Level,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    common::{City, read_json, request},
    identity::{PASSWORD, sign_in},
};

const TABLE: &str = include_str!("../data/case_transitions.csv");

fn definition() -> Definition {
    serde_json::from_str(include_str!("../../src/modules/cases/flow/case.json")).unwrap()
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

/// A city with somebody in every role.
struct Office {
    city: City,
    sessions: BTreeMap<&'static str, String>,
    accounts: BTreeMap<&'static str, i64>,
    units: BTreeMap<&'static str, i64>,
    place: (f64, f64),
    grid: i64,
}

impl Office {
    async fn open() -> Self {
        let city = City::small().await;
        let mut sql = city.sql().await;
        // A grid of a county, and a place in it.
        let (grid, lon, lat): (i64, f64, f64) = sqlx::query_as(
            "select code, st_x(p), st_y(p) from (select code, st_pointonsurface(geom) p from region
             where level = 5 and valid_to is null and code / 1000000000 = 360502 order by code limit 1) g",
        )
        .fetch_one(&mut sql)
        .await
        .unwrap();
        let at = |digits: u32| (grid / 10_i64.pow(15 - digits)).to_string();
        let (own, community, street, county) = (grid.to_string(), at(12), at(9), at(6));
        let people: [(&'static str, &str, &str, &str); 10] = [
            ("worker", "grid_worker", "网格", &own),
            ("other_worker", "grid_worker", "网格", &own),
            ("community", "community_lead", "测试社区居委会", &community),
            ("street", "street_dispatcher", "测试街道综治中心", &street),
            ("street_lead", "street_lead", "测试街道综治中心", &street),
            ("supervisor", "district_supervisor", "测试监督中心", &county),
            ("chief", "district_duty_chief", "测试监督中心", &county),
            ("dispatcher", "district_dispatcher", "测试指挥中心", &county),
            ("handler", "dept_handler", "测试城管局", &county),
            ("helper", "dept_handler", "测试环卫所", &county),
        ];
        let (mut sessions, mut accounts) = (BTreeMap::new(), BTreeMap::new());
        for (login, role, agency, region) in people {
            let who = Newcomer { login, name: login, role, agency, region: region.parse().unwrap() };
            let id = console::let_in(&mut sql, &who).await.unwrap();
            console::set_password(&mut sql, id, PASSWORD).await.unwrap();
            sqlx::query("update account set must_change = false where id = $1").bind(id).execute(&mut sql).await.ok();
            accounts.insert(login, id);
            sessions.insert(login, sign_in(&city, login).await);
        }
        let mut units = BTreeMap::new();
        for (key, name) in [("handler", "测试城管局"), ("helper", "测试环卫所"), ("community", "测试社区居委会")]
        {
            let id: i64 = sqlx::query_scalar("select id from agency where name = $1")
                .bind(name)
                .fetch_one(&mut sql)
                .await
                .unwrap();
            units.insert(key, id);
        }
        Self { city, sessions, accounts, units, place: (lon, lat), grid }
    }

    async fn send(&self, who: &str, method: &str, path: &str, body: Value, key: &str) -> (StatusCode, Value) {
        let mut request = request(method, path, &self.sessions[who]).header(header::CONTENT_TYPE, "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        read_json(self.city.send(request.body(Body::from(body.to_string())).unwrap()).await).await
    }

    async fn report(&self, who: &str, more: Value) -> i64 {
        let mut report = json!({"category": "E0505", "lon": self.place.0, "lat": self.place.1, "detail": "乱堆杂物", "address": "仙来大道"});
        report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, said) = self.send(who, "POST", "/api/cases", report, "").await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
        said["id"].as_i64().unwrap()
    }

    async fn act(&self, who: &str, case: i64, action: &str, draft: Value) -> (StatusCode, Value) {
        self.send(who, "POST", &format!("/api/cases/{case}/actions/{action}"), draft, "").await
    }

    async fn does(&self, who: &str, case: i64, action: &str, draft: Value) -> Value {
        let (status, said) = self.act(who, case, action, draft).await;
        assert_eq!(status, StatusCode::OK, "{who} {action}: {said}");
        said
    }

    async fn refused(&self, who: &str, case: i64, action: &str, draft: Value) -> (StatusCode, String) {
        let (status, said) = self.act(who, case, action, draft).await;
        (status, said["rule"].as_str().unwrap_or_default().to_owned())
    }

    async fn case(&self, who: &str, id: i64) -> Value {
        let (status, said) = self.send(who, "GET", &format!("/api/cases/{id}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }

    async fn tasks(&self, who: &str, query: &str) -> Vec<Value> {
        let (status, said) = self.send(who, "GET", &format!("/api/tasks?limit=200{query}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said["items"].as_array().unwrap().clone()
    }

    /// A case that was accepted, filed and dispatched to a unit with a helper.
    async fn dispatched(&self, more: Value) -> i64 {
        let case = self.report("worker", more).await;
        self.does("supervisor", case, "accept", json!({"duplicates_seen": true})).await;
        self.does("chief", case, "file", json!({"level": 1})).await;
        let draft = json!({"unit": self.units["handler"], "helpers": [self.units["helper"]]});
        self.does("dispatcher", case, "dispatch", draft).await;
        case
    }
}

#[tokio::test]
async fn a_case_goes_from_its_report_to_its_rating_with_a_return_an_extension_and_a_rework() {
    let office = Office::open().await;
    let case = office.report("supervisor", json!({"category": "C0101", "channel": "telephone", "reporter_name": "王女士", "reporter_phone": "13900000000"})).await;
    let told = office.case("supervisor", case).await;
    assert!(told["number"].as_str().unwrap().starts_with("S360502-"), "{told}");
    assert_eq!((&told["status"], &told["region"]), (&json!("reported"), &json!(office.grid)));
    assert_eq!(told["reporter"]["name"], "王女士");
    // Somebody on the spot finds it true.
    office.does("supervisor", case, "ask_verify", json!({})).await;
    assert_eq!(office.tasks("worker", "").await.iter().filter(|task| task["thing"] == json!(case)).count(), 1);
    office.does("worker", case, "verify_true", json!({"note": "属实"})).await;
    office.does("supervisor", case, "accept", json!({"duplicates_seen": true})).await;
    let filed = office.does("chief", case, "file", json!({"level": 2, "severity": 2})).await;
    assert!(filed["number"].as_str().unwrap().starts_with("360502-"), "{filed}");
    // To the wrong unit, which returns it.
    office.does("dispatcher", case, "dispatch", json!({"unit": office.units["helper"]})).await;
    office.does("helper", case, "sign", json!({})).await;
    office.does("helper", case, "ask_return", json!({"reason": "other_unit", "note": "非本单位职责"})).await;
    office.does("dispatcher", case, "grant_return", json!({})).await;
    office
        .does(
            "dispatcher",
            case,
            "dispatch",
            json!({"unit": office.units["handler"], "helpers": [office.units["helper"]]}),
        )
        .await;
    office.does("handler", case, "sign", json!({})).await;
    let before = office.case("dispatcher", case).await;
    office.does("handler", case, "ask_extension", json!({"hours": 4, "note": "等材料"})).await;
    assert_eq!(office.case("dispatcher", case).await["asks"], json!(["extension"]));
    office.does("dispatcher", case, "grant_extension", json!({})).await;
    let after = office.case("dispatcher", case).await;
    assert!(after["step_due_at"].as_str() > before["step_due_at"].as_str());
    assert!(after["due_at"].as_str() > before["due_at"].as_str());
    // The lead waits for who helps.
    let early = office.refused("handler", case, "finish", json!({"note": "已清理"})).await;
    assert_eq!(early, (StatusCode::CONFLICT, "helpers".to_owned()));
    office.does("helper", case, "finish_help", json!({"note": "已转运"})).await;
    office.does("handler", case, "finish", json!({"note": "已清理"})).await;
    // A worker finds it undone: half of the time for the second try.
    office.does("worker", case, "fail_check", json!({"note": "仍有堆放"})).await;
    office.does("dispatcher", case, "dispatch", json!({"unit": office.units["handler"]})).await;
    let limit = office.case("dispatcher", case).await["flow"]["step_limit"].clone();
    let whole = office.case("dispatcher", case).await["limit"].clone();
    assert_eq!(limit["amount"].as_i64().unwrap() * 2, whole["amount"].as_i64().unwrap());
    office.does("handler", case, "finish", json!({"note": "全部清理"})).await;
    office.does("worker", case, "pass_check", json!({})).await;
    let closed = office.does("chief", case, "close", json!({"note": "符合要求"})).await;
    assert_eq!(closed["status"], "closed");
    office.does("supervisor", case, "call_back", json!({"rating": 5, "note": "满意"})).await;
    let told = office.case("supervisor", case).await;
    let done: Vec<&str> =
        told["flow"]["history"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(
        done,
        [
            "report",
            "ask_verify",
            "verify_true",
            "accept",
            "file",
            "dispatch",
            "sign",
            "ask_return",
            "grant_return",
            "dispatch",
            "sign",
            "ask_extension",
            "grant_extension",
            "finish_help",
            "finish",
            "fail_check",
            "dispatch",
            "finish",
            "pass_check",
            "close",
            "call_back"
        ]
    );
    // Every step is audited, and the map follows.
    let mut sql = office.city.sql().await;
    let audited: i64 = sqlx::query_scalar(
        "select count(*) from audit_entry where object = $1 and action in ('case.step', 'case.report')",
    )
    .bind(format!("case {case}"))
    .fetch_one(&mut sql)
    .await
    .unwrap();
    assert_eq!(audited, i64::try_from(done.len()).unwrap());
    assert!(told["closed_at"].is_string());
    // Who handled it reads nothing of who reported it.
    assert_eq!(office.case("handler", case).await["reporter"], Value::Null);
}

#[tokio::test]
async fn what_cant_be_done_is_refused_with_the_rule_and_what_could_be() {
    let office = Office::open().await;
    let case = office.report("worker", json!({})).await;
    // Nobody of these may, whatever the step.
    assert_eq!(office.refused("worker", case, "accept", json!({})).await.0, StatusCode::FORBIDDEN);
    let (status, said) = office.act("dispatcher", case, "dispatch", json!({"unit": 1})).await;
    assert_eq!((status, &said["rule"]), (StatusCode::CONFLICT, &json!("step")), "{said}");
    let legal: BTreeSet<&str> = said["actions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(legal, BTreeSet::from(["move_level", "relocate", "urge"]));
    assert_eq!(office.refused("supervisor", case, "paint", json!({})).await.1, "unknown");
    // The form says what is missing, and takes nothing that isn't its own.
    let (status, said) = office.act("supervisor", case, "refuse", json!({"level": 1})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<&str> =
        said["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/note", "/level"]);
    // A count that is old.
    office.does("supervisor", case, "ask_verify", json!({"version": 1})).await;
    assert_eq!(office.refused("worker", case, "verify_true", json!({"version": 1})).await.1, "version");
    office.does("worker", case, "verify_true", json!({"version": 2})).await;
    // Likely duplicates are looked at first.
    office.report("worker", json!({})).await;
    assert_eq!(office.refused("supervisor", case, "accept", json!({})).await.1, "guard");
    let (_, alike) = office.send("supervisor", "GET", &format!("/api/cases/{case}/alike"), json!({}), "").await;
    assert_eq!(alike["cases"].as_array().unwrap().len(), 1, "{alike}");
    office.does("supervisor", case, "accept", json!({"duplicates_seen": true})).await;
    office.does("chief", case, "file", json!({"level": 1})).await;
    for (unit, pointer) in
        [(json!({"unit": 1}), "/unit"), (json!({"unit": office.units["handler"], "helpers": [2]}), "/helpers")]
    {
        let (status, said) = office.act("dispatcher", case, "dispatch", unit).await;
        assert_eq!((status, &said["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer)));
    }
    let twice = json!({"unit": office.units["handler"], "helpers": [office.units["handler"]]});
    assert_eq!(office.refused("dispatcher", case, "dispatch", twice).await.1, "unassigned");
    office.does("dispatcher", case, "dispatch", json!({"unit": office.units["handler"]})).await;
    // It is another unit's.
    assert_eq!(office.refused("helper", case, "finish", json!({"note": "好了"})).await.0, StatusCode::NOT_FOUND);
    let (status, _) = office.send("helper", "GET", &format!("/api/cases/{case}"), json!({}), "").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a unit reads its own cases only");
    assert_eq!(office.refused("dispatcher", case, "grant_return", json!({})).await.1, "not_asked");
    // Four working hours later nothing can be returned, and after the end nothing extended.
    office.city.map.app.clock.advance(TimeDelta::days(30));
    assert_eq!(
        office.refused("handler", case, "ask_return", json!({"reason": "other_unit", "note": "x"})).await.1,
        "guard"
    );
    assert_eq!(office.refused("handler", case, "ask_extension", json!({"hours": 1, "note": "x"})).await.1, "guard");
    // Next door it isn't there.
    let stranger = office.city.token(&["360521"], &["case.read", "case.dispatch", "map.read"]).await;
    let (status, _) =
        office.city.post(&stranger, &format!("/api/cases/{case}/actions/urge"), json!({"note": "快"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_sent_twice_under_one_key_is_done_once() {
    let office = Office::open().await;
    let report = json!({"category": "E0505", "lon": office.place.0, "lat": office.place.1, "detail": "乱贴广告"});
    let (first, said) = office.send("worker", "POST", "/api/cases", report.clone(), "key-0001").await;
    let (second, again) = office.send("worker", "POST", "/api/cases", report.clone(), "key-0001").await;
    assert_eq!((first, second, &said), (StatusCode::CREATED, StatusCode::CREATED, &again));
    let mut other = report;
    other["detail"] = json!("别的事");
    let (status, _) = office.send("worker", "POST", "/api/cases", other, "key-0001").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = format!("/api/cases/{}/actions/ask_verify", said["id"]);
    for _ in 0..2 {
        let (status, standing) = office.send("supervisor", "POST", &path, json!({}), "key-0002").await;
        assert_eq!((status, &standing["version"]), (StatusCode::OK, &json!(2)));
    }
}

#[tokio::test]
async fn of_many_who_take_one_task_one_has_it() {
    let office = Office::open().await;
    let case = office.report("worker", json!({})).await;
    office.does("supervisor", case, "ask_verify", json!({})).await;
    let task = office.tasks("worker", "").await.into_iter().find(|task| task["thing"] == json!(case)).unwrap();
    let path = format!("/api/tasks/{}/claim", task["id"]);
    let takers = (0..32).map(|number| {
        let who = if number % 2 == 0 { "worker" } else { "other_worker" };
        office.send(who, "POST", &path, json!({}), "")
    });
    let answers = futures_join(takers.collect()).await;
    let taken: Vec<usize> = (0..32).filter(|number| answers[*number].0 == StatusCode::OK).collect();
    assert!(!taken.is_empty());
    assert!(taken.iter().all(|number| number % 2 == taken[0] % 2), "two have it: {taken:?}");
    assert!(answers.iter().all(|(status, _)| [StatusCode::OK, StatusCode::CONFLICT].contains(status)), "{answers:?}");
    let (has, lacks) = if taken[0].is_multiple_of(2) { ("worker", "other_worker") } else { ("other_worker", "worker") };
    assert_eq!(office.refused(lacks, case, "verify_true", json!({})).await.1, "holder");
    assert!(office.tasks(lacks, "").await.iter().all(|task| task["thing"] != json!(case)));
    // Handed over, it is the other's.
    let (status, said) = office
        .send(
            has,
            "POST",
            &format!("/api/tasks/{}/hand-over", task["id"]),
            json!({"account": office.accounts[lacks]}),
            "",
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{said}");
    office.does(lacks, case, "verify_true", json!({})).await;
    let (status, _) = office
        .send(
            "supervisor",
            "POST",
            &format!("/api/tasks/{}/hand-over", task["id"]),
            json!({"account": office.accounts["chief"]}),
            "",
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn futures_join<T>(all: Vec<impl Future<Output = T>>) -> Vec<T> {
    futures::future::join_all(all).await
}

#[tokio::test]
async fn timers_do_what_nobody_did_once_each() {
    let office = Office::open().await;
    let case = office.dispatched(json!({})).await;
    office.does("handler", case, "sign", json!({})).await;
    office.does("handler", case, "ask_extension", json!({"hours": 2, "note": "等材料"})).await;
    let app = &office.city.map.app;
    gridhall::modules::cases::fire_timers(app).await.unwrap();
    assert_eq!(office.case("handler", case).await["asks"], json!(["extension"]));
    // Four working hours later, at the latest after four days, it is refused by itself.
    app.clock.advance(TimeDelta::days(4));
    let (first, second) =
        tokio::join!(gridhall::modules::cases::fire_timers(app), gridhall::modules::cases::fire_timers(app));
    first.unwrap();
    second.unwrap();
    // Two that look at once may each leave one to the other; the next look finds it.
    gridhall::modules::cases::fire_timers(app).await.unwrap();
    let told = office.case("handler", case).await;
    let refused: Vec<&Value> =
        told["flow"]["history"].as_array().unwrap().iter().filter(|row| row["action"] == "refuse_extension").collect();
    assert_eq!(refused.len(), 1, "{told}");
    assert_eq!(refused[0]["by"], "system:case-timer");
    assert_eq!(told["flow"]["lamp"], "red");
    let (_, messages) = office.send("handler", "GET", "/api/messages", json!({}), "").await;
    let kinds: Vec<&str> =
        messages["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "case.late").count(), 1, "{kinds:?}");
    // What is hung goes on by itself on its day, with what was left of its time.
    office.does("dispatcher", case, "urge", json!({"note": "请尽快"})).await;
    let day = (app.clock.now() + TimeDelta::days(10)).format("%Y-%m-%d").to_string();
    office.does("handler", case, "ask_hang", json!({"reason": "money", "review_on": day, "note": "等资金"})).await;
    office.does("chief", case, "grant_hang", json!({})).await;
    let hung = office.case("chief", case).await;
    assert_eq!((&hung["status"], &hung["step_due_at"]), (&json!("hung"), &Value::Null));
    app.clock.advance(TimeDelta::days(11));
    gridhall::modules::cases::fire_timers(app).await.unwrap();
    let resumed = office.case("chief", case).await;
    assert_eq!(resumed["status"], "disposing");
    assert_eq!(resumed["flow"]["tasks"].as_array().unwrap().len(), 2, "{resumed}");
}

#[tokio::test]
async fn a_timer_that_fails_holds_up_no_other() {
    let office = Office::open().await;
    let (broken, whole) = (office.dispatched(json!({})).await, office.dispatched(json!({})).await);
    let mut sql = office.city.sql().await;
    let break_it = "update flow set state = '{}' where id = $1";
    sqlx::query(break_it).bind(broken).execute(&mut sql).await.unwrap();
    let app = &office.city.map.app;
    app.clock.advance(TimeDelta::days(30));
    gridhall::modules::cases::fire_timers(app).await.unwrap();
    let left = "select count(*) from flow_timer where flow_id = $1 and fired_at is null";
    for (case, waits) in [(whole, false), (broken, true)] {
        let left: i64 = sqlx::query_scalar(left).bind(case).fetch_one(&mut sql).await.unwrap();
        assert_eq!(left > 0, waits, "{left} of case {case}");
    }
}

#[tokio::test]
async fn what_came_from_elsewhere_is_taken_in_and_stays_what_its_table_says_until_it_is_worked_on() {
    let office = Office::open().await;
    let app = &office.city.map.app;
    gridhall::modules::cases::adopt_open(app).await.unwrap();
    let mut sql = office.city.sql().await;
    let (open, processes): (i64, i64) = sqlx::query_as(
        "select (select count(*) from case_record c where status not in ('closed', 'refused', 'voided', 'merged')
                 and not exists (select from sensitive_category s where s.code = c.category)),
                (select count(*) from flow)",
    )
    .fetch_one(&mut sql)
    .await
    .unwrap();
    assert!(open > 0);
    assert_eq!(open, processes);
    let cases: Vec<(i64, String)> = sqlx::query_as(
        "select f.id, f.step from flow f join case_record c on c.id = f.id
         where f.is_open and f.region / 1000000000 = 360502 and c.severity < 3 order by f.id limit 2",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    let (case, status) = cases[0].clone();
    let told = office.case("chief", case).await;
    assert_eq!(told["status"], json!(status));
    let history = told["flow"]["history"].as_array().unwrap();
    assert_eq!((history.len(), &history[0]["action"]), (1, &json!("imported")));
    assert_eq!(history[0]["used_ms"], Value::Null);
    // An import still sets what nobody has worked on, and nothing else.
    let set = "update case_record set status = $2 where id = $1";
    sqlx::query(set).bind(case).bind("reported").execute(&mut sql).await.unwrap();
    assert_eq!(office.case("chief", case).await["flow"]["history"].as_array().unwrap().len(), 1);
    office.does("supervisor", case, "accept", json!({"duplicates_seen": true})).await;
    sqlx::query(set).bind(case).bind("closed").execute(&mut sql).await.unwrap();
    assert_eq!(office.case("chief", case).await["status"], "to_file");
    // What stands still from nowhere is dispatched when it goes on.
    let hung = cases[1].0;
    sqlx::query(set).bind(hung).bind("hung").execute(&mut sql).await.unwrap();
    let resumed = office.does("chief", hung, "resume", json!({"note": "资金已落实"})).await;
    assert_eq!(resumed["status"], "to_dispatch");
    // It goes on like any other.
    office.does("chief", case, "file", json!({"level": 3})).await;
    office.does("dispatcher", case, "dispatch", json!({"unit": office.units["handler"]})).await;
    assert!(office.case("chief", case).await["step_due_at"].is_string());
}

#[tokio::test]
async fn a_case_that_is_moved_takes_its_tasks_and_its_history_with_it() {
    let office = Office::open().await;
    let case = office.dispatched(json!({})).await;
    let mut sql = office.city.sql().await;
    let (grid, lon, lat): (i64, f64, f64) = sqlx::query_as(
        "select code, st_x(p), st_y(p) from (select code, st_pointonsurface(geom) p from region
         where level = 5 and valid_to is null and code / 1000000000 = 360502 and code <> $1 order by code desc limit 1) g",
    )
    .bind(office.grid)
    .fetch_one(&mut sql)
    .await
    .unwrap();
    let outside = json!({"place": [0.0, 0.0], "note": "位置有误"});
    assert_eq!(office.act("dispatcher", case, "relocate", outside).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    office.does("dispatcher", case, "relocate", json!({"place": [lon, lat], "note": "位置有误"})).await;
    for table in [
        "case_record where id = $1",
        "flow where id = $1",
        "flow_task where flow_id = $1",
        "flow_history where flow_id = $1",
        "flow_timer where flow_id = $1",
    ] {
        let regions: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select distinct region from {table}")))
            .bind(case)
            .fetch_all(&mut sql)
            .await
            .unwrap();
        assert_eq!(regions, [grid], "{table}");
    }
    let (status, _) = office.send("worker", "GET", &format!("/api/cases/{case}"), json!({}), "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn numbers_have_no_gaps_however_many_report_at_once() {
    let office = Office::open().await;
    let reports = (0..32).map(|number| {
        let report = json!({"category": "E0505", "lon": office.place.0, "lat": office.place.1, "detail": format!("第 {number} 件")});
        office.send("worker", "POST", "/api/cases", report, "")
    });
    let answers = futures_join(reports.collect()).await;
    let numbers: BTreeSet<String> = answers
        .iter()
        .map(|(status, said)| {
            assert_eq!(*status, StatusCode::CREATED, "{said}");
            said["number"].as_str().unwrap().rsplit('-').next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(numbers, (1..=32).map(|number| format!("{number:04}")).collect());
}

#[tokio::test]
async fn a_sensitive_category_is_neither_reported_nor_worked_on_here() {
    let office = Office::open().await;
    let report = json!({"category": "Z1312", "lon": office.place.0, "lat": office.place.1, "detail": "x"});
    let (status, said) = office.send("worker", "POST", "/api/cases", report, "").await;
    assert_eq!((status, &said["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/category")));
    let mut sql = office.city.sql().await;
    let planted: i64 = sqlx::query_scalar(
        "insert into case_record (region, number, category, title, source, geom)
         values ($1, 'PLANTED-1', 'Z1312', '不应见到', 'test', st_setsrid(st_makepoint($2, $3), 4326)) returning id",
    )
    .bind(office.grid)
    .bind(office.place.0)
    .bind(office.place.1)
    .fetch_one(&mut sql)
    .await
    .unwrap();
    gridhall::modules::cases::adopt_open(&office.city.map.app).await.unwrap();
    // An import that sets its state begins no process either.
    let set = "update case_record set status = 'to_dispatch' where id = $1";
    sqlx::query(set).bind(planted).execute(&mut sql).await.unwrap();
    let kept: i64 =
        sqlx::query_scalar("select count(*) from flow where id = $1").bind(planted).fetch_one(&mut sql).await.unwrap();
    assert_eq!(kept, 0);
    for who in ["worker", "community", "street", "supervisor", "chief", "dispatcher"] {
        let (status, _) = office.send(who, "GET", &format!("/api/cases/{planted}"), json!({}), "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{who}");
        let draft = json!({"duplicates_seen": true});
        let (status, _) = office.act(who, planted, "accept", draft).await;
        let may = ["community", "street", "supervisor"].contains(&who);
        assert_eq!(status, if may { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN }, "{who}");
        assert!(office.tasks(who, "").await.iter().all(|task| task["thing"] != json!(planted)), "{who}");
    }
}

#[tokio::test]
async fn the_process_tells_where_cases_stand_and_how_long_steps_take() {
    let office = Office::open().await;
    office.dispatched(json!({})).await;
    office.report("worker", json!({"category": "E0102"})).await;
    let (status, told) = office.send("chief", "GET", "/api/flow/definitions/case", json!({}), "").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["definition"]["name"], "case");
    assert_eq!((&told["standing"]["disposing"], &told["standing"]["reported"]), (&json!(1), &json!(1)));
    let accepted = told["done"].as_array().unwrap().iter().find(|one| one["action"] == "accept").unwrap();
    assert_eq!((&accepted["count"], &accepted["in_time"]), (&json!(1), &json!(1)));
    let (status, _) = office.send("chief", "GET", "/api/flow/definitions/none", json!({}), "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
