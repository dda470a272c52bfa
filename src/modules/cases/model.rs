//! Cases as the figures see them, and the figures.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

use crate::{
    flow::store::HistoryEntry,
    kernel::{
        files::AttachedFile,
        permission::Permission,
        time::{Lamp, Limit},
    },
    layers::{RegionPath, RegionRef},
};

/// Imports and changes cases.
pub(super) const WRITE_CASES: Permission = Permission::new("case.write", "导入与修改事件", "Import and change cases");

/// Reads cases with their text.
pub(super) const READ_CASES: Permission = Permission::new("case.read", "查看事件", "Read cases");

/// Reports cases.
pub(super) const REPORT_CASES: Permission = Permission::new("case.report", "上报事件", "Report cases");
/// Accepts, refuses and merges what was reported.
pub(super) const ACCEPT_CASES: Permission = Permission::new("case.accept", "受理事件", "Accept cases");
/// Verifies and checks on the spot.
pub(super) const CHECK_CASES: Permission = Permission::new("case.check", "核实与核查事件", "Verify and check cases");
/// Files, hangs and voids cases.
pub(super) const FILE_CASES: Permission = Permission::new("case.file", "立案、挂账与作废", "File, hang and void cases");
/// Dispatches cases and decides what units ask for.
pub(super) const DISPATCH_CASES: Permission = Permission::new("case.dispatch", "派遣事件", "Dispatch cases");
/// Handles what is given to one's unit.
pub(super) const HANDLE_CASES: Permission = Permission::new("case.handle", "处置事件", "Handle cases");
/// Closes cases.
pub(super) const CLOSE_CASES: Permission = Permission::new("case.close", "结案", "Close cases");
/// Gives orders about cases.
pub(super) const SUPERVISE_CASES: Permission = Permission::new("case.supervise", "督办事件", "Supervise cases");

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
    /// How grave it is, of the table `case_level`; nothing until it is filed.
    pub(super) level: Option<String>,
    /// By when the step has to be done in which it stands.
    pub(super) step_due_at: Option<DateTime<Utc>>,
    /// When four fifths of that time are used.
    pub(super) step_soon_at: Option<DateTime<Utc>>,
    /// The unit that handles it, or did so last.
    pub(super) department: Option<String>,
    /// What is asked for in it and not decided yet: `extension`, `return`, `hang`, `void`, `order`.
    pub(super) asks: Option<Vec<String>>,
    /// Longitude, WGS 84.
    pub(super) lon: f64,
    /// Latitude, WGS 84.
    pub(super) lat: f64,
}

/// A case with the regions in which it stands, and where it stands in its process.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseRecord {
    /// What its list tells of it.
    #[serde(flatten)]
    pub(super) case: ListedCase,
    /// The number under which it was taken in.
    pub(super) receipt: Option<String>,
    /// What was said of it.
    pub(super) detail: String,
    /// What the reporter wants, of the table `case_demand`.
    pub(super) demand: Option<String>,
    /// The level that runs it: `community`, `street`, `county`, `city`.
    pub(super) run_at: String,
    /// What somebody found on the spot: whether it is true.
    pub(super) verified: Option<bool>,
    /// The case of which it is a part.
    pub(super) main: Option<CaseRef>,
    /// Who reported it, for who takes cases in.
    pub(super) reporter: Option<Reporter>,
    /// The limit of its handling, as it has or would have it by its category and urgency.
    pub(super) limit: Limit,
    /// The unit that its category and place suggest.
    pub(super) suggested: Option<UnitRef>,
    /// Photos, recordings and documents, in the order in which they were added.
    pub(super) files: Vec<AttachedFile>,
    /// What was said about it among those who work on it, from the beginning; the last 200.
    pub(super) comments: Vec<CaseComment>,
    /// Whether the reader has a part in that: whoever only reported the case doesn't.
    pub(super) may_comment: bool,
    /// Where it stands in its process; nothing for what ended before there was one.
    pub(super) flow: Option<CaseFlow>,
    /// From the city down to the grid.
    #[schema(value_type = Vec<RegionRef>)]
    pub(super) path: RegionPath,
}

/// A case by its number.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct CaseRef {
    /// Its id.
    pub(super) id: i64,
    /// Its number.
    pub(super) number: String,
    /// What it is about.
    pub(super) title: String,
}

/// Who reported a case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reporter {
    /// Their name.
    pub(super) name: String,
    /// Their telephone number.
    pub(super) phone: String,
    /// Whether nobody who handles the case is to know who they are.
    pub(super) is_protected: bool,
}

