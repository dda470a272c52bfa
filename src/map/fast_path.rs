//! The second way through routing and authentication, for tiles only.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    response::Response,
    routing::future::RouteFuture,
};
use futures::future::{BoxFuture, Either, Ready, ready};
use tower::Service;

use super::{Map, tiles};
use crate::kernel::auth::ConnectionSession;

/// All routes, and a short way past them for tiles: a router takes as long to find a route as memory takes to find a
/// cached tile. A cached tile for a verified session is answered within the call; any other tile as a future.
#[derive(Clone)]
pub struct TileFastPath {
    map: Arc<Map>,
    routes: Router,
    /// Each connection has a copy of its own.
    session: ConnectionSession,
}

impl TileFastPath {
    /// The fast path before all routes, which hold the tiles' route too.
    #[must_use]
    pub fn new(map: Arc<Map>, routes: Router) -> Self {
        // The state is applied once here; otherwise each request would do it.
        Self { map, routes: routes.with_state(()), session: ConnectionSession::default() }
    }
}

type Boxed = BoxFuture<'static, Result<Response, Infallible>>;

impl Service<Request> for TileFastPath {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, Either<Boxed, RouteFuture<Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let address = match *request.method() {
            Method::GET => tiles::api::Address::of(request.uri().path()),
            _ => None,
        };
        let Some(address) = address else {
            return Either::Right(Either::Right(self.routes.call(request)));
        };
        if let Some(response) = tiles::api::tile_at_once(&self.map, &mut self.session, address, request.headers()) {
            return Either::Left(ready(Ok(response)));
        }
        let answer = tiles::api::tile(State(self.map.clone()), request);
        Either::Right(Either::Left(Box::pin(async { Ok(answer.await) })))
    }
}
