//! How often one client may ask: a bucket for each, which fills at a steady rate.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;

/// Buckets that are kept; the longest unused are dropped, and a dropped one is full again.
const BUCKETS: usize = 100_000;
/// As many requests of one client wait for their turn at a time.
const WAITING: u64 = 16;
/// No request waits longer for its turn than this; it is refused instead.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Anything.
    Any,
    /// What costs or writes although nobody is signed in: proofs of who one is.
    Proof,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// An actor, by a digest of their key.
    Actor(u64),
    /// An address; of IPv6 the first 64 bits, since whoever has one has all of these.
    Address(IpAddr),
}

impl Client {
    /// An actor, by what no other has.
    #[must_use]
    pub fn actor(key: &str) -> Self {
        Self::Actor(xxhash_rust::xxh3::xxh3_64(key.as_bytes()))
    }

    /// Who comes from an address.
    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// How fast a bucket fills, and how much it holds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Nanoseconds for one request.
    each: u64,
    /// Requests at once.
    burst: u64,
}

impl Rate {
    /// So many in a span of time, and so many at once; one at least of each.
    #[must_use]
    pub fn new(many: u32, span: Duration, burst: u32) -> Self {
        let span = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Self { each: (span / u64::from(many.max(1))).max(1), burst: u64::from(burst.max(1)) }
    }
}

/// How often clients may ask.
pub struct Limits {
    any: Rate,
    proof: Rate,
    since: Instant,
    /// For each client the moment, in nanoseconds since the start, at which their bucket is full again.
    buckets: Cache<(Kind, Client), Arc<AtomicU64>>,
}

impl Limits {
    /// These rates.
    #[must_use]
    pub fn new(any: Rate, proof: Rate) -> Self {
        Self { any, proof, since: Instant::now(), buckets: Cache::new(BUCKETS) }
    }

    /// So many requests a second of each client, twice as many at once; of proofs thirty a minute, forty at once.
    #[must_use]
    pub fn of_requests(a_second: u32) -> Self {
        Self::new(
            Rate::new(a_second, Duration::from_secs(1), a_second.saturating_mul(2)),
            Rate::new(30, Duration::from_mins(1), 40),
        )
    }

    /// Takes one out of a client's bucket.
    ///
    /// # Errors
    /// When it is empty: the seconds until it isn't.
    pub fn take(&self, kind: Kind, client: Client) -> Result<(), u64> {
        self.draw(kind, client, 0).map(drop)
    }

    /// Takes one out of a client's bucket, and where that is empty the next that comes into it: gives how long the request
    /// has to wait for its turn. So a reader who asks for one page after the other is slowed down to the bucket's rate, and
    /// reaches the end; who asks for much at once is refused.
    ///
    /// # Errors
    /// When too many of the client's requests wait already, or the turn comes too late: the seconds until one is there.
    pub fn take_turn(&self, kind: Kind, client: Client) -> Result<Duration, u64> {
        let longest = u64::try_from(LONGEST_WAIT.as_nanos()).unwrap_or(u64::MAX);
        self.draw(kind, client, (self.rate(kind).each * WAITING).min(longest)).map(Duration::from_nanos)
    }

