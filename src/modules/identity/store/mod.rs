//! Every SQL statement of the module.

mod accounts;
mod agencies;
mod requests;
mod sign_in;

pub(crate) use accounts::*;
pub(crate) use agencies::*;
pub(crate) use requests::*;
pub(crate) use sign_in::*;
