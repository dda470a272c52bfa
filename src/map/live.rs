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
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::Instant,
};

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
/// A reader who was told nothing for so long is told that the feed is there; as often his sign-in is checked again.
const STILL_HERE: Duration = Duration::from_secs(10);

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
    pub layer: usize,
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
    fn frame(&self, scope: &Scope, layers: &Layers, into: &mut BytesMut) {
        if !layers.has(self.layer) {
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

/// Layers by their place in the list, a bit each; however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Layers(Vec<u64>);

impl Layers {
    /// How many layers a word has room for.
    const WORD: usize = u64::BITS as usize;

    /// Those of the places.
    fn of(places: impl IntoIterator<Item = usize>) -> Self {
        let mut words = Vec::new();
        for place in places {
            let word = place / Self::WORD;
            words.resize(words.len().max(word + 1), 0);
            words[word] |= 1 << (place % Self::WORD);
        }
        Self(words)
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / Self::WORD).is_some_and(|word| word >> (place % Self::WORD) & 1 == 1)
    }
}

/// What has been written of a batch already, by scope and layers: most readers share one.
#[derive(Default)]
struct Written(Mutex<Vec<(Scope, Layers, Bytes)>>);

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

impl Kept {
    /// The last change that was told.
    fn now(&self) -> (i64, i64) {
        self.changes.back().map_or(self.since, |change| (change.xid, change.seq))
    }
}

/// What a reader is told first.
struct Start {
    /// Where he was; where the feed is, when he is new.
    at: (i64, i64),
    next: Next,
}

enum Next {
    /// These changes he has missed.
    Missed(Vec<Change>),
    /// What he missed isn't known any more; the feed is here.
    Reset((i64, i64)),
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

    /// Begins: what came before isn't kept.
    pub(super) fn begin(&self, position: Position) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).since = position.pair();
    }

    /// Tells everybody to load what they show anew.
    pub(super) fn reset(&self, position: Position) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.changes.clear();
        kept.since = position.pair();
        self.sender.send(Message::Reset(event("reset", position.pair()))).ok();
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// What came after `last`, if all of it is still kept, and everything from now on.
    ///
    /// Who has been further than the feed followed another one: a database that was restored, or a server that is ahead.
    fn subscribe(&self, last: Option<(i64, i64)>) -> (broadcast::Receiver<Message>, Start) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let now = kept.now();
        let start = match last {
            None => Start { at: now, next: Next::Missed(Vec::new()) },
            Some(at) if at < kept.since || at > now => Start { at, next: Next::Reset(now) },
            Some(at) => {
                let missed = kept.changes.iter().filter(|change| (change.xid, change.seq) > at).cloned().collect();
                Start { at, next: Next::Missed(missed) }
            }
        };
        (receiver, start)
    }
}

impl Position {
    fn pair(self) -> (i64, i64) {
        (self.xid(), self.seq())
    }
}

fn event(name: &str, (xid, seq): (i64, i64)) -> String {
    format!("id: {xid}-{seq}\nevent: {name}\ndata: {{}}\n\n")
}

impl Start {
    /// The first events. `ready` has the id of where the reader was: a connection that breaks before the rest of them
    /// has arrived makes him miss nothing.
    fn frames(&self, scope: &Scope, layers: &Layers) -> Bytes {
        let mut first = BytesMut::from("retry: 1000\n\n");
        first.extend_from_slice(event("ready", self.at).as_bytes());
        match &self.next {
            Next::Missed(changes) => changes.iter().for_each(|change| change.frame(scope, layers, &mut first)),
            Next::Reset(now) => first.extend_from_slice(event("reset", *now).as_bytes()),
        }
        first.freeze()
    }
}

