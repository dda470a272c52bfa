//! One tile of one layer: what is drawn of it, and how it is thinned from afar.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    feature::ValueRef,
    layer::{Layer, View},
    mercator::{Bounds, Point},
    mvt::{EXTENT, GeomType, LayerWriter},
    packed::{ShapeKind, Step},
    scope::{Coverage, Scope},
};

/// Units beyond the tile's sides that shapes may reach, so that outlines don't show at the seams.
pub const BUFFER: i32 = 64;
/// The deepest zoom that is answered.
pub const MAX_ZOOM: u8 = 22;
/// From here on every feature in scope is in its tile.
pub const FULL_ZOOM: u8 = 15;
/// No tile below [`FULL_ZOOM`] is larger than this, in bytes before compression.
pub const MAX_BYTES: usize = 500_000;

/// Units a pixel is wide, when a tile is drawn 512 pixels wide.
const PIXEL: i32 = EXTENT / 512;
/// Cells along a tile's side into which points are gathered.
const POINT_CELLS: u32 = 32;
/// Cells along a tile's side into which small polygons are merged.
const POLYGON_CELLS: u32 = 64;

/// A tile's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileId {
    /// Zoom, 0 to [`MAX_ZOOM`].
    pub z: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the north.
    pub y: u32,
}

impl TileId {
    /// A tile that exists.
    #[must_use]
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        let exists = z <= MAX_ZOOM && u64::from(x) < 1 << z && u64::from(y) < 1 << z;
        exists.then_some(Self { z, x, y })
    }

    /// The tile at a zoom that holds a point.
    #[must_use]
    pub fn at(z: u8, point: Point) -> Self {
        let shift = 32 - u32::from(z);
        let index = |value: u32| value.checked_shr(shift).unwrap_or(0);
        Self { z, x: index(point.x), y: index(point.y) }
    }

    /// World units along a side.
    fn side(self) -> i64 {
        1 << (32 - u32::from(self.z))
    }

    /// The box of the tile and its buffer.
    #[must_use]
    pub fn bounds(self, buffer: i32) -> Bounds {
        let side = self.side();
        // One unit more on each side: a shape that rounds into the buffer counts.
        let margin = side * i64::from(buffer) / i64::from(EXTENT) + side / i64::from(EXTENT) + 1;
        let clamp = |value: i64| u32::try_from(value.clamp(0, i64::from(u32::MAX))).unwrap_or(0);
        Bounds {
            min_x: clamp(i64::from(self.x) * side - margin),
            min_y: clamp(i64::from(self.y) * side - margin),
            max_x: clamp((i64::from(self.x) + 1) * side - 1 + margin),
            max_y: clamp((i64::from(self.y) + 1) * side - 1 + margin),
        }
    }

    /// The tiles of a zoom whose buffered box meets the bounds, given as least and greatest column and row.
    #[must_use]
    pub fn covering(z: u8, bounds: &Bounds) -> (std::ops::RangeInclusive<u32>, std::ops::RangeInclusive<u32>) {
        let side = 1_i64 << (32 - u32::from(z));
        let margin = side * i64::from(BUFFER) / i64::from(EXTENT) + side / i64::from(EXTENT) + 1;
        let last = (1_i64 << z) - 1;
        let index = |value: i64| u32::try_from((value.div_euclid(side)).clamp(0, last)).unwrap_or(0);
        (
            index(i64::from(bounds.min_x) - margin)..=index(i64::from(bounds.max_x) + margin),
            index(i64::from(bounds.min_y) - margin)..=index(i64::from(bounds.max_y) + margin),
        )
    }
}

/// How a layer is thinned below [`FULL_ZOOM`].
#[derive(Clone, Debug)]
pub enum Rule {
    /// Outlines simplified to the pixel.
    Simplify,
    /// Polygons simplified, those below a pixel merged into cells with `count`.
    MergeSmall,
    /// Points gathered into cells with `count`.
    Cluster,
    /// Lines by class: the text column and, for each class, the least zoom at which it shows.
    ByClass(usize, &'static [(&'static str, u8)]),
}

/// What a tile needs to know of a layer.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The layer's name.
    pub name: &'static str,
    /// The columns that go into tiles: index and key.
    pub columns: Vec<(usize, &'static str)>,
    /// Those of them that go into tiles below [`FULL_ZOOM`].
    pub far_columns: Vec<(usize, &'static str)>,
    /// How it is thinned.
    pub rule: Rule,
    /// The parts of it that can be drawn by themselves.
    pub parts: Vec<LayerPart>,
}

/// A part of a layer: the features that pass every test.
#[derive(Clone, Debug)]
pub struct LayerPart {
    /// Its name.
    pub name: &'static str,
    /// The tests, each of a column.
    pub tests: Vec<(usize, PartTest)>,
}

/// A test of a value. What is unknown passes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartTest {
    /// A text that is none of these.
    NoneOf(&'static [&'static str]),
    /// A whole number that is no less.
    AtLeast(i64),
}

