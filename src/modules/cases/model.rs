//! Cases as the figures see them, and the figures.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;

use crate::{
    kernel::permission::Permission,
    layers::{RegionPath, RegionRef},
};

/// Imports and changes cases.
pub(super) const WRITE_CASES: Permission = Permission::new("case.write", "导入与修改事件", "Import and change cases");

/// Reads cases with their text.
pub(super) const READ_CASES: Permission = Permission::new("case.read", "查看事件", "Read cases");

/// A case of a list.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct ListedCase {
    /// Its id.
    pub(super) id: i64,
    /// Its number (事件编号).
    pub(super) number: String,
    /// Its minor category: C0101.
    pub(super) category: String,
    /// What it is about.
    pub(super) title: String,
    /// Its state, of the table `case_status`.
    pub(super) status: String,
    /// How urgent it is, of the table `case_urgency`.
    pub(super) severity: String,
    /// How it was told, of the table `case_channel`.
    pub(super) channel: String,
    /// The grid in which it stands; 0 where it isn't placed yet.
    pub(super) region: i64,
    /// Its address.
    pub(super) address: String,
    /// When it was reported.
    pub(super) reported_at: DateTime<Utc>,
    /// By when it has to be settled.
    pub(super) due_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub(super) closed_at: Option<DateTime<Utc>>,
    /// Longitude, WGS 84.
    pub(super) lon: f64,
    /// Latitude, WGS 84.
    pub(super) lat: f64,
}

/// A case with the regions in which it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseRecord {
    /// What its list tells of it.
    #[serde(flatten)]
    pub(super) case: ListedCase,
    /// From the city down to the grid.
    #[schema(value_type = Vec<RegionRef>)]
    pub(super) path: RegionPath,
}

/// Statuses in which nothing more is to be done with a case.
pub(super) const ENDED: &[&str] = &["closed", "rejected"];

/// What the figures need of one case. Moments are seconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CaseFact<'a> {
    /// The grid in which it stands.
    pub region: i64,
    /// Its category: C0101.
    pub category: &'a str,
    /// How it was told.
    pub channel: &'a str,
    /// 1 ordinary to 4 gravest.
    pub severity: i64,
    /// Whether it is suspended (挂账) today, whatever the moment that is looked at: its clocks stand still.
    pub suspended: bool,
    /// When it was reported.
    pub reported: i64,
    /// By when it has to be settled.
    pub due: Option<i64>,
    /// When it ended, closed or rejected.
    pub ended: Option<i64>,
}

/// How many were reported and how many ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Flow {
    /// Reported.
    pub reported: u64,
    /// Ended: closed or rejected.
    pub ended: u64,
}

/// A share as what it is made of: nothing over nothing is no rate, and totals are sums over sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Ratio {
    /// How many of them.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
}

/// How many of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CodeCount {
    /// The code.
    pub code: String,
    /// How many.
    pub count: u64,
}

/// An hour of the day, China's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Hour {
    /// Reported on the moment's day; of hours that haven't begun, nothing.
    pub today: Option<u64>,
    /// Reported in the same hour of the day before.
    pub yesterday: u64,
}

/// A day, China's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Day {
    /// `2026-11-24`.
    pub date: String,
    /// Reported on it, up to the moment.
    pub reported: u64,
    /// Ended on it, up to the moment.
    pub ended: u64,
}

/// The cases of one region among its siblings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Child {
    /// The 15-digit code.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// Reported on the moment's day, up to it.
    pub today: u64,
    /// Reported within the period.
    pub reported: u64,
    /// Ended within the period.
    pub ended: u64,
    /// Open at the moment.
    pub open: u64,
    /// Open at the moment and past their limit; suspended ones apart.
    pub overdue: u64,
    /// Ended in time, of those ended in the period or due in it and not ended.
    pub on_time: Ratio,
}

impl Child {
    /// A region before anything is counted.
    pub(super) fn empty(code: i64, name: String) -> Self {
        let on_time = Ratio::default();
        Self { code, name, today: 0, reported: 0, ended: 0, open: 0, overdue: 0, on_time }
    }
}

/// The cases of a region as they stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CaseFigures {
    /// The region's 15-digit code.
    pub region: i64,
    /// The moment, seconds since 1970-01-01 UTC.
    pub at: i64,
    /// Days of the period that ends at the moment.
    pub days: u16,
    /// The moment's day, up to it.
    pub today: Flow,
    /// The day before, up to the same time of day.
    pub yesterday: Flow,
    /// The same date a year before, up to the same time of day; nothing where the archive doesn't reach so far back.
    pub last_year: Option<Flow>,
    /// Open at the moment.
    pub open: u64,
    /// Open at the same time a day before.
    pub open_yesterday: u64,
    /// Open at the moment and past their limit; suspended ones apart.
    pub overdue: u64,
    /// The same a day before.
    pub overdue_yesterday: u64,
    /// Ended in time, of those ended in the period or due in it and not ended.
    pub on_time: Ratio,
    /// The same in the period before.
    pub on_time_before: Ratio,
    /// Reported by hour, 24 of them.
    pub hours: Vec<Hour>,
    /// By day, the earliest first.
    pub daily: Vec<Day>,
    /// Reported in the period by major category, the most frequent first.
    pub categories: Vec<CodeCount>,
    /// Reported in the period by channel, the most frequent first.
    pub channels: Vec<CodeCount>,
    /// Open at the moment by severity, 1 to 4.
    pub severities: [u64; 4],
    /// The regions one level down.
    pub children: Vec<Child>,
}
