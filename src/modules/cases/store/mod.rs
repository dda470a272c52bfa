//! Every SQL statement of the module.

use chrono::{DateTime, Utc};

mod comments;
mod tallies;

pub(super) use comments::*;
pub(super) use tallies::*;

use super::{
    codes,
    model::{
        ActionDraft, AlikeCase, CandidateUnit, CaseRef, CaseReport, CaseStanding, CaseTask, ListedCase, PersonRef,
        UnitRef,
    },
};
use crate::{
    flow::store::{FlowProcess, Thing},
    kernel::{actor::Actor, db::Tx, error::Result, time::WorkCalendar},
    map::search::Hit,
    modules::directory::CATEGORIES,
    records::list::{FilterKind, ListColumn, ListDef, ListFilter},
};

/// The cases in scope.
pub(super) static CASES: ListDef = ListDef {
    filters: &[
        ListFilter::new(
            "q",
            FilterKind::Text(60),
            "strpos(lower(concat_ws(' ', number, title, address)), lower({})) > 0",
            "Part of the number, the title or the address.",
        ),
        ListFilter::new(
            "open",
            FilterKind::Boolean,
            "(status not in ('closed', 'voided', 'refused', 'merged')) = {}",
            "Only those that are not settled yet, or only the others.",
        ),
        ListFilter::new(
            "overdue_at",
            FilterKind::Time,
            "(status not in ('closed', 'voided', 'refused', 'merged', 'hung') and due_at < {})",
            "Only open ones whose limit has ended by this moment; hung ones apart.",
        ),
        ListFilter::new("status", FilterKind::Texts(12), "status = any({})", "Only those in these states."),
        ListFilter::new("category", FilterKind::Texts(40), "category = any({})", "Only those of these minor categories."),
        ListFilter::new("major", FilterKind::Texts(20), "left(category, 3) = any({})", "Only those of these major categories."),
        ListFilter::new("severity", FilterKind::Texts(4), "severity = any({})", "Only those as urgent as that, 1 to 4."),
        ListFilter::new("channel", FilterKind::Texts(7), "channel = any({})", "Only those told by these channels."),
        ListFilter::new(
            "region",
            FilterKind::Region,
            "region between ({})[1] and ({})[2]",
            "Only those in this region, by its code, short or full.",
        ),
        ListFilter::new(
            "area",
            FilterKind::Box,
            "lon between ({})[1] and ({})[3] and lat between ({})[2] and ({})[4]",
            "Only those within a box on the map: west,south,east,north in degrees, WGS 84.",
        ),
        ListFilter::new("level", FilterKind::Texts(3), "level = any({})", "Only those as grave as that, 1 to 3."),
        ListFilter::new(
            "department",
            FilterKind::Text(80),
            "strpos(department, {}) > 0",
            "Only those that a unit handles, or handled last, by a part of its name.",
        ),
        ListFilter::new(
            "asks",
            FilterKind::Texts(5),
            "asks && {}",
            "Only those in which one of these is asked for and not decided yet.",
        ),
        ListFilter::new(
            "step_due_at",
            FilterKind::Time,
            "(status not in ('closed', 'voided', 'refused', 'merged') and step_due_at < {})",
            "Only those whose step has to be done by this moment: with now, red lamps.",
        ),
        ListFilter::new(
            "step_soon_at",
            FilterKind::Time,
            "(status not in ('closed', 'voided', 'refused', 'merged') and step_soon_at <= {})",
            "Only those of whose step four fifths of the time are used by this moment: with now, yellow and red lamps.",
        ),
        ListFilter::new(
            "tally",
            FilterKind::Formed(160, "need_dispose,2026-11-01,2026-11-30"),
            "id in (select tallied_cases({}, (select coalesce(nullif(current_setting('gridhall.as_of', true), '')::timestamptz, now()))))",
            "Only those behind a figure of the statistics: its count, first and last day, and maybe of which unit or by whom.",
        ),
        ListFilter::new("from", FilterKind::Time, "reported_at >= {}", "Only those reported at this moment or later."),
        ListFilter::new("until", FilterKind::Time, "reported_at < {}", "Only those reported before this moment."),
    ],
    sort: "-reported_at",
    page: (50, 200),
    ..ListDef::new(
        "cases",
        ("事件", "Cases"),
        "select id, number, category, title, status, severity::text, channel, region, address, reported_at, due_at, closed_at,
                level::text, step_due_at, step_soon_at, department, asks, st_x(geom) as lon, st_y(geom) as lat
         from listed_case
         where (select coalesce(current_setting('gridhall.own_cases', true), '')) <> 'on'
            or exists (select from flow_task t where t.flow_id = listed_case.id
                       and (t.unit = (select reader_agency()) or t.holder = (select current_setting('gridhall.actor', true))))",
        &[
            ListColumn::new("number", ("事件编号", "Number")).sorted("text"),
            ListColumn::new("title", ("标题", "Title")),
            ListColumn::new("category", ("类别", "Category")).sorted("text").coded(&CATEGORIES),
            ListColumn::new("status", ("状态", "State")).sorted("text").coded(&codes::STATUSES),
            ListColumn::new("severity", ("紧急程度", "Urgency")).sorted("text").coded(&codes::URGENCIES),
            ListColumn::new("channel", ("来源", "Channel")).sorted("text").coded(&codes::CHANNELS),
            ListColumn::new("region", ("区划代码", "Region")).sorted("bigint"),
            ListColumn::new("address", ("地址", "Address")),
            ListColumn::new("reported_at", ("上报时间", "Reported")).sorted("timestamptz"),
            ListColumn::new("due_at", ("办理时限", "Due")).sorted("timestamptz"),
            ListColumn::new("closed_at", ("结案时间", "Closed")).sorted("timestamptz"),
            ListColumn::new("level", ("事件级别", "Level")).sorted("text").coded(&codes::LEVELS),
            ListColumn::new("step_due_at", ("本环节时限", "Step due")).sorted("timestamptz"),
            ListColumn::new("department", ("主办单位", "Lead unit")),
        ],
    )
};

