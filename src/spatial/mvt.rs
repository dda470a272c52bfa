//! Writing Mapbox Vector Tiles 2.1, without an allocation per feature.

use xxhash_rust::xxh3::xxh3_64;

use super::feature::ValueRef;

/// Units along a tile's side.
pub const EXTENT: i32 = 4096;

/// The kinds of geometry of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeomType {
    /// POINT.
    Point = 1,
    /// LINESTRING.
    Line = 2,
    /// POLYGON.
    Polygon = 3,
}

/// Writes one layer. Kept per worker and used again: its buffers keep their size.
#[derive(Default)]
pub struct LayerWriter {
    /// Finished features, each with its field tag and length.
    features: Vec<u8>,
    count: usize,
    tags: Vec<u8>,
    geometry: Vec<u8>,
    cursor: (i32, i32),
    keys: Vec<u8>,
    key_count: u32,
    key_indexes: Vec<u32>,
    values: LayerValues,
    recent: Vec<Recent>,
}

/// How many values are known without looking them up; a power of two.
const RECENT: usize = 512;

/// A value that was written: the writer's age, its kind and its bits, and its index.
#[derive(Clone, Copy, Default)]
struct Recent {
    key: (u32, u64, u64),
    index: u32,
}

impl LayerWriter {
    /// Starts a new layer.
    pub fn start(&mut self) {
        self.features.clear();
        self.count = 0;
        self.keys.clear();
        self.key_count = 0;
        self.key_indexes.clear();
        self.values.clear();
    }

    /// How many bytes the features take so far.
    #[must_use]
    pub fn size(&self) -> usize {
        self.features.len() + self.values.bytes.len() + self.keys.len()
    }

    /// How many features are in.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Starts a feature.
    pub fn begin(&mut self) {
        self.tags.clear();
        self.geometry.clear();
        self.cursor = (0, 0);
    }

    /// A property of the feature. `slot` numbers the key within the layer; its name is written when first used.
    pub fn tag(&mut self, slot: usize, name: &str, value: ValueRef<'_>) {
        if matches!(value, ValueRef::Null | ValueRef::Text("")) {
            return;
        }
        if self.key_indexes.len() <= slot {
            self.key_indexes.resize(slot + 1, u32::MAX);
        }
        if self.key_indexes[slot] == u32::MAX {
            self.key_indexes[slot] = self.key_count;
            self.key_count += 1;
            field_bytes(&mut self.keys, 3, name.as_bytes());
        }
        let index = self.value_index(slot, value);
        pair(&mut self.tags, self.key_indexes[slot], index);
    }

    /// A value's index. Most features share their values with one shortly before: those are known by the slot and the
    /// bits (of a text, by where it is kept) without encoding and hashing them again.
    fn value_index(&mut self, slot: usize, value: ValueRef<'_>) -> u32 {
        let (kind, bits) = match value {
            ValueRef::Null => (0, 0),
            ValueRef::Int(int) => (1, int.cast_unsigned()),
            ValueRef::Real(real) => (2, u64::from(real.to_bits())),
            ValueRef::Bool(flag) => (3, u64::from(flag)),
            // A text keeps its place while a tile is written; with its length that place is the text.
            ValueRef::Text(text) => (4 + text.len() as u64, text.as_ptr().addr() as u64),
        };
        if self.recent.is_empty() {
            self.recent = vec![Recent::default(); RECENT];
        }
        let mixed = (bits ^ kind << 48 ^ (slot as u64) << 56).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let at = usize::try_from(mixed >> (64 - RECENT.trailing_zeros())).unwrap_or(0);
        let key = (self.values.age, kind, bits);
        if self.recent[at].key == key {
            return self.recent[at].index;
        }
        let index = self.values.index(value);
        self.recent[at] = Recent { key: (self.values.age, kind, bits), index };
        index
    }

    /// A point geometry.
    pub fn point(&mut self, at: (i32, i32)) {
        varint(&mut self.geometry, command(1, 1));
        self.step(at);
    }

    /// One line or ring: `points` without repeats; a ring isn't closed.
    pub fn path(&mut self, points: &[(i32, i32)], closed: bool) {
        let Some((&first, rest)) = points.split_first() else { return };
        varint(&mut self.geometry, command(1, 1));
        self.step(first);
        varint(&mut self.geometry, command(2, rest.len()));
        for &point in rest {
            self.step(point);
        }
        if closed {
            varint(&mut self.geometry, command(7, 1));
        }
    }

    fn step(&mut self, (x, y): (i32, i32)) {
        pair(&mut self.geometry, zigzag(x - self.cursor.0), zigzag(y - self.cursor.1));
        self.cursor = (x, y);
    }

    /// Whether the feature has a geometry by now.
    #[must_use]
    pub fn has_geometry(&self) -> bool {
        !self.geometry.is_empty()
    }

