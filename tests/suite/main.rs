//! The tests against a real PostGIS and the real router; `./scripts/test` starts what they need.

mod audit;
mod basemaps;
mod certificate_sign_in;
mod certificates;
mod common;
mod coordinates;
mod demo;
mod floors;
mod guard;
mod http;
mod identity;
mod mvt;
mod people_import;
mod report;
mod resilience;
mod scim;
mod scim_rfc;
mod sensitive;
mod sso;
mod tls;
mod transfer;
mod truth;
mod wall;
