//! `gridhall backup` and `gridhall restore`: database, files, keys and settings as one point.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Component, Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Connection, Row};

use crate::kernel::{
    config::Config,
    db::Database,
    files::{BACKUP_LOCK, Files},
    text::hex,
};

#[derive(Args)]
pub(super) struct Backup {
    /// The folder to make; it mustn't be there yet.
    to: PathBuf,
}

#[derive(Args)]
pub(super) struct Restore {
    /// The folder that `gridhall backup` made.
    from: PathBuf,
}

/// What a backup holds.
#[derive(Debug, Deserialize, Serialize)]
struct Contents {
    /// How the folder is laid out: 1.
    format: u32,
    /// The program that made it.
    program: String,
    /// When, RFC 3339.
    made_at: String,
    /// SHA-256 by the path within the folder.
    files: BTreeMap<PathBuf, String>,
}

const FORMAT: u32 = 1;
const CONTENTS: &str = "contents.json";
const DUMP: &str = "database.dump";
/// Keys, settings and anchors of the data folder.
const SETTINGS: &str = "settings";
const FILES: &str = "files";

/// Makes a backup while the server runs or doesn't.
pub(super) async fn backup(config: &Config, args: Backup) -> Result<()> {
    let to = args.to;
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&to)
        .with_context(|| format!("{} can't be made; a backup is a folder of its own", to.display()))?;
    let mut contents = Contents {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: Utc::now().to_rfc3339(),
        files: BTreeMap::new(),
    };
    // First: an anchor mustn't know of a seal that the database of the backup doesn't have.
    copy_settings(&config.data, &to, &mut contents)?;
    let database = Database::open(config).await?;
    let copied = copy(config, &database, &to, &mut contents).await;
    database.close().await?;
    let (count, bytes) = copied?;
    let said = serde_json::to_vec_pretty(&contents)?;
    // Last, and whole at once: without it a folder is no backup.
    write_new(&to.join("contents.part"), &said)?;
    fs::rename(to.join("contents.part"), to.join(CONTENTS))?;
    File::open(&to)?.sync_all()?;
    println!("{}: the database and {count} files of {} MiB", to.display(), bytes >> 20);
    Ok(())
}

async fn copy(config: &Config, database: &Database, to: &Path, contents: &mut Contents) -> Result<(usize, u64)> {
    let mut conn = database.owner().await?;
    // Until it is done no content is taken away whose row goes meanwhile.
    sqlx::query("select pg_advisory_lock($1)").bind(BACKUP_LOCK).execute(&mut conn).await?;
    let mut tx = conn.begin_with("begin isolation level repeatable read, read only").await?;
    let snapshot: String = sqlx::query_scalar("select pg_export_snapshot()").fetch_one(&mut *tx).await?;
    let dump = to.join(DUMP);
    let options = ["--format=custom", "--compress=5", "--snapshot", &snapshot, "--file"];
    let dumping = program(database, "pg_dump")?.args(options).arg(&dump).status();
    ensure!(dumping.context("pg_dump can't be started")?.success(), "pg_dump failed; it said why above");
    fs::set_permissions(&dump, fs::Permissions::from_mode(0o600))?;
    File::open(&dump)?.sync_all()?;
    contents.files.insert(DUMP.into(), digest(&dump)?);
    let rows = sqlx::query(
        "select key, sha256 from attachment union all select key, sha256 from upload where finished_at is not null",
    )
    .fetch_all(&mut *tx)
    .await?;
    let files = Files::of_data(&config.data);
    let mut bytes = 0;
    for row in &rows {
        let (key, known): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        for (name, whole) in files.contents(&key).await? {
            if name == key {
                ensure!(
                    Sha256::digest(&whole).as_slice() == known,
                    "file {key} isn't what was kept; see gridhall doctor"
                );
            }
            let path = PathBuf::from(FILES).join(&key[..2]).join(name);
            let place = to.join(&path);
            fs::create_dir_all(place.parent().unwrap_or(to))?;
            write_new(&place, &whole)?;
            bytes += whole.len() as u64;
            contents.files.insert(path, hex(&Sha256::digest(&whole)));
        }
    }
    tx.commit().await?;
    conn.close().await.ok();
    Ok((rows.len(), bytes))
}

