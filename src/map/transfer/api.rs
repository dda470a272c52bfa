//! Import and export over HTTP.

use std::{
    collections::BTreeSet,
    io::Write,
    os::fd::AsRawFd,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tokio::{io::AsyncReadExt, sync::Semaphore};
use utoipa::{IntoParams, ToSchema};

use super::{Format, Options, Refusal, Report, Selection, export, export::count, import, store};
use crate::{
    kernel::{
        actor::Actor,
        codes::UNMASK_PURPOSES,
        db::AuditEntry,
        error::{Error, FieldFault, Problem, Result},
        http::{Path, Query, piece},
        permission::SEE_SENSITIVE,
        request,
        text::{Language, text},
        time,
    },
    layers::LayerStore,
    map::permissions::EXPORT,
    map::{Map, ogc::boxes, places::seen_region},
};

/// The bytes that an upload may have.
const MAX_UPLOAD: u64 = 1 << 30;
/// The refused rows that an answer lists.
pub(crate) const MAX_LISTED: usize = 1000;

/// Imports are heavy: one at a time; exports two.
static IMPORTS: Semaphore = Semaphore::const_new(1);
static EXPORTS: Semaphore = Semaphore::const_new(2);
/// How long a file that has come waits for its turn.
const TURN: Duration = Duration::from_mins(1);
/// Who is sending files, and how many may.
static UPLOADS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
const MAX_UPLOADS: usize = 16;

/// A file on its way here: one of each actor at a time.
struct Upload(String);

impl Upload {
    fn begin(actor: &Actor) -> Result<Self> {
        let mut uploads = UPLOADS.lock().unwrap_or_else(PoisonError::into_inner);
        if uploads.len() >= MAX_UPLOADS {
            return Err(Error::Busy);
        }
        if !uploads.insert(actor.key().to_owned()) {
            return Err(Error::Conflict(text(
                "您的另一个文件正在上传，请等它结束。",
                "Another file of yours is being sent; wait for its end.",
            )));
        }
        Ok(Self(actor.key().to_owned()))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        UPLOADS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// How a file is to be taken in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// The file's name; its ending helps to tell the format.
    #[serde(default)]
    name: String,
    /// fgb, geojson, geojsonseq, shapefile or csv; told from the content without it.
    format: Option<String>,
    /// EPSG:4326, EPSG:4490, EPSG:3857, EPSG:4513 to 4554, GCJ-02 or BD-09; goes before what the file says.
    crs: Option<String>,
    /// Headings and their fields: `列名=name,另一列=phone`.
    #[serde(default)]
    map: String,
    /// Read, check and place, and store nothing.
    #[serde(default)]
    dry_run: bool,
    /// Take all rows or none.
    #[serde(default)]
    strict: bool,
    /// For regions: the first day on which the boundaries hold, today without it.
    valid_from: Option<NaiveDate>,
    /// For regions: siblings that the file doesn't name end on that day.
    #[serde(default)]
    replace: bool,
}

/// A heading and the field that it was understood as.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MappedColumn {
    /// The file's heading.
    pub(crate) heading: String,
    /// The field.
    pub(crate) field: String,
}

/// A row that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedRow {
    /// The row that a spreadsheet shows, or the record's place in the file, from one.
    row: u64,
    /// The heading of the value that is wrong; empty for the row as a whole.
    column: String,
    /// Why.
    reason: String,
}

