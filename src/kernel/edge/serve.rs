//! Connections: taken, spoken with in TLS where there is a certificate, answered, and ended when nothing happens on them.

use std::{
    cell::RefCell,
    collections::HashMap,
    convert::Infallible,
    future::ready,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderValue, Version, header, uri::Authority},
    response::Response,
};
use futures::future::Either;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use super::{
    Edge,
    wire::{Answer, Sent, Watch, Wire},
};
use crate::kernel::{error::Error, limits::Client, text::Language};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long what was sent may stay unacknowledged, or a reader not read, before the connection ends.
const UNREAD: Duration = Duration::from_mins(1);
/// A request's head has at most so many bytes.
const HEAD: usize = 64 << 10;
/// The pause after the machine refused another connection.
const EXHAUSTED: Duration = Duration::from_millis(200);

/// The certificates that a client showed in its handshake, its own first; they have that one's key. Goes with each request.
#[derive(Clone, Debug)]
pub struct Shown(pub Arc<[Vec<u8>]>);

/// How connections are held.
#[derive(Clone)]
pub struct Serving {
    /// How to speak TLS; plain without it.
    pub tls: Option<Arc<ServerConfig>>,
    /// Who comes.
    pub edge: Arc<Edge>,
    /// How many connections there are at once.
    pub connections: Connections,
    /// How long a connection waits for a request's head, and for its body to go on.
    pub patience: Duration,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            tls: None,
            edge: Arc::default(),
            connections: Connections::new(10_000),
            patience: Duration::from_secs(30),
        }
    }
}

/// Connections that there are at once, of all ports together; no client but a trusted proxy holds more than half.
#[derive(Clone)]
pub struct Connections {
    all: Arc<Semaphore>,
    each: usize,
    held: Arc<Mutex<HashMap<Client, usize>>>,
}

impl Connections {
    /// So many.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let most = most.clamp(2, Semaphore::MAX_PERMITS);
        Self { all: Arc::new(Semaphore::new(most)), each: most / 2, held: Arc::default() }
    }

    /// A place for one more of a client's; none when they have their share.
    fn place(&self, client: Option<Client>) -> Option<ConnectionPlace> {
        if let Some(client) = client {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let many = held.entry(client).or_default();
            if *many >= self.each {
                return None;
            }
            *many += 1;
        }
        Some(ConnectionPlace { of: self.held.clone(), client })
    }
}

/// A client's place.
struct ConnectionPlace {
    of: Arc<Mutex<HashMap<Client, usize>>>,
    client: Option<Client>,
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut held = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(many) = held.get_mut(&client) {
            *many -= 1;
            if *many == 0 {
                held.remove(&client);
            }
        }
    }
}

/// What answers requests: a router, or what goes past one.
pub trait Routes:
    Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Routes for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Serves until the shutdown resolves and what is being answered then has been.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    routes: impl Routes,
    listener: TcpListener,
    serving: Serving,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(());
    let (all, one) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            // Before a connection is taken: those for which there is no place wait with the machine.
            let permit = serving.connections.all.clone().acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((listener.accept().await, permit))
        };
        let (accepted, permit) = tokio::select! {
            next = next => next?,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (routes, serving) = (routes.clone(), serving.clone());
                take(routes, serving, stream, peer, permit, stopped.clone(), one.clone());
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!("no connection can be taken now: {error}");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    drop((listener, one));
    stop.send(()).ok();
    all.closed().await;
    Ok(())
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn take(
    routes: impl Routes,
    serving: Serving,
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
    stopped: watch::Receiver<()>,
    one: watch::Receiver<()>,
) {
    let address = peer.ip().to_canonical();
    let counted = (!serving.edge.proxies.trusts(address)).then(|| Client::address(address));
    let Some(place) = serving.connections.place(counted) else { return };
    prepare(&stream);
    tokio::spawn(async move {
        match &serving.tls {
            None => answer(TokioIo::new(stream), routes, None, peer, serving.patience, stopped).await,
            Some(config) => {
                let handshake = TlsAcceptor::from(config.clone()).accept(stream);
                let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, handshake).await else { return };
                secure(stream, routes, peer, serving.patience, stopped).await;
            }
        }
        drop((place, permit, one));
    });
}

/// Answers are written whole: waiting for more to send with them only costs time. And who is gone, or reads no more, is
/// noticed.
fn prepare(stream: &TcpStream) {
    stream.set_nodelay(true).ok();
    let socket = socket2::SockRef::from(stream);
    socket.set_keepalive(true).ok();
    socket.set_tcp_user_timeout(Some(UNREAD)).ok();
}

async fn secure(
    stream: tokio_rustls::server::TlsStream<TcpStream>,
    routes: impl Routes,
    peer: SocketAddr,
    patience: Duration,
    stopped: watch::Receiver<()>,
) {
    let (_, session) = stream.get_ref();
    let shown = session.peer_certificates().map(|chain| Shown(chain.iter().map(|one| one.to_vec()).collect()));
    if session.alpn_protocol() == Some(b"h2") {
        answer2(TokioIo::new(stream), routes, peer, patience, stopped).await;
    } else {
        answer(TokioIo::new(stream), routes, shown, peer, patience, stopped).await;
    }
}

