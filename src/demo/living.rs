//! The made city goes on living while the demo is served: cases come in and move towards their end.
//!
//! New ones resemble those of the past year: their place and category are taken from one of them. They say that they are made
//! (`source` is `demo`). Workers, the centre and departments act through the functions through which people act.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use chrono::{DateTime, Timelike, Utc};
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
        let mut lived = cases::report_like_one(map, scenes::paint).await;
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
