//! `gridhall doctor`: is everything as it has to be?

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::{
    app,
    kernel::{
        clock::Clock,
        config::Config,
        db::{Database, LEAKPROOF, MIGRATIONS},
        files::{self, Files},
    },
    layers::{Memory, Position},
    spatial::{mercator::Point, scope::Scope},
};

const LEAST_DISK: u64 = 2 << 30;
/// Units of integer web-mercator by which a place may differ after rounding: 2 cm.
const CLOSE: u32 = 2;

/// As many files that are wrong are named.
const MOST_SAID: usize = 10;

/// What was looked at, and what is wrong with it.
#[derive(Default)]
struct DoctorFindings {
    wrong: Vec<String>,
}

impl DoctorFindings {
    fn check(&mut self, what: &str, found: Result<String>) {
        match found {
            Ok(note) => println!("ok     {what}: {note}"),
            Err(error) => {
                println!("WRONG  {what}: {error:#}");
                self.wrong.push(what.to_owned());
            }
        }
    }
}

pub(super) async fn run(config: &Config) -> Result<()> {
    let mut findings = DoctorFindings::default();
    let database = Database::open(config).await?;
    findings
        .check("database", Ok(if database.runs_cluster() { "started for this check" } else { "running" }.to_owned()));
    let mut conn = database.owner().await?;
    findings.check("versions", versions(&mut conn).await);
    findings.check("migrations", migrations(&mut conn).await);
    findings.check("leakproof operators", leakproof(&mut conn).await);
    findings.check("indexes", indexes(&mut conn).await);
    findings.check("row-level security", security(&mut conn).await);
    findings.check("disk", disk(&config.data));
    findings.check("files", attachments(&mut conn, &Files::of_data(&config.data)).await);
    let db = database.app();
    let memory = Memory::new(&app::layers(app::modules()), &Clock::default());
    match memory.load(&db).await {
        Err(error) => findings.check("memory", Err(error)),
        Ok(loaded) => {
            for held in memory.layers() {
                findings.check(
                    &format!("layer {} in memory", held.def.name),
                    compare(&mut conn, &memory, held.def.name, loaded).await,
                );
            }
        }
    }
    db.close().await;
    conn.close().await.ok();
    database.close().await?;
    if findings.wrong.is_empty() {
        println!("everything is as it has to be");
        Ok(())
    } else {
        bail!("wrong: {}", findings.wrong.join(", "))
    }
}

/// Reads every file that hangs on a record, and compares it with what the database says of it.
async fn attachments(conn: &mut PgConnection, files: &Files) -> Result<String> {
    const AT_ONCE: i64 = 500;
    let (mut after, mut count, mut bytes) = (String::new(), 0_u64, 0_i64);
    let mut wrong = Vec::new();
    loop {
        let kept = files::kept(&mut *conn, &after, AT_ONCE).await?;
        let Some(last) = kept.last() else { break };
        after.clone_from(&last.key);
        for file in &kept {
            count += 1;
            bytes += file.size;
            match files.copy(&file.key, "", &mut std::io::sink()).await {
                Ok(Some(digest)) if digest == file.sha256 => {}
                Ok(Some(_)) => wrong.push(format!("{} isn't what was kept", file.key)),
                Ok(None) => wrong.push(format!("{} is missing", file.key)),
                Err(error) => wrong.push(format!("{}: {error}", file.key)),
            }
        }
    }
    if wrong.is_empty() {
        return Ok(format!("{count} of {} MiB, all as they were kept", bytes >> 20));
    }
    let more = wrong.len().saturating_sub(MOST_SAID);
    wrong.truncate(MOST_SAID);
    bail!("{}{}", wrong.join("; "), if more > 0 { format!("; and {more} more") } else { String::new() })
}

async fn versions(conn: &mut PgConnection) -> Result<String> {
    let (server, postgis): (String, Option<String>) = sqlx::query_as(
        "select current_setting('server_version'), (select extversion from pg_extension where extname = 'postgis')",
    )
    .fetch_one(conn)
    .await?;
    let postgis = postgis.context("the extension postgis is missing: create extension postgis")?;
    let major: u32 = server.split('.').next().and_then(|major| major.trim().parse().ok()).unwrap_or(0);
    if major < 15 {
        bail!("PostgreSQL {server} is older than 15");
    }
    Ok(format!("PostgreSQL {server}, PostGIS {postgis}"))
}

async fn migrations(conn: &mut PgConnection) -> Result<String> {
    let done: Vec<(i64, bool, Vec<u8>)> =
        sqlx::query_as("select version, success, checksum from _sqlx_migrations order by version")
            .fetch_all(conn)
            .await?;
    for migration in MIGRATIONS.iter() {
        match done.iter().find(|(version, ..)| *version == migration.version) {
            None => bail!("{} is missing: gridhall migrate", migration.version),
            Some((_, false, _)) => bail!("{} broke off", migration.version),
            Some((_, _, checksum)) if checksum.as_slice() != &*migration.checksum => {
                bail!("{} is another than this program's", migration.version)
            }
            Some(_) => {}
        }
    }
    Ok(format!("{} done", done.len()))
}

