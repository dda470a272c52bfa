//! Forms as data: what their schema takes and refuses, in both languages, and over HTTP.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::http::StatusCode;
use gridhall::{
    app,
    records::form::{FieldKind, FormDef},
};
use serde_json::{Value, json};

use crate::common::City;

/// A form with one property of each kind of rule, and what is wrong with what was filled in: the web's tests read it too.
const SHARED: &str = include_str!("../forms/visit.json");

static VISIT: LazyLock<FormDef> = LazyLock::new(|| {
    let shared: Value = serde_json::from_str(SHARED).unwrap();
    FormDef::new("visit", shared["form"].to_string().leak())
});

/// What a form says of what was filled in: pointer, Chinese, English.
fn said(filled: &Value) -> Vec<(String, String, String)> {
    let mut faults: Vec<_> = VISIT
        .faults(filled)
        .into_iter()
        .map(|fault| (fault.pointer, fault.what.zh.into_owned(), fault.what.en.into_owned()))
        .collect();
    faults.sort();
    faults
}

#[test]
fn the_server_finds_what_the_web_finds() {
    let shared: Value = serde_json::from_str(SHARED).unwrap();
    for case in shared["cases"].as_array().unwrap() {
        let mut found = BTreeMap::new();
        for (pointer, zh, _) in said(&case["filled"]) {
            found.entry(pointer.split('/').nth(1).unwrap_or_default().to_owned()).or_insert(zh);
        }
        let expected = case["faults"].as_object().unwrap();
        assert!(found.keys().eq(expected.keys()), "{case}: {found:?}");
        for (field, words) in expected.iter().filter_map(|(field, words)| Some((field, words.as_str()?))) {
            assert_eq!(found[field], words, "{case}");
        }
    }
}

#[test]
fn a_form_tells_all_faults_at_once_each_at_its_field() {
    let fault = |pointer: &str, zh: &str, en: &str| (pointer.to_owned(), zh.to_owned(), en.to_owned());
    let needed = |pointer| fault(pointer, "请填写此项。", "This is needed.");
    for (filled, expected) in [
        (json!({"to": "张三", "kind": "care", "signs": ["gas"], "number": "0042", "done": true, "people": 9}), vec![]),
        (json!({}), vec![needed("/kind"), needed("/to")]),
        (json!({"to": "", "kind": "care"}), vec![needed("/to")]),
        (json!({"to": "  　", "kind": "care"}), vec![needed("/to")]),
        (
            json!({"to": "一二三四五", "kind": "other", "people": 10, "signs": ["gas", "gas"], "number": "4", "done": "yes"}),
            vec![
                fault("/done", "类型有误。", "It is of the wrong type."),
                fault("/kind", "应为 care、check 之一。", "It is one of care, check."),
                fault("/number", "格式有误。", "It isn't written as it has to be."),
                fault("/people", "不能大于 9。", "It is at most 9."),
                fault("/signs", "不能重复。", "Nothing stands in it twice."),
                fault("/to", "最多 4 个字。", "It has at most 4 characters."),
            ],
        ),
        (
            json!({"to": "张三", "kind": "care", "people": -1, "signs": ["gas", "snow"], "a/b": 1}),
            vec![
                fault("/a~1b", "表单没有此项。", "The form has no such field."),
                fault("/people", "不能小于 0。", "It is at least 0."),
                fault("/signs/1", "应为 gas、fire 之一。", "It is one of gas, fire."),
            ],
        ),
        (json!(["张三"]), vec![fault("", "类型有误。", "It is of the wrong type.")]),
    ] {
        assert_eq!(said(&filled), expected, "{filled}");
    }
}

