//! What an area holds: people, households, buildings, organisations, components and cases, counted from memory.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Map,
    people_table::{PeopleTable, code, is_masked},
    places::region_code,
    reads::note_read,
};
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Problem, Result},
        http::Json,
        permission::SEE_SENSITIVE,
    },
    layers::{Memory, READ_MAP},
    spatial::{
        area::{Area, cut_edges},
        check::FaultKind,
        count::{Count, Key, Tallies},
        region::RegionCode,
        scope::{Coverage, Scope},
    },
};

/// A drawn area has at most so many vertices.
pub const MAX_VERTICES: usize = 20_000;
/// And so many edges once the long ones are cut: an outline of China at that many vertices has fewer.
const MAX_EDGES: usize = 200_000;
/// So crowded may edges lie ([`Area::crowding`]): a place is tested against as many.
const MAX_CROWDING: u64 = 1_500;
/// So many regions are counted as one area at most.
pub const MAX_REGIONS: usize = 500;
const AGE_BANDS: i64 = 18;
/// Statuses in which nothing more is to be done with a case.
pub const ENDED: &[&str] = &["closed", "rejected"];

/// An area: a polygon, a region by its code, or several regions as one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AreaRequest {
    /// A polygon or several.
    pub geometry: Option<Geometry>,
    /// A region's code, short (`360502`) or full.
    #[schema(example = "360502001")]
    pub region: Option<String>,
    /// Several regions' codes, at most 500; one within another is counted once.
    pub regions: Option<Vec<String>>,
}

/// `GeoJSON` `Polygon` or `MultiPolygon` in WGS 84.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Geometry {
    /// `Polygon` or `MultiPolygon`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Rings of positions, or polygons of them.
    pub coordinates: Vec<serde_json::Value>,
}

/// What an area holds, of what the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaStatistics {
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// Whether some of it is not the reader's: what lies there isn't counted.
    pub in_part: bool,
    /// People. Without `person.read` no count of fewer than five people of a place is in it: see `counted_by`.
    pub people: Option<People>,
    /// Households, by their heads.
    pub households: Option<u64>,
    /// Buildings, by the middle of their outline.
    pub buildings: Buildings,
    /// Organisations.
    pub organisations: Organisations,
    /// Components of the city's equipment.
    pub components: Total,
    /// Cases of all times.
    pub cases: Cases,
}

/// How many of a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByCode {
    /// The code; empty where it isn't known.
    pub code: String,
    /// How many.
    pub count: u64,
}

/// How many.
#[derive(Debug, Serialize, ToSchema)]
pub struct Total {
    /// How many.
    pub total: u64,
}

/// How people are counted for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedBy {
    /// One by one.
    Person,
    /// One by one, but masked categories by place, as all is counted by `place`.
    PersonAndPlace,
    /// All who live in one place together. Counts of fewer than five people of a place are left out here, and are
    /// counted where a whole grid, community, street, county or the city lies in the area, from five up.
    Place,
}

/// People by sex, age and category.
#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    /// How they are counted.
    pub counted_by: CountedBy,
    /// All.
    pub total: u64,
    /// GB/T 2261.1 code 1.
    pub male: u64,
    /// GB/T 2261.1 code 2.
    pub female: u64,
    /// The others.
    pub unknown: u64,
    /// Five-year age bands from 0 to 85 and over.
    pub ages: Vec<AgeBand>,
    /// By category of residence (RP01 to RP08).
    pub categories: Vec<ByCode>,
    /// By category of service (SV01 ...). One person at most one.
    pub services: Vec<ByCode>,
}

/// People of one age band.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeBand {
    /// `0-4`, ..., `85+`.
    pub band: String,
    /// The least age.
    pub from: i64,
    /// Men and boys.
    pub male: u64,
    /// Women and girls.
    pub female: u64,
    /// Sex not known.
    pub other: u64,
}

/// Buildings and their floor area.
#[derive(Debug, Serialize, ToSchema)]
pub struct Buildings {
    /// All.
    pub total: u64,
    /// Square metres over all floors.
    pub floor_area_m2: f64,
    /// By use (HT01 ...).
    pub uses: Vec<BuildingUse>,
}

/// Buildings of one use.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuildingUse {
    /// The use.
    pub code: String,
    /// How many.
    pub count: u64,
    /// Square metres over all floors.
    pub floor_area_m2: f64,
}

/// Organisations by type.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisations {
    /// All.
    pub total: u64,
    /// By type (OT01 ...).
    pub types: Vec<ByCode>,
}

