//! One layer in memory.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{DateTime, FixedOffset, Utc};

use super::definition::{self, CountedBy, Far, LayerDef, PartDef, Property};
use crate::{
    kernel::clock::Clock,
    spatial::{
        count::{Dimension, Spec},
        layer::{Layer, Schema},
        packed::ShapeKind,
        tile::{Drawing, LayerPart, Rule},
    },
};

/// A layer that is held, with what is needed to draw it.
pub struct LayerStore {
    /// What it is.
    pub def: &'static LayerDef,
    /// How tiles draw it.
    pub drawing: Drawing,
    pub(super) schema: Arc<Schema>,
    layer: RwLock<Layer>,
    clock: Clock,
}

/// A part with its properties by their place.
fn resolved(def: &LayerDef, part: &PartDef) -> LayerPart {
    let at = |name: &str| def.properties.iter().position(|property| property.name == name);
    let tests = part.tests.iter().filter_map(|&(name, test)| Some((at(name)?, test))).collect();
    LayerPart { name: part.name, tests }
}

impl LayerStore {
    pub(super) fn new(def: &'static LayerDef, clock: Clock) -> Self {
        let schema = Arc::new(Schema {
            kind: match def.geometry {
                definition::Geometry::Point => ShapeKind::Point,
                definition::Geometry::Line => ShapeKind::Lines,
                definition::Geometry::Polygon => ShapeKind::Rings,
            },
            columns: def.properties.iter().map(|property| property.kind).collect(),
            spec: spec(def),
        });
        let columns = |give: fn(&Property) -> bool| -> Vec<(usize, &'static str)> {
            let of_those = def.properties.iter().enumerate().filter(|(_, property)| give(property));
            of_those.map(|(index, property)| (index, property.name)).collect()
        };
        let rule = match def.far {
            Far::Simplify => Rule::Simplify,
            Far::MergeSmall => Rule::MergeSmall,
            Far::Cluster => Rule::Cluster,
            Far::ByClass => {
                Rule::ByClass(def.properties.iter().position(|p| p.name == "class").unwrap_or(0), ROAD_ZOOMS)
            }
        };
        Self {
            def,
            drawing: Drawing {
                name: def.name,
                columns: columns(|property| property.shown),
                far_columns: columns(|property| property.shown && !property.near),
                rule,
                parts: def.parts.iter().map(|part| resolved(def, part)).collect(),
            },
            layer: RwLock::new(Layer::empty(schema.clone(), today(clock.now()))),
            clock,
            schema,
        }
    }

    /// The layer, to read from. Hold it shortly: the follower waits for it.
    pub fn read(&self) -> RwLockReadGuard<'_, Layer> {
        self.layer.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Layer> {
        self.layer.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The day by which ages count now, as days since 1970-01-01.
    #[must_use]
    pub fn today(&self) -> i64 {
        today(self.clock.now())
    }

    /// A property's place among the columns.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.def.properties.iter().position(|property| property.name == name)
    }
}

/// From which zoom a road's class is drawn.
const ROAD_ZOOMS: &[(&str, u8)] = &[
    ("motorway", 5),
    ("trunk", 6),
    ("primary", 8),
    ("secondary", 10),
    ("tertiary", 11),
    ("residential", 13),
    ("track", 13),
];

/// What a layer is counted by, its properties by their columns.
fn spec(def: &LayerDef) -> Spec {
    let column = |name: &str| def.properties.iter().position(|property| property.name == name).unwrap_or(usize::MAX);
    let dimension = |by: &CountedBy| match *by {
        CountedBy::Value(name) | CountedBy::Code(name, _) => Dimension::Value(column(name)),
        CountedBy::AgeSex { birth, sex } => Dimension::AgeSex { birth: column(birth), sex: column(sex) },
        CountedBy::Month(name) => Dimension::Month(column(name)),
    };
    Spec { dimensions: def.counted_by.iter().map(dimension).collect(), measure: def.measure.map(column) }
}

/// The day in China, as days since 1970-01-01: ages count by it.
#[must_use]
fn today(now: DateTime<Utc>) -> i64 {
    let china =
        FixedOffset::east_opt(8 * 3600).map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive());
    china.signed_duration_since(chrono::NaiveDate::default()).num_days()
}
