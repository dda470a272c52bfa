//! Every SQL statement of the module.

use chrono::NaiveDate;
use serde_json::value::RawValue;

use super::model::{RegionBoundary, RegionVersion};
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
};

/// The versions of a region, the newest first, from the one before a day.
pub(super) async fn versions(
    tx: &mut Tx,
    code: i64,
    before: Option<NaiveDate>,
    limit: i64,
) -> Result<Vec<RegionVersion>> {
    Ok(sqlx::query_as!(
        RegionVersion,
        r#"select name, valid_from, valid_to, st_area(geom::geography) as "area_m2!", made, source,
                  -- By the name that the reader may see; by the key where that is none.
                  coalesce(audit_about(replace(made_by, ':', ' ')), made_by) as "made_by!",
                  coalesce(audit_about(replace(ended_by, ':', ' ')), ended_by) as ended_by, why
           from region where code = $1 and ($2::date is null or valid_from < $2) order by valid_from desc limit $3"#,
        code,
        before,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The version of a region that held at the end of a day.
pub(super) async fn boundary(tx: &mut Tx, code: i64, on: NaiveDate) -> Result<Option<RegionBoundary>> {
    let row = sqlx::query!(
        r#"select name, valid_from, st_asgeojson(geom, 7) as "geometry!" from region
           where code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2) order by valid_from desc limit 1"#,
        code,
        on
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| {
        let geometry = RawValue::from_string(row.geometry).map_err(|error| Error::Internal(error.into()))?;
        Ok(RegionBoundary { name: row.name, valid_from: row.valid_from, geometry })
    })
    .transpose()
}
