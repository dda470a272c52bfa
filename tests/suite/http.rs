//! What a reader gets over HTTP: who may see what, tiles and their headers, problems that say what is wrong.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use gridhall::spatial::{mercator::Point, tile::TileId};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    common::{City, read_bytes, read_json, request},
    mvt,
};

/// A tile of zoom 15 in the middle of the city.
const TILE: &str = "15/26845/13751";
const GRID: &str = "360502001009002";

#[tokio::test]
async fn health_answers_everybody_and_figures_of_the_server_do_not() {
    let city = City::small().await;
    for open in ["/healthz", "/readyz"] {
        assert_eq!(city.get("", open).await.status(), 200, "{open}");
    }
    assert_eq!(city.get("", "/metrics").await.status(), 401);
    let observer = city.token(&["3605"], &["server.observe"]).await;
    let figures = city.get(&observer, "/metrics").await;
    assert!(figures.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("application/openmetrics-text"));
    let figures = String::from_utf8(read_bytes(figures).await).unwrap();
    let buildings: i64 =
        sqlx::query_scalar("select count(*) from building").fetch_one(&mut city.sql().await).await.unwrap();
    let value = |name: &str| -> f64 {
        let line =
            figures.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {figures}"));
        line.trim().parse().unwrap()
    };
    #[expect(clippy::cast_precision_loss, reason = "a small city")]
    let buildings = buildings as f64;
    assert!((value("gridhall_features{layer=\"building\"}") - buildings).abs() < 0.5);
    assert!(value("gridhall_resident_bytes ") > 1e6 && value("gridhall_tiles_made_total ") < 1.0);
    assert!(figures.ends_with("# EOF\n"));
    assert_eq!(city.get("ght_nobody", "/api/city").await.status(), 401);
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let city = City::small().await;
    let token = city.token(&["3605"], &["map.read"]).await;
    for path in [
        "/tiles/person/15/1/1",
        "/tiles/person.json",
        "/ogc/collections/person/items",
        "/api/nearby?lon=114.93&lat=27.81&layer=person",
    ] {
        let (status, problem) = city.json(&token, path).await;
        assert_eq!(status, 403, "{path}");
        assert_eq!(problem["permission"], "person.read", "{problem}");
    }
    let (_, tiles) = city.json(&token, "/tiles").await;
    assert!(tiles["layers"].as_array().unwrap().iter().all(|layer| layer["name"] != "person"));
    let (_, statistics) = city.post(&token, "/api/areas/statistics", json!({"region": "3605"})).await;
    // Totals of inhabitants come with the map; how they are counted is tried in subtraction.rs.
    assert_eq!(statistics["people"]["counted_by"], "place");
    let (_, found) = city.json(&token, "/api/search?q=w&limit=50").await;
    assert!(found["items"].as_array().unwrap().iter().all(|item| item["kind"] != "person"));
}

#[tokio::test]
async fn a_grid_worker_sees_his_grid_and_nothing_next_door() {
    let city = City::small().await;
    let worker = city.token(&[GRID], &["map.read", "person.read"]).await;
    let own: i64 = GRID.parse().unwrap();
    let (status, _) = city.json(&worker, "/api/regions/360502001009001").await;
    assert_eq!(status, 404);
    let (status, _) = city.post(&worker, "/api/areas/statistics", json!({"region": "360502103"})).await;
    assert_eq!(status, 404);
    let (_, whole) = city.post(&worker, "/api/areas/statistics", json!({"region": "3605"})).await;
    let mut conn = city.sql().await;
    let people: i64 = sqlx::query_scalar("select count(*) from person where region = $1")
        .bind(own)
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert!(people > 0);
    assert_eq!(whole["people"]["total"].as_i64().unwrap(), people);
    for layer in ["building", "person", "case", "component", "organisation", "road", "grid"] {
        let (_, page) = city.json(&worker, &format!("/ogc/collections/{layer}/items?limit=10000")).await;
        for feature in page["features"].as_array().unwrap() {
            assert_eq!(feature["properties"]["region"].as_i64().unwrap(), own, "{layer}");
        }
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from layer.\"{layer}\" where region = $1"
        )))
        .bind(own)
        .fetch_one(&mut conn)
        .await
        .unwrap();
        assert_eq!(page["numberMatched"].as_i64().unwrap(), count, "{layer}");
        let tile = mvt::read(&read_bytes(city.get(&worker, &format!("/tiles/{layer}/{TILE}")).await).await);
        for feature in tile.iter().flat_map(|layer| &layer.features) {
            let region: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select region from layer.\"{layer}\" where id = $1")))
                    .bind(i64::try_from(feature.id.unwrap()).unwrap())
                    .fetch_one(&mut conn)
                    .await
                    .unwrap();
            assert_eq!(region, own, "{layer}");
        }
    }
    let other: i64 = sqlx::query_scalar("select id from person where region <> $1 limit 1")
        .bind(own)
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(city.get(&worker, &format!("/ogc/collections/person/items/{other}")).await.status(), 404);
    let (_, only) = city.json(&worker, "/api/search?q=w&limit=50&kind=person").await;
    let kinds: Vec<&Value> = only["items"].as_array().unwrap().iter().map(|hit| &hit["kind"]).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(|kind| **kind == "person"), "{kinds:?}");
    let (_, found) = city.json(&worker, "/api/search?q=w&limit=50").await;
    for item in found["items"].as_array().unwrap() {
        assert_eq!(item["region"].as_i64().unwrap(), own, "{item}");
    }
}

