//! Every SQL statement of the module.

use super::model::{Building, Household, PersonRecord, Plain};
use crate::{
    kernel::{
        db::Tx,
        error::Result,
        masked::{Level, Masked},
    },
    layers::RegionPath,
    map::search::Hit,
};

/// What a search by name is for.
pub(super) struct ByName<'a> {
    /// How a name, its initials or, if it has a number in it, an address begins.
    pub(super) query: &'a str,
    /// Buildings that are found by what stands within their names.
    pub(super) buildings: &'a [i64],
    /// Organisations that are found so.
    pub(super) organisations: &'a [i64],
    /// Whether people are looked for.
    pub(super) people: bool,
    /// At most so many of each kind.
    pub(super) limit: i64,
}

/// Roads, buildings, organisations and (if asked) people, a few of each kind; what begins as asked comes first.
///
/// The comparisons are those of the pattern indexes, spelled out: `like` is not leakproof, so under row-level security
/// it would be looked at for every row in scope.
pub(super) async fn search(tx: &mut Tx, sought: &ByName<'_>) -> Result<Vec<Hit>> {
    let ByName { query, buildings, organisations, people, limit } = *sought;
    let until = format!("{query}\u{10FFFF}");
    let numbered = query.contains(|c: char| c.is_ascii_digit());
    let initials = query.to_lowercase();
    let initials_until = format!("{initials}\u{10FFFF}");
    let rows = sqlx::query!(
        r#"select kind as "kind!", id as "id!", name as "name!", detail as "detail!", region as "region!",
                  st_x(at) as "lon!", st_y(at) as "lat!"
           from (
               (select 'road' as kind, min(id) as id, name, '' as detail, min(region) as region,
                       st_lineinterpolatepoint((array_agg(geom order by st_length(geom) desc))[1], 0.5) as at
                from road
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                group by name order by name limit $5)
               union all
               (select 'building', id, coalesce(nullif(name, ''), address), case when name = '' then '' else address end,
                       region, place
                from building
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                   or $7 and address ~>=~ $1 and address ~<~ $2 or id = any($8)
                order by id = any($8), name, id limit $5)
               union all
               (select 'organisation', id, name, address, region, geom from organisation
                where name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4
                   or $7 and address ~>=~ $1 and address ~<~ $2 or id = any($9)
                order by id = any($9), name, id limit $5)
               union all
               (select 'person', id, name, '', region,
                       coalesce((select b.place from building b where b.id = person.building_id), geom) from person
                where $6 and (name ~>=~ $1 and name ~<~ $2 or initials ~>=~ $3 and initials ~<~ $4)
                order by name, id limit $5)
           ) found"#,
        query,
        until,
        initials,
        initials_until,
        limit,
        people,
        numbered,
        buildings,
        organisations
    )
    .fetch_all(&mut **tx)
    .await?;
    let hits = rows.into_iter().map(|row| Hit {
        kind: row.kind,
        id: row.id,
        name: row.name,
        detail: row.detail,
        region: row.region,
        lon: row.lon,
        lat: row.lat,
        bbox: None,
    });
    Ok(hits.collect())
}

/// A person in scope, with what may be shown of them.
pub(super) async fn person(tx: &mut Tx, id: i64) -> Result<Option<PersonRecord>> {
    let row = sqlx::query!(
        r#"select p.id as "id!", p.name as "name!", p.sex as "sex!", p.age as "age!", p.birth, p.citizen_id, p.phone,
                  p.category, p.category_level, p.service, p.service_level, p.ethnic as "ethnic!",
                  p.relation_code as "relation!", p.region as "region!", p.updated_at as "updated_at!",
                  st_x(p.geom) as "lon!", st_y(p.geom) as "lat!", r.number as "room?",
                  h.id as "household_id?", h.number as "household?",
                  b.id as "building_id?", b.name as "building?", b.address as "address?"
           from person_masked p
           left join building b on b.id = p.building_id
           left join room r on r.id = p.room_id
           left join household h on h.id = p.household_id
           where p.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        let category = |level: Option<i16>, code| level.map(|level| Masked::behind(Level::of(level), code));
        let masked = |shown: Option<String>| shown.map(|shown| Masked::behind(Level::L3, Some(shown)));
        PersonRecord {
            id: row.id,
            name: row.name,
            sex: row.sex,
            age: row.age,
            birth: masked(row.birth),
            citizen_id: masked(row.citizen_id),
            phone: masked(row.phone),
            category: category(row.category_level, row.category),
            service: category(row.service_level, row.service),
            ethnic: row.ethnic,
            relation: row.relation,
            household: row.household_id.zip(row.household).map(|(id, number)| Household { id, number }),
            building: row.building_id.map(|id| Building {
                id,
                name: row.building.unwrap_or_default(),
                address: row.address.unwrap_or_default(),
            }),
            room: row.room,
            region: row.region,
            path: RegionPath::default(),
            lon: row.lon,
            lat: row.lat,
            updated_at: row.updated_at,
        }
    }))
}

/// The plain values of a person in scope, in a transaction that is cleared for them.
pub(super) async fn plain(tx: &mut Tx, id: i64) -> Result<Option<Plain>> {
    let row = sqlx::query!(
        r#"select region as "region!", birth as "birth!", citizen_id, phone, category, service from person_plain where id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let hidden = |value: Option<String>| value.map(|value| Masked::hiding(Level::L3, value));
    Ok(row.map(|row| Plain {
        region: row.region,
        birth: hidden(Some(row.birth.to_string())),
        citizen_id: hidden(row.citizen_id),
        phone: hidden(row.phone),
        category: hidden(row.category),
        service: hidden(row.service),
    }))
}