impl RefusedRow {
    /// A refusal in a language.
    pub(crate) fn new(refusal: Refusal, language: Language) -> Self {
        let reason = refusal.reason.in_language(language).to_owned();
        Self { row: refusal.row, column: refusal.column, reason }
    }
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportReport {
    /// The layer.
    layer: String,
    /// Whether nothing was stored, as asked.
    dry_run: bool,
    /// The format that was read.
    format: String,
    /// How its text was encoded, where that was in question.
    encoding: Option<String>,
    /// The coordinate system that was taken.
    crs: String,
    /// Headings that were understood.
    columns: Vec<MappedColumn>,
    /// Headings that were passed over.
    ignored: Vec<String>,
    /// Rows in the file.
    rows: u64,
    /// Rows that are new.
    inserted: u64,
    /// Rows that were there already by their external id.
    updated: u64,
    /// Rows that stand in no grid.
    unplaced: u64,
    /// Rows that were refused.
    refused: u64,
    /// The first thousand of those.
    refusals: Vec<RefusedRow>,
}

impl ImportReport {
    fn new(layer: &str, dry_run: bool, report: Report, language: Language) -> Self {
        Self {
            layer: layer.to_owned(),
            dry_run,
            format: report.format.map(|format| format.to_string()).unwrap_or_default(),
            encoding: report.encoding.map(str::to_owned),
            crs: report.crs.map(|crs| crs.to_string()).unwrap_or_default(),
            columns: report.columns.into_iter().map(|(heading, field)| MappedColumn { heading, field }).collect(),
            ignored: report.ignored,
            rows: report.rows,
            inserted: report.inserted,
            updated: report.updated,
            unplaced: report.unplaced,
            refused: report.refused,
            refusals: report
                .refusals
                .into_iter()
                .take(MAX_LISTED)
                .map(|refusal| RefusedRow::new(refusal, language))
                .collect(),
        }
    }
}

pub(super) fn layer<'a>(map: &'a Map, name: &str) -> Result<&'a LayerStore> {
    map.memory.layer(name).map(|(_, held)| held).ok_or_else(|| {
        let short: String = name.chars().take(40).collect();
        Error::not_found(format!("没有图层“{short}”。"), format!("There is no layer {short:?}."))
    })
}

fn format(name: &str) -> Result<Format> {
    name.parse().map_err(|error| {
        let short: String = name.chars().take(40).collect();
        Error::bad(format!("没有格式“{short}”；有 fgb、geojson、geojsonseq、shapefile、csv。"), format!("{error}."))
    })
}

/// Reads `列名=name,另一列=phone`.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>> {
    text.split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| match pair.rsplit_once('=') {
            Some((heading, name)) => Ok((heading.trim().to_owned(), name.trim().to_owned())),
            None => Err(Error::bad(
                format!("对应关系“{pair}”应写作 列名=字段。"),
                format!("The mapping {pair:?} has to be HEADING=FIELD."),
            )),
        })
        .collect()
}

