//! What a sign-in and the check of a session cost while a thousand people are signed in.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::{Router, routing::get as route};
use serde_json::{Value, json};

use super::{
    KEPT_BYTES, Stand,
    load::{Asking, Until, get, hammer},
};
use crate::modules::identity::console::{self, Newcomer};

const USERS: usize = 1_000;
/// Of the users, so many sign in by password: each takes a core for tens of milliseconds.
const BY_PASSWORD: usize = 100;
const PASSWORD: &str = "Bench-2031 gridhall";

pub(super) async fn run(stand: &Stand<'_>) -> Result<Value> {
    let mut conn = stand.database.owner().await?;
    let forget = "delete from account where login like 'bench.%'";
    sqlx::query(forget).execute(&mut conn).await?;
    let first = Newcomer {
        login: "bench.0",
        name: "试",
        role: "grid_worker",
        agency: "基准测试",
        region: "360502001001001".parse()?,
    };
    let id = console::let_in(&mut conn, &first).await?;
    console::set_password(&mut conn, id, PASSWORD).await?;
    // The others have what the first has, the stretched password too: hashing it a thousand times over shows nothing.
    sqlx::query(
        "insert into account (region, agency_id, login, name, state, password, password_at, signed_in_at)
         select region, agency_id, 'bench.' || n, name, state, password, password_at, now()
         from account, generate_series(1, $2) n where id = $1",
    )
    .bind(id)
    .bind(i32::try_from(USERS)? - 1)
    .execute(&mut conn)
    .await?;
    sqlx::query(
        "insert into holding (region, post_id, account_id, granted_by)
         select h.region, h.post_id, c.id, 'bench' from holding h, account c where h.account_id = $1 and c.login like 'bench.%' and c.id <> $1",
    )
    .bind(id)
    .execute(&mut conn)
    .await?;
    let secrets: Vec<String> = (0..USERS).map(|n| format!("ghs_{n:064x}")).collect();
    sqlx::query(
        "insert into session (hash, account_id, holding_id, expires_at, method)
         select sha256(convert_to(s.secret, 'utf8')), c.id, h.id, now() + interval '1 hour', 'password'
         from unnest($1::text[]) with ordinality s(secret, n) join account c on c.login = 'bench.' || (s.n - 1)
         join holding h on h.account_id = c.id",
    )
    .bind(&secrets)
    .execute(&mut conn)
    .await?;

    let empty: Router = Router::new().route("/bench/empty", route(async || axum::Json(json!({}))));
    let (address, _) = stand.serve(&stand.memory, KEPT_BYTES, empty).await?;
    let asked: Vec<Vec<u8>> =
        secrets.iter().map(|secret| get("/api/session", &format!("Cookie: gridhall_session={secret}\r\n"))).collect();
    let started = Instant::now();
    hammer(address, asked.clone(), Asking::over(8), Until::Once, &[200]).await?;
    let unknown = started.elapsed().as_secs_f64() * 1000.0 / 1_000.0;
    let span = Until::For(Duration::from_secs(4));
    let known = hammer(address, asked, Asking::over(8), span, &[200]).await?.per_second();
    let nothing = hammer(address, vec![get("/bench/empty", "")], Asking::over(8), span, &[200]).await?.per_second();

    let logins: Vec<Vec<u8>> = (0..BY_PASSWORD)
        .map(|n| {
            let body = json!({"login": format!("bench.{n}"), "password": PASSWORD}).to_string();
            format!(
                "POST /api/session HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        })
        .collect();
    let sign_ins = hammer(address, logins, Asking::over(2), Until::Once, &[200]).await?.per_second();
    let open: i64 =
        sqlx::query_scalar("select count(*) from session where account_id is not null and ended_at is null")
            .fetch_one(&mut conn)
            .await?;
    sqlx::query(forget).execute(&mut conn).await.context("the accounts of the bench are left")?;
    println!("{open} sessions open; argon2id, 19 MiB, 2 passes, 1 lane");
    println!("sign-ins by password: {sign_ins:.1}/s on all cores");
    println!("a session that the server doesn't know yet: {unknown:.2} ms, 8 at a time");
    println!(
        "GET /api/session over {USERS} sessions: {known:.0}/s, {:.0} % of an empty handler ({nothing:.0}/s)",
        known / nothing * 100.0
    );
    Ok(
        json!({"sessions": open, "sign_ins_per_s": sign_ins, "unknown_ms": unknown, "known_per_s": known, "empty_per_s": nothing}),
    )
}
