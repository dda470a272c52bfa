//! What `make_layer`, `make_masked`, `make_restricted` and `make_history` make of a table, asked in SQL as every role.

use std::collections::BTreeSet;

use gridhall::kernel::{
    actor::{Actor, Grant, Person},
    db::Tx,
};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::{common::City, identity::let_in};

const INNER: i64 = 360_502_001_001_001;
const OTHER: i64 = 360_502_002_001_001;
const FAR: i64 = 360_521_100_001_001;

/// A table of everything at once, with six rows: open and closed ones in three places.
async fn make(sql: &mut PgConnection) {
    run(
        sql,
        "create table thing (
             id bigint primary key default nextval('entity_id'), region bigint not null, name text not null default '',
             secret text, closed boolean not null default false,
             geom geometry(Point, 4326) not null default st_setsrid(st_makepoint(114.9, 27.8), 4326));
         grant select, insert, update, delete on thing to gridhall_app;
         select make_scoped('thing');
         select make_layer('thing', 'thing', 'name');
         select make_history('thing');
         select make_masked('thing', '{\"secret\": \"left(secret, 1) || ''**''\"}');
         select make_restricted('thing', 'closed')",
    )
    .await;
    for (id, region) in [(1, INNER), (2, OTHER), (3, FAR)] {
        let both = format!(
            "insert into thing (id, region, secret, closed) values ({id}, {region}, 'open', false), ({}, {region}, 'shut', true)",
            id + 10
        );
        run(sql, &both).await;
    }
}

async fn run(sql: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(sql).await.unwrap();
}

/// The ids that a statement gives, or the database's refusal.
async fn ids(tx: &mut PgConnection, from: &str) -> Result<BTreeSet<i64>, String> {
    let rows = sqlx::query(AssertSqlSafe(format!("select id from {from}"))).fetch_all(tx).await;
    rows.map(|rows| rows.iter().map(|row| row.get(0)).collect()).map_err(|error| error.to_string())
}

fn grant(regions: &[&str]) -> Grant {
    Grant {
        name: "test".to_owned(),
        regions: regions.iter().map(|code| code.parse().unwrap()).collect(),
        permissions: ["person.clear".to_owned()].into(),
        expires_at: None,
    }
}

fn token(regions: &[&str]) -> Actor {
    Actor::new(1, grant(regions), None).unwrap()
}

fn person(account: i64, holding: i64, regions: &[&str]) -> Actor {
    let person = Person {
        account,
        login: "test".to_owned(),
        session: 0,
        holding: Some(holding),
        post: String::new(),
        must_change: false,
        notices: 0,
    };
    Actor::of_person(person, grant(regions), chrono::DateTime::<chrono::Utc>::MAX_UTC).unwrap()
}

async fn role(tx: &mut Tx) -> String {
    sqlx::query_scalar("select current_user::text").fetch_one(&mut **tx).await.unwrap()
}

#[tokio::test]
async fn every_role_sees_its_regions_and_nobody_what_is_closed_or_secret() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    make(&mut sql).await;
    for (regions, as_role, seen) in [
        (vec!["360502001"], "gridhall_one", vec![1]),
        // Neighbouring regions are one range of codes.
        (vec!["360502001", "360502002"], "gridhall_one", vec![1, 2]),
        (vec!["360502001", "360521100"], "gridhall_several", vec![1, 3]),
        (vec!["360502", "360521100"], "gridhall_wide", vec![1, 2, 3]),
        // The city has what stands nowhere beside its own codes.
        (vec!["3605"], "gridhall_wide", vec![1, 2, 3]),
        (vec![], "gridhall_one", vec![]),
    ] {
        let actor = token(&regions);
        let mut tx = app.db.begin(&actor).await.unwrap();
        let role = role(&mut tx).await;
        assert_eq!(role, as_role, "{regions:?}");
        let seen: BTreeSet<i64> = seen.into_iter().collect();
        for from in ["thing", "layer.thing", "thing_masked", "thing_history", "thing_history_masked"] {
            assert_eq!(ids(&mut tx, from).await.as_ref(), Ok(&seen), "{role} in {from}");
        }
        for from in ["thing_plain", "thing_history_plain"] {
            assert_eq!(ids(&mut tx, from).await, Ok(BTreeSet::new()), "{role} in {from}, not cleared");
        }
        let masked: Vec<String> =
            sqlx::query_scalar("select distinct secret from thing_masked").fetch_all(&mut *tx).await.unwrap();
        assert!(masked.iter().all(|secret| secret == "o**"), "{masked:?}");
        let changed = sqlx::query("update thing set name = 'x' where closed").execute(&mut *tx).await.unwrap();
        let removed = sqlx::query("delete from thing where closed").execute(&mut *tx).await.unwrap();
        assert_eq!((changed.rows_affected(), removed.rows_affected()), (0, 0));
        tx.rollback().await.unwrap();
        for from in ["thing where secret = 'open'", "thing_history where secret = 'open'"] {
            let mut tx = app.db.begin(&actor).await.unwrap();
            let refused = ids(&mut tx, from).await.unwrap_err();
            assert!(refused.contains("permission denied"), "{role} in {from}: {refused}");
        }
        let (mut tx, _) = app.db.begin_cleared(&actor, false).await.unwrap();
        for from in ["thing_plain where secret = 'open'", "thing_history_plain where secret = 'open'"] {
            assert_eq!(ids(&mut tx, from).await.as_ref(), Ok(&seen), "{role} in {from}, cleared");
        }
        tx.commit().await.unwrap();
        // What lies outside, nobody writes.
        let mut tx = app.db.begin(&actor).await.unwrap();
        let written = sqlx::query("insert into thing (region) values (360599001001001)").execute(&mut *tx).await;
        assert_eq!(written.is_ok(), regions == ["3605"], "{role}");
    }
    // A connection that is bound to nothing, and the followers of the map.
    run(&mut sql, "set role gridhall_app").await;
    assert_eq!(ids(&mut sql, "thing").await, Ok(BTreeSet::new()));
    assert_eq!(ids(&mut sql, "thing_masked").await, Ok(BTreeSet::new()));
    let mut follower = app.db.auditor().await.unwrap();
    assert_eq!(ids(&mut follower, "layer.thing").await, Ok([1, 2, 3].into()));
    // The program itself.
    let mut tx = app.db.begin(&Actor::system("test")).await.unwrap();
    assert_eq!(ids(&mut tx, "thing").await, Ok([1, 2, 3, 11, 12, 13].into()));
}

