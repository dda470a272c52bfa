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
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::Connection;

use super::settings::NAME as SETTINGS_FILE;
use crate::kernel::{
    config::Config,
    db::Database,
    files::{BACKUP_LOCK, Files, SMALL},
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
    // As it is: whoever backs up before an upgrade wants what was there before it.
    let database = Database::open_as_is(config).await?;
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
    // Its transaction waits for as long as the dump and the files take.
    sqlx::raw_sql(
        "set idle_in_transaction_session_timeout = 0; set idle_session_timeout = 0; set statement_timeout = 0",
    )
    .execute(&mut conn)
    .await?;
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
    // An earlier version kept no files.
    let keeps_files: bool =
        sqlx::query_scalar("select to_regclass('attachment') is not null").fetch_one(&mut *tx).await?;
    let mut known: Vec<(String, Vec<u8>)> = Vec::new();
    if keeps_files {
        let all = "select key, sha256 from attachment
                   union all select key, sha256 from upload where finished_at is not null";
        known = sqlx::query_as(all).fetch_all(&mut *tx).await?;
    }
    let files = Files::of_data(&config.data);
    let mut bytes = 0;
    for (key, known) in &known {
        let folder = PathBuf::from(FILES).join(&key[..2]);
        fs::create_dir_all(to.join(&folder))?;
        for part in ["", SMALL] {
            let path = folder.join(format!("{key}{part}"));
            let place = to.join(&path);
            let mut file = create_new(&place)?;
            let Some(found) = files.copy(key, part, &mut file).await? else {
                ensure!(!part.is_empty(), "file {key} is missing; see gridhall doctor");
                fs::remove_file(&place)?;
                continue;
            };
            ensure!(!part.is_empty() || found == *known, "file {key} isn't what was kept; see gridhall doctor");
            file.sync_all()?;
            bytes += file.metadata()?.len();
            contents.files.insert(path, hex(&found));
        }
    }
    tx.commit().await?;
    conn.close().await.ok();
    Ok((known.len(), bytes))
}

/// Keys, settings and anchors lie at the top of the data folder; locks and what is only on its way to the database don't count.
fn copy_settings(data: &Path, to: &Path, contents: &mut Contents) -> Result<()> {
    fs::create_dir(to.join(SETTINGS))?;
    for entry in fs::read_dir(data).with_context(|| format!("{} can't be read", data.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        // What a link leads to counts: a key may lie on another disk.
        let found = fs::metadata(entry.path()).with_context(|| format!("{} can't be read", entry.path().display()))?;
        if !found.is_file() || text.ends_with(".lock") || text.starts_with("audit-journal-") {
            continue;
        }
        let path = PathBuf::from(SETTINGS).join(&name);
        write_new(&to.join(&path), &fs::read(entry.path())?)?;
        fs::set_permissions(to.join(&path), found.permissions())?;
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
    let is_empty = fs::read_dir(&config.data).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} isn't empty; a backup is restored into a new data folder", config.data.display());
    ensure!(
        config.database_url.is_none(),
        "a backup is restored into the private database of a data folder; into another with pg_restore (docs/backup.md)"
    );
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
        let mut file = create_new(&place)?;
        std::io::copy(&mut File::open(from.join(path))?, &mut file)?;
        file.sync_all()?;
        fs::set_permissions(&place, fs::metadata(from.join(path))?.permissions())?;
    }
    set_aside(&config.data)?;
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

/// Settings that name a database are set aside: a copy that is started to be looked at would work on the original.
fn set_aside(data: &Path) -> Result<()> {
    let settings = data.join(SETTINGS_FILE);
    let Ok(text) = fs::read_to_string(&settings) else { return Ok(()) };
    let names_one =
        text.parse::<toml::Table>().is_ok_and(|said| said.get("database").is_some_and(|it| it.get("url").is_some()));
    if names_one {
        let aside = data.join(format!("{SETTINGS_FILE}.of-backup"));
        fs::rename(&settings, &aside)?;
        println!("the settings name a database, which this folder isn't to use: they lie in {}", aside.display());
    }
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

/// A program of `PostgreSQL`, connected as the owner. Everybody on the machine reads its arguments: a password is none of them.
fn program(database: &Database, name: &str) -> Result<Command> {
    let mut command = database.program(name)?;
    let (url, password) = without_password(database.url())?;
    command.args(["--no-password", "--dbname", &url]);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

/// A connection string without its password, and the password.
fn without_password(url: &str) -> Result<(String, Option<String>)> {
    let mut url = reqwest::Url::parse(url).context("DATABASE_URL is not a connection string")?;
    let mut password = url.password().map(|coded| percent_decode_str(coded).decode_utf8_lossy().into_owned());
    let said = url.query().unwrap_or_default().to_owned();
    let (named, others): (Vec<&str>, Vec<&str>) = said.split('&').partition(|one| one.starts_with("password="));
    if let Some((_, coded)) = named.last().and_then(|one| one.split_once('=')) {
        password = Some(percent_decode_str(coded).decode_utf8_lossy().into_owned());
        url.set_query((!others.is_empty()).then(|| others.join("&")).as_deref());
    }
    if url.password().is_some() {
        url.set_password(None).ok();
    }
    Ok((url.into(), password))
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
    let mut file = create_new(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// A file that isn't there yet, for its owner alone.
fn create_new(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).with_context(|| format!("{} can't be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_part_of_what_a_program_is_called_with() {
        let parted = |url: &str| without_password(url).unwrap();
        let some = |password: &str| Some(password.to_owned());
        assert_eq!(
            parted("postgresql://owner:p%40ss@db.example:5432/city?sslmode=require"),
            ("postgresql://owner@db.example:5432/city?sslmode=require".to_owned(), some("p@ss"))
        );
        assert_eq!(
            parted("postgresql://owner@db.example/city?password=p%26s&sslmode=require"),
            ("postgresql://owner@db.example/city?sslmode=require".to_owned(), some("p&s"))
        );
        let socket = "postgresql://owner@%2Fvar%2Frun/city";
        assert_eq!(parted(socket), (socket.to_owned(), None));
    }
}
