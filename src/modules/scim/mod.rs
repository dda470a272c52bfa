//! SCIM 2.0 (RFC 7643, RFC 7644): the city's office platform tells who works where.
//!
//! Users are accounts, groups are agencies. It gives no rights: passwords, posts, roles, certificates and the three
//! administrators are out of its reach. The caller is an API token with `identity.sync`, within the token's regions.

mod api;
mod description;
mod discovery;
mod document;
mod filter;
mod groups;
mod matching;
mod meta;
mod patch;
mod people;
mod projection;
mod protocol;
mod reading;
mod refusal;
mod schema;
mod store;
mod tokens;
mod users;
mod wire;

use super::Module;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        permissions: &[protocol::SYNCHRONISE],
        routes: |server, _| api::routes(server.app.clone()),
        ..Module::new("scim", ("组织人员同步", "Synchronisation of people"))
    }
}
