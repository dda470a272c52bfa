//! What the tests stand on: a real PostGIS, a small made city in it, and the real routes.
//!
//! One private cluster serves a test run (`./scripts/test` starts it); each test gets a database of its own, cloned
//! from a template that holds the city.

use std::{
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use chrono::{DateTime, Utc};
use gridhall::{
    app,
    demo::{self, Plan},
    kernel::{
        actor::Grant,
        app::App,
        auth,
        config::Config,
        db::{self, Database},
        edge::Edge,
        files::Files,
    },
    layers::Memory,
    map::{Map, Server, TileFastPath, basemaps::BaseMaps},
    modules::Module,
};
use http_body_util::BodyExt;
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tower::ServiceExt;

const TEMPLATE: &str = "gridhall_template";

/// The superuser's connection to the run's cluster.
pub(crate) fn admin() -> PgConnectOptions {
    let url = std::env::var("GRIDHALL_TEST_ADMIN").expect(
        "GRIDHALL_TEST_ADMIN names the superuser's connection of a cluster for tests; ./scripts/test starts one",
    );
    PgConnectOptions::from_str(&url).unwrap()
}

pub(crate) fn owner(name: &str) -> PgConnectOptions {
    admin().username("gridhall_owner").database(name)
}

/// Makes the template, once in a run: the first test that comes makes it while the others wait.
async fn template() {
    let mut conn = admin().connect().await.unwrap();
    sqlx::query("select pg_advisory_lock(3605)").execute(&mut conn).await.unwrap();
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(TEMPLATE)
        .fetch_one(&mut conn)
        .await
        .unwrap();
    if !there {
        let making = format!("{TEMPLATE}_making");
        sqlx::query(AssertSqlSafe(format!("drop database if exists {making}"))).execute(&mut conn).await.unwrap();
        db::make_database(&admin(), &making).await.unwrap();
        let mut owner = owner(&making).connect().await.unwrap();
        db::MIGRATIONS.run(&mut owner).await.unwrap();
        let now: DateTime<Utc> = Utc::now();
        demo::make(&mut owner, &Plan { seed: 1, scale: 0.01, now }, &|_, _, _| {}).await.unwrap();
        owner.close().await.unwrap();
        sqlx::query(AssertSqlSafe(format!("alter database {making} rename to {TEMPLATE}")))
            .execute(&mut conn)
            .await
            .unwrap();
    }
    conn.close().await.unwrap();
}

/// Makes a city of a scale in a database of its own and gives the owner's connection; [`drop_made`] drops it.
pub(crate) async fn made_at(scale: f64) -> (String, PgConnection) {
    let name = format!("m_{:016x}", rand::random::<u64>());
    db::make_database(&admin(), &name).await.unwrap();
    let mut conn = owner(&name).connect().await.unwrap();
    db::MIGRATIONS.run(&mut conn).await.unwrap();
    demo::make(&mut conn, &Plan { seed: 1, scale, now: Utc::now() }, &|_, _, _| {}).await.unwrap();
    (name, conn)
}

/// Drops what [`made_at`] made.
pub(crate) async fn drop_made(name: String, conn: PgConnection) {
    conn.close().await.unwrap();
    let mut admin = admin().connect().await.unwrap();
    sqlx::query(AssertSqlSafe(format!("drop database {name}"))).execute(&mut admin).await.unwrap();
}

/// A small made city with a server before it.
pub(crate) struct City {
    pub(crate) database: Database,
    pub(crate) map: Arc<Map>,
    pub(crate) front: TileFastPath,
    /// The database's name.
    name: String,
    follower: tokio::task::JoinHandle<()>,
}

impl City {
    /// A city of 12,000 people, 2,000 buildings and 3,000 cases.
    pub(crate) async fn small() -> Self {
        Self::reached(Edge::default()).await
    }

    /// The same, reached in a way of its own.
    pub(crate) async fn reached(edge: Edge) -> Self {
        Self::over(edge, 24).await
    }

    /// The same, whose server has so many connections to the database.
    pub(crate) async fn over(edge: Edge, connections: u32) -> Self {
        Self::of((edge, connections), app::modules(), "").await
    }

    /// The same, whose server has these modules, after a migration that the product doesn't have.
    pub(crate) async fn with_modules(modules: &'static [Module], migration: &str) -> Self {
        Self::of((Edge::default(), 24), modules, migration).await
    }

    async fn of((edge, connections): (Edge, u32), modules: &'static [Module], migration: &str) -> Self {
        template().await;
        let name = format!("t_{:016x}", rand::random::<u64>());
        let mut conn = admin().connect().await.unwrap();
        sqlx::query("select pg_advisory_lock(3605)").execute(&mut conn).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("create database {name} template {TEMPLATE} owner gridhall_owner")))
            .execute(&mut conn)
            .await
            .unwrap();
        conn.close().await.unwrap();
        let url = owner(&name).to_url_lossy().to_string();
        let config = Config { data: "unused".into(), database_url: Some(url) };
        let database = Database::open(&config).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(migration.to_owned())).execute(&mut database.owner().await.unwrap()).await.unwrap();
        let (map, front, follower) = server(&database, edge, connections, modules).await;
        Self { database, map, front, name, follower }
    }

    /// The owner's connection, as psql would have it.
    pub(crate) async fn sql(&self) -> PgConnection {
        self.database.owner().await.unwrap()
    }

    /// A token for regions and permissions.
    pub(crate) async fn token(&self, regions: &[&str], permissions: &[&str]) -> String {
        let grant = Grant {
            name: "test".to_owned(),
            regions: regions.iter().map(|region| region.parse().unwrap()).collect(),
            permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
            expires_at: None,
        };
        let (_, secret) = auth::create_token(&mut self.sql().await, &grant).await.unwrap();
        secret.reveal().to_owned()
    }

    /// Lets everybody export plain values without asking: for tests of the files themselves.
    pub(crate) async fn export_freely(&self) {
        let most = "update identity_policy set plain_records = 1000000";
        sqlx::raw_sql(most).execute(&mut self.sql().await).await.unwrap();
    }

    /// A token that sees the whole city and may read everything.
    pub(crate) async fn reader(&self) -> String {
        self.token(&["3605"], &["map.read", "person.read"]).await
    }

    /// Sends a request to the front.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.front.clone().oneshot(request).await.unwrap()
    }

    /// Gets an address with a token.
    pub(crate) async fn get(&self, token: &str, path: &str) -> Response<Body> {
        self.send(request("GET", path, token).body(Body::empty()).unwrap()).await
    }

    /// Gets JSON, whatever the status.
    pub(crate) async fn json(&self, token: &str, path: &str) -> (StatusCode, Value) {
        read_json(self.get(token, path).await).await
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let request = request("POST", path, token).header(header::CONTENT_TYPE, "application/json");
        read_json(self.send(request.body(Body::from(body.to_string())).unwrap()).await).await
    }

    /// What the routes stand on.
    pub(crate) fn server(&self) -> Server {
        Server::new(self.map.clone())
    }

    /// Waits until memory has followed every change that has been committed until now. However busy the machine is: a
    /// transaction of another test holds back what comes after it.
    pub(crate) async fn settle(&self) {
        let marker: (i64, i64) = sqlx::query_as(
            "insert into change (layer, op, id) values ('none', 'upsert', 0) returning (xid::text)::bigint, seq",
        )
        .fetch_one(&mut self.sql().await)
        .await
        .unwrap();
        let reached = || {
            let position = self.map.memory.position();
            (position.xid(), position.seq())
        };
        let deadline = Instant::now() + Duration::from_mins(1);
        while reached() < marker {
            assert!(Instant::now() < deadline, "memory doesn't follow: {:?} of {marker:?}", reached());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Where the servers of this process keep files.
pub(crate) fn files_folder() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("gridhall-files-{}", std::process::id()))
}

