//! What is told of people to who may not see each one's categories: the published table, and what is masked in it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    kernel::masked::OPEN_CATEGORIES,
    layers::{LayerStore, code_of},
    spatial::{count::Key, lattice::Lattice},
};

/// The published table is made again after so long, if anybody has moved since: what one person's change tells is mixed
/// with all other changes of that time.
const TABLE_KEPT: Duration = Duration::from_hours(1);

/// The published table of the people in memory, kept from one question to the next.
#[derive(Default)]
pub struct PeopleTable(Mutex<Option<KeptTable>>);

struct KeptTable {
    lattice: Arc<Lattice>,
    made: Instant,
    version: u64,
    today: i64,
}

impl PeopleTable {
    /// The table, made now if there is none, or if it is old and no longer true. Takes up to a second then.
    pub(super) fn get(&self, people: &LayerStore) -> Arc<Lattice> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let today = people.today();
        let layer = people.read();
        if let Some(kept) = kept.as_ref()
            && kept.today == today
            && (kept.version == layer.version() || kept.made.elapsed() < TABLE_KEPT)
        {
            return kept.lattice.clone();
        }
        let is_masked =
            |dimension: usize, key: &Key| CATEGORY_DIMENSIONS.contains(&dimension) && is_masked(&code_of(key));
        let lattice = Arc::new(Lattice::new(&layer, today, is_masked));
        *kept = Some(KeptTable { lattice: lattice.clone(), made: Instant::now(), version: layer.version(), today });
        lattice
    }
}

/// The dimensions of people that count categories.
pub(super) const CATEGORY_DIMENSIONS: [usize; 2] = [1, 2];

/// Whether a category is masked on a record.
pub(super) fn is_masked(code: &str) -> bool {
    !OPEN_CATEGORIES.contains(code)
}
