//! Figures for Prometheus, in the text of `OpenMetrics` 1.0.

use std::fmt;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Result},
        jobs::{self, JobCount},
        permission::OBSERVE_SERVER,
    },
    map::Server,
};

/// What a server tells of itself, read when it is asked for.
struct ServerFigures {
    server: Server,
    /// The jobs, where the database says how many there are.
    jobs: Vec<JobCount>,
}

impl fmt::Debug for ServerFigures {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("ServerFigures")
    }
}

/// Writes a figure that only grows; its name gets `_total` behind it.
fn counter(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    ConstCounter::new(value).encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)
}

/// Writes a figure that goes up and down.
fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: f64) -> fmt::Result {
    ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
}

impl Collector for ServerFigures {
    #[expect(clippy::cast_precision_loss, reason = "figures for a graph")]
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Server { app, map } = &self.server;
        let (kept, made) = map.tiles.counts();
        let encoder = &mut encoder;
        counter(encoder, "gridhall_tiles_kept", "Tiles answered from what is kept.", kept)?;
        counter(encoder, "gridhall_tiles_made", "Tiles made.", made)?;
        counter(encoder, "gridhall_changes_applied", "Changes of the feed that were applied.", map.memory.applied())?;
        gauge(
            encoder,
            "gridhall_feed_lag_seconds",
            "Time since the change feed was last read.",
            map.memory.lag(app.clock.now()).as_secs_f64(),
        )?;
        gauge(encoder, "gridhall_live_listeners", "Readers of the live feed.", map.live.listeners() as f64)?;
        gauge(
            encoder,
            "gridhall_storage_full_seconds",
            "For how long a disk has been full; 0 while there is room.",
            app.db.storage().full_for().map_or(0.0, |full| full.as_secs_f64().max(0.001)),
        )?;
        gauge(encoder, "gridhall_resident_bytes", "Memory of the process.", resident_bytes().unwrap_or(0) as f64)?;
        let mut features =
            encoder.encode_descriptor("gridhall_features", "Features in memory.", None, MetricType::Gauge)?;
        for held in map.memory.layers() {
            let labels = [("layer", held.def.name)];
            ConstGauge::new(held.read().len() as f64).encode(features.encode_family(&labels)?)?;
        }
        let mut jobs = encoder.encode_descriptor(
            "gridhall_jobs",
            "Background work, by kind and state.",
            None,
            MetricType::Gauge,
        )?;
        for JobCount { kind, state, count } in &self.jobs {
            let labels = [("kind", kind.as_str()), ("state", state.as_str())];
            ConstGauge::new(*count as f64).encode(jobs.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

async fn count_jobs(server: &Server) -> Result<Vec<JobCount>> {
    let mut tx = server.app.db.begin(&Actor::system("metrics")).await?;
    let counts = jobs::counts(&mut tx).await?;
    tx.commit().await?;
    Ok(counts)
}

/// The server's figures, for who may observe it.
pub(crate) async fn read(State(server): State<Server>, actor: Actor) -> Result<Response> {
    actor.require(OBSERVE_SERVER)?;
    // The rest is said even while the database is away.
    let jobs = count_jobs(&server).await.unwrap_or_default();
    let mut registry = Registry::default();
    registry.register_collector(Box::new(ServerFigures { server, jobs }));
    let mut written = String::new();
    text::encode(&mut written, &registry).map_err(|error| Error::Internal(error.into()))?;
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media)], written).into_response())
}

/// The memory that the process holds.
#[must_use]
pub(crate) fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}
