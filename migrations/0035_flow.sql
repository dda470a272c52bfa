-- The process engine: definitions with their versions, one process for each thing that goes through one, its history, its tasks
-- and its timers. Nothing here knows what goes through a process: the id of the thing is the id of its process.
create table flow_definition (
    name       text not null check (name ~ '^[a-z][a-z0-9_]*$'),
    version    integer not null check (version > 0),
    definition jsonb not null,
    digest     text not null generated always as (md5(definition::text)) stored,
    created_at timestamptz not null default now(),
    primary key (name, version)
);
grant select, insert on flow_definition to gridhall_app;

create table flow (
    id                 bigint primary key,
    region             bigint not null,
    name               text not null,
    definition_version integer not null,
    version            integer not null default 1,   -- counts what was done: who decides by an older one is refused
    label              text not null,                -- the number of the thing, as people know it
    title              text not null,                -- what it is about, in a line
    step               text not null,
    since              timestamptz not null,
    due_at             timestamptz,                  -- by when the step is to be done
    soon_at            timestamptz,                  -- when four fifths of that time are used
    asks               text[] not null default '{}', -- what is asked for and not decided yet
    is_open            boolean not null,
    is_adopted         boolean not null default false, -- it came from elsewhere, and nothing was done with it here yet
    state              jsonb not null,
    foreign key (name, definition_version) references flow_definition (name, version)
);
create index flow_region on flow (region);
create index flow_open on flow (name, step, due_at) where is_open;

-- What was done, one row each: never changed, never taken away.
create table flow_history (
    flow_id     bigint not null references flow on delete cascade deferrable initially deferred,
    number      integer not null,
    region      bigint not null,
    action      text not null,
    from_step   text,
    to_step     text not null,
    at          timestamptz not null,
    actor       text not null,                       -- the key: account:12, token:3, system:...
    actor_name  text not null,
    post        text not null,
    used_ms     bigint,                              -- what the step that was left used of its limit, where it counts time
    in_time     boolean,                             -- whether it was within its limit
    due_before  timestamptz,
    due_after   timestamptz,
    minutes     integer,                             -- asked for or given
    note        text not null default '' check (length(note) <= 2000),
    detail      jsonb not null default '{}',         -- what was filled in for it
    definition_version integer not null,
    primary key (flow_id, number)
);
create index flow_history_region on flow_history (region);
create index flow_history_at on flow_history (at, action);

create table flow_task (
    id          bigint not null unique default nextval('entity_id'),
    flow_id     bigint not null references flow on delete cascade,
    number      integer not null,
    region      bigint not null,
    name        text not null,                       -- of the definition
    step        text not null,
    role        text not null check (role in ('lead', 'helper')),
    permission  text not null,
    unit        bigint references agency,
    holder      text,                                -- the key of who has it in hand
    holder_name text,
    opened_at   timestamptz not null,
    taken_at    timestamptz,
    ended_at    timestamptz,
    ended_by    text,
    primary key (flow_id, number)
);
create index flow_task_region on flow_task (region) where ended_at is null;
create index flow_task_unit on flow_task (unit) where ended_at is null;
create index flow_task_holder on flow_task (holder) where ended_at is null;

create table flow_timer (
    flow_id  bigint not null references flow on delete cascade,
    kind     text not null check (kind in ('yellow', 'red', 'undecided', 'review')),
    subject  text not null,
    due_at   timestamptz not null,
    region   bigint not null,
    fired_at timestamptz,
    retry_at timestamptz,                            -- it failed: not before then again, so that others don't wait for it
    primary key (flow_id, kind, subject, due_at)
);
create index flow_timer_due on flow_timer (due_at) where fired_at is null;

-- What was asked for under a key is done once, however often it is sent.
create table flow_request (
    actor   text not null,
    key     text not null check (length(key) between 8 and 100),
    flow_id bigint not null,
    number  integer not null,                        -- the row of the history
    digest  text not null,                           -- of what was asked for
    at      timestamptz not null default now(),
    primary key (actor, key)
);
create index flow_request_at on flow_request (at);

grant select, insert, update, delete on flow, flow_task, flow_timer to gridhall_app;
grant select, insert on flow_history to gridhall_app;
grant update (region) on flow_history to gridhall_app;
grant select, insert, delete on flow_request to gridhall_app;
do $$
declare scoped text;
begin
    foreach scoped in array array['flow', 'flow_history', 'flow_task', 'flow_timer'] loop
        perform make_scoped(scoped::regclass);
    end loop;
end $$;

create function flow_history_stays() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    -- It goes with its process alone.
    if tg_op = 'DELETE' and not exists (select from public.flow f where f.id = old.flow_id) then
        return old;
    end if;
    raise exception 'what was done is never changed';
end $$;
create trigger flow_history_stays before delete on flow_history for each row execute function flow_history_stays();

