//! Counts of people that cannot be subtracted from one another down to a few people.
//!
//! People are counted place by place: all who stand at one point in one grid are in an area or out of it as a whole.
//! From each place's counts a *published table* is made once. A place publishes a count only if it is of [`FEW`] people
//! or more, and not of what is masked on their records; what is left joins what is left of its grid's other places, and
//! the grid publishes that if it is `FEW` or more; so on to community, street, county and city. What is left of the city is
//! not published.
//!
//! An area's answer is the sum of published counts: those of the places in it, and those of the regions most of whose
//! places are in it. Which places are in it depends on where people live, not on what they are. So whatever areas
//! somebody asks for, and however they add and subtract the answers, they learn at most the published table, and no
//! count in that table is of one to four people. A hole over one house takes away what that house publishes, and nothing
//! of what is masked.
//!
//! Where the counts of one dimension add up to a known total, the one count that is missing would follow from the
//! others. Therefore, where the missing counts of a dimension are `FEW` together or less, the smallest published one is
//! held back as well.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    area::Area,
    count::{Count, Key, Tallies},
    layer::Layer,
    mercator::{Bounds, Point},
    scope::{Coverage, Scope},
};

/// Counts of fewer people are never published.
pub const FEW: u32 = 5;

/// How many codes a region of each level holds, from the grid up to the city.
const LEVELS: [i64; 5] = [1, 1_000, 1_000_000, 1_000_000_000, 100_000_000_000];

/// The dimension under which the total is counted.
const TOTAL: u8 = u8::MAX;

/// Counts by cell, a cell being one key of one dimension; in the order of the cells.
type Counts = Vec<(u16, u32)>;

/// The published table of a layer of people.
#[derive(Debug, Default)]
pub struct Lattice {
    /// What each cell stands for: a dimension of the layer's spec, or [`TOTAL`]; and its key.
    cells: Vec<(u8, Key)>,
    dimensions: usize,
    /// In the order of their codes.
    grids: Vec<LatticeGrid>,
    /// Grid by grid.
    places: Vec<LatticePlace>,
    rests: Vec<Rest>,
}

#[derive(Debug)]
struct LatticeGrid {
    region: i64,
    bounds: Bounds,
    places: Range<usize>,
}

#[derive(Debug)]
struct LatticePlace {
    at: Point,
    published: Counts,
}

/// What the places of a region publish together, beyond what each or its lower regions publish.
#[derive(Debug)]
struct Rest {
    /// Its grids.
    grids: Range<usize>,
    published: Counts,
}

impl Lattice {
    /// Makes the published table of a layer by the dimensions of its spec. What is masked, by its dimension and key, no place
    /// publishes.
    #[must_use]
    pub fn new(layer: &Layer, today: i64, is_masked: impl Fn(usize, &Key) -> bool) -> Self {
        let spec = &layer.schema().spec;
        let mut cells = Cells::default();
        let total = cells.number(TOTAL, Key::Null);
        let mut numbers: HashMap<(i64, u32, u32), u32> = HashMap::new();
        let mut where_it_is: Vec<(i64, Point)> = Vec::new();
        // A place's number and a cell's, one pair for each person and dimension.
        let mut pairs: Vec<u64> = Vec::new();
        layer.visit(&Bounds::WORLD, &Scope::everything(), |view| {
            let (region, at) = (view.region(), view.anchor());
            let next = u32::try_from(where_it_is.len()).unwrap_or(u32::MAX);
            let place = *numbers.entry((region, at.x, at.y)).or_insert_with(|| {
                where_it_is.push((region, at));
                next
            });
            let mut count = |cell: u16| pairs.push(u64::from(place) << 16 | u64::from(cell));
            count(total);
            for (index, dimension) in spec.dimensions.iter().enumerate() {
                let key = dimension.key(&|column| view.value(column), today);
                if key != Key::Null {
                    count(cells.number(u8::try_from(index).unwrap_or(TOTAL - 1), key));
                }
            }
        });
        pairs.sort_unstable();
        let mut counts: Vec<Counts> = vec![Vec::new(); where_it_is.len()];
        for group in pairs.chunk_by(|a, b| a == b) {
            let place = usize::try_from(group[0] >> 16).unwrap_or(usize::MAX);
            let cell = u16::try_from(group[0] & 0xffff).unwrap_or(u16::MAX);
            counts[place].push((cell, u32::try_from(group.len()).unwrap_or(u32::MAX)));
        }
        let mut places: Vec<(i64, Point, Counts)> =
            where_it_is.into_iter().zip(counts).map(|((region, at), counts)| (region, at, counts)).collect();
        places.sort_unstable_by_key(|&(region, at, _)| (region, at.x, at.y));
        let masked: Vec<bool> =
            cells.names.iter().map(|(dimension, key)| is_masked(usize::from(*dimension), key)).collect();
        Self::of_places(cells.names, &masked, spec.dimensions.len(), places)
    }

