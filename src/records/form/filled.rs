//! A form that somebody filled in, as a handler takes it.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::FormDef;
use crate::kernel::{
    error::{Error, Result},
    http::Json,
};

/// What a form is read into.
pub trait FormType: DeserializeOwned {
    /// The form.
    fn form() -> &'static FormDef;
}

/// A filled-in form: checked by its schema, all faults at once, then read into its type.
pub struct Filled<T>(pub T);

impl<S: Send + Sync, T: FormType> FromRequest<S> for Filled<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let Json(filled) = Json::<Value>::from_request(request, state).await?;
        T::form().check(&filled)?;
        // A number that the schema takes may still be larger than its type.
        serde_path_to_error::deserialize(filled).map(Self).map_err(|error| {
            let at = error.path().iter().map(|step| format!("/{step}")).collect::<String>();
            Error::field(at, "填写有误。", "It is wrong.")
        })
    }
}