-- A thing that came from elsewhere stands in a step of its process: one row of history says so, and what is to be done there
-- waits for whoever may do it. It has no clocks: nobody saw them run. Nothing happens where it has a process, or where the
-- definition isn't kept yet.
create function adopt_flow(process text, thing bigint, place bigint, label text, title text, at_step text, since timestamptz,
                           by_key text, by_name text) returns void
    language plpgsql set search_path = public, pg_temp as $$
declare
    kept record;
    step jsonb;
begin
    select d.version, d.definition into kept from flow_definition d where d.name = process order by d.version desc limit 1;
    if not found then
        return;
    end if;
    select one into step from jsonb_array_elements(kept.definition -> 'steps') one where one ->> 'name' = at_step;
    if step is null then
        return;
    end if;
    insert into flow (id, region, name, definition_version, label, title, step, since, is_open, is_adopted, state)
    values (thing, place, process, kept.version, label, title, at_step, since, not coalesce((step ->> 'is_end')::boolean, false), true,
        jsonb_build_object('step', at_step, 'since', since, 'task_count', case when jsonb_typeof(step -> 'task') = 'object' then 1 else 0 end,
            'tasks', case when jsonb_typeof(step -> 'task') = 'object' then jsonb_build_array(jsonb_build_object('number', 1, 'role', 'lead',
                'permission', step -> 'task' ->> 'permission')) else '[]' end))
    on conflict (id) do nothing;
    if not found then
        return;
    end if;
    insert into flow_history (flow_id, number, region, action, to_step, at, actor, actor_name, post, definition_version)
    values (thing, 1, place, 'imported', at_step, now(), by_key, by_name, '', kept.version);
    if jsonb_typeof(step -> 'task') = 'object' then
        insert into flow_task (flow_id, number, region, name, step, role, permission, opened_at)
        values (thing, 1, place, process, at_step, 'lead', step -> 'task' ->> 'permission', since);
    end if;
end $$;
grant execute on function adopt_flow to gridhall_app;

-- Which posts are held now, by whom, with what they may there.
create view held_post as
    select h.account_id, p.agency_id, p.regions, r.permissions
    from holding h
    join post p on p.id = h.post_id and p.closed_at is null
    join role r on r.code = p.role_code
    join account a on a.id = h.account_id and a.state = 'active'
    where h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now());
-- Only the functions below read it.
revoke all on held_post from public;

create or replace function accounts_that_may(permission text, place bigint) returns bigint[]
    language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct h.account_id), '{}')
    from held_post h
    where permission = any(h.permissions)
      and exists (select from unnest(h.regions) own
                  where own % 100000000000 = 0
                     or place <> 0 and place between own and own + case
                            when own % 1000000000 = 0 then 999999999
                            when own % 1000000 = 0 then 999999
                            when own % 1000 = 0 then 999
                            else 0 end) $$;

-- The accounts that may do something in a post of an agency now.
create function accounts_of_unit(unit bigint, permission text) returns bigint[]
    language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct h.account_id), '{}')
    from held_post h where h.agency_id = unit and permission = any(h.permissions) $$;

-- What an agency is called, wherever it stands: who reads of work reads which unit has it.
create function called_unit(unit bigint) returns text
    language sql stable security definer set search_path = public, pg_temp as $$
    select a.name from agency a where a.id = unit $$;
revoke execute on function accounts_of_unit, called_unit from public;
grant execute on function accounts_of_unit, called_unit to gridhall_app;

-- What people call who has a task in hand, by their key.
create function called_by_key(key text) returns text language sql stable security definer set search_path = public, pg_temp as $$
    select case when key like 'account:%' then (select a.name from account a where a.id = substr(key, 9)::bigint)
                when key like 'token:%' then (select t.name from token t where t.id = substr(key, 7)::bigint)
                else key end $$;
revoke execute on function called_by_key from public;
grant execute on function called_by_key to gridhall_app;

-- Where the thing goes, what is kept of its process goes with it.
create function move_flow(thing bigint, place bigint) returns void language sql set search_path = public, pg_temp as $$
    update flow set region = place where id = thing;
    update flow_history set region = place where flow_id = thing;
    update flow_task set region = place where flow_id = thing;
    update flow_timer set region = place where flow_id = thing $$;
grant execute on function move_flow to gridhall_app;

-- Numbers without gaps: the row is taken last in a transaction, and waits for whoever has it.
create table number_counter (
    series text not null check (series ~ '^[a-z][a-z0-9_]*$'),
    place  bigint not null,                          -- the region within which they count
    day    date not null,
    last   integer not null check (last > 0),
    primary key (series, place, day)
);
grant select, insert, update on number_counter to gridhall_app;
create function next_number(series text, place bigint, day date) returns integer
    language sql set search_path = public, pg_temp as $$
    insert into number_counter (series, place, day, last) values (next_number.series, next_number.place, next_number.day, 1)
    on conflict (series, place, day) do update set last = number_counter.last + 1 returning last $$;
