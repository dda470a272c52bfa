//! Live changes over HTTP (server-sent events).

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::HeaderMap, response::Response};
use bytes::Bytes;
use tokio::{sync::broadcast::error::RecvError, time::Instant};

use super::feed::{Layers, Message};
use crate::{
    kernel::{
        actor::Actor,
        error::Result,
        http::{STILL, event_stream},
    },
    layers::{Memory, READ_MAP},
    map::Map,
};

/// A reader who was told nothing for so long is told that the feed is there; as often their sign-in is checked again.
const STILL_HERE: Duration = Duration::from_secs(10);

/// Changes in the reader's scope as they happen.
///
/// Server-sent events: `ready` first, whose id is where the feed stands, or where the reader was by their `Last-Event-ID`,
/// after which it goes on; `change` with a feature's new state (or `op: remove`); `reset` when everything shown should be
/// loaded anew; `still` after ten seconds in which the reader was told nothing, for they can't tell silence from a broken
/// line. It ends within fifteen seconds of the sign-in's end, or of a change of what the reader may see and do.
#[utoipa::path(get, path = "/api/live", tag = "map", params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received")),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String), (status = 401, body = crate::kernel::error::Problem), (status = 403, body = crate::kernel::error::Problem)))]
pub(in crate::map) async fn live(State(map): State<Arc<Map>>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    let last = headers.get("last-event-id").filter(|value| !value.is_empty()).map(|value| {
        let read =
            |text: &str| text.split_once('-').and_then(|(xid, seq)| Some((xid.parse().ok()?, seq.parse().ok()?)));
        // An id that never was is one from long ago: what is shown has to be loaded anew.
        value.to_str().ok().and_then(read).unwrap_or_default()
    });
    actor.require(READ_MAP)?;
    let layers = visible(&map.memory, &actor);
    let scope = actor.scope().clone();
    let (mut receiver, start) = map.live.subscribe(last);
    let stream = async_stream::stream! {
        yield start.frames(&scope, &layers);
        drop(start);
        let mut check = Instant::now() + STILL_HERE;
        let mut still = check;
        loop {
            let now = Instant::now();
            if now >= check {
                if map.app.auth.has_ended(&headers, &actor).await {
                    break;
                }
                check = now + STILL_HERE;
            }
            if now >= still {
                yield STILL;
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
                yield bytes;
                still = Instant::now() + STILL_HERE;
            }
        }
    };
    Ok(event_stream(stream))
}

/// The layers that an actor may read.
fn visible(memory: &Memory, actor: &Actor) -> Layers {
    Layers::of(
        memory.layers().iter().enumerate().filter(|(_, held)| actor.may(held.def.permission)).map(|(place, _)| place),
    )
}
