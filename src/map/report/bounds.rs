//! How much a report may hold.

use crate::{
    kernel::error::{Error, Result},
    spatial::layer::View,
};

/// The characters of a name.
pub(super) const MAX_NAME: usize = 60;
/// Of all shapes of a file together: the regions of all levels of a city have a quarter million.
const MAX_VERTICES: usize = 500_000;

/// The vertices that a file may still have.
pub(super) struct Vertices {
    left: usize,
    /// What of the request asks for them.
    pointer: &'static str,
}

impl Vertices {
    pub(super) fn of(pointer: &'static str) -> Self {
        Self { left: MAX_VERTICES, pointer }
    }

    pub(super) fn take(&mut self, view: &View<'_>) -> Result<()> {
        let mut count = 0;
        view.each_part(|part| count += part.len());
        self.left = self.left.checked_sub(count).ok_or_else(|| {
            wrong(
                self.pointer.to_owned(),
                format!("所选区划的边界共超过 {MAX_VERTICES} 个顶点，请减少区划或改用表格。"),
                format!("The shapes have more than {MAX_VERTICES} vertices; take fewer regions, or a table."),
            )
        })?;
        Ok(())
    }
}

/// A refusal of one field.
pub(super) fn wrong(pointer: String, zh: String, en: String) -> Error {
    Error::field(pointer, zh, en)
}
