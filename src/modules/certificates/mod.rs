//! CA 证书登录: a challenge is given out, signed with a certificate's key, and opens the account that the certificate is
//! bound to. Which authorities are trusted, and whose certificate is whose, the security administrator asks for and the
//! system administrator agrees to: who could do it alone would be anybody.

mod api;
mod approvals;
mod console;
mod model;
mod notices;
mod port;
mod refresh;
mod sign_in;
mod store;

pub use console::{AuthorityLine, add_authority, bind, list_authorities, take_crl};

use super::{Group, Module, Object, Page, identity::SECURE_IDENTITY};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        routes: |server, _| api::routes(server.clone()),
        objects: const { &[Object::new("authority", ("证书颁发机构", "Certificate authority"))] },
        pages: const {
            &[Page::new("/admin/authorities", ("数字证书", "Digital certificates"))
                .needs(&[SECURE_IDENTITY])
                .in_group(Group::System, 20)]
        },
        certificate_port: Some(port::router),
        jobs: &[refresh::REFRESH],
        messages: notices::KINDS,
        approvals: &[approvals::APPROVAL],
        ..Module::new("certificates", ("数字证书", "Digital certificates"))
    }
}
