//! A value on its way into a column of a table.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};

/// A value on its way into a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A text or a code.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Time(DateTime<Utc>),
}

impl Cell<'_> {
    /// The same, with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Text(value) => Cell::Text(value.into_owned().into()),
            Self::Null => Cell::Null,
            Self::Int(value) => Cell::Int(value),
            Self::Real(value) => Cell::Real(value),
            Self::Date(value) => Cell::Date(value),
            Self::Time(value) => Cell::Time(value),
        }
    }
}