/// Cases by status, category and month.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    /// All.
    pub total: u64,
    /// Neither closed nor rejected.
    pub open: u64,
    /// By status.
    pub statuses: Vec<ByCode>,
    /// By major category (C01, E02 ...), the most frequent first.
    pub categories: Vec<ByCode>,
    /// By month of the report, China's time, the earliest first.
    pub months: Vec<ByMonth>,
}

/// Cases of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByMonth {
    /// `2026-03`.
    pub month: String,
    /// How many were reported.
    pub count: u64,
}

/// What a polygon or a region holds.
///
/// Counted is what the reader may see, within the reader's scope. Without the permission for people's records they are
/// counted place by place, so that no areas can be subtracted down to a few people.
#[utoipa::path(post, path = "/api/areas/statistics", tag = "map", request_body = AreaRequest,
    responses((status = 200, body = AreaStatistics), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem), (status = 422, description = "A wrong geometry; says where", body = Problem)))]
pub(super) async fn area(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Json(request): Json<AreaRequest>,
) -> Result<axum::Json<AreaStatistics>> {
    actor.require(READ_MAP)?;
    let work = {
        let map = map.clone();
        move || {
            let (area_m2, area) = chosen(&map, &actor, &request)?;
            told(&map, &actor, &area, area_m2)
        }
    };
    Ok(axum::Json(map.counting.run(work).await?))
}

/// The square metres of what is asked for, and itself, ready to count in.
pub(super) fn chosen(map: &Map, actor: &Actor, request: &AreaRequest) -> Result<(f64, Area)> {
    match (&request.geometry, &request.region, &request.regions) {
        (Some(geometry), None, None) => polygon(geometry),
        (None, Some(code), None) => several(map, actor, std::slice::from_ref(code)),
        (None, None, Some(codes)) if (1..=MAX_REGIONS).contains(&codes.len()) => several(map, actor, codes),
        (None, None, Some(_)) => Err(Error::bad(
            format!("regions 应有 1 到 {MAX_REGIONS} 个区划代码。"),
            format!("regions has 1 to {MAX_REGIONS} codes."),
        )),
        _ => Err(Error::bad(
            "请提供 geometry（多边形）、region（区划代码）或 regions（多个区划代码）之一。",
            "Give either geometry (a polygon), region (a region's code) or regions (several codes).",
        )),
    }
}

/// The regions of a request without those that lie in others of it, by code.
pub(super) fn distinct(codes: &[String]) -> Result<Vec<RegionCode>> {
    let mut regions = codes.iter().map(|code| region_code(code)).collect::<Result<Vec<_>>>()?;
    regions.sort_unstable_by_key(|code| (code.level(), code.get()));
    let mut distinct: Vec<RegionCode> = Vec::new();
    for code in regions {
        if !distinct.iter().any(|held| held.contains(code.get())) {
            distinct.push(code);
        }
    }
    Ok(distinct)
}

fn several(map: &Map, actor: &Actor, codes: &[String]) -> Result<(f64, Area)> {
    let regions = map.memory.regions();
    let codes = distinct(codes)?;
    let mut area_m2 = 0.0;
    for &code in &codes {
        let range = code.range();
        let seen = actor.scope().holds(*range.start(), *range.end()) != Coverage::None;
        area_m2 += regions.get(code).filter(|_| seen).ok_or_else(|| super::places::no_region(map, code))?.area_m2;
    }
    Ok((area_m2, Area::Regions(codes)))
}

