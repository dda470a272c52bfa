//! Loading by `COPY` in `PostgreSQL`'s binary format.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use geo::{Geometry, LineString, MultiPolygon};
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::sync::mpsc;

use crate::spatial::spot::Spot;

const CHUNK: usize = 1 << 18;
/// Little-endian, with SRID.
const POINT: u32 = 0x2000_0001;
const LINE: u32 = 0x2000_0002;
const POLYGON: u32 = 3;
const MANY_POLYGONS: u32 = 0x2000_0006;
const WGS84: u32 = 4326;

/// Rows on their way to the database.
pub struct Rows {
    buffer: Vec<u8>,
    columns: i16,
    sender: Option<mpsc::Sender<Vec<u8>>>,
    written: Arc<AtomicU64>,
}

impl Rows {
    /// Begins a row.
    pub fn row(&mut self) -> &mut Self {
        if self.buffer.len() >= CHUNK {
            self.flush();
        }
        self.written.fetch_add(1, Ordering::Relaxed);
        self.buffer.extend(self.columns.to_be_bytes());
        self
    }

    /// Whether nobody takes rows any more: the database has refused them, or whoever wanted them has left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.sender.as_ref().is_some_and(mpsc::Sender::is_closed)
    }

    fn flush(&mut self) {
        let Some(sender) = &self.sender else {
            self.buffer.clear();
            return;
        };
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK + 4096));
        // Without a receiver the load is over, with an error that is told elsewhere.
        let _ = sender.blocking_send(full);
    }

    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        self.buffer.extend(i32::try_from(bytes.len()).expect("a field is under 2 GB").to_be_bytes());
        self.buffer.extend(bytes);
        self
    }

    /// Nothing in this field.
    pub fn null(&mut self) -> &mut Self {
        self.buffer.extend((-1_i32).to_be_bytes());
        self
    }

    /// A `smallint`.
    pub fn i16(&mut self, value: i16) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A `integer`.
    pub fn i32(&mut self, value: i32) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A `bigint`.
    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A `real`.
    pub fn f32(&mut self, value: f32) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A `double precision`.
    pub fn f64(&mut self, value: f64) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A `boolean`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.field(&[u8::from(value)])
    }

    /// A `text`.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.field(value.as_bytes())
    }

    /// A `text`, or nothing.
    pub fn maybe(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// A `date`: days since 2000.
    ///
    /// # Panics
    /// When the day is millions of years away.
    pub fn date(&mut self, value: NaiveDate) -> &mut Self {
        let days = (value - epoch()).num_days();
        self.i32(i32::try_from(days).expect("dates are within some thousand years"))
    }

    /// A `timestamptz`: microseconds since 2000.
    ///
    /// # Panics
    /// When the moment is hundreds of thousands of years away.
    pub fn time(&mut self, value: DateTime<Utc>) -> &mut Self {
        let start = epoch().and_time(chrono::NaiveTime::MIN).and_utc();
        self.i64((value - start).num_microseconds().expect("times are within some thousand years"))
    }

    /// A point.
    pub fn point(&mut self, spot: Spot) -> &mut Self {
        self.geometry(|bytes| {
            head(bytes, POINT);
            xy(bytes, spot.lon(), spot.lat());
        })
    }

    /// A line.
    pub fn line(&mut self, spots: &[Spot]) -> &mut Self {
        self.geometry(|bytes| {
            head(bytes, LINE);
            count(bytes, spots.len());
            xys(bytes, spots);
        })
    }

    /// A polygon of one closed ring.
    pub fn ring(&mut self, spots: &[Spot]) -> &mut Self {
        self.geometry(|bytes| {
            head(bytes, MANY_POLYGONS);
            count(bytes, 1);
            bytes.push(1);
            bytes.extend(POLYGON.to_le_bytes());
            count(bytes, 1);
            count(bytes, spots.len());
            xys(bytes, spots);
        })
    }

    /// Polygons.
    pub fn polygons(&mut self, polygons: &MultiPolygon<f64>) -> &mut Self {
        self.geometry(|bytes| {
            head(bytes, MANY_POLYGONS);
            count(bytes, polygons.0.len());
            for polygon in polygons {
                bytes.push(1);
                bytes.extend(POLYGON.to_le_bytes());
                count(bytes, 1 + polygon.interiors().len());
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    let LineString(coordinates) = ring;
                    count(bytes, coordinates.len());
                    for c in coordinates {
                        xy(bytes, c.x, c.y);
                    }
                }
            }
        })
    }

    /// A point, a line or polygons in WGS 84; nothing for any other shape.
    pub fn shape(&mut self, shape: &Geometry<f64>) -> &mut Self {
        match shape {
            Geometry::Point(point) => self.geometry(|bytes| {
                head(bytes, POINT);
                xy(bytes, point.x(), point.y());
            }),
            Geometry::LineString(LineString(line)) => self.geometry(|bytes| {
                head(bytes, LINE);
                count(bytes, line.len());
                for c in line {
                    xy(bytes, c.x, c.y);
                }
            }),
            Geometry::MultiPolygon(polygons) => self.polygons(polygons),
            _ => self.null(),
        }
    }

    /// A field whose length is known once it is written.
    fn geometry(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        let start = self.buffer.len();
        self.buffer.extend([0; 4]);
        write(&mut self.buffer);
        let length = i32::try_from(self.buffer.len() - start - 4).expect("a geometry is under 2 GB");
        self.buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
        self
    }
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day")
}

