//! Where the lattice's corners lie on the ground.

use std::collections::BTreeMap;

use geo::MultiPolygon;

use super::{Lattice, NONE, turn};
use gridhall_spatial::spot::Spot;

/// The corners of a lattice, moved from their places so far that no two edges cross.
#[derive(Clone, Debug)]
pub(crate) struct Mesh {
    rest: Vec<Spot>,
    moved: Vec<Spot>,
}

impl Mesh {
    /// Places each corner by a smooth map from column and row (in cells) to longitude and latitude.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "cell counts are small")]
    pub(crate) fn new(lattice: &Lattice, place: impl Fn(f64, f64) -> (f64, f64)) -> Self {
        let rest: Vec<Spot> = (0..lattice.corners())
            .map(|corner| {
                let (column, row) = lattice.corner(corner);
                let (lon, lat) = place(column as f64, row as f64);
                Spot::at(lon, lat)
            })
            .collect();
        Self { moved: rest.clone(), rest }
    }

    /// Shakes each corner by up to `share(corner)` of a cell either way (at most 0.3 keeps all cells simple).
    #[must_use]
    pub(crate) fn jittered(mut self, lattice: &Lattice, seed: u64, share: &dyn Fn(usize) -> f64) -> Self {
        for (corner, spot) in self.moved.iter_mut().enumerate() {
            let share = share(corner);
            if share > 0.0 {
                let [dx, dy] =
                    [2, 3].map(|salt| (unit(seed, corner as u64 * 4 + salt) - 0.5) * 2.0 * share * lattice.step);
                *spot = Spot::at(spot.lon() + dx, spot.lat() + dy);
            }
        }
        self
    }

    /// Brings the corners on the borders of `labels` onto the real outlines, where one passes within a cell.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "cell counts are small"
    )]
    pub(crate) fn snapped(mut self, lattice: &Lattice, labels: &[u32], outlines: &[MultiPolygon<f64>]) -> Self {
        let wide = lattice.columns + 1;
        let mut near: BTreeMap<usize, (f64, (f64, f64))> = BTreeMap::new();
        for row in 1..lattice.rows {
            for column in 1..lattice.columns {
                let cell = row * lattice.columns + column;
                let around = [cell, cell - 1, cell - lattice.columns, cell - lattice.columns - 1].map(|c| labels[c]);
                if around.iter().any(|label| *label != around[0]) {
                    near.insert(row * wide + column, (1.0, (column as f64, row as f64)));
                }
            }
        }
        let rings = outlines.iter().flatten().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        for line in rings.flat_map(geo::LineString::lines) {
            let to_cell =
                |c: geo::Coord<f64>| ((c.x - lattice.west) / lattice.step, (c.y - lattice.south) / lattice.step);
            let (a, b) = (to_cell(line.start), to_cell(line.end));
            let along = (b.0 - a.0, b.1 - a.1);
            let length = along.0 * along.0 + along.1 * along.1;
            for row in (a.1.min(b.1) - 1.0) as usize..=(a.1.max(b.1) + 1.0) as usize {
                for column in (a.0.min(b.0) - 1.0) as usize..=(a.0.max(b.0) + 1.0) as usize {
                    let Some(best) = near.get_mut(&(row * wide + column)) else { continue };
                    let (x, y) = (column as f64, row as f64);
                    let share = if length > 0.0 { ((x - a.0) * along.0 + (y - a.1) * along.1) / length } else { 0.0 }
                        .clamp(0.0, 1.0);
                    let foot = (a.0 + share * along.0, a.1 + share * along.1);
                    let distance = (foot.0 - x).hypot(foot.1 - y);
                    if distance < best.0 {
                        *best = (distance, foot);
                    }
                }
            }
        }
        for (corner, (_, at)) in near {
            self.moved[corner] = Spot::at(lattice.west + at.0 * lattice.step, lattice.south + at.1 * lattice.step);
        }
        self
    }

    /// Pulls corners back towards their smooth places until each cell is a simple polygon: then no edges cross.
    #[must_use]
    pub(crate) fn untangled(mut self, lattice: &Lattice) -> Self {
        let wide = lattice.columns + 1;
        for round in 0..12 {
            let mut tangled = Vec::new();
            for cell in 0..lattice.cells() {
                let (column, row) = lattice.place(cell);
                let first = row * wide + column;
                let corners = [first, first + 1, first + wide + 1, first + wide];
                let [sw, se, ne, nw] = corners.map(|c| self.moved[c]);
                let simple =
                    turn(sw, se, ne) > 0 && turn(sw, ne, nw) > 0 || turn(se, ne, nw) > 0 && turn(se, nw, sw) > 0;
                if !simple {
                    tangled.extend(corners);
                }
            }
            if tangled.is_empty() {
                break;
            }
            tangled.sort_unstable();
            tangled.dedup();
            for corner in tangled {
                let (rest, at) = (self.rest[corner], self.moved[corner]);
                self.moved[corner] = if round > 4 {
                    rest
                } else {
                    Spot { x: i32::midpoint(rest.x, at.x), y: i32::midpoint(rest.y, at.y) }
                };
            }
        }
        self
    }

    /// Where a corner lies.
    #[must_use]
    pub(crate) fn at(&self, corner: u32) -> Spot {
        self.moved[corner as usize]
    }
}

/// An even number in 0..1 that depends on seed and index only.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a float's mantissa")]
fn unit(seed: u64, index: u64) -> f64 {
    let mut z = seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Whether two labels tell a border.
pub(super) const fn differ(a: u32, b: u32) -> bool {
    a != b && (a != NONE || b != NONE)
}
