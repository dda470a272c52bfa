//! A plain HTTP/1.1 client that asks as fast as answers come, over connections that stay open.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use memchr::memmem::Finder;
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

/// Connections at the same time: so many that no server waits for who asks.
pub(super) const CONNECTIONS: usize = 32;

/// How it is asked.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// Connections at the same time.
    pub(super) connections: usize,
    /// The core that asks; any, when none is named.
    pub(super) core: Option<usize>,
}

impl Asking {
    /// Over so many connections, from any core.
    pub(super) const fn over(connections: usize) -> Self {
        Self { connections, core: None }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) answers: u64,
    pub(super) seconds: f64,
    /// Seconds of all processors that went to everything but asking: what the answers cost whoever gave them.
    pub(super) spent: f64,
}

impl Outcome {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(super) fn per_second(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// Microseconds of processor time that an answer cost.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(super) fn cost_us(&self) -> f64 {
        self.spent * 1e6 / self.answers.max(1) as f64
    }
}

/// Whom to ask, what, and with which statuses they may answer.
pub(super) type Turn<'a> = (SocketAddr, Vec<Vec<u8>>, &'a [u16]);

/// What came of taking turns: answers a second, and what one cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    pub(super) per_second: f64,
    pub(super) cost_us: f64,
}

/// Asks each in turn, and that so many times, so that none profits from a quieter moment.
pub(super) async fn in_turns(turns: &[Turn<'_>], rounds: u8, asking: Asking, span: Duration) -> Result<Vec<Mean>> {
    let mut means = vec![Mean::default(); turns.len()];
    for _ in 0..rounds {
        for (mean, (address, requests, expected)) in means.iter_mut().zip(turns) {
            let outcome = hammer(*address, requests.clone(), asking, Until::For(span), expected).await?;
            mean.per_second += outcome.per_second() / f64::from(rounds);
            mean.cost_us += outcome.cost_us() / f64::from(rounds);
        }
    }
    Ok(means)
}

/// Seconds that the machine's processors have worked, from `/proc/stat`, without those of the thread that asks for them.
/// Whatever else runs on the machine is in them.
fn worked_for_others() -> Result<f64> {
    let all = std::fs::read_to_string("/proc/stat")?;
    // user, nice, system, idle, iowait, irq, softirq: in hundredths of a second.
    let fields = all.lines().next().unwrap_or_default().split_whitespace().skip(1).take(7).enumerate();
    let busy: f64 = fields
        .filter(|(index, _)| ![3, 4].contains(index))
        .map(|(_, ticks)| ticks.parse::<f64>())
        .sum::<Result<_, _>>()?;
    let own = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let own: f64 = own.split_whitespace().next().context("an empty schedstat")?.parse()?;
    Ok(busy / 100.0 - own / 1e9)
}

/// How long to ask.
#[derive(Clone, Copy)]
pub(super) enum Until {
    /// Each request once.
    Once,
    /// Round and round, for so long.
    For(Duration),
}

/// A request as it goes over the wire.
pub(super) fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n{headers}\r\n").into_bytes()
}

/// Sends the requests over so many connections, from one thread that does nothing else; any status outside of those
/// expected ends it.
pub(super) async fn hammer(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    asking: Asking,
    until: Until,
    expected: &[u16],
) -> Result<Outcome> {
    ensure!(!requests.is_empty(), "nothing to ask");
    let expected = expected.to_vec();
    tokio::task::spawn_blocking(move || {
        let before = asking.core.map(stand_on).transpose()?;
        let outcome = ask_all(address, &requests, asking.connections, until, &expected);
        if let Some(before) = before {
            sched_setaffinity(Pid::from_raw(0), &before)?;
        }
        outcome
    })
    .await?
}

/// Moves this thread to a core. Gives where it might run before.
fn stand_on(core: usize) -> Result<CpuSet> {
    let this = Pid::from_raw(0);
    let before = sched_getaffinity(this)?;
    let mut there = CpuSet::new();
    there.set(core)?;
    sched_setaffinity(this, &there).with_context(|| format!("there is no core {core}"))?;
    Ok(before)
}

/// Straight on the system's readiness, without a runtime: what the asking takes, those who are asked don't have.
fn ask_all(
    address: SocketAddr,
    requests: &[Vec<u8>],
    connections: usize,
    until: Until,
    expected: &[u16],
) -> Result<Outcome> {
    let mut poll = Poll::new()?;
    let mut connections =
        (0..connections).map(|index| Connection::open(address, &poll, index)).collect::<Result<Vec<_>>>()?;
    let mut events = Events::with_capacity(connections.len());
    let (before, started) = (worked_for_others()?, Instant::now());
    let (mut next, mut answers, mut open) = (0, 0, 0);
    let mut ask = |connection: &mut Connection, is_over: bool| -> Result<bool> {
        let asks = !is_over && (next < requests.len() || matches!(until, Until::For(_)));
        if asks {
            connection.ask(&requests[next % requests.len()])?;
            next += 1;
        }
        Ok(asks)
    };
    for connection in &mut connections {
        open += usize::from(ask(connection, false)?);
    }
    while open > 0 {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "no answer within {PATIENCE:?}");
        let is_over = matches!(until, Until::For(span) if started.elapsed() >= span);
        for event in &events {
            let connection = &mut connections[event.token().0];
            let Some(status) = connection.read()? else { continue };
            ensure!(expected.contains(&status), "status {status}: {}", connection.said());
            answers += 1;
            open -= usize::from(!ask(connection, is_over)?);
        }
    }
    Ok(Outcome { answers, seconds: started.elapsed().as_secs_f64(), spent: worked_for_others()? - before })
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    head: Finder<'static>,
}

impl Connection {
    fn open(address: SocketAddr, poll: &Poll, index: usize) -> Result<Self> {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
        Ok(Self { stream, buffer: vec![0; 1 << 16], filled: 0, head: Finder::new(b"\r\n\r\n") })
    }

    /// Sends a request. There is room for it: what went before has been answered.
    fn ask(&mut self, request: &[u8]) -> Result<()> {
        self.filled = 0;
        Ok(self.stream.write_all(request)?)
    }

    /// Reads what has come; gives the status once the answer is whole.
    fn read(&mut self) -> Result<Option<u16>> {
        loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => bail!("the server closed the connection"),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            if let Some(status) = self.whole()? {
                return Ok(Some(status));
            }
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.filled * 2, 0);
            }
        }
    }

    fn whole(&self) -> Result<Option<u16>> {
        let come = &self.buffer[..self.filled];
        let Some(head) = self.head.find(come).map(|at| &come[..at + 4]) else { return Ok(None) };
        let is_whole = if let Some(length) = header(head, b"content-length") {
            come.len() >= head.len() + length.parse::<usize>()?
        } else {
            header(head, b"transfer-encoding").is_none() || come.ends_with(b"0\r\n\r\n")
        };
        if !is_whole {
            return Ok(None);
        }
        Ok(Some(std::str::from_utf8(head.get(9..12).context("no status")?)?.parse()?))
    }

    /// The answer, as far as it is there.
    fn said(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.buffer[..self.filled.min(1000)])
    }
}

/// A header's value. Looked for without a copy: what the asking costs is taken from what it measures.
fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let mut rest = head;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, more) = rest.split_at(end);
        rest = &more[1..];
        if line.len() > name.len() && line[name.len()] == b':' && line[..name.len()].eq_ignore_ascii_case(name) {
            return std::str::from_utf8(&line[name.len() + 1..]).ok().map(str::trim);
        }
    }
    None
}
