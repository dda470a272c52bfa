//! Cases that are found by their number.

use super::{model::READ_CASES, store};
use crate::{
    kernel::{actor::Actor, db::Tx, error::Result},
    map::{
        Map,
        search::{Hit, NamedFeature, SearchKind, SearchSource, Sought},
    },
};

/// A number has at least so many characters: fewer are in every one.
const LEAST: usize = 4;

/// What the module contributes to the search.
pub(super) const SOURCE: SearchSource = SearchSource {
    kinds: &[SearchKind { permission: Some(READ_CASES), ..SearchKind::new("case", ("事件", "Case")) }],
    in_memory: |_: &Map, _: &Actor, _: &Sought| Vec::<NamedFeature>::new(),
    find: |_, tx, sought, _| Box::pin(find(tx, sought)),
};

async fn find(tx: &mut Tx, sought: &Sought) -> Result<Vec<Hit>> {
    let is_number = sought.text.chars().count() >= LEAST && sought.text.contains(|c: char| c.is_ascii_digit());
    if !is_number || !tx.actor().may(READ_CASES) {
        return Ok(Vec::new());
    }
    store::cases_by_number(tx, &sought.text, sought.most).await
}
