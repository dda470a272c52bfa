//! Tracing borders as shared arcs, straightening them, and putting them together to polygons.

use std::collections::BTreeMap;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::{Lattice, Mesh, mesh::differ, turn};
use gridhall_spatial::spot::Spot;

/// A piece of border between two junctions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    /// The label on the left hand.
    pub(crate) left: u32,
    /// The label on the right hand.
    pub(crate) right: u32,
    /// From junction to junction.
    pub(crate) points: Vec<Spot>,
    // Junction corners, and the compass direction (0 east .. 3 south) of the first step and of the last.
    from: u32,
    to: u32,
    first: u8,
    last: u8,
}

/// A closed ring without the repeated last point.
pub(crate) type Ring = Vec<Spot>;

/// All borders of a labelled lattice.
#[derive(Clone, Debug)]
pub(crate) struct Partition {
    arcs: Vec<Arc>,
}

struct Walker<'a> {
    lattice: &'a Lattice,
    labels: &'a [u32],
}

impl Walker<'_> {
    fn wide(&self) -> usize {
        self.lattice.columns + 1
    }

    fn step(&self, corner: usize, direction: u8) -> usize {
        match direction {
            0 => corner + 1,
            1 => corner + self.wide(),
            2 => corner - 1,
            _ => corner - self.wide(),
        }
    }

    /// The labels left and right of a step. Only for corners off the lattice's edge.
    fn sides(&self, corner: usize, direction: u8) -> (u32, u32) {
        let (column, row) = self.lattice.corner(corner);
        let north_east = row * self.lattice.columns + column;
        let south_east = north_east - self.lattice.columns;
        let (left, right) = match direction {
            0 => (north_east, south_east),
            1 => (north_east - 1, north_east),
            2 => (south_east - 1, north_east - 1),
            _ => (south_east, south_east - 1),
        };
        (self.labels[left], self.labels[right])
    }

    fn exits(&self, corner: usize) -> impl Iterator<Item = u8> {
        (0..4).filter(move |direction| {
            let (left, right) = self.sides(corner, *direction);
            differ(left, right)
        })
    }

    /// The edge's number, the same for both ways.
    fn edge(&self, corner: usize, direction: u8) -> usize {
        match direction {
            0 => corner * 2,
            1 => corner * 2 + 1,
            2 => (corner - 1) * 2,
            _ => (corner - self.wide()) * 2 + 1,
        }
    }
}

impl Partition {
    /// Traces and straightens the borders of a labelled lattice, whose outermost cells must be [`NONE`].
    ///
    /// `tolerance(corner, arc's labels)` is how far, in cells, a border may leave the traced line there. A corner is
    /// left out only when the triangle that this cuts off holds no other corner, so borders never come to cross.
    #[must_use]
    pub(crate) fn new(
        lattice: &Lattice,
        labels: &[u32],
        mesh: &Mesh,
        tolerance: &dyn Fn(u32, (u32, u32)) -> f64,
    ) -> Self {
        let traced = trace(&Walker { lattice, labels });
        let mut bins = Bins::new(lattice, mesh, &traced);
        let arcs = traced
            .into_iter()
            .map(|(mut arc, corners)| {
                let kept = straighten(lattice, mesh, &corners, &mut bins, &|c| tolerance(c, (arc.left, arc.right)));
                arc.points = kept.into_iter().map(|corner| mesh.at(corner)).collect();
                arc
            })
            .collect();
        Self { arcs }
    }

    /// The polygons of `count` groups of labels, counter-clockwise, holes within. A border inside a group vanishes.
    #[must_use]
    pub(crate) fn polygons(&self, count: usize, group: impl Fn(u32) -> Option<usize>) -> Vec<MultiPolygon<f64>> {
        self.rings(count, group).into_iter().map(assemble).collect()
    }

    /// The rings of `count` groups of labels: outer ones counter-clockwise, holes clockwise.
    #[must_use]
    pub(crate) fn rings(&self, count: usize, group: impl Fn(u32) -> Option<usize>) -> Vec<Vec<Ring>> {
        let mut sides: Vec<Vec<(usize, bool)>> = vec![Vec::new(); count];
        for (number, arc) in self.arcs.iter().enumerate() {
            let (left, right) = (group(arc.left), group(arc.right));
            if left != right {
                for (group, forward) in [(left, true), (right, false)] {
                    if let Some(group) = group {
                        sides[group].push((number, forward));
                    }
                }
            }
        }
        sides.iter().map(|side| self.chain(side)).collect()
    }

