//! The database: the owner's side (cluster, roles, migrations) and the application's (scoped, audited transactions).

mod cluster;
pub mod copy;
mod lease;
mod storage;

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use cluster::{Cluster, INSTALL};
pub use storage::Storage;

pub use super::audit::{AuditEntry, write_audit};
use lease::Lease;

use super::{
    actor::Actor,
    audit::{Outcome, Written, notes::Notes},
    config::Config,
    error,
    masked::Cleared,
};
use crate::spatial::scope::Scope;

/// The migrations, as they lie in `migrations/`.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Migrations that were edited after they had landed, by the SHA-384 of their earlier texts. A database that was made with
/// one of those is taken; migration 17 brings it to the same schema. No other edit is: `migrations/CHECKSUMS`.
const EARLIER_TEXTS: &[(i64, &str)] = &[
    (11, "1e1cb87ce3f552c50b805b93c6e20d5a1c38d80f486778b5906bebf1b5aac656eb1fa966eb059fcdd0def2ed1abac2ef"),
    (12, "d28bcff6e847bad0f3a11aa49e2e4751d5efdd7f47b271bac5c19f22f7bc7405f79146816be3a8bbab0a8d01f244c50b"),
    (12, "e813dcd6295f3bfd5ed3d7f54de240654a81c381f936e215c84238fd8d4bf5f127de2087ca234e5e292295a6ea208cbf"),
    (15, "bae29f096e4a5082b94799dcbb089132b6f9282582c3a44a127e1464fba9fa588c49c64114b9874708f85e52d822b1ef"),
];

/// `PostGIS` functions behind operators that views of the map use. Unless they are marked, row-level security keeps
/// the spatial index from being used; a dump and restore drops the mark without a word.
pub const LEAKPROOF: &[&str] = &[
    "geometry_overlaps(geometry, geometry)",
    "geometry_contains(geometry, geometry)",
    "geometry_within(geometry, geometry)",
];

/// The connections that the application holds at most.
const CONNECTIONS: u32 = 24;
/// How often it is looked whether a full disk has room again.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(5);

/// How long a transaction may take to begin: more than a moment, and the database is as good as away.
const SILENT: Duration = Duration::from_secs(5);

/// The database as its owner has it: makes, migrates, imports and checks.
pub struct Database {
    cluster: Option<Cluster>,
    owner: PgConnectOptions,
    app: PgConnectOptions,
    url: String,
}

