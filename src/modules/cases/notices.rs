//! What people are told about cases: only the number and what everybody may read of it.

use crate::kernel::messages::MessageKind;

/// Work was given to the reader or their unit.
pub(super) const GIVEN: MessageKind = MessageKind::new(
    "case.given",
    ("新的任务", "New work"),
    ("事件 {number} 已交由您或您的单位办理：{title}", "Case {number} was given to you or your unit: {title}"),
)
.with_page("/cases/{id}");

/// An order was given about what the reader's unit handles.
pub(super) const ORDERED: MessageKind = MessageKind::new(
    "case.ordered",
    ("督办", "Supervision order"),
    ("{by}督办了事件 {number}，请回复：{title}", "{by} gave an order about case {number}; reply to it: {title}"),
)
.with_page("/cases/{id}");

/// What the reader asked for was decided.
pub(super) const DECIDED: MessageKind = MessageKind::new(
    "case.decided",
    ("申请已决定", "Decided"),
    ("您就事件 {number} 提出的申请已有决定：{title}", "What you asked for in case {number} was decided: {title}"),
)
.with_page("/cases/{id}");

/// What the reader has in hand ends soon.
pub(super) const SOON: MessageKind = MessageKind::new(
    "case.soon",
    ("即将超期", "Due soon"),
    ("事件 {number} 即将超期：{title}", "Case {number} is due soon: {title}"),
)
.with_page("/cases/{id}");

/// What the reader has in hand is past its limit.
pub(super) const LATE: MessageKind = MessageKind::new(
    "case.late",
    ("已超期", "Overdue"),
    ("事件 {number} 已超期：{title}", "Case {number} is overdue: {title}"),
)
.with_page("/cases/{id}");

/// Somebody called the reader in what they said about a case.
pub(super) const MENTIONED: MessageKind = MessageKind::new(
    "case.mentioned",
    ("有人提到您", "You were called"),
    ("事件 {number} 的内部意见提到了您：{title}", "A comment on case {number} calls you: {title}"),
)
.with_page("/cases/{id}");