    /// Takes one out of a bucket that may be overdrawn by so many nanoseconds of its filling. Gives the nanoseconds by which
    /// it is overdrawn now, or the seconds until one can be taken.
    fn draw(&self, kind: Kind, client: Client, overdraft: u64) -> Result<u64, u64> {
        let (rate, now) = (self.rate(kind), self.now());
        let held = rate.each * rate.burst;
        self.bucket(kind, client)
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                let full_at = full_at.max(now) + rate.each;
                (full_at - now <= held + overdraft).then_some(full_at)
            })
            // What is given is the value from before.
            .map(|full_at| (full_at.max(now) + rate.each).saturating_sub(now + held))
            .map_err(|full_at| {
                let wait = (full_at + rate.each).saturating_sub(now + held);
                wait.div_ceil(1_000_000_000).max(1)
            })
    }

    /// Whether there is something left, without taking it.
    ///
    /// # Errors
    /// When it is empty: the seconds until it isn't.
    pub fn look(&self, kind: Kind, client: Client) -> Result<(), u64> {
        self.take(kind, client).inspect(|()| self.give_back(kind, client, 1))
    }

    /// Puts so many back: what was asked turned out to be right.
    pub fn give_back(&self, kind: Kind, client: Client, many: u32) {
        let back = self.rate(kind).each * u64::from(many);
        self.bucket(kind, client).update(Ordering::Relaxed, Ordering::Relaxed, |full_at| full_at.saturating_sub(back));
    }

    fn rate(&self, kind: Kind) -> Rate {
        match kind {
            Kind::Any => self.any,
            Kind::Proof => self.proof,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX / 2)
    }

    fn bucket(&self, kind: Kind, client: Client) -> Arc<AtomicU64> {
        let made: Result<_, std::convert::Infallible> =
            self.buckets.get_or_insert_with(&(kind, client), || Ok(Arc::default()));
        made.unwrap_or_else(|never| match never {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Client {
        Client::address(text.parse().unwrap())
    }

    #[test]
    fn a_bucket_holds_its_burst_and_fills_again() {
        let limits = Limits::new(Rate::new(20, Duration::from_secs(1), 3), Rate::new(30, Duration::from_mins(1), 2));
        let one = address("10.0.0.1");
        let many = |kind| (0..10).filter(|_| limits.take(kind, one).is_ok()).count();
        assert_eq!((many(Kind::Any), many(Kind::Proof)), (3, 2));
        assert_eq!(limits.take(Kind::Proof, one), Err(2));
        assert_eq!(limits.look(Kind::Proof, one), Err(2));
        limits.give_back(Kind::Proof, one, 1);
        assert_eq!((limits.look(Kind::Proof, one), many(Kind::Proof)), (Ok(()), 1));
        // Another has their own, and giving back never makes more than there was.
        limits.give_back(Kind::Proof, address("10.0.0.2"), 100);
        assert_eq!((0..10).filter(|_| limits.take(Kind::Proof, address("10.0.0.2")).is_ok()).count(), 2);
        std::thread::sleep(Duration::from_millis(120));
        assert_eq!(many(Kind::Any), 2);
    }

    #[test]
    fn who_asks_for_one_thing_after_the_other_waits_and_who_floods_is_refused() {
        // Filled so slowly that nothing comes into the bucket while the test runs.
        let each = Duration::from_millis(900);
        let limits = Limits::new(Rate::new(1, each, 3), Rate::new(1, Duration::from_mins(1), 1));
        let one = address("10.0.0.1");
        let turns: Vec<_> = (0..5).map(|_| limits.take_turn(Kind::Any, one)).collect();
        assert_eq!(turns[..3], [Ok(Duration::ZERO); 3]);
        // The next in the bucket is given ahead; the one after it would be too late.
        let wait = turns[3].unwrap();
        assert!(wait > Duration::ZERO && wait <= each, "{wait:?}");
        assert_eq!(turns[4], Err(2));
        // Nobody waits where a turn takes a minute.
        assert_eq!(limits.take_turn(Kind::Proof, one), Ok(Duration::ZERO));
        assert_eq!(limits.take_turn(Kind::Proof, one), Err(60));
        // Of a fast bucket so many wait, and no more.
        let fast = Limits::new(Rate::new(50, Duration::from_secs(1), 3), Rate::new(1, each, 1));
        let waiting = (0..100).filter(|_| fast.take_turn(Kind::Any, one).is_ok()).count();
        assert!((19..25).contains(&waiting), "{waiting}");
    }

    #[test]
    fn clients_are_told_apart() {
        assert_eq!(address("2001:db8:1:2::7"), address("2001:db8:1:2:ffff::1"));
        assert_ne!(address("2001:db8:1:2::7"), address("2001:db8:1:3::7"));
        assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
        assert_ne!(Client::actor("account:1"), Client::actor("token:1"));
    }

    #[test]
    fn strangers_without_number_take_no_memory_without_bound() {
        let limits = Limits::of_requests(10);
        for n in 0..250_000u32 {
            limits.take(Kind::Any, Client::address(IpAddr::from(n.to_be_bytes()))).ok();
        }
        assert!(limits.buckets.len() <= BUCKETS);
    }
}
