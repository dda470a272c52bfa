//! 安全审计: reading what was done, and what of it looks unusual.
//!
//! In the hands of the audit administrator, who does nothing else (GB/T 22239, 8.1.4.3 and 8.1.5.3). What is written and
//! sealed is the kernel's (`src/kernel/audit`); here it is read.

mod api;
mod model;
mod rules;
mod store;
mod watch;

use super::{Group, Module, Object, Page};
use crate::kernel::permission::READ_AUDIT;

pub use watch::{check, look};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        permissions: &[READ_AUDIT],
        objects: const { &[Object::new("alert", ("审计告警", "Alert"))] },
        pages: const { &[Page::new("/audit", ("安全审计", "Audit")).needs(&[READ_AUDIT]).in_group(Group::System, 40)] },
        routes: |server, _| api::routes(server),
        lists: const { &[&store::ENTRIES] },
        messages: &[watch::ALERT, watch::BROKEN],
        jobs: &[watch::SEAL, watch::WATCH, watch::CHECK, watch::CHECK_DAILY],
        ..Module::new("audit", ("安全审计", "Audit"))
    }
}
