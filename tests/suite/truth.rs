//! What memory says is what SQL says: statistics, places, tiles, on random input and while writers commit out of order.

use std::{collections::BTreeSet, time::Duration};

use gridhall::spatial::{mercator::Point, tile::TileId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};

use crate::{
    common::{City, read_bytes},
    mvt,
};

const CENTRE: (f64, f64) = (114.93, 27.81);

/// A star of random reach: simple, mostly not convex.
fn star(random: &mut StdRng) -> Vec<[f64; 2]> {
    let corners = random.random_range(3..80);
    let (lon, lat) = (CENTRE.0 + random.random_range(-0.05..0.05), CENTRE.1 + random.random_range(-0.04..0.04));
    let reach = random.random_range(0.002..0.06);
    let mut ring: Vec<[f64; 2]> = (0..corners)
        .map(|corner| {
            let angle = f64::from(corner) / f64::from(corners) * std::f64::consts::TAU;
            let radius = reach * random.random_range(0.3..1.0);
            [lon + radius * angle.cos(), lat + radius * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

async fn number(conn: &mut PgConnection, sql: &'static str, geometry: &str) -> u64 {
    let count: i64 = sqlx::query_scalar(sql).bind(geometry).fetch_one(conn).await.unwrap();
    u64::try_from(count).unwrap()
}

/// People where they stand on the map: at their building.
const PEOPLE: &str = "(select p.sex, p.birth, p.relation_code, coalesce(b.place, p.geom) as geom
                       from person p left join building b on b.id = p.building_id) person";

#[tokio::test]
async fn statistics_of_random_polygons_are_those_of_sql() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let mut random = StdRng::seed_from_u64(7);
    let mut seen = 0;
    for _ in 0..40 {
        let geometry = json!({"type": "Polygon", "coordinates": [star(&mut random)]});
        let (status, answer) = city.post(&token, "/api/areas/statistics", json!({"geometry": geometry})).await;
        assert_eq!(status, 200, "{answer}");
        let text = geometry.to_string();
        let area = "st_setsrid(st_geomfromgeojson($1), 4326)";
        let count = |table: &str, place: &str, filter: &str| -> &'static str {
            format!("select count(*) from {table} where st_contains({area}, {place}) {filter}").leak()
        };
        for (pointer, sql) in [
            ("/people/total", count(PEOPLE, "geom", "")),
            ("/people/male", count(PEOPLE, "geom", "and sex = 1")),
            (
                "/people/ages/6/female",
                count(
                    PEOPLE,
                    "geom",
                    "and sex = 2 and extract(year from age((now() at time zone 'Asia/Shanghai')::date, birth)) between 30 and 34",
                ),
            ),
            ("/households", count(PEOPLE, "geom", "and relation_code = '02'")),
            ("/buildings/total", count("building", "st_centroid(geom)", "")),
            ("/organisations/total", count("organisation", "geom", "")),
            ("/components/total", count("component", "geom", "")),
            ("/cases/total", count("case_record", "geom", "")),
            (
                "/cases/open",
                count("case_record", "geom", "and status not in ('closed', 'voided', 'refused', 'merged')"),
            ),
        ] {
            let expected = number(&mut conn, sql, &text).await;
            let told = answer.pointer(pointer).and_then(Value::as_u64).unwrap();
            // A point within a centimetre of the border may fall to either side: memory keeps centimetres.
            assert!(told.abs_diff(expected) <= 1, "{pointer}: {told}, SQL says {expected}; {text}");
            seen += expected;
        }
        // Buildings within some centimetres of the border may fall to either side; no other may.
        let (least, most): (f64, f64) = sqlx::query_as(
            "with area as (select st_setsrid(st_geomfromgeojson($1), 4326) as geom),
                  place as (select floor_area::float8 as floor, st_centroid(geom) as geom from building)
             select coalesce(sum(floor) filter (where st_contains(a.geom, p.geom) and not st_dwithin(st_boundary(a.geom), p.geom, 3e-7)), 0),
                    coalesce(sum(floor) filter (where st_dwithin(a.geom, p.geom, 3e-7)), 0)
             from area a, place p where p.geom && st_expand(a.geom, 1e-6)",
        )
        .bind(&text)
        .fetch_one(&mut conn)
        .await
        .unwrap();
        let told = answer["buildings"]["floor_area_m2"].as_f64().unwrap();
        let rounding = 1.0 + most * 1e-6;
        assert!(
            (least - rounding..=most + rounding).contains(&told),
            "{told} m² of floors, SQL says {least} to {most}; {text}"
        );
    }
    assert!(seen > 50_000, "the polygons held too little to show anything: {seen}");
}

/// What lies beyond a reader's scope isn't counted, and that is said of each area that reaches there.
#[tokio::test]
async fn an_area_that_reaches_beyond_the_scope_says_so() {
    let city = City::small().await;
    let worker = city.token(&["360502001009"], &["map.read"]).await;
    let leader = city.reader().await;
    let shapes: Vec<(String, bool)> = sqlx::query_as(
        "select st_asgeojson(geom, 9), false from region where code = 360502001009000 and valid_to is null
         union all select st_asgeojson(st_multi(st_buffer(st_pointonsurface(geom), 0.0002)), 9), false from region where code = 360502001009002 and valid_to is null
         union all select st_asgeojson(st_multi(st_expand(geom, 0.003)), 9), true from region where code = 360502001009000 and valid_to is null
         union all select st_asgeojson(st_multi(st_expand(geom, 0.5)), 9), true from region where code = 360502001009000 and valid_to is null",
    )
    .fetch_all(&mut city.sql().await)
    .await
    .unwrap();
    assert_eq!(shapes.len(), 4);
    let in_part = async |token: &str, area: Value| {
        let (status, answer) = city.post(token, "/api/areas/statistics", area).await;
        assert_eq!(status, 200, "{answer}");
        answer["in_part"].as_bool().unwrap()
    };
    for (shape, reaches_beyond) in shapes {
        let area = || json!({ "geometry": serde_json::from_str::<Value>(&shape).unwrap() });
        assert_eq!(in_part(&worker, area()).await, reaches_beyond, "{shape}");
        assert!(!in_part(&leader, area()).await, "{shape}");
    }
    for (code, reaches_beyond) in
        [("3605", true), ("360502001", true), ("360502001009", false), ("360502001009002", false)]
    {
        assert_eq!(in_part(&worker, json!({ "region": code })).await, reaches_beyond, "{code}");
        assert!(!in_part(&leader, json!({ "region": code })).await, "{code}");
    }
}

#[tokio::test]
async fn regions_count_as_their_range_in_sql_and_children_add_up() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let total = |answer: &Value| answer["cases"]["total"].as_u64().unwrap();
    for code in ["3605", "360502", "360502001", "360502001009"] {
        let (status, answer) = city.post(&token, "/api/areas/statistics", json!({"region": code})).await;
        assert_eq!(status, 200);
        let (low, high): (i64, i64) =
            (format!("{code:0<15}").parse().unwrap(), format!("{code:9<15}").parse().unwrap());
        let sql: i64 = sqlx::query_scalar("select count(*) from case_record where region between $1 and $2")
            .bind(low)
            .bind(high)
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(i64::try_from(total(&answer)).unwrap(), sql, "{code}");
        let (_, region) = city.json(&token, &format!("/api/regions/{code}")).await;
        let mut sum = 0;
        for child in region["children"].as_array().unwrap() {
            let body = json!({"region": child["code"].to_string()});
            sum += total(&city.post(&token, "/api/areas/statistics", body).await.1);
        }
        assert_eq!(sum, total(&answer), "{code}");
    }
}

