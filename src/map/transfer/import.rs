//! The way of a file's rows into a table.
//!
//! Rows are read, checked and placed on a thread of their own while the database takes in those before, by binary
//! `COPY`: straight into the table where all of them are new, by a temporary table where some are there already.

use std::{collections::HashMap, path::Path, sync::Arc};

use futures::TryStreamExt;
use geo::{Geometry, Point};
use geozero::ToGeo;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use xxhash_rust::xxh3::xxh3_128;

use super::{
    Cell, Options, Progress, Report,
    field::read,
    invalid,
    mapping::{Mapping, Target},
    shape,
    source::{self, Meter, Record, Source},
};
use crate::{
    kernel::{
        db::copy::{self, Rows},
        error::{Error, Result},
        initials::{initials, person_initials},
        text::{Text, text},
    },
    map::{
        memory,
        registry::{Geometry as Kind, LayerDef, TableKind},
    },
    spatial::{crs::Crs, layer::Layer, scope::Scope},
};

/// Below this many bytes an empty table is filled like any other: its indexes stay.
const FAST: u64 = 1 << 20;
const STAGE: &str = "gridhall_stage";
const MAX_ID: usize = 100;

/// What a column of a table holds, as the catalogue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Small,
    Int,
    Big,
    Single,
    Double,
    Text,
    Date,
    Time,
}

/// A column that is written.
#[derive(Debug)]
struct Column {
    /// Its place among the table's columns in the registry.
    index: usize,
    holds: Type,
    /// What stands where a file has nothing: nothing, or a text that is read like a file's.
    default: Option<String>,
    not_null: bool,
    /// For a unique column the values that are there, with the ids of their rows.
    known: Option<HashMap<u128, i64>>,
}

/// A building, for rows that name one.
#[derive(Clone, Copy, Debug)]
struct Site {
    id: i64,
    at: (f64, f64),
}

/// A file that has been opened, and what its headings mean.
struct Opened {
    source: Box<dyn Source>,
    mapping: Mapping,
    crs: Crs,
    report: Report,
}

