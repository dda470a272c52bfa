//! What a client sends, brought into the form of the tables: names as they are written there, values of their kind.

use serde_json::{Map, Value};

use super::{
    refusal::Refusal,
    schema::{Attribute, Found, Kind, Resource},
};

/// An attribute other than members has at most so many values.
const MAX_VALUES: usize = 20;

/// A resource as a client sends it. What isn't kept, isn't a client's to set, or nobody knows is passed over.
///
/// # Errors
/// `invalidValue`, with the attribute that is wrong.
pub(super) fn resource(resource: &'static Resource, body: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let mut read = Map::new();
    for (name, value) in body {
        match resource.find(name) {
            Some(Found::Extension) => {
                let (Some(schema), Some(parts)) = (resource.extension, value.as_object()) else { continue };
                let mut inner = Map::new();
                for (name, value) in parts {
                    if let Some(Found::Attribute { attribute, part: None, .. }) =
                        resource.find(&format!("{}:{name}", schema.urn))
                    {
                        put(&mut inner, attribute, value)?;
                    }
                }
                if !inner.is_empty() {
                    read.insert(schema.urn.to_owned(), inner.into());
                }
            }
            Some(Found::Attribute { extension: false, attribute, part: None }) if !attribute.read_only => {
                put(&mut read, attribute, value)?;
            }
            _ => {}
        }
    }
    Ok(read)
}

fn put(into: &mut Map<String, Value>, attribute: &Attribute, sent: &Value) -> Result<(), Refusal> {
    if let Some(value) = value(attribute, sent)? {
        into.insert(attribute.name.to_owned(), value);
    }
    Ok(())
}

/// A value of an attribute; nothing where it is null or empty, which is as if it weren't there.
///
/// # Errors
/// `invalidValue`, with the attribute that is wrong.
pub(super) fn value(attribute: &Attribute, sent: &Value) -> Result<Option<Value>, Refusal> {
    if !attribute.many {
        return one(attribute, sent);
    }
    let sent = match sent {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    if attribute.name != "members" && sent.len() > MAX_VALUES {
        return Err(Refusal::value(
            format!("{} 最多 {MAX_VALUES} 项。", attribute.name),
            format!("{} has at most {MAX_VALUES} values.", attribute.name),
        ));
    }
    let mut values = Vec::with_capacity(sent.len());
    for item in sent {
        if let Some(value) = one(attribute, item)? {
            if value.get("value").is_none() {
                return Err(Refusal::value(
                    format!("{} 的每一项都应有 value。", attribute.name),
                    format!("Each of {} has a value.", attribute.name),
                ));
            }
            values.push(value);
        }
    }
    if values.iter().filter(|value| value["primary"] == true).count() > 1 {
        return Err(Refusal::value(
            format!("{} 只能有一项为 primary。", attribute.name),
            format!("One of {} at most is primary.", attribute.name),
        ));
    }
    Ok((!values.is_empty()).then(|| values.into()))
}

/// One value of an attribute, or of one of its parts.
pub(super) fn one(attribute: &Attribute, sent: &Value) -> Result<Option<Value>, Refusal> {
    let name = attribute.name;
    match (attribute.kind, sent) {
        (Kind::Text, Value::String(text)) => words(attribute, text),
        // Numbers of employees come as numbers.
        (Kind::Text, Value::Number(number)) => words(attribute, &number.to_string()),
        (Kind::Boolean, Value::Bool(value)) => Ok(Some((*value).into())),
        // As some platforms write it.
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true.into())),
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false.into())),
        // An address follows from the id beside it.
        (_, Value::Null) | (Kind::Reference(_), Value::String(_)) => Ok(None),
        (Kind::Complex(_), Value::Object(parts)) => {
            let mut read = Map::new();
            for (name, value) in parts {
                let part = attribute.part(name).filter(|part| !part.read_only);
                if let Some(part) = part
                    && let Some(value) = one(part, value)?
                {
                    read.insert(part.name.to_owned(), value);
                }
            }
            Ok((!read.is_empty()).then(|| read.into()))
        }
        // A list of values may come as the values alone.
        (Kind::Complex(_), Value::String(_) | Value::Number(_)) if attribute.many => {
            let Some(part) = attribute.part("value") else { return Ok(None) };
            Ok(one(part, sent)?.map(|value| Map::from_iter([(part.name.to_owned(), value)]).into()))
        }
        _ => Err(Refusal::value(format!("{name} 的值类型不对。"), format!("The value of {name} is of another kind."))),
    }
}

fn words(attribute: &Attribute, text: &str) -> Result<Option<Value>, Refusal> {
    let text = text.trim();
    let (name, most) = (attribute.name, attribute.most);
    if text.chars().count() > most {
        return Err(Refusal::value(
            format!("{name} 最多 {most} 个字。"),
            format!("{name} has at most {most} characters."),
        ));
    }
    if text.contains('\0') {
        return Err(Refusal::value(format!("{name} 含有空字符。"), format!("{name} holds the character U+0000.")));
    }
    Ok((!text.is_empty()).then(|| text.into()))
}
