//! Typed columns: what the features of a layer know beside their place.

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// A whole number.
    Int,
    /// A real number, single precision.
    Real,
    /// A text; equal texts are kept once.
    Text,
    /// True or false.
    Bool,
    /// A day, kept as days since 1970-01-01.
    Date,
    /// A moment, kept as seconds since 1970-01-01T00:00:00Z. Tiles give it so too.
    Time,
}
