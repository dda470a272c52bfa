-- What is counted of cases (formulas of CJ/T 292): one row for each thing that counts, so that a figure and the list behind it
-- are the same rows. What is to be done within a limit counts when it was done, or when its limit ended, whichever came first:
-- what isn't due yet and isn't done counts nowhere, or new work would look like failure.
create function tally_cases(from_at timestamptz, to_at timestamptz, as_of timestamptz)
    returns table (case_id bigint, tally text, at timestamptz, unit bigint, actor text, used_ms bigint)
    language sql stable set search_path = public, pg_temp as $$
with of_step (step, verb) as (values
        ('reported', 'accept'), ('verifying', 'verify'), ('to_file', 'file'), ('to_dispatch', 'dispatch'), ('disposing', 'dispose'),
        ('to_check', 'check'), ('to_close', 'settle')),
-- Steps that were left with what they are for. Who gives work back, hangs it or sends out to verify hasn't done it.
done as (
    select h.flow_id, s.verb, case when coalesce(h.in_time, true) then h.at else h.due_before end as at, coalesce(h.in_time, true) as in_time,
           -- What comes before the dispatch is of the unit that has the case in the end.
           case when s.verb in ('accept', 'verify', 'file') then as_of else h.at end as until, h.actor, h.used_ms
    from flow_history h join of_step s on s.step = h.from_step
    where h.at >= from_at and h.due_before is not null and h.to_step <> h.from_step and h.to_step <> 'hung'
      and h.action not in ('ask_verify', 'grant_return', 'void', 'grant_void')
      and case when coalesce(h.in_time, true) then h.at else h.due_before end >= from_at
      and case when coalesce(h.in_time, true) then h.at else h.due_before end < to_at),
-- Steps in which cases stand too long.
late as (
    select f.id as flow_id, s.verb, f.due_at as at
    from flow f join of_step s on s.step = f.step
    where f.is_open and f.name = 'case' and f.due_at >= from_at and f.due_at < to_at and f.due_at < as_of),
-- Whole cases: by their own limit. What was refused, merged or voided had none to keep.
whole as (
    select c.id as flow_id, case when c.closed_at <= c.due_at then c.closed_at else c.due_at end as at, c.status = 'closed' as is_closed,
           coalesce(c.closed_at <= c.due_at, false) as in_time
    from case_record c
    where c.due_at is not null and c.status not in ('refused', 'merged', 'voided', 'hung')
      and (c.status = 'closed' or c.due_at < as_of)
      and case when c.closed_at <= c.due_at then c.closed_at else c.due_at end >= from_at
      and case when c.closed_at <= c.due_at then c.closed_at else c.due_at end < to_at),
reported as (
    select c.id as flow_id, c.reported_at as at, c.status, c.channel, c.reporter,
           c.status not in ('reported', 'verifying', 'to_file', 'refused', 'merged') and (c.status <> 'voided' or c.level is not null) as is_valid
    from case_record c where c.reported_at >= from_at and c.reported_at < to_at),
acts as (
    select h.flow_id, h.number, h.action, h.at, h.actor, h.detail
    from flow_history h where h.at >= from_at and h.at < to_at and h.from_step is not null),
ended as (
    select c.id as flow_id, c.closed_at as at, count(distinct t.unit) as units
    from case_record c join flow_task t on t.flow_id = c.id and t.role = 'lead' and t.step = 'disposing' and t.unit is not null
    where c.status = 'closed' and c.closed_at >= from_at and c.closed_at < to_at group by 1, 2),
