//! Statistics of drawn polygons.

use std::time::Instant;

use anyhow::Result;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::{CENTRE, Stand};
use crate::{
    map::{
        PeopleTable,
        statistics::{self, Sees},
    },
    spatial::{area::Area, scope::Scope},
};

/// A star around the middle of the city: corners, and reach in degrees.
fn star(random: &mut StdRng, corners: u32, reach: f64) -> Vec<[f64; 2]> {
    let (lon, lat) = (CENTRE.0 + random.random_range(-0.02..0.02), CENTRE.1 + random.random_range(-0.02..0.02));
    let mut ring: Vec<[f64; 2]> = (0..corners)
        .map(|corner| {
            let angle = f64::from(corner) / f64::from(corners) * std::f64::consts::TAU;
            let radius = reach * random.random_range(0.7..1.0);
            [lon + radius * angle.cos(), lat + radius * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

pub(super) async fn run(stand: &Stand<'_>) -> Result<Value> {
    let mut conn = stand.database.owner().await?;
    let mut random = StdRng::seed_from_u64(3);
    println!(
        "{:<26} {:>10} {:>12} {:>12} {:>12} {:>8}",
        "area", "people", "ours, mean", "ours, worst", "PostGIS", "ratio"
    );
    let mut figures = Vec::new();
    for (name, corners, reach) in [
        ("circle of 2 km", 72, 0.02),
        ("1,000 vertices, 2 km", 1_000, 0.02),
        ("1,000 vertices, 10 km", 1_000, 0.1),
        ("1,000 vertices, 40 km", 1_000, 0.4),
    ] {
        let rings: Vec<Vec<[f64; 2]>> = (0..20).map(|_| star(&mut random, corners, reach)).collect();
        let (memory, inner) = (stand.memory.clone(), rings.clone());
        let (mean, worst, people) = tokio::task::spawn_blocking(move || {
            let (mut sum, mut worst, mut people) = (0.0, 0.0_f64, 0);
            for ring in &inner {
                let started = Instant::now();
                let area = Area::from_degrees(&[vec![ring.clone()]]);
                let answer = statistics::count(
                    &memory,
                    &PeopleTable::default(),
                    &area,
                    0.0,
                    &Scope::everything(),
                    Sees::Categories,
                );
                let ms = started.elapsed().as_secs_f64() * 1000.0;
                (sum, worst) = (sum + ms, worst.max(ms));
                people = answer.people.map_or(0, |people| people.total);
            }
            (sum / 20.0, worst, people)
        })
        .await?;
        // The same figures: people by age and sex, category and service, households, buildings, cases.
        let started = Instant::now();
        let samples = if corners < 100 { 3 } else { 1 };
        for ring in &rings[..samples] {
            // A constant, so that PostGIS prepares it once and its index is used.
            let corners: Vec<String> = ring.iter().map(|[lon, lat]| format!("{lon} {lat}")).collect();
            let g = format!("'SRID=4326;POLYGON(({}))'::geometry", corners.join(","));
            for sql in [
                "select count(*) from (select sex, extract(year from age(birth)), category, service, count(*) from person where st_contains({g}, geom) group by 1, 2, 3, 4) t",
                "select count(*) from (select use_code, count(*), sum(floor_area) from building where st_contains({g}, st_centroid(geom)) and geom && {g} group by 1) t",
                "select count(*) from (select status, category, date_trunc('month', reported_at), count(*) from case_record where st_contains({g}, geom) group by 1, 2, 3) t",
            ] {
                sqlx::raw_sql(AssertSqlSafe(sql.replace("{g}", &g))).execute(&mut conn).await?;
            }
        }
        let postgis = started.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(samples)?);
        println!("{name:<26} {people:>10} {mean:>10.2}ms {worst:>10.2}ms {postgis:>10.1}ms {:>7.0}x", postgis / mean);
        figures.push(
            json!({"area": name, "vertices": corners, "mean_ms": mean, "worst_ms": worst, "postgis_ms": postgis}),
        );
    }
    Ok(json!(figures))
}
