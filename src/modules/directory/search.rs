//! Roads, buildings, organisations and people that are found by name, by pinyin initials or by address.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    model::READ_PEOPLE,
    store::{self, ByName},
};
use crate::{
    kernel::{actor::Actor, db::Tx, error::Result},
    map::{
        Map,
        search::{Hit, SearchKind, SearchSource, Sought},
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
    find: |map, tx, sought| Box::pin(find(map, tx, sought)),
};

async fn find(map: &Arc<Map>, tx: &mut Tx, sought: &Sought) -> Result<Vec<Hit>> {
    let [buildings, organisations] = {
        let (listing, map, actor) = (&map.listing, map.clone(), tx.actor().clone());
        let (text, most) = (sought.text.clone(), sought.most);
        let work = move || Ok(["building", "organisation"].map(|layer| named(&map, &actor, layer, &text, most)));
        listing.run(work).await?
    };
    let by_name = ByName {
        query: &sought.text,
        buildings: &buildings,
        organisations: &organisations,
        people: tx.actor().may(READ_PEOPLE),
        limit: sought.most,
    };
    store::search(tx, &by_name).await
}

/// The ids of those features in scope within whose names a text stands, not only at the beginning: the first so many by
/// name. One character would be in too many.
fn named(map: &Map, actor: &Actor, layer: &str, text: &str, most: i64) -> Vec<i64> {
    let Some((_, held)) = map.memory.layer(layer) else { return Vec::new() };
    let Some(name) = held.column("name").filter(|_| text.chars().nth(1).is_some()) else { return Vec::new() };
    let most = usize::try_from(most).unwrap_or_default();
    let finder = memchr::memmem::Finder::new(text);
    let layer = held.read();
    let mut found = BTreeSet::new();
    layer.visit(&Bounds::WORLD, actor.scope(), |view| {
        if let ValueRef::Text(name) = view.value(name)
            && finder.find(name.as_bytes()).is_some_and(|at| at > 0)
        {
            found.insert((name, view.id()));
            if found.len() > most {
                found.pop_last();
            }
        }
    });
    found.into_iter().map(|(_, id)| id).collect()
}
