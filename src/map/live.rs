//! Changes as they happen, to everybody who listens and may see them (server-sent events).

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};

use super::{
    Map,
    memory::{Held, Memory, Position},
    properties,
};
use crate::{
    kernel::{actor::Actor, error::Result},
    spatial::{layer::View, scope::Scope},
};

/// How many changes are kept for those who come back after a break.
const KEPT: usize = 20_000;
/// Batches that a slow reader may fall behind before it is told to start over.
const BACKLOG: usize = 1_024;

/// What became of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It is new or has changed.
    Upsert,
    /// It is gone.
    Remove,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The transaction that made it.
    pub xid: i64,
    /// Its order.
    pub seq: i64,
    /// The layer's place in the list.
    pub layer: u8,
    /// What became of the feature.
    pub op: Op,
    /// Where it stands now.
    pub region: i64,
    /// Where it stood before.
    pub old_region: i64,
    /// What is told to those who see it now.
    pub data: Bytes,
    /// What is told to those who saw it before and don't now.
    pub removed: Bytes,
}

impl Change {
    /// The event for a reader; nothing if neither the old nor the new place is his.
    fn frame(&self, scope: &Scope, layers: u32, into: &mut BytesMut) {
        if layers & (1 << self.layer) == 0 {
            return;
        }
        let data = if scope.contains(self.region) {
            &self.data
        } else if scope.contains(self.old_region) {
            &self.removed
        } else {
            return;
        };
        into.extend_from_slice(format!("id: {}-{}\nevent: change\ndata: ", self.xid, self.seq).as_bytes());
        into.extend_from_slice(data);
        into.extend_from_slice(b"\n\n");
    }
}

/// The data of an event: layer, id, and what there is to see of the feature.
#[must_use]
pub fn data(held: &Held, id: i64, view: Option<View<'_>>) -> Bytes {
    let value = match view {
        Some(view) => {
            let (lon, lat) = view.anchor().to_lonlat();
            json!({"layer": held.def.name, "op": "upsert", "id": id, "region": view.region(),
                   "lon": lon, "lat": lat, "properties": properties(held, &view)})
        }
        None => json!({"layer": held.def.name, "op": "remove", "id": id}),
    };
    serde_json::to_vec(&value).unwrap_or_default().into()
}

#[derive(Clone)]
enum Message {
    Changes(Arc<Vec<Change>>, Arc<Written>),
    Reset(String),
}

/// What has been written of a batch already, by scope and layers: most readers share one.
#[derive(Default)]
struct Written(Mutex<Vec<(Scope, u32, Bytes)>>);

/// The live feed.
pub struct Live {
    sender: broadcast::Sender<Message>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    changes: VecDeque<Change>,
    /// Everything up to here is no longer kept.
    since: (i64, i64),
}

impl Live {
    pub(super) fn new() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0, kept: Mutex::default() }
    }

    /// Tells a batch of changes to everybody who listens.
    pub(super) fn publish(&self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for change in &changes {
            if kept.changes.len() == KEPT
                && let Some(oldest) = kept.changes.pop_front()
            {
                kept.since = (oldest.xid, oldest.seq);
            }
            kept.changes.push_back(change.clone());
        }
        // Under the lock: who subscribes meanwhile gets a change either from what is kept or from the channel.
        self.sender.send(Message::Changes(Arc::new(changes), Arc::default())).ok();
    }

    /// Tells everybody to load what they show anew.
    pub(super) fn reset(&self, position: Position) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.changes.clear();
        kept.since = position.pair();
        let (xid, seq) = position.pair();
        self.sender.send(Message::Reset(format!("id: {xid}-{seq}\nevent: reset\ndata: {{}}\n\n"))).ok();
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// What came after `last`, if all of it is still kept, and everything from now on.
    fn subscribe(&self, last: Option<(i64, i64)>) -> (broadcast::Receiver<Message>, Option<Vec<Change>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let missed = match last {
            None => Some(Vec::new()),
            Some(last) if last < kept.since => None,
            Some(last) => Some(kept.changes.iter().filter(|change| (change.xid, change.seq) > last).cloned().collect()),
        };
        (receiver, missed)
    }
}

impl Position {
    fn pair(self) -> (i64, i64) {
        (self.xid(), self.seq())
    }
}

/// Changes in the reader's scope as they happen.
///
/// Server-sent events: `change` with a feature's new state (or `op: remove`), `reset` when everything shown should be
/// loaded anew. Goes on after `Last-Event-ID`.
#[utoipa::path(get, path = "/api/live", tag = "map", params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received")),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String), (status = 401, body = crate::kernel::error::Problem)))]
pub(super) async fn live(State(map): State<Arc<Map>>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| {
        let (xid, seq) = text.split_once('-')?;
        Some((xid.parse().ok()?, seq.parse().ok()?))
    });
    let layers = visible(&map.memory, &actor);
    let scope = actor.scope().clone();
    let (mut receiver, missed) = map.memory.live.subscribe(last);
    let stream = async_stream::stream! {
        let mut first = BytesMut::from("retry: 1000\n\n");
        match missed {
            Some(missed) => missed.iter().for_each(|change| change.frame(&scope, layers, &mut first)),
            None => first.extend_from_slice(b"event: reset\ndata: {}\n\n"),
        }
        yield Ok::<Bytes, Infallible>(first.freeze());
        loop {
            let message = tokio::time::timeout(Duration::from_secs(15), receiver.recv()).await;
            match message {
                Err(_) => yield Ok(Bytes::from_static(b": still here\n\n")),
                Ok(Ok(Message::Changes(changes, written))) => {
                    let bytes = written.frames(&changes, &scope, layers);
                    if !bytes.is_empty() {
                        yield Ok(bytes);
                    }
                }
                Ok(Ok(Message::Reset(frame))) => yield Ok(frame.into()),
                Ok(Err(RecvError::Lagged(_))) => yield Ok(Bytes::from_static(b"event: reset\ndata: {}\n\n")),
                Ok(Err(RecvError::Closed)) => break,
            }
        }
    };
    let headers = [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}

impl Written {
    fn frames(&self, changes: &[Change], scope: &Scope, layers: u32) -> Bytes {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, bytes)) = written.iter().find(|(s, l, _)| *l == layers && s == scope) {
            return bytes.clone();
        }
        let mut bytes = BytesMut::new();
        for change in changes {
            change.frame(scope, layers, &mut bytes);
        }
        let bytes = bytes.freeze();
        written.push((scope.clone(), layers, bytes.clone()));
        bytes
    }
}

/// The layers that an actor may read, a bit each.
fn visible(memory: &Memory, actor: &Actor) -> u32 {
    memory
        .layers()
        .iter()
        .enumerate()
        .filter(|(_, held)| actor.may(held.def.permission))
        .fold(0, |bits, (index, _)| bits | 1 << index)
}