#[tokio::test]
async fn a_place_lies_where_sql_says() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let mut random = StdRng::seed_from_u64(11);
    let mut inside = 0;
    for _ in 0..150 {
        let (lon, lat) = (random.random_range(114.4..115.5), random.random_range(27.5..28.15));
        let (status, answer) = city.json(&token, &format!("/api/locate?lon={lon}&lat={lat}")).await;
        assert_eq!(status, 200);
        let expected: Option<i64> = sqlx::query_scalar(
            "select code from region where level = 5 and valid_to is null and st_intersects(geom, st_setsrid(st_makepoint($1, $2), 4326)) limit 1",
        )
        .bind(lon)
        .bind(lat)
        .fetch_optional(&mut conn)
        .await
        .unwrap();
        assert_eq!(answer["region"].as_i64().unwrap(), expected.unwrap_or(0), "{lon} {lat}");
        inside += usize::from(expected.is_some());
        if expected.is_some() {
            assert_eq!(answer["path"].as_array().unwrap().len(), 5);
        }
    }
    assert!(inside > 40, "{inside}");
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a tile's address is small and positive")]
#[tokio::test]
async fn tiles_hold_the_ids_that_st_asmvt_gives() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let mut compared = 0;
    for layer in
        ["county", "street", "community", "grid", "building", "person", "organisation", "component", "case", "road"]
    {
        for z in [15_u32, 16, 18] {
            let side = f64::from(1_u32 << z);
            let x = ((CENTRE.0 + 180.0) / 360.0 * side) as u32;
            let y = ((1.0 - CENTRE.1.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side) as u32;
            for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 2, y + 2)] {
                let response = city.get(&token, &format!("/tiles/{layer}/{z}/{x}/{y}")).await;
                let tile = mvt::read(&read_bytes(response).await);
                let ours: BTreeSet<i64> = tile
                    .iter()
                    .flat_map(|layer| &layer.features)
                    .map(|f| i64::try_from(f.id.unwrap()).unwrap())
                    .collect();
                let sql = format!(
                    "select id from (select id, st_asmvtgeom(st_transform(geom, 3857), st_tileenvelope({z}, {x}, {y}), 4096, 64, true) as g
                     from layer.\"{layer}\" where geom && st_transform(st_tileenvelope({z}, {x}, {y}, margin => 64.0 / 4096), 4326)) t where g is not null"
                );
                let theirs: BTreeSet<i64> = sqlx::query(sqlx::AssertSqlSafe(sql))
                    .fetch_all(&mut conn)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| row.get(0))
                    .collect();
                // Of what only grazes the buffer's edge, PostGIS rounds other things away than we do.
                let edge = ours.symmetric_difference(&theirs).count();
                let missing: Vec<&i64> = theirs.difference(&ours).collect();
                assert!(edge * 50 <= theirs.len().max(1) * 2 + 50, "{layer} {z}/{x}/{y}: {edge} of {}", theirs.len());
                let inside = format!(
                    "select id from layer.\"{layer}\" where id = any($1) and st_intersects(geom, st_transform(st_tileenvelope({z}, {x}, {y}), 4326))"
                );
                let ids: Vec<i64> = missing.into_iter().copied().collect();
                let lost = sqlx::query(sqlx::AssertSqlSafe(inside)).bind(&ids).fetch_all(&mut conn).await.unwrap();
                assert!(lost.is_empty(), "{layer} {z}/{x}/{y}: {} within the tile are missing", lost.len());
                compared += theirs.len();
            }
        }
    }
    assert!(compared > 2_000, "{compared}");
}

