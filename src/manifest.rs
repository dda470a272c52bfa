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
    kernel::{
        actor::Actor,
        app::App,
        auth::Auth,
        codes::Code,
        error::{Error, Problem, Result},
        http::Path,
        permission::Permission,
        text::Title,
    },
    layers::Geometry,
    map::Server,
    modules::{Figure, FigureKind, FigureSource, Group, Module, Page, Term},
    records::form::FormDocument,
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
    OpenApiRouter::new()
        .routes(routes!(read_manifest))
        .routes(routes!(read_codes))
        .routes(routes!(read_form))
        .with_state(declared)
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
    /// The groups of the navigation that hold a page of the reader's, in their order.
    groups: Vec<ManifestGroup>,
    /// The modules, in the order in which the product lists them.
    modules: Vec<ManifestModule>,
}

/// A group of the navigation.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestGroup {
    /// Its name in code.
    name: &'static str,
    /// What people call it.
    title: BothNames,
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
    /// The figures of regions that it tells.
    figures: Vec<ManifestFigure>,
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
    /// The layers among which it stands in the map's legend: affairs, society, divisions or ground.
    group: &'static str,
    /// Its place among those, the topmost first.
    place: u8,
    /// What it is drawn in, by the palette's name for it.
    colour: &'static str,
    /// Whether the map shows it until somebody chooses.
    shown_at_first: bool,
    /// Parts of it that tiles show by themselves, at `/tiles/<layer>.<part>`; the map begins with the first.
    parts: Vec<ManifestPart>,
    /// Whether its features are residents, each reading of whom is kept in the audit.
    residents: bool,
}

/// A part of a layer.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestPart {
    /// Its name in addresses.
    name: &'static str,
    /// What people call it.
    title: BothNames,
}

/// A field of a layer's features.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestField {
    /// Its key.
    name: &'static str,
    /// text, integer, number, boolean, date or time.
    kind: &'static str,
    /// What people call it.
    title: Option<BothNames>,
    /// The code table that names its values.
    codes: Option<&'static str>,
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
    /// Its group in the navigation; none where one doesn't go to it by themselves.
    group: Option<&'static str>,
    /// Its place in that group, the least first.
    place: Option<u8>,
    /// Whether a phone's navigation leads to it.
    on_phones: bool,
}

/// A figure of regions: a sum that an answer tells of each, or such a sum over another.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestFigure {
    /// Its name in addresses.
    key: &'static str,
    /// What people call it.
    title: BothNames,
    /// What it is counted in.
    unit: BothNames,
    /// count, rate or share: a whole number, a density or mean, a part of one.
    kind: &'static str,
    /// The shades that it is drawn in, by the palette's name for them.
    scale: &'static str,
    /// What is counted.
    numerator: ManifestTerm,
    /// What that is divided by; nothing over nothing is no figure.
    denominator: Option<ManifestTerm>,
    /// Whether it is of people.
    of_people: bool,
    /// Whether it is of what happened within a period, and not of what stands now.
    of_period: bool,
}

/// A sum that an answer tells of each region.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestTerm {
    /// The answer: measures for `/api/measures`, cases for `/api/cases/by-region`.
    from: &'static str,
    /// Where it stands in the answer's row of a region, with dots between the steps.
    path: &'static str,
    /// What it is multiplied by.
    times: f64,
}

impl From<Term> for ManifestTerm {
    fn from(term: Term) -> Self {
        let from = match term.from {
            FigureSource::Measures => "measures",
            FigureSource::Cases => "cases",
        };
        Self { from, path: term.path, times: term.times }
    }
}

impl From<&Figure> for ManifestFigure {
    fn from(figure: &Figure) -> Self {
        Self {
            key: figure.key,
            title: figure.title.into(),
            unit: figure.unit.into(),
            kind: match figure.kind {
                FigureKind::Count => "count",
                FigureKind::Rate => "rate",
                FigureKind::Share => "share",
            },
            scale: figure.scale,
            numerator: figure.numerator.into(),
            denominator: figure.denominator.map(Into::into),
            of_people: figure.of_people,
            of_period: figure.of_period,
        }
    }
}

/// The modules, and of each what the reader may use: layers, kinds of things, pages, permissions.
#[utoipa::path(get, path = "/api/modules", tag = "map",
    responses((status = 200, body = Manifest), (status = 401, body = Problem)))]
async fn read_manifest(State(declared): State<DeclaredModules>, actor: Actor) -> Json<Manifest> {
    let open = |group: &Group| {
        let pages = declared.modules.iter().flat_map(|module| module.pages);
        pages.filter(|page| may_open(page, &actor)).any(|page| page.place.is_some_and(|(of, _)| of == *group))
    };
    let groups = Group::ALL.into_iter().filter(open);
    Json(Manifest {
        groups: groups.map(|group| ManifestGroup { name: group.name(), title: group.title().into() }).collect(),
        modules: declared.modules.iter().map(|module| share(module, &actor)).collect(),
    })
}

/// Returns true if the reader may open a page.
fn may_open(page: &Page, actor: &Actor) -> bool {
    may_any(page.permissions, actor)
}

/// Returns true if the actor holds one of these permissions, or none is asked for.
fn may_any(permissions: &[Permission], actor: &Actor) -> bool {
    permissions.is_empty() || permissions.iter().any(|one| actor.may(*one))
}

/// What of a module is the reader's.
fn share(module: &Module, actor: &Actor) -> ManifestModule {
    let permissions = module.permissions.iter().filter(|one| actor.may(**one));
    let layers = module.layers.iter().filter(|layer| actor.may(layer.permission));
    let pages = module.pages.iter().filter(|page| may_open(page, actor));
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
                        title: property.title.map(Into::into),
                        codes: property.codes.map(|table| table.name),
                        near: property.near,
                    })
                    .collect(),
                group: layer.stacked.0.name(),
                place: layer.stacked.1,
                colour: layer.colour,
                shown_at_first: layer.shown_at_first,
                parts: layer
                    .parts
                    .iter()
                    .map(|part| ManifestPart { name: part.name, title: part.title.into() })
                    .collect(),
                residents: layer.residents,
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
            .map(|page| ManifestPage {
                path: page.path,
                title: page.title.into(),
                group: page.place.map(|(group, _)| group.name()),
                place: page.place.map(|(_, place)| place),
                on_phones: page.on_phones,
            })
            .collect(),
        figures: module.figures.iter().map(Into::into).collect(),
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

/// A form: the JSON Schema of what may be filled in, and a layout that says how it is asked for. What is filled in is checked
/// by the same schema when it arrives.
#[utoipa::path(get, path = "/api/forms/{name}", tag = "map", params(("name" = String, Path, description = "The form: `agency`")),
    responses((status = 200, body = FormDocument), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn read_form(
    State(declared): State<DeclaredModules>,
    actor: Actor,
    Path(name): Path<String>,
) -> Result<Json<FormDocument>> {
    let mut forms = declared.modules.iter().flat_map(|module| module.forms);
    let form = forms.find(|form| form.name == name && may_any(form.permissions, &actor));
    let form = form.ok_or_else(|| Error::not_found("没有这张表单。", "There is no such form."))?;
    Ok(Json(form.form().clone()))
}
