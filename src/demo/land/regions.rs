//! Counties as they are; streets, communities and grids made within them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use geo::{MultiPolygon, Polygon};

use super::subdivide::{Block, Lattice, Mesh, NONE, Partition, Ring, Seed, grow, inside, settle};
use super::{
    fabric::{Fabric, Size},
    ground::{Dice, Ground, Place, Turn, distance, noise},
};
use gridhall_spatial::spot::Spot;

const DIVISIONS: &str = include_str!("../../../geodata/xinyu-divisions.csv");
const COUNTIES: &str = include_str!("../../../geodata/xinyu-counties.geojson");

/// Cells a degree: three for each step of the county outlines' own lattice, about 32 by 36 metres.
const CELLS: u32 = 3072;

/// Where each street and town has its seat, about: read off a map by eye, for a made boundary needs no more.
const SEATS: &[(i64, f64, f64)] = &[
    (360_502_001, 114.925, 27.796),
    (360_502_002, 114.936, 27.824),
    (360_502_003, 114.893, 27.785),
    (360_502_004, 114.893, 27.827),
    (360_502_005, 114.967, 27.810),
    (360_502_100, 115.03, 27.985),
    (360_502_101, 114.97, 27.925),
    (360_502_102, 114.91, 27.685),
    (360_502_103, 115.16, 27.905),
    (360_502_104, 115.29, 27.875),
    (360_502_105, 114.965, 27.745),
    (360_502_108, 114.945, 27.875),
    (360_502_170, 114.825, 27.775),
    (360_502_180, 114.835, 27.84),
    (360_502_181, 114.875, 27.895),
    (360_502_190, 115.035, 27.825),
    (360_502_201, 115.115, 27.985),
    (360_502_202, 114.88, 27.955),
    (360_502_203, 115.13, 27.79),
    (360_502_204, 115.05, 27.735),
    (360_502_271, 114.87, 27.64),
    (360_521_001, 114.703, 27.815),
    (360_521_002, 114.679, 27.806),
    (360_521_100, 114.735, 27.845),
    (360_521_101, 114.60, 27.92),
    (360_521_102, 114.765, 27.915),
    (360_521_103, 114.67, 27.985),
    (360_521_104, 114.63, 27.69),
    (360_521_105, 114.57, 27.785),
    (360_521_106, 114.625, 27.85),
    (360_521_201, 114.73, 28.035),
    (360_521_202, 114.60, 28.03),
    (360_521_203, 114.68, 27.905),
    (360_521_505, 114.72, 27.62),
];

/// One division of the real list.
#[derive(Clone, Debug)]
pub struct Division {
    /// The full 15-digit code.
    pub code: i64,
    pub name: String,
    /// The number of the division above in its own list.
    pub parent: usize,
}

/// What kind of place a community is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Urban,
    /// The residents' committee of a town.
    Town,
    Village,
}

pub struct Community {
    pub division: Division,
    /// The name without 村民委员会: what the area is called, on the map and in an address.
    pub short: String,
    pub kind: Kind,
    pub site: Place,
}

pub struct Grid {
    pub code: i64,
    pub name: String,
    pub community: usize,
    pub site: Place,
    pub rings: Vec<Ring>,
}

/// The regions of the city and the ground they lie on.
pub struct Territory {
    pub ground: Ground,
    pub counties: Vec<Division>,
    pub streets: Vec<Division>,
    pub communities: Vec<Community>,
    pub grids: Vec<Grid>,
    /// The seat of each street or town.
    pub seats: Vec<Place>,
    pub fabrics: Vec<Fabric>,
    /// For each cell its grid's number.
    pub labels: Vec<u32>,
    /// Whether a cell belongs to a block.
    pub built: Vec<bool>,
    partition: Partition,
}

/// A boundary to store.
pub struct Boundary {
    pub code: i64,
    pub level: i16,
    pub name: String,
    pub made: bool,
    pub geom: MultiPolygon<f64>,
}