    /// From places in the order of their grids, with all of their counts.
    fn of_places(cells: Vec<(u8, Key)>, masked: &[bool], dimensions: usize, all: Vec<(i64, Point, Counts)>) -> Self {
        let mut lattice = Self { cells, dimensions, ..Self::default() };
        // What is left of each grid, and then of each region of the level above.
        let mut left: Vec<(i64, Range<usize>, Counts)> = Vec::new();
        for (region, at, counts) in all {
            let (published, rest) = split(&lattice.cells, counts, |cell| masked[usize::from(cell)]);
            let index = lattice.places.len();
            lattice.places.push(LatticePlace { at, published });
            if let Some(grid) = lattice.grids.last_mut().filter(|grid| grid.region == region) {
                grid.places.end = index + 1;
                grid.bounds = grid.bounds.union(Bounds::of(at));
            } else {
                let number = lattice.grids.len();
                lattice.grids.push(LatticeGrid { region, bounds: Bounds::of(at), places: index..index + 1 });
                left.push((region, number..number + 1, Counts::new()));
            }
            if let Some((_, _, sum)) = left.last_mut() {
                add(sum, &rest);
            }
        }
        for size in LEVELS {
            let mut above: Vec<(i64, Range<usize>, Counts)> = Vec::new();
            for (region, grids, counts) in left {
                // Who stands in no grid belongs to no region.
                let code = if region == 0 { 0 } else { region - region % size };
                match above.last_mut().filter(|(there, ..)| *there == code) {
                    Some((_, range, sum)) => {
                        range.end = grids.end;
                        add(sum, &counts);
                    }
                    None => above.push((code, grids, counts)),
                }
            }
            left = above
                .into_iter()
                .map(|(code, grids, counts)| {
                    let (published, rest) = split(&lattice.cells, counts, |_| false);
                    if !published.is_empty() {
                        lattice.rests.push(Rest { grids: grids.clone(), published });
                    }
                    (code, grids, rest)
                })
                .collect();
        }
        lattice
    }

    /// The published counts of an area within a scope.
    #[must_use]
    pub fn tally(&self, area: &Area, scope: &Scope) -> Tallies {
        let mut sums = vec![0_u64; self.cells.len()];
        let mut sum = |published: &Counts| {
            for &(cell, count) in published {
                sums[usize::from(cell)] += u64::from(count);
            }
        };
        // How many places of each grid the area holds.
        let mut inside = vec![0_usize; self.grids.len()];
        for range in self.candidates(area) {
            for index in range {
                let grid = &self.grids[index];
                if !scope.contains(grid.region) {
                    continue;
                }
                let held = area.relate(&grid.bounds, (grid.region, grid.region));
                if held == Coverage::None {
                    continue;
                }
                for place in &self.places[grid.places.clone()] {
                    if held == Coverage::All || area.contains(place.at, grid.region) {
                        sum(&place.published);
                        inside[index] += 1;
                    }
                }
            }
        }
        // Running sums: of the places in the area, and of the grids out of scope, before each grid.
        let mut before = Vec::with_capacity(self.grids.len() + 1);
        let (mut held, mut hidden) = (0, 0);
        before.push((held, hidden));
        for (grid, inside) in self.grids.iter().zip(&inside) {
            held += inside;
            hidden += usize::from(!scope.contains(grid.region));
            before.push((held, hidden));
        }
        for rest in &self.rests {
            let Range { start, end } = rest.grids;
            let places = self.grids[end - 1].places.end - self.grids[start].places.start;
            let ((held, hidden), (held_before, hidden_before)) = (before[end], before[start]);
            if hidden == hidden_before && (held - held_before) * 2 > places {
                sum(&rest.published);
            }
        }
        let mut tallies = Tallies { total: 0, dimensions: vec![BTreeMap::default(); self.dimensions] };
        for ((dimension, key), count) in self.cells.iter().zip(sums).filter(|(_, count)| *count > 0) {
            if *dimension == TOTAL {
                tallies.total = count;
            } else if let Some(bins) = tallies.dimensions.get_mut(usize::from(*dimension)) {
                bins.insert(key.clone(), Count { count, measure: 0.0 });
            }
        }
        tallies
    }

