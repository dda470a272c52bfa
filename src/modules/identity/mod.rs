//! 统一用户管理: who is signed in.
//!
//! In the hands of the system and security administrators, who together give rights and neither alone; the audit
//! administrator looks on (the three of GB/T 22239). People hold posts in agencies; a post has a role, which carries
//! permissions, and regions, which are the scope.

mod api;
pub mod certificates;
pub mod console;
mod model;
mod people_import;
mod rules;
mod scim;
mod sign_in;
pub mod sso;
mod store;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "identity",
        title: ("统一用户管理", "Identity"),
        layers: &[],
        permissions: &[
            ("map.read", "查看地图", "See the map"),
            ("identity.read", "查看机构与人员", "See agencies and people"),
            ("identity.manage", "管理机构与人员", "Manage agencies and people"),
            ("identity.secure", "审批权限与安全设置", "Decide on rights and security"),
            ("server.observe", "查看运行指标", "Read the server's figures"),
            (scim::PERMISSION, "组织人员同步", "Synchronise people and agencies"),
        ],
        routes: |map| {
            api::routes(map.clone())
                .merge(certificates::routes(map.clone()))
                .merge(people_import::routes(map.clone()))
                .merge(scim::routes(map.clone()))
                .merge(sso::routes(map))
        },
    }
}
