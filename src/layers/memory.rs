//! All layers in memory.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};

use crate::kernel::{actor::Actor, clock::Clock};

use super::{definition::LayerDef, held::LayerStore, observer::Observer, position::Position, regions::RegionTree};

/// All layers and the region tree, kept in step with the database.
pub struct Memory {
    layers: Vec<LayerStore>,
    pub(super) regions: ArcSwap<RegionTree>,
    observers: RwLock<Vec<Arc<dyn Observer>>>,
    pub(super) ready: AtomicBool,
    /// When the follower last read the feed, milliseconds since 1970.
    pub(super) followed_at: AtomicI64,
    /// Changes applied since the start.
    pub(super) applied: AtomicU64,
    /// The last change that was applied and told.
    position: Mutex<Position>,
}

impl Memory {
    /// Layers without features, before the first load; ages in them count by this clock.
    #[must_use]
    pub fn new(layers: &[&'static LayerDef], clock: &Clock) -> Arc<Self> {
        Arc::new(Self {
            layers: layers.iter().map(|def| LayerStore::new(def, clock.clone())).collect(),
            regions: ArcSwap::default(),
            observers: RwLock::default(),
            ready: AtomicBool::new(false),
            followed_at: AtomicI64::new(0),
            applied: AtomicU64::new(0),
            position: Mutex::default(),
        })
    }

    /// Has somebody told of everything that is applied from now on.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        let mut observers = self.observers.write().unwrap_or_else(PoisonError::into_inner);
        observer.begin(self.position());
        observers.push(observer);
    }

    /// Those who are told. Held while a batch is told and its place is set, so that who comes meanwhile misses nothing.
    pub(super) fn observers(&self) -> RwLockReadGuard<'_, Vec<Arc<dyn Observer>>> {
        self.observers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything has been loaded once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// How long the map has been behind the database: since the follower last read the feed, or since the first change
    /// that an open transaction keeps from being read.
    #[must_use]
    pub fn lag(&self, now: DateTime<Utc>) -> Duration {
        let past = now.timestamp_millis() - self.followed_at.load(Ordering::Relaxed);
        Duration::from_millis(u64::try_from(past).unwrap_or(0))
    }

    /// How many changes were applied since the start.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.applied.load(Ordering::Relaxed)
    }

    /// The place in the feed that the map has come to: everything before it has been applied and told.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the map has come to a place in the feed.
    pub(super) fn has_reached(&self, position: Position) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// Every layer, in the order of the modules.
    #[must_use]
    pub fn layers(&self) -> &[LayerStore] {
        &self.layers
    }

    /// A layer by its name: its place in the list, and itself.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<(u8, &LayerStore)> {
        let index = self.layers.iter().position(|held| held.def.name == name)?;
        Some((u8::try_from(index).ok()?, &self.layers[index]))
    }

    /// The layer of residents, if a module brings one.
    #[must_use]
    pub fn residents(&self) -> Option<&LayerStore> {
        self.layers.iter().find(|held| held.def.residents)
    }

    /// Returns true if there is such a layer and the actor may read it.
    #[must_use]
    pub fn is_readable(&self, name: &str, actor: &Actor) -> bool {
        self.layer(name).is_some_and(|(_, held)| actor.may(held.def.permission))
    }

    /// The regions with their names.
    #[must_use]
    pub fn regions(&self) -> Arc<RegionTree> {
        self.regions.load_full()
    }
}
