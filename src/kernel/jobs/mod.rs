//! Background work. A job is enqueued in the transaction that asks for it; any server takes what is due, tries again what
//! failed, and puts aside what failed too often, for somebody to look at. Modules declare the kinds.
//!
//! What a job does may be done twice: a server that vanishes in the middle has its jobs taken by another.

mod store;
mod worker;

use std::time::Duration;

use anyhow::Result;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::{
    store::{JobCount, Listed, counts, dead, enqueue, retry},
    worker::Worker,
};
use super::{actor::Actor, app::App, error::Error};

/// A kind of background work.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// Its name, which begins with the module's: `sso.tell`.
    pub name: &'static str,
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
    /// For work that is done again and again: the pause between the end of one run and the next.
    pub every: Option<Duration>,
    /// How long a run may take; then it has failed.
    pub patience: Duration,
    /// The seconds after which what failed is tried again, try by try; then it is put aside. What recurs waits for its next
    /// time instead.
    pub again: &'static [u32],
    /// Does it.
    pub run: fn(App, Job) -> BoxFuture<'static, Result<()>>,
}

impl JobKind {
    /// Work that is asked for, with a minute for each run, and tried again after a minute, ten minutes and an hour.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: (&'static str, &'static str),
        run: fn(App, Job) -> BoxFuture<'static, Result<()>>,
    ) -> Self {
        Self { name, title, every: None, patience: Duration::from_mins(1), again: &[60, 600, 3600], run }
    }

    /// The same, done again and again.
    #[must_use]
    pub const fn every(mut self, pause: Duration) -> Self {
        self.every = Some(pause);
        self
    }

    /// The pause before the try after so many that failed; nothing when it is to be put aside.
    fn pause_after(&self, tries: u32) -> Option<Duration> {
        let failed_before = usize::try_from(tries).unwrap_or(usize::MAX).saturating_sub(1);
        self.every.or_else(|| self.again.get(failed_before).map(|&seconds| Duration::from_secs(seconds.into())))
    }
}

/// A job that is being done.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: i64,
    /// Its kind's name.
    pub kind: String,
    /// What it is to be done with.
    pub payload: Value,
    /// Which try this is, from 1.
    pub tries: u32,
    asked_by: String,
    holding: Option<i64>,
}

impl Job {
    /// What it is to be done with, as its kind writes it.
    ///
    /// # Errors
    /// When another kind of payload was enqueued.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_value(self.payload.clone())?)
    }

    /// Who asked for it, with the rights that they hold now: an account in the post in which it asked, or a token.
    ///
    /// # Errors
    /// 401 when the account or the token may no longer sign in; when the database is away.
    pub async fn asker(&self, app: &App) -> Result<Actor, Error> {
        app.auth.actor_by_key(&self.asked_by, self.holding).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: App, _: Job) -> BoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    #[test]
    fn what_fails_is_tried_again_later_and_later_and_then_put_aside() {
        let asked = JobKind { again: &[5, 30], ..JobKind::new("test.asked", ("", ""), nothing) };
        let pauses = [1, 2, 3].map(|tries| asked.pause_after(tries));
        assert_eq!(pauses, [Some(Duration::from_secs(5)), Some(Duration::from_secs(30)), None]);
        let recurring = asked.every(Duration::from_hours(1));
        assert_eq!([1, 99].map(|tries| recurring.pause_after(tries)), [Some(Duration::from_hours(1)); 2]);
    }
}
