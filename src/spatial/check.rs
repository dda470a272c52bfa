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
    /// A hole lies outside its polygon, or within another hole.
    HoleOutside,
    /// Two polygons of one shape cover the same ground.
    Overlap,
    /// A ring covers no ground.
    NoArea,
    /// So many edges lie beside one another that checking them would take too long.
    TooComplex,
}

/// What a check may cost, in steps of about a nanosecond. Outlines as people and surveyors draw them, with 20,000
/// vertices, take a hundredth of it.
const MOST_STEPS: u64 = 100_000_000;
/// The steps of looking at two edges whose boxes meet, and of looking where a place lies to one edge.
const PAIR_STEPS: u64 = 40;
const SIDE_STEPS: u64 = 8;

/// What is left of the steps that a check may take.
struct Effort(u64);

impl Effort {
    /// Takes steps; refuses the polygon, with a place where it is crowded, when they are used up.
    fn spend(&mut self, steps: u64, at: [f64; 2]) -> Result<(), Fault> {
        self.0 = self.0.checked_sub(steps).ok_or(Fault { kind: FaultKind::TooComplex, at })?;
        Ok(())
    }
}

/// As many times an edge touches other parts at most, on average: in a mesh it is a dozen.
const MOST_TOUCHES: usize = 32;

struct PolygonEdge {
    ring: usize,
    /// Its place within the ring, and how many edges the ring has.
    index: usize,
    of: usize,
    a: [f64; 2],
    b: [f64; 2],
    /// Whether the polygon's ground lies to the right of it.
    turned: bool,
}

impl PolygonEdge {
    /// A place on it, from 0 at its beginning to 1 at its end.
    fn along(&self, share: f64) -> [f64; 2] {
        [self.a[0] + share * (self.b[0] - self.a[0]), self.a[1] + share * (self.b[1] - self.a[1])]
    }

    /// How far along it a place on it lies.
    fn share(&self, at: [f64; 2]) -> f64 {
        let (dx, dy) = (self.b[0] - self.a[0], self.b[1] - self.a[1]);
        let share = if dx.abs() > dy.abs() { (at[0] - self.a[0]) / dx } else { (at[1] - self.a[1]) / dy };
        share.clamp(0.0, 1.0)
    }

    fn touches(&self, at: [f64; 2]) -> bool {
        in_box(self, at) && orient(self.a, self.b, at) == Orientation::Collinear
    }
}

/// Where an edge meets the border of another part.
struct Touch<'a> {
    edge: &'a PolygonEdge,
    part: usize,
    /// From there to there along the edge; the same twice at a point.
    span: (f64, f64),
}

