use std::{collections::BTreeSet, sync::Arc};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::READ_PEOPLE,
    people,
    store::{self, Sought},
};
use crate::{
    kernel::{
        actor::Actor,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::Query,
    },
    layers::READ_MAP,
    map::{Map, Server},
    spatial::{feature::ValueRef, mercator::Bounds, region::RegionCode},
};

const MAX_HITS: i64 = 50;
/// People of a common name are many; the search is for finding one, not for listing.
const PER_KIND: i64 = 20;

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(people::person)).routes(routes!(people::unmask))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The start of a name, of its pinyin initials or of an address with its number; regions, buildings and organisations
    /// also by what stands within the name.
    #[param(min_length = 1, max_length = 50, pattern = r"\S")]
    q: String,
    /// At most so many, up to 50; 20 when not given.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<i64>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// Regions first, then roads, buildings, organisations, people.
    items: Vec<FoundItem>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
struct FoundItem {
    /// region, road, building, organisation or person.
    kind: String,
    /// Its id; a region's code.
    id: i64,
    /// Its name.
    name: String,
    /// Where it is, in words.
    detail: String,
    /// The grid in which it stands; a region's own code.
    region: i64,
    /// Longitude, WGS 84.
    lon: f64,
    /// Latitude, WGS 84.
    lat: f64,
    /// A region's box.
    bbox: Option<[f64; 4]>,
}

/// Finds regions, roads, buildings, organisations and people by name or by pinyin initials.
#[utoipa::path(get, path = "/api/search", tag = "archives", params(SearchQuery),
    responses((status = 200, body = Found), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
async fn search(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<SearchQuery>,
) -> Result<axum::Json<Found>> {
    actor.require(READ_MAP)?;
    let text = query.q.trim();
    if text.is_empty() || text.chars().count() > 50 || text.contains('\0') {
        return Err(Error::bad("q 应为 1 到 50 个字符。", "q has 1 to 50 characters."));
    }
    let limit = query.limit.unwrap_or(20);
    if !(1..=MAX_HITS).contains(&limit) {
        return Err(Error::bad(
            format!("limit 应为 1 到 {MAX_HITS}。"),
            format!("limit lies between 1 and {MAX_HITS}."),
        ));
    }
    let regions = map.memory.regions();
    let name_of = |code: i64| {
        let path = RegionCode::new(code).map(|code| regions.path(code)).unwrap_or_default();
        path.iter().skip(1).map(|info| info.name.as_str()).collect::<Vec<_>>().join(" › ")
    };
    let lower = text.to_lowercase();
    let mut items: Vec<FoundItem> = regions
        .within(actor.scope())
        .filter(|info| info.name.contains(text) || info.initials.starts_with(&lower))
        .map(|info| FoundItem {
            kind: "region".to_owned(),
            id: info.code.get(),
            name: info.name.clone(),
            detail: info.code.parent().map(|parent| name_of(parent.get())).unwrap_or_default(),
            region: info.code.get(),
            lon: info.centre[0],
            lat: info.centre[1],
            bbox: Some(info.bbox),
        })
        .collect();
    // The higher the level the sooner, and whole names before parts.
    items.sort_by_key(|item| {
        (item.name != text, RegionCode::new(item.id).map(RegionCode::level).ok(), !item.name.starts_with(text), item.id)
    });
    items.truncate(usize::try_from(PER_KIND).unwrap_or(20));

    let most = PER_KIND.min(limit);
    let [buildings, organisations] = {
        let (listing, map, actor, text) = (&map.listing, map.clone(), actor.clone(), text.to_owned());
        let work = move || Ok(["building", "organisation"].map(|layer| named(&map, &actor, layer, &text, most)));
        listing.run(work).await?
    };
    let mut tx = map.app.db.begin(&actor).await?;
    let people = actor.may(READ_PEOPLE);
    let sought = Sought { query: text, buildings: &buildings, organisations: &organisations, people, limit: most };
    let hits = store::search(&mut tx, &sought).await?;
    let found = hits.iter().filter(|hit| hit.kind == "person").count();
    let object = if people { "person" } else { "place" }.to_owned();
    let detail = serde_json::json!({"q": text, "people": found});
    tx.audit(AuditEntry { action: "search", object, region: actor.home(), detail });
    tx.commit().await?;
    items.extend(hits.into_iter().map(|hit| FoundItem {
        detail: if hit.detail.is_empty() { name_of(hit.region) } else { hit.detail },
        kind: hit.kind,
        id: hit.id,
        name: hit.name,
        region: hit.region,
        lon: hit.lon,
        lat: hit.lat,
        bbox: None,
    }));
    items.truncate(usize::try_from(limit).unwrap_or(20));
    Ok(axum::Json(Found { items }))
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
