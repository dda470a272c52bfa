//! Files in and out: what GDAL writes is read, what is written GDAL reads, and what is bad is refused whole.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use axum::{body::Body, http::StatusCode};
use bytes::Bytes;
use gridhall::spatial::crs::Crs;
use serde_json::{Value, json};
use sqlx::Row;
use tempfile::TempDir;

use crate::common::{City, read_bytes, read_json, request};

const ALL: &[&str] =
    &["map.read", "person.read", "directory.write", "directory.export", "region.write", "case.write", "person.clear"];

/// Runs a program of GDAL.
fn gdal(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("GDAL is there");
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn upload(city: &City, token: &str, address: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = request("POST", address, token).header("accept-language", "en").body(body.into()).unwrap();
    read_json(city.send(request).await).await
}

/// Places of the city, with names that need more than ASCII.
async fn places(city: &City, count: i64) -> Vec<(String, String, f64, f64)> {
    let rows = sqlx::query("select id, st_x(geom), st_y(geom) from organisation where region > 0 order by id limit $1")
        .bind(count)
        .fetch_all(&mut city.sql().await)
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            (
                format!("N{}", row.get::<i64, _>(0)),
                format!("渝水“第{}”店", row.get::<i64, _>(0)),
                row.get(1),
                row.get(2),
            )
        })
        .collect()
}

/// Writes the places as CSV in a coordinate system of ours.
fn write_csv(path: &Path, places: &[(String, String, f64, f64)], crs: Crs) {
    let mut text = "external_id,name,type_code,lon,lat\n".to_owned();
    for (id, name, lon, lat) in places {
        let (x, y) = crs.from_wgs84(*lon, *lat);
        writeln!(text, "{id},{name},OT09,{x},{y}").unwrap();
    }
    fs::write(path, text).unwrap();
}

/// The places as the database has them now.
async fn stored(city: &City) -> Vec<(String, String, f64, f64, i64)> {
    sqlx::query_as(
        "select external_id, name, st_x(geom), st_y(geom), region from organisation where external_id is not null order by id",
    )
    .fetch_all(&mut city.sql().await)
    .await
    .unwrap()
}

fn agree(stored: &[(String, String, f64, f64, i64)], places: &[(String, String, f64, f64)], within: f64, what: &str) {
    assert_eq!(stored.len(), places.len(), "{what}");
    for place in places {
        let found = stored.iter().find(|found| found.0 == place.0).unwrap_or_else(|| panic!("{what}: {}", place.0));
        assert_eq!(found.1, place.1, "{what}");
        assert!(
            (found.2 - place.2).abs() < within && (found.3 - place.3).abs() < within,
            "{what}: {found:?} {place:?}"
        );
        assert!(found.4 > 360_500_000_000_000, "{what}: {found:?} is placed");
    }
}

