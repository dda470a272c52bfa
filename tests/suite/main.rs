//! The tests against a real PostGIS and the real router; `./scripts/test` starts what they need.

mod audit;
mod basemaps;
mod calendar;
mod case_flow;
mod cases;
mod cells;
mod certificate_sign_in;
mod certificates;
mod common;
mod coordinates;
mod cut;
mod demo;
mod floors;
mod forms;
mod guard;
mod http;
mod identity;
mod import_files;
mod jobs;
mod lists;
mod messages;
mod migrations;
mod modules;
mod mvt;
mod people_import;
mod report;
mod resilience;
mod sample;
mod scim;
mod scim_rfc;
mod sensitive;
mod shapes;
mod sso;
mod subtraction;
mod tls;
mod transfer;
mod truth;
mod wall;

/// A module that the product doesn't have.
#[path = "../sample/mod.rs"]
mod wells;