impl Database {
    /// Opens the private cluster of the data folder, or the database that is named, and brings its schema up to date.
    ///
    /// # Errors
    /// When the database isn't there, can't be started, or refuses; the message says what to do.
    pub async fn open(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            let owner = PgConnectOptions::from_str(url).context("DATABASE_URL is not a connection string")?;
            let database = Self { cluster: None, app: owner.clone(), owner, url: url.clone() };
            database.check_named().await?;
            database.migrate().await?;
            return Ok(database);
        }
        let cluster = Cluster::open(&config.data).await?;
        let database = Self {
            owner: cluster.connection("gridhall_owner", Cluster::database()),
            app: cluster.connection("gridhall_server", Cluster::database()),
            url: cluster.owner_url(),
            cluster: Some(cluster),
        };
        if let Some(cluster) = database.cluster.as_ref().filter(|cluster| cluster.is_ours()) {
            let admin = |name: &str| cluster.connection("postgres", name);
            prepare_cluster(&admin("postgres")).await?;
            prepare_database(&admin("postgres"), Cluster::database(), &admin(Cluster::database())).await?;
            database.migrate().await?;
        }
        Ok(database)
    }

    /// Another database's rights are its administrator's to give; says what is missing.
    async fn check_named(&self) -> Result<()> {
        let mut conn = self.owner.connect().await.context("the database in DATABASE_URL can't be reached")?;
        let (postgis, roles): (bool, bool) = sqlx::query_as(
            "select exists (select from pg_extension where extname = 'postgis'),
                    (select count(*) = 4 and bool_and(pg_has_role(oid, 'usage')) from pg_roles where rolname in ('gridhall_app', 'gridhall_one', 'gridhall_several', 'gridhall_wide'))",
        )
        .fetch_one(&mut conn)
        .await?;
        if !postgis {
            conn.execute("create extension if not exists postgis")
                .await
                .context("PostGIS is missing in this database; as a superuser: create extension postgis")?;
        }
        if !roles {
            sqlx::raw_sql(
                "do $$ begin create role gridhall_app nologin; exception when duplicate_object then null; end $$;
                 do $$ begin create role gridhall_one nologin; exception when duplicate_object then null; end $$;
                 do $$ begin create role gridhall_several nologin; exception when duplicate_object then null; end $$;
                 do $$ begin create role gridhall_wide nologin; exception when duplicate_object then null; end $$;
                 grant gridhall_app to gridhall_one, gridhall_several, gridhall_wide;
                 do $$ begin execute format('grant gridhall_app, gridhall_one, gridhall_several, gridhall_wide to %I', current_user); end $$",
            )
            .execute(&mut conn)
            .await
            .context(
                "a role is missing; as a superuser: create role gridhall_app; create role gridhall_one in role gridhall_app; \
                 create role gridhall_several in role gridhall_app; create role gridhall_wide in role gridhall_app; \
                 grant gridhall_app, gridhall_one, gridhall_several, gridhall_wide to <owner>",
            )?;
        }
        for function in LEAKPROOF {
            // An owner who is no superuser can't mark it, and needn't where a superuser has.
            let marked = "select coalesce((select proleakproof from pg_proc where oid = to_regprocedure($1)), false)";
            if sqlx::query_scalar(marked).bind(*function).fetch_one(&mut conn).await? {
                continue;
            }
            let mark = AssertSqlSafe(format!("alter function {function} leakproof"));
            if let Err(error) = sqlx::raw_sql(mark).execute(&mut conn).await {
                tracing::warn!(%error, "{function} can't be marked leakproof; lists in map view will be slow. As a superuser: alter function {function} leakproof");
            }
        }
        conn.close().await.ok();
        Ok(())
    }

    /// Runs the migrations that are missing, as the owner.
    ///
    /// # Errors
    /// When one fails, or when the database is newer than the program.
    pub async fn migrate(&self) -> Result<()> {
        let mut conn = self.owner().await?;
        conn.execute("set client_min_messages = warning").await?;
        accept_earlier_texts(&mut conn).await?;
        MIGRATIONS.run(&mut conn).await.context("the database's schema can't be brought up to date")?;
        conn.close().await.ok();
        Ok(())
    }

    /// A connection as the owner: sees everything, row-level security doesn't bind it.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn owner(&self) -> Result<PgConnection> {
        self.owner.connect().await.context("the database can't be reached")
    }

    /// The owner's connection string.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether this process runs the private cluster.
    #[must_use]
    pub fn runs_cluster(&self) -> bool {
        self.cluster.as_ref().is_some_and(Cluster::is_ours)
    }

    /// The application's side.
    #[must_use]
    pub fn app(&self) -> Db {
        self.app_over(CONNECTIONS)
    }

    /// The application's side over so many connections at most.
    #[must_use]
    pub fn app_over(&self, connections: u32) -> Db {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(3))
            .idle_timeout(Duration::from_mins(5))
            .after_connect(|conn, _| Box::pin(bind(conn)))
            .connect_lazy_with(self.app.clone());
        Db { pool, options: self.app.clone(), notes: Arc::default(), storage: Arc::default() }
    }

    /// Stops the private cluster, if this process runs it.
    ///
    /// # Errors
    /// When it doesn't stop in time.
    pub async fn close(self) -> Result<()> {
        match self.cluster {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}

/// Has a database that was made with an earlier text of a migration carry the checksum of the text that ships.
async fn accept_earlier_texts(conn: &mut PgConnection) -> Result<()> {
    let is_made: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *conn).await?;
    if !is_made {
        return Ok(());
    }
    for &(version, earlier) in EARLIER_TEXTS {
        let Some(migration) = MIGRATIONS.iter().find(|migration| migration.version == version) else { continue };
        sqlx::query("update _sqlx_migrations set checksum = $1 where version = $2 and encode(checksum, 'hex') = $3")
            .bind(&*migration.checksum)
            .bind(version)
            .bind(earlier)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Makes a new connection the application's: its role, an empty scope, limits on every wait.
async fn bind(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "set role gridhall_app; set client_min_messages = error;
         set plan_cache_mode = force_custom_plan; set statement_timeout = '30s'; set lock_timeout = '5s';
         set gridhall.lo1 = '0'; set gridhall.hi1 = '-1'; set gridhall.lo2 = '0'; set gridhall.hi2 = '-1';
         set gridhall.lo3 = '0'; set gridhall.hi3 = '-1'; set gridhall.lo4 = '0'; set gridhall.hi4 = '-1'",
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn prepare_cluster(admin: &PgConnectOptions) -> Result<()> {
    cluster::once(
        admin,
        "do $$ begin
             if not exists (select from pg_roles where rolname = 'gridhall_owner') then
                 create role gridhall_owner login;
             end if;
             if not exists (select from pg_roles where rolname = 'gridhall_app') then
                 create role gridhall_app;
             end if;
             if not exists (select from pg_roles where rolname = 'gridhall_one') then
                 create role gridhall_one in role gridhall_app;
             end if;
             if not exists (select from pg_roles where rolname = 'gridhall_several') then
                 create role gridhall_several in role gridhall_app;
             end if;
             if not exists (select from pg_roles where rolname = 'gridhall_wide') then
                 create role gridhall_wide in role gridhall_app;
             end if;
             if not exists (select from pg_roles where rolname = 'gridhall_server') then
                 create role gridhall_server login noinherit;
             end if;
         end $$;
         grant gridhall_app, gridhall_one, gridhall_several, gridhall_wide to gridhall_owner, gridhall_server",
    )
    .await
}

async fn prepare_database(admin: &PgConnectOptions, name: &str, in_database: &PgConnectOptions) -> Result<()> {
    let mut conn = admin.connect().await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut conn)
        .await?;
    if !there {
        conn.execute(AssertSqlSafe(format!("create database {name} owner gridhall_owner"))).await?;
    }
    conn.close().await.ok();
    let mut statements = "set client_min_messages = warning; create extension if not exists postgis;".to_owned();
    for function in LEAKPROOF {
        statements += &format!("alter function {function} leakproof;");
    }
    cluster::once(in_database, &statements).await
}

/// The application's database: its only door is a transaction that belongs to an actor.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    options: PgConnectOptions,
    notes: Arc<Notes>,
    storage: Arc<Storage>,
}

impl Db {
    /// Begins a transaction that sees and writes what the actor may, and that records what he did.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, actor: &Actor) -> error::Result<Tx> {
        self.begin_within(actor.scope(), actor).await
    }

    async fn begin_within(&self, scope: &Scope, actor: &Actor) -> error::Result<Tx> {
        let begun = async {
            let mut lease = Lease::take(&self.pool).await?;
            lease.begin(&scope_statement(scope, true)).await?;
            Ok::<_, sqlx::Error>(lease)
        };
        // A host that has vanished says nothing at all, and TCP waits for it for a quarter of an hour.
        let lease =
            tokio::time::timeout(SILENT, begun).await.map_err(|_| error::Error::away(&"it doesn't answer"))??;
        Ok(Tx { lease, actor: actor.clone(), entries: Vec::new() })
    }

    /// Begins a transaction that sees the audit as well, for who holds its permission.
    ///
    /// # Errors
    /// 403 without the permission; when the database is away.
    pub async fn begin_audit(&self, actor: &Actor) -> error::Result<Tx> {
        actor.require("audit.read")?;
        let mut tx = self.begin(actor).await?;
        sqlx::query("select set_config('gridhall.audit', 'on', true)").execute(&mut *tx).await?;
        Ok(tx)
    }

    /// Begins a transaction that also sees that there are categories of level 4, for who holds their permission.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_told(&self, actor: &Actor) -> error::Result<Tx> {
        let mut tx = self.begin(actor).await?;
        if actor.may("person.special") {
            set_clearance(&mut tx, "told").await?;
        }
        Ok(tx)
    }

    /// Begins a transaction that reads plain values of sensitive fields: up to level 3, or those of named officers too.
    /// What they are read for is the caller's to record.
    ///
    /// # Errors
    /// 403 without the permission; when the database is away.
    pub async fn begin_cleared(&self, actor: &Actor, special: bool) -> error::Result<(Tx, Cleared)> {
        actor.require("person.clear")?;
        if special {
            actor.require("person.special")?;
        }
        let mut tx = self.begin(actor).await?;
        set_clearance(&mut tx, if special { "special" } else { "plain" }).await?;
        Ok((tx, Cleared::given()))
    }

    /// Records what is done in no transaction: what was refused, or failed. It doesn't wait; what finds no room is counted.
    pub fn note(&self, actor: &Actor, outcome: Outcome, entry: AuditEntry) {
        self.notes.take(self, Written::of(actor, outcome, entry));
    }

    /// Keeps what is noted of reads on the disk, in a folder, from now on; and has written what was left there by a server that
    /// ended before it could.
    ///
    /// # Errors
    /// When the folder can't be written, or the database refuses.
    pub async fn keep_journal(&self, folder: &Path) -> Result<()> {
        self.notes.keep_journal(self, folder).await
    }

    /// Records what is about to be given from memory. Once it returns, neither a crash nor a database that is away loses the
    /// record.
    ///
    /// # Errors
    /// 503 where more waits to be written than may, 507 where the disk is full: then nothing may be given.
    pub async fn note_read(&self, actor: &Actor, entry: AuditEntry) -> error::Result<()> {
        let note = Written::of(actor, Outcome::Done, entry);
        if !self.notes.has_journal() {
            return self.notes.take_read(self, note);
        }
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.notes.take_read(&db, note))
            .await
            .map_err(|error| error::Error::Internal(error.into()))?
    }

    /// The same on a thread that may wait for the disk.
    ///
    /// # Errors
    /// The same.
    pub fn note_read_and_wait(&self, actor: &Actor, entry: AuditEntry) -> error::Result<()> {
        self.notes.take_read(self, Written::of(actor, Outcome::Done, entry))
    }

    /// Records what was refused to somebody of whom nobody knows who it was.
    pub fn note_stranger(&self, entry: AuditEntry) {
        self.notes.take(self, Written::by("anonymous", "", "", Outcome::Denied, entry));
    }

    /// Waits until what was noted is written, a few seconds at most.
    pub async fn settle_notes(&self) {
        self.notes.settle(Duration::from_secs(5)).await;
    }

    /// A transaction of nobody, which sees no business data: for the queue of notes.
    pub(super) async fn plain(&self) -> Result<PlainTx, sqlx::Error> {
        let mut lease = Lease::take(&self.pool).await?;
        lease.begin("").await?;
        Ok(PlainTx(lease))
    }

    /// Whether it was let go of.
    pub(super) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// A connection outside the pool that sees the whole audit and seals it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn auditor(&self) -> Result<PgConnection, sqlx::Error> {
        let mut conn = self.follower().await?;
        sqlx::raw_sql("set gridhall.audit = 'on'").execute(&mut conn).await?;
        Ok(conn)
    }

    /// Begins a transaction for what is an actor's own wherever it stands (his account, his sessions): it sees everything
    /// and is recorded as his.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_for_own(&self, actor: &Actor) -> error::Result<Tx> {
        self.begin_within(&Scope::everything(), actor).await
    }

    /// A connection outside the pool, bound like the others, for the map's followers: it sees everything that they count.
    pub(crate) async fn follower(&self) -> Result<PgConnection, sqlx::Error> {
        let mut conn = self.options.connect().await?;
        bind(&mut conn).await?;
        sqlx::raw_sql("set statement_timeout = '5min'; set gridhall.clearance = 'counts'").execute(&mut conn).await?;
        set_scope(&mut conn, &Scope::everything()).await?;
        Ok(conn)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn ping(&self) -> error::Result<()> {
        Ok(self.plain().await?.commit().await?)
    }

    /// A database that is never asked: for the description of routes.
    #[must_use]
    pub fn unconnected(options: PgConnectOptions) -> Self {
        Self {
            pool: PgPoolOptions::new().connect_lazy_with(options.clone()),
            options,
            notes: Arc::default(),
            storage: Arc::default(),
        }
    }

    /// What is known of the room on the disks.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Looks every few seconds whether a full disk has room again.
    pub async fn watch_storage(self) {
        loop {
            tokio::time::sleep(LOOK_FOR_ROOM).await;
            self.look_for_room().await;
        }
    }

    /// Looks whether a disk that was full has room again, by writing something that doesn't stay. The audit keeps both: that
    /// it was full, and that it no longer is.
    pub async fn look_for_room(&self) {
        let entry = |action: &'static str, detail| AuditEntry { action, object: String::new(), region: 0, detail };
        let system = Actor::system("storage");
        if self.storage.full_for().is_none() {
            return;
        }
        if self.storage.take_note() {
            self.note(&system, Outcome::Failed, entry("storage.full", serde_json::json!({})));
        }
        let written = async {
            let mut tx = self.plain().await?;
            sqlx::query!(
                "insert into storage_probe (filler) select convert_to(repeat(md5(random()::text), 8192), 'utf8')"
            )
            .execute(&mut *tx)
            .await?;
            tx.rollback().await
        };
        if written.await.is_ok()
            && let Some(full) = self.storage.found_room()
        {
            let detail = serde_json::json!({"seconds": full.as_secs()});
            self.note(&system, Outcome::Done, entry("storage.room", detail));
        }
    }

    /// Writes what is noted, then lets go of all connections.
    pub async fn close(&self) {
        self.settle_notes().await;
        self.pool.close().await;
    }
}

