//! 任务: what waits for somebody, across all processes, in whose hands it is; and the processes themselves, drawn from their
//! definitions.

mod api;
mod model;
mod store;

use super::{Group, Module, Page, cases};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        pages: const {
            &[
                Page::new("/tasks", ("待办", "Tasks")).needs(cases::WORK).in_group(Group::Desk, 10),
                Page::new("/flows", ("流程", "Processes"))
                    .needs(cases::WORK)
                    .in_group(Group::Cases, 90)
                    .not_on_phones(),
            ]
        },
        lists: const { &[&store::TASKS] },
        routes: |server, _| api::routes(server),
        ..Module::new("tasks", ("任务", "Tasks"))
    }
}
