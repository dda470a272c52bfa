//! The code tables that forms and legends show.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::{
    actor::Actor,
    code_names::{Code, TABLES},
    error::Problem,
};

/// All code tables by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeTables {
    #[schema(value_type = BTreeMap<String, Vec<Code>>)]
    tables: &'static BTreeMap<&'static str, Vec<Code>>,
}

/// The code tables of the national standards and of the product.
#[utoipa::path(get, path = "/api/codes", tag = "archives", responses((status = 200, body = CodeTables), (status = 401, body = Problem)))]
pub(super) async fn codes(_: Actor) -> axum::Json<CodeTables> {
    axum::Json(CodeTables { tables: &TABLES })
}