/// Lets the transaction's list hold those cases alone in which the reader's unit has or had work.
pub(super) async fn narrow_to_own(tx: &mut Tx) -> Result<()> {
    sqlx::query!("select set_config('gridhall.own_cases', 'on', true)").fetch_one(&mut **tx).await?;
    Ok(())
}

/// A case in scope.
pub(super) async fn case(tx: &mut Tx, id: i64) -> Result<Option<ListedCase>> {
    Ok(sqlx::query_as!(
        ListedCase,
        r#"select id as "id!", number as "number!", category as "category!", title as "title!", status as "status!",
                  severity::text as "severity!", channel as "channel!", region as "region!", address as "address!",
                  reported_at as "reported_at!", due_at, closed_at, level::text, step_due_at, step_soon_at, department, asks,
                  st_x(geom) as "lon!", st_y(geom) as "lat!"
           from listed_case where id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Cases in scope by how their number begins, the newest first.
pub(super) async fn cases_by_number(tx: &mut Tx, text: &str, most: i64) -> Result<Vec<Hit>> {
    // A span in place of a pattern: it leaks nothing, so row-level security lets it use the index.
    let last = format!("{text}\u{10ffff}");
    let rows = sqlx::query!(
        r#"select id as "id!", number as "number!", title as "title!", region as "region!", st_x(geom) as "lon!",
                  st_y(geom) as "lat!"
           from listed_case where number ~>=~ $1 and number ~<~ $2 order by reported_at desc, id limit $3"#,
        text,
        last,
        most
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Hit {
            kind: "case".to_owned(),
            id: row.id,
            name: row.number,
            detail: row.title,
            region: row.region,
            lon: row.lon,
            lat: row.lat,
            bbox: None,
        })
        .collect())
}

/// What is needed of a case to go on with it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct WorkingCase {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) status: String,
    pub(super) severity: i16,
    pub(super) demand: Option<String>,
    pub(super) run_at: String,
    pub(super) reported_at: DateTime<Utc>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) reporter: Option<String>,
    pub(super) reporter_name: Option<String>,
    pub(super) reporter_phone: Option<String>,
    pub(super) is_protected: bool,
    pub(super) receipt: Option<String>,
    pub(super) detail: String,
    pub(super) verified: Option<bool>,
    pub(super) main_id: Option<i64>,
}

