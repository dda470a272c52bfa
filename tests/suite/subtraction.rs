//! Answers about areas can be added and subtracted: whatever areas somebody asks for, no difference tells of one to four
//! people what is masked on their records; and areas that are hard to count hold nobody up.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use gridhall::kernel::masked::OPEN_CATEGORIES;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::common::{City, read_json, request};

type Counts = BTreeMap<String, u64>;

fn square(x: f64, y: f64, half: f64) -> Value {
    json!([
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half]
    ])
}

/// The counts of an area's people, by name.
async fn counts(city: &City, token: &str, area: Value) -> Counts {
    let (status, answer) = city.post(token, "/api/areas/statistics", area).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let people = &answer["people"];
    let mut counts = Counts::new();
    for list in ["categories", "services"] {
        for by in people[list].as_array().unwrap() {
            counts.insert(by["code"].as_str().unwrap().to_owned(), by["count"].as_u64().unwrap());
        }
    }
    for name in ["total", "male", "female"] {
        counts.insert(name.to_owned(), people[name].as_u64().unwrap());
    }
    counts.insert("households".to_owned(), answer["households"].as_u64().unwrap());
    for band in people["ages"].as_array().unwrap() {
        for sex in ["male", "female", "other"] {
            counts.insert(format!("{} {sex}", band["band"]), band[sex].as_u64().unwrap());
        }
    }
    counts
}

/// The counts by which two answers differ by one to four people.
fn few<'a>(one: &'a Counts, other: &'a Counts, is_meant: impl Fn(&str) -> bool) -> BTreeSet<&'a str> {
    let all = one.keys().chain(other.keys()).map(String::as_str);
    let of = |counts: &Counts, name: &str| counts.get(name).copied().unwrap_or(0);
    all.filter(|name| is_meant(name) && (1..5).contains(&of(one, name).abs_diff(of(other, name)))).collect()
}

fn is_masked(name: &str) -> bool {
    name.len() == 4 && (name.starts_with("SV") || name.starts_with("RP")) && !OPEN_CATEGORIES.contains(name)
}

/// The grid with the most people, and the box around it.
async fn full_grid(city: &City) -> (String, [f64; 4]) {
    let (code, west, south, east, north): (i64, f64, f64, f64, f64) = sqlx::query_as(
        "select code, st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom) from region
         where valid_to is null and code = (select region from person group by region order by count(*) desc limit 1)",
    )
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    (code.to_string(), [west, south, east, north])
}

#[tokio::test]
async fn a_hole_over_one_person_tells_no_masked_category() {
    let city = City::small().await;
    let (grid, [west, south, east, north]) = full_grid(&city).await;
    let worker = city.token(&[&grid], &["map.read", "person.read"]).await;
    let outer = json!([
        [west - 0.002, south - 0.002],
        [east + 0.002, south - 0.002],
        [east + 0.002, north + 0.002],
        [west - 0.002, north + 0.002],
        [west - 0.002, south - 0.002]
    ]);
    let whole = counts(&city, &worker, json!({"geometry": {"type": "Polygon", "coordinates": [outer]}})).await;
    let (_, people) = city.json(&worker, "/ogc/collections/person/items?f=json&limit=10000").await;
    let places: BTreeSet<String> = people["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["geometry"]["coordinates"].to_string())
        .collect();
    assert!(places.len() > 5, "{places:?}");
    for place in places {
        let place: [f64; 2] = serde_json::from_str(&place).unwrap();
        let rings = json!([outer, square(place[0], place[1], 1e-6)]);
        let less = counts(&city, &worker, json!({"geometry": {"type": "Polygon", "coordinates": rings}})).await;
        assert!(less["total"] < whole["total"], "the hole takes somebody away");
        let masked = |counts: &Counts| -> Counts {
            counts.iter().filter(|(name, _)| is_masked(name)).map(|(name, count)| (name.clone(), *count)).collect()
        };
        assert!(!masked(&whole).is_empty());
        assert_eq!(masked(&whole), masked(&less), "at {place:?}");
    }
}

#[tokio::test]
async fn no_difference_of_any_areas_tells_of_few_people() {
    let city = City::small().await;
    let (grid, [west, south, east, north]) = full_grid(&city).await;
    let community = &grid[..12];
    let readers = [
        // Who sees people's records: of those only what is masked is held back.
        (city.token(&[community], &["map.read", "person.read"]).await, false),
        // Who sees the map alone: everything.
        (city.token(&[community], &["map.read"]).await, true),
    ];
    let seed = rand::random();
    println!("seed {seed}");
    for (token, all) in readers {
        let mut dice = StdRng::seed_from_u64(seed);
        let everything = counts(&city, &token, json!({"region": community})).await;
        for _ in 0..20 {
            // Areas within one another, the reader's whole scope around them and nothing within them.
            let (x, y) = (dice.random_range(west..east), dice.random_range(south..north));
            let mut answers = vec![Counts::new()];
            for half in [2e-4, 6e-4, 2e-3, 6e-3] {
                let half = half * dice.random_range(0.5..1.5);
                let area = json!({"geometry": {"type": "Polygon", "coordinates": [square(x, y, half)]}});
                answers.push(counts(&city, &token, area).await);
            }
            answers.push(everything.clone());
            for (index, one) in answers.iter().enumerate() {
                for other in &answers[..index] {
                    assert_eq!(few(one, other, |name| all || is_masked(name)), BTreeSet::new());
                }
            }
        }
    }
}

#[tokio::test]
async fn totals_of_inhabitants_come_with_the_map_and_are_those_of_the_records() {
    let city = City::small().await;
    let viewer = city.token(&["3605"], &["map.read"]).await;
    let cleared = city.token(&["3605"], &["map.read", "person.read", "person.clear"]).await;
    let told = counts(&city, &viewer, json!({"region": "3605"})).await;
    let real = counts(&city, &cleared, json!({"region": "3605"})).await;
    assert!(real["total"] > 5_000);
    for (name, count) in &real {
        let told = told.get(name).copied().unwrap_or(0);
        assert!(told <= *count && (told == 0 || told >= 5), "{name}: {told} of {count}");
    }
    // What is left of the whole city is of few, and at most one count of a kind is held back with it.
    assert!(real["total"] - told["total"] < 5, "{} of {}", told["total"], real["total"]);
    let sum = |counts: &Counts| counts.values().sum::<u64>();
    assert!(sum(&told) * 100 >= sum(&real) * 95, "{told:?} of {real:?}");
    // No single person comes with it.
    let (status, _) = city.json(&viewer, "/ogc/collections/person/items?f=json").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, measures) = city.json(&viewer, "/api/measures?level=county").await;
    let sum: u64 =
        measures["regions"].as_array().unwrap().iter().map(|region| region["people"]["total"].as_u64().unwrap()).sum();
    assert!(sum > 5_000 && sum <= real["total"]);
}

