//! Every SQL statement of the module.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::model::Done;
use crate::{
    kernel::{actor::Actor, db::Tx, error::Result},
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};

/// What waits for the reader: what is in their hands, and what is in nobody's and theirs to take.
pub(super) static TASKS: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "q",
            FilterKind::Text(60),
            "strpos(lower(concat_ws(' ', label, title)), lower({})) > 0",
            "Part of the number or of what it is about.",
        ),
        ListFilter::new("mine", FilterKind::Boolean, "is_mine = {}", "Only those in one's hands, or only the others."),
        ListFilter::new("kind", FilterKind::Texts(12), "kind = any({})", "Only those of these processes."),
        ListFilter::new("step", FilterKind::Texts(20), "step = any({})", "Only those in these steps."),
        ListFilter::new("due_by", FilterKind::Time, "due_at < {}", "Only those that are to be done by this moment."),
    ],
    sort: "due_at",
    page: (50, 200),
    ..ListDef::new(
        "tasks",
        ("待办", "Tasks"),
        "select t.id, f.name as kind, t.flow_id as thing, f.label, f.title, t.step,
                coalesce(step.one -> 'task' -> 'title' ->> 0, t.step) as task_zh,
                coalesce(step.one -> 'task' -> 'title' ->> 1, t.step) as task_en,
                t.role, called_unit(t.unit) as unit, t.holder_name as holder,
                coalesce(t.holder = current_setting('gridhall.actor', true), false) as is_mine,
                t.region, t.opened_at, f.due_at, f.soon_at
         from flow_task t
         join flow f on f.id = t.flow_id
         join flow_definition d on d.name = f.name and d.version = f.definition_version
         left join lateral (select one from jsonb_array_elements(d.definition -> 'steps') one where one ->> 'name' = t.step) step on true
         where t.ended_at is null
           and (t.holder = current_setting('gridhall.actor', true)
                or t.holder is null
                   and (t.unit is null or t.unit = (select reader_agency()))
                   and t.permission = any(current_setting('gridhall.permissions', true)::text[]))",
        &[
            ListColumn::new("label", ("编号", "Number")).sorted("text"),
            ListColumn::new("title", ("内容", "About")),
            ListColumn::new("task_zh", ("任务", "Task")),
            ListColumn::new("unit", ("承办单位", "Unit")),
            ListColumn::new("holder", ("办理人", "In whose hands")),
            ListColumn::new("opened_at", ("到达时间", "Since")).sorted("timestamptz"),
            ListColumn::new("due_at", ("时限", "Due")).sorted("timestamptz"),
        ],
    )
};

/// Says what the reader may, for the list of tasks.
pub(super) async fn set_permissions(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let permissions: Vec<String> = actor.permissions().map(str::to_owned).collect();
    sqlx::query!("select set_config('gridhall.permissions', ($1::text[])::text, true)", &permissions)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// Which process a task belongs to, and its number there.
pub(super) async fn task(tx: &mut Tx, id: i64) -> Result<Option<(i64, u32)>> {
    let row = sqlx::query!("select flow_id, number from flow_task where id = $1", id).fetch_optional(&mut **tx).await?;
    Ok(row.and_then(|row| Some((row.flow_id, u32::try_from(row.number).ok()?))))
}

/// In whose hands a task is.
pub(super) async fn hands(tx: &mut Tx, id: i64) -> Result<(Option<String>, bool)> {
    let row = sqlx::query!(
        r#"select holder_name, coalesce(holder = current_setting('gridhall.actor', true), false) as "is_mine!"
           from flow_task where id = $1"#,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.holder_name, row.is_mine))
}

/// Whether an account may take a task: it works in the task's unit, or holds the task's permission for the place.
pub(super) async fn may_take(tx: &mut Tx, id: i64, account: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select $2 = any(case when t.unit is null then accounts_that_may(t.permission, t.region)
                           else accounts_of_unit(t.unit, t.permission) end) as "may!"
           from flow_task t where t.id = $1"#,
        id,
        account
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// How many processes of a name stand in each step, of what is in scope.
pub(super) async fn standing(tx: &mut Tx, name: &str) -> Result<BTreeMap<String, i64>> {
    let rows =
        sqlx::query!(r#"select step, count(*) as "count!" from flow where name = $1 and is_open group by step"#, name)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(|row| (row.step, row.count)).collect())
}

/// What was done in a period, by action and step, of what is in scope.
pub(super) async fn done(tx: &mut Tx, name: &str, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Done>> {
    Ok(sqlx::query_as!(
        Done,
        r#"select h.action, h.from_step, h.to_step, count(*) as "count!", count(*) filter (where h.in_time) as "in_time!",
                  count(h.in_time) as "limited!", avg(h.used_ms)::float8 as mean_ms
           from flow_history h join flow f on f.id = h.flow_id and f.name = $1
           where h.at >= $2 and h.at < $3 group by 1, 2, 3 order by 1, 2, 3"#,
        name,
        from,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}
