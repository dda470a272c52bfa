//! The calendar as it is read and written.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::time::{DayKind, Limit, WorkPeriod};

/// A day of which something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarDay {
    /// The day.
    pub(super) day: NaiveDate,
    /// Whether it is a holiday, or worked in place of one.
    pub(super) kind: DayKind,
    /// The holiday that it belongs to: 春节.
    #[schema(max_length = 40)]
    pub(super) name: String,
}

/// A year whose holidays are arranged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarYear {
    /// The year.
    pub(super) year: i16,
    /// The notice that arranges it.
    pub(super) source: String,
    /// How often it was written; 0 where it isn't arranged yet.
    pub(super) version: i32,
    /// Who wrote it last; empty where it isn't arranged yet.
    pub(super) changed_by: String,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_at: Option<DateTime<Utc>>,
    /// Its days of which something is said, the earliest first.
    pub(super) days: Vec<CalendarDay>,
}

/// What a year is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarYearDraft {
    /// The version that it is made from; 0 where the year isn't arranged yet. Another version is refused.
    #[schema(minimum = 0)]
    pub(super) version: i32,
    /// The notice that arranges it.
    #[schema(max_length = 200)]
    pub(super) source: String,
    /// All its days of which something is said.
    #[schema(max_items = 120)]
    pub(super) days: Vec<CalendarDay>,
}

/// Weekdays and hours that are worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkingHoursDraft {
    /// The weekdays, Monday is 1.
    #[schema(min_items = 1, max_items = 7)]
    pub(super) weekdays: Vec<i32>,
    /// The periods of a day, the earliest first.
    #[schema(min_items = 1, max_items = 6)]
    pub(super) periods: Vec<WorkPeriod>,
}

/// Weekdays and hours that are worked from a day on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarHours {
    /// The first day on which they hold.
    pub(super) valid_from: NaiveDate,
    /// The weekdays, Monday is 1.
    pub(super) weekdays: Vec<u8>,
    /// The periods of a day, the earliest first.
    pub(super) periods: Vec<WorkPeriod>,
}

/// Which years are arranged, and the hours that are worked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarOverview {
    /// The years that are arranged, the latest first.
    pub(super) years: Vec<i16>,
    /// The hours, the earliest first.
    pub(super) hours: Vec<CalendarHours>,
}

/// A notice, or rows of a table, that is to be read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeText {
    /// The text.
    #[schema(max_length = 20_000)]
    pub(super) text: String,
}

/// What was read.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeReading {
    /// The year that is arranged; none where the text names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) year: Option<i16>,
    /// The number of the notice; empty where it names none.
    pub(super) source: String,
    /// Its days, the earliest first.
    pub(super) days: Vec<CalendarDay>,
    /// What is to be looked at, in the reader's language.
    pub(super) problems: Vec<String>,
}

/// When a limit ends.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitEnd {
    /// The limit.
    pub(super) limit: Limit,
    /// When it begins.
    pub(super) from: DateTime<Utc>,
    /// When four fifths of it are used: the yellow lamp.
    pub(super) yellow_at: DateTime<Utc>,
    /// When it ends: the red lamp.
    pub(super) due_at: DateTime<Utc>,
    /// The first year on the way whose holidays aren't arranged; only weekends were left out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_open_year: Option<i16>,
}
