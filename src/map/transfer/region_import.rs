//! Boundaries of regions: siblings are checked for gaps and overlaps, and each version has the days on which it holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::NaiveDate;
use geo::{
    Area, BooleanOps, BoundingRect, Coord, Geometry, InteriorPoint, Intersects, MultiPolygon, Rect, unary_union,
};
use geozero::{ToGeo, wkb::Wkb};
use sqlx::PgConnection;

use super::{
    Options, Report,
    export::level_name,
    import::open_file,
    invalid,
    mapping::Target,
    shape,
    source::{Meter, Record},
};
use crate::{
    kernel::{
        error::{Error, FieldFault, Result},
        initials::initials,
        text::{Language, Text, narrow, text},
    },
    layers::LayerDef,
    spatial::region::{Level, RegionCode},
};

/// A gap or an overlap is one from this mean width on, in metres: less is rounding between programs.
const MIN_WIDTH_M: f64 = 0.5;
const MIN_AREA_M2: f64 = 4.0;
/// How many faults are told.
const MAX_FAULTS: usize = 50;
/// As many regions are taken at a time: a large city has some ten thousand grids.
const MAX_REGIONS: u64 = 20_000;
const METRES_A_DEGREE: f64 = 111_195.0;

/// A region of the file, or one that is there.
struct ImportedRegion {
    code: RegionCode,
    name: String,
    shape: MultiPolygon<f64>,
    /// Where it stands in the file; those that are there already have none.
    row: Option<u64>,
}

/// A place where boundaries don't fit.
struct Misfit {
    at: Coord<f64>,
    area_m2: f64,
    what: Text,
}

pub(super) async fn run(
    conn: &mut PgConnection,
    def: &'static LayerDef,
    file: &Path,
    options: &Options,
) -> Result<Report> {
    let meter = Meter::default();
    let (mut source, mapping, crs, mut report) = open_file(def, file, options, &meter).await?.parts();
    let Some(level) = Level::ALL.into_iter().find(|level| level_name(*level) == def.name) else {
        return Err(invalid(text("没有这一级区划。", "There is no such level of regions.")));
    };
    for (index, column) in def.table.columns.iter().enumerate() {
        if mapping.source(Target::Column(index)).is_none() {
            return Err(invalid(mapping.missing(column)));
        }
    }
    let read = tokio::task::spawn_blocking(move || -> std::result::Result<_, Text> {
        let (mut record, mut boundaries) = (Record::default(), Vec::<ImportedRegion>::new());
        let mut codes = BTreeSet::new();
        let value = |record: &Record, index| {
            mapping.source(Target::Column(index)).map_or_else(String::new, |place| record.values[place].clone())
        };
        while source.next(&mut record)? {
            report.rows += 1;
            if report.rows > MAX_REGIONS {
                return Err(text(
                    format!("一次最多导入 {MAX_REGIONS} 个区划。"),
                    format!("At most {MAX_REGIONS} regions are taken at a time."),
                ));
            }
            if let Some((heading, reason)) = mapping.fault(&record) {
                report.refuse(record.row, &heading, reason);
                continue;
            }
            let given = record.shape.take();
            match boundary(def, level, crs, &record, given, &value(&record, 0), value(&record, 1)) {
                Ok(found) if !codes.insert(found.code) => {
                    let code = found.code.short();
                    report.refuse(
                        record.row,
                        mapping.heading(Target::Column(0)),
                        text(format!("代码 {code} 重复"), format!("the code {code} stands twice")),
                    );
                }
                Ok(found) => boundaries.push(found),
                Err((index, reason)) => {
                    let heading = index.map_or("", |index| mapping.heading(Target::Column(index)));
                    report.refuse(record.row, heading, reason);
                }
            }
        }
        Ok((boundaries, report))
    });
    let (boundaries, mut report) = read
        .await
        .map_err(|_| invalid(text("文件已损坏，无法读取。", "The file is damaged and can't be read.")))?
        .map_err(invalid)?;
    if report.refused > 0 {
        // One wrong boundary leaves a gap: all or nothing.
        return Ok(report);
    }
    if boundaries.is_empty() {
        return Err(invalid(text("文件里没有数据行。", "The file holds no rows.")));
    }
    let all = with_siblings(conn, level, boundaries, options.replace).await?;
    let parents = parents(conn, level, &all).await?;
    let (all, misfits) = tokio::task::spawn_blocking(move || {
        let misfits = misfits(&all, &parents);
        (all, misfits)
    })
    .await
    .map_err(|error| Error::Internal(error.into()))?;
    if !misfits.is_empty() {
        return Err(refuse(&misfits));
    }
    let from = options.valid_from.unwrap_or(options.today);
    if from > options.today {
        // The map shows the newest boundary of a region, whatever its day.
        return Err(invalid(text(
            format!("边界的生效日期 {from} 在今天之后：边界导入后立即生效。"),
            format!("The boundaries' day {from} lies after today: they hold at once."),
        )));
    }
    if !options.dry_run {
        store(conn, level, &all, from, options, &mut report).await?;
    }
    Ok(report)
}