#[tokio::test]
async fn the_application_role_is_bound_in_sql_too() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    for statement in
        ["set role gridhall_one", "set gridhall.lo1 = '360502001009002'", "set gridhall.hi1 = '360502001009002'"]
    {
        sqlx::query(statement).execute(&mut conn).await.unwrap();
    }
    for rest in ["lo2", "lo3", "lo4", "hi2", "hi3", "hi4"] {
        let value = if rest.starts_with("lo") { "0" } else { "-1" };
        sqlx::query(sqlx::AssertSqlSafe(format!("set gridhall.{rest} = '{value}'"))).execute(&mut conn).await.unwrap();
    }
    let regions: Vec<i64> =
        sqlx::query_scalar("select distinct region from person").fetch_all(&mut conn).await.unwrap();
    assert_eq!(regions, [360_502_001_009_002]);
    let written = sqlx::query("update case_record set region = 360502001009001 where region = 360502001009002")
        .execute(&mut conn)
        .await;
    assert!(written.unwrap_err().to_string().contains("row-level security"));
    for forbidden in ["delete from token", "drop table person", "update audit_entry set actor = ''"] {
        assert!(sqlx::query(forbidden).execute(&mut conn).await.is_err(), "{forbidden}");
    }
    sqlx::query("insert into audit_entry (actor, action) values ('x', 'x')").execute(&mut conn).await.unwrap();
    // Several ranges are those and no more, in either of their roles.
    for role in ["gridhall_several", "gridhall_wide"] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "set role {role}; set gridhall.lo3 = '360502001009004'; set gridhall.hi3 = '360502001009005';
             set gridhall.lo4 = '360502001009009'; set gridhall.hi4 = '360502001009008'"
        )))
        .execute(&mut conn)
        .await
        .unwrap();
        let regions: Vec<i64> = sqlx::query_scalar("select distinct region from person order by region")
            .fetch_all(&mut conn)
            .await
            .unwrap();
        assert_eq!(regions, [360_502_001_009_002, 360_502_001_009_004, 360_502_001_009_005], "{role}");
        let written = sqlx::query("update case_record set region = 360502001009001 where region = 360502001009004")
            .execute(&mut conn)
            .await;
        assert!(written.unwrap_err().to_string().contains("row-level security"), "{role}");
    }
    // Bound to nothing, it sees nothing.
    sqlx::raw_sql("set role gridhall_app").execute(&mut conn).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&mut conn).await.unwrap();
    assert_eq!(seen, 0);
    let seen: i64 = sqlx::query_scalar("select count(*) from audit_entry").fetch_one(&mut conn).await.unwrap();
    assert_eq!(seen, 0, "only who audits reads the record");
}

