//! A layer's records as files that other programs read: `FlatGeobuf`, `GeoJSON`, CSV.

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use anyhow::Context;
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use futures::TryStreamExt;
use geo::orient::{Direction, Orient};
use geozero::{ColumnValue, PropertyProcessor, ToGeo, ToWkt, wkb::Wkb};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use tokio::sync::mpsc;

use super::{Format, import::is_number, invalid};
use crate::{
    kernel::{
        error::{Error, Result},
        sheet::quoted,
        text::text,
    },
    layers::{Geometry as Kind, LayerDef},
    spatial::region::{Level, RegionCode},
};

const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

/// Which records to write, and what of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    /// Those of a region.
    pub region: Option<RegionCode>,
    /// Those that meet a box: west, south, east, north in WGS 84 degrees.
    pub bbox: Option<[f64; 4]>,
    /// Also the fields that only cleared readers see.
    pub sensitive: bool,
    /// Whether the connection is the owner's, who reads the table itself.
    pub owner: bool,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Export {
    /// How many records.
    pub records: u64,
}

/// A column of the file.
#[derive(Clone, Copy, Debug)]
struct ExportColumn {
    name: &'static str,
    /// Whole numbers, numbers, or texts.
    number: Option<bool>,
}

/// One record.
struct ExportLine {
    values: Vec<Option<String>>,
    wkb: Vec<u8>,
}

/// Writes a layer's records to a file. The connection's scope tells which may be seen.
///
/// # Errors
/// 422 when the format is one that isn't written; else when the database is away or the disk is full.
pub async fn export(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    format: Format,
    selection: Selection,
    file: File,
) -> Result<Export> {
    if !matches!(format, Format::FlatGeobuf | Format::GeoJson | Format::GeoJsonSeq | Format::Csv) {
        return Err(invalid(text(
            format!("不能导出为 {format}；可用 FlatGeobuf、GeoJSON、GeoJSONSeq、CSV。"),
            format!("{format} is not written; there are FlatGeobuf, GeoJSON, GeoJSONSeq and CSV."),
        )));
    }
    sqlx::raw_sql("set local statement_timeout = '30min'").execute(&mut *conn).await?;
    let (columns, statement) = statement(def, selection);
    let [west, south, east, north] = selection.bbox.unwrap_or(WORLD);
    let range = selection.region.map_or(0..=i64::MAX, RegionCode::range);
    let (sender, mut lines) = mpsc::channel::<Vec<ExportLine>>(8);
    let kinds = columns.clone();
    let writer = tokio::task::spawn_blocking(move || -> anyhow::Result<u64> {
        let mut writer = Writer::new(def, format, kinds, file)?;
        let mut records = 0;
        while let Some(batch) = lines.blocking_recv() {
            for line in batch {
                writer.line(&line)?;
                records += 1;
            }
        }
        writer.finish()?;
        Ok(records)
    });
    let mut rows = sqlx::query(AssertSqlSafe(statement))
        .bind(*range.start())
        .bind(*range.end())
        .bind(west)
        .bind(south)
        .bind(east)
        .bind(north)
        .fetch(conn);
    let mut batch = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let values = (0..columns.len()).map(|index| row.get(index + 1)).collect();
        batch.push(ExportLine { values, wkb: row.get(0) });
        // A writer that has stopped says why when it is asked for below.
        if batch.len() == 1024 && sender.send(std::mem::take(&mut batch)).await.is_err() {
            break;
        }
    }
    sender.send(batch).await.ok();
    drop(sender);
    let records = writer.await.map_err(|error| Error::Internal(error.into()))??;
    Ok(Export { records })
}

/// How many records a selection holds for the connection's scope.
///
/// # Errors
/// When the database is away.
pub(super) async fn count(conn: &mut PgConnection, def: &'static LayerDef, selection: Selection) -> Result<i64> {
    let (_, statement) = statement(def, selection);
    let [west, south, east, north] = selection.bbox.unwrap_or(WORLD);
    let range = selection.region.map_or(0..=i64::MAX, RegionCode::range);
    Ok(sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from ({statement}) selected")))
        .bind(*range.start())
        .bind(*range.end())
        .bind(west)
        .bind(south)
        .bind(east)
        .bind(north)
        .fetch_one(conn)
        .await?)
}