/// Checks polygons: for each its outer ring and its holes, closed, in degrees or any plane.
///
/// Takes time in proportion to the pairs of edges that share a stretch of longitude or of latitude, whichever are fewer:
/// a few milliseconds for outlines as people draw them. It has a bound: a polygon that would take longer is refused.
///
/// # Errors
/// The first fault that is found.
pub fn check(polygons: &[Vec<Vec<[f64; 2]>>]) -> Result<(), Fault> {
    let mut effort = Effort(MOST_STEPS);
    let mut edges = Vec::new();
    // For each ring its polygon.
    let mut owners = Vec::new();
    for (polygon, rings) in polygons.iter().enumerate() {
        for ring in rings {
            let first = edges.len();
            for pair in ring.windows(2) {
                let [a, b] = [pair[0], pair[1]];
                if (a[0], a[1]) != (b[0], b[1]) {
                    let index = edges.len() - first;
                    edges.push(PolygonEdge { ring: owners.len(), index, of: 0, a, b, turned: false });
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
    // Ground lies to the left of every edge: outer rings turn left, holes right.
    let mut turned: Vec<bool> = Vec::with_capacity(owners.len());
    for rings in polygons {
        turned.extend(rings.iter().enumerate().map(|(index, ring)| (area2(ring) < 0.0) == (index == 0)));
    }
    for edge in &mut edges {
        edge.turned = turned[edge.ring];
    }
    // Along the axis on which edges are shorter, fewer are under way at a time.
    let along = sweep_axis(&edges);
    let across = 1 - along;
    edges.sort_unstable_by(|p, q| p.a[along].min(p.b[along]).total_cmp(&q.a[along].min(q.b[along])));
    let mut active: Vec<usize> = Vec::new();
    let mut touches = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let start = edge.a[along].min(edge.b[along]);
        effort.spend(active.len() as u64, edge.a)?;
        active.retain(|&other| edges[other].a[along].max(edges[other].b[along]) >= start);
        let (low, high) = (edge.a[across].min(edge.b[across]), edge.a[across].max(edge.b[across]));
        for &other in &active {
            let other = &edges[other];
            if other.a[across].max(other.b[across]) < low || other.a[across].min(other.b[across]) > high {
                continue;
            }
            effort.spend(PAIR_STEPS, edge.a)?;
            if let Some(at) = conflict(edge, other) {
                return Err(Fault { kind: FaultKind::Crossing, at });
            }
            if owners[other.ring] != owners[edge.ring] {
                // Thousands of parts around one point would be as many pairs as can't be held.
                if touches.len() > MOST_TOUCHES * edges.len() {
                    return Err(Fault { kind: FaultKind::Crossing, at: edge.a });
                }
                for (one, two) in [(edge, other), (other, edge)] {
                    touches.extend(touch(one, two).map(|span| Touch { edge: one, part: owners[two.ring], span }));
                }
                if let Some(at) = covers_the_same(edge, other) {
                    return Err(Fault { kind: FaultKind::Overlap, at });
                }
            } else if edge.ring != other.ring && lie_on_one_another(edge, other) {
                return Err(Fault { kind: FaultKind::Crossing, at: other.a });
            }
        }
        active.push(index);
    }
    if let Some(ring) = polygons.iter().flatten().find(|ring| area2(ring) == 0.0) {
        return Err(Fault { kind: FaultKind::NoArea, at: ring[0] });
    }
    let boxes: Vec<Vec<[f64; 4]>> =
        polygons.iter().map(|rings| rings.iter().map(|ring| bounds(ring)).collect()).collect();
    check_holes(polygons, &boxes, &mut effort)?;
    // Where an edge touches another part it may run through that part's ground with no corner of it there.
    touches.sort_unstable_by(|p, q| {
        let key = |touch: &Touch<'_>| (std::ptr::from_ref(touch.edge), touch.part);
        key(p).cmp(&key(q)).then(p.span.0.total_cmp(&q.span.0))
    });
    for group in touches.chunk_by(|p, q| std::ptr::eq(p.edge, q.edge) && p.part == q.part) {
        let mut from = 0.0;
        let ends = group.iter().map(|touch| touch.span).chain([(1.0, 1.0)]);
        for (start, end) in ends {
            let at = group[0].edge.along(f64::midpoint(from, start));
            if start > from && covers(&polygons[group[0].part], at, &mut effort)? {
                return Err(Fault { kind: FaultKind::Overlap, at });
            }
            from = from.max(end);
        }
    }
    check_parts(polygons, &boxes, &mut effort)
}

/// Every hole lies in its polygon and in no other hole.
fn check_holes(polygons: &[Vec<Vec<[f64; 2]>>], boxes: &[Vec<[f64; 4]>], effort: &mut Effort) -> Result<(), Fault> {
    // Rings that don't cross lie wholly within one another or apart: one vertex tells.
    for (rings, boxes) in polygons.iter().zip(boxes) {
        for (index, hole) in rings.iter().enumerate().skip(1) {
            effort.spend(rings.len() as u64, hole[0])?;
            let mut is_inside = false;
            for &at in hole {
                is_inside = within(&rings[0], at, effort)?;
                if is_inside {
                    break;
                }
            }
            let mut is_within_another = false;
            for other in (1..rings.len()).filter(|&other| other != index && meet(boxes[other], boxes[index])) {
                for &at in hole {
                    is_within_another = is_within_another || within(&rings[other], at, effort)?;
                }
            }
            if !is_inside || is_within_another {
                return Err(Fault { kind: FaultKind::HoleOutside, at: hole[0] });
            }
        }
    }
    Ok(())
}

/// No part has a corner in the ground of another.
fn check_parts(polygons: &[Vec<Vec<[f64; 2]>>], boxes: &[Vec<[f64; 4]>], effort: &mut Effort) -> Result<(), Fault> {
    for (index, one) in polygons.iter().enumerate() {
        for (other, _) in
            polygons[index + 1..].iter().zip(&boxes[index + 1..]).filter(|(_, b)| meet(b[0], boxes[index][0]))
        {
            for (inner, outer) in [(one, other), (other, one)] {
                for &at in &inner[0] {
                    if covers(outer, at, effort)? {
                        return Err(Fault { kind: FaultKind::Overlap, at });
                    }
                }
            }
        }
        effort.spend((polygons.len() - index) as u64, one[0][0])?;
    }
    Ok(())
}

/// Where two parts share an edge or a stretch of one: what [`check`] allows of areas that are counted in, and the
/// standard of stored shapes (OGC 06-103r4) doesn't, by which parts meet at points.
#[must_use]
pub fn shared_border(polygons: &[Vec<Vec<[f64; 2]>>]) -> Option<[f64; 2]> {
    let mut found = None;
    if polygons.len() > 1 {
        each_meeting(polygons, &mut |p, q, owners| {
            if owners[p.ring] != owners[q.ring] && lie_on_one_another(p, q) {
                found = touch(p, q).map(|(from, to)| p.along(f64::midpoint(from, to)));
            }
            found.is_none()
        });
    }
    found
}

/// Where holes cut their polygon apart: rings that touch in a circle, or one another twice.
#[must_use]
pub fn split_ground(polygons: &[Vec<Vec<[f64; 2]>>]) -> Option<[f64; 2]> {
    if polygons.iter().all(|rings| rings.len() < 2) {
        return None;
    }
    let mut touches: Vec<(usize, [f64; 2])> = Vec::new();
    each_meeting(polygons, &mut |p, q, owners| {
        if p.ring != q.ring && owners[p.ring] == owners[q.ring] {
            let ends = [p.a, p.b].into_iter().filter(|&at| q.touches(at));
            for at in ends.chain([q.a, q.b].into_iter().filter(|&at| p.touches(at))) {
                touches.extend([(p.ring, at), (q.ring, at)]);
            }
        }
        true
    });
    let key = |touch: &(usize, [f64; 2])| (touch.1.map(f64::to_bits), touch.0);
    touches.sort_unstable_by_key(key);
    touches.dedup_by_key(|touch| key(touch));
    // Rings and the places where they meet are a wood as long as the ground is whole: one more link closes a circle.
    let rings: usize = polygons.iter().map(Vec::len).sum();
    let mut parents: Vec<usize> = (0..rings).collect();
    let mut place = None;
    for (ring, at) in touches {
        if place != Some(at) {
            parents.push(parents.len());
            place = Some(at);
        }
        let meeting = parents.len() - 1;
        let (one, other) = (root(&mut parents, ring), root(&mut parents, meeting));
        if one == other {
            return Some(at);
        }
        parents[one] = other;
    }
    None
}

fn root(parents: &mut [usize], mut of: usize) -> usize {
    while parents[of] != of {
        parents[of] = parents[parents[of]];
        of = parents[of];
    }
    of
}

/// Goes over the pairs of edges whose boxes meet, until `more` says that it is enough. It also gets each ring's polygon.
fn each_meeting(polygons: &[Vec<Vec<[f64; 2]>>], more: &mut dyn FnMut(&PolygonEdge, &PolygonEdge, &[usize]) -> bool) {
    let owners: Vec<usize> =
        polygons.iter().enumerate().flat_map(|(polygon, rings)| std::iter::repeat_n(polygon, rings.len())).collect();
    let mut edges: Vec<PolygonEdge> = polygons
        .iter()
        .flatten()
        .enumerate()
        .flat_map(|(ring, places)| {
            let of = places.len().saturating_sub(1);
            places.windows(2).enumerate().map(move |(index, pair)| PolygonEdge {
                ring,
                index,
                of,
                a: pair[0],
                b: pair[1],
                turned: false,
            })
        })
        .filter(|edge| (edge.a[0], edge.a[1]) != (edge.b[0], edge.b[1]))
        .collect();
    edges.sort_unstable_by(|p, q| p.a[0].min(p.b[0]).total_cmp(&q.a[0].min(q.b[0])));
    let mut active: Vec<usize> = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let west = edge.a[0].min(edge.b[0]);
        active.retain(|&other| edges[other].a[0].max(edges[other].b[0]) >= west);
        let (south, north) = (edge.a[1].min(edge.b[1]), edge.a[1].max(edge.b[1]));
        for &other in &active {
            let other = &edges[other];
            let meets = other.a[1].max(other.b[1]) >= south && other.a[1].min(other.b[1]) <= north;
            if meets && !more(other, edge, &owners) {
                return;
            }
        }
        active.push(index);
    }
}

fn orient(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Orientation {
    let coord = |[x, y]: [f64; 2]| Coord { x, y };
    RobustKernel::orient2d(coord(a), coord(b), coord(c))
}

/// Where two edges meet as they must not.
fn conflict(p: &PolygonEdge, q: &PolygonEdge) -> Option<[f64; 2]> {
    let same_ring = p.ring == q.ring;
    let follows = |first: &PolygonEdge, second: &PolygonEdge| (first.index + 1) % first.of == second.index;
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

/// Where an edge is touched by another, if at all.
fn touch(edge: &PolygonEdge, other: &PolygonEdge) -> Option<(f64, f64)> {
    let ends = [edge.a, edge.b].into_iter().filter(|&at| other.touches(at));
    let shares = ends.chain([other.a, other.b].into_iter().filter(|&at| edge.touches(at))).map(|at| edge.share(at));
    shares.fold(None, |span, share| {
        let (low, high) = span.unwrap_or((share, share));
        Some((low.min(share), high.max(share)))
    })
}

/// Whether two edges share more than a point.
fn lie_on_one_another(p: &PolygonEdge, q: &PolygonEdge) -> bool {
    [q.a, q.b].iter().all(|&at| orient(p.a, p.b, at) == Orientation::Collinear)
        && touch(p, q).is_some_and(|(from, to)| from < to)
}

/// A place on two edges that lie on one another with the ground of both to the same side.
fn covers_the_same(p: &PolygonEdge, q: &PolygonEdge) -> Option<[f64; 2]> {
    let forward = (p.b[0] - p.a[0]) * (q.b[0] - q.a[0]) + (p.b[1] - p.a[1]) * (q.b[1] - q.a[1]);
    ((forward > 0.0) == (p.turned == q.turned) && lie_on_one_another(p, q)).then_some(q.a)
}

fn in_box(edge: &PolygonEdge, [x, y]: [f64; 2]) -> bool {
    (edge.a[0].min(edge.b[0])..=edge.a[0].max(edge.b[0])).contains(&x)
        && (edge.a[1].min(edge.b[1])..=edge.a[1].max(edge.b[1])).contains(&y)
}

fn crossing(p: &PolygonEdge, q: &PolygonEdge) -> [f64; 2] {
    let (dx, dy) = (p.b[0] - p.a[0], p.b[1] - p.a[1]);
    let (ex, ey) = (q.b[0] - q.a[0], q.b[1] - q.a[1]);
    let share = ((q.a[0] - p.a[0]) * ey - (q.a[1] - p.a[1]) * ex) / (dx * ey - dy * ex);
    [p.a[0] + share * dx, p.a[1] + share * dy]
}

fn area2(ring: &[[f64; 2]]) -> f64 {
    let [ox, oy] = ring.first().copied().unwrap_or_default();
    ring.windows(2).map(|pair| (pair[0][0] - ox) * (pair[1][1] - oy) - (pair[1][0] - ox) * (pair[0][1] - oy)).sum()
}

/// West, south, east, north.
fn bounds(ring: &[[f64; 2]]) -> [f64; 4] {
    ring.iter().fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |[w, s, e, n], &[x, y]| {
        [w.min(x), s.min(y), e.max(x), n.max(y)]
    })
}

fn meet(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SegmentSide {
    Inside,
    Border,
    Outside,
}

/// Even-odd.
fn side(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> SegmentSide {
    let mut inside = false;
    for pair in ring.windows(2) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        let edge = PolygonEdge { ring: 0, index: 0, of: 1, a: pair[0], b: pair[1], turned: false };
        if edge.touches([x, y]) {
            return SegmentSide::Border;
        }
        if (ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay) {
            inside = !inside;
        }
    }
    if inside { SegmentSide::Inside } else { SegmentSide::Outside }
}

fn within(ring: &[[f64; 2]], at: [f64; 2], effort: &mut Effort) -> Result<bool, Fault> {
    effort.spend(SIDE_STEPS * ring.len() as u64, at)?;
    Ok(side(ring, at) == SegmentSide::Inside)
}

/// Whether the polygon has ground all around a place.
fn covers(polygon: &[Vec<[f64; 2]>], at: [f64; 2], effort: &mut Effort) -> Result<bool, Fault> {
    if !within(&polygon[0], at, effort)? {
        return Ok(false);
    }
    for hole in &polygon[1..] {
        effort.spend(SIDE_STEPS * hole.len() as u64, at)?;
        if side(hole, at) != SegmentSide::Outside {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The axis, 0 or 1, along which edges span the smaller share of the whole.
fn sweep_axis(edges: &[PolygonEdge]) -> usize {
    let share = |axis: usize| {
        let (mut low, mut high, mut sum) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for edge in edges {
            (low, high) = (low.min(edge.a[axis]), high.max(edge.a[axis]));
            sum += (edge.a[axis] - edge.b[axis]).abs();
        }
        if high > low { sum / (high - low) } else { f64::INFINITY }
    };
    usize::from(share(1) < share(0))
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
    fn parts_that_meet_along_a_line_lie_apart_or_are_a_fault() {
        let kind = |polygons: &[Vec<Vec<[f64; 2]>>]| check(polygons).map_err(|fault| fault.kind);
        let reversed = |ring: Vec<[f64; 2]>| -> Vec<[f64; 2]> { ring.into_iter().rev().collect() };
        let overlap = Err(FaultKind::Overlap);
        // Neighbours with one border, however they turn, and with corners of their own on it.
        for second in [square(4.0, 0.0, 4.0), square(4.0, 1.0, 1.0), square(4.0, -1.0, 3.0)] {
            assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0)], vec![second.clone()]]), Ok(()));
            assert_eq!(kind(&[vec![reversed(square(0.0, 0.0, 4.0))], vec![second]]), Ok(()));
        }
        // One twice; two of the same height that lie half on one another; one in another's corner.
        for second in [square(0.0, 0.0, 4.0), square(2.0, 0.0, 4.0), square(2.0, 2.0, 2.0), square(-1.0, 0.0, 4.0)] {
            assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0)], vec![second.clone()]]), overlap);
            assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0)], vec![reversed(second)]]), overlap);
        }
        // One on its tip within another: no corner lies inside of the other, no edges cross.
        let tip = vec![[2.0, 0.0], [4.0, 2.0], [2.0, 4.0], [0.0, 2.0], [2.0, 0.0]];
        assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0)], vec![tip.clone()]]), overlap);
        assert_eq!(kind(&[vec![tip.clone()], vec![square(0.0, 0.0, 4.0)]]), overlap);
        // It may fill a hole, and stand in a hole that it touches.
        let holed = vec![square(-1.0, -1.0, 6.0), square(0.0, 0.0, 4.0)];
        assert_eq!(kind(&[holed.clone(), vec![square(0.0, 0.0, 4.0)]]), Ok(()));
        assert_eq!(kind(&[holed.clone(), vec![tip]]), Ok(()));
        assert_eq!(kind(&[holed, vec![square(0.0, 0.0, 5.0)]]), overlap);
        // A hole may neither lie along its polygon's border nor in another hole.
        assert_eq!(kind(&[vec![square(0.0, 0.0, 4.0), square(0.0, 1.0, 1.0)]]), Err(FaultKind::Crossing));
        let twice = vec![square(0.0, 0.0, 9.0), square(1.0, 1.0, 7.0), square(2.0, 2.0, 1.0)];
        assert_eq!(kind(&[twice]), Err(FaultKind::HoleOutside));
    }

    #[test]
    fn parts_that_share_an_edge_and_holes_that_cut_are_no_stored_shape() {
        let first = square(0.0, 0.0, 4.0);
        for second in [square(4.0, 0.0, 4.0), square(4.0, 1.0, 1.0), square(4.0, -1.0, 3.0)] {
            assert!(shared_border(&[vec![first.clone()], vec![second]]).is_some_and(|[x, _]| (x - 4.0).abs() < 1e-9));
        }
        let holed = vec![square(-1.0, -1.0, 6.0), square(0.0, 0.0, 4.0)];
        assert!(shared_border(&[holed.clone(), vec![first.clone()]]).is_some());
        assert_eq!(shared_border(&[vec![first.clone()], vec![square(4.0, 4.0, 1.0)]]), None);
        assert_eq!(shared_border(&[holed]), None);
        // A hole may touch the border and another hole once; twice, or in a circle, the ground falls apart.
        let tip = |x: f64, y: f64| vec![[x, y], [x + 1.0, y - 1.0], [x + 2.0, y], [x + 1.0, y + 1.0], [x, y]];
        let ground = square(0.0, -2.0, 4.0);
        assert_eq!(split_ground(&[vec![ground.clone(), tip(0.0, 0.0)]]), None);
        assert_eq!(split_ground(&[vec![square(-1.0, -2.0, 9.0), tip(0.0, 0.0), tip(2.0, 0.0)]]), None);
        assert_eq!(split_ground(&[vec![ground, tip(0.0, 0.0), tip(2.0, 0.0)]]), Some([4.0, 0.0]));
    }

    #[test]
    fn many_parts_are_checked_in_time() {
        // A mesh of squares passes; as many triangles around one point are told to be too much.
        let mesh = (0..70).flat_map(|x| (0..70).map(move |y| vec![square(f64::from(x), f64::from(y), 1.0)]));
        assert_eq!(check(&mesh.collect::<Vec<_>>()), Ok(()));
        let fan = (0..6_000).map(|index| {
            let at = |step: f64| [(step / 6_000.0).cos(), (step / 6_000.0).sin()];
            let step = f64::from(index);
            vec![vec![[0.0, 0.0], at(step), at(step + 0.5), [0.0, 0.0]]]
        });
        assert_eq!(check(&fan.collect::<Vec<_>>()).map_err(|fault| fault.kind), Err(FaultKind::Crossing));
    }

    /// Long parallel edges aslant: the box of each meets that of every other, along either axis.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn slanting_band(vertices: usize) -> Vec<[f64; 2]> {
        let (long, half) = (0.02, (vertices - 4) / 2);
        let step = long * 0.2 / half as f64;
        let mut ring = Vec::new();
        for index in 0..half {
            let at = index as f64 * step;
            let (near, far) = ([at, -at], [at + long, long - at]);
            ring.extend(if index % 2 == 0 { [near, far] } else { [far, near] });
        }
        let (end, out) = (half as f64 * step, long * 0.01);
        ring.extend([[end - out / 3.0, -end - out * 2.0], [-out, -out], [0.0, 0.0]]);
        ring
    }

    #[test]
    fn a_polygon_that_would_take_seconds_to_check_is_refused_as_too_complex() {
        assert_eq!(check(&[vec![slanting_band(1_000)]]), Ok(()));
        assert_eq!(check(&[vec![slanting_band(19_990)]]).map_err(|fault| fault.kind), Err(FaultKind::TooComplex));
        // As many holes whose boxes all meet; and parts.
        let slivers = |shift: f64| {
            (0..4_000).map(move |index| {
                let at = shift + f64::from(index) * 1e-4;
                vec![[at, -at], [at + 1.0, 1.0 - at], [at + 1.00002, 1.0 - at], [at, -at]]
            })
        };
        let outer = vec![[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0], [-9.0, -9.0]];
        let holed: Vec<Vec<[f64; 2]>> = std::iter::once(outer).chain(slivers(0.0)).collect();
        assert_eq!(check(&[holed]).map_err(|fault| fault.kind), Err(FaultKind::TooComplex));
        let parts: Vec<Vec<Vec<[f64; 2]>>> = slivers(0.0).map(|ring| vec![ring]).collect();
        assert_eq!(check(&parts).map_err(|fault| fault.kind), Err(FaultKind::TooComplex));
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
