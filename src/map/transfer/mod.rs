//! Files in and out: import checks, places and stores what other programs wrote; export writes what they read.
//!
//! A file is read record by record ([`source`]), each value as what its column takes ([`field`]), each shape brought to
//! WGS 84 and checked ([`shape`]), each record placed in its grid, and all is stored in the caller's transaction.

mod api;
mod approval;
mod export;
mod field;
mod import;
mod mapping;
mod model;
mod region_import;
mod shape;
mod source;
mod store;
mod wkt;

use std::{fmt, path::Path, str::FromStr};

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use api::{MAX_LISTED, MappedColumn, RefusedRow};
pub use export::{Export, Selection, export};

use crate::{
    kernel::{
        db::AuditEntry,
        error::{Error, FieldFault, Result},
        sheet::quoted,
        text::{Language, Text, text},
    },
    layers::LayerDef,
    spatial::crs::Crs,
};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `FlatGeobuf`.
    FlatGeobuf,
    /// One `GeoJSON` collection (RFC 7946).
    GeoJson,
    /// One `GeoJSON` feature a line, or after a record separator each (RFC 8142).
    GeoJsonSeq,
    /// A zipped Shapefile.
    Shapefile,
    /// CSV with headings.
    Csv,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "fgb" | "flatgeobuf" => Self::FlatGeobuf,
            "geojson" | "json" => Self::GeoJson,
            "geojsonseq" | "geojsonl" | "geojsons" | "ndjson" => Self::GeoJsonSeq,
            "shp" | "shapefile" | "zip" => Self::Shapefile,
            "csv" => Self::Csv,
            _ => {
                return Err(format!("there is no format {name:?}; there are fgb, geojson, geojsonseq, shapefile, csv"));
            }
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonSeq => "GeoJSONSeq",
            Self::Shapefile => "Shapefile",
            Self::Csv => "CSV",
        })
    }
}

/// How a file is to be taken in.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the user sets")]
pub struct Options {
    /// The file's name, as the user knows it.
    pub name: String,
    /// Its format; told from its content where it isn't given.
    pub format: Option<Format>,
    /// Its coordinate system; goes before what the file says of itself.
    pub crs: Option<Crs>,
    /// Headings and the columns they mean, beside those that are understood by themselves.
    pub map: Vec<(String, String)>,
    /// Read, check and place, and store nothing.
    pub dry_run: bool,
    /// Take all rows or none.
    pub strict: bool,
    /// The actor is bound to their scope: a row that lies in no grid of it is refused.
    pub scoped: bool,
    /// The connection is the owner's: an empty table is filled the fast way.
    pub owner: bool,
    /// From which day new boundaries of regions hold; today without it.
    pub valid_from: Option<NaiveDate>,
    /// The day in China.
    pub today: NaiveDate,
    /// Regions that the file doesn't name beside their siblings that it does end on that day.
    pub replace: bool,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes of the file read, and how many there are.
    pub bytes: (u64, u64),
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The format that was read.
    pub format: Option<Format>,
    /// How its text was encoded, where that was in question.
    pub encoding: Option<&'static str>,
    /// The coordinate system that was taken.
    pub crs: Option<Crs>,
    /// Headings that were understood, and their columns.
    pub columns: Vec<(String, String)>,
    /// Headings that were passed over.
    pub ignored: Vec<String>,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that are new.
    pub inserted: u64,
    /// Rows that were there already by their external id, and were changed.
    pub updated: u64,
    /// Rows that stand in no grid.
    pub unplaced: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Why: at most [`MAX_REFUSALS`] of them.
    pub refusals: Vec<Refusal>,
}

/// The refused rows whose reasons are kept.
pub const MAX_REFUSALS: usize = 100_000;

/// Why a row was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The row that a spreadsheet shows, or the record's place in the file, from one.
    pub row: u64,
    /// The heading of the value that is wrong; empty for the row as a whole.
    pub column: String,
    /// Why.
    pub reason: Text,
}