-- What happened, with all that it counts as; its unit is the one that had the lead until then.
happened (flow_id, tallies, at, until, actor, used_ms) as (
    select flow_id, array['need_' || verb, 'done_' || verb, case when in_time then 'intime_' else 'overtime_' end || verb],
           at, until, actor, used_ms from done
    union all select flow_id, array['need_' || verb, 'overtime_to_' || verb], at, as_of, null, null from late
    union all select flow_id, array['need_close', case when is_closed then 'close' end,
                         case when in_time then 'intime_close' when is_closed then 'overtime_close' else 'overtime_to_close' end],
                     at, as_of, null, null from whole
    union all select flow_id, array['report', case when is_valid then 'valid' end,
                         case when is_valid and channel in ('resident', 'telephone', 'hotline') then 'public_valid' end,
                         case when status = 'merged' then 'repeat' end],
                     at, as_of, reporter, null from reported
    union all select a.flow_id, array[n.tally], a.at, case when n.is_before then as_of else a.at end, a.actor, null
              from acts a join (values
                      ('accept', 'accept', true), ('refuse', 'not_accept', true), ('file', 'file', true), ('refuse_filing', 'not_file', true),
                      ('dispatch', 'dispatch', false), ('grant_extension', 'postpone', false), ('grant_return', 'back', false),
                      ('grant_hang', 'hang', false), ('supervise', 'supervise', false), ('void', 'cancel', false),
                      ('grant_void', 'cancel', false), ('reopen', 'reopen', false)) n (action, tally, is_before) on n.action = a.action
    -- Sent to the same unit once more, because it wasn't done.
    union all select a.flow_id, array['rework'], a.at, a.at, a.actor, null from acts a
              where a.action = 'dispatch'
                and (select b.action from flow_history b where b.flow_id = a.flow_id and b.number < a.number and b.to_step = 'to_dispatch'
                     order by b.number desc limit 1) in ('fail_check', 'reject_closing')
                and (select count(distinct unit) from (select t.unit from flow_task t
                          where t.flow_id = a.flow_id and t.role = 'lead' and t.step = 'disposing' and t.opened_at <= a.at
                          order by t.number desc limit 2) two) = 1
    union all select flow_id, array['rated', case when (detail ->> 'rating')::int >= 4 then 'satisfied' end], at, at, actor, null
              from acts where action = 'call_back' and detail ->> 'rating' is not null
    union all select flow_id, array['settled', case when units = 1 then 'accurate_dispatch' end], at, as_of, null, null from ended),
placed as materialized (
    select h.flow_id, h.tallies, h.at, h.used_ms,
           (select t.unit from flow_task t
            where t.flow_id = h.flow_id and t.role = 'lead' and t.step = 'disposing' and t.unit is not null and t.opened_at <= h.until
            order by t.number desc limit 1) as unit,
           -- Who reported a case that hides it is told by no figure, and by no list behind one.
           case when not (c.is_protected and h.actor = c.reporter) then h.actor end as actor
    from happened h join case_record c on c.id = h.flow_id
    where not exists (select from sensitive_category s where s.code = c.category))
select p.flow_id, one.tally, p.at, p.unit, p.actor, case when starts_with(one.tally, 'done_') then p.used_ms end
from placed p cross join unnest(p.tallies) one (tally) where one.tally is not null $$;
grant execute on function tally_cases to gridhall_app;

-- The cases behind a figure, by what its link says: the tally, the first and the last day, and of which unit or by whom.
create function tallied_cases(said text, as_of timestamptz) returns setof bigint
    language sql stable set search_path = public, pg_temp as $$
    select case_id
    from tally_cases((split_part(said, ',', 2) || ' 00:00+08')::timestamptz,
                     (split_part(said, ',', 3) || ' 00:00+08')::timestamptz + interval '1 day', as_of)
    where tally = split_part(said, ',', 1)
      and case split_part(said, ',', 4)
            when 'unit' then unit = split_part(said, ',', 5)::bigint
            when 'nounit' then unit is null
            when 'by' then actor = split_part(said, ',', 5)
            when 'nobody' then actor is null
            else true end $$;
grant execute on function tallied_cases to gridhall_app;
create index case_record_closed on case_record (closed_at) where closed_at is not null;
