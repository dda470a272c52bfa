//! Lists: every order and every filter of each is one that the database takes, and pages show each row once.

use axum::{body::Body, http::StatusCode};
use base64ct::{Base64UrlUnpadded, Encoding};
use gridhall::{app::modules, records::list::FilterKind as Kind};
use serde_json::{Value, json};

use crate::{
    common::{City, read_bytes, request},
    identity::{let_in, sign_in},
};

/// What a filter is tried with.
fn tried(kind: Kind) -> &'static str {
    match kind {
        Kind::Text(_) | Kind::Texts(_) => "a",
        Kind::OneOf(words) => words[0],
        Kind::Integer => "7",
        Kind::Boolean => "true",
        Kind::Formed(_, example) => example,
        Kind::Time => "2026-11-30T08:00:00Z",
        Kind::Region => "360502001",
        Kind::Box => "114.5,27.5,115.5,28.5",
    }
}

/// The addresses of the lists that modules declare.
fn address(list: &str) -> &'static str {
    match list {
        "accounts" => "/api/accounts",
        "agencies" => "/api/agencies",
        "audit" => "/api/audit",
        "cases" => "/api/cases",
        "messages" => "/api/messages",
        "requests" => "/api/rights-requests",
        "tasks" => "/api/tasks",
        other => panic!("where is the list {other}?"),
    }
}

#[tokio::test]
async fn every_order_and_every_filter_is_answered_and_taken_along() {
    let city = City::small().await;
    let token = city.token(&["3605"], &gridhall::app::permission_names(modules())).await;
    let_in(&city, "auditor", "auditor", "3605").await;
    let person = sign_in(&city, "auditor").await;
    let lists: Vec<_> = modules().iter().flat_map(|module| module.lists).collect();
    assert!(lists.len() >= 5);
    let files = 2 * lists.len();
    for list in lists {
        let at = address(list.name);
        // Who is told something is a person.
        let token = if list.name == "messages" { &person } else { &token };
        let sortable = list.columns.iter().filter(|column| column.sorts.is_some()).map(|column| column.name);
        let sorts = sortable.flat_map(|name| [format!("sort={name}"), format!("sort=-{name}")]);
        let filters = list.filters.iter().map(|filter| format!("{}={}", filter.name, tried(filter.kind)));
        for asked in sorts.chain(filters).chain([String::new()]) {
            let (status, page) = city.json(token, &format!("{at}?{asked}&limit=1&count=true")).await;
            assert_eq!(status, StatusCode::OK, "{at}?{asked}: {page}");
            let held = page["items"].as_array().unwrap().len();
            assert!(page["total"].as_u64().unwrap() >= held as u64, "{at}?{asked}: {page}");
            if let Some(next) = page["next"].as_str() {
                let (status, page) = city.json(token, &format!("{at}?{asked}&limit=1&after={next}")).await;
                assert_eq!(status, StatusCode::OK, "{at}?{asked} on: {page}");
            }
        }
        let text = String::from_utf8(read_bytes(city.get(token, &format!("{at}?format=csv")).await).await).unwrap();
        let headings: Vec<&str> = list.columns.iter().map(|column| column.title.0).collect();
        assert_eq!(text.lines().next().unwrap(), format!("\u{feff}{}", headings.join(",")), "{at}");
        let book = read_bytes(city.get(token, &format!("{at}?format=xlsx")).await).await;
        assert!(book.starts_with(b"PK"), "{at}");
    }
    let (_, audited) = city.json(&token, "/api/audit?action=list.export").await;
    assert_eq!(audited["items"].as_array().unwrap().len(), files, "files are audited: {audited}");
}