impl LayerPart {
    /// Whether a feature is in it.
    #[must_use]
    pub fn holds(&self, view: &View<'_>) -> bool {
        self.tests.iter().all(|&(column, test)| match (test, view.value(column)) {
            (PartTest::NoneOf(texts), ValueRef::Text(text)) => !texts.contains(&text),
            (PartTest::AtLeast(least), ValueRef::Int(value)) => value >= least,
            _ => false,
        })
    }
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

#[derive(Default)]
struct Scratch {
    writer: LayerWriter,
    path: Vec<(i32, i32)>,
    clipped: Vec<(i32, i32)>,
}

/// Writes a tile of a layer, or of a part of it. Empty when nothing is there.
#[must_use]
pub fn encode(layer: &Layer, drawing: &Drawing, part: Option<&LayerPart>, tile: TileId, scope: &Scope) -> Vec<u8> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut out = Vec::new();
        let full = tile.z >= FULL_ZOOM;
        // From afar a tile that grows too large is drawn again, coarser.
        for coarse in 0..8 {
            scratch.writer.start();
            match (&drawing.rule, full) {
                (Rule::Cluster, false) => cluster(layer, part, tile, scope, &mut scratch.writer),
                _ => draw(layer, drawing, part, tile, scope, scratch, coarse),
            }
            if full || scratch.writer.size() < MAX_BYTES - 1000 {
                break;
            }
        }
        scratch.writer.finish(drawing.name, &mut out);
        out
    })
}

/// From world units to tile units.
#[derive(Clone, Copy)]
struct Frame {
    x: i64,
    y: i64,
    /// World units of a tile unit, as a shift; below zero a tile unit is a part of a world unit.
    shift: i32,
    /// Keeps only every so many tile units, a power of two: coarser outlines from afar.
    snap: i32,
}

impl Frame {
    fn new(tile: TileId, snap: i32) -> Self {
        let side = tile.side();
        Self { x: i64::from(tile.x) * side, y: i64::from(tile.y) * side, shift: 20 - i32::from(tile.z), snap }
    }

    fn place(self, point: Point) -> (i32, i32) {
        (self.unit(i64::from(point.x) - self.x), self.unit(i64::from(point.y) - self.y))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the world is at most 2^34 tile units wide; clamped to 2^30")]
    fn unit(self, offset: i64) -> i32 {
        let unit =
            if self.shift > 0 { (offset + (1 << (self.shift - 1))) >> self.shift } else { offset << -self.shift };
        let unit = unit.clamp(-(1 << 28), 1 << 28) as i32;
        (unit + self.snap / 2) & -self.snap
    }
}

fn draw(
    layer: &Layer,
    drawing: &Drawing,
    part: Option<&LayerPart>,
    tile: TileId,
    scope: &Scope,
    scratch: &mut Scratch,
    coarse: u32,
) {
    let full = tile.z >= FULL_ZOOM;
    // Regions keep half a pixel, other shapes a quarter; each coarser round doubles it.
    let snap = match (full, &drawing.rule) {
        (true, _) => 1,
        (false, Rule::Simplify) => (PIXEL / 2) << coarse,
        (false, _) => (PIXEL / 4) << coarse,
    };
    let frame = Frame::new(tile, snap);
    let columns = if full { &drawing.columns } else { &drawing.far_columns };
    let merge_below = (!full && matches!(drawing.rule, Rule::MergeSmall)).then_some(PIXEL << coarse);
    let mut merged: BTreeMap<(i32, i32), (Square, u64)> = BTreeMap::new();
    layer.visit(&tile.bounds(BUFFER), scope, |view| {
        if part.is_some_and(|part| !part.holds(&view)) {
            return;
        }
        if let Rule::ByClass(column, classes) = &drawing.rule
            && !full
            && !class_shows(view.value(*column), classes, tile.z, coarse)
        {
            return;
        }
        if let Some(size) = merge_below {
            let square = Square::of(frame, &view.bounds());
            if square.width().max(square.height()) < 2 * size || square.width().min(square.height()) < size / 2 {
                let cell = EXTENT / i32::try_from(POLYGON_CELLS >> coarse.min(5)).unwrap_or(1);
                let (x, y) = frame.place(view.anchor());
                if (0..EXTENT).contains(&x) && (0..EXTENT).contains(&y) {
                    let entry = merged.entry((y / cell, x / cell)).or_insert((square, 0));
                    entry.0 = entry.0.union(square);
                    entry.1 += 1;
                }
                return;
            }
        }
        let Scratch { writer, path, clipped } = scratch;
        writer.begin();
        let kind = geometry(&view, frame, layer.schema().kind, writer, path, clipped);
        if writer.has_geometry() {
            for (slot, &(column, name)) in columns.iter().enumerate() {
                writer.tag(slot, name, view.value(column));
            }
            writer.end(Some(view.id()), kind);
        }
    });
    for (square, count) in merged.into_values() {
        let square = square.at_least(PIXEL);
        scratch.writer.begin();
        scratch.writer.path(&square.ring(), true);
        scratch.writer.tag(columns.len(), "count", ValueRef::Int(i64::try_from(count).unwrap_or(i64::MAX)));
        scratch.writer.end(None, GeomType::Polygon);
    }
}

fn class_shows(class: ValueRef<'_>, classes: &[(&str, u8)], zoom: u8, coarse: u32) -> bool {
    let ValueRef::Text(class) = class else { return true };
    let least = classes.iter().find(|(name, _)| *name == class).map_or(13, |(_, zoom)| *zoom);
    u32::from(zoom) >= u32::from(least) + coarse
}

/// A box in tile units.
#[derive(Clone, Copy)]
struct Square {
    min: (i32, i32),
    max: (i32, i32),
}

impl Square {
    fn of(frame: Frame, bounds: &Bounds) -> Self {
        let frame = Frame { snap: 1, ..frame };
        Self {
            min: frame.place(Point { x: bounds.min_x, y: bounds.min_y }),
            max: frame.place(Point { x: bounds.max_x, y: bounds.max_y }),
        }
    }

