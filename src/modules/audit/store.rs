//! Every SQL statement of the module.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::{
    model::{Alert, AskedCheck, Bucket, Chain, Check, Kind, LastSeal, Rule, Setting},
    rules::{Finding, Known, Seen},
};
use crate::{
    kernel::{audit::chain::hex, db::Tx, error::Result, time},
    records::list::{self, FilterKind, ListColumn, ListDef, ListFilter, ListQuery, ListType},
};

/// What was done, the newest first.
pub(super) static ENTRIES: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "from",
            FilterKind::Time,
            "at >= {}",
            "From this moment on, RFC 3339; seven days before the end when not given.",
        ),
        ListFilter::new(
            "to",
            FilterKind::Time,
            "at <= {}",
            "Up to this moment; now when not given. The two are 400 days apart at most.",
        ),
        ListFilter::new(
            "actor",
            FilterKind::Text(100),
            "actor_key = {} or strpos(actor, {}) > 0",
            "A part of the actor's name, or their whole key.",
        ),
        ListFilter::new(
            "action",
            FilterKind::Texts(40),
            "exists (select from unnest({}) as begins where starts_with(action, begins))",
            "How the action begins: `session.`, `export`; several with commas between them, 40 at most.",
        ),
        ListFilter::new("object", FilterKind::Text(100), "strpos(object, {}) > 0", "A part of the object."),
        ListFilter::new(
            "region",
            FilterKind::Region,
            "region between ({})[1] and ({})[2]",
            "A region's code, short or full.",
        ),
        ListFilter::new("result", FilterKind::OneOf(&["ok", "denied", "failed"]), "result = {}", "What came of it."),
        ListFilter::new("address", FilterKind::Text(100), "starts_with(address, {})", "How the address begins."),
        ListFilter::new(
            "text",
            FilterKind::Text(100),
            "strpos(lower(concat_ws(' ', actor, post, action, object, purpose, request_id, detail::text)), lower({})) > 0",
            "What stands anywhere in the entry.",
        ),
        ListFilter::new(
            "unit",
            FilterKind::OneOf(&["hour", "day"]),
            "",
            "Of the timeline alone; by the length of the span when not given.",
        ),
    ],
    sort: "-id",
    page: (50, 200),
    most: 50_000,
    ..ListDef::new(
        "audit",
        ("审计日志", "Audit"),
        "select id, at, actor, actor_key, post, address, request_id, action, object,
                -- What a stranger typed as a login names nobody.
                case when action <> 'session.refused' then audit_about(object) end as about,
                region, result, purpose, detail
         from audit_entry",
        &[
            ListColumn::new("id", ("编号", "Id")).sorted("bigint"),
            ListColumn::new("at", ("时间", "Time")).sorted("timestamptz"),
            ListColumn::new("actor", ("操作人", "Actor")),
            ListColumn::new("actor_key", ("操作人标识", "Actor key")),
            ListColumn::new("post", ("岗位", "Post")),
            ListColumn::new("address", ("地址", "Address")),
            ListColumn::new("request_id", ("请求编号", "Request id")),
            ListColumn::new("action", ("操作", "Action")),
            ListColumn::new("object", ("对象", "Object")),
            ListColumn::new("about", ("对象名称", "Object's name")),
            ListColumn::new("region", ("区划", "Region")),
            ListColumn::new("result", ("结果", "Result")),
            ListColumn::new("purpose", ("用途", "Purpose")),
            ListColumn::new("detail", ("详情", "Detail")),
        ],
    )
};

/// How many entries that a query asks for there were in each hour or day of China, by their result.
pub(super) async fn timeline<L: ListType>(tx: &mut Tx, query: &ListQuery<L>, unit: &str) -> Result<Vec<Bucket>> {
    let mut sql = QueryBuilder::new("select date_trunc(");
    sql.push_bind(unit.to_owned());
    sql.push(", at, 'Asia/Shanghai') as at, result, count(*) as count from audit_entry where true");
    list::push_filters(&mut sql, query);
    sql.push(" group by 1, 2 order by 1, 2");
    Ok(sql.build_query_as().fetch_all(&mut **tx).await?)
}

/// The kind of the job that checks the chain because somebody asked.
pub(super) const CHECK_JOB: &str = "audit.check";

/// How the chain stands.
pub(super) async fn chain(tx: &mut Tx) -> Result<Chain> {
    let last =
        sqlx::query!("select number, last_id, count, head, sealed_at from audit_seal order by number desc limit 1")
            .fetch_optional(&mut **tx)
            .await?
            .map(|row| LastSeal {
                number: row.number,
                last_id: row.last_id,
                count: row.count.into(),
                head: hex::encode(&row.head),
                sealed_at: row.sealed_at,
            });
    let unsealed = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from audit_entry where id > $1 limit 100000) e"#,
        last.as_ref().map_or(0, |seal| seal.last_id)
    )
    .fetch_one(&mut **tx)
    .await?;
    let archived = sqlx::query_scalar!(r#"select coalesce(sum(count), 0)::bigint as "count!" from audit_archive"#)
        .fetch_one(&mut **tx)
        .await?;
    let check = sqlx::query_as!(
        Check,
        // At the console it is made as the owner of everything. The server can't read archives that were moved: what it finds
        // whole doesn't cover up what the console found.
        r#"select at as "at!", last_seal as "last_seal!", entries as "entries!", faults as "faults!", by_server as "by_server!"
           from (select distinct on (by_server) id, at, last_seal, entries, faults, by_server
                 from (select *, made_by <> (
                           select pg_get_userbyid(relowner) from pg_class where oid = 'audit_check'::regclass) as by_server
                       from audit_check) made
                 order by by_server, id desc) newest
           order by faults > 0 desc, id desc limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await?;
    let asked = sqlx::query!("select state, tries from job where kind = $1 order by id desc limit 1", CHECK_JOB)
        .fetch_optional(&mut **tx)
        .await?;
    let asked = match asked.as_ref().map(|job| (job.state.as_str(), job.tries)) {
        Some(("running", _) | ("waiting", 0)) => AskedCheck::UnderWay,
        Some(("waiting" | "dead", _)) => AskedCheck::Failed,
        _ => AskedCheck::Done,
    };
    let may_ask = tx.actor().scope().contains(0);
    Ok(Chain { last, unsealed, archived, check, asked, may_ask })
}

/// The rules.
pub(super) async fn rules(tx: &mut Tx) -> Result<Vec<Rule>> {
    let rows = sqlx::query!(
        "select code, enabled, threshold, minutes, hour_from, hour_to, updated_by, updated_at from audit_rule order by code"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Rule {
                kind: Kind::of(&row.code)?,
                setting: Setting {
                    enabled: row.enabled,
                    threshold: row.threshold,
                    minutes: row.minutes,
                    hour_from: row.hour_from,
                    hour_to: row.hour_to,
                },
                updated_by: row.updated_by,
                updated_at: row.updated_at,
            })
        })
        .collect())
}