/// Checks a `GeoJSON` polygon; gives its square metres on the ellipsoid and itself, ready to count in.
fn polygon(geometry: &Geometry) -> Result<(f64, Area)> {
    use geo::GeodesicArea;
    let wrong = |zh: String, en: String| Error::field("/geometry", zh, en);
    let polygons = crate::map::geometry::polygons(&geometry.kind, &geometry.coordinates, MAX_VERTICES)
        .map_err(|fault| wrong(format!("图形有误：{}", fault.zh), format!("The geometry is wrong: {}", fault.en)))?;
    if cut_edges(&polygons) > MAX_EDGES {
        return Err(wrong(
            "图形过大：边界过长，请缩小范围或减少顶点。".to_owned(),
            "The geometry is too large: its border is too long for so many vertices; draw a smaller one.".to_owned(),
        ));
    }
    crate::spatial::check::check(&polygons).map_err(|fault| {
        let [lon, lat] = fault.at;
        let (zh, en) = match fault.kind {
            FaultKind::Crossing => ("边界自相交或相互交叉", "a border crosses or touches itself"),
            FaultKind::HoleOutside => {
                ("空洞不在多边形之内，或位于另一个空洞之中", "a hole lies outside its polygon or within another hole")
            }
            FaultKind::Overlap => ("各部分相互重叠", "two parts cover the same ground"),
            FaultKind::NoArea => ("边界没有面积", "a ring has no area"),
            FaultKind::TooComplex => {
                ("过于密集的边界无法核对，请简化图形", "its borders are too crowded to be checked; simplify it")
            }
        };
        wrong(
            format!("图形有误：{zh}，位置 ({lon:.7}, {lat:.7})。"),
            format!("The geometry is wrong: {en}, at ({lon:.7}, {lat:.7})."),
        )
    })?;
    // Each ring by itself, whichever way it turns; the holes are taken off.
    let ring = |ring: &Vec<[f64; 2]>| {
        let line = geo::LineString::from(ring.iter().map(|&[x, y]| (x, y)).collect::<Vec<_>>());
        geo::Polygon::new(line, Vec::new()).geodesic_area_signed().abs()
    };
    let area_m2 = polygons.iter().map(|rings| 2.0 * ring(&rings[0]) - rings.iter().map(ring).sum::<f64>()).sum();
    let area = Area::from_degrees(&polygons);
    if area.crowding() > MAX_CROWDING {
        return Err(wrong(
            "图形有误：边界过于密集，请简化图形。".to_owned(),
            "The geometry is wrong: its borders are too crowded to be counted in; simplify it.".to_owned(),
        ));
    }
    Ok((area_m2, area))
}

/// What a reader may know of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// How many there are, place by place.
    Totals,
    /// Each one's record, without masked categories.
    Records,
    /// Each one's record and categories.
    Categories,
}

impl Sees {
    /// What an actor may know.
    #[must_use]
    pub fn of(memory: &Memory, actor: &Actor) -> Self {
        match (memory.is_readable("person", actor), actor.may(SEE_SENSITIVE)) {
            (false, _) => Self::Totals,
            (true, false) => Self::Records,
            (true, true) => Self::Categories,
        }
    }
}

/// A category of so few tells as much as their records do.
const FEW: u64 = crate::spatial::lattice::FEW as u64;

/// What an area tells an actor. The audit keeps each drawn area in which people were counted one by one, as one person's
/// record at least; and who was told a category of so few that they may as well have read their records.
///
/// # Errors
/// Where the audit can't keep it.
pub(super) fn told(map: &Map, actor: &Actor, area: &Area, area_m2: f64) -> Result<AreaStatistics> {
    let sees = Sees::of(&map.memory, actor);
    let statistics = count(&map.memory, &map.people_table, area, area_m2, actor.scope(), sees);
    if sees != Sees::Totals
        && let Some(people) = &statistics.people
    {
        let few = people.categories.iter().chain(&people.services).filter(|by| by.count < FEW && is_masked(&by.code));
        let few = if sees == Sees::Categories { few.map(|by| by.count).sum::<u64>() } else { 0 };
        let drawn = u64::from(matches!(area, Area::Polygon(_)) && people.total > 0);
        note_read(&map.app.db, actor, "statistics".to_owned(), usize::try_from(few.max(drawn)).unwrap_or(usize::MAX))?;
    }
    Ok(statistics)
}

/// Counts an area.
#[must_use]
pub fn count(
    memory: &Memory,
    table: &PeopleTable,
    area: &Area,
    area_m2: f64,
    scope: &Scope,
    sees: Sees,
) -> AreaStatistics {
    let tally = |name: &str| memory.layer(name).map(|(_, held)| held.read().tally(area, scope)).unwrap_or_default();
    let (people, households) = people(memory, table, area, scope, sees);
    let (buildings, organisations, components, cases) =
        (tally("building"), tally("organisation"), tally("component"), tally("case"));
    let status = codes(&cases, 0);
    AreaStatistics {
        area_m2,
        in_part: is_in_part(memory, area, scope),
        households: Some(households),
        people: Some(people),
        buildings: Buildings {
            total: buildings.total,
            floor_area_m2: buildings
                .dimensions
                .first()
                .map_or(0.0, |uses| uses.values().fold(0.0, |sum, count| sum + count.measure)),
            uses: buildings
                .dimensions
                .first()
                .into_iter()
                .flatten()
                .map(|(key, count)| BuildingUse { code: code(key), count: count.count, floor_area_m2: count.measure })
                .collect(),
        },
        organisations: Organisations { total: organisations.total, types: codes(&organisations, 0) },
        components: Total { total: components.total },
        cases: Cases {
            total: cases.total,
            open: status.iter().filter(|by| !ENDED.contains(&by.code.as_str())).map(|by| by.count).sum(),
            statuses: status,
            categories: majors(&cases),
            months: cases
                .dimensions
                .get(2)
                .into_iter()
                .flatten()
                .filter_map(|(key, count)| match key {
                    Key::Int(month) => {
                        Some(ByMonth { month: format!("{:04}-{:02}", month / 100, month % 100), count: count.count })
                    }
                    _ => None,
                })
                .collect(),
        },
    }
}