fn boundary(
    def: &LayerDef,
    level: Level,
    crs: crate::spatial::crs::Crs,
    record: &Record,
    given: Option<std::result::Result<Geometry<f64>, Text>>,
    code: &str,
    name: String,
) -> std::result::Result<ImportedRegion, (Option<usize>, Text)> {
    let code = narrow(code);
    let code: RegionCode = code.trim().parse().map_err(|error: crate::spatial::region::RegionCodeError| {
        (Some(0), text(format!("区划代码“{code}”有误"), error.to_string()))
    })?;
    if code.level() != level {
        let digits = level.digits();
        return Err((
            Some(0),
            text(format!("本级代码应为 {digits} 位"), format!("a code of this level has {digits} digits")),
        ));
    }
    if name.is_empty() || name.chars().count() > 100 {
        return Err((Some(1), text("名称应有 1 至 100 个字符", "a name has 1 to 100 characters")));
    }
    let shape = given.unwrap_or_else(|| Err(text("没有边界", "it has no boundary")));
    let shape = shape.and_then(|shape| shape::settle(shape, def.geometry, crs)).map_err(|reason| (None, reason))?;
    let Geometry::MultiPolygon(shape) = shape else {
        return Err((None, text("边界应为多边形", "a boundary is a polygon")));
    };
    Ok(ImportedRegion { code, name, shape, row: Some(record.row) })
}

/// The file's regions with those of their siblings that stay.
async fn with_siblings(
    conn: &mut PgConnection,
    level: Level,
    mut boundaries: Vec<ImportedRegion>,
    replace: bool,
) -> Result<Vec<ImportedRegion>> {
    if replace {
        return Ok(boundaries);
    }
    let named: BTreeSet<i64> = boundaries.iter().map(|boundary| boundary.code.get()).collect();
    let parents: Vec<i64> = boundaries.iter().filter_map(|b| b.code.parent()).map(RegionCode::get).collect();
    let rows: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
        "select code, name, st_asbinary(geom) from region where level = $1 and valid_to is null and parent = any($2)",
    )
    .bind(level as i16)
    .bind(&parents)
    .fetch_all(conn)
    .await?;
    for (code, name, wkb) in rows {
        if !named.contains(&code) {
            let code = RegionCode::new(code).map_err(|error| Error::Internal(error.into()))?;
            boundaries.push(ImportedRegion { code, name, shape: polygons(&wkb)?, row: None });
        }
    }
    Ok(boundaries)
}

fn polygons(wkb: &[u8]) -> Result<MultiPolygon<f64>> {
    match Wkb(wkb).to_geo() {
        Ok(Geometry::MultiPolygon(polygons)) => Ok(polygons),
        Ok(_) => Err(Error::Internal(anyhow::anyhow!("a region of the database is no polygon"))),
        Err(error) => Err(Error::Internal(error.into())),
    }
}

/// The regions one level up, by code. A county needs none: the city is made of its counties.
async fn parents(
    conn: &mut PgConnection,
    level: Level,
    all: &[ImportedRegion],
) -> Result<BTreeMap<i64, (String, MultiPolygon<f64>)>> {
    if level == Level::County {
        return Ok(BTreeMap::new());
    }
    let wanted: Vec<i64> = all.iter().filter_map(|boundary| boundary.code.parent()).map(RegionCode::get).collect();
    let rows: Vec<(i64, String, Vec<u8>)> =
        sqlx::query_as("select code, name, st_asbinary(geom) from region where valid_to is null and code = any($1)")
            .bind(&wanted)
            .fetch_all(conn)
            .await?;
    let mut parents = BTreeMap::new();
    for (code, name, wkb) in rows {
        parents.insert(code, (name, polygons(&wkb)?));
    }
    if let Some(missing) = wanted.iter().find(|code| !parents.contains_key(code)) {
        let short = RegionCode::new(*missing).map(RegionCode::short).unwrap_or_default();
        return Err(invalid(text(
            format!("上级区划 {short} 不存在，或不在您的辖区内；请先导入上级。"),
            format!("The region above, {short}, isn't there or not in your scope; import it first."),
        )));
    }
    Ok(parents)
}