impl Refusal {
    /// As one sentence in a language.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let (row, reason) = (self.row, self.reason.in_language(language));
        match (language, self.column.as_str()) {
            (Language::Chinese, "") => format!("第 {row} 行：{reason}"),
            (Language::Chinese, column) => format!("第 {row} 行“{column}”：{reason}"),
            (Language::English, "") => format!("row {row}: {reason}"),
            (Language::English, column) => format!("row {row}, column {column:?}: {reason}"),
        }
    }
}

impl Report {
    /// Why nothing may stay: all rows are wrong, or one is and all or none were asked for.
    #[must_use]
    pub fn failure(&self, strict: bool) -> Option<Error> {
        let failed = self.refused > 0 && (strict || self.inserted + self.updated == 0);
        failed.then(|| nothing_taken(self, strict))
    }

    /// What the audit keeps of an import.
    #[must_use]
    pub fn audit(&self, layer: &str, options: &Options) -> AuditEntry {
        AuditEntry {
            action: "import",
            object: layer.to_owned(),
            region: 0,
            detail: serde_json::json!({
                "file": options.name, "rows": self.rows, "inserted": self.inserted, "updated": self.updated,
                "refused": self.refused, "unplaced": self.unplaced,
            }),
        }
    }

    fn refuse(&mut self, row: u64, column: &str, reason: Text) {
        self.refused += 1;
        if self.refusals.len() < MAX_REFUSALS {
            self.refusals.push(Refusal { row, column: column.to_owned(), reason });
        }
    }

    /// The refused rows as CSV, for a spreadsheet.
    #[must_use]
    pub fn refusals_csv(&self) -> String {
        let mut out = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
        let written = out.write_record(["row", "column", "reason", "原因"]).and_then(|()| {
            self.refusals.iter().try_for_each(|refusal| {
                let (row, reason) = (refusal.row.to_string(), &refusal.reason);
                out.write_record([&row, &*quoted(&refusal.column), &*reason.en, &*reason.zh])
            })
        });
        debug_assert!(written.is_ok(), "memory takes what is written");
        String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// Takes a file into a layer's table, in the transaction that the connection stands in. The caller commits it, unless
/// [`Report::failure`] says that nothing may stay.
///
/// # Errors
/// 422 with what is wrong when the file can't be read; the transaction has to be rolled back then.
pub async fn import(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    file: &Path,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report> {
    if def.table.name == "region" {
        region_import::run(conn, def, file, options).await
    } else {
        import::run(conn, def, file, options, progress).await
    }
}

fn nothing_taken(report: &Report, strict: bool) -> Error {
    let (refused, rows) = (report.refused, report.rows);
    let errors = report.refusals.iter().take(20).map(|refusal| {
        FieldFault::new(format!("/{}", refusal.row), refusal.say(Language::Chinese), refusal.say(Language::English))
    });
    let why = report.refusals.first();
    let (zh, en) = why.map_or_else(Default::default, |why| (why.say(Language::Chinese), why.say(Language::English)));
    let message = if strict {
        text(
            format!("{rows} 行中有 {refused} 行有误，按要求全部不导入。首先：{zh}。"),
            format!("{refused} of {rows} rows are wrong, so none was taken, as asked. The first: {en}."),
        )
    } else {
        text(
            format!("{rows} 行全部有误，没有导入任何内容。首先：{zh}。"),
            format!("All {rows} rows are wrong; nothing was taken. The first: {en}."),
        )
    };
    Error::Invalid(message, errors.collect())
}

/// A file that can't be taken, as an answer.
fn invalid(reason: Text) -> Error {
    Error::Invalid(reason, Vec::new())
}

/// The routes of import and export.
pub(super) fn routes() -> OpenApiRouter<super::Server> {
    OpenApiRouter::new()
        .routes(routes!(api::import_file))
        .routes(routes!(api::export_file))
        .routes(routes!(approval::export_requests))
        .routes(routes!(approval::ask_to_export))
        .routes(routes!(approval::decide_on_export))
}