#[tokio::test]
async fn no_tile_from_afar_is_large_and_none_loses_anybody() {
    let city = City::small().await;
    let token = city.reader().await;
    for layer in ["person", "case", "building"] {
        let response = city.get(&token, &format!("/tiles/{layer}/8/209/107")).await;
        let bytes = read_bytes(response).await;
        assert!(bytes.len() < 500_000);
        let tile = mvt::read(&bytes);
        assert_eq!(tile.len(), 1, "{layer}");
        assert_eq!((tile[0].version, tile[0].extent), (2, 4096));
    }
}

#[tokio::test]
async fn a_buildings_name_and_floors_come_where_they_can_be_read() {
    let city = City::small().await;
    let token = city.reader().await;
    for (z, keys) in [(14, &["height", "use_code"][..]), (15, &["floors", "height", "name", "use_code"])] {
        let at = TileId::at(z, Point::from_lonlat(CENTRE.0, CENTRE.1));
        let bytes = read_bytes(city.get(&token, &format!("/tiles/building/{z}/{}/{}", at.x, at.y)).await).await;
        let tile = mvt::read(&bytes);
        let mut told = tile[0].keys.clone();
        told.retain(|key| key != "count");
        told.sort();
        assert_eq!(told, keys, "zoom {z}");
    }
}

