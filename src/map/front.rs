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
use futures::future::{BoxFuture, Either, Ready, ready};
use tower::Service;

use super::{Map, places, tiles};
use crate::kernel::{auth::Lately, http::Around};

/// The server's routes, and a way past them for what is asked for most: finding its route takes a router as long as a
/// kept tile takes to be found. What needn't be waited for is answered at once, anything else at length. Nothing is laid
/// around tiles; around a place lies what lies around its route.
#[derive(Clone)]
pub struct Front {
    map: Arc<Map>,
    around: Arc<Around>,
    routes: Router,
    /// A connection has a front of its own.
    lately: Lately,
}

impl Front {
    /// Of all routes, which hold those of the tiles too.
    #[must_use]
    pub fn new(map: Arc<Map>, routes: Router) -> Self {
        // Made whole now: what is left to do would be done with each request.
        Self { around: Arc::new(map.around()), map, routes: routes.with_state(()), lately: Lately::default() }
    }
}

type Boxed = BoxFuture<'static, Result<Response, Infallible>>;

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, Either<Boxed, RouteFuture<Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() != Method::GET {
            return Either::Right(Either::Right(self.routes.call(request)));
        }
        if let Some(address) = tiles::api::Address::of(request.uri().path()) {
            if let Some(response) = tiles::api::tile_at_once(&self.map, &mut self.lately, address, request.headers()) {
                return Either::Left(ready(Ok(response)));
            }
            let answer = tiles::api::tile(State(self.map.clone()), request);
            return Either::Right(Either::Left(Box::pin(async { Ok(answer.await) })));
        }
        if request.uri().path() == "/api/locate" {
            if let Some(response) = places::located_at_once(&self.map, &self.around, &mut self.lately, &request) {
                return Either::Left(ready(Ok(response)));
            }
            let (map, around) = (self.map.clone(), self.around.clone());
            let answer = async move { Ok(around.answer(request, |request| places::locate(State(map), request)).await) };
            return Either::Right(Either::Left(Box::pin(answer)));
        }
        Either::Right(Either::Right(self.routes.call(request)))
    }
}
