//! What areas hold, laid out in tables: the figures in rows, the areas in columns.

use serde_json::{Value, json};

use super::bounds::{MAX_NAME, Vertices};
use crate::{
    kernel::{
        actor::Actor,
        codes::CodeTable,
        error::Result,
        sheet::{Cell, Sheet, words},
        text::Language,
    },
    layers::{Amount, ByCode, Section},
    map::{
        Map,
        measures::{ADULT, ELDERLY},
        ogc::geometry,
        places::region_code,
        statistics::{self, AreaRequest, AreaStatistics, PeopleCodes},
    },
    spatial::region::{Level, RegionCode},
};

/// An area with its figures.
pub(super) struct Counted {
    name: String,
    area: AreaRequest,
    statistics: AreaStatistics,
}

/// The regions that an area is made of, as they were written.
pub(super) fn codes(area: &AreaRequest) -> Vec<String> {
    area.region.iter().chain(area.regions.iter().flatten()).cloned().collect()
}

impl Counted {
    pub(super) fn new(
        map: &Map,
        actor: &Actor,
        index: usize,
        name: &str,
        area: AreaRequest,
        language: Language,
    ) -> Result<Self> {
        let (area_m2, counted) = statistics::chosen(map, actor, &area)?;
        let statistics = statistics::told(map, actor, &counted, area_m2)?;
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
        let own = || match &area.region {
            Some(code) => map.memory.regions().get(region_code(code).ok()?).map(|info| info.name.clone()),
            None => None,
        };
        let name = if name.is_empty() {
            own().unwrap_or_else(|| format!("{} {}", words(language, "区域", "Area"), index + 1))
        } else {
            name
        };
        Ok(Self { name, area, statistics })
    }

    /// The area as `GeoJSON`, with its chief figures.
    pub(super) fn feature(&self, map: &Map, vertices: &mut Vertices) -> Result<Value> {
        let shape = match &self.area.geometry {
            Some(geometry) => json!({ "type": geometry.kind, "coordinates": geometry.coordinates }),
            None => shape(map, &statistics::distinct(&codes(&self.area))?, vertices)?,
        };
        let figures = &self.statistics;
        let mut properties = json!({
            "name": self.name, "in_part": figures.in_part, "area_m2": (figures.area_m2 * 100.0).round() / 100.0,
        });
        for (section, tallies) in figures.sections.iter() {
            for total in section.totals {
                properties[total.name] = match (total.of)(tallies) {
                    Amount::Count(count) => count.into(),
                    Amount::Real(real, digits) => {
                        let unit = 10_f64.powi(i32::from(digits));
                        ((real * unit).round() / unit).into()
                    }
                };
            }
        }
        if let Some(people) = &figures.people {
            properties["people"] = people.total.into();
            properties["households"] = figures.households.into();
            properties["people_60_and_over"] = aged(figures, ELDERLY, i64::MAX).into();
            properties["people_below_15"] = aged(figures, 0, ADULT).into();
        }
        Ok(json!({ "type": "Feature", "geometry": shape, "properties": properties }))
    }
}

/// The shape of regions; of the city, that of its counties.
pub(super) fn shape(map: &Map, codes: &[RegionCode], vertices: &mut Vertices) -> Result<Value> {
    let regions = map.memory.regions();
    let mut polygons: Vec<Value> = Vec::new();
    for &code in codes {
        let parts: Vec<RegionCode> = match code.level() {
            Level::City => regions.below(code, Level::County).map(|info| info.code).collect(),
            _ => vec![code],
        };
        for part in parts {
            let layer = match part.level() {
                Level::City | Level::County => "county",
                Level::Street => "street",
                Level::Community => "community",
                Level::Grid => "grid",
            };
            let Some((_, held)) = map.memory.layer(layer) else { continue };
            let memory = held.read();
            let Some(view) = memory.get(part.get()) else { continue };
            vertices.take(&view)?;
            if let Value::Array(more) = geometry(held, &view)["coordinates"].take() {
                polygons.extend(more);
            }
        }
    }
    Ok(json!({ "type": "MultiPolygon", "coordinates": polygons }))
}

/// People from an age up to below another.
fn aged(statistics: &AreaStatistics, from: i64, below: i64) -> u64 {
    let bands = statistics.people.iter().flat_map(|people| &people.ages);
    bands.filter(|band| (from..below).contains(&band.from)).map(|band| band.male + band.female + band.other).sum()
}

/// A row of the list: its group, its code, its name, and the figure of each area.
struct ListRow {
    group: String,
    code: String,
    name: String,
    cells: Vec<Cell>,
}

