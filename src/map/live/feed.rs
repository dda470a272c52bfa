//! Changes as they happen, kept for a while and told to everybody who listens and may see them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use serde_json::json;
use tokio::sync::broadcast;

use crate::{
    layers::{Applied, LayerStore, Observer, Position},
    map::features::properties,
    spatial::{layer::View, scope::Scope},
};

/// How many changes are kept for those who come back after a break.
const KEPT: usize = 20_000;
/// Batches that a slow reader may fall behind before it is told to start over.
const BACKLOG: usize = 1_024;

/// One change.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The transaction that made it.
    xid: i64,
    /// Its order.
    seq: i64,
    /// The layer's place in the list.
    layer: usize,
    /// Where it stands now.
    region: i64,
    /// Where it stood before.
    old_region: i64,
    /// What is told to those who see it now.
    data: Bytes,
    /// What is told to those who saw it before and don't now.
    removed: Bytes,
}

impl Change {
    /// The event for a reader; nothing if neither the old nor the new place is theirs.
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

#[derive(Clone)]
pub(super) enum Message {
    Changes(Arc<Vec<Change>>, Arc<Written>),
    Reset(String),
}

/// Layers by their place in the list, a bit each; however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layers(Vec<u64>);

impl Layers {
    /// How many layers a word has room for.
    const WORD: usize = u64::BITS as usize;

    /// Those of the places.
    pub(super) fn of(places: impl IntoIterator<Item = usize>) -> Self {
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
pub(super) struct Written(Mutex<Vec<(Scope, Layers, Bytes)>>);

/// The live feed.
pub struct Live {
    sender: broadcast::Sender<Message>,
    kept: Mutex<KeptChanges>,
    /// What was applied and isn't told yet.
    applied: Mutex<Vec<Change>>,
}

#[derive(Default)]
struct KeptChanges {
    changes: VecDeque<Change>,
    /// Everything up to here is no longer kept.
    since: (i64, i64),
}

impl KeptChanges {
    /// The last change that was told.
    fn now(&self) -> (i64, i64) {
        self.changes.back().map_or(self.since, |change| (change.xid, change.seq))
    }
}

/// What a reader is told first.
pub(super) struct Start {
    /// Where they were; where the feed is, when they are new.
    at: (i64, i64),
    next: Next,
}

enum Next {
    /// These changes they have missed.
    Missed(Vec<Change>),
    /// What they missed isn't known any more; the feed is here.
    Reset((i64, i64)),
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0, kept: Mutex::default(), applied: Mutex::default() }
    }
}

impl Live {
    /// Tells a batch of changes to everybody who listens.
    fn publish(&self, changes: Vec<Change>) {
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

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// What came after `last`, if all of it is still kept, and everything from now on.
    ///
    /// Who has been further than the feed followed another one: a database that was restored, or a server that is ahead.
    pub(super) fn subscribe(&self, last: Option<(i64, i64)>) -> (broadcast::Receiver<Message>, Start) {
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

/// A place in the feed, as an event's id has it.
fn pair(position: Position) -> (i64, i64) {
    (position.xid(), position.seq())
}

fn event(name: &str, (xid, seq): (i64, i64)) -> String {
    format!("id: {xid}-{seq}\nevent: {name}\ndata: {{}}\n\n")
}

impl Start {
    /// The first events. `ready` has the id of where the reader was: a connection that breaks before the rest of them
    /// has arrived makes them miss nothing.
    pub(super) fn frames(&self, scope: &Scope, layers: &Layers) -> Bytes {
        let mut first = BytesMut::from("retry: 1000\n\n");
        first.extend_from_slice(event("ready", self.at).as_bytes());
        match &self.next {
            Next::Missed(changes) => changes.iter().for_each(|change| change.frame(scope, layers, &mut first)),
            Next::Reset(now) => first.extend_from_slice(event("reset", *now).as_bytes()),
        }
        first.freeze()
    }
}

impl Written {
    pub(super) fn frames(&self, changes: &[Change], scope: &Scope, layers: &Layers) -> Bytes {
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

/// The data of an event: layer, id, and what there is to see of the feature.
fn data(held: &LayerStore, id: i64, view: Option<View<'_>>) -> Bytes {
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

impl Observer for Live {
    fn begin(&self, from: Position) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).since = pair(from);
    }

    fn applied(&self, change: &Applied<'_>) {
        let told = Change {
            xid: change.position.xid(),
            seq: change.position.seq(),
            layer: change.layer.into(),
            region: change.region,
            old_region: change.old_region,
            data: data(change.held, change.id, change.view),
            removed: data(change.held, change.id, None),
        };
        self.applied.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    fn batch_ended(&self) {
        let applied = std::mem::take(&mut *self.applied.lock().unwrap_or_else(PoisonError::into_inner));
        self.publish(applied);
    }

    /// Tells everybody to load what they show anew.
    fn reset(&self, at: Position) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.changes.clear();
        kept.since = pair(at);
        self.sender.send(Message::Reset(event("reset", pair(at)))).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(seq: i64) -> Change {
        let data = Bytes::from(format!("{{\"id\":{seq}}}"));
        Change { xid: 7, seq, layer: 0, region: 5, old_region: 5, removed: data.clone(), data }
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
        let live = Live::default();
        live.kept.lock().unwrap().since = (6, 9);
        assert_eq!(first(&live, None), ["6-9 ready"], "nothing has changed yet");
        live.publish(vec![change(1), change(2)]);
        assert_eq!(first(&live, None), ["7-2 ready"]);
        assert_eq!(first(&live, Some((6, 9))), ["6-9 ready", "7-1 change", "7-2 change"]);
        assert_eq!(first(&live, Some((7, 1))), ["7-1 ready", "7-2 change"]);
        assert_eq!(first(&live, Some((7, 2))), ["7-2 ready"]);
        assert_eq!(first(&live, Some((6, 8))), ["6-8 ready", "7-2 reset"], "what came after 6-8 isn't kept");
        assert_eq!(first(&live, Some((9, 1))), ["9-1 ready", "7-2 reset"], "they have followed another feed");
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