#[tokio::test]
async fn tiles_answer_as_the_scheme_wants() {
    let city = City::small().await;
    let token = city.reader().await;
    let status = async |path: &str| city.get(&token, path).await.status().as_u16();
    assert_eq!(status("/tiles/building/15/0/0").await, 204);
    assert_eq!(status("/tiles/nothing/15/0/0").await, 404);
    for impossible in ["23/0/0", "2/4/0", "2/0/4", "-1/0/0", "a/0/0", "2/0/99999999999999"] {
        assert_eq!(status(&format!("/tiles/building/{impossible}")).await, 400, "{impossible}");
    }
    let path = format!("/tiles/building/{TILE}");
    let plain = city.get(&token, &path).await;
    assert_eq!(plain.status(), 200);
    assert_eq!(plain.headers()[header::CONTENT_TYPE], "application/vnd.mapbox-vector-tile");
    assert!(plain.headers()[header::CACHE_CONTROL].to_str().unwrap().starts_with("private"));
    let raw = read_bytes(plain).await;
    for (encoding, name) in [("gzip", "gzip"), ("zstd", "zstd"), ("br", "br"), ("gzip, br, zstd", "zstd")] {
        let ask = || request("GET", &path, &token).header(header::ACCEPT_ENCODING, encoding);
        let response = city.send(ask().body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()[header::CONTENT_ENCODING], name);
        let etag = response.headers()[header::ETAG].clone();
        assert!(!etag.to_str().unwrap().starts_with("W/"));
        let bytes = read_bytes(response).await;
        let opened = match name {
            "gzip" => {
                let mut out = vec![0; raw.len()];
                libdeflater::Decompressor::new().gzip_decompress(&bytes, &mut out).unwrap();
                out
            }
            "zstd" => zstd::bulk::decompress(&bytes, raw.len()).unwrap(),
            _ => {
                let mut out = Vec::new();
                brotli::BrotliDecompress(&mut bytes.as_slice(), &mut out).unwrap();
                out
            }
        };
        assert_eq!(opened, raw, "{encoding}");
        let again = city.send(ask().header(header::IF_NONE_MATCH, etag).body(Body::empty()).unwrap()).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
    let etag = city.get(&token, &path).await.headers()[header::ETAG].to_str().unwrap().to_owned();
    let ask = request("GET", &path, &token).header(header::IF_NONE_MATCH, format!("\"x\", W/{etag}"));
    assert_eq!(city.send(ask.body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_MODIFIED);
    // Every encoding of it is kept now: readers of one don't drive out the other's.
    let (kept, made) = city.map.tiles.counts();
    for encoding in ["gzip", "br", "zstd", "gzip"] {
        let ask = request("GET", &path, &token).header(header::ACCEPT_ENCODING, encoding);
        city.send(ask.body(Body::empty()).unwrap()).await;
    }
    assert_eq!(city.map.tiles.counts(), (kept + 4, made));
    let (_, described) = city.json(&token, "/tiles/building.json").await;
    assert_eq!(described["tilejson"], "3.0.0");
    assert_eq!(described["vector_layers"][0]["id"], "building");
}

#[tokio::test]
async fn a_change_reaches_the_tile_and_the_listeners() {
    let city = City::small().await;
    let token = city.reader().await;
    let stranger = city.token(&["360502103"], &["map.read"]).await;
    let path = format!("/tiles/case/{TILE}");
    let ids = |bytes: &[u8]| -> Vec<u64> {
        mvt::read(bytes).iter().flat_map(|layer| &layer.features).filter_map(|f| f.id).collect()
    };
    let before = ids(&read_bytes(city.get(&token, &path).await).await);
    let mut live = city.get(&token, "/api/live").await.into_body();
    let mut elsewhere = city.get(&stranger, "/api/live").await.into_body();
    let mut conn = city.sql().await;
    let id: i64 = sqlx::query_scalar(
        "insert into case_record (number, category, region, geom)
         values ('N-1', 'C0101', 360502001009002, st_centroid(st_transform(st_tileenvelope(15, 26845, 13751), 4326))) returning id",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), async {
        let mut text = String::new();
        while !text.contains("event: change") {
            text += std::str::from_utf8(&live.frame().await.unwrap().unwrap().into_data().unwrap()).unwrap();
        }
        text
    })
    .await
    .unwrap();
    assert!(heard.contains(&format!("\"id\":{id}")), "{heard}");
    let ids_heard: Vec<(i64, i64)> = heard
        .lines()
        .filter_map(|line| line.strip_prefix("id: ")?.split_once('-'))
        .map(|(xid, seq)| (xid.parse().unwrap(), seq.parse().unwrap()))
        .collect();
    assert!(heard.starts_with("retry: 1000\n\nid: ") && heard.contains("event: ready\ndata: {}\n\n"), "{heard}");
    assert!(ids_heard.len() > 1 && ids_heard.is_sorted(), "{heard}");
    let after = ids(&read_bytes(city.get(&token, &path).await).await);
    assert!(!before.contains(&u64::try_from(id).unwrap()) && after.contains(&u64::try_from(id).unwrap()));

    // Who comes back says where they stopped and hears what they missed; who has no right hears nothing.
    let last = heard.rsplit("\nid: ").next().unwrap().lines().next().unwrap().to_owned();
    sqlx::query("update case_record set severity = 4 where id = $1").bind(id).execute(&mut conn).await.unwrap();
    city.settle().await;
    let again = request("GET", "/api/live", &token).header("last-event-id", last).body(Body::empty()).unwrap();
    let first = city.send(again).await.into_body().frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8(first.to_vec()).unwrap();
    assert!(text.contains("\"severity\":4") && text.matches("event: change").count() == 1, "{text}");
    // An id that never was one: what is shown is loaded anew.
    let stray = request("GET", "/api/live", &token).header("last-event-id", "abc").body(Body::empty()).unwrap();
    let first = city.send(stray).await.into_body().frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8(first.to_vec()).unwrap().contains("event: reset"));
    let first = elsewhere.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(!String::from_utf8(first.to_vec()).unwrap().contains("change"));
    assert!(tokio::time::timeout(Duration::from_millis(300), elsewhere.frame()).await.is_err());
}