/// A unit by its name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, ToSchema)]
pub(super) struct UnitRef {
    /// The agency's id.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
}

/// Somebody to whom work is given, by name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, ToSchema)]
pub(super) struct PersonRef {
    /// The account's id.
    pub(super) account: i64,
    /// Their name.
    pub(super) name: String,
    /// Their post.
    pub(super) post: String,
}

/// A case that may be the same as another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AlikeCase {
    /// Its id.
    pub(super) id: i64,
    /// Its number.
    pub(super) number: String,
    /// What it is about.
    pub(super) title: String,
    /// What was said of it.
    pub(super) detail: String,
    /// Its state.
    pub(super) status: String,
    /// When it was reported.
    pub(super) reported_at: DateTime<Utc>,
    /// How far away it is, in metres.
    pub(super) metres: f64,
    /// Its first photo, by its id.
    pub(super) picture: Option<i64>,
}

/// What somebody said about a case.
#[derive(Clone, Debug, FromRow, Serialize, ToSchema)]
pub(super) struct CaseComment {
    /// Its id.
    pub(super) id: i64,
    /// The key of who said it.
    #[serde(skip)]
    pub(super) by_key: String,
    /// Who said it.
    pub(super) by: String,
    /// In which post.
    pub(super) post: String,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// What.
    pub(super) text: String,
    /// The names of those who were called.
    pub(super) mentions: Vec<String>,
    /// The ids of files that were added with it.
    pub(super) files: Vec<i64>,
}

/// What somebody says about a case.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentDraft {
    /// What is said.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) text: String,
    /// The accounts that are called.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) mentions: Vec<i64>,
    /// Keys of files that were sent.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) files: Vec<String>,
}

/// A unit to which work may be given, with how much it has in hand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CandidateUnit {
    /// The agency's id.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
    /// Its kind.
    pub(super) kind: String,
    /// How many open tasks it has.
    pub(super) open: i64,
}

/// Where a case stands in its process.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseFlow {
    /// Counts what was done: an action says by which count it was decided.
    pub(super) version: i32,
    /// The version of the definition by which it goes.
    pub(super) definition_version: i32,
    /// Since when it stands in its step.
    pub(super) since: DateTime<Utc>,
    /// The lamp of the step; nothing where it has no limit.
    pub(super) lamp: Option<Lamp>,
    /// The limit of the step.
    pub(super) step_limit: Option<Limit>,
    /// By when the whole case has to be closed.
    pub(super) case_due_at: Option<DateTime<Utc>>,
    /// The lamp of the whole case.
    pub(super) case_lamp: Option<Lamp>,
    /// When what stands still is looked at again.
    pub(super) review_at: Option<DateTime<Utc>>,
    /// What is asked for and not decided yet.
    pub(super) asked: Vec<CaseAsk>,
    /// The open tasks.
    pub(super) tasks: Vec<CaseTask>,
    /// What can be done, and for each whether the reader can do it now.
    pub(super) actions: Vec<CaseAction>,
    /// What was done, from the beginning.
    pub(super) history: Vec<HistoryEntry>,
}

/// What is asked for in a case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseAsk {
    /// What: `extension`, `return`, `hang`, `void`, `order`.
    pub(super) name: String,
    /// Since when.
    pub(super) since: DateTime<Utc>,
    /// By when it is to be decided.
    pub(super) due_at: Option<DateTime<Utc>>,
    /// The minutes that are asked for.
    pub(super) minutes: Option<u32>,
    /// The day that is asked for.
    pub(super) review_at: Option<DateTime<Utc>>,
}

/// Something that somebody has to do in a case.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub(super) struct CaseTask {
    /// Its number within the case.
    pub(super) number: i32,
    /// `lead` or `helper`.
    pub(super) role: String,
    /// The unit to which it is given.
    pub(super) unit: Option<String>,
    /// Who has it in hand.
    pub(super) holder: Option<String>,
    /// Whether that is the reader.
    pub(super) is_mine: bool,
    /// Since when it waits.
    pub(super) opened_at: DateTime<Utc>,
    /// When it was done; nothing while it isn't.
    pub(super) ended_at: Option<DateTime<Utc>>,
}

/// Something that can be done with a case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseAction {
    /// Its name in the address.
    pub(super) action: String,
    /// What people call it, in the reader's language.
    pub(super) title: String,
    /// The form that is filled in for it.
    pub(super) form: Option<String>,
    /// Whether it leads to another step.
    pub(super) leads_on: bool,
    /// Why the reader can't do it now; nothing where they can.
    pub(super) missing: Option<String>,
    /// The rule that stands against it.
    pub(super) rule: Option<&'static str>,
}

