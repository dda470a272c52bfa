//! The jobs that seal the audit and look for what is unusual.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{model::Kind, rules, store};
use crate::kernel::{
    actor::Actor,
    app::App,
    db::Db,
    error::Result,
    jobs::JobKind,
    messages::{self, MessageKind, NewMessage, accounts_that_may},
    permission::READ_AUDIT,
};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_mins(1);
/// Of a window at most so many entries are looked at, the newest.
const MOST: i64 = 50_000;

/// Chains what was written, so that it can't be altered unseen.
pub(super) const SEAL: JobKind = JobKind::new("audit.seal", ("审计日志封存", "Seal the audit"), |app, _| {
    Box::pin(async move { app.sealing.go_on(&app.db).await })
})
.every(Duration::from_secs(2));

/// A whole chain is read: some minutes for millions of entries.
const CHECKING: Duration = Duration::from_hours(1);

/// Computes the chain anew when the audit administrator asks.
pub(super) const CHECK: JobKind = JobKind {
    patience: CHECKING,
    ..JobKind::new(store::CHECK_JOB, ("核验审计日志", "Check the audit"), |app, _| Box::pin(check(app)))
};

/// The same once a day.
pub(super) const CHECK_DAILY: JobKind = JobKind {
    patience: CHECKING,
    ..JobKind::new("audit.check_daily", ("每日核验审计日志", "Check the audit daily"), |app, _| {
        Box::pin(check(app))
    })
    .every(Duration::from_hours(24))
};

/// Checks the chain; what it finds is kept, logged, and told to the audit administrators.
///
/// # Errors
/// When the database is away, or this server seals nothing.
pub async fn check(app: App) -> anyhow::Result<()> {
    let found = app.sealing.check(&app.db).await?;
    for fault in &found.named {
        tracing::error!("the audit isn't as it was sealed: {fault}");
    }
    if found.faults > 0 {
        let mut tx = app.db.begin(&Actor::system("audit")).await?;
        let auditors = accounts_that_may(&mut tx, READ_AUDIT, 0).await?;
        let message = NewMessage {
            key: Some("chain".to_owned()),
            detail: json!({"count": found.faults}),
            ..NewMessage::default()
        };
        messages::tell(&mut tx, &auditors, &BROKEN, &message).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A check has found that the audit isn't as it was sealed.
pub(super) const BROKEN: MessageKind = MessageKind::new(
    "audit.broken",
    ("审计日志核验不一致", "The audit was altered"),
    (
        "审计日志核验发现 {count} 处与封存内容不一致，请立即查看封存链。",
        "The check of the audit found {count} differences from what was sealed; look at its seals now.",
    ),
)
.with_page("/audit?room=chain");

/// Something unusual has come up.
pub(super) const ALERT: MessageKind = MessageKind::new(
    "audit.alert",
    ("审计告警", "Audit alert"),
    ("审计发现异常操作：{actor}（{count} 次）。", "The audit found something unusual: {actor} ({count} times)."),
)
.with_page("/audit");

/// Looks every minute for what is unusual.
pub(super) const WATCH: JobKind =
    JobKind::new("audit.watch", ("审计告警巡查", "Look through the audit"), |app, _| {
        Box::pin(async move {
            look(&app.db, app.clock.now()).await?;
            Ok(())
        })
    })
    .every(PAUSE);

/// Looks through what was done up to a moment, and keeps what is unusual. Gives how much that is, told before or not.
///
/// # Errors
/// When the database is away.
pub async fn look(db: &Db, now: DateTime<Utc>) -> Result<usize> {
    let mut tx = db.begin_audit(&Actor::system("audit")).await?;
    let settings = store::rules(&mut tx).await?;
    let minutes = settings.iter().filter(|rule| rule.setting.enabled).map(|rule| rule.setting.minutes).max();
    let Some(minutes) = minutes else { return Ok(0) };
    let seen = store::seen(&mut tx, now - TimeDelta::minutes(minutes.into()), MOST).await?;
    let known = match settings.iter().find(|rule| rule.kind == Kind::NewAddress && rule.setting.enabled) {
        Some(rule) => {
            let mut keys: Vec<String> = seen.iter().map(|entry| entry.actor_key.clone()).collect();
            keys.sort_unstable();
            keys.dedup();
            store::known(&mut tx, &keys, now - TimeDelta::minutes(rule.setting.minutes.into())).await?
        }
        None => rules::Known::new(),
    };
    let findings = rules::findings(&settings, &seen, &known, now);
    let auditors = if findings.is_empty() { Vec::new() } else { accounts_that_may(&mut tx, READ_AUDIT, 0).await? };
    for finding in &findings {
        let Some(alert) = store::raise(&mut tx, finding).await? else { continue };
        let detail = json!({"actor": finding.actor, "count": finding.count});
        let message = NewMessage { object: format!("alert {alert}"), detail, ..NewMessage::default() };
        messages::tell(&mut tx, &auditors, &ALERT, &message).await?;
    }
    tx.commit().await?;
    Ok(findings.len())
}
