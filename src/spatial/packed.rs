//! The unchanging part of a layer: features by column, in the order of a packed Hilbert R-tree.

use super::{
    column::ColumnKind,
    feature::{Feature, Shape, Value, ValueRef},
    mercator::{Bounds, Point},
    scope::{Coverage, Scope},
};

/// Slots under a leaf and nodes under a node.
pub(super) const FANOUT: usize = 16;

/// What a node of the tree knows of the slots below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) bounds: Bounds,
    /// Least and greatest region.
    pub(super) regions: (i64, i64),
    /// The mean of the anchors, for aggregation from afar.
    pub(super) mean: Point,
}

/// The values of one property, for all slots. Each kind has a value that stands for "not known".
#[derive(Debug)]
pub(super) enum Column {
    /// Whole numbers, days and seconds; `i64::MIN` is not known.
    Int(Vec<i64>),
    /// Real numbers; NaN is not known.
    Real(Vec<f32>),
    /// Codes of texts in a dictionary; `u32::MAX` is not known.
    Text { codes: Vec<u32>, dictionary: Dictionary },
    /// 0, 1, or 2 for not known.
    Bool(Vec<u8>),
}

/// Texts kept once, found by code.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    ends: Vec<u32>,
    codes: std::collections::HashMap<Box<str>, u32>,
}

impl Dictionary {
    fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = small(self.ends.len());
        self.text.push_str(text);
        self.ends.push(small(self.text.len()));
        self.codes.insert(text.into(), code);
        code
    }

    pub(super) fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.text[start..self.ends[code] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Slots, rings and texts of a layer are counted in 32 bits; a city has a thousandth of that.
fn small(value: usize) -> u32 {
    u32::try_from(value).expect("a layer holds fewer than 2^32 things")
}

impl Column {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Int | ColumnKind::Date | ColumnKind::Time => Self::Int(Vec::new()),
            ColumnKind::Real => Self::Real(Vec::new()),
            ColumnKind::Text => Self::Text { codes: Vec::new(), dictionary: Dictionary::default() },
            ColumnKind::Bool => Self::Bool(Vec::new()),
        }
    }

    fn push(&mut self, value: ValueRef<'_>) {
        match (self, value) {
            (Self::Int(column), ValueRef::Int(value)) => column.push(value),
            (Self::Int(column), _) => column.push(i64::MIN),
            (Self::Real(column), ValueRef::Real(value)) => column.push(value),
            (Self::Real(column), _) => column.push(f32::NAN),
            (Self::Text { codes, dictionary }, ValueRef::Text(text)) => codes.push(dictionary.code(text)),
            (Self::Text { codes, .. }, _) => codes.push(u32::MAX),
            (Self::Bool(column), ValueRef::Bool(value)) => column.push(u8::from(value)),
            (Self::Bool(column), _) => column.push(2),
        }
    }

    pub(super) fn get(&self, slot: usize) -> ValueRef<'_> {
        match self {
            Self::Int(column) if column[slot] != i64::MIN => ValueRef::Int(column[slot]),
            Self::Real(column) if !column[slot].is_nan() => ValueRef::Real(column[slot]),
            Self::Text { codes, dictionary } if codes[slot] != u32::MAX => ValueRef::Text(dictionary.get(codes[slot])),
            Self::Bool(column) if column[slot] != 2 => ValueRef::Bool(column[slot] == 1),
            _ => ValueRef::Null,
        }
    }

    fn permute(&mut self, order: &[u32]) {
        match self {
            Self::Int(column) => *column = gather(column, order),
            Self::Real(column) => *column = gather(column, order),
            Self::Text { codes, dictionary } => {
                *codes = gather(codes, order);
                dictionary.codes = std::collections::HashMap::new();
            }
            Self::Bool(column) => *column = gather(column, order),
        }
    }
}

fn gather<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|&slot| values[slot as usize]).collect()
}

