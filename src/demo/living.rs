//! The made city goes on living while the demo is served: cases come in and move towards their end.
//!
//! New ones resemble those of the past year: their place, category and limit are taken from one of them. They say
//! that they are made (`source` is `demo`).

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Timelike, Utc};
use rand::RngExt;
use sqlx::PgConnection;
use tokio::task::JoinHandle;

/// A case like one of the past.
const REPORT: &str = "
    insert into case_record (region, number, category, title, channel, severity, due_at, address, source, geom)
    select region, to_char(now() at time zone 'Asia/Shanghai', 'YYYY') || '-L' || nextval('entity_id'), category, title,
           channel, case when random() < 0.04 then 3 else severity end, now() + (due_at - reported_at), address, 'demo', geom
    from case_record
    where id >= (select min(id) + floor(random() * (max(id) - min(id)))::bigint from case_record)
      and severity < 4 and due_at > reported_at
    order by id limit 1";

/// One open case goes a step further.
const ADVANCE: &str = "
    update case_record set
        status = case status when 'reported' then 'accepted' when 'accepted' then 'filed' when 'filed' then 'dispatched'
                             when 'dispatched' then 'handling' when 'handling' then 'handled' else 'closed' end,
        closed_at = case when status = 'handled' then greatest(now(), reported_at) end,
        updated_at = now()
    where id = (select id from case_record
                where status in ('reported', 'accepted', 'filed', 'dispatched', 'handling', 'handled')
                order by random() limit 1)";

/// Steps that a case takes to its end, so that as many end as come in.
const STEPS: u32 = 6;

/// A small city too is seen to live.
const LEAST_PACE: f64 = 0.5;

/// Lets so many cases a minute come in by day, fewer at night; as many as in the past month when not said, none with 0.
#[must_use]
pub fn start(mut conn: PgConnection, pace: Option<f64>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let lives = async {
            let pace = match pace {
                Some(pace) => pace,
                None => usual(&mut conn).await?,
            };
            if pace > 0.0 { live(conn, pace).await } else { Ok(()) }
        };
        if let Err(error) = lives.await {
            tracing::warn!("the made city stands still: {error:#}");
        }
    })
}

/// Cases a minute by day, as they came in during the past month.
async fn usual(conn: &mut PgConnection) -> Result<f64> {
    let month: i64 = sqlx::query_scalar(
        "select count(*) from case_record where reported_at between now() - interval '30 days' and now()",
    )
    .fetch_one(conn)
    .await?;
    let whole_hours: f64 = (0..24).map(busy).sum();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 cases a month")]
    let by_day = month as f64 / 30.0 / whole_hours / 60.0;
    Ok(by_day.max(LEAST_PACE))
}

async fn live(mut conn: PgConnection, pace: f64) -> Result<()> {
    loop {
        let between = 60.0 / (pace * share_of_day(Utc::now())) * rand::rng().random_range(0.4..1.6);
        let pause = Duration::from_secs_f64((between / f64::from(STEPS + 1)).clamp(0.001, 60.0));
        tokio::time::sleep(pause).await;
        sqlx::query(REPORT).execute(&mut conn).await?;
        for _ in 0..STEPS {
            tokio::time::sleep(pause).await;
            sqlx::query(ADVANCE).execute(&mut conn).await?;
        }
    }
}

/// How busy the city is at an hour of China's day, 1 at its busiest.
fn share_of_day(now: DateTime<Utc>) -> f64 {
    busy((now.hour() + 8) % 24)
}

fn busy(hour: u32) -> f64 {
    match hour {
        7..=18 => 1.0,
        19..=22 => 0.6,
        _ => 0.25,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_is_quieter_than_the_day() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(share_of_day(at("2026-11-24T02:00:00Z")) > share_of_day(at("2026-11-24T18:00:00Z")));
    }
}
