//! Cases as a list, one by one, and by their number in the search.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::common::City;

const READER: &[&str] = &["map.read", "case.read"];

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

#[tokio::test]
async fn cases_are_narrowed_counted_and_read_one_by_one() {
    let city = City::small().await;
    let reader = city.token(&["3605"], READER).await;
    let mut sql = city.sql().await;
    let count = async |sql: &mut sqlx::PgConnection, condition: &str| -> i64 {
        let statement = format!(
            "select count(*) from case_record where category not in (select code from sensitive_category) and {condition}"
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(sql).await.unwrap()
    };
    for (query, condition) in [
        ("", "true"),
        ("&open=true", "status not in ('closed', 'voided', 'refused', 'merged')"),
        ("&open=false", "status in ('closed', 'voided', 'refused', 'merged')"),
        (
            "&overdue_at=2200-01-01T00:00:00Z",
            "status not in ('closed', 'voided', 'refused', 'merged', 'hung') and due_at is not null",
        ),
        ("&status=disposing,to_check", "status in ('disposing', 'to_check')"),
        ("&severity=3,4", "severity in (3, 4)"),
        ("&major=C01", "category like 'C01%'"),
        ("&channel=hotline", "channel = 'hotline'"),
        ("&region=360502001", "region between 360502001000000 and 360502001999999"),
        ("&q=%E8%B7%AF", "concat_ws(' ', number, title, address) like '%路%'"),
    ] {
        let (status, page) = city.json(&reader, &format!("/api/cases?limit=1&count=true{query}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert_eq!(page["total"], json!(count(&mut sql, condition).await), "{query}");
    }
    let (_, newest) = city.json(&reader, "/api/cases?limit=2").await;
    let (first, second) = (&items(&newest)[0], &items(&newest)[1]);
    assert!(first["reported_at"].as_str() >= second["reported_at"].as_str());
    let (status, case) = city.json(&reader, &format!("/api/cases/{}", first["id"])).await;
    assert_eq!(status, StatusCode::OK);
    for field in ["number", "title", "status", "region", "address", "due_at", "lon"] {
        assert_eq!(case[field], first[field], "{field}");
    }
    assert_eq!(case["path"].as_array().unwrap().last().unwrap()["code"], case["region"], "{case}");
    assert_eq!(city.json(&reader, "/api/cases/1").await.0, StatusCode::NOT_FOUND);
    assert_eq!(city.json(&reader, "/api/cases?state=open").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_case_is_found_by_how_its_number_begins() {
    let city = City::small().await;
    let reader = city.token(&["3605"], READER).await;
    let (_, newest) = city.json(&reader, "/api/cases?limit=1").await;
    let case = &items(&newest)[0];
    let number = case["number"].as_str().unwrap();
    let find = async |token: &str, text: &str| -> Vec<Value> {
        let (status, found) = city.json(token, &format!("/api/search?kind=case&q={text}")).await;
        assert_eq!(status, StatusCode::OK);
        items(&found).clone()
    };
    let found = find(&reader, number).await;
    assert_eq!((found.len(), &found[0]["id"], &found[0]["name"]), (1, &case["id"], &case["number"]));
    assert!(find(&reader, &number[..5]).await.len() > 1);
    assert!(find(&reader, "____").await.is_empty(), "a sign stands for itself");
    let unread = city.token(&["3605"], &["map.read"]).await;
    assert!(find(&unread, number).await.is_empty());
}

#[tokio::test]
async fn what_is_sensitive_by_its_category_is_told_by_no_list_record_or_search() {
    let city = City::small().await;
    let reader = city.token(&["3605"], READER).await;
    let mut sql = city.sql().await;
    let id: i64 = sqlx::query_scalar(
        "insert into case_record (region, number, category, title, geom)
         select region, '2999-0000001', 'Z1312', '不应出现', st_pointonsurface(geom) from building where region > 0 limit 1 returning id",
    )
    .fetch_one(&mut sql)
    .await
    .unwrap();
    assert_eq!(city.json(&reader, &format!("/api/cases/{id}")).await.0, StatusCode::NOT_FOUND);
    for path in ["/api/cases?q=2999", "/api/cases?category=Z1312", "/api/search?kind=case&q=2999-0000001"] {
        assert!(items(&city.json(&reader, path).await.1).is_empty(), "{path}");
    }
    // The table of the database is that of the codes.
    let kept: BTreeSet<String> = sqlx::query_scalar("select code from sensitive_category")
        .fetch_all(&mut sql)
        .await
        .unwrap()
        .into_iter()
        .collect();
    let csv = include_str!("../../geodata/codes/case_categories.csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let at = rows.headers().unwrap().iter().position(|name| name == "confidential").unwrap();
    let marked: BTreeSet<String> =
        rows.records().map(Result::unwrap).filter(|row| &row[at] == "Y").map(|row| row[0].to_owned()).collect();
    assert_eq!(kept, marked);
}
