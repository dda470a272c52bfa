//! What a connection or a transaction of the application sees: its role, its regions, its clearance.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::{kernel::actor::Actor, spatial::scope::Scope};

/// Makes a new connection the application's: its role, an empty scope, limits on every wait.
pub(super) async fn bind(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "set role gridhall_app; set client_min_messages = error;
         set plan_cache_mode = force_custom_plan; set statement_timeout = '30s'; set lock_timeout = '5s';
         set gridhall.lo1 = '0'; set gridhall.hi1 = '-1'; set gridhall.lo2 = '0'; set gridhall.hi2 = '-1';
         set gridhall.lo3 = '0'; set gridhall.hi3 = '-1'; set gridhall.lo4 = '0'; set gridhall.hi4 = '-1'",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What of sensitive fields the transaction sees (`migrations/0011_sensitive.sql`).
pub(super) async fn set_clearance(conn: &mut PgConnection, clearance: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('gridhall.clearance', $1, true)").bind(clearance).execute(conn).await?;
    Ok(())
}

/// From the first to the last region of a county, as codes.
const COUNTY: i64 = 999_999_999;

/// Binds the scope of a connection outside the pool, for as long as it lasts.
pub(super) async fn set_scope(conn: &mut PgConnection, scope: &Scope) -> Result<(), sqlx::Error> {
    // Made of numbers and of names that stand below.
    sqlx::raw_sql(AssertSqlSafe(scope_statement(scope, false))).execute(conn).await?;
    Ok(())
}

/// The statement that binds a scope by its settings, and by the role whose policies read them best (migration 13).
/// A local one holds until the transaction ends.
pub(super) fn scope_statement(scope: &Scope, is_local: bool) -> String {
    use std::fmt::Write;
    let mut statement = "select ".to_owned();
    for index in 0..Scope::MAX_RANGES {
        let (low, high) = scope.ranges().get(index).copied().unwrap_or((0, -1));
        let place = index + 1;
        write!(
            statement,
            "set_config('gridhall.lo{place}', '{low}', {is_local}), set_config('gridhall.hi{place}', '{high}', {is_local}), "
        )
        .expect("a text takes what is written");
    }
    let role = match scope.ranges() {
        [] | [_] => "gridhall_one",
        ranges if ranges.iter().any(|(low, high)| high - low >= COUNTY) => "gridhall_wide",
        _ => "gridhall_several",
    };
    statement + &format!("set_config('role', '{role}', {is_local})")
}

/// More of that statement: who acts, for the history of rows and for rows that only named readers see (migration 28).
pub(super) fn actor_settings(actor: &Actor) -> String {
    let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let person = actor.person();
    let settings = [
        ("actor", actor.key().replace('\'', "''")),
        ("account", number(person.map(|person| person.account))),
        ("holding", number(person.and_then(|person| person.holding))),
        ("reads_all", if actor.is_the_program() { "on".to_owned() } else { String::new() }),
    ];
    settings.iter().map(|(name, value)| format!(", set_config('gridhall.{name}', '{value}', true)")).collect()
}