/// Lines and rings of all slots, end to end.
#[derive(Debug, Default)]
struct Parts {
    points: Vec<Point>,
    /// Where each part ends in `points`.
    part_ends: Vec<u32>,
    /// Where each slot's parts end in `part_ends`.
    slot_ends: Vec<u32>,
    boxes: Vec<Bounds>,
}

impl Parts {
    fn push(&mut self, parts: &[Vec<Point>], bounds: Bounds) {
        for part in parts {
            self.points.extend_from_slice(part);
            self.part_ends.push(small(self.points.len()));
        }
        self.slot_ends.push(small(self.part_ends.len()));
        self.boxes.push(bounds);
    }

    fn of(&self, slot: usize) -> impl ExactSizeIterator<Item = &[Point]> + Clone {
        let first = if slot == 0 { 0 } else { self.slot_ends[slot - 1] as usize };
        (first..self.slot_ends[slot] as usize).map(|part| {
            let start = if part == 0 { 0 } else { self.part_ends[part - 1] as usize };
            &self.points[start..self.part_ends[part] as usize]
        })
    }

    fn permute(&self, order: &[u32]) -> Self {
        let mut moved = Self {
            points: Vec::with_capacity(self.points.len()),
            part_ends: Vec::with_capacity(self.part_ends.len()),
            slot_ends: Vec::with_capacity(self.slot_ends.len()),
            boxes: gather(&self.boxes, order),
        };
        for &slot in order {
            for part in self.of(slot as usize) {
                moved.points.extend_from_slice(part);
                moved.part_ends.push(small(moved.points.len()));
            }
            moved.slot_ends.push(small(moved.part_ends.len()));
        }
        moved
    }
}

/// Whether a layer's shapes are points, lines or polygons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    /// Points.
    Point,
    /// Lines.
    Lines,
    /// Polygons.
    Rings,
}

/// Collects features and packs them.
pub struct Builder {
    kind: ShapeKind,
    ids: Vec<i64>,
    regions: Vec<i64>,
    anchors: Vec<Point>,
    parts: Parts,
    columns: Vec<Column>,
}

impl Builder {
    /// An empty builder for a layer of these properties.
    #[must_use]
    pub fn new(kind: ShapeKind, columns: &[ColumnKind]) -> Self {
        Self {
            kind,
            ids: Vec::new(),
            regions: Vec::new(),
            anchors: Vec::new(),
            parts: Parts::default(),
            columns: columns.iter().map(|&kind| Column::new(kind)).collect(),
        }
    }

    /// Adds a feature. Properties that are missing at the end are not known.
    pub fn push<'a>(&mut self, id: i64, region: i64, shape: &Shape, values: impl Iterator<Item = ValueRef<'a>>) {
        self.ids.push(id);
        self.regions.push(region);
        self.anchors.push(shape.anchor());
        match shape {
            Shape::Point(_) => {}
            Shape::Lines(parts) | Shape::Rings(parts) => self.parts.push(parts, shape.bounds()),
        }
        let mut values = values;
        for column in &mut self.columns {
            column.push(values.next().unwrap_or(ValueRef::Null));
        }
    }

    /// Adds a feature that stands by itself.
    pub fn push_feature(&mut self, feature: &Feature) {
        self.push(feature.id, feature.region, &feature.shape, feature.values.iter().map(Value::borrow));
    }

    /// Sorts along the Hilbert curve and builds the tree.
    #[must_use]
    pub fn pack(mut self) -> Packed {
        let bounds = Bounds::around(&self.anchors);
        let mut order: Vec<(u32, u32)> =
            self.anchors.iter().enumerate().map(|(slot, &anchor)| (hilbert(anchor, &bounds), small(slot))).collect();
        order.sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(_, slot)| slot).collect();

        let parts = if self.kind == ShapeKind::Point { Parts::default() } else { self.parts.permute(&order) };
        for column in &mut self.columns {
            column.permute(&order);
        }
        let ids = gather(&self.ids, &order);
        let mut by_id: Vec<u32> = (0..small(ids.len())).collect();
        by_id.sort_unstable_by_key(|&slot| ids[slot as usize]);
        let mut packed = Packed {
            kind: self.kind,
            regions: gather(&self.regions, &order),
            anchors: gather(&self.anchors, &order),
            ids,
            parts,
            columns: self.columns,
            levels: Vec::new(),
            by_id,
        };
        packed.levels = packed.grow_tree();
        packed
    }
}

