//! The statements of the import. Scope is row-level security's.

use super::{agencies::AgencyRow, rules::Person};
use crate::kernel::{auth::Hash, db::Tx, error::Result};

/// The open agencies in scope.
pub(super) async fn agencies(tx: &mut Tx) -> Result<Vec<AgencyRow>> {
    Ok(sqlx::query_as!(
        AgencyRow,
        "select id, parent_id, region, code, name from agency where closed_at is null order by id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An account that has one of the logins or identity numbers.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) login: String,
    pub(super) citizen_id: Option<String>,
}

/// The accounts in scope that have one of these.
pub(super) async fn taken(tx: &mut Tx, logins: &[String], citizen_ids: &[String]) -> Result<Vec<Taken>> {
    Ok(sqlx::query_as!(
        Taken,
        "select login, citizen_id from account where login = any($1) or citizen_id = any($2)",
        logins,
        citizen_ids
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Makes accounts that wait for their holders; gives id and login of each whose login and identity number were free.
pub(super) async fn insert_accounts(tx: &mut Tx, people: &[Person]) -> Result<Vec<(i64, String)>> {
    let column = |of: fn(&Person) -> Option<String>| people.iter().map(of).collect::<Vec<Option<String>>>();
    let regions: Vec<i64> = people.iter().map(|person| person.region).collect();
    let agencies: Vec<i64> = people.iter().map(|person| person.draft.agency_id).collect();
    let certificate_only: Vec<bool> = people.iter().map(|person| person.draft.certificate_only).collect();
    // In the order of logins: two lists with the same people wait for each other and don't lock each other out.
    let rows = sqlx::query!(
        "insert into account (region, agency_id, login, name, phone, email, citizen_id, certificate_only)
         select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[])
             as person (region, agency_id, login, name, phone, email, citizen_id, certificate_only)
         order by login on conflict do nothing returning id, login",
        &regions,
        &agencies,
        &column(|person| Some(person.draft.login.clone())) as &[Option<String>],
        &column(|person| Some(person.draft.name.clone())) as &[Option<String>],
        &column(|person| person.draft.phone.clone()) as &[Option<String>],
        &column(|person| person.draft.email.clone()) as &[Option<String>],
        &column(|person| person.draft.citizen_id.clone()) as &[Option<String>],
        &certificate_only
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.login)).collect())
}

/// Keeps the first invitations of accounts.
pub(super) async fn insert_invitations(tx: &mut Tx, hashes: &[Hash], accounts: &[i64], hours: i32) -> Result<()> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    sqlx::query!(
        "insert into invitation (hash, account_id, expires_at)
         select hash, account_id, now() + make_interval(hours => $3)
         from unnest($1::bytea[], $2::bigint[]) as invited (hash, account_id)",
        &hashes,
        accounts,
        hours
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
