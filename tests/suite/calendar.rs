//! The working calendar over HTTP: years, hours, notices, and when a limit ends.

use axum::{body::Body, http::StatusCode};
use serde_json::{Value, json};

use crate::common::{City, read_json, request};

const ALL: &[&str] = &["calendar.manage", "audit.read"];

async fn send(city: &City, token: &str, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let sent = request(method, path, token).header("content-type", "application/json");
    read_json(city.send(sent.body(Body::from(body.to_string())).unwrap()).await).await
}

#[tokio::test]
async fn the_holidays_of_three_years_come_with_the_city() {
    let city = City::small().await;
    let reader = city.token(&["360502001009001"], &[]).await;
    let (status, overview) = city.json(&reader, "/api/calendar").await;
    assert_eq!((status, &overview["years"]), (StatusCode::OK, &json!([2026, 2025, 2024])));
    assert_eq!(overview["hours"][0]["periods"], json!([{"start": 480, "end": 720}, {"start": 840, "end": 1080}]));
    for (year, source, holidays, worked) in [
        (2024, "国办发明电〔2023〕7号", 28, 8),
        (2025, "国办发明电〔2024〕12号", 28, 5),
        (2026, "国办发明电〔2025〕7号", 33, 6),
    ] {
        let (_, known) = city.json(&reader, &format!("/api/calendar/years/{year}")).await;
        let of = |kind: &str| known["days"].as_array().unwrap().iter().filter(|day| day["kind"] == kind).count();
        assert_eq!((&known["source"], of("holiday"), of("workday")), (&json!(source), holidays, worked), "{year}");
    }
    let (status, unknown) = city.json(&reader, "/api/calendar/years/2031").await;
    assert_eq!((status, &unknown["version"], &unknown["days"]), (StatusCode::OK, &json!(0), &json!([])));
    assert_eq!(city.json(&reader, "/api/calendar/years/1800").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_limit_ends_where_the_calendar_says() {
    let city = City::small().await;
    let reader = city.token(&["3605"], &[]).await;
    for (query, due, yellow, open) in [
        // The National Day of 2026: 28, 29, 30 September, 8, 9 October; Saturday the 10th is worked.
        ("unit=working_days&amount=5&from=2026-09-25T02:00:00Z", "2026-10-09T16:00:00Z", "2026-10-07T16:00:00Z", None),
        ("unit=working_days&amount=6&from=2026-09-25T02:00:00Z", "2026-10-10T16:00:00Z", "2026-10-08T16:00:00Z", None),
        // Half an hour of working time from a Friday evening, and by the clock.
        (
            "unit=working_minutes&amount=30&from=2026-11-27T11:00:00Z",
            "2026-11-30T00:30:00Z",
            "2026-11-30T00:24:00Z",
            None,
        ),
        (
            "unit=clock_minutes&amount=30&from=2026-11-27T11:00:00Z",
            "2026-11-27T11:30:00Z",
            "2026-11-27T11:24:00Z",
            None,
        ),
        (
            "unit=working_days&amount=3&from=2026-12-30T02:00:00Z",
            "2027-01-04T16:00:00Z",
            "2027-01-03T16:00:00Z",
            Some(2027),
        ),
    ] {
        let (status, end) = city.json(&reader, &format!("/api/calendar/limit?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{end}");
        assert_eq!((&end["due_at"], &end["yellow_at"]), (&json!(due), &json!(yellow)), "{query}");
        assert_eq!(end["first_open_year"], json!(open), "{query}");
    }
    let (status, why) = city.json(&reader, "/api/calendar/limit?unit=working_days&amount=99999").await;
    assert_eq!((status, &why["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/amount")), "{why}");
    for wrong in ["unit=weeks&amount=1", "unit=working_days&amount=-1", "unit=working_days"] {
        let (status, why) = city.json(&reader, &format!("/api/calendar/limit?{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}: {why}");
    }
}

#[tokio::test]
async fn a_notice_is_read_and_arranges_its_year() {
    let city = City::small().await;
    let steward = city.token(&["3605"], ALL).await;
    let notice = "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕9号\n\
                  一、元旦：2026年12月31日（周四）至2027年1月2日（周六）放假调休，共3天。1月3日（周日）上班。";
    let (status, read) = city.post(&steward, "/api/calendar/notice", json!({"text": notice})).await;
    assert_eq!((status, &read["problems"], &read["year"]), (StatusCode::OK, &json!([]), &json!(2027)), "{read}");
    let path = "/api/calendar/years/2027";
    let draft = json!({"version": 0, "source": read["source"], "days": read["days"]});
    let (status, saved) = send(&city, &steward, "PUT", path, &draft).await;
    assert_eq!((status, &saved["version"], saved["days"].as_array().unwrap().len()), (StatusCode::OK, &json!(1), 4));
    // Whoever began from the same version as somebody else is told so, and nothing of theirs is taken.
    let (status, why) = send(&city, &steward, "PUT", path, &json!({"version": 0, "source": "", "days": []})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{why}");
    assert_eq!(city.json(&steward, path).await.1, saved);
    // The last day of 2026 is arranged with 2027; another year can't say something else of it.
    let (_, before) = city.json(&steward, "/api/calendar/years/2026").await;
    let mut days = before["days"].as_array().unwrap().clone();
    days.push(json!({"day": "2026-12-31", "kind": "holiday", "name": "元旦"}));
    let (status, why) =
        send(&city, &steward, "PUT", "/api/calendar/years/2026", &json!({"version": 1, "source": "", "days": days}))
            .await;
    assert_eq!((status, &why["detail"]), (StatusCode::CONFLICT, &json!("2026-12-31 已由 2027 年的安排规定。")));
    let wrong =
        json!({"version": 1, "source": "", "days": [{"day": "2027-05-03", "kind": "workday", "name": "劳动节"}]});
    let (status, why) = send(&city, &steward, "PUT", path, &wrong).await;
    assert_eq!((status, &why["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/days/0/kind")));
    // A limit over the new year knows it now.
    let (_, end) =
        city.json(&steward, "/api/calendar/limit?unit=working_days&amount=1&from=2026-12-30T02:00:00Z").await;
    assert_eq!(end["due_at"], "2027-01-03T16:00:00Z");
    // Who changed what is in the audit.
    let (_, entries) = city.json(&steward, "/api/audit?action=calendar.year").await;
    assert_eq!(entries["items"].as_array().unwrap().len(), 1, "{entries}");
    assert_eq!(entries["items"][0]["detail"]["added"].as_array().unwrap().len(), 4);
    assert_eq!(
        city.post(&steward, "/api/calendar/notice", json!({"text": " "})).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let worker = city.token(&["360502001009001"], &["map.read"]).await;
    assert_eq!(send(&city, &worker, "PUT", path, &draft).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn hours_hold_from_their_day_on_and_some_always_hold() {
    let city = City::small().await;
    let steward = city.token(&["3605"], ALL).await;
    let summer =
        json!({"weekdays": [1, 2, 3, 4, 5], "periods": [{"start": 480, "end": 720}, {"start": 900, "end": 1140}]});
    assert_eq!(send(&city, &steward, "PUT", "/api/calendar/hours/2027-06-01", &summer).await.0, StatusCode::NO_CONTENT);
    let due = async |from: &str| {
        let path = format!("/api/calendar/limit?unit=working_minutes&amount=300&from={from}");
        city.json(&steward, &path).await.1["due_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(due("2027-05-31T00:00:00Z").await, "2027-05-31T07:00:00Z");
    assert_eq!(due("2027-06-01T00:00:00Z").await, "2027-06-01T08:00:00Z");
    let overlap = json!({"weekdays": [1], "periods": [{"start": 480, "end": 720}, {"start": 700, "end": 1140}]});
    let (status, why) = send(&city, &steward, "PUT", "/api/calendar/hours/2027-07-01", &overlap).await;
    assert_eq!((status, &why["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/periods/1")));
    let drop = async |day: &str| {
        let path = format!("/api/calendar/hours/{day}");
        city.send(request("DELETE", &path, &steward).body(Body::empty()).unwrap()).await.status()
    };
    assert_eq!(drop("2027-07-01").await, StatusCode::NOT_FOUND);
    assert_eq!(drop("2000-01-01").await, StatusCode::NO_CONTENT);
    assert_eq!(drop("2027-06-01").await, StatusCode::CONFLICT, "they are the only ones");
    assert_eq!(due("2026-06-01T00:00:00Z").await, "2026-06-01T08:00:00Z");
}
