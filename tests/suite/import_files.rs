//! The files of `tests/import`, as other programs write them: what is taken of each, what is refused and why, and that a
//! dry run says the same as the import.

use std::{fs, path::PathBuf};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::common::{City, read_json, request};

const ALL: &[&str] = &["map.read", "person.read", "directory.write", "case.write", "person.clear"];

/// A file and what becomes of it.
struct File {
    name: &'static str,
    layer: &'static str,
    /// How many rows are new.
    inserted: i64,
    /// For refused rows the row, the heading and a part of the reason.
    refused: &'static [(i64, &'static str, &'static str)],
    /// For records by their number elsewhere an expression and its value as text.
    values: &'static [(&'static str, &'static str, &'static str)],
}

const fn file(name: &'static str, layer: &'static str, inserted: i64) -> File {
    File { name, layer, inserted, refused: &[], values: &[] }
}

impl File {
    const fn refused(mut self, refused: &'static [(i64, &'static str, &'static str)]) -> Self {
        self.refused = refused;
        self
    }

    const fn values(mut self, values: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        self.values = values;
        self
    }
}

const ADDRESS: &str = "江西省新余市渝水区城南街道茶山口社区测试";
const MIDNIGHT: &str = "2024-05-01 00:00:00";
const AT: &str = "reported_at at time zone 'UTC'";
const PLACE: &str = "round(st_x(geom)::numeric, 3) || ' ' || round(st_y(geom)::numeric, 3)";
const OUTLINE: &str = "st_numgeometries(geom) || ' ' || st_nrings(geom) || ' ' || st_isvalid(geom)";