/// Square metres of a shape in degrees.
fn square_metres(shape: &impl Area<f64>, at: Coord<f64>) -> f64 {
    shape.unsigned_area() * METRES_A_DEGREE * METRES_A_DEGREE * at.y.to_radians().cos()
}

/// The parts of a shape that are wide enough to be more than rounding.
fn parts(shape: MultiPolygon<f64>, what: &Text, into: &mut Vec<Misfit>) {
    for part in shape {
        let Some(at) = part.interior_point().map(|point| point.0) else { continue };
        let area_m2 = square_metres(&part, at);
        let squeeze = at.y.to_radians().cos();
        let around: f64 = part
            .exterior()
            .lines()
            .map(|line| ((line.dx() * squeeze).powi(2) + line.dy().powi(2)).sqrt() * METRES_A_DEGREE)
            .sum();
        if area_m2 >= MIN_AREA_M2 && 2.0 * area_m2 / around >= MIN_WIDTH_M {
            into.push(Misfit { at, area_m2, what: what.clone() });
        }
    }
}

/// Where siblings overlap, leave a gap in the region above, or reach beyond it; the largest first.
fn misfits(all: &[ImportedRegion], parents: &BTreeMap<i64, (String, MultiPolygon<f64>)>) -> Vec<Misfit> {
    let mut found = Vec::new();
    let boxes: Vec<Option<Rect<f64>>> = all.iter().map(|boundary| boundary.shape.bounding_rect()).collect();
    for (index, one) in all.iter().enumerate() {
        for (other_index, other) in all.iter().enumerate().skip(index + 1) {
            let (Some(a), Some(b)) = (boxes[index], boxes[other_index]) else { continue };
            if (one.row.is_none() && other.row.is_none()) || !a.intersects(&b) {
                continue;
            }
            let (a, b) = (label(one), label(other));
            let what = text(format!("{}与{}重叠", a.zh, b.zh), format!("{} and {} overlap", a.en, b.en));
            parts(one.shape.intersection(&other.shape), &what, &mut found);
        }
    }
    for (code, (name, shape)) in parents {
        let children: Vec<&MultiPolygon<f64>> = all
            .iter()
            .filter(|boundary| boundary.code.parent().is_some_and(|parent| parent.get() == *code))
            .map(|boundary| &boundary.shape)
            .collect();
        let union = unary_union(children);
        let gap = text(format!("{name}内有空缺"), format!("a gap within {name}"));
        parts(shape.difference(&union), &gap, &mut found);
        let beyond = text(format!("超出{name}的边界"), format!("beyond the boundary of {name}"));
        parts(union.difference(shape), &beyond, &mut found);
    }
    found.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    found
}

fn label(boundary: &ImportedRegion) -> Text {
    let (name, code) = (&boundary.name, boundary.code.short());
    match boundary.row {
        Some(row) => text(format!("第 {row} 行“{name}”（{code}）"), format!("row {row} ({name}, {code})")),
        None => text(format!("现有的“{name}”（{code}）"), format!("{name} ({code}), which is there,")),
    }
}

fn refuse(misfits: &[Misfit]) -> Error {
    let say = |misfit: &Misfit, language| {
        let (at, area, what) = (misfit.at, misfit.area_m2, misfit.what.in_language(language));
        match language {
            Language::Chinese => format!("{what}：位于 ({:.6}, {:.6})，{area:.0} 平方米", at.x, at.y),
            Language::English => format!("{what} at ({:.6}, {:.6}), {area:.0} m²", at.x, at.y),
        }
    };
    let (count, first) = (misfits.len(), &misfits[0]);
    let errors = misfits
        .iter()
        .take(MAX_FAULTS)
        .map(|misfit| FieldFault::new("", say(misfit, Language::Chinese), say(misfit, Language::English)));
    Error::Invalid(
        text(
            format!(
                "边界之间有 {count} 处空缺或重叠，没有导入任何内容。最大的一处：{}。",
                say(first, Language::Chinese)
            ),
            format!(
                "The boundaries have {count} gaps or overlaps; nothing was taken. The largest: {}.",
                say(first, Language::English)
            ),
        ),
        errors.collect(),
    )
}

