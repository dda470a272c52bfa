//! Which heading of a file means which column.

use super::source::Record;
use crate::{
    kernel::text::{Text, text},
    layers::{Table, TableColumn},
};

/// What a heading means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A column of the table, by its place.
    Column(usize),
    /// The record's id in the system that it comes from.
    ExternalId,
    /// Longitude or easting.
    X,
    /// Latitude or northing.
    Y,
    /// A shape as well-known text.
    Wkt,
    /// The external id of the building in which it stands.
    Building,
}

/// Targets beside the table's own columns: name, other headings.
const OTHERS: &[(Target, &str, &[&str])] = &[
    (Target::ExternalId, "external_id", &["外部编号", "标识码", "唯一标识"]),
    (Target::X, "lon", &["lng", "longitude", "经度", "x", "东坐标"]),
    (Target::Y, "lat", &["latitude", "纬度", "y", "北坐标"]),
    (Target::Wkt, "wkt", &["geometry", "geom", "the_geom"]),
    (Target::Building, "building", &["楼栋编码", "房屋编码", "建筑编码"]),
];

/// The headings of a file and what they mean.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    /// For each attribute of the file its target.
    targets: Vec<Option<Target>>,
    headings: Vec<String>,
    table: &'static Table,
}

impl Mapping {
    /// Finds the meaning of each heading.
    ///
    /// # Errors
    /// When a mapping names a heading or a column that isn't there, or when two headings mean the same.
    ///
    /// `is_cut` tells by a heading's place whether its end may be missing.
    pub(super) fn new(
        table: &'static Table,
        headings: &[String],
        is_cut: impl Fn(usize) -> bool,
        given: &[(String, String)],
    ) -> Result<Self, Text> {
        let mut targets: Vec<Option<Target>> = headings.iter().map(|heading| understood(table, heading)).collect();
        for (place, heading) in headings.iter().enumerate().filter(|(place, _)| is_cut(*place)) {
            if targets[place].is_none() {
                // A whole heading goes before one that is a beginning.
                targets[place] = begun(table, heading).filter(|target| !targets.contains(&Some(*target)));
            }
        }
        for (heading, name) in given {
            let Some(place) = headings.iter().position(|there| there == heading) else {
                return Err(text(
                    format!("文件里没有列“{heading}”；有：{}。", headings.join("、")),
                    format!("The file has no column {heading:?}; it has {}.", headings.join(", ")),
                ));
            };
            let Some(target) = named(table, name) else {
                let known: Vec<&str> = table
                    .columns
                    .iter()
                    .map(|column| column.name)
                    .chain(OTHERS.iter().map(|(_, name, _)| *name))
                    .collect();
                return Err(text(
                    format!("没有字段“{name}”；有：{}。", known.join("、")),
                    format!("There is no field {name:?}; there are {}.", known.join(", ")),
                ));
            };
            // What is said goes before what is understood.
            for other in &mut targets {
                if *other == Some(target) {
                    *other = None;
                }
            }
            targets[place] = Some(target);
        }
        for (index, target) in targets.iter().enumerate() {
            if let Some(target) = target
                && let Some(other) = targets[..index].iter().position(|before| *before == Some(*target))
            {
                let (a, b) = (&headings[other], &headings[index]);
                return Err(text(
                    format!("列“{a}”和“{b}”对应同一字段；请指明用哪一列。"),
                    format!("The columns {a:?} and {b:?} mean the same field; say which one to take."),
                ));
            }
        }
        Ok(Self { targets, headings: headings.to_vec(), table })
    }

    /// What an attribute means.
    pub(super) fn target(&self, attribute: usize) -> Option<Target> {
        self.targets.get(attribute).copied().flatten()
    }

    /// Why a record can't be taken whatever its table: the heading, or nothing for the record as a whole, and the reason.
    pub(super) fn fault(&self, record: &Record) -> Option<(String, Text)> {
        if let Some(reason) = &record.broken {
            return Some((String::new(), reason.clone()));
        }
        if let Some(late) = record.late.iter().find(|name| understood(self.table, name).is_some()) {
            let reason = text(
                "此列在文件开头没有出现过，无法导入",
                "this column doesn't occur near the file's beginning and can't be taken",
            );
            return Some((late.clone(), reason));
        }
        let (place, reason) = record.faults.iter().find(|(place, _)| self.target(*place).is_some())?;
        Some((self.headings[*place].clone(), reason.clone()))
    }

    /// The attribute that a target comes from.
    pub(super) fn source(&self, target: Target) -> Option<usize> {
        self.targets.iter().position(|there| *there == Some(target))
    }

