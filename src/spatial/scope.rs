//! What an actor may see: a short list of ranges of region codes.

use std::fmt;

use super::region::RegionCode;

/// How a set of records, known by the least and the greatest of their regions, stands to a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every record is in scope.
    All,
    /// Some may be.
    Some,
    /// None is.
    None,
}

/// A reader's scope: sorted ranges that neither meet nor touch.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    ranges: Vec<(i64, i64)>,
}

/// A scope that holds more ranges than row-level security can bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope holds at most 4 separate regions, this has {0}")]
pub struct ScopeTooLong(pub usize);

impl Scope {
    /// As many ranges as a transaction binds for row-level security.
    pub const MAX_RANGES: usize = 4;

    /// Sees everything, records that aren't placed too: the program itself, and who holds the whole city.
    #[must_use]
    pub fn everything() -> Self {
        Self { ranges: vec![(i64::MIN, i64::MAX)] }
    }

    /// Sees nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { ranges: Vec::new() }
    }

    /// The union of regions.
    ///
    /// A city's holder also sees what is not placed yet (region 0).
    ///
    /// # Errors
    /// When more than [`Scope::MAX_RANGES`] ranges are left after joining neighbours.
    pub fn of(regions: &[RegionCode]) -> Result<Self, ScopeTooLong> {
        let mut ranges: Vec<(i64, i64)> = regions.iter().map(|code| code.range().into_inner()).collect();
        if regions.iter().any(|code| code.level() == super::region::Level::City) {
            ranges.push((0, 0));
        }
        ranges.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        if joined.len() > Self::MAX_RANGES {
            return Err(ScopeTooLong(joined.len()));
        }
        Ok(Self { ranges: joined })
    }

    /// The ranges, sorted, both ends within.
    #[must_use]
    pub fn ranges(&self) -> &[(i64, i64)] {
        &self.ranges
    }

    /// Whether a record of this region is seen.
    #[must_use]
    pub fn contains(&self, region: i64) -> bool {
        self.ranges.iter().any(|&(low, high)| low <= region && region <= high)
    }

    /// How records whose regions lie between `low` and `high` stand to the scope.
    #[must_use]
    pub fn holds(&self, low: i64, high: i64) -> Coverage {
        let mut held = Coverage::None;
        for &(from, to) in &self.ranges {
            if from <= low && high <= to {
                return Coverage::All;
            }
            if from <= high && low <= to {
                held = Coverage::Some;
            }
        }
        held
    }

    /// What both see.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        for &(a, b) in &self.ranges {
            for &(c, d) in &other.ranges {
                if a.max(c) <= b.min(d) {
                    ranges.push((a.max(c), b.min(d)));
                }
            }
        }
        ranges.sort_unstable();
        Self { ranges }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.ranges).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(codes: &[&str]) -> Scope {
        Scope::of(&codes.iter().map(|code| code.parse().unwrap()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn neighbours_join_and_children_vanish_in_their_parents() {
        let joined = scope(&["360502001001", "360502001002", "360502001001007"]);
        assert_eq!(joined.ranges(), [(360_502_001_001_000, 360_502_001_002_999)]);
    }

    #[test]
    fn only_the_city_sees_what_is_not_placed() {
        assert!(scope(&["3605"]).contains(0));
        assert!(!scope(&["360502"]).contains(0));
        assert!(!Scope::nothing().contains(0));
    }

    #[test]
    fn a_span_is_held_whole_in_part_or_not() {
        let street = scope(&["360502001"]);
        assert_eq!(street.holds(360_502_001_001_001, 360_502_001_900_001), Coverage::All);
        assert_eq!(street.holds(360_502_001_001_001, 360_502_002_000_001), Coverage::Some);
        assert_eq!(street.holds(360_502_002_001_001, 360_502_003_000_001), Coverage::None);
    }

    #[test]
    fn a_scope_of_many_islands_is_refused() {
        let codes: Vec<RegionCode> =
            ["360502001", "360502003", "360502005", "360502007", "360502009"].map(|c| c.parse().unwrap()).into();
        assert_eq!(Scope::of(&codes), Err(ScopeTooLong(5)));
    }
}
