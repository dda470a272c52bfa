//! Search: what modules contribute to it.

use futures::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::Map;
use crate::kernel::{actor::Actor, db::Tx, error::Result, permission::Permission, text::Title};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Sought {
    /// How a name, its pinyin initials or an address begins, or what stands in a name: 1 to 50 characters.
    pub text: String,
    /// At most so many of each kind.
    pub most: i64,
}

/// Something that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FoundItem)]
pub struct Hit {
    /// What it is: a region, a road, or what a module finds, by that module's name for it.
    pub kind: String,
    /// Its id; a region's code.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Where it is, in words.
    pub detail: String,
    /// The grid in which it stands; a region's own code.
    pub region: i64,
    /// Longitude, WGS 84.
    pub lon: f64,
    /// Latitude, WGS 84.
    pub lat: f64,
    /// A region's box.
    pub bbox: Option<[f64; 4]>,
}

/// A kind of thing that is found.
#[derive(Clone, Copy, Debug)]
pub struct SearchKind {
    /// Its name in answers.
    pub name: &'static str,
    /// What people call the kind.
    pub title: Title,
    /// What a reader must hold to find one; nothing where the map is enough.
    pub permission: Option<Permission>,
    /// Whether its records are people's: how many were found is kept in the audit.
    pub personal: bool,
}

impl SearchKind {
    /// A kind that everybody finds who sees the map.
    #[must_use]
    pub const fn new(name: &'static str, title: Title) -> Self {
        Self { name, title, permission: None, personal: false }
    }
}

/// A feature of a layer, found in memory by its name.
#[derive(Clone, Copy, Debug)]
pub struct NamedFeature {
    /// The layer.
    pub layer: &'static str,
    /// Its id.
    pub id: i64,
}

/// How a source finds: within the scope and the rights of the transaction's actor, a few of each of its kinds, the best first. It
/// is given what it found in memory.
pub type Find = for<'a> fn(&'a Map, &'a mut Tx, &'a Sought, &'a [NamedFeature]) -> BoxFuture<'a, Result<Vec<Hit>>>;

/// What a module contributes to the search.
#[derive(Clone, Copy)]
pub struct SearchSource {
    /// The kinds of what it finds, in their order.
    pub kinds: &'static [SearchKind],
    /// What it finds in memory, which takes a core for milliseconds: looked for before a connection is taken.
    pub in_memory: fn(&Map, &Actor, &Sought) -> Vec<NamedFeature>,
    /// Finds. Where it is in words may be left empty: it is said by the names of the regions then.
    pub find: Find,
}
