//! Work that takes a while, off the tasks that answer, shared fairly between accounts.
//!
//! Accounts take turns: whoever asks for much waits behind their own work, and the next free core goes to the account
//! that waits longest for its turn. One account never holds all cores, so that a core is left for the others. Work that
//! the program does for nobody in particular, tiles among it, has no bound but the queue's own.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use super::{
    error::{Error, Result},
    request,
};

/// A queue for work on the machine's cores, with a bound on what waits.
pub struct Work {
    cores: usize,
    /// Pieces that may be under way or wait, in all and of one account.
    places: usize,
    places_of_one: usize,
    queue: Arc<Mutex<Queue>>,
}

/// What is under way and what waits.
#[derive(Default)]
struct Queue {
    running: usize,
    waiting: usize,
    accounts: HashMap<String, AccountShare>,
    /// The accounts that wait, in the order of their turns.
    turns: VecDeque<String>,
}

/// An account's share.
#[derive(Default)]
struct AccountShare {
    running: usize,
    waiting: VecDeque<oneshot::Sender<CoreTurn>>,
}

/// A core, held until it is dropped.
struct CoreTurn {
    queue: Arc<Mutex<Queue>>,
    account: String,
    cores: usize,
}

impl Drop for CoreTurn {
    fn drop(&mut self) {
        let given = {
            let mut queue = lock(&self.queue);
            queue.running -= 1;
            if let Some(account) = queue.accounts.get_mut(&self.account) {
                account.running -= 1;
            }
            let given = queue.give(&self.queue, self.cores);
            queue.forget(&self.account);
            given
        };
        send(given);
    }
}

/// Hands turns out. A turn that nobody takes any more is dropped here, outside of the lock, and given on.
fn send(given: Vec<(oneshot::Sender<CoreTurn>, CoreTurn)>) {
    for (sender, turn) in given {
        drop(sender.send(turn));
    }
}

fn lock(queue: &Mutex<Queue>) -> std::sync::MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Queue {
    /// Gives free cores to the accounts whose turn it is; an account never gets the last core while it holds another.
    fn give(&mut self, shared: &Arc<Mutex<Self>>, cores: usize) -> Vec<(oneshot::Sender<CoreTurn>, CoreTurn)> {
        let mut given = Vec::new();
        let mut passed = 0;
        while self.running < cores && passed < self.turns.len() {
            let Some(name) = self.turns.pop_front() else { break };
            let Some(account) = self.accounts.get_mut(&name) else { continue };
            if !name.is_empty() && account.running > 0 && account.running + 1 >= cores {
                self.turns.push_back(name);
                passed += 1;
                continue;
            }
            let Some(sender) = account.waiting.pop_front() else { continue };
            self.waiting -= 1;
            if !account.waiting.is_empty() {
                self.turns.push_back(name.clone());
            }
            if sender.is_closed() {
                self.forget(&name);
                continue;
            }
            if let Some(account) = self.accounts.get_mut(&name) {
                account.running += 1;
            }
            self.running += 1;
            passed = 0;
            given.push((sender, CoreTurn { queue: shared.clone(), account: name, cores }));
        }
        given
    }

    /// Forgets an account that has nothing here any more.
    fn forget(&mut self, name: &str) {
        if self.accounts.get(name).is_some_and(|account| account.running == 0 && account.waiting.is_empty()) {
            self.accounts.remove(name);
        }
    }
}

