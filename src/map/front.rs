//! The way of a request into the server.

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
use futures::future::{BoxFuture, Either};
use tower::Service;

use super::{Map, places, tiles};
use crate::kernel::http::Around;

/// The server's routes, and a way past them for what is asked for most: finding its route takes a router as long as a
/// kept tile takes to be found. Nothing is laid around tiles; around a place lies what lies around its route.
#[derive(Clone)]
pub struct Front {
    map: Arc<Map>,
    around: Arc<Around>,
    routes: Router,
}

impl Front {
    /// Of all routes, which hold those of the tiles too.
    #[must_use]
    pub fn new(map: Arc<Map>, routes: Router) -> Self {
        // Made whole now: what is left to do would be done with each request.
        Self { around: Arc::new(map.around()), map, routes: routes.with_state(()) }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<BoxFuture<'static, Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == Method::GET && tiles::is_tile(request.uri().path()) {
            let answer = tiles::tile(State(self.map.clone()), request);
            return Either::Left(Box::pin(async { Ok(answer.await) }));
        }
        if request.method() == Method::GET && request.uri().path() == "/api/locate" {
            let (map, around) = (self.map.clone(), self.around.clone());
            let answer = async move { Ok(around.answer(request, |request| places::locate(State(map), request)).await) };
            return Either::Left(Box::pin(answer));
        }
        Either::Right(self.routes.call(request))
    }
}