pub(super) fn key(value: &str) -> u128 {
    xxh3_128(value.as_bytes())
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
    let mapping = Mapping::new(def.table, source.attributes(), &options.map)?;
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
    let grids = Arc::new(memory::grids(conn).await?);
    let empty: bool = sqlx::query_scalar(AssertSqlSafe(format!("select not exists (select from {table})")))
        .fetch_one(&mut *conn)
        .await?;
    let ids = match mapping.source(Target::ExternalId) {
        Some(_) => known(conn, table, "external_id").await?,
        None => HashMap::new(),
    };
    let (columns, others) = columns(conn, def, &mapping, !ids.is_empty()).await?;
    let buildings = match mapping.source(Target::Building) {
        Some(_) => sites(conn).await?,
        None => HashMap::new(),
    };
    let has = |name: &str| others.iter().any(|there| there == name);
    let named = columns.iter().any(|column| def.table.columns[column.index].name == "name");
    let worker = Worker {
        building: mapping.source(Target::Building).is_some() && has("building_id"),
        initials: (named && has("initials")).then_some(if table == "person" { person_initials } else { initials }),
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

/// What a database's refusal means to who imports.
fn refused(error: anyhow::Error) -> Error {
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
        Some("23514" | "22003") => Error::Conflict(text(
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

/// The columns of the registry that are written, and the names of the table's other columns.
async fn columns(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    mapping: &Mapping,
    some_are_there: bool,
) -> Result<(Vec<Column>, Vec<String>)> {
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
    let (mut columns, mut others) = (Vec::new(), Vec::new());
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
    Ok((columns, others))
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

/// What reads, checks, places and writes.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that the file or the caller has or has not")]
struct Worker {
    source: Box<dyn Source>,
    mapping: Mapping,
    def: &'static LayerDef,
    crs: Crs,
    grids: Arc<Layer>,
    /// Ids of the rows that are there, by their external ids.
    ids: HashMap<u128, i64>,
    /// Rows of the file that were taken, by column and value.
    seen: HashMap<(usize, u128), u64>,
    columns: Vec<Column>,
    buildings: HashMap<u128, Site>,
    building: bool,
    initials: Option<fn(&str) -> String>,
    external: bool,
    stage: bool,
    scoped: bool,
    note: String,
    report: Report,
}

/// Why a row is refused: the heading and the reason.
type Refused = (String, Text);

/// A row that is whole.
struct Whole<'a> {
    cells: Vec<Cell<'a>>,
    external: &'a str,
    target: Option<i64>,
    shape: Option<Geometry<f64>>,
    region: i64,
    building: Option<i64>,
}

/// The places of the seen external ids among those of the seen unique columns.
const EXTERNAL: usize = usize::MAX;

impl Worker {
    /// The columns that are written, in their order.
    fn names(&self) -> Vec<&'static str> {
        let mut names = vec!["region", "source"];
        if self.external {
            names.push("external_id");
        }
        if self.building {
            names.push("building_id");
        }
        if self.initials.is_some() {
            names.push("initials");
        }
        names.extend(self.columns.iter().map(|column| self.def.table.columns[column.index].name));
        names.push("geom");
        names
    }

    fn run(mut self, rows: &mut Rows) -> std::result::Result<Report, Text> {
        let mut record = Record::default();
        while self.source.next(&mut record)? {
            self.report.rows += 1;
            let given = record.shape.take();
            match self.whole(&record, given) {
                Ok(whole) => {
                    if whole.target.is_some() {
                        self.report.updated += 1;
                    } else {
                        self.report.inserted += 1;
                    }
                    if whole.region == 0 && whole.shape.is_some() {
                        self.report.unplaced += 1;
                    }
                    self.write(rows, &whole);
                    self.remember(record.row, &record);
                }
                Err((column, reason)) => self.report.refuse(record.row, &column, reason),
            }
        }
        let report = self.report;
        if report.rows == 0 {
            return Err(text("文件里没有数据行。", "The file holds no rows."));
        }
        if report.unplaced > 0 && report.unplaced == report.inserted + report.updated && !self.grids.is_empty() {
            let crs = self.crs;
            return Err(text(
                format!("没有一行落在本市的网格里；坐标系是 {crs}，对吗？"),
                format!("Not one row lies in a grid of the city; is the coordinate system {crs} right?"),
            ));
        }
        Ok(report)
    }

    fn whole<'a>(
        &self,
        record: &'a Record,
        given: Option<std::result::Result<Geometry<f64>, Text>>,
    ) -> std::result::Result<Whole<'a>, Refused> {
        if let Some(late) = record.late.iter().find(|name| self.mapping.understands(name)) {
            return Err((
                late.clone(),
                text(
                    "此列在文件开头没有出现过，无法导入",
                    "this column doesn't occur near the file's beginning and can't be taken",
                ),
            ));
        }
        let value = |target| self.mapping.source(target).map_or("", |place| record.values[place].as_str());
        let (external, target) = self.identify(value(Target::ExternalId))?;
        let cells = self.cells(record, target)?;
        let (shape, building) = self.shape(given, &value)?;
        if shape.is_none() && target.is_none() {
            return Err((
                String::new(),
                text(
                    "没有位置：既无坐标，也无可用的楼栋编码",
                    "it has no place: neither coordinates nor a building's code",
                ),
            ));
        }
        let region = shape.as_ref().map_or(0, |shape| self.place(shape));
        if region == 0 && shape.is_some() && self.scoped {
            return Err((String::new(), text("位置不在您辖区的任何网格里", "its place lies in no grid of your scope")));
        }
        Ok(Whole { cells, external, target, shape, region, building })
    }

    /// The record that is there already under the row's external id.
    fn identify<'a>(&self, external: &'a str) -> std::result::Result<(&'a str, Option<i64>), Refused> {
        if external.is_empty() {
            return Ok((external, None));
        }
        let wrong = |reason| Err((self.mapping.heading(Target::ExternalId).to_owned(), reason));
        if external.len() > MAX_ID {
            return wrong(text(format!("长度超过 {MAX_ID} 字节"), format!("it is longer than {MAX_ID} bytes")));
        }
        let key = key(external);
        if let Some(row) = self.seen.get(&(EXTERNAL, key)) {
            return wrong(text(format!("与第 {row} 行重复"), format!("row {row} has the same")));
        }
        Ok((external, self.ids.get(&key).copied()))
    }

    fn cells<'a>(&self, record: &'a Record, target: Option<i64>) -> std::result::Result<Vec<Cell<'a>>, Refused> {
        let table = self.def.table;
        let heading = |index: usize| self.mapping.heading(Target::Column(index)).to_owned();
        let mut cells = Vec::with_capacity(self.columns.len() + 1);
        for column in &self.columns {
            let value = match self.mapping.source(Target::Column(column.index)) {
                Some(place) => record.values[place].as_str(),
                None => "",
            };
            let kind = table.columns[column.index].kind;
            cells.push(read(kind, value).map_err(|reason| (heading(column.index), reason))?);
        }
        if let Some(rule) = table.rule {
            let of = |name: &str| self.columns.iter().position(|column| table.columns[column.index].name == name);
            let told = match of(rule.from).map(|place| &cells[place]) {
                Some(Cell::Text(value)) => (rule.tell)(value),
                _ => Vec::new(),
            };
            for (name, told) in rule.fills.iter().zip(told) {
                let Some(place) = of(name) else { continue };
                if cells[place] == Cell::Null {
                    cells[place] = told;
                } else if cells[place] != told {
                    let from = self.mapping.source(Target::Column(self.columns[of(rule.from).unwrap_or(0)].index));
                    let from = from.map_or(rule.from, |place| self.source.attributes()[place].as_str());
                    let said = say(&told);
                    return Err((
                        heading(self.columns[place].index),
                        text(
                            format!("与“{from}”不符，应为 {said}"),
                            format!("it doesn't agree with {from:?}, expected {said}"),
                        ),
                    ));
                }
            }
        }
        for (column, cell) in self.columns.iter().zip(&mut cells) {
            if *cell == Cell::Null && (column.not_null || table.columns[column.index].required) {
                let default = column.default.as_deref().filter(|_| !table.columns[column.index].required);
                let Some(default) = default else {
                    return Err((heading(column.index), text("必填", "it is required")));
                };
                *cell = match read(table.columns[column.index].kind, default) {
                    Ok(Cell::Null) | Err(_) => Cell::Text(default.to_owned().into()),
                    Ok(cell) => owned(cell),
                };
            }
            let Some(known) = &column.known else { continue };
            if let Cell::Text(value) = cell {
                let key = key(value);
                if let Some(row) = self.seen.get(&(column.index, key)) {
                    return Err((
                        heading(column.index),
                        text(format!("与第 {row} 行重复"), format!("row {row} has the same")),
                    ));
                }
                if let Some(&id) = known.get(&key)
                    && target != Some(id)
                {
                    return Err((
                        heading(column.index),
                        text(
                            format!("已有记录（编号 {id}）用此值"),
                            format!("a record that is there (id {id}) has the same"),
                        ),
                    ));
                }
            }
        }
        Ok(cells)
    }

    /// The shape of a row: the file's own, or that of its columns; and the building that it names.
    fn shape<'a>(
        &self,
        given: Option<std::result::Result<Geometry<f64>, Text>>,
        value: &impl Fn(Target) -> &'a str,
    ) -> std::result::Result<(Option<Geometry<f64>>, Option<i64>), Refused> {
        let building = value(Target::Building);
        let site = if building.is_empty() {
            None
        } else {
            let found = self.buildings.get(&key(building));
            Some(found.ok_or_else(|| {
                (
                    self.mapping.heading(Target::Building).to_owned(),
                    text("没有此编码的楼栋", "there is no building of that code"),
                )
            })?)
        };
        let own = |shape| shape::settle(shape, self.def.geometry, self.crs);
        let (x, y, wkt) = (value(Target::X), value(Target::Y), value(Target::Wkt));
        let shape = if let Some(given) = given {
            Some(given.and_then(own).map_err(|reason| (String::new(), reason))?)
        } else if !wkt.is_empty() {
            let read = geozero::wkt::Wkt(wkt).to_geo().map_err(|_| text("不是 WKT 几何", "it is no well-known text"));
            Some(read.and_then(own).map_err(|reason| (self.mapping.heading(Target::Wkt).to_owned(), reason))?)
        } else if x.is_empty() && y.is_empty() {
            site.filter(|_| self.def.geometry == Kind::Point)
                .map(|site| Geometry::Point(Point::new(site.at.0, site.at.1)))
        } else {
            let number = |target, value: &str| {
                value
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| (self.mapping.heading(target).to_owned(), text("不是数", "it is not a number")))
            };
            let at = Geometry::Point(Point::new(number(Target::X, x)?, number(Target::Y, y)?));
            Some(own(at).map_err(|reason| (self.mapping.heading(Target::X).to_owned(), reason))?)
        };
        Ok((shape, site.map(|site| site.id)))
    }

    fn place(&self, shape: &Geometry<f64>) -> i64 {
        self.grids.first_covering(shape::anchor(shape), &Scope::everything()).map_or(0, |grid| grid.region())
    }

    /// Keeps what no later row may have again.
    fn remember(&mut self, row: u64, record: &Record) {
        if let Some(place) = self.mapping.source(Target::ExternalId)
            && !record.values[place].is_empty()
        {
            self.seen.insert((EXTERNAL, key(&record.values[place])), row);
        }
        for column in self.columns.iter().filter(|column| column.known.is_some()) {
            if let Some(place) = self.mapping.source(Target::Column(column.index))
                && !record.values[place].is_empty()
            {
                self.seen.insert((column.index, key(&record.values[place])), row);
            }
        }
    }

    fn write(&self, rows: &mut Rows, whole: &Whole<'_>) {
        let rows = rows.row();
        if self.stage {
            match whole.target {
                Some(id) => rows.i64(id),
                None => rows.null(),
            };
        }
        rows.i64(whole.region).text(&self.note);
        if self.external {
            rows.maybe((!whole.external.is_empty()).then_some(whole.external));
        }
        if self.building {
            match whole.building {
                Some(id) => rows.i64(id),
                None => rows.null(),
            };
        }
        if let Some(initials) = self.initials {
            let name = self.columns.iter().position(|column| self.def.table.columns[column.index].name == "name");
            match name.map(|place| &whole.cells[place]) {
                Some(Cell::Text(name)) => rows.text(&initials(name)),
                _ => rows.text(""),
            };
        }
        for (column, cell) in self.columns.iter().zip(&whole.cells) {
            put(rows, column.holds, cell);
        }
        match &whole.shape {
            Some(shape) => rows.shape(shape),
            None => rows.null(),
        };
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds of each column's kind lie within its type")]
#[expect(clippy::cast_precision_loss, reason = "whole numbers in real columns are small")]
fn put(rows: &mut Rows, holds: Type, cell: &Cell<'_>) {
    match (holds, cell) {
        (Type::Small, Cell::Int(value)) => rows.i16(*value as i16),
        (Type::Int, Cell::Int(value)) => rows.i32(*value as i32),
        (Type::Big, Cell::Int(value)) => rows.i64(*value),
        (Type::Single, Cell::Int(value)) => rows.f32(*value as f32),
        (Type::Double, Cell::Int(value)) => rows.f64(*value as f64),
        (Type::Single, Cell::Real(value)) => rows.f32(*value as f32),
        (Type::Double, Cell::Real(value)) => rows.f64(*value),
        (Type::Text, Cell::Text(value)) => rows.text(value),
        (Type::Date, Cell::Date(value)) => rows.date(*value),
        (Type::Time, Cell::Time(value)) => rows.time(*value),
        _ => rows.null(),
    };
}

fn owned(cell: Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(value) => Cell::Text(value.into_owned().into()),
        Cell::Null => Cell::Null,
        Cell::Int(value) => Cell::Int(value),
        Cell::Real(value) => Cell::Real(value),
        Cell::Date(value) => Cell::Date(value),
        Cell::Time(value) => Cell::Time(value),
    }
}

fn say(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(value) => value.to_string(),
        Cell::Int(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
        Cell::Date(value) => value.to_string(),
        Cell::Time(value) => value.to_rfc3339(),
    }
}

/// Whether a column's values are numbers to other programs.
pub(super) fn is_number(kind: TableKind) -> Option<bool> {
    match kind {
        TableKind::Int(..) | TableKind::Sex => Some(true),
        TableKind::Real(..) => Some(false),
        _ => None,
    }
}