    /// The heading of a target, for errors: as the file calls it, or by its name.
    pub(super) fn heading(&self, target: Target) -> &str {
        match (self.source(target), target) {
            (Some(place), _) => &self.headings[place],
            (None, Target::Column(index)) => self.table.columns[index].name,
            (None, target) => OTHERS.iter().find(|(there, ..)| *there == target).map_or("", |(_, name, _)| name),
        }
    }

    /// The headings that mean something, with the names of what they mean; and those that mean nothing.
    pub(super) fn describe(&self) -> (Vec<(String, String)>, Vec<String>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (heading, target) in self.headings.iter().zip(&self.targets) {
            match target {
                Some(Target::Column(index)) => {
                    known.push((heading.clone(), self.table.columns[*index].name.to_owned()));
                }
                Some(target) => {
                    let name = OTHERS.iter().find(|(there, ..)| there == target).map_or("", |(_, name, _)| name);
                    known.push((heading.clone(), name.to_owned()));
                }
                None => unknown.push(heading.clone()),
            }
        }
        (known, unknown)
    }

    /// Says which required column no heading means.
    pub(super) fn missing(&self, column: &TableColumn) -> Text {
        let names: Vec<&str> = std::iter::once(column.name).chain(column.aliases.iter().copied()).collect();
        let there = self.headings.join(", ");
        text(
            format!(
                "缺少必填字段 {}；文件的列有：{there}。可指明对应关系，如 列名={}。",
                names.join(" / "),
                column.name
            ),
            format!(
                "The required field {} is missing; the file's columns are {there}. Map one: HEADING={}.",
                names.join(" / "),
                column.name
            ),
        )
    }
}

fn understood(table: &Table, heading: &str) -> Option<Target> {
    let plain = heading.trim().to_lowercase();
    let aliased = |aliases: &[&str]| aliases.contains(&plain.as_str());
    // A Shapefile cuts names after ten characters.
    let cut = |name: &str| plain.len() == 10 && name.starts_with(&plain);
    let of = |test: &dyn Fn(&TableColumn) -> bool| table.columns.iter().position(test).map(Target::Column);
    named(table, &plain)
        .or_else(|| of(&|column| aliased(column.aliases)))
        .or_else(|| OTHERS.iter().find(|(_, _, aliases)| aliased(aliases)).map(|(target, ..)| *target))
        .or_else(|| of(&|column| cut(column.name)))
        .or_else(|| cut("external_id").then_some(Target::ExternalId))
}

/// The one target whose name or other heading begins with what is left of a heading.
fn begun(table: &Table, heading: &str) -> Option<Target> {
    let plain = heading.trim().to_lowercase();
    let begins = |name: &str, aliases: &[&str]| {
        std::iter::once(&name).chain(aliases).any(|whole| whole.len() > plain.len() && whole.starts_with(&plain))
    };
    let columns = table.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| begins(column.name, column.aliases)).map(|(at, _)| Target::Column(at));
    let others = OTHERS.iter().filter(|(_, name, aliases)| begins(name, aliases)).map(|(target, ..)| *target);
    let mut found = columns.chain(others);
    let first = found.next().filter(|_| !plain.is_empty());
    if found.next().is_some() { None } else { first }
}

fn named(table: &Table, name: &str) -> Option<Target> {
    let column = table.columns.iter().position(|column| column.name == name).map(Target::Column);
    column.or_else(|| OTHERS.iter().find(|(_, there, _)| *there == name).map(|(target, ..)| *target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{TableKind, column};

    const TABLE: Table = Table {
        name: "t",
        columns: &[
            column("name", &["名称", "单位名称"], TableKind::Text(9)),
            column("credit_code", &["统一社会信用代码"], TableKind::Text(18)),
            column("unit_type", &["单位类型"], TableKind::Text(9)),
        ],
        rule: None,
    };

    fn targets(headings: &[&str], cut: bool) -> Vec<Option<Target>> {
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        Mapping::new(&TABLE, &headings, |_| cut, &[]).unwrap().targets
    }

    #[test]
    fn a_cut_heading_means_the_one_name_that_begins_so() {
        let (name, code) = (Some(Target::Column(0)), Some(Target::Column(1)));
        assert_eq!(targets(&["单位名", "统一社会信"], true), [name, code]);
        assert_eq!(targets(&["统一社", "单位"], true), [code, None], "two names begin so");
        assert_eq!(targets(&["单位名", "名称"], true), [None, name], "a whole heading goes before");
        assert_eq!(targets(&["单位名", "统一社会信"], false), [None, None]);
        assert_eq!(targets(&["credit_cod"], false), [code]);
    }
}