/// Files of which rows are taken.
const TAKEN: &[File] = &[
    file("case-dup.csv", "case", 1)
        .refused(&[(3, "number", "row 2 has the same"), (4, "number", "row 2 has the same")]),
    file("case-from-gdal.csv", "case", 6).values(&[
        ("RTC-2", AT, "2026-03-16 02:30:56"),
        ("RTC-2", "closed_at at time zone 'UTC'", "2026-03-16 06:38:56"),
        ("RTC-4", AT, "1988-07-01 00:00:00"),
        ("RTC-6", AT, "2024-03-01 00:00:00"),
    ]),
    file("code18-numeric.zip", "organisation", 3).values(&[
        ("360502001001000121", "name", "One"),
        ("360502001001000122", "name", "Two"),
        ("360502001001000123", "name", "Three"),
    ]),
    file("cr-only.csv", "person", 2).values(&[("P-5b", "phone", "013800000006")]),
    file("crlf-rows.csv", "person", 1)
        .refused(&[(2, "birth", "is not a date"), (4, "birth", "is not a date")])
        .values(&[("R-2", "birth", "1990-01-01")]),
    file("lf-rows.csv", "person", 1).refused(&[(2, "birth", "is not a date"), (4, "birth", "is not a date")]),
    file("cut-gbk-cpg.zip", "building", 2).values(&[("CUT-gbk-cpg.1", "address", ADDRESS)]),
    file("cut-gbk-ldid.zip", "building", 2).values(&[("CUT-gbk-ldid1", "address", ADDRESS)]),
    file("cut-gbk-nothing.zip", "building", 2)
        .values(&[("CUT-gbk-noth1", "address", ADDRESS), ("CUT-gbk-noth2", "name", "测试楼")]),
    file("cut-utf8-cpg.zip", "building", 2)
        .values(&[("CUT-utf8-cpg1", "address", "江西省新余市渝水区城南街道"), ("CUT-utf8-cpg2", "address", "短地址")]),
    file("utf8-nocpg-80.zip", "building", 1).values(&[("WIDE-80", "address", "城南街道测试路一号")]),
    file("utf8-nocpg-127.zip", "building", 1).values(&[("WIDE-127", "address", "城南街道测试路一号")]),
    file("utf8-nocpg-254.zip", "building", 1)
        .values(&[("WIDE-254", "address", "城南街道测试路一号"), ("WIDE-254", "name", "茶山口小区")]),
    file("utf8-nocpg-num.zip", "building", 1).values(&[("WIDE-N", "height", "12.5"), ("WIDE-N", "name", "茶山口小区")]),
    file("dbf-allnul.zip", "organisation", 3).values(&[("D-allnul-2", "employees", "0")]),
    file("dbf-blank.zip", "organisation", 3).values(&[("D-blank-2", "employees", "0")]),
    file("dbf-stars.zip", "organisation", 3).values(&[("D-stars-2", "employees", "0")]),
    file("dbf-fstars.zip", "organisation", 3).values(&[("D-fstars-2", "employees", "0")]),
    file("dbf-nul.zip", "organisation", 3).values(&[("D-nul-2", "employees", "12")]),
    file("dbf-exp.zip", "organisation", 3).values(&[("D-exp-2", "employees", "12")]),
    file("dbf-fsci.zip", "organisation", 3).values(&[("D-fsci-2", "employees", "12"), ("D-fsci-3", "employees", "7")]),
    file("dbf-logical.zip", "organisation", 3),
    file("dbf-nan.zip", "organisation", 2).refused(&[(2, "employees", "\"NaN\" is not a whole number")]),
    file("dbf-text.zip", "organisation", 2)
        .refused(&[(2, "employees", "\"unknown\" is not a whole number")])
        .values(&[("D-text-3", "employees", "7")]),
    file("dbf-date0.zip", "person", 2).refused(&[(2, "birth", "it is required")]).values(&[(
        "E-date0-3",
        "birth",
        "1990-01-03",
    )]),
    file("dbf-date0.zip", "organisation", 3),
    file("dbf-datenul.zip", "person", 2).refused(&[(2, "birth", "it is required")]),
    file("dbf-datebad.zip", "person", 2).refused(&[(2, "birth", "\"2024-02-31\" is not a date")]),
    file("dbf-dateblank.zip", "organisation", 2),
    file("gdal-null-date.zip", "organisation", 3).values(&[("QN-2", "name", "乙")]),
    file("gdal-null-date.zip", "person", 2).refused(&[(2, "birth", "it is required")]),
    file("excel-apostrophe.csv", "person", 1).values(&[("360502001001000122", "phone", "013800000001")]),
    file("excel-formula-text.csv", "person", 1).values(&[("360502001001000121", "phone", "013800000000")]),
    file("excel-blank-rows.csv", "person", 1).values(&[("P-1", "phone", "013800000002")]),
    file("excel-sep.csv", "person", 1).values(&[("P-2", "name", "测试六")]),
    file("excel-utf16.csv", "person", 1).values(&[("P-3", "phone", "013800000004")]),
    file("fullwidth.csv", "person", 1).values(&[
        ("P-6", "phone", "013800000000"),
        ("P-6", "birth", "1990-01-01"),
        ("P-6", PLACE, "114.918 27.785"),
    ]),
    file("gj-bigid.geojson", "organisation", 4).refused(&[(5, "external_id", "format the column as text")]).values(&[
        ("36050200100100012345678", "name", "23 digits a"),
        ("36050200100100012345679", "name", "23 digits b"),
        ("9007199254740993", "name", "2^53+1"),
        ("360502001001000121", "name", "18"),
    ]),
    file("gj-bom-utf8.geojson", "organisation", 1),
    file("gj-crs-epsg.geojson", "building", 1),
    file("gj-crs-late.geojson", "building", 1).values(&[(
        "CRS-late",
        "round(st_x(st_centroid(geom))::numeric, 2) || ' ' || round(st_y(st_centroid(geom))::numeric, 2)",
        "114.92 27.77",
    )]),
    file("gj-crs-link.geojson", "building", 1),
    file("gj-crs-null.geojson", "building", 1),
    file("gj-crs-ogc84.geojson", "building", 1),
    file("gj-crs-ogc84b.geojson", "building", 1),
    file("gj-crs-short.geojson", "building", 1),
    file("gj-dupkey.geojson", "organisation", 1).values(&[("DK-1", "name", "second")]),
    file("gj-foreign.geojson", "organisation", 1).values(&[("9007199254740993", "name", "big")]),
    file("gj-gbk.geojson", "organisation", 1).values(&[("GBK-1", "name", "测试楼")]),
    file("gj-nested.geojson", "organisation", 1)
        .values(&[("NE-1", "address", "{\"no\":1,\"street\":\"甲路\"}"), ("NE-1", "employees", "12")]),
    file("gj-seq-pretty.geojsonl", "organisation", 3),
    file("gj-seq-rs.geojsonl", "organisation", 3).values(&[("RS-2", "name", "RS-2")]),
    file("gj-shapes.geojson", "building", 9)
        .refused(&[
            (5, "", "crosses itself"),
            (8, "", "crosses itself"),
            (9, "", "is a GeometryCollection"),
            (10, "", "is a GeometryCollection"),
            (11, "", "empty"),
            (12, "", "empty"),
            (13, "", "the geometry is wrong"),
            (14, "", "it has no place"),
            (17, "", "two parts share an edge at (114.9183000"),
            (18, "", "the geometry is wrong"),
            (19, "", "the geometry is wrong"),
        ])
        .values(&[("G-cw", OUTLINE, "1 2 true"), ("G-open", OUTLINE, "1 1 true"), ("G-twopart", OUTLINE, "2 2 true")]),
    file("hole-order.zip", "building", 1).values(&[("B-HOLE", OUTLINE, "2 3 true")]),
    file("ring-ccw.zip", "building", 1).values(&[("B-CCW", OUTLINE, "1 1 true")]),
    file("ring-cw.geojson", "building", 1).values(&[("CW-1", OUTLINE, "1 1 true")]),
    file("midnight-utc.csv", "case", 6).values(&[
        ("MID-1", AT, MIDNIGHT),
        ("MID-2", AT, MIDNIGHT),
        ("MID-3", AT, MIDNIGHT),
        ("MID-4", AT, MIDNIGHT),
        ("MID-5", AT, MIDNIGHT),
        ("MID-6", AT, MIDNIGHT),
    ]),
    file("quoted-newline.csv", "organisation", 1).values(&[("X-1", "name", "测试\n楼")]),
    file("ragged.csv", "person", 2).refused(&[(3, "", "it has 7 columns, the headings are 6")]),
    file("rare-gb18030.csv", "person", 3),
    file("rare-gb18030.zip", "person", 2),
    file("shp-null.zip", "organisation", 2).refused(&[(2, "", "it has no place")]),
    file("shp-pointz.zip", "organisation", 1).values(&[("Z-1", PLACE, "114.918 27.785")]),
    file("shp-polym.zip", "building", 1),
    file("shp-polyz.zip", "building", 1),
    file("shp-polyz-nom.zip", "building", 1),
    file("shp-twoparts.zip", "building", 1).values(&[("TP-1", OUTLINE, "2 2 true")]),
    file("shp-unclosed.zip", "building", 1).values(&[("UN-1", OUTLINE, "1 1 true")]),
    file("slim.geojson", "building", 5),
    file("times.csv", "case", 11)
        .refused(&[(9, "reported_at", "is not a time"), (10, "reported_at", "is not a time")])
        .values(&[
            ("T-0", AT, "2024-05-01 00:30:00"),
            ("T-1", AT, "2024-05-01 00:30:00"),
            ("T-2", AT, "2024-05-01 00:30:00"),
            ("T-3", AT, "1988-07-01 00:00:00"),
            ("T-4", AT, "2024-05-01 00:30:00"),
            ("T-5", AT, "2024-05-01 00:30:00"),
            ("T-10", AT, "2024-05-01 00:30:00"),
            ("T-11", AT, "2024-05-01 00:30:00"),
        ]),
    file("wkt.csv", "organisation", 11)
        .refused(&[
            (7, "geom", "empty"),
            (12, "geom", "is not a place"),
            (13, "geom", "is a GeometryCollection"),
            (15, "geom", "no well-known text"),
            (17, "geom", "no well-known text"),
        ])
        .values(&[
            ("W-2", PLACE, "114.918 27.785"),
            ("W-4", PLACE, "114.918 27.785"),
            ("W-7", PLACE, "114.918 27.785"),
            ("W-13", PLACE, "114.918 27.785"),
        ]),
];

