//! A place in every system: the same as PROJ has it, there and back, and a clear word where it is none.

use axum::http::StatusCode;
use serde_json::Value;

use crate::common::City;

/// Corners and the middle of the city, and two places on the border between zones 38 and 39.
const PLACES: [(f64, f64); 6] =
    [(114.93, 27.81), (114.48, 27.55), (115.37, 28.08), (115.499, 27.9), (115.501, 27.9), (102.713, 25.04)];

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

#[tokio::test]
async fn a_place_stands_in_every_system_as_proj_has_it() {
    let city = City::small().await;
    let token = city.reader().await;
    let mut sql = city.sql().await;
    for (lon, lat) in PLACES {
        let (status, place) = city.json(&token, &format!("/api/coordinates?lon={lon}&lat={lat}")).await;
        assert_eq!(status, StatusCode::OK, "{place}");
        for system in ["wgs84", "cgcs2000"] {
            assert!((number(&place, &format!("/{system}/lon")) - lon).abs() < 1e-9);
            assert!((number(&place, &format!("/{system}/lat")) - lat).abs() < 1e-9);
        }
        let numbered: i32 = place["gauss_kruger"]["crs"].as_str().unwrap()[5..].parse().unwrap();
        let zone = number(&place, "/gauss_kruger/zone");
        assert!(
            (lon - zone * 3.0).abs() <= 1.5 && (number(&place, "/gauss_kruger/meridian") - zone * 3.0).abs() < 1e-9
        );
        let (x, y): (f64, f64) =
            sqlx::query_as("select ST_X(p), ST_Y(p) from ST_Transform(ST_SetSRID(ST_Point($1, $2), 4490), $3) p")
                .bind(lon)
                .bind(lat)
                .bind(numbered)
                .fetch_one(&mut sql)
                .await
                .unwrap();
        let (easting, northing) = (number(&place, "/gauss_kruger/easting"), number(&place, "/gauss_kruger/northing"));
        assert!((easting - x).abs() < 1e-3 && (northing - y).abs() < 1e-3, "{place}: {x} {y}");
        let plain = number(&place, "/gauss_kruger/easting_plain");
        assert!((easting - zone * 1e6 - plain).abs() < 1e-3);

        // From each system back to the same place.
        let plain_crs = place["gauss_kruger"]["crs_plain"].as_str().unwrap();
        for (crs, x, y) in [
            ("GCJ-02", number(&place, "/gcj02/lon"), number(&place, "/gcj02/lat")),
            ("BD-09", number(&place, "/bd09/lon"), number(&place, "/bd09/lat")),
            (place["gauss_kruger"]["crs"].as_str().unwrap(), easting, northing),
            (plain_crs, plain, northing),
        ] {
            let (status, back) = city.json(&token, &format!("/api/coordinates?lon={x}&lat={y}&crs={crs}")).await;
            assert_eq!(status, StatusCode::OK, "{crs}: {back}");
            let (back_lon, back_lat) = (number(&back, "/wgs84/lon"), number(&back, "/wgs84/lat"));
            assert!((back_lon - lon).abs() < 1e-8 && (back_lat - lat).abs() < 1e-8, "{crs}: {back_lon} {back_lat}");
        }
    }
    // The public maps' shift is some hundred metres here, not none and not more.
    let (_, place) = city.json(&token, "/api/coordinates?lon=114.93&lat=27.81").await;
    let east = (number(&place, "/gcj02/lon") - 114.93) * 98_000.0;
    assert!((100.0..900.0).contains(&east.abs()), "{east}");
}

#[tokio::test]
async fn outside_of_china_there_is_no_zone() {
    let city = City::small().await;
    let (status, place) = city.json(&city.reader().await, "/api/coordinates?lon=2.35&lat=48.85").await;
    assert_eq!((status, &place["gauss_kruger"]), (StatusCode::OK, &Value::Null));
    assert_eq!(place["gcj02"], place["wgs84"]);
}

#[tokio::test]
async fn what_is_no_place_is_said_to_be_none() {
    let city = City::small().await;
    let token = city.reader().await;
    for query in [
        "",
        "lon=114.9",
        "lon=x&lat=27.8",
        "lon=NaN&lat=27.8",
        "lon=inf&lat=27.8",
        "lon=200&lat=27.8",
        "lon=114.9&lat=89",
        "lon=114.9&lat=27.8&crs=EPSG:9999",
        "lon=114.9&lat=27.8&crs=EPSG:4547",
        "lon=591638&lat=-5&crs=EPSG:4547",
    ] {
        let (status, problem) = city.json(&token, &format!("/api/coordinates?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{query}: {problem}");
    }
    assert_eq!(city.json("", "/api/coordinates?lon=114.9&lat=27.8").await.0, StatusCode::UNAUTHORIZED);
    let blind = city.token(&["3605"], &["case.read"]).await;
    assert_eq!(city.json(&blind, "/api/coordinates?lon=114.9&lat=27.8").await.0, StatusCode::FORBIDDEN);
}
