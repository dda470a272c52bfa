//! Every SQL statement of the module.

use sqlx::PgConnection;

use crate::kernel::error::Result;

/// Something that was found by its name.
pub(super) struct Hit {
    pub(super) kind: String,
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) region: i64,
    pub(super) lon: f64,
    pub(super) lat: f64,
}

/// Roads, buildings, organisations and (if asked) people whose name or initials start so, a few of each kind.
///
/// The comparisons are those of the pattern indexes, spelled out: `like` is not leakproof, so under row-level security
/// it would be looked at for every row in scope.
pub(super) async fn search(tx: &mut PgConnection, query: &str, with_people: bool, limit: i64) -> Result<Vec<Hit>> {
    let until = format!("{query}\u{10FFFF}");
    let initials = query.to_lowercase();
    let initials_until = format!("{initials}\u{10FFFF}");
    Ok(sqlx::query_as!(
        Hit,
        r#"select kind as "kind!", id as "id!", name as "name!", detail as "detail!", region as "region!",
                  st_x(at) as "lon!", st_y(at) as "lat!"
           from (
               (select 'road' as kind, min(id) as id, name, '' as detail, min(region) as region,
                       st_lineinterpolatepoint((array_agg(geom order by st_length(geom) desc))[1], 0.5) as at
                from road
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                group by name order by name limit $5)
               union all
               (select 'building', id, name, address, region, st_pointonsurface(geom) from building
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                order by name, id limit $5)
               union all
               (select 'organisation', id, name, address, region, geom from organisation
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                order by name, id limit $5)
               union all
               (select 'person', id, name, '', region, geom from person
                where $6 and (name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4)
                order by name, id limit $5)
           ) found"#,
        query,
        until,
        initials,
        initials_until,
        limit,
        with_people
    )
    .fetch_all(tx)
    .await?)
}
