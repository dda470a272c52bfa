//! Another tile server, asked for the same tiles in the same way.

use std::{net::SocketAddr, time::Duration};

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::{
    around,
    load::{Until, get, hammer},
    tiles::{SETS, TURNS},
};

#[derive(Args)]
pub(super) struct Peer {
    /// Where it listens.
    #[arg(long)]
    address: SocketAddr,
    /// Where its tiles are: {layer}, {z}, {x}, {y} are filled in.
    #[arg(long, default_value = "/{layer}/{z}/{x}/{y}")]
    path: String,
    /// Connections at the same time.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Seconds for each turn.
    #[arg(long, default_value_t = 1)]
    seconds: u64,
    /// Only this zoom.
    #[arg(long)]
    zoom: Option<u8>,
    /// A header to send, such as `Authorization: Bearer …`.
    #[arg(long)]
    header: Option<String>,
}

pub(super) async fn run(args: Peer) -> Result<Value> {
    let header = args.header.map(|header| format!("{header}\r\n")).unwrap_or_default();
    let mut figures = Vec::new();
    for &(layer, z) in SETS.iter().filter(|(_, z)| args.zoom.is_none_or(|zoom| zoom == *z)) {
        let requests: Vec<Vec<u8>> = around(z)
            .iter()
            .map(|tile| {
                let path = args.path.replace("{layer}", layer).replace("{z}", &z.to_string());
                get(&path.replace("{x}", &tile.x.to_string()).replace("{y}", &tile.y.to_string()), &header)
            })
            .collect();
        hammer(args.address, requests.clone(), args.connections, Until::Once, &[200, 204]).await?;
        let span = Until::For(Duration::from_secs(args.seconds));
        let (mut per_second, mut bytes) = (0.0, 0);
        for _ in 0..TURNS {
            let outcome = hammer(args.address, requests.clone(), args.connections, span, &[200, 204]).await?;
            per_second += outcome.per_second() / f64::from(TURNS);
            bytes = outcome.bytes / outcome.answers.max(1);
        }
        println!("{:<14} {per_second:>10.0} tiles/s", format!("{layer} z{z}"));
        figures.push(json!({"layer": layer, "z": z, "per_s": per_second, "bytes": bytes}));
    }
    Ok(json!(figures))
}