/// Writes a Shapefile by GDAL and packs it.
fn shapefile(folder: &Path, source: &str, name: &str, arguments: &[&str]) -> PathBuf {
    let target = folder.join(name);
    let mut all = vec!["-f", "ESRI Shapefile", name, source];
    all.extend(arguments);
    gdal("ogr2ogr", &all, folder);
    let path = folder.join(format!("{name}.zip"));
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for entry in fs::read_dir(&target).unwrap() {
        let entry = entry.unwrap();
        archive.start_file(entry.file_name().to_string_lossy(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&fs::read(entry.path()).unwrap()).unwrap();
    }
    archive.finish().unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gdal_writes_is_read_in_each_format_and_coordinate_system() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let folder = TempDir::new().unwrap();
    let places = places(&city, 40).await;
    write_csv(&folder.path().join("places.csv"), &places, Crs::Wgs84);
    gdal(
        "ogr2ogr",
        &[
            "-f",
            "GPKG",
            "places.gpkg",
            "places.csv",
            "-oo",
            "X_POSSIBLE_NAMES=lon",
            "-oo",
            "Y_POSSIBLE_NAMES=lat",
            "-a_srs",
            "EPSG:4326",
            "-oo",
            "KEEP_GEOM_COLUMNS=NO",
            "-lco",
            "FID=gpkg_fid",
        ],
        folder.path(),
    );
    let mut first = true;
    let mut files = Vec::new();
    for crs in ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:4526", "EPSG:4527", "EPSG:4547", "EPSG:4548"] {
        let name = crs.replace(':', "");
        for (driver, ending, options) in [
            ("FlatGeobuf", "fgb", &[][..]),
            ("GeoJSON", "geojson", &["-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=12"]),
            ("GeoJSONSeq", "geojsonl", &["-lco", "COORDINATE_PRECISION=12"]),
            ("CSV", "csv", &["-lco", "GEOMETRY=AS_XY"]),
        ] {
            let file = format!("{name}.{ending}");
            // GDAL writes newline-delimited GeoJSON in WGS 84 only.
            if driver == "GeoJSONSeq" && crs != "EPSG:4326" {
                continue;
            }
            let mut arguments = vec!["-f", driver, &file, "places.gpkg", "-t_srs", crs];
            arguments.extend(options);
            gdal("ogr2ogr", &arguments, folder.path());
            // CSV says nothing of its system; the others do.
            let said = if driver == "CSV" { format!("&crs={crs}") } else { String::new() };
            files.push((folder.path().join(&file), said));
        }
        for encoding in ["GBK", "UTF-8"] {
            let file = format!("{name}-{encoding}");
            let lco = format!("ENCODING={encoding}");
            files.push((shapefile(folder.path(), "places.gpkg", &file, &["-t_srs", crs, "-lco", &lco]), String::new()));
        }
    }
    for (path, said) in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let address = format!("/api/layers/organisation/import?name={name}{said}");
        let (status, report) = upload(&city, &token, &address, fs::read(&path).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{name}: {report}");
        let changed = if first { &report["inserted"] } else { &report["updated"] };
        assert_eq!(changed, 40, "{name}: {report}");
        first = false;
        agree(&stored(&city).await, &places, 1e-7, &name);
    }
    // The public maps' shifted systems, within a metre.
    for crs in ["GCJ-02", "BD-09"] {
        let path = folder.path().join("shifted.csv");
        write_csv(&path, &places, crs.parse().unwrap());
        let address = format!("/api/layers/organisation/import?name=shifted.csv&crs={crs}");
        let (status, report) = upload(&city, &token, &address, fs::read(&path).unwrap()).await;
        assert_eq!((status, &report["updated"]), (StatusCode::OK, &json!(40)), "{report}");
        agree(&stored(&city).await, &places, 9e-6, crs);
    }
    // And memory follows what was taken.
    city.settle().await;
    let (_, near) = city
        .json(&token, &format!("/api/nearby?lon={}&lat={}&layer=organisation&radius_m=5", places[0].2, places[0].3))
        .await;
    assert!(near["items"].as_array().is_some_and(|items| items.len() >= 2), "{near}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gdal_reads_what_is_written_and_polygons_come_back_the_same() {
    let city = City::small().await;
    city.export_freely().await;
    let token = city.token(&["3605"], ALL).await;
    let folder = TempDir::new().unwrap();
    sqlx::query("update building set external_id = 'B' || id").execute(&mut city.sql().await).await.unwrap();
    let before: Vec<(i64, String, i64)> =
        sqlx::query_as("select id, st_astext(geom, 9), region from building order by id")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    for (layer, format) in [
        ("building", "fgb"),
        ("building", "geojson"),
        ("building", "csv"),
        ("road", "fgb"),
        ("person", "csv"),
        ("grid", "geojson"),
    ] {
        let response = city.get(&token, &format!("/api/layers/{layer}/export?format={format}&purpose=test")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let file = format!("{layer}.{format}");
        fs::write(folder.path().join(&file), read_bytes(response).await).unwrap();
        let told = gdal("ogrinfo", &["-so", "-al", &file], folder.path());
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from layer.\"{layer}\"")))
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
        assert!(told.contains(&format!("Feature Count: {count}")), "{file}: {told}");
    }
    for file in ["building.fgb", "building.geojson", "building.csv"] {
        let body = fs::read(folder.path().join(file)).unwrap();
        let (status, report) = upload(&city, &token, &format!("/api/layers/building/import?name={file}"), body).await;
        assert_eq!((status, &report["updated"]), (StatusCode::OK, &json!(before.len())), "{file}: {report}");
        let after: Vec<(i64, String, i64)> =
            sqlx::query_as("select id, st_astext(geom, 9), region from building order by id")
                .fetch_all(&mut city.sql().await)
                .await
                .unwrap();
        assert_eq!(before.len(), after.len());
        for (one, other) in before.iter().zip(&after) {
            assert_eq!((one.0, &one.1), (other.0, &other.1), "{file}");
        }
    }
    // What a region and a box select is what SQL selects.
    let (low, high): (i64, i64) = (360_502_001_000_000, 360_502_001_999_999);
    let count: i64 = sqlx::query_scalar("select count(*) from person where region between $1 and $2")
        .bind(low)
        .bind(high)
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
    let response = city.get(&token, "/api/layers/person/export?format=geojsonseq&region=360502001&purpose=test").await;
    let lines = String::from_utf8(read_bytes(response).await).unwrap();
    assert_eq!(lines.lines().count(), usize::try_from(count).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn outer_rings_are_written_counterclockwise_and_come_back_the_same_ground() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    // As other programs keep them: the outer ring clockwise, its hole the other way.
    sqlx::query(
        "update building set external_id = 'CW', geom = st_multi(st_geomfromtext('POLYGON((114.92 27.79,114.92 27.7903,\
         114.9203 27.7903,114.9203 27.79,114.92 27.79),(114.9201 27.7901,114.9202 27.7901,114.9202 27.7902,\
         114.9201 27.7902,114.9201 27.7901))', 4326)) where id = (select min(id) from building)",
    )
    .execute(&mut city.sql().await)
    .await
    .unwrap();
    let file = read_bytes(city.get(&token, "/api/layers/building/export?format=geojson").await).await;
    let collection: Value = serde_json::from_slice(&file).unwrap();
    let features = collection["features"].as_array().unwrap();
    let area = |ring: &Value| -> f64 {
        let ring: Vec<[f64; 2]> = serde_json::from_value(ring.clone()).unwrap();
        let [x, y] = ring[0];
        ring.windows(2).map(|p| (p[0][0] - x) * (p[1][1] - y) - (p[1][0] - x) * (p[0][1] - y)).sum()
    };
    let mut holes = 0;
    for polygon in features.iter().flat_map(|feature| feature["geometry"]["coordinates"].as_array().unwrap()) {
        for (index, ring) in polygon.as_array().unwrap().iter().enumerate() {
            assert_eq!(area(ring) > 0.0, index == 0, "{ring}");
            holes += usize::from(index > 0);
        }
    }
    assert!(holes > 0);
    let (status, report) = upload(&city, &token, "/api/layers/building/import?name=b.geojson", file).await;
    assert_eq!((status, &report["updated"]), (StatusCode::OK, &json!(1)), "{report}");
    let area: f64 = sqlx::query_scalar("select st_area(geom) * 1e8 from building where external_id = 'CW'")
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
    assert!((area - 8.0).abs() < 1e-6, "{area}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gdal_opens_a_file_without_records_in_each_format() {
    let city = City::small().await;
    city.export_freely().await;
    let token = city.token(&["3605"], ALL).await;
    let folder = TempDir::new().unwrap();
    for (layer, format) in [("person", "fgb"), ("building", "fgb"), ("road", "fgb"), ("building", "geojson")] {
        // A box in which there is nothing.
        let address = format!("/api/layers/{layer}/export?format={format}&bbox=1,1,2,2&purpose=test");
        let response = city.get(&token, &address).await;
        assert_eq!(response.status(), StatusCode::OK);
        let file = format!("{layer}.{format}");
        fs::write(folder.path().join(&file), read_bytes(response).await).unwrap();
        let told = gdal("ogrinfo", &["-so", "-al", &file], folder.path());
        assert!(told.contains("Feature Count: 0"), "{file}: {told}");
    }
    let body = fs::read(folder.path().join("building.fgb")).unwrap();
    let (status, problem) = upload(&city, &token, "/api/layers/building/import?name=b.fgb", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("no rows"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_properties_of_one_feature_cost_that_feature_and_no_more() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let folder = TempDir::new().unwrap();
    let places = places(&city, 3).await;
    write_csv(&folder.path().join("places.csv"), &places, Crs::Wgs84);
    let arguments = [
        "-f",
        "FlatGeobuf",
        "places.fgb",
        "places.csv",
        "-oo",
        "X_POSSIBLE_NAMES=lon",
        "-oo",
        "Y_POSSIBLE_NAMES=lat",
        "-a_srs",
        "EPSG:4326",
        "-lco",
        "SPATIAL_INDEX=NO",
    ];
    gdal("ogr2ogr", &arguments, folder.path());
    let mut file = fs::read(folder.path().join("places.fgb")).unwrap();
    // The length before the first place's number is far beyond the feature.
    let number = places[0].0.as_bytes();
    let at = file.windows(number.len()).position(|bytes| bytes == number).unwrap();
    file[at - 4..at].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
    for dry_run in [true, false] {
        let address = format!("/api/layers/organisation/import?name=places.fgb&dry_run={dry_run}");
        let (status, report) = upload(&city, &token, &address, file.clone()).await;
        assert_eq!((status, &report["inserted"]), (StatusCode::OK, &json!(2)), "{report}");
        assert_eq!(report["refusals"][0]["reason"], "the feature's properties are damaged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_leave_out_what_the_reader_may_not_see_and_start_no_formula() {
    let city = City::small().await;
    city.export_freely().await;
    sqlx::query("update person set name = '=cmd|x', phone = '13800000000' where id = (select min(id) from person)")
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    let plain = city.token(&["3605"], &["map.read", "person.read", "directory.export"]).await;
    let text =
        String::from_utf8(read_bytes(city.get(&plain, "/api/layers/person/export?format=csv").await).await).unwrap();
    assert!(!text.contains("13800000000") && !text.contains("citizen_id"));
    assert!(text.contains("'=cmd|x") && !text.contains(",=cmd|x"));
    let cleared = city.token(&["3605"], ALL).await;
    let text = String::from_utf8(
        read_bytes(city.get(&cleared, "/api/layers/person/export?format=csv&purpose=test").await).await,
    )
    .unwrap();
    assert!(text.contains("13800000000"));
    // A grid worker's file holds their grid, and nobody without the right gets one.
    let (grid, count): (i64, i64) =
        sqlx::query_as("select region, count(*) from person where region > 0 group by region order by 2 desc limit 1")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    let worker = city.token(&[&grid.to_string()], &["map.read", "person.read", "directory.export"]).await;
    let text =
        String::from_utf8(read_bytes(city.get(&worker, "/api/layers/person/export?format=geojsonseq").await).await)
            .unwrap();
    assert_eq!(text.lines().count(), usize::try_from(count).unwrap());
    let reader = city.reader().await;
    assert_eq!(city.get(&reader, "/api/layers/person/export").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(city.get("", "/api/layers/person/export").await.status(), StatusCode::UNAUTHORIZED);
    let audited: i64 =
        sqlx::query_scalar("select count(*) from audit_entry where action = 'export' and object = 'person'")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(audited, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_plain_records_are_exported_once_somebody_else_has_agreed() {
    let city = City::small().await;
    let (crowded, people): (i64, i64) =
        sqlx::query_as("select region / 1000 * 1000, count(*) from person group by 1 order by 2 desc limit 1")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    assert!(people > 100);
    let street = crowded / 1_000_000 * 1_000_000;
    let next: i64 =
        sqlx::query_scalar("select code from region where level = 3 and code <> $1 and valid_to is null limit 1")
            .bind(street)
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    let community = &*crowded.to_string();
    let rights = &["map.read", "person.read", "person.clear", "directory.export"];
    let asker = city.token(&[community], rights).await;
    let other = city.token(&[community], rights).await;
    let lead = city.token(&[&street.to_string()], &["map.read", "export.approve"]).await;
    let elsewhere = city.token(&[&next.to_string()], &["map.read", "export.approve"]).await;
    let alone = "/api/layers/person/export?format=csv&purpose=test";
    let lines =
        async |path: &str| String::from_utf8(read_bytes(city.get(&asker, path).await).await).unwrap().lines().count();

    // A few go alone, however they are split; the whole community doesn't.
    let (status, refused) = city.json(&asker, alone).await;
    assert_eq!(
        (status, &refused["type"]),
        (StatusCode::CONFLICT, &json!("urn:gridhall:problem:conflict")),
        "{refused}"
    );
    let grids: Vec<i64> = sqlx::query_scalar(
        "select code from region where level = 5 and code / 1000 = $1 / 1000 and valid_to is null order by code",
    )
    .bind(crowded)
    .fetch_all(&mut city.sql().await)
    .await
    .unwrap();
    let mut given = 0;
    for grid in grids {
        let response = city.get(&asker, &format!("{alone}&region={grid}")).await;
        if response.status() == StatusCode::OK {
            given += String::from_utf8(read_bytes(response).await).unwrap().lines().count() - 1;
        } else {
            assert_eq!(response.status(), StatusCode::CONFLICT);
        }
    }
    assert!(given <= 100, "{given}");

    let ask = "/api/layers/person/export-requests";
    let wish = json!({"region": community, "purpose": "人口普查"});
    let (status, made) = city.post(&asker, ask, wish.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["id"].as_i64().unwrap();
    let decide = format!("/api/export-requests/{id}/decision");
    let export = format!("/api/layers/person/export?format=csv&request={id}");
    assert_eq!(city.get(&asker, &export).await.status(), StatusCode::CONFLICT, "nobody has agreed yet");
    // Who asked doesn't decide, nor does who stands elsewhere or may not.
    let both = city
        .token(&[community], &["map.read", "person.read", "person.clear", "directory.export", "export.approve"])
        .await;
    let (_, own) = city.post(&both, ask, wish.clone()).await;
    let own = format!("/api/export-requests/{}/decision", own["id"]);
    assert_eq!(city.post(&both, &own, json!({"granted": true})).await.0, StatusCode::CONFLICT);
    assert_eq!(city.post(&elsewhere, &decide, json!({"granted": true})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(city.post(&asker, &decide, json!({"granted": true})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(city.post(&lead, &decide, json!({"granted": true, "note": "同意"})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(city.post(&lead, &decide, json!({"granted": false})).await.0, StatusCode::NOT_FOUND, "it is decided");

    // Just that, by who asked, once.
    assert_eq!(city.get(&other, &export).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(city.get(&asker, &format!("{export}&region=3605")).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(lines(&export).await, usize::try_from(people).unwrap() + 1);
    assert_eq!(city.get(&asker, &export).await.status(), StatusCode::CONFLICT, "it is used up");
    let (purpose, request): (String, i64) = sqlx::query_as(
        "select purpose, (detail ->> 'request')::bigint from audit_entry where action = 'export' order by id desc limit 1",
    )
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    assert_eq!((purpose.as_str(), request), ("人口普查", id));

    // Each sees their own, who agrees all in scope; what was agreed to a day ago holds no longer, nor what was refused.
    let count = async |token: &str| city.json(token, "/api/export-requests").await.1["items"].as_array().unwrap().len();
    assert_eq!((count(&asker).await, count(&other).await, count(&lead).await, count(&elsewhere).await), (1, 0, 2, 0));
    for (granted, change) in [
        (true, "update export_request set decided_at = now() - interval '25 hours' where granted"),
        (false, "select 1"),
    ] {
        let (_, made) = city.post(&asker, ask, wish.clone()).await;
        let decide = format!("/api/export-requests/{}/decision", made["id"]);
        assert_eq!(city.post(&lead, &decide, json!({"granted": granted})).await.0, StatusCode::NO_CONTENT);
        sqlx::raw_sql(change).execute(&mut city.sql().await).await.unwrap();
        let export = format!("/api/layers/person/export?request={}", made["id"]);
        assert_eq!(city.get(&asker, &export).await.status(), StatusCode::CONFLICT);
    }
    assert_eq!(city.post(&asker, "/api/layers/organisation/export-requests", wish).await.0, StatusCode::CONFLICT);
    assert_eq!(
        city.post(&asker, ask, json!({"region": "3605", "purpose": "x"})).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_plain_identity_numbers_needs_a_purpose_that_the_audit_keeps() {
    let city = City::small().await;
    city.export_freely().await;
    let cleared = city.token(&["3605"], ALL).await;
    let address = "/api/layers/person/export?format=csv";
    for purpose in ["", "&purpose=", "&purpose=%E2%80%8B%20", "&purpose=%00a"] {
        let (status, problem) = city.json(&cleared, &format!("{address}{purpose}")).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/purpose")));
    }
    let response = city.get(&cleared, &format!("{address}&purpose=%E4%BA%BA%E5%8F%A3%E6%99%AE%E6%9F%A5")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let (purpose, weight): (String, i64) = sqlx::query_as(
        "select purpose, (detail ->> 'records')::bigint from audit_entry where action = 'export' and object = 'person'",
    )
    .fetch_one(&mut city.sql().await)
    .await
    .unwrap();
    let people: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&mut city.sql().await).await.unwrap();
    assert_eq!((purpose.as_str(), weight), ("人口普查", people));
    // What holds nothing sensitive, and who sees nothing of it, need none.
    let plain = city.token(&["3605"], &["map.read", "person.read", "directory.export"]).await;
    assert_eq!(city.get(&plain, address).await.status(), StatusCode::OK);
    let response = city.get(&cleared, "/api/layers/organisation/export?format=csv").await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_checked_one_by_one_and_told_by_row_column_and_reason() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let place = &places(&city, 1).await[0];
    let (lon, lat) = (place.2, place.3);
    let csv = format!(
        "外部编号,姓名,性别,出生日期,证件号码,民族,经度,纬度\n\
         a,张三,女,,11010519491231002X,汉族,{lon},{lat}\n\
         b,李四,男,,11010519491231002X,01,{lon},{lat}\n\
         c,王五,男,1990-01-01,110105194912310021,01,{lon},{lat}\n\
         d,,男,1990-01-01,,01,{lon},{lat}\n\
         e,赵六,男,1990-02-30,,01,{lon},{lat}\n\
         a,钱七,男,1990-01-01,,01,{lon},{lat}\n\
         g,孙八,女,1990-01-01,,01,十,{lat}\n\
         h,周九,女,1990-01-01,,01,,\n\
         i,吴十,女,1990-01-01,,狼族,{lon},{lat}\n\
         j,郑一,女,1990-01-01,,01,0.5,0.5\n"
    );
    let before: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&mut city.sql().await).await.unwrap();
    let (status, report) =
        upload(&city, &token, "/api/layers/person/import?name=p.csv&dry_run=true", csv.clone()).await;
    assert_eq!((status, &report["inserted"]), (StatusCode::OK, &json!(2)), "{report}");
    let (status, problem) =
        upload(&city, &token, "/api/layers/person/import?name=p.csv&strict=true", csv.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let after: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&mut city.sql().await).await.unwrap();
    assert_eq!(before, after, "a dry run and a refused file store nothing");

    let (status, report) = upload(&city, &token, "/api/layers/person/import?name=p.csv", csv).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!((&report["inserted"], &report["refused"], &report["unplaced"]), (&json!(2), &json!(8), &json!(1)));
    let told: Vec<(i64, String, String)> = report["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["row"].as_i64().unwrap(),
                r["column"].as_str().unwrap().to_owned(),
                r["reason"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        (3, "性别", "it doesn't agree with \"证件号码\", expected 2"),
        (4, "证件号码", "check digit is 1, expected X"),
        (5, "姓名", "it is required"),
        (6, "出生日期", "\"1990-02-30\" is not a date such as 2024-05-01"),
        (7, "外部编号", "row 2 has the same"),
        (8, "经度", "it is not a number"),
        (9, "", "it has no place: neither coordinates nor a building's code"),
        (10, "民族", "\"狼族\" is neither a code nor a name of the table ethnic_group"),
    ];
    for (told, (row, column, reason)) in told.iter().zip(expected) {
        assert_eq!((told.0, told.1.as_str(), told.2.as_str()), (row, column, reason));
    }
    let (birth, initials, citizen): (chrono::NaiveDate, String, String) =
        sqlx::query_as("select birth, initials, citizen_id from person where external_id = 'a'")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(
        (birth.to_string().as_str(), initials.as_str(), citizen.as_str()),
        ("1949-12-31", "zs", "11010519491231002X")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_building_s_code_is_a_place_and_scope_bounds_what_may_come_in() {
    let city = City::small().await;
    sqlx::query("update building set external_id = 'B' || id").execute(&mut city.sql().await).await.unwrap();
    let (code, region, building): (String, i64, i64) =
        sqlx::query_as("select external_id, region, id from building order by id limit 1")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    let (other, other_region): (String, i64) =
        sqlx::query_as("select external_id, region from building where region <> $1 order by id desc limit 1")
            .bind(region)
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    let csv = format!(
        "编号,姓名,出生日期,楼栋编码\n1,张三,1990-01-01,{code}\n2,李四,1991-01-01,{other}\n3,王五,1992-01-01,nowhere\n"
    );
    let address = "/api/layers/person/import?name=p.csv&map=%E7%BC%96%E5%8F%B7=external_id";
    // A worker of the first building's grid sees the one building only.
    let worker = city.token(&[&region.to_string()], ALL).await;
    let (status, report) = upload(&city, &worker, address, csv.clone()).await;
    assert_eq!((status, &report["inserted"], &report["refused"]), (StatusCode::OK, &json!(1), &json!(2)), "{report}");
    let city_wide = city.token(&["3605"], ALL).await;
    let (status, report) = upload(&city, &city_wide, address, csv).await;
    assert_eq!((status, &report["inserted"], &report["updated"]), (StatusCode::OK, &json!(1), &json!(1)), "{report}");
    let rows: Vec<(String, i64, Option<i64>)> =
        sqlx::query_as("select external_id, region, building_id from person where external_id is not null order by 1")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(rows[0], ("1".to_owned(), region, Some(building)));
    assert_eq!(rows[1].1, other_region);
    // By coordinates next door, too.
    let (lon, lat): (f64, f64) = sqlx::query_as("select st_x(geom), st_y(geom) from person where external_id = '2'")
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
    let csv = format!("姓名,出生日期,经度,纬度\n赵六,1990-01-01,{lon},{lat}\n");
    let (status, problem) = upload(&city, &worker, "/api/layers/person/import?name=p.csv", csv.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("lies in no grid of your scope"), "{problem}");
    // And not at all without the right.
    let reader = city.reader().await;
    assert_eq!(
        upload(&city, &reader, "/api/layers/person/import?name=p.csv", csv.clone()).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(upload(&city, "", "/api/layers/person/import?name=p.csv", csv).await.0, StatusCode::UNAUTHORIZED);
}

fn ring(points: &[[f64; 2]]) -> Value {
    json!({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "x"},
        "geometry": {"type": "Polygon", "coordinates": [points]}}]})
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "it is one long list")]
async fn bad_files_are_refused_whole_and_leave_the_server_unharmed() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let folder = TempDir::new().unwrap();
    let before: i64 =
        sqlx::query_scalar("select count(*) from building").fetch_one(&mut city.sql().await).await.unwrap();
    let fgb = read_bytes(city.get(&token, "/api/layers/building/export?format=fgb").await).await;
    let geojson = read_bytes(city.get(&token, "/api/layers/building/export?format=geojson").await).await;
    fs::write(folder.path().join("building.fgb"), &fgb).unwrap();
    let packed = fs::read(shapefile(folder.path(), "building.fgb", "building", &["-lco", "ENCODING=GBK"])).unwrap();

    let zipped = |files: &[(&str, Vec<u8>)]| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    let part = |ending: &str| fs::read(folder.path().join("building").join(format!("building.{ending}"))).unwrap();
    let cut = |bytes: &[u8], share: usize| bytes[..bytes.len() * share / 100].to_vec();
    let mut made_up = fgb.clone();
    // The count of features in the header is far beyond the file, wherever it stands: every four bytes of ones.
    made_up[40..72].fill(0xff);
    let mut lying = part("shp");
    // The first record says that it has two thousand million points.
    lying[100 + 8 + 40..100 + 8 + 44].copy_from_slice(&i32::MAX.to_le_bytes());
    let mut long = part("shp");
    long[104..108].copy_from_slice(&u32::MAX.to_be_bytes());
    let bow = ring(&[[114.90, 27.80], [114.92, 27.82], [114.92, 27.80], [114.90, 27.82], [114.90, 27.80]]);
    let swapped = ring(&[[27.80, 114.90], [27.80, 114.91], [27.81, 114.91], [27.80, 114.90]]);
    let metres = ring(&[[500_000.0, 3.0e6], [500_100.0, 3.0e6], [500_100.0, 3.0001e6], [500_000.0, 3.0e6]]);
    let flat = ring(&[[114.9, 27.8], [114.91, 27.81], [114.92, 27.82], [114.9, 27.8]]);
    let spiral: Vec<[f64; 2]> =
        (0..25_000_i32).map(|i| [114.9 + 1e-7 * f64::from(i % 7919), 27.8 + 1e-7 * f64::from(i)]).collect();
    let point = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "x"},
        "geometry": {"type": "Point", "coordinates": [114.9, 27.8]}}]});
    let nan = "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[NaN,1],[2,1],[2,2],[NaN,1]]]}}]}";
    let member = |name: &str| format!("\"{name}\":\"{}\",", "x".repeat(5 << 20));
    let front = format!("{{{}{}\"features\":[]}}", member("a"), member("b"));
    let deep = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}", "[".repeat(2_000_000));

    for (what, name, body, says) in [
        ("nothing", "a.geojson", Vec::new(), "empty"),
        (
            "noise",
            "a.bin",
            (0..9999_u32).map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()[1] | 0x80).collect(),
            "format",
        ),
        ("text", "a.geojson", b"hello".to_vec(), "format"),
        ("a cut FlatGeobuf", "a.fgb", cut(&fgb, 60), "cut"),
        ("half a header of FlatGeobuf", "a.fgb", fgb[..40].to_vec(), "FlatGeobuf"),
        ("a FlatGeobuf with a made-up header", "a.fgb", made_up, "FlatGeobuf"),
        ("a cut GeoJSON", "a.geojson", cut(&geojson, 60), "cut"),
        ("a cut archive", "a.zip", cut(&packed, 60), "archive"),
        ("an archive of something else", "a.zip", zipped(&[("readme.txt", b"hi".to_vec())]), "Shapefile"),
        ("a cut .shp", "a.zip", zipped(&[("a.shp", cut(&part("shp"), 60)), ("a.dbf", part("dbf"))]), "cut"),
        ("a cut .dbf", "a.zip", zipped(&[("a.shp", part("shp")), ("a.dbf", cut(&part("dbf"), 60))]), "cut"),
        ("a .shp that lies about its points", "a.zip", zipped(&[("a.shp", lying), ("a.dbf", part("dbf"))]), "cut"),
        ("a .shp that lies about a length", "a.zip", zipped(&[("a.shp", long), ("a.dbf", part("dbf"))]), "longer"),
        ("a zip bomb", "a.zip", zipped(&[("a.shp", vec![0; 400 << 20]), ("a.dbf", part("dbf"))]), "unpacks"),
        ("no features", "a.geojson", b"{\"type\":\"Topology\"}".to_vec(), "features"),
        ("an empty collection", "a.geojson", b"{\"type\":\"FeatureCollection\",\"features\":[]}".to_vec(), "no rows"),
        ("NaN", "a.geojson", nan.into(), "wrong"),
        ("endless nesting", "a.geojson", deep.into_bytes(), "cut"),
        ("two collections", "a.geojson", [point.to_string(), point.to_string()].concat().into(), "wrong near"),
        (
            "a comma too many",
            "a.geojson",
            b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"},]}".to_vec(),
            "wrong near",
        ),
        ("much before the features", "a.geojson", front.into_bytes(), "before the features"),
        ("a bow tie", "a.geojson", bow.to_string().into(), "crosses itself at (114.9100000, 27.8100000)"),
        ("swapped axes", "a.geojson", swapped.to_string().into(), "is not a place in EPSG:4326"),
        ("metres", "a.geojson", metres.to_string().into(), "is not a place in EPSG:4326"),
        ("no area", "a.geojson", flat.to_string().into(), "no area"),
        ("too many vertices", "a.geojson", ring(&spiral).to_string().into(), "vertices"),
        ("a point for a building", "a.geojson", point.to_string().into(), "is a Point"),
        (
            "an unknown system",
            "a.geojson",
            point
                .to_string()
                .replacen(
                    '{',
                    "{\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::27700\"}},",
                    1,
                )
                .into(),
            "27700",
        ),
        ("uneven rows", "a.csv", b"name,lon,lat\na,1\n".to_vec(), "columns"),
        ("an open quote", "a.csv", [b"name,lon,lat\n\"".to_vec(), vec![b'x'; 20 << 20]].concat(), "longer"),
    ] {
        let address = format!("/api/layers/building/import?name={name}");
        let (status, problem) = upload(&city, &token, &address, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {problem}");
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(says), "{what}: {detail}");
    }
    // A shape within shapes without end: its row is refused.
    let nested = |levels: usize| {
        let (open, close) = ("GEOMETRYCOLLECTION(".repeat(levels), ")".repeat(levels));
        format!("name,wkt\nx,\"{open}POINT(114.9 27.8){close}\"\ny,POINT(114.9 27.8) z\n")
    };
    let address = "/api/layers/organisation/import?name=a.csv&dry_run=true";
    for levels in [1, 5, 100_000] {
        let (status, problem) = upload(&city, &token, address, nested(levels)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem["detail"].as_str().unwrap().starts_with("All 2 rows are wrong"), "{problem}");
    }
    // A gigabyte of one vertex is put down after the first eight megabytes of it; more isn't even received.
    let giant = |megabytes: usize| {
        let start = Bytes::from_static(b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[");
        let piece = Bytes::from(b"[114.9,27.8],".repeat((1 << 20) / 13));
        Body::from_stream(futures::stream::iter(
            std::iter::once(start).chain(std::iter::repeat_n(piece, megabytes)).map(Ok::<_, std::io::Error>),
        ))
    };
    let (status, problem) = upload(&city, &token, "/api/layers/road/import?name=a.geojson", giant(1000)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("longer than 8 MiB"), "{problem}");
    let (status, _) = upload(&city, &token, "/api/layers/road/import?name=a.geojson", giant(1100)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

    for address in [
        "/api/layers/building/import?crs=EPSG:1",
        "/api/layers/building/import?format=dwg",
        "/api/layers/building/import?map=x",
        "/api/layers/building/import?dry_run=perhaps",
        "/api/layers/building/import?dryrun=true",
    ] {
        assert_eq!(upload(&city, &token, address, geojson.clone()).await.0, StatusCode::BAD_REQUEST, "{address}");
    }
    let (status, problem) = upload(&city, &token, "/api/layers/building/import?map=y=name", geojson.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(upload(&city, &token, "/api/layers/sewer/import", geojson).await.0, StatusCode::NOT_FOUND);

    let after: i64 =
        sqlx::query_scalar("select count(*) from building").fetch_one(&mut city.sql().await).await.unwrap();
    assert_eq!(before, after, "nothing was stored");
    assert_eq!(city.get(&token, "/api/regions/3605").await.status(), StatusCode::OK, "the server goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn siblings_fit_or_the_file_is_refused_with_the_places_and_versions_have_their_days() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let body = read_bytes(city.get(&token, "/api/layers/grid/export?format=geojson&region=360502001").await).await;
    let collection: Value = serde_json::from_slice(&body).unwrap();
    let grids = collection["features"].as_array().unwrap().len();
    // As they are they fit, also by way of a projected system and another program.
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("grids.geojson"), &body).unwrap();
    gdal("ogr2ogr", &["-f", "FlatGeobuf", "grids.fgb", "grids.geojson", "-t_srs", "EPSG:4547"], folder.path());
    let projected = fs::read(folder.path().join("grids.fgb")).unwrap();
    // Boundaries hold at once: a day after today is none of theirs.
    let tomorrow = (chrono::Utc::now() + chrono::Duration::days(2)).date_naive();
    let address = format!("/api/layers/grid/import?name=grids.fgb&valid_from={tomorrow}");
    let (status, problem) = upload(&city, &token, &address, projected.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    sqlx::query("update region set valid_from = '2026-01-01'").execute(&mut city.sql().await).await.unwrap();
    let address = "/api/layers/grid/import?name=grids.fgb&valid_from=2026-11-01";
    let (status, report) = upload(&city, &token, address, projected).await;
    assert_eq!((status, &report["updated"]), (StatusCode::OK, &json!(grids)), "{report}");
    let versions: Vec<(bool, i64)> = sqlx::query_as(
        "select valid_to is null, count(*) from region where level = 5 and region between 360502001000000 and 360502001999999 group by 1 order by 1",
    )
    .fetch_all(&mut city.sql().await)
    .await
    .unwrap();
    let grids = i64::try_from(grids).unwrap();
    assert_eq!(versions, [(false, grids), (true, grids)]);
    let ended: i64 = sqlx::query_scalar("select count(*) from region where valid_to = '2026-11-01'")
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
    assert_eq!(ended, grids);

    // Who reads is told of both, by whom and from what; the boundary of a day is that of its version.
    let code = collection["features"][0]["properties"]["code"].as_str().unwrap();
    let (_, told) = city.json(&token, &format!("/api/regions/{code}/versions")).await;
    let versions = told["items"].as_array().unwrap();
    assert_eq!((versions.len(), &told["next"]), (2, &Value::Null), "{told}");
    assert_eq!((&versions[0]["valid_from"], &versions[0]["valid_to"]), (&json!("2026-11-01"), &Value::Null), "{told}");
    assert_eq!((&versions[0]["made_by"], &versions[0]["why"]), (&json!("test"), &json!("导入 grids.fgb")), "{told}");
    assert_eq!((&versions[1]["valid_to"], &versions[1]["ended_by"]), (&json!("2026-11-01"), &json!("test")), "{told}");
    for (day, from) in [("2026-10-31", "2026-01-01"), ("2026-11-01", "2026-11-01")] {
        let (status, then) = city.json(&token, &format!("/api/regions/{code}/boundary?as_of={day}")).await;
        assert_eq!((status.as_u16(), &then["properties"]["valid_from"]), (200, &json!(from)), "{then}");
        assert_eq!(then["geometry"]["type"], "MultiPolygon");
    }
    assert_eq!(city.json(&token, &format!("/api/regions/{code}/boundary?as_of=2025-12-31")).await.0, 404);
    let worker = city.token(&[code], ALL).await;
    assert_eq!(city.json(&worker, "/api/regions/360502001/versions").await.0, 404, "not wholly in scope");

    // One corner pulled out of its place leaves a gap on one side and an overlap on the other.
    let mut pulled = collection.clone();
    let first = &mut pulled["features"][0]["geometry"]["coordinates"][0][0];
    let corners = first.as_array().unwrap().len();
    let place = corners / 2;
    let old = first[place][0].as_f64().unwrap();
    first[place][0] = json!(old + 0.0004);
    let (status, problem) = upload(&city, &token, "/api/layers/grid/import?name=g.geojson", pulled.to_string()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let errors: Vec<&str> = problem["errors"].as_array().unwrap().iter().filter_map(|e| e["detail"].as_str()).collect();
    assert!(
        !errors.is_empty() && errors.iter().all(|e| e.contains("overlap") || e.contains("gap") || e.contains("beyond")),
        "{problem}"
    );
    assert!(errors.iter().any(|e| e.contains(&format!("({old:.2}"))), "the place is told: {problem}");
    // One grid left out of a whole replacement is a gap.
    let mut fewer = collection.clone();
    fewer["features"].as_array_mut().unwrap().remove(0);
    let (status, problem) =
        upload(&city, &token, "/api/layers/grid/import?name=g.geojson&replace=true", fewer.to_string()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("a gap within"), "{problem}");
    // A code of another level, and one whose parent isn't there.
    for (code, says) in [("360502001", "15 digits"), ("360502999001001", "import it first")] {
        let mut wrong = collection.clone();
        wrong["features"][0]["properties"]["code"] = json!(code);
        let (status, problem) =
            upload(&city, &token, "/api/layers/grid/import?name=g.geojson", wrong.to_string()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gdal_reads_every_layer_over_the_ogc_api_within_the_reader_s_scope() {
    let city = City::small().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/ogc", listener.local_addr().unwrap());
    let server = tokio::spawn(gridhall::kernel::edge::serve::serve(
        city.front.clone(),
        listener,
        gridhall::kernel::edge::serve::Serving::default(),
        std::future::pending(),
    ));
    let county = city.token(&["360502"], &["map.read", "person.read"]).await;
    let source = format!("OAPIF:{address}");
    for layer in
        ["county", "street", "community", "grid", "building", "person", "organisation", "component", "case", "road"]
    {
        let (source, header) = (source.clone(), format!("Authorization: Bearer {county}"));
        let told = tokio::task::spawn_blocking(move || {
            let output = Command::new("ogrinfo")
                .args(["-ro", "-al", "-geom=NO", "-fields=NO", "-oo", "PAGE_SIZE=5000", &source, layer])
                .env("GDAL_HTTP_HEADERS", header)
                .output()
                .unwrap();
            assert!(output.status.success(), "{layer}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
        .await
        .unwrap();
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from layer.\"{layer}\" where region between 360502000000000 and 360502999999999"
        )))
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
        let read = told.lines().filter(|line| line.starts_with("OGRFeature(")).count();
        assert_eq!(i64::try_from(read).unwrap(), count, "{layer}");
    }
    server.abort();
}
