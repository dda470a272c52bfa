//! Migrations go forward and are never edited once landed; a database that was made before that was kept comes to the
//! same schema all the same.

use std::{collections::BTreeMap, fs};

use gridhall::kernel::{
    config::Config,
    db::{self, Database},
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row, SqlSafeStr,
    migrate::{Migration, Migrator},
};

use crate::common::{admin, owner};

/// A database of its own, dropped at the end.
struct Scratch(String);

impl Scratch {
    async fn new() -> Self {
        let name = format!("t_{:016x}", rand::random::<u64>());
        db::make_database(&admin(), &name).await.unwrap();
        Self(name)
    }

    async fn owner(&self) -> PgConnection {
        owner(&self.0).connect().await.unwrap()
    }

    /// Starts on it as the program does: brings the schema up to date.
    async fn open(&self) {
        let config = Config { data: "unused".into(), database_url: Some(owner(&self.0).to_url_lossy().to_string()) };
        Database::open(&config).await.unwrap();
    }

    async fn drop(self) {
        let mut conn = admin().connect().await.unwrap();
        let statement = format!("drop database {} with (force)", self.0);
        sqlx::query(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
}

/// Everything that a schema holds, by kind and name.
async fn schema(conn: &mut PgConnection) -> BTreeMap<String, String> {
    let rows = sqlx::query(
        "select 'column ' || attrelid::regclass || '.' || attname,
                format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
         from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
         where attnum > 0 and not attisdropped and relnamespace in ('public'::regnamespace, 'layer'::regnamespace)
         union all
         select 'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
         where relnamespace = 'public'::regnamespace
         union all
         select 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace and conrelid <> 0
         union all
         select 'view ' || oid::regclass, pg_get_viewdef(oid) || ' ' || coalesce(reloptions::text, '') from pg_class
         where relkind = 'v' and relnamespace in ('public'::regnamespace, 'layer'::regnamespace)
         union all
         select 'function ' || oid::regprocedure, prosrc || ' ' || proleakproof || prosecdef || coalesce(proconfig::text, '')
         from pg_proc p where pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
         union all
         select 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
         union all
         select 'policy ' || polrelid::regclass || ' ' || polname, pg_get_expr(polqual, polrelid) || ' ' || polroles::text
         from pg_policy
         union all
         select 'rights ' || oid::regclass, coalesce(relacl::text, '') from pg_class
         where relnamespace in ('public'::regnamespace, 'layer'::regnamespace) and relkind in ('r', 'v', 'S')",
    )
    .fetch_all(conn)
    .await
    .unwrap();
    rows.into_iter().map(|row| (row.get(0), row.get::<Option<String>, _>(1).unwrap_or_default())).collect()
}

#[test]
fn a_migration_that_has_landed_is_never_edited() {
    let listed = fs::read_to_string("migrations/CHECKSUMS").unwrap();
    let mut listed: BTreeMap<&str, &str> =
        listed.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    for migration in db::MIGRATIONS.iter() {
        let name = format!("{:04}_{}.sql", migration.version, migration.description.replace(' ', "_"));
        let sum: String = migration.checksum.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = listed.remove(name.as_str()).unwrap_or_else(|| {
            panic!("{name} is not in migrations/CHECKSUMS; add its line with: sha384sum {name} >> CHECKSUMS")
        });
        assert_eq!(sum, expected, "{name} was edited; write a new migration instead");
    }
    assert!(listed.is_empty(), "migrations that are gone: {listed:?}");
}

#[tokio::test]
async fn databases_made_with_earlier_texts_of_migrations_come_to_the_same_schema() {
    let fresh = Scratch::new().await;
    fresh.open().await;
    let expected = schema(&mut fresh.owner().await).await;
    for earlier in [&[(11, "0011_first"), (12, "0012_first"), (15, "0015_first")][..], &[(12, "0012_second")]] {
        let old = Scratch::new().await;
        let migrations =
            db::MIGRATIONS.iter().filter(|migration| migration.version <= 16).map(|migration| {
                match earlier.iter().find(|(version, _)| *version == migration.version) {
                    None => migration.clone(),
                    Some((version, name)) => Migration::new(
                        *version,
                        migration.description.clone(),
                        migration.migration_type,
                        AssertSqlSafe(fs::read_to_string(format!("tests/migrations/{name}.sql")).unwrap())
                            .into_sql_str(),
                        false,
                    ),
                }
            });
        let mut conn = old.owner().await;
        Migrator::with_migrations(migrations.collect()).run(&mut conn).await.unwrap();
        // Two providers of the time before a second administrator had to agree.
        sqlx::raw_sql(
            "insert into agency (region, name, kind) values (360500000000000, '市民政局', 'department');
             insert into account (login, name, agency_id, region)
             select 'first', '甲', id, region from agency union all select 'second', '乙', id, region from agency;
             insert into sign_in_provider (name, issuer, client_id, client_secret, updated_by)
             values ('一', 'https://one.test', 'x', 'x', '乙'), ('二', 'https://two.test', 'x', 'x', '丙')",
        )
        .execute(&mut conn)
        .await
        .unwrap();
        conn.close().await.unwrap();
        old.open().await;
        let mut conn = old.owner().await;
        assert_eq!(schema(&mut conn).await, expected, "{earlier:?}");
        let providers: Vec<(String, String, bool, bool)> = sqlx::query_as(
            "select p.name, a.login, p.agreed_at is null, p.removed_at is null
             from sign_in_provider p join account a on a.id = p.asked_by order by p.id",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let provider = |name: &str, login: &str, stays| (name.to_owned(), login.to_owned(), true, stays);
        assert_eq!(providers, [provider("一", "second", false), provider("二", "first", true)]);
        conn.close().await.unwrap();
        old.drop().await;
    }
    fresh.drop().await;
}