/// Keys, settings and anchors lie at the top of the data folder; locks and what is only on its way to the database don't count.
fn copy_settings(data: &Path, to: &Path, contents: &mut Contents) -> Result<()> {
    fs::create_dir(to.join(SETTINGS))?;
    for entry in fs::read_dir(data).with_context(|| format!("{} can't be read", data.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if !entry.file_type()?.is_file() || text.ends_with(".lock") || text.starts_with("audit-journal-") {
            continue;
        }
        let path = PathBuf::from(SETTINGS).join(&name);
        write_new(&to.join(&path), &fs::read(entry.path())?)?;
        fs::set_permissions(to.join(&path), entry.metadata()?.permissions())?;
        contents.files.insert(path.clone(), digest(&to.join(&path))?);
    }
    Ok(())
}

/// Brings a backup back into a data folder that holds nothing yet.
pub(super) async fn restore(config: &Config, args: Restore) -> Result<()> {
    let from = args.from;
    let said = fs::read(from.join(CONTENTS)).with_context(|| {
        format!("{} holds no {CONTENTS}: it is no backup, or one that was never finished", from.display())
    })?;
    let contents: Contents = serde_json::from_slice(&said).with_context(|| format!("{CONTENTS} can't be read"))?;
    ensure!(contents.format == FORMAT, "the backup has format {}; this program reads {FORMAT}", contents.format);
    for (path, known) in &contents.files {
        let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_inside, "{CONTENTS} names {}, which lies outside the backup", path.display());
        let found = digest(&from.join(path)).with_context(|| format!("{} is missing", path.display()))?;
        ensure!(found == *known, "{} isn't what was written; nothing was restored", path.display());
    }
    ensure!(
        config.database_url.is_none(),
        "a backup is restored into the private database of a data folder; into another with pg_restore (docs/backup.md)"
    );
    let is_empty = fs::read_dir(&config.data).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} isn't empty; a backup is restored into a new data folder", config.data.display());
    // Before anything else opens the folder: they are its keys.
    fs::create_dir_all(&config.data)?;
    let files = Files::of_data(&config.data);
    for path in contents.files.keys() {
        let place = match path.strip_prefix(SETTINGS) {
            Ok(name) => config.data.join(name),
            Err(_) => match path.strip_prefix(FILES) {
                Ok(name) => files.whole().context("there is no data folder")?.join(name),
                Err(_) => continue,
            },
        };
        fs::create_dir_all(place.parent().unwrap_or(&config.data))?;
        write_new(&place, &fs::read(from.join(path))?)?;
        fs::set_permissions(&place, fs::metadata(from.join(path))?.permissions())?;
    }
    let database = Database::open(config).await?;
    let filled = fill(&database, &from.join(DUMP)).await;
    database.close().await?;
    filled.context("the database wasn't restored; empty the data folder before another try")?;
    // What is newer than the backup is brought in, and marks that a dump drops are set anew.
    let database = Database::open(config).await?;
    database.close().await?;
    println!("restored what was backed up at {}; gridhall doctor compares all of it", contents.made_at);
    Ok(())
}

async fn fill(database: &Database, dump: &Path) -> Result<()> {
    let mut conn = database.owner().await?;
    let is_used: bool = sqlx::query_scalar("select exists (select from region) or exists (select from attachment)")
        .fetch_one(&mut conn)
        .await?;
    conn.close().await.ok();
    ensure!(!is_used, "the database holds a city already; a backup is restored into an empty one");
    database.empty().await?;
    let options = ["--exit-on-error", "--single-transaction", "--no-password", "--dbname"];
    let url = database.administrator_url()?;
    let status = database.program("pg_restore")?.args(options).arg(url).arg(dump).status();
    ensure!(status.context("pg_restore can't be started")?.success(), "pg_restore failed; it said why above");
    Ok(())
}

/// A program of `PostgreSQL`, connected as the owner.
fn program(database: &Database, name: &str) -> Result<Command> {
    let mut command = database.program(name)?;
    command.args(["--no-password", "--dbname", database.url()]);
    Ok(command)
}

fn digest(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 20];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&part[..read]),
        }
    }
}

/// Writes a file that isn't there yet, for its owner alone, down to the disk.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} can't be written", path.display()))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
