//! Lists: one way to filter, sort, page, count and take along what a table holds.
//!
//! A module declares a list in its `store.rs`: the rows as constant SQL, the columns, the filters, each a constant piece of SQL
//! over those columns. What a reader asks for is only ever bound; where it goes on is an opaque cursor over the columns that
//! it is sorted by, with the id last, so that no page shows a row twice or leaves one out, whatever comes in between.

mod answer;
mod cursor;
mod definition;
mod document;
mod query;
mod rows;

pub use self::{
    answer::{answer, answer_as},
    definition::{FilterKind, ListColumn, ListDef, ListFilter, ListType},
    query::ListQuery,
    rows::{ListPage, page, push_filters, rows},
};
