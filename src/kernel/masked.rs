//! Sensitive values: what anybody may see of them, and themselves only against a proof that they were unmasked.
//!
//! The masks are the database's (`migrations/0011_sensitive.sql`): a plain value doesn't reach the program before a
//! transaction was cleared for it.

use std::{collections::BTreeSet, fmt, sync::LazyLock};

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::codes::rows;

/// How sensitive a field or a category is: L1 and L2 are open to who sees the record, L3 is masked, L4 is for named
/// officers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = SensitivityLevel)]
pub enum Level {
    /// Public to residents.
    L1,
    /// Open to who sees the record.
    L2,
    /// Masked until it is unmasked for a purpose.
    L3,
    /// Not even told of but to named officers.
    L4,
}

impl Level {
    /// The level of a number from 1; the highest for any other.
    #[must_use]
    pub const fn of(number: i16) -> Self {
        match number {
            1 => Self::L1,
            2 => Self::L2,
            3 => Self::L3,
            _ => Self::L4,
        }
    }

    /// Whether it is shown as it is to who sees the record.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::L1 | Self::L2)
    }
}

/// The categories of people that are open to who sees their records.
pub static OPEN_CATEGORIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let level = |text: &str| Level::of(text.trim_start_matches('L').parse().unwrap_or(0));
    rows(include_str!("../../geodata/codes/person_categories.csv"))
        .into_iter()
        .filter(|row| row.get("sensitivity_level").is_some_and(|text| level(text).is_open()))
        .filter_map(|row| row.get("code").cloned())
        .collect()
});

/// The proof that a transaction was cleared for plain values: only `Db::begin_cleared` gives one.
#[derive(Debug)]
pub struct Cleared(());

impl Cleared {
    pub(super) const fn given() -> Self {
        Self(())
    }
}

/// A value with its mask. Whatever prints or sends it gives the mask.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked<T> {
    level: Level,
    shown: String,
    plain: Option<T>,
}

/// What stands for a value of which nothing is shown.
const NOTHING: &str = "***";

impl<T> Masked<T> {
    /// A value of which only this is known.
    #[must_use]
    pub fn behind(level: Level, shown: Option<String>) -> Self {
        Self { level, shown: shown.unwrap_or_else(|| NOTHING.to_owned()), plain: None }
    }

    /// A plain value; nothing of it is shown.
    #[must_use]
    pub fn hiding(level: Level, plain: T) -> Self {
        Self { level, shown: NOTHING.to_owned(), plain: Some(plain) }
    }

    /// The value itself, where the database gave it.
    #[must_use]
    pub fn reveal(self, _: &Cleared) -> Option<T> {
        self.plain
    }
}

impl<T> fmt::Debug for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.level, self.shown)
    }
}

/// What is shown of a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaskedField {
    /// L1 and L2 are open, L3 is masked, L4 is for named officers.
    pub level: Level,
    /// The value where it is open; else its mask, `360502**********34`, or `***` when nothing of it may be shown.
    pub shown: String,
    /// Whether it can be unmasked.
    pub masked: bool,
}

impl<T> Serialize for Masked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MaskedField { level: self.level, shown: self.shown.clone(), masked: !self.level.is_open() }
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_value_is_neither_printed_nor_sent() {
        let number = Masked::hiding(Level::L3, "360502199003074519".to_owned());
        assert_eq!(format!("{number:?} {:?}", Some(&number)), "L3 *** Some(L3 ***)");
        assert_eq!(serde_json::to_string(&number).unwrap(), r#"{"level":"L3","shown":"***","masked":true}"#);
        assert_eq!(number.reveal(&Cleared::given()).as_deref(), Some("360502199003074519"));
    }

    #[test]
    fn a_mask_has_nothing_behind_it() {
        let category = Masked::<String>::behind(Level::of(2), Some("RP02".to_owned()));
        assert_eq!(serde_json::to_string(&category).unwrap(), r#"{"level":"L2","shown":"RP02","masked":false}"#);
        assert_eq!(category.reveal(&Cleared::given()), None);
        assert_eq!((Level::of(0), Level::of(5)), (Level::L4, Level::L4));
    }
}