impl Territory {
    /// Divides the real communities into grids.
    ///
    /// # Errors
    /// When the divisions or outlines in `geodata` can't be read.
    ///
    /// # Panics
    /// Never on those: each community belongs to a street.
    pub fn make(seed: u64) -> Result<Self> {
        let [counties, streets, places] = divisions()?;
        let outlines = outlines(&counties)?;
        let lattice = Lattice::over(&outlines, CELLS);
        let mut county_of = lattice.cover(&outlines);
        settle(&lattice, &mut county_of);
        let mut dice = Dice::new(seed, 1);
        let mut ground = Ground::new(lattice);
        let depth = Depth::new(&ground, &county_of);

        let seats: Vec<Place> = streets.iter().map(|street| seat(&ground, &county_of, &depth, street)).collect();
        let (fabrics, built) = fabrics(&mut ground, &county_of, &depth, &streets, &seats, seed, &mut dice);
        let blocks: Vec<Block> = fabrics.iter().flat_map(|f| f.blocks.iter().map(|b| b.cells)).collect();

        // What always stays together has one number: a block, or else a cell.
        let mut atoms: Vec<u32> = (0..).take(county_of.len()).collect();
        for block in &blocks {
            let first = atoms[block.south * ground.lattice.columns + block.west];
            block.cells(&ground.lattice).for_each(|cell| atoms[cell] = first);
        }

        let to_seed = |parent: usize, at: Place, weight: f64| Seed {
            parent: u32::try_from(parent).expect("regions are few"),
            at: (at.0 / ground.cell.0, at.1 / ground.cell.1),
            weight,
        };
        let wander = |salt: u64, far: f64, wide: f64| {
            let ground = &ground;
            move |cell: usize| {
                let at = ground.middle(cell);
                let sway = |salt: u64| {
                    far * noise(seed ^ salt, at, wide) + far * 0.45 * noise(seed ^ salt ^ 0x4d, at, wide / 3.1)
                };
                (sway(salt) / ground.cell.0, sway(salt + 1) / ground.cell.1)
            }
        };

        let street_seeds: Vec<Seed> = streets
            .iter()
            .zip(&seats)
            .map(|(street, seat)| to_seed(street.parent, *seat, if urban(street) { 1.25 } else { 1.0 }))
            .collect();
        let street_of = grow(&ground.lattice, &county_of, &street_seeds, &blocks, &wander(101, 900.0, 3600.0));

        let mut communities = place_communities(&ground, &atoms, &street_of, &streets, &seats, &places, &mut dice);
        let community_seeds: Vec<Seed> = communities
            .iter()
            .map(|c| to_seed(c.division.parent, c.site, if c.kind == Kind::Town { 2.4 } else { 1.0 }))
            .collect();
        let community_of = grow(&ground.lattice, &street_of, &community_seeds, &blocks, &wander(201, 330.0, 1300.0));

        let mut grids = place_grids(&ground, &atoms, &community_of, &communities, &built, &mut dice);
        let grid_seeds: Vec<Seed> = grids.iter().map(|grid| to_seed(grid.community, grid.site, 1.0)).collect();
        let labels = grow(&ground.lattice, &community_of, &grid_seeds, &blocks, &wander(301, 130.0, 520.0));
        drop(street_of);

        let fixed = |corner: usize| touches(&ground.lattice, corner, |c| built[c]);
        let mesh =
            Mesh::new(&ground.lattice, |column, row| ground.lon_lat((column * ground.cell.0, row * ground.cell.1)))
                .jittered(&ground.lattice, seed, &|corner| if fixed(corner) { 0.0 } else { 0.26 })
                .snapped(&ground.lattice, &county_of, &outlines)
                .untangled(&ground.lattice);
        let county_of_grid = |grid: u32| match grid {
            NONE => usize::MAX,
            grid => streets[communities[grids[grid as usize].community].division.parent].parent,
        };
        let partition = Partition::new(&ground.lattice, &labels, &mesh, &|corner, (left, right)| {
            if county_of_grid(left) != county_of_grid(right) {
                0.1
            } else if fixed(corner as usize) {
                0.05
            } else {
                0.95
            }
        });
        let count = grids.len();
        for (grid, rings) in grids.iter_mut().zip(partition.rings(count, |g| (g != NONE).then_some(g as usize))) {
            grid.rings = rings;
        }
        for community in &mut communities {
            community.division.name.shrink_to_fit();
        }
        Ok(Self { ground, counties, streets, communities, grids, seats, fabrics, labels, built, partition })
    }

