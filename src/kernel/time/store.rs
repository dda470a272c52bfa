//! The working calendar as the database keeps it.

use super::working::{DayKind, WorkCalendar, WorkPeriod, WorkingHours};
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
};

/// The city's working calendar as it stands now.
///
/// # Errors
/// When the database fails, or the calendar in it has no working time.
pub async fn load_calendar(tx: &mut Tx) -> Result<WorkCalendar> {
    let days = sqlx::query!(r#"select day, kind = 'workday' as "is_worked!" from calendar_day"#)
        .fetch_all(&mut **tx)
        .await?
        .into_iter()
        .map(|row| (row.day, if row.is_worked { DayKind::Workday } else { DayKind::Holiday }));
    WorkCalendar::new(load_hours(tx).await?, days).map_err(Error::Internal)
}

/// The working hours, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn load_hours(tx: &mut Tx) -> Result<Vec<WorkingHours>> {
    let rows = sqlx::query!("select valid_from, weekdays, periods from working_hours order by valid_from")
        .fetch_all(&mut **tx)
        .await?;
    let small = |number: &i16| u16::try_from(*number).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|row| WorkingHours {
            valid_from: row.valid_from,
            weekdays: row.weekdays.iter().filter_map(|day| u8::try_from(*day).ok()).collect(),
            periods: row
                .periods
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[start, end]| WorkPeriod { start: small(start), end: small(end) })
                .collect(),
        })
        .collect())
}
