//! What every module stands on.

pub mod accept;
pub mod actor;
pub mod audit;
pub mod audit_entry;
pub mod auth;
pub mod calendar;
pub mod code_names;
pub mod codes;
pub mod config;
pub mod db;
pub mod edge;
pub mod encoding;
pub mod error;
pub mod extract;
pub mod http;
pub mod ids;
pub mod initials;
pub mod limits;
pub mod masked;
pub mod pages;
pub mod pki;
pub(crate) mod redact;
pub mod request;
mod run_to_end;
pub mod text;
pub mod work;
