//! What row-level security costs: the application's role behind its policies against the owner, who writes the same
//! bounds into the same query.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::CENTRE;
use crate::{
    kernel::{
        actor::{Actor, Grant},
        db::Database,
    },
    spatial::{region::RegionCode, scope::Scope},
};

/// What is asked of the database on the way of a request, with `{bounds}` for the owner's own. Each has a parameter, as
/// the program's statements have: without one a plan is kept with the connection, whatever scope it was made for.
const QUERIES: &[(&str, &str)] = &[
    (
        "buildings in view",
        "select id, name, st_asbinary(geom) from building where geom && st_expand(st_setsrid(st_makepoint({lon}, {lat}), 4326), 0.01){bounds} limit $1",
    ),
    ("a person by id", "select id, name, sex from person where id = {person}{bounds} limit $1"),
    (
        "newest 100 cases",
        "select id, number, status from case_record where reported_at > now() - interval '400 days'{bounds} order by reported_at desc limit least($1, 100)",
    ),
    ("people of the scope", "select count(*) from person where true{bounds} limit $1"),
    ("people by sex", "select sex, count(*) from person where true{bounds} group by sex limit $1"),
];

/// Each query is asked in turns for so long, and at least so often: the quick ones scatter.
const SPAN: Duration = Duration::from_secs(2);
const ROUNDS: usize = 42;
/// Pairs of connections, asked in turns. An answer within a tenth of a millisecond depends on where the system placed
/// the connection's two ends: beside one another or on one core, which is 0.04 ms apart and lasts for hundreds of
/// answers. A single pair measures that placing; the median over several doesn't.
const PAIRS: usize = 6;
const LIMIT: i64 = 10_000;

pub(super) async fn run(database: &Database) -> Result<Value> {
    let db = database.app();
    let mut owners = Vec::new();
    for _ in 0..PAIRS {
        let mut owner = database.owner().await?;
        owner.execute("set plan_cache_mode = force_custom_plan").await?;
        owners.push(owner);
    }
    let person: i64 =
        sqlx::query_scalar("select id from person where region / 1000 = 360502001001 order by id limit 1")
            .fetch_one(&mut owners[0])
            .await?;
    println!("{:<22} {:<12} {:>12} {:>12} {:>7}", "query", "scope", "policy, ms", "bounds, ms", "ratio");
    let (mut figures, mut worst) = (Vec::new(), 0.0_f64);
    for (scope_name, regions) in [
        ("grid", vec!["360502001001001"]),
        ("street", vec!["360502001"]),
        ("county", vec!["360502"]),
        ("two counties", vec!["360502", "360521"]),
        ("four streets", vec!["360502001", "360502003", "360502101", "360521100"]),
    ] {
        let regions: Vec<RegionCode> = regions.iter().map(|code| code.parse()).collect::<Result<_, _>>()?;
        let bounds: Vec<String> = Scope::of(&regions)?
            .ranges()
            .iter()
            .map(|(low, high)| format!("region between {low} and {high}"))
            .collect();
        let grant = Grant {
            name: "bench".to_owned(),
            regions,
            permissions: std::iter::empty::<String>().collect(),
            expires_at: None,
        };
        let actor = Actor::new(0, grant, None)?;
        for (name, sql) in QUERIES {
            let sql = sql
                .replace("{lon}", &CENTRE.0.to_string())
                .replace("{lat}", &CENTRE.1.to_string())
                .replace("{person}", &person.to_string());
            let bound = sql.replace("{bounds}", &format!(" and ({})", bounds.join(" or ")));
            let sql = sql.replace("{bounds}", "");
            let mut behind_policy = Vec::new();
            for _ in 0..PAIRS {
                behind_policy.push(db.begin(&actor).await.map_err(|error| anyhow::anyhow!("{error:?}"))?);
            }
            let mut times = (Vec::new(), Vec::new());
            let mut rows = (0, 0);
            // In turns, so that neither profits from a quieter moment; the first answer of a connection isn't counted.
            let started = Instant::now();
            let mut round = 0;
            while round < ROUNDS || started.elapsed() < SPAN {
                let pair = round % PAIRS;
                let behind = one(&mut behind_policy[pair], &sql).await?;
                let beside = one(&mut owners[pair], &bound).await?;
                if round >= PAIRS {
                    times.0.push(behind.0);
                    times.1.push(beside.0);
                }
                round += 1;
                rows = (behind.1, beside.1);
            }
            anyhow::ensure!(
                rows.0 == rows.1,
                "{name} in a {scope_name}: {} rows behind the policy, {} beside it",
                rows.0,
                rows.1
            );
            let (behind, beside) = (median(&mut times.0), median(&mut times.1));
            let ratio = behind / beside;
            worst = worst.max(ratio);
            println!("{name:<22} {scope_name:<12} {behind:>12.3} {beside:>12.3} {ratio:>6.2}x");
            figures.push(
                json!({"query": name, "scope": scope_name, "rows": rows.0, "policy_ms": behind, "bounds_ms": beside}),
            );
        }
    }
    println!("the policy costs {worst:.2} times the same bounds in the query at the most");
    for owner in owners {
        owner.close().await.ok();
    }
    db.close().await;
    Ok(json!({"queries": figures, "worst": worst}))
}

/// Milliseconds and rows of a query.
async fn one(conn: &mut PgConnection, sql: &str) -> Result<(f64, usize)> {
    let started = Instant::now();
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(LIMIT).fetch_all(conn).await?.len();
    Ok((started.elapsed().as_secs_f64() * 1000.0, rows))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
