//! People: invited, given posts by two who agree, signed in, and stopped.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use gridhall::modules::identity::console::{self, Newcomer};
use serde_json::{Value, json};
use tower::Service;

use crate::common::{City, read_json, request};

pub(crate) const PASSWORD: &str = "Renmin-2031 lu";
pub(crate) const GRID: &str = "360502001009002";

/// Makes somebody with a post, from the console.
pub(crate) async fn let_in(city: &City, login: &str, role: &str, region: &str) -> i64 {
    let mut conn = city.sql().await;
    let who = Newcomer { login, name: login, role, agency: "中心", region: region.parse().unwrap() };
    let id = console::let_in(&mut conn, &who).await.unwrap();
    console::set_password(&mut conn, id, PASSWORD).await.unwrap();
    id
}

/// Sends a sign-in; gives the status, the body and the session's secret.
pub(crate) async fn try_in(city: &City, proof: Value) -> (StatusCode, Value, Option<String>) {
    let request = request("POST", "/api/session", "").header(header::CONTENT_TYPE, "application/json");
    let response = city.send(request.body(Body::from(proof.to_string())).unwrap()).await;
    let cookie = response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
    let secret = cookie.as_deref().and_then(|cookie| Some(cookie.split_once('=')?.1.split(';').next()?.to_owned()));
    if let Some(cookie) = &cookie {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let (status, body) = read_json(response).await;
    (status, body, secret)
}

/// Signs in; gives the session's secret, which a request may also bear.
pub(crate) async fn sign_in(city: &City, login: &str) -> String {
    let (status, body, secret) = try_in(city, json!({"login": login, "password": PASSWORD})).await;
    assert_eq!(status, 200, "{body}");
    secret.unwrap()
}

pub(crate) async fn call(city: &City, method: &str, secret: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request = request(method, path, secret).header(header::CONTENT_TYPE, "application/json");
    read_json(city.send(request.body(Body::from(body.to_string())).unwrap()).await).await
}

#[tokio::test]
async fn a_post_is_asked_for_by_one_and_granted_by_another() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);

    let (_, agencies) = city.json(&system, "/api/agencies?limit=500").await;
    let agency = agencies["items"].as_array().unwrap().iter().find(|a| a["kind"] == "community").unwrap()["id"].clone();
    let draft = json!({"agency_id": agency, "login": "wang.fang", "name": "王芳"});
    let (status, invited) = city.post(&system, "/api/accounts", draft.clone()).await;
    assert_eq!(status, 201, "{invited}");
    assert_eq!(city.post(&system, "/api/accounts", draft).await.0, 409);
    let code = invited["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();

    // The invited sets a password, once.
    let (status, who) = city.json("", &format!("/api/activation?code={code}")).await;
    assert_eq!((status.as_u16(), &who["login"]), (200, &json!("wang.fang")));
    let weak = city.post("", "/api/activation", json!({"code": code, "password": "wang.fang-2031A"})).await;
    assert_eq!((weak.0.as_u16(), &weak.1["errors"][0]["pointer"]), (422, &json!("/password")));
    assert_eq!(city.post("", "/api/activation", json!({"code": code, "password": PASSWORD})).await.0, 204);
    assert_eq!(city.post("", "/api/activation", json!({"code": code, "password": "Another-2031 x"})).await.0, 404);

    // Signed in, and nothing to do without a post.
    let secret = sign_in(&city, "wang.fang").await;
    assert_eq!(city.json(&secret, "/api/session").await.1["account"]["post"], "");
    assert_eq!(city.json(&secret, "/api/regions/3605").await.0, 403);

    let (_, posts) = city.json(&system, "/api/posts?limit=500").await;
    let post = posts["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["regions"] == json!([360_502_001_009_000_i64]) && p["role"] == "community_lead");
    let post = post.map_or_else(|| panic!("{posts}"), |post| post["id"].clone());
    let wish = json!({"account_id": invited["id"], "post_id": post, "reason": "新任书记"});
    let (status, asked) = city.post(&system, "/api/rights-requests", wish.clone()).await;
    assert_eq!(status, 201, "{asked}");
    let decision = format!("/api/rights-requests/{}/decision", asked["id"]);
    for (account, waiting) in [(&invited["id"], 1), (&json!(1), 0)] {
        let (_, page) = city.json(&system, &format!("/api/rights-requests?open=true&account={account}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), waiting, "{page}");
    }
    // Who asked can't agree, and has no permission to.
    assert_eq!(city.post(&system, &decision, json!({"granted": true})).await.0, 403);
    assert_eq!(city.post(&security, "/api/rights-requests", wish).await.0, 403);
    assert_eq!(city.post(&security, &decision, json!({"granted": true})).await.0, 204);
    assert_eq!(city.post(&security, &decision, json!({"granted": true})).await.0, 404);

    // A session takes the post up when its holder says so, or when they sign in.
    let (_, own) = city.json(&secret, "/api/account").await;
    let holding = own["posts"][0]["id"].clone();
    let (status, now) = call(&city, "PUT", &secret, "/api/session/post", json!({"holding": holding})).await;
    assert_eq!((status.as_u16(), &now["regions"][0]["code"]), (200, &json!(360_502_001_009_000_i64)));
    assert_eq!(city.json(&secret, "/api/regions/360502001009").await.0, 200);
    assert_eq!(city.json(&secret, "/api/regions/360502001001").await.0, 404);
    // The auditor reads who took which post up, by name.
    let auditor = city.token(&["3605"], &["audit.read"]).await;
    let (_, page) = city.json(&auditor, "/api/audit?action=rights.,session.post").await;
    let name = own["posts"][0]["post"].as_str().unwrap();
    let about: Vec<_> = page["items"].as_array().unwrap().iter().map(|entry| entry["about"].clone()).collect();
    assert_eq!(about[0], format!("王芳（wang.fang）· {name}"), "{page}");
    assert_eq!(about[1], format!("王芳 · {name}"), "{page}");
    assert_eq!(page["items"][0]["detail"], json!({"before": null, "after": name}));
    let typed = format!("account {}", invited["id"]);
    assert_eq!(try_in(&city, json!({"login": typed, "password": PASSWORD})).await.0, 401);
    city.map.app.db.settle_notes().await;
    let (_, page) = city.json(&auditor, "/api/audit?action=session.refused").await;
    assert_eq!((&page["items"][0]["object"], &page["items"][0]["about"]), (&json!(typed), &Value::Null), "{page}");

    // The holding ends: at once, in sessions that are open too, and in what they listen to.
    let live = city.get(&secret, "/api/live").await;
    assert_eq!(live.status(), 200);
    assert_eq!(call(&city, "DELETE", &system, &format!("/api/holdings/{holding}"), json!({})).await.0, 204);
    assert_eq!(city.json(&secret, "/api/regions/360502001009").await.0, 403);
    let ends =
        tokio::time::timeout(std::time::Duration::from_secs(16), axum::body::to_bytes(live.into_body(), 1 << 20));
    let heard = ends.await.expect("the stream ends with the rights").unwrap();
    assert!(heard.starts_with(b"retry: 1000\n\nid: "));
    // Somebody who is no administrator (any more) has asked for the post once more, and leaves: what they asked for is told,
    // with their post. An administrator's leaving is a matter of two.
    let deputy = let_in(&city, "deputy", "city_lead", "3605").await;
    let again: i64 = sqlx::query_scalar(
        "insert into rights_request (region, kind, body, reason, requested_by)
         select region, kind, body, '再任', $1 from rights_request where id = $2 returning id",
    )
    .bind(deputy)
    .bind(asked["id"].as_i64())
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    let again = json!({ "id": again });
    let path = format!("/api/accounts/{deputy}/state");
    let (status, left) = call(&city, "PUT", &system, &path, json!({"state": "left", "reason": "退休"})).await;
    assert_eq!((status.as_u16(), &left["requests"][0]["id"]), (200, &again["id"]), "{left}");
    assert_eq!(left["posts"].as_array().unwrap().len(), 1, "{left}");
    // They leave: their session is over.
    let path = format!("/api/accounts/{}/state", invited["id"]);
    assert_eq!(call(&city, "PUT", &system, &path, json!({"state": "left", "reason": "调离"})).await.0, 200);
    // Who has left gets nothing more.
    let decision = format!("/api/rights-requests/{}/decision", again["id"]);
    assert_eq!(city.post(&security, &decision, json!({"granted": true})).await.0, 409);
    assert_eq!(city.post(&security, &decision, json!({"granted": false})).await.0, 204);
    assert_eq!(city.json(&secret, "/api/session").await.0, 401);
    assert_eq!(try_in(&city, json!({"login": "wang.fang", "password": PASSWORD})).await.0, 401);
}

/// A connection on which somebody was answered just now: who asks on it next is looked at all the same.
#[tokio::test]
async fn a_connection_believes_nobody_beyond_his_sign_in() {
    let city = City::small().await;
    let_in(&city, "zhao", "grid_worker", GRID).await;
    let (here, there) = (sign_in(&city, "zhao").await, sign_in(&city, "zhao").await);
    let mut connection = city.front.clone();
    let mut asks = async |who: &str| {
        let mut statuses = Vec::new();
        for path in ["/tiles/grid/14/13422/6873", "/api/locate?lon=114.93&lat=27.81"] {
            let request = request("GET", path, who).body(Body::empty()).unwrap();
            statuses.push(connection.call(request).await.unwrap().status().as_u16());
        }
        statuses
    };
    for _ in 0..2 {
        assert_eq!(asks(&here).await, [200, 200]);
        assert_eq!(asks("ghs_nobody").await, [401, 401]);
        assert_eq!(asks(&there).await, [200, 200]);
    }
    assert_eq!(call(&city, "DELETE", &there, "/api/session", json!({})).await.0, 204);
    assert_eq!(asks(&there).await, [401, 401]);
    assert_eq!(asks(&here).await, [200, 200]);
}

#[tokio::test]
async fn no_account_is_two_of_the_three_administrators() {
    let city = City::small().await;
    let system = let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let (asks, grants) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let (_, posts) = city.json(&asks, "/api/posts?limit=500&after=0").await;
    let mut all = posts["items"].as_array().unwrap().clone();
    let mut next = posts["next"].clone();
    while let Some(after) = next.as_i64() {
        let (_, page) = city.json(&asks, &format!("/api/posts?limit=500&after={after}")).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["next"].clone();
    }
    let post = all.iter().find(|post| post["role"] == "secadmin").unwrap()["id"].clone();
    let wish = json!({"account_id": system, "post_id": post, "reason": "兼任"});
    let (_, asked) = city.post(&asks, "/api/rights-requests", wish).await;
    let (status, why) =
        city.post(&grants, &format!("/api/rights-requests/{}/decision", asked["id"]), json!({"granted": true})).await;
    assert_eq!(status, 409, "{why}");
    // Nor past the program: the database itself refuses it.
    let mut conn = city.sql().await;
    let held = sqlx::query("insert into holding (region, post_id, account_id, granted_by) values (0, $1, $2, 'psql')")
        .bind(post.as_i64().unwrap())
        .bind(system)
        .execute(&mut conn)
        .await;
    assert!(held.is_err());
    // Roles keep apart too.
    let role = sqlx::query("update role set permissions = '{map.read,audit.read}' where code = 'grid_worker'")
        .execute(&mut conn)
        .await;
    assert!(role.is_err());
    let role = sqlx::query("update role set permissions = '{identity.read,person.read}' where code = 'sysadmin'")
        .execute(&mut conn)
        .await;
    assert!(role.is_err());
}

#[tokio::test]
async fn what_a_role_carries_more_waits_and_what_it_carries_less_holds_at_once() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let_in(&city, "worker", "grid_worker", GRID).await;
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let worker = sign_in(&city, "worker").await;
    let may = async |name: &str| {
        let (_, session) = city.json(&worker, "/api/session").await;
        session["permissions"].as_array().unwrap().contains(&json!(name))
    };
    let path = "/api/roles/grid_worker/permissions";
    let body = json!({"permissions": ["map.read", "person.read"], "reason": "不再录案"});
    let (status, outcome) = call(&city, "PUT", &system, path, body).await;
    assert_eq!((status.as_u16(), &outcome["done"]), (200, &json!(true)));
    assert!(!may("case.write").await);
    let body = json!({"permissions": ["map.read", "person.read", "case.write"], "reason": "恢复"});
    let (_, outcome) = call(&city, "PUT", &system, path, body).await;
    assert_eq!(outcome["done"], false);
    assert!(!may("case.write").await);
    // What is taken away meanwhile is gone at once, and doesn't come back with what is granted.
    let swap = json!({"permissions": ["map.read", "case.write"], "reason": "不再看人口"});
    assert_eq!(call(&city, "PUT", &system, path, swap).await.1["done"], false);
    assert!(!may("person.read").await);
    let decision = format!("/api/rights-requests/{}/decision", outcome["request"]);
    assert_eq!(city.post(&security, &decision, json!({"granted": true, "note": "同意"})).await.0, 204);
    assert!(may("case.write").await && !may("person.read").await);
    let unknown = json!({"permissions": ["everything"], "reason": "x"});
    assert_eq!(call(&city, "PUT", &system, path, unknown).await.0, 422);
}

#[tokio::test]
async fn failures_wait_longer_and_lock_no_one_out_for_good() {
    let city = City::small().await;
    let_in(&city, "worker", "grid_worker", GRID).await;
    sign_in(&city, "worker").await;
    let wrong = json!({"login": "worker", "password": "Wrong-2031 xx"});
    let unknown = json!({"login": "nobody", "password": "Wrong-2031 xx"});
    let (status, said, _) = try_in(&city, wrong.clone()).await;
    assert_eq!(status, 401);
    // The same sentence whether there is such an account or not.
    assert_eq!(said["detail"], try_in(&city, unknown).await.1["detail"]);
    for _ in 0..4 {
        assert_eq!(try_in(&city, wrong.clone()).await.0, 401);
    }
    let (status, said, _) = try_in(&city, json!({"login": "worker", "password": PASSWORD})).await;
    assert_eq!(status, 429, "{said}");
    // The wait goes by.
    let mut conn = city.sql().await;
    let longest: f64 =
        sqlx::query_scalar("select max(extract(epoch from locked_until - now()))::float8 from sign_in_failure")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert!(longest <= 1800.0, "{longest}");
    sqlx::query("update sign_in_failure set locked_until = now()").execute(&mut conn).await.unwrap();
    // Strangers all over the world have failed at it meanwhile: who has been here before comes in all the same.
    sqlx::query("insert into sign_in_failure (key, failures, locked_until) values ('strangers worker', 1000, now() + interval '15 min')")
        .execute(&mut conn)
        .await
        .unwrap();
    sign_in(&city, "worker").await;
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions() {
    let city = City::small().await;
    let id = let_in(&city, "worker", "grid_worker", GRID).await;
    let (here, there) = (sign_in(&city, "worker").await, sign_in(&city, "worker").await);
    let path = "/api/account/password";
    let next = "Another-2031 lu";
    assert_eq!(city.post(&here, path, json!({"current": "Wrong-2031 xx", "password": next})).await.0, 401);
    assert_eq!(city.post(&here, path, json!({"current": PASSWORD, "password": PASSWORD})).await.0, 422);
    assert_eq!(city.post(&here, path, json!({"current": PASSWORD, "password": next})).await.0, 204);
    assert_eq!(city.json(&here, "/api/session").await.0, 200);
    assert_eq!(city.json(&there, "/api/session").await.0, 401);
    // One that has to be changed leaves nothing else to do.
    let mut conn = city.sql().await;
    sqlx::query("update account set must_change = true where id = $1").bind(id).execute(&mut conn).await.unwrap();
    city.map.app.auth.forget();
    assert_eq!(city.json(&here, "/api/session").await.1["account"]["must_change"], true);
    assert_eq!(city.json(&here, "/api/regions/3605").await.0, 403);
    let kept: Vec<String> =
        sqlx::query_scalar("select password from account where id = $1").bind(id).fetch_all(&mut conn).await.unwrap();
    assert!(kept[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept:?}");
}

#[tokio::test]
async fn a_code_of_the_second_factor_opens_once() {
    let city = City::small().await;
    let id = let_in(&city, "worker", "grid_worker", GRID).await;
    let secret = sign_in(&city, "worker").await;
    let path = "/api/account/second-factor";
    assert_eq!(city.post(&secret, path, json!({"password": "Wrong-2031 xx"})).await.0, 401);
    let (status, factor) = city.post(&secret, path, json!({"password": PASSWORD})).await;
    assert_eq!(status, 200, "{factor}");
    let url = factor["url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Gridhall:worker?"), "{url}");
    let totp = totp_rs::Totp::from_url(url).unwrap();
    let now = u64::try_from(chrono::Utc::now().timestamp()).unwrap();
    let code = totp.generate(now).to_string();
    assert_eq!(call(&city, "PUT", &secret, path, json!({"code": "000000"})).await.0, 422);
    assert_eq!(call(&city, "PUT", &secret, path, json!({"code": code})).await.0, 204);
    let with = |code: &str| json!({"login": "worker", "password": PASSWORD, "second_factor": code});
    let (status, asked, _) = try_in(&city, json!({"login": "worker", "password": PASSWORD})).await;
    assert_eq!((status.as_u16(), &asked["type"]), (401, &json!("urn:gridhall:problem:second-factor")));
    // The code that confirmed it was used by that.
    assert_eq!(try_in(&city, with(&code)).await.0, 401);
    let mut conn = city.sql().await;
    sqlx::query("update account set totp_step = 0 where id = $1").bind(id).execute(&mut conn).await.unwrap();
    assert_eq!(try_in(&city, with(&code)).await.0, 200);
    assert_eq!(try_in(&city, with(&code)).await.0, 401);
}

#[tokio::test]
async fn a_session_ends_by_time_and_by_will_and_is_never_taken_over() {
    let city = City::small().await;
    let id = let_in(&city, "worker", "grid_worker", GRID).await;
    let first = sign_in(&city, "worker").await;
    // A session that the browser brought along at the sign-in is over: nobody has planted it to be used by two.
    let request = request("POST", "/api/session", "")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, format!("gridhall_session={first}"))
        .body(Body::from(json!({"login": "worker", "password": PASSWORD}).to_string()))
        .unwrap();
    assert_eq!(city.send(request).await.status(), 200);
    assert_eq!(city.json(&first, "/api/session").await.0, 401);

    let (idle, old) = (sign_in(&city, "worker").await, sign_in(&city, "worker").await);
    let (_, own) = city.json(&idle, "/api/account").await;
    assert_eq!(own["sessions"].as_array().unwrap().len(), 3);
    let mut conn = city.sql().await;
    sqlx::query("update session set last_seen_at = now() - interval '61 min' where account_id = $1")
        .bind(id)
        .execute(&mut conn)
        .await
        .unwrap();
    city.map.app.auth.forget();
    assert_eq!(city.json(&idle, "/api/session").await.0, 401);
    sqlx::query("update session set last_seen_at = now(), expires_at = now() where account_id = $1")
        .bind(id)
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(city.json(&old, "/api/session").await.0, 401);
    // Long not seen.
    sqlx::query("update account set signed_in_at = now() - interval '91 days' where id = $1")
        .bind(id)
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(try_in(&city, json!({"login": "worker", "password": PASSWORD})).await.0, 401);
    let state: String =
        sqlx::query_scalar("select state from account where id = $1").bind(id).fetch_one(&mut conn).await.unwrap();
    assert_eq!(state, "dormant");
}

#[tokio::test]
async fn another_site_can_send_nothing_in_a_readers_name() {
    let city = City::small().await;
    let_in(&city, "worker", "grid_worker", GRID).await;
    let secret = sign_in(&city, "worker").await;
    let attempt = async |name: &'static str, value: &'static str| {
        let request = request("DELETE", "/api/account/sessions", "")
            .header(header::COOKIE, format!("gridhall_session={secret}"))
            .header(header::HOST, "grid.example")
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        city.send(request).await.status().as_u16()
    };
    assert_eq!(attempt("sec-fetch-site", "cross-site").await, 400);
    assert_eq!(attempt("sec-fetch-site", "same-site").await, 400);
    assert_eq!(attempt("origin", "https://evil.example").await, 400);
    assert_eq!(attempt("origin", "null").await, 400);
    assert_eq!(attempt("origin", "https://grid.example").await, 204);
    assert_eq!(attempt("sec-fetch-site", "same-origin").await, 204);
}

#[tokio::test]
async fn an_administrator_of_a_county_sees_and_makes_nothing_next_door() {
    let city = City::small().await;
    let id = let_in(&city, "county", "sysadmin", "360521").await;
    let there = let_in(&city, "worker", "grid_worker", GRID).await;
    let secret = sign_in(&city, "county").await;
    let (_, agencies) = city.json(&secret, "/api/agencies?limit=500").await;
    for agency in agencies["items"].as_array().unwrap() {
        assert_eq!(agency["region"].as_i64().unwrap() / 1_000_000_000, 360_521, "{agency}");
    }
    let (_, accounts) = city.json(&secret, "/api/accounts").await;
    assert_eq!(
        accounts["items"].as_array().unwrap().iter().map(|a| a["id"].as_i64().unwrap()).collect::<Vec<_>>(),
        [id]
    );
    assert_eq!(city.json(&secret, &format!("/api/accounts/{there}")).await.0, 404);
    let draft = json!({"region": 360_502_000_000_000_i64, "name": "隔壁", "kind": "department"});
    let (status, why) = city.post(&secret, "/api/agencies", draft).await;
    assert_eq!((status.as_u16(), &why["errors"][0]["pointer"]), (422, &json!("/region")));
}

/// The invitation's code in an answer.
fn code_of(invitation: &Value) -> &str {
    invitation["link"].as_str().unwrap_or_else(|| panic!("{invitation}")).split_once('#').unwrap().1
}

async fn decide(city: &City, secret: &str, asked: &Value, granted: bool) -> (StatusCode, Value) {
    let path = format!("/api/rights-requests/{}/decision", asked["request"]);
    city.post(secret, &path, json!({"granted": granted})).await
}

/// The system administrator alone would otherwise sign in as anybody and read personal data in their name.
#[tokio::test]
async fn a_link_to_an_account_that_reads_personal_data_needs_two_and_its_holder_is_told() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", GRID).await;
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let holder = sign_in(&city, "worker").await;
    let path = format!("/api/accounts/{worker}/invitation");
    let why = || json!({"reason": "本人忘记密码，当面申请"});
    assert_eq!(city.post(&system, &path, json!({"reason": "\u{200b}\u{feff}"})).await.0, 422);
    let (status, asked) = city.post(&system, &path, why()).await;
    assert_eq!(status, 202, "{asked}");
    assert_eq!(city.post(&system, &path, why()).await.0, 409, "asked for already");
    assert_eq!(city.json(&holder, "/api/session").await.1["account"]["notices"], 1, "told at once");
    assert_eq!(decide(&city, &system, &asked, true).await.0, 403, "who asked");
    assert_eq!(decide(&city, &security, &asked, false).await.0, 204);
    assert_eq!(city.post(&system, &path, why()).await.0, 202, "refused, it gives no link");

    let (_, page) = city.json(&security, &format!("/api/rights-requests?open=true&account={worker}")).await;
    let asked = json!({"request": page["items"][0]["id"]});
    assert_eq!(page["items"][0]["kind"], "reset", "{page}");
    assert_eq!(decide(&city, &security, &asked, true).await.0, 204);
    // The link is for who asked, and once.
    let_in(&city, "deputy", "sysadmin", "3605").await;
    let deputy = sign_in(&city, "deputy").await;
    assert_eq!(city.post(&deputy, &path, why()).await.0, 202);
    let (status, invitation) = city.post(&system, &path, why()).await;
    assert_eq!(status, 201, "{invitation}");
    assert_eq!(city.post(&system, &path, why()).await.0, 409, "what the deputy asked for waits");
    let next = json!({"code": code_of(&invitation), "password": "Another-2031 lu"});
    assert_eq!(city.post("", "/api/activation", next).await.0, 204);
    assert_eq!(city.json(&holder, "/api/session").await.0, 401, "the sessions end with the password");
    let (_, _, secret) = try_in(&city, json!({"login": "worker", "password": "Another-2031 lu"})).await;
    let (_, own) = city.json(&secret.unwrap(), "/api/account").await;
    let told: Vec<&str> = own["notices"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        ["reset_used", "reset_link", "reset_asked", "reset_asked", "reset_refused", "reset_asked"],
        "{own}"
    );
}

#[tokio::test]
async fn taking_a_role_s_permission_or_a_post_away_first_makes_nobody_s_reset_a_matter_of_one() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", GRID).await;
    let approver = let_in(&city, "approver", "dept_approver", "360502").await;
    let system = sign_in(&city, "sysadmin").await;
    let ask = async |account: i64| {
        city.post(&system, &format!("/api/accounts/{account}/invitation"), json!({"reason": "忘记密码"}))
            .await
            .0
            .as_u16()
    };
    assert_eq!(ask(approver).await, 201, "who reads no personal data is given a link by one");
    let lower = json!({"permissions": ["map.read"], "reason": "x"});
    assert_eq!(call(&city, "PUT", &system, "/api/roles/grid_worker/permissions", lower).await.1["done"], true);
    let (_, whole) = city.json(&system, &format!("/api/accounts/{worker}")).await;
    let holding = format!("/api/holdings/{}", whole["posts"][0]["id"]);
    assert_eq!(call(&city, "DELETE", &system, &holding, json!({})).await.0, 204);
    assert_eq!(ask(worker).await, 202);
    // Whom nobody has let in yet is invited again by one.
    let mut conn = city.sql().await;
    sqlx::query("update account set state = 'invited', password = null where id = $1")
        .bind(worker)
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(ask(worker).await, 201);
}

