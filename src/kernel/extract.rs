//! What stands in a handler's arguments for who asks: an actor, anybody, or a stranger whose request costs.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};

use super::{
    actor::Actor,
    auth::Auth,
    error::{Error, Result},
    request,
};

impl<S: Send + Sync> FromRequestParts<S> for Actor
where
    Auth: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let actor = Auth::from_ref(state).actor(&parts.headers).await?;
        request::acts(&actor);
        request::wait_for_turn(&actor).await?;
        Ok(actor)
    }
}

/// Stands in a handler's arguments where everybody may call it, signed in or not.
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        request::asks(None).map(|()| Self)
    }
}

/// Stands in place of [`Public`] where a stranger's request costs or writes: each address may do so many in a while.
#[derive(Clone, Copy, Debug)]
pub struct Stranger;

impl<S: Send + Sync> FromRequestParts<S> for Stranger {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        request::asks(None)?;
        request::tries().map(|()| Self)
    }
}
