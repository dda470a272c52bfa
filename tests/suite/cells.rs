//! A province runs cells: the ids of each carry its number in their upper bits. What is made in a second cell goes through
//! the program as what is made in the first.

use std::collections::BTreeSet;

use axum::body::Body;
use serde_json::json;

use crate::{
    common::{City, read_bytes, read_json, request},
    mvt,
};

/// The first id of cell 1.
const CELL: i64 = 1 << 40;
/// Numbers beyond are not exact in JavaScript.
const EXACT: i64 = 1 << 53;

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_a_second_cell_go_through_everything() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    // Sequences that count something else (entries of the audit, places in the feed) are not of entities.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("alter sequence entity_id restart with {CELL}")))
        .execute(&mut conn)
        .await
        .unwrap();
    let permissions = gridhall::app::permission_names(gridhall::app::modules());
    let token = city.token(&["3605"], &permissions).await;
    let own: i64 = sqlx::query_scalar("select max(id) from token").fetch_one(&mut conn).await.unwrap();
    assert!((CELL..EXACT).contains(&own));

    // In by file, as people bring things in.
    let (lon, lat): (f64, f64) = sqlx::query_as(
        "select st_x(p), st_y(p) from layer.grid cross join lateral st_pointonsurface(geom) p where region = 360502001009002",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let rows = format!("category,name,lon,lat\nC0101,井盖,{lon},{lat}\n");
    let upload = request("POST", "/api/layers/component/import?name=c.csv", &token).body(Body::from(rows)).unwrap();
    let (status, report) = read_json(city.send(upload).await).await;
    assert_eq!((status.as_u16(), &report["inserted"]), (200, &json!(1)), "{report}");
    let id: i64 =
        sqlx::query_scalar("select id from component where name = '井盖'").fetch_one(&mut conn).await.unwrap();
    assert!((CELL..EXACT).contains(&id));
    city.settle().await;

    // On the map: in its tile, near a place, over the OGC API by its id and page by page.
    let side = f64::from(1_u32 << 16);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a tile of the city at zoom 16")]
    let (x, y) = (
        ((lon + 180.0) / 360.0 * side) as u32,
        ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side) as u32,
    );
    let tile = mvt::read(&read_bytes(city.get(&token, &format!("/tiles/component/16/{x}/{y}")).await).await);
    let drawn: BTreeSet<u64> = tile.iter().flat_map(|layer| &layer.features).filter_map(|feature| feature.id).collect();
    assert!(drawn.contains(&id.unsigned_abs()), "{drawn:?}");
    let near = format!("/api/nearby?lon={lon}&lat={lat}&layer=component&radius_m=20&limit=5");
    let (_, near) = city.json(&token, &near).await;
    assert!(near["items"].as_array().unwrap().iter().any(|one| one["id"] == id), "{near}");
    let (status, one) = city.json(&token, &format!("/ogc/collections/component/items/{id}?f=json")).await;
    assert_eq!((status.as_u16(), &one["id"]), (200, &json!(id)), "{one}");
    let (_, page) = city.json(&token, &format!("/ogc/collections/component/items?f=json&after={}", id - 1)).await;
    assert_eq!(page["features"].as_array().unwrap().len(), 1, "the last of both cells: {page}");

    // What modules keep.
    let view = json!({"kind": "view", "name": "井盖", "body": {"at": "114.9,27.8,16"}});
    let (status, kept) = city.post(&token, "/api/saved", view).await;
    let kept = kept["id"].as_i64().unwrap();
    assert!(status == 201 && (CELL..EXACT).contains(&kept));
    let forget = request("DELETE", &format!("/api/saved/{kept}"), &token).body(Body::empty()).unwrap();
    assert_eq!(city.send(forget).await.status(), 204);
    let object: String =
        sqlx::query_scalar("select object from audit_entry where action = 'saved.forget' order by id desc limit 1")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(object, format!("view {kept}"));
}
