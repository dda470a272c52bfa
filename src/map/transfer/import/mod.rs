//! The way of a file's rows into a table.
//!
//! Rows are read, checked and placed on a thread of their own while the database takes in those before, by binary
//! `COPY`: straight into the table where all of them are new, by a temporary table where some are there already.

mod row;

use std::{collections::HashMap, path::Path, sync::Arc};

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use self::row::{Column, Order, Site, Type, Worker, key};
use super::{
    Options, Progress, Report, invalid,
    mapping::{Mapping, Target},
    source::{self, Meter, Source},
};
use crate::{
    kernel::{
        db::copy,
        error::{Error, Result},
        initials::{initials, person_initials},
        text::{Text, text},
    },
    layers::{LayerDef, TableKind, grids},
    spatial::crs::Crs,
};

/// Below this many bytes an empty table is filled like any other: its indexes stay.
const FAST: u64 = 1 << 20;
const STAGE: &str = "gridhall_stage";

/// A file that has been opened, and what its headings mean.
struct Opened {
    source: Box<dyn Source>,
    mapping: Mapping,
    crs: Crs,
    report: Report,
}

/// Opens a file and finds the meaning of its headings.
fn opened(def: &'static LayerDef, file: &Path, options: &Options, meter: &Meter) -> std::result::Result<Opened, Text> {
    let format = match options.format {
        Some(format) => format,
        None => source::recognise(file, &options.name)?,
    };
    let source = source::open(file, format, meter)?;
    let crs = match (options.crs, source.crs()) {
        (Some(crs), _) | (None, Some(Ok(crs))) => crs,
        (None, None) => Crs::Wgs84,
        (None, Some(Err(named))) => {
            return Err(text(
                format!("文件注明的坐标系“{named}”无法识别；请用 crs 指明。"),
                format!(
                    "The coordinate system that the file names, {named:?}, isn't known; say which one it is with crs."
                ),
            ));
        }
    };
    let mapping = Mapping::new(def.table, source.attributes(), |place| source.is_cut(place), &options.map)?;
    let (columns, ignored) = mapping.describe();
    let report = Report {
        format: Some(format),
        encoding: source.encoding(),
        crs: Some(crs),
        columns,
        ignored,
        ..Report::default()
    };
    Ok(Opened { source, mapping, crs, report })
}

pub(super) async fn open_file(
    def: &'static LayerDef,
    file: &Path,
    options: &Options,
    meter: &Meter,
) -> Result<OpenedFile> {
    let (path, asked, counter) = (file.to_owned(), options.clone(), meter.clone());
    let opened = tokio::task::spawn_blocking(move || opened(def, &path, &asked, &counter)).await;
    opened.map_err(|_| unreadable())?.map(OpenedFile).map_err(invalid)
}

/// A file that has been opened; its parts for who reads it otherwise than row by row into a table.
pub(super) struct OpenedFile(Opened);

impl OpenedFile {
    pub(super) fn parts(self) -> (Box<dyn Source>, Mapping, Crs, Report) {
        (self.0.source, self.0.mapping, self.0.crs, self.0.report)
    }
}

/// A reader of files has given up in a way that it shouldn't: the file is at fault, not the server.
fn unreadable() -> Error {
    invalid(text("文件已损坏，无法读取。", "The file is damaged and can't be read."))
}