    /// The grid that holds a spot, looked for around a place near it; none outside the city.
    #[must_use]
    pub fn grid_at(&self, near: Place, spot: Spot) -> Option<usize> {
        let lattice = &self.ground.lattice;
        let (column, row) = lattice.place(self.ground.cell_at(near));
        let mut candidates: Vec<u32> = Vec::new();
        for row in row.saturating_sub(3)..(row + 4).min(lattice.rows) {
            for column in column.saturating_sub(3)..(column + 4).min(lattice.columns) {
                let label = self.labels[row * lattice.columns + column];
                if candidates.last() != Some(&label) && !candidates.contains(&label) {
                    candidates.push(label);
                }
            }
        }
        // Borders stray less than two cells from where they were traced, so one label all around is certain.
        if let [label] = candidates[..] {
            return (label != NONE).then_some(label as usize);
        }
        let own = self.labels[row * lattice.columns + column];
        let first = candidates.iter().position(|label| *label == own).unwrap_or(0);
        candidates.swap(0, first);
        candidates.into_iter().filter(|label| *label != NONE).map(|l| l as usize).find(|l| self.holds(*l, spot))
    }

    /// Whether a corner of a grid's border lies within a closed ring.
    #[must_use]
    pub fn juts_into(&self, grid: usize, ring: &[Spot]) -> bool {
        let (mut low, mut high) = (ring[0], ring[0]);
        for spot in ring {
            low = Spot { x: low.x.min(spot.x), y: low.y.min(spot.y) };
            high = Spot { x: high.x.max(spot.x), y: high.y.max(spot.y) };
        }
        let near = |s: &Spot| s.x >= low.x && s.x <= high.x && s.y >= low.y && s.y <= high.y;
        self.grids[grid].rings.iter().flatten().any(|spot| near(spot) && inside(ring, *spot))
    }

    /// Whether a grid's polygon holds a spot.
    #[must_use]
    pub fn holds(&self, grid: usize, spot: Spot) -> bool {
        self.grids[grid].rings.iter().fold(false, |odd, ring| odd ^ inside(ring, spot))
    }

    #[must_use]
    pub fn community(&self, grid: usize) -> &Community {
        &self.communities[self.grids[grid].community]
    }

    /// All boundaries, from the city down.
    #[must_use]
    pub fn boundaries(&self) -> Vec<Boundary> {
        let community = |grid: usize| self.grids[grid].community;
        let street = |grid: usize| self.communities[community(grid)].division.parent;
        let county = |grid: usize| self.streets[street(grid)].parent;
        let shapes = |count: usize, of: &dyn Fn(usize) -> usize| {
            self.partition.polygons(count, |label| (label != NONE).then(|| of(label as usize)))
        };
        let mut all = Vec::new();
        let city = Division { code: 360_500_000_000_000, name: "新余市".into(), parent: 0 };
        let mut add = |level: i16, divisions: &mut dyn Iterator<Item = &Division>, geoms: Vec<MultiPolygon<f64>>| {
            for (division, geom) in divisions.zip(geoms) {
                all.push(Boundary { code: division.code, level, name: division.name.clone(), made: level > 2, geom });
            }
        };
        add(1, &mut std::iter::once(&city), shapes(1, &|_| 0));
        add(2, &mut self.counties.iter(), shapes(self.counties.len(), &county));
        add(3, &mut self.streets.iter(), shapes(self.streets.len(), &street));
        // The area has the short name; the long one is that of the committee, an agency.
        let areas: Vec<Division> =
            self.communities.iter().map(|c| Division { name: c.short.clone(), ..c.division.clone() }).collect();
        add(4, &mut areas.iter(), shapes(self.communities.len(), &community));
        for (grid, geom) in self.grids.iter().zip(shapes(self.grids.len(), &|grid| grid)) {
            all.push(Boundary { code: grid.code, level: 5, name: grid.name.clone(), made: true, geom });
        }
        all
    }
}

