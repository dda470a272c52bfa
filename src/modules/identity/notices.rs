//! What holders of accounts and administrators are told.

use serde_json::Value;
use sqlx::PgConnection;

use super::model::Wish;
use crate::kernel::{
    actor::Actor,
    db::Tx,
    error::Result,
    messages::{self, MessageKind, NewMessage, accounts_that_may},
};

const SECURITY: (&str, &str) = ("账号安全", "Account security");
const REQUEST: (&str, &str) = ("权限申请", "Request for rights");

/// A new password was asked for.
pub(super) const RESET_ASKED: MessageKind = MessageKind::new(
    "account.reset_asked",
    SECURITY,
    ("{by} 申请重置您的密码。", "{by} asks for a new password for you."),
)
.with_page("/account");
/// It was refused.
pub(super) const RESET_REFUSED: MessageKind = MessageKind::new(
    "account.reset_refused",
    SECURITY,
    ("{by} 驳回了重置您密码的申请。", "{by} refused a new password for you."),
)
.with_page("/account");
/// A link for it was made.
pub(super) const RESET_LINK: MessageKind = MessageKind::new(
    "account.reset_link",
    SECURITY,
    ("{by} 生成了重置您密码的链接。", "{by} made a link to set your password."),
)
.with_page("/account");
/// The link was used.
pub(super) const RESET_USED: MessageKind = MessageKind::new(
    "account.reset_used",
    SECURITY,
    ("您的密码已通过链接重新设置（来自 {address}）。", "Your password was set by the link (from {address})."),
)
.with_page("/account");
const WAITS: MessageKind = MessageKind::new(
    "identity.request_waits",
    REQUEST,
    ("{by} 提出的申请待您审批。", "A request of {by} waits for your decision."),
)
.with_page("/admin/requests");
const GRANTED: MessageKind =
    MessageKind::new("identity.request_granted", REQUEST, ("{by} 批准了您的申请。", "{by} has granted your request."))
        .with_page("/admin/requests");
const REFUSED: MessageKind = MessageKind::new(
    "identity.request_refused",
    REQUEST,
    ("{by} 驳回了您的申请：{note}", "{by} has refused your request: {note}"),
)
.with_page("/admin/requests");

/// The kinds that the module tells.
pub(super) const KINDS: &[MessageKind] = &[RESET_ASKED, RESET_REFUSED, RESET_LINK, RESET_USED, WAITS, GRANTED, REFUSED];

/// Tells the holder of an account what became of it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn notify(
    conn: &mut PgConnection,
    account: i64,
    kind: &MessageKind,
    by: &str,
    detail: Value,
) -> Result<()> {
    let message =
        NewMessage { object: format!("account {account}"), by: by.to_owned(), detail, ..NewMessage::default() };
    messages::tell(conn, &[account], kind, &message).await
}

/// Tells those who may decide a request that it waits.
///
/// # Errors
/// When the database refuses.
pub(super) async fn tell_of_request(tx: &mut Tx, actor: &Actor, request: i64, wish: &Wish) -> Result<()> {
    let own = actor.person().map(|person| person.account);
    let mut to = accounts_that_may(tx, wish.decided_with(), actor.home()).await?;
    to.retain(|account| Some(*account) != own);
    let message =
        NewMessage { object: format!("request {request}"), by: actor.name().to_owned(), ..NewMessage::default() };
    messages::tell(tx, &to, &WAITS, &message).await
}

/// Tells who asked what became of it.
///
/// # Errors
/// When the database refuses.
pub(super) async fn tell_of_decision(
    tx: &mut Tx,
    actor: &Actor,
    (request, asked_by): (i64, i64),
    granted: bool,
    note: &str,
) -> Result<()> {
    let kind = if granted { GRANTED } else { REFUSED };
    let detail = serde_json::json!({"note": note.trim()});
    let message = NewMessage {
        object: format!("request {request}"),
        by: actor.name().to_owned(),
        detail,
        ..NewMessage::default()
    };
    messages::tell(tx, &[asked_by], &kind, &message).await
}
