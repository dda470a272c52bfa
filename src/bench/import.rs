//! Import of all people from CSV, against a bare `COPY` of the same rows.

use std::{fs::File, io::Read, time::Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{
    app,
    kernel::{db::Database, text::Language},
    map::transfer::{self, Format, Options, Selection},
};

/// The columns that a bare `COPY` loads: what import fills, without what it has to work out first.
const COLUMNS: &str = "id, region, name, initials, sex, birth, citizen_id, ethnic, relation_code, category, service, \
                       phone, source, updated_at, geom";

pub(super) async fn run(database: &Database) -> Result<Value> {
    let def =
        app::layers(app::modules()).into_iter().find(|def| def.name == "person").context("there are no people")?;
    let folder = tempfile::tempdir()?;
    let mut conn = database.owner().await?;

    // The same people twice: as other programs would send them, and as COPY takes them.
    let path = folder.path().join("people.csv");
    let selection = Selection { sensitive: true, owner: true, ..Selection::default() };
    let mut tx = conn.begin().await?;
    let people = transfer::export(&mut tx, def, Format::Csv, selection, File::create(&path)?)
        .await
        .map_err(|error| anyhow::anyhow!("{:?}", error.problem(Language::English, None).detail))?
        .records;
    tx.rollback().await?;
    let rows = folder.path().join("rows.csv");
    dump(&mut conn, &rows).await?;

    let bare = copy(&mut conn, &rows, "create table bench_person (like person including defaults)").await?;
    let indexed = copy(&mut conn, &rows, "create table bench_person (like person including all)").await?;

    let mut tx = conn.begin().await?;
    sqlx::raw_sql("truncate person").execute(&mut *tx).await?;
    let options = Options { name: "people.csv".to_owned(), owner: true, ..Options::default() };
    let started = Instant::now();
    let report = transfer::import(&mut tx, def, &path, &options, &|_| {})
        .await
        .map_err(|error| anyhow::anyhow!("{:?}", error.problem(Language::English, None).detail))?;
    let import = started.elapsed().as_secs_f64();
    tx.rollback().await?;
    let options = Options { dry_run: true, ..options };
    let mut tx = conn.begin().await?;
    let started = Instant::now();
    transfer::import(&mut tx, def, &path, &options, &|_| {})
        .await
        .map_err(|error| anyhow::anyhow!("{:?}", error.problem(Language::English, None).detail))?;
    let dry = started.elapsed().as_secs_f64();
    tx.rollback().await?;
    conn.close().await.ok();

    println!("{people} people from CSV; {} taken, {} refused", report.inserted, report.refused);
    println!("{:<52} {bare:>8.2} s", "bare COPY, no index");
    println!("{:<52} {indexed:>8.2} s", "bare COPY into a table with the same indexes");
    println!("{:<52} {dry:>8.2} s", "read, checked and placed (dry run)");
    println!("{:<52} {import:>8.2} s", "import: checked, placed, indexed");
    println!("import is {:.2} times a bare COPY, {:.2} times one with indexes", import / bare, import / indexed);
    Ok(json!({"people": people, "copy_s": bare, "copy_indexed_s": indexed, "dry_run_s": dry, "import_s": import}))
}

/// Writes the people as `COPY` writes them.
async fn dump(conn: &mut PgConnection, path: &std::path::Path) -> Result<()> {
    use futures::TryStreamExt;
    use std::io::Write;
    let mut out = std::io::BufWriter::new(File::create(path)?);
    let mut stream = conn.copy_out_raw(&format!("copy person ({COLUMNS}) to stdout (format csv)")).await?;
    while let Some(piece) = stream.try_next().await? {
        out.write_all(&piece)?;
    }
    Ok(out.flush()?)
}

/// Seconds to copy the rows into a table made by a statement, which goes again.
async fn copy(conn: &mut PgConnection, rows: &std::path::Path, table: &'static str) -> Result<f64> {
    let mut tx = conn.begin().await?;
    sqlx::raw_sql(AssertSqlSafe(table)).execute(&mut *tx).await?;
    let started = Instant::now();
    let mut copy = tx.copy_in_raw(&format!("copy bench_person ({COLUMNS}) from stdin (format csv)")).await?;
    let mut file = File::open(rows)?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        copy.send(&buffer[..count]).await?;
    }
    copy.finish().await?;
    let seconds = started.elapsed().as_secs_f64();
    tx.rollback().await?;
    Ok(seconds)
}
