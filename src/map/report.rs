//! Figures as files: what areas hold, and what a choropleth shows, as a workbook, as CSV or as `GeoJSON`.
//!
//! Who may read the figures may take them along: they are sums, not records. That they were taken is audited.

mod areas;
mod bounds;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{
    areas::Counted,
    bounds::{MAX_NAME, Vertices, wrong},
};
use super::{
    Map, Server, places,
    statistics::{self, people_codes},
};
use crate::{
    kernel::{
        actor::Actor,
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::Json,
        sheet::{self, Cell, Sheet, words},
        text::Language,
        time::CHINA,
    },
    layers::READ_MAP,
    spatial::{
        region::{Level, RegionCode},
        scope::Coverage,
    },
};

/// A report stands on one page when it is printed: so many areas side by side.
const MAX_AREAS: usize = 12;
/// Regions in a table of a choropleth.
const MAX_ROWS: usize = 20_000;
/// A legend has a handful of classes.
const MAX_CLASSES: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(area_report)).routes(routes!(region_report))
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ReportFormat {
    /// A workbook.
    Xlsx,
    /// One table in UTF-8.
    Csv,
    /// The shapes with their figures.
    GeoJson,
}

impl ReportFormat {
    fn media(self) -> (&'static str, &'static str) {
        match self {
            Self::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
            Self::GeoJson => ("application/geo+json", "geojson"),
        }
    }
}

/// Areas to report on.
#[derive(Debug, Deserialize, ToSchema)]
struct AreaReport {
    /// xlsx, csv or geojson.
    format: ReportFormat,
    /// 1 to 12 areas, in the order of the columns.
    #[schema(min_items = 1, max_items = 12)]
    areas: Vec<NamedArea>,
}

/// An area with the name that its column has.
#[derive(Debug, Deserialize, ToSchema)]
struct NamedArea {
    /// At most 60 characters; a region's own name, or a number, when not given.
    #[serde(default)]
    #[schema(max_length = 60)]
    name: String,
    /// What is counted.
    area: statistics::AreaRequest,
}

