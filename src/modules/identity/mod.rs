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

use self::model::{MANAGE_IDENTITY, SECURE_IDENTITY};
use super::{Module, Object, Page};
use crate::{
    kernel::permission::{OBSERVE_SERVER, READ_IDENTITY},
    layers::READ_MAP,
};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        permissions: &[READ_MAP, READ_IDENTITY, MANAGE_IDENTITY, SECURE_IDENTITY, OBSERVE_SERVER, scim::SYNCHRONISE],
        routes: |server| {
            let app = &server.app;
            api::routes()
                .merge(certificates::routes(server.clone()))
                .merge(people_import::routes(app.clone()))
                .merge(scim::routes(app.clone()))
                .merge(sso::routes(app.clone()))
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
                Object::new("authority", ("证书颁发机构", "Certificate authority")),
                Object::new("system", ("接入系统", "Client system")),
                Object::new("provider", ("上级登录平台", "Sign-in provider")),
            ]
        },
        pages: const {
            &[
                Page {
                    path: "/admin",
                    title: ("用户管理", "People and rights"),
                    permission: Some(READ_IDENTITY),
                    place: Some(20),
                },
                Page { path: "/portal", title: ("应用门户", "Applications"), permission: None, place: Some(40) },
                Page { path: "/account", title: ("我的账号", "My account"), permission: None, place: Some(50) },
                Page { path: "/signin", title: ("登录", "Sign in"), permission: None, place: None },
                Page {
                    path: "/activate", title: ("启用账号", "Activate an account"), permission: None, place: None
                },
            ]
        },
        certificate_port: Some(certificates::port),
        jobs: &[sso::TELL, sso::END_OLD, certificates::REFRESH],
        ..Module::new("identity", ("统一用户管理", "Identity"))
    }
}
