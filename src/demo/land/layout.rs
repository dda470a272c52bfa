//! What stands on a block: the shapes of its buildings in metres.

use super::{
    fabric::Use,
    ground::{Dice, Place},
};

/// How people live in a building.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Homes {
    None,
    /// A house of one to three families.
    House,
    /// Entrances, and flats on each floor at each.
    Flats {
        units: u8,
        each: u8,
    },
}

/// A building on the drawing board.
pub struct Plan {
    pub shape: Vec<Place>,
    pub use_code: &'static str,
    pub floors: u8,
    pub homes: Homes,
    /// A name of its own, such as 综合楼.
    pub label: &'static str,
}

/// The inside of a block, clear of its streets.
#[derive(Clone, Copy, Debug)]
pub struct Yard {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
    /// Where the block's own lane runs from west to east.
    pub lane: f64,
}

impl Yard {
    fn wide(self) -> f64 {
        self.east - self.west
    }

    fn high(self) -> f64 {
        self.north - self.south
    }

    fn shrunk(self, by: f64) -> Self {
        Self { west: self.west + by, south: self.south + by, east: self.east - by, north: self.north - by, ..self }
    }
}

/// A rectangle from its south-west corner.
#[must_use]
pub fn rectangle(x: f64, y: f64, wide: f64, high: f64) -> Vec<Place> {
    vec![(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
}

/// A rectangle that lacks one corner.
#[must_use]
pub fn angle(x: f64, y: f64, wide: f64, high: f64, corner: i64) -> Vec<Place> {
    let (w, h) = (wide * 0.52, high * 0.5);
    let shape = match corner {
        0 => [(w, 0.0), (wide, 0.0), (wide, high), (0.0, high), (0.0, h), (w, h)],
        1 => [(0.0, 0.0), (wide - w, 0.0), (wide - w, h), (wide, h), (wide, high), (0.0, high)],
        2 => [(0.0, 0.0), (wide, 0.0), (wide, high - h), (wide - w, high - h), (wide - w, high), (0.0, high)],
        _ => [(0.0, 0.0), (wide, 0.0), (wide, high), (w, high), (w, high - h), (0.0, high - h)],
    };
    shape.map(|(dx, dy)| (x + dx, y + dy)).into()
}

/// A rectangle with a stair tower on its northern side.
fn tee(x: f64, y: f64, wide: f64, high: f64) -> Vec<Place> {
    let (a, b, step) = (wide * 0.32, wide * 0.68, high * 0.72);
    [(0.0, 0.0), (wide, 0.0), (wide, step), (b, step), (b, high), (a, high), (a, step), (0.0, step)]
        .map(|(dx, dy)| (x + dx, y + dy))
        .into()
}

/// Lays out the buildings of a block.
pub fn block(purpose: Use, yard: Yard, town: bool, dice: &mut Dice) -> Vec<Plan> {
    let mut plans = Vec::new();
    if yard.wide() < 30.0 || yard.high() < 30.0 {
        return plans;
    }
    match purpose {
        Use::Old => old_quarter(yard, town, &mut plans, dice),
        Use::UrbanVillage => urban_village(yard, &mut plans, dice),
        Use::Slabs => slabs(yard, &mut plans, dice),
        Use::Towers => towers(yard, &mut plans, dice),
        Use::Commerce => commerce(yard, &mut plans, dice),
        Use::School => school(yard, &mut plans, dice),
        Use::Public => public(yard, &mut plans, dice),
        Use::Industry => industry(yard, &mut plans, dice),
        Use::Park => {
            if dice.chance(0.4) {
                let (x, y) = (dice.real(yard.west, yard.east - 14.0), dice.real(yard.south, yard.north - 10.0));
                plans.push(Plan {
                    shape: rectangle(x, y, 12.0, 8.0),
                    use_code: "HT07",
                    floors: 1,
                    homes: Homes::None,
                    label: "公园服务站",
                });
            }
        }
        Use::Water => {}
    }
    plans
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a hundred floors")]
fn floors(dice: &mut Dice, low: i64, high: i64) -> u8 {
    dice.int(low, high) as u8
}

/// Houses wall to wall along one side. `at(along, deep, front, depth)` gives the rectangle's corner and size.
#[expect(clippy::too_many_arguments, reason = "a terrace is told by where, how deep, what and which way")]
fn terrace(
    from: f64,
    to: f64,
    depth: (f64, f64),
    town: bool,
    shops: f64,
    at: impl Fn(f64, f64, f64) -> (f64, f64, f64, f64),
    plans: &mut Vec<Plan>,
    dice: &mut Dice,
) {
    let mut along = from;
    loop {
        let front = if dice.chance(0.2) { dice.real(16.0, 26.0) } else { dice.real(8.5, 13.5) };
        if along + front > to {
            break;
        }
        let (x, y, wide, high) = at(along, front, dice.real(depth.0, depth.1));
        let floors = if town { floors(dice, 2, 4) } else { floors(dice, 2, 6) };
        let shop = dice.chance(shops);
        let homes = match floors {
            4.. if front > 15.0 => Homes::Flats { units: 1, each: 2 },
            _ => Homes::House,
        };
        let shape =
            if dice.chance(0.15) { angle(x, y, wide, high, dice.int(0, 3)) } else { rectangle(x, y, wide, high) };
        plans.push(Plan { shape, use_code: if shop { "HT06" } else { "HT01" }, floors, homes, label: "" });
        along += front + if dice.chance(0.16) { dice.real(3.0, 7.0) } else { 0.6 };
    }
}

fn old_quarter(yard: Yard, town: bool, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let depth = (11.0, 14.5);
    let Yard { west, south, east, north, lane } = yard;
    terrace(west, east, depth, town, 0.7, |a, front, deep| (a, south, front, deep), plans, dice);
    terrace(west, east, depth, town, 0.7, |a, front, deep| (a, north - deep, front, deep), plans, dice);
    for (from, to) in [(south + 18.0, lane - 5.0), (lane + 5.0, north - 18.0)] {
        terrace(from, to, depth, town, 0.5, |a, front, deep| (west, a, deep, front), plans, dice);
        terrace(from, to, depth, town, 0.5, |a, front, deep| (east - deep, a, deep, front), plans, dice);
    }
    // Rows within, on both sides of the lane.
    let inner = (9.5, 11.5);
    if yard.high() > 64.0 {
        terrace(
            west + 18.0,
            east - 18.0,
            inner,
            town,
            0.05,
            |a, front, deep| (a, lane + 3.5, front, deep),
            plans,
            dice,
        );
        terrace(
            west + 18.0,
            east - 18.0,
            inner,
            town,
            0.05,
            |a, front, deep| (a, lane - 3.5 - deep, front, deep),
            plans,
            dice,
        );
    }
    if yard.high() > 118.0 {
        terrace(
            west + 18.0,
            east - 18.0,
            inner,
            town,
            0.0,
            |a, front, deep| (a, lane + 19.0, front, deep),
            plans,
            dice,
        );
        terrace(
            west + 18.0,
            east - 18.0,
            inner,
            town,
            0.0,
            |a, front, deep| (a, lane - 19.0 - deep, front, deep),
            plans,
            dice,
        );
    }
}

fn urban_village(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let lane = yard.lane;
    let mut y = yard.south;
    while y + 11.0 < yard.north {
        if (y < lane + 3.0) && (y + 12.5 > lane - 3.0) {
            y = lane + 3.2;
            continue;
        }
        let mut x = yard.west + dice.real(0.0, 3.0);
        loop {
            let (wide, high) = (dice.real(8.8, 12.0), dice.real(9.0, 11.8));
            if x + wide > yard.east {
                break;
            }
            if dice.chance(0.93) {
                let dy = dice.real(0.0, 0.8);
                let shape = if dice.chance(0.25) {
                    angle(x, y + dy, wide, high, dice.int(0, 3))
                } else {
                    rectangle(x, y + dy, wide, high)
                };
                let floors = floors(dice, 2, 5);
                plans.push(Plan { shape, use_code: "HT01", floors, homes: Homes::House, label: "" });
            }
            x += wide + dice.real(1.2, 4.5);
        }
        y += 12.6 + if dice.chance(0.45) { 3.6 } else { 1.2 };
    }
}

/// Shops of one or two floors along the southern street.
fn shops(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let mut x = yard.west;
    while x + 24.0 < yard.east {
        let wide = dice.real(22.0, 44.0).min(yard.east - x);
        let shape = rectangle(x, yard.south, wide, 11.0);
        plans.push(Plan { shape, use_code: "HT02", floors: floors(dice, 1, 2), homes: Homes::None, label: "商铺" });
        x += wide + dice.real(7.0, 14.0);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few entrances")]
fn slabs(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    shops(yard, plans, dice);
    let deep = dice.real(11.5, 13.5);
    let gap = dice.real(14.0, 19.0);
    let height = dice.int(5, 7);
    let mut y = yard.south + 24.0;
    while y + deep <= yard.north {
        let mut x = yard.west + dice.real(0.0, 4.0);
        while x + 30.0 < yard.east {
            let wide = dice.real(34.0, 62.0).min(yard.east - x);
            let floors = (height + dice.int(-1, 1)) as u8;
            let shape =
                if dice.chance(0.12) { angle(x, y, wide, deep, dice.int(2, 3)) } else { rectangle(x, y, wide, deep) };
            let units = (wide / 17.0) as u8;
            plans.push(Plan { shape, use_code: "HT01", floors, homes: Homes::Flats { units, each: 2 }, label: "" });
            x += wide + dice.real(7.0, 11.0);
        }
        y += deep + gap;
    }
}

fn towers(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    shops(yard, plans, dice);
    let pitch = (dice.real(42.0, 50.0), dice.real(44.0, 52.0));
    let top = *dice.pick(&[11_i64, 17, 18, 24, 26, 32]);
    let mut y = yard.south + 26.0;
    let mut shift = 0.0;
    while y + 19.0 < yard.north {
        let mut x = yard.west + shift;
        while x + 26.0 < yard.east {
            let (wide, deep) = (dice.real(23.0, 31.0), dice.real(15.0, 19.0));
            let floors = u8::try_from(top + dice.int(-1, 1)).unwrap_or(18);
            let homes = Homes::Flats { units: if wide > 28.0 { 2 } else { 1 }, each: if wide > 28.0 { 2 } else { 4 } };
            plans.push(Plan { shape: tee(x, y, wide, deep), use_code: "HT01", floors, homes, label: "" });
            x += pitch.0;
        }
        // Each row looks through the gaps of the one before it.
        shift = if shift > 0.0 { 0.0 } else { pitch.0 / 2.0 };
        y += pitch.1;
    }
}

fn commerce(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let inner = yard.shrunk(4.0);
    let split = dice.real(0.45, 0.65);
    let wide = inner.wide() * split - 8.0;
    let mall = angle(inner.west, inner.south, wide, inner.high() * dice.real(0.6, 0.95), dice.int(0, 3));
    plans.push(Plan { shape: mall, use_code: "HT02", floors: floors(dice, 3, 6), homes: Homes::None, label: "广场" });
    let x = inner.west + wide + 16.0;
    let rest = inner.east - x;
    let mut y = inner.south;
    while y + 26.0 < inner.north && rest > 20.0 {
        let high = dice.real(22.0, 34.0);
        let office = dice.chance(0.6);
        plans.push(Plan {
            shape: rectangle(x, y, rest.min(40.0), high.min(inner.north - y)),
            use_code: if office { "HT03" } else { "HT02" },
            floors: floors(dice, 6, 24),
            homes: Homes::None,
            label: if office { "大厦" } else { "酒店" },
        });
        y += high + dice.real(12.0, 22.0);
    }
}

fn school(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let inner = yard.shrunk(6.0);
    let half = inner.wide() * 0.52;
    // The other half is the playing field.
    let west = if dice.chance(0.5) { inner.west } else { inner.east - half };
    let labels = ["教学楼", "实验楼", "综合楼", "宿舍楼", "图书馆"];
    let mut y = inner.south;
    let mut number = 0;
    while y + 15.0 < inner.north && number < labels.len() {
        let wide = half * dice.real(0.75, 1.0);
        plans.push(Plan {
            shape: rectangle(west, y, wide, 13.0),
            use_code: "HT07",
            floors: floors(dice, 3, 6),
            homes: Homes::None,
            label: labels[number],
        });
        y += 13.0 + dice.real(16.0, 24.0);
        number += 1;
    }
}

fn public(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let inner = yard.shrunk(8.0);
    let office = dice.chance(0.5);
    let labels =
        if office { ["办公楼", "服务大厅", "附属楼"] } else { ["门诊楼", "住院楼", "医技楼"] };
    let wide = (inner.wide() * 0.7).min(95.0);
    let x = inner.west + (inner.wide() - wide) / 2.0;
    let mut y = inner.south;
    for label in labels {
        if y + 18.0 > inner.north {
            break;
        }
        let shape = if dice.chance(0.4) { tee(x, y, wide, 22.0) } else { rectangle(x, y, wide, 16.0) };
        let floors = floors(dice, 4, if office { 12 } else { 16 });
        plans.push(Plan { shape, use_code: if office { "HT03" } else { "HT07" }, floors, homes: Homes::None, label });
        y += dice.real(42.0, 56.0);
    }
}

fn industry(yard: Yard, plans: &mut Vec<Plan>, dice: &mut Dice) {
    let inner = yard.shrunk(5.0);
    plans.push(Plan {
        shape: rectangle(inner.west, inner.south, 38.0, 14.0),
        use_code: "HT03",
        floors: floors(dice, 3, 6),
        homes: Homes::None,
        label: "办公楼",
    });
    plans.push(Plan {
        shape: rectangle(inner.west + 50.0, inner.south, 36.0, 13.0),
        use_code: "HT01",
        floors: floors(dice, 4, 6),
        homes: Homes::Flats { units: 2, each: 2 },
        label: "职工宿舍",
    });
    let across = if inner.wide() > 190.0 { 3.0 } else { 2.0 };
    let wide = (inner.wide() - 14.0 * (across - 1.0)) / across;
    let mut y = inner.south + 28.0;
    while y + 26.0 < inner.north {
        let high = dice.real(26.0, 62.0).min(inner.north - y);
        let mut x = inner.west;
        while x + wide <= inner.east + 0.5 {
            if dice.chance(0.86) {
                let length = wide * dice.real(0.82, 1.0);
                let store = dice.chance(0.25);
                plans.push(Plan {
                    shape: rectangle(x, y, length, high),
                    use_code: if store { "HT05" } else { "HT04" },
                    floors: floors(dice, 1, 2),
                    homes: Homes::None,
                    label: if store { "仓库" } else { "厂房" },
                });
            }
            x += wide + 14.0;
        }
        y += high + dice.real(12.0, 18.0);
    }
}
