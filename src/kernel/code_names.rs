//! The names of codes: the tables that forms, legends and reports show, as they lie in `geodata/codes`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{masked::Level, text::Language};

/// One code.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Code {
    /// The code.
    pub code: String,
    /// 简体中文.
    pub name: String,
    /// English.
    pub name_en: String,
    /// The group within the table.
    pub group: String,
}

/// The categories of people that are open to who sees their records.
pub static OPEN_CATEGORIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let level = |text: &str| Level::of(text.trim_start_matches('L').parse().unwrap_or(0));
    rows(include_str!("../../geodata/codes/person_categories.csv"))
        .into_iter()
        .filter(|row| row.get("sensitivity_level").is_some_and(|text| level(text).is_open()))
        .filter_map(|row| row.get("code").cloned())
        .collect()
});

/// All code tables by name.
pub static TABLES: LazyLock<BTreeMap<&'static str, Vec<Code>>> = LazyLock::new(|| {
    let organisations = read(include_str!("../../geodata/codes/organisation_types.csv"), "name", "english", "group");
    let houses = read(include_str!("../../geodata/codes/house_types.csv"), "name", "english", "dimension");
    let people = read(include_str!("../../geodata/codes/person_categories.csv"), "name", "english", "group");
    let english = rows(include_str!("../../geodata/codes/english.csv"));
    let english_of = |table: &str, code: &str| {
        let row = english
            .iter()
            .find(|row| ["table", "code"].map(|name| row.get(name).map(String::as_str)) == [Some(table), Some(code)]);
        row.and_then(|row| row.get("english").cloned()).unwrap_or_default()
    };
    let (mut minor, mut major, mut departments) = (Vec::new(), BTreeMap::new(), Vec::new());
    for case in rows(include_str!("../../geodata/codes/case_categories.csv")) {
        let get = |name: &str| case.get(name).cloned().unwrap_or_default();
        let code = get("code");
        let first: String = code.chars().take(3).collect();
        major.entry(first).or_insert_with(|| (get("major_name"), get("kind")));
        let department = get("default_department");
        departments.push(Code {
            code: code.clone(),
            name_en: english_of("department", &department),
            name: department,
            group: String::new(),
        });
        minor.push(Code { code, name: get("minor_name"), name_en: String::new(), group: get("major_name") });
    }
    let major = major.into_iter().map(|(code, (name, group))| Code { code, name, name_en: String::new(), group });
    let mut tables = BTreeMap::from([
        ("case_category", minor),
        ("case_major", major.collect()),
        // Who is to settle a case, by its category.
        ("case_department", departments),
        ("organisation_type", organisations),
        ("building_use", houses.into_iter().filter(|code| code.code.starts_with("HT")).collect()),
        ("person_category", people.iter().filter(|code| code.code.starts_with("RP")).cloned().collect()),
        ("service_category", people.iter().filter(|code| code.code.starts_with("SV")).cloned().collect()),
        ("special_category", people.into_iter().filter(|code| ["SP", "KY"].contains(&&code.code[..2])).collect()),
        ("ethnic_group", read(include_str!("../../geodata/codes/ethnic_groups.csv"), "name", "roman_name", "")),
        ("relation", read(include_str!("../../geodata/codes/relation.csv"), "name", "english", "")),
        ("case_status", named(STATUSES)),
        ("case_channel", named(CHANNELS)),
        ("component_state", named(STATES)),
        ("road_class", named(ROADS)),
        ("unmask_purpose", named(PURPOSES)),
    ]);
    // Tables of the standards that have no English of their own.
    for row in &english {
        let [table, code, english] = ["table", "code", "english"].map(|name| row.get(name).map_or("", String::as_str));
        if let Some(known) = tables.get_mut(table).and_then(|codes| codes.iter_mut().find(|known| known.code == code)) {
            english.clone_into(&mut known.name_en);
        }
    }
    tables
});

