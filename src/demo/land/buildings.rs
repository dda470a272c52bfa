//! Buildings: rows along streets, slabs and towers in estates, halls, village houses along lanes.

use super::subdivide::{inside, turn};
use super::{
    fabric::{CityBlock, Fabric, Size, Use},
    ground::{Dice, Place, centroid, distance, square_metres},
    layout::{self, Homes, Yard},
    regions::{Kind, Territory},
    roads::{Hamlet, LineNames, Network, rank_of},
};
use gridhall_spatial::spot::Spot;

/// A building.
pub struct Building {
    pub grid: usize,
    pub name: String,
    pub address: String,
    pub use_code: &'static str,
    pub floors: u8,
    pub height: f32,
    pub floor_area: f32,
    pub built: i16,
    pub homes: Homes,
    pub rural: bool,
    /// Closed: the last spot is the first.
    pub ring: Vec<Spot>,
    pub centre: Spot,
    /// About where, on the unturned ground.
    pub place: Place,
    /// What a smaller city leaves out first.
    pub rank: f64,
}

impl Building {
    /// A point inside the building and its grid, a different one for each call.
    pub fn somewhere(&self, territory: &Territory, dice: &mut Dice) -> Spot {
        let (mut low, mut high) = (self.ring[0], self.ring[0]);
        for spot in &self.ring {
            low = Spot { x: low.x.min(spot.x), y: low.y.min(spot.y) };
            high = Spot { x: high.x.max(spot.x), y: high.y.max(spot.y) };
        }
        for _ in 0..12 {
            #[expect(clippy::cast_possible_truncation, reason = "between two i32")]
            let spot = Spot {
                x: dice.int(low.x.into(), high.x.into()) as i32,
                y: dice.int(low.y.into(), high.y.into()) as i32,
            };
            if within(&self.ring, spot) && territory.holds(self.grid, spot) {
                return spot;
            }
        }
        self.centre
    }
}

const ESTATE: &[&str] = &[
    "阳光", "金色", "翠湖", "仙来", "御景", "碧水", "锦绣", "香樟", "江南", "东方", "盛世", "北湖", "银河", "和谐",
    "丽景", "时代", "龙泉", "春天", "帝景", "书香", "幸福", "玫瑰", "枫林", "滨江", "世纪", "天工", "凤凰", "明珠",
    "恒泰", "万和", "中央", "山水", "嘉和", "康盛",
];
const ESTATE_END: &[&str] =
    &["花园", "小区", "家园", "苑", "新村", "雅苑", "华庭", "名邸", "花苑", "公馆", "城", "新城"];

/// All buildings of the whole city.
#[must_use]
pub fn make(territory: &Territory, network: &Network, seed: u64) -> Vec<Building> {
    let mut dice = Dice::new(seed, 3);
    let mut builder = BuildingsMaker { territory, occupied: Occupied::new(territory), buildings: Vec::new() };
    for (fabric, names) in territory.fabrics.iter().zip(&network.names) {
        for block in &fabric.blocks {
            builder.block(fabric, block, names, &mut dice);
        }
    }
    for road in &network.roads {
        let half = match road.class {
            "motorway" => 22.0,
            "trunk" | "primary" => 14.0,
            "secondary" => 10.0,
            "tertiary" => 7.0,
            _ => 4.5,
        };
        builder.occupied.line(&road.line, half);
    }
    let mut groups = vec![0; territory.communities.len()];
    for hamlet in &network.hamlets {
        let group = &mut groups[territory.grids[hamlet.grid].community];
        *group += 1;
        builder.hamlet(hamlet, *group, &mut dice);
    }
    builder.buildings
}

struct BuildingsMaker<'a> {
    territory: &'a Territory,
    occupied: Occupied,
    buildings: Vec<Building>,
}

fn setback(class: &str) -> f64 {
    match class {
        "primary" => 17.0,
        "secondary" => 14.0,
        "tertiary" => 11.0,
        _ => 8.0,
    }
}

