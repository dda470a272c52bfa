//! The address of the search.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{FromRef, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{
        actor::Actor,
        auth::Auth,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::Query,
    },
    layers::READ_MAP,
    map::{
        Map, Server,
        search::{Hit, SearchSource, Sought},
    },
    modules::Module,
    spatial::region::RegionCode,
};

const MAX_HITS: i64 = 50;
/// People of a common name are many; the search is for finding one, not for listing.
const PER_KIND: i64 = 20;

/// What the search stands on.
struct SearchService {
    map: Arc<Map>,
    sources: Vec<SearchSource>,
}

impl FromRef<Arc<SearchService>> for Auth {
    fn from_ref(search: &Arc<SearchService>) -> Self {
        search.map.app.auth.clone()
    }
}

pub(super) fn routes(server: &Server, modules: &'static [Module]) -> OpenApiRouter<Server> {
    let sources = modules.iter().filter_map(|module| module.search).collect();
    OpenApiRouter::new()
        .routes(routes!(search))
        .with_state(Arc::new(SearchService { map: server.map.clone(), sources }))
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
    /// Only of this kind: region, building, person.
    #[param(max_length = 40)]
    kind: Option<String>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// In the order of their kinds: regions, roads, buildings, organisations, people.
    items: Vec<Hit>,
}

/// Finds regions, roads, buildings, organisations and people by name or by pinyin initials.
#[utoipa::path(get, path = "/api/search", tag = "archives", params(SearchQuery),
    responses((status = 200, body = Found), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
async fn search(
    State(search): State<Arc<SearchService>>,
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
    let map = &search.map;
    let sought = Sought { text: text.to_owned(), most: PER_KIND.min(limit) };
    // No connection is held while a core is waited for.
    let named = {
        let (search, actor, sought) = (search.clone(), actor.clone(), sought.clone());
        let look = move || {
            let each = search.sources.iter().map(|source| (source.in_memory)(&search.map, &actor, &sought));
            Ok(each.collect::<Vec<_>>())
        };
        map.listing.run(look).await?
    };
    let mut tx = map.app.db.begin(&actor).await?;
    let mut items = Vec::new();
    // Of whose records how many were found; people are looked for by who may see them.
    let mut personal: BTreeMap<&str, usize> = BTreeMap::new();
    let is_wanted = |name: &str| query.kind.as_deref().is_none_or(|kind| kind == name);
    for (source, named) in search.sources.iter().zip(&named) {
        if !source.kinds.iter().any(|kind| is_wanted(kind.name)) {
            continue;
        }
        let mut found = (source.find)(map, &mut tx, &sought, named).await?;
        found.retain(|hit| is_wanted(&hit.kind));
        for kind in source.kinds.iter().filter(|kind| kind.personal && kind.permission.is_none_or(|one| actor.may(one)))
        {
            personal.insert(kind.name, found.iter().filter(|hit| hit.kind == kind.name).count());
        }
        items.extend(found);
    }
    let object = personal.keys().next().copied().unwrap_or("place").to_owned();
    let detail = serde_json::json!({"q": text, "people": personal.values().sum::<usize>()});
    tx.audit(AuditEntry { action: "search", object, region: actor.home(), detail });
    tx.commit().await?;
    items.truncate(usize::try_from(limit).unwrap_or(20));
    let regions = map.memory.regions();
    for item in items.iter_mut().filter(|item| item.detail.is_empty()) {
        item.detail = RegionCode::new(item.region).map(|code| regions.words(code)).unwrap_or_default();
    }
    Ok(axum::Json(Found { items }))
}
