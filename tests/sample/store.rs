//! Every SQL statement of the module.

use chrono::{DateTime, Utc};
use gridhall::{
    kernel::{db::Tx, error::Result},
    map::search::{Hit, Sought},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};

use super::model::{READ_WELLS, STATES, WellVersion};

/// Wells in scope.
pub(super) static WELLS: ListDef = ListDef {
    filters: &[
        ListFilter::new("q", FilterKind::Text(50), "strpos(name, {}) > 0", "Part of the name."),
        ListFilter::new(
            "state",
            FilterKind::OneOf(&["open", "dry", "sealed"]),
            "state = {}",
            "Only those in this state.",
        ),
        ListFilter::new(
            "region",
            FilterKind::Region,
            "region between ({})[1] and ({})[2]",
            "Only those in this region.",
        ),
    ],
    sort: "name",
    ..ListDef::new(
        "wells",
        ("水井", "Wells"),
        "select id, region, name, state, depth, inspected_at from well",
        &[
            ListColumn::new("name", ("名称", "Name")).sorted_by_name(),
            ListColumn::new("state", ("状态", "State")).sorted("text").coded(&STATES),
            ListColumn::new("depth", ("深度（米）", "Depth, m")).sorted("real"),
            ListColumn::new("inspected_at", ("巡检时间", "Inspected at")).sorted("timestamptz"),
        ],
    )
};

/// Wells whose name begins so.
pub(super) async fn find(tx: &mut Tx, sought: &Sought) -> Result<Vec<Hit>> {
    if !tx.actor().may(READ_WELLS) {
        return Ok(Vec::new());
    }
    let found: Vec<(i64, String, i64, f64, f64)> = sqlx::query_as(
        "select id, name, region, st_x(geom), st_y(geom) from well where starts_with(name, $1) order by name, id limit $2",
    )
    .bind(&sought.text)
    .bind(sought.most)
    .fetch_all(&mut **tx)
    .await?;
    let hit = |(id, name, region, lon, lat)| Hit {
        kind: "well".to_owned(),
        id,
        name,
        detail: String::new(),
        region,
        lon,
        lat,
        bbox: None,
    };
    Ok(found.into_iter().map(hit).collect())
}

/// Whether a well is in scope.
pub(super) async fn is_there(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar("select exists (select from well where id = $1)").bind(id).fetch_one(&mut **tx).await?)
}

/// Writes an inspection down; gives the well's name and region.
pub(super) async fn inspect(tx: &mut Tx, id: i64, at: DateTime<Utc>) -> Result<Option<(String, i64)>> {
    let written = sqlx::query_as("update well set inspected_at = $2 where id = $1 returning name, region");
    Ok(written.bind(id).bind(at).fetch_optional(&mut **tx).await?)
}

/// What a well was, the newest first.
pub(super) async fn history(tx: &mut Tx, id: i64) -> Result<Vec<WellVersion>> {
    let versions = sqlx::query_as(
        "select lower(valid) as from, upper(valid) as until, changed_by, why, state, inspected_at
         from well_history where id = $1 order by valid desc limit 100",
    );
    Ok(versions.bind(id).fetch_all(&mut **tx).await?)
}