#[tokio::test]
async fn people_stand_at_their_building_and_move_with_it() {
    let city = City::small().await;
    let reader = city.reader().await;
    let mut conn = city.sql().await;
    let (building, person, x, y): (i64, i64, f64, f64) = sqlx::query_as(
        "select b.id, p.id, st_x(b.place), st_y(b.place) from person p join building b on b.id = p.building_id order by p.id limit 1",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let place = async || {
        let (_, item) = city.json(&reader, &format!("/ogc/collections/person/items/{person}?f=json")).await;
        let at = &item["geometry"]["coordinates"];
        [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()]
    };
    let near = |[a, b]: [f64; 2], [c, d]: [f64; 2]| (a - c).abs() < 1e-6 && (b - d).abs() < 1e-6;
    assert!(near(place().await, [x, y]));
    let (_, record) = city.json(&reader, &format!("/api/people/{person}")).await;
    assert!(near([record["lon"].as_f64().unwrap(), record["lat"].as_f64().unwrap()], [x, y]), "{record}");
    sqlx::query("update building set geom = st_translate(geom, 0.001, 0.002) where id = $1")
        .bind(building)
        .execute(&mut conn)
        .await
        .unwrap();
    city.settle().await;
    assert!(near(place().await, [x + 0.001, y + 0.002]));
}

/// Each drawn area weighs as one person's record at least in the rule of mass reading.
#[tokio::test]
async fn drawn_areas_in_which_people_are_counted_are_in_the_audit() {
    let city = City::small().await;
    let (grid, [west, south, east, north]) = full_grid(&city).await;
    let worker = city.token(&[&grid], &["map.read", "person.read"]).await;
    for _ in 0..3 {
        let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
        let area = json!({"geometry": {"type": "Polygon", "coordinates": [square(middle.0, middle.1, 0.01)]}});
        assert!(counts(&city, &worker, area).await["total"] > 0);
    }
    city.map.app.db.settle_notes().await;
    let weighed: i64 = sqlx::query_scalar(
        "select coalesce(sum((detail ->> 'people')::bigint), 0)::bigint from audit_entry where action = 'person.read' and object = 'statistics'",
    )
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    assert_eq!(weighed, 3);
}

/// A band of long parallel edges, each of whose boxes meets that of every other.
fn hostile_polygon() -> Value {
    let (long, half) = (0.02, 9_990);
    let step = long * 0.2 / f64::from(half);
    let mut ring = Vec::new();
    for index in 0..half {
        let at = f64::from(index) * step;
        let (near, far) = ([114.93 + at, 27.8 - at], [114.93 + at + long, 27.8 - at + long]);
        ring.extend(if index % 2 == 0 { [near, far] } else { [far, near] });
    }
    let (end, out) = (f64::from(half) * step, long * 0.01);
    ring.extend([[114.93 + end - out / 3.0, 27.8 - end - out * 2.0], [114.93 - out, 27.8 - out], [114.93, 27.8]]);
    json!({"geometry": {"type": "Polygon", "coordinates": [ring]}})
}

#[tokio::test]
async fn a_polygon_that_is_too_hard_to_check_is_refused_and_holds_nobody_up() {
    let city = City::small().await;
    let hostile = city.token(&["3605"], &["map.read"]).await;
    let other = city.reader().await;
    let body = hostile_polygon().to_string();
    let asked = (0..24).map(|_| {
        let request = request("POST", "/api/areas/statistics", &hostile).header("content-type", "application/json");
        city.send(request.body(body.clone().into()).unwrap())
    });
    let (answers, (status, _)) = tokio::join!(futures::future::join_all(asked), city.json(&other, "/api/search?q=aa"));
    assert_eq!(status, StatusCode::OK);
    for answer in answers {
        let (status, problem) = read_json(answer).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], "/geometry");
    }
}
