//! A layer in memory: a packed part that never changes and a small part for what has changed since.

use std::{collections::BTreeMap, sync::Arc};

use rstar::{AABB, RTree, RTreeObject};

use super::{
    area::{Area, Raster},
    column::ColumnKind,
    count::{Spec, Tallies},
    feature::{Feature, Shape, Value, ValueRef},
    mercator::{Bounds, Point, distance_m},
    packed::{Builder, Packed, ShapeKind},
    scope::Scope,
    tally::Summary,
};

/// What all features of a layer have in common.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The kind of shape.
    pub kind: ShapeKind,
    /// The types of the properties.
    pub columns: Vec<ColumnKind>,
    /// What they are counted by.
    pub spec: Spec,
}

/// A layer: what was packed, what is dead of it, and what is new.
pub struct Layer {
    schema: Arc<Schema>,
    packed: Arc<Packed>,
    /// What is counted of the packed part's nodes.
    summary: Summary,
    /// Dead slots of the packed part: a bit each, and a list.
    dead_bits: Vec<u64>,
    dead: Vec<u32>,
    fresh: BTreeMap<i64, Arc<Feature>>,
    tree: RTree<Fresh>,
    /// Days since 1970-01-01 for which ages are counted.
    today: i64,
    version: u64,
}

#[derive(Clone)]
struct Fresh(Arc<Feature>);

impl PartialEq for Fresh {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl RTreeObject for Fresh {
    type Envelope = AABB<[i64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(&self.0.shape.bounds())
    }
}

fn envelope(bounds: &Bounds) -> AABB<[i64; 2]> {
    AABB::from_corners(
        [i64::from(bounds.min_x), i64::from(bounds.min_y)],
        [i64::from(bounds.max_x), i64::from(bounds.max_y)],
    )
}

/// A feature where it lies, packed or fresh.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// A slot of the packed part.
    Packed(&'a Packed, usize),
    /// A feature that has changed since.
    Fresh(&'a Feature),
}

impl<'a> View<'a> {
    /// The feature's id.
    #[must_use]
    pub fn id(&self) -> i64 {
        match self {
            Self::Packed(packed, slot) => packed.ids[*slot],
            Self::Fresh(feature) => feature.id,
        }
    }

    /// The grid in which it stands.
    #[must_use]
    pub fn region(&self) -> i64 {
        match self {
            Self::Packed(packed, slot) => packed.regions[*slot],
            Self::Fresh(feature) => feature.region,
        }
    }

    /// The point by which it is counted.
    #[must_use]
    pub fn anchor(&self) -> Point {
        match self {
            Self::Packed(packed, slot) => packed.anchors[*slot],
            Self::Fresh(feature) => feature.shape.anchor(),
        }
    }

    /// The box around it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Packed(packed, slot) => packed.bounds(*slot),
            Self::Fresh(feature) => feature.shape.bounds(),
        }
    }

    /// A property.
    #[must_use]
    pub fn value(&self, column: usize) -> ValueRef<'a> {
        match self {
            Self::Packed(packed, slot) => packed.columns[column].get(*slot),
            Self::Fresh(feature) => feature.values.get(column).map_or(ValueRef::Null, Value::borrow),
        }
    }

    /// Calls back with each line or ring; not for points.
    pub fn each_part(&self, mut part: impl FnMut(&[Point])) {
        match self {
            Self::Packed(packed, slot) => {
                if packed.kind != ShapeKind::Point {
                    packed.parts(*slot).for_each(part);
                }
            }
            Self::Fresh(feature) => match &feature.shape {
                Shape::Point(_) => {}
                Shape::Lines(parts) | Shape::Rings(parts) => parts.iter().for_each(|points| part(points)),
            },
        }
    }

    /// Whether a place lies in the polygon.
    fn covers(&self, place: Point) -> bool {
        let mut inside = false;
        self.each_part(|ring| inside ^= crosses(ring, place));
        inside
    }

    /// The feature by itself.
    #[must_use]
    pub fn to_feature(&self, columns: usize) -> Feature {
        let mut parts = Vec::new();
        self.each_part(|part| parts.push(part.to_vec()));
        let kind = match self {
            Self::Packed(packed, _) => packed.kind,
            Self::Fresh(feature) => kind_of(&feature.shape),
        };
        Feature {
            id: self.id(),
            region: self.region(),
            shape: match kind {
                ShapeKind::Point => Shape::Point(self.anchor()),
                ShapeKind::Lines => Shape::Lines(parts),
                ShapeKind::Rings => Shape::Rings(parts),
            },
            values: (0..columns)
                .map(|column| match self.value(column) {
                    ValueRef::Null => Value::Null,
                    ValueRef::Int(value) => Value::Int(value),
                    ValueRef::Real(value) => Value::Real(value),
                    ValueRef::Text(value) => Value::Text(value.into()),
                    ValueRef::Bool(value) => Value::Bool(value),
                })
                .collect(),
        }
    }
}