    /// Joins a group's arcs to rings. Where several leave a junction, the one that bounds the same wedge of the inside
    /// follows, so a ring never passes a junction twice.
    fn chain(&self, side: &[(usize, bool)]) -> Vec<Ring> {
        let mut leaving: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, (number, forward)) in side.iter().enumerate() {
            let arc = &self.arcs[*number];
            leaving.entry(if *forward { arc.from } else { arc.to }).or_default().push(place);
        }
        let mut used = vec![false; side.len()];
        let mut rings = Vec::new();
        for start in 0..side.len() {
            if used[start] {
                continue;
            }
            let mut ring = Vec::new();
            let mut place = start;
            loop {
                used[place] = true;
                let (number, forward) = side[place];
                let arc = &self.arcs[number];
                let body = arc.points.len() - 1;
                if forward {
                    ring.extend_from_slice(&arc.points[..body]);
                } else {
                    ring.extend(arc.points[1..].iter().rev());
                }
                let (junction, back) = if forward { (arc.to, (arc.last + 2) % 4) } else { (arc.from, arc.first) };
                let next = leaving[&junction]
                    .iter()
                    .copied()
                    .filter(|p| !used[*p] || *p == start)
                    .min_by_key(|p| {
                        let (number, forward) = side[*p];
                        let arc = &self.arcs[number];
                        let out = if forward { arc.first } else { (arc.last + 2) % 4 };
                        match (back + 4 - out) % 4 {
                            0 => 4,
                            clockwise => clockwise,
                        }
                    })
                    .expect("as many arcs leave a junction as come to it");
                if next == start {
                    break;
                }
                place = next;
            }
            rings.push(ring);
        }
        rings
    }
}

fn trace(walker: &Walker<'_>) -> Vec<(Arc, Vec<u32>)> {
    let lattice = walker.lattice;
    let mut seen = vec![false; lattice.corners() * 2];
    let mut traced = Vec::new();
    // Arcs between junctions first, then what is left: closed loops around islands.
    for loops in [false, true] {
        for row in 1..lattice.rows {
            for column in 1..lattice.columns {
                let corner = row * walker.wide() + column;
                let exits = walker.exits(corner).count();
                if exits == 0 || (exits == 2) != loops {
                    continue;
                }
                for direction in walker.exits(corner) {
                    if !seen[walker.edge(corner, direction)] {
                        traced.push(follow(walker, &mut seen, corner, direction));
                    }
                }
            }
        }
    }
    traced
}

#[expect(clippy::cast_possible_truncation, reason = "a lattice has fewer than 2^32 corners")]
fn follow(walker: &Walker<'_>, seen: &mut [bool], start: usize, first: u8) -> (Arc, Vec<u32>) {
    let (left, right) = walker.sides(start, first);
    let (mut at, mut direction) = (start, first);
    let mut corners = vec![start as u32];
    loop {
        seen[walker.edge(at, direction)] = true;
        at = walker.step(at, direction);
        corners.push(at as u32);
        let exits = walker.exits(at).count();
        if at == start || exits != 2 {
            break;
        }
        let back = (direction + 2) % 4;
        direction = walker.exits(at).find(|exit| *exit != back).expect("two exits, one of them the way back");
    }
    let arc = Arc { left, right, points: Vec::new(), from: start as u32, to: at as u32, first, last: direction };
    (arc, corners)
}

/// The corners that still stand on a border, in square bins.
struct Bins {
    origin: Spot,
    size: i32,
    wide: usize,
    squares: Vec<Vec<u32>>,
    gone: Vec<bool>,
}

impl Bins {
    fn new(lattice: &Lattice, mesh: &Mesh, traced: &[(Arc, Vec<u32>)]) -> Self {
        let origin = Spot::at(lattice.west, lattice.south);
        let size = Spot::at(lattice.step * 4.0, 0.0).x;
        let (wide, high) = (lattice.columns / 4 + 2, lattice.rows / 4 + 2);
        let mut bins =
            Self { origin, size, wide, squares: vec![Vec::new(); wide * high], gone: vec![false; lattice.corners()] };
        for (_, corners) in traced {
            // A junction is entered by each of its arcs; once is enough, twice does no harm.
            for corner in corners {
                let bin = bins.bin(mesh.at(*corner));
                bins.squares[bin].push(*corner);
            }
        }
        bins
    }

    #[expect(clippy::cast_sign_loss, reason = "clamped to zero")]
    fn bin(&self, spot: Spot) -> usize {
        let column = ((spot.x - self.origin.x) / self.size).max(0) as usize;
        let row = ((spot.y - self.origin.y) / self.size).max(0) as usize;
        (row * self.wide + column.min(self.wide - 1)).min(self.squares.len() - 1)
    }

