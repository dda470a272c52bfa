//! What the modules declare: the reader's share of it, and that everything which is named there is there.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::common::City;

async fn manifest(city: &City, token: &str) -> Vec<Value> {
    let (status, body) = city.json(token, "/api/modules").await;
    assert_eq!(status, StatusCode::OK);
    body["modules"].as_array().unwrap().clone()
}

/// Everything of one kind that a manifest tells, by the text that names it.
fn told<'a>(modules: &'a [Value], list: &str, key: &str) -> BTreeSet<&'a str> {
    modules.iter().flat_map(|module| module[list].as_array().unwrap()).map(|one| one[key].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_manifest_tells_readers_what_is_theirs() {
    let city = City::small().await;
    let all =
        manifest(&city, &city.token(&["3605"], &gridhall::app::permission_names(gridhall::app::modules())).await).await;
    let names: Vec<&str> = all.iter().map(|module| module["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "identity",
            "certificates",
            "sso",
            "scim",
            "regions",
            "calendar",
            "files",
            "directory",
            "cases",
            "tasks",
            "saved",
            "messages",
            "search",
            "wall",
            "audit"
        ]
    );
    assert_eq!(
        told(&all, "layers", "name"),
        ["building", "case", "community", "component", "county", "grid", "organisation", "person", "road", "street"]
            .into()
    );
    let person = all.iter().flat_map(|module| module["layers"].as_array().unwrap()).find(|one| one["name"] == "person");
    let fields: Vec<&Value> =
        person.unwrap()["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
    // What is only counted by is no field of a person for anybody.
    assert_eq!(fields, ["sex", "category"]);
    let opens = all.iter().flat_map(|module| module["objects"].as_array().unwrap()).find(|one| one["kind"] == "person");
    assert_eq!(opens.unwrap()["page"], "/people/{id}");

    // The web's own tests read what the server tells: the file is written anew by `UPDATE=1`.
    let (_, whole) = city
        .json(&city.token(&["3605"], &gridhall::app::permission_names(gridhall::app::modules())).await, "/api/modules")
        .await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/web/tests/manifest.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, format!("{whole:#}\n")).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(kept, whole);

    let reader = manifest(&city, &city.token(&["3605"], &["map.read"]).await).await;
    assert!(!told(&reader, "layers", "name").contains("person"));
    assert!(!told(&reader, "objects", "kind").contains("person"));
    assert_eq!(told(&reader, "permissions", "name"), ["map.read"].into());
    assert_eq!(
        told(&reader, "pages", "path"),
        ["/account", "/activate", "/calendar", "/map", "/messages", "/portal", "/signin", "/wall"].into()
    );
    let director = manifest(&city, &city.token(&["3605"], &["map.read", "wall.direct"]).await).await;
    assert!(told(&director, "pages", "path").contains("/director"));
    let nobody = manifest(&city, &city.token(&["3605"], &[]).await).await;
    assert!(told(&nobody, "layers", "name").is_empty());
}

#[test]
fn modules_declare_each_thing_once() {
    let modules = gridhall::app::modules();
    let once = |what: &str, names: Vec<&str>| {
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), names.len(), "{what}: {names:?}");
    };
    once("modules", modules.iter().map(|module| module.name).collect());
    once("permissions", modules.iter().flat_map(|module| module.permissions).map(|one| one.name).collect());
    once("layers", modules.iter().flat_map(|module| module.layers).map(|layer| layer.name).collect());
    once("objects", modules.iter().flat_map(|module| module.objects).map(|object| object.kind).collect());
    once("figures", modules.iter().flat_map(|module| module.figures).map(|figure| figure.key).collect());
    once("pages", modules.iter().flat_map(|module| module.pages).map(|page| page.path).collect());
    let declared: BTreeSet<&str> =
        modules.iter().flat_map(|module| module.permissions).map(|permission| permission.name).collect();
    for layer in modules.iter().flat_map(|module| module.layers) {
        assert!(declared.contains(layer.permission.name), "{} takes a permission that no module declares", layer.name);
        assert!(declared.contains(layer.write.name), "{} takes a permission that no module declares", layer.name);
    }
}

/// A function that names a kind of thing belongs to a kind that a module declares, and every kind has one but those on the
/// map, of which only some do, so that the audit can say what an entry is about.
pub(crate) async fn assert_named(modules: &[gridhall::modules::Module], conn: &mut sqlx::PgConnection) {
    let named: Vec<String> = sqlx::query_scalar(
        "select substr(proname, 9) from pg_proc where proname ~ '^name_of_' and pronamespace = 'public'::regnamespace",
    )
    .fetch_all(conn)
    .await
    .unwrap();
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let objects = || modules.iter().flat_map(|module| module.objects);
    let kept: BTreeSet<&str> =
        objects().filter(|object| object.layer.is_none() && object.kind != "alert").map(|object| object.kind).collect();
    let on_map: BTreeSet<&str> = objects().filter(|object| object.layer.is_some()).map(|object| object.kind).collect();
    assert_eq!(named.difference(&on_map).copied().collect::<BTreeSet<_>>(), kept);
    // A resident's name stands in no audit.
    assert!(!named.contains("person"));
}

#[tokio::test]
async fn what_the_audit_names_is_what_the_modules_declare() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    assert_named(gridhall::app::modules(), &mut conn).await;
    // What isn't an object of a known kind, or not its id, is called nothing.
    for object in ["", "account", "account x", "account 99999999999999999999", "person 1", "nothing 1", "role'; x 1"] {
        let about: Option<String> =
            sqlx::query_scalar("select audit_about($1)").bind(object).fetch_one(&mut conn).await.unwrap();
        assert_eq!(about, None, "{object}");
    }
    let about: Option<String> =
        sqlx::query_scalar("select audit_about('role system_admin, held')").fetch_one(&mut conn).await.unwrap();
    let role: Option<String> = sqlx::query_scalar("select name from role where code = 'system_admin'")
        .fetch_optional(&mut conn)
        .await
        .unwrap();
    assert_eq!(about, role);
}
