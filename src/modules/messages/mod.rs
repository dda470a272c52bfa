//! 消息: what one is told, for everybody who has an account.
//!
//! Other modules tell by `kernel::messages`; here it is read.

mod api;
mod model;
mod store;

use super::{Group, Module, Page};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        routes: |server, modules| api::routes(server, modules),
        pages: const { &[Page::new("/messages", ("消息", "Messages")).in_group(Group::Desk, 20)] },
        lists: const { &[&store::MESSAGES] },
        ..Module::new("messages", ("消息", "Messages"))
    }
}
