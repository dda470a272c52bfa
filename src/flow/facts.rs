//! What is known beside where a process stands.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{kernel::time::WorkCalendar, spatial::region::Level};

/// Everything outside the process by which it is decided.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Who acts, by their key.
    pub actor: &'a str,
    /// Whether they hold a permission.
    pub permissions: &'a (dyn Fn(&str) -> bool + Sync),
    /// The level of the regions at which they act.
    pub level: Option<Level>,
    /// Whether their regions hold the place.
    pub covers: bool,
    /// The units to which they belong.
    pub units: &'a [i64],
    /// What they are to the matter.
    pub parties: &'a [&'a str],
    /// Which guards hold. One of which nothing is said doesn't.
    pub guards: &'a BTreeMap<&'a str, bool>,
    /// The category of the matter, by which its limits are found.
    pub category: &'a str,
    /// How grave or urgent it is, by which its limits are found.
    pub severity: &'a str,
    /// The moment.
    pub at: DateTime<Utc>,
    /// The calendar by which limits are counted.
    pub calendar: &'a WorkCalendar,
    /// A timer acts, and nobody.
    pub is_timer: bool,
}

impl Facts<'_> {
    /// Whether the actor holds a permission.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        (self.permissions)(permission)
    }

    /// Whether a guard holds.
    pub(super) fn holds(&self, guard: &str) -> bool {
        self.guards.get(guard).copied().unwrap_or_default()
    }
}