impl Work {
    /// With so many places, those at work included; one account takes at most a quarter of them.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self::on(std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2), places)
    }

    fn on(cores: usize, places: usize) -> Self {
        Self { cores, places, places_of_one: places.div_ceil(4), queue: Arc::default() }
    }

    /// Does the work when it is the client's turn and a core is free. Work whose client leaves while it waits is not done.
    ///
    /// # Errors
    /// 503 when no place is left, or the client has left; and what the work itself gives.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.run_for(request::client(), work).await
    }

    async fn run_for<T: Send + 'static>(
        &self,
        account: String,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.wait(account)?;
        let turn = tokio::select! {
            turn = turn => turn.map_err(|error| Error::Internal(error.into()))?,
            () = request::client_left() => return Err(Error::Busy),
        };
        tokio::task::spawn_blocking(move || {
            // Work that has begun goes on when its reader has left, and keeps its core for as long.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|error| Error::Internal(error.into()))?
    }

    /// Takes a place in the queue.
    fn wait(&self, name: String) -> Result<oneshot::Receiver<CoreTurn>> {
        let (sender, receiver) = oneshot::channel();
        let given = {
            let mut queue = lock(&self.queue);
            let queue = &mut *queue;
            // Who has left still stands there until their turn would come.
            if queue.running + queue.waiting >= self.places {
                return Err(Error::Busy);
            }
            let account = queue.accounts.entry(name.clone()).or_default();
            account.waiting.retain(|waiting| {
                let stays = !waiting.is_closed();
                queue.waiting -= usize::from(!stays);
                stays
            });
            if !name.is_empty() && account.running + account.waiting.len() >= self.places_of_one {
                return Err(Error::Busy);
            }
            account.waiting.push_back(sender);
            queue.waiting += 1;
            if account.waiting.len() == 1 && !queue.turns.contains(&name) {
                queue.turns.push_back(name);
            }
            queue.give(&self.queue, self.cores)
        };
        send(given);
        Ok(receiver)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Work that lasts until it is let go, and says when it begins.
    fn held(
        work: &Arc<Work>,
        account: &str,
        begun: &mpsc::Sender<String>,
    ) -> (tokio::task::JoinHandle<Result<()>>, mpsc::Sender<()>) {
        let (go, wait) = mpsc::channel::<()>();
        let (work, account, begun) = (work.clone(), account.to_owned(), begun.clone());
        let task = tokio::spawn(async move {
            let name = account.clone();
            work.run_for(account, move || {
                begun.send(name).ok();
                wait.recv().ok();
                Ok(())
            })
            .await
        });
        (task, go)
    }

    async fn settle(work: &Work, running: usize, waiting: usize) {
        let counts = || {
            let queue = lock(&work.queue);
            (queue.running, queue.waiting)
        };
        while counts() != (running, waiting) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_finds_no_place_is_told_to_come_again() {
        let work = Arc::new(Work::on(2, 1));
        let (begun, _begins) = mpsc::channel();
        let (first, go) = held(&work, "a", &begun);
        settle(&work, 1, 0).await;
        assert!(matches!(work.run(|| Ok(())).await, Err(Error::Busy)));
        go.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert!(work.run(|| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn one_account_leaves_a_core_to_the_others_and_they_take_turns() {
        let work = Arc::new(Work::on(2, 64));
        let (begun, begins) = mpsc::channel();
        let greedy: Vec<_> = (0..16).map(|_| held(&work, "greedy", &begun)).collect();
        settle(&work, 1, 15).await;
        assert_eq!(begins.recv().unwrap(), "greedy");
        // Another is served at once, however much the first has waiting.
        let other = held(&work, "other", &begun);
        assert_eq!(tokio::task::spawn_blocking(move || (begins.recv().unwrap(), begins)).await.unwrap().0, "other");
        // One account fills a quarter of the places at most.
        settle(&work, 2, 15).await;
        assert!(matches!(work.run_for("greedy".to_owned(), || Ok(())).await, Err(Error::Busy)));
        for (task, go) in greedy.into_iter().chain([other]) {
            go.send(()).ok();
            task.await.unwrap().unwrap();
        }
        settle(&work, 0, 0).await;
        let queue = lock(&work.queue);
        assert!(queue.accounts.is_empty() && queue.turns.is_empty());
    }

    #[tokio::test]
    async fn work_whose_client_has_left_is_passed_over() {
        let work = Arc::new(Work::on(2, 64));
        let (begun, begins) = mpsc::channel();
        let (first, go) = held(&work, "a", &begun);
        settle(&work, 1, 0).await;
        let (second, _) = held(&work, "a", &begun);
        settle(&work, 1, 1).await;
        second.abort();
        second.await.unwrap_err();
        go.send(()).unwrap();
        first.await.unwrap().unwrap();
        settle(&work, 0, 0).await;
        assert_eq!(begins.try_iter().count(), 1);
    }
}