    /// Whether the closed triangle holds no standing corner but its own.
    fn clear(&self, mesh: &Mesh, triangle: [u32; 3]) -> bool {
        let [a, b, c] = triangle.map(|corner| mesh.at(corner));
        let (a, b, c) = if turn(a, b, c) < 0 { (a, c, b) } else { (a, b, c) };
        let low = Spot { x: a.x.min(b.x).min(c.x), y: a.y.min(b.y).min(c.y) };
        let high = Spot { x: a.x.max(b.x).max(c.x), y: a.y.max(b.y).max(c.y) };
        let (first, last) = (self.bin(low), self.bin(high));
        let (columns, rows) = (first % self.wide..=last % self.wide, first / self.wide..=last / self.wide);
        for row in rows {
            for bin in columns.clone() {
                for corner in &self.squares[row * self.wide + bin] {
                    if self.gone[*corner as usize] || triangle.contains(corner) {
                        continue;
                    }
                    let p = mesh.at(*corner);
                    if turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0 {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// Leaves out corners whose triangle is small, smallest first, as long as the line stays near what was traced.
#[expect(clippy::cast_precision_loss, reason = "the area of a few cells fits a float's mantissa")]
fn straighten(
    lattice: &Lattice,
    mesh: &Mesh,
    corners: &[u32],
    bins: &mut Bins,
    tolerance: &dyn Fn(u32) -> f64,
) -> Vec<u32> {
    let closed = corners.first() == corners.last();
    let least = if closed { 6 } else { 3 };
    let unit = lattice.step * 1e7;
    let mut kept: Vec<usize> = (0..corners.len()).collect();
    for share in [0.02, 0.3, 0.7, 1.2, 1.2, 2.4, 2.4, 4.0, 4.0, 6.0] {
        let mut next = vec![kept[0]];
        let mut left = kept.len();
        let mut skip = false;
        for pair in kept.windows(2).skip(1) {
            let (before, here, after) = (next[next.len() - 1], pair[0], pair[1]);
            let [a, b, c] = [before, here, after].map(|i| corners[i]);
            let (pa, pb, pc) = (mesh.at(a), mesh.at(b), mesh.at(c));
            let cut = turn(pa, pb, pc).unsigned_abs() as f64 / (unit * unit);
            let drop = !skip
                && left > least
                && cut < share
                && a != c
                && (before + 1..after).all(|i| away(mesh.at(corners[i]), pa, pc) <= tolerance(corners[i]) * unit)
                && bins.clear(mesh, [a, b, c]);
            if drop {
                bins.gone[b as usize] = true;
                left -= 1;
            } else {
                next.push(here);
            }
            // Not two in a row within one pass: otherwise a curve is eaten from one end.
            skip = drop && share > 0.1;
        }
        next.push(kept[kept.len() - 1]);
        kept = next;
    }
    kept.into_iter().map(|i| corners[i]).collect()
}

/// How far a spot is from a line segment, in units of the spot lattice.
fn away(p: Spot, a: Spot, b: Spot) -> f64 {
    let (px, py) = (f64::from(p.x - a.x), f64::from(p.y - a.y));
    let (bx, by) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let length = bx * bx + by * by;
    let share = if length > 0.0 { ((px * bx + py * by) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - share * bx).hypot(py - share * by)
}

/// Outer rings with the holes that lie in them.
fn assemble(rings: Vec<Ring>) -> MultiPolygon<f64> {
    let (outer, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| area(ring) > 0);
    let line = |ring: &Ring| -> LineString<f64> {
        ring.iter().chain(ring.first()).map(|s| Coord { x: s.lon(), y: s.lat() }).collect()
    };
    let mut polygons: Vec<(Ring, Vec<LineString<f64>>)> = outer.into_iter().map(|ring| (ring, Vec::new())).collect();
    for hole in holes {
        // Nested outer rings don't come up within one group of neighbours; the smallest that holds the hole is its own.
        let home =
            polygons.iter_mut().filter(|(ring, _)| hole.iter().any(|s| inside(ring, *s))).min_by_key(|(r, _)| area(r));
        if let Some((_, holes)) = home {
            holes.push(line(&hole));
        }
    }
    MultiPolygon::new(polygons.into_iter().map(|(ring, holes)| Polygon::new(line(&ring), holes)).collect())
}

/// Twice a ring's signed area.
fn area(ring: &[Spot]) -> i64 {
    let base = ring[0];
    ring.windows(2).map(|pair| turn(base, pair[0], pair[1])).sum()
}

/// Whether a spot lies strictly within a ring, by the even-odd rule; exact. A spot on the border may go either way.
#[must_use]
pub(crate) fn inside(ring: &[Spot], p: Spot) -> bool {
    let mut odd = false;
    let mut a = ring[ring.len() - 1];
    for b in ring {
        if (a.y > p.y) != (b.y > p.y) {
            let (low, high) = if a.y < b.y { (a, *b) } else { (*b, a) };
            odd ^= turn(low, high, p) > 0;
        }
        a = *b;
    }
    odd
}
