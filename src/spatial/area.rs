//! A drawn area or a region, made ready for counting millions of points.
//!
//! The polygon is laid on a raster whose cells are inside, outside or on the border; only points in border cells are
//! tested against edges, and only against those that pass their cell. Boxes are tested by prefix sums over the cells.

use super::{
    mercator::{Bounds, Point},
    region::RegionCode,
    scope::Coverage,
};

const SIDE: usize = 256;
/// Edges that span more latitude than this are cut: a line that is straight in degrees (as `PostGIS` sees it) bends by
/// a centimetre in mercator over this much.
const STRAIGHT_DEGREES: f64 = 0.005;

/// Into how many pieces an edge is cut.
fn steps([lon, lat]: [f64; 2], [next_lon, next_lat]: [f64; 2]) -> f64 {
    ((next_lat - lat).abs().max((next_lon - lon).abs() / 4.0) / STRAIGHT_DEGREES).ceil().clamp(1.0, 2000.0)
}

/// The edges of a ring, closed or not.
fn edges(ring: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// How many edges polygons have once they are cut for [`Area::from_degrees`]: its work and its memory grow with these.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an edge is cut into 1 to 2000 pieces")]
pub fn cut_edges(polygons: &[Vec<Vec<[f64; 2]>>]) -> usize {
    polygons.iter().flatten().flat_map(|ring| edges(ring)).map(|(from, to)| steps(from, to) as usize).sum()
}

/// An area to count in.
#[derive(Debug)]
pub enum Area {
    /// All grids of one or more regions, by their codes.
    Regions(Vec<RegionCode>),
    /// What one or more polygons cover.
    Polygon(Box<Raster>),
}

impl Area {
    /// From polygons in WGS 84 degrees: for each its rings, closed or not. Holes are known by lying inside.
    ///
    /// The rings must be valid (see [`super::check`]).
    #[must_use]
    pub fn from_degrees(polygons: &[Vec<Vec<[f64; 2]>>]) -> Self {
        let mut rings = Vec::new();
        for ring in polygons.iter().flatten() {
            let mut points = Vec::with_capacity(ring.len());
            for (from, to) in edges(ring) {
                let ([lon, lat], [next_lon, next_lat], steps) = (from, to, steps(from, to));
                let mut step = 0.0;
                while step < steps {
                    let share = step / steps;
                    points.push(Point::from_lonlat(lon + (next_lon - lon) * share, lat + (next_lat - lat) * share));
                    step += 1.0;
                }
            }
            rings.push(points);
        }
        Self::Polygon(Box::new(Raster::new(&rings)))
    }

    /// How the features of a node stand to the area, by their box and their least and greatest region.
    pub(super) fn relate(&self, bounds: &Bounds, regions: (i64, i64)) -> Coverage {
        match self {
            Self::Regions(codes) => {
                let ranges = || codes.iter().map(|code| code.range());
                if ranges().any(|range| *range.start() <= regions.0 && regions.1 <= *range.end()) {
                    Coverage::All
                } else if ranges().any(|range| *range.start() <= regions.1 && regions.0 <= *range.end()) {
                    Coverage::Some
                } else {
                    Coverage::None
                }
            }
            Self::Polygon(raster) => raster.relate(bounds),
        }
    }

    /// Whether a feature's anchor lies in the area.
    #[must_use]
    pub fn contains(&self, anchor: Point, region: i64) -> bool {
        match self {
            Self::Regions(codes) => codes.iter().any(|code| code.contains(region)),
            Self::Polygon(raster) => raster.contains(anchor),
        }
    }

    /// How many edges a place in the area is tested against where they are many: the mean over edges of how many share
    /// their cell. Some tens for outlines as people draw them.
    #[must_use]
    pub fn crowding(&self) -> u64 {
        match self {
            Self::Regions(_) => 0,
            Self::Polygon(raster) => {
                let squares: u64 = raster.starts.windows(2).map(|pair| u64::from(pair[1] - pair[0]).pow(2)).sum();
                squares / (raster.cell_edges.len() as u64).max(1)
            }
        }
    }

    /// The box around the area; the whole world for regions.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Regions(_) => Bounds::WORLD,
            Self::Polygon(raster) => raster.bounds,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct RasterEdge {
    from: Point,
    to: Point,
}

/// A place in half units: vertices and features stand on even numbers, a cell's own point on odd ones, so that no
/// vertex lies on a line through it.
#[derive(Clone, Copy)]
struct Half {
    x: i64,
    y: i64,
}

impl From<Point> for Half {
    fn from(point: Point) -> Self {
        Self { x: i64::from(point.x) * 2, y: i64::from(point.y) * 2 }
    }
}

impl RasterEdge {
    /// Whether the place lies on the edge's one side. A place on the edge itself counts to the other; on a level edge,
    /// as if it lay a hair to the south, which is how [`Self::spans_y`] sees it too.
    ///
    /// Edges are short (see [`STRAIGHT_DEGREES`]), and places are asked for in cells that they touch: the products
    /// stay below 2^60.
    fn side(self, place: Half) -> bool {
        let (from, to) = (Half::from(self.from), Half::from(self.to));
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let cross = (place.x - from.x) * dy - dx * (place.y - from.y);
        cross < 0 || (cross == 0 && dy == 0 && dx > 0)
    }

    fn spans_y(self, y: i64) -> bool {
        (Half::from(self.from).y > y) != (Half::from(self.to).y > y)
    }

    fn spans_x(self, x: i64) -> bool {
        (Half::from(self.from).x > x) != (Half::from(self.to).x > x)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RasterCell {
    Outside,
    Inside,
    /// An edge passes; whether the cell's own point is inside.
    Border(bool),
}

/// Polygons on a raster.
#[derive(Debug)]
pub struct Raster {
    pub(super) bounds: Bounds,
    /// Units a cell is wide and high.
    cell: (u64, u64),
    cells: Vec<RasterCell>,
    /// Inside cells, and border cells, north-west of each corner of the raster.
    inside: Vec<u32>,
    border: Vec<u32>,
    edges: Vec<RasterEdge>,
    /// By cell: where its edges start in `cell_edges`.
    starts: Vec<u32>,
    cell_edges: Vec<u32>,
}

impl Raster {
    fn new(rings: &[Vec<Point>]) -> Self {
        let bounds = rings.iter().fold(Bounds::EMPTY, |all, ring| all.union(Bounds::around(ring)));
        let side = SIDE as u64;
        let span = |low: u32, high: u32| (u64::from(high.saturating_sub(low)) + 1).div_ceil(side).max(1);
        let cell = (span(bounds.min_x, bounds.max_x), span(bounds.min_y, bounds.max_y));
        let mut edges = Vec::new();
        for ring in rings {
            for (index, &from) in ring.iter().enumerate() {
                let to = ring[(index + 1) % ring.len()];
                if from != to {
                    edges.push(RasterEdge { from, to });
                }
            }
        }
        let mut raster = Self {
            bounds,
            cell,
            cells: vec![RasterCell::Outside; SIDE * SIDE],
            inside: Vec::new(),
            border: Vec::new(),
            edges,
            starts: vec![0; SIDE * SIDE + 1],
            cell_edges: Vec::new(),
        };
        if !raster.edges.is_empty() {
            raster.sort_edges_into_cells();
            raster.fill();
        }
        raster.sum();
        raster
    }

    fn column(&self, x: u32) -> usize {
        usize::try_from(u64::from(x.saturating_sub(self.bounds.min_x)) / self.cell.0).unwrap_or(SIDE).min(SIDE - 1)
    }

    fn row(&self, y: u32) -> usize {
        usize::try_from(u64::from(y.saturating_sub(self.bounds.min_y)) / self.cell.1).unwrap_or(SIDE).min(SIDE - 1)
    }

    /// The cell's own point: its middle, on odd half units.
    fn middle(&self, row: usize, column: usize) -> Half {
        let at = |low: u32, index: usize, size: u64| {
            i64::try_from((u64::from(low) + index as u64 * size + size / 2) * 2 + 1).unwrap_or(i64::MAX)
        };
        Half { x: at(self.bounds.min_x, column, self.cell.0), y: at(self.bounds.min_y, row, self.cell.1) }
    }

    /// Every cell that an edge passes, a little generously.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounding here only ever gives a cell more"
    )]
    fn cells_of(&self, edge: RasterEdge, mut give: impl FnMut(usize)) {
        let (x0, y0) = (f64::from(edge.from.x), f64::from(edge.from.y));
        let (x1, y1) = (f64::from(edge.to.x), f64::from(edge.to.y));
        for row in self.row(edge.from.y.min(edge.to.y))..=self.row(edge.from.y.max(edge.to.y)) {
            let top = f64::from(self.bounds.min_y) + (row as u64 * self.cell.1) as f64;
            let bottom = top + self.cell.1 as f64;
            let (mut low, mut high) = (x0.min(x1), x0.max(x1));
            if (y1 - y0).abs() > 0.5 {
                let at = |y: f64| x0 + (x1 - x0) * (y - y0) / (y1 - y0);
                let (a, b) = (at(top.clamp(y0.min(y1), y0.max(y1))), at(bottom.clamp(y0.min(y1), y0.max(y1))));
                low = a.min(b) - 2.0;
                high = a.max(b) + 2.0;
            }
            for column in self.column(low.max(0.0) as u32)..=self.column(high.max(0.0) as u32) {
                give(row * SIDE + column);
            }
        }
    }

    fn sort_edges_into_cells(&mut self) {
        let mut starts = std::mem::take(&mut self.starts);
        for &edge in &self.edges {
            self.cells_of(edge, |cell| starts[cell + 1] += 1);
        }
        for cell in 0..SIDE * SIDE {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        let mut cell_edges = vec![0; starts[SIDE * SIDE] as usize];
        // In the order of the edges: each cell's list ascends.
        for (index, &edge) in self.edges.iter().enumerate() {
            self.cells_of(edge, |cell| {
                cell_edges[next[cell] as usize] = u32::try_from(index).unwrap_or(u32::MAX);
                next[cell] += 1;
            });
        }
        (self.starts, self.cell_edges) = (starts, cell_edges);
    }

    fn edges_in(&self, cell: usize) -> &[u32] {
        &self.cell_edges[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// Goes along each row from its west, where everything is outside, from one cell's own point to the next: only
    /// edges of the two cells can lie between.
    fn fill(&mut self) {
        for row in 0..SIDE {
            let first = self.middle(row, 0);
            let mut place = Half { x: i64::from(self.bounds.min_x) * 2 - 1, y: first.y };
            let mut inside = false;
            for column in 0..SIDE {
                let (at, next) = (row * SIDE + column, self.middle(row, column));
                let here = self.edges_in(at);
                let before = if column == 0 { &[][..] } else { self.edges_in(at - 1) };
                for &index in here.iter().chain(before.iter().filter(|index| here.binary_search(index).is_err())) {
                    let edge = self.edges[index as usize];
                    inside ^= edge.spans_y(place.y) && edge.side(place) != edge.side(next);
                }
                place = next;
                self.cells[at] = match (here.is_empty(), inside) {
                    (false, _) => RasterCell::Border(inside),
                    (true, true) => RasterCell::Inside,
                    (true, false) => RasterCell::Outside,
                };
            }
        }
    }

    fn sum(&mut self) {
        let width = SIDE + 1;
        let (mut inside, mut border) = (vec![0_u32; width * width], vec![0_u32; width * width]);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = (row + 1) * width + column + 1;
                let cell = self.cells[row * SIDE + column];
                for (sums, is) in
                    [(&mut inside, cell == RasterCell::Inside), (&mut border, matches!(cell, RasterCell::Border(_)))]
                {
                    sums[at] = sums[at - 1] + sums[at - width] - sums[at - width - 1] + u32::from(is);
                }
            }
        }
        (self.inside, self.border) = (inside, border);
    }

    fn relate(&self, bounds: &Bounds) -> Coverage {
        if !self.bounds.meets(bounds) {
            return Coverage::None;
        }
        let (left, right) = (self.column(bounds.min_x), self.column(bounds.max_x) + 1);
        let (top, bottom) = (self.row(bounds.min_y), self.row(bounds.max_y) + 1);
        let width = SIDE + 1;
        let count = |sums: &[u32]| {
            sums[bottom * width + right] + sums[top * width + left]
                - sums[top * width + right]
                - sums[bottom * width + left]
        };
        let (inside, border) = (count(&self.inside), count(&self.border));
        if inside == 0 && border == 0 {
            Coverage::None
        } else if border == 0 && self.bounds.holds(bounds) && inside as usize == (right - left) * (bottom - top) {
            Coverage::All
        } else {
            Coverage::Some
        }
    }

    fn contains(&self, point: Point) -> bool {
        if !self.bounds.contains(point) {
            return false;
        }
        let (row, column) = (self.row(point.y), self.column(point.x));
        match self.cells[row * SIDE + column] {
            RasterCell::Inside => true,
            RasterCell::Outside => false,
            RasterCell::Border(inside) => self.crossed(point, row, column) != inside,
        }
    }

    /// Places in a box, spread over what the polygons cover and none of them at a border: the middles of the raster's cells
    /// that lie in them whole. Where they are too thin for that, of those that lie in them by their middles.
    pub(super) fn places(&self, within: &Bounds) -> impl Iterator<Item = Point> {
        let wanted = if self.inside.last().is_some_and(|&cells| cells > 0) {
            RasterCell::Inside
        } else {
            RasterCell::Border(true)
        };
        let rows = self.row(within.min_y)..=self.row(within.max_y);
        let columns = self.column(within.min_x)..=self.column(within.max_x);
        let cells = rows.flat_map(move |row| columns.clone().map(move |column| (row, column)));
        cells.filter(move |(row, column)| self.cells[row * SIDE + column] == wanted).filter_map(|(row, column)| {
            let half = self.middle(row, column);
            Some(Point { x: u32::try_from(half.x / 2).ok()?, y: u32::try_from(half.y / 2).ok()? })
        })
    }

    /// Whether the way from a point to its cell's own point crosses an odd number of edges: first along the row, then
    /// along the column. Only edges of the cell can lie on it.
    fn crossed(&self, point: Point, row: usize, column: usize) -> bool {
        let (point, middle) = (Half::from(point), self.middle(row, column));
        let corner = Half { x: middle.x, y: point.y };
        self.edges_in(row * SIDE + column).iter().fold(false, |odd, &index| {
            let edge = self.edges[index as usize];
            let along = edge.spans_y(point.y) && edge.side(point) != edge.side(corner);
            let down = edge.spans_x(middle.x) && edge.side(corner) != edge.side(middle);
            odd ^ along ^ down
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn star(seed: u64, corners: usize) -> Vec<[f64; 2]> {
        (0..corners)
            .map(|corner| {
                let angle = corner as f64 / corners as f64 * std::f64::consts::TAU;
                let radius = 0.02 + 0.01 * ((seed as f64 * 7.3 + corner as f64 * 3.7).sin());
                [114.93 + radius * angle.cos(), 27.81 + radius * angle.sin()]
            })
            .collect()
    }

    /// The plain test over all edges, in degrees.
    fn plainly(ring: &[[f64; 2]], lon: f64, lat: f64) -> bool {
        let mut inside = false;
        for (index, a) in ring.iter().enumerate() {
            let b = ring[(index + 1) % ring.len()];
            if (a[1] > lat) != (b[1] > lat) && lon < a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]) {
                inside = !inside;
            }
        }
        inside
    }

    proptest! {
        #[test]
        fn the_raster_agrees_with_the_plain_test(seed in 0..1000_u64, corners in 3..60_usize, dx in -0.03..0.03_f64, dy in -0.03..0.03_f64) {
            let ring = star(seed, corners);
            let area = Area::from_degrees(&[vec![ring.clone()]]);
            let (lon, lat) = (114.93 + dx, 27.81 + dy);
            let near = |d: f64| plainly(&ring, lon + d, lat) != plainly(&ring, lon - d, lat)
                || plainly(&ring, lon, lat + d) != plainly(&ring, lon, lat - d);
            prop_assume!(!near(2e-7));
            prop_assert_eq!(area.contains(Point::from_lonlat(lon, lat), 0), plainly(&ring, lon, lat));
        }

        #[test]
        fn a_box_that_is_held_whole_holds_no_point_outside(seed in 0..200_u64, corners in 3..40_usize, dx in -0.03..0.03_f64, dy in -0.03..0.03_f64, side in 0.0001..0.01_f64) {
            let ring = star(seed, corners);
            let area = Area::from_degrees(&[vec![ring]]);
            let bounds = Bounds::from_degrees([114.93 + dx, 27.81 + dy, 114.93 + dx + side, 27.81 + dy + side]);
            let held = area.relate(&bounds, (0, 0));
            for i in 0..10 {
                for j in 0..10 {
                    let point = Point {
                        x: bounds.min_x + (bounds.max_x - bounds.min_x) / 9 * i,
                        y: bounds.min_y + (bounds.max_y - bounds.min_y) / 9 * j,
                    };
                    match held {
                        Coverage::All => prop_assert!(area.contains(point, 0)),
                        Coverage::None => prop_assert!(!area.contains(point, 0)),
                        Coverage::Some => {}
                    }
                }
            }
        }
    }

    #[test]
    fn edges_are_counted_as_they_are_cut() {
        let ring = vec![[114.0, 27.0], [114.99, 27.0], [114.99, 27.098], [114.0, 27.0]];
        let polygons = [vec![ring]];
        // A degree of longitude in 50 pieces, a tenth of latitude in 20, the way back in 50; and the ring's end to its
        // start.
        assert_eq!(cut_edges(&polygons), 50 + 20 + 50 + 1);
        let Area::Polygon(raster) = Area::from_degrees(&polygons) else { panic!("a polygon") };
        assert_eq!(raster.edges.len(), 120);
    }

    #[test]
    fn a_hole_is_outside() {
        let square = |half: f64| {
            vec![
                [115.0 - half, 28.0 - half],
                [115.0 + half, 28.0 - half],
                [115.0 + half, 28.0 + half],
                [115.0 - half, 28.0 + half],
            ]
        };
        let area = Area::from_degrees(&[vec![square(0.1), square(0.05)]]);
        assert!(!area.contains(Point::from_lonlat(115.0, 28.0), 0));
        assert!(area.contains(Point::from_lonlat(115.07, 28.0), 0));
    }
}