    fn width(self) -> i32 {
        self.max.0 - self.min.0
    }

    fn height(self) -> i32 {
        self.max.1 - self.min.1
    }

    fn union(self, other: Self) -> Self {
        Self {
            min: (self.min.0.min(other.min.0), self.min.1.min(other.min.1)),
            max: (self.max.0.max(other.max.0), self.max.1.max(other.max.1)),
        }
    }

    /// Grown around its middle to at least `size`, and kept within the tile's buffer.
    fn at_least(self, size: i32) -> Self {
        let grow = |low: i32, high: i32| {
            let more = (size - (high - low)).max(0);
            (
                (low - more / 2).clamp(-BUFFER, EXTENT + BUFFER - size),
                (high + more - more / 2).clamp(size - BUFFER, EXTENT + BUFFER),
            )
        };
        let (x, y) = (grow(self.min.0, self.max.0), grow(self.min.1, self.max.1));
        Self { min: (x.0, y.0), max: (x.1, y.1) }
    }

    fn ring(self) -> [(i32, i32); 4] {
        [self.min, (self.max.0, self.min.1), self.max, (self.min.0, self.max.1)]
    }
}

/// Writes a feature's geometry, clipped to the tile and its buffer.
fn geometry(
    view: &View<'_>,
    frame: Frame,
    kind: ShapeKind,
    writer: &mut LayerWriter,
    path: &mut Vec<(i32, i32)>,
    clipped: &mut Vec<(i32, i32)>,
) -> GeomType {
    match kind {
        ShapeKind::Point => {
            let at = frame.place(view.anchor());
            if within(at) {
                writer.point(at);
            }
            GeomType::Point
        }
        ShapeKind::Lines => {
            view.each_part(|line| {
                quantise(line, frame, path);
                if path.iter().all(|&at| within(at)) {
                    if path.len() > 1 {
                        writer.path(path, false);
                    }
                } else {
                    clip_line(path, clipped, |piece| writer.path(piece, false));
                }
            });
            GeomType::Line
        }
        ShapeKind::Rings => {
            let mut outer_drawn = false;
            view.each_part(|ring| {
                let is_outer = super::feature::ring_area2(ring) > 0;
                if !is_outer && !outer_drawn {
                    return;
                }
                quantise(ring, frame, path);
                if !path.iter().all(|&at| within(at)) {
                    clip_ring(path, clipped);
                }
                tidy_ring(path, frame.snap > 1);
                let area = area2(path);
                if path.len() < 3 || area == 0 {
                    if is_outer {
                        outer_drawn = false;
                    }
                    return;
                }
                if (area > 0) != is_outer {
                    path.reverse();
                }
                outer_drawn |= is_outer;
                writer.path(path, true);
            });
            GeomType::Polygon
        }
    }
}

fn within((x, y): (i32, i32)) -> bool {
    let range = -BUFFER..=EXTENT + BUFFER;
    range.contains(&x) && range.contains(&y)
}

/// To tile units, without repeats.
fn quantise(points: &[Point], frame: Frame, path: &mut Vec<(i32, i32)>) {
    path.clear();
    for &point in points {
        let at = frame.place(point);
        if path.last() != Some(&at) {
            path.push(at);
        }
    }
}

fn area2(ring: &[(i32, i32)]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let (mut area, mut from) = (0, last);
    for &to in ring {
        area += i64::from(from.0) * i64::from(to.1) - i64::from(to.0) * i64::from(from.1);
        from = to;
    }
    area
}

/// Takes out repeats around the ring's end and, from afar, corners that don't turn and spikes.
fn tidy_ring(ring: &mut Vec<(i32, i32)>, straighten: bool) {
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if !straighten {
        return;
    }
    let mut kept: usize = 0;
    for index in 0..ring.len() {
        let at = ring[index];
        while kept >= 2 && !turns(ring[kept - 2], ring[kept - 1], at) {
            kept -= 1;
        }
        if kept == 0 || ring[kept - 1] != at {
            ring[kept] = at;
            kept += 1;
        }
    }
    ring.truncate(kept);
    while ring.len() > 2 && !turns(ring[ring.len() - 2], ring[ring.len() - 1], ring[0]) {
        ring.pop();
    }
}

fn turns(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    i64::from(b.0 - a.0) * i64::from(c.1 - b.1) != i64::from(b.1 - a.1) * i64::from(c.0 - b.0)
}

/// The four sides of the buffered tile, for clipping.
#[derive(Clone, Copy)]
enum TileSide {
    West,
    East,
    North,
    South,
}

impl TileSide {
    const ALL: [Self; 4] = [Self::West, Self::East, Self::North, Self::South];