/// Takes a file into a layer.
///
/// FlatGeobuf, GeoJSON, newline-delimited GeoJSON, a zipped Shapefile or CSV as the body. Rows are checked and placed
/// in their grids; rows whose external id is there already are changed. All of it is one transaction.
#[utoipa::path(post, path = "/api/layers/{layer}/import", tag = "transfer",
    params(("layer" = String, Path, description = "The layer's name"), ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, body = ImportReport), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn import_file(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(name): Path<String>,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<ImportReport>> {
    let def = layer(&map, &name)?.def;
    actor.require(def.write)?;
    plain_body(&headers)?;
    let language = Language::of(&headers);
    let crs = query.crs.as_deref().map(str::parse).transpose().map_err(|error: crate::spatial::crs::UnknownCrs| {
        Error::bad(
            format!("不认识坐标系“{}”；可用 EPSG:4326、4490、3857、4513 至 4554、GCJ-02、BD-09。", error.0),
            format!("{error}."),
        )
    })?;
    let options = Options {
        name: query.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        format: query.format.as_deref().map(format).transpose()?,
        crs,
        map: pairs(&query.map)?,
        dry_run: query.dry_run,
        strict: query.strict,
        scoped: !actor.scope().contains(0),
        owner: false,
        valid_from: query.valid_from,
        replace: query.replace,
        today: time::day(map.app.clock.now()),
    };
    // Who sends slowly holds nobody up: the turn comes when all of the file is there.
    let file = {
        let _upload = Upload::begin(&actor)?;
        receive(body).await?
    };
    let turn = tokio::time::timeout(TURN, IMPORTS.acquire()).await.map_err(|_| Error::Busy)?;
    let _turn = turn.map_err(|error| Error::Internal(error.into()))?;
    let mut tx = map.app.db.begin(&actor).await?;
    tx.because(&format!("导入 {}", options.name)).await?;
    let report = import(&mut tx, def, &file.path, &options, &|_| {}).await?;
    if let Some(failure) = report.failure(options.strict) {
        return Err(failure);
    }
    if !options.dry_run {
        tx.audit(report.audit(def.name, &options));
        tx.commit().await?;
    }
    Ok(axum::Json(ImportReport::new(def.name, options.dry_run, report, language)))
}

/// Refuses a form and a body that was packed for its way: what they hold would be taken for the file.
fn plain_body(headers: &HeaderMap) -> Result<()> {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let form = value(header::CONTENT_TYPE).to_ascii_lowercase().starts_with("multipart/");
    let coding = value(header::CONTENT_ENCODING);
    if !form && (coding.is_empty() || coding.eq_ignore_ascii_case("identity")) {
        return Ok(());
    }
    Err(Error::UnsupportedMedia(text(
        "请直接把文件内容作为请求体发送，不要用表单上传，也不要压缩传输（Content-Encoding）。",
        "Send the file itself as the body: not in a form, and without a Content-Encoding.",
    )))
}

/// What was sent, in a file that no folder holds: it is gone with the process, however that ends.
struct Received {
    _file: std::fs::File,
    /// Where it can be opened as long as this is there.
    path: PathBuf,
}

/// Writes a body to a file of its own, within bounds.
async fn receive(body: Body) -> Result<Received> {
    let mut file = tempfile::tempfile().map_err(|error| Error::Internal(error.into()))?;
    let mut stream = body.into_data_stream();
    let mut length = 0;
    while let Some(chunk) = piece(&mut stream).await? {
        length += chunk.len() as u64;
        if length > MAX_UPLOAD {
            let most = MAX_UPLOAD >> 30;
            return Err(Error::TooLarge(text(
                format!("文件最大 {most} GiB；更大的请在服务器上用 gridhall import 导入。"),
                format!("A file may have {most} GiB; import a larger one on the server by gridhall import."),
            )));
        }
        file.write_all(&chunk).map_err(|error| Error::Internal(error.into()))?;
    }
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    Ok(Received { _file: file, path })
}

/// Reads west,south,east,north; a box over the 180th meridian is none of a city's.
pub(super) fn degrees(text: &str) -> Result<[f64; 4]> {
    match boxes(text)?.as_slice() {
        [(degrees, _)] => Ok(*degrees),
        _ => Err(Error::bad("bbox 的西边界应小于东边界。", "In bbox, west has to be less than east.")),
    }
}

/// What to write.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// fgb, geojson (default), geojsonseq or csv.
    format: Option<String>,
    /// Only the records of a region.
    region: Option<String>,
    /// Only what meets a box: west,south,east,north in WGS 84 degrees.
    bbox: Option<String>,
    /// What plain identity numbers and telephones are for: a code of the table `unmask_purpose`, or 1 to 200 characters
    /// in one's own words. Required of who is cleared for them; the audit keeps it.
    purpose: Option<String>,
    /// The request to which somebody else has agreed: its region, box and purpose hold, and none is said here.
    request: Option<i64>,
}

/// What plain values are exported for, as the audit keeps it: said in the query, or in the header `X-Purpose`.
pub(super) fn stated_purpose(query: Option<&str>) -> Result<String> {
    let said = query.map(|purpose| UNMASK_PURPOSES.name_of(purpose.trim(), Language::Chinese).to_owned());
    let said = said.or_else(|| request::current().map(|context| context.purpose().to_owned())).unwrap_or_default();
    let length = said.chars().count();
    let is_said = (1..=request::MAX_PURPOSE).contains(&length)
        && said.chars().any(char::is_alphanumeric)
        && !said.chars().any(char::is_control);
    if !is_said {
        return Err(Error::Invalid(
            text(
                "导出含身份号码、电话等敏感信息，须注明用途（purpose）。",
                "An export with identity numbers, telephones and the like needs a purpose.",
            ),
            vec![FieldFault::new("/purpose", "用途为 1 到 200 个字符", "a purpose has 1 to 200 characters")],
        ));
    }
    request::serves(&said);
    Ok(said)
}

