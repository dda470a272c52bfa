//! The database as its owner has it: cluster, roles, migrations.

use std::{process::Command, str::FromStr};

use anyhow::{Context, Result, bail, ensure};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};

use super::{
    application::Db,
    cluster::{self, Cluster},
};
use crate::kernel::config::Config;

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
        let database = Self::open_as_is(config).await?;
        match &database.cluster {
            None => {
                database.check_named().await?;
                database.migrate().await?;
            }
            Some(cluster) if cluster.is_ours() => {
                let admin = |name: &str| cluster.connection("postgres", name);
                prepare_cluster(&admin("postgres")).await?;
                prepare_database(&admin("postgres"), Cluster::database(), &admin(Cluster::database())).await?;
                database.migrate().await?;
            }
            Some(_) => {}
        }
        Ok(database)
    }

    /// Opens it and changes nothing of it: neither roles nor schema, which may be of an earlier version.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_as_is(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            let owner = PgConnectOptions::from_str(url).context("DATABASE_URL is not a connection string")?;
            return Ok(Self { cluster: None, app: owner.clone(), owner, url: url.clone() });
        }
        let cluster = Cluster::open(&config.data).await?;
        Ok(Self {
            owner: cluster.connection("gridhall_owner", Cluster::database()),
            app: cluster.connection("gridhall_server", Cluster::database()),
            url: cluster.owner_url(),
            cluster: Some(cluster),
        })
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

    /// A program of `PostgreSQL` that belongs to this database.
    ///
    /// # Errors
    /// When it isn't installed.
    pub fn program(&self, name: &str) -> Result<Command> {
        Ok(Command::new(cluster::find_programs()?.join(name)))
    }

    /// The address of who may make everything in the database: the private cluster's superuser, or whoever was named.
    ///
    /// # Errors
    /// When another process runs the private cluster.
    pub fn administrator_url(&self) -> Result<String> {
        match &self.cluster {
            None => Ok(self.url.clone()),
            Some(cluster) if cluster.is_ours() => Ok(self.url.replacen("//gridhall_owner@", "//postgres@", 1)),
            Some(_) => bail!("another process runs the database of this data folder; stop it first"),
        }
    }

    /// Takes away all that is in the database, and the database's own schema with it.
    ///
    /// # Errors
    /// When another process uses it, or the database refuses.
    pub async fn empty(&self) -> Result<()> {
        let Some(cluster) = &self.cluster else {
            bail!("a backup is restored into the private database of a data folder; into another with pg_restore");
        };
        ensure!(cluster.is_ours(), "another process runs the database of this data folder; stop it first");
        let name = Cluster::database();
        let admin = cluster.connection("postgres", "postgres");
        cluster::once(&admin, &format!("drop database {name} with (force)")).await?;
        cluster::once(&admin, &format!("create database {name} owner gridhall_owner template template0")).await
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
        Db::over(self.app.clone(), connections)
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