fn statement(def: &LayerDef, selection: Selection) -> (Vec<ExportColumn>, String) {
    let mut columns = Vec::new();
    let is_region = def.table.name == "region";
    if !is_region {
        columns.push(ExportColumn { name: "external_id", number: None });
    }
    let open = |sensitive: bool| !sensitive || selection.sensitive;
    columns.extend(
        def.table
            .columns
            .iter()
            .filter(|column| open(column.sensitive))
            .map(|column| ExportColumn { name: column.name, number: is_number(column.kind) }),
    );
    let mut list: String = columns.iter().map(|column| format!(", {}::text", column.name)).collect();
    let mut from = def.table.name.to_owned();
    if !selection.owner && def.table.columns.iter().any(|column| column.sensitive) {
        from += if selection.sensitive { "_plain" } else { "_masked" };
    }
    if is_region {
        columns.push(ExportColumn { name: "valid_from", number: None });
        list += ", valid_from::text";
        let level = Level::ALL.into_iter().find(|level| level_name(*level) == def.name).map_or(0, |level| level as u8);
        from = format!("(select * from region where level = {level} and valid_to is null) r");
    } else {
        columns.push(ExportColumn { name: "region", number: Some(true) });
        list += ", region::text";
    }
    let order = if is_region { "code" } else { "id" };
    // A box that is the whole world needs no index and finds what lies outside it.
    let inside = if selection.bbox.is_some() {
        "st_intersects(geom, st_makeenvelope($3, $4, $5, $6, 4326))"
    } else {
        "$3::float8 + $4::float8 + $5::float8 + $6::float8 is not null"
    };
    (
        columns,
        format!(
            "select st_asbinary(geom){list} from {from} where region between $1 and $2 and {inside} order by {order}"
        ),
    )
}

/// A level by the name of its layer.
pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::City => "city",
        Level::County => "county",
        Level::Street => "street",
        Level::Community => "community",
        Level::Grid => "grid",
    }
}

/// A `FlatGeobuf` of a layer.
fn flatgeobuf(
    def: &'static LayerDef,
    columns: &[ExportColumn],
    write_index: bool,
) -> anyhow::Result<FgbWriter<'static>> {
    let kind = match def.geometry {
        Kind::Point => GeometryType::Point,
        Kind::Line => GeometryType::LineString,
        Kind::Polygon => GeometryType::MultiPolygon,
    };
    let crs = FgbCrs { org: Some("EPSG"), code: 4326, name: Some("WGS 84"), ..FgbCrs::default() };
    let options = FgbWriterOptions { crs, write_index, ..FgbWriterOptions::default() };
    let mut fgb = FgbWriter::create_with_options(def.name, kind, options)?;
    for column in columns {
        let kind = match column.number {
            Some(true) => ColumnType::Long,
            Some(false) => ColumnType::Double,
            None => ColumnType::String,
        };
        fgb.add_column(column.name, kind, |_, _| {});
    }
    Ok(fgb)
}

/// A file that is being written.
enum Writer {
    FlatGeobuf {
        fgb: Box<FgbWriter<'static>>,
        columns: Vec<ExportColumn>,
        out: BufWriter<File>,
        def: &'static LayerDef,
        any: bool,
    },
    Json {
        out: BufWriter<File>,
        columns: Vec<ExportColumn>,
        sequence: bool,
        first: bool,
    },
    Csv {
        out: Box<csv::Writer<BufWriter<File>>>,
        columns: Vec<ExportColumn>,
        points: bool,
    },
}