fn head(bytes: &mut Vec<u8>, kind: u32) {
    bytes.push(1);
    bytes.extend(kind.to_le_bytes());
    bytes.extend(WGS84.to_le_bytes());
}

fn count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend(u32::try_from(count).expect("fewer than 2^32 parts").to_le_bytes());
}

fn xys(bytes: &mut Vec<u8>, spots: &[Spot]) {
    for spot in spots {
        xy(bytes, spot.lon(), spot.lat());
    }
}

fn xy(bytes: &mut Vec<u8>, x: f64, y: f64) {
    bytes.extend(x.to_le_bytes());
    bytes.extend(y.to_le_bytes());
}

/// Loads a table with the rows that `write` makes, on a thread of its own, while the database takes them in.
///
/// # Errors
/// When the database refuses, or when the writer panics.
///
/// # Panics
/// When there are more columns than a table can have.
pub async fn load<T: Send + 'static>(
    conn: &mut PgConnection,
    table: &str,
    columns: &str,
    report: &(dyn Fn(u64) + Sync),
    write: impl FnOnce(&mut Rows) -> T + Send + 'static,
) -> Result<T> {
    let (sender, mut chunks) = mpsc::channel(16);
    let written = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&written);
    let count = i16::try_from(columns.split(',').count()).expect("tables have few columns");
    let writer = tokio::task::spawn_blocking(move || {
        let mut buffer = Vec::with_capacity(CHUNK + 4096);
        buffer.extend(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
        let mut rows = Rows { buffer, columns: count, sender: Some(sender), written: counter };
        let made = write(&mut rows);
        rows.buffer.extend((-1_i16).to_be_bytes());
        rows.flush();
        made
    });
    let statement = format!("copy {table} ({columns}) from stdin (format binary)");
    let mut copy = conn.copy_in_raw(&statement).await.with_context(|| format!("table {table}"))?;
    while let Some(chunk) = chunks.recv().await {
        copy.send(chunk).await?;
        report(written.load(Ordering::Relaxed));
    }
    let Ok(made) = writer.await else {
        // What came of it so far is half a row: the database is told to forget it.
        copy.abort("the writer has stopped").await.ok();
        return Err(WriterStopped.into());
    };
    copy.finish().await.with_context(|| format!("loading table {table}"))?;
    Ok(made)
}

/// What makes the rows has given up in the middle of them.
#[derive(Debug, thiserror::Error)]
#[error("what makes the rows has stopped")]
pub struct WriterStopped;

/// Does as [`load`], but for the database: the rows go nowhere.
///
/// # Errors
/// When the writer panics.
pub async fn rehearse<T: Send + 'static>(write: impl FnOnce(&mut Rows) -> T + Send + 'static) -> Result<T> {
    let writer = tokio::task::spawn_blocking(move || {
        write(&mut Rows { buffer: Vec::new(), columns: 0, sender: None, written: Arc::default() })
    });
    writer.await.map_err(|_| WriterStopped.into())
}

/// Secondary indexes, unique and foreign keys that were dropped for a load, and how to make them again.
pub struct Dropped(Vec<String>);

/// Drops what a bulk load builds faster afterwards, and silences triggers. Only the owner may.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(conn: &mut PgConnection, tables: &[&str]) -> Result<Dropped> {
    let names: Vec<String> = tables.iter().map(|t| (*t).to_owned()).collect();
    // Foreign keys first: they stand on the unique ones.
    let constraints: Vec<(String, String, String)> = sqlx::query_as(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint \
         where conrelid = any($1::text[]::regclass[]::oid[]) and contype in ('f', 'u') order by contype, conname",
    )
    .bind(&names)
    .fetch_all(&mut *conn)
    .await?;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i \
         where i.indrelid = any($1::text[]::regclass[]::oid[]) \
           and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by 1",
    )
    .bind(&names)
    .fetch_all(&mut *conn)
    .await?;
    let mut again = Vec::new();
    for (table, name, definition) in &constraints {
        run(conn, format!("alter table {table} drop constraint {name}")).await?;
        again.push(format!("alter table {table} add constraint {name} {definition}"));
    }
    // Indexes first, then unique keys, then foreign keys.
    again.reverse();
    for (name, definition) in &indexes {
        run(conn, format!("drop index {name}")).await?;
        again.insert(0, definition.clone());
    }
    for table in tables {
        run(conn, format!("alter table {table} disable trigger user")).await?;
    }
    Ok(Dropped(again))
}

impl Dropped {
    /// How many there are to make again.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Makes them again, wakes the triggers and gathers statistics.
    ///
    /// # Errors
    /// When the database refuses: a duplicate, for one.
    pub async fn restore(self, conn: &mut PgConnection, tables: &[&str], mut done: impl FnMut()) -> Result<()> {
        for statement in self.0 {
            run(conn, statement).await?;
            done();
        }
        for table in tables {
            run(conn, format!("alter table {table} enable trigger user")).await?;
            run(conn, format!("analyze {table}")).await?;
        }
        Ok(())
    }
}

async fn run(conn: &mut PgConnection, statement: String) -> Result<()> {
    let what = statement.clone();
    // Made of names that the catalogue quoted itself.
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await.with_context(|| what)?;
    Ok(())
}
