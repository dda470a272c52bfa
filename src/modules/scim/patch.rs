//! PATCH (RFC 7644, section 3.5.2), applied to a resource before anything of it is written.

use serde_json::{Map, Value};

use super::{
    filter::{self, Filter, Literal, Operator, Target},
    matching::fits,
    reading,
    refusal::Refusal,
    schema::{Attribute, Found, Resource},
};

const URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// One PATCH has at most so many operations, and names at most so many members.
const MAX_OPERATIONS: usize = 1_000;
const MAX_MEMBERS: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Add,
    Replace,
    Remove,
}

/// Applies a PATCH to a resource: all of it or, with the error, nothing that may be written.
///
/// # Errors
/// `invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget`, `mutability` or `tooMany`.
pub(super) fn apply(
    resource: &'static Resource,
    of: &mut Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<(), Refusal> {
    let urns = field(body, "schemas").and_then(Value::as_array);
    if !urns.is_some_and(|urns| urns.iter().any(|urn| urn == URN)) {
        return Err(Refusal::syntax(format!("schemas 应含 {URN}。"), format!("The schemas hold {URN}.")));
    }
    let operations = field(body, "Operations").and_then(Value::as_array).filter(|operations| !operations.is_empty());
    let operations = operations
        .ok_or_else(|| Refusal::syntax("Operations 应为非空数组。", "Operations is a list that isn't empty."))?;
    if operations.len() > MAX_OPERATIONS {
        return Err(Refusal::too_many(
            format!("一次最多 {MAX_OPERATIONS} 个操作。"),
            format!("At most {MAX_OPERATIONS} operations at once."),
        ));
    }
    let mut patch = Patch { resource, of, members: 0 };
    operations.iter().try_for_each(|operation| patch.operation(operation))?;
    // What came by paths is held to the same bounds as a whole resource.
    *of = reading::resource(resource, of)?;
    Ok(())
}

fn field<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    of.get(name).or_else(|| of.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

struct Patch<'a> {
    resource: &'static Resource,
    of: &'a mut Map<String, Value>,
    members: usize,
}

impl Patch<'_> {
    fn operation(&mut self, operation: &Value) -> Result<(), Refusal> {
        let named = operation.as_object().and_then(|operation| {
            let action = match field(operation, "op")?.as_str()?.to_ascii_lowercase().as_str() {
                "add" => Action::Add,
                "replace" => Action::Replace,
                "remove" => Action::Remove,
                _ => return None,
            };
            Some((action, field(operation, "path"), field(operation, "value").unwrap_or(&Value::Null)))
        });
        let (action, path, value) = named
            .ok_or_else(|| Refusal::syntax("op 应为 add、replace 或 remove。", "The op is add, replace or remove."))?;
        match path {
            Some(Value::String(path)) => {
                let target = filter::target(self.resource, path)?;
                self.change(action, &target, value)
            }
            Some(Value::Null) | None => self.without_path(action, value),
            Some(_) => Err(Refusal::path("path 应为字符串。", "The path is a text.")),
        }
    }

    /// Each name in the value is a path.
    fn without_path(&mut self, action: Action, value: &Value) -> Result<(), Refusal> {
        if action == Action::Remove {
            return Err(Refusal::no_target("remove 须指明 path。", "To remove, name the path."));
        }
        let parts = value
            .as_object()
            .ok_or_else(|| Refusal::value("没有 path 时 value 应为对象。", "Without a path the value is an object."))?;
        for (name, value) in parts {
            if ["schemas", "id", "meta"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
                continue;
            }
            match filter::target(self.resource, name) {
                Ok(target) => self.change(action, &target, value)?,
                Err(refusal) if name.contains('[') => return Err(refusal),
                // As in a whole resource, what nobody knows is passed over.
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn change(&mut self, action: Action, target: &Target, value: &Value) -> Result<(), Refusal> {
        let (extension, attribute, part) = match target.found {
            Found::NotKept => return Ok(()),
            Found::Protected => {
                return Err(Refusal::mutability(
                    "密码、角色、权限与证书不能通过 SCIM 修改。",
                    "Passwords, roles, entitlements and certificates aren't changed by SCIM.",
                ));
            }
            Found::Extension => return self.extension(action, value),
            Found::Attribute { extension, attribute, part } => (extension, attribute, part.or(target.part)),
        };
        if attribute.read_only || part.is_some_and(|part| part.read_only || part.immutable) {
            return Err(Refusal::mutability(
                format!("{} 不能修改。", attribute.name),
                format!("{} can't be changed.", attribute.name),
            ));
        }
        let home = match self.resource.extension.filter(|_| extension) {
            None => &mut *self.of,
            Some(schema) => self
                .of
                .entry(schema.urn)
                .or_insert_with(|| Map::new().into())
                .as_object_mut()
                .ok_or_else(|| Refusal::value("扩展应为对象。", "An extension is an object."))?,
        };
        let left = home.remove(attribute.name);
        let now = if attribute.many {
            let mut values = AttributeValues {
                attribute,
                items: left
                    .and_then(|left| if let Value::Array(items) = left { Some(items) } else { None })
                    .unwrap_or_default(),
                touched: Vec::new(),
            };
            self.members += if attribute.name == "members" { value.as_array().map_or(1, Vec::len) } else { 0 };
            values.change(action, target.filter.as_ref(), part, value)?;
            values.settled()
        } else {
            single(attribute, left, action, part, value)?
        };
        match now {
            Some(now) => {
                home.insert(attribute.name.to_owned(), now);
            }
            None if attribute.required || attribute.name == "active" => {
                return Err(Refusal::mutability(
                    format!("{} 不能删除。", attribute.name),
                    format!("{} can't be removed.", attribute.name),
                ));
            }
            None => {}
        }
        if self.members > MAX_MEMBERS {
            return Err(Refusal::too_many(
                format!("一次最多涉及 {MAX_MEMBERS} 名成员。"),
                format!("At most {MAX_MEMBERS} members at once."),
            ));
        }
        Ok(())
    }

    fn extension(&mut self, action: Action, value: &Value) -> Result<(), Refusal> {
        let Some(schema) = self.resource.extension else { return Ok(()) };
        if action == Action::Remove {
            self.of.remove(schema.urn);
            return Ok(());
        }
        let parts = value.as_object().ok_or_else(|| Refusal::value("扩展应为对象。", "An extension is an object."))?;
        for (name, value) in parts {
            if let Ok(target) = filter::target(self.resource, &format!("{}:{name}", schema.urn)) {
                self.change(action, &target, value)?;
            }
        }
        Ok(())
    }
}

/// An attribute of one value after a change.
fn single(
    attribute: &Attribute,
    left: Option<Value>,
    action: Action,
    part: Option<&Attribute>,
    value: &Value,
) -> Result<Option<Value>, Refusal> {
    let mut parts = match left {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    if let Some(part) = part {
        set(&mut parts, part, action, value)?;
    } else {
        match (action, reading::one(attribute, value)?) {
            (Action::Remove, _) | (_, None) => return Ok(None),
            // Parts that aren't named stay as they are.
            (_, Some(Value::Object(new))) => parts.extend(new),
            (_, Some(value)) => return Ok(Some(value)),
        }
    }
    Ok((!parts.is_empty()).then(|| parts.into()))
}

fn set(of: &mut Map<String, Value>, part: &Attribute, action: Action, value: &Value) -> Result<(), Refusal> {
    match if action == Action::Remove { None } else { reading::one(part, value)? } {
        Some(value) => of.insert(part.name.to_owned(), value),
        None => of.remove(part.name),
    };
    Ok(())
}

/// The values of an attribute while they are changed.
struct AttributeValues<'a> {
    attribute: &'a Attribute,
    items: Vec<Value>,
    /// Which of them the change has set.
    touched: Vec<usize>,
}

impl AttributeValues<'_> {
    fn change(
        &mut self,
        action: Action,
        filter: Option<&Filter>,
        part: Option<&Attribute>,
        value: &Value,
    ) -> Result<(), Refusal> {
        match (filter, part) {
            (None, None) => self.whole(action, value),
            (None, Some(part)) => {
                if self.items.is_empty() && action != Action::Remove {
                    self.items.push(Map::new().into());
                }
                self.parts(|_| true, action, part, value)
            }
            (Some(filter), part) => self.chosen(action, filter, part, value),
        }
    }

    fn read(&self, value: &Value) -> Result<Vec<Value>, Refusal> {
        Ok(match reading::value(self.attribute, value)? {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        })
    }

    fn whole(&mut self, action: Action, value: &Value) -> Result<(), Refusal> {
        match action {
            Action::Replace => self.items = self.read(value)?,
            Action::Add => {
                for value in self.read(value)? {
                    let there = self.items.iter().position(|item| same(item, &value));
                    let at = there.unwrap_or(self.items.len());
                    match there.and_then(|at| self.items[at].as_object_mut()).zip(value.as_object()) {
                        Some((item, value)) => item.extend(value.clone()),
                        None => self.items.push(value),
                    }
                    self.touched.push(at);
                }
            }
            Action::Remove if value.is_null() => self.items.clear(),
            // Some platforms name what to remove by its value.
            Action::Remove => {
                let gone = self.read(value)?;
                self.items.retain(|item| !gone.iter().any(|gone| gone["value"] == item["value"]));
            }
        }
        Ok(())
    }

    fn parts(
        &mut self,
        chosen: impl Fn(&Map<String, Value>) -> bool,
        action: Action,
        part: &Attribute,
        value: &Value,
    ) -> Result<(), Refusal> {
        for (at, item) in self.items.iter_mut().enumerate() {
            if let Value::Object(item) = item
                && chosen(item)
            {
                set(item, part, action, value)?;
                self.touched.push(at);
            }
        }
        Ok(())
    }

    fn chosen(
        &mut self,
        action: Action,
        filter: &Filter,
        part: Option<&Attribute>,
        value: &Value,
    ) -> Result<(), Refusal> {
        let chosen = |item: &Value| item.as_object().is_some_and(|item| fits(filter, item));
        if !self.items.iter().any(chosen) {
            match action {
                Action::Remove => return Ok(()),
                Action::Replace => {
                    return Err(Refusal::no_target(
                        format!("{} 中没有符合条件的项。", self.attribute.name),
                        format!("None of {} fits.", self.attribute.name),
                    ));
                }
                Action::Add => {
                    let mut item = Map::new();
                    told(filter, &mut item);
                    self.items.push(item.into());
                }
            }
        }
        if let Some(part) = part {
            return self.parts(|item| fits(filter, item), action, part, value);
        }
        if action == Action::Remove {
            self.items.retain(|item| !chosen(item));
            return Ok(());
        }
        let new = reading::one(self.attribute, value)?.unwrap_or_default();
        for (at, item) in self.items.iter_mut().enumerate().filter(|(_, item)| chosen(item)) {
            match (action, item.as_object_mut().zip(new.as_object())) {
                (Action::Add, Some((item, new))) => item.extend(new.clone()),
                _ => *item = new.clone(),
            }
            self.touched.push(at);
        }
        Ok(())
    }

    /// The values, when nothing is left of some and the newest primary is the only one.
    fn settled(mut self) -> Option<Value> {
        let primary = |item: &Value| item["primary"] == true;
        let last = self.touched.iter().rev().copied().find(|&at| self.items.get(at).is_some_and(primary));
        if let Some(last) = last {
            for (at, item) in self.items.iter_mut().enumerate() {
                if at != last
                    && let Value::Object(item) = item
                {
                    item.remove("primary");
                }
            }
        }
        self.items.retain(|item| item.get("value").is_some());
        (!self.items.is_empty()).then(|| self.items.into())
    }
}

/// Two values of a list that are one: `value` and `type` are alike.
fn same(one: &Value, other: &Value) -> bool {
    one["value"] == other["value"] && one.get("type") == other.get("type")
}

/// What a filter says of a value that isn't there yet: its equalities.
fn told(filter: &Filter, of: &mut Map<String, Value>) {
    match filter {
        Filter::And(left, right) => {
            told(left, of);
            told(right, of);
        }
        Filter::Compare(place, Operator::Equal, literal) => {
            let value = match literal {
                Literal::Text(text) => text.as_str().into(),
                Literal::Boolean(value) => (*value).into(),
                _ => return,
            };
            if let [name] = place.names.as_slice() {
                of.insert((*name).to_owned(), value);
            }
        }
        _ => {}
    }
}
