//! What an area's statistics say of cases.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    codes::{MAJOR_CATEGORIES, STATUSES},
    model::ENDED,
};
use crate::{
    layers::{Amount, Breakdown, ByCode, Section, Total, amounts, by_code, code_of, most_frequent_first},
    spatial::count::{Key, Tallies},
};

/// Cases by status, category and month.
#[derive(Debug, Serialize, ToSchema)]
struct Cases {
    /// All.
    total: u64,
    /// Not ended.
    open: u64,
    /// By status.
    statuses: Vec<ByCode>,
    /// By major category (C01, E02 ...), the most frequent first.
    categories: Vec<ByCode>,
    /// By month of the report, China's time, the earliest first.
    months: Vec<ByMonth>,
}

/// Cases of a month.
#[derive(Debug, Serialize, ToSchema)]
struct ByMonth {
    /// `2026-03`.
    month: String,
    /// How many were reported.
    count: u64,
}

impl From<&Tallies> for Cases {
    fn from(tallies: &Tallies) -> Self {
        let statuses = by_code(tallies, 0);
        Self {
            total: tallies.total,
            open: statuses.iter().filter(|by| !ENDED.contains(&by.code.as_str())).map(|by| by.count).sum(),
            statuses,
            categories: majors(tallies),
            months: months(tallies),
        }
    }
}

/// The major class of a case category is its first three characters: C0101 belongs to C01.
fn majors(tallies: &Tallies) -> Vec<ByCode> {
    let mut majors: BTreeMap<String, u64> = BTreeMap::new();
    for (key, count) in tallies.dimensions.get(1).into_iter().flatten() {
        *majors.entry(code_of(key).chars().take(3).collect()).or_default() += count.count;
    }
    let mut majors: Vec<ByCode> = majors.into_iter().map(|(code, count)| ByCode { code, count }).collect();
    most_frequent_first(&mut majors);
    majors
}

/// Cases by the month in which they were reported, the earliest first.
fn months(tallies: &Tallies) -> Vec<ByMonth> {
    let months = tallies.dimensions.get(2).into_iter().flatten();
    months
        .filter_map(|(key, count)| match key {
            Key::Int(month) => {
                Some(ByMonth { month: format!("{:04}-{:02}", month / 100, month % 100), count: count.count })
            }
            _ => None,
        })
        .collect()
}

/// Cases of all times.
pub(super) const CASES: Section = Section {
    totals: &[
        Total { name: "cases", title: ("事件", "Cases"), of: |tallies| Amount::Count(tallies.total) },
        Total {
            name: "cases_open",
            title: ("在办事件", "Open cases"),
            of: |tallies| Amount::Count(Cases::from(tallies).open),
        },
    ],
    breakdowns: &[
        Breakdown {
            title: ("事件状态", "Cases by status"),
            codes: Some(&STATUSES),
            of: |tallies| amounts(by_code(tallies, 0)),
        },
        Breakdown {
            title: ("事件大类", "Cases by category"),
            codes: Some(&MAJOR_CATEGORIES),
            of: |tallies| amounts(majors(tallies)),
        },
        Breakdown {
            title: ("每月上报事件", "Cases reported by month"),
            codes: None,
            of: |tallies| months(tallies).into_iter().map(|by| (by.month, Amount::Count(by.count))).collect(),
        },
    ],
    ..Section::of::<Cases>("cases", "Cases of all times.")
};
