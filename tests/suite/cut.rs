//! Clients that go away in the middle of a request: whatever they cut, the server answers everybody else as before.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::Body,
    http::{Request, header},
};
use gridhall::kernel::edge::{
    Edge,
    serve::{Serving, serve},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use sqlx::PgConnection;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use tower::ServiceExt;

use crate::{
    common::{City, read_json, request, server},
    guard::{OPEN, PLACES, everything, filled, other_grid},
};

/// Requests that are cut, half of them after the server has begun to ask the database.
const CUTS: usize = 2_000;
/// Questions that are asked afterwards.
const QUESTIONS: usize = 500;

/// A request as bytes. A file of some length is sent where one is asked for, so that there is something to cut.
fn written(method: &str, path: &str, body: &str, token: &str) -> Vec<u8> {
    let body = if path.contains("/import?") && path.contains("organisation") {
        let rows = (0..300).map(|row| format!("cut-{row},x,OT01,114.93,27.806\n"));
        format!("external_id,name,type_code,lon,lat\n{}", rows.collect::<String>())
    } else {
        body.to_owned()
    };
    let kind = if body.starts_with('{') { "application/json" } else { "application/octet-stream" };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

/// The requests: one of each route of the document, those that everybody may call with what they take among them.
fn requests(names: &BTreeMap<&str, String>, tokens: &[String]) -> Vec<Vec<u8>> {
    let mut requests = Vec::new();
    for place in PLACES {
        let method = place.route.split(' ').next().unwrap();
        for token in tokens {
            requests.push(written(method, &filled(place.path, names), &filled(place.body, names), token));
        }
    }
    for route in OPEN {
        let (method, path) = route.split_once(' ').unwrap();
        let path = match path {
            "/oauth/authorize" => "/oauth/authorize?response_type=code&client_id=x&redirect_uri=https://x.test/",
            "/signin" => "/signin?code=x",
            "/signin/with/{id}" => "/signin/with/1",
            "/api/activation" if method == "GET" => "/api/activation?code=x",
            path => path,
        };
        let body = match (method, path) {
            ("POST", "/api/session") => r#"{"login":"there","password":"nothing"}"#,
            ("POST", "/api/activation") => r#"{"code":"x","password":"x"}"#,
            ("POST", _) => "{}",
            _ => "",
        };
        requests.push(written(method, path, body, "nobody"));
    }
    requests
}

/// Whether any of the server's connections is at work for a request.
async fn is_asked(conn: &mut PgConnection) -> bool {
    sqlx::query_scalar(
        "select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                        and state <> 'idle' and query not like '%from change%')",
    )
    .fetch_one(conn)
    .await
    .unwrap()
}

/// Questions whose answers are known: the same server that was never cut gives them.
fn questions(names: &BTreeMap<&str, String>, ids: &[(i64, String)], token: &str) -> Vec<Request<Body>> {
    let get = |path: &str, token: &str| request("GET", path, token).body(Body::empty()).unwrap();
    let mut questions = Vec::new();
    for (index, (id, name)) in ids.iter().cycle().take(QUESTIONS).enumerate() {
        let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        questions.push(match index % 8 {
            0 => get(&format!("/api/search?q={name}"), token),
            1 => get(&format!("/api/people/{id}"), token),
            2 => get(&format!("/ogc/collections/person/items/{id}"), token),
            3 => get(&format!("/api/accounts?limit={}", index % 50 + 1), token),
            4 => get(&format!("/api/people/{}", -id), token),
            5 => get(&format!("/api/people/{id}"), &format!("{token}x")),
            6 => get(&format!("/api/saved?kind=view&n={index}"), token),
            _ => {
                let body = filled(r#"{"region":"{grid}"}"#, names);
                let request = request("POST", "/api/areas/statistics", token);
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
            }
        });
    }
    questions
}

/// An answer without what is of one moment or one request.
fn steady(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["request_id", "timeStamp", "as_of", "instance", "last_seen_at"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cuts_a_request_changes_no_other_answer() {
    let seed =
        std::env::var("GRIDHALL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("GRIDHALL_SEED={seed} repeats this run");
    let mut dice = StdRng::seed_from_u64(seed);
    let city = City::over(Edge::default(), 4).await;
    let (_, names) = other_grid(&city).await;
    let token = city.token(&["3605"], &everything()).await;
    let worker = city.token(&[&names["grid"]], &["map.read", "person.read", "directory.write"]).await;
    let requests = requests(&names, &[token.clone(), worker]);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(city.front.clone(), listener, Serving::default(), async {
        stopped.await.ok();
    }));
    let mut watcher = city.sql().await;
    let mut asked = 0;
    for cut in 0..CUTS {
        let request = &requests[if cut < requests.len() { cut } else { dice.random_range(0..requests.len()) }];
        let mut client = TcpStream::connect(address).await.unwrap();
        if cut % 2 == 0 {
            // At any moment, in the middle of sending too.
            let sent = if dice.random_ratio(1, 4) { dice.random_range(1..request.len()) } else { request.len() };
            client.write_all(&request[..sent]).await.unwrap();
            tokio::time::sleep(Duration::from_micros(dice.random_range(0..15_000))).await;
        } else {
            client.write_all(request).await.unwrap();
            // Until the database is asked, or the answer is there because it never was.
            let mut answer = [0; 1];
            for _ in 0..20 {
                if is_asked(&mut watcher).await {
                    asked += 1;
                    break;
                }
                if client.try_read(&mut answer).is_ok() {
                    break;
                }
            }
        }
        // Closed with what was not read still there, which resets the connection.
        drop(client);
    }
    println!("{asked} were cut while the database was being asked");
    assert!(asked > CUTS / 8, "too few requests were cut in the middle: {asked}");

    // What was begun may still be at its end.
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    loop {
        let open: Vec<(String, String)> = sqlx::query_as(
            "select state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
             and (state like 'idle in transaction%' or state = 'active' and query not like '%from change%')",
        )
        .fetch_all(&mut watcher)
        .await
        .unwrap();
        if open.is_empty() {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "transactions stay open: {open:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    city.settle().await;

    // Every connection of the pool is asked for the role in which it waits, all of them at once.
    let mut transactions = Vec::new();
    for _ in 0..4 {
        transactions.push(city.map.app.db.begin(&gridhall::kernel::actor::Actor::system("test")).await.unwrap());
    }
    for mut transaction in transactions {
        let role: String = sqlx::query_scalar("select current_user::text").fetch_one(&mut *transaction).await.unwrap();
        assert!(role.starts_with("gridhall_"), "{role}");
        transaction.rollback().await.unwrap();
    }
    let roles: Vec<String> = sqlx::query_scalar(
        "select distinct usename::text from pg_stat_activity where datname = current_database() and usename is not null",
    )
    .fetch_all(&mut watcher)
    .await
    .unwrap();
    assert!(roles.iter().all(|role| role.starts_with("gridhall_")), "{roles:?}");

    let ids: Vec<(i64, String)> =
        sqlx::query_as("select id, name from person order by id limit 125").fetch_all(&mut watcher).await.unwrap();
    let (_fresh_map, fresh, follower) = server(&city.database, Edge::default(), 4, gridhall::app::modules()).await;
    for (known, cut) in questions(&names, &ids, &token).into_iter().zip(questions(&names, &ids, &token)) {
        let question = format!("{} {}", known.method(), known.uri());
        let (expected_status, expected) = read_json(fresh.clone().oneshot(known).await.unwrap()).await;
        let (status, answer) = read_json(city.front.clone().oneshot(cut).await.unwrap()).await;
        assert_eq!((status, steady(answer)), (expected_status, steady(expected)), "{question}");
    }
    follower.abort();
    stop.send(()).unwrap();
    // A stream that nobody reads any more may still hold its connection.
    tokio::time::timeout(Duration::from_mins(1), serving).await.expect("the server stops").unwrap().unwrap();
}

/// A client that leaves while a file is being taken in: the file is taken in to its end, and nobody else notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_client_leaves_goes_on_to_its_end() {
    let city = City::small().await;
    let token = city.token(&["3605"], &["map.read", "directory.write"]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(serve(city.front.clone(), listener, Serving::default(), std::future::pending()));
    let rows: String = (0..3_000).map(|row| format!("left-{row},x,OT01,114.93,27.806\n")).collect();
    let body = format!("external_id,name,type_code,lon,lat\n{rows}");
    let head = format!(
        "POST /api/layers/organisation/import?name=a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(&[head.into_bytes(), body.into_bytes()].concat()).await.unwrap();
    // As soon as the server is at work with it.
    let mut watcher = city.sql().await;
    while !is_asked(&mut watcher).await {
        tokio::task::yield_now().await;
    }
    drop(client);
    let arrived = async {
        loop {
            let there: i64 = sqlx::query_scalar("select count(*) from organisation where external_id like 'left-%'")
                .fetch_one(&mut watcher)
                .await
                .unwrap();
            if there == 3_000 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), arrived).await.expect("the file is taken in");
    serving.abort();
}
