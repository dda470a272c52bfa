//! The tiles that are kept, with their compressed bytes, until a change touches them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::HeaderValue;
use bytes::Bytes;
use quick_cache::{Weighter, sync::Cache};

use crate::{
    kernel::encoding::{Encoding, compress},
    layers::Observer,
    spatial::{
        mercator::Bounds,
        scope::Scope,
        tile::{self, MAX_ZOOM, TileId},
    },
};

/// Above so many changed features of a layer at once all its tiles are dropped.
const MANY: usize = 2_000;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) layer: u8,
    /// 0 for all of the layer, else the number of a part.
    pub(super) part: u8,
    pub(super) z: u8,
    pub(super) x: u32,
    pub(super) y: u32,
}

/// A tile as it was made for one scope, with its encodings as they were asked for.
#[derive(Debug)]
pub(super) struct CachedTile {
    pub(super) raw: Bytes,
    hash: u128,
    encodings: [OnceLock<EncodedBody>; 4],
}

#[derive(Debug)]
pub(super) struct EncodedBody {
    pub(super) bytes: Bytes,
    pub(super) etag: HeaderValue,
}

impl CachedTile {
    pub(super) fn new(raw: Vec<u8>) -> Self {
        Self { hash: xxhash_rust::xxh3::xxh3_128(&raw), raw: raw.into(), encodings: Default::default() }
    }

    pub(super) fn sent(&self, encoding: Encoding) -> &EncodedBody {
        self.encodings[encoding as usize]
            .get_or_init(|| EncodedBody { bytes: compress(&self.raw, encoding), etag: self.etag(encoding) })
    }

    /// A strong one: of the content and how it is encoded.
    fn etag(&self, encoding: Encoding) -> HeaderValue {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'"'; 48];
        for (at, byte) in self.hash.to_be_bytes().into_iter().enumerate() {
            text[1 + 2 * at] = DIGITS[usize::from(byte >> 4)];
            text[2 + 2 * at] = DIGITS[usize::from(byte & 15)];
        }
        text[33] = b'-';
        let (name, end) = (encoding.name().as_bytes(), 34 + encoding.name().len());
        text[34..end].copy_from_slice(name);
        HeaderValue::from_bytes(&text[..=end]).unwrap_or(HeaderValue::from_static("\"\""))
    }

    pub(super) fn is_ready(&self, encoding: Encoding) -> bool {
        self.encodings[encoding as usize].get().is_some()
    }
}

/// What is kept of one address: a tile for each scope that asked.
type TilesOfScopes = Arc<[(u32, Arc<CachedTile>)]>;

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, TilesOfScopes> for ByBytes {
    fn weight(&self, _: &Key, entry: &TilesOfScopes) -> u64 {
        // The raw bytes and about two compressed copies of a third.
        entry.iter().map(|(_, made)| made.raw.len() as u64 * 5 / 3 + 300).sum::<u64>() + 64
    }
}

/// The tiles that are kept.
pub struct Tiles {
    cache: Cache<Key, TilesOfScopes, ByBytes>,
    scopes: RwLock<HashMap<Scope, u32>>,
    /// Held while an address is kept or dropped: what is kept is never older than what it was dropped for.
    changing: Mutex<()>,
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    keep: bool,
    /// How many parts each layer has beside the whole.
    parts: Vec<u8>,
}

impl Tiles {
    /// Keeps about so many bytes; none with 0. `parts` says how many each layer has.
    #[must_use]
    pub fn new(bytes: u64, parts: Vec<u8>) -> Self {
        Self {
            cache: Cache::with_weighter(100_000, bytes.max(1), ByBytes),
            scopes: RwLock::default(),
            changing: Mutex::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            keep: bytes > 0,
            parts,
        }
    }

    /// Tiles served from what is kept, and tiles made.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Drops all.
    fn clear(&self) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.cache.clear();
    }

    /// Drops a layer's tiles.
    fn forget_layer(&self, layer: u8) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.cache.retain(|key, _| key.layer != layer);
    }

    /// Drops a layer's tiles that touch one of the boxes.
    fn forget(&self, layer: u8, boxes: &[Bounds]) {
        if boxes.len() > MANY {
            return self.forget_layer(layer);
        }
        let parts = self.parts.get(usize::from(layer)).copied().unwrap_or(0);
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        for bounds in boxes {
            for z in 0..=MAX_ZOOM {
                let (xs, ys) = TileId::covering(z, bounds);
                // A wide feature covers more tiles of a deep zoom than are kept at all.
                if u64::from(xs.end() - xs.start()) * u64::from(ys.end() - ys.start()) > 4_096 {
                    self.cache.retain(|key, _| {
                        key.layer != layer || key.z < z || {
                            TileId::new(key.z, key.x, key.y).is_none_or(|tile| !tile.bounds(tile::BUFFER).meets(bounds))
                        }
                    });
                    break;
                }
                for x in xs {
                    for y in ys.clone() {
                        for part in 0..=parts {
                            self.cache.remove(&Key { layer, part, z, x, y });
                        }
                    }
                }
            }
        }
    }

    /// A small number for a scope, by which tiles are kept.
    pub(super) fn scope_id(&self, scope: &Scope) -> u32 {
        if let Some(id) = self.scopes.read().unwrap_or_else(PoisonError::into_inner).get(scope) {
            return *id;
        }
        let mut scopes = self.scopes.write().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(scopes.len()).unwrap_or(u32::MAX);
        *scopes.entry(scope.clone()).or_insert(next)
    }

    pub(super) fn kept(&self, key: &Key, scope: u32) -> Option<Arc<CachedTile>> {
        let entry = self.cache.get(key)?;
        entry.iter().find(|(id, _)| *id == scope).map(|(_, made)| made.clone())
    }

    /// Keeps a tile if it still is what its layer holds; else the address may have been dropped already.
    pub(super) fn keep(&self, key: Key, scope: u32, made: &Arc<CachedTile>, is_current: impl FnOnce() -> bool) {
        if !self.keep {
            return;
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_current() {
            return;
        }
        let others = self.cache.get(&key);
        let others = others.iter().flat_map(|entry| entry.iter()).filter(|(id, _)| *id != scope).cloned();
        self.cache.insert(key, std::iter::once((scope, made.clone())).chain(others).collect());
    }
}

impl Observer for Tiles {
    fn loaded(&self) {
        self.clear();
    }

    fn layer_loaded(&self, layer: u8) {
        self.forget_layer(layer);
    }

    fn changed(&self, layer: u8, boxes: &[Bounds]) {
        self.forget(layer, boxes);
    }
}
