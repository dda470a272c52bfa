//! The addresses of the archives.

use utoipa_axum::{router::OpenApiRouter, routes};

use super::people;
use crate::map::Server;

pub(super) fn routes(_: &Server) -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(people::person)).routes(routes!(people::unmask))
}