#[tokio::test]
async fn another_administrator_s_account_posts_and_role_are_changed_by_two() {
    let city = City::small().await;
    let own = let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let auditor = let_in(&city, "auditor", "auditor", "3605").await;
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let session = sign_in(&city, "auditor").await;
    let (_, whole) = city.json(&system, &format!("/api/accounts/{auditor}")).await;
    let (holding, post) = (whole["posts"][0]["id"].clone(), whole["posts"][0]["post_id"].clone());
    let agency = whole["account"]["agency_id"].clone();
    let account = format!("/api/accounts/{auditor}");
    let state = |state: &str| json!({"state": state, "reason": "停用审计"});
    let mut asked = Vec::new();
    for (method, path, body) in [
        ("PUT", format!("{account}/state"), state("suspended")),
        ("PUT", format!("{account}/state"), state("left")),
        ("PUT", account.clone(), json!({"agency_id": agency, "name": "改名"})),
        ("DELETE", format!("/api/holdings/{holding}?reason=x"), json!({})),
        ("DELETE", format!("/api/posts/{post}"), json!({})),
    ] {
        let (status, answer) = call(&city, method, &system, &path, body).await;
        assert_eq!(status, 202, "{method} {path}: {answer}");
        asked.push(answer);
    }
    for (role, carried) in [("auditor", json!([])), ("secadmin", json!(["identity.read"])), ("sysadmin", json!([]))] {
        let body = json!({"permissions": carried, "reason": "清空"});
        let (status, answer) = call(&city, "PUT", &system, &format!("/api/roles/{role}/permissions"), body).await;
        assert_eq!((status.as_u16(), &answer["done"]), (200, &json!(false)), "{answer}");
        asked.push(answer);
    }
    assert_eq!(
        city.post(&system, &format!("{account}/invitation"), json!({"reason": "x"})).await.0,
        409,
        "at the console alone"
    );
    city.map.app.auth.forget();
    assert_eq!(city.json(&session, "/api/audit").await.0, 200, "nothing has changed");
    let (_, roles) = city.json(&system, "/api/roles").await;
    for role in roles["roles"].as_array().unwrap().iter().filter(|role| role["administrator"].is_string()) {
        assert!(!role["permissions"].as_array().unwrap().is_empty(), "{role}");
    }
    for answer in &asked {
        assert_eq!(decide(&city, &system, answer, true).await.0, 403, "{answer}");
    }
    // What is refused stays; what another agrees to is done.
    assert_eq!(decide(&city, &security, &asked[1], false).await.0, 204);
    for answer in [&asked[2], &asked[5], &asked[3]] {
        assert_eq!(decide(&city, &security, answer, true).await.0, 204, "{answer}");
    }
    assert_eq!(city.json(&system, &account).await.1["account"]["name"], "改名");
    assert_eq!(city.json(&session, "/api/audit").await.0, 403);
    assert_eq!(decide(&city, &security, &asked[0], true).await.0, 204);
    assert_eq!(city.json(&session, "/api/session").await.0, 401);
    // One's own name is one's own to correct, and everybody else's account is as before.
    let contact = json!({"agency_id": agency, "name": "本人"});
    assert_eq!(call(&city, "PUT", &system, &format!("/api/accounts/{own}"), contact).await.0, 204);
    let worker = let_in(&city, "worker", "grid_worker", GRID).await;
    assert_eq!(call(&city, "PUT", &system, &format!("/api/accounts/{worker}/state"), state("suspended")).await.0, 200);
    // A token is nobody who could ask.
    let token = city.token(&["3605"], &["identity.manage"]).await;
    assert_eq!(call(&city, "PUT", &token, &format!("{account}/state"), state("active")).await.0, 409);
}