/// A case in scope that isn't sensitive, as its work needs it.
pub(super) async fn working_case(tx: &mut Tx, id: i64) -> Result<Option<WorkingCase>> {
    Ok(sqlx::query_as!(
        WorkingCase,
        "select id, region, number, title, category, status, severity, demand, run_at, reported_at, closed_at, reporter,
                reporter_name, reporter_phone, is_protected, receipt, detail, verified, main_id
         from case_record c
         where id = $1 and not exists (select from sensitive_category s where s.code = c.category)",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A case by its number.
pub(super) async fn case_ref(tx: &mut Tx, id: i64) -> Result<Option<CaseRef>> {
    Ok(sqlx::query_as!(
        CaseRef,
        r#"select id as "id!", number as "number!", title as "title!" from listed_case where id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// How a case stands.
pub(super) async fn standing(tx: &mut Tx, id: i64) -> Result<Option<CaseStanding>> {
    Ok(sqlx::query_as!(
        CaseStanding,
        r#"select c.id as "id!", c.number as "number!", c.status as "status!", f.version as "version!"
           from case_record c join flow f on f.id = c.id where c.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The next id of a thing.
pub(super) async fn new_id(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select nextval('entity_id') as "id!""#).fetch_one(&mut **tx).await?)
}

/// Whether cases of a category are sensitive.
pub(super) async fn is_sensitive(tx: &mut Tx, category: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from sensitive_category where code = $1) as "is!""#, category)
        .fetch_one(&mut **tx)
        .await?)
}

/// Writes a case that is reported, under the next receipt number of its county and day. Gives that number.
pub(super) async fn insert_case(
    tx: &mut Tx,
    thing: &Thing<'_>,
    report: &CaseReport,
    status: &str,
    at: DateTime<Utc>,
    actor: &Actor,
) -> Result<String> {
    let trimmed =
        |text: &Option<String>| text.as_ref().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(sqlx::query_scalar!(
        r#"with numbered as materialized (
               select 'S' || $2::bigint / 1000000000 || '-' || to_char($3::timestamptz at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-'
                      || to_char(next_number('case_receipt', $2::bigint / 1000000000 * 1000000000,
                                              ($3::timestamptz at time zone 'Asia/Shanghai')::date), 'FM9999990000') as receipt),
           kept as (insert into case_record (id, region, number, receipt, category, title, detail, channel, severity, status,
                        reported_at, address, demand, reporter, reporter_name, reporter_phone, is_protected, geom)
                    select $1, $2, receipt, receipt, $4, $5, $6, coalesce($7, 'grid_worker'), coalesce($8, 1::smallint), $9, $3,
                           $10, $11, $12, $13, $14, $15, st_setsrid(st_makepoint($16, $17), 4326)
                    from numbered returning number),
           labelled as (update flow set label = kept.number from kept where flow.id = $1)
           select number from kept"#,
        thing.id,
        thing.region,
        at,
        report.category,
        thing.title,
        report.detail.trim(),
        report.channel,
        report.severity,
        status,
        report.address.trim(),
        report.demand,
        actor.key(),
        trimmed(&report.reporter_name),
        trimmed(&report.reporter_phone),
        report.is_protected,
        report.lon,
        report.lat
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Writes to a case where its process stands now, and what was filled in that is the case's own.
pub(super) async fn write_step(
    tx: &mut Tx,
    case: &WorkingCase,
    process: &FlowProcess,
    action: &str,
    draft: &ActionDraft,
    at: DateTime<Utc>,
    calendar: &WorkCalendar,
) -> Result<()> {
    let step = process.kept.definition.step(&process.state.step);
    let is_end = step.is_some_and(|step| step.is_end);
    let due = process.state.spans.get("case").and_then(|clock| clock.due(calendar));
    let verified = match action {
        "verify_true" => Some(true),
        "verify_false" => Some(false),
        _ => None,
    };
    sqlx::query!("select set_config('gridhall.flow', 'on', true)").fetch_one(&mut **tx).await?;
    sqlx::query!(
        "update case_record set status = $2, closed_at = case when $3 then coalesce(closed_at, $4) end,
             due_at = coalesce($5, due_at), level = coalesce($6, level), severity = coalesce($7, severity),
             run_at = coalesce($8, run_at), main_id = coalesce($9, main_id), verified = coalesce($10, verified), updated_at = $4
         where id = $1",
        case.id,
        process.state.step,
        is_end,
        at.max(case.reported_at),
        due,
        draft.level,
        draft.severity,
        draft.run_at,
        draft.main,
        verified
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a case that is filed its number, the next of its county and day. The counter's row is taken last in a transaction.
pub(super) async fn number_case(tx: &mut Tx, case: &WorkingCase, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "with numbered as materialized (
             select $2::bigint / 1000000000 || '-' || to_char($3::timestamptz at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-'
                    || to_char(next_number('case', $2::bigint / 1000000000 * 1000000000,
                                            ($3::timestamptz at time zone 'Asia/Shanghai')::date), 'FM9999990000') as number),
         kept as (update case_record set receipt = coalesce(receipt, case_record.number), number = numbered.number from numbered where id = $1 returning case_record.number)
         update flow set label = kept.number from kept where flow.id = $1",
        case.id,
        case.region,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves a case to another place; its process, tasks and tiles go with it.
pub(super) async fn move_case(tx: &mut Tx, id: i64, lon: f64, lat: f64, region: i64) -> Result<()> {
    sqlx::query!(
        "update case_record set geom = st_setsrid(st_makepoint($2, $3), 4326), region = $4 where id = $1",
        id,
        lon,
        lat,
        region
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Cases of the same minor category within 50 m and 72 hours, the nearest first.
pub(super) async fn alike(tx: &mut Tx, case: &WorkingCase, most: i64) -> Result<Vec<AlikeCase>> {
    Ok(sqlx::query_as!(
        AlikeCase,
        r#"select l.id as "id!", l.number as "number!", l.title as "title!", l.detail as "detail!", l.status as "status!",
                  l.reported_at as "reported_at!", st_distance(l.geom::geography, c.geom::geography) as "metres!",
                  (select min(a.id) from attachment a where a.object_kind = 'case' and a.object_id = l.id and a.kind = 'picture') as picture
           from listed_case l, case_record c
           where c.id = $1 and l.id <> c.id and l.category = c.category and l.status not in ('voided', 'refused', 'merged')
             and l.reported_at between c.reported_at - interval '72 hours' and c.reported_at + interval '72 hours'
             and st_dwithin(l.geom::geography, c.geom::geography, 50)
           order by 7, l.id limit $2"#,
        case.id,
        most
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The units that have or had work in a case.
pub(super) async fn units_at_work(tx: &mut Tx, id: i64) -> Result<Vec<i64>> {
    let units = sqlx::query_scalar!(
        r#"select distinct unit as "unit!" from flow_task where flow_id = $1 and unit is not null"#,
        id
    );
    Ok(units.fetch_all(&mut **tx).await?)
}

/// The region in which a case lies, and goes on lying until the transaction ends.
pub(super) async fn held_region(tx: &mut Tx, id: i64) -> Result<Option<i64>> {
    let region = sqlx::query_scalar!("select region from case_record where id = $1 for share", id);
    Ok(region.fetch_optional(&mut **tx).await?)
}

/// Whether a case may be the one of which others are a part: it is open, in scope, and of the category.
pub(super) async fn may_be_main(tx: &mut Tx, id: i64, category: &str) -> Result<bool> {
    // Held until the transaction ends: it doesn't become a part of another meanwhile, nor is it closed.
    sqlx::query!("select id from flow where id = $1 for update", id).fetch_optional(&mut **tx).await?;
    Ok(sqlx::query_scalar!(
        r#"select exists (select from listed_case where id = $1 and category = $2
                          and status not in ('closed', 'voided', 'refused', 'merged')) as "may!""#,
        id,
        category
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// When an actor last urged a case.
pub(super) async fn urged_at(tx: &mut Tx, id: i64, actor: &str) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "select max(at) from flow_history where flow_id = $1 and action = 'urge' and actor = $2",
        id,
        actor
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Those of some units that are there and have a post in which cases are handled.
pub(super) async fn units_that_handle(tx: &mut Tx, units: &[i64]) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        "select a.id from agency a where a.id = any($1) and a.closed_at is null and exists (select from post p join role r on r.code = p.role_code
                       where p.agency_id = a.id and p.closed_at is null and 'case.handle' = any(r.permissions))",
        units
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whether a unit stands directly below one of some units.
pub(super) async fn is_below(tx: &mut Tx, unit: i64, units: &[i64]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from agency where id = $1 and parent_id = any($2) and closed_at is null) as "is!""#,
        unit,
        units
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The accounts that may do something in a post of one of some units.
pub(super) async fn accounts_of_units(tx: &mut Tx, units: &[i64], permission: &str) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct account as "account!" from unnest($1::bigint[]) unit, unnest(accounts_of_unit(unit, $2)) account"#,
        units,
        permission
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The tasks of a case, the open ones first.
pub(super) async fn case_tasks(tx: &mut Tx, id: i64) -> Result<Vec<CaseTask>> {
    let actor = tx.actor().key().to_owned();
    Ok(sqlx::query_as!(
        CaseTask,
        r#"select t.number, t.role, called_unit(t.unit) as unit, t.holder_name as holder, coalesce(t.holder = $2, false) as "is_mine!", t.opened_at,
                  t.ended_at
           from flow_task t
           where t.flow_id = $1
             and (t.ended_at is null or t.step = (select step from flow where id = $1) and t.role = 'helper')
           order by t.ended_at is not null, t.role desc, t.number"#,
        id,
        actor
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The unit that is to settle a case by its category and place: by the most exact row of the table of responsibilities, else
/// the county's agency that is called as the category's department.
pub(super) async fn suggested_unit(tx: &mut Tx, case: &WorkingCase, department: &str) -> Result<Option<UnitRef>> {
    Ok(sqlx::query_as!(
        UnitRef,
        r#"select id as "id!", name as "name!" from (
               select a.id, a.name, 0 as rank, -length(r.category) as more, -r.place as most
               from case_responsibility r join agency a on a.id = r.agency_id and a.closed_at is null
               where starts_with($1, r.category)
                 and $2::bigint between r.place and r.place + case
                     when r.place % 100000000000 = 0 then 99999999999 when r.place % 1000000000 = 0 then 999999999
                     when r.place % 1000000 = 0 then 999999 when r.place % 1000 = 0 then 999 else 0 end
               union all
               select a.id, a.name, 1, 0, a.id from agency a
               where a.closed_at is null and a.kind = 'community' and $3 = '社区居委会' and a.region = $2::bigint / 1000 * 1000
               union all
               select a.id, a.name, 1, length(a.name), a.id from agency a
               where a.closed_at is null and a.kind in ('department', 'provider') and $3 <> ''
                 and a.region = $2::bigint / 1000000000 * 1000000000 and strpos(a.name, $3) > 0) suggested
           order by rank, more, most limit 1"#,
        case.category,
        case.region,
        department
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The units around a case with a post in which cases are handled: of its county, street and community.
pub(super) async fn candidate_units(tx: &mut Tx, region: i64) -> Result<Vec<CandidateUnit>> {
    Ok(sqlx::query_as!(
        CandidateUnit,
        r#"select a.id, a.name, a.kind,
                  (select count(*) from flow_task t where t.unit = a.id and t.ended_at is null) as "open!"
           from agency a
           where a.closed_at is null and a.region in ($1::bigint / 1000 * 1000, $1 / 1000000 * 1000000, $1 / 1000000000 * 1000000000)
             and exists (select from post p join role r on r.code = p.role_code
                       where p.agency_id = a.id and p.closed_at is null and 'case.handle' = any(r.permissions))
           order by a.region, a.position, a.id limit 200"#,
        region
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The units directly below the reader's own with a post in which cases are handled.
pub(super) async fn units_below(tx: &mut Tx, units: &[i64]) -> Result<Vec<CandidateUnit>> {
    Ok(sqlx::query_as!(
        CandidateUnit,
        r#"select a.id, a.name, a.kind,
                  (select count(*) from flow_task t where t.unit = a.id and t.ended_at is null) as "open!"
           from agency a
           where a.closed_at is null and a.parent_id = any($1) and exists (select from post p join role r on r.code = p.role_code
                       where p.agency_id = a.id and p.closed_at is null and 'case.handle' = any(r.permissions))
           order by a.position, a.id limit 200"#,
        units
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Accounts by name, with the post of each.
pub(super) async fn people(tx: &mut Tx, accounts: &[i64]) -> Result<Vec<PersonRef>> {
    Ok(sqlx::query_as!(
        PersonRef,
        r#"select a.id as account, a.name,
                  coalesce((select p.name from holding h join post p on p.id = h.post_id
                            where h.account_id = a.id and h.ended_at is null order by h.id limit 1), '') as "post!"
           from account a where a.id = any($1) order by a.name, a.id limit 200"#,
        accounts
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Open cases that no process has yet, at most so many, and that aren't sensitive.
pub(super) async fn without_process(tx: &mut Tx, most: i64) -> Result<Vec<WorkingCase>> {
    Ok(sqlx::query_as!(
        WorkingCase,
        "select id, region, number, title, category, status, severity, demand, run_at, reported_at, closed_at, reporter,
                reporter_name, reporter_phone, is_protected, receipt, detail, verified, main_id
         from case_record c
         where status not in ('closed', 'voided', 'refused', 'merged') and not exists (select from flow f where f.id = c.id)
           and not exists (select from sensitive_category s where s.code = c.category)
         order by id limit $1",
        most
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Forgets under which keys something was sent long ago.
pub(super) async fn forget_keys(tx: &mut Tx) -> Result<()> {
    sqlx::query!("delete from flow_request where at < now() - interval '7 days'").execute(&mut **tx).await?;
    Ok(())
}

/// Whether one of some units has or had work in a case.
pub(super) async fn had_work(tx: &mut Tx, id: i64, units: &[i64]) -> Result<bool> {
    let actor = tx.actor().key().to_owned();
    Ok(sqlx::query_scalar!(
        r#"select exists (select from flow_task where flow_id = $1 and (unit = any($2) or holder = $3)) as "had!""#,
        id,
        units,
        actor
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Whether somebody has a task of a case in their own hands, or did one.
pub(super) async fn held_work(tx: &mut Tx, id: i64, key: &str) -> Result<bool> {
    let held = sqlx::query_scalar!(
        r#"select exists (select from flow_task where flow_id = $1 and $2 in (holder, ended_by)) as "held!""#,
        id,
        key
    );
    Ok(held.fetch_one(&mut **tx).await?)
}

/// What a case of the past was like.
#[derive(Debug)]
pub(super) struct PastCase {
    pub(super) category: String,
    pub(super) title: String,
    pub(super) address: String,
    pub(super) channel: String,
    pub(super) severity: i16,
    pub(super) lon: f64,
    pub(super) lat: f64,
}

/// Some case of the past that isn't sensitive; for a made city.
pub(super) async fn case_of_the_past(tx: &mut Tx) -> Result<Option<PastCase>> {
    Ok(sqlx::query_as!(
        PastCase,
        r#"select category as "category!", title as "title!", address as "address!", channel as "channel!",
                  severity as "severity!", st_x(geom) as "lon!", st_y(geom) as "lat!"
           from listed_case
           where reported_at >= (select now() - random() * interval '360 days') and severity < 4
           order by reported_at limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Says of a case that it is made.
pub(super) async fn mark_made(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query!("update case_record set source = 'demo' where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// A case of a made city that has no photo yet.
pub(super) struct BareCase {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) category: String,
}

/// The newest open cases, at most so many; none where any case has a file.
pub(super) async fn cases_without_photos(tx: &mut Tx, most: i64) -> Result<Vec<BareCase>> {
    Ok(sqlx::query_as!(
        BareCase,
        r#"select id as "id!", region as "region!", category as "category!" from listed_case
           where status not in ('closed', 'voided', 'refused', 'merged') and not exists (select from attachment)
           order by reported_at desc limit $1"#,
        most
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Some open case.
pub(super) async fn some_open_case(tx: &mut Tx) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!" from listed_case where status not in ('closed', 'voided', 'refused', 'merged', 'hung')
           order by random() limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await?)
}