const STATUSES: &[[&str; 3]] = &[
    ["reported", "已上报", "Reported"],
    ["accepted", "已受理", "Accepted"],
    ["filed", "已立案", "Filed"],
    ["dispatched", "已派遣", "Dispatched"],
    ["handling", "处置中", "Handling"],
    ["handled", "待核查", "Handled"],
    ["closed", "已结案", "Closed"],
    ["rejected", "不予立案", "Rejected"],
    ["suspended", "已挂账", "Suspended"],
];
const CHANNELS: &[[&str; 3]] = &[
    ["grid_worker", "网格员上报", "Grid worker"],
    ["resident", "居民上报", "Resident"],
    ["hotline", "12345 热线", "Hotline 12345"],
    ["sensor", "感知设备", "Sensor"],
    ["system", "系统推送", "Another system"],
    ["leader", "领导交办", "Leadership"],
];
const STATES: &[[&str; 3]] = &[
    ["intact", "完好", "Intact"],
    ["damaged", "破损", "Damaged"],
    ["lost", "缺失", "Lost"],
    ["removed", "已拆除", "Removed"],
];
const ROADS: &[[&str; 3]] = &[
    ["motorway", "高速公路", "Motorway"],
    ["trunk", "快速路", "Trunk road"],
    ["primary", "主干路", "Primary road"],
    ["secondary", "次干路", "Secondary road"],
    ["tertiary", "支路", "Tertiary road"],
    ["residential", "街坊路", "Residential street"],
    ["track", "乡村路", "Country road"],
];

const PURPOSES: &[[&str; 3]] = &[
    ["visit", "入户走访", "Visit to the home"],
    ["verify", "信息核实", "Checking the record"],
    ["care", "关怀帮扶", "Care and support"],
    ["case", "事件处置", "Handling a case"],
    ["service", "代办事项", "Handling an application"],
    ["emergency", "应急救助", "Emergency"],
];

fn named(codes: &[[&str; 3]]) -> Vec<Code> {
    codes
        .iter()
        .map(|[code, zh, en]| Code {
            code: (*code).to_owned(),
            name: (*zh).to_owned(),
            name_en: (*en).to_owned(),
            group: String::new(),
        })
        .collect()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().filter_map(Result::ok).collect()
}

fn read(csv: &str, name: &str, english: &str, group: &str) -> Vec<Code> {
    let get = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
    rows(csv)
        .iter()
        .map(|row| Code {
            code: get(row, "code"),
            name: get(row, name),
            name_en: get(row, english),
            group: get(row, group),
        })
        .collect()
}

/// A code's name in a language; the code itself where the table doesn't know it.
#[must_use]
pub fn name<'a>(table: &str, code: &'a str, language: Language) -> &'a str {
    let known = TABLES.get(table).and_then(|codes| codes.iter().find(|known| known.code == code));
    match (known, language) {
        (Some(known), Language::English) if !known.name_en.is_empty() => &known.name_en,
        (Some(known), _) => &known.name,
        (None, _) => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_codes_with_names() {
        for (table, codes) in TABLES.iter() {
            assert!(!codes.is_empty(), "{table}");
            for code in codes {
                assert!(
                    !code.code.is_empty() && !code.name.is_empty() && !code.name_en.is_empty(),
                    "{table} {}",
                    code.code
                );
            }
        }
    }

    #[test]
    fn a_code_is_named_in_the_language_or_by_itself() {
        assert_eq!(name("building_use", "HT01", Language::Chinese), "住宅");
        assert_eq!(name("building_use", "HT01", Language::English), "Residential");
        assert_eq!(name("case_major", "C01", Language::English), "Public utilities");
        assert_eq!(name("case_department", "E0403", Language::Chinese), "燃气公司");
        assert_eq!(name("case_department", "E0403", Language::English), "Gas company");
        assert_eq!(name("relation", "53", Language::English), "Husband’s father");
        assert_eq!(name("building_use", "HT99", Language::Chinese), "HT99");
    }
}