    /// Ends the feature.
    pub fn end(&mut self, id: Option<i64>, kind: GeomType) {
        let id = id.and_then(|id| u64::try_from(id).ok());
        let length = id.map_or(0, |id| 1 + varint_len(id))
            + if self.tags.is_empty() { 0 } else { 1 + varint_len(self.tags.len() as u64) + self.tags.len() }
            + 2
            + 1
            + varint_len(self.geometry.len() as u64)
            + self.geometry.len();
        self.features.push(2 << 3 | 2);
        varint(&mut self.features, length as u64);
        if let Some(id) = id {
            self.features.push(1 << 3);
            varint(&mut self.features, id);
        }
        if !self.tags.is_empty() {
            field_bytes(&mut self.features, 2, &self.tags);
        }
        self.features.extend_from_slice(&[3 << 3, kind as u8]);
        field_bytes(&mut self.features, 4, &self.geometry);
        self.count += 1;
    }

    /// Ends the layer and writes it to `tile`; a layer without features writes nothing.
    pub fn finish(&mut self, name: &str, tile: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let extent_len = 1 + varint_len(EXTENT as u64);
        let length = 2
            + 1
            + varint_len(name.len() as u64)
            + name.len()
            + self.features.len()
            + self.keys.len()
            + self.values.bytes.len()
            + extent_len;
        tile.reserve(length + 8);
        tile.push(3 << 3 | 2);
        varint(tile, length as u64);
        tile.extend_from_slice(&[15 << 3, 2]);
        field_bytes(tile, 1, name.as_bytes());
        tile.extend_from_slice(&self.features);
        tile.extend_from_slice(&self.keys);
        tile.extend_from_slice(&self.values.bytes);
        tile.push(5 << 3);
        varint(tile, EXTENT as u64);
    }
}

/// The values of a layer, each written once. An open-addressed table that is emptied by counting up its age.
#[derive(Default)]
struct LayerValues {
    bytes: Vec<u8>,
    count: u32,
    table: Vec<TableEntry>,
    age: u32,
    scratch: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct TableEntry {
    hash: u64,
    age: u32,
    index: u32,
    start: u32,
}

impl LayerValues {
    fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
        self.age = self.age.wrapping_add(1);
        if self.age == 0 || self.table.is_empty() {
            self.age = 1;
            self.table = vec![TableEntry::default(); 1024];
        }
    }

    fn index(&mut self, value: ValueRef<'_>) -> u32 {
        self.scratch.clear();
        encode(&mut self.scratch, value);
        let hash = xxh3_64(&self.scratch);
        if self.count as usize * 2 >= self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = usize::try_from(hash & mask as u64).unwrap_or(0);
        loop {
            let entry = self.table[at];
            if entry.age != self.age {
                break;
            }
            let start = entry.start as usize;
            if entry.hash == hash && self.bytes[start..].starts_with(&self.scratch) {
                return entry.index;
            }
            at = (at + 1) & mask;
        }
        let index = self.count;
        self.table[at] =
            TableEntry { hash, age: self.age, index, start: u32::try_from(self.bytes.len()).unwrap_or(u32::MAX) };
        self.bytes.extend_from_slice(&self.scratch);
        self.count += 1;
        index
    }

    fn grow(&mut self) {
        let wider = vec![TableEntry::default(); self.table.len() * 2];
        let old = std::mem::replace(&mut self.table, wider);
        let mask = self.table.len() - 1;
        for entry in old.into_iter().filter(|entry| entry.age == self.age) {
            let mut at = usize::try_from(entry.hash & mask as u64).unwrap_or(0);
            while self.table[at].age == self.age {
                at = (at + 1) & mask;
            }
            self.table[at] = entry;
        }
    }
}

/// A value as the layer's field 4, tag and length with it.
fn encode(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => {}
        ValueRef::Text(text) => {
            out.push(4 << 3 | 2);
            varint(out, (1 + varint_len(text.len() as u64) + text.len()) as u64);
            field_bytes(out, 1, text.as_bytes());
        }
        ValueRef::Real(real) => {
            out.extend_from_slice(&[4 << 3 | 2, 5, 2 << 3 | 5]);
            out.extend_from_slice(&real.to_le_bytes());
        }
        ValueRef::Int(int) => {
            // uint where it can be, sint below zero.
            let (tag, number) = match u64::try_from(int) {
                Ok(number) => (5 << 3, number),
                Err(_) => (6 << 3, zigzag64(int)),
            };
            out.push(4 << 3 | 2);
            varint(out, (1 + varint_len(number)) as u64);
            out.push(tag);
            varint(out, number);
        }
        ValueRef::Bool(flag) => out.extend_from_slice(&[4 << 3 | 2, 2, 7 << 3, u8::from(flag)]),
    }
}

fn field_bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn command(id: u64, count: usize) -> u64 {
    id | (count as u64) << 3
}

#[expect(clippy::cast_sign_loss, reason = "zigzag makes the sign a bit")]
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

#[expect(clippy::cast_sign_loss, reason = "zigzag makes the sign a bit")]
fn zigzag64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Two numbers, most of which have one byte each or one and two.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn pair(out: &mut Vec<u8>, first: u32, second: u32) {
    match (first, second) {
        (0..0x80, 0..0x80) => out.extend_from_slice(&[first as u8, second as u8]),
        (0..0x80, 0x80..0x4000) => {
            out.extend_from_slice(&[first as u8, second as u8 | 0x80, (second >> 7) as u8]);
        }
        _ => {
            varint(out, u64::from(first));
            varint(out, u64::from(second));
        }
    }
}

fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}
