//! A year of cases: where the city is busy, when people are out, and after storms.

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Duration, Months, Timelike, Utc, Weekday};

use super::{
    buildings::Building,
    components::{Component, beside, road_totals},
    ground::{Dice, Place, totals},
    regions::Territory,
    roads::Road,
};
use crate::spatial::spot::Spot;

const CATEGORIES: &str = include_str!("../../geodata/codes/case_categories.csv");

/// A case.
pub(super) struct Case {
    pub(super) grid: usize,
    pub(super) number: String,
    pub(super) category: u16,
    pub(super) channel: &'static str,
    pub(super) severity: i16,
    pub(super) status: &'static str,
    pub(super) reported_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) address: String,
    pub(super) title: String,
    pub(super) spot: Spot,
}

/// A category of the list.
pub(super) struct Category {
    pub(super) code: String,
    pub(super) name: String,
    /// Clock hours in which it is to be settled.
    hours: f64,
    confidential: bool,
}

/// The list of categories, as the city's table has it.
pub(super) fn categories() -> Result<Vec<Category>> {
    let mut list = Vec::new();
    for record in csv::Reader::from_reader(CATEGORIES.as_bytes()).records() {
        let record = record.context("geodata/codes/case_categories.csv")?;
        let hours: f64 = record[9].parse().unwrap_or(24.0);
        let working = &record[11] == "working_hours";
        list.push(Category {
            code: record[0].to_owned(),
            name: record[6].to_owned(),
            hours: if working { hours * 3.0 } else { hours },
            confidential: &record[12] == "Y",
        });
    }
    Ok(list)
}

/// How often a category comes up, of some thousands; what isn't listed is rare.
const FREQUENT: &[(&str, f64)] = &[
    ("E0505", 520.0),
    ("E0504", 430.0),
    ("E0102", 420.0),
    ("E0501", 380.0),
    ("E0506", 300.0),
    ("E0201", 270.0),
    ("E0104", 240.0),
    ("E0507", 210.0),
    ("E0103", 160.0),
    ("E0203", 110.0),
    ("E0510", 90.0),
    ("E0511", 80.0),
    ("E0513", 40.0),
    ("E0106", 70.0),
    ("E0110", 70.0),
    ("E0116", 60.0),
    ("E0108", 60.0),
    ("E0112", 30.0),
    ("E0101", 55.0),
    ("E0202", 60.0),
    ("E0205", 30.0),
    ("E0301", 45.0),
    ("E0302", 40.0),
    ("E0303", 26.0),
    ("E0306", 22.0),
    ("E0307", 20.0),
    ("E0404", 42.0),
    ("E0406", 10.0),
    ("E0410", 8.0),
    ("E0408", 12.0),
    ("E0402", 16.0),
    ("E0601", 90.0),
    ("E0602", 85.0),
    ("E0603", 75.0),
    ("E0604", 40.0),
    ("E0606", 70.0),
    ("E0608", 30.0),
    ("E0609", 26.0),
    ("E0610", 60.0),
    ("E0605", 8.0),
    ("E0607", 8.0),
    ("C0103", 60.0),
    ("C0102", 55.0),
    ("C0118", 95.0),
    ("C0402", 50.0),
    ("C0305", 60.0),
    ("C0107", 30.0),
    ("C0104", 40.0),
    ("C0220", 55.0),
    ("C0221", 45.0),
    ("C0209", 24.0),
    ("C0211", 22.0),
    ("C0210", 14.0),
    ("C0113", 20.0),
    ("C0117", 14.0),
    ("C2103", 26.0),
    ("C2102", 30.0),
    ("C2101", 14.0),
    ("C2104", 12.0),
    ("C2107", 16.0),
    ("C0307", 18.0),
    ("C0224", 12.0),
    ("Z1102", 55.0),
    ("Z1101", 30.0),
    ("Z1110", 36.0),
    ("Z1103", 22.0),
    ("Z1106", 20.0),
    ("Z1104", 14.0),
    ("Z1111", 18.0),
    ("Z1108", 14.0),
    ("Z1201", 80.0),
    ("Z1202", 70.0),
    ("Z1203", 22.0),
    ("Z1206", 16.0),
    ("Z1207", 14.0),
    ("Z1208", 26.0),
    ("Z1211", 12.0),
    ("Z1213", 12.0),
    ("Z1508", 50.0),
    ("Z1509", 30.0),
    ("Z1510", 60.0),
    ("Z1501", 24.0),
    ("Z1503", 20.0),
    ("Z1504", 30.0),
    ("Z1511", 26.0),
    ("Z1512", 14.0),
    ("Z1603", 46.0),
    ("Z1607", 60.0),
    ("Z1605", 22.0),
    ("Z1604", 14.0),
    ("Z1801", 60.0),
    ("Z1803", 40.0),
    ("Z1802", 30.0),
    ("Z1806", 16.0),
    ("Z1307", 14.0),
    ("Z1302", 8.0),
];

