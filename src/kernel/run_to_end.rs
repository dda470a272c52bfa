//! Work that must not be cut in the middle.

/// Runs a future to its end in a task of its own, also when whoever waits for it here is dropped. A panic passes on.
pub(super) async fn run_to_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and nobody is left to tell.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_any_more() {
        let done = Arc::new(AtomicBool::new(false));
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let (end, ended) = tokio::sync::oneshot::channel();
        let work = {
            let done = done.clone();
            async move {
                wait.await.ok();
                done.store(true, Ordering::SeqCst);
                end.send(()).ok();
            }
        };
        let mut waiting = Box::pin(run_to_end(work));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
        go.send(()).unwrap();
        ended.await.unwrap();
        assert!(done.load(Ordering::SeqCst));
    }
}