/// An area can be drawn around one house: what is masked on a person's record isn't told by counting them alone.
#[tokio::test]
async fn few_people_s_categories_are_not_told_by_an_area_around_them() {
    let city = City::small().await;
    let (reader, cleared) =
        (city.reader().await, city.token(&["3605"], &["map.read", "person.read", "person.clear"]).await);
    let (service, lon, lat): (String, f64, f64) = sqlx::query_as(
        "select p.service, st_x(b.place), st_y(b.place) from person p join building b on b.id = p.building_id
         where p.service in ('SV01', 'SV03', 'SV04', 'SV05') and p.region > 0
           and (select count(*) from person o where o.building_id = b.id and o.service = p.service) < 5 limit 1",
    )
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    let square = |half: f64| {
        let (w, s, e, n) = (lon - half, lat - half, lon + half, lat + half);
        [[w, s], [e, s], [e, n], [w, n], [w, s]]
    };
    let area = |half: f64, turned: bool| {
        let mut ring = square(half).to_vec();
        if turned {
            ring.reverse();
        }
        json!({"geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let (_, told) = city.post(&reader, "/api/areas/statistics", area(2e-7, false)).await;
    assert!(told["people"]["total"].as_u64().unwrap() > 0);
    let codes = |told: &Value, list: &str| -> Vec<String> {
        let list = told["people"][list].as_array().unwrap();
        list.iter().map(|by| by["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!codes(&told, "services").contains(&service), "{told}");
    // Open categories, such as where one is registered, are on everybody's record.
    let open = ["RP01", "RP02", "RP07", "RP08"];
    assert!(codes(&told, "categories").iter().all(|code| open.contains(&code.as_str())), "{told}");
    let noted = async || -> Vec<String> {
        city.map.app.db.settle_notes().await;
        let select = "select object from audit_entry where action = 'person.read'";
        sqlx::query_scalar(select).fetch_all(&mut city.sql().await).await.unwrap()
    };
    assert_eq!(noted().await, ["statistics"], "each drawn area weighs as one record");
    let (_, told) = city.post(&cleared, "/api/areas/statistics", area(2e-7, false)).await;
    assert!(codes(&told, "services").contains(&service), "{told}");
    assert_eq!(noted().await, ["statistics"; 2], "so much is as good as reading their record");
    // Of many people the categories are told, and the ground is as large whichever way its border turns.
    let (_, told) = city.post(&reader, "/api/areas/statistics", area(0.05, false)).await;
    assert!(!told["people"]["categories"].as_array().unwrap().is_empty(), "{told}");
    let (_, turned) = city.post(&reader, "/api/areas/statistics", area(0.05, true)).await;
    assert!((told["area_m2"].as_f64().unwrap() - turned["area_m2"].as_f64().unwrap()).abs() < 1.0, "{turned}");
}

#[tokio::test]
async fn what_is_told_is_for_one_reader_and_methods_that_do_not_fit_are_named() {
    let city = City::small().await;
    let token = city.reader().await;
    for path in ["/api/city", "/api/search?q=w", "/ogc/collections/person/items?limit=1"] {
        let answer = city.get(&token, path).await;
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, no-store", "{path}");
    }
    for path in ["/api/city", "/api/locate?lon=114.9&lat=27.8", "/tiles/building/14/13418/6906"] {
        let answer = city.send(request("DELETE", path, &token).body(Body::empty()).unwrap()).await;
        assert!(answer.headers()[header::ALLOW].to_str().unwrap().contains("GET"), "{path}");
        let (status, problem) = read_json(answer).await;
        assert_eq!((status.as_u16(), &problem["type"]), (405, &json!("urn:gridhall:problem:method-not-allowed")));
    }
    for query in ["floors=abc", "bbox=114,27,115,28&bbox=0,0,1,1", "limit=5&limit=6"] {
        let path = format!("/ogc/collections/building/items?{query}");
        let (status, problem) = city.json(&token, &path).await;
        assert_eq!(status.as_u16(), 400, "{query}: {problem}");
    }
}

#[tokio::test]
async fn bad_areas_are_refused_with_the_place() {
    let city = City::small().await;
    let token = city.reader().await;
    let ring = |points: &[(f64, f64)]| json!({"type": "Polygon", "coordinates": [points]});
    let many: Vec<(f64, f64)> = (0..30_000).map(|n| (114.9 + f64::from(n) * 1e-6, 27.8)).collect();
    let square = |east: f64| {
        let (west, east) = (114.92 + east, 114.94 + east);
        json!([[west, 27.80], [east, 27.80], [east, 27.82], [west, 27.82], [west, 27.80]])
    };
    let zigzag: Vec<(f64, f64)> =
        (0..=200).map(|n| (100.0 + f64::from(n % 200) * 0.01, if n % 2 == 0 { 20.0 } else { 50.0 })).collect();
    for (geometry, word) in [
        (ring(&[(114.9, 27.8), (114.95, 27.8), (114.95, 27.85)]), "4"),
        (ring(&[(114.9, 27.8), (114.95, 27.8), (114.95, 27.85), (114.9, 27.85)]), "closed"),
        (
            ring(&[
                (500_000.0, 3_000_000.0),
                (500_001.0, 3_000_000.0),
                (500_001.0, 3_000_001.0),
                (500_000.0, 3_000_000.0),
            ]),
            "longitude",
        ),
        (ring(&many), "vertices"),
        (ring(&zigzag), "too large"),
        (json!({"type": "Point", "coordinates": [114.9, 27.8]}), "Polygon"),
        (json!({"type": "Polygon", "coordinates": []}), "ring"),
        (ring(&[(114.90, 27.80), (114.95, 27.85), (114.95, 27.80), (114.90, 27.85), (114.90, 27.80)]), "cross"),
        (json!({"type": "MultiPolygon", "coordinates": [[square(0.0)], [square(0.0)]]}), "same ground"),
        (json!({"type": "MultiPolygon", "coordinates": [[square(0.0)], [square(0.01)]]}), "same ground"),
    ] {
        let request = request("POST", "/api/areas/statistics", &token)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(Body::from(json!({"geometry": geometry}).to_string()))
            .unwrap();
        let (status, problem) = read_json(city.send(request).await).await;
        assert_eq!(status, 422, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], "/geometry");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{word}: {problem}");
    }
    for (body, status) in [("{", 400), ("[]", 400), ("{\"geometry\": 3}", 400), ("{}", 400)] {
        let request = request("POST", "/api/areas/statistics", &token).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(city.send(request.body(Body::from(body)).unwrap()).await.status(), status, "{body}");
    }
    let huge = format!("{{\"geometry\": \"{}\"}}", "x".repeat(5 << 20));
    let request = request("POST", "/api/areas/statistics", &token).header(header::CONTENT_TYPE, "application/json");
    assert_eq!(city.send(request.body(Body::from(huge)).unwrap()).await.status(), 413);
    for path in [
        "/api/locate?lon=200&lat=0",
        "/api/locate?lon=x&lat=0",
        "/api/locate?lon=NaN&lat=0",
        "/api/locate",
        "/api/regions/12345",
        "/api/search?q=",
    ] {
        assert_eq!(city.get(&token, path).await.status(), 400, "{path}");
    }
}

#[tokio::test]
async fn a_code_opens_one_session_and_signing_out_ends_it() {
    let city = City::small().await;
    let grant = gridhall::kernel::actor::Grant {
        name: "desk".to_owned(),
        regions: vec!["3605".parse().unwrap()],
        permissions: ["map.read".to_owned()].into(),
        expires_at: None,
    };
    let mut conn = city.sql().await;
    let (id, _) = gridhall::kernel::auth::create_token(&mut conn, &grant).await.unwrap();
    let code = gridhall::kernel::auth::create_sign_in_code(&mut conn, id, 1).await.unwrap();
    let response = city.get("", &format!("/signin?code={}", code.reveal())).await;
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()[header::LOCATION], "/");
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite"));
    let pair = cookie.split(';').next().unwrap().to_owned();
    let with_cookie =
        |method: &str| request(method, "/api/session", "").header(header::COOKIE, &pair).body(Body::empty()).unwrap();
    let (status, session) = read_json(city.send(with_cookie("GET")).await).await;
    assert_eq!((status.as_u16(), session["name"].as_str()), (200, Some("desk")));
    let again = city.get("", &format!("/signin?code={}", code.reveal())).await;
    assert_eq!(again.headers()[header::LOCATION], "/signin?expired=1");
    assert_eq!(city.send(with_cookie("DELETE")).await.status(), 204);
    assert_eq!(city.send(with_cookie("GET")).await.status(), 401);
    let kept: i64 =
        sqlx::query_scalar("select count(*) from token where encode(hash, 'hex') like '%ght_%' or name like 'ght_%'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(kept, 0);
    // What was refused goes by the queue, and may be written later than what came after it.
    city.map.app.db.settle_notes().await;
    let audited: Vec<String> =
        sqlx::query_scalar("select action from audit_entry order by action").fetch_all(&mut conn).await.unwrap();
    assert_eq!(audited, ["session.end", "session.open", "session.refused", "token.create"]);
}

#[tokio::test]
async fn the_ogc_api_pages_through_everything_once() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let mut path = "/ogc/collections/case/items?limit=700&status=closed".to_owned();
    let mut ids: Vec<i64> = Vec::new();
    loop {
        let (status, page) = city.json(&token, &path).await;
        assert_eq!(status, 200);
        ids.extend(page["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_i64().unwrap()));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
        path = next["href"].as_str().unwrap().split_once("/ogc").map(|(_, rest)| format!("/ogc{rest}")).unwrap();
    }
    let expected: Vec<i64> = sqlx::query_scalar("select id from case_record where status = 'closed' order by id")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert!(expected.len() > 1_000);
    assert_eq!(ids, expected);

    let bbox = "114.92,27.80,114.94,27.82";
    for layer in ["building", "grid", "road", "person"] {
        let (_, page) = city.json(&token, &format!("/ogc/collections/{layer}/items?bbox={bbox}&limit=10000")).await;
        let expected: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from layer.\"{layer}\" where st_intersects(geom, st_makeenvelope({bbox}, 4326))"
        )))
        .fetch_one(&mut conn)
        .await
        .unwrap();
        assert_eq!(page["numberMatched"].as_i64().unwrap(), expected, "{layer}");
        assert_eq!(page["numberReturned"], page["numberMatched"], "{layer}");
    }
    let from = chrono::Utc::now() - chrono::Duration::days(30);
    let moment = from.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (_, page) = city.json(&token, &format!("/ogc/collections/case/items?datetime={moment}/..&limit=1")).await;
    let expected: i64 = sqlx::query_scalar("select count(*) from case_record where reported_at >= $1::timestamptz")
        .bind(from - chrono::Duration::nanoseconds(i64::from(from.timestamp_subsec_nanos())))
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(page["numberMatched"].as_i64().unwrap(), expected);
    for wrong in ["bbox=1,2,3", "limit=0", "limit=x", "nothing=1", "datetime=yesterday", "f=xml", "bbox=0,0,999,1"] {
        assert_eq!(city.get(&token, &format!("/ogc/collections/case/items?{wrong}")).await.status(), 400, "{wrong}");
    }
    let html = request("GET", "/ogc/collections/case/items", &token)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap();
    let page = String::from_utf8(read_bytes(city.send(html).await).await).unwrap();
    assert!(page.contains("<table>") && page.contains("事件"));
    for path in ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/grid"] {
        assert_eq!(city.json(&token, path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn who_is_lost_is_told_in_his_way() {
    let city = City::small().await;
    let ask = |path: &str, accept: &'static str| {
        city.send(request("GET", path, "").header(header::ACCEPT, accept).body(Body::empty()).unwrap())
    };
    let page = ask("/mpa", "text/html,application/xhtml+xml").await;
    assert_eq!(
        (page.status().as_u16(), page.headers()[header::CONTENT_TYPE].as_bytes()),
        (404, &b"text/html; charset=utf-8"[..])
    );
    for (path, accept) in [("/mpa", "*/*"), ("/api/nothing", "text/html"), ("/tiles/x/y", "text/html")] {
        let problem = ask(path, accept).await;
        assert!(problem.headers()[header::CONTENT_TYPE].as_bytes().starts_with(b"application/problem+json"), "{path}");
    }
}

#[tokio::test]
async fn search_finds_by_name_and_by_initials() {
    let city = City::small().await;
    let token = city.reader().await;
    let names = |answer: &Value| -> Vec<String> {
        answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["%E6%B8%9D%E6%B0%B4", "ysq", "YSQ"] {
        let (status, answer) = city.json(&token, &format!("/api/search?q={query}")).await;
        assert_eq!(status, 200);
        assert!(names(&answer).contains(&"渝水区".to_owned()), "{query}");
    }
    let mut conn = city.sql().await;
    for (table, kind) in [("person", "person"), ("organisation", "organisation"), ("road", "road")] {
        let (name, initials): (String, String) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select name, initials from {table} where name <> '' group by name, initials order by count(*), name limit 1"
        )))
        .fetch_one(&mut conn)
        .await
        .unwrap();
        let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC).to_string();
        let (_, answer) = city.json(&token, &format!("/api/search?q={encoded}&limit=50")).await;
        assert!(
            answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .any(|item| item["kind"] == kind && item["name"] == name.as_str()),
            "{name}"
        );
        assert!(!initials.is_empty());
    }
}

#[tokio::test]
async fn search_finds_by_address_and_within_names() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut conn = city.sql().await;
    let found = async |query: &str| -> Vec<(String, i64, String)> {
        let encoded = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC).to_string();
        let (status, answer) = city.json(&token, &format!("/api/search?q={encoded}&limit=50")).await;
        assert_eq!(status, 200, "{answer}");
        let items = answer["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                (
                    item["kind"].as_str().unwrap().to_owned(),
                    item["id"].as_i64().unwrap(),
                    item["name"].as_str().unwrap().to_owned(),
                )
            })
            .collect()
    };
    // A house without a name goes by its address.
    let (id, address): (i64, String) =
        sqlx::query_as("select id, address from building where name = '' and address ~ '[0-9]' order by id limit 1")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert!(found(&address).await.contains(&("building".to_owned(), id, address.clone())), "{address}");
    let (id, name, address): (i64, String, String) =
        sqlx::query_as("select id, name, address from organisation where address ~ '[0-9]' order by id limit 1")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert!(found(&address).await.contains(&("organisation".to_owned(), id, name)), "{address}");
    // Of names that begin with a region's, people remember what comes after it.
    for table in ["organisation", "building"] {
        let (id, name): (i64, String) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select min(id), name from {table} where length(name) > 6 group by name having count(*) = 1 order by name limit 1"
        )))
        .fetch_one(&mut conn)
        .await
        .unwrap();
        let part: String = name.chars().skip(3).collect();
        assert!(found(&part).await.contains(&(table.to_owned(), id, name.clone())), "{part} of {name}");
    }
    let (_, answer) = city.json(&token, "/api/search?q=%E5%BA%97&limit=50").await;
    assert!(answer["items"].as_array().unwrap().is_empty(), "one character stands in too many names: {answer}");
    // As anything else, only in scope: every name is found within, but of another community's none.
    let elsewhere = city.token(&["360521"], &["map.read"]).await;
    let (_, answer) = city.json(&elsewhere, "/api/search?q=%E6%B0%B4%E5%8C%BA&limit=50").await;
    let items = answer["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["region"].as_i64().unwrap() / 1_000_000_000 == 360_521), "{answer}");
}

