//! What a module declares.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use super::identity::Approval;
use crate::{
    kernel::{codes::CodeTable, jobs::JobKind, messages::MessageKind, permission::Permission, text::Title},
    layers::LayerDef,
    map::{Server, search::SearchSource},
    records::list::ListDef,
};

/// A module of the product, as `src/app.rs` lists it: what the floors below and the web must know of it, as plain data.
#[derive(Clone, Copy)]
pub struct Module {
    /// Its folder's name.
    pub name: &'static str,
    /// What people call it.
    pub title: Title,
    /// The permissions it declares.
    pub permissions: &'static [Permission],
    /// The code tables it brings.
    pub codes: &'static [&'static CodeTable],
    /// The map layers it brings.
    pub layers: &'static [LayerDef],
    /// The kinds of things that it keeps, as the audit and the map name them.
    pub objects: &'static [Object],
    /// The pages of the web that are its own.
    pub pages: &'static [Page],
    /// The addresses it answers; it is given what all modules of the server declare.
    pub routes: fn(&Server, &'static [Module]) -> OpenApiRouter<Server>,
    /// Those of its addresses that other sites' pages may send to.
    pub open_to_sites: &'static [&'static str],
    /// What it serves at the port where browsers are asked for a certificate; at most one module has such.
    pub certificate_port: Option<fn(&Server) -> Router>,
    /// What it contributes to the search.
    pub search: Option<SearchSource>,
    /// The lists that it answers.
    pub lists: &'static [&'static ListDef],
    /// The kinds of its background work.
    pub jobs: &'static [JobKind],
    /// The kinds of messages that it tells.
    pub messages: &'static [MessageKind],
    /// The requests that it carries out once another administrator has agreed.
    pub approvals: &'static [Approval],
}

impl Module {
    /// A module that has nothing yet: modules name what they have, and take the rest from here.
    #[must_use]
    pub fn new(name: &'static str, title: Title) -> Self {
        Self {
            name,
            title,
            permissions: &[],
            codes: &[],
            layers: &[],
            objects: &[],
            pages: &[],
            routes: |_, _| OpenApiRouter::new(),
            open_to_sites: &[],
            certificate_port: None,
            search: None,
            lists: &[],
            jobs: &[],
            messages: &[],
            approvals: &[],
        }
    }
}

/// A kind of thing that a module keeps. An entry of the audit names one by kind and id: `account 12`.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its kind in the audit, and in links to it. The function `name_of_<kind>` in SQL says what one is called; residents
    /// have none, so that the audit never names them.
    pub kind: &'static str,
    /// What people call the kind.
    pub title: Title,
    /// The layer in which it stands on the map.
    pub layer: Option<&'static str>,
    /// The page of one, with `{id}` in place of its id.
    pub page: Option<&'static str>,
}

impl Object {
    /// A kind that stands on no map and has no page.
    #[must_use]
    pub const fn new(kind: &'static str, title: Title) -> Self {
        Self { kind, title, layer: None, page: None }
    }

    /// The same, standing in a layer of its name or another.
    #[must_use]
    pub const fn on_layer(mut self, layer: &'static str) -> Self {
        self.layer = Some(layer);
        self
    }

    /// The same, with a page.
    #[must_use]
    pub const fn with_page(mut self, page: &'static str) -> Self {
        self.page = Some(page);
        self
    }
}

/// A page of the web.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Where it opens; below it, it finds its way by itself.
    pub path: &'static str,
    /// What people call it.
    pub title: Title,
    /// What a reader must hold to open it; nothing where everybody who is signed in may, or strangers too.
    pub permission: Option<Permission>,
    /// Its place in the navigation, the least first; none where one doesn't go to it by themselves.
    pub place: Option<u8>,
}
