//! The figures of cases against SQL at random moments and regions; what a wall is told, and by whom.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use chrono::{DateTime, Duration, Timelike, Utc};
use futures::StreamExt;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    common::{City, read_json, request},
    identity::{call, let_in, sign_in},
};

const DIRECTOR: &[&str] = &["map.read", "person.read", "wall.direct"];

/// What SQL says of the cases of a range of regions at a moment.
async fn by_sql(conn: &mut PgConnection, low: i64, high: i64, at: DateTime<Utc>, days: i32) -> Value {
    sqlx::query_scalar(
        "with clock as (
             select $3::timestamptz as at, ($3::timestamptz at time zone 'Asia/Shanghai')::date as day
         ), span as (
             select at, day, day::timestamp at time zone 'Asia/Shanghai' as midnight,
                    (day - ($4 - 1))::timestamp at time zone 'Asia/Shanghai' as period from clock
         ), c as (
             select region, status, severity, category, reported_at, due_at,
                    case when status in ('closed', 'voided', 'refused', 'merged') and coalesce(closed_at, reported_at) <= at
                         then coalesce(closed_at, reported_at) end as ended
             from case_record, span where region between $1 and $2 and reported_at <= at
         )
         select json_build_object(
             'today', (select count(*) from c, span where reported_at >= midnight),
             'ended_today', (select count(*) from c, span where ended >= midnight),
             'yesterday', (select count(*) from c, span where reported_at >= midnight - interval '1 day'
                           and reported_at <= at - interval '1 day'),
             'open', (select count(*) from c where ended is null),
             'overdue', (select count(*) from c, span where ended is null and status <> 'hung' and due_at < at),
             'numerator', (select count(*) from c, span where ended >= period and ended <= due_at),
             'denominator', (select count(*) from c, span where ended >= period
                 or ended is null and status <> 'hung' and due_at < at and due_at >= period),
             'grave', (select count(*) from c where ended is null and severity = 3),
             'reported', (select count(*) from c, span where reported_at >= period),
             'major', (select count(*) from c, span where reported_at >= period and category like 'E05%'))",
    )
    .bind(low)
    .bind(high)
    .bind(at)
    .bind(days)
    .fetch_one(conn)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_any_moment_and_region_are_those_of_sql() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let mut random = StdRng::seed_from_u64(11);
    // Files bring in cases whose status and end don't agree.
    sqlx::raw_sql(
        "update case_record set status = 'disposing' where status = 'closed' and id % 7 = 0;
         update case_record set closed_at = null where status = 'closed' and id % 7 = 1",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    city.settle().await;
    let busy: Vec<i64> = sqlx::query_scalar(
        "select region from case_record where region > 0 group by 1 order by count(*) desc limit 20",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    for round in 0..24 {
        let unit = [100_000_000_000, 1_000_000_000, 1_000_000, 1_000, 1][round % 5];
        let code = busy[random.random_range(0..busy.len())] / unit * unit;
        let at = (Utc::now() - Duration::seconds(random.random_range(0..200 * 86_400))).with_nanosecond(0).unwrap();
        let days = [1, 7, 30, 90][round % 4];
        let path = format!("/api/cases/figures?region={code}&days={days}&at={}", at.format("%Y-%m-%dT%H:%M:%SZ"));
        let (status, told) = city.json(&token, &path).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let major = told["categories"].as_array().unwrap().iter().find(|major| major["code"] == "E05");
        let ours = json!({
            "today": told["today"]["reported"], "ended_today": told["today"]["ended"],
            "yesterday": told["yesterday"]["reported"], "open": told["open"], "overdue": told["overdue"],
            "numerator": told["on_time"]["numerator"], "denominator": told["on_time"]["denominator"],
            "grave": told["severities"][2],
            "reported": told["daily"].as_array().unwrap().iter().map(|day| day["reported"].as_u64().unwrap()).sum::<u64>(),
            "major": major.map_or(0, |major| major["count"].as_u64().unwrap()),
        });
        assert_eq!(ours, by_sql(&mut conn, code, code + unit - 1, at, days).await, "{path}");
        // What is open now is what the area's statistics call open.
        if round < 5 {
            let (_, now) = city.json(&token, &format!("/api/cases/figures?region={code}")).await;
            let (_, area) = city.post(&token, "/api/areas/statistics", json!({"region": code.to_string()})).await;
            assert_eq!(now["open"], area["cases"]["open"], "{code}");
        }
        // Totals are sums over what lies below.
        let sum = |of: &dyn Fn(&Value) -> u64| told["children"].as_array().unwrap().iter().map(of).sum::<u64>();
        if unit > 1 {
            assert_eq!(sum(&|child| child["open"].as_u64().unwrap()), told["open"].as_u64().unwrap(), "{path}");
            assert_eq!(
                sum(&|child| child["on_time"]["denominator"].as_u64().unwrap()),
                told["on_time"]["denominator"].as_u64().unwrap(),
                "{path}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_of_each_level_are_those_of_sql_and_add_up() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    for (level, digits) in [("county", 6), ("street", 9), ("community", 12), ("grid", 15)] {
        let (status, told) = city.json(&token, &format!("/api/measures?level={level}")).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "select rpad(left(region::text, $1), 15, '0')::bigint, count(*),
                    count(*) filter (where birth <= (now() at time zone 'Asia/Shanghai')::date - interval '60 years'),
                    count(*) filter (where relation_code = '02')
             from person where region > 0 group by 1",
        )
        .bind(digits)
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let regions = told["regions"].as_array().unwrap();
        for (code, people, elderly, households) in &rows {
            let found = regions.iter().find(|region| region["code"] == *code).unwrap();
            assert_eq!(
                (&found["people"]["total"], &found["people"]["elderly"], &found["people"]["households"]),
                (&json!(people), &json!(elderly), &json!(households)),
                "{code}"
            );
        }
        let sum: u64 = regions.iter().map(|region| region["buildings"].as_u64().unwrap()).sum();
        let all: i64 =
            sqlx::query_scalar("select count(*) from building where region > 0").fetch_one(&mut conn).await.unwrap();
        assert_eq!(sum, u64::try_from(all).unwrap(), "{level}");
        let (_, cases) = city.json(&token, &format!("/api/cases/by-region?level={level}")).await;
        let open: u64 =
            cases["regions"].as_array().unwrap().iter().map(|region| region["open"].as_u64().unwrap()).sum();
        let all: i64 = sqlx::query_scalar("select count(*) from case_record where closed_at is null and region > 0")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(open, u64::try_from(all).unwrap(), "{level}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_worker_learns_nothing_of_the_grid_next_door() {
    let city = City::small().await;
    let grids: Vec<i64> =
        sqlx::query_scalar("select region from case_record where region > 0 group by 1 order by count(*) desc limit 2")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    let token = city.token(&[&grids[0].to_string()], &["map.read", "person.read"]).await;
    for path in [
        format!("/api/cases/figures?region={}", grids[1]),
        format!("/api/cases/by-region?level=grid&within={}", grids[1]),
        format!("/api/cases/moments?region={}&from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z", grids[1]),
        format!("/api/measures?level=grid&within={}", grids[1]),
    ] {
        assert_eq!(city.json(&token, &path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    // Of the whole city they get what is theirs.
    let (_, own) = city.json(&token, &format!("/api/cases/figures?region={}", grids[0])).await;
    let (_, all) = city.json(&token, "/api/cases/figures").await;
    assert_eq!(own["open"], all["open"]);
    // Whether there are figures of a year ago is the archive's matter, not theirs.
    let (_, whole) = city.json(&city.reader().await, "/api/cases/figures").await;
    assert_eq!(own["last_year"].is_null(), whole["last_year"].is_null());
    let (_, measures) = city.json(&token, "/api/measures?level=grid").await;
    assert_eq!(measures["regions"].as_array().unwrap().len(), 1);
    let (_, moments) = city.json(&token, "/api/cases/moments?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z").await;
    assert!(moments["region"].as_array().unwrap().iter().all(|region| *region == grids[0]));
}

/// Reads events until one holds a text.
async fn hears(stream: &mut axum::body::BodyDataStream, wanted: &str) -> String {
    let mut heard = String::new();
    tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while !heard.contains(wanted) {
            heard += &String::from_utf8_lossy(&stream.next().await.expect("it goes on").unwrap());
        }
    })
    .await
    .unwrap_or_else(|_| panic!("no {wanted} in {heard}"));
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_what_the_director_sends_and_only_his() {
    let city = City::small().await;
    let director = city.token(&["3605"], DIRECTOR).await;
    let (status, opened) =
        city.post(&director, "/api/wall/screens", json!({"name": "主屏", "place": 1, "places": 2})).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    let (id, address) = (opened["screen"]["id"].as_i64().unwrap(), opened["address"].as_str().unwrap());

    // The address signs the screen in and leads to its wall, once.
    let path = address.split_once("://").unwrap().1.split_once('/').unwrap().1;
    let answer = city.send(request("GET", &format!("/{path}"), "").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()[header::LOCATION], format!("/wall?screen={id}").as_str());
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    // It lies beside the session of whoever opens the address in their own browser, and only the screen's page asks by it.
    assert!(cookie.starts_with(&format!("gridhall_screen_{id}=")), "{cookie}");
    let page = format!("http://localhost/wall?screen={id}");
    let elsewhere = request("GET", "/api/session", "").header(header::COOKIE, cookie.clone());
    assert_eq!(city.send(elsewhere.body(Body::empty()).unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    let ask = |path: &str| {
        let asked =
            request("GET", path, "").header(header::COOKIE, cookie.clone()).header(header::REFERER, page.clone());
        asked.body(Body::empty()).unwrap()
    };
    let follow = format!("/api/wall/screens/{id}/follow");
    let mut events = city.send(ask(&follow)).await.into_body().into_data_stream();
    assert!(hears(&mut events, "event: picture").await.contains("\"places\":2"));

    let picture = json!({"theme": "emergency", "message": "台风", "view": {"lon": 114.9, "lat": 27.8, "zoom": 13.0}});
    let put = |token: &str, screens: Value, picture: Value| {
        request("PUT", "/api/wall/picture", token)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({"screens": screens, "picture": picture}).to_string()))
            .unwrap()
    };
    assert_eq!(city.send(put(&director, json!([id]), picture.clone())).await.status(), StatusCode::NO_CONTENT);
    assert!(hears(&mut events, "台风").await.contains("\"version\":1"));
    let (_, screens) = city.json(&director, "/api/wall/screens").await;
    assert_eq!(screens["screens"][0]["connected"], 1);

    // A screen directs nothing; a wrong picture, an unknown screen and another district's director change nothing.
    let own = request("PUT", "/api/wall/picture", "")
        .header(header::COOKIE, cookie.clone())
        .header(header::REFERER, page.clone())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"picture": {}}).to_string()))
        .unwrap();
    assert_eq!(city.send(own).await.status(), StatusCode::FORBIDDEN);
    let wrong = json!({"view": {"lon": 500, "lat": 0, "zoom": 1}});
    assert_eq!(city.send(put(&director, json!([]), wrong)).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.send(put(&director, json!([id, 1]), picture.clone())).await.status(), StatusCode::NOT_FOUND);
    let other = city.token(&["360521"], DIRECTOR).await;
    assert_eq!(city.send(put(&other, json!([id]), picture)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(city.json(&other, "/api/wall/screens").await.1["screens"], json!([]));
    assert_eq!(city.json(&other, &follow).await.0, StatusCode::NOT_FOUND);
    let screen = format!("/api/wall/screens/{id}");
    let close = |token: &str| request("DELETE", &screen, token).body(Body::empty()).unwrap();
    assert_eq!(city.send(close(&other)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(city.send(put(&director, json!([id, id]), json!({}))).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let far = json!({"at": "+262000-01-01T00:00:00Z"});
    assert_eq!(city.send(put(&director, json!([]), far)).await.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // Taken down, it is signed out.
    assert_eq!(city.send(close(&director)).await.status(), StatusCode::NO_CONTENT);
    hears(&mut events, "event: closed").await;
    assert_eq!(city.send(ask("/api/session")).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn scenes_and_what_a_reader_keeps_are_kept_and_forgotten() {
    let city = City::small().await;
    let director = city.token(&["3605"], DIRECTOR).await;
    let (status, made) =
        city.post(&director, "/api/wall/scenes", json!({"name": "夜间", "picture": {"theme": "night"}})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (_, scenes) = city.json(&director, "/api/wall/scenes").await;
    assert_eq!(scenes["scenes"][0]["picture"]["theme"], "night");
    let (status, _) = city.post(&director, "/api/wall/scenes", json!({"name": " ", "picture": {}})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let neighbour = city.token(&["360521"], DIRECTOR).await;
    let scene = format!("/api/wall/scenes/{}", made["id"]);
    let change = |method: &str, token: &str| {
        let body = json!({"name": "夜间", "picture": {"theme": "cases"}}).to_string();
        request(method, &scene, token).header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
    };
    for method in ["PUT", "DELETE"] {
        assert_eq!(city.send(change(method, &neighbour)).await.status(), StatusCode::NOT_FOUND, "{method}");
    }
    assert_eq!(city.json(&neighbour, "/api/wall/scenes").await.1["scenes"], json!([]));
    assert_eq!(city.json(&director, "/api/wall/scenes").await.1["scenes"][0]["picture"]["theme"], "night");
    assert_eq!(city.send(change("PUT", &director)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(city.json(&director, "/api/wall/scenes").await.1["scenes"][0]["picture"]["theme"], "cases");
    sqlx::raw_sql(
        "insert into scene (region, name, picture, updated_by)
         select 360500000000000, 'scene ' || n, '{}', 'test' from generate_series(2, 200) n",
    )
    .execute(&mut city.sql().await)
    .await
    .unwrap();
    let (status, _) = city.post(&director, "/api/wall/scenes", json!({"name": "201", "picture": {}})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(city.send(change("DELETE", &director)).await.status(), StatusCode::NO_CONTENT);
    let reader = city.token(&["3605"], &["map.read"]).await;
    assert_eq!(
        city.post(&reader, "/api/wall/scenes", json!({"name": "a", "picture": {}})).await.0,
        StatusCode::FORBIDDEN
    );

    let kept = json!({"kind": "area", "name": "火车站", "body": {"polygon": [[114.9, 27.8]]}});
    let (status, id) = city.post(&reader, "/api/saved", kept).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(city.json(&reader, "/api/saved?kind=area").await.1["items"][0]["name"], "火车站");
    assert_eq!(city.json(&reader, "/api/saved?kind=view").await.1["items"], json!([]));
    // Another reader whose token has the same name has nothing of it.
    let namesake = city.token(&["3605"], &["map.read"]).await;
    assert_eq!(city.json(&namesake, "/api/saved").await.1["items"], json!([]));
    let path = format!("/api/saved/{}", id["id"]);
    let forget = |token: &str| request("DELETE", &path, token).body(Body::empty()).unwrap();
    assert_eq!(city.send(forget(&namesake)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(city.send(forget(&reader)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(city.send(forget(&reader)).await.status(), StatusCode::NOT_FOUND);
    let audited: Vec<String> =
        sqlx::query_scalar("select action from audit_entry where action like 'saved.%' order by id")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(audited, ["saved.keep", "saved.forget"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_bounded_and_can_be_written() {
    let city = City::small().await;
    let reader = city.reader().await;
    let keep =
        |name: &str, body: Value| city.post(&reader, "/api/saved", json!({"kind": "view", "name": name, "body": body}));
    for (name, body) in [("a\0b", json!({})), ("a", json!({"b": "c\0"})), ("a", json!({"b": "c".repeat(17 << 10)}))] {
        assert_eq!(keep(name, body).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
    assert_eq!(city.get(&reader, "/api/search?q=%00").await.status().as_u16() / 100, 4);
    assert_eq!(keep("first", json!({"area": "p".repeat(15 << 10)})).await.0, StatusCode::CREATED);
    let mut conn = city.sql().await;
    sqlx::query(
        "insert into saved_view (region, owner, kind, name, body)
         select region, owner, kind, 'n' || n, '{}' from saved_view, generate_series(1, 198) n",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let answers = futures::future::join_all((0..6).map(|_| keep("last", json!({})))).await;
    let kept = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
    assert_eq!(kept, 1, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_ends_with_its_maker_s_rights_and_not_with_his_session() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    let end = (Utc::now() + Duration::days(9)).with_nanosecond(0).unwrap();
    for expires_at in [Some(end), None] {
        let grant = gridhall::kernel::actor::Grant {
            name: "director".to_owned(),
            regions: vec!["3605".parse().unwrap()],
            permissions: DIRECTOR.iter().map(|&name| name.to_owned()).collect(),
            expires_at,
        };
        let (token, _) = gridhall::kernel::auth::create_token(&mut conn, &grant).await.unwrap();
        let code = gridhall::kernel::auth::create_sign_in_code(&mut conn, token, 1).await.unwrap();
        let answer = city.get("", &format!("/signin?code={}", code.reveal())).await;
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let opening = request("POST", "/api/wall/screens", "")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({"name": "主屏"}).to_string()))
            .unwrap();
        let (status, made) = read_json(city.send(opening).await).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let until: Option<DateTime<Utc>> =
            sqlx::query_scalar("select expires_at from token where id = (select token_id from screen where id = $1)")
                .bind(made["screen"]["id"].as_i64())
                .fetch_one(&mut conn)
                .await
                .unwrap();
        assert_eq!(until, expires_at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_say_that_they_are_there_and_end_with_the_sign_in() {
    let city = City::small().await;
    let director = city.token(&["3605"], DIRECTOR).await;
    let (_, opened) = city.post(&director, "/api/wall/screens", json!({"name": "主屏"})).await;
    let mut conn = city.sql().await;
    let grant = gridhall::kernel::actor::Grant {
        name: "leaving".to_owned(),
        regions: vec!["3605".parse().unwrap()],
        permissions: ["map.read".to_owned()].into(),
        expires_at: None,
    };
    let (_, secret) = gridhall::kernel::auth::create_token(&mut conn, &grant).await.unwrap();
    let worker = city.token(&["360502103"], &["map.read"]).await;
    let stream = async |token: &str, path: &str| city.get(token, path).await.into_body().into_data_stream();
    let mut wall = stream(secret.reveal(), &format!("/api/wall/screens/{}/follow", opened["screen"]["id"])).await;
    let mut live = stream(secret.reveal(), "/api/live").await;
    let mut elsewhere = stream(&worker, "/api/live").await;
    hears(&mut wall, "event: picture").await;
    hears(&mut live, "event: ready").await;
    hears(&mut elsewhere, "event: ready").await;
    // The rest of the city is busy; the worker hears nothing of it, but that the line holds.
    let busy = tokio::spawn(async move {
        loop {
            sqlx::query("update case_record set severity = 5 - severity where id = (select min(id) from case_record where region < 360502100000000 and region > 0)")
                .execute(&mut conn)
                .await
                .unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    });
    let revoked = gridhall::kernel::auth::revoke_token(&mut city.sql().await, "leaving").await.unwrap();
    assert_eq!(revoked, 1);
    let still = tokio::time::timeout(std::time::Duration::from_secs(12), elsewhere.next()).await.unwrap();
    assert_eq!(still.unwrap().unwrap(), "event: still\ndata: {}\n\n");
    let ends = async |stream: &mut axum::body::BodyDataStream| while stream.next().await.is_some() {};
    tokio::time::timeout(std::time::Duration::from_secs(12), async {
        ends(&mut wall).await;
        ends(&mut live).await;
    })
    .await
    .expect("streams end with the token");
    busy.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_starts_again_is_the_same_reader() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    let mut grant = gridhall::kernel::actor::Grant {
        name: "demo".to_owned(),
        regions: vec!["3605".parse().unwrap()],
        permissions: ["map.read".to_owned()].into(),
        expires_at: Some(Utc::now() + Duration::days(1)),
    };
    let first = gridhall::kernel::auth::renew_token(&mut conn, &grant).await.unwrap();
    assert_eq!(gridhall::kernel::auth::renew_token(&mut conn, &grant).await.unwrap(), first);
    grant.permissions.insert("wall.direct".to_owned());
    let more = gridhall::kernel::auth::renew_token(&mut conn, &grant).await.unwrap();
    assert_ne!(more, first, "who may less doesn't come to more by a name");
    gridhall::kernel::auth::revoke_token(&mut conn, &more.to_string()).await.unwrap();
    assert_ne!(gridhall::kernel::auth::renew_token(&mut conn, &grant).await.unwrap(), more);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_outside_of_the_calendar_is_refused() {
    let city = City::small().await;
    let token = city.reader().await;
    for moment in
        ["%2B262142-12-31T23:59:59Z", "-262143-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z"]
    {
        for path in [
            format!("/api/cases/figures?at={moment}"),
            format!("/api/cases/by-region?level=grid&at={moment}"),
            format!("/api/cases/moments?from={moment}&to=2026-01-01T00:00:00Z"),
            format!("/api/cases/moments?from=2026-01-01T00:00:00Z&to={moment}"),
        ] {
            assert_eq!(city.json(&token, &path).await.0, StatusCode::BAD_REQUEST, "{path}");
        }
    }
    assert_eq!(city.json(&token, "/api/cases/figures?days=366&at=1970-01-01T00:00:00Z").await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_leads_to_pages_of_the_product_only() {
    let city = City::small().await;
    for (to, led) in [
        ("%2Fwall%3Fscreen%3D1", "/wall?screen=1"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("%2Fwallpaper", "/"),
    ] {
        let (token_id, _) = gridhall::kernel::auth::create_token(
            &mut city.sql().await,
            &gridhall::kernel::actor::Grant {
                name: "t".to_owned(),
                regions: vec!["3605".parse().unwrap()],
                permissions: std::iter::once("map.read".to_owned()).collect(),
                expires_at: None,
            },
        )
        .await
        .unwrap();
        let code = gridhall::kernel::auth::create_sign_in_code(&mut city.sql().await, token_id, 1).await.unwrap();
        let path = format!("/signin?code={}&to={to}", code.reveal());
        let answer = city.send(request("GET", &path, "").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers()[header::LOCATION], led, "{to}");
    }
}

/// Somebody's screen: what it is, and the session of its browser.
async fn screen_of(city: &City, director: &str) -> (i64, String) {
    let (status, opened) = city.post(director, "/api/wall/screens", json!({"name": "主屏"})).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    (opened["screen"]["id"].as_i64().unwrap(), opened_by(city, opened["address"].as_str().unwrap()).await.unwrap())
}

/// The session that a screen's address opens.
async fn opened_by(city: &City, address: &str) -> Option<String> {
    let path = address.split_once("://").unwrap().1.split_once('/').unwrap().1;
    let answer = city.get("", &format!("/{path}")).await;
    let cookie = answer.headers().get(header::SET_COOKIE)?.to_str().unwrap();
    Some(cookie.split_once('=').unwrap().1.split(';').next().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_ends_with_its_makers_account_post_and_right_within_seconds() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let system = sign_in(&city, "sysadmin").await;
    for way in ["suspended", "left", "holding", "post", "role", "token"] {
        let login = format!("director-{way}");
        let (account, director) = if way == "token" {
            (0, city.token(&["3605"], DIRECTOR).await)
        } else {
            let account = let_in(&city, &login, "city_lead", "3605").await;
            (account, sign_in(&city, &login).await)
        };
        let (id, screen) = screen_of(&city, &director).await;
        // One that nobody has opened yet ends as well.
        let (_, unopened) = city.post(&director, "/api/wall/screens", json!({"name": "备用屏"})).await;
        assert_eq!(city.json(&screen, "/api/regions/3605").await.0, StatusCode::OK, "{way}");
        let mut events =
            city.get(&screen, &format!("/api/wall/screens/{id}/follow")).await.into_body().into_data_stream();
        hears(&mut events, "event: picture").await;
        let whole = city.json(&system, &format!("/api/accounts/{account}")).await.1;
        let (method, path, body) = match way {
            "suspended" | "left" => {
                ("PUT", format!("/api/accounts/{account}/state"), json!({"state": way, "reason": "x"}))
            }
            "holding" => ("DELETE", format!("/api/holdings/{}", whole["posts"][0]["id"]), json!({})),
            "post" => ("DELETE", format!("/api/posts/{}", whole["posts"][0]["post_id"]), json!({})),
            "role" => {
                let body = json!({"permissions": ["map.read"], "reason": "不再导播"});
                ("PUT", "/api/roles/city_lead/permissions".to_owned(), body)
            }
            _ => ("", String::new(), json!({})),
        };
        if way == "token" {
            let mut conn = city.sql().await;
            sqlx::query("update token set revoked_at = now() where name = 'test'").execute(&mut conn).await.unwrap();
        } else {
            let (status, answer) = call(&city, method, &system, &path, body).await;
            assert!(status.is_success() && status != StatusCode::ACCEPTED, "{way}: {status} {answer}");
        }
        let ends = async { while events.next().await.is_some() {} };
        tokio::time::timeout(std::time::Duration::from_secs(12), ends).await.expect("the stream ends");
        assert_eq!(city.json(&screen, "/api/session").await.0, StatusCode::UNAUTHORIZED, "{way}");
        assert_eq!(opened_by(&city, unopened["address"].as_str().unwrap()).await, None, "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_sees_no_more_than_its_maker_does_now() {
    let city = City::small().await;
    let_in(&city, "director", "city_lead", "3605").await;
    let mut conn = city.sql().await;
    let carry = |names: &str| format!("update role set permissions = '{{{names}}}' where code = 'city_lead'");
    let mut carries = async |names: &str| {
        sqlx::query(AssertSqlSafe(carry(names))).execute(&mut conn).await.unwrap();
        city.map.app.auth.forget();
    };
    carries("map.read,person.read,wall.direct,case.write").await;
    let (_, screen) = screen_of(&city, &sign_in(&city, "director").await).await;
    let may = async || city.json(&screen, "/api/session").await.1["permissions"].clone();
    assert_eq!(may().await, json!(["map.read", "person.read"]));
    carries("map.read,wall.direct").await;
    assert_eq!(may().await, json!(["map.read"]));
    carries("map.read,person.read,wall.direct,person.clear").await;
    assert_eq!(may().await, json!(["map.read", "person.read"]), "and never more than it was given");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_renewed_within_a_year_and_may_be_taken_over() {
    let city = City::small().await;
    let_in(&city, "leaving", "city_lead", "3605").await;
    let_in(&city, "staying", "city_lead", "3605").await;
    let (leaving, staying) = (sign_in(&city, "leaving").await, sign_in(&city, "staying").await);
    let (id, screen) = screen_of(&city, &leaving).await;
    let until = async || city.json(&staying, "/api/wall/screens").await.1["screens"][0]["until"].clone();
    let end: DateTime<Utc> = until().await.as_str().unwrap().parse().unwrap();
    assert!(end > Utc::now() + Duration::days(360) && end <= Utc::now() + Duration::days(366), "{end}");
    let mut conn = city.sql().await;
    sqlx::query("update token set renew_by = now()").execute(&mut conn).await.unwrap();
    city.map.app.auth.forget();
    assert_eq!(city.json(&screen, "/api/session").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(until().await, Value::Null);
    let renewal = format!("/api/wall/screens/{id}/renewal");
    let reader = city.token(&["3605"], &["map.read"]).await;
    assert_eq!(city.post(&reader, &renewal, json!({})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(city.post(&leaving, &renewal, json!({})).await.0, StatusCode::OK);
    assert_eq!(city.json(&screen, "/api/session").await.0, StatusCode::OK, "the same browser goes on");
    // Its maker leaves; somebody else takes it over.
    sqlx::query("update account set state = 'left' where login = 'leaving'").execute(&mut conn).await.unwrap();
    city.map.app.auth.forget();
    assert_eq!(city.json(&screen, "/api/session").await.0, StatusCode::UNAUTHORIZED);
    let (status, renewed) = city.post(&staying, &renewal, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{renewed}");
    assert_eq!(city.json(&screen, "/api/session").await.0, StatusCode::OK);
    assert!(opened_by(&city, renewed["address"].as_str().unwrap()).await.is_some());
    // Who acts in no post has no rights to hand on.
    assert!(until().await.is_string());
    let neighbour = city.token(&["360521"], DIRECTOR).await;
    assert_eq!(city.post(&neighbour, &renewal, json!({})).await.0, StatusCode::NOT_FOUND);
}
