//! Whether a resource fits a filter, and what of a filter the database can answer first.

use chrono::DateTime;
use serde_json::{Map, Value};

use super::filter::{Filter, Literal, Operator, Place};

/// Whether a resource, or one value of an attribute, fits.
pub(super) fn fits(filter: &Filter, of: &Map<String, Value>) -> bool {
    match filter {
        Filter::And(left, right) => fits(left, of) && fits(right, of),
        Filter::Or(left, right) => fits(left, of) || fits(right, of),
        Filter::Not(inner) => !fits(inner, of),
        Filter::Present(place) => values(place, of).iter().any(|value| is_present(value)),
        Filter::Within(place, inner) => {
            values(place, of).iter().any(|value| value.as_object().is_some_and(|value| fits(inner, value)))
        }
        Filter::Compare(place, operator, literal) => {
            let values = values(place, of);
            let any = |operator| values.iter().any(|value| compare(place, operator, value, literal));
            match (operator, literal) {
                (Operator::Equal, Literal::Null) => values.is_empty(),
                (Operator::NotEqual, Literal::Null) => !values.is_empty(),
                (Operator::NotEqual, _) => !any(Operator::Equal),
                (operator, _) => any(*operator),
            }
        }
    }
}

/// Every value at a place: of lists each one.
fn values<'a>(place: &Place, of: &'a Map<String, Value>) -> Vec<&'a Value> {
    let Some((first, rest)) = place.names.split_first() else { return Vec::new() };
    let mut found = flat(of.get(*first));
    for name in rest {
        found = found.into_iter().flat_map(|value| flat(value.get(*name))).collect();
    }
    found
}

fn flat(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        _ => true,
    }
}

fn compare(place: &Place, operator: Operator, value: &Value, literal: &Literal) -> bool {
    use std::cmp::Ordering::{Greater, Less};
    let order = |order: std::cmp::Ordering| match operator {
        Operator::Equal => order.is_eq(),
        Operator::Greater => order == Greater,
        Operator::GreaterOrEqual => order != Less,
        Operator::Less => order == Less,
        Operator::LessOrEqual => order != Greater,
        _ => false,
    };
    match (value, literal) {
        (Value::Bool(value), Literal::Boolean(literal)) => value == literal,
        (Value::String(value), Literal::Moment(literal)) => match operator {
            Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
            _ => DateTime::parse_from_rfc3339(value).is_ok_and(|value| order(value.to_utc().cmp(literal))),
        },
        (Value::String(value), Literal::Text(literal)) => {
            let exact = place.attribute.is_some_and(|attribute| attribute.case_exact);
            // What is compared most, ids of many members, without a copy.
            if operator == Operator::Equal && value.is_ascii() && literal.is_ascii() {
                return if exact { value == literal } else { value.eq_ignore_ascii_case(literal) };
            }
            let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
            let (value, literal) = (fold(value), fold(literal));
            match operator {
                Operator::Contains => value.contains(&literal),
                Operator::StartsWith => value.starts_with(&literal),
                Operator::EndsWith => value.ends_with(&literal),
                _ => order(value.cmp(&literal)),
            }
        }
        _ => false,
    }
}

/// What the database narrows a search by; a superset of what fits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Narrow {
    pub(super) id: Option<i64>,
    pub(super) external_id: Option<String>,
    /// A person's login, in small letters.
    pub(super) login: Option<String>,
    /// An agency's name, in small letters; a person's stands in several places.
    pub(super) name: Option<String>,
    pub(super) active: Option<bool>,
}

impl Narrow {
    /// What every resource that fits has in common: the equalities that are bound by `and` alone.
    pub(super) fn of(filter: &Filter) -> Self {
        let mut narrow = Self::default();
        narrow.take(filter);
        narrow
    }

    fn take(&mut self, filter: &Filter) {
        match filter {
            Filter::And(left, right) => {
                self.take(left);
                self.take(right);
            }
            Filter::Compare(place, Operator::Equal, literal) => match (place.names.as_slice(), literal) {
                // What is no id of ours is nobody's.
                (["id"], Literal::Text(id)) => self.id = Some(id.parse().unwrap_or(-1)),
                (["externalId"], Literal::Text(id)) => self.external_id = Some(id.clone()),
                (["userName"], Literal::Text(login)) => self.login = Some(login.to_lowercase()),
                (["displayName"], Literal::Text(name)) => self.name = Some(name.to_lowercase()),
                (["active"], Literal::Boolean(active)) => self.active = Some(*active),
                _ => {}
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::modules::scim::{filter::parse, schema::USER};

    fn person() -> Map<String, Value> {
        let person = json!({
            "schemas": [USER.schema.urn], "id": "7", "userName": "bjensen", "externalId": "Ab", "active": true,
            "title": "Tour Guide", "userType": "Employee", "name": {"familyName": "O'Malley"},
            "emails": [{"value": "b@example.com", "type": "work"}, {"value": "b@foo.org", "type": "home"}],
            "meta": {"lastModified": "2011-05-13T04:42:34Z"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D1"},
        });
        person.as_object().unwrap().clone()
    }

    #[test]
    fn a_filter_chooses() {
        for (filter, fit) in [
            ("userName eq \"BJENSEN\"", true),
            ("externalId eq \"ab\"", false),
            ("name.familyName co \"'m\"", true),
            ("userName ew \"x\"", false),
            ("emails[type eq \"work\" and value ew \".org\"]", false),
            ("emails.type eq \"home\" and emails.value ew \".org\"", true),
            ("emails co \"foo\"", true),
            ("emails.value ne \"b@foo.org\"", false),
            ("nickName ne \"x\"", true),
            ("nickName eq null", true),
            ("not (ims pr)", true),
            ("ims[type eq \"xmpp\" and value co \"x\"]", false),
            ("active eq \"True\"", true),
            ("meta.lastModified ge \"2011-05-13T12:42:34+08:00\"", true),
            ("meta.lastModified gt \"2011-05-13T04:42:34Z\"", false),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT eq \"D1\"", true),
            ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", true),
            ("userName gt \"a\" and userName lt \"c\" and title le \"tour guide\"", true),
        ] {
            assert_eq!(fits(&parse(&USER, filter).unwrap(), &person()), fit, "{filter}");
        }
    }

    #[test]
    fn only_what_is_bound_by_and_narrows() {
        let of = |text| Narrow::of(&parse(&USER, text).unwrap());
        let both = of("userName eq \"A\" and (id eq \"7\" and title pr)");
        assert_eq!((both.login.as_deref(), both.id), (Some("a"), Some(7)));
        assert_eq!(of("userName eq \"a\" or id eq \"7\""), Narrow::default());
        assert_eq!(of("not (userName eq \"a\")"), Narrow::default());
    }
}
