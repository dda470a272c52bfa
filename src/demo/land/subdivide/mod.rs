//! Divides an area into compact parts without a gap and without an overlap.
//!
//! A fine lattice of cells lies over the area. Seeds [`grow`] over the cells until every cell has a label; the borders
//! between labels are traced once, as arcs that both neighbours share, straightened once, and put together to polygons
//! again ([`Partition`]). A higher level is the same arcs without those inside it, so all levels agree to the last bit.
//! Corners sit on a 1e-7 degree lattice ([`Spot`]), and every predicate on them is exact integer arithmetic.

mod arcs;
mod grow;
mod mesh;

use geo::{LineString, MultiPolygon};

use gridhall_spatial::spot::Spot;

pub(super) use arcs::{Partition, Ring, inside};
pub(super) use grow::{Block, Seed, grow, settle};
pub(super) use mesh::Mesh;

/// The label of a cell outside every part.
pub(super) const NONE: u32 = u32::MAX;

/// Twice the signed area of a triangle in units of 1e-14 square degrees: positive when counter-clockwise. Exact.
#[must_use]
pub(super) fn turn(a: Spot, b: Spot, c: Spot) -> i64 {
    let (ax, ay) = (i64::from(a.x), i64::from(a.y));
    (i64::from(b.x) - ax) * (i64::from(c.y) - ay) - (i64::from(b.y) - ay) * (i64::from(c.x) - ax)
}

/// Square cells, `step` degrees wide, counted from the south-west.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    /// Longitude of the western edge.
    pub(super) west: f64,
    /// Latitude of the southern edge.
    pub(super) south: f64,
    /// A cell's side in degrees.
    pub(super) step: f64,
    /// Cells from west to east.
    pub(super) columns: usize,
    /// Cells from south to north.
    pub(super) rows: usize,
}

impl Lattice {
    /// The lattice with `per_degree` cells a degree that covers the outlines, with a ring of empty cells around them.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a span of degrees times cells a degree is a small positive number"
    )]
    pub(super) fn over(outlines: &[MultiPolygon<f64>], per_degree: u32) -> Self {
        let mut low = (f64::MAX, f64::MAX);
        let mut high = (f64::MIN, f64::MIN);
        for c in outlines.iter().flatten().flat_map(|p| p.exterior().coords()) {
            low = (low.0.min(c.x), low.1.min(c.y));
            high = (high.0.max(c.x), high.1.max(c.y));
        }
        let per = f64::from(per_degree);
        let first = ((low.0 * per).floor() - 2.0, (low.1 * per).floor() - 2.0);
        let last = ((high.0 * per).ceil() + 2.0, (high.1 * per).ceil() + 2.0);
        Self {
            west: first.0 / per,
            south: first.1 / per,
            step: 1.0 / per,
            columns: (last.0 - first.0) as usize,
            rows: (last.1 - first.1) as usize,
        }
    }

    /// How many cells there are.
    #[must_use]
    pub(super) const fn cells(&self) -> usize {
        self.columns * self.rows
    }

    /// Column and row of a cell.
    #[must_use]
    pub(super) const fn place(&self, cell: usize) -> (usize, usize) {
        (cell % self.columns, cell / self.columns)
    }

    /// How many cell corners there are.
    #[must_use]
    pub(super) const fn corners(&self) -> usize {
        (self.columns + 1) * (self.rows + 1)
    }

    /// Column and row of a corner.
    #[must_use]
    pub(super) const fn corner(&self, corner: usize) -> (usize, usize) {
        (corner % (self.columns + 1), corner / (self.columns + 1))
    }

    /// A label for every cell: the number of the outline that holds the cell's centre (even-odd rule), or [`NONE`].
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "cell counts are small"
    )]
    pub(super) fn cover(&self, outlines: &[MultiPolygon<f64>]) -> Vec<u32> {
        let mut labels = vec![NONE; self.cells()];
        for (number, outline) in outlines.iter().enumerate() {
            let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); self.rows];
            let rings = outline.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            for line in rings.flat_map(LineString::lines) {
                let to_row = |lat: f64| (lat - self.south) / self.step - 0.5;
                let (from, to) = (to_row(line.start.y), to_row(line.end.y));
                let (low, high) = (from.min(to), from.max(to));
                let first = low.ceil().max(0.0) as usize;
                let crossed = (high.ceil().max(0.0) as usize).saturating_sub(first);
                for (row, crossings) in crossings.iter_mut().enumerate().skip(first).take(crossed) {
                    let share = (row as f64 - from) / (to - from);
                    let lon = line.start.x + share * (line.end.x - line.start.x);
                    crossings.push((lon - self.west) / self.step - 0.5);
                }
            }
            for (row, mut xs) in crossings.into_iter().enumerate() {
                xs.sort_unstable_by(f64::total_cmp);
                for pair in xs.chunks_exact(2) {
                    for column in (pair[0].ceil() as usize)..(pair[1].ceil() as usize).min(self.columns) {
                        labels[row * self.columns + column] = number as u32;
                    }
                }
            }
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps, Intersects, Relate, Validation, polygon};

    use super::*;

    fn county() -> MultiPolygon<f64> {
        polygon![(x: 114.0, y: 27.0), (x: 114.05, y: 27.01), (x: 114.06, y: 27.05), (x: 114.03, y: 27.04), (x: 114.0, y: 27.06)]
            .into()
    }

    fn divided() -> (Vec<MultiPolygon<f64>>, MultiPolygon<f64>) {
        let outline = [county()];
        let lattice = Lattice::over(&outline, 3072);
        let mut whole = lattice.cover(&outline);
        settle(&lattice, &mut whole);
        let seeds: Vec<Seed> = [(40.0, 40.0), (90.0, 50.0), (140.0, 100.0), (30.0, 120.0), (60.0, 70.0)]
            .map(|at| Seed { parent: 0, at, weight: 1.0 })
            .into();
        let labels = grow(&lattice, &whole, &seeds, &[], &|_| (0.7, -0.4));
        let mesh = Mesh::new(&lattice, |column, row| {
            (lattice.west + column * lattice.step, lattice.south + row * lattice.step)
        })
        .jittered(&lattice, 7, &|_| 0.28)
        .snapped(&lattice, &whole, &outline)
        .untangled(&lattice);
        let partition = Partition::new(&lattice, &labels, &mesh, &|_, _| 0.8);
        let parts = partition.polygons(5, |label| (label != NONE).then_some(label as usize));
        let all = partition.polygons(1, |label| (label != NONE).then_some(0));
        (parts, all.into_iter().next().unwrap())
    }

    #[test]
    fn the_parts_are_valid_polygons_and_tile_the_whole() {
        let (parts, whole) = divided();
        assert!(whole.is_valid());
        for part in &parts {
            assert!(part.is_valid());
            assert_eq!(part.0.len(), 1);
        }
        let sum: f64 = parts.iter().map(Area::unsigned_area).sum();
        assert!((sum - whole.unsigned_area()).abs() < 1e-13);
        assert!((whole.unsigned_area() - county().unsigned_area()).abs() / county().unsigned_area() < 0.01);
    }

    #[test]
    fn neighbours_share_edges_and_no_area() {
        let (parts, _) = divided();
        for (i, a) in parts.iter().enumerate() {
            for b in &parts[i + 1..] {
                if a.intersects(b) {
                    assert!(a.relate(b).is_touches());
                    assert!(a.intersection(b).unsigned_area() < 1e-15);
                }
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_parts() {
        assert_eq!(divided(), divided());
    }
}
