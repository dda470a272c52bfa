//! Regions that are found by name or by pinyin initials.

use crate::{
    kernel::error::Result,
    map::{
        Map,
        search::{Hit, SearchKind, SearchSource, Sought},
    },
    spatial::{region::RegionCode, scope::Scope},
};

/// What the module contributes to the search.
pub(super) const SOURCE: SearchSource = SearchSource {
    kinds: &[SearchKind::new("region", ("区划", "Region"))],
    in_memory: |_, _, _| Vec::new(),
    find: |map, tx, sought, _| {
        let found = find(map, tx.actor().scope(), sought);
        Box::pin(async move { Result::Ok(found) })
    },
};

/// Those in scope whose name holds the text or whose initials begin so: the higher the level the sooner, and whole names before
/// parts.
fn find(map: &Map, scope: &Scope, sought: &Sought) -> Vec<Hit> {
    let regions = map.memory.regions();
    let (text, lower) = (sought.text.as_str(), sought.text.to_lowercase());
    let mut found: Vec<Hit> = regions
        .within(scope)
        .filter(|info| info.name.contains(text) || info.initials.starts_with(&lower))
        .map(|info| Hit {
            kind: "region".to_owned(),
            id: info.code.get(),
            name: info.name.clone(),
            detail: info.code.parent().map(|parent| regions.words(parent)).unwrap_or_default(),
            region: info.code.get(),
            lon: info.centre[0],
            lat: info.centre[1],
            bbox: Some(info.bbox),
        })
        .collect();
    found.sort_by_key(|hit| {
        (hit.name != text, RegionCode::new(hit.id).map(RegionCode::level).ok(), !hit.name.starts_with(text), hit.id)
    });
    found.truncate(usize::try_from(sought.most).unwrap_or(20));
    found
}
