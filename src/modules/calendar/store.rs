//! Every SQL statement of the module.

use super::model::{CalendarDay, CalendarYear, CalendarYearDraft, WorkingHoursDraft};
use crate::kernel::{actor::Actor, db::Tx, error::Result, time::DayKind};

/// The years that are arranged, the latest first.
pub(super) async fn years(tx: &mut Tx) -> Result<Vec<i16>> {
    Ok(sqlx::query_scalar!("select year from calendar_year order by year desc").fetch_all(&mut **tx).await?)
}

/// A year with its days; one of version 0 where it isn't arranged.
pub(super) async fn year(tx: &mut Tx, year: i16) -> Result<CalendarYear> {
    let row = sqlx::query!("select source, version, changed_by, changed_at from calendar_year where year = $1", year)
        .fetch_optional(&mut **tx)
        .await?;
    let days = sqlx::query!(
        r#"select day, kind = 'workday' as "is_worked!", name from calendar_day where year = $1 order by day"#,
        year
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|row| CalendarDay {
        day: row.day,
        kind: if row.is_worked { DayKind::Workday } else { DayKind::Holiday },
        name: row.name,
    })
    .collect();
    Ok(match row {
        Some(row) => CalendarYear {
            year,
            source: row.source,
            version: row.version,
            changed_by: row.changed_by,
            changed_at: Some(row.changed_at),
            days,
        },
        None => {
            CalendarYear { year, source: String::new(), version: 0, changed_by: String::new(), changed_at: None, days }
        }
    })
}

/// Writes a year where it still has the version that the draft was made from; nothing is written where it has another.
pub(super) async fn write_year(tx: &mut Tx, year: i16, draft: &CalendarYearDraft, actor: &Actor) -> Result<bool> {
    let written = if draft.version == 0 {
        sqlx::query!(
            "insert into calendar_year (year, source, changed_by) values ($1, $2, $3) on conflict do nothing",
            year,
            draft.source.trim(),
            actor.name()
        )
        .execute(&mut **tx)
        .await?
    } else {
        sqlx::query!(
            "update calendar_year set source = $3, version = version + 1, changed_by = $4, changed_at = now()
             where year = $1 and version = $2",
            year,
            draft.version,
            draft.source.trim(),
            actor.name()
        )
        .execute(&mut **tx)
        .await?
    };
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from calendar_day where year = $1", year).execute(&mut **tx).await?;
    let days: Vec<_> = draft.days.iter().map(|day| day.day).collect();
    let worked: Vec<_> = draft.days.iter().map(|day| day.kind == DayKind::Workday).collect();
    let names: Vec<_> = draft.days.iter().map(|day| day.name.trim().to_owned()).collect();
    sqlx::query!(
        "insert into calendar_day (day, year, kind, name)
         select day, $1, case when worked then 'workday' else 'holiday' end, name
         from unnest($2::date[], $3::boolean[], $4::text[]) said (day, worked, name)",
        year,
        &days,
        &worked,
        &names
    )
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// The first of these days that the notice of another year arranges, and that year.
pub(super) async fn taken_day(
    tx: &mut Tx,
    year: i16,
    draft: &CalendarYearDraft,
) -> Result<Option<(chrono::NaiveDate, i16)>> {
    let days: Vec<_> = draft.days.iter().map(|day| day.day).collect();
    let row = sqlx::query!(
        "select day, year from calendar_day where year <> $1 and day = any($2) order by day limit 1",
        year,
        &days
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| (row.day, row.year)))
}

/// Sets the hours that hold from a day on.
pub(super) async fn write_hours(
    tx: &mut Tx,
    valid_from: chrono::NaiveDate,
    draft: &WorkingHoursDraft,
    actor: &Actor,
) -> Result<()> {
    let weekdays: Vec<i16> = draft.weekdays.iter().filter_map(|day| i16::try_from(*day).ok()).collect();
    let periods: Vec<i16> = draft
        .periods
        .iter()
        .flat_map(|period| [period.start, period.end])
        .filter_map(|minute| i16::try_from(minute).ok())
        .collect();
    sqlx::query!(
        "insert into working_hours (valid_from, weekdays, periods, changed_by) values ($1, $2, $3, $4)
         on conflict (valid_from) do update set weekdays = excluded.weekdays, periods = excluded.periods,
             changed_by = excluded.changed_by, changed_at = now()",
        valid_from,
        &weekdays,
        &periods,
        actor.name()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the hours away that hold from a day on, unless they are the only ones. Says whether they were there, and whether
/// they are gone.
pub(super) async fn delete_hours(tx: &mut Tx, valid_from: chrono::NaiveDate) -> Result<(bool, bool)> {
    // Two who each take one of the last two away would leave none.
    sqlx::query!("lock table working_hours in share row exclusive mode").execute(&mut **tx).await?;
    let row = sqlx::query!(
        r#"with there as (select valid_from from working_hours where valid_from = $1),
           gone as (delete from working_hours
                    where valid_from = $1 and (select count(*) from working_hours) > 1 returning valid_from)
           select exists (select from there) as "was_there!", exists (select from gone) as "is_gone!""#,
        valid_from
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.was_there, row.is_gone))
}