/// Writers whose transactions overlap and end in another order than they began.
#[tokio::test]
async fn memory_follows_writers_that_commit_out_of_order() {
    let city = City::small().await;
    let token = city.reader().await;
    let insert = "insert into case_record (number, category, region, geom) values ($1, 'C0101', 360502001009002, st_setsrid(st_makepoint($2, 27.81), 4326))";
    let (mut early, mut late) = (city.sql().await, city.sql().await);
    for round in 0..10 {
        let mut first = early.begin().await.unwrap();
        sqlx::query(insert).bind(format!("early-{round}")).bind(114.93).execute(&mut *first).await.unwrap();
        let mut second = late.begin().await.unwrap();
        sqlx::query(insert).bind(format!("late-{round}")).bind(114.931).execute(&mut *second).await.unwrap();
        second.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
        sqlx::query(
            "update case_record set geom = st_setsrid(st_makepoint(114.9301, 27.8101), 4326) where number = $1",
        )
        .bind(format!("early-{round}"))
        .execute(&mut *first)
        .await
        .unwrap();
        if round % 3 == 2 {
            first.rollback().await.unwrap();
        } else {
            first.commit().await.unwrap();
        }
        if round % 2 == 0 {
            sqlx::query("delete from case_record where number = $1")
                .bind(format!("late-{round}"))
                .execute(&mut late)
                .await
                .unwrap();
        }
    }
    city.settle().await;
    let rows =
        sqlx::query("select id, region, st_x(geom), st_y(geom) from case_record").fetch_all(&mut early).await.unwrap();
    let (_, held) = city.map.memory.layer("case").unwrap();
    {
        let layer = held.read();
        assert_eq!(layer.len(), rows.len());
        for row in &rows {
            let view = layer.get(row.get(0)).expect("a case is missing in memory");
            let (lon, lat) = view.anchor().to_lonlat();
            assert!((lon - row.get::<f64, _>(2)).abs() < 1e-7 && (lat - row.get::<f64, _>(3)).abs() < 1e-7);
        }
    }
    let (_, answer) = city.post(&token, "/api/areas/statistics", json!({"region": "3605"})).await;
    assert_eq!(answer["cases"]["total"].as_u64().unwrap(), rows.len() as u64);
}