fn divisions() -> Result<[Vec<Division>; 3]> {
    let mut levels: [Vec<Division>; 3] = Default::default();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for record in csv::Reader::from_reader(DIVISIONS.as_bytes()).records() {
        let record = record.context("geodata/xinyu-divisions.csv")?;
        let level = match &record[2] {
            "county" => 0,
            "street" => 1,
            "community" => 2,
            _ => continue,
        };
        let parent = places.get(&record[3]).copied().unwrap_or_default();
        let code: i64 = format!("{:0<15}", &record[0]).parse().context("a division code is a number")?;
        places.insert(record[0].to_owned(), levels[level].len());
        levels[level].push(Division { code, name: record[1].to_owned(), parent });
    }
    Ok(levels)
}

fn outlines(counties: &[Division]) -> Result<Vec<MultiPolygon<f64>>> {
    let collection: geojson::FeatureCollection = COUNTIES.parse().context("geodata/xinyu-counties.geojson")?;
    let mut found = vec![MultiPolygon::new(Vec::new()); counties.len()];
    for feature in collection.features {
        let name = feature.property("name").and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let county =
            counties.iter().position(|c| c.name == name).with_context(|| format!("no county {name} in the list"))?;
        let geometry = feature.geometry.context("a county has a geometry")?;
        found[county] = match geo::Geometry::<f64>::try_from(geometry)? {
            geo::Geometry::Polygon(polygon) => deduplicated(&polygon).into(),
            geo::Geometry::MultiPolygon(many) => MultiPolygon::new(many.iter().map(deduplicated).collect()),
            _ => anyhow::bail!("the outline of {name} is not a polygon"),
        };
    }
    Ok(found)
}

/// The source repeats vertices.
fn deduplicated(polygon: &Polygon<f64>) -> Polygon<f64> {
    let mut ring = polygon.exterior().0.clone();
    ring.dedup();
    Polygon::new(ring.into(), Vec::new())
}

fn urban(street: &Division) -> bool {
    street.code / 1_000_000 % 1000 < 100
}

fn touches(lattice: &Lattice, corner: usize, test: impl Fn(usize) -> bool) -> bool {
    let (column, row) = lattice.corner(corner);
    (row.saturating_sub(1)..=row)
        .flat_map(|row| (column.saturating_sub(1)..=column).map(move |column| (column, row)))
        .any(|(column, row)| column < lattice.columns && row < lattice.rows && test(row * lattice.columns + column))
}

/// How deep a place lies within its county.
struct Depth {
    metres: Vec<u16>,
}

impl Depth {
    /// Two sweeps of a distance transform, from the west and south and back.
    fn new(ground: &Ground, county_of: &[u32]) -> Self {
        let lattice = &ground.lattice;
        let columns = lattice.columns;
        let mut metres = vec![u16::MAX; county_of.len()];
        for cell in 0..county_of.len() {
            let (column, row) = lattice.place(cell);
            let rim = column == 0 || row == 0 || column + 1 == columns || row + 1 == lattice.rows;
            if rim
                || [cell - 1, cell + 1, cell - columns, cell + columns].iter().any(|c| county_of[*c] != county_of[cell])
            {
                metres[cell] = 0;
            }
        }
        for cell in columns..metres.len() {
            metres[cell] =
                metres[cell].min(metres[cell - 1].saturating_add(32)).min(metres[cell - columns].saturating_add(36));
        }
        for cell in (0..metres.len() - columns).rev() {
            metres[cell] =
                metres[cell].min(metres[cell + 1].saturating_add(32)).min(metres[cell + columns].saturating_add(36));
        }
        Self { metres }
    }
}