#[tokio::test]
async fn the_database_lets_no_administrator_hold_a_post_of_the_business_and_no_holder_of_one_become_one() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", GRID).await;
    let auditor = let_in(&city, "auditor", "auditor", "3605").await;
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let mut conn = city.sql().await;
    let post = async |role: &str| -> i64 {
        sqlx::query_scalar("select max(id) from post where role_code = $1")
            .bind(role)
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap()
    };
    let hold = "insert into holding (region, post_id, account_id, granted_by) values (0, $1, $2, 'psql')";
    for (role, account, says) in [("grid_worker", auditor, "业务岗位"), ("auditor", worker, "业务岗位")] {
        let wish = json!({"account_id": account, "post_id": post(role).await, "reason": "兼任"});
        let (_, asked) = city.post(&system, "/api/rights-requests", wish).await;
        let (status, why) = decide(&city, &security, &json!({"request": asked["id"]}), true).await;
        assert_eq!(status, 409, "{why}");
        assert!(why["detail"].as_str().unwrap().contains(says), "{why}");
        // Nor past the program.
        assert!(sqlx::query(hold).bind(post(role).await).bind(account).execute(&mut conn).await.is_err(), "{role}");
    }
    for (statement, id) in [
        ("update account set administrator = 'audit' where id = $1", worker),
        ("update account set administrator = null where id = $1", auditor),
        ("update role set administrator = 'audit' where code = 'grid_worker' and $1 > 0", worker),
        (
            "update post set role_code = 'auditor' where id in (select post_id from holding where account_id = $1)",
            worker,
        ),
    ] {
        assert!(sqlx::query(statement).bind(id).execute(&mut conn).await.is_err(), "{statement}");
    }
    // Who holds it no more may become one.
    sqlx::query("update holding set ended_at = now() where account_id = $1")
        .bind(worker)
        .execute(&mut conn)
        .await
        .unwrap();
    let wish = json!({"account_id": worker, "post_id": post("auditor").await, "reason": "转岗"});
    let (_, asked) = city.post(&system, "/api/rights-requests", wish).await;
    assert_eq!(decide(&city, &security, &json!({"request": asked["id"]}), true).await.0, 204);
}

