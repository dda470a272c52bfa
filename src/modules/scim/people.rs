//! A person between the columns of their account and SCIM's form: pure, both ways.

use serde_json::{Map, Value, json};

use super::{
    meta::Meta,
    refusal::Refusal,
    schema::{DEPARTMENT, ENTERPRISE_URN, USER},
    store::{UserDraft, UserRow},
};

/// What the account's own columns hold, and what follows from them.
const NOT_IN_DOCUMENT: &[&str] = &["schemas", "id", "meta", "groups", "active", "userName", "externalId"];
const LONGEST_NAME: usize = 60;

/// The whole of a person in SCIM's form.
pub(super) fn shown(row: &UserRow, base: &str) -> Map<String, Value> {
    let mut of = row.scim.as_object().cloned().unwrap_or_default();
    // What an administrator has changed since the office platform told it holds.
    if called(&of, &row.login) != row.name {
        of.insert("displayName".to_owned(), row.name.as_str().into());
    }
    overlay(&mut of, "emails", row.email.as_deref());
    overlay(&mut of, "phoneNumbers", row.phone.as_deref());
    if let Some(code) = &row.agency_code {
        let extension = of.entry(ENTERPRISE_URN).or_insert_with(|| json!({}));
        extension[DEPARTMENT] = code.as_str().into();
    }
    of.insert("userName".to_owned(), row.login.as_str().into());
    if let Some(id) = &row.external_id {
        of.insert("externalId".to_owned(), id.as_str().into());
    }
    of.insert("active".to_owned(), (!["suspended", "dormant"].contains(&row.state.as_str())).into());
    of.insert(
        "groups".to_owned(),
        json!([{
            "value": row.agency_id.to_string(),
            "$ref": format!("{base}/Groups/{}", row.agency_id),
            "display": row.agency,
            "type": "direct",
        }]),
    );
    let mut schemas = vec![USER.schema.urn];
    schemas.extend(of.contains_key(ENTERPRISE_URN).then_some(ENTERPRISE_URN));
    of.insert("schemas".to_owned(), json!(schemas));
    let meta = Meta { resource: &USER, id: row.id, created: row.created_at, changed: row.updated_at };
    meta.put(&mut of, base);
    of
}

/// The name that is shown of a person.
fn called(of: &Map<String, Value>, login: &str) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let part = |part: &str| text(of.get("name").and_then(|name| name.get(part)));
    // 张三, but Babs Jensen.
    let joined = || match (part("familyName"), part("givenName")) {
        (Some(family), Some(given)) if family.is_ascii() => Some(format!("{given} {family}")),
        (Some(family), Some(given)) => Some(family + &given),
        (family, given) => family.or(given),
    };
    let name = text(of.get("displayName")).or_else(|| part("formatted")).or_else(joined);
    name.unwrap_or_else(|| login.to_owned()).chars().take(LONGEST_NAME).collect()
}

/// The place of the value of a list by which one is reached: the primary one, that for work, or the first.
fn principal(values: &[Value]) -> Option<usize> {
    let is_work = |value: &Value| value["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("work"));
    values
        .iter()
        .position(|value| value["primary"] == true)
        .or_else(|| values.iter().position(is_work))
        .or((!values.is_empty()).then_some(0))
}

fn reached(of: &Map<String, Value>, list: &str) -> Option<String> {
    let values = of.get(list)?.as_array()?;
    Some(values.get(principal(values)?)?.get("value")?.as_str()?.to_owned())
}

fn overlay(of: &mut Map<String, Value>, list: &str, column: Option<&str>) {
    if reached(of, list).as_deref() == column {
        return;
    }
    let mut values = of.remove(list).and_then(|values| values.as_array().cloned()).unwrap_or_default();
    match (principal(&values), column) {
        (Some(at), Some(value)) => values[at]["value"] = value.into(),
        (None, Some(value)) => values.push(json!({"value": value, "type": "work", "primary": true})),
        (Some(at), None) => {
            values.remove(at);
        }
        (None, None) => {}
    }
    if !values.is_empty() {
        of.insert(list.to_owned(), values.into());
    }
}

/// The code of the agency to which a person belongs, as their form has it.
pub(super) fn department(of: &Map<String, Value>) -> Option<&str> {
    of.get(ENTERPRISE_URN)?.get(DEPARTMENT)?.as_str()
}

/// What is written of a person in SCIM's form.
///
/// # Errors
/// `invalidValue` without a login that can be kept.
pub(super) fn draft(of: &Map<String, Value>) -> Result<UserDraft, Refusal> {
    let login = of.get("userName").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let fits = (2..=64).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._@+-".contains(&byte))
        && login.as_bytes()[0].is_ascii_alphanumeric();
    if !fits {
        return Err(Refusal::value(
            "userName 为 2 到 64 位字母、数字、点、@、加号、横线或下划线，以字母或数字开头。",
            "A userName has 2 to 64 of a to z, digits and . _ @ + -, and begins with a letter or digit.",
        ));
    }
    let mut scim = of.clone();
    scim.retain(|name, _| !NOT_IN_DOCUMENT.contains(&name.as_str()));
    if let Some(Value::Object(extension)) = scim.get_mut(ENTERPRISE_URN) {
        extension.remove(DEPARTMENT);
        if extension.is_empty() {
            scim.remove(ENTERPRISE_URN);
        }
    }
    Ok(UserDraft {
        name: called(&scim, &login),
        login,
        phone: reached(of, "phoneNumbers"),
        email: reached(of, "emails"),
        external_id: of.get("externalId").and_then(Value::as_str).map(str::to_owned),
        scim: scim.into(),
    })
}

/// What differs between two forms, for the audit: before and after.
pub(super) fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Option<(Value, Value)> {
    let names =
        before.keys().chain(after.keys()).filter(|name| !["schemas", "meta", "id", "groups"].contains(&name.as_str()));
    let (mut left, mut right) = (Map::new(), Map::new());
    for name in names.filter(|name| before.get(*name) != after.get(*name)) {
        left.insert(name.clone(), before.get(name).cloned().unwrap_or_default());
        right.insert(name.clone(), after.get(name).cloned().unwrap_or_default());
    }
    (!left.is_empty()).then(|| (left.into(), right.into()))
}