async fn leakproof(conn: &mut PgConnection) -> Result<String> {
    for function in LEAKPROOF {
        let marked: bool = sqlx::query_scalar("select proleakproof from pg_proc where oid = to_regprocedure($1)")
            .bind(*function)
            .fetch_one(&mut *conn)
            .await
            .with_context(|| format!("{function} isn't there"))?;
        if !marked {
            bail!("{function} isn't marked (a dump and restore drops it): alter function {function} leakproof");
        }
    }
    Ok(format!("{} marked", LEAKPROOF.len()))
}

async fn indexes(conn: &mut PgConnection) -> Result<String> {
    let broken: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid where not i.indisvalid",
    )
    .fetch_all(&mut *conn)
    .await?;
    if !broken.is_empty() {
        bail!("not valid: {}; reindex them", broken.join(", "));
    }
    for def in app::layers(app::modules()) {
        let there: bool = sqlx::query_scalar(
            "select exists (select from pg_indexes where schemaname = 'public' and tablename = $1 and indexdef like '% USING gist (geom%')",
        )
        .bind(def.table.name)
        .fetch_one(&mut *conn)
        .await?;
        if !there {
            bail!("{} has no spatial index: create index on {0} using gist (geom)", def.table.name);
        }
    }
    Ok("every layer's table has its spatial index".to_owned())
}

async fn security(conn: &mut PgConnection) -> Result<String> {
    let open: Vec<String> = sqlx::query_scalar(
        "select distinct t.relname::text from pg_class t join pg_attribute a on a.attrelid = t.oid
         where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace and a.attname = 'region' and not a.attisdropped
           and t.relname not in ('change', 'audit_entry') and not t.relrowsecurity",
    )
    .fetch_all(&mut *conn)
    .await?;
    if !open.is_empty() {
        bail!("off for {}", open.join(", "));
    }
    let owns: bool = sqlx::query_scalar(
        "select exists (select from pg_class where relowner = any('{gridhall_app,gridhall_one,gridhall_several,gridhall_wide}'::regrole[]))",
    )
    .fetch_one(conn)
    .await?;
    if owns {
        bail!("the application's role owns something; it would not be bound there");
    }
    Ok("on for every table with a region; the application's roles own nothing".to_owned())
}

fn disk(data: &Path) -> Result<String> {
    if !data.exists() {
        return Ok("no data folder".to_owned());
    }
    let stat = nix::sys::statvfs::statvfs(data)?;
    let free = stat.blocks_available() * stat.fragment_size();
    if free < LEAST_DISK {
        bail!("{} MiB free; at least {} are needed", free >> 20, LEAST_DISK >> 20);
    }
    Ok(format!("{} GiB free", free >> 30))
}

/// Compares a layer feature by feature with what SQL says of it. What has changed since memory was loaded, with the
/// server going on beside, is left out.
async fn compare(conn: &mut PgConnection, memory: &Memory, name: &str, loaded: Position) -> Result<String> {
    let (_, held) = memory.layer(name).context("no such layer")?;
    let sql = format!(
        "select id, region, st_xmin(geom) w, st_ymin(geom) s, st_xmax(geom) e, st_ymax(geom) n from layer.\"{name}\""
    );
    let (mut there, mut differ) = (HashSet::new(), BTreeMap::new());
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *conn);
    while let Some(row) = rows.try_next().await? {
        let id: i64 = row.get(0);
        there.insert(id);
        let layer = held.read();
        let Some(view) = layer.get(id) else {
            differ.insert(id, format!("{id} is missing in memory"));
            continue;
        };
        if view.region() != row.get::<i64, _>(1) {
            differ.insert(id, format!("{id} stands in {} in memory", view.region()));
        }
        let (low, high) = (Point::from_lonlat(row.get(2), row.get(5)), Point::from_lonlat(row.get(4), row.get(3)));
        let own = view.bounds();
        let pairs = [(own.min_x, low.x), (own.min_y, low.y), (own.max_x, high.x), (own.max_y, high.y)];
        if pairs.iter().any(|(a, b)| a.abs_diff(*b) > CLOSE) {
            differ.insert(id, format!("{id} lies elsewhere in memory"));
        }
    }
    drop(rows);
    held.read().visit_by_id(i64::MIN, &Scope::everything(), |view| {
        if !there.contains(&view.id()) {
            differ.insert(view.id(), format!("{} is in memory only", view.id()));
        }
        true
    });
    let changed: Vec<i64> =
        sqlx::query_scalar("select distinct id from change where layer = $1 and xid >= $2::text::xid8")
            .bind(name)
            .bind(loaded.xid().to_string())
            .fetch_all(conn)
            .await?;
    for id in changed {
        differ.remove(&id);
    }
    if let Some(first) = differ.values().next() {
        bail!("{first}, and {} more differ", differ.len() - 1);
    }
    Ok(format!("{} the same", there.len()))
}
