//! Every SQL statement of the module.

use crate::{
    kernel::{db::Tx, error::Result},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};

/// What the reader was told: the database gives each account its own.
pub(super) static MESSAGES: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "unread",
            FilterKind::Boolean,
            "(read_at is null) = {}",
            "Only those that are not read yet, or only the others.",
        ),
        ListFilter::new("kind", FilterKind::Text(60), "starts_with(kind, {})", "How the kind begins: `audit.`."),
    ],
    sort: "-id",
    page: (50, 200),
    ..ListDef::new(
        "messages",
        ("消息", "Messages"),
        "select id, kind, object, by_name, detail, created_at, read_at from message",
        &[
            ListColumn::new("id", ("编号", "Id")).sorted("bigint"),
            ListColumn::new("created_at", ("时间", "Time")).sorted("timestamptz"),
            ListColumn::new("title", ("类别", "Kind")),
            ListColumn::new("text", ("内容", "What it says")),
            ListColumn::new("by", ("操作人", "By whom")),
            ListColumn::new("read_at", ("已读时间", "Read at")).sorted("timestamptz"),
        ],
    )
};

/// How many messages the reader hasn't read.
pub(super) async fn unread(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from message where read_at is null"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// The reader has read one message, or all up to one.
pub(super) async fn read(tx: &mut Tx, id: i64, all_before: bool) -> Result<()> {
    sqlx::query!(
        "update message set read_at = now() where (id = $1 or $2 and id < $1) and read_at is null",
        id,
        all_before
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
