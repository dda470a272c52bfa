//! What goes over one connection: watched, so that one on which nothing happens ends, and a body that doesn't come is
//! waited for no longer.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    rt::{Read, ReadBufCursor, Write},
};
use tokio::time::{Instant, Sleep};

/// What happens on a connection.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Requests whose answer isn't sent yet.
    open: AtomicU64,
    /// Grows with each request and with what is sent; what comes in doesn't count, however it drips.
    moved: AtomicU64,
}

impl Watch {
    /// Whether nothing is being answered, and how far it was when that was seen.
    pub(super) fn at(&self) -> (bool, u64) {
        (self.open.load(Ordering::Relaxed) == 0, self.moved.load(Ordering::Relaxed))
    }

    /// A request has come: it is open until what this gives is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Open {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.moved.fetch_add(1, Ordering::Relaxed);
        Open(self.clone())
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Open(Arc<Watch>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer's body, to whose end the request is open.
pub(super) struct Answer {
    pub(super) body: Body,
    #[expect(dead_code, reason = "the request is open until this is dropped")]
    pub(super) open: Open,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection on which what is sent is counted.
pub(super) struct Wire<I> {
    pub(super) inner: I,
    pub(super) watch: Arc<Watch>,
}

impl<I> Wire<I> {
    fn sent(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes @ 1..)) = written {
            self.watch.moved.fetch_add(bytes as u64, Ordering::Relaxed);
        }
        written
    }
}

impl<I: Read + Unpin> Read for Wire<I> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(cx, buf)
    }
}

impl<I: Write + Unpin> Write for Wire<I> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let it = self.get_mut();
        let written = Pin::new(&mut it.inner).poll_write(cx, buf);
        it.sent(written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let it = self.get_mut();
        let written = Pin::new(&mut it.inner).poll_write_vectored(cx, bufs);
        it.sent(written)
    }
}

/// A request's body for which the server waits so long, and longer by what has come: whoever sends a long file over a slow
/// line gets it through, and nobody holds a request by a byte now and then. Only waiting counts, not what the server takes
/// for itself.
pub(super) struct Sent {
    body: Incoming,
    left: Duration,
    waiting: Option<(Pin<Box<Sleep>>, Instant)>,
}

/// The slowest line, in bytes a second.
const SLOWEST: u32 = 1_024;

impl Sent {
    /// The body of a request.
    pub(super) fn body(body: Incoming, patience: Duration) -> Body {
        if body.is_end_stream() { Body::empty() } else { Body::new(Self { body, left: patience, waiting: None }) }
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let it = self.get_mut();
        let Poll::Ready(frame) = Pin::new(&mut it.body).poll_frame(cx) else {
            let left = it.left;
            let (sleep, _) = it.waiting.get_or_insert_with(|| (Box::pin(tokio::time::sleep(left)), Instant::now()));
            ready!(sleep.as_mut().poll(cx));
            return Poll::Ready(Some(Err("the body didn't come in time".into())));
        };
        if let Some((_, since)) = it.waiting.take() {
            it.left = it.left.saturating_sub(since.elapsed());
        }
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            it.left += Duration::from_secs(1) * u32::try_from(data.len()).unwrap_or(u32::MAX) / SLOWEST;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