/// No identity number and no telephone is in any tile, item, statistics or metric.
#[tokio::test]
async fn what_is_sensitive_stays_in_the_database() {
    let city = City::small().await;
    let token = city.token(&["3605"], &["map.read", "person.read", "person.clear"]).await;
    let mut conn = city.sql().await;
    let (id, phone): (String, String) = ("360502199001011234".to_owned(), "13899990000".to_owned());
    sqlx::query("update person set citizen_id = $1, phone = $2, service = 'SV05' where region = 360502001009002")
        .bind(&id)
        .bind(&phone)
        .execute(&mut conn)
        .await
        .unwrap();
    city.settle().await;
    for path in [
        format!("/tiles/person/{TILE}"),
        "/ogc/collections/person/items?limit=10000".to_owned(),
        "/metrics".to_owned(),
        "/api/nearby?lon=114.93&lat=27.81&layer=person&radius_m=2000&limit=500".to_owned(),
    ] {
        let text = String::from_utf8_lossy(&read_bytes(city.get(&token, &path).await).await).into_owned();
        assert!(
            !text.contains(&id) && !text.contains(&phone) && !text.contains("SV05") && !text.contains("birth"),
            "{path}"
        );
    }
}

/// What is answered past the routes, to who is known already, differs in nothing from what the routes answer.
#[tokio::test]
async fn what_is_answered_at_once_is_what_is_answered_at_length() {
    let city = City::small().await;
    let token = city.reader().await;
    let (worker, nobody) = (city.token(&["360502001009002"], &["map.read"]).await, city.token(&["3605"], &[]).await);
    let routes = gridhall::app::router(&city.server(), gridhall::app::modules()).0;
    let at = TileId::at(14, Point::from_lonlat(114.93, 27.81));
    let tile = format!("/tiles/building/14/{}/{}", at.x, at.y);
    let ask = |who: &str, path: &str, holds: &str| {
        let request = request("GET", path, who).header(header::ACCEPT_ENCODING, "gzip");
        request.header(header::IF_NONE_MATCH, holds).body(Body::empty()).unwrap()
    };
    let etag = city.send(ask(&token, &tile, "")).await.headers()[header::ETAG].to_str().unwrap().to_owned();
    let mut statuses = BTreeSet::new();
    for who in [&token, &worker, &nobody, "ght_nobody"] {
        // Known from here on.
        city.get(who, "/tiles").await;
        for (path, holds) in [
            (tile.as_str(), ""),
            (tile.as_str(), etag.as_str()),
            ("/tiles/building/14/0/0", ""),
            ("/tiles/building/14/0/999999", ""),
            ("/tiles/building/14/x/0", ""),
            ("/tiles/nothing/14/0/0", ""),
            ("/tiles/building/14/0/0/", ""),
            ("/tiles//14/0/0", ""),
            ("/api/locate?lon=114.93&lat=27.81", ""),
            ("/api/locate?lon=0&lat=0&crs=EPSG:3857", ""),
            ("/api/locate?lon=114.93", ""),
            ("/api/locate?lon=114.93&lat=27.81&lat=27.82", ""),
            ("/api/locate?lon=114.93&lat=27.81&crs=WGS", ""),
        ] {
            let ask = || ask(who, path, holds);
            let mut told = Vec::new();
            for mut answer in [city.send(ask()).await, routes.clone().oneshot(ask()).await.unwrap()] {
                assert!(answer.headers_mut().remove("x-request-id").is_some() || path.starts_with("/tiles/"), "{path}");
                // Routes count the body here already, past them it is counted when it goes out.
                answer.headers_mut().remove(header::CONTENT_LENGTH);
                let headers = answer.headers().iter();
                let headers: BTreeSet<_> = headers.map(|(name, value)| (name.to_string(), value.clone())).collect();
                let status = answer.status();
                let mut body = read_bytes(answer).await;
                // A problem names its request.
                if let Ok(Value::Object(mut problem)) = serde_json::from_slice(&body) {
                    problem.remove("request_id");
                    body = serde_json::to_vec(&problem).unwrap();
                }
                told.push((status, headers, body));
            }
            assert_eq!((told[0].0, &told[0].1), (told[1].0, &told[1].1), "{path}");
            assert!(told[0].2 == told[1].2, "{path}: the bodies differ");
            statuses.insert(told[0].0.as_u16());
        }
    }
    assert_eq!(statuses, [200, 204, 304, 400, 401, 403, 404].into());
}

