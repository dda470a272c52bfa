//! Which attributes of a resource are shown (RFC 7644, section 3.9).

use serde_json::{Map, Value};

use super::{
    refusal::Refusal,
    schema::{Found, Resource},
};

/// What is shown whatever is asked for.
const ALWAYS: &[&str] = &["schemas", "id"];
const MAX_LENGTH: usize = 4_096;

/// The attributes that were asked for, or those that weren't, by the names that lead to them.
#[derive(Debug, Default)]
pub(super) struct Projection {
    only: Option<Vec<Vec<&'static str>>>,
    but: Vec<Vec<&'static str>>,
}

impl Projection {
    /// Names that nobody knows are passed over.
    ///
    /// # Errors
    /// `invalidValue` for both at once, and for what is too long.
    pub(super) fn of(resource: &'static Resource, only: Option<&str>, but: Option<&str>) -> Result<Self, Refusal> {
        let only = only.filter(|names| !names.trim().is_empty());
        let but = but.filter(|names| !names.trim().is_empty());
        if only.is_some() && but.is_some() {
            return Err(Refusal::value(
                "attributes 与 excludedAttributes 不能同时使用。",
                "Either attributes or excludedAttributes, not both.",
            ));
        }
        if only.or(but).is_some_and(|names| names.len() > MAX_LENGTH) {
            return Err(Refusal::value("属性列表过长。", "The list of attributes is too long."));
        }
        let read = |names: &str| names.split(',').filter_map(|name| names_to(resource, name.trim())).collect();
        Ok(Self { only: only.map(read), but: but.map(read).unwrap_or_default() })
    }

    /// What is shown of a resource.
    pub(super) fn shown(&self, mut of: Map<String, Value>) -> Map<String, Value> {
        if let Some(only) = &self.only {
            let mut shown = Map::new();
            for name in ALWAYS {
                if let Some(value) = of.get(*name) {
                    shown.insert((*name).to_owned(), value.clone());
                }
            }
            for names in only {
                take(&of, names, &mut shown);
            }
            return shown;
        }
        for names in self.but.iter().filter(|names| !ALWAYS.contains(&names[0])) {
            drop_from(&mut of, names);
        }
        of
    }
}

fn names_to(resource: &'static Resource, name: &str) -> Option<Vec<&'static str>> {
    match resource.find(name)? {
        Found::Extension => Some(vec![resource.extension?.urn]),
        Found::Attribute { extension, attribute, part } => {
            let home = if extension { Some(resource.extension?.urn) } else { None };
            Some(home.into_iter().chain([attribute.name]).chain(part.map(|part| part.name)).collect())
        }
        Found::NotKept | Found::Protected => None,
    }
}

fn take(of: &Map<String, Value>, names: &[&str], into: &mut Map<String, Value>) {
    let [first, rest @ ..] = names else { return };
    let Some(value) = of.get(*first) else { return };
    if rest.is_empty() {
        into.insert((*first).to_owned(), value.clone());
        return;
    }
    match value {
        Value::Object(parts) => {
            let inner = into.entry(*first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                take(parts, rest, inner);
            }
        }
        Value::Array(items) => {
            let inner = into.entry(*first).or_insert_with(|| vec![Value::Object(Map::new()); items.len()].into());
            for (item, inner) in items.iter().zip(inner.as_array_mut().into_iter().flatten()) {
                if let (Value::Object(item), Value::Object(inner)) = (item, inner) {
                    take(item, rest, inner);
                }
            }
        }
        _ => {}
    }
}

fn drop_from(of: &mut Map<String, Value>, names: &[&str]) {
    let [first, rest @ ..] = names else { return };
    if rest.is_empty() {
        of.remove(*first);
        return;
    }
    match of.get_mut(*first) {
        Some(Value::Object(parts)) => drop_from(parts, rest),
        Some(Value::Array(items)) => {
            items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| drop_from(item, rest));
        }
        _ => {}
    }
}