/// The listed seat, or the nearest place that lies well within the county.
fn seat(ground: &Ground, county_of: &[u32], depth: &Depth, street: &Division) -> Place {
    let known = SEATS.iter().find(|(code, ..)| *code == street.code / 1_000_000);
    let wanted = known.map_or_else(|| ground.place_of(114.8, 27.8), |(_, lon, lat)| ground.place_of(*lon, *lat));
    let fits = |cell: usize| county_of[cell] as usize == street.parent && depth.metres[cell] > 1500;
    let cell = ground.cell_at(wanted);
    if fits(cell) {
        return wanted;
    }
    let best = (0..county_of.len())
        .filter(|c| fits(*c))
        .min_by(|a, b| distance(ground.middle(*a), wanted).total_cmp(&distance(ground.middle(*b), wanted)));
    best.map_or(wanted, |cell| ground.middle(cell))
}

fn fabrics(
    ground: &mut Ground,
    county_of: &[u32],
    depth: &Depth,
    streets: &[Division],
    seats: &[Place],
    seed: u64,
    dice: &mut Dice,
) -> (Vec<Fabric>, Vec<bool>) {
    let mut taken = vec![false; county_of.len()];
    let mut fabrics = Vec::new();
    let mut add = |ground: &mut Ground, size, centre: Place, half: (f64, f64), angle: f64, bend: f64, outer: f64| {
        fabrics.push(Fabric::lay_out(ground, county_of, &mut taken, size, centre, half, seed, dice));
        // The turn must have faded out before the county's border, which lies where it lies.
        let outer = f64::min(outer, f64::from(depth.metres[ground.cell_at(centre)]) * 0.7);
        let inner = f64::min(half.0.max(half.1) * 1.05, outer * 0.62);
        // One place, one turn: a town near the core lies in the core's.
        if ground.turns.iter().all(|other| distance(other.centre, centre) > other.outer + outer) {
            ground.turns.push(Turn { centre, angle, bend, inner, outer });
        }
    };
    let core = ground.place_of(114.93, 27.81);
    let seat = ground.place_of(114.69, 27.81);
    add(ground, Size::Core, core, (5950.0, 4200.0), 0.12, 52.0, 10_000.0);
    add(ground, Size::Seat, seat, (2250.0, 1750.0), -0.15, 22.0, 4600.0);
    for (street, centre) in streets.iter().zip(seats) {
        if urban(street) {
            continue;
        }
        let grown = f64::from(u32::try_from(street.code / 1_000_000 % 7).unwrap_or(0)) * 15.0;
        let angle = 0.2 * noise(seed ^ 3, *centre, 900.0);
        add(ground, Size::Town, *centre, (300.0 + grown, 250.0 + grown * 0.8), angle, 8.0, 1350.0);
    }
    (fabrics, taken)
}