/// What of sensitive fields the transaction sees (`migrations/0011_sensitive.sql`).
async fn set_clearance(conn: &mut PgConnection, clearance: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('gridhall.clearance', $1, true)").bind(clearance).execute(conn).await?;
    Ok(())
}

/// From the first to the last region of a county, as codes.
const COUNTY: i64 = 999_999_999;

/// Binds the scope of a connection outside the pool, for as long as it lasts.
async fn set_scope(conn: &mut PgConnection, scope: &Scope) -> Result<(), sqlx::Error> {
    // Made of numbers and of names that stand below.
    sqlx::raw_sql(AssertSqlSafe(scope_statement(scope, false))).execute(conn).await?;
    Ok(())
}

/// The statement that binds a scope by its settings, and by the role whose policies read them best (migration 13).
/// A local one holds until the transaction ends.
fn scope_statement(scope: &Scope, is_local: bool) -> String {
    use std::fmt::Write;
    let mut statement = "select ".to_owned();
    for index in 0..Scope::MAX_RANGES {
        let (low, high) = scope.ranges().get(index).copied().unwrap_or((0, -1));
        let place = index + 1;
        write!(
            statement,
            "set_config('gridhall.lo{place}', '{low}', {is_local}), set_config('gridhall.hi{place}', '{high}', {is_local}), "
        )
        .expect("a text takes what is written");
    }
    let role = match scope.ranges() {
        [] | [_] => "gridhall_one",
        ranges if ranges.iter().any(|(low, high)| high - low >= COUNTY) => "gridhall_wide",
        _ => "gridhall_several",
    };
    statement + &format!("set_config('role', '{role}', {is_local})")
}