/// What areas hold, as a file.
///
/// The same figures as of `/api/areas/statistics`, in the language of the request.
#[utoipa::path(post, path = "/api/areas/report", tag = "map", request_body = AreaReport,
    responses((status = 200, description = "The file", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"), (serde_json::Value = "application/geo+json"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem), (status = 422, description = "A wrong geometry; says where", body = Problem)))]
async fn area_report(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Json(report): Json<AreaReport>,
) -> Result<Response> {
    actor.require(READ_MAP)?;
    if !(1..=MAX_AREAS).contains(&report.areas.len()) {
        return Err(Error::bad(
            format!("areas 应有 1 到 {MAX_AREAS} 个区域。"),
            format!("areas has 1 to {MAX_AREAS} areas."),
        ));
    }
    let language = language(&headers);
    let (format, count) = (report.format, report.areas.len());
    let regions: Vec<String> = report.areas.iter().flat_map(|named| areas::codes(&named.area)).collect();
    let work = {
        let (map, actor) = (map.clone(), actor.clone());
        move || {
            let counted = report
                .areas
                .into_iter()
                .enumerate()
                .map(|(index, named)| Counted::new(&map, &actor, index, &named.name, named.area, language))
                .collect::<Result<Vec<_>>>()?;
            match format {
                ReportFormat::Xlsx => {
                    let mut sheets = areas::sheets(&counted, people_codes(&map.memory), language);
                    sheets.push(sources(&map, &actor, COUNTED, language));
                    Ok(sheet::workbook(&sheets).map_err(anyhow::Error::from)?)
                }
                ReportFormat::Csv => Ok(sheet::csv(&areas::list(&counted, people_codes(&map.memory), language))?),
                ReportFormat::GeoJson => {
                    let mut vertices = Vertices::of("/areas");
                    collection(counted.iter().map(|area| area.feature(&map, &mut vertices)))
                }
            }
        }
    };
    let bytes = map.counting.run(work).await?;
    let detail = json!({ "format": format.media().1, "areas": count, "regions": regions });
    answer(&map, &actor, "report.areas", detail, format, bytes, language).await
}

/// A choropleth's table.
#[derive(Debug, Deserialize, ToSchema)]
struct RegionReport {
    /// xlsx, csv or geojson.
    format: ReportFormat,
    /// The figure's name, at most 60 characters.
    #[schema(max_length = 60)]
    title: String,
    /// Its unit, at most 60 characters.
    #[serde(default)]
    #[schema(max_length = 60)]
    unit: String,
    /// The classes from the least to the greatest, as the legend names them: at most 20 of 60 characters.
    #[serde(default)]
    #[schema(max_items = 20)]
    classes: Vec<String>,
    /// The regions, at most 20,000 and each of them once.
    #[schema(min_items = 1, max_items = 20_000)]
    rows: Vec<RegionRow>,
}

/// A region of a choropleth.
#[derive(Debug, Deserialize, ToSchema)]
struct RegionRow {
    /// Its code.
    #[schema(pattern = "^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})$")]
    region: String,
    /// Its figure; nothing where it has none.
    value: Option<f64>,
    /// Its class, from 0.
    class: Option<u32>,
}

/// What a choropleth shows, as a file.
///
/// Names, places and shapes are the server's; the figures are those that the reader was shown.
#[utoipa::path(post, path = "/api/regions/report", tag = "map", request_body = RegionReport,
    responses((status = 200, description = "The file", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"), (serde_json::Value = "application/geo+json"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "No such region in scope", body = Problem), (status = 422, description = "A region twice, or too many vertices; says where", body = Problem)))]
async fn region_report(
    State(map): State<Arc<Map>>,
    actor: Actor,
    headers: HeaderMap,
    Json(report): Json<RegionReport>,
) -> Result<Response> {
    actor.require(READ_MAP)?;
    let is_long = |text: &String| text.chars().count() > MAX_NAME;
    if !(1..=MAX_ROWS).contains(&report.rows.len())
        || report.classes.len() > MAX_CLASSES
        || [&report.title, &report.unit].into_iter().chain(&report.classes).any(is_long)
    {
        return Err(Error::bad(
            format!(
                "rows 应有 1 到 {MAX_ROWS} 行，classes 最多 {MAX_CLASSES} 个，title、unit 和级别名称最多 {MAX_NAME} 字。"
            ),
            format!(
                "rows has 1 to {MAX_ROWS} rows and classes at most {MAX_CLASSES}; \
                 title, unit and a class have at most {MAX_NAME} characters."
            ),
        ));
    }
    let language = language(&headers);
    let (format, count, title) = (report.format, report.rows.len(), report.title.clone());
    let work = {
        let (map, actor) = (map.clone(), actor.clone());
        move || {
            let lines = report.rows.iter().map(|row| line(&map, &actor, row)).collect::<Result<Vec<_>>>()?;
            let mut known = BTreeSet::new();
            if let Some(twice) = lines.iter().position(|(code, _, _)| !known.insert(*code)) {
                return Err(wrong(
                    format!("/rows/{twice}/region"),
                    format!("区划 {} 重复。", lines[twice].0.short()),
                    format!("The region {} is there twice.", lines[twice].0.short()),
                ));
            }
            if format == ReportFormat::GeoJson {
                let mut vertices = Vertices::of("/rows");
                return collection(lines.iter().zip(&report.rows).map(|((code, name, _), row)| {
                    Ok(json!({
                        "type": "Feature", "id": code.get(), "geometry": areas::shape(&map, &[*code], &mut vertices)?,
                        "properties": {
                            "code": code.short(), "name": name, "figure": report.title, "unit": report.unit,
                            "value": row.value, "class": row.class, "class_name": class_name(&report, row),
                        },
                    }))
                }));
            }
            let table = table(&report, lines, language);
            if format == ReportFormat::Csv {
                return Ok(sheet::csv(&table)?);
            }
            Ok(sheet::workbook(&[table, sources(&map, &actor, SHOWN, language)]).map_err(anyhow::Error::from)?)
        }
    };
    let bytes = map.counting.run(work).await?;
    let detail = json!({ "format": format.media().1, "figure": title, "regions": count });
    answer(&map, &actor, "report.regions", detail, format, bytes, language).await
}

/// A region of the table: its code, its name and the names of those that hold it.
fn line(map: &Map, actor: &Actor, row: &RegionRow) -> Result<(RegionCode, String, String)> {
    let code = places::region_code(&row.region)?;
    let range = code.range();
    let regions = map.memory.regions();
    let seen = actor.scope().holds(*range.start(), *range.end()) != Coverage::None;
    let info = regions.get(code).filter(|_| seen).ok_or_else(|| places::no_region(map, code))?;
    let above = code.parent().map(|parent| regions.words(parent)).unwrap_or_default();
    Ok((code, info.name.clone(), above))
}

fn class_name<'a>(report: &'a RegionReport, row: &RegionRow) -> &'a str {
    row.class.and_then(|class| report.classes.get(class as usize)).map_or("", String::as_str)
}

fn table(report: &RegionReport, lines: Vec<(RegionCode, String, String)>, language: Language) -> Sheet {
    let say = |zh: &str, en: &str| words(language, zh, en);
    let figure =
        if report.unit.is_empty() { report.title.clone() } else { format!("{} ({})", report.title, report.unit) };
    Sheet {
        name: say("专题图", "Choropleth"),
        headings: vec![say("代码", "Code"), say("名称", "Name"), say("上级", "Within"), figure, say("级别", "Class")],
        rows: lines
            .into_iter()
            .zip(&report.rows)
            .map(|((code, name, above), row)| {
                let value = row
                    .value
                    .map_or(Cell::Nothing, |value| Cell::Real(value, if value.fract() == 0.0 { 0 } else { 2 }));
                vec![code.short().into(), name.into(), above.into(), value, class_name(report, row).into()]
            })
            .collect(),
    }
}

/// How the figures of areas come about.
const COUNTED: (&str, &str) = (
    "按地图服务内存中的现状统计，只含操作者辖区内的记录；建筑按轮廓中心点归属，其余按位置归属；60 岁及以上为老年，15 岁以下为少年儿童。",
    "Counted from the map's memory as it stands, of records in the actor's scope only; buildings by the middle of their outline, everything else by its place; the elderly are 60 and over, children below 15.",
);
/// How those of a choropleth do.
const SHOWN: (&str, &str) = (
    "数值和级别为操作者生成此表时页面所示，由页面提交，未重新统计；名称、上级和边界取自系统。",
    "Figures and classes are those that the page showed when this file was made; it sent them, and they weren't counted again. Names, what holds a region, and boundaries are the server's.",
);

/// When, for whom and of what the figures were counted.
fn sources(map: &Map, actor: &Actor, how: (&str, &str), language: Language) -> Sheet {
    let say = |zh: &str, en: &str| words(language, zh, en);
    let scope: Vec<String> = actor
        .regions()
        .iter()
        .map(|code| map.memory.regions().get(*code).map_or_else(|| code.short(), |info| info.name.clone()))
        .collect();
    let made_at = map.app.clock.now().with_timezone(&CHINA).format("%Y-%m-%d %H:%M:%S %:z").to_string();
    let (boundaries, nature) = boundaries(map, language);
    let credits = [
        (say("审图号", "Approval number"), map.credits.approval.clone()),
        (say("制图单位", "Made by"), map.credits.author.clone()),
    ];
    let rows = [
        (say("生成时间", "Made at"), made_at),
        (say("操作者", "By"), actor.name().to_owned()),
        (say("管辖范围", "Scope"), scope.join(&say("、", ", "))),
        (say("统计口径", "How it is counted"), say(how.0, how.1)),
        (say("边界来源", "Source of the boundaries"), boundaries),
        (say("边界说明", "About the boundaries"), nature),
    ];
    Sheet {
        name: say("说明", "Sources"),
        headings: vec![say("项目", "Item"), say("内容", "Content")],
        rows: rows
            .into_iter()
            .chain(credits.into_iter().filter_map(|(item, said)| Some((item, said?))))
            .map(|(item, text)| vec![item.into(), text.into()])
            .collect(),
    }
}

/// The levels from the city down, as a sentence names them.
const LEVELS: [(Level, &str, &str); 5] = [
    (Level::City, "市", "city"),
    (Level::County, "县（区）", "counties"),
    (Level::Street, "街道（乡镇）", "streets"),
    (Level::Community, "社区（村）", "communities"),
    (Level::Grid, "网格", "grids"),
];

/// Where the boundaries of each level come from, and what they are good for. A boundary that a program has made is
/// called so; of the others only their source is known, so none is called a survey.
fn boundaries(map: &Map, language: Language) -> (String, String) {
    let say = |zh: &str, en: &str| words(language, zh, en);
    let and = say("、", ", ");
    let regions = map.memory.regions();
    let (mut by_source, mut made) = (Vec::<(String, Vec<String>)>::new(), Vec::new());
    for (level, zh, en) in LEVELS {
        let (mut sources, mut is_made) = (BTreeSet::new(), false);
        let below = regions.city().into_iter().flat_map(|city| regions.below(city.code, level));
        for info in regions.city().filter(|_| level == Level::City).into_iter().chain(below) {
            sources.insert(info.source.as_str());
            is_made |= info.made;
        }
        if is_made {
            made.push(say(zh, en));
        }
        for source in sources.into_iter().filter(|source| !source.is_empty()) {
            match by_source.iter_mut().find(|(known, _)| known == source) {
                Some((_, levels)) => levels.push(say(zh, en)),
                None => by_source.push((source.to_owned(), vec![say(zh, en)])),
            }
        }
    }
    let listed: Vec<String> = by_source
        .into_iter()
        .map(|(source, levels)| format!("{}{}{source}", levels.join(&and), say("：", ": ")))
        .collect();
    let sources = if listed.is_empty() { say("未登记", "not recorded") } else { listed.join(&say("；", "; ")) };
    let nature = if made.is_empty() {
        say(
            "边界取自所列来源，精度以来源为准，不作为划界依据。",
            "Boundaries are as their sources give them, as exact as those; they settle no boundary.",
        )
    } else {
        let made = made.join(&and);
        words(
            language,
            &format!("{made}的边界由程序生成，不是测量成果；其余边界取自所列来源。均不作为划界依据。"),
            &format!(
                "The boundaries of {made} were generated by a program and are no survey; \
                 the others are as their sources give them. They settle no boundary."
            ),
        )
    };
    (sources, nature)
}

fn language(headers: &HeaderMap) -> Language {
    Language::of(headers)
}

/// Feature by feature, so that only one of them is in memory as a tree.
fn collection(features: impl Iterator<Item = Result<Value>>) -> Result<Vec<u8>> {
    let mut bytes = br#"{"type":"FeatureCollection","features":["#.to_vec();
    for (index, feature) in features.enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        serde_json::to_writer(&mut bytes, &feature?).map_err(anyhow::Error::from)?;
    }
    bytes.extend_from_slice(b"]}");
    Ok(bytes)
}

async fn answer(
    map: &Map,
    actor: &Actor,
    action: &'static str,
    detail: Value,
    format: ReportFormat,
    bytes: Vec<u8>,
    language: Language,
) -> Result<Response> {
    let mut tx = map.app.db.begin(actor).await?;
    tx.audit(AuditEntry { action, object: format.media().1.to_owned(), region: actor.home(), detail });
    tx.commit().await?;
    let (kind, ending) = format.media();
    let name = words(language, "格厅统计", "gridhall-figures");
    let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let disposition = format!("attachment; filename=\"gridhall.{ending}\"; filename*=UTF-8''{name}.{ending}");
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
