//! From a commit to the wire of every listener.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use axum::Router;
use clap::Args;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{KEPT_BYTES, Stand, bearer, load::get};

#[derive(Args)]
pub(super) struct LiveBench {
    /// Listeners at the same time.
    #[arg(long, default_value_t = 1_000)]
    clients: usize,
    /// Changes a second.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// Seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
}

const MARK: &str = "bench-live";

pub(super) async fn run(stand: &Stand<'_>, args: &LiveBench) -> Result<Value> {
    // Both ends of a thousand connections are this process's.
    nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE, 65_536, 65_536).ok();
    let (address, map) = stand.serve(&stand.memory, KEPT_BYTES, Router::new()).await?;
    let changes = usize::try_from(args.rate * args.seconds)?;
    let committed: Arc<Vec<Mutex<Option<Instant>>>> = Arc::new((0..changes).map(|_| Mutex::new(None)).collect());
    let delays: Arc<Mutex<Vec<f32>>> = Arc::default();
    let mut listeners = Vec::new();
    for _ in 0..args.clients {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(&get("/api/live", &bearer(&stand.token))).await?;
        let (committed, delays) = (committed.clone(), delays.clone());
        listeners.push(tokio::spawn(async move {
            let mut buffer = vec![0; 1 << 16];
            let mut rest = Vec::new();
            while let Ok(read) = stream.read(&mut buffer).await {
                if read == 0 {
                    return;
                }
                let now = Instant::now();
                rest.extend_from_slice(&buffer[..read]);
                let mut found = Vec::new();
                let mut done = 0;
                for at in memchr::memmem::find_iter(&rest, b"\"lat\":10.") {
                    // The change's number is its latitude's decimals.
                    let Some(digits) = rest.get(at + 9..at + 9 + 5) else { break };
                    done = at + 14;
                    let number = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<usize>().ok());
                    if let Some(slot) = number.and_then(|number| committed.get(number)) {
                        // Heard before its writer was told that it is committed: no wait.
                        let moment = *slot.lock().unwrap_or_else(PoisonError::into_inner);
                        found.push(moment.map_or(0.0, |moment| (now - moment).as_secs_f32() * 1000.0));
                    }
                }
                rest.drain(..done.max(rest.len().saturating_sub(32)));
                delays.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            }
        }));
    }
    while map.live.listeners() < args.clients {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut conn = stand.database.owner().await?;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / args.rate);
    for number in 0..changes {
        tick.tick().await;
        sqlx::query(
            "insert into case_record (number, category, source, geom) values ($1, 'C0101', $2, st_setsrid(st_makepoint(114.93, $3), 4326))",
        )
        .bind(format!("{MARK}-{number}-{}", rand::random::<u32>()))
        .bind(MARK)
        // In the middle of the fifth decimal, so that rounding to centimetres doesn't change it.
        .bind(10.0 + f64::from(u32::try_from(number)?) / 1e5 + 4e-6)
        .execute(&mut conn)
        .await?;
        *committed[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    for listener in listeners {
        listener.abort();
    }
    sqlx::query("delete from case_record where source = $1").bind(MARK).execute(&mut conn).await?;
    let mut delays = std::mem::take(&mut *delays.lock().unwrap_or_else(PoisonError::into_inner));
    delays.sort_by(f32::total_cmp);
    let heard = delays.len();
    let at = |share: usize| delays.get(heard * share / 1000).copied().context("nobody heard anything");
    let (p50, p99, worst) = (at(500)?, at(990)?, delays[heard - 1]);
    println!(
        "{} listeners, {} changes/s: {heard} of {} heard; p50 {p50:.0} ms, p99 {p99:.0} ms, worst {worst:.0} ms",
        args.clients,
        args.rate,
        changes * args.clients
    );
    Ok(
        json!({"clients": args.clients, "rate": args.rate, "heard": heard, "expected": changes * args.clients, "p50_ms": p50, "p99_ms": p99, "worst_ms": worst}),
    )
}
