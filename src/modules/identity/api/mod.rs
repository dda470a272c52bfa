//! The module's addresses.

mod account;
mod agencies;
mod people;
mod requests;
pub(super) mod session;

pub(super) use people::{INVITATION_HOURS, INVITATION_PREFIX, activation_link};

use std::sync::Arc;

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    kernel::{
        actor::{Actor, Person},
        db::AuditEntry,
        error::{Error, Result},
        text::text,
    },
    map::Map,
};

pub(super) fn routes(map: Arc<Map>) -> OpenApiRouter {
    session::routes(map.clone())
        .merge(account::routes(map.clone()))
        .merge(agencies::routes(map.clone()))
        .merge(people::routes(map.clone()))
        .merge(requests::routes(map))
}

/// A page of a list goes on after the last id of the one before.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// The last id of the page before.
    pub(super) after: Option<i64>,
    /// How many at most, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// Items a page when nothing is said, and at most.
const PAGE: i64 = 100;
const LONGEST_PAGE: i64 = 500;

impl Paging {
    /// How many items a page has.
    pub(super) fn limit(&self) -> Result<i64> {
        match self.limit.unwrap_or(PAGE) {
            limit @ 1..=LONGEST_PAGE => Ok(limit),
            _ => Err(Error::bad(
                format!("limit 应为 1 到 {LONGEST_PAGE}。"),
                format!("limit lies between 1 and {LONGEST_PAGE}."),
            )),
        }
    }
}

/// The person who acts. What raises rights or belongs to an account is not a token's to do.
pub(super) fn person(actor: &Actor) -> Result<&Person> {
    actor.person().ok_or_else(|| {
        Error::Conflict(text(
            "此操作须由登录账号的人员进行，令牌不能代替。",
            "This is for a person who has signed in to an account; a token can't stand for one.",
        ))
    })
}

pub(super) fn entry(action: &'static str, object: impl Into<String>, detail: serde_json::Value) -> AuditEntry {
    AuditEntry { action, object: object.into(), region: 0, detail }
}