#[tokio::test]
async fn pages_show_each_row_once_in_its_order_whatever_it_is_sorted_by() {
    let city = City::small().await;
    let mut sql = city.sql().await;
    // Many alike, many of which nothing is known, names in Chinese.
    sqlx::query(
        "insert into account (region, agency_id, login, name, state, signed_in_at)
         select 360502001001001, (select min(id) from agency), 'listed' || n, (array['张三', '李四', '王五', '阿宝', 'Zoe'])[n % 5 + 1],
                (array['active', 'suspended', 'left'])[n % 3 + 1], case when n % 4 > 0 then timestamptz '2026-11-01' + n % 3 * interval '1 day' end
         from generate_series(1, 40) n",
    )
    .execute(&mut sql)
    .await
    .unwrap();
    let token = city.token(&["3605"], &["identity.read"]).await;
    for (sort, order) in [
        ("", "id"),
        ("name", "name collate \"zh-x-icu\" nulls last, id"),
        ("-name", "name collate \"zh-x-icu\" desc nulls last, id desc"),
        ("signed_in_at", "signed_in_at nulls last, id"),
        ("-signed_in_at", "signed_in_at desc nulls last, id desc"),
        ("state,-signed_in_at", "state nulls last, signed_in_at desc nulls last, id desc"),
        (
            "-signed_in_at,name,login",
            "signed_in_at desc nulls last, name collate \"zh-x-icu\" nulls last, login nulls last, id",
        ),
    ] {
        let right = format!("select id from account where login like 'listed%' order by {order}");
        let right: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(right)).fetch_all(&mut sql).await.unwrap();
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let (status, page) =
                city.json(&token, &format!("/api/accounts?q=listed&limit=7&count=true&sort={sort}{after}")).await;
            assert_eq!((status, &page["total"]), (StatusCode::OK, &Value::from(40)), "{sort}: {page}");
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, right, "{sort}");
        // A cursor goes on in its own order alone.
        if !after.is_empty() {
            assert_eq!(city.json(&token, &format!("/api/accounts?sort=login{after}")).await.0, 422, "{sort}");
        }
    }
    // One that was made up, with a key that is no moment.
    let made_up = r#"{"order":"signed_in_at","keys":["soon"],"id":1}"#;
    let made_up = Base64UrlUnpadded::encode_string(made_up.as_bytes());
    assert_eq!(city.json(&token, &format!("/api/accounts?sort=signed_in_at&after={made_up}")).await.0, 422);
}

#[tokio::test]
async fn a_file_says_codes_in_words_and_never_becomes_a_formula() {
    let city = City::small().await;
    let mut sql = city.sql().await;
    sqlx::query(
        "insert into account (region, agency_id, login, name, state, signed_in_at)
         values (360502001001001, (select min(id) from agency), 'listed', '=1+1', 'dormant', '2026-11-30 00:30+00')",
    )
    .execute(&mut sql)
    .await
    .unwrap();
    let token = city.token(&["3605"], &["identity.read"]).await;
    let text =
        String::from_utf8(read_bytes(city.get(&token, "/api/accounts?q=listed&format=csv").await).await).unwrap();
    let line = text.lines().nth(1).unwrap();
    assert!(line.starts_with("'=1+1,listed,") && line.contains(",长期未登录锁定,"), "{line}");
    assert!(line.ends_with(",否,2026-11-30 08:30:00"), "China's time: {line}");
}

#[tokio::test]
async fn a_list_is_kept_and_forgotten_by_who_sees_no_map() {
    let city = City::small().await;
    let clerk = city.token(&["3605"], &["identity.read"]).await;
    let list =
        json!({"kind": "list", "name": "停用账号", "body": {"path": "/admin/people", "query": "state=suspended"}});
    let (status, kept) = city.post(&clerk, "/api/saved", list.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    let (_, saved) = city.json(&clerk, "/api/saved?kind=list").await;
    assert_eq!((saved["items"].as_array().unwrap().len(), &saved["items"][0]["body"]), (1, &list["body"]));
    // Nobody else has it.
    let other = city.token(&["3605"], &["identity.read"]).await;
    let (_, saved) = city.json(&other, "/api/saved?kind=list").await;
    assert_eq!(saved["items"], json!([]));
    // Areas and views are of the map, and so is the list of everything.
    let view = json!({"kind": "view", "name": "视图", "body": {}});
    assert_eq!(city.post(&clerk, "/api/saved", view).await.0, StatusCode::FORBIDDEN);
    assert_eq!(city.json(&clerk, "/api/saved").await.0, StatusCode::FORBIDDEN);
    let forget = |token: &str| {
        let request = request("DELETE", &format!("/api/saved/{}", kept["id"]), token);
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(city.send(forget(&other)).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(city.send(forget(&clerk)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(city.json(&clerk, "/api/saved?kind=list").await.1["items"], json!([]));
}
