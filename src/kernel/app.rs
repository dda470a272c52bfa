//! The application that every module stands on.

use std::sync::Arc;

use super::{
    audit::seal::Sealing, auth::Auth, clock::Clock, db::Db, edge::Edge, files::Files, http::OuterLayer, pages::Pages,
    permission::Permission,
};

/// A permission, with the title of the module that declares it: Chinese, English.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredPermission {
    /// The module's title.
    pub module: (&'static str, &'static str),
    /// The permission.
    pub permission: Permission,
}

/// Database, identities, edge and clock. Cloning it copies references only.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Verifies who asks.
    pub auth: Auth,
    /// How readers reach the server.
    pub edge: Arc<Edge>,
    /// What time it is.
    pub clock: Clock,
    /// Every permission that a module declares.
    pub permissions: Arc<[DeclaredPermission]>,
    /// The web's pages.
    pub pages: Pages,
    /// What people send: photos, recordings, documents.
    pub files: Files,
    /// Seals the audit, where this server does.
    pub sealing: Sealing,
}

/// What modules declare that the kernel must know.
#[derive(Debug, Default)]
pub struct Declarations {
    /// Their permissions.
    pub permissions: Vec<DeclaredPermission>,
    /// Where their pages open.
    pub pages: Vec<&'static str>,
}

impl App {
    /// An application over a database, reached through an edge.
    #[must_use]
    pub fn new(db: Db, edge: Arc<Edge>, declared: Declarations) -> Self {
        let clock = Clock::default();
        Self {
            auth: Auth::new(db.clone()),
            db,
            edge,
            clock,
            permissions: declared.permissions.into(),
            pages: Pages::new(&declared.pages),
            files: Files::default(),
            sealing: Sealing::default(),
        }
    }

    /// The same, keeping files.
    #[must_use]
    pub fn with_files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// What the outer layer around the routes stands on.
    #[must_use]
    pub fn around(&self) -> OuterLayer {
        OuterLayer { db: self.db.clone(), edge: self.edge.clone(), open_to_sites: Arc::default() }
    }
}

impl axum::extract::FromRef<App> for Auth {
    fn from_ref(app: &App) -> Self {
        app.auth.clone()
    }
}
