//! The audit: nothing is changed in it unseen, what is refused stands in it, and what is unusual comes up.

use std::{net::SocketAddr, path::Path};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode, header},
};
use chrono::{Datelike, Months, NaiveDate, TimeDelta, Utc};
use gridhall::{
    kernel::{
        audit::{
            archive,
            chain::Difference,
            key::{Anchor, SealKey, Trusted},
            seal::Sealer,
            verify::{self, Against, AnchoredSeals, Fault, Findings, What, verify_anchored},
        },
        time,
    },
    modules::audit::{check, look},
};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::{
    common::{City, read_bytes, read_json, request},
    identity::{let_in, sign_in},
};

/// A city whose audit is sealed with a key and an anchor of its own.
struct Audited {
    city: City,
    data: tempfile::TempDir,
    sealer: Sealer,
    sql: PgConnection,
}

/// A sealer with the key and the anchor of a data folder, which trusts no other.
fn sealer_of(data: &std::path::Path) -> Sealer {
    Sealer::new(SealKey::open(data).unwrap(), Anchor::of(data, None), Trusted::open(data, &[]).unwrap())
}

impl Audited {
    async fn small() -> Self {
        let city = City::small().await;
        city.export_freely().await;
        let data = tempfile::tempdir().unwrap();
        let sealer = sealer_of(data.path());
        let mut sql = city.sql().await;
        // What the making of the city left is no part of what is tested.
        sqlx::query("delete from audit_entry").execute(&mut sql).await.unwrap();
        Self { city, data, sealer, sql }
    }

    /// Entries, in a transaction each; gives the last one's id.
    async fn write(&mut self, count: i32) -> i64 {
        for number in 0..count {
            insert(&mut self.sql, &format!("thing {number}")).await;
        }
        self.number("select max(id) from audit_entry").await
    }

    async fn number(&mut self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(&mut self.sql).await.unwrap()
    }

