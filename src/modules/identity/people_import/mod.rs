//! People by the list: an XLSX workbook is checked row by row, and its people are made accounts with invitations, all of
//! them or none.

mod agencies;
mod api;
mod reading;
mod rules;
mod store;
mod template;

pub(super) use api::routes;
