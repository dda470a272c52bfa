//! Code tables: what the codes of standards and of the product are called, and which of them a name means. Modules declare
//! theirs; what they hold lies in `geodata/codes` or in their code.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{LazyLock, OnceLock},
};

use serde::Serialize;
use utoipa::ToSchema;

use super::text::Language;

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

/// A code table that a module declares.
#[derive(Debug)]
pub struct CodeTable {
    /// Its name in the API.
    pub name: &'static str,
    make: fn() -> Vec<Code>,
    made: OnceLock<Codes>,
}

/// The codes of a table, made when they are first asked for.
#[derive(Debug)]
struct Codes {
    list: Vec<Code>,
    /// The code for each code, and for every name that only one code has.
    by_value: HashMap<String, String>,
}

/// A table is known by its name.
impl PartialEq for CodeTable {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl CodeTable {
    /// A table of these codes, in their order. What has no English name of its own has that of `geodata/codes/english.csv`.
    #[must_use]
    pub const fn new(name: &'static str, make: fn() -> Vec<Code>) -> Self {
        Self { name, make, made: OnceLock::new() }
    }

    /// The codes in their order.
    #[must_use]
    pub fn list(&self) -> &[Code] {
        &self.codes().list
    }

    /// A code's name in a language; the code itself where the table doesn't know it.
    #[must_use]
    pub fn name_of<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        let known = self.list().iter().find(|known| known.code == code);
        match (known, language) {
            (Some(known), Language::English) if !known.name_en.is_empty() => &known.name_en,
            (Some(known), _) => &known.name,
            (None, _) => code,
        }
    }

    /// The code that is so written, or whose name is, if only one has that name.
    #[must_use]
    pub fn find(&self, value: &str) -> Option<&str> {
        self.codes().by_value.get(value).map(String::as_str)
    }

    fn codes(&self) -> &Codes {
        self.made.get_or_init(|| {
            let mut list = (self.make)();
            for code in list.iter_mut().filter(|code| code.name_en.is_empty()) {
                code.name_en = english_of(self.name, &code.code);
            }
            let mut names: HashMap<String, Option<String>> = HashMap::new();
            for Code { code, name, .. } in &list {
                names.entry(name.clone()).and_modify(|known| *known = None).or_insert_with(|| Some(code.clone()));
            }
            let mut by_value: HashMap<String, String> =
                names.into_iter().filter_map(|(name, code)| Some((name, code?))).collect();
            by_value.extend(list.iter().map(|Code { code, .. }| (code.clone(), code.clone())));
            Codes { list, by_value }
        })
    }
}

/// Codes that stand in the code: code, 简体中文, English.
#[must_use]
pub fn named(codes: &[[&str; 3]]) -> Vec<Code> {
    let named = codes.iter().map(|[code, zh, en]| Code {
        code: (*code).to_owned(),
        name: (*zh).to_owned(),
        name_en: (*en).to_owned(),
        group: String::new(),
    });
    named.collect()
}

/// English names of codes of the standards, by table and code.
static ENGLISH: LazyLock<HashMap<(String, String), String>> = LazyLock::new(|| {
    let of = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
    let rows = rows(include_str!("../../geodata/codes/english.csv"));
    rows.iter().map(|row| ((of(row, "table"), of(row, "code")), of(row, "english"))).collect()
});

/// The English name that the standards' table gives a code; empty where it has none.
#[must_use]
pub fn english_of(table: &str, code: &str) -> String {
    ENGLISH.get(&(table.to_owned(), code.to_owned())).cloned().unwrap_or_default()
}

/// The rows of a table of `geodata/codes`, by column.
#[must_use]
pub fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().filter_map(Result::ok).collect()
}

/// The codes of a table of `geodata/codes`, by the columns of their name, their English name and their group; a column that
/// is not there is empty.
#[must_use]
pub fn read(csv: &str, name: &str, english: &str, group: &str) -> Vec<Code> {
    let of = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
    rows(csv)
        .iter()
        .map(|row| Code {
            code: of(row, "code"),
            name: of(row, name),
            name_en: of(row, english),
            group: of(row, group),
        })
        .collect()
}

/// What sensitive data may be asked for, beside one's own words.
pub static UNMASK_PURPOSES: CodeTable = CodeTable::new("unmask_purpose", || {
    named(&[
        ["visit", "入户走访", "Visit to the home"],
        ["verify", "信息核实", "Checking the record"],
        ["care", "关怀帮扶", "Care and support"],
        ["case", "事件处置", "Handling a case"],
        ["service", "代办事项", "Handling an application"],
        ["emergency", "应急救助", "Emergency"],
    ])
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_named_in_the_language_or_by_itself() {
        assert_eq!(UNMASK_PURPOSES.name_of("visit", Language::Chinese), "入户走访");
        assert_eq!(UNMASK_PURPOSES.name_of("visit", Language::English), "Visit to the home");
        assert_eq!(UNMASK_PURPOSES.name_of("none", Language::English), "none");
    }

    #[test]
    fn codes_are_found_by_code_and_by_a_name_that_one_of_them_has() {
        let table = CodeTable::new("none", || named(&[["1", "甲", "A"], ["2", "乙", "B"], ["3", "乙", "C"]]));
        assert_eq!(["1", "甲", "乙", "丙"].map(|value| table.find(value)), [Some("1"), Some("1"), None, None]);
    }
}
