//! Roads, buildings, organisations and people that are found by name, by pinyin initials or by address.

use std::collections::BTreeSet;

use super::{
    model::READ_PEOPLE,
    store::{self, ByName},
};
use crate::{
    kernel::{actor::Actor, db::Tx, error::Result},
    map::{
        Map,
        search::{Hit, NamedFeature, SearchKind, SearchSource, Sought},
    },
    spatial::{feature::ValueRef, mercator::Bounds},
};

/// What the module contributes to the search.
pub(super) const SOURCE: SearchSource = SearchSource {
    kinds: &[
        SearchKind::new("road", ("道路", "Road")),
        SearchKind::new("building", ("建筑", "Building")),
        SearchKind::new("organisation", ("单位", "Organisation")),
        SearchKind { permission: Some(READ_PEOPLE), personal: true, ..SearchKind::new("person", ("人口", "Person")) },
    ],
    in_memory: |map, actor, sought| {
        ["building", "organisation"].into_iter().flat_map(|layer| named(map, actor, layer, sought)).collect()
    },
    find: |_, tx, sought, named| Box::pin(find(tx, sought, named)),
};

async fn find(tx: &mut Tx, sought: &Sought, named: &[NamedFeature]) -> Result<Vec<Hit>> {
    let of = |layer: &str| -> Vec<i64> { named.iter().filter(|one| one.layer == layer).map(|one| one.id).collect() };
    let by_name = ByName {
        query: &sought.text,
        buildings: &of("building"),
        organisations: &of("organisation"),
        people: tx.actor().may(READ_PEOPLE),
        limit: sought.most,
    };
    store::search(tx, &by_name).await
}

/// Those features in scope within whose names a text stands, not only at the beginning: the first so many by
/// name. One character would be in too many.
fn named(map: &Map, actor: &Actor, layer: &'static str, sought: &Sought) -> Vec<NamedFeature> {
    let text = sought.text.as_str();
    let Some((_, held)) = map.memory.layer(layer) else { return Vec::new() };
    let Some(name) = held.column("name").filter(|_| text.chars().nth(1).is_some()) else { return Vec::new() };
    let most = usize::try_from(sought.most).unwrap_or_default();
    let finder = memchr::memmem::Finder::new(text);
    let features = held.read();
    let mut found = BTreeSet::new();
    features.visit(&Bounds::WORLD, actor.scope(), |view| {
        if let ValueRef::Text(name) = view.value(name)
            && finder.find(name.as_bytes()).is_some_and(|at| at > 0)
        {
            found.insert((name, view.id()));
            if found.len() > most {
                found.pop_last();
            }
        }
    });
    found.into_iter().map(|(_, id)| NamedFeature { layer, id }).collect()
}
