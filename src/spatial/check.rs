//! Is a polygon one that can be counted in and stored? Checked here, within bounds, and never repaired.

use geo::{Coord, Kernel, kernels::Orientation, kernels::RobustKernel};

/// What is wrong with a polygon, and where (longitude, latitude).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The place.
    pub at: [f64; 2],
}

/// What can be wrong with a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A ring crosses or touches itself, or another ring.
    Crossing,
    /// A hole lies outside its polygon.
    HoleOutside,
    /// Two polygons of one shape cover the same ground.
    Overlap,
    /// A ring covers no ground.
    NoArea,
}

struct Edge {
    ring: usize,
    /// Its place within the ring, and how many edges the ring has.
    index: usize,
    of: usize,
    a: [f64; 2],
    b: [f64; 2],
}

/// Checks polygons: for each its outer ring and its holes, closed, in degrees or any plane.
///
/// Takes time in proportion to the pairs of edges whose boxes share a stretch of longitude: a second at worst for
/// 20,000 vertices, a few milliseconds for outlines as people draw them.
///
/// # Errors
/// The first fault that is found.
pub fn check(polygons: &[Vec<Vec<[f64; 2]>>]) -> Result<(), Fault> {
    let mut edges = Vec::new();
    // For each ring its polygon.
    let mut owners = Vec::new();
    for (polygon, rings) in polygons.iter().enumerate() {
        for ring in rings {
            let first = edges.len();
            for pair in ring.windows(2) {
                let [a, b] = [pair[0], pair[1]];
                if (a[0], a[1]) != (b[0], b[1]) {
                    edges.push(Edge { ring: owners.len(), index: edges.len() - first, of: 0, a: pair[0], b: pair[1] });
                }
            }
            let of = edges.len() - first;
            edges[first..].iter_mut().for_each(|edge| edge.of = of);
            if of < 3 {
                return Err(Fault { kind: FaultKind::NoArea, at: ring.first().copied().unwrap_or_default() });
            }
            owners.push(polygon);
        }
    }
    edges.sort_unstable_by(|p, q| p.a[0].min(p.b[0]).total_cmp(&q.a[0].min(q.b[0])));
    let mut active: Vec<usize> = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let west = edge.a[0].min(edge.b[0]);
        active.retain(|&other| edges[other].a[0].max(edges[other].b[0]) >= west);
        let (south, north) = (edge.a[1].min(edge.b[1]), edge.a[1].max(edge.b[1]));
        for &other in &active {
            let other = &edges[other];
            if other.a[1].max(other.b[1]) >= south
                && other.a[1].min(other.b[1]) <= north
                && let Some(at) = conflict(edge, other)
            {
                return Err(Fault { kind: FaultKind::Crossing, at });
            }
        }
        active.push(index);
    }
    if let Some(ring) = polygons.iter().flatten().find(|ring| area2(ring) == 0.0) {
        return Err(Fault { kind: FaultKind::NoArea, at: ring[0] });
    }
    // Rings that don't cross lie wholly within one another or apart: one vertex tells.
    for rings in polygons {
        for hole in rings.iter().skip(1) {
            if !hole.iter().any(|&at| within(&rings[0], at)) {
                return Err(Fault { kind: FaultKind::HoleOutside, at: hole[0] });
            }
        }
    }
    for (index, one) in polygons.iter().enumerate() {
        for other in &polygons[index + 1..] {
            for (inner, outer) in [(one, other), (other, one)] {
                if let Some(&at) = inner[0].iter().find(|&&at| covers(outer, at)) {
                    return Err(Fault { kind: FaultKind::Overlap, at });
                }
            }
        }
    }
    Ok(())
}