/// Files of which nothing is taken, and a part of what is said.
const REFUSED: &[(&str, &str, &str)] = &[
    ("credit-case.csv", "organisation", "row 2, column \"credit_code\""),
    (
        "excel-sci.csv",
        "person",
        "row 2, column \"external_id\": \"3.60502E+17\" is a number that a spreadsheet has rounded",
    ),
    ("excel-serial-date.csv", "person", "\"32874\" is not a date"),
    ("fgb-custom-crs.fgb", "organisation", "\"Local city 1954\", isn't known"),
    ("gj-array.geojson", "organisation", "format isn't known"),
    ("gj-crs-3857.geojson", "building", "no area"),
    ("gj-crs-900913.geojson", "building", "900913"),
    ("gj-crs-cgcs.geojson", "building", "is not a place in EPSG:4549"),
    ("gj-crs-url.geojson", "building", "isn't known"),
    ("gj-geometry-only.geojson", "building", "has no features"),
    ("gj-swapped.geojson", "building", "is not a place in EPSG:4326"),
    ("missing-required.csv", "component", "row 2, column \"category\": it is required"),
    ("nbsp.csv", "person", "row 2, column \"lat\": it is not a number"),
    ("thousands.csv", "organisation", "\"1,234\" is not a whole number"),
];