impl Writer {
    fn new(def: &'static LayerDef, format: Format, columns: Vec<ExportColumn>, file: File) -> anyhow::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        Ok(match format {
            Format::FlatGeobuf => {
                let fgb = Box::new(flatgeobuf(def, &columns, true)?);
                Self::FlatGeobuf { fgb, columns, out, def, any: false }
            }
            Format::Csv => {
                // Spreadsheets take a file without the mark for GBK.
                out.write_all("\u{feff}".as_bytes())?;
                let mut csv = csv::Writer::from_writer(out);
                let points = def.geometry == Kind::Point;
                let place: &[&str] = if points { &["lon", "lat"] } else { &["wkt"] };
                csv.write_record(columns.iter().map(|column| column.name).chain(place.iter().copied()))?;
                Self::Csv { out: Box::new(csv), columns, points }
            }
            _ => {
                let sequence = format == Format::GeoJsonSeq;
                if !sequence {
                    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
                }
                Self::Json { out, columns, sequence, first: true }
            }
        })
    }

    fn line(&mut self, line: &ExportLine) -> anyhow::Result<()> {
        match self {
            Self::FlatGeobuf { fgb, columns, any, .. } => {
                *any = true;
                let mut failed = None;
                fgb.add_feature_geom(Wkb(line.wkb.as_slice()), |feature| {
                    for (index, (column, value)) in columns.iter().zip(&line.values).enumerate() {
                        let Some(value) = value else { continue };
                        let value = match column.number {
                            Some(true) => ColumnValue::Long(value.parse().unwrap_or_default()),
                            Some(false) => ColumnValue::Double(value.parse().unwrap_or_default()),
                            None => ColumnValue::String(value),
                        };
                        if let Err(error) = feature.property(index, column.name, &value) {
                            failed = Some(error);
                        }
                    }
                })?;
                failed.map_or(Ok(()), |error| Err(error.into()))
            }
            Self::Json { out, columns, sequence, first } => {
                let properties: serde_json::Map<String, Value> = columns
                    .iter()
                    .zip(&line.values)
                    .map(|(column, value)| {
                        let value = match (value, column.number) {
                            (None, _) => Value::Null,
                            (Some(value), Some(true)) => value.parse::<i64>().map_or(Value::Null, Value::from),
                            (Some(value), Some(false)) => value.parse::<f64>().map_or(Value::Null, Value::from),
                            (Some(value), None) => value.as_str().into(),
                        };
                        (column.name.to_owned(), value)
                    })
                    .collect();
                // RFC 7946: outer rings run counterclockwise, holes the other way.
                let shape = match Wkb(line.wkb.as_slice()).to_geo().context("a shape of the database")? {
                    geo::Geometry::MultiPolygon(polygons) => polygons.orient(Direction::Default).into(),
                    geo::Geometry::Polygon(polygon) => polygon.orient(Direction::Default).into(),
                    shape => shape,
                };
                let geometry = geojson::Geometry::from(&shape);
                if !std::mem::take(first) && !*sequence {
                    out.write_all(b",")?;
                }
                if !*sequence {
                    out.write_all(b"\n")?;
                }
                serde_json::to_writer(
                    &mut *out,
                    &json!({ "type": "Feature", "properties": properties, "geometry": geometry }),
                )?;
                if *sequence {
                    out.write_all(b"\n")?;
                }
                Ok(())
            }
            Self::Csv { out, columns, points } => {
                for (column, value) in columns.iter().zip(&line.values) {
                    let value = value.as_deref().unwrap_or_default();
                    if column.number.is_some() {
                        out.write_field(value)?;
                    } else {
                        out.write_field(quoted(value).as_bytes())?;
                    }
                }
                let shape = Wkb(line.wkb.as_slice());
                if *points {
                    let geo::Geometry::Point(at) = shape.to_geo().context("a shape of the database")? else {
                        anyhow::bail!("a point layer holds something else");
                    };
                    out.write_field(at.x().to_string())?;
                    out.write_field(at.y().to_string())?;
                } else {
                    out.write_field(shape.to_wkt().context("a shape of the database")?)?;
                }
                out.write_record(None::<&[u8]>)?;
                Ok(())
            }
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::FlatGeobuf { mut fgb, columns, mut out, def, any } => {
                // An index of nothing is one that GDAL doesn't open.
                if !any {
                    *fgb = flatgeobuf(def, &columns, false)?;
                }
                fgb.write(&mut out)?;
                out.flush()?;
            }
            Self::Json { mut out, sequence, .. } => {
                if !sequence {
                    out.write_all(b"\n]}\n")?;
                }
                out.flush()?;
            }
            Self::Csv { mut out, .. } => out.flush()?,
        }
        Ok(())
    }
}