async fn store(
    conn: &mut PgConnection,
    level: Level,
    all: &[ImportedRegion],
    from: NaiveDate,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let source = format!("import: {}", options.name);
    if options.replace {
        let parents: Vec<i64> = all.iter().filter_map(|b| b.code.parent()).map(RegionCode::get).collect();
        let codes: Vec<i64> = all.iter().map(|b| b.code.get()).collect();
        end(conn, level, &parents, &codes, from).await?;
    }
    for boundary in all.iter().filter(|boundary| boundary.row.is_some()) {
        let code = boundary.code.get();
        let current: Option<(NaiveDate,)> =
            sqlx::query_as("select valid_from from region where code = $1 and valid_to is null for update")
                .bind(code)
                .fetch_optional(&mut *conn)
                .await?;
        match current {
            Some((since,)) if since > from => {
                let short = boundary.code.short();
                return Err(Error::Conflict(text(
                    format!("{short} 的现有边界自 {since} 起生效，晚于 {from}。"),
                    format!("The boundary of {short} that is there holds from {since} on, later than {from}."),
                )));
            }
            Some((since,)) if since == from => {
                sqlx::query("delete from region where code = $1 and valid_from = $2")
                    .bind(code)
                    .bind(from)
                    .execute(&mut *conn)
                    .await?;
                report.updated += 1;
            }
            Some(_) => {
                sqlx::query("update region set valid_to = $2 where code = $1 and valid_to is null")
                    .bind(code)
                    .bind(from)
                    .execute(&mut *conn)
                    .await?;
                report.updated += 1;
            }
            None => report.inserted += 1,
        }
        let wkb =
            geozero::ToWkb::to_wkb(&Geometry::MultiPolygon(boundary.shape.clone()), geozero::CoordDimensions::xy())
                .map_err(|error| Error::Internal(error.into()))?;
        sqlx::query(
            "insert into region (code, level, parent, name, initials, made, source, valid_from, geom) \
             values ($1, $2, $3, $4, $5, false, $6, $7, st_geomfromwkb($8, 4326))",
        )
        .bind(code)
        .bind(level as i16)
        .bind(boundary.code.parent().map(RegionCode::get))
        .bind(&boundary.name)
        .bind(initials(&boundary.name))
        .bind(&source)
        .bind(from)
        .bind(wkb)
        .execute(&mut *conn)
        .await?;
    }
    if level == Level::County {
        city(conn, all, from, &source).await?;
    }
    Ok(())
}

/// Ends the siblings that the file doesn't name.
async fn end(conn: &mut PgConnection, level: Level, parents: &[i64], codes: &[i64], from: NaiveDate) -> Result<()> {
    let others = "level = $1 and parent = any($2) and not code = any($3) and valid_to is null";
    for statement in [
        format!("delete from region where {others} and valid_from >= $4"),
        format!("update region set valid_to = $4 where {others}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(level as i16)
            .bind(parents)
            .bind(codes)
            .bind(from)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The city is what its counties are together. It keeps its name; a new one is called by its code until it has one.
async fn city(conn: &mut PgConnection, all: &[ImportedRegion], from: NaiveDate, source: &str) -> Result<()> {
    let cities: BTreeSet<i64> = all.iter().filter_map(|boundary| boundary.code.parent()).map(RegionCode::get).collect();
    for code in cities {
        let counties: Vec<&MultiPolygon<f64>> = all
            .iter()
            .filter(|boundary| boundary.code.parent().is_some_and(|parent| parent.get() == code))
            .map(|boundary| &boundary.shape)
            .collect();
        let wkb =
            geozero::ToWkb::to_wkb(&Geometry::MultiPolygon(unary_union(counties)), geozero::CoordDimensions::xy())
                .map_err(|error| Error::Internal(error.into()))?;
        let short = RegionCode::new(code).map(RegionCode::short).unwrap_or_default();
        let changed =
            sqlx::query("update region set geom = st_geomfromwkb($2, 4326) where code = $1 and valid_to is null")
                .bind(code)
                .bind(&wkb)
                .execute(&mut *conn)
                .await?;
        if changed.rows_affected() == 0 {
            sqlx::query(
                "insert into region (code, level, name, made, source, valid_from, geom) \
                 values ($1, 1, $2, false, $3, $4, st_geomfromwkb($5, 4326))",
            )
            .bind(code)
            .bind(short)
            .bind(source)
            .bind(from)
            .bind(wkb)
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}
