//! 统一用户管理: who is signed in.
//!
//! In the hands of the system and security administrators, who together give rights and neither alone; the audit
//! administrator looks on (the three of GB/T 22239). People hold posts in agencies; a post has a role, which carries
//! permissions, and regions, which are the scope. How else than by password one signs in, and who may synchronise, is in the
//! modules after this one.

mod api;
mod approvals;
pub mod console;
mod model;
mod notices;
mod people_import;
mod rules;
mod sign_in;
mod store;

use super::{Group, Module, Object, Page};
use crate::{
    kernel::permission::{OBSERVE_SERVER, READ_IDENTITY},
    layers::READ_MAP,
};

pub(crate) use api::{Session, WhyAsked, ask, destination, is_another_administrator, opened};
pub use approvals::{Approval, done_or_refusable, is_there, only_refusable};
pub use model::Wish;
pub(crate) use model::{AgencyDraft, MANAGE_IDENTITY, SECURE_IDENTITY};
pub(crate) use notices::notify;
pub(crate) use rules::{Counted, FORGOTTEN, is_dormant, locked, wait};
pub(crate) use sign_in::closed;
pub(crate) use store::{
    account, account_by_login, close_agency, count_failure, holdings, insert_agency, is_agency_in_use,
    is_known_address, knows_address, lock, locked_until, policy, set_state,
};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        codes: const { &[&model::REQUEST_KIND_NAMES] },
        permissions: &[READ_MAP, READ_IDENTITY, MANAGE_IDENTITY, SECURE_IDENTITY, OBSERVE_SERVER],
        routes: |server, modules| {
            let approvals = modules.iter().flat_map(|module| module.approvals).copied().collect();
            api::routes(server, approvals).merge(people_import::routes(server.app.clone()))
        },
        objects: const {
            &[
                Object::new("account", ("账号", "Account")),
                Object::new("agency", ("机构", "Agency")),
                Object::new("post", ("岗位", "Post")),
                Object::new("holding", ("任职", "Holding")),
                Object::new("role", ("角色", "Role")),
                Object::new("request", ("权限申请", "Request for rights")),
                Object::new("session", ("登录会话", "Session")),
                Object::new("token", ("访问令牌", "Token")),
            ]
        },
        pages: const {
            &[
                Page::new("/admin", ("用户概况", "Overview")).needs(&[READ_IDENTITY]).in_group(Group::System, 10),
                Page::new("/admin/people", ("机构与用户", "Agencies and people"))
                    .needs(&[READ_IDENTITY])
                    .in_group(Group::System, 11),
                Page::new("/admin/roles", ("角色", "Roles")).needs(&[READ_IDENTITY]).in_group(Group::System, 12),
                Page::new("/admin/requests", ("权限申请", "Requests"))
                    .needs(&[READ_IDENTITY])
                    .in_group(Group::System, 13),
                Page::new("/admin/policy", ("安全策略", "Policy")).needs(&[READ_IDENTITY]).in_group(Group::System, 14),
                Page::new("/account", ("我的账号", "My account")).in_group(Group::Desk, 90),
                Page::new("/signin", ("登录", "Sign in")),
                Page::new("/activate", ("启用账号", "Activate an account")),
            ]
        },
        lists: const { &[&store::ACCOUNTS, &store::AGENCIES, &store::REQUESTS] },
        forms: const { &[&model::AGENCY_FORM] },
        messages: notices::KINDS,
        approvals: &[approvals::OWN],
        ..Module::new("identity", ("统一用户管理", "Identity"))
    }
}