/// The chief figures.
fn summary(areas: &[Counted], language: Language) -> Vec<ListRow> {
    let mut lines = Vec::new();
    let group = words(language, "概况", "Summary");
    let mut add = |zh: &str, en: &str, value: &dyn Fn(&Counted) -> Option<Cell>| {
        let cells: Vec<Cell> = areas.iter().map(|area| value(area).unwrap_or(Cell::Nothing)).collect();
        if cells.iter().any(|cell| *cell != Cell::Nothing) {
            lines.push(ListRow { group: group.clone(), code: String::new(), name: words(language, zh, en), cells });
        }
    };
    let share = |part: u64, of: u64| {
        #[expect(clippy::cast_precision_loss, reason = "people of a city are below 2^53")]
        (of > 0).then(|| Cell::Share(part as f64 / of as f64))
    };
    add("面积（平方米）", "Area (m²)", &|s| Some(Cell::Real(s.statistics.area_m2, 0)));
    add("统计范围", "Counted", &|s| {
        s.statistics.in_part.then(|| Cell::Text(words(language, "仅辖区内部分", "only what lies in your area")))
    });
    add("人口", "People", &|s| s.statistics.people.as_ref().map(|people| Cell::Count(people.total)));
    add("男", "Male", &|s| s.statistics.people.as_ref().map(|people| Cell::Count(people.male)));
    add("女", "Female", &|s| s.statistics.people.as_ref().map(|people| Cell::Count(people.female)));
    add("户数", "Households", &|s| s.statistics.households.map(Cell::Count));
    add("60 岁及以上", "Aged 60 and over", &|s| {
        s.statistics.people.is_some().then(|| Cell::Count(aged(&s.statistics, ELDERLY, i64::MAX)))
    });
    add("15 岁以下", "Under 15", &|s| {
        s.statistics.people.is_some().then(|| Cell::Count(aged(&s.statistics, 0, ADULT)))
    });
    add("60 岁及以上占比", "Share aged 60 and over", &|s| {
        s.statistics.people.as_ref().and_then(|people| share(aged(&s.statistics, ELDERLY, i64::MAX), people.total))
    });
    add("人口密度（人/平方公里）", "People per km²", &|s| {
        #[expect(clippy::cast_precision_loss, reason = "people of a city are below 2^53")]
        s.statistics
            .people
            .as_ref()
            .filter(|_| !s.statistics.in_part && s.statistics.area_m2 > 0.0)
            .map(|people| Cell::Real(people.total as f64 * 1e6 / s.statistics.area_m2, 1))
    });
    for (section, at) in sections(areas) {
        for total in section.totals {
            add(total.title.0, total.title.1, &|s| Some(cell((total.of)(s.statistics.sections.at(at)))));
        }
    }
    lines
}

/// The sections of all areas, which are the same for each, with the place of each.
fn sections(areas: &[Counted]) -> impl Iterator<Item = (&'static Section, usize)> {
    areas.first().into_iter().flat_map(|area| area.statistics.sections.iter()).map(|(section, _)| section).zip(0..)
}

fn cell(amount: Amount) -> Cell {
    match amount {
        Amount::Count(count) => Cell::Count(count),
        Amount::Real(real, digits) => Cell::Real(real, digits),
    }
}

