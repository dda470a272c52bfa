//! What holds of every module holds of one that the product doesn't have: tests/sample adds it to the server's list, and no file
//! of the product names it.

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use axum::http::StatusCode;
use gridhall::{app, modules::Module};
use serde_json::{Value, json};

use crate::{
    common::{City, read_bytes},
    identity::{let_in, sign_in},
    wells,
};

/// The modules of the product, and one more.
static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
    let mut modules = app::modules().to_vec();
    modules.push(wells::module());
    modules
});

const HERE: &str = "360502001009002";

/// A city with four wells in one grid, one of them secret, and one next door.
async fn city() -> City {
    let city = City::with_modules(&MODULES, wells::MIGRATION).await;
    sqlx::raw_sql(
        "insert into well (id, region, name, state, depth, secret, geom) values
             (1, 360502001009002, '阿井', 'open', 12.5, false, st_setsrid(st_makepoint(114.93, 27.81), 4326)),
             (2, 360502001009002, '张家井', 'dry', null, false, st_setsrid(st_makepoint(114.931, 27.811), 4326)),
             (3, 360502001009002, '龙井', 'open', 80, false, st_setsrid(st_makepoint(114.932, 27.812), 4326)),
             (4, 360502001009002, '秘井', 'sealed', 300, true, st_setsrid(st_makepoint(114.933, 27.813), 4326)),
             (5, 360502001009003, '邻井', 'open', 7, false, st_setsrid(st_makepoint(114.94, 27.82), 4326))",
    )
    .execute(&mut city.sql().await)
    .await
    .unwrap();
    city.settle().await;
    city
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_module_more_is_listed_searched_counted_drawn_and_taken_along() {
    let city = city().await;
    let all = app::permission_names(&MODULES);
    let token = city.token(&["3605"], &all).await;
    let worker = city.token(&[HERE], &all).await;
    let stranger = city.token(&["3605"], &["map.read"]).await;
    let nobody = city.token(&["3605"], &[]).await;
    // The manifest, and what of it is a reader's.
    let (_, manifest) = city.json(&token, "/api/modules").await;
    let sample = manifest["modules"].as_array().unwrap().iter().find(|module| module["name"] == "sample").unwrap();
    assert_eq!((&sample["layers"][0]["name"], &sample["search"][0]["kind"]), (&json!("well"), &json!("well")));
    let (_, manifest) = city.json(&stranger, "/api/modules").await;
    let sample = manifest["modules"].as_array().unwrap().iter().find(|module| module["name"] == "sample").unwrap();
    assert_eq!((sample["pages"].as_array().unwrap().len(), sample["search"].as_array().unwrap().len()), (0, 0));
    let (_, codes) = city.json(&token, "/api/codes").await;
    assert_eq!(codes["tables"]["well_state"][1]["name"], "干涸");
    // The list, in the order of pinyin; what is secret is nobody's here.
    let (_, page) = city.json(&worker, "/api/wells?count=true").await;
    assert_eq!((names(&page), &page["total"]), (vec!["阿井", "龙井", "张家井"], &json!(3)));
    let (_, page) = city.json(&token, "/api/wells?sort=-depth&state=open").await;
    assert_eq!(names(&page), ["龙井", "阿井", "邻井"]);
    assert_eq!(city.json(&stranger, "/api/wells").await.0, StatusCode::FORBIDDEN);
    let text = String::from_utf8(read_bytes(city.get(&worker, "/api/wells?format=csv").await).await).unwrap();
    assert_eq!(text.lines().nth(3).unwrap(), "张家井,干涸,,");
    // The search, with where it is in words.
    let (_, found) = city.json(&worker, "/api/search?q=张家").await;
    let hit = found["items"].as_array().unwrap().iter().find(|item| item["kind"] == "well").unwrap();
    assert!(hit["name"] == "张家井" && hit["detail"].as_str().unwrap().contains(" › "), "{hit}");
    let (_, found) = city.json(&stranger, "/api/search?q=张家").await;
    assert!(found["items"].as_array().unwrap().iter().all(|item| item["kind"] != "well"));
    // The map in memory: statistics, features, tiles, files.
    let (_, counted) = city.post(&token, "/api/areas/statistics", json!({"region": HERE})).await;
    assert_eq!(counted["wells"]["total"], 3, "{counted}");
    let (_, features) = city.json(&token, "/ogc/collections/well/items").await;
    assert_eq!(features["features"].as_array().map(Vec::len), Some(4), "{features}");
    assert_eq!(city.get(&token, "/tiles/well/12/3355/1718").await.status(), StatusCode::OK);
    assert_eq!(city.get(&nobody, "/tiles/well/12/3355/1718").await.status(), StatusCode::FORBIDDEN);
    let file = read_bytes(city.get(&token, "/api/layers/well/export?format=csv&purpose=test").await).await;
    assert_eq!(String::from_utf8(file).unwrap().lines().count(), 5);
    // The audit calls it by its name, for who may see it.
    let (_, files) = city.json(&token, "/api/audit?action=list.export").await;
    assert_eq!(files["items"][0]["detail"]["list"], "wells");
}

/// What the sample's page of the web is drawn from, in `web/tests/sample`: `UPDATE=1` writes it.
#[tokio::test]
async fn the_web_draws_the_sample_from_what_the_server_answers() {
    let city = city().await;
    let token = city.token(&["3605"], &app::permission_names(&MODULES)).await;
    let mut answers = serde_json::Map::new();
    for path in ["/api/modules", "/api/codes", "/api/wells?count=true", "/api/wells/1/history"] {
        let (status, mut answer) = city.json(&token, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        // What is the same for every city is read elsewhere; moments are none's to compare.
        match path {
            "/api/modules" => {
                answer["modules"].as_array_mut().unwrap().retain(|module| module["name"] == "sample");
                answer["groups"].as_array_mut().unwrap().retain(|group| group["name"] == "archive");
            }
            "/api/codes" => answer["tables"].as_object_mut().unwrap().retain(|name, _| name == "well_state"),
            "/api/wells/1/history" => {
                for version in answer["items"].as_array_mut().unwrap() {
                    version["from"] = json!("2026-11-30T01:00:00Z");
                }
            }
            _ => {}
        }
        answers.insert(path.to_owned(), answer);
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/web/tests/sample/answers.json");
    let text = serde_json::to_string_pretty(&answers).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), text, "UPDATE=1 writes it");
}

#[tokio::test]
async fn a_module_more_has_jobs_messages_a_history_and_rows_for_named_readers() {
    let city = city().await;
    let mut sql = city.sql().await;
    sqlx::query("update role set permissions = permissions || '{well.read,well.write}' where code = 'grid_worker'")
        .execute(&mut sql)
        .await
        .unwrap();
    let reader = let_in(&city, "zhang", "grid_worker", HERE).await;
    let_in(&city, "li", "grid_worker", "360502001009003").await;
    let (here, next) = (sign_in(&city, "zhang").await, sign_in(&city, "li").await);
    let (_, page) = city.json(&here, "/api/wells").await;
    assert_eq!(names(&page), ["阿井", "龙井", "张家井"]);
    sqlx::query("insert into well_reader (row_id, account_id) values (4, $1)")
        .bind(reader)
        .execute(&mut sql)
        .await
        .unwrap();
    let (_, page) = city.json(&here, "/api/wells").await;
    assert_eq!(names(&page), ["阿井", "龙井", "秘井", "张家井"], "who is named sees it");

    assert_eq!(city.json(&next, "/api/wells/1/history").await.0, 404);
    assert_eq!(city.post(&next, "/api/wells/1/inspection", json!({})).await.0, 404);
    assert_eq!(city.post(&here, "/api/wells/1/inspection", json!({})).await.0, 202);
    let worker = app::worker(&city.map.app, &MODULES);
    let working = tokio::spawn(async move { worker.run().await });
    for _ in 0..200 {
        if city.json(&here, "/api/messages/unread").await.1["unread"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    working.abort();
    let (_, told) = city.json(&here, "/api/messages").await;
    assert_eq!((&told["items"][0]["text"], &told["items"][0]["page"]), (&json!("阿井已巡检。"), &json!("/wells")));
    assert_eq!(city.json(&next, "/api/messages/unread").await.1["unread"], 0);
    let (_, history) = city.json(&here, "/api/wells/1/history").await;
    let versions = history["items"].as_array().unwrap();
    assert_eq!(versions.len(), 2, "{history}");
    assert_eq!((&versions[0]["why"], &versions[0]["until"]), (&json!("巡检"), &Value::Null));
    assert!(versions[0]["inspected_at"].is_string() && versions[1]["inspected_at"].is_null(), "{history}");
    // The audit calls it by its name.
    let auditor = city.token(&["3605"], &["audit.read", "well.read"]).await;
    let (_, page) = city.json(&auditor, "/api/audit?action=well.inspect").await;
    let entry = &page["items"][0];
    assert_eq!((&entry["object"], &entry["about"]), (&json!("inspection 1"), &json!("阿井巡检")));
    crate::modules::assert_named(&MODULES, &mut sql).await;
}

#[test]
fn what_modules_declare_is_said_in_both_languages_and_once() {
    let mut wrong = Vec::new();
    let mut said = BTreeSet::new();
    for module in MODULES.iter() {
        let titles = [module.title]
            .into_iter()
            .chain(module.permissions.iter().map(|one| one.title))
            .chain(module.layers.iter().map(|one| one.title))
            .chain(module.objects.iter().map(|one| one.title))
            .chain(module.pages.iter().map(|one| one.title))
            .chain(module.search.iter().flat_map(|one| one.kinds).map(|one| one.title))
            .chain(module.lists.iter().flat_map(|one| one.columns.iter().map(|column| column.title).chain([one.title])))
            .chain(module.jobs.iter().map(|one| one.title))
            .chain(module.messages.iter().flat_map(|one| [one.title, one.words]));
        for (zh, en) in titles {
            let is_chinese = zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if !is_chinese || en.is_empty() || !en.is_ascii() {
                wrong.push(format!("{}: {zh} / {en}", module.name));
            }
        }
        let names = module
            .jobs
            .iter()
            .map(|one| format!("job {}", one.name))
            .chain(module.messages.iter().map(|one| format!("message {}", one.name)))
            .chain(module.lists.iter().map(|one| format!("list {}", one.name)))
            .chain(module.search.iter().flat_map(|one| one.kinds).map(|one| format!("found {}", one.name)))
            .chain(module.codes.iter().map(|one| format!("codes {}", one.name)));
        wrong.extend(names.filter(|name| !said.insert(name.clone())).map(|name| format!("{name} twice")));
        for kind in module.messages {
            // Both languages say the same.
            let parts = |words: &str| {
                words
                    .split('{')
                    .skip(1)
                    .filter_map(|part| part.split_once('}'))
                    .map(|(name, _)| name.to_owned())
                    .collect::<BTreeSet<_>>()
            };
            if parts(kind.words.0) != parts(kind.words.1) {
                wrong.push(format!("{}: {:?}", kind.name, kind.words));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing of the product knows the sample.
#[test]
fn no_file_of_the_product_names_the_sample() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("\"well\"") && !text.contains("tests/sample"), "{}", path.display());
            }
        }
    }
}