impl BuildingsMaker<'_> {
    fn block(&mut self, fabric: &Fabric, block: &CityBlock, names: &LineNames, dice: &mut Dice) {
        let ground = &self.territory.ground;
        let (low, high) = (
            fabric.crossing(ground, block.column, block.row),
            fabric.crossing(ground, block.column + 1, block.row + 1),
        );
        let sides = [
            &names.rows[block.row],
            &names.rows[block.row + 1],
            &names.columns[block.column],
            &names.columns[block.column + 1],
        ];
        let yard = Yard {
            west: low.0 + setback(sides[2].1),
            south: low.1 + setback(sides[0].1),
            east: high.0 - setback(sides[3].1),
            north: high.1 - setback(sides[1].1),
            lane: low.1.midpoint(high.1),
        };
        let town = fabric.size == Size::Town;
        let estate = matches!(block.purpose, Use::Slabs | Use::Towers)
            .then(|| format!("{}{}", dice.pick(ESTATE), dice.pick(ESTATE_END)));
        let decade = match block.purpose {
            Use::Old => (1965, 1999),
            Use::UrbanVillage => (1985, 2012),
            Use::Slabs => (1984, 2010),
            Use::Towers => (2007, 2024),
            _ => (1990, 2022),
        };
        let age = dice.int(decade.0, decade.1);
        let mut number = 0;
        for plan in layout::block(block.purpose, yard, town, dice) {
            let ring: Vec<Spot> = plan.shape.iter().map(|place| ground.spot(*place)).collect();
            let middle = middle(&plan.shape);
            // The nearest of the four streets and how far along it: odd numbers on one side, even on the other.
            let gaps = [middle.1 - low.1, high.1 - middle.1, middle.0 - low.0, high.0 - middle.0];
            let side = (0..4).min_by(|a, b| gaps[*a].total_cmp(&gaps[*b])).unwrap_or(0);
            let start = fabric.crossing(ground, 0, 0);
            let along = if side < 2 { middle.0 - start.0 } else { middle.1 - start.1 };
            let door = door_number(along, side % 2 == 0);
            let address = format!("{}{door}号", sides[side].0);
            let lives = matches!(plan.homes, Homes::Flats { .. }) && plan.label.is_empty();
            let (name, address) = match &estate {
                Some(estate) if lives => {
                    number += 1;
                    (format!("{estate}{number}栋"), format!("{estate}{number}栋"))
                }
                Some(estate) => (format!("{estate}{}", plan.label), address),
                None if plan.label.is_empty() => (String::new(), address),
                None => {
                    (format!("{}{}", sides[side].0.trim_end_matches(['路', '街', '道', '大']), plan.label), address)
                }
            };
            let shape = Shaped { ring, use_code: plan.use_code, floors: plan.floors, homes: plan.homes };
            let built = age + dice.int(-2, 2);
            self.push(middle, shape, name, address, built, block.reach + rank_of(fabric.size), false, dice);
        }
    }

    /// Houses along a lane and in rows behind it.
    fn hamlet(&mut self, hamlet: &Hamlet, group: u32, dice: &mut Dice) {
        let territory = self.territory;
        let village = territory.community(hamlet.grid);
        let homes = dice.int(10, 20) + if dice.chance(0.28) { dice.int(8, 32) } else { 0 };
        let bend = dice.bell(0.0011);
        let rows: &[f64] =
            if homes > 24 { &[11.0, -11.0, 29.0, -29.0, 47.0, -47.0] } else { &[11.0, -11.0, 29.0, -29.0] };
        let (mut placed, mut number) = (0, 0);
        'lane: for step in 0..28_i32 {
            // From the middle outwards, so a small hamlet is a cluster and a big one a street village.
            let along = f64::from((step + 1) / 2 * if step % 2 == 0 { 1 } else { -1 }) * 16.5 + dice.bell(0.7);
            let heading = hamlet.along + along * bend;
            let (sin, cos) = heading.sin_cos();
            let half = hamlet.along + along * bend / 2.0;
            let lane = (hamlet.place.0 + along * half.cos(), hamlet.place.1 + along * half.sin());
            for offset in rows {
                if placed >= homes {
                    break 'lane;
                }
                number += 1;
                if dice.chance(0.17) {
                    continue;
                }
                let off = offset + dice.bell(0.8);
                let place = (lane.0 - sin * off, lane.1 + cos * off);
                let (wide, deep) = (dice.real(9.0, 13.0), dice.real(8.5, 13.0));
                let turn = heading + dice.bell(0.035);
                if !self.occupied.take(territory, place, turn, (wide, deep)) {
                    continue;
                }
                let (x, y) = (-wide / 2.0, -deep / 2.0);
                let shape = if dice.chance(0.3) {
                    layout::angle(x, y, wide, deep, dice.int(0, 3))
                } else {
                    layout::rectangle(x, y, wide, deep)
                };
                let ring = territory.ground.rigid(place, turn, &shape);
                let barn = dice.chance(0.06);
                let shaped = Shaped {
                    ring,
                    use_code: if barn { "HT09" } else { "HT01" },
                    floors: u8::try_from(if barn { 1 } else { dice.int(1, 3) }).unwrap_or(2),
                    homes: if barn { Homes::None } else { Homes::House },
                };
                let kind = if village.kind == Kind::Village { "第" } else { "" };
                let address = format!("{}{kind}{group}组{number}号", village.short);
                let rank = 2.0 + distance(hamlet.place, territory.fabrics[0].centre) * 1e-6;
                let built = dice.int(1975, 2023);
                if self.push(place, shaped, String::new(), address, built, rank, true, dice) {
                    placed += 1;
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a building has many sides, and only two callers")]
    fn push(
        &mut self,
        near: Place,
        shape: Shaped,
        name: String,
        address: String,
        built: i64,
        rank: f64,
        rural: bool,
        dice: &mut Dice,
    ) -> bool {
        let Shaped { mut ring, use_code, floors, homes } = shape;
        ring.push(ring[0]);
        let centre = centroid(&ring);
        let Some(grid) = self.territory.grid_at(near, centre) else { return false };
        // A grid's border does not cut a building.
        if !ring.iter().all(|spot| self.territory.holds(grid, *spot)) || self.territory.juts_into(grid, &ring) {
            return false;
        }
        let storey = match use_code {
            "HT04" | "HT05" => dice.real(7.0, 10.0),
            "HT02" | "HT03" | "HT07" => dice.real(3.6, 4.2),
            _ => dice.real(2.9, 3.2),
        };
        #[expect(clippy::cast_possible_truncation, reason = "metres and years are small")]
        self.buildings.push(Building {
            grid,
            name,
            address,
            use_code,
            floors,
            height: ((storey * f64::from(floors) + 0.6) * 10.0).round() as f32 / 10.0,
            floor_area: (square_metres(&ring) * f64::from(floors) * 10.0).round() as f32 / 10.0,
            built: built.min(2025) as i16,
            homes,
            rural,
            ring,
            centre,
            place: near,
            rank,
        });
        true
    }
}

/// Inside and not on the rim.
fn within(ring: &[Spot], spot: Spot) -> bool {
    inside(ring, spot) && ring.windows(2).all(|side| turn(side[0], side[1], spot) != 0)
}

struct Shaped {
    ring: Vec<Spot>,
    use_code: &'static str,
    floors: u8,
    homes: Homes,
}

#[expect(clippy::cast_possible_truncation, reason = "a street is some kilometres long")]
fn door_number(along: f64, odd: bool) -> i64 {
    (along / 9.0) as i64 * 2 + 2 - i64::from(odd)
}

#[expect(clippy::cast_precision_loss, reason = "a shape has few corners")]
fn middle(shape: &[Place]) -> Place {
    let sum = shape.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    (sum.0 / shape.len() as f64, sum.1 / shape.len() as f64)
}

/// Ground that is taken, in squares of four metres.
struct Occupied {
    wide: usize,
    bits: Vec<u64>,
}

const SQUARE: f64 = 4.0;

impl Occupied {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the city is some tens of kilometres wide"
    )]
    fn new(territory: &Territory) -> Self {
        let ground = &territory.ground;
        let wide = (ground.lattice.columns as f64 * ground.cell.0 / SQUARE) as usize + 1;
        let high = (ground.lattice.rows as f64 * ground.cell.1 / SQUARE) as usize + 1;
        Self { wide, bits: vec![0; wide * high / 64 + 1] }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places lie on the lattice")]
    fn index(&self, place: Place) -> usize {
        let square = (place.1 / SQUARE) as usize * self.wide + (place.0 / SQUARE) as usize;
        square.min(self.bits.len() * 64 - 1)
    }

    fn mark(&mut self, place: Place) {
        let square = self.index(place);
        self.bits[square / 64] |= 1 << (square % 64);
    }

    fn is_taken(&self, place: Place) -> bool {
        let square = self.index(place);
        self.bits[square / 64] >> (square % 64) & 1 == 1
    }

    fn line(&mut self, line: &[Place], half: f64) {
        for leg in line.windows(2) {
            let (dx, dy) = (leg[1].0 - leg[0].0, leg[1].1 - leg[0].1);
            let length = dx.hypot(dy).max(0.1);
            let (nx, ny) = (-dy / length, dx / length);
            let mut along = 0.0;
            while along <= length {
                let mut off = -half;
                while off <= half {
                    let share = along / length;
                    self.mark((leg[0].0 + dx * share + nx * off, leg[0].1 + dy * share + ny * off));
                    off += 3.0;
                }
                along += 3.0;
            }
        }
    }

    /// Takes the ground of a rectangle and a metre around it, if it is free, unbuilt and within the city.
    fn take(&mut self, territory: &Territory, place: Place, along: f64, (wide, deep): (f64, f64)) -> bool {
        let (sin, cos) = along.sin_cos();
        let (a, b) = (wide / 2.0 + 1.0, deep / 2.0 + 1.0);
        let mut squares = Vec::with_capacity(25);
        for i in -2..=2 {
            for j in -2..=2 {
                let (u, v) = (a * f64::from(i) / 2.0, b * f64::from(j) / 2.0);
                let at = (place.0 + u * cos - v * sin, place.1 + u * sin + v * cos);
                let cell = territory.ground.cell_at(at);
                if at.0 < 100.0 || at.1 < 100.0 || territory.built[cell] || self.is_taken(at) {
                    return false;
                }
                squares.push(at);
            }
        }
        for at in squares {
            self.mark(at);
        }
        true
    }
}
