//! The code tables of `geodata/codes`, looked up by code or by name.

use std::{collections::HashMap, sync::LazyLock};

/// The tables that values are checked against, as they lie in `geodata/codes`.
const TABLES: &[(&str, &str)] = &[
    ("case_categories", include_str!("../../geodata/codes/case_categories.csv")),
    ("ethnic_groups", include_str!("../../geodata/codes/ethnic_groups.csv")),
    ("organisation_types", include_str!("../../geodata/codes/organisation_types.csv")),
    ("relation", include_str!("../../geodata/codes/relation.csv")),
];

/// For each table its codes, by code and by every name that only one of them has.
static CODES: LazyLock<HashMap<&'static str, HashMap<String, String>>> =
    LazyLock::new(|| TABLES.iter().map(|(name, csv)| (*name, read(csv))).collect());

fn read(csv: &str) -> HashMap<String, String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let place = |wanted: &[&str]| headings.iter().position(|heading| wanted.contains(&heading));
    let (code, name) = (place(&["code"]).unwrap_or(0), place(&["name", "minor_name"]).unwrap_or(1));
    let (mut codes, mut names) = (HashMap::new(), HashMap::<String, Option<String>>::new());
    for record in reader.records().filter_map(Result::ok) {
        let of = |at: usize| record.get(at).unwrap_or_default().to_owned();
        codes.insert(of(code), of(code));
        names.entry(of(name)).and_modify(|known| *known = None).or_insert_with(|| Some(of(code)));
    }
    for (name, code) in names {
        if let Some(code) = code {
            codes.entry(name).or_insert(code);
        }
    }
    codes
}

/// The code of a table that is so written, or whose name is.
#[must_use]
pub fn find(table: &str, value: &str) -> Option<&'static str> {
    CODES.get(table)?.get(value).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_code_and_by_name() {
        assert_eq!(find("ethnic_groups", "01"), Some("01"));
        assert_eq!(find("ethnic_groups", "汉族"), Some("01"));
        assert_eq!(find("case_categories", "C0101"), Some("C0101"));
        assert_eq!(find("relation", "no such"), None);
        assert_eq!(find("no such", "01"), None);
    }
}
