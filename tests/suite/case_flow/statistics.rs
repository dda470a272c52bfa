//! What is counted of cases, and that each figure leads to the cases that it counts.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::office::Office;

impl Office {
    async fn statistics(&self, who: &str, query: &str) -> Value {
        let (status, said) = self.send(who, "GET", &format!("/api/cases/statistics?{query}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }
}

fn row<'a>(of: &'a Value, key: &str) -> &'a Value {
    of["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no {key} in {of}"))
}

/// Four cases, with what came of each.
#[derive(Clone, Copy)]
struct WorkedCases {
    settled: i64,
    moved: i64,
    late: i64,
    refused: i64,
}

async fn work_on_four(office: &Office) -> WorkedCases {
    // Settled in time, after more time was given and a first try that wasn't enough.
    let settled = office.dispatched(json!({"channel": "hotline"})).await;
    office.does("handler", settled, "sign", json!({})).await;
    office.does("handler", settled, "ask_extension", json!({"hours": 2, "note": "等材料"})).await;
    office.does("dispatcher", settled, "grant_extension", json!({})).await;
    office.does("helper", settled, "finish_help", json!({"note": "已转运"})).await;
    office.does("handler", settled, "finish", json!({"note": "已清理"})).await;
    office.does("worker", settled, "fail_check", json!({"note": "仍有堆放"})).await;
    office.does("dispatcher", settled, "dispatch", json!({"unit": office.units["handler"]})).await;
    office.does("handler", settled, "finish", json!({"note": "全部清理"})).await;
    office.does("worker", settled, "pass_check", json!({})).await;
    office.does("chief", settled, "close", json!({"note": "符合要求"})).await;
    office.does("supervisor", settled, "call_back", json!({"rating": 5, "note": "满意"})).await;
    // Given to the wrong unit first, and late in the hands of the right one.
    let moved = office.report("worker", json!({})).await;
    office.does("supervisor", moved, "accept", json!({"duplicates_seen": true})).await;
    office.does("chief", moved, "file", json!({"level": 1})).await;
    office.does("dispatcher", moved, "dispatch", json!({"unit": office.units["helper"]})).await;
    office.does("helper", moved, "sign", json!({})).await;
    office.does("helper", moved, "ask_return", json!({"reason": "other_unit", "note": "非本单位职责"})).await;
    office.does("dispatcher", moved, "grant_return", json!({})).await;
    office.does("dispatcher", moved, "dispatch", json!({"unit": office.units["handler"]})).await;
    let late = office.dispatched(json!({})).await;
    let refused = office.report("worker", json!({})).await;
    office.does("supervisor", refused, "refuse", json!({"reason": "not_ours", "note": "不属于受理范围"})).await;
    WorkedCases { settled, moved, late, refused }
}

