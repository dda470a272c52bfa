//! Whether the disks have room: found out where something can't be written, and looked for again until it can.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often it is said while the disk stays full.
const PAUSE: Duration = Duration::from_mins(1);

/// What is known of the room on the disks to which a server writes.
#[derive(Default)]
pub struct Storage(Mutex<Option<Full>>);

#[derive(Clone, Copy)]
struct Full {
    since: Instant,
    said: Instant,
    /// Whether the audit was told.
    noted: bool,
}

impl Storage {
    fn with<T>(&self, change: impl FnOnce(&mut Option<Full>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Something couldn't be written since a disk is full: the server isn't ready until there is room, and says so loudly.
    pub fn found_full(&self) {
        let now = Instant::now();
        self.with(|full| {
            let before = *full;
            let is_said = before.is_some_and(|full| full.said.elapsed() < PAUSE);
            let Full { since, noted, .. } = before.unwrap_or(Full { since: now, said: now, noted: false });
            if !is_said {
                let full_for_s = since.elapsed().as_secs();
                tracing::error!(
                    full_for_s,
                    "THE DISK IS FULL: nothing can be saved, and the server isn't ready until there is room"
                );
            }
            let said = before.filter(|_| is_said).map_or(now, |full| full.said);
            *full = Some(Full { since, said, noted });
        });
    }

    /// For how long a disk has been full, where one is.
    #[must_use]
    pub fn full_for(&self) -> Option<Duration> {
        self.with(|full| full.map(|full| full.since.elapsed()))
    }

    /// Whether the audit is still to be told that a disk is full; it is told once.
    pub(super) fn take_note(&self) -> bool {
        self.with(|full| full.as_mut().is_some_and(|full| !std::mem::replace(&mut full.noted, true)))
    }

    /// Something could be written again; gives for how long it couldn't.
    pub(super) fn found_room(&self) -> Option<Duration> {
        let full = self.with(Option::take)?;
        tracing::warn!(full_for_s = full.since.elapsed().as_secs(), "the disk has room again");
        Some(full.since.elapsed())
    }
}
