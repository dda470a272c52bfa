//! What a schema found wrong, as people read it.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use serde_json::Value;

use crate::kernel::error::FieldFault;

/// The faults that an error of the schema stands for: one, or one for each property that nobody knows.
pub(super) fn of(error: &ValidationError<'_>) -> Vec<FieldFault> {
    let at = error.instance_path().to_string();
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    let fault = |zh: String, en: String| vec![FieldFault::new(at.clone(), zh, en)];
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            vec![FieldFault::new(below(property.as_str().unwrap_or_default()), "请填写此项。", "This is needed.")]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| FieldFault::new(below(name), "表单没有此项。", "The form has no such field."))
            .collect(),
        ValidationErrorKind::MinLength { limit: 1 } | ValidationErrorKind::MinItems { limit: 1 } => {
            fault("请填写此项。".into(), "This is needed.".into())
        }
        ValidationErrorKind::MinLength { limit } => {
            fault(format!("至少 {limit} 个字。"), format!("It has at least {limit} characters."))
        }
        ValidationErrorKind::MaxLength { limit } => {
            fault(format!("最多 {limit} 个字。"), format!("It has at most {limit} characters."))
        }
        ValidationErrorKind::MinItems { limit } => {
            fault(format!("至少选择 {limit} 项。"), format!("Choose at least {limit}."))
        }
        ValidationErrorKind::MaxItems { limit } => {
            fault(format!("最多选择 {limit} 项。"), format!("Choose at most {limit}."))
        }
        ValidationErrorKind::UniqueItems => fault("不能重复。".into(), "Nothing stands in it twice.".into()),
        ValidationErrorKind::Minimum { limit } => {
            fault(format!("不能小于 {limit}。"), format!("It is at least {limit}."))
        }
        ValidationErrorKind::Maximum { limit } => {
            fault(format!("不能大于 {limit}。"), format!("It is at most {limit}."))
        }
        ValidationErrorKind::Enum { options } => {
            let named: Vec<String> = options.as_array().into_iter().flatten().filter_map(named).collect();
            fault(format!("应为 {} 之一。", named.join("、")), format!("It is one of {}.", named.join(", ")))
        }
        // A pattern asks for more than blanks; what else one asks for its hint says.
        ValidationErrorKind::Pattern { .. } if error.instance().as_str().is_some_and(|text| text.trim().is_empty()) => {
            fault("请填写此项。".into(), "This is needed.".into())
        }
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => {
            fault("格式有误。".into(), "It isn't written as it has to be.".into())
        }
        ValidationErrorKind::Type { .. } => fault("类型有误。".into(), "It is of the wrong type.".into()),
        _ => fault("填写有误。".into(), "It is wrong.".into()),
    }
}

fn named(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
