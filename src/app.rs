//! The table of contents: every module of the product, and the server that they fold into.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::SizeAbove};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    kernel::{
        actor::Actor,
        app::{App, Declarations, DeclaredPermission},
        error::Error,
        extract::Public,
        http::{MAX_JSON, OuterLayer, outer, page_policy},
        jobs::Worker,
        pages::Pages,
    },
    layers::LayerDef,
    manifest,
    map::{self, Server},
    metrics,
    modules::{
        Module, audit, calendar, cases, certificates, directory, files, identity, messages, regions, saved, scim,
        search, sso, tasks, wall,
    },
    openapi,
};

/// An answer that fits a packet arrives no sooner for being smaller, and costs a compressor.
const ONE_PACKET: u64 = 1_400;

/// The modules, in the order in which the product lists them: one may use what those before it show.
static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
    vec![
        identity::module(),
        certificates::module(),
        sso::module(),
        scim::module(),
        regions::module(),
        calendar::module(),
        files::module(),
        directory::module(),
        cases::module(),
        tasks::module(),
        saved::module(),
        messages::module(),
        search::module(),
        wall::module(),
        audit::module(),
    ]
});

/// The modules of the product.
#[must_use]
pub fn modules() -> &'static [Module] {
    &MODULES
}

/// Every map layer of the modules.
#[must_use]
pub fn layers(modules: &[Module]) -> Vec<&'static LayerDef> {
    modules.iter().flat_map(|module| module.layers).collect()
}

/// The page of the API's document, among the web's files.
const API_PAGE: &str = "api.html";

/// Pages that are no module's own: home, and the one that shows the look of everything else.
const OWN_PAGES: [&str; 2] = ["/", "/design"];

/// What the modules declare that the kernel must know.
#[must_use]
pub fn declarations(modules: &[Module]) -> Declarations {
    let permissions = |module: &Module| {
        let title = module.title;
        module.permissions.iter().map(move |&permission| DeclaredPermission { module: title, permission })
    };
    Declarations {
        permissions: modules.iter().flat_map(permissions).collect(),
        pages: modules.iter().flat_map(|module| module.pages).map(|page| page.path).chain(OWN_PAGES).collect(),
    }
}

/// The names of every permission that the modules declare.
#[must_use]
pub fn permission_names(modules: &[Module]) -> Vec<&'static str> {
    modules.iter().flat_map(|module| module.permissions).map(|one| one.name).collect()
}

/// The server's routes, and the document that describes them.
pub fn router(server: &Server, modules: &'static [Module]) -> (Router, OpenApi) {
    let mut described = OpenApiRouter::with_openapi(openapi::document()).merge(map::routes());
    for module in modules {
        described = described.merge((module.routes)(server, modules));
    }
    described = described.merge(manifest::routes(&server.app, modules));
    let (router, mut api) = described.with_state(server.clone()).split_for_parts();
    let (tiles, tile_api) = map::tile_route().with_state(server.clone()).split_for_parts();
    api.merge(tile_api);
    openapi::complete(&mut api);
    openapi::add_sections(&mut api, modules.iter().flat_map(|module| module.layers));

    let docs = Arc::new(Docs { app: server.app.clone(), json: api.to_json().unwrap_or_default() });
    let service = Router::new()
        .route("/healthz", get(async |_: Public| "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::read))
        .with_state(server.clone())
        .merge(
            Router::new()
                .route("/api/openapi.json", get(openapi_json))
                .route("/api/docs", get(docs_html))
                .with_state(docs),
        );
    let policy = page_policy(server.map.basemaps.origins());
    let pages = server.app.pages.clone();
    let router = router
        .merge(service)
        .fallback(async move |uri: Uri, headers: HeaderMap| {
            ([(header::CONTENT_SECURITY_POLICY, policy.clone())], pages.serve(&uri, &headers))
        })
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(ONE_PACKET).and(DefaultPredicate::new())))
        .layer(DefaultBodyLimit::max(MAX_JSON))
        .layer(from_fn_with_state(
            OuterLayer {
                open_to_sites: modules.iter().flat_map(|module| module.open_to_sites).copied().collect(),
                ..server.app.around()
            },
            outer,
        ))
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
        // Tiles go past these layers: on their way every microsecond counts.
        .merge(tiles.method_not_allowed_fallback(map::tiles::no_such_method));
    (router, api)
}

/// What does the modules' background work.
#[must_use]
pub fn worker(app: &App, modules: &[Module]) -> Worker {
    Worker::new(app.clone(), modules.iter().flat_map(|module| module.jobs).copied().collect())
}

/// What is served at the port where browsers are asked for a certificate.
#[must_use]
pub fn certificate_port(server: &Server, modules: &[Module]) -> Option<Router> {
    modules.iter().find_map(|module| module.certificate_port).map(|port| port(server))
}

async fn ready(State(server): State<Server>, _: Public) -> Response {
    let map = &server.map;
    if server.app.db.storage().full_for().is_some() {
        return ([(header::RETRY_AFTER, "60")], (StatusCode::SERVICE_UNAVAILABLE, "the disk is full\n"))
            .into_response();
    }
    if map.memory.is_ready() {
        (StatusCode::OK, "ready\n").into_response()
    } else {
        ([(header::RETRY_AFTER, "1")], (StatusCode::SERVICE_UNAVAILABLE, "loading\n")).into_response()
    }
}

struct Docs {
    app: App,
    json: String,
}

impl axum::extract::FromRef<Arc<Docs>> for crate::kernel::auth::Auth {
    fn from_ref(docs: &Arc<Docs>) -> Self {
        docs.app.auth.clone()
    }
}

async fn openapi_json(State(docs): State<Arc<Docs>>, _: Actor) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], docs.json.clone()).into_response()
}

async fn docs_html(_: Actor, headers: HeaderMap) -> Response {
    Pages::file(API_PAGE, &headers)
}
