//! What is filled in for each action: which fields, and which of them have to be there.

use super::{
    codes, lifecycle,
    model::{ActionDraft, CommentDraft},
};
use crate::kernel::{
    error::{Error, FieldFault, Result},
    text::text,
};

/// As many people are called at once.
const MOST_MENTIONED: usize = 20;
/// As many files go with one step.
const MOST_FILES: usize = 20;

/// A field of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DraftField {
    Note,
    Reason,
    Main,
    DuplicatesSeen,
    Level,
    Severity,
    Unit,
    Helpers,
    Account,
    Hours,
    ReviewOn,
    RunAt,
    Rating,
    Place,
    Files,
}

use DraftField::{
    Account, DuplicatesSeen, Files, Helpers, Hours, Level, Main, Note, Place, Rating, Reason, ReviewOn, RunAt,
    Severity, Unit,
};

const FIELDS: [DraftField; 15] = [
    Note,
    Reason,
    Main,
    DuplicatesSeen,
    Level,
    Severity,
    Unit,
    Helpers,
    Account,
    Hours,
    ReviewOn,
    RunAt,
    Rating,
    Place,
    Files,
];

/// The fields that a form has to have, and those that it may have; files may go with every one.
fn fields_of(form: Option<&str>) -> (&'static [DraftField], &'static [DraftField]) {
    match form {
        Some("accept") => (&[], &[DuplicatesSeen, Note]),
        Some("reason") => (&[Note], &[Reason]),
        Some("merge") => (&[Main], &[Note]),
        Some("answer" | "note" | "supervise" | "finish") => (&[Note], &[]),
        Some("file") => (&[Level], &[Severity, Note]),
        Some("dispatch") => (&[Unit], &[Helpers, Note]),
        Some("sub_assign") => (&[], &[Unit, Account, Note]),
        Some("ask_extension") => (&[Hours, Note], &[]),
        Some("ask_return") => (&[Reason, Note], &[]),
        Some("ask_hang") => (&[Reason, ReviewOn, Note], &[]),
        Some("ask_check") => (&[Account], &[Note]),
        Some("call_back") => (&[Rating, Note], &[]),
        Some("move_level") => (&[RunAt], &[Note]),
        Some("relocate") => (&[Place, Note], &[]),
        _ => (&[], &[Note]),
    }
}

impl DraftField {
    const fn name(self) -> &'static str {
        match self {
            Note => "note",
            Reason => "reason",
            Main => "main",
            DuplicatesSeen => "duplicates_seen",
            Level => "level",
            Severity => "severity",
            Unit => "unit",
            Helpers => "helpers",
            Account => "account",
            Hours => "hours",
            ReviewOn => "review_on",
            RunAt => "run_at",
            Rating => "rating",
            Place => "place",
            Files => "files",
        }
    }

    fn is_filled(self, draft: &ActionDraft) -> bool {
        match self {
            Note => !draft.note.trim().is_empty(),
            Reason => draft.reason.is_some(),
            Main => draft.main.is_some(),
            DuplicatesSeen => draft.duplicates_seen,
            Level => draft.level.is_some(),
            Severity => draft.severity.is_some(),
            Unit => draft.unit.is_some(),
            Helpers => !draft.helpers.is_empty(),
            Account => draft.account.is_some(),
            Hours => draft.hours.is_some(),
            ReviewOn => draft.review_on.is_some(),
            RunAt => draft.run_at.is_some(),
            Rating => draft.rating.is_some(),
            Place => draft.place.is_some(),
            Files => !draft.files.is_empty(),
        }
    }

    /// What is wrong with what was filled in, whatever the action.
    fn fault(self, draft: &ActionDraft) -> Option<(&'static str, &'static str)> {
        let between = |value: Option<i64>, low, high| value.is_none_or(|value| (low..=high).contains(&value));
        let is_right = match self {
            Note => draft.note.chars().count() <= 2000 && !draft.note.contains('\0'),
            Reason => {
                draft.reason.as_ref().is_none_or(|code| codes::REASONS.list().iter().any(|one| one.code == *code))
            }
            Level => between(draft.level.map(i64::from), 1, 3),
            Severity => between(draft.severity.map(i64::from), 1, 4),
            Helpers => draft.helpers.len() <= 12,
            Hours => between(draft.hours.map(i64::from), 1, 2000),
            RunAt => draft
                .run_at
                .as_ref()
                .is_none_or(|level| ["community", "street", "county", "city"].contains(&level.as_str())),
            Rating => between(draft.rating.map(i64::from), 1, 5),
            Place => draft.place.is_none_or(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 85.0),
            Files => draft.files.len() <= MOST_FILES,
            Main | DuplicatesSeen | Unit | Account | ReviewOn => true,
        };
        (!is_right).then_some(match self {
            Note => ("最多 2000 字。", "Of at most 2,000 characters."),
            Reason => ("请从列表中选择理由。", "Choose a reason of the list."),
            Level => ("事件级别为 1 至 3。", "The level is 1 to 3."),
            Severity => ("紧急程度为 1 至 4。", "The urgency is 1 to 4."),
            Helpers => ("协办单位最多 12 个。", "At most 12 units help."),
            Hours => ("时长为 1 至 2000 小时。", "1 to 2,000 hours."),
            RunAt => ("请选择社区、街道、区县或市。", "One of community, street, county, city."),
            Rating => ("评价为 1 至 5。", "The rating is 1 to 5."),
            Files => ("一次最多 20 个附件。", "At most 20 files at once."),
            _ => ("填写有误。", "This is wrong."),
        })
    }
}

