//! 指挥大屏: scenes that a wall shows, and the screens that a director drives.
//!
//! In the hands of the command centre. A screen follows its picture over server-sent events; it opens with a token of
//! its own and so stays signed in while it hangs.

mod api;
mod model;
mod rules;
mod store;

use super::{Group, Module, Object, Page};
use crate::layers::READ_MAP;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        permissions: &[model::DIRECT_WALL],
        objects: const { &[Object::new("screen", ("大屏", "Screen")), Object::new("scene", ("场景", "Scene"))] },
        pages: const {
            &[
                Page::new("/wall", ("指挥大屏", "Map wall"))
                    .needs(&[READ_MAP])
                    .in_group(Group::Command, 10)
                    .not_on_phones(),
                Page::new("/director", ("导播台", "Director"))
                    .needs(&[model::DIRECT_WALL])
                    .in_group(Group::Command, 20),
            ]
        },
        routes: |server, _| api::routes(server),
        ..Module::new("wall", ("指挥大屏", "Map wall"))
    }
}