/// What a storm brings, and in which share.
const STORM: &[(&str, f64)] = &[
    ("E0406", 34.0),
    ("E0410", 26.0),
    ("E0404", 16.0),
    ("E0408", 8.0),
    ("Z1211", 8.0),
    ("C0103", 6.0),
    ("E0401", 2.0),
];

/// Share of the day's cases by hour of local time.
const HOURS: [f64; 24] = [
    0.6, 0.4, 0.3, 0.2, 0.3, 0.6, 1.6, 4.2, 7.6, 9.4, 9.2, 6.8, 4.2, 4.6, 7.4, 8.6, 8.2, 6.4, 5.2, 5.0, 4.2, 2.8, 1.6,
    0.9,
];

/// What `make` draws from.
pub(super) struct City<'a> {
    pub(super) territory: &'a Territory,
    pub(super) buildings: &'a [Building],
    pub(super) roads: &'a [Road],
    pub(super) components: &'a [Component],
    pub(super) categories: &'a [Category],
}

/// Draws `count` cases over the year before `now`, in the order in which they were reported.
pub(super) fn make(city: &City<'_>, now: DateTime<Utc>, count: usize, seed: u64) -> Vec<Case> {
    let mut dice = Dice::new(seed, 8);
    let code = |wanted: &str| city.categories.iter().position(|c| c.code == wanted);
    let usual = totals(city.categories.iter().map(|category| {
        let listed = FREQUENT.iter().find(|(code, _)| *code == category.code).map(|(_, often)| *often);
        // Confidential ones aren't for a map that is shown round; clues of crime stay rare.
        if category.confidential || category.code.starts_with("Z14") || category.code.starts_with("Z17") {
            0.0
        } else {
            listed.unwrap_or(1.2)
        }
    }));
    let storm_kinds = totals(STORM.iter().map(|(_, share)| *share));
    let places = Places::new(city, &mut dice);
    let days = calendar(now, &mut dice);
    let day_totals = totals(days.iter().map(|day| day.weight));
    let hour_totals = totals(HOURS);

    // Nothing has been reported after now: such a moment is drawn again.
    let latest = now - Duration::seconds(60);
    let mut moments: Vec<(DateTime<Utc>, bool)> = Vec::with_capacity(count);
    while moments.len() < count {
        let day = &days[dice.by_total(&day_totals)];
        let hour = i64::try_from(dice.by_total(&hour_totals)).unwrap_or(0);
        // Local time is eight hours ahead.
        let at = day.start + Duration::seconds((hour - 8) * 3600 + dice.int(0, 3599));
        let storm = day.storm > 0.0 && dice.chance(day.storm);
        if at <= latest {
            moments.push((at, storm));
        }
    }
    moments.sort_unstable();

    let (mut year, mut serial) = (0, 0);
    let mut cases = Vec::with_capacity(count);
    for (reported_at, storm) in moments {
        let local = reported_at + Duration::hours(8);
        if local.year() != year {
            (year, serial) = (local.year(), 0);
        }
        let number = if storm {
            code(STORM[dice.by_total(&storm_kinds)].0).unwrap_or(0)
        } else {
            by_hour(dice.by_total(&usual), local.hour(), city.categories, &usual, &mut dice)
        };
        let category = &city.categories[number];
        let Some(site) = (0..20).find_map(|_| places.draw(city, &category.code, storm, &mut dice)) else { continue };
        serial += 1;
        let urgent = storm || dice.chance(0.05);
        let severity = match dice.int(0, 99) {
            _ if storm => i16::try_from(dice.int(2, 3)).unwrap_or(2),
            0..=1 => 3,
            2..=11 => 2,
            12 if urgent => 4,
            _ => 1,
        };
        let life = life(reported_at, now, category.hours * if urgent { 0.4 } else { 1.0 }, &mut dice);
        cases.push(Case {
            grid: site.grid,
            number: format!("{year}-{serial:07}"),
            category: u16::try_from(number).unwrap_or(0),
            channel: channel(&category.code, &mut dice),
            severity,
            status: life.0,
            reported_at,
            due_at: reported_at + Duration::minutes(minutes(category.hours)),
            closed_at: life.1,
            title: format!("{}{}", site.address, category.name),
            address: site.address,
            spot: site.spot,
        });
    }
    cases
}

