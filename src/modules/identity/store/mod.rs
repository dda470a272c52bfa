//! Every SQL statement of the module.

mod accounts;
mod agencies;
mod requests;
mod sign_in;

pub(super) use accounts::*;
pub(super) use agencies::*;
pub(super) use requests::*;
pub(super) use sign_in::*;