    async fn run(&mut self, statement: &str) {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut self.sql).await.unwrap();
    }

    /// Seals until everything that was committed is sealed.
    async fn seal(&mut self) {
        let mut conn = self.city.map.app.db.auditor().await.unwrap();
        let last = self.number("select coalesce(max(id), 0) from audit_entry").await;
        for _ in 0..600 {
            self.sealer.seal(&mut conn).await.unwrap();
            if self.number("select coalesce(max(last_id), 0) from audit_seal").await >= last {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("nothing is sealed within a minute");
    }

    async fn verify(&mut self) -> Findings {
        let data = self.data.path().to_owned();
        verify_with(&mut self.sql, &data).await
    }

    async fn faults(&mut self) -> Vec<Fault> {
        self.verify().await.named
    }
}

async fn verify_with(sql: &mut PgConnection, data: &Path) -> Findings {
    let trusted = Trusted::open(data, &[]).unwrap();
    let against = Against { trusted: &trusted, anchor: &Anchor::of(data, None), archives: None };
    verify::verify(sql, &against).await.unwrap()
}

async fn insert(conn: &mut PgConnection, object: &str) {
    sqlx::query("insert into audit_entry (actor, actor_key, action, object, detail) values ('张三', 'account:1', 'test', $1, '{\"a\": [1, 2.50]}')")
        .bind(object)
        .execute(conn)
        .await
        .unwrap();
}

fn entry(seal: i64, difference: Difference) -> Fault {
    Fault { seal, what: What::Entry(difference) }
}

#[tokio::test]
async fn what_was_altered_deleted_or_inserted_is_named() {
    let mut audited = Audited::small().await;
    let first = audited.write(3).await;
    audited.seal().await;
    audited.write(3).await;
    audited.run("select nextval('audit_entry_id_seq')").await;
    audited.write(1).await;
    audited.seal().await;
    let found = audited.verify().await;
    assert_eq!((found.seals, found.entries, found.faults), (2, 7, 0), "{:?}", found.named);

    audited.run(&format!("update audit_entry set detail = '{{\"a\": [1, 2.5]}}' where id = {first}")).await;
    assert_eq!(audited.faults().await, [entry(1, Difference::Altered(first))]);
    audited.run(&format!("delete from audit_entry where id = {}", first + 2)).await;
    audited
        .run(&format!(
            "insert into audit_entry (id, actor, action) overriding system value values ({}, '李四', 'test')",
            first + 4
        ))
        .await;
    let mut faults = audited.faults().await;
    faults.sort_by_key(ToString::to_string);
    assert_eq!(
        faults,
        [
            entry(1, Difference::Altered(first)),
            entry(2, Difference::Deleted(first + 2)),
            entry(2, Difference::Inserted(first + 4)),
        ]
    );
    let kept: (i64, i64) = sqlx::query_as("select last_seal, faults from audit_check order by id desc limit 1")
        .fetch_one(&mut audited.sql)
        .await
        .unwrap();
    assert_eq!(kept, (2, 3));
}

#[tokio::test]
async fn a_chain_that_was_made_anew_does_not_hold() {
    let mut audited = Audited::small().await;
    for _ in 0..3 {
        audited.write(2).await;
        audited.seal().await;
    }
    // The last seal goes with its entries.
    let gone = "with s as (delete from audit_seal where number = 3 returning first_id)
                delete from audit_entry where id >= (select first_id from s)";
    audited.run(gone).await;
    assert_eq!(audited.faults().await, [Fault { seal: 3, what: What::Missing }]);
    // Everything is sealed again by somebody who holds the database and no more.
    audited.run("delete from audit_seal").await;
    let foreign = tempfile::tempdir().unwrap();
    let ours = std::mem::replace(&mut audited.sealer, sealer_of(foreign.path()));
    audited.write(2).await;
    audited.seal().await;
    drop(ours);
    let faults = audited.faults().await;
    assert!(faults.contains(&Fault { seal: 1, what: What::Signature }), "{faults:?}");
    assert!(faults.contains(&Fault { seal: 1, what: What::Anchor }), "{faults:?}");
}

#[tokio::test]
async fn a_seal_that_was_altered_is_seen() {
    let mut audited = Audited::small().await;
    audited.write(2).await;
    audited.seal().await;
    audited.write(2).await;
    audited.seal().await;
    audited.run("update audit_seal set leaves = set_byte(leaves, 9, get_byte(leaves, 9) # 1) where number = 1").await;
    let faults = audited.faults().await;
    assert!(faults.contains(&Fault { seal: 1, what: What::Leaves }), "{faults:?}");
    audited.run("update audit_seal set leaves = set_byte(leaves, 9, get_byte(leaves, 9) # 1) where number = 1").await;
    audited.run("update audit_seal set sealed_at = sealed_at - interval '1 day' where number = 2").await;
    let faults = audited.faults().await;
    assert!(faults.contains(&Fault { seal: 2, what: What::Signature }), "{faults:?}");
}

#[tokio::test]
async fn the_application_adds_and_changes_nothing() {
    let mut audited = Audited::small().await;
    audited.write(2).await;
    audited.seal().await;
    audited.run("set role gridhall_app").await;
    for refused in [
        "update audit_entry set actor = 'x'",
        "delete from audit_entry",
        "truncate audit_entry",
        "insert into audit_entry (id, actor, action) overriding system value values (1, 'x', 'x')",
        "insert into audit_entry (at, actor, action) values ('2020-01-01', 'x', 'x')",
        "update audit_seal set head = head",
        "delete from audit_seal",
        "truncate audit_seal cascade",
        "insert into audit_check (last_seal, entries, faults) values (1, 1, 0)",
        "insert into audit_archive (first_seal, last_seal, first_id, last_id, count, file, digest, key, signature)
         values (1, 1, 1, 1, 1, '', '', '', '')",
        "delete from audit_alert",
        "select setval('audit_entry_id_seq', 1)",
        "alter table audit_entry disable row level security",
    ] {
        let error = sqlx::query(refused).execute(&mut audited.sql).await.unwrap_err();
        let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{refused}: {error}");
    }
    audited.run("set gridhall.lo1 = '0'").await;
    audited.run("set gridhall.hi1 = '999999999999999'").await;
    for more in [2, 3, 4] {
        audited.run(&format!("set gridhall.lo{more} = '0'")).await;
        audited.run(&format!("set gridhall.hi{more} = '-1'")).await;
    }
    assert_eq!(audited.number("select count(*) from audit_entry").await, 0, "only for who reads the audit");
    assert_eq!(audited.number("select count(*) from audit_seal").await, 0);
    audited.run("insert into audit_entry (actor, action) values ('x', 'x')").await;
    audited.run("set gridhall.audit = 'on'").await;
    assert_eq!(audited.number("select count(*) from audit_entry").await, 3);
}

#[tokio::test]
async fn of_two_sealers_one_seals_and_the_other_says_that_it_does_not() {
    let mut audited = Audited::small().await;
    let other = tempfile::tempdir().unwrap();
    let mut second = sealer_of(other.path());
    let db = audited.city.map.app.db.clone();
    audited.sealer.go_on(&db).await.unwrap();
    let refused = second.go_on(&db).await.unwrap_err();
    assert_eq!(refused.to_string(), "another server has the turn to seal");
    // The first has gone, and with it the connection that had the turn.
    audited.sealer = sealer_of(audited.data.path());
    for _ in 0..100 {
        if second.go_on(&db).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nobody has the turn");
}

#[tokio::test]
async fn who_commits_late_is_sealed_too() {
    let mut audited = Audited::small().await;
    let mut slow = audited.city.sql().await;
    let mut late = slow.begin().await.unwrap();
    insert(&mut late, "slow").await;
    let low: i64 = sqlx::query_scalar("select max(id) from audit_entry").fetch_one(&mut *late).await.unwrap();
    let high = audited.write(2).await;
    assert!(low < high);
    let mut conn = audited.city.map.app.db.auditor().await.unwrap();
    for _ in 0..5 {
        assert_eq!(
            audited.sealer.seal(&mut conn).await.unwrap(),
            0,
            "the transaction with the lower id may still commit"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    late.commit().await.unwrap();
    audited.seal().await;
    let sealed: (i64, i64, i32) =
        sqlx::query_as("select first_id, last_id, count from audit_seal").fetch_one(&mut audited.sql).await.unwrap();
    assert_eq!(sealed, (low, high, 3));
    assert_eq!(audited.verify().await.faults, 0);
}

#[tokio::test]
async fn months_go_to_files_and_the_chain_still_holds() {
    let mut audited = Audited::small().await;
    // The middle of a month, so that no hour of any day makes it another; a month is China's.
    let today = time::day(Utc::now());
    let month = |before: u32| today.with_day(15).unwrap() - Months::new(before);
    for before in [2, 1] {
        audited.write(3).await;
        let days = (today - month(before)).num_days();
        audited
            .run(&format!(
                "update audit_entry set at = at - interval '{days} days' where at > now() - interval '1 hour'"
            ))
            .await;
        audited.seal().await;
    }
    let last = audited.write(2).await;
    audited.seal().await;
    let key = SealKey::open(audited.data.path()).unwrap();
    let files = audited.data.path().join("archive");
    let this: NaiveDate = archive::month(&today.format("%Y-%m").to_string()).unwrap();
    let months = archive::archive(&mut audited.sql, &key, this, &files).await.unwrap();
    assert_eq!(months.iter().map(|month| (month.seals, month.entries)).collect::<Vec<_>>(), [(1, 3), (1, 3)]);
    assert_eq!(audited.number("select count(*) from audit_entry where action = 'test'").await, 2);
    audited.seal().await;
    let found = audited.verify().await;
    assert_eq!((found.faults, found.out_of_reach), (0, 0), "{:?}", found.named);
    assert!(
        archive::archive(&mut audited.sql, &key, this, &files).await.unwrap().is_empty(),
        "nothing is left to take out"
    );

    // A row put back where it was taken out, a record that nobody signed, a file that was altered, a file that is gone.
    audited.run("insert into audit_entry (id, actor, action) overriding system value values (1, 'x', 'x') on conflict do nothing").await;
    let inserted = audited.number("select min(id) from audit_entry").await;
    if inserted < last - 1 {
        assert!(audited.faults().await.contains(&entry(1, Difference::Inserted(inserted))));
        audited.run(&format!("delete from audit_entry where id = {inserted}")).await;
    }
    audited.run("update audit_archive set last_seal = 3 where first_seal = 2").await;
    assert!(audited.faults().await.iter().any(|fault| matches!(fault.what, What::Archive(_))));
    audited.run("update audit_archive set last_seal = 2 where first_seal = 2").await;
    let mut bytes = std::fs::read(&months[0].file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&months[0].file, bytes).unwrap();
    assert!(audited.faults().await.iter().any(|fault| fault.seal == 1 && matches!(fault.what, What::Archive(_))));
    std::fs::remove_file(&months[0].file).unwrap();
    let found = audited.verify().await;
    assert_eq!((found.faults, found.out_of_reach), (0, 3));
}

#[tokio::test]
async fn entries_are_filtered_and_paged() {
    let audited = Audited::small().await;
    let city = &audited.city;
    let auditor = city.token(&["3605"], &["audit.read"]).await;
    let reader = city.reader().await;
    let mut conn = city.sql().await;
    for number in 0..7 {
        insert(&mut conn, &format!("thing {number}")).await;
    }
    sqlx::query(
        "insert into audit_entry (actor, actor_key, action, object, region, address, result, purpose) values
                 ('=cmd|calc', 'account:9', 'case.close', 'case 5', 360502001009002, '10.1.2.3', 'failed', '督办')",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    assert_eq!(city.json(&reader, "/api/audit").await.0, StatusCode::FORBIDDEN);
    let mut ids = Vec::new();
    let mut next = Value::Null;
    loop {
        let after = next.as_str().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let (status, page) = city.json(&auditor, &format!("/api/audit?action=test&limit=3{after}")).await;
        assert_eq!(status, 200, "{page}");
        ids.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()));
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    assert_eq!(ids.len(), 7);
    assert!(ids.is_sorted_by(|a, b| a > b));
    for (query, count) in [
        ("actor=account:9", 1),
        ("actor=cmd", 1),
        ("action=case.", 1),
        ("object=case%205", 1),
        ("region=360502001", 1),
        ("region=360502002", 0),
        ("result=failed", 1),
        ("address=10.1.", 1),
        ("text=%E7%9D%A3%E5%8A%9E", 1),
        ("actor=account:9&result=ok", 0),
        ("actor=account:9&to=2026-01-01T00:00:00Z", 0),
    ] {
        let (status, page) = city.json(&auditor, &format!("/api/audit?{query}")).await;
        assert_eq!((status.as_u16(), page["items"].as_array().map(Vec::len)), (200, Some(count)), "{query}: {page}");
    }
    for wrong in ["limit=0", "limit=201", "result=maybe", "region=12", "from=2020-01-01T00:00:00Z", "text=%00"] {
        assert_eq!(city.json(&auditor, &format!("/api/audit?{wrong}")).await.0, 400, "{wrong}");
    }
    let (_, timeline) = city.json(&auditor, "/api/audit/timeline?action=test&unit=hour").await;
    let total: i64 = timeline["buckets"].as_array().unwrap().iter().map(|b| b["count"].as_i64().unwrap()).sum();
    assert_eq!(total, 7, "{timeline}");

    let sheet =
        String::from_utf8(read_bytes(city.get(&auditor, "/api/audit/export?actor=account:9").await).await).unwrap();
    assert!(sheet.starts_with("\u{feff}编号,时间,"), "{sheet}");
    assert!(sheet.contains(",'=cmd|calc,account:9,"), "{sheet}");
    let (_, page) = city.json(&auditor, "/api/audit?action=audit.export").await;
    assert_eq!(page["items"][0]["detail"]["entries"], 1, "taking a file is audited");

    // Who looks after one street sees what happened there.
    let street = city.token(&["360502001"], &["audit.read"]).await;
    let (_, page) = city.json(&street, "/api/audit").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    let (_, timeline) = city.json(&street, "/api/audit/timeline").await;
    assert_eq!(timeline["buckets"].as_array().unwrap().len(), 1, "{timeline}");
    let sheet = String::from_utf8(read_bytes(city.get(&street, "/api/audit/export").await).await).unwrap();
    assert_eq!(sheet.lines().count(), 2, "{sheet}");
    assert_eq!(city.json(&street, "/api/audit/alerts").await.0, 403);
    assert_eq!(city.json(&street, "/api/audit/rules").await.0, 403);
}

#[tokio::test]
async fn what_is_refused_or_read_stands_in_the_audit() {
    let audited = Audited::small().await;
    let city = &audited.city;
    let auditor = city.token(&["3605"], &["audit.read"]).await;
    let token = city.token(&["3605"], &["map.read"]).await;
    let peer: SocketAddr = "10.20.30.40:5000".parse().unwrap();
    let send = |token: &str, method: Method, path: &str| {
        let request = request(method.as_str(), path, token)
            .header("x-purpose", "%E5%85%A5%E6%88%B7%E6%A0%B8%E6%9F%A5")
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(peer));
        city.send(request.body(Body::from("{}")).unwrap())
    };
    let refused = send(&token, Method::GET, "/ogc/collections/person/items").await;
    assert_eq!(refused.status(), 403);
    let id = refused.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(send(&token, Method::GET, "/tiles/person/15/1/1").await.status(), 403);
    assert_eq!(send("ght_nobody", Method::GET, "/api/city").await.status(), 401);
    let wrong = request("POST", "/api/session", "")
        .header(header::CONTENT_TYPE, "application/json")
        .extension(ConnectInfo(peer));
    assert_eq!(city.send(wrong.body(Body::from(json!({"code": "ghc_no"}).to_string())).unwrap()).await.status(), 401);
    let reader = city.reader().await;
    assert_eq!(send(&reader, Method::GET, "/ogc/collections/person/items?limit=20").await.status(), 200);
    let (status, _) = read_json(send(&reader, Method::GET, "/api/search?q=360502199001011234").await).await;
    assert_eq!(status, 200);
    city.map.app.db.settle_notes().await;

    let (_, page) = city.json(&auditor, "/api/audit?action=request.denied").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{page}");
    let denied = items.iter().find(|entry| entry["request_id"] == id.as_str()).unwrap();
    assert_eq!(denied["actor"], "test");
    assert!(denied["actor_key"].as_str().unwrap().starts_with("token:"));
    assert_eq!(denied["address"], "10.20.30.40");
    assert_eq!(denied["result"], "denied");
    assert_eq!(denied["purpose"], "入户核查");
    assert_eq!(denied["detail"]["permission"], "person.read");
    assert_eq!(denied["object"], "GET /ogc/collections/person/items");
    for (action, result) in [("token.refused", "denied"), ("session.refused", "denied"), ("person.read", "ok")] {
        let (_, page) = city.json(&auditor, &format!("/api/audit?action={action}")).await;
        assert_eq!(page["items"][0]["result"], result, "{action}: {page}");
        assert_eq!(page["items"][0]["address"], "10.20.30.40", "{action}");
    }
    let (_, page) = city.json(&auditor, "/api/audit?action=person.read").await;
    assert_eq!(page["items"][0]["detail"]["people"], 20);
    let (_, page) = city.json(&auditor, "/api/audit?action=search").await;
    assert_eq!(page["items"][0]["detail"]["q"], "360502**********34");
}

#[tokio::test]
async fn who_asks_next_door_finds_nothing_and_the_auditor_finds_him() {
    let mut audited = Audited::small().await;
    let sql =
        "select region, min(id) from person where region > 360502001001001 group by region order by region limit 1";
    let (grid, person): (i64, i64) = sqlx::query_as(sql).fetch_one(&mut audited.sql).await.unwrap();
    let city = &audited.city;
    let worker = city.token(&["360502001001001"], &["map.read", "person.read"]).await;
    let asked = [
        format!("/api/regions/{grid}"),
        format!("/api/people/{person}"),
        format!("/ogc/collections/person/items/{person}"),
    ];
    for path in &asked {
        // Nothing tells what is there from what isn't.
        let (status, there) = city.json(&worker, path).await;
        let (_, nowhere) = city.json(&worker, &path.replace(char::is_numeric, "9")).await;
        assert_eq!(
            (status.as_u16(), &there["type"], &there["title"]),
            (404, &nowhere["type"], &nowhere["title"]),
            "{path}"
        );
    }
    let many = json!({"regions": [grid.to_string()]});
    assert_eq!(city.post(&worker, "/api/areas/statistics", many).await.0, 404);
    city.map.app.db.settle_notes().await;
    let auditor = city.token(&["3605"], &["audit.read"]).await;
    let (_, page) = city.json(&auditor, "/api/audit?action=request.denied").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "{page}");
    for path in &asked {
        let entry = items.iter().find(|entry| entry["object"] == format!("GET {path}")).unwrap();
        assert_eq!(
            (&entry["region"], &entry["result"], &entry["detail"]["why"]),
            (&json!(grid), &json!("denied"), &json!("scope"))
        );
    }
}

#[tokio::test]
async fn no_identity_number_comes_into_the_audit() {
    let mut audited = Audited::small().await;
    let number: String = sqlx::query_scalar("select citizen_id from person where citizen_id is not null limit 1")
        .fetch_one(&mut audited.sql)
        .await
        .unwrap();
    {
        let city = &audited.city;
        let token = city
            .token(
                &["3605"],
                &["map.read", "person.read", "person.clear", "directory.export", "directory.write", "wall.direct"],
            )
            .await;
        city.json(&token, &format!("/api/search?q={number}")).await;
        city.json(&token, &format!("/ogc/collections/person/items?service={number}")).await;
        city.get(&token, "/api/layers/person/export?format=csv&purpose=test").await;
        city.json(&token, &format!("/api/nowhere/{number}")).await;
        let scene = json!({"name": format!("{number} 张三"), "picture": {"message": number}});
        city.post(&token, "/api/wall/scenes", scene).await;
        let poor = city.token(&["3605"], &[]).await;
        city.json(&poor, &format!("/ogc/collections/person/items/{number}")).await;
        let upload = request("POST", &format!("/api/layers/person/import?name={number}.csv&dry_run=false"), &token)
            .header(header::CONTENT_TYPE, "text/csv");
        city.send(upload.body(Body::from(format!("name,citizen_id,lon,lat\n张三,{number},114.9,27.8\n"))).unwrap())
            .await;
        city.map.app.db.settle_notes().await;
    }
    let written = audited.number("select count(*) from audit_entry").await;
    assert!(written >= 4, "{written}");
    let holding: i64 = sqlx::query_scalar("select count(*) from audit_entry e where strpos(e::text, $1) > 0")
        .bind(&number)
        .fetch_one(&mut audited.sql)
        .await
        .unwrap();
    assert_eq!(holding, 0);
}

#[tokio::test]
async fn what_is_unusual_comes_up_once_and_is_closed_with_a_note() {
    let audited = Audited::small().await;
    let city = &audited.city;
    let auditor = city.token(&["3605"], &["audit.read"]).await;
    let poor = city.token(&["3605"], &["map.read"]).await;
    for _ in 0..12 {
        assert_eq!(city.json(&poor, "/api/nearby?lon=114.93&lat=27.81&layer=person").await.0, 403);
    }
    let reader = city.reader().await;
    assert_eq!(city.get(&reader, "/ogc/collections/person/items?limit=400").await.status(), 200);
    city.map.app.db.settle_notes().await;
    let now = Utc::now() + TimeDelta::seconds(1);
    let found = look(&city.map.app.db, now).await.unwrap();
    assert!(found >= 2, "{found}");
    look(&city.map.app.db, now).await.unwrap();
    let (_, page) = city.json(&auditor, "/api/audit/alerts?open=true").await;
    let kinds: Vec<(&str, i64)> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|alert| alert["kind"] != "off_hours")
        .map(|alert| (alert["kind"].as_str().unwrap(), alert["count"].as_i64().unwrap()))
        .collect();
    assert_eq!(kinds.len(), 2, "{page}");
    assert!(kinds.contains(&("repeated_denials", 12)) && kinds.contains(&("mass_read", 400)), "{page}");
    let id = page["items"][0]["id"].as_i64().unwrap();
    let path = format!("/api/audit/alerts/{id}/acknowledge");
    assert_eq!(city.post(&reader, &path, json!({"note": "是我"})).await.0, 403);
    assert_eq!(city.post(&auditor, &path, json!({"note": " "})).await.0, 400);
    assert_eq!(city.post(&auditor, &path, json!({"note": "已核实：批量入户核查"})).await.0, 204);
    assert_eq!(city.post(&auditor, &path, json!({"note": "再来"})).await.0, 409);
    assert_eq!(city.post(&auditor, "/api/audit/alerts/1/acknowledge", json!({"note": "x"})).await.0, 404);
    let (_, after) = city.json(&auditor, "/api/audit/alerts?open=true").await;
    assert_eq!(after["open"].as_i64().unwrap(), page["open"].as_i64().unwrap() - 1);
    let (_, done) = city.json(&auditor, "/api/audit?action=audit.acknowledge").await;
    assert_eq!(done["items"][0]["detail"]["note"], "已核实：批量入户核查");

    let setting = json!({"enabled": true, "threshold": 50, "minutes": 10, "hour_from": 0, "hour_to": 0});
    let put = |token: &str, kind: &str, setting: &Value| {
        let request =
            request("PUT", &format!("/api/audit/rules/{kind}"), token).header(header::CONTENT_TYPE, "application/json");
        city.send(request.body(Body::from(setting.to_string())).unwrap())
    };
    assert_eq!(put(&auditor, "repeated_denials", &setting).await.status(), 204);
    assert_eq!(put(&auditor, "nonsense", &setting).await.status(), 400);
    assert_eq!(
        put(
            &auditor,
            "mass_read",
            &json!({"enabled": true, "threshold": 0, "minutes": 10, "hour_from": 0, "hour_to": 0})
        )
        .await
        .status(),
        422
    );
    let (_, changed) = city.json(&auditor, "/api/audit?action=audit.rule").await;
    assert_eq!(changed["items"][0]["detail"]["before"]["threshold"], 10);
    assert_eq!(changed["items"][0]["detail"]["after"]["threshold"], 50);
}

#[tokio::test]
async fn the_state_of_the_chain_is_told() {
    let mut audited = Audited::small().await;
    audited.write(3).await;
    audited.seal().await;
    audited.verify().await;
    let auditor = audited.city.token(&["3605"], &["audit.read"]).await;
    let (status, chain) = audited.city.json(&auditor, "/api/audit/seals").await;
    assert_eq!(status, 200);
    assert_eq!(chain["last"]["number"], 1);
    assert_eq!(chain["last"]["head"].as_str().unwrap().len(), 64);
    assert_eq!(chain["check"]["faults"], 0);
    assert!(chain["unsealed"].as_i64().unwrap() >= 1, "the token's making is not sealed yet: {chain}");
}

#[tokio::test]
async fn the_server_checks_the_chain_when_it_is_asked_to_and_says_that_it_was_the_server() {
    let mut audited = Audited::small().await;
    audited.write(3).await;
    audited.seal().await;
    audited.verify().await;
    let auditor = audited.city.token(&["3605"], &["audit.read"]).await;
    let chain = audited.city.json(&auditor, "/api/audit/seals").await.1;
    assert_eq!(chain["check"]["by_server"], false, "it was made as the owner: {chain}");
    // Asked for twice, it waits once.
    for _ in 0..2 {
        let ask = request("POST", "/api/audit/check", &auditor).body(Body::empty()).unwrap();
        assert_eq!(audited.city.send(ask).await.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(audited.number("select count(*) from job where kind = 'audit.check' and state = 'waiting'").await, 1);
    let app = audited.city.map.app.clone();
    assert!(app.sealing.check(&app.db).await.is_err(), "another server has the key");
    app.sealing.begin(sealer_of(audited.data.path())).await;
    assert_eq!(app.sealing.check(&app.db).await.unwrap().faults, 0);
    let chain = audited.city.json(&auditor, "/api/audit/seals").await.1;
    assert_eq!((&chain["check"]["by_server"], &chain["check"]["faults"]), (&json!(true), &json!(0)), "{chain}");
    assert_eq!(chain["asked"], "under_way");
    sqlx::query("update audit_entry set actor = 'somebody else' where object = 'thing 1'")
        .execute(&mut audited.sql)
        .await
        .unwrap();
    let_in(&audited.city, "auditor", "auditor", "3605").await;
    check(app.clone()).await.unwrap();
    let signed_in = sign_in(&audited.city, "auditor").await;
    let told = audited.city.json(&signed_in, "/api/messages").await.1;
    assert_eq!(told["items"][0]["text"], "审计日志核验发现 1 处与封存内容不一致，请立即查看封存链。", "{told}");
    // Who kept a check isn't the server's to give.
    let mut server = app.db.auditor().await.unwrap();
    let forged = "insert into audit_check (last_seal, entries, faults, made_by) values (1, 3, 0, 'gridhall_owner')";
    assert!(sqlx::query(forged).execute(&mut server).await.is_err());
    // What the console found isn't covered up by what the server finds whole later.
    audited.verify().await;
    sqlx::query("insert into audit_check (last_seal, entries, faults) values (1, 3, 0)")
        .execute(&mut server)
        .await
        .unwrap();
    let chain = audited.city.json(&auditor, "/api/audit/seals").await.1;
    assert_eq!((&chain["check"]["by_server"], &chain["check"]["faults"]), (&json!(false), &json!(1)), "{chain}");
    // A check that couldn't be made is said to have failed; who audits a part of the city can't ask for one.
    audited.run("update job set state = 'dead', ended_at = now() where kind = 'audit.check'").await;
    assert_eq!(audited.city.json(&auditor, "/api/audit/seals").await.1["asked"], "failed");
    let part = audited.city.token(&["360502"], &["audit.read"]).await;
    assert_eq!(audited.city.json(&part, "/api/audit/seals").await.1["may_ask"], false);
}

#[tokio::test]
async fn what_is_sealed_while_the_chain_is_checked_is_no_fault() {
    let mut audited = Audited::small().await;
    audited.write(2).await;
    audited.seal().await;
    let mut conn = audited.city.sql().await;
    let (trusted, anchor) = (Trusted::open(audited.data.path(), &[]).unwrap(), Anchor::of(audited.data.path(), None));
    let anchored = AnchoredSeals::read(&mut conn, &anchor).await.unwrap();
    for _ in 0..3 {
        audited.write(2).await;
        audited.seal().await;
    }
    let against = Against { trusted: &trusted, anchor: &anchor, archives: None };
    let found = verify_anchored(&mut conn, &against, anchored).await.unwrap();
    assert_eq!((found.faults, found.last_seal), (0, 4), "{:?}", found.named);
    // A line that is missing of what was sealed before is one as ever.
    let lines = std::fs::read_to_string(anchor.path()).unwrap();
    std::fs::write(anchor.path(), lines.split_inclusive('\n').skip(1).collect::<String>()).unwrap();
    assert_eq!(audited.faults().await, [Fault { seal: 1, what: What::Anchor }]);
}

#[tokio::test]
async fn seals_of_another_server_hold_where_its_key_is_trusted() {
    let mut audited = Audited::small().await;
    audited.write(2).await;
    audited.seal().await;
    let other = tempfile::tempdir().unwrap();
    audited.sealer = sealer_of(other.path());
    audited.write(2).await;
    audited.seal().await;
    let key = other.path().join("audit-seal.pub");
    for (trust, faults) in [(vec![key], 0), (vec![], 1)] {
        let data = audited.data.path();
        let sealer =
            Sealer::new(SealKey::open(data).unwrap(), Anchor::of(data, None), Trusted::open(data, &trust).unwrap());
        let app = audited.city.map.app.clone();
        app.sealing.begin(sealer).await;
        assert_eq!(app.sealing.check(&app.db).await.unwrap().faults, faults);
    }
}

/// Holds the audit's table, so that nothing can be written to it, as a frozen database would.
async fn frozen(city: &City) -> PgConnection {
    let mut conn = city.sql().await;
    sqlx::raw_sql("begin; lock table audit_entry in exclusive mode").execute(&mut conn).await.unwrap();
    conn
}

/// How many people's records are read where there are some.
async fn reads_people(city: &City, token: &str) -> StatusCode {
    let (lon, lat): (f64, f64) =
        sqlx::query_as("select st_x(geom), st_y(geom) from person where region > 0 order by id limit 1")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    let path = format!("/api/nearby?lon={lon}&lat={lat}&layer=person&radius_m=100&limit=2");
    let (status, answer) = city.json(token, &path).await;
    assert!(status != 200 || !answer["items"].as_array().unwrap().is_empty(), "{answer}");
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_the_database_could_not_keep_is_in_the_audit_after_the_next_start() {
    let city = City::small().await;
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    city.map.app.db.keep_journal(folder.path()).await.unwrap();
    let reader = city.reader().await;
    let mut freeze = frozen(&city).await;
    assert_eq!(reads_people(&city, &reader).await, 200);
    let journal = |folder: &tempfile::TempDir| folder.path().join("audit-journal-0.jsonl");
    let kept = std::fs::read_to_string(journal(&folder)).unwrap();
    assert_eq!(
        (kept.lines().count(), kept.contains("person.read")),
        (1, true),
        "on the disk before it was given: {kept}"
    );
    // The server is gone before the database has taken it.
    std::fs::copy(journal(&folder), journal(&copy)).unwrap();
    city.map.app.db.close().await;
    sqlx::raw_sql("rollback").execute(&mut freeze).await.unwrap();
    let found = async || -> Vec<Value> {
        sqlx::query_scalar("select detail from audit_entry where action = 'person.read' order by id")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap()
    };
    let before = found().await.len();
    assert!(before <= 1, "at most what the queue wrote when the freeze ended");
    if before == 0 {
        city.database.app().keep_journal(copy.path()).await.unwrap();
        let [entry] = &found().await[..] else { panic!("{:?}", found().await) };
        assert!(entry["read_at"].is_string() && entry["people"].as_u64() > Some(0), "{entry}");
    }
    assert_eq!(std::fs::metadata(journal(&folder)).unwrap().len() == 0, before == 1);
    // A crash between the database's taking it and the journal's emptying doubles nothing.
    std::fs::write(journal(&copy), &kept).unwrap();
    city.database.app().keep_journal(copy.path()).await.unwrap();
    assert_eq!(found().await.len(), 1);
    assert_eq!(std::fs::metadata(journal(&copy)).unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_given_than_may_wait_to_be_written() {
    let city = City::small().await;
    let reader = city.reader().await;
    let system = gridhall::kernel::actor::Actor::system("test");
    let entry = || gridhall::kernel::audit_entry::AuditEntry {
        action: "person.read",
        object: "test".to_owned(),
        region: 0,
        detail: json!({"people": 1}),
    };
    let mut freeze = frozen(&city).await;
    for _ in 0..2_048 {
        city.map.app.db.note_read(&system, entry()).await.unwrap();
    }
    assert_eq!(reads_people(&city, &reader).await, 503);
    assert!(city.map.app.db.note_read(&system, entry()).await.is_err());
    // What isn't about people is given all the same, and what is refused finds room.
    assert_eq!(city.get(&reader, "/api/locate?lon=114.93&lat=27.81").await.status(), 200);
    sqlx::raw_sql("rollback").execute(&mut freeze).await.unwrap();
    // However long a busy machine takes to write them.
    let mut tries = 0;
    while reads_people(&city, &reader).await != 200 {
        tries += 1;
        assert!(tries < 60, "what waits isn't written");
        city.map.app.db.settle_notes().await;
    }
    let mut written: i64 = 0;
    while written < 2_049 && tries < 60 {
        tries += 1;
        city.map.app.db.settle_notes().await;
        written = sqlx::query_scalar("select count(*) from audit_entry where action = 'person.read'")
            .fetch_one(&mut city.sql().await)
            .await
            .unwrap();
    }
    assert_eq!(written, 2_049, "each that was given, and none that was refused");
}
