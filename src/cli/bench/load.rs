//! A plain HTTP/1.1 client that asks as fast as answers come, over connections that stay open.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Connections at the same time: so many that no server waits for who asks.
pub(super) const CONNECTIONS: usize = 32;

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

/// Whom to ask, what, and with which statuses he may answer.
pub(super) type Turn<'a> = (SocketAddr, Vec<Vec<u8>>, &'a [u16]);

/// What came of taking turns: answers a second, and what one cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    pub(super) per_second: f64,
    pub(super) cost_us: f64,
}

/// Asks each in turn, and that so many times, so that none profits from a quieter moment.
pub(super) async fn in_turns(turns: &[Turn<'_>], rounds: u8, connections: usize, span: Duration) -> Result<Vec<Mean>> {
    let mut means = vec![Mean::default(); turns.len()];
    for _ in 0..rounds {
        for (mean, (address, requests, expected)) in means.iter_mut().zip(turns) {
            let outcome = hammer(*address, requests.clone(), connections, Until::For(span), expected).await?;
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
    connections: usize,
    until: Until,
    expected: &[u16],
) -> Result<Outcome> {
    let expected = expected.to_vec();
    let asking = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ask_all(address, requests, connections, until, &expected))
    };
    tokio::task::spawn_blocking(asking).await?
}

async fn ask_all(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    connections: usize,
    until: Until,
    expected: &[u16],
) -> Result<Outcome> {
    ensure!(!requests.is_empty(), "nothing to ask");
    let (requests, expected) = (Arc::new(requests), Arc::<[u16]>::from(expected));
    let next = Arc::new(AtomicUsize::new(0));
    let before = worked_for_others()?;
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (requests, expected, next) = (requests.clone(), expected.clone(), next.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await?;
                let mut answers = 0;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    match until {
                        Until::Once if index >= requests.len() => break,
                        Until::For(span) if started.elapsed() >= span => break,
                        _ => {}
                    }
                    let status = connection.ask(&requests[index % requests.len()]).await?;
                    if !expected.contains(&status) {
                        bail!("status {status} to {}", String::from_utf8_lossy(&requests[index % requests.len()]));
                    }
                    answers += 1;
                }
                Ok::<u64, anyhow::Error>(answers)
            })
        })
        .collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await??;
    }
    Ok(Outcome { answers, seconds: started.elapsed().as_secs_f64(), spent: worked_for_others()? - before })
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 1 << 20], filled: 0 })
    }

    /// Sends a request and reads the answer to its end: its status.
    async fn ask(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head = loop {
            self.fill().await?;
            if let Some(at) = memchr::memmem::find(&self.buffer[..self.filled], b"\r\n\r\n") {
                break at + 4;
            }
        };
        let line = &self.buffer[..head];
        let status: u16 = std::str::from_utf8(line.get(9..12).context("no status")?)?.parse()?;
        if let Some(length) = header(line, b"content-length") {
            let length: usize = length.parse()?;
            if self.buffer.len() < head + length {
                self.buffer.resize(head + length, 0);
            }
            while self.filled < head + length {
                self.fill().await?;
            }
            return Ok(status);
        }
        if header(line, b"transfer-encoding").is_some() {
            while !self.buffer[..self.filled].ends_with(b"0\r\n\r\n") {
                if self.filled == self.buffer.len() {
                    self.buffer.resize(self.filled * 2, 0);
                }
                self.fill().await?;
            }
            return Ok(status);
        }
        Ok(status)
    }

    async fn fill(&mut self) -> Result<()> {
        let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
        ensure!(read > 0, "the server closed the connection");
        self.filled += read;
        Ok(())
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