/// Writes a layer's records to a file.
///
/// Identity numbers and the like are left out unless the actor is cleared for them; then a purpose is to be said, and more
/// records than the policy lets go in a day need somebody else who agrees (`request`).
#[utoipa::path(get, path = "/api/layers/{layer}/export", tag = "transfer",
    params(("layer" = String, Path, description = "The layer's name"), ExportQuery),
    responses((status = 200, description = "The file", content((Vec<u8> = "application/flatgeobuf"), (serde_json::Value = "application/geo+json"), (String = "application/geo+json-seq"), (String = "text/csv"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, description = "Somebody else has to agree first", body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn export_file(
    State(map): State<Arc<Map>>,
    actor: Actor,
    Path(name): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response> {
    let def = layer(&map, &name)?.def;
    actor.require(def.permission)?;
    actor.require(EXPORT)?;
    let format = query.format.as_deref().map_or(Ok(Format::GeoJson), format)?;
    let mut selection = Selection {
        region: query
            .region
            .as_deref()
            .map(|code| seen_region(&map, &actor, Some(code)))
            .transpose()?
            .map(|(code, _)| code),
        bbox: query.bbox.as_deref().map(degrees).transpose()?,
        sensitive: actor.may(SEE_SENSITIVE),
        owner: false,
    };
    let is_plain = selection.sensitive && def.table.columns.iter().any(|column| column.sensitive);
    if query.request.is_some() {
        actor.require(SEE_SENSITIVE)?;
        if query.region.is_some() || query.bbox.is_some() || query.purpose.is_some() {
            return Err(Error::bad(
                "按申请（request）导出时，区划、范围与用途以申请为准，请勿另行指定。",
                "With request, region, bbox and purpose are those that were asked for: leave them out.",
            ));
        }
    } else if is_plain {
        stated_purpose(query.purpose.as_deref())?;
    }
    let _turn = EXPORTS.try_acquire().map_err(|_| Error::Busy)?;
    let file = tempfile::tempfile().map_err(|error| Error::Internal(error.into()))?;
    let again = file.try_clone().map_err(|error| Error::Internal(error.into()))?;
    let mut tx = if selection.sensitive {
        // Categories of level 4 are in no file, whoever asks.
        map.app.db.begin_cleared(&actor, false).await?.0
    } else {
        map.app.db.begin(&actor).await?
    };
    if let Some(id) = query.request {
        let agreed = store::use_request(&mut tx, id, &actor, def.name).await?;
        (selection.region, selection.bbox) = (Some(agreed.region), agreed.bbox);
        request::serves(&agreed.purpose);
    } else if is_plain {
        let records = count(&mut tx, def, selection).await?;
        store::record_own_export(&mut tx, &actor, records).await?;
    }
    let written = export(&mut tx, def, format, selection, file).await?;
    tx.audit(AuditEntry {
        action: "export",
        object: def.name.to_owned(),
        region: selection.region.map_or(0, crate::spatial::region::RegionCode::get),
        detail: serde_json::json!({
            "format": format.to_string(), "records": written.records, "bbox": selection.bbox, "sensitive": selection.sensitive,
            "request": query.request,
        }),
    });
    tx.commit().await?;
    let (kind, ending) = match format {
        Format::FlatGeobuf => ("application/flatgeobuf", "fgb"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::GeoJsonSeq => ("application/geo+json-seq", "geojsonl"),
        _ => ("application/geo+json", "geojson"),
    };
    let disposition = format!("attachment; filename=\"{}.{ending}\"", def.name);
    let body = send(again).map_err(|error| Error::Internal(error.into()))?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A file as a body, piece by piece.
fn send(mut file: std::fs::File) -> std::io::Result<Body> {
    use std::io::Seek;
    file.rewind()?;
    Ok(Body::from_stream(pieces(tokio::fs::File::from_std(file))))
}

fn pieces(mut file: tokio::fs::File) -> impl futures::Stream<Item = std::io::Result<bytes::Bytes>> + Send {
    async_stream::try_stream! {
        loop {
            let mut piece = bytes::BytesMut::with_capacity(1 << 16);
            if file.read_buf(&mut piece).await? == 0 {
                break;
            }
            yield piece.freeze();
        }
    }
}
