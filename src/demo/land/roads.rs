//! Roads: street plans in towns, numbered roads between them, lanes to villages and hamlets.

use super::subdivide::NONE;
use gridhall_spatial::spot::Spot;

use super::{
    fabric::{Fabric, Size, Use, river},
    ground::{Dice, Place, distance, noise},
    regions::{Kind, Territory},
};

/// A stretch of road between junctions.
pub struct Road {
    pub class: &'static str,
    pub name: String,
    pub line: Vec<Place>,
    /// The grid at its middle.
    pub grid: usize,
    /// How far out it lies: what a smaller city leaves out first.
    pub rank: f64,
}

/// Where a hamlet stands and which way its lane runs.
pub struct Hamlet {
    pub grid: usize,
    pub place: Place,
    pub along: f64,
}

/// The names of a street plan's lines.
pub struct LineNames {
    pub columns: Vec<(String, &'static str)>,
    pub rows: Vec<(String, &'static str)>,
}

/// All roads, the hamlets at their ends, and the names of each street plan's lines.
pub struct Network {
    pub roads: Vec<Road>,
    pub hamlets: Vec<Hamlet>,
    pub names: Vec<LineNames>,
}

const EASTWARD: &[&str] = &[
    "抱石大道",
    "仙来大道",
    "北湖路",
    "胜利路",
    "团结路",
    "中山路",
    "平安路",
    "白竹路",
    "仙女湖大道",
    "沿江路",
    "五一路",
    "天工大道",
    "渝州大道",
    "赣新大道",
    "春龙大道",
    "康泰路",
    "文化路",
    "钢城大道",
    "毓秀路",
    "袁河大道",
    "铁路街",
    "望城路",
];
const NORTHWARD: &[&str] = &[
    "劳动路",
    "长青路",
    "公园路",
    "毓秀大道",
    "青年路",
    "站前路",
    "竹山路",
    "建设路",
    "新欣大道",
    "体育路",
    "虎瞰路",
    "解放路",
    "人民路",
    "长林路",
    "西门路",
    "东门路",
    "龙腾路",
    "学院路",
    "光明路",
    "暨阳路",
    "孔目江大道",
    "高新大道",
    "城东大道",
    "创业大道",
];
const SEAT_EASTWARD: &[&str] =
    &["天工路", "钤阳路", "府前路", "昌山路", "安仁路", "介桥路", "东湖路", "钤山大道", "开物路", "泗水路", "分宜大道"];
const SEAT_NORTHWARD: &[&str] = &[
    "钤麓路",
    "文标路",
    "明珠路",
    "环城路",
    "站西路",
    "三桥路",
    "工业大道",
    "龙凤路",
    "府右路",
    "杨林路",
    "保健路",
    "政法路",
];
const TOWN: &[&str] = &[
    "人民路",
    "建设路",
    "文化路",
    "新街",
    "老街",
    "中心街",
    "兴盛路",
    "富民路",
    "迎宾路",
    "学府路",
    "农贸街",
    "振兴路",
];
const FIRST: &[&str] = &[
    "康", "新", "安", "福", "兴", "和", "永", "东", "西", "金", "桂", "梅", "竹", "松", "云", "龙", "凤", "玉", "瑞",
    "华", "泰", "明", "秀", "文", "景", "清", "泉", "石", "荷",
];
const SECOND: &[&str] = &[
    "源", "盛", "宁", "乐", "苑", "塘", "桥", "山", "庆", "和", "园", "湖", "江", "林", "平", "荣", "昌", "溪", "丰",
    "康",
];

impl Network {
    #[must_use]
    pub fn make(territory: &Territory, seed: u64) -> Self {
        let mut dice = Dice::new(seed, 2);
        let mut network = Self { roads: Vec::new(), hamlets: Vec::new(), names: Vec::new() };
        for fabric in &territory.fabrics {
            let names = line_names(fabric, &mut dice);
            network.streets(territory, fabric, &names, &mut dice);
            network.names.push(names);
        }
        network.highways(territory, seed);
        network.between_towns(territory, seed);
        network.village_roads(territory, seed, &mut dice);
        network
    }

    /// A road laid on open ground: cut to lengths under a kilometre, left out where a street plan takes over.
    fn add(&mut self, territory: &Territory, class: &'static str, name: &str, line: &[Place], rank: f64) {
        let through = class == "motorway";
        let length = if through { 14 } else { 9 };
        let open = |place: Place| {
            let cell = territory.ground.cell_at(place);
            territory.labels[cell] != NONE && (through || !territory.built[cell])
        };
        let mut piece: Vec<Place> = Vec::new();
        let mut before: Option<Place> = None;
        for place in line {
            // Where it meets a street plan or the city's border it runs right up to the edge.
            let edge = before.filter(|b| open(*b) != open(*place)).map(|b| edge_between(b, *place, &open));
            piece.extend(edge);
            before = Some(*place);
            if open(*place) {
                piece.push(*place);
            }
            if piece.len() > length || !open(*place) {
                let last = piece.last().copied();
                self.finish(territory, class, name, std::mem::take(&mut piece), rank);
                piece.extend(last.filter(|_| open(*place)));
            }
        }
        self.finish(territory, class, name, piece, rank);
    }

    fn finish(&mut self, territory: &Territory, class: &'static str, name: &str, mut line: Vec<Place>, rank: f64) {
        if line.len() < 2 {
            return;
        }
        for _ in 0..4 {
            match grid_at_middle(territory, &line) {
                Some(Ok(grid)) => return self.roads.push(Road { class, name: name.to_owned(), line, grid, rank }),
                // Its middle lies on a border: a road that begins a little later doesn't ask to which side it belongs.
                Some(Err(())) => {
                    line[0] = (line[0].0 * 0.9 + line[1].0 * 0.1, line[0].1 * 0.9 + line[1].1 * 0.1);
                }
                None => return,
            }
        }
    }

    fn streets(&mut self, territory: &Territory, fabric: &Fabric, names: &LineNames, dice: &mut Dice) {
        let ground = &territory.ground;
        let core = fabric.size == Size::Core;
        for row in 0..fabric.rows.len() {
            for column in 0..fabric.columns.len() {
                let here = fabric.crossing(ground, column, row);
                let below = row.checked_sub(1);
                let before = column.checked_sub(1);
                let mut lay = |end: Option<Place>,
                               sides: [Option<&super::fabric::CityBlock>; 2],
                               name: &(String, &'static str)| {
                    let Some(end) = end else { return };
                    let present: Vec<_> = sides.into_iter().flatten().collect();
                    let minor = matches!(name.1, "residential" | "tertiary");
                    let empty = present.iter().all(|b| matches!(b.purpose, Use::Water | Use::Park));
                    let joined =
                        present.len() == 2 && present.iter().all(|b| matches!(b.purpose, Use::Park | Use::Industry));
                    if present.is_empty() || minor && empty || name.1 == "residential" && joined {
                        return;
                    }
                    let steps = 4;
                    let line: Vec<Place> = (0..=steps)
                        .map(|i| {
                            let share = f64::from(i) / f64::from(steps);
                            // A hand's breadth off the line that grids share, so that its middle lies in one of them.
                            (here.0 + (end.0 - here.0) * share + 0.15, here.1 + (end.1 - here.1) * share + 0.15)
                        })
                        .collect();
                    let middle = (here.0.midpoint(end.0) - fabric.centre.0, here.1.midpoint(end.1) - fabric.centre.1);
                    if core && minor && river(middle.0, middle.1) < 70.0 {
                        return;
                    }
                    let rank = present.iter().map(|b| b.reach).fold(f64::MAX, f64::min) + rank_of(fabric.size);
                    self.finish(territory, name.1, &name.0, line, rank);
                };
                let east = (column + 1 < fabric.columns.len()).then(|| fabric.crossing(ground, column + 1, row));
                lay(east, [below.and_then(|r| fabric.block(column, r)), fabric.block(column, row)], &names.rows[row]);
                let north = (row + 1 < fabric.rows.len()).then(|| fabric.crossing(ground, column, row + 1));
                lay(
                    north,
                    [before.and_then(|c| fabric.block(c, row)), fabric.block(column, row)],
                    &names.columns[column],
                );
            }
        }
        // Lanes within blocks: what the rows of houses open on.
        for block in &fabric.blocks {
            if !matches!(block.purpose, Use::Old | Use::UrbanVillage) {
                continue;
            }
            let a = fabric.crossing(ground, block.column, block.row);
            let b = fabric.crossing(ground, block.column + 1, block.row + 1);
            let y = a.1.midpoint(b.1);
            let name =
                format!("{}{}巷", names.rows[block.row].0.trim_end_matches(['路', '街', '道', '大']), dice.int(1, 30));
            self.finish(territory, "residential", &name, vec![(a.0, y), (b.0, y)], block.reach + rank_of(fabric.size));
        }
    }

    /// Two motorways, the railway town's trunk road and a ring in the east and south.
    fn highways(&mut self, territory: &Territory, seed: u64) {
        let ground = &territory.ground;
        let at = |points: &[(f64, f64)]| -> Vec<Place> {
            points.iter().map(|(lon, lat)| ground.place_of(*lon, *lat)).collect()
        };
        for (class, name, course) in [
            (
                "motorway",
                "沪昆高速G60",
                at(&[
                    (114.50, 27.755),
                    (114.66, 27.775),
                    (114.80, 27.752),
                    (114.93, 27.745),
                    (115.06, 27.775),
                    (115.2, 27.83),
                    (115.34, 27.857),
                ]),
            ),
            (
                "motorway",
                "大广高速G45",
                at(&[(115.10, 28.08), (115.085, 27.95), (115.075, 27.84), (115.02, 27.74), (115.01, 27.66)]),
            ),
            ("trunk", "国道G533", at(&[(114.57, 27.797), (114.62, 27.80), (114.69, 27.812)])),
            ("trunk", "国道G533", at(&[(114.69, 27.812), (114.79, 27.79), (114.92, 27.808)])),
            ("trunk", "国道G533", at(&[(114.95, 27.812), (115.12, 27.85), (115.22, 27.862), (115.28, 27.868)])),
            ("trunk", "国道G238", at(&[(114.94, 27.82), (114.955, 27.92), (114.99, 27.99), (114.98, 28.08)])),
            ("trunk", "国道G238", at(&[(114.93, 27.80), (114.915, 27.70), (114.89, 27.60)])),
        ] {
            let line: Vec<Place> =
                course.windows(2).flat_map(|leg| wander(seed ^ 0x29, leg[0], leg[1], 260.0)).collect();
            self.add(territory, class, name, &line, 3.0);
        }
    }

    fn between_towns(&mut self, territory: &Territory, seed: u64) {
        let seats = &territory.seats;
        let mut pairs = tree(seats, 0);
        // Each town also has a road to its second neighbour.
        for a in 0..seats.len() {
            let mut others: Vec<usize> = (0..seats.len()).filter(|b| *b != a).collect();
            others.sort_by(|x, y| distance(seats[*x], seats[a]).total_cmp(&distance(seats[*y], seats[a])));
            for b in others.into_iter().take(2) {
                if !pairs.contains(&(a, b)) && !pairs.contains(&(b, a)) {
                    pairs.push((a, b));
                }
            }
        }
        for (number, (a, b)) in pairs.into_iter().enumerate() {
            let class = if number % 3 == 0 { "primary" } else { "secondary" };
            let name = if number % 3 == 0 {
                format!("省道S{}", 222 + number / 3)
            } else {
                format!("县道X{}", 101 + number)
            };
            self.add(territory, class, &name, &wander(seed ^ 0x2a, seats[a], seats[b], 420.0), 3.0);
        }
    }

    fn village_roads(&mut self, territory: &Territory, seed: u64, dice: &mut Dice) {
        for (street, seat) in territory.seats.iter().enumerate() {
            let villages: Vec<usize> = (0..territory.communities.len())
                .filter(|c| {
                    territory.communities[*c].division.parent == street
                        && territory.communities[*c].kind == Kind::Village
                })
                .collect();
            let mut sites = vec![*seat];
            sites.extend(villages.iter().map(|c| territory.communities[*c].site));
            let short = |index: usize| match index {
                0 => territory.streets[street].name.trim_end_matches(['镇', '乡']).to_owned(),
                i => territory.communities[villages[i - 1]].short.trim_end_matches('村').to_owned(),
            };
            for (a, b) in tree(&sites, 0) {
                let name = format!("{}{}线", first(&short(a)), short(b));
                self.add(territory, "tertiary", &name, &wander(seed ^ 0x2b, sites[a], sites[b], 240.0), 2.2);
            }
        }
        // A hamlet or more in each rural grid, each with a track to what is near.
        let mut cells: Vec<Vec<u32>> = vec![Vec::new(); territory.grids.len()];
        for (cell, label) in territory.labels.iter().enumerate() {
            if *label != NONE && !territory.built[cell] {
                cells[*label as usize].push(u32::try_from(cell).expect("fewer than 2^32 cells"));
            }
        }
        let mut hamlets: Vec<Vec<(usize, Place)>> = vec![Vec::new(); territory.communities.len()];
        for (grid, cells) in cells.iter().enumerate() {
            // Too small for a hamlet: the leftover rim of a street plan.
            if cells.len() < 90 {
                continue;
            }
            let community = territory.grids[grid].community;
            for _ in 0..=(cells.len() + 300) / 900 {
                let candidates = (0..12).map(|_| territory.ground.middle(cells[dice.below(cells.len())] as usize));
                let near = &hamlets[community];
                let best = candidates.max_by(|a, b| {
                    let free =
                        |p: Place| near.iter().map(|n| distance(n.1, p)).fold(480.0, f64::min) - wild(seed, p) * 320.0;
                    free(*a).total_cmp(&free(*b))
                });
                hamlets[community].extend(best.map(|place| (grid, place)));
            }
        }
        for (community, hamlets) in hamlets.into_iter().enumerate() {
            let village = &territory.communities[community];
            let mut sites = vec![village.site];
            sites.extend(hamlets.iter().map(|h| h.1));
            let mut toward = vec![village.site; sites.len()];
            let name = format!("{}村道", village.short.trim_end_matches('村'));
            for (a, b) in tree(&sites, 0) {
                toward[b] = sites[a];
                self.add(territory, "track", &name, &wander(seed ^ 0x2c, sites[a], sites[b], 70.0), 2.4);
            }
            for ((grid, place), to) in hamlets.into_iter().zip(&toward[1..]) {
                let along = (place.1 - to.1).atan2(place.0 - to.0) + dice.bell(0.12);
                self.hamlets.push(Hamlet { grid, place, along });
            }
        }
    }
}

/// Where hills rise: no hamlets there, from 0 to 1.
fn wild(seed: u64, place: Place) -> f64 {
    noise(seed ^ 0x5b, place, 5200.0).max(0.0) + 0.4 * noise(seed ^ 0x5c, place, 1500.0).max(0.0)
}

/// Smaller places come later when a smaller city is made.
#[must_use]
pub fn rank_of(size: Size) -> f64 {
    match size {
        Size::Core => 0.0,
        Size::Seat => 0.45,
        Size::Town => 0.9,
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

#[must_use]
pub fn middle_of(line: &[Place]) -> Option<Place> {
    let total: f64 = line.windows(2).map(|leg| distance(leg[0], leg[1])).sum();
    let mut left = total / 2.0;
    for leg in line.windows(2) {
        let length = distance(leg[0], leg[1]);
        if length >= left && length > 0.0 {
            let share = left / length;
            return Some((leg[0].0 + (leg[1].0 - leg[0].0) * share, leg[0].1 + (leg[1].1 - leg[0].1) * share));
        }
        left -= length;
    }
    None
}

/// The last open place on the way between an open and a closed one.
fn edge_between(a: Place, b: Place, open: &impl Fn(Place) -> bool) -> Place {
    let (mut inner, mut outer) = if open(a) { (a, b) } else { (b, a) };
    for _ in 0..10 {
        let middle = (inner.0.midpoint(outer.0), inner.1.midpoint(outer.1));
        if open(middle) { inner = middle } else { outer = middle }
    }
    inner
}

/// The grid at a road's middle as the database measures it: half the length, in degrees, of the line that is stored.
///
/// An error when a border passes within some centimetres of it; nothing outside the city.
fn grid_at_middle(territory: &Territory, line: &[Place]) -> Option<Result<usize, ()>> {
    let near = middle_of(line)?;
    let stored: Vec<Place> =
        line.iter().map(|place| territory.ground.spot(*place)).map(|s| (s.lon(), s.lat())).collect();
    let (lon, lat) = middle_of(&stored)?;
    let spot = Spot::at(lon, lat);
    let grid = territory.grid_at(near, spot)?;
    let clear = [(-4, 0), (4, 0), (0, -4), (0, 4)]
        .iter()
        .all(|(x, y)| territory.holds(grid, Spot { x: spot.x + x, y: spot.y + y }));
    Some(if clear { Ok(grid) } else { Err(()) })
}

/// A road that follows the land from `a` to `b`, a vertex each 90 metres or so.
fn wander(seed: u64, a: Place, b: Place, sway: f64) -> Vec<Place> {
    let length = distance(a, b);
    let steps = (length / 90.0).ceil().max(2.0);
    let (nx, ny) = (-(b.1 - a.1) / length.max(1.0), (b.0 - a.0) / length.max(1.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
    let count = steps as u32;
    (0..=count)
        .map(|i| {
            let share = f64::from(i) / steps;
            let place = (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
            let slack = (share * std::f64::consts::PI).sin();
            let off = slack * (sway * noise(seed, place, 2400.0) + sway * 0.3 * noise(seed ^ 1, place, 600.0));
            (place.0 + nx * off, place.1 + ny * off)
        })
        .collect()
}

/// A tree of shortest links that joins all places, from one on.
fn tree(places: &[Place], root: usize) -> Vec<(usize, usize)> {
    let mut best: Vec<(f64, usize)> = places.iter().map(|p| (distance(*p, places[root]), root)).collect();
    let mut inside = vec![false; places.len()];
    inside[root] = true;
    let mut links = Vec::new();
    for _ in 1..places.len() {
        let Some(next) = (0..places.len()).filter(|p| !inside[*p]).min_by(|a, b| best[*a].0.total_cmp(&best[*b].0))
        else {
            break;
        };
        links.push((best[next].1, next));
        inside[next] = true;
        for (place, best) in best.iter_mut().enumerate() {
            let far = distance(places[place], places[next]);
            if far < best.0 {
                *best = (far, next);
            }
        }
    }
    links
}

fn line_names(fabric: &Fabric, dice: &mut Dice) -> LineNames {
    let (east, north) = match fabric.size {
        Size::Core => (EASTWARD, NORTHWARD),
        Size::Seat => (SEAT_EASTWARD, SEAT_NORTHWARD),
        Size::Town => (TOWN, TOWN),
    };
    let mut used: Vec<String> = Vec::new();
    let mut lines = |count: usize, list: &[&str], offset: usize| -> Vec<(String, &'static str)> {
        (0..count)
            .map(|line| {
                let off = line.abs_diff(count / 2);
                let class = match fabric.size {
                    Size::Town if off == 0 => "secondary",
                    Size::Town => "residential",
                    _ if off % 6 == 0 => "primary",
                    _ if off % 3 == 0 => "secondary",
                    _ if off % 3 == 1 && fabric.size == Size::Core => "tertiary",
                    _ => "residential",
                };
                // The best known names go to the streets in the middle.
                let rank = off * 2 + usize::from(line < count / 2);
                let mut name = list.get((rank + offset) % list.len().max(rank + offset + 1)).map(|n| (*n).to_owned());
                while name.as_ref().is_none_or(|n| used.contains(n)) {
                    let end = if class == "residential" { "街" } else { "路" };
                    name = Some(format!("{}{}{end}", dice.pick(FIRST), dice.pick(SECOND)));
                }
                let name = name.unwrap_or_default();
                used.push(name.clone());
                (name, class)
            })
            .collect()
    };
    let columns = lines(fabric.columns.len(), north, 0);
    let rows = lines(fabric.rows.len(), east, if fabric.size == Size::Town { 3 } else { 0 });
    LineNames { columns, rows }
}