#[expect(clippy::cast_possible_truncation, reason = "some hundred hours")]
fn minutes(hours: f64) -> i64 {
    (hours * 60.0) as i64
}

/// Barbecues are for the evening: a category that doesn't suit the hour is drawn again.
fn by_hour(first: usize, hour: u32, categories: &[Category], usual: &[f64], dice: &mut Dice) -> usize {
    let suits = |number: usize| match categories[number].code.as_str() {
        "E0510" | "E0511" | "Z1302" => !(6..17).contains(&hour),
        "E0501" | "E0504" => (6..22).contains(&hour),
        "E0301" => !(8..20).contains(&hour),
        code if code.starts_with("Z18") || code.starts_with("Z15") => (8..19).contains(&hour),
        _ => true,
    };
    let mut number = first;
    for _ in 0..6 {
        if suits(number) {
            break;
        }
        number = dice.by_total(usual);
    }
    number
}

struct CaseDay {
    start: DateTime<Utc>,
    weight: f64,
    /// The share of the day's cases that a storm brings.
    storm: f64,
}

fn calendar(now: DateTime<Utc>, dice: &mut Dice) -> Vec<CaseDay> {
    let today = (now + Duration::hours(8)).date_naive();
    let from = today - Months::new(12);
    let mut days = Vec::new();
    for date in from.iter_days().take_while(|d| *d <= today) {
        let season = match date.month() {
            1 => 0.82,
            2 => 0.70,
            3 => 0.96,
            4 | 5 => 1.04,
            6..=8 => 1.20,
            9 => 1.08,
            10 => 1.0,
            11 => 0.98,
            _ => 0.90,
        };
        let week = match date.weekday() {
            Weekday::Sat => 0.80,
            Weekday::Sun => 0.70,
            Weekday::Mon => 1.14,
            _ => 1.04,
        };
        // Plum rain in May and June, thunderstorms and typhoons to August.
        let risk = match date.month() {
            4 => 0.06,
            5 | 6 => 0.14,
            7 | 8 => 0.08,
            _ => 0.008,
        };
        let storm = if dice.chance(risk) { dice.real(0.12, 0.62) } else { 0.0 };
        let start = date.and_time(chrono::NaiveTime::MIN).and_utc();
        days.push(CaseDay { start, weight: season * week * (1.0 + storm * 1.6) * (1.0 + dice.bell(0.05)), storm });
    }
    days
}

fn channel(code: &str, dice: &mut Dice) -> &'static str {
    let roll = dice.int(0, 99);
    let (worker, resident, hotline, sensor) = match &code[..2] {
        "E0" => (62, 80, 95, 98),
        "C0" | "C2" => (70, 84, 94, 99),
        "Z1" => (54, 76, 97, 98),
        _ => (60, 80, 95, 98),
    };
    match roll {
        r if r < worker => "grid_worker",
        r if r < resident => "resident",
        r if r < hotline => "hotline",
        r if r < sensor => "sensor",
        _ if dice.chance(0.5) => "system",
        _ => "leader",
    }
}

/// The stage that a case has reached now, and when it was closed.
fn life(
    reported: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: f64,
    dice: &mut Dice,
) -> (&'static str, Option<DateTime<Utc>>) {
    // Most are settled within the limit; one in twelve is late, some far.
    let pace = match dice.int(0, 99) {
        0..=1 => dice.real(1.6, 9.0),
        2..=7 => dice.real(1.0, 1.6),
        _ => dice.real(0.08, 0.97),
    };
    let total = limit * pace + 0.3;
    let passed = f64::from(i32::try_from((now - reported).num_minutes()).unwrap_or(i32::MAX)) / 60.0;
    if dice.chance(0.028) {
        let refused = dice.real(0.2, 5.0);
        if passed > refused {
            return ("refused", Some(reported + Duration::minutes(minutes(refused))));
        }
    }
    if dice.chance(0.004) && passed > total * 0.4 {
        return ("hung", None);
    }
    let stages = [
        ("reported", 0.05),
        ("to_file", 0.10),
        ("to_dispatch", 0.16),
        ("disposing", 0.82),
        ("to_check", 0.95),
        ("to_close", 1.0),
    ];
    match stages.iter().find(|(_, share)| passed < total * share) {
        Some((stage, _)) => (stage, None),
        None => ("closed", Some(reported + Duration::minutes(minutes(total)))),
    }
}

