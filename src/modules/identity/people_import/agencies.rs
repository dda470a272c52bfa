//! The agencies into which people may be put, by the codes and names that a list calls them by.

use std::collections::HashMap;

use crate::kernel::text::{Text, narrow, text};

/// An open agency in scope.
#[derive(Clone, Debug)]
pub(super) struct AgencyRow {
    pub(super) id: i64,
    pub(super) parent_id: Option<i64>,
    pub(super) region: i64,
    pub(super) code: Option<String>,
    pub(super) name: String,
}

/// What stands between an agency and the one above it.
const BETWEEN: &str = " / ";
/// Agencies lie at most so deep.
const DEEPEST: usize = 32;

/// The agencies in scope, to be looked up.
pub(super) struct Agencies {
    rows: Vec<AgencyRow>,
    by_id: HashMap<i64, usize>,
    codes: HashMap<String, usize>,
    /// By the names from the topmost in scope down to it.
    paths: HashMap<String, Vec<usize>>,
    /// By each end of those: its name, that with the one above it, and so on.
    ends: HashMap<String, Vec<usize>>,
}

impl Agencies {
    pub(super) fn new(rows: Vec<AgencyRow>) -> Self {
        let by_id: HashMap<i64, usize> = rows.iter().enumerate().map(|(index, row)| (row.id, index)).collect();
        let codes =
            rows.iter().enumerate().filter_map(|(index, row)| Some((key(row.code.as_deref()?), index))).collect();
        let mut paths: HashMap<String, Vec<usize>> = HashMap::new();
        let mut ends: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            let mut path = key(&row.name);
            let mut above = row.parent_id;
            for _ in 0..DEEPEST {
                ends.entry(path.clone()).or_default().push(index);
                let Some(parent) = above.and_then(|id| by_id.get(&id)).map(|&index| &rows[index]) else { break };
                path = format!("{}{BETWEEN}{path}", key(&parent.name));
                above = parent.parent_id;
            }
            paths.entry(path).or_default().push(index);
        }
        Self { rows, by_id, codes, paths, ends }
    }

    /// The agency of a code.
    pub(super) fn coded(&self, code: &str) -> Result<&AgencyRow, Text> {
        self.codes.get(&key(code)).map(|&index| &self.rows[index]).ok_or_else(|| {
            text("没有这个编码的机构，或不在您的管辖范围内。", "No agency has this code, or not in your regions.")
        })
    }

    /// The agency of a name, with as many of those above it before it as tell it apart.
    pub(super) fn named(&self, name: &str) -> Result<&AgencyRow, Text> {
        let name = key(name);
        // Whoever writes the whole way means that one, though others below may end alike.
        let found = self.paths.get(&name).or_else(|| self.ends.get(&name));
        match found.map(Vec::as_slice) {
            Some(&[index]) => Ok(&self.rows[index]),
            None | Some([]) => Err(text(
                "没有这个名称的机构，或不在您的管辖范围内。",
                "No agency has this name, or not in your regions.",
            )),
            Some(several) => {
                let count = several.len();
                Err(text(
                    format!("有 {count} 个机构叫这个名称。请写成“上级 / 名称”，或填写机构编码。"),
                    format!("{count} agencies have this name. Write \"above / name\", or give the code."),
                ))
            }
        }
    }

    /// Whether an agency may be called so.
    pub(super) fn is_called(&self, agency: &AgencyRow, name: &str) -> bool {
        self.ends.get(&key(name)).is_some_and(|those| those.iter().any(|&index| self.rows[index].id == agency.id))
    }

    /// Code and name of each, as a list may call it: the shortest name that tells it apart.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&str, String)> {
        self.rows.iter().map(|row| {
            let mut name = row.name.clone();
            let mut above = row.parent_id;
            for _ in 0..DEEPEST {
                if self.named(&name).is_ok_and(|found| found.id == row.id) {
                    break;
                }
                let Some(parent) = above.and_then(|id| self.by_id.get(&id)).map(|&index| &self.rows[index]) else {
                    break;
                };
                name = format!("{}{BETWEEN}{name}", parent.name);
                above = parent.parent_id;
            }
            (row.code.as_deref().unwrap_or_default(), name)
        })
    }
}

/// Names and codes are alike whatever the width of their letters and the blanks around their parts.
fn key(name: &str) -> String {
    narrow(name).split('/').map(str::trim).collect::<Vec<_>>().join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Agencies {
        let row = |id, parent_id, code: &str, name: &str| AgencyRow {
            id,
            parent_id,
            region: 0,
            code: (!code.is_empty()).then(|| code.to_owned()),
            name: name.to_owned(),
        };
        Agencies::new(vec![
            row(1, None, "0100", "城南街道"),
            row(2, Some(1), "", "综治办"),
            row(3, None, "", "城北街道"),
            row(4, Some(3), "", "综治办"),
            row(5, Some(4), "", "城南街道"),
            // What lies above it is out of scope.
            row(6, Some(99), "", "供水/供电所（东）"),
        ])
    }

    #[test]
    fn an_agency_is_found_by_its_code_or_by_as_much_of_its_name_as_tells_it_apart() {
        let all = some();
        assert_eq!(all.coded("０１００").unwrap().id, 1);
        assert!(all.coded("100").is_err());
        assert!(all.named("综治办").unwrap_err().zh.contains("有 2 个机构"));
        assert_eq!(all.named("城南街道／综治办").unwrap().id, 2);
        assert_eq!(all.named("城北街道 /综治办").unwrap().id, 4);
        assert_eq!(all.named("城南街道").unwrap().id, 1);
        assert_eq!(all.named("综治办/城南街道").unwrap().id, 5);
        assert_eq!(all.named("供水/供电所(东)").unwrap().id, 6);
        assert!(all.named("城东街道").is_err());
    }

    #[test]
    fn what_is_listed_is_found_again() {
        let all = some();
        let names: Vec<String> = all.listed().map(|(_, name)| name).collect();
        assert_eq!(
            names,
            [
                "城南街道",
                "城南街道 / 综治办",
                "城北街道",
                "城北街道 / 综治办",
                "综治办 / 城南街道",
                "供水/供电所（东）"
            ]
        );
        for (row, name) in all.rows.iter().zip(&names) {
            assert_eq!(all.named(name).unwrap().id, row.id);
        }
    }
}
