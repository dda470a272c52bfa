//! The life of a case over HTTP.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::office::Office;

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
