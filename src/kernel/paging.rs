//! Pages of lists that go on after an id.

use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{Error, Result};

/// Items a page when nothing is said, and at most.
const PAGE: i64 = 100;
const LONGEST_PAGE: i64 = 500;

/// A page of a list goes on after the last id of the one before.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The last id of the page before.
    pub after: Option<i64>,
    /// How many at most, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl Paging {
    /// How many items a page has.
    ///
    /// # Errors
    /// 400 when that is none, or more than a page may have.
    pub fn limit(&self) -> Result<i64> {
        match self.limit.unwrap_or(PAGE) {
            limit @ 1..=LONGEST_PAGE => Ok(limit),
            _ => Err(Error::bad(
                format!("limit 应为 1 到 {LONGEST_PAGE}。"),
                format!("limit lies between 1 and {LONGEST_PAGE}."),
            )),
        }
    }
}

/// Cuts a page that was asked for with one item more than it shows; gives the id from which the next goes on.
pub fn cut<T>(items: &mut Vec<T>, limit: i64, id: impl Fn(&T) -> i64) -> Option<i64> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more).map(id)
}