#[test]
fn a_file_that_is_no_form_is_told_by_what_it_lacks() {
    VISIT.verify().unwrap();
    let form = |schema: &str, layout: &str| {
        let file = format!(r#"{{"title": {{"zh": "表", "en": "Form"}}, "schema": {schema}, "layout": {layout}}}"#);
        FormDef::new("wrong", file.leak()).verify().unwrap_err()
    };
    let one = r#"{"type": "object", "properties": {"a": {"type": "string", "enum": ["x"]}}}"#;
    let field = |rest: &str| format!(r#"[{{"field": "a", "title": {{"zh": "甲", "en": "A"}}{rest}}}]"#);
    assert_eq!(form(r#"{"type": "object"}"#, "[]"), "the schema has no properties");
    assert_eq!(form(one, "[]"), "the layout has not one field for a");
    assert_eq!(form(r#"{"properties": {}}"#, &field(r#", "kind": "text""#)), "the schema has no a");
    assert!(form(one, &field(r#", "kind": "colour""#)).contains("unknown variant `colour`"));
    assert!(form(r#"{"type": "thing", "properties": {}}"#, "[]").starts_with("the schema is wrong"));
    assert!(form(one, &field(r#", "kind": "choice""#)).contains("a choice without options"));
    assert!(form(one, &field(r#", "kind": "record""#)).contains("of what it is a record"));
    let options = r#", "kind": "choice", "options": [{"value": "y", "title": {"zh": "乙", "en": "Y"}}]"#;
    assert_eq!(form(one, &field(options)), "the options of a aren't those of the schema");
    let hangs = r#", "kind": "text", "only_if": {"field": "b", "is": 1}"#;
    assert_eq!(form(one, &field(hangs)), "a hangs on b, which isn't there");
    let needed = r#"{"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}"#;
    let sometimes = field(r#", "kind": "text", "only_if": {"field": "a", "is": "x"}"#);
    assert_eq!(form(needed, &sometimes), "a is required, and not always asked for");
}

#[test]
fn every_form_that_ships_is_one() {
    let forms: Vec<_> = app::modules().iter().flat_map(|module| module.forms).collect();
    assert!(!forms.is_empty());
    for form in forms {
        assert_eq!(form.verify(), Ok(()), "{}", form.name);
    }
}

#[tokio::test]
async fn an_agency_is_asked_for_and_checked_by_one_form() {
    let city = City::small().await;
    let system = city.token(&["3605"], &["identity.read", "identity.manage"]).await;
    let worker = city.token(&["3605"], &["map.read"]).await;
    let (_, form) = city.json(&system, "/api/forms/agency").await;
    assert_eq!((&form["title"]["zh"], &form["layout"][0]["field"]), (&json!("机构"), &json!("name")));
    assert_eq!(serde_json::from_value::<FieldKind>(form["layout"][1]["kind"].clone()).unwrap(), FieldKind::Record);
    // Who may not make one is told of no form.
    assert_eq!(city.json(&worker, "/api/forms/agency").await.0, StatusCode::NOT_FOUND);
    assert_eq!(city.json(&system, "/api/forms/nothing").await.0, StatusCode::NOT_FOUND);
    let wrong = json!({"name": " ", "kind": "shop", "region": "渝水区", "position": 3, "more": 1});
    let (status, why) = city.post(&system, "/api/agencies", wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<_> =
        why["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    for pointer in ["/name", "/kind", "/region", "/more"] {
        assert!(pointers.contains(&pointer), "{why}");
    }
    assert_eq!(why["detail"], "有 4 项填写有误。");
    // A name that nobody could see is none.
    let unseen = json!({"name": "\u{200b}\u{2800}", "kind": "department", "region": 360_502_000_000_000_i64});
    let (status, why) = city.post(&system, "/api/agencies", unseen).await;
    assert_eq!((status, &why["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/name")));
    // What only the city knows is told at its field as well.
    let lost =
        json!({"name": "新设机构", "kind": "department", "region": 360_502_000_000_000_i64, "parent_id": 999_999});
    let (status, why) = city.post(&system, "/api/agencies", lost).await;
    assert_eq!((status, &why["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("/parent_id")));
    let large = json!({"name": "新设机构", "kind": "department", "region": 1e300});
    let (status, _) = city.post(&system, "/api/agencies", large).await;
    assert!(status.is_client_error());
}
