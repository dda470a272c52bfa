//! Work that takes a while, off the tasks that answer.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::error::{Error, Result};

/// As many pieces of work at a time as there are cores, and so many that wait; who comes then is told to come again.
pub struct Work {
    cores: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Work {
    /// With so many places, those at work included.
    #[must_use]
    pub fn new(places: usize) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { cores: Arc::new(Semaphore::new(cores)), places: Arc::new(Semaphore::new(places)) }
    }

    /// Does it when a core is free.
    ///
    /// # Errors
    /// 503 when no place is left; and what the work itself gives.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let core = self.cores.clone().acquire_owned().await.map_err(|error| Error::Internal(error.into()))?;
        tokio::task::spawn_blocking(move || {
            // Work that has begun goes on when its reader has left, and keeps its core for as long.
            let _held = (place, core);
            work()
        })
        .await
        .map_err(|error| Error::Internal(error.into()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_is_told_to_come_again() {
        let work = Arc::new(Work::new(1));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let work = work.clone();
            async move { work.run(move || Ok(wait.recv().is_ok())).await }
        });
        while work.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(work.run(|| Ok(())).await, Err(Error::Busy)));
        go.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert!(work.run(|| Ok(())).await.is_ok());
    }
}
