//! Who is told of what was applied to the layers.

use super::{held::LayerStore, position::Position};
use crate::spatial::{layer::View, mercator::Bounds};

/// One change of a feature that was applied.
pub struct Applied<'a> {
    /// Its place in the feed.
    pub position: Position,
    /// The layer's place in the list.
    pub layer: u8,
    /// The layer.
    pub held: &'a LayerStore,
    /// The feature's id.
    pub id: i64,
    /// The feature as it is now; nothing where it is gone.
    pub view: Option<View<'a>>,
    /// Where it stands now; where it stood last, when it is gone.
    pub region: i64,
    /// Where it stood before.
    pub old_region: i64,
}

/// Follows the layers. It is told by the task that applies the changes, which waits for it: it has to be quick.
pub trait Observer: Send + Sync {
    /// It follows from this place in the feed.
    fn begin(&self, from: Position) {
        let _ = from;
    }

    /// Everything was loaded anew.
    fn loaded(&self) {}

    /// A layer was loaded anew.
    fn layer_loaded(&self, layer: u8) {
        let _ = layer;
    }

    /// Features of a layer have changed: the boxes around what they were and what they are.
    fn changed(&self, layer: u8, boxes: &[Bounds]) {
        let _ = (layer, boxes);
    }

    /// A change was applied; [`Observer::batch_ended`] comes behind the last of several.
    fn applied(&self, change: &Applied<'_>) {
        let _ = change;
    }

    /// All changes of a batch were told.
    fn batch_ended(&self) {}

    /// What was shown of everything until here has to be loaded anew.
    fn reset(&self, at: Position) {
        let _ = at;
    }
}
