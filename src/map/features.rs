//! What readers see of a feature.

use chrono::{DateTime, SecondsFormat};
use serde_json::Value;

use crate::{
    layers::LayerStore,
    spatial::{
        column::ColumnKind,
        feature::ValueRef,
        layer::{Layer, View},
        scope::Scope,
    },
};

/// The properties of a feature that readers see.
pub(super) fn properties(held: &LayerStore, view: &View<'_>) -> Value {
    let fields = held.drawing.columns.iter().map(|&(column, name)| {
        let value = match (view.value(column), held.def.properties[column].kind) {
            (ValueRef::Null, _) => Value::Null,
            (ValueRef::Int(days), ColumnKind::Date) => {
                DateTime::from_timestamp(days * 86_400, 0).map_or(Value::Null, |at| at.date_naive().to_string().into())
            }
            (ValueRef::Int(seconds), ColumnKind::Time) => DateTime::from_timestamp(seconds, 0)
                .map_or(Value::Null, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true).into()),
            (ValueRef::Int(value), _) => value.into(),
            // As short as the single precision allows: 3.3, not 3.2999999523162842.
            (ValueRef::Real(value), _) => value.to_string().parse::<f64>().map_or(Value::Null, Value::from),
            (ValueRef::Text(value), _) => value.into(),
            (ValueRef::Bool(value), _) => value.into(),
        };
        (name.to_owned(), value)
    });
    Value::Object(fields.collect())
}

/// A feature's anchor as longitude and latitude.
pub(super) fn place(view: &View<'_>) -> (f64, f64) {
    view.anchor().to_lonlat()
}

/// How many features of a layer a scope holds.
pub(super) fn count(layer: &Layer, scope: &Scope) -> u64 {
    layer.count(scope) as u64
}