fn orient(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Orientation {
    let coord = |[x, y]: [f64; 2]| Coord { x, y };
    RobustKernel::orient2d(coord(a), coord(b), coord(c))
}

/// Where two edges meet as they must not.
fn conflict(p: &Edge, q: &Edge) -> Option<[f64; 2]> {
    let same_ring = p.ring == q.ring;
    let follows = |first: &Edge, second: &Edge| (first.index + 1) % first.of == second.index;
    let (p_a, p_b) = (orient(q.a, q.b, p.a), orient(q.a, q.b, p.b));
    let (q_a, q_b) = (orient(p.a, p.b, q.a), orient(p.a, p.b, q.b));
    if same_ring && (follows(p, q) || follows(q, p)) {
        // Neighbours share a corner; lying on one another they make a spike.
        let (first, second) = if follows(p, q) { (p, q) } else { (q, p) };
        let spike = orient(first.a, first.b, second.b) == Orientation::Collinear && {
            let forward = (first.b[0] - first.a[0]) * (second.b[0] - second.a[0])
                + (first.b[1] - first.a[1]) * (second.b[1] - second.a[1]);
            forward < 0.0
        };
        return spike.then_some(first.b);
    }
    let crosses = |one: Orientation, other: Orientation| {
        matches!(
            (one, other),
            (Orientation::Clockwise, Orientation::CounterClockwise)
                | (Orientation::CounterClockwise, Orientation::Clockwise)
        )
    };
    if crosses(p_a, p_b) && crosses(q_a, q_b) {
        return Some(crossing(p, q));
    }
    // Other rings may touch at a point; a ring may not touch itself.
    if same_ring {
        for (turn, at, edge) in [(p_a, p.a, q), (p_b, p.b, q), (q_a, q.a, p), (q_b, q.b, p)] {
            if turn == Orientation::Collinear && in_box(edge, at) {
                return Some(at);
            }
        }
    }
    None
}

fn in_box(edge: &Edge, [x, y]: [f64; 2]) -> bool {
    (edge.a[0].min(edge.b[0])..=edge.a[0].max(edge.b[0])).contains(&x)
        && (edge.a[1].min(edge.b[1])..=edge.a[1].max(edge.b[1])).contains(&y)
}

fn crossing(p: &Edge, q: &Edge) -> [f64; 2] {
    let (dx, dy) = (p.b[0] - p.a[0], p.b[1] - p.a[1]);
    let (ex, ey) = (q.b[0] - q.a[0], q.b[1] - q.a[1]);
    let share = ((q.a[0] - p.a[0]) * ey - (q.a[1] - p.a[1]) * ex) / (dx * ey - dy * ex);
    [p.a[0] + share * dx, p.a[1] + share * dy]
}

fn area2(ring: &[[f64; 2]]) -> f64 {
    let [ox, oy] = ring.first().copied().unwrap_or_default();
    ring.windows(2).map(|pair| (pair[0][0] - ox) * (pair[1][1] - oy) - (pair[1][0] - ox) * (pair[0][1] - oy)).sum()
}

/// Even-odd, with the ring's own line counted as without.
fn within(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let mut inside = false;
    for pair in ring.windows(2) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        let edge = Edge { ring: 0, index: 0, of: 1, a: pair[0], b: pair[1] };
        if orient(pair[0], pair[1], [x, y]) == Orientation::Collinear && in_box(&edge, [x, y]) {
            return false;
        }
        if (ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay) {
            inside = !inside;
        }
    }
    inside
}

fn covers(polygon: &[Vec<[f64; 2]>], at: [f64; 2]) -> bool {
    within(&polygon[0], at) && !polygon[1..].iter().any(|hole| within(hole, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    }

    #[test]
    fn what_is_whole_passes() {
        assert_eq!(check(&[vec![square(0.0, 0.0, 4.0), square(1.0, 1.0, 1.0)], vec![square(9.0, 0.0, 1.0)]]), Ok(()));
        // Parts and holes may touch at a corner.
        assert_eq!(check(&[vec![square(0.0, 0.0, 1.0)], vec![square(1.0, 1.0, 1.0)]]), Ok(()));
    }

    #[test]
    fn a_bow_tie_crosses_in_its_middle() {
        let ring = vec![[0.0, 0.0], [2.0, 2.0], [3.0, 0.0], [0.0, 2.0], [0.0, 0.0]];
        let Err(fault) = check(&[vec![ring]]) else { panic!() };
        assert_eq!(fault.kind, FaultKind::Crossing);
        assert!((fault.at[0] - 1.2).abs() < 1e-9 && (fault.at[1] - 1.2).abs() < 1e-9);
    }

    #[test]
    fn spikes_touches_holes_and_overlaps_are_faults() {
        let kind = |polygons: &[Vec<Vec<[f64; 2]>>]| check(polygons).unwrap_err().kind;
        let spike = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [4.0, 8.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
        assert_eq!(kind(&[vec![spike]]), FaultKind::Crossing);
        let touch = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 0.0], [0.0, 4.0], [0.0, 0.0]];
        assert_eq!(kind(&[vec![touch]]), FaultKind::Crossing);
        assert_eq!(kind(&[vec![square(0.0, 0.0, 1.0), square(5.0, 5.0, 1.0)]]), FaultKind::HoleOutside);
        assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0)], vec![square(1.0, 1.0, 1.0)]]), FaultKind::Overlap);
        assert_eq!(kind(&[vec![vec![[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]]]), FaultKind::NoArea);
    }

    #[test]
    fn a_large_comb_is_checked_in_time() {
        // Long teeth: every edge shares its longitudes with every other.
        let mut ring = vec![[0.0, 0.0]];
        for tooth in 0..5_000 {
            let y = f64::from(tooth);
            ring.extend([[100.0, y], [100.0, y + 0.5], [1.0, y + 0.5], [1.0, y + 1.0]]);
        }
        ring.extend([[0.0, 5_000.0], [0.0, 0.0]]);
        ring.dedup();
        assert_eq!(check(&[vec![ring]]), Ok(()));
    }
}
