//! The rows of a list.

use serde::Serialize;
use sqlx::{FromRow, Postgres, QueryBuilder, Row, postgres::PgRow};
use utoipa::ToSchema;

use super::{
    cursor::{self, ListCursor},
    definition::ListType,
    query::{FilterValue, ListQuery, Sort},
};
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListPage<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// What to give as `after` for the next page; nothing on the last.
    pub next: Option<String>,
    /// How many rows there are on all pages, where `count` asks for it.
    pub total: Option<i64>,
}

/// The page that is asked for.
///
/// # Errors
/// 422 for a cursor that was never given out; when the database refuses.
pub async fn page<L: ListType, T>(tx: &mut Tx, query: &ListQuery<L>) -> Result<ListPage<T>>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let total = if query.counts { Some(count(tx, query).await?) } else { None };
    let mut found = select(tx, query, query.limit + 1).await?;
    let more = found.len() > usize::try_from(query.limit).unwrap_or(0);
    if more {
        found.pop();
    }
    let next = match found.last().filter(|_| more) {
        Some(last) => Some(cursor_of(last, query)?.write()),
        None => None,
    };
    let items = found.iter().map(T::from_row).collect::<Result<_, _>>()?;
    Ok(ListPage { items, next, total })
}

/// At most so many rows, in their order.
///
/// # Errors
/// The same.
pub async fn rows<L: ListType, T>(tx: &mut Tx, query: &ListQuery<L>, most: i64) -> Result<Vec<T>>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let found = select(tx, query, most).await?;
    Ok(found.iter().map(T::from_row).collect::<Result<_, _>>()?)
}

async fn count<L: ListType>(tx: &mut Tx, query: &ListQuery<L>) -> Result<i64> {
    let mut sql = QueryBuilder::new("select count(*) from (");
    sql.push(L::LIST.rows).push(") l where true");
    push_filters(&mut sql, query);
    Ok(sql.build_query_scalar().fetch_one(&mut **tx).await?)
}

async fn select<L: ListType>(tx: &mut Tx, query: &ListQuery<L>, limit: i64) -> Result<Vec<PgRow>> {
    let mut sql = QueryBuilder::<Postgres>::new("select l.*");
    for (at, sort) in query.sorts.iter().enumerate() {
        sql.push(format_args!(", l.{}::text as sort_key_{at}", sort.column.name));
    }
    sql.push(" from (").push(L::LIST.rows).push(") l where true");
    push_filters(&mut sql, query);
    if let Some(after) = &query.after {
        push_after(&mut sql, &query.sorts, after);
    }
    sql.push(" order by ");
    for sort in &query.sorts {
        let backwards = if sort.descending { " desc" } else { "" };
        sql.push(format_args!("l.{}{}{backwards} nulls last, ", sort.column.name, sort.column.collation));
    }
    sql.push(if is_backwards(&query.sorts) { "l.id desc limit " } else { "l.id limit " }).push_bind(limit);
    sql.build().fetch_all(&mut **tx).await.map_err(|error| {
        // A key that isn't of its column's type: 22P02, 22003, 22007, 22008. The rest of the statement is ours.
        let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        match code.as_deref() {
            Some("22P02" | "22003" | "22007" | "22008") if query.after.is_some() => cursor::refused(),
            _ => Error::from(error),
        }
    })
}

/// The id goes the way of the last column before it.
fn is_backwards(sorts: &[Sort]) -> bool {
    sorts.last().is_some_and(|sort| sort.descending)
}

/// The conditions of the filters over the list's columns, each with `and` before it: for other statements over the same rows.
pub fn push_filters<L: ListType>(sql: &mut QueryBuilder<Postgres>, query: &ListQuery<L>) {
    for (filter, value) in query.filters.iter().filter(|(filter, _)| !filter.condition.is_empty()) {
        sql.push(" and (");
        for (at, piece) in filter.condition.split("{}").enumerate() {
            if at > 0 {
                match value {
                    FilterValue::Text(text) => sql.push_bind(text.clone()),
                    FilterValue::Texts(texts) => sql.push_bind(texts.clone()),
                    FilterValue::Integer(number) => sql.push_bind(*number),
                    FilterValue::Boolean(is) => sql.push_bind(*is),
                    FilterValue::Time(at) => sql.push_bind(*at),
                    FilterValue::Region(range) => sql.push_bind(range.to_vec()),
                    FilterValue::Box(sides) => sql.push_bind(sides.to_vec()),
                };
            }
            sql.push(piece);
        }
        sql.push(")");
    }
}

/// What comes after a row: it is behind it by the first column, or level with it there and behind it by the next. Where
/// nothing is known a row stands last.
fn push_after(sql: &mut QueryBuilder<Postgres>, sorts: &[Sort], after: &ListCursor) {
    sql.push(" and (");
    for (sort, key) in sorts.iter().zip(&after.keys) {
        let (name, collation) = (sort.column.name, sort.column.collation);
        let kind = sort.column.sorts.unwrap_or("text");
        let sign = if sort.descending { '<' } else { '>' };
        match key {
            Some(key) => {
                sql.push(format_args!("l.{name}{collation} {sign} ")).push_bind(key.clone());
                sql.push(format_args!("::text::{kind}{collation} or l.{name} is null or l.{name}{collation} = "));
                sql.push_bind(key.clone()).push(format_args!("::text::{kind}{collation} and ("));
            }
            // Only other rows of which nothing is known are left.
            None => {
                sql.push(format_args!("l.{name} is null and ("));
            }
        }
    }
    sql.push(if is_backwards(sorts) { "l.id < " } else { "l.id > " }).push_bind(after.id);
    for _ in 0..=sorts.len() {
        sql.push(")");
    }
}

fn cursor_of<L>(row: &PgRow, query: &ListQuery<L>) -> Result<ListCursor> {
    let keys = (0..query.sorts.len()).map(|at| row.try_get(format!("sort_key_{at}").as_str()));
    Ok(ListCursor::new(query.order.clone(), keys.collect::<Result<_, sqlx::Error>>()?, row.try_get("id")?))
}
