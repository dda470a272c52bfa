//! Places in the change feed.

/// A place in the change feed: everything before it has been applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub(super) xid: i64,
    pub(super) seq: i64,
}

impl Position {
    /// The transaction.
    #[must_use]
    pub const fn xid(self) -> i64 {
        self.xid
    }

    /// The order among its changes.
    #[must_use]
    pub const fn seq(self) -> i64 {
        self.seq
    }
}
