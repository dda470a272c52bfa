//! CA 证书登录: a challenge is given out, signed with a certificate's key, and opens the account that the certificate is
//! bound to. Which authorities are trusted, and whose certificate is whose, the security administrator asks for and the
//! system administrator agrees to: who could do it alone would be anybody.

mod api;
mod console;
mod model;
mod port;
mod refresh;
mod sign_in;
mod store;

pub(super) use api::routes;
pub use console::{AuthorityLine, add_authority, bind, list_authorities, take_crl};
pub use port::router as port;
pub(super) use refresh::REFRESH;
pub(super) use store::{agree_to_authority, agree_to_certificate, remove_authority, unbind};
