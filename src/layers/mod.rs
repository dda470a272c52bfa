//! The layers in memory: every view of `schema layer`, loaded whole and kept in step with the database by its change feed.
//! Whoever follows them (tiles, live events) is told what was applied; nothing here knows who that is.

mod cell;
mod definition;
mod follow;
mod held;
mod load;
mod memory;
mod observer;
mod position;
mod regions;
mod rows;
mod section;

pub use cell::Cell;
pub use definition::{
    CountedBy, Far, Geometry, LayerDef, LayerGroup, PartDef, Property, READ_MAP, Rule, Table, TableColumn, TableKind,
    column, counted, near, shown,
};
pub use follow::tidy;
pub use held::LayerStore;
pub(crate) use load::grids;
pub use memory::Memory;
pub use observer::{Applied, Observer};
pub use position::Position;
pub use regions::{RegionInfo, RegionPath, RegionRef, RegionTree};
pub use section::{
    Amount, Breakdown, ByCode, Measure, Section, SectionSchema, Total, amounts, by_code, code_of, most_frequent_first,
};