/// The people and the households of an area, as a reader may know of them.
pub(super) fn people(memory: &Memory, table: &PeopleTable, area: &Area, scope: &Scope, sees: Sees) -> (People, u64) {
    let held = memory.layer("person").map(|(_, held)| held);
    let by_place =
        held.filter(|_| sees != Sees::Categories).map(|held| table.get(held).tally(area, scope)).unwrap_or_default();
    let people = match held {
        Some(held) if sees != Sees::Totals => held.read().tally(area, scope),
        _ => by_place.clone(),
    };
    let heads = people.dimensions.get(3).and_then(|heads| heads.get(&Key::Int(1)));
    (count_people(&people, &by_place, sees), heads.map_or(0, |count| count.count))
}

/// Whether some of an area lies in regions that are not in scope.
fn is_in_part(memory: &Memory, area: &Area, scope: &Scope) -> bool {
    let is_whole = |code: RegionCode| scope.holds(*code.range().start(), *code.range().end()) == Coverage::All;
    match area {
        Area::Regions(codes) => !codes.iter().copied().all(is_whole),
        Area::Polygon(_) if memory.regions().city().is_some_and(|city| is_whole(city.code)) => false,
        Area::Polygon(raster) => {
            memory.layer("grid").is_some_and(|(_, grids)| grids.read().is_reached_beyond(scope, raster))
        }
    }
}

fn codes(tallies: &Tallies, dimension: usize) -> Vec<ByCode> {
    let bins = tallies.dimensions.get(dimension).into_iter().flatten();
    let mut codes: Vec<ByCode> = bins
        .filter(|(key, _)| **key != Key::Null)
        .map(|(key, count)| ByCode { code: code(key), count: count.count })
        .collect();
    codes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
    codes
}

/// The major class of a case category is its first three characters: C0101 belongs to C01.
fn majors(cases: &Tallies) -> Vec<ByCode> {
    let mut majors: BTreeMap<String, u64> = BTreeMap::new();
    for (key, count) in cases.dimensions.get(1).into_iter().flatten() {
        *majors.entry(code(key).chars().take(3).collect()).or_default() += count.count;
    }
    let mut majors: Vec<ByCode> = majors.into_iter().map(|(code, count)| ByCode { code, count }).collect();
    majors.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
    majors
}

/// People as a reader sees them: `people` as they are counted for the reader, `by_place` from the published table.
fn count_people(people: &Tallies, by_place: &Tallies, sees: Sees) -> People {
    let told = |dimension| {
        let mut open = codes(people, dimension);
        if sees == Sees::Records {
            open.retain(|by| !is_masked(&by.code));
            open.extend(codes(by_place, dimension).into_iter().filter(|by| is_masked(&by.code)));
            open.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
        }
        open
    };
    let mut ages: Vec<AgeBand> = (0..AGE_BANDS)
        .map(|band| AgeBand {
            band: if band + 1 == AGE_BANDS {
                format!("{}+", band * 5)
            } else {
                format!("{}-{}", band * 5, band * 5 + 4)
            },
            from: band * 5,
            male: 0,
            female: 0,
            other: 0,
        })
        .collect();
    let (mut male, mut female) = (0, 0);
    for (key, &Count { count, .. }) in people.dimensions.first().into_iter().flatten() {
        let Key::Int(key) = key else { continue };
        let Some(band) = usize::try_from(key / 10).ok().and_then(|band| ages.get_mut(band)) else { continue };
        match key % 10 {
            1 => (band.male, male) = (band.male + count, male + count),
            2 => (band.female, female) = (band.female + count, female + count),
            _ => band.other += count,
        }
    }
    People {
        counted_by: match sees {
            Sees::Totals => CountedBy::Place,
            Sees::Records => CountedBy::PersonAndPlace,
            Sees::Categories => CountedBy::Person,
        },
        total: people.total,
        male,
        female,
        unknown: people.total.saturating_sub(male + female),
        ages,
        categories: told(1),
        services: told(2),
    }
}