/// Changes in the reader's scope as they happen.
///
/// Server-sent events: `ready` first, whose id is where the feed stands, or where the reader was by his `Last-Event-ID`,
/// after which it goes on; `change` with a feature's new state (or `op: remove`); `reset` when everything shown should be
/// loaded anew; `still` after ten seconds in which the reader was told nothing, for he can't tell silence from a broken
/// line. It ends within fifteen seconds of the sign-in's end, or of a change of what the reader may see and do.
#[utoipa::path(get, path = "/api/live", tag = "map", params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received")),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String), (status = 401, body = crate::kernel::error::Problem), (status = 403, body = crate::kernel::error::Problem)))]
pub(super) async fn live(State(map): State<Arc<Map>>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    let last = headers.get("last-event-id").filter(|value| !value.is_empty()).map(|value| {
        let read =
            |text: &str| text.split_once('-').and_then(|(xid, seq)| Some((xid.parse().ok()?, seq.parse().ok()?)));
        // An id that never was is one from long ago: what is shown has to be loaded anew.
        value.to_str().ok().and_then(read).unwrap_or_default()
    });
    actor.require("map.read")?;
    let layers = visible(&map.memory, &actor);
    let scope = actor.scope().clone();
    let (mut receiver, start) = map.memory.live.subscribe(last);
    let stream = async_stream::stream! {
        yield Ok::<Bytes, Infallible>(start.frames(&scope, &layers));
        drop(start);
        let mut check = Instant::now() + STILL_HERE;
        let mut still = check;
        loop {
            let now = Instant::now();
            if now >= check {
                if map.auth.has_ended(&headers, &actor).await {
                    break;
                }
                check = now + STILL_HERE;
            }
            if now >= still {
                yield Ok(Bytes::from_static(b"event: still\ndata: {}\n\n"));
                still = now + STILL_HERE;
            }
            let bytes = match tokio::time::timeout_at(check.min(still), receiver.recv()).await {
                Err(_) => continue,
                Ok(Ok(Message::Changes(changes, written))) => written.frames(&changes, &scope, &layers),
                Ok(Ok(Message::Reset(frame))) => frame.into(),
                // Without an id: a connection that breaks now goes on after the last change that arrived.
                Ok(Err(RecvError::Lagged(_))) => Bytes::from_static(b"event: reset\ndata: {}\n\n"),
                Ok(Err(RecvError::Closed)) => break,
            };
            if !bytes.is_empty() {
                yield Ok(bytes);
                still = Instant::now() + STILL_HERE;
            }
        }
    };
    let headers = [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}

impl Written {
    fn frames(&self, changes: &[Change], scope: &Scope, layers: &Layers) -> Bytes {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, bytes)) = written.iter().find(|(s, l, _)| l == layers && s == scope) {
            return bytes.clone();
        }
        let mut bytes = BytesMut::new();
        for change in changes {
            change.frame(scope, layers, &mut bytes);
        }
        let bytes = bytes.freeze();
        written.push((scope.clone(), layers.clone(), bytes.clone()));
        bytes
    }
}

/// The layers that an actor may read.
fn visible(memory: &Memory, actor: &Actor) -> Layers {
    Layers::of(
        memory.layers().iter().enumerate().filter(|(_, held)| actor.may(held.def.permission)).map(|(place, _)| place),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(seq: i64) -> Change {
        let data = Bytes::from(format!("{{\"id\":{seq}}}"));
        Change { xid: 7, seq, layer: 0, op: Op::Upsert, region: 5, old_region: 5, removed: data.clone(), data }
    }

    /// The ids and names of the first events.
    fn first(live: &Live, last: Option<(i64, i64)>) -> Vec<String> {
        let frames = live.subscribe(last).1.frames(&Scope::everything(), &Layers::of([0]));
        let text = std::str::from_utf8(&frames).unwrap();
        let (retry, events) = text.split_once("\n\n").unwrap();
        assert_eq!(retry, "retry: 1000");
        let field = |event: &str, name: &str| event.lines().find_map(|each| each.strip_prefix(name).map(str::to_owned));
        events
            .split_terminator("\n\n")
            .map(|event| field(event, "id: ").unwrap() + " " + &field(event, "event: ").unwrap())
            .collect()
    }

    #[test]
    fn a_reader_learns_where_the_feed_stands_and_misses_nothing_after() {
        let live = Live::new();
        live.kept.lock().unwrap().since = (6, 9);
        assert_eq!(first(&live, None), ["6-9 ready"], "nothing has changed yet");
        live.publish(vec![change(1), change(2)]);
        assert_eq!(first(&live, None), ["7-2 ready"]);
        assert_eq!(first(&live, Some((6, 9))), ["6-9 ready", "7-1 change", "7-2 change"]);
        assert_eq!(first(&live, Some((7, 1))), ["7-1 ready", "7-2 change"]);
        assert_eq!(first(&live, Some((7, 2))), ["7-2 ready"]);
        assert_eq!(first(&live, Some((6, 8))), ["6-8 ready", "7-2 reset"], "what came after 6-8 isn't kept");
        assert_eq!(first(&live, Some((9, 1))), ["9-1 ready", "7-2 reset"], "he has followed another feed");
    }

    #[test]
    fn a_layer_is_told_to_its_own_readers_however_many_layers_there_are() {
        let told = |layer: usize, layers: &Layers| {
            let mut frame = BytesMut::new();
            Change { layer, ..change(1) }.frame(&Scope::everything(), layers, &mut frame);
            !frame.is_empty()
        };
        for place in [0, 1, 31, 32, 33, 63, 64, 65, 255, 256, 1_000] {
            for layer in [0, 1, 31, 32, 33, 63, 64, 65, 255, 256, 1_000] {
                assert_eq!(told(layer, &Layers::of([place])), layer == place, "layer {layer} to readers of {place}");
            }
        }
        assert!(!told(0, &Layers::default()));
        let several = Layers::of([1, 33, 64]);
        assert!(told(33, &several) && told(64, &several) && !told(0, &several) && !told(32, &several));
    }
}
