//! What holders of accounts are told of their certificates.

use crate::kernel::messages::MessageKind;

const SECURITY: (&str, &str) = ("账号安全", "Account security");

/// That a certificate is bound was asked for.
pub(super) const ASKED: MessageKind = MessageKind::new(
    "account.certificate_asked",
    SECURITY,
    (
        "{by} 申请为您的账号绑定证书（序列号 {serial}）。",
        "{by} asks that a certificate opens your account (serial {serial}).",
    ),
)
.with_page("/account");
/// It was refused.
pub(super) const REFUSED: MessageKind = MessageKind::new(
    "account.certificate_refused",
    SECURITY,
    (
        "{by} 驳回了为您的账号绑定证书的申请（序列号 {serial}）。",
        "{by} refused a certificate for your account (serial {serial}).",
    ),
)
.with_page("/account");
/// One opens the account.
pub(super) const BOUND: MessageKind = MessageKind::new(
    "account.certificate_bound",
    SECURITY,
    ("{by} 为您的账号绑定了证书（序列号 {serial}）。", "By {by} a certificate opens your account (serial {serial})."),
)
.with_page("/account");
/// One opens it no more.
pub(super) const UNBOUND: MessageKind = MessageKind::new(
    "account.certificate_unbound",
    SECURITY,
    (
        "{by} 解绑了您账号的证书（序列号 {serial}）。",
        "By {by} a certificate no longer opens your account (serial {serial}).",
    ),
)
.with_page("/account");

/// The kinds that the module tells.
pub(super) const KINDS: &[MessageKind] = &[ASKED, REFUSED, BOUND, UNBOUND];