/// A transaction that is open holds back what was committed after it began: that stays in the feed, however old.
#[tokio::test]
async fn the_feed_keeps_what_nobody_could_read() {
    let city = City::small().await;
    let (mut open, mut conn) = (city.sql().await, city.sql().await);
    let mut holding = open.begin().await.unwrap();
    sqlx::query("select pg_current_xact_id()").execute(&mut *holding).await.unwrap();
    sqlx::query("update case_record set severity = 5 - severity where id = (select min(id) from case_record)")
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("update change set at = at - interval '3 hours'").execute(&mut conn).await.unwrap();
    let left = async |conn: &mut PgConnection| -> i64 {
        sqlx::query_scalar("select count(*) from change where at < now() - interval '1 hour'")
            .fetch_one(conn)
            .await
            .unwrap()
    };
    let readable = gridhall::layers::tidy(&mut conn, None).await.unwrap();
    gridhall::layers::tidy(&mut conn, Some(readable)).await.unwrap();
    assert!(left(&mut conn).await > 0);
    let behind = || city.map.memory.lag(chrono::Utc::now()).as_secs() > 3600;
    let said = async {
        while !behind() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), said).await.expect("the map says that it is behind");
    holding.rollback().await.unwrap();
    city.settle().await;
    let readable = gridhall::layers::tidy(&mut conn, None).await.unwrap();
    gridhall::layers::tidy(&mut conn, Some(readable)).await.unwrap();
    assert_eq!(left(&mut conn).await, 0);
}

/// More rows at once than the feed writes singly: the layer is loaded anew.
#[tokio::test]
async fn memory_follows_a_bulk_change() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    sqlx::query(
        "insert into component (category, region, geom)
         select 'C0101', 360502001009002, st_setsrid(st_makepoint(114.93 + n * 1e-7, 27.81), 4326) from generate_series(1, 25000) n",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    city.settle().await;
    let count: i64 = sqlx::query_scalar("select count(*) from component").fetch_one(&mut conn).await.unwrap();
    let (_, held) = city.map.memory.layer("component").unwrap();
    assert_eq!(i64::try_from(held.read().len()).unwrap(), count);
}

#[tokio::test]
async fn a_part_of_a_layer_is_what_its_tests_say_at_every_zoom_and_follows_changes() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    // How many cases of a part stand in the tile that holds the whole city.
    let told = async |part: &str| -> i64 {
        let response = city.get(&token, &format!("/tiles/case{part}/5/26/13")).await;
        let tile = mvt::read(&read_bytes(response).await);
        tile.iter().flat_map(|layer| layer.features.iter().map(|feature| layer.number(feature, "count").unwrap())).sum()
    };
    let open = "status not in ('closed', 'voided', 'refused', 'merged')";
    let sql = async |condition: &str| -> i64 {
        let sql = format!("select count(*) from case_record where {condition}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut city.sql().await).await.unwrap()
    };
    let (all, opened) = (sql("true").await, sql(open).await);
    assert!(opened > 3 && opened * 10 < all, "{opened} of {all}");
    assert_eq!((told("").await, told(".open").await), (all, opened));
    assert_eq!(told(".urgent").await, sql(&format!("{open} and severity >= 3")).await);
    // One of them is closed, and is in no tile of the part any more, from near either.
    let (id, lon, lat): (i64, f64, f64) =
        sqlx::query_as("select id, st_x(geom), st_y(geom) from case_record where status not in ('closed', 'voided', 'refused', 'merged', 'hung') order by id limit 1")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    let side = f64::from(1_u32 << 16);
    let x = (lon + 180.0) / 360.0 * side;
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side;
    let near = async || -> bool {
        let response = city.get(&token, &format!("/tiles/case.open/16/{}/{}", x.floor(), y.floor())).await;
        let tile = mvt::read(&read_bytes(response).await);
        tile.iter().flat_map(|layer| &layer.features).any(|feature| feature.id == u64::try_from(id).ok())
    };
    assert!(near().await);
    sqlx::query("update case_record set status = 'closed', closed_at = now() where id = $1")
        .bind(id)
        .execute(&mut conn)
        .await
        .unwrap();
    city.settle().await;
    assert!(!near().await);
    assert_eq!((told("").await, told(".open").await), (all, opened - 1));
    for wrong in ["/tiles/case.nothing/5/26/13", "/tiles/building.open/5/26/13", "/tiles/case.nothing.json"] {
        assert_eq!(city.get(&token, wrong).await.status(), 404, "{wrong}");
    }
    assert_eq!(city.get(&token, "/tiles/case.open.json").await.status(), 200);
}