pub(super) async fn run(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    file: &Path,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report> {
    let table = def.table.name;
    let meter = Meter::default();
    let (source, mapping, crs, report) = open_file(def, file, options, &meter).await?.parts();
    sqlx::raw_sql("set local statement_timeout = '30min'; set local synchronous_commit = on")
        .execute(&mut *conn)
        .await?;
    let grids = Arc::new(grids(conn).await?);
    let empty: bool = sqlx::query_scalar(AssertSqlSafe(format!("select not exists (select from {table})")))
        .fetch_one(&mut *conn)
        .await?;
    let ids = match mapping.source(Target::ExternalId) {
        Some(_) => known(conn, table, "external_id").await?,
        None => HashMap::new(),
    };
    let ImportColumns { written: columns, others, absent } = columns(conn, def, &mapping, !ids.is_empty()).await?;
    let orders = orders(conn, def, &columns, !ids.is_empty()).await?;
    let buildings = match mapping.source(Target::Building) {
        Some(_) => sites(conn).await?,
        None => HashMap::new(),
    };
    let has = |name: &str| others.iter().any(|there| there == name);
    let named = columns.iter().any(|column| def.table.columns[column.index].name == "name");
    let worker = Worker {
        building: mapping.source(Target::Building).is_some() && has("building_id"),
        initials: (named && has("initials")).then_some(if def.residents { person_initials } else { initials }),
        external: mapping.source(Target::ExternalId).is_some(),
        stage: !options.owner || !ids.is_empty(),
        scoped: options.scoped,
        note: format!("import: {}", options.name),
        source,
        mapping,
        def,
        crs,
        grids,
        ids,
        seen: HashMap::new(),
        columns,
        absent,
        orders,
        crs_is_named: options.crs.is_some(),
        buildings,
        report,
    };
    if options.dry_run {
        return copy::rehearse(move |rows| worker.run(rows)).await.map_err(|_| unreadable())?.map_err(invalid);
    }
    let total = std::fs::metadata(file).map(|data| data.len()).unwrap_or_default();
    let report = |rows: u64| progress(Progress { rows, bytes: (meter.get().min(total), total) });
    let (written, stage) = (worker.names(), worker.stage);
    let fast = !stage && empty && total >= FAST;
    let dropped = if fast { Some(copy::prepare(conn, &[table]).await?) } else { None };
    let target = if stage {
        stage_table(conn, table, &written).await?;
        STAGE
    } else {
        table
    };
    let list = if stage { format!("target_id, {}", written.join(", ")) } else { written.join(", ") };
    let report = copy::load(conn, target, &list, &report, move |rows| worker.run(rows)).await.map_err(refused)?;
    let report = report.map_err(invalid)?;
    if stage {
        merge(conn, table, &written).await?;
    }
    if let Some(dropped) = dropped {
        dropped.restore(conn, &[table], || {}).await?;
        sqlx::query("insert into change (layer, op) values ($1, 'reload')").bind(def.name).execute(&mut *conn).await?;
    }
    Ok(report)
}

/// Makes the temporary table. Its types come from the catalogue: who imports may not be cleared to select every column.
async fn stage_table(conn: &mut PgConnection, table: &str, written: &[&str]) -> Result<()> {
    let columns: String = sqlx::query_scalar(
        "select string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ') from pg_attribute \
         where attrelid = $1::regclass and attname::text = any($2)",
    )
    .bind(table)
    .bind(written)
    .fetch_one(&mut *conn)
    .await?;
    let make = format!("create temp table {STAGE} (target_id bigint, {columns}) on commit drop");
    sqlx::raw_sql(AssertSqlSafe(make)).execute(conn).await?;
    Ok(())
}

/// What a database's refusal means to who imports, and a reader that has given up.
fn refused(error: anyhow::Error) -> Error {
    if error.is::<copy::WriterStopped>() {
        return unreadable();
    }
    match error.downcast::<sqlx::Error>() {
        Ok(error) => conflict(error),
        Err(error) => Error::Internal(error),
    }
}

fn conflict(error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        Some("23505") => Error::Conflict(text(
            "有记录与辖区外或刚刚写入的记录编号相同，没有导入任何内容。",
            "A record has the same number as one outside the scope, or one that was written just now; nothing was taken.",
        )),
        Some("23514" | "23502" | "22003") => Error::Conflict(text(
            "有记录不符合数据库的约束，没有导入任何内容。",
            "A record breaks a constraint of the database; nothing was taken.",
        )),
        _ => error.into(),
    }
}

/// Changes the rows that are there and adds the others.
async fn merge(conn: &mut PgConnection, table: &str, written: &[&str]) -> Result<()> {
    let set: String = written
        .iter()
        .filter(|name| !matches!(**name, "geom" | "region" | "external_id"))
        .map(|name| format!("{name} = s.{name}, "))
        .collect();
    let list = written.join(", ");
    let update = format!(
        "update {table} t set {set} region = case when s.geom is null then t.region else s.region end, \
         geom = coalesce(s.geom, t.geom), updated_at = now() from {STAGE} s where t.id = s.target_id"
    );
    let insert = format!("insert into {table} ({list}) select {list} from {STAGE} where target_id is null");
    sqlx::raw_sql(AssertSqlSafe(format!("analyze {STAGE}"))).execute(&mut *conn).await?;
    for statement in [update, insert] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *conn).await.map_err(conflict)?;
    }
    sqlx::raw_sql(AssertSqlSafe(format!("drop table {STAGE}"))).execute(&mut *conn).await?;
    Ok(())
}

/// The columns of a table.
struct ImportColumns {
    /// Those of the registry that are written.
    written: Vec<Column>,
    /// The names of those that the registry doesn't know.
    others: Vec<String>,
    /// Required ones that the file hasn't, by their places in the registry.
    absent: Vec<usize>,
}