    /// The grids that an area may meet.
    fn candidates(&self, area: &Area) -> Vec<Range<usize>> {
        match area {
            Area::Regions(codes) => codes
                .iter()
                .map(|code| {
                    let range = code.range();
                    let from = self.grids.partition_point(|grid| grid.region < *range.start());
                    from..self.grids.partition_point(|grid| grid.region <= *range.end())
                })
                .collect(),
            Area::Polygon(_) => std::iter::once(0..self.grids.len()).collect(),
        }
    }
}

/// Numbers for cells as they are met.
#[derive(Default)]
struct Cells {
    names: Vec<(u8, Key)>,
    numbers: HashMap<(u8, Key), u16>,
}

impl Cells {
    fn number(&mut self, dimension: u8, key: Key) -> u16 {
        let next = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        let names = &mut self.names;
        *self.numbers.entry((dimension, key)).or_insert_with_key(|cell| {
            names.push(cell.clone());
            next
        })
    }
}

/// Divides counts into those that are published and those that are left for the level above.
fn split(cells: &[(u8, Key)], counts: Counts, is_masked: impl Fn(u16) -> bool) -> (Counts, Counts) {
    let dimension = |cell: u16| cells[usize::from(cell)].0;
    let (mut published, mut left): (Counts, Counts) =
        counts.into_iter().partition(|&(cell, count)| count >= FEW && !is_masked(cell));
    // What is missing of a dimension shows as the difference from the total. If it is of few, one more is held back.
    let mut missing: HashMap<u8, u32> = HashMap::new();
    for &(cell, count) in &left {
        *missing.entry(dimension(cell)).or_default() += count;
    }
    for (of, missing) in missing {
        let smallest = published.iter().filter(|(cell, _)| dimension(*cell) == of).min_by_key(|(_, count)| *count);
        if missing < FEW
            && of != TOTAL
            && let Some(&smallest) = smallest
        {
            published.retain(|&(cell, _)| cell != smallest.0);
            left.push(smallest);
        }
    }
    left.sort_unstable_by_key(|&(cell, _)| cell);
    (published, left)
}