#[tokio::test]
async fn what_is_closed_is_seen_by_the_accounts_and_agencies_that_are_named() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    make(&mut sql).await;
    let named = let_in(&city, "named", "grid_worker", "360502001001001").await;
    let other = let_in(&city, "other", "grid_worker", "360502001001001").await;
    let of = async |sql: &mut PgConnection, account: i64| -> (i64, i64) {
        sqlx::query_as(
            "select h.id, p.agency_id from holding h join post p on p.id = h.post_id where h.account_id = $1",
        )
        .bind(account)
        .fetch_one(sql)
        .await
        .unwrap()
    };
    let ((named_holding, _), (other_holding, agency)) = (of(&mut sql, named).await, of(&mut sql, other).await);
    run(&mut sql, &format!("insert into thing_reader (row_id, account_id) values (11, {named}), (13, {named})")).await;
    let named = person(named, named_holding, &["360502001"]);
    let other = person(other, other_holding, &["360502001"]);
    let sees = async |actor: &Actor, from: &str| {
        let mut tx = app.db.begin(actor).await.unwrap();
        ids(&mut tx, from).await.unwrap()
    };
    for from in ["thing", "layer.thing", "thing_masked", "thing_history", "thing_history_masked"] {
        // 13 stands in another county: naming somebody opens no region.
        assert_eq!(sees(&named, from).await, [1, 11].into(), "{from}");
        assert_eq!(sees(&other, from).await, [1].into(), "{from}");
    }
    run(&mut sql, &format!("insert into thing_reader (row_id, agency_id) values (11, {agency})")).await;
    assert_eq!(sees(&other, "thing").await, [1, 11].into());
    // A closed row is written with its readers before it.
    let mut tx = app.db.begin(&named).await.unwrap();
    let account = named.person().unwrap().account;
    sqlx::query("insert into thing_reader (row_id, account_id) values (99, $1)")
        .bind(account)
        .execute(&mut *tx)
        .await
        .unwrap();
    let id: i64 = sqlx::query_scalar("insert into thing (id, region, closed) values (99, $1, true) returning id")
        .bind(INNER)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(sees(&named, "thing").await.contains(&id) && !sees(&other, "thing").await.contains(&id));
}

#[tokio::test]
async fn a_history_keeps_what_was_with_its_time_by_whom_and_why() {
    let city = City::small().await;
    let (app, mut sql) = (&city.map.app, city.sql().await);
    make(&mut sql).await;
    let worker = token(&["360502001"]);
    let change = async |statement: &'static str, why: &str| {
        let mut tx = app.db.begin(&worker).await.unwrap();
        tx.because(why).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    let before: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut sql).await.unwrap();
    change("update thing set name = 'a' where id = 1; update thing set name = 'b' where id = 1", "twice at once").await;
    change("update thing set name = 'b' where id = 1", "nothing has changed").await;
    change("delete from thing where id = 1", "it is gone").await;
    let versions: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select name, changed_by, why, upper_inf(valid) from thing_history where id = 1 order by lower(valid)",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    let by = |name: &str, by: &str, why: &str| (name.to_owned(), by.to_owned(), why.to_owned(), false);
    assert_eq!(versions, [by("", "database:gridhall_owner", ""), by("b", "token:1", "twice at once")]);
    let as_of: Vec<i64> = sqlx::query_scalar("select id from thing_history where valid @> $1 order by id")
        .bind(before)
        .fetch_all(&mut sql)
        .await
        .unwrap();
    assert_eq!(as_of, [1, 2, 3, 11, 12, 13]);
    // The map follows its layer.
    let changes: Vec<(String, i64)> =
        sqlx::query_as("select op, id from change where layer = 'thing' and xid > (select min(xid) from change) and id = 1 order by xid, seq")
            .fetch_all(&mut sql)
            .await
            .unwrap();
    assert_eq!(changes.last(), Some(&("remove".to_owned(), 1)));
    // What has columns that the application may not read has no history before they are masked.
    let refused = sqlx::raw_sql(
        "create table bare (id bigint primary key, region bigint not null, secret text);
         grant select (id, region) on bare to gridhall_app;
         select make_history('bare')",
    )
    .execute(&mut sql)
    .await
    .unwrap_err();
    assert!(refused.to_string().contains("make_masked first"), "{refused}");
}