fn kind_of(shape: &Shape) -> ShapeKind {
    match shape {
        Shape::Point(_) => ShapeKind::Point,
        Shape::Lines(_) => ShapeKind::Lines,
        Shape::Rings(_) => ShapeKind::Rings,
    }
}

/// An item near a place.
pub struct Near<'a> {
    /// The item.
    pub view: View<'a>,
    /// Metres to it.
    pub distance_m: f64,
}

impl Layer {
    /// A layer of what was packed, counted by ages on a day: days since 1970-01-01.
    #[must_use]
    pub fn new(schema: Arc<Schema>, packed: Packed, today: i64) -> Self {
        Self {
            summary: Summary::new(&packed, &schema.spec, today),
            dead_bits: vec![0; packed.len().div_ceil(64)],
            packed: Arc::new(packed),
            schema,
            dead: Vec::new(),
            fresh: BTreeMap::new(),
            tree: RTree::new(),
            today,
            version: 0,
        }
    }

    /// A layer without features.
    #[must_use]
    pub fn empty(schema: Arc<Schema>, today: i64) -> Self {
        let packed = Builder::new(schema.kind, &schema.columns).pack();
        Self::new(schema, packed, today)
    }

    /// What the features have in common.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// How many features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed.len() - self.dead.len() + self.fresh.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Grows by one with each change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Goes on counting versions where another layer stopped.
    pub fn follow_version(&mut self, other: &Self) {
        self.version = other.version + 1;
    }

    /// The day for which ages are counted.
    #[must_use]
    pub fn today(&self) -> i64 {
        self.today
    }

    /// Whether so much has changed that packing anew pays.
    #[must_use]
    pub fn wants_packing(&self) -> bool {
        self.fresh.len() + self.dead.len() > 8192.max(self.packed.len() / 20)
    }

    /// Puts a feature in, in place of the one with its id. Gives the box of the one before.
    pub fn upsert(&mut self, feature: Feature) -> Option<Bounds> {
        let before = self.remove(feature.id);
        let feature = Arc::new(feature);
        self.tree.insert(Fresh(feature.clone()));
        self.fresh.insert(feature.id, feature);
        self.version += 1;
        before
    }

    /// Takes a feature out. Gives its box if it was there.
    pub fn remove(&mut self, id: i64) -> Option<Bounds> {
        if let Some(feature) = self.fresh.remove(&id) {
            let bounds = feature.shape.bounds();
            self.tree.remove(&Fresh(feature));
            self.version += 1;
            return Some(bounds);
        }
        let slot = self.packed.slot(id).filter(|&slot| self.is_alive(slot))?;
        self.dead_bits[slot / 64] |= 1 << (slot % 64);
        self.dead.push(u32::try_from(slot).ok()?);
        self.version += 1;
        Some(self.packed.bounds(slot))
    }

    fn is_alive(&self, slot: usize) -> bool {
        self.dead_bits[slot / 64] & (1 << (slot % 64)) == 0
    }