fn content(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

async fn import(city: &City, token: &str, layer: &str, name: &str, more: &str) -> (StatusCode, Value) {
    let address = format!("/api/layers/{layer}/import?name={name}{more}");
    let request = request("POST", &address, token).header("accept-language", "en");
    read_json(city.send(request.body(Body::from(content(name))).unwrap()).await).await
}

/// The same file as a dry run and in earnest: both have to say the same.
async fn import_twice(city: &City, token: &str, layer: &str, name: &str, more: &str) -> (StatusCode, Value) {
    let (dry_status, mut dry) = import(city, token, layer, name, &format!("{more}&dry_run=true")).await;
    let (status, mut report) = import(city, token, layer, name, more).await;
    for answer in [&mut dry, &mut report] {
        let answer = answer.as_object_mut().unwrap();
        answer.remove("dry_run");
        answer.remove("request_id");
    }
    assert_eq!((dry_status, &dry), (status, &report), "{name} into {layer}: the dry run says something else");
    (status, report)
}

fn table(layer: &str) -> (&str, &str) {
    if layer == "case" { ("case_record", "number") } else { (layer, "external_id") }
}

/// Takes away what was imported, so that each file meets the same database.
async fn forget(city: &City, layer: &str) {
    let delete = format!("delete from {} where source like 'import: %'", table(layer).0);
    sqlx::query(AssertSqlSafe(delete)).execute(&mut city.sql().await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_gives_the_rows_and_values_that_it_holds_in_a_dry_run_and_in_earnest() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    // Records of other systems are there already.
    sqlx::raw_sql(
        "update organisation set external_id = 'PU-1' where id = (select min(id) from organisation);
         update component set external_id = 'PU-2' where id = (select min(id) from component)",
    )
    .execute(&mut city.sql().await)
    .await
    .unwrap();
    let mut wrong = Vec::new();
    for file in TAKEN {
        let what = format!("{} into {}", file.name, file.layer);
        let (status, report) = import_twice(&city, &token, file.layer, file.name, "").await;
        if status != StatusCode::OK {
            wrong.push(format!("{what}: {status} {report}"));
            continue;
        }
        let told: Vec<(i64, &str, &str)> = report["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["row"].as_i64().unwrap(), row["column"].as_str().unwrap(), row["reason"].as_str().unwrap()))
            .collect();
        let as_said = told.len() == file.refused.len()
            && told
                .iter()
                .zip(file.refused)
                .all(|(told, said)| (told.0, told.1) == (said.0, said.1) && told.2.contains(said.2));
        if report["inserted"] != file.inserted || !as_said {
            wrong.push(format!("{what}: {} new, refused {told:?}", report["inserted"]));
        }
        let (name, key) = table(file.layer);
        for (id, expression, expected) in file.values {
            let select = format!("select ({expression})::text from {name} where {key} = $1");
            let found: Option<String> =
                sqlx::query_scalar(AssertSqlSafe(select)).bind(id).fetch_optional(&mut city.sql().await).await.unwrap();
            if found.as_deref() != Some(expected) {
                wrong.push(format!("{what}: {expression} of {id} is {found:?}, expected {expected:?}"));
            }
        }
        forget(&city, file.layer).await;
    }
    for (name, layer, says) in REFUSED {
        let (status, problem) = import_twice(&city, &token, layer, name, "").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        if status != StatusCode::UNPROCESSABLE_ENTITY || !detail.contains(says) {
            wrong.push(format!("{name} into {layer}: {status} {problem}"));
        }
        forget(&city, layer).await;
    }
    // One that is there is changed, one that isn't lacks its name.
    let (status, report) = import_twice(&city, &token, "organisation", "missing-required-org.csv", "").await;
    assert_eq!((status, &report["updated"], &report["refused"]), (StatusCode::OK, &1.into(), &1.into()), "{report}");
    assert_eq!(report["refusals"][0], serde_json::json!({"row": 3, "column": "name", "reason": "it is required"}));
    // Rows of which nothing is filled in are no rows: all or nothing takes the one that is.
    let (status, report) = import_twice(&city, &token, "person", "excel-blank-rows.csv", "&strict=true").await;
    assert_eq!((status, &report["rows"]), (StatusCode::OK, &1.into()), "{report}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_the_folder_is_left_out() {
    let others = ["missing-required-org.csv", "heading-cut-gbk.zip", "heading-cut-utf-8.zip", "ids.csv"];
    for entry in fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_known = TAKEN.iter().any(|file| file.name == name)
            || REFUSED.iter().any(|(file, ..)| *file == name)
            || others.contains(&name.as_str());
        assert!(is_known, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_headings_are_understood_and_identity_numbers_unwrapped() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    for (name, heading) in [("heading-cut-gbk.zip", "统一社会信"), ("heading-cut-utf-8.zip", "统一社")] {
        // The names are taken, and the code is known for one by its beginning: its check digit is wrong.
        let (status, problem) = import_twice(&city, &token, "organisation", name, "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let says = format!("row 1, column {heading:?}: the subject code's check digit");
        assert!(problem["detail"].as_str().unwrap().contains(&says), "{name}: {problem}");
    }
    let (status, report) = import_twice(&city, &token, "person", "ids.csv", "").await;
    assert_eq!(status, StatusCode::OK, "{report}");
    let refused: Vec<i64> =
        report["refusals"].as_array().unwrap().iter().map(|row| row["row"].as_i64().unwrap()).collect();
    // With blanks within, fifteen digits, rounded, with decimals.
    assert_eq!(refused, [5, 7, 8, 10], "{report}");
    let numbers: Vec<String> =
        sqlx::query_scalar("select distinct citizen_id from person where external_id like 'I-%'")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(numbers, ["36990119900101003X"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_in_one_record_costs_that_record_and_says_so_in_both_languages() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    let feature = |id: &str, coordinates: &str| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"external_id\":\"{id}\",\"name\":\"x\"}},\
             \"geometry\":{{\"type\":\"Point\",\"coordinates\":{coordinates}}}}}"
        )
    };
    let file = [feature("a", "[114.918]"), feature("b", "[114.918,27.785]"), feature("c", "[]")].join(",");
    let file = format!("{{\"type\":\"FeatureCollection\",\"features\":[{file}]}}");
    for language in ["zh", "en"] {
        for dry in [true, false] {
            let address = format!("/api/layers/organisation/import?name=a.geojson&dry_run={dry}");
            let request = request("POST", &address, &token).header("accept-language", language);
            let (status, report) = read_json(city.send(request.body(Body::from(file.clone())).unwrap()).await).await;
            assert_eq!((status, &report["refused"]), (StatusCode::OK, &2.into()), "{report}");
            let says = if language == "zh" { "位置应有经度和纬度" } else { "a position has two numbers" };
            assert!(report["refusals"][0]["reason"].as_str().unwrap().contains(says), "{report}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_and_a_packed_body_are_told_to_send_the_file_itself() {
    let city = City::small().await;
    let token = city.token(&["3605"], ALL).await;
    for (name, value) in [(header::CONTENT_TYPE, "multipart/form-data; boundary=x"), (header::CONTENT_ENCODING, "gzip")]
    {
        let request = request("POST", "/api/layers/person/import?name=p.csv", &token).header(name, value);
        let request = request.header("accept-language", "en").body(Body::from(content("lf-rows.csv"))).unwrap();
        let (status, problem) = read_json(city.send(request).await).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{problem}");
        assert!(problem["detail"].as_str().unwrap().starts_with("Send the file itself as the body"), "{problem}");
    }
    let request = request("POST", "/api/layers/person/import?name=p.csv.gz", &token).header("accept-language", "en");
    let packed = Body::from(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    let (status, problem) = read_json(city.send(request.body(packed).unwrap()).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("packed by gzip"), "{problem}");
}