/// What a connection's requests are answered by.
fn service(
    routes: impl Routes,
    shown: Option<Shown>,
    peer: SocketAddr,
    patience: Duration,
    watch: Arc<Watch>,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = axum::http::Response<Answer>,
    Error = Infallible,
    Future: Send + 'static,
> {
    // One for the connection: a copy for each request would have the cores fight over who counts the copies.
    let routes = RefCell::new(routes);
    service_fn(move |request: Request<Incoming>| {
        let open = watch.begin();
        let mut request = request.map(|body| Sent::body(body, patience));
        let answer = if name_host(&mut request) {
            let more = request.extensions_mut();
            more.insert(ConnectInfo(peer));
            if let Some(shown) = &shown {
                more.insert(shown.clone());
            }
            Either::Left(routes.borrow_mut().call(request))
        } else {
            Either::Right(ready(Ok(without_host(&request))))
        };
        async move { Ok(answer.await?.map(|body| Answer { body, open })) }
    })
}

/// Sees to it that `Host` says once and clearly whom the client asks, where everything looks for it; gives whether it does
/// (RFC 9112, 3.2). HTTP/2 says it in `:authority`, as HTTP/1.1 may in an absolute address, and that goes before `Host`.
fn name_host(request: &mut Request) -> bool {
    let named = request.uri().authority().cloned();
    let mut said = request.headers().get_all(header::HOST).iter();
    let (host, is_twice) = (said.next(), said.next().is_some());
    if is_twice {
        return false;
    }
    let host = match host {
        Some(host) => match Authority::try_from(host.as_bytes()) {
            Ok(host) => Some(host),
            Err(_) => return false,
        },
        None => None,
    };
    let has_no_user = |authority: &Authority| !authority.as_str().contains('@');
    match (named, host) {
        (Some(named), None) if request.version() == Version::HTTP_2 => set_host(request, &named),
        // Two names, of which one would be believed here and the other by a proxy.
        (Some(named), Some(host)) if request.version() == Version::HTTP_2 => named == host && has_no_user(&host),
        (Some(named), Some(_)) => set_host(request, &named),
        (None, Some(host)) => has_no_user(&host),
        // HTTP/1.0 knows no `Host`.
        (_, None) => request.version() == Version::HTTP_10,
    }
}

fn set_host(request: &mut Request, named: &Authority) -> bool {
    match HeaderValue::from_str(named.as_str()) {
        Ok(host) if !named.as_str().contains('@') => {
            request.headers_mut().insert(header::HOST, host);
            true
        }
        _ => false,
    }
}

/// The answer to a request that doesn't say clearly whom it asks. On a connection of HTTP/1 nothing more is read: what
/// follows may be understood in two ways as well.
fn without_host(request: &Request) -> Response {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let error = Error::bad(
        "请求必须恰好带有一个有效的 Host 标头。",
        "A request has one header Host, which names the server that it asks.",
    );
    let mut response = error.respond(Language::accepted(accepted), None);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if request.version() <= Version::HTTP_11 {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: TokioIo<S>,
    routes: impl Routes,
    shown: Option<Shown>,
    peer: SocketAddr,
    patience: Duration,
    stopped: watch::Receiver<()>,
) {
    let watch = Arc::new(Watch::default());
    let service = service(routes, shown, peer, patience, watch.clone());
    let wire = Wire { inner: stream, watch: watch.clone() };
    // The time for a head is kept by `attend`, for all versions alike and without a timer for each request.
    let conn = http1::Builder::new().header_read_timeout(None).max_header_size(HEAD).serve_connection(wire, service);
    attend(pin!(conn), http1::Connection::graceful_shutdown, &watch, patience, stopped).await;
}

async fn answer2<S: AsyncRead + AsyncWrite + Unpin>(
    stream: TokioIo<S>,
    routes: impl Routes,
    peer: SocketAddr,
    patience: Duration,
    stopped: watch::Receiver<()>,
) {
    let watch = Arc::new(Watch::default());
    let service = service(routes, None, peer, patience, watch.clone());
    // What is sent isn't counted: answers to pings would hold a connection, and a request is open until its last frame.
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience)
        .max_concurrent_streams(128)
        .max_header_list_size(u32::try_from(HEAD).unwrap_or(u32::MAX));
    attend(
        pin!(builder.serve_connection(stream, service)),
        http2::Connection::graceful_shutdown,
        &watch,
        patience,
        stopped,
    )
    .await;
}

/// Drives a connection to its end, and brings that about when the server stops or nothing happens.
async fn attend<C: Future>(
    mut conn: std::pin::Pin<&mut C>,
    end: impl Fn(std::pin::Pin<&mut C>),
    watch: &Watch,
    patience: Duration,
    mut stopped: watch::Receiver<()>,
) {
    // Looked at twice within the patience: nothing has to be timed with each request.
    let mut clock = tokio::time::interval(patience / 2);
    clock.tick().await;
    let (mut still, mut seen, mut told) = (0, watch.at().1, false);
    loop {
        tokio::select! {
            biased;
            _ = conn.as_mut() => return,
            _ = stopped.changed(), if !told => {
                told = true;
                end(conn.as_mut());
            }
            _ = clock.tick() => {
                let (idle, at) = watch.at();
                still = if idle && at == seen { still + 1 } else { 0 };
                seen = at;
                match still {
                    0 | 1 => {}
                    2 => end(conn.as_mut()),
                    // It was asked to end, and what was left to send has stopped moving.
                    _ => return,
                }
            }
        }
    }
}
