//! 工作日历: which days the city works, at which hours, and when a limit ends.
//!
//! Kept by the data steward; everybody who is signed in reads it, since limits concern all. The State Council arranges the
//! holidays of a year by a notice of the autumn before (国务院办公厅关于部分节假日安排的通知), which can be pasted as it is.
//! Counting is the kernel's (`src/kernel/time`).

mod api;
mod model;
mod notice;
mod rules;
mod store;

use super::{Group, Module, Page};
use crate::kernel::permission::Permission;

/// Changes holidays and working hours.
pub const MANAGE_CALENDAR: Permission = Permission::new("calendar.manage", "维护工作日历", "Keep the working calendar");

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        permissions: &[MANAGE_CALENDAR],
        pages: const { &[Page::new("/calendar", ("工作日历", "Working calendar")).in_group(Group::System, 35)] },
        routes: |server, _| api::routes(server),
        ..Module::new("calendar", ("工作日历", "Working calendar"))
    }
}
