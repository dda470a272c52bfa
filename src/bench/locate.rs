//! Places in their grids.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::{Router, routing::get as route};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    CENTRE, KEPT_BYTES, Stand, bearer,
    load::{Asking, CONNECTIONS, get, in_turns},
};
use crate::{
    kernel::actor::Actor,
    spatial::{mercator::Point, scope::Scope},
};

const POINTS: u32 = 300_000;

/// Each figure is the mean of so many turns, which it takes with the others.
const TURNS: u8 = 6;

const TURN: Duration = Duration::from_secs(1);

pub(super) async fn run(stand: &Stand<'_>) -> Result<Value> {
    let mut random = StdRng::seed_from_u64(1);
    let places: Vec<(f64, f64)> = (0..POINTS)
        .map(|_| (CENTRE.0 + random.random_range(-0.3..0.4), CENTRE.1 + random.random_range(-0.2..0.25)))
        .collect();
    let memory = stand.memory.clone();
    let ours = {
        let places = places.clone();
        tokio::task::spawn_blocking(move || {
            let (_, held) = memory.layer("grid").context("no grids")?;
            let (layer, scope) = (held.read(), Scope::everything());
            let started = Instant::now();
            let found = places
                .iter()
                .filter(|(lon, lat)| layer.first_covering(Point::from_lonlat(*lon, *lat), &scope).is_some())
                .count();
            anyhow::ensure!(found > 0, "no place lies in a grid");
            Ok::<f64, anyhow::Error>(f64::from(POINTS) / started.elapsed().as_secs_f64())
        })
        .await??
    };
    let mut conn = stand.database.owner().await?;
    let sample = &places[..20_000];
    let (lons, lats): (Vec<f64>, Vec<f64>) = sample.iter().copied().unzip();
    let started = Instant::now();
    sqlx::query(
        "select count(r.code) from unnest($1::float8[], $2::float8[]) p(lon, lat)
         left join lateral (select code from region where level = 5 and valid_to is null
                            and st_intersects(geom, st_setsrid(st_makepoint(p.lon, p.lat), 4326)) limit 1) r on true",
    )
    .bind(&lons)
    .bind(&lats)
    .execute(&mut conn)
    .await?;
    let postgis = f64::from(u32::try_from(sample.len())?) / started.elapsed().as_secs_f64();

    let empty: Router = Router::new().route("/bench/empty", route(async || axum::Json(json!({}))));
    let auth = crate::kernel::auth::Auth::new(stand.db.clone());
    let known = Router::new().route("/bench/actor", route(async |_: Actor| axum::Json(json!({})))).with_state(auth);
    let (address, _) = stand.serve(&stand.memory, KEPT_BYTES, empty.merge(known)).await?;
    let calls: Vec<Vec<u8>> = places[..10_000]
        .iter()
        .map(|(lon, lat)| get(&format!("/api/locate?lon={lon}&lat={lat}"), &bearer(&stand.token)))
        .collect();
    let turns = [calls, vec![get("/bench/actor", &bearer(&stand.token))], vec![get("/bench/empty", "")]]
        .map(|requests| (address, requests, [200].as_slice()));
    let means = in_turns(&turns, TURNS, Asking::over(CONNECTIONS), TURN).await?;
    let [call, actor, nothing] = [0, 1, 2].map(|index| means[index].per_second);
    println!("places in their grid, one core: {ours:.0}/s; PostGIS {postgis:.0}/s; {:.0} times", ours / postgis);
    println!(
        "GET /api/locate: {call:.0}/s; a handler that only checks the token: {actor:.0}/s; an empty one: {nothing:.0}/s ({:.0} %)",
        call / nothing * 100.0
    );
    let [call_us, actor_us, nothing_us] = [0, 1, 2].map(|index| means[index].cost_us);
    println!("the processor works {call_us:.1} µs, {actor_us:.1} µs and {nothing_us:.1} µs for an answer");
    Ok(
        json!({"points_per_s": ours, "postgis_points_per_s": postgis, "calls_per_s": call, "actor_per_s": actor, "empty_per_s": nothing,
            "call_us": call_us, "actor_us": actor_us, "empty_us": nothing_us}),
    )
}