/// `count` well-spread sites among cells: best of several candidates, then drawn to the middle of what they hold.
fn spread(ground: &Ground, atoms: &[u32], cells: &[u32], count: usize, given: &[Place], dice: &mut Dice) -> Vec<Place> {
    if count == 0 {
        return Vec::new();
    }
    let mut sites: Vec<Place> = given.to_vec();
    while sites.len() < given.len() + count {
        let best = (0..28)
            .map(|_| ground.middle(cells[dice.below(cells.len())] as usize))
            .map(|place| {
                let nearest = sites.iter().map(|s| distance(*s, place)).fold(f64::MAX, f64::min);
                (nearest, place)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, place)| place);
        sites.extend(best);
    }
    let sample: Vec<Place> = (0..cells.len().min(3000))
        .map(|i| ground.middle(cells[i * cells.len() / cells.len().min(3000)] as usize))
        .collect();
    for _ in 0..3 {
        let mut sums = vec![((0.0, 0.0), 0.0); sites.len()];
        for place in &sample {
            let home = nearest(&sites, *place);
            let (sum, number) = &mut sums[home];
            *sum = (sum.0 + place.0, sum.1 + place.1);
            *number += 1.0;
        }
        for (site, (sum, number)) in sites.iter_mut().zip(sums).skip(given.len()) {
            if number > 0.0 {
                *site = (site.0 * 0.3 + 0.7 * sum.0 / number, site.1 * 0.3 + 0.7 * sum.1 / number);
            }
        }
    }
    // A seed must stand on a cell, and in a block, of its own.
    let mut used: Vec<u32> = given.iter().map(|place| atoms[ground.cell_at(*place)]).collect();
    for site in sites.iter_mut().skip(given.len()) {
        let mut best = (f64::MAX, None);
        for cell in cells {
            let far = distance(ground.middle(*cell as usize), *site);
            if far < best.0 && !used.contains(&atoms[*cell as usize]) {
                best = (far, Some(cell));
            }
        }
        let cell = best.1.expect("a region has more cells and blocks than parts");
        used.push(atoms[*cell as usize]);
        *site = ground.middle(*cell as usize);
    }
    sites.split_off(given.len())
}

/// How many blocks and single cells there are among cells, counted up to `enough`.
fn distinct(atoms: &[u32], cells: &[u32], enough: usize) -> usize {
    let mut seen = BTreeSet::new();
    for cell in cells {
        seen.insert(atoms[*cell as usize]);
        if seen.len() >= enough {
            break;
        }
    }
    seen.len()
}

fn nearest(sites: &[Place], place: Place) -> usize {
    (0..sites.len()).min_by(|a, b| distance(sites[*a], place).total_cmp(&distance(sites[*b], place))).unwrap_or(0)
}

fn cells_by(labels: &[u32], count: usize) -> Vec<Vec<u32>> {
    let mut cells = vec![Vec::new(); count];
    for (cell, label) in labels.iter().enumerate().filter(|(_, label)| **label != NONE) {
        cells[*label as usize].push(u32::try_from(cell).expect("a lattice has fewer than 2^32 cells"));
    }
    cells
}

