//! What a form is made of.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::fault;
use crate::kernel::{
    error::{Error, FieldFault, Result},
    permission::Permission,
    text::text,
};

/// A form that a module declares.
pub struct FormDef {
    /// Its name in addresses: `/api/forms/{name}`.
    pub name: &'static str,
    /// Who holds one of these may read it; none where everybody who is signed in may.
    pub permissions: &'static [Permission],
    /// The JSON that ships.
    pub file: &'static str,
    /// The form as it was read, once it has been.
    read: OnceLock<ReadForm>,
}

/// A form with its schema made ready.
struct ReadForm {
    form: FormDocument,
    validator: Validator,
}

/// A form: what may be filled in and how it is asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormDocument {
    /// What people call it.
    pub title: FormTitle,
    /// The JSON Schema of what is filled in, an object.
    #[schema(value_type = Object)]
    pub schema: Value,
    /// The fields in the order in which they are asked for. Every property of the schema has one.
    pub layout: Vec<FormField>,
}

/// A text of a form in both languages.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormTitle {
    /// 简体中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How one property is asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// The property's name.
    pub field: String,
    /// What people call it.
    pub title: FormTitle,
    /// How it is filled in.
    pub kind: FieldKind,
    /// What helps to fill it in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<FormTitle>,
    /// What each of the schema's values is called, of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub options: Vec<FormOption>,
    /// The kind of things that is chosen from, of a `record`: `agency`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<String>,
    /// It is asked for only while another field holds this value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub only_if: Option<OnlyIf>,
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schema(as = FormFieldKind)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// Several lines.
    LongText,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// One of the options.
    Choice,
    /// Some of the options.
    Choices,
    /// Texts that are typed one after another.
    Texts,
    /// A day, `2026-11-30`.
    Date,
    /// A moment, RFC 3339.
    Moment,
    /// A region's code of 15 digits.
    Region,
    /// Codes of regions.
    Regions,
    /// A resident's id.
    Person,
    /// A place on the map, `[longitude, latitude]` in degrees.
    Place,
    /// The id of a thing that a module keeps; the field says of which kind.
    Record,
}

/// What a value is called.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormOption {
    /// The value.
    #[schema(value_type = Object)]
    pub value: Value,
    /// What people call it.
    pub title: FormTitle,
}

/// What another field has to hold.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = FormOnlyIf)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    /// The other field.
    pub field: String,
    /// Its value.
    #[schema(value_type = Object)]
    pub is: Value,
}

impl FormDef {
    /// A form that everybody who is signed in may read.
    #[must_use]
    pub const fn new(name: &'static str, file: &'static str) -> Self {
        Self { name, permissions: &[], file, read: OnceLock::new() }
    }

    /// The same, for who holds one of these permissions.
    #[must_use]
    pub const fn needs(mut self, permissions: &'static [Permission]) -> Self {
        self.permissions = permissions;
        self
    }

    /// The form as it ships.
    ///
    /// # Panics
    /// If its file is no form; a test reads every declared one.
    pub fn form(&self) -> &FormDocument {
        &self.read().form
    }

    /// What is wrong with what was filled in; nothing if it keeps to the schema.
    pub fn faults(&self, filled: &Value) -> Vec<FieldFault> {
        let mut faults: Vec<FieldFault> = Vec::new();
        for error in self.read().validator.iter_errors(filled) {
            for fault in fault::of(&error) {
                // Of several faults of one field the first is told.
                if !faults.iter().any(|known| known.pointer == fault.pointer) {
                    faults.push(fault);
                }
            }
        }
        faults
    }

    /// Whether what was filled in keeps to the schema.
    ///
    /// # Errors
    /// 422 with a fault for each field that doesn't.
    pub fn check(&self, filled: &Value) -> Result<()> {
        let faults = self.faults(filled);
        match faults.len() {
            0 => Ok(()),
            1 => Err(Error::Invalid(faults[0].what.clone(), faults)),
            n => {
                let detail = text(format!("有 {n} 项填写有误。"), format!("{n} fields are wrong."));
                Err(Error::Invalid(detail, faults))
            }
        }
    }

    /// What keeps its file from being a form; a test asks it of every declared one.
    ///
    /// # Errors
    /// The sentence that says it.
    pub fn verify(&self) -> Result<(), String> {
        let read = read(self.file)?;
        let properties = read.form.schema.get("properties").and_then(Value::as_object);
        let properties = properties.ok_or("the schema has no properties")?;
        let laid: Vec<&str> = read.form.layout.iter().map(|field| field.field.as_str()).collect();
        if let Some(unknown) = laid.iter().find(|name| !properties.contains_key(**name)) {
            return Err(format!("the schema has no {unknown}"));
        }
        if let Some(left) = properties.keys().find(|name| laid.iter().filter(|laid| laid == name).count() != 1) {
            return Err(format!("the layout has not one field for {left}"));
        }
        for field in &read.form.layout {
            let choice = matches!(field.kind, FieldKind::Choice | FieldKind::Choices);
            if choice == field.options.is_empty() {
                return Err(format!("{} is a choice without options, or has options and is none", field.field));
            }
            if (field.kind == FieldKind::Record) != field.of.is_some() {
                return Err(format!("{} says of what it is a record, or is none and says so", field.field));
            }
            if let Some(OnlyIf { field: other, .. }) = &field.only_if
                && !laid.contains(&other.as_str())
            {
                return Err(format!("{} hangs on {other}, which isn't there", field.field));
            }
            let required = read.form.schema.get("required").and_then(Value::as_array);
            if field.only_if.is_some() && required.is_some_and(|names| names.iter().any(|name| *name == field.field)) {
                return Err(format!("{} is required, and not always asked for", field.field));
            }
            let allowed = match field.kind {
                FieldKind::Choice => &properties[&field.field],
                FieldKind::Choices => &properties[&field.field]["items"],
                _ => continue,
            };
            let allowed = allowed.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
            let named: Vec<&Value> = field.options.iter().map(|option| &option.value).collect();
            if allowed.len() != named.len() || allowed.iter().any(|value| !named.contains(&value)) {
                return Err(format!("the options of {} aren't those of the schema", field.field));
            }
        }
        Ok(())
    }

    fn read(&self) -> &ReadForm {
        self.read.get_or_init(|| read(self.file).unwrap_or_else(|why| panic!("the form {}: {why}", self.name)))
    }
}

fn read(file: &str) -> Result<ReadForm, String> {
    let form: FormDocument = serde_json::from_str(file).map_err(|error| error.to_string())?;
    let validator = jsonschema::draft202012::options()
        .build(&form.schema)
        .map_err(|error| format!("the schema is wrong: {error}"))?;
    Ok(ReadForm { form, validator })
}
