//! The made city goes on living while the demo is served: cases come in and move towards their end.
//!
//! New ones resemble those of the past year: their place and category are taken from one of them. They say that they are made
//! (`source` is `demo`). Workers, the centre and departments act through the functions through which people act.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc, time::Duration};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use rand::RngExt;
use tokio::task::JoinHandle;

use super::scenes;
use crate::{kernel::actor::Actor, map::Map, modules::cases};

/// Steps that a case takes to its end, so that as many end as come in.
const STEPS: u32 = 8;

/// So many of the cases that are open at first have a photo.
const ILLUSTRATED: i64 = 40;

/// A small city too is seen to live.
const LEAST_PACE: f64 = 0.5;

/// Lets so many cases a minute come in by day, fewer at night; as many as in the past month when not said, none with 0.
#[must_use]
pub fn start(map: Arc<Map>, pace: Option<f64>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let lives = async {
            let pace = match pace {
                Some(pace) => pace,
                None => usual(&map).await?,
            };
            if pace > 0.0 {
                cases::illustrate(&map, ILLUSTRATED, scenes::paint).await?;
                live(&map, pace).await;
            }
            anyhow::Ok(())
        };
        if let Err(error) = lives.await {
            tracing::warn!("the made city stands still: {error:#}");
        }
    })
}

/// Cases a minute by day, as they came in during the past month.
async fn usual(map: &Map) -> Result<f64> {
    let mut tx = map.app.db.begin(&Actor::system("demo")).await?;
    let month: i64 = sqlx::query_scalar(
        "select count(*) from case_record where reported_at between now() - interval '30 days' and now()",
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    let whole_hours: f64 = (0..24).map(busy).sum();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 cases a month")]
    let by_day = month as f64 / 30.0 / whole_hours / 60.0;
    Ok(by_day.max(LEAST_PACE))
}

async fn live(map: &Map, pace: f64) {
    loop {
        let between = 60.0 / (pace * share_of_day(Utc::now())) * rand::rng().random_range(0.4..1.6);
        let pause = Duration::from_secs_f64((between / f64::from(STEPS + 1)).clamp(0.001, 60.0));
        tokio::time::sleep(pause).await;
        let mut lived = cases::report_like_one(map, Some(scenes::paint)).await.map(drop);
        for _ in 0..STEPS {
            tokio::time::sleep(pause).await;
            lived = lived.and(cases::go_on_with_one(map, scenes::paint).await);
        }
        // A database that is away for a moment doesn't end a city.
        if let Err(error) = lived {
            tracing::warn!("a step of the made city failed: {error}");
        }
    }
}

/// How many days the past has in which people worked on cases.
const RELIVED_DAYS: i64 = 14;
/// How many cases, usually.
pub const RELIVED_CASES: u32 = 100;
/// As many steps one of them goes at most.
const MOST_STEPS: u32 = 40;

/// Gives the made city a past: its people report and settle so many cases of the last fortnight, by the functions that everybody
/// uses. Called before the city is served, for the server's clock stands in the past meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn relive(map: &Map, count: u32) -> Result<()> {
    let clock = &map.app.clock;
    let now = Utc::now();
    let relived = relive_until(map, count, now).await;
    clock.reset();
    relived
}

/// What comes next with a case: reported first, then step by step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NextStep {
    at: DateTime<Utc>,
    case: Option<i64>,
    /// Where it stands.
    step: String,
    /// How many steps it has taken.
    taken: u32,
}

async fn relive_until(map: &Map, count: u32, now: DateTime<Utc>) -> Result<()> {
    let mut coming = BinaryHeap::new();
    for _ in 0..count {
        let minutes = rand::rng().random_range(0..RELIVED_DAYS * 24 * 60);
        let at = by_day(now - TimeDelta::minutes(minutes));
        coming.push(Reverse(NextStep { at, case: None, step: String::new(), taken: 0 }));
    }
    while let Some(Reverse(next)) = coming.pop() {
        if next.at >= now {
            break;
        }
        fire_until(map, next.at).await?;
        map.app.clock.set(next.at);
        let (case, step) = match next.case {
            None => (cases::report_like_one(map, None).await?, Some("reported".to_owned())),
            Some(case) => (Some(case), cases::go_on_with(map, case, None).await?),
        };
        if let (Some(case), Some(step)) = (case, step)
            && next.taken < MOST_STEPS
        {
            let at = by_day(next.at + TimeDelta::minutes(minutes_to_next(&next.step, &step)));
            coming.push(Reverse(NextStep { at, case: Some(case), step, taken: next.taken + 1 }));
        }
    }
    fire_until(map, now).await
}

/// Fires what falls due until a moment, each at its own.
async fn fire_until(map: &Map, until: DateTime<Utc>) -> Result<()> {
    while let Some(due) = cases::next_timer(&map.app).await?.filter(|due| *due <= until) {
        map.app.clock.set(due);
        cases::fire_timers(&map.app).await?;
    }
    Ok(())
}

/// How long it takes until somebody goes on with a case; one in twelve waits far longer.
fn minutes_to_next(before: &str, step: &str) -> i64 {
    let mut dice = rand::rng();
    let usual = match step {
        "verifying" | "to_check" => dice.random_range(15..100),
        // Signed for soon, handled in its time.
        "disposing" if before == "disposing" => dice.random_range(20..420),
        "disposing" => dice.random_range(5..60),
        "closed" => dice.random_range(60..2_000),
        _ => dice.random_range(3..24),
    };
    if dice.random_ratio(1, 12) { usual * 6 } else { usual }
}

/// The same moment by day: at night hardly anybody works on a case.
fn by_day(at: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = i64::from((at.hour() + 8) % 24) * 60 + i64::from(at.minute());
    if minutes < 8 * 60 {
        at + TimeDelta::minutes(8 * 60 + minutes % 90 - minutes)
    } else if minutes >= 18 * 60 {
        at + TimeDelta::minutes(32 * 60 + minutes % 90 - minutes)
    } else {
        at
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
        // 02:30 and 20:10 in China wait for the morning, 10:00 doesn't.
        assert_eq!(by_day(at("2026-11-23T18:30:00Z")), at("2026-11-24T01:00:00Z"));
        assert_eq!(by_day(at("2026-11-24T12:10:00Z")), at("2026-11-25T00:40:00Z"));
        assert_eq!(by_day(at("2026-11-24T02:00:00Z")), at("2026-11-24T02:00:00Z"));
    }
}