    fn holds(self, (x, y): (i32, i32)) -> bool {
        match self {
            Self::West => x >= -BUFFER,
            Self::East => x <= EXTENT + BUFFER,
            Self::North => y >= -BUFFER,
            Self::South => y <= EXTENT + BUFFER,
        }
    }

    /// Where an edge crosses the side's line.
    fn cut(self, a: (i32, i32), b: (i32, i32)) -> (i32, i32) {
        let at = |from: i32, to: i32, line: i32, other_from: i32, other_to: i32| {
            let (span, part) = (i64::from(to) - i64::from(from), i64::from(line) - i64::from(from));
            let rise = i64::from(other_to) - i64::from(other_from);
            // With a divisor above zero, so that halves are rounded up and whole numbers stay.
            let (exact, span) =
                (i128::from(rise) * i128::from(part) * i128::from(span.signum()), i128::from(span.abs()));
            let rounded = (2 * exact + span).div_euclid(2 * span);
            i32::try_from(i128::from(other_from) + rounded).unwrap_or(other_from)
        };
        match self {
            Self::West => (-BUFFER, at(a.0, b.0, -BUFFER, a.1, b.1)),
            Self::East => (EXTENT + BUFFER, at(a.0, b.0, EXTENT + BUFFER, a.1, b.1)),
            Self::North => (at(a.1, b.1, -BUFFER, a.0, b.0), -BUFFER),
            Self::South => (at(a.1, b.1, EXTENT + BUFFER, a.0, b.0), EXTENT + BUFFER),
        }
    }
}

/// Sutherland and Hodgman's way, side by side.
fn clip_ring(ring: &mut Vec<(i32, i32)>, out: &mut Vec<(i32, i32)>) {
    for side in TileSide::ALL {
        if ring.iter().all(|&at| side.holds(at)) {
            continue;
        }
        out.clear();
        let Some(&last) = ring.last() else { return };
        let mut from = last;
        for &to in ring.iter() {
            if side.holds(to) != side.holds(from) {
                push(out, side.cut(from, to));
            }
            if side.holds(to) {
                push(out, to);
            }
            from = to;
        }
        std::mem::swap(ring, out);
    }
}

fn push(path: &mut Vec<(i32, i32)>, at: (i32, i32)) {
    if path.last() != Some(&at) {
        path.push(at);
    }
}

/// Calls back with each piece of the line within the buffered tile.
fn clip_line(line: &[(i32, i32)], piece: &mut Vec<(i32, i32)>, mut write: impl FnMut(&[(i32, i32)])) {
    piece.clear();
    for pair in line.windows(2) {
        let (mut a, mut b) = (pair[0], pair[1]);
        let inside = TileSide::ALL.iter().all(|side| {
            if side.holds(a) && side.holds(b) {
                return true;
            }
            if !side.holds(a) && !side.holds(b) {
                return false;
            }
            let cut = side.cut(a, b);
            if side.holds(a) {
                b = cut;
            } else {
                a = cut;
            }
            true
        });
        if !inside || piece.last().is_some_and(|&last| last != a) {
            if piece.len() > 1 {
                write(piece);
            }
            piece.clear();
        }
        if inside {
            push(piece, a);
            push(piece, b);
        }
    }
    if piece.len() > 1 {
        write(piece);
    }
    piece.clear();
}

/// Points gathered into cells, each at the mean of its members, with how many they are.
fn cluster(layer: &Layer, part: Option<&LayerPart>, tile: TileId, scope: &Scope, writer: &mut LayerWriter) {
    let side = tile.side();
    let (west, north) = (i64::from(tile.x) * side, i64::from(tile.y) * side);
    let bounds = Bounds {
        min_x: u32::try_from(west).unwrap_or(0),
        min_y: u32::try_from(north).unwrap_or(0),
        max_x: u32::try_from(west + side - 1).unwrap_or(u32::MAX),
        max_y: u32::try_from(north + side - 1).unwrap_or(u32::MAX),
    };
    let shift = 32 - u32::from(tile.z) - POINT_CELLS.ilog2();
    let cell = |point: Point| {
        let column = (point.x - bounds.min_x) >> shift;
        let row = (point.y - bounds.min_y) >> shift;
        (row * POINT_CELLS + column) as usize
    };
    // Count, and the sums of x and y from the tile's corner.
    let mut cells = vec![(0_i64, 0_i64, 0_i64); (POINT_CELLS * POINT_CELLS) as usize];
    let mut gather = |point: Point, times: i64| {
        let sums = &mut cells[cell(point)];
        sums.0 += times;
        sums.1 += times * (i64::from(point.x) - west);
        sums.2 += times * (i64::from(point.y) - north);
    };
    match part {
        // A part is looked for one by one: the tree knows only how many there are of all.
        Some(part) => layer.visit(&bounds, scope, |view| {
            if bounds.contains(view.anchor()) && part.holds(&view) {
                gather(view.anchor(), 1);
            }
        }),
        None => gather_all(layer, scope, &bounds, &cell, &mut gather),
    }
    let frame = Frame::new(tile, 1);
    for (count, x, y) in cells {
        if count > 0 {
            let mean = |sum: i64, low: i64| u32::try_from((sum / count).clamp(0, side - 1) + low).unwrap_or(0);
            writer.begin();
            writer.point(frame.place(Point { x: mean(x, west), y: mean(y, north) }));
            writer.tag(0, "count", ValueRef::Int(count));
            writer.end(None, GeomType::Point);
        }
    }
}

/// Gathers every point of a layer within bounds, whole branches of its tree at once where they lie in one cell.
fn gather_all(
    layer: &Layer,
    scope: &Scope,
    bounds: &Bounds,
    cell: &impl Fn(Point) -> usize,
    gather: &mut impl FnMut(Point, i64),
) {
    let packed = layer.packed();
    packed.walk(&mut |level, index, node| {
        let held = scope.holds(node.regions.0, node.regions.1);
        if held == Coverage::None || !bounds.meets(&node.bounds) {
            return Step::Skip;
        }
        let whole = held == Coverage::All && bounds.holds(&node.bounds);
        let corner = |x, y| cell(Point { x, y });
        if whole && corner(node.bounds.min_x, node.bounds.min_y) == corner(node.bounds.max_x, node.bounds.max_y) {
            let count = packed.slots_below(level, index).len();
            gather(node.mean, i64::try_from(count).unwrap_or(i64::MAX));
            return Step::Skip;
        }
        if level == 0 {
            for slot in packed.slots_below(0, index) {
                let anchor = packed.anchors[slot];
                if whole || (bounds.contains(anchor) && scope.contains(packed.regions[slot])) {
                    gather(anchor, 1);
                }
            }
        }
        Step::Into
    });
    for &slot in layer.dead_slots() {
        let (anchor, region) = (packed.anchors[slot as usize], packed.regions[slot as usize]);
        if bounds.contains(anchor) && scope.contains(region) {
            gather(anchor, -1);
        }
    }
    for view in layer.fresh_in(bounds) {
        if scope.contains(view.region()) {
            gather(view.anchor(), 1);
        }
    }
}