/// A transaction of nobody.
pub(super) struct PlainTx(Lease);

impl PlainTx {
    /// Commits it.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }

    /// Takes it back.
    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.0.rollback().await
    }
}

impl Deref for PlainTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0.as_connection()
    }
}

impl DerefMut for PlainTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.connection()
    }
}

/// A transaction of an actor.
pub struct Tx {
    lease: Lease,
    actor: Actor,
    entries: Vec<Written>,
}

impl Tx {
    /// Records what was done; written with the transaction or not at all.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.audit_as(Outcome::Done, entry);
    }

    /// Records what was tried, and what came of it; written with the transaction or not at all.
    pub fn audit_as(&mut self, outcome: Outcome, entry: AuditEntry) {
        self.entries.push(Written::of(&self.actor, outcome, entry));
    }

    /// Records what somebody did who becomes an actor only by it, by his name and key.
    pub fn audit_by(&mut self, name: &str, key: &str, entry: AuditEntry) {
        self.entries.push(Written::by(name, key, "", Outcome::Done, entry));
    }

    /// Commits the changes and their record.
    ///
    /// # Errors
    /// When the database is away or refuses; nothing is written then.
    pub async fn commit(mut self) -> error::Result<()> {
        for entry in std::mem::take(&mut self.entries) {
            entry.write(self.lease.connection()).await?;
        }
        Ok(self.lease.commit().await?)
    }

    /// Takes the changes back, and their record with them.
    ///
    /// # Errors
    /// When the database is away; nothing is written then either.
    pub async fn rollback(self) -> error::Result<()> {
        Ok(self.lease.rollback().await?)
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.lease.as_connection()
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.lease.connection()
    }
}

/// Makes an empty database with the schema and the roles on a cluster whose superuser is given: for tests and benches.
///
/// # Errors
/// When the cluster refuses.
pub async fn make_database(admin: &PgConnectOptions, name: &str) -> Result<()> {
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        bail!("a database's name here is made of a to z, digits and underscores: {name:?}");
    }
    prepare_cluster(admin).await?;
    prepare_database(admin, name, &admin.clone().database(name)).await
}