/// The figures by code of one table.
fn coded(
    areas: &[Counted],
    language: Language,
    group: (&str, &str),
    table: Option<&'static CodeTable>,
    of: impl Fn(&AreaStatistics) -> Vec<(String, Cell)>,
) -> Vec<ListRow> {
    let columns: Vec<Vec<(String, Cell)>> = areas.iter().map(|area| of(&area.statistics)).collect();
    let mut codes: Vec<&str> = columns.iter().flatten().map(|(code, _)| code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
        .into_iter()
        .map(|code| ListRow {
            group: words(language, group.0, group.1),
            code: code.to_owned(),
            name: table.map_or(code, |table| table.name_of(code, language)).to_owned(),
            cells: columns
                .iter()
                .map(|column| {
                    column.iter().find(|(known, _)| known == code).map_or(Cell::Count(0), |(_, cell)| cell.clone())
                })
                .collect(),
        })
        .collect()
}

fn counts(rows: &[ByCode]) -> Vec<(String, Cell)> {
    rows.iter().map(|row| (row.code.clone(), Cell::Count(row.count))).collect()
}

/// Everything that has a code, by group; with the tables that name the categories of people.
fn details(areas: &[Counted], [residence, service]: PeopleCodes, language: Language) -> Vec<ListRow> {
    let people = |s: &AreaStatistics, of: fn(&statistics::People) -> &[ByCode]| {
        s.people.as_ref().map(|people| counts(of(people))).unwrap_or_default()
    };
    let mut lines = coded(areas, language, ("实有人口类别", "Categories of residence"), residence, |s| {
        people(s, |people| &people.categories)
    });
    lines.extend(coded(areas, language, ("服务对象", "Categories of service"), service, |s| {
        people(s, |people| &people.services)
    }));
    for (section, at) in sections(areas) {
        for breakdown in section.breakdowns {
            lines.extend(coded(areas, language, breakdown.title, breakdown.codes, |s| {
                (breakdown.of)(s.sections.at(at)).into_iter().map(|(code, amount)| (code, cell(amount))).collect()
            }));
        }
    }
    lines
}

/// Age bands by sex.
fn ages(areas: &[Counted], language: Language) -> Sheet {
    let say = |zh: &str, en: &str| words(language, zh, en);
    let mut headings = vec![say("年龄段", "Age")];
    for area in areas {
        for sex in [say("男", "male"), say("女", "female"), say("未知", "not known")] {
            headings.push(format!("{} {sex}", area.name));
        }
    }
    let bands: Vec<Vec<&statistics::AgeBand>> =
        areas.iter().map(|area| area.statistics.people.iter().flat_map(|people| &people.ages).collect()).collect();
    let rows = (0..bands.iter().map(Vec::len).max().unwrap_or(0)).map(|at| {
        let mut row =
            vec![bands.iter().find_map(|bands| bands.get(at)).map_or(Cell::Nothing, |band| band.band.as_str().into())];
        for bands in &bands {
            let band = bands.get(at);
            row.extend(
                [band.map(|b| b.male), band.map(|b| b.female), band.map(|b| b.other)]
                    .map(|n| n.map_or(Cell::Nothing, Cell::Count)),
            );
        }
        row
    });
    Sheet { name: say("年龄与性别", "Age and sex"), headings, rows: rows.collect() }
}

/// The workbook's tables.
pub(super) fn sheets(areas: &[Counted], people_codes: PeopleCodes, language: Language) -> Vec<Sheet> {
    let say = |zh: &str, en: &str| words(language, zh, en);
    let names = || areas.iter().map(|area| area.name.clone());
    let mut sheets = vec![Sheet {
        name: say("概况", "Summary"),
        headings: std::iter::once(say("指标", "Figure")).chain(names()).collect(),
        rows: summary(areas, language)
            .into_iter()
            .map(|line| std::iter::once(line.name.into()).chain(line.cells).collect())
            .collect(),
    }];
    if areas.iter().any(|area| area.statistics.people.is_some()) {
        sheets.push(ages(areas, language));
    }
    sheets.push(Sheet {
        name: say("分类", "By category"),
        ..table(details(areas, people_codes, language), names(), language)
    });
    sheets
}

/// All figures in one table.
pub(super) fn list(areas: &[Counted], people_codes: PeopleCodes, language: Language) -> Sheet {
    let mut lines = summary(areas, language);
    for (index, sex) in [("男", "male"), ("女", "female")].into_iter().enumerate() {
        let group = (format!("年龄（{}）", sex.0), format!("Age, {}", sex.1));
        lines.extend(bands(areas, language, (&group.0, &group.1), index));
    }
    lines.extend(details(areas, people_codes, language));
    table(lines, areas.iter().map(|area| area.name.clone()), language)
}

fn bands(areas: &[Counted], language: Language, group: (&str, &str), sex: usize) -> Vec<ListRow> {
    let first = areas.iter().find_map(|area| area.statistics.people.as_ref());
    first
        .into_iter()
        .flat_map(|people| &people.ages)
        .enumerate()
        .map(|(at, band)| ListRow {
            group: words(language, group.0, group.1),
            code: String::new(),
            name: band.band.clone(),
            cells: areas
                .iter()
                .map(|area| {
                    let band = area.statistics.people.as_ref().and_then(|people| people.ages.get(at));
                    band.map_or(Cell::Nothing, |band| Cell::Count([band.male, band.female][sex]))
                })
                .collect(),
        })
        .collect()
}

fn table(lines: Vec<ListRow>, names: impl Iterator<Item = String>, language: Language) -> Sheet {
    let say = |zh: &str, en: &str| words(language, zh, en);
    Sheet {
        name: say("统计", "Figures"),
        headings: [say("分组", "Group"), say("代码", "Code"), say("名称", "Name")].into_iter().chain(names).collect(),
        rows: lines
            .into_iter()
            .map(|line| [line.group.into(), line.code.into(), line.name.into()].into_iter().chain(line.cells).collect())
            .collect(),
    }
}