#[tokio::test]
async fn a_code_in_an_address_ends_the_session_that_the_browser_brought() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    let code = async |conn: &mut sqlx::PgConnection| {
        let grant = gridhall::kernel::actor::Grant {
            name: "desk".to_owned(),
            regions: vec!["3605".parse().unwrap()],
            permissions: ["map.read".to_owned()].into(),
            expires_at: None,
        };
        let (id, _) = gridhall::kernel::auth::create_token(conn, &grant).await.unwrap();
        gridhall::kernel::auth::create_sign_in_code(conn, id, 1).await.unwrap().reveal().to_owned()
    };
    let open = async |code: &str, cookie: &str| {
        let ask = request("GET", &format!("/signin?code={code}"), "").header(header::COOKIE, cookie);
        let answer = city.send(ask.body(Body::empty()).unwrap()).await;
        let cookie = answer.headers().get(header::SET_COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned());
        cookie.unwrap_or_default().split(';').next().unwrap().to_owned()
    };
    let status = async |cookie: &str| {
        let ask = request("GET", "/api/session", "").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        city.send(ask).await.status().as_u16()
    };
    let planted = open(&code(&mut conn).await, "x=1").await;
    assert_eq!(status(&planted).await, 200);
    // A code that isn't one ends nothing.
    assert_eq!(open("ghc_nonsense", &planted).await, "");
    assert_eq!(status(&planted).await, 200);
    let own = open(&code(&mut conn).await, &planted).await;
    assert_eq!((status(&planted).await, status(&own).await), (401, 200));
}

