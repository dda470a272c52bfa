//! Components of the city's furniture, along its roads (GB/T 30428.2).

use std::collections::BTreeMap;

use super::{
    ground::{Dice, Place, distance, totals},
    regions::Territory,
    roads::Road,
};
use crate::spatial::spot::Spot;

/// A lamp, a manhole cover, a tree.
pub(super) struct Component {
    pub(super) grid: usize,
    pub(super) category: &'static str,
    /// County 6 digits, major 2, minor 2, serial 6.
    pub(super) external_id: String,
    pub(super) road: u32,
    pub(super) state: &'static str,
    pub(super) spot: Spot,
}

/// Category, how many of a thousand, metres off the road's edge.
const KINDS: &[(&str, f64, f64)] = &[
    ("C0118", 210.0, 1.0),
    ("C0402", 190.0, 1.6),
    ("C0103", 70.0, -2.0),
    ("C0102", 62.0, -2.5),
    ("C0104", 60.0, -0.6),
    ("C0101", 44.0, -1.5),
    ("C0107", 40.0, 1.5),
    ("C0105", 34.0, 1.5),
    ("C0111", 16.0, -1.8),
    ("C0106", 14.0, 1.2),
    ("C0305", 52.0, 1.4),
    ("C0209", 36.0, 0.8),
    ("C0210", 12.0, 0.8),
    ("C0203", 10.0, 1.5),
    ("C0213", 18.0, 0.9),
    ("C0133", 24.0, 1.0),
    ("C0117", 26.0, 1.2),
    ("C0131", 12.0, 3.0),
    ("C0115", 10.0, 2.4),
    ("C0113", 22.0, 1.6),
    ("C0211", 10.0, -0.3),
    ("C0307", 12.0, 2.6),
    ("C0312", 8.0, 2.8),
    ("C0126", 6.0, 4.0),
    ("C2104", 8.0, 3.0),
    ("C2105", 6.0, 4.0),
    ("C2107", 9.0, 3.5),
    ("C0301", 3.0, 5.0),
    ("C0405", 5.0, 4.0),
    ("C0503", 1.0, 4.0),
];

/// How wide half a road is, metres.
pub(super) fn half_width(class: &str) -> f64 {
    match class {
        "motorway" => 14.0,
        "trunk" | "primary" => 12.0,
        "secondary" => 9.0,
        "tertiary" => 5.5,
        _ => 3.0,
    }
}

/// How much there is along a kilometre of road.
fn density(road: &Road) -> f64 {
    match road.class {
        "motorway" => 0.03,
        "trunk" => 0.35,
        "primary" => 1.0 + 3.0 * f64::from(u8::from(road.rank < 2.0)),
        "secondary" => 0.5 + 3.0 * f64::from(u8::from(road.rank < 2.0)),
        "tertiary" => 0.25 + 2.2 * f64::from(u8::from(road.rank < 2.0)),
        "residential" => 1.6,
        _ => 0.06,
    }
}

/// Roads' running weights, by length and how much stands along them.
pub(super) fn road_totals(roads: &[Road]) -> Vec<f64> {
    totals(
        roads.iter().map(|road| density(road) * road.line.windows(2).map(|leg| distance(leg[0], leg[1])).sum::<f64>()),
    )
}

/// A place beside a road, `off` metres from its edge on either side.
pub(super) fn beside(road: &Road, off: f64, dice: &mut Dice) -> Place {
    let lengths = totals(road.line.windows(2).map(|leg| distance(leg[0], leg[1]).max(0.01)));
    let leg = dice.by_total(&lengths);
    let (a, b) = (road.line[leg], road.line[leg + 1]);
    let share = dice.real(0.0, 1.0);
    let length = distance(a, b).max(0.01);
    let side = if dice.chance(0.5) { 1.0 } else { -1.0 } * (half_width(road.class) + off + dice.bell(0.15));
    (a.0 + (b.0 - a.0) * share - (b.1 - a.1) / length * side, a.1 + (b.1 - a.1) * share + (b.0 - a.0) / length * side)
}

/// Draws `count` components.
pub(super) fn make(territory: &Territory, roads: &[Road], count: usize, seed: u64) -> Vec<Component> {
    let mut dice = Dice::new(seed, 7);
    let road_totals = road_totals(roads);
    let kinds = totals(KINDS.iter().map(|(_, share, _)| *share));
    let mut serials: BTreeMap<(i64, &str), u32> = BTreeMap::new();
    let mut made = Vec::with_capacity(count);
    while made.len() < count && !roads.is_empty() {
        let road = dice.by_total(&road_totals);
        let (category, _, off) = KINDS[dice.by_total(&kinds)];
        let place = beside(&roads[road], off, &mut dice);
        let spot = territory.ground.spot(place);
        let Some(grid) = territory.grid_at(place, spot) else { continue };
        let county = territory.grids[grid].code / 1_000_000_000;
        let serial = serials.entry((county, category)).or_default();
        *serial += 1;
        let state = match dice.int(0, 999) {
            0..=13 => "damaged",
            14..=17 => "lost",
            18..=24 => "removed",
            _ => "intact",
        };
        made.push(Component {
            grid,
            category,
            external_id: format!("{county}{}{serial:06}", &category[1..]),
            road: u32::try_from(road).expect("roads are few"),
            state,
            spot,
        });
    }
    made
}
