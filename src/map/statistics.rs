//! What an area holds: people and households, and the section of each layer that has one, counted from memory.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use utoipa::ToSchema;

use super::{
    Map,
    people_table::{CATEGORY_DIMENSIONS, PeopleTable, is_masked},
    places::region_code,
    reads::note_read,
};
use crate::{
    kernel::{
        actor::Actor,
        codes::CodeTable,
        error::{Error, Problem, Result},
        http::Json,
        permission::SEE_SENSITIVE,
    },
    layers::{ByCode, CountedBy, LayerStore, Memory, READ_MAP, Section, by_code, most_frequent_first},
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
    /// What the layers' sections say, each under its name.
    #[serde(flatten)]
    #[schema(ignore)]
    pub sections: Sections,
}

/// The sections of an area's statistics, each with what is counted of its layer.
#[derive(Debug)]
pub struct Sections(Vec<(&'static Section, Tallies)>);

impl Sections {
    /// The sections of all layers that an area's statistics are open with: those that take no more than the map itself.
    pub(super) fn of(memory: &Memory) -> impl Iterator<Item = (&'static Section, &LayerStore)> {
        let layers = memory.layers().iter().filter(|held| held.def.permission == READ_MAP);
        layers.filter_map(|held| Some((held.def.section?, held)))
    }

    /// What is counted of the layer of the section at a place.
    pub(super) fn at(&self, place: usize) -> &Tallies {
        &self.0[place].1
    }

    /// Each section with what is counted of its layer, in the order of the modules.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Section, &Tallies)> {
        self.0.iter().map(|(section, tallies)| (*section, tallies))
    }
}

impl Serialize for Sections {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (section, tallies) in self.iter() {
            map.serialize_entry(section.name, &(section.answer)(tallies))?;
        }
        map.end()
    }
}

/// How people are counted for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CountedBy)]
pub enum PeopleCounted {
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
    pub counted_by: PeopleCounted,
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

/// Whether an actor may read the records of residents.
pub(super) fn reads_residents(memory: &Memory, actor: &Actor) -> bool {
    memory.residents().is_some_and(|held| actor.may(held.def.permission))
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
        match (reads_residents(memory, actor), actor.may(SEE_SENSITIVE)) {
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
    let (people, households) = people(memory, table, area, scope, sees);
    let sections = Sections::of(memory).map(|(section, held)| (section, held.read().tally(area, scope)));
    AreaStatistics {
        area_m2,
        in_part: is_in_part(memory, area, scope),
        households: Some(households),
        people: Some(people),
        sections: Sections(sections.collect()),
    }
}

/// The people and the households of an area, as a reader may know of them.
pub(super) fn people(memory: &Memory, table: &PeopleTable, area: &Area, scope: &Scope, sees: Sees) -> (People, u64) {
    let held = memory.residents();
    let by_place =
        held.filter(|_| sees != Sees::Categories).map(|held| table.get(held).tally(area, scope)).unwrap_or_default();
    let people = match held {
        Some(held) if sees != Sees::Totals => held.read().tally(area, scope),
        _ => by_place.clone(),
    };
    let heads = people.dimensions.get(3).and_then(|heads| heads.get(&Key::Int(1)));
    (count_people(&people, &by_place, sees), heads.map_or(0, |count| count.count))
}

/// The tables that name the categories of people: of residence, of service.
pub(super) type PeopleCodes = [Option<&'static CodeTable>; 2];

/// The tables of the categories that people are counted by.
pub(super) fn people_codes(memory: &Memory) -> PeopleCodes {
    let counted_by = memory.residents().map_or(&[][..], |held| held.def.counted_by);
    CATEGORY_DIMENSIONS.map(|dimension| match counted_by.get(dimension) {
        Some(CountedBy::Code(_, table)) => Some(*table),
        _ => None,
    })
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

/// People as a reader sees them: `people` as they are counted for the reader, `by_place` from the published table.
fn count_people(people: &Tallies, by_place: &Tallies, sees: Sees) -> People {
    let told = |dimension| {
        let mut open = by_code(people, dimension);
        if sees == Sees::Records {
            open.retain(|by| !is_masked(&by.code));
            open.extend(by_code(by_place, dimension).into_iter().filter(|by| is_masked(&by.code)));
            most_frequent_first(&mut open);
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
            Sees::Totals => PeopleCounted::Place,
            Sees::Records => PeopleCounted::PersonAndPlace,
            Sees::Categories => PeopleCounted::Person,
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