#[tokio::test]
async fn the_ogc_api_says_what_it_is_and_answers_in_the_form_that_weighs_most() {
    let city = City::small().await;
    let token = city.reader().await;
    let (_, landing) = city.json(&token, "/ogc").await;
    let links = landing["links"].as_array().unwrap();
    let described = links.iter().find(|link| link["rel"] == "service-desc").unwrap();
    assert_eq!(described["type"], "application/vnd.oai.openapi+json;version=3.1");
    let (_, document) = city.json(&token, "/api/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let (_, conformance) = city.json(&token, "/ogc/conformance").await;
    assert!(!conformance.to_string().contains("oas30"), "{conformance}");
    // A number of features a page is declared, so that newer clients ask for more at a time.
    let parameters = &document["paths"]["/ogc/collections/{layer}/items"]["get"]["parameters"];
    let limit = parameters.as_array().unwrap().iter().find(|parameter| parameter["name"] == "limit").unwrap();
    let said = |name: &str| limit["schema"][name].as_i64();
    assert_eq!((said("minimum"), said("maximum"), said("default")), (Some(1), Some(10_000), Some(100)));
    let (_, page) = city.json(&token, "/ogc/collections/case/items").await;
    assert_eq!(page["numberReturned"], 100);
    // More than the greatest is the greatest (Part 1, 7.15.2).
    assert_eq!(city.get(&token, "/ogc/collections/case/items?limit=10001").await.status(), 200);

    for path in ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/grid", "/ogc/collections/grid/items"]
    {
        for path in [path.to_owned(), format!("{path}/")] {
            for (accept, html) in [
                ("text/html;q=0.1,application/json", false),
                ("application/json;q=0.5, text/html", true),
                ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
                ("*/*", false),
            ] {
                let ask = request("GET", &path, &token).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
                let answer = city.send(ask).await;
                assert_eq!(answer.status(), 200, "{path}");
                let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
                assert_eq!(kind.starts_with("text/html"), html, "{path} {accept}: {kind}");
            }
        }
    }
    for (accepted, english) in [("en;q=0.1, zh", false), ("zh;q=0.3, en-GB;q=0.7", true), ("fr, en", true)] {
        let ask = request("GET", "/ogc/collections/nothing", &token).header(header::ACCEPT_LANGUAGE, accepted);
        let (_, problem) = read_json(city.send(ask.body(Body::empty()).unwrap()).await).await;
        assert_eq!(problem["title"] == "Not found", english, "{accepted}: {problem}");
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_told_which_it_takes() {
    let city = City::small().await;
    let token = city.reader().await;
    for (method, path, allowed) in [
        ("DELETE", "/api/city", vec!["GET", "HEAD"]),
        ("PATCH", "/api/saved", vec!["GET", "HEAD", "POST"]),
        ("PUT", "/oauth/token", vec!["OPTIONS", "POST"]),
        ("POST", "/api/locate", vec!["GET", "HEAD"]),
        ("POST", "/tiles/building/15/26845/13751", vec!["GET", "HEAD"]),
        ("DELETE", "/scim/v2/Users", vec!["GET", "HEAD", "POST"]),
    ] {
        let answer = city.send(request(method, path, &token).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), 405, "{method} {path}");
        let told = answer.headers().get(header::ALLOW).map(|value| value.to_str().unwrap().to_owned());
        let mut told: Vec<&str> = told.as_deref().unwrap_or_default().split(',').map(str::trim).collect();
        told.sort_unstable();
        assert_eq!(told, allowed, "{method} {path}");
    }
}
