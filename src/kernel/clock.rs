//! What time it is for the business.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

/// The server's clock. Business moments are taken from it and bound as parameters; SQL's `now()` is for audit, change
/// feed and leases only.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// By how many milliseconds this clock is ahead of the machine's: 0, but for tests and while a made city gets its past.
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves the clock forward, for tests of what ends or falls due.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Sets the clock to a moment, from which it goes on. Only before a made city is served.
    pub fn set(&self, at: DateTime<Utc>) {
        self.ahead_ms.store((at - Utc::now()).num_milliseconds(), Ordering::Relaxed);
    }

    /// Sets the clock to the machine's again.
    pub fn reset(&self) {
        self.ahead_ms.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_moved_is_moved_for_all_who_hold_it() {
        let clock = Clock::default();
        let held = clock.clone();
        let before = held.now();
        clock.advance(TimeDelta::days(400));
        assert!(held.now() - before >= TimeDelta::days(400));
    }
}
