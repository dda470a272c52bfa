//! Every SQL statement of the module.

use super::{codes, model::ListedCase};
use crate::{
    kernel::{db::Tx, error::Result},
    map::search::Hit,
    modules::directory::CATEGORIES,
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};

/// The cases in scope.
pub(super) static CASES: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "q",
            FilterKind::Text(60),
            "strpos(lower(concat_ws(' ', number, title, address)), lower({})) > 0",
            "Part of the number, the title or the address.",
        ),
        ListFilter::new(
            "open",
            FilterKind::Boolean,
            "(status not in ('closed', 'rejected')) = {}",
            "Only those that are not settled yet, or only the others.",
        ),
        ListFilter::new(
            "overdue_at",
            FilterKind::Time,
            "(status not in ('closed', 'rejected', 'suspended') and due_at < {})",
            "Only open ones whose limit has ended by this moment; suspended ones apart.",
        ),
        ListFilter::new("status", FilterKind::Texts(9), "status = any({})", "Only those in these states."),
        ListFilter::new("category", FilterKind::Texts(40), "category = any({})", "Only those of these minor categories."),
        ListFilter::new("major", FilterKind::Texts(20), "left(category, 3) = any({})", "Only those of these major categories."),
        ListFilter::new("severity", FilterKind::Texts(4), "severity = any({})", "Only those as urgent as that, 1 to 4."),
        ListFilter::new("channel", FilterKind::Texts(6), "channel = any({})", "Only those told by these channels."),
        ListFilter::new(
            "region",
            FilterKind::Region,
            "region between ({})[1] and ({})[2]",
            "Only those in this region, by its code, short or full.",
        ),
        ListFilter::new("from", FilterKind::Time, "reported_at >= {}", "Only those reported at this moment or later."),
        ListFilter::new("until", FilterKind::Time, "reported_at < {}", "Only those reported before this moment."),
    ],
    sort: "-reported_at",
    page: (50, 200),
    ..ListDef::new(
        "cases",
        ("事件", "Cases"),
        "select id, number, category, title, status, severity::text, channel, region, address, reported_at, due_at, closed_at,
                st_x(geom) as lon, st_y(geom) as lat
         from listed_case",
        &[
            ListColumn::new("number", ("事件编号", "Number")).sorted("text"),
            ListColumn::new("title", ("标题", "Title")),
            ListColumn::new("category", ("类别", "Category")).sorted("text").coded(&CATEGORIES),
            ListColumn::new("status", ("状态", "State")).sorted("text").coded(&codes::STATUSES),
            ListColumn::new("severity", ("紧急程度", "Urgency")).sorted("text").coded(&codes::URGENCIES),
            ListColumn::new("channel", ("来源", "Channel")).sorted("text").coded(&codes::CHANNELS),
            ListColumn::new("region", ("区划代码", "Region")).sorted("bigint"),
            ListColumn::new("address", ("地址", "Address")),
            ListColumn::new("reported_at", ("上报时间", "Reported")).sorted("timestamptz"),
            ListColumn::new("due_at", ("办理时限", "Due")).sorted("timestamptz"),
            ListColumn::new("closed_at", ("结案时间", "Closed")).sorted("timestamptz"),
        ],
    )
};

/// A case in scope.
pub(super) async fn case(tx: &mut Tx, id: i64) -> Result<Option<ListedCase>> {
    Ok(sqlx::query_as!(
        ListedCase,
        r#"select id as "id!", number as "number!", category as "category!", title as "title!", status as "status!",
                  severity::text as "severity!", channel as "channel!", region as "region!", address as "address!",
                  reported_at as "reported_at!", due_at, closed_at, st_x(geom) as "lon!", st_y(geom) as "lat!"
           from listed_case where id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Cases in scope by how their number begins, the newest first.
pub(super) async fn cases_by_number(tx: &mut Tx, text: &str, most: i64) -> Result<Vec<Hit>> {
    // A span in place of a pattern: it leaks nothing, so row-level security lets it use the index.
    let last = format!("{text}\u{10ffff}");
    let rows = sqlx::query!(
        r#"select id as "id!", number as "number!", title as "title!", region as "region!", st_x(geom) as "lon!",
                  st_y(geom) as "lat!"
           from listed_case where number ~>=~ $1 and number ~<~ $2 order by reported_at desc, id limit $3"#,
        text,
        last,
        most
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Hit {
            kind: "case".to_owned(),
            id: row.id,
            name: row.number,
            detail: row.title,
            region: row.region,
            lon: row.lon,
            lat: row.lat,
            bbox: None,
        })
        .collect())
}
