//! Entrances, flats and households.

use super::{buildings::Building, ground::Dice, layout::Homes};

/// An entrance of a block of flats.
pub(super) struct Unit {
    pub(super) building: u32,
    pub(super) number: u8,
}

/// A flat, or the dwelling of one family in a house.
pub(super) struct Room {
    pub(super) building: u32,
    pub(super) unit: Option<u32>,
    pub(super) number: u16,
    pub(super) floor: u8,
    pub(super) area: f32,
    pub(super) usage: &'static str,
}

/// A household; `people` of them live together.
pub(super) struct Household {
    pub(super) building: u32,
    pub(super) room: u32,
    pub(super) people: u8,
    pub(super) rents: bool,
}

/// Where people live.
pub(super) struct Dwellings {
    pub(super) units: Vec<Unit>,
    pub(super) rooms: Vec<Room>,
    pub(super) households: Vec<Household>,
}

const TOWN_SIZES: [f64; 7] = [0.19, 0.46, 0.74, 0.90, 0.965, 0.99, 1.0];
const VILLAGE_SIZES: [f64; 7] = [0.13, 0.34, 0.54, 0.74, 0.89, 0.97, 1.0];

/// Fills the buildings with households until `people` have a home.
#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 buildings, rooms and households")]
pub(super) fn make(buildings: &[Building], people: usize, seed: u64) -> Dwellings {
    let mut dice = Dice::new(seed, 4);
    let mut units = Vec::new();
    let mut rooms = Vec::new();
    for (place, building) in buildings.iter().enumerate() {
        let place = place as u32;
        match building.homes {
            Homes::None => {}
            Homes::House => {
                let families =
                    if building.rural { 1 } else { building.floors.clamp(1, 3) - u8::from(building.floors > 2) };
                for family in 1..=families {
                    let area = (building.floor_area / f32::from(families)).round();
                    rooms.push(Room {
                        building: place,
                        unit: None,
                        number: family.into(),
                        floor: family,
                        area,
                        usage: "HU03",
                    });
                }
            }
            Homes::Flats { units: entrances, each } => {
                let first_floor = 1 + u8::from(building.use_code == "HT06");
                let flats = f32::from(entrances) * f32::from(each) * f32::from(building.floors);
                let area = (building.floor_area / flats * 0.95).round();
                for entrance in 1..=entrances {
                    units.push(Unit { building: place, number: entrance });
                    let unit = Some(units.len() as u32 - 1);
                    for floor in first_floor..=building.floors {
                        for flat in 1..=each {
                            let number = u16::from(floor) * 100 + u16::from(flat);
                            rooms.push(Room { building: place, unit, number, floor, area, usage: "HU03" });
                        }
                    }
                }
            }
        }
    }

    // Village houses fill first; flats in an order of chance, so that some stand empty everywhere.
    let rural = |room: &Room| buildings[room.building as usize].rural;
    let mut order: Vec<(u32, u32)> = (0..rooms.len() as u32)
        .map(|room| {
            let village = rural(&rooms[room as usize]) && dice.chance(0.93);
            (if village { 0 } else { u32::try_from(dice.int(1, i64::from(u32::MAX))).unwrap_or(1) }, room)
        })
        .collect();
    order.sort_unstable();
    let mut left = people;
    let mut households = Vec::new();
    while left > 0 && !order.is_empty() {
        for (_, room) in &order {
            let sizes = if rural(&rooms[*room as usize]) { &VILLAGE_SIZES } else { &TOWN_SIZES };
            let people = (dice.by_total(sizes) + 1).min(left);
            let building = rooms[*room as usize].building;
            let rents = !rural(&rooms[*room as usize]) && dice.chance(0.21);
            rooms[*room as usize].usage = if rents {
                "HU02"
            } else if dice.chance(0.02) {
                "HU04"
            } else {
                "HU01"
            };
            households.push(Household { building, room: *room, people: people as u8, rents });
            left -= people;
            if left == 0 {
                break;
            }
        }
    }
    households.sort_by_key(|h| h.room);
    Dwellings { units, rooms, households }
}