/// Checks what was filled in for an action with a form.
///
/// # Errors
/// 422 that names every field that is missing, wrong, or not of the form.
pub(super) fn check(form: Option<&str>, draft: &ActionDraft) -> Result<()> {
    let (needed, may) = fields_of(form);
    let mut faults = Vec::new();
    for field in FIELDS {
        let pointer = format!("/{}", field.name());
        let is_filled = field.is_filled(draft);
        if needed.contains(&field) && !is_filled {
            faults.push(FieldFault::new(pointer, "请填写。", "Fill this in."));
        } else if is_filled && field != Files && !needed.contains(&field) && !may.contains(&field) {
            faults.push(FieldFault::new(pointer, "此操作不需要此项。", "This action takes no such field."));
        } else if let Some((zh, en)) = field.fault(draft) {
            faults.push(FieldFault::new(pointer, zh, en));
        }
    }
    if form == Some("sub_assign") && draft.unit.is_none() == draft.account.is_none() {
        faults.push(FieldFault::new(
            "/account",
            "请选择下级单位或人员之一。",
            "Choose a unit or a person, one of them.",
        ));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(text("填写的内容有误。", "What was filled in is wrong."), faults))
}

/// Checks what is told of a case that is reported.
///
/// # Errors
/// 422 that names every field that is wrong.
pub(super) fn check_report(report: &super::model::CaseReport) -> Result<()> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, zh: &'static str, en: &'static str| {
        faults.push(FieldFault::new(pointer, zh, en));
    };
    if lifecycle::category(&report.category).is_none() {
        fault("/category", "没有此事件类别。", "There is no such category.");
    }
    if !(report.lon.abs() <= 180.0 && report.lat.abs() <= 85.0) {
        fault("/lon", "位置有误。", "This is no place.");
    }
    let long = |text: &str, most: usize| text.chars().count() > most || text.contains('\0');
    if long(&report.detail, 2000) {
        fault("/detail", "最多 2000 字。", "Of at most 2,000 characters.");
    }
    if report.detail.trim().is_empty() {
        fault("/detail", "请说明情况。", "Say what is seen there.");
    }
    if long(&report.address, 200) {
        fault("/address", "最多 200 字。", "Of at most 200 characters.");
    }
    let is_code = |table: &crate::kernel::codes::CodeTable, code: &Option<String>| {
        code.as_ref().is_none_or(|code| table.list().iter().any(|one| one.code == *code))
    };
    if !is_code(&codes::CHANNELS, &report.channel) {
        fault("/channel", "没有此来源。", "There is no such channel.");
    }
    if !is_code(&codes::DEMANDS, &report.demand) {
        fault("/demand", "没有此诉求类型。", "There is no such kind of request.");
    }
    if report.severity.is_some_and(|severity| !(1..=4).contains(&severity)) {
        fault("/severity", "紧急程度为 1 至 4。", "The urgency is 1 to 4.");
    }
    if report.reporter_name.as_ref().is_some_and(|name| long(name, 60)) {
        fault("/reporter_name", "最多 60 字。", "Of at most 60 characters.");
    }
    if report.reporter_phone.as_ref().is_some_and(|phone| long(phone, 30)) {
        fault("/reporter_phone", "最多 30 字。", "Of at most 30 characters.");
    }
    for (pointer, files) in [("/files", &report.files), ("/files_after", &report.files_after)] {
        if files.len() > MOST_FILES {
            fault(pointer, "一次最多 20 个附件。", "At most 20 files at once.");
        }
    }
    if !report.is_done && !report.files_after.is_empty() {
        fault("/files_after", "自行处置时才有处置后照片。", "Only what was settled on the spot has these.");
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(text("上报的内容有误。", "What was reported is wrong."), faults))
}

/// Checks what is said about a case.
///
/// # Errors
/// 422 that names every field that is wrong.
pub(super) fn check_comment(draft: &CommentDraft) -> Result<()> {
    let mut faults = Vec::new();
    if draft.text.trim().is_empty() {
        faults.push(FieldFault::new("/text", "请填写。", "Fill this in."));
    } else if draft.text.chars().count() > 2000 || draft.text.contains('\0') {
        faults.push(FieldFault::new("/text", "最多 2000 字。", "Of at most 2,000 characters."));
    }
    if draft.mentions.len() > MOST_MENTIONED {
        faults.push(FieldFault::new("/mentions", "一次最多提到 20 人。", "At most 20 people are called at once."));
    }
    if draft.files.len() > MOST_FILES {
        faults.push(FieldFault::new("/files", "一次最多 20 个附件。", "At most 20 files at once."));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(text("填写的内容有误。", "What was filled in is wrong."), faults))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(form: &str, draft: &ActionDraft) -> Vec<String> {
        match check(Some(form), draft) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(_, faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_fault_is_told_at_its_field() {
        let nothing = ActionDraft::default();
        assert_eq!(pointers("ask_hang", &nothing), ["/note", "/reason", "/review_on"]);
        assert_eq!(pointers("dispatch", &nothing), ["/unit"]);
        assert_eq!(pointers("sub_assign", &nothing), ["/account"]);
        assert_eq!(pointers("accept", &ActionDraft { unit: Some(1), ..nothing.clone() }), ["/unit"]);
        assert_eq!(
            pointers("file", &ActionDraft { level: Some(4), severity: Some(0), ..nothing.clone() }),
            ["/level", "/severity"]
        );
        let reason = ActionDraft { note: "x".to_owned(), reason: Some("because".to_owned()), ..nothing };
        assert_eq!(pointers("ask_return", &reason), ["/reason"]);
    }
}
