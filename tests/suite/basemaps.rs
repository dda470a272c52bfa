//! Base maps by configuration: what the page is told of them, and whom a browser may ask.

use std::{fs, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Response, header},
};
use gridhall::{
    app,
    kernel::app::App,
    map::{Map, Server, basemaps::BaseMaps},
};
use serde_json::json;
use tower::ServiceExt;

use crate::common::{City, read_json, request};

const MAPS: &str = r#"[
    {
        "id": "tdt-vec", "title": {"zh": "天地图矢量", "en": "Tianditu streets"}, "attribution": "天地图", "max_zoom": 18,
        "layers": [
            {"kind": "wmts", "url": "https://t{s}.tianditu.gov.cn/vec_w/wmts", "subdomains": ["0", "1"], "layer": "vec",
             "matrix_set": "w", "format": "tiles", "query": {"tk": "${TIANDITU_KEY}"}},
            {"kind": "wmts", "url": "https://t0.tianditu.gov.cn/cva_w/wmts", "layer": "cva",
             "matrix_set": "w", "format": "tiles", "query": {"tk": "${TIANDITU_KEY}"}}
        ]
    },
    {
        "id": "own", "title": {"zh": "影像", "en": "Imagery"}, "attribution": "测绘院", "bounds": [114.5, 27.5, 115.5, 28.2],
        "layers": [{"kind": "tilejson", "url": "http://10.1.2.3:8081/imagery.json"}]
    }
]"#;

fn maps() -> BaseMaps {
    BaseMaps::parse(MAPS, &|name| (name == "TIANDITU_KEY").then(|| "a1b2".to_owned())).unwrap()
}

/// A server of the city with base maps.
fn router(city: &City, basemaps: BaseMaps) -> Router {
    let (memory, db) = (city.map.memory.clone(), city.map.app.db.clone());
    let map = Map::new(App::new(db, Arc::default(), app::declarations(app::modules())), memory, 0, basemaps);
    app::router(&Server::new(Arc::new(map)), app::modules()).0
}

async fn get(router: &Router, token: &str, path: &str) -> Response<Body> {
    router.clone().oneshot(request("GET", path, token).body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_page_is_told_what_to_draw() {
    let city = City::small().await;
    let token = city.token(&["360502001009002"], &["map.read"]).await;
    let router = router(&city, maps());
    assert_eq!(get(&router, "", "/api/basemaps").await.status(), 401);
    let (status, answer) = read_json(get(&router, &token, "/api/basemaps").await).await;
    let kvp = |host: &str, layer: &str| {
        format!(
            "https://{host}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}\
             &STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk=a1b2"
        )
    };
    let tiles = |tiles: &[String]| json!({"tiles": tiles, "tilejson": null, "scheme": "xyz", "tile_size": 256, "min_zoom": 0, "max_zoom": 18, "bounds": null});
    assert_eq!(status, 200);
    assert_eq!(
        answer,
        json!({"items": [
            {
                "id": "tdt-vec", "title": {"zh": "天地图矢量", "en": "Tianditu streets"}, "attribution": "天地图",
                "layers": [tiles(&[kvp("t0", "vec"), kvp("t1", "vec")]), tiles(&[kvp("t0", "cva")])],
            },
            {
                "id": "own", "title": {"zh": "影像", "en": "Imagery"}, "attribution": "测绘院",
                "layers": [{
                    "tiles": [], "tilejson": "http://10.1.2.3:8081/imagery.json", "scheme": "xyz", "tile_size": 256,
                    "min_zoom": null, "max_zoom": null, "bounds": [114.5, 27.5, 115.5, 28.2],
                }],
            },
        ]})
    );
    let (_, none) = city.json(&token, "/api/basemaps").await;
    assert_eq!(none, json!({"items": []}));
}

/// The sources of a directive in the policy of an answer.
fn allowed(response: &Response<Body>, directive: &str) -> String {
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    let found = policy.split("; ").find_map(|part| part.trim().strip_prefix(directive));
    found.unwrap_or_else(|| panic!("no {directive} in {policy}")).trim().to_owned()
}

#[tokio::test]
async fn a_page_may_fetch_from_the_configured_hosts_and_no_others() {
    let city = City::small().await;
    let router = router(&city, maps());
    let page = get(&router, "", "/map").await;
    let hosts = "http://10.1.2.3:8081 https://t0.tianditu.gov.cn https://t1.tianditu.gov.cn";
    assert_eq!(allowed(&page, "img-src"), format!("'self' {hosts} data: blob:"));
    assert_eq!(allowed(&page, "connect-src"), format!("'self' {hosts}"));
    for (directive, sources) in [
        ("default-src", "'self'"),
        ("script-src", "'self'"),
        ("style-src", "'self' 'unsafe-inline'"),
        ("worker-src", "'self' blob:"),
        ("object-src", "'none'"),
        ("base-uri", "'none'"),
        ("frame-ancestors", "'self'"),
    ] {
        assert_eq!(allowed(&page, directive), sources);
    }
    // What isn't a page loads nothing and stands in none.
    let answer = get(&router, "", "/api/basemaps").await;
    for directive in ["default-src", "frame-ancestors"] {
        assert_eq!(allowed(&answer, directive), "'none'");
    }
    // Without base maps a page asks nobody but the server.
    let page = city.get("", "/map").await;
    assert_eq!(allowed(&page, "img-src"), "'self' data: blob:");
    assert_eq!(allowed(&page, "connect-src"), "'self'");
}

#[test]
fn a_file_that_is_wrong_says_what_and_where() {
    let data = tempfile::tempdir().unwrap();
    let said = |file: Option<&std::path::Path>| format!("{:#}", BaseMaps::open(file, data.path()).unwrap_err());
    assert!(BaseMaps::open(None, data.path()).unwrap().origins().is_empty());
    let named = data.path().join("other.json");
    assert!(said(Some(&named)).contains("other.json can't be read"));
    let usual = data.path().join("basemaps.json");
    fs::write(&usual, MAPS).unwrap();
    let error = said(None);
    assert!(error.contains("basemaps.json") && error.contains("/0/layers/0/query/tk"), "{error}");
    assert!(error.contains("TIANDITU_KEY isn't set"), "{error}");
    fs::write(&usual, MAPS.replace("${TIANDITU_KEY}", "a1b2").replace("\"vec\"", "7")).unwrap();
    let error = said(None);
    assert!(error.contains("/0/layers/0/layer") && error.contains("expected a string"), "{error}");
    fs::write(&named, MAPS.replace("${TIANDITU_KEY}", "a1b2")).unwrap();
    assert_eq!(BaseMaps::open(Some(&named), data.path()).unwrap().origins().len(), 3);
}