/// Sets a rule.
pub(super) async fn set_rule(tx: &mut Tx, kind: Kind, setting: &Setting, by: &str) -> Result<()> {
    sqlx::query!(
        "update audit_rule set enabled = $2, threshold = $3, minutes = $4, hour_from = $5, hour_to = $6, updated_by = $7,
                updated_at = now() where code = $1",
        kind.code(),
        setting.enabled,
        setting.threshold,
        setting.minutes,
        setting.hour_from,
        setting.hour_to,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What of the entries since a moment the rules look at; of a flood the newest.
pub(super) async fn seen(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<Vec<Seen>> {
    Ok(sqlx::query_as!(
        Seen,
        r#"select id, at, actor, actor_key, address, result = 'denied' as "denied!", action = 'storage.full' as "full!",
                  case when (object = 'person' or action in ('person.read', 'person.unmask')) and jsonb_typeof(detail -> 'people') = 'number'
                       then (detail ->> 'people')::numeric::bigint
                       when (object = 'person' or action = 'person.read') and jsonb_typeof(detail -> 'records') = 'number'
                       then (detail ->> 'records')::numeric::bigint
                       else 0 end as "people!"
           from audit_entry where at > $1 and action <> 'import' order by id desc limit $2"#,
        since,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The addresses from which these actors came in the 90 days before a moment.
pub(super) async fn known(tx: &mut Tx, keys: &[String], before: DateTime<Utc>) -> Result<Known> {
    let rows = sqlx::query!(
        "select distinct actor_key, address from audit_entry
         where actor_key = any($1) and at <= $2 and at > $2 - interval '90 days' and address <> '' and result = 'ok'",
        keys,
        before
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut known = Known::new();
    for row in rows {
        known.entry(row.actor_key).or_default().insert(row.address);
    }
    Ok(known)
}

/// Keeps what was found. What is told of already today grows. Gives the alert's id where it is new.
pub(super) async fn raise(tx: &mut Tx, finding: &Finding) -> Result<Option<i64>> {
    let raised = sqlx::query!(
        r#"insert into audit_alert as told (rule, subject, day, actor, actor_key, address, count, first_entry, last_entry,
                                          first_at, last_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (rule, subject, day) do update
             set count = greatest(told.count, excluded.count), last_entry = excluded.last_entry, last_at = excluded.last_at
             where excluded.last_entry > told.last_entry
         returning id, xmax = 0 as "new!""#,
        finding.kind.code(),
        finding.subject,
        time::day(finding.first_at),
        finding.actor,
        finding.actor_key,
        finding.address,
        finding.count,
        finding.first_entry,
        finding.last_entry,
        finding.first_at,
        finding.last_at
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(raised.filter(|raised| raised.new).map(|raised| raised.id))
}

/// Alerts, the newest first, below an id.
pub(super) async fn alerts(tx: &mut Tx, open: Option<bool>, before: Option<i64>, limit: i64) -> Result<Vec<Alert>> {
    let rows = sqlx::query!(
        "select id, rule, actor, actor_key, address, count, first_entry, last_entry, first_at, last_at, acknowledged_by,
                acknowledged_at, note
         from audit_alert
         where ($1::boolean is null or (acknowledged_at is null) = $1) and ($2::bigint is null or id < $2)
         order by id desc limit $3",
        open,
        before,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Alert {
                id: row.id,
                kind: Kind::of(&row.rule)?,
                actor: row.actor,
                actor_key: row.actor_key,
                address: row.address,
                count: row.count,
                first_entry: row.first_entry,
                last_entry: row.last_entry,
                first_at: row.first_at,
                last_at: row.last_at,
                acknowledged_by: row.acknowledged_by,
                acknowledged_at: row.acknowledged_at,
                note: row.note,
            })
        })
        .collect())
}

/// How many alerts nobody has looked into.
pub(super) async fn count_open(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from audit_alert where acknowledged_at is null"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// Keeps what was found out about an alert. None when it isn't there, false when it was looked into before.
pub(super) async fn acknowledge(tx: &mut Tx, id: i64, by: &str, note: &str) -> Result<Option<bool>> {
    let there = sqlx::query_scalar!(
        r#"select acknowledged_at is null as "open!" from audit_alert where id = $1 for update"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    if there == Some(true) {
        sqlx::query!(
            "update audit_alert set acknowledged_by = $2, acknowledged_at = now(), note = $3 where id = $1",
            id,
            by,
            note
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(there)
}