fn place_communities(
    ground: &Ground,
    atoms: &[u32],
    street_of: &[u32],
    streets: &[Division],
    seats: &[Place],
    places: &[Division],
    dice: &mut Dice,
) -> Vec<Community> {
    let cells = cells_by(street_of, streets.len());
    let mut sites: Vec<Option<Place>> = vec![None; places.len()];
    let kind = |place: &Division| match () {
        () if urban(&streets[place.parent]) => Kind::Urban,
        () if place.code / 1000 % 1000 < 100 || place.name.contains("社区") => Kind::Town,
        () => Kind::Village,
    };
    for (street, cells) in cells.iter().enumerate() {
        let of = |wanted: fn(Kind) -> bool| -> Vec<usize> {
            (0..places.len()).filter(|p| places[*p].parent == street && wanted(kind(&places[*p]))).collect()
        };
        let towns = of(|kind| kind == Kind::Town);
        // Residents' committees share the town's centre; villages lie around it.
        let close: Vec<u32> =
            cells.iter().copied().filter(|c| distance(ground.middle(*c as usize), seats[street]) < 420.0).collect();
        let centre = spread(ground, atoms, &close, towns.len(), &[], dice);
        let villages = of(|kind| kind != Kind::Town);
        let around = spread(ground, atoms, cells, villages.len(), &centre, dice);
        for (place, site) in towns.into_iter().zip(centre).chain(villages.into_iter().zip(around)) {
            sites[place] = Some(site);
        }
    }
    std::iter::zip(places, sites)
        .map(|(division, site)| Community {
            short: short_name(&division.name),
            kind: kind(division),
            site: site.expect("each community belongs to a street"),
            division: division.clone(),
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "cell counts are small")]
fn place_grids(
    ground: &Ground,
    atoms: &[u32],
    community_of: &[u32],
    communities: &[Community],
    built: &[bool],
    dice: &mut Dice,
) -> Vec<Grid> {
    let cells = cells_by(community_of, communities.len());
    let mut grids = Vec::new();
    for (number, (community, cells)) in communities.iter().zip(&cells).enumerate() {
        let area = cells.len() as f64 / 1000.0;
        let town = cells.iter().filter(|c| built[**c as usize]).count() as f64;
        let wanted = match community.kind {
            Kind::Urban => 4.0 + town / 128.0,
            Kind::Town => 2.0 + town / 60.0,
            Kind::Village => 3.3 + area * 0.24,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
        let count = ((wanted + dice.real(-0.8, 0.8)).round().max(1.0) as usize)
            .min(cells.len() / 40 + 1)
            .min(distinct(atoms, cells, 26));
        let mut sites = spread(ground, atoms, cells, count, &[], dice);
        // Numbered as one reads: from the north-west, in bands.
        sites.sort_by(|a, b| (-(a.1 / 400.0).floor()).total_cmp(&-(b.1 / 400.0).floor()).then(a.0.total_cmp(&b.0)));
        for (order, site) in sites.into_iter().enumerate() {
            grids.push(Grid {
                code: community.division.code + i64::try_from(order).expect("few grids") + 1,
                name: format!("{}第{}网格", community.short, order + 1),
                community: number,
                site,
                rings: Vec::new(),
            });
        }
    }
    grids
}

/// 水北村民委员会 is 水北村 in an address, 百花湖社区居民委员会 is 百花湖社区.
fn short_name(name: &str) -> String {
    let base = ["村民委员会", "居民委员会", "村委会", "居委会"].iter().find_map(|end| name.strip_suffix(end));
    match base {
        Some(base) if name.contains("村民委") || name.contains("村委") => {
            format!("{}村", base.trim_end_matches('村'))
        }
        Some(base) if base.ends_with("社区") => base.to_owned(),
        Some(base) => format!("{base}社区"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Validation};

    use super::*;

    #[test]
    fn addresses_use_short_names() {
        for (name, short) in [
            ("水北村民委员会", "水北村"),
            ("垣下村村民委员会", "垣下村"),
            ("廖家村委会", "廖家村"),
            ("百花湖社区居民委员会", "百花湖社区"),
            ("龙州社区居委会", "龙州社区"),
            ("文化村居民委员会", "文化村社区"),
            ("百丈峰林场生活区", "百丈峰林场生活区"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }

    #[test]
    fn the_real_divisions_are_tiled_by_their_grids() {
        let territory = Territory::make(1).unwrap();
        assert_eq!((territory.counties.len(), territory.streets.len(), territory.communities.len()), (2, 34, 511));
        assert!((2800..3200).contains(&territory.grids.len()), "{}", territory.grids.len());

        let boundaries = territory.boundaries();
        let areas: BTreeMap<i64, f64> = boundaries.iter().map(|b| (b.code, b.geom.unsigned_area())).collect();
        for (level, span) in [(2, 100_000_000_000), (3, 1_000_000_000), (4, 1_000_000), (5, 1_000)] {
            let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
            for boundary in boundaries.iter().filter(|b| b.level == level) {
                assert_eq!(boundary.geom.0.len(), 1, "{} is in one piece", boundary.name);
                *sums.entry(boundary.code - boundary.code % span).or_default() += boundary.geom.unsigned_area();
            }
            for (parent, sum) in sums {
                assert!((sum - areas[&parent]).abs() < 1e-12, "{parent}");
            }
        }
        for boundary in boundaries.iter().filter(|b| b.level == 5) {
            assert!(boundary.geom.is_valid(), "{}", boundary.name);
            assert!(boundary.made);
        }
    }
}