/// A case that is reported.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseReport {
    /// Its minor category: C0101.
    #[schema(pattern = "^[A-Z][0-9]{4}$")]
    pub(super) category: String,
    /// Longitude, WGS 84.
    #[schema(minimum = -180, maximum = 180)]
    pub(super) lon: f64,
    /// Latitude, WGS 84.
    #[schema(minimum = -85, maximum = 85)]
    pub(super) lat: f64,
    /// What is seen there.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub(super) detail: String,
    /// Where it is, in words.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub(super) address: String,
    /// How it was told of, of the table `case_channel`; by a grid worker when nothing is said.
    #[serde(default)]
    pub(super) channel: Option<String>,
    /// How urgent it is, 1 to 4; 1 when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4)]
    pub(super) severity: Option<i16>,
    /// What the reporter wants, of the table `case_demand`.
    #[serde(default)]
    pub(super) demand: Option<String>,
    /// The reporter's name, where somebody else tells of it.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub(super) reporter_name: Option<String>,
    /// The reporter's telephone number.
    #[serde(default)]
    #[schema(max_length = 30)]
    pub(super) reporter_phone: Option<String>,
    /// Nobody who handles the case is to know who reported it.
    #[serde(default)]
    pub(super) is_protected: bool,
    /// It was settled on the spot already (自行处置).
    #[serde(default)]
    pub(super) is_done: bool,
    /// Keys of files that were sent: how it looks there.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) files: Vec<String>,
    /// The same, of what was settled on the spot: how it looks afterwards.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) files_after: Vec<String>,
}

/// What is filled in for an action. Which of it an action takes its form says; other fields are refused.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ActionDraft {
    /// The count by which it was decided: where somebody has gone on meanwhile, it is refused.
    pub(super) version: Option<i32>,
    /// What is said to it.
    #[schema(max_length = 2000)]
    pub(super) note: String,
    /// The reason, of the table `case_reason`.
    pub(super) reason: Option<String>,
    /// The case of which this is a part.
    pub(super) main: Option<i64>,
    /// Likely duplicates were looked at, and it is none of them.
    pub(super) duplicates_seen: bool,
    /// How grave it is, 1 to 3.
    #[schema(minimum = 1, maximum = 3)]
    pub(super) level: Option<i16>,
    /// How urgent it is, 1 to 4.
    #[schema(minimum = 1, maximum = 4)]
    pub(super) severity: Option<i16>,
    /// The unit that leads.
    pub(super) unit: Option<i64>,
    /// The units that help.
    #[schema(max_items = 12)]
    pub(super) helpers: Vec<i64>,
    /// The person to whom it is given.
    pub(super) account: Option<i64>,
    /// More hours that are asked for.
    #[schema(minimum = 1, maximum = 2000)]
    pub(super) hours: Option<u32>,
    /// The day on which what stands still is looked at again.
    pub(super) review_on: Option<NaiveDate>,
    /// The level that runs it from now on: `community`, `street`, `county`, `city`.
    pub(super) run_at: Option<String>,
    /// How satisfied the reporter is: 5 very, 1 not at all.
    #[schema(minimum = 1, maximum = 5)]
    pub(super) rating: Option<i16>,
    /// Where it really is: longitude and latitude, WGS 84.
    #[schema(min_items = 2, max_items = 2)]
    pub(super) place: Option<[f64; 2]>,
    /// Keys of files that were sent.
    #[schema(max_items = 20)]
    pub(super) files: Vec<String>,
}

/// A case as it stands after what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CaseStanding {
    /// Its id.
    pub(super) id: i64,
    /// Its number.
    pub(super) number: String,
    /// Its state.
    pub(super) status: String,
    /// Counts what was done.
    pub(super) version: i32,
}

/// Statuses in which nothing more is to be done with a case.
pub(super) const ENDED: &[&str] = &["closed", "voided", "refused", "merged"];

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
    /// Whether it is hung (挂账) today, whatever the moment that is looked at: its clocks stand still.
    pub hung: bool,
    /// Whether it was voided, or is a part of another: no rate counts it.
    pub is_void: bool,
    /// When it was reported.
    pub reported: i64,
    /// By when it has to be settled.
    pub due: Option<i64>,
    /// When it ended, ended.
    pub ended: Option<i64>,
}

/// How many were reported and how many ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Flow {
    /// Reported.
    pub reported: u64,
    /// Ended: ended.
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
    /// Open at the moment and past their limit; hung ones apart.
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
    /// Open at the moment and past their limit; hung ones apart.
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