#[tokio::test]
async fn strangers_at_an_address_hold_nobody_up_who_is_known_there() {
    let city = City::small().await;
    for login in ["known", "newcomer"] {
        let_in(&city, login, "grid_worker", GRID).await;
    }
    sign_in(&city, "known").await;
    let mut conn = city.sql().await;
    sqlx::query("insert into sign_in_failure (key, failures, locked_until) values ('address ', 1000, now() + interval '15 min')")
        .execute(&mut conn)
        .await
        .unwrap();
    let proof = |login: &str, password: &str| json!({"login": login, "password": password});
    assert_eq!(try_in(&city, proof("newcomer", PASSWORD)).await.0, 429);
    assert_eq!(try_in(&city, proof("nobody", PASSWORD)).await.0, 429);
    sign_in(&city, "known").await;
    // Who is known there and guesses at their own password waits as everybody does.
    for _ in 0..5 {
        assert_eq!(try_in(&city, proof("known", "Wrong-2031 xx")).await.0, 401);
    }
    assert_eq!(try_in(&city, proof("known", PASSWORD)).await.0, 429);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_locks_nobody_and_disuse_still_does() {
    let city = City::small().await;
    for login in ["first", "second", "absent", "third"] {
        let_in(&city, login, "grid_worker", GRID).await;
    }
    let mut conn = city.sql().await;
    // Everything that was before the jump lies a hundred days back, and so does the last that the database saw.
    sqlx::raw_sql(
        "update account set signed_in_at = now() - interval '101 days';
         update account set signed_in_at = now() - interval '195 days' where login = 'absent';
         update server_activity set last_at = now() - interval '100 days'",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    sign_in(&city, "first").await;
    sign_in(&city, "second").await;
    let absent = json!({"login": "absent", "password": PASSWORD});
    assert_eq!(try_in(&city, absent.clone()).await.0, 401, "95 days of 195 count");
    // The clock comes back: what it ran ahead was no time, and what comes after counts as ever.
    sqlx::raw_sql(
        "update server_activity set last_at = now() + interval '100 days';
         update quiet_time set from_at = now() - interval '1 hour', until_at = now() + interval '100 days'",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    sign_in(&city, "first").await;
    let longest: i64 =
        sqlx::query_scalar("select coalesce(max(extract(epoch from until_at - from_at)), 0)::bigint from quiet_time")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert!(longest <= 3_700, "{longest}");
    sqlx::query("update account set signed_in_at = now() - interval '92 days' where login = 'third'")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(try_in(&city, json!({"login": "third", "password": PASSWORD})).await.0, 401);
    // Whom a wrong clock has locked all the same, the console opens.
    assert_eq!(console::open_dormant(&mut conn).await.unwrap(), ["absent", "third"]);
    assert_eq!(try_in(&city, absent).await.0, 200);
    console::set_state(&mut conn, "third", "suspended").await.unwrap();
    assert_eq!(try_in(&city, json!({"login": "third", "password": PASSWORD})).await.0, 401);
    console::set_state(&mut conn, "third", "active").await.unwrap();
    sign_in(&city, "third").await;
}

#[tokio::test]
async fn a_reason_that_nobody_can_see_is_none() {
    let city = City::small().await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", GRID).await;
    let system = sign_in(&city, "sysadmin").await;
    for reason in ["", " \u{3000}", "\u{200b}\u{200d}", "\u{2800}\u{3164}", "\u{202e}"] {
        for (method, path, body) in [
            ("PUT", format!("/api/accounts/{worker}/state"), json!({"state": "suspended", "reason": reason})),
            ("POST", format!("/api/accounts/{worker}/invitation"), json!({"reason": reason})),
            ("PUT", "/api/roles/citizen/permissions".to_owned(), json!({"permissions": [], "reason": reason})),
            ("POST", "/api/rights-requests".to_owned(), json!({"account_id": worker, "post_id": 1, "reason": reason})),
        ] {
            let (status, why) = call(&city, method, &system, &path, body).await;
            assert_eq!((status.as_u16(), &why["errors"][0]["pointer"]), (422, &json!("/reason")), "{reason:?} {path}");
        }
    }
}
