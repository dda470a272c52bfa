//! What the modules declare, as far as it is the reader's: the web takes its layers, objects and pages from here.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{FromRef, State},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    kernel::{actor::Actor, app::App, auth::Auth, codes::Code, error::Problem, text::Title},
    layers::Geometry,
    map::Server,
    modules::Module,
    spatial::column::ColumnKind,
};

/// The modules whose manifest is read, and what verifies who reads it.
#[derive(Clone)]
struct DeclaredModules {
    modules: &'static [Module],
    auth: Auth,
}

impl FromRef<DeclaredModules> for Auth {
    fn from_ref(declared: &DeclaredModules) -> Self {
        declared.auth.clone()
    }
}

/// The routes of the manifest of these modules, and of their code tables.
pub(crate) fn routes(app: &App, modules: &'static [Module]) -> OpenApiRouter<Server> {
    let declared = DeclaredModules { modules, auth: app.auth.clone() };
    OpenApiRouter::new().routes(routes!(read_manifest)).routes(routes!(read_codes)).with_state(declared)
}

/// A name in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ManifestTitle)]
struct BothNames {
    /// 简体中文.
    zh: &'static str,
    /// English.
    en: &'static str,
}

impl From<Title> for BothNames {
    fn from((zh, en): Title) -> Self {
        Self { zh, en }
    }
}

/// The reader's share of what the modules declare.
#[derive(Debug, Serialize, ToSchema)]
struct Manifest {
    /// The modules, in the order in which the product lists them.
    modules: Vec<ManifestModule>,
}

/// A module.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestModule {
    /// Its name in code.
    name: &'static str,
    /// What people call it.
    title: BothNames,
    /// Those of its permissions that the reader holds.
    permissions: Vec<ManifestPermission>,
    /// Those of its layers that the reader may see.
    layers: Vec<ManifestLayer>,
    /// The kinds of things that it keeps.
    objects: Vec<ManifestObject>,
    /// The kinds of what the search finds of it, in their order.
    search: Vec<ManifestSearchKind>,
    /// Those of its pages that the reader may open.
    pages: Vec<ManifestPage>,
}

/// A permission that the reader holds.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestPermission {
    /// Its name in roles and tokens.
    name: &'static str,
    /// What people call it.
    title: BothNames,
}

/// A layer of the map.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestLayer {
    /// Its name in addresses.
    name: &'static str,
    /// What people call it.
    title: BothNames,
    /// point, line or polygon.
    geometry: &'static str,
    /// What its tiles and features tell of each.
    fields: Vec<ManifestField>,
}

/// A field of a layer's features.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestField {
    /// Its key.
    name: &'static str,
    /// text, integer, number, boolean, date or time.
    kind: &'static str,
    /// Whether tiles tell it from zoom 15 up alone.
    near: bool,
}

/// A kind of thing that a module keeps.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestObject {
    /// Its kind in the audit and in links.
    kind: &'static str,
    /// What people call the kind.
    title: BothNames,
    /// The layer in which it stands on the map.
    layer: Option<&'static str>,
    /// The page of one, with `{id}` in place of its id.
    page: Option<&'static str>,
}

/// A kind of thing that the search finds.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestSearchKind {
    /// Its name in answers.
    kind: &'static str,
    /// What people call the kind.
    title: BothNames,
}

/// A page of the web.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestPage {
    /// Where it opens.
    path: &'static str,
    /// What people call it.
    title: BothNames,
    /// Its place in the navigation; none where one doesn't go to it by themselves.
    place: Option<u8>,
}

/// The modules, and of each what the reader may use: layers, kinds of things, pages, permissions.
#[utoipa::path(get, path = "/api/modules", tag = "map",
    responses((status = 200, body = Manifest), (status = 401, body = Problem)))]
async fn read_manifest(State(declared): State<DeclaredModules>, actor: Actor) -> Json<Manifest> {
    Json(Manifest { modules: declared.modules.iter().map(|module| share(module, &actor)).collect() })
}

/// What of a module is the reader's.
fn share(module: &Module, actor: &Actor) -> ManifestModule {
    let permissions = module.permissions.iter().filter(|one| actor.may(**one));
    let layers = module.layers.iter().filter(|layer| actor.may(layer.permission));
    let pages = module.pages.iter().filter(|page| page.permission.is_none_or(|needed| actor.may(needed)));
    ManifestModule {
        name: module.name,
        title: module.title.into(),
        permissions: permissions.map(|one| ManifestPermission { name: one.name, title: one.title.into() }).collect(),
        layers: layers
            .map(|layer| ManifestLayer {
                name: layer.name,
                title: layer.title.into(),
                geometry: match layer.geometry {
                    Geometry::Point => "point",
                    Geometry::Line => "line",
                    Geometry::Polygon => "polygon",
                },
                fields: layer
                    .properties
                    .iter()
                    .filter(|property| property.shown)
                    .map(|property| ManifestField {
                        name: property.name,
                        kind: kind(property.kind),
                        near: property.near,
                    })
                    .collect(),
            })
            .collect(),
        objects: module
            .objects
            .iter()
            .filter(|object| {
                object.layer.is_none_or(|name| {
                    module.layers.iter().any(|layer| layer.name == name && actor.may(layer.permission))
                })
            })
            .map(|object| ManifestObject {
                kind: object.kind,
                title: object.title.into(),
                layer: object.layer,
                page: object.page,
            })
            .collect(),
        search: module
            .search
            .iter()
            .flat_map(|source| source.kinds)
            .filter(|kind| kind.permission.is_none_or(|needed| actor.may(needed)))
            .map(|kind| ManifestSearchKind { kind: kind.name, title: kind.title.into() })
            .collect(),
        pages: pages
            .map(|page| ManifestPage { path: page.path, title: page.title.into(), place: page.place })
            .collect(),
    }
}

fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Int => "integer",
        ColumnKind::Real => "number",
        ColumnKind::Bool => "boolean",
        ColumnKind::Date => "date",
        ColumnKind::Time => "time",
    }
}

/// All code tables by name.
#[derive(Debug, Serialize, ToSchema)]
struct CodeTables {
    tables: BTreeMap<&'static str, &'static [Code]>,
}

/// The code tables of the national standards and of the product.
#[utoipa::path(get, path = "/api/codes", tag = "archives", responses((status = 200, body = CodeTables), (status = 401, body = Problem)))]
async fn read_codes(State(declared): State<DeclaredModules>, _: Actor) -> Json<CodeTables> {
    let tables = declared.modules.iter().flat_map(|module| module.codes);
    Json(CodeTables { tables: tables.map(|table| (table.name, table.list())).collect() })
}