/// The columns of a layer's table as the catalogue has them.
async fn columns(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    mapping: &Mapping,
    some_are_there: bool,
) -> Result<ImportColumns> {
    let rows = sqlx::query(
        "select a.attname::text, a.atttypid::regtype::text, a.attnotnull, pg_get_expr(d.adbin, d.adrelid), \
                exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique \
                        and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) \
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum \
         where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped",
    )
    .bind(def.table.name)
    .fetch_all(&mut *conn)
    .await?;
    let rule = def.table.rule.filter(|rule| {
        def.table
            .columns
            .iter()
            .position(|column| column.name == rule.from)
            .is_some_and(|index| mapping.source(Target::Column(index)).is_some())
    });
    let (mut columns, mut others, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let name: String = row.get(0);
        let Some(index) = def.table.columns.iter().position(|column| column.name == name) else {
            others.push(name);
            continue;
        };
        let column = &def.table.columns[index];
        let told = rule.is_some_and(|rule| rule.fills.contains(&column.name));
        if mapping.source(Target::Column(index)).is_none() && !told {
            if column.required && !some_are_there {
                return Err(invalid(mapping.missing(column)));
            }
            if column.required {
                absent.push(index);
            }
            continue;
        }
        let holds = match row.get::<&str, _>(1) {
            "smallint" => Type::Small,
            "integer" => Type::Int,
            "bigint" => Type::Big,
            "real" => Type::Single,
            "double precision" => Type::Double,
            "date" => Type::Date,
            "timestamp with time zone" => Type::Time,
            _ => Type::Text,
        };
        let default = match row.get::<Option<String>, _>(3) {
            // The catalogue's own text of the expression.
            Some(expression) => {
                sqlx::query_scalar(AssertSqlSafe(format!("select ({expression})::text"))).fetch_one(&mut *conn).await?
            }
            None => None,
        };
        let known = if row.get(4) { Some(known(conn, def.table.name, column.name).await?) } else { None };
        columns.push(Column { index, holds, default, not_null: row.get(2), known });
    }
    absent.sort_unstable();
    Ok(ImportColumns { written: columns, others, absent })
}

/// The moments of which the table wants one not to come before the other, where a file tells at least one.
async fn orders(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    written: &[Column],
    some_are_there: bool,
) -> Result<Vec<Order>> {
    let checks: Vec<String> = sqlx::query_scalar(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::regclass and contype = 'c' order by oid",
    )
    .bind(def.table.name)
    .fetch_all(&mut *conn)
    .await?;
    let place = |name: &str| {
        let found = def.table.columns.iter().position(|column| column.name == name)?;
        (def.table.columns[found].kind == TableKind::Time).then_some(found)
    };
    let mut orders = Vec::new();
    for check in checks {
        let pair = check.strip_prefix("CHECK ((").and_then(|rest| rest.strip_suffix("))")?.split_once(" >= "));
        let Some((later, earlier)) = pair.and_then(|(later, earlier)| Some((place(later)?, place(earlier)?))) else {
            continue;
        };
        let written = [earlier, later].map(|index| written.iter().any(|column| column.index == index));
        if written == [false, false] {
            continue;
        }
        let mut there = HashMap::new();
        if some_are_there && written != [true, true] {
            let (table, [earlier, later]) =
                (def.table.name, [earlier, later].map(|index| def.table.columns[index].name));
            let statement = format!("select id, {earlier}, {later} from {table} where external_id is not null");
            let mut rows = sqlx::query_as::<_, (i64, Option<_>, Option<_>)>(AssertSqlSafe(statement)).fetch(&mut *conn);
            while let Some((id, earlier, later)) = rows.try_next().await? {
                there.insert(id, (earlier, later));
            }
        }
        orders.push(Order { earlier, later, there });
    }
    Ok(orders)
}

/// The values of a column that are there, as hashes, with the ids of their rows.
async fn known(conn: &mut PgConnection, table: &str, column: &str) -> Result<HashMap<u128, i64>> {
    let statement = format!("select id, {column} from {table} where {column} is not null");
    let mut rows = sqlx::query_as::<_, (i64, String)>(AssertSqlSafe(statement)).fetch(conn);
    let mut known = HashMap::new();
    while let Some((id, value)) = rows.try_next().await? {
        known.insert(key(&value), id);
    }
    Ok(known)
}

/// All buildings that have a number elsewhere.
async fn sites(conn: &mut PgConnection) -> Result<HashMap<u128, Site>> {
    let mut rows = sqlx::query_as::<_, (i64, String, f64, f64)>(
        "select id, external_id, st_x(p), st_y(p) \
         from (select id, external_id, st_pointonsurface(geom) as p from building where external_id is not null) b",
    )
    .fetch(conn);
    let mut sites = HashMap::new();
    while let Some((id, number, lon, lat)) = rows.try_next().await? {
        sites.insert(key(&number), Site { id, at: (lon, lat) });
    }
    Ok(sites)
}

/// Whether a column's values are numbers to other programs.
pub(super) fn is_number(kind: TableKind) -> Option<bool> {
    match kind {
        TableKind::Int(..) | TableKind::Sex => Some(true),
        TableKind::Real(..) => Some(false),
        _ => None,
    }
}