/// Adds counts to a sum; both are in the order of their cells, and stay so.
fn add(sum: &mut Counts, more: &Counts) {
    for &(cell, count) in more {
        match sum.binary_search_by_key(&cell, |&(cell, _)| cell) {
            Ok(at) => sum[at].1 += count,
            Err(at) => sum.insert(at, (cell, count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GRID: i64 = 360_502_001_001_001;

    fn at(index: u32) -> Point {
        Point { x: 1_000_000 + index * 1_000, y: 1_000_000 }
    }

    /// One dimension with the keys a, b and c, of which c is masked; places by grid with their counts of a, b and c.
    fn lattice(places: &[(i64, [u32; 3])]) -> Lattice {
        let cells = ["a", "b", "c"].map(|name| (0, Key::Text(name.into())));
        let total = (TOTAL, Key::Null);
        let cells: Vec<_> = std::iter::once(total).chain(cells).collect();
        let mut all: Vec<(i64, Point, Counts)> = places
            .iter()
            .zip(0..)
            .map(|(&(region, counts), index)| {
                let total = counts.iter().sum();
                let each = counts.into_iter().zip(1_u16..).map(|(count, cell)| (cell, count));
                let counts = std::iter::once((0, total)).chain(each).filter(|(_, count)| *count > 0).collect();
                (region, at(index), counts)
            })
            .collect();
        all.sort_by_key(|&(region, ..)| region);
        Lattice::of_places(cells, &[false, false, false, true], 1, all)
    }

    fn counts(tallies: &Tallies) -> (u64, Vec<(String, u64)>) {
        let name = |key: &Key| if let Key::Text(name) = key { name.to_string() } else { String::new() };
        (tallies.total, tallies.dimensions[0].iter().map(|(key, count)| (name(key), count.count)).collect())
    }

    fn everywhere() -> Area {
        let city = "3605".parse().unwrap();
        Area::Regions(vec![city])
    }

    #[test]
    fn a_count_of_few_at_a_place_is_counted_with_its_grid() {
        let lattice = lattice(&[(GRID, [9, 3, 0]), (GRID, [8, 2, 6]), (GRID + 1, [0, 0, 7])]);
        assert_eq!(
            counts(&lattice.tally(&everywhere(), &Scope::everything())),
            (35, vec![("a".to_owned(), 17), ("b".to_owned(), 5), ("c".to_owned(), 13)])
        );
        // Nothing of c, of which there are six at one place and seven at another.
        assert!(lattice.places.iter().all(|place| place.published.iter().all(|(cell, _)| *cell != 3)));
        // What is left of each place: the few of b, and with it the smallest that would tell of them.
        assert!(lattice.places.iter().all(|place| place.published.iter().all(|(_, count)| *count >= FEW)));
        assert_eq!(lattice.places[1].published, [(0, 16), (1, 8)]);
    }

    #[test]
    fn what_is_masked_is_told_of_a_grid_most_of_whose_places_are_in_the_area() {
        let lattice = lattice(&[(GRID, [0, 0, 6]), (GRID, [9, 0, 1]), (GRID, [7, 0, 0])]);
        let told = |held: u32| {
            let ((from, lat), (until, _)) = (at(0).to_lonlat(), at(held).to_lonlat());
            let [west, east, south, north] = [from - 1e-5, until - 1e-5, lat - 1e-5, lat + 1e-5];
            let ring = vec![[west, south], [east, south], [east, north], [west, north], [west, south]];
            let area = Area::from_degrees(&[vec![ring]]);
            counts(&lattice.tally(&area, &Scope::everything()))
        };
        let named = |a: u64, c: u64| {
            let all = [("a".to_owned(), a), ("c".to_owned(), c)];
            all.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>()
        };
        assert_eq!(told(1).1, named(0, 0));
        assert_eq!(told(2).1, named(9, 7));
        assert_eq!(told(3).1, named(16, 7));
    }

    #[test]
    fn what_is_left_of_a_city_is_not_told() {
        let lattice = lattice(&[(GRID, [9, 1, 0]), (GRID + 1_000_000_000, [8, 2, 0])]);
        let (total, named) = counts(&lattice.tally(&everywhere(), &Scope::everything()));
        assert_eq!((total, named), (20, vec![]));
    }

    proptest! {
        /// Whatever is in and out of two areas, their answers differ by nothing or by at least five people.
        #[test]
        fn no_difference_of_areas_is_of_few_people(
            places in prop::collection::vec((0_i64..4, [0_u32..9, 0_u32..9, 0_u32..9]), 1..12),
        ) {
            let places: Vec<_> = places.into_iter().map(|(grid, counts)| (GRID + grid * 500, counts)).collect();
            let lattice = lattice(&places);
            let published = lattice.places.iter().map(|place| &place.published);
            for counts in published.chain(lattice.rests.iter().map(|rest| &rest.published)) {
                prop_assert!(counts.iter().all(|(_, count)| *count >= FEW));
            }
            // Nobody is counted twice, and what is told is at most what there is.
            let all = lattice.tally(&everywhere(), &Scope::everything());
            let people: u32 = places.iter().map(|(_, counts)| counts.iter().sum::<u32>()).sum();
            prop_assert!(all.total <= u64::from(people));
            for (index, name) in ["a", "b", "c"].into_iter().enumerate() {
                let real: u32 = places.iter().map(|(_, counts)| counts[index]).sum();
                let told = all.dimensions[0].get(&Key::Text(name.into())).map_or(0, |count| count.count);
                prop_assert!(told <= u64::from(real) && (told == 0 || told >= u64::from(FEW)));
            }
        }
    }
}