    /// A feature by its id, whoever asks.
    #[must_use]
    pub fn get(&self, id: i64) -> Option<View<'_>> {
        if let Some(feature) = self.fresh.get(&id) {
            return Some(View::Fresh(feature));
        }
        self.packed.slot(id).filter(|&slot| self.is_alive(slot)).map(|slot| View::Packed(&self.packed, slot))
    }

    /// Calls back for each feature in scope whose box meets the bounds.
    pub fn visit<'a>(&'a self, bounds: &Bounds, scope: &Scope, mut found: impl FnMut(View<'a>)) {
        let packed = &*self.packed;
        if self.dead.is_empty() {
            packed.visit(bounds, scope, |slot| found(View::Packed(packed, slot)));
        } else {
            packed.visit(bounds, scope, |slot| {
                if self.is_alive(slot) {
                    found(View::Packed(packed, slot));
                }
            });
        }
        if !self.fresh.is_empty() {
            for fresh in self.tree.locate_in_envelope_intersecting(envelope(bounds)) {
                if scope.contains(fresh.0.region) {
                    found(View::Fresh(&fresh.0));
                }
            }
        }
    }

    /// How many features a scope holds.
    #[must_use]
    pub fn count(&self, scope: &Scope) -> usize {
        let dead = self.dead.iter().filter(|&&slot| scope.contains(self.packed.regions[slot as usize])).count();
        let fresh = self.fresh.values().filter(|feature| scope.contains(feature.region)).count();
        self.packed.count(scope) - dead + fresh
    }

    /// Whether about so many features at most lie within the bounds: a quick look before work is planned.
    #[must_use]
    pub fn holds_at_most(&self, bounds: &Bounds, most: usize) -> bool {
        self.packed.holds_at_most(bounds, most)
    }

    /// The packed part, and whether a slot of it is dead; for work that goes through the tree by itself.
    pub(super) fn packed(&self) -> &Packed {
        &self.packed
    }

    pub(super) fn dead_slots(&self) -> &[u32] {
        &self.dead
    }

    pub(super) fn fresh_in<'a>(&'a self, bounds: &Bounds) -> impl Iterator<Item = View<'a>> {
        self.tree.locate_in_envelope_intersecting(envelope(bounds)).map(|fresh| View::Fresh(&fresh.0))
    }

    /// Features in the order of their ids, from the first id above `after`, until the callback says stop (`false`).
    pub fn visit_by_id<'a>(&'a self, after: i64, scope: &Scope, mut found: impl FnMut(View<'a>) -> bool) {
        let packed = &*self.packed;
        let first = packed.by_id.partition_point(|&slot| packed.ids[slot as usize] <= after);
        let mut slots =
            packed.by_id[first..].iter().map(|&slot| slot as usize).filter(|&slot| self.is_alive(slot)).peekable();
        let mut fresh = self.fresh.range(after.saturating_add(1)..).peekable();
        loop {
            let next_slot = slots.peek().map(|&slot| packed.ids[slot]);
            let next_fresh = fresh.peek().map(|(id, _)| **id);
            let view = match (next_slot, next_fresh) {
                (None, None) => return,
                (Some(a), Some(b)) if b < a => fresh.next().map(|(_, feature)| View::Fresh(feature)),
                (Some(_), _) => slots.next().map(|slot| View::Packed(packed, slot)),
                (None, Some(_)) => fresh.next().map(|(_, feature)| View::Fresh(feature)),
            };
            if let Some(view) = view
                && scope.contains(view.region())
                && !found(view)
            {
                return;
            }
        }
    }

    /// Counts the features in the area and in scope.
    #[must_use]
    pub fn tally(&self, area: &Area, scope: &Scope) -> Tallies {
        let mut tallies = self.summary.tally(&self.packed, area, scope, &self.dead);
        for feature in self.fresh.values() {
            if scope.contains(feature.region) && area.contains(feature.shape.anchor(), feature.region) {
                tallies.add(&self.schema.spec, self.today, |column| feature.values[column].borrow());
            }
        }
        tallies
    }

    /// One polygon that covers a point, in scope: where regions don't overlap it is the only one.
    #[must_use]
    pub fn first_covering(&self, point: Point, scope: &Scope) -> Option<View<'_>> {
        let mut first = None;
        self.visit(&Bounds::of(point), scope, |view| {
            if first.is_some() {
                return;
            }
            if view.covers(point) {
                first = Some(view);
            }
        });
        first
    }

    /// Whether a drawn area reaches into polygons that are not in scope. What is thinner than a hundredth of the area may go
    /// unseen.
    #[must_use]
    pub fn is_reached_beyond(&self, scope: &Scope, area: &Raster) -> bool {
        let mut reached = false;
        self.visit(&area.bounds, &Scope::everything(), |view| {
            reached = reached
                || !scope.contains(view.region()) && area.places(&view.bounds()).any(|place| view.covers(place));
        });
        reached
    }

    /// The features in scope within so many metres, nearest first, at most `limit`.
    #[must_use]
    pub fn nearest(&self, place: (f64, f64), radius_m: f64, limit: usize, scope: &Scope) -> Vec<Near<'_>> {
        let degrees = radius_m / 111_000.0;
        let wide = degrees / place.1.to_radians().cos().max(0.01);
        let bounds = Bounds::from_degrees([place.0 - wide, place.1 - degrees, place.0 + wide, place.1 + degrees]);
        let origin = Point::from_lonlat(place.0, place.1);
        let mut found = Vec::new();
        self.visit(&bounds, scope, |view| {
            let nearest = nearest_point(&view, origin);
            let distance_m = distance_m(place, nearest.to_lonlat());
            if distance_m <= radius_m {
                found.push(Near { view, distance_m });
            }
        });
        let by_distance = |a: &Near<'_>, b: &Near<'_>| {
            a.distance_m.total_cmp(&b.distance_m).then_with(|| a.view.id().cmp(&b.view.id()))
        };
        if found.len() > limit {
            found.select_nth_unstable_by(limit, by_distance);
            found.truncate(limit);
        }
        found.sort_unstable_by(by_distance);
        found
    }

    /// What a packing anew starts from; packing itself needs no hold on the layer.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            schema: self.schema.clone(),
            packed: self.packed.clone(),
            dead_bits: self.dead_bits.clone(),
            fresh: self.fresh.values().cloned().collect(),
        }
    }
}