async fn check_links(office: &Office, worked: WorkedCases, (first, last): (&str, &str)) {
    let WorkedCases { settled, moved, late, refused } = worked;
    let handler = office.units["handler"];
    // Every figure of every row leads to the cases that it counts, each once.
    for (link, cases) in [
        (format!("need_dispose,{first},{last}"), vec![settled, moved, late]),
        (format!("overtime_to_dispose,{first},{last},unit,{handler}"), vec![moved]),
        (format!("overtime_dispose,{first},{last},unit,{handler}"), vec![late]),
        (format!("back,{first},{last},unit,{}", office.units["helper"]), vec![moved]),
        (format!("not_accept,{first},{last},nounit,"), vec![refused]),
        (
            format!("report,{first},{last},by,account:{}", office.accounts["worker"]),
            vec![settled, moved, late, refused],
        ),
        (format!("intime_close,{first},{last}"), vec![settled]),
        (format!("hang,{first},{last}"), vec![]),
    ] {
        let (status, listed) = office.send("chief", "GET", &format!("/api/cases?tally={link}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{link}: {listed}");
        let mut found: Vec<i64> =
            listed["items"].as_array().unwrap().iter().map(|case| case["id"].as_i64().unwrap()).collect();
        found.sort_unstable();
        let mut wanted = cases;
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{link}");
    }
    let (status, _) = office.send("chief", "GET", "/api/cases?tally=everything", json!({}), "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

async fn check_secrets(office: &Office, late: i64, (first, last): (&str, &str)) {
    let mut sql = office.city.sql().await;
    let period = format!("from={first}&to={last}");
    // Who reported a case that hides it is told by nothing.
    let reporter = format!("account:{}", office.accounts["other_worker"]);
    office.report("other_worker", json!({"is_protected": true})).await;
    let told = office.statistics("chief", &format!("by=person&{period}")).await;
    assert!(told["rows"].as_array().unwrap().iter().all(|row| row["key"] != reporter.as_str()), "{told}");
    assert_eq!(row(&told, "")["counts"]["report"], 1);
    let link = format!("/api/cases?tally=report,{first},{last},by,{reporter}");
    assert_eq!(office.send("chief", "GET", &link, json!({}), "").await.1["items"], json!([]));
    // Sensitive cases are counted nowhere.
    sqlx::query("select set_config('gridhall.flow', 'on', false)").execute(&mut sql).await.unwrap();
    sqlx::query("update case_record set category = (select min(code) from sensitive_category) where id = $1")
        .bind(late)
        .execute(&mut sql)
        .await
        .unwrap();
    let told = office.statistics("chief", &period).await;
    assert_eq!(told["total"]["counts"]["report"], 4, "{told}");
}

#[tokio::test]
async fn what_counts_is_counted_once_for_each_time_and_leads_to_its_cases() {
    let office = Office::open().await;
    let mut sql = office.city.sql().await;
    sqlx::query("delete from case_record").execute(&mut sql).await.unwrap();
    let clock = &office.city.map.app.clock;
    let day = |at: chrono::DateTime<chrono::Utc>| (at + TimeDelta::hours(8)).format("%Y-%m-%d").to_string();
    let first = day(clock.now());

    let worked = work_on_four(&office).await;
    // What isn't due yet and isn't done counts nowhere.
    let early = office.statistics("chief", &format!("by=unit&from={first}&to={first}")).await;
    assert_eq!(early["total"]["counts"]["need_dispose"], 2, "{early}");
    clock.advance(TimeDelta::days(6));
    // One that is handled after its time.
    office.does("helper", worked.late, "finish_help", json!({"note": "已转运"})).await;
    office.does("handler", worked.late, "finish", json!({"note": "已清理"})).await;
    let last = day(clock.now());
    let period = format!("from={first}&to={last}");

    let told = office.statistics("chief", &format!("by=unit&{period}")).await;
    let counts = &told["total"]["counts"];
    for (tally, count) in [
        ("report", 4),
        ("valid", 3),
        ("public_valid", 1),
        ("repeat", 0),
        ("accept", 3),
        ("not_accept", 1),
        ("need_accept", 4),
        ("done_accept", 4),
        ("intime_accept", 4),
        ("need_verify", 0),
        ("file", 3),
        ("intime_file", 3),
        ("dispatch", 5),
        ("need_dispatch", 5),
        ("intime_dispatch", 5),
        ("need_dispose", 4),
        ("done_dispose", 3),
        ("intime_dispose", 2),
        ("overtime_dispose", 1),
        ("overtime_to_dispose", 1),
        ("need_check", 2),
        ("intime_check", 2),
        ("postpone", 1),
        ("back", 1),
        ("rework", 1),
        ("hang", 0),
        ("need_close", 3),
        ("close", 1),
        ("intime_close", 1),
        ("overtime_close", 0),
        ("overtime_to_close", 2),
        ("settled", 1),
        ("accurate_dispatch", 1),
        ("rated", 1),
        ("satisfied", 1),
    ] {
        assert_eq!(counts[tally].as_i64().unwrap_or(0), count, "{tally}: {counts}");
    }
    let handler = office.units["handler"].to_string();
    let own = row(&told, &handler);
    assert_eq!(own["name"], "测试城管局");
    for (tally, count) in [("need_dispose", 4), ("overtime_dispose", 1), ("rework", 1), ("dispatch", 4), ("file", 3)] {
        assert_eq!(own["counts"][tally], count, "{own}");
    }
    let helper = row(&told, &office.units["helper"].to_string());
    assert_eq!((&helper["counts"]["back"], &helper["counts"]["dispatch"]), (&json!(1), &json!(1)), "{helper}");
    assert_eq!(row(&told, "")["counts"]["not_accept"], 1, "what was dispatched to nobody is in no unit");
    let dispose = own["times"].as_array().unwrap().iter().find(|time| time["step"] == "dispose").unwrap();
    assert_eq!(dispose["count"], 3);
    assert!(dispose["p90_ms"].as_f64() > dispose["mean_ms"].as_f64(), "{dispose}");

    check_links(&office, worked, (&first, &last)).await;

    // The same counts by whatever they are split, and narrowed to what one may see.
    for by in ["region", "major", "channel", "person", "day", "month"] {
        let split = office.statistics("chief", &format!("by={by}&{period}")).await;
        let sum: i64 = split["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["counts"]["need_dispose"].as_i64().unwrap_or(0))
            .sum();
        assert_eq!((sum, &split["total"]["counts"]), (4, counts), "{by}");
    }
    let hotline = office.statistics("chief", &format!("channel=hotline&{period}")).await;
    assert_eq!(hotline["total"]["counts"]["report"], 1);
    let nothing = office.statistics("chief", &format!("major=Z18&{period}")).await;
    assert_eq!(nothing["total"]["counts"], json!({}));
    let grid = office.statistics("worker", &format!("region={}&{period}", office.grid)).await;
    assert_eq!(grid["total"]["counts"]["report"], 4);
    let (status, _) = office.send("handler", "GET", "/api/cases/statistics", json!({}), "").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "who handles cases reads those of the unit alone");
    for wrong in ["from=2026-01-02&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "by=mood", "region=99"] {
        let (status, _) = office.send("chief", "GET", &format!("/api/cases/statistics?{wrong}"), json!({}), "").await;
        assert!(status.is_client_error(), "{wrong}");
    }
    check_secrets(&office, worked.late, (&first, &last)).await;
}

#[tokio::test]
async fn a_made_citys_past_obeys_the_process_and_its_clocks() {
    let office = Office::open().await;
    let map = &office.city.map;
    gridhall::demo::living::relive(map, 12).await.unwrap();
    assert!((map.app.clock.now() - chrono::Utc::now()).num_seconds().abs() < 2, "the clock goes right again");
    let mut sql = office.city.sql().await;
    let (cases, steps, wrong, early, late): (i64, i64, i64, i64, i64) = sqlx::query_as(
        "with steps as (
             select h.*, lag(h.at) over (partition by h.flow_id order by h.number) as before, f.is_adopted, c.reported_at
             from flow_history h join flow f on f.id = h.flow_id join case_record c on c.id = h.flow_id)
         select count(distinct flow_id), count(*), count(*) filter (where at < before or used_ms < 0 or is_adopted),
                count(*) filter (where at < reported_at), count(*) filter (where at > now()) from steps",
    )
    .fetch_one(&mut sql)
    .await
    .unwrap();
    assert_eq!((wrong, early, late), (0, 0, 0));
    assert!(cases > 6 && steps > 4 * cases, "{steps} steps of {cases} cases");
    let told = office.statistics("chief", "").await;
    let counted = |tally: &str| told["total"]["counts"][tally].as_i64().unwrap_or(0);
    assert!(counted("done_dispose") > 0 && counted("intime_accept") > 0 && counted("need_close") > 0, "{told}");
    // No timer is left that should have fired.
    let left: i64 = sqlx::query_scalar("select count(*) from flow_timer where fired_at is null and due_at < now()")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
