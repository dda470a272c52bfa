//! A drawn area or a region, made ready for counting millions of points.
//!
//! The polygon is laid on a raster whose cells are inside, outside or on the border; only points in border cells are
//! tested against edges, and only against those of their raster row. Boxes are tested by prefix sums over the cells.

use super::{
    mercator::{Bounds, Point},
    region::RegionCode,
    scope::Held,
};

const SIDE: usize = 128;
/// Edges that span more latitude than this are cut: a line that is straight in degrees (as `PostGIS` sees it) bends by
/// a centimetre in mercator over this much.
const STRAIGHT_DEGREES: f64 = 0.005;

/// An area to count in.
#[derive(Debug)]
pub enum Area {
    /// All grids of a region, by their codes.
    Region(RegionCode),
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
            for (index, &[lon, lat]) in ring.iter().enumerate() {
                let [next_lon, next_lat] = ring[(index + 1) % ring.len()];
                let steps = ((next_lat - lat).abs().max((next_lon - lon).abs() / 4.0) / STRAIGHT_DEGREES)
                    .ceil()
                    .clamp(1.0, 2000.0);
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
    pub(super) fn relate(&self, bounds: &Bounds, regions: (i64, i64)) -> Held {
        match self {
            Self::Region(code) => {
                let range = code.range();
                if *range.start() <= regions.0 && regions.1 <= *range.end() {
                    Held::All
                } else if *range.start() <= regions.1 && regions.0 <= *range.end() {
                    Held::Some
                } else {
                    Held::None
                }
            }
            Self::Polygon(raster) => raster.relate(bounds),
        }
    }

    /// Whether a feature's anchor lies in the area.
    #[must_use]
    pub fn contains(&self, anchor: Point, region: i64) -> bool {
        match self {
            Self::Region(code) => code.contains(region),
            Self::Polygon(raster) => raster.contains(anchor),
        }
    }

    /// The box around the area; the whole world for a region.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Region(_) => Bounds::WORLD,
            Self::Polygon(raster) => raster.bounds,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: Point,
    to: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Outside,
    Inside,
    Border,
}

/// Polygons on a raster.
#[derive(Debug)]
pub struct Raster {
    bounds: Bounds,
    /// Units a cell is wide and high.
    cell: (u64, u64),
    cells: Vec<Cell>,
    /// Inside cells, and border cells, north-west of each corner of the raster.
    inside: Vec<u32>,
    border: Vec<u32>,
    edges: Vec<Edge>,
    /// By row: where its edges start in `row_edges`.
    row_starts: Vec<u32>,
    row_edges: Vec<u32>,
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
                    edges.push(Edge { from, to });
                }
            }
        }
        let mut raster = Self {
            bounds,
            cell,
            cells: vec![Cell::Outside; SIDE * SIDE],
            inside: Vec::new(),
            border: Vec::new(),
            row_starts: Vec::new(),
            row_edges: Vec::new(),
            edges,
        };
        if !raster.edges.is_empty() {
            raster.sort_edges_into_rows();
            raster.mark_border();
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

    fn rows_of(&self, edge: Edge) -> std::ops::RangeInclusive<usize> {
        self.row(edge.from.y.min(edge.to.y))..=self.row(edge.from.y.max(edge.to.y))
    }

    fn sort_edges_into_rows(&mut self) {
        let mut by_row = vec![Vec::new(); SIDE];
        for (index, &edge) in self.edges.iter().enumerate() {
            for row in self.rows_of(edge) {
                by_row[row].push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        self.row_starts.push(0);
        for row in by_row {
            self.row_edges.extend(row);
            self.row_starts.push(u32::try_from(self.row_edges.len()).unwrap_or(u32::MAX));
        }
    }

    /// Marks every cell that an edge passes, a little generously.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounding here only ever marks a cell more"
    )]
    fn mark_border(&mut self) {
        for index in 0..self.edges.len() {
            let edge = self.edges[index];
            let (x0, y0) = (f64::from(edge.from.x), f64::from(edge.from.y));
            let (x1, y1) = (f64::from(edge.to.x), f64::from(edge.to.y));
            for row in self.rows_of(edge) {
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
                    self.cells[row * SIDE + column] = Cell::Border;
                }
            }
        }
    }

    /// Between border cells a row is all inside or all outside: one exact test tells.
    fn fill(&mut self) {
        for row in 0..SIDE {
            let mut known = None;
            for column in 0..SIDE {
                let at = row * SIDE + column;
                if self.cells[at] == Cell::Border {
                    known = None;
                    continue;
                }
                let cell = *known.get_or_insert_with(|| {
                    let middle = Point {
                        x: clamp(u64::from(self.bounds.min_x) + column as u64 * self.cell.0 + self.cell.0 / 2),
                        y: clamp(u64::from(self.bounds.min_y) + row as u64 * self.cell.1 + self.cell.1 / 2),
                    };
                    if self.crosses(middle, row) { Cell::Inside } else { Cell::Outside }
                });
                self.cells[at] = cell;
            }
        }
    }

    fn sum(&mut self) {
        let width = SIDE + 1;
        let (mut inside, mut border) = (vec![0_u32; width * width], vec![0_u32; width * width]);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = (row + 1) * width + column + 1;
                for (sums, kind) in [(&mut inside, Cell::Inside), (&mut border, Cell::Border)] {
                    sums[at] = sums[at - 1] + sums[at - width] - sums[at - width - 1]
                        + u32::from(self.cells[row * SIDE + column] == kind);
                }
            }
        }
        (self.inside, self.border) = (inside, border);
    }

    fn relate(&self, bounds: &Bounds) -> Held {
        if !self.bounds.meets(bounds) {
            return Held::None;
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
            Held::None
        } else if border == 0 && self.bounds.holds(bounds) && inside as usize == (right - left) * (bottom - top) {
            Held::All
        } else {
            Held::Some
        }
    }

    fn contains(&self, point: Point) -> bool {
        if !self.bounds.contains(point) {
            return false;
        }
        let row = self.row(point.y);
        match self.cells[row * SIDE + self.column(point.x)] {
            Cell::Inside => true,
            Cell::Outside => false,
            Cell::Border => self.crosses(point, row),
        }
    }

    /// Even-odd: how often a ray to the east crosses the edges of this row.
    fn crosses(&self, point: Point, row: usize) -> bool {
        let mut inside = false;
        for &index in &self.row_edges[self.row_starts[row] as usize..self.row_starts[row + 1] as usize] {
            let Edge { from, to } = self.edges[index as usize];
            if (from.y > point.y) != (to.y > point.y) {
                let (dx, dy) = (i128::from(to.x) - i128::from(from.x), i128::from(to.y) - i128::from(from.y));
                let cross =
                    (i128::from(point.x) - i128::from(from.x)) * dy - dx * (i128::from(point.y) - i128::from(from.y));
                if (cross < 0) == (dy > 0) {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

fn clamp(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
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
                        Held::All => prop_assert!(area.contains(point, 0)),
                        Held::None => prop_assert!(!area.contains(point, 0)),
                        Held::Some => {}
                    }
                }
            }
        }
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