struct CaseSite {
    grid: usize,
    spot: Spot,
    address: String,
}

/// Where cases happen.
struct Places {
    roads: Vec<f64>,
    homes: Vec<f64>,
    shops: Vec<f64>,
    /// Markets, stations, night streets: the place, how far around it, and the building in its middle.
    hot: Vec<(Place, f64, usize)>,
    hot_totals: Vec<f64>,
    low_ground: Vec<(Place, usize)>,
}

impl Places {
    fn new(city: &City<'_>, dice: &mut Dice) -> Self {
        let weight = |b: &Building| match b.use_code {
            "HT06" => 3.0,
            "HT01" if b.rural => 0.45,
            "HT01" => f64::from(b.floors).powf(1.2) * 0.6,
            _ => 0.4,
        };
        let shop = |b: &Building| match b.use_code {
            "HT02" => 6.0,
            "HT06" => 2.0,
            _ => 0.0,
        };
        let shops = totals(city.buildings.iter().map(shop));
        let busy = shops.last().is_some_and(|total| *total > 0.0);
        let hot: Vec<(Place, f64, usize)> = (0..if busy { 90 } else { 0 })
            .map(|_| {
                let building = dice.by_total(&shops);
                (city.buildings[building].place, dice.real(25.0, 140.0), building)
            })
            .collect();
        // Few are very busy: the weights fall as one over the rank.
        let hot_totals = totals((2_u32..).take(hot.len()).map(|rank| 1.0 / f64::from(rank)));
        let low_ground = (0..24)
            .filter(|_| !city.buildings.is_empty())
            .map(|_| {
                let building = dice.below(city.buildings.len());
                (city.buildings[building].place, building)
            })
            .collect();
        Self {
            roads: road_totals(city.roads),
            homes: totals(city.buildings.iter().map(weight)),
            shops,
            hot,
            hot_totals,
            low_ground,
        }
    }

    fn draw(&self, city: &City<'_>, code: &str, storm: bool, dice: &mut Dice) -> Option<CaseSite> {
        let component = code.starts_with("C0") && dice.chance(0.8);
        let indoors = code.starts_with('Z') || code.starts_with("E06") || code.starts_with("C2");
        if component && !city.components.is_empty() {
            let known = &city.components[dice.below(city.components.len())];
            return Some(CaseSite {
                grid: known.grid,
                spot: known.spot,
                address: city.roads[known.road as usize].name.clone(),
            });
        }
        if storm && !self.low_ground.is_empty() && dice.chance(0.45) {
            let (place, building) = *dice.pick(&self.low_ground);
            if let Some(site) = around(city, place, 180.0, &city.buildings[building].address, dice) {
                return Some(site);
            }
        }
        if !indoors && !self.hot.is_empty() && dice.chance(0.44) {
            let (place, wide, building) = self.hot[dice.by_total(&self.hot_totals)];
            if let Some(site) = around(city, place, wide, &city.buildings[building].address, dice) {
                return Some(site);
            }
        }
        if indoors || dice.chance(0.35) {
            let busy = !indoors && self.shops.last().is_some_and(|total| *total > 0.0);
            let building = &city.buildings[dice.by_total(if busy { &self.shops } else { &self.homes })];
            return Some(CaseSite {
                grid: building.grid,
                spot: building.somewhere(city.territory, dice),
                address: building.address.clone(),
            });
        }
        let road = &city.roads[dice.by_total(&self.roads)];
        let place = beside(road, dice.real(-4.0, 2.5), dice);
        let spot = city.territory.ground.spot(place);
        city.territory.grid_at(place, spot).map(|grid| CaseSite { grid, spot, address: road.name.clone() })
    }
}

fn around(city: &City<'_>, place: Place, wide: f64, address: &str, dice: &mut Dice) -> Option<CaseSite> {
    let place = (place.0 + dice.bell(wide * 0.6), place.1 + dice.bell(wide * 0.6));
    let spot = city.territory.ground.spot(place);
    city.territory.grid_at(place, spot).map(|grid| CaseSite { grid, spot, address: format!("{address}附近") })
}
