//! 安全审计: reading what was done, and what of it looks unusual.
//!
//! In the hands of the audit administrator, who does nothing else (GB/T 22239, 8.1.4.3 and 8.1.5.3). What is written and
//! sealed is the kernel's (`src/kernel/audit`); here it is read.

mod api;
mod model;
mod rules;
mod store;
mod watch;

use super::Module;

pub use watch::{look, watch};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "audit",
        title: ("安全审计", "Audit"),
        layers: &[],
        permissions: &[("audit.read", "查看安全审计", "Read the audit")],
        routes: api::routes,
    }
}
