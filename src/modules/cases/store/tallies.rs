//! What counts in the statistics.

use chrono::{DateTime, Utc};

use crate::kernel::{db::Tx, error::Result};

/// Up to which moment cases are late, for what the transaction's list says of figures.
pub(in crate::modules::cases) async fn set_as_of(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("select set_config('gridhall.as_of', $1::timestamptz::text, true)", at).fetch_one(&mut **tx).await?;
    Ok(())
}

/// What is asked of the statistics.
#[derive(Clone, Copy, Debug)]
pub(in crate::modules::cases) struct AskedTallies<'a> {
    /// By what they are set side by side; empty for the total alone.
    pub(in crate::modules::cases) by: &'a str,
    /// The first and the last code of the regions.
    pub(in crate::modules::cases) within: (i64, i64),
    /// How many codes a region of the level below has.
    pub(in crate::modules::cases) span: i64,
    pub(in crate::modules::cases) major: Option<&'a str>,
    pub(in crate::modules::cases) channel: Option<&'a str>,
}

/// How often something counts, in one row of the statistics or in all of them.
#[derive(Debug)]
pub(in crate::modules::cases) struct TallyRow {
    pub(in crate::modules::cases) key: Option<String>,
    pub(in crate::modules::cases) name: Option<String>,
    pub(in crate::modules::cases) is_total: bool,
    pub(in crate::modules::cases) tally: String,
    pub(in crate::modules::cases) count: i64,
    pub(in crate::modules::cases) mean_ms: Option<f64>,
    pub(in crate::modules::cases) p90_ms: Option<f64>,
}

/// What counts in a period, of cases in scope, by row and in all; of at most 500 rows.
pub(in crate::modules::cases) async fn tallies(
    tx: &mut Tx,
    asked: &AskedTallies<'_>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<TallyRow>> {
    Ok(sqlx::query_as!(
        TallyRow,
        r#"with tallied as materialized (
               select coalesce(case $4
                          when 'region' then (c.region / $7 * $7)::text
                          when 'major' then left(c.category, 3)
                          when 'channel' then c.channel
                          when 'unit' then t.unit::text
                          when 'person' then t.actor
                          when 'day' then ((t.at at time zone 'Asia/Shanghai')::date)::text
                          when 'month' then to_char(t.at at time zone 'Asia/Shanghai', 'YYYY-MM')
                      end, '') as key, t.tally, t.used_ms
               from tally_cases($1, $2, $3) t join case_record c on c.id = t.case_id
               where c.region between $5 and $6 and ($8::text is null or left(c.category, 3) = $8) and ($9::text is null or c.channel = $9)),
           counts as (
               select key, tally, grouping(key) = 1 as is_total, count(*) as count
               from tallied group by grouping sets ((key, tally), (tally))),
           times as (
               select key, tally, grouping(key) = 1 as is_total, avg(used_ms)::float8 as mean_ms,
                      percentile_cont(0.9) within group (order by used_ms) as p90_ms
               from tallied where used_ms is not null group by grouping sets ((key, tally), (tally))),
           keys as (select distinct key from counts where not is_total and $4 <> '' order by key limit 500),
           named as (
               select key, case when key = '' then null when $4 = 'unit' then called_unit(key::bigint)
                                when $4 = 'person' then called_by_key(key) end as name
               from keys)
           select c.key, n.name, c.is_total as "is_total!", c.tally as "tally!", c.count as "count!", t.mean_ms as "mean_ms?",
                  t.p90_ms as "p90_ms?"
           from counts c
           left join named n on n.key = c.key
           left join times t on t.tally = c.tally and t.is_total = c.is_total and (c.is_total or t.key = c.key)
           where c.is_total or n.key is not null
           order by c.key, c.tally"#,
        from,
        to,
        now,
        asked.by,
        asked.within.0,
        asked.within.1,
        asked.span,
        asked.major,
        asked.channel
    )
    .fetch_all(&mut **tx)
    .await?)
}
