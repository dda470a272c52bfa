//! The archives by region of one level: what a choropleth is drawn of.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Map,
    places::seen_region,
    statistics::{self, Sections},
};
use crate::{
    kernel::{
        actor::Actor,
        error::{Problem, Result},
        http::Query,
    },
    layers::{Amount, LayerStore, READ_MAP},
    spatial::{
        area::Area,
        count::age_on,
        feature::ValueRef,
        layer::View,
        mercator::Bounds,
        region::{Level, RegionCode},
        scope::{self, Scope},
    },
};

/// From this age on people count as elderly (老年人权益保障法).
pub(super) const ELDERLY: i64 = 60;
/// Below this age people count as children, as the census groups ages.
pub(super) const ADULT: i64 = 15;

/// The category of residence of those who are registered elsewhere (流动人口).
const MIGRANT: &str = "RP02";

/// The regions of one level.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeasuresQuery {
    /// county, street, community or grid.
    #[param(value_type = String, example = "street", pattern = "^(city|county|street|community|grid)$")]
    level: Level,
    /// Only within this region, by its code, short or full; everything in scope when not given.
    #[param(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    within: Option<String>,
}

/// What the archives hold of each region.
#[derive(Debug, Serialize, ToSchema)]
pub struct Measures {
    /// By code.
    regions: Vec<RegionMeasures>,
}

/// What the archives hold of a region, as far as the reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct RegionMeasures {
    /// The 15-digit code.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// People and households. Without the permission for people's records they are counted place by place, as the
    /// statistics of an area are.
    pub people: Option<PeopleMeasures>,
    /// The measures of the layers' sections, each under its name.
    #[serde(flatten)]
    #[schema(ignore)]
    pub measures: BTreeMap<&'static str, Amount>,
}

/// People and households of a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeopleMeasures {
    /// All.
    pub total: u64,
    /// 60 years and over.
    pub elderly: u64,
    /// Below 15 years.
    pub children: u64,
    /// Registered elsewhere (RP02 流动人口).
    pub migrants: u64,
    /// Households, by their heads.
    pub households: u64,
}

/// The regions of a level with what the archives hold of each.
#[utoipa::path(get, path = "/api/measures", tag = "map", params(MeasuresQuery),
    responses((status = 200, body = Measures), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem)))]
pub(super) async fn measures(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Query(query): Query<MeasuresQuery>,
) -> Result<axum::Json<Measures>> {
    actor.require(READ_MAP)?;
    let work = {
        let map = map.clone();
        move || {
            let (within, scope) = seen_region(&map, &actor, query.within.as_deref())?;
            Ok(count(&map, within, query.level, &scope, statistics::reads_residents(&map.memory, &actor)))
        }
    };
    Ok(axum::Json(Measures { regions: map.counting.run(work).await? }))
}

/// People of a region from the published table.
fn people_by_place(map: &Map, code: RegionCode, scope: &Scope) -> PeopleMeasures {
    let (people, households) =
        statistics::people(&map.memory, &map.people_table, &Area::Regions(vec![code]), scope, statistics::Sees::Totals);
    let ages = |is_in: fn(i64) -> bool| {
        let bands = people.ages.iter().filter(|band| is_in(band.from));
        bands.map(|band| band.male + band.female + band.other).sum()
    };
    PeopleMeasures {
        total: people.total,
        elderly: ages(|from| from >= ELDERLY),
        children: ages(|from| from < ADULT),
        migrants: people.categories.iter().filter(|by| by.code == MIGRANT).map(|by| by.count).sum(),
        households,
    }
}

/// The regions of a level within another of which the scope holds some part, by code.
pub(super) fn regions_of(map: &Map, within: RegionCode, level: Level, scope: &Scope) -> Vec<(RegionCode, String, f64)> {
    map.memory
        .regions()
        .below(within, level)
        .filter(|info| scope.holds(*info.code.range().start(), *info.code.range().end()) != scope::Coverage::None)
        .map(|info| (info.code, info.name.clone(), info.area_m2))
        .collect()
}

fn count(map: &Map, within: RegionCode, level: Level, scope: &Scope, by_person: bool) -> Vec<RegionMeasures> {
    let mut regions: Vec<RegionMeasures> = regions_of(map, within, level, scope)
        .into_iter()
        .map(|(code, name, area_m2)| RegionMeasures {
            code: code.get(),
            name,
            area_m2,
            people: Some(PeopleMeasures::default()),
            measures: BTreeMap::new(),
        })
        .collect();
    let codes: Vec<i64> = regions.iter().map(|region| region.code).collect();
    let ends: Vec<i64> =
        codes.iter().map(|&code| RegionCode::new(code).map_or(code, |code| *code.range().end())).collect();
    // What is added to is found by the region's place in the list.
    let each = |held: Option<&LayerStore>, add: &mut dyn FnMut(&View<'_>, usize)| {
        let Some(held) = held else { return };
        // Neighbours in the layer are mostly of one region.
        let mut last = 0;
        held.read().visit(&Bounds::WORLD, scope, |view| {
            let region = view.region();
            if !codes.get(last).is_some_and(|&code| code <= region && region <= ends[last]) {
                match codes.partition_point(|&code| code <= region).checked_sub(1) {
                    Some(at) if region <= ends[at] => last = at,
                    _ => return,
                }
            }
            add(&view, last);
        });
    };
    for (section, held) in Sections::of(&map.memory) {
        if section.measures.is_empty() {
            continue;
        }
        let columns: Vec<Option<usize>> =
            section.measures.iter().map(|measure| measure.sum.and_then(|name| held.column(name))).collect();
        let none: Vec<Amount> = section
            .measures
            .iter()
            .map(|measure| measure.sum.map_or(Amount::Count(0), |_| Amount::Real(0.0, 1)))
            .collect();
        let mut amounts = none.repeat(codes.len());
        each(Some(held), &mut |view, place| {
            for (amount, column) in amounts[place * none.len()..].iter_mut().zip(&columns) {
                match (amount, column.map(|column| view.value(column))) {
                    (Amount::Count(count), _) => *count += 1,
                    (Amount::Real(sum, _), Some(ValueRef::Real(more))) => *sum += f64::from(more),
                    _ => {}
                }
            }
        });
        for (region, amounts) in regions.iter_mut().zip(amounts.chunks(none.len())) {
            region.measures.extend(section.measures.iter().map(|measure| measure.name).zip(amounts.iter().copied()));
        }
    }
    if by_person {
        let residents = map.memory.residents();
        let [birth, category, head] =
            ["birth", "category", "head"].map(|name| residents.and_then(|held| held.column(name)));
        let value = |view: &View<'_>, column: Option<usize>| match column {
            Some(column) => match view.value(column) {
                ValueRef::Int(number) => Some(number),
                ValueRef::Bool(flag) => Some(i64::from(flag)),
                ValueRef::Text(text) => Some(i64::from(text == MIGRANT)),
                _ => None,
            },
            None => None,
        };
        let today = residents.map_or(0, LayerStore::today);
        each(residents, &mut |view, place| {
            let people = regions[place].people.get_or_insert_default();
            people.total += 1;
            if let Some(birth) = value(view, birth) {
                let age = age_on(birth, today);
                people.elderly += u64::from(age >= ELDERLY);
                people.children += u64::from(age < ADULT);
            }
            people.migrants += u64::from(value(view, category) == Some(1));
            people.households += u64::from(value(view, head) == Some(1));
        });
    } else {
        for region in &mut regions {
            region.people = RegionCode::new(region.code).ok().map(|code| people_by_place(map, code, scope));
        }
    }
    regions
}