/// Where a point stands on a Hilbert curve of order 16 through the box.
fn hilbert(point: Point, bounds: &Bounds) -> u32 {
    let scale = |value: u32, low: u32, high: u32| {
        let width = u64::from(high.saturating_sub(low)).max(1);
        u32::try_from(u64::from(value - low) * 0xffff / width).unwrap_or(0xffff)
    };
    let mut x = scale(point.x, bounds.min_x, bounds.max_x);
    let mut y = scale(point.y, bounds.min_y, bounds.max_y);
    let mut distance = 0;
    let mut side = 1 << 15;
    while side > 0 {
        let (right, down) = (u32::from(x & side > 0), u32::from(y & side > 0));
        distance += side * side * ((3 * right) ^ down);
        if down == 0 {
            if right == 1 {
                x = 0xffff - x;
                y = 0xffff - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        side >>= 1;
    }
    distance
}

/// Features by column under a tree. Slots are numbered along the Hilbert curve.
#[derive(Debug)]
pub struct Packed {
    pub(super) kind: ShapeKind,
    pub(super) ids: Vec<i64>,
    pub(super) regions: Vec<i64>,
    pub(super) anchors: Vec<Point>,
    parts: Parts,
    pub(super) columns: Vec<Column>,
    /// From the leaves (16 slots each) up to a single root.
    pub(super) levels: Vec<Vec<Node>>,
    /// Slots in the order of their ids.
    pub(super) by_id: Vec<u32>,
}

impl Packed {
    /// How many features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The slot of an id.
    pub(super) fn slot(&self, id: i64) -> Option<usize> {
        self.by_id.binary_search_by_key(&id, |&slot| self.ids[slot as usize]).ok().map(|at| self.by_id[at] as usize)
    }

    /// A slot's box.
    pub(super) fn bounds(&self, slot: usize) -> Bounds {
        if self.kind == ShapeKind::Point { Bounds::of(self.anchors[slot]) } else { self.parts.boxes[slot] }
    }

    /// A slot's lines or rings; none for a point.
    pub(super) fn parts(&self, slot: usize) -> impl ExactSizeIterator<Item = &[Point]> + Clone {
        self.parts.of(slot)
    }

    /// Calls back for each slot whose box meets the bounds and whose region is in scope.
    pub(super) fn visit(&self, bounds: &Bounds, scope: &Scope, mut found: impl FnMut(usize)) {
        self.walk(&mut |level, index, node| {
            if !node.bounds.meets(bounds) {
                return Step::Skip;
            }
            let held = scope.holds(node.regions.0, node.regions.1);
            if held == Coverage::None {
                return Step::Skip;
            }
            if level > 0 {
                return Step::Into;
            }
            for slot in self.slots_below(0, index) {
                let meets = match self.kind {
                    ShapeKind::Point => bounds.contains(self.anchors[slot]),
                    _ => self.parts.boxes[slot].meets(bounds),
                };
                if meets && (held == Coverage::All || scope.contains(self.regions[slot])) {
                    found(slot);
                }
            }
            Step::Skip
        });
    }

    /// How many slots are in scope: where a scope holds all of a node it isn't looked into.
    pub(super) fn count(&self, scope: &Scope) -> usize {
        let mut count = 0;
        self.walk(&mut |level, index, node| {
            let slots = self.slots_below(level, index);
            match scope.holds(node.regions.0, node.regions.1) {
                Coverage::None => {}
                Coverage::All => count += slots.len(),
                Coverage::Some if level > 0 => return Step::Into,
                Coverage::Some => count += self.regions[slots].iter().filter(|&&region| scope.contains(region)).count(),
            }
            Step::Skip
        });
        count
    }

    /// Whether the leaves that meet the bounds hold at most so many slots: a quick look before work is planned.
    pub(super) fn holds_at_most(&self, bounds: &Bounds, most: usize) -> bool {
        // Most often it is enough to look at few large nodes; their leaves are looked at only when these hold more.
        let counts = |finest: usize| {
            let mut count = 0;
            self.walk(&mut |level, index, node| {
                if count > most || !node.bounds.meets(bounds) {
                    return Step::Skip;
                }
                if level <= finest {
                    count += self.slots_below(level, index).len();
                    return Step::Skip;
                }
                Step::Into
            });
            count <= most
        };
        counts(1) || counts(0)
    }

    /// Goes through the tree from the root, deciding at each node whether to go into it.
    pub(super) fn walk(&self, decide: &mut impl FnMut(usize, usize, &Node) -> Step) {
        if let Some(top) = self.levels.len().checked_sub(1)
            && !self.is_empty()
        {
            self.walk_children(top, 0..1, decide);
        }
    }

    fn walk_children(
        &self,
        level: usize,
        children: std::ops::Range<usize>,
        decide: &mut impl FnMut(usize, usize, &Node) -> Step,
    ) {
        let Some(nodes) = self.levels[level].get(children.clone()) else { return };
        for (index, node) in children.zip(nodes) {
            if matches!(decide(level, index, node), Step::Into) && level > 0 {
                let end = ((index + 1) * FANOUT).min(self.levels[level - 1].len());
                self.walk_children(level - 1, index * FANOUT..end, decide);
            }
        }
    }

    /// The slots below a node.
    pub(super) fn slots_below(&self, level: usize, index: usize) -> std::ops::Range<usize> {
        let span = FANOUT << (4 * level);
        index * span..((index + 1) * span).min(self.len())
    }

    fn grow_tree(&self) -> Vec<Vec<Node>> {
        let leaves = (0..self.len().div_ceil(FANOUT)).map(|index| {
            let slots = self.slots_below(0, index);
            let mut node = Node { bounds: Bounds::EMPTY, regions: (i64::MAX, i64::MIN), mean: Point::default() };
            for slot in slots.clone() {
                node.bounds = node.bounds.union(self.bounds(slot));
                let region = self.regions[slot];
                node.regions = (node.regions.0.min(region), node.regions.1.max(region));
            }
            node.mean = mean(slots.map(|slot| (self.anchors[slot], 1)));
            node
        });
        let mut levels = vec![leaves.collect::<Vec<Node>>()];
        while levels[levels.len() - 1].len() > 1 {
            let below = levels.len() - 1;
            let nodes = levels[below].chunks(FANOUT).enumerate().map(|(chunk, children)| Node {
                bounds: children.iter().fold(Bounds::EMPTY, |bounds, child| bounds.union(child.bounds)),
                regions: children
                    .iter()
                    .fold((i64::MAX, i64::MIN), |all, child| (all.0.min(child.regions.0), all.1.max(child.regions.1))),
                mean: mean(
                    children
                        .iter()
                        .enumerate()
                        .map(|(at, child)| (child.mean, self.slots_below(below, chunk * FANOUT + at).len() as u64)),
                ),
            });
            let nodes = nodes.collect();
            levels.push(nodes);
        }
        levels
    }
}

/// What to do at a node of the tree.
pub(super) enum Step {
    /// Look at its children.
    Into,
    /// Leave it.
    Skip,
}

/// The mean of weighted points.
fn mean(points: impl Iterator<Item = (Point, u64)>) -> Point {
    let (mut x, mut y, mut weight) = (0_u128, 0_u128, 0_u128);
    for (point, times) in points {
        x += u128::from(point.x) * u128::from(times);
        y += u128::from(point.y) * u128::from(times);
        weight += u128::from(times);
    }
    let share = |sum: u128| u32::try_from(sum / weight.max(1)).unwrap_or(u32::MAX);
    Point { x: share(x), y: share(y) }
}