/// A server before a database, and the task by which it follows the changes.
pub(crate) async fn server(
    database: &Database,
    edge: Edge,
    connections: u32,
    modules: &'static [Module],
) -> (Arc<Map>, TileFastPath, tokio::task::JoinHandle<()>) {
    let db = database.app_over(connections);
    let files = Files::in_folder(files_folder());
    let app = App::new(db.clone(), Arc::new(edge), app::declarations(modules)).with_files(files);
    let memory = Memory::new(&app::layers(modules), &app.clock);
    let position = memory.load(&db).await.unwrap();
    let follower = tokio::spawn(memory.clone().follow(db, position));
    let map = Arc::new(Map::new(app, memory, 32 << 20, BaseMaps::default()));
    let front = TileFastPath::new(map.clone(), app::router(&Server::new(map.clone()), modules).0);
    (map, front, follower)
}

impl Drop for City {
    /// The database goes with the city: a whole run's would take gigabytes of disk.
    fn drop(&mut self) {
        self.follower.abort();
        let name = std::mem::take(&mut self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut conn = admin().connect().await?;
                sqlx::query(AssertSqlSafe(format!("drop database {name} with (force)"))).execute(&mut conn).await?;
                conn.close().await
            })?;
            anyhow::Ok(())
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("a test's database is left: {error:#}");
        }
    }
}

/// A request with a token; with none when it is empty.
pub(crate) fn request(method: &str, path: &str, token: &str) -> axum::http::request::Builder {
    let builder = Request::builder().method(method).uri(path);
    if token.is_empty() { builder } else { builder.header(header::AUTHORIZATION, format!("Bearer {token}")) }
}

pub(crate) async fn read_json(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub(crate) async fn read_bytes(response: Response<Body>) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}
