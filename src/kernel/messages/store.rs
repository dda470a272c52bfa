//! The statements of messages that any module may need.

use sqlx::PgConnection;

use super::{MessageKind, NewMessage};
use crate::kernel::{db::Tx, error::Result, permission::Permission};

/// Tells accounts something.
///
/// # Errors
/// When the database refuses.
pub async fn tell(conn: &mut PgConnection, to: &[i64], kind: &MessageKind, message: &NewMessage) -> Result<()> {
    sqlx::query!(
        "select tell($1, $2, $3, $4, $5, $6)",
        to,
        kind.name,
        message.key,
        message.object,
        message.by,
        if message.detail.is_null() { serde_json::json!({}) } else { message.detail.clone() }
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The accounts that may do something in a region, in a post that they hold now; with 0 in the whole city.
///
/// # Errors
/// When the database refuses.
pub async fn accounts_that_may(tx: &mut Tx, permission: Permission, region: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(r#"select accounts_that_may($1, $2) as "accounts!""#, permission.name, region)
        .fetch_one(&mut **tx)
        .await?)
}