/// A layer's state at one moment.
pub struct Snapshot {
    schema: Arc<Schema>,
    packed: Arc<Packed>,
    dead_bits: Vec<u64>,
    fresh: Vec<Arc<Feature>>,
}

impl Snapshot {
    /// A layer with everything packed.
    #[must_use]
    pub fn pack(self, today: i64) -> Layer {
        let columns = self.schema.columns.len();
        let mut builder = Builder::new(self.schema.kind, &self.schema.columns);
        for slot in 0..self.packed.len() {
            if self.dead_bits[slot / 64] & (1 << (slot % 64)) == 0 {
                let view = View::Packed(&self.packed, slot);
                if self.schema.kind == ShapeKind::Point {
                    let values = (0..columns).map(|column| view.value(column));
                    builder.push(view.id(), view.region(), &Shape::Point(view.anchor()), values);
                } else {
                    builder.push_feature(&view.to_feature(columns));
                }
            }
        }
        for feature in &self.fresh {
            builder.push_feature(feature);
        }
        let packed = builder.pack();
        Layer::new(self.schema, packed, today)
    }
}

/// Even-odd test of a point against one ring.
fn crosses(ring: &[Point], point: Point) -> bool {
    let Some(&last) = ring.last() else { return false };
    let mut inside = false;
    let mut from = last;
    for &to in ring {
        if (from.y > point.y) != (to.y > point.y) {
            let (dx, dy) = (i128::from(to.x) - i128::from(from.x), i128::from(to.y) - i128::from(from.y));
            let cross =
                (i128::from(point.x) - i128::from(from.x)) * dy - dx * (i128::from(point.y) - i128::from(from.y));
            if (cross < 0) == (dy > 0) {
                inside = !inside;
            }
        }
        from = to;
    }
    inside
}

/// The point of a feature nearest to a place: the place itself within a polygon.
fn nearest_point(view: &View<'_>, place: Point) -> Point {
    let mut best = view.anchor();
    let mut best_square = f64::INFINITY;
    let mut inside = false;
    let mut is_ring = false;
    let kind = match view {
        View::Packed(packed, _) => packed.kind,
        View::Fresh(feature) => kind_of(&feature.shape),
    };
    view.each_part(|part| {
        is_ring = kind == ShapeKind::Rings;
        inside ^= is_ring && crosses(part, place);
        let skip = usize::from(!is_ring);
        for (index, &to) in part.iter().enumerate().skip(skip) {
            let from = part[if index == 0 { part.len() - 1 } else { index - 1 }];
            let point = nearest_on_edge(from, to, place);
            let square =
                (f64::from(point.x) - f64::from(place.x)).powi(2) + (f64::from(point.y) - f64::from(place.y)).powi(2);
            if square < best_square {
                (best, best_square) = (point, square);
            }
        }
    });
    if inside { place } else { best }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the point lies between the two ends of the edge"
)]
fn nearest_on_edge(from: Point, to: Point, place: Point) -> Point {
    let (fx, fy) = (f64::from(from.x), f64::from(from.y));
    let (dx, dy) = (f64::from(to.x) - fx, f64::from(to.y) - fy);
    let square = dx * dx + dy * dy;
    let share = if square == 0.0 {
        0.0
    } else {
        (((f64::from(place.x) - fx) * dx + (f64::from(place.y) - fy) * dy) / square).clamp(0.0, 1.0)
    };
    Point { x: (fx + share * dx).round() as u32, y: (fy + share * dy).round() as u32 }
}
