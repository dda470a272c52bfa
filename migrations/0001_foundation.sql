-- The foundation: regions, the archives that the map shows, cases, the change feed, actors and audit.
--
-- Every located record carries `region`: the 15-digit code of the service grid in which it stands,
-- 0 when it is not placed yet. Row-level security, tiles, statistics and live events all test that one number.
-- This runs as the owner (gridhall_owner). The server connects as gridhall_app, which owns nothing.

create schema layer;
grant usage on schema layer to gridhall_app;

-- One id scheme for all records: ids never repeat between tables and stay below 2^53 (a JavaScript number).
create sequence entity_id;

-- Does the reader's scope hold this region? Inlined into each policy by the planner's sight of plain comparisons;
-- see policies below, which repeat the expression on purpose (a function or a sub-select per row is 50 times slower).

---------------------------------------------------------------------------------------------------------------- regions

create table region (
    code       bigint   not null check (code between 100000000000000 and 999999999999999),
    level      smallint not null check (level between 1 and 5),  -- 1 city, 2 county, 3 street, 4 community, 5 grid
    parent     bigint,
    name       text     not null,
    initials   text     not null default '',                     -- pinyin initials, for search
    made       boolean  not null default false,                  -- the boundary was made, not surveyed
    source     text     not null,
    valid_from date     not null default current_date,
    valid_to   date     check (valid_to > valid_from),
    geom       geometry(MultiPolygon, 4326) not null,
    region     bigint   not null generated always as (code) stored,
    primary key (code, valid_from)
);
comment on table region is '行政区划与网格: a row for each version of a boundary; the current one has no valid_to';
create unique index region_current on region (code) where valid_to is null;
create index region_geom on region using gist (geom);
create index region_parent on region (parent) where valid_to is null;

-------------------------------------------------------------------------------------------------------------- archives

create table building (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    external_id text unique,
    name        text not null default '',
    initials    text not null default '',
    address     text not null default '',
    use_code    text not null default 'HT09',       -- 建筑用途 HT01..HT09
    floors      smallint not null default 1 check (floors between 0 and 200),
    height      real not null default 3 check (height between 0 and 1000),          -- metres
    floor_area  real not null default 0 check (floor_area between 0 and 10000000),  -- square metres over all floors
    built       smallint check (built between 1000 and 2999),
    source      text not null default '',
    updated_at  timestamptz not null default now(),
    geom        geometry(MultiPolygon, 4326) not null
);
create index building_region on building (region);
create index building_geom on building using gist (geom);

create table unit (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    building_id bigint not null references building on delete cascade,
    name        text not null
);
create index unit_building on unit (building_id);

create table room (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    building_id bigint not null references building on delete cascade,
    unit_id     bigint references unit on delete cascade,
    number      text not null,
    floor       smallint not null,
    area        real not null default 0,            -- square metres
    usage_code  text not null default 'HU01'        -- 使用状态 HU01..HU08
);
create index room_building on room (building_id);

create table household (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    building_id bigint references building on delete set null,
    room_id     bigint references room on delete set null,
    number      text not null unique                -- 户号
);
create index household_region on household (region);
create index household_building on household (building_id);

create table person (
    id            bigint primary key default nextval('entity_id'),
    region        bigint not null default 0,
    external_id   text unique,
    building_id   bigint references building on delete set null,
    room_id       bigint references room on delete set null,
    household_id  bigint references household on delete set null,
    name          text not null,
    initials      text not null default '',
    sex           smallint not null default 0 check (sex in (0, 1, 2, 9)),          -- GB/T 2261.1
    birth         date not null check (birth between '1880-01-01' and '2999-12-31'),
    citizen_id    text,                              -- GB 11643, checked on the way in
    ethnic        text not null default '01',        -- GB/T 3304
    relation_code text not null default '01',        -- GB/T 4761; 02 is the head of the household
    category      text not null default 'RP01',      -- 实有人口 RP01..RP08
    service       text,                              -- 服务对象 SV01..; sensitivity L2 and L3 only
    phone         text,
    source        text not null default '',
    updated_at    timestamptz not null default now(),
    geom          geometry(Point, 4326) not null
);
create index person_region on person (region);
create index person_geom on person using gist (geom);
create index person_household on person (household_id);
create index person_building on person (building_id);
create index person_citizen_id on person (citizen_id);

create table organisation (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    external_id text unique,
    building_id bigint references building on delete set null,
    name        text not null,
    initials    text not null default '',
    type_code   text not null default 'OT99',        -- OT01..OT99
    credit_code text,                                -- unified social credit code, GB 32100
    address     text not null default '',
    employees   integer not null default 0 check (employees >= 0),
    source      text not null default '',
    updated_at  timestamptz not null default now(),
    geom        geometry(Point, 4326) not null
);
create index organisation_region on organisation (region);
create index organisation_geom on organisation using gist (geom);

create table component (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    external_id text unique,                         -- 部件标识码: 16 digits, GB/T 30428.2
    category    text not null,                       -- case category of kind 部件: C0101 ...
    name        text not null default '',
    state       text not null default 'intact' check (state in ('intact', 'damaged', 'lost', 'removed')),
    source      text not null default '',
    updated_at  timestamptz not null default now(),
    geom        geometry(Point, 4326) not null
);
create index component_region on component (region);
create index component_geom on component using gist (geom);

create table road (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    external_id text unique,
    name        text not null default '',
    initials    text not null default '',
    class       text not null default 'residential'
                check (class in ('motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'residential', 'track')),
    source      text not null default '',
    updated_at  timestamptz not null default now(),
    geom        geometry(LineString, 4326) not null
);
create index road_region on road (region);
create index road_geom on road using gist (geom);

create table case_record (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null default 0,
    external_id text unique,
    number      text not null unique,                -- 案件编号
    category    text not null,                       -- C0101 ...
    title       text not null default '',
    channel     text not null default 'grid_worker'
                check (channel in ('grid_worker', 'resident', 'hotline', 'sensor', 'system', 'leader')),
    severity    smallint not null default 1 check (severity between 1 and 4),  -- 1 ordinary .. 4 gravest
    status      text not null default 'reported'
                check (status in ('reported', 'accepted', 'filed', 'dispatched', 'handling', 'handled', 'closed',
                                  'rejected', 'suspended')),
    reported_at timestamptz not null default now(),
    due_at      timestamptz,
    closed_at   timestamptz check (closed_at >= reported_at),
    address     text not null default '',
    source      text not null default '',
    updated_at  timestamptz not null default now(),
    geom        geometry(Point, 4326) not null
);
create index case_record_region on case_record (region);
create index case_record_geom on case_record using gist (geom);
create index case_record_reported on case_record (reported_at);

----------------------------------------------------------------------------------------------------------- change feed

-- Written by triggers in the same transaction as the change; servers tail it. A follower reads only rows whose
-- transaction is below the oldest running one (pg_snapshot_xmin), in the order (xid, seq), so that transactions that
-- commit out of order are neither missed nor doubled. A statement that touches many rows leaves one `reload` row.
create table change (
    xid        xid8   not null default pg_current_xact_id(),
    seq        bigint not null generated always as identity,
    layer      text   not null,
    op         text   not null check (op in ('upsert', 'remove', 'reload')),
    id         bigint not null default 0,
    region     bigint not null default 0,
    old_region bigint not null default 0,
    at         timestamptz not null default clock_timestamp(),
    primary key (xid, seq)
);
create index change_at on change (at);

create function record_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    bulk constant bigint := 20000;
begin
    if tg_op = 'TRUNCATE' then
        insert into change (layer, op) values (tg_argv[0], 'reload');
    elsif tg_op = 'INSERT' then
        if (select count(*) from (select from new_rows limit bulk + 1) n) > bulk then
            insert into change (layer, op) values (tg_argv[0], 'reload');
        else
            insert into change (layer, op, id, region, old_region)
            select tg_argv[0], 'upsert', id, region, region from new_rows;
        end if;
    elsif tg_op = 'UPDATE' then
        if (select count(*) from (select from new_rows limit bulk + 1) n) > bulk then
            insert into change (layer, op) values (tg_argv[0], 'reload');
        else
            insert into change (layer, op, id, region, old_region)
            select tg_argv[0], 'upsert', n.id, n.region, o.region from new_rows n join old_rows o using (id);
        end if;
    else
        if (select count(*) from (select from old_rows limit bulk + 1) n) > bulk then
            insert into change (layer, op) values (tg_argv[0], 'reload');
        else
            insert into change (layer, op, id, region, old_region)
            select tg_argv[0], 'remove', id, region, region from old_rows;
        end if;
    end if;
    return null;
end $$;

-- Regions change rarely and their layers are small: any change reloads the layers of its level.
create function record_region_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into change (layer, op) select unnest(array['county', 'street', 'community', 'grid']), 'reload';
    return null;
end $$;

create trigger region_changed after insert or update or delete or truncate on region
    for each statement execute function record_region_change();

do $$
declare
    pair text[];
begin
    foreach pair slice 1 in array array[
        ['building', 'building'], ['person', 'person'], ['organisation', 'organisation'],
        ['component', 'component'], ['road', 'road'], ['case_record', 'case']]
    loop
        execute format('create trigger changed_insert after insert on %I referencing new table as new_rows
                        for each statement execute function record_change(%L)', pair[1], pair[2]);
        execute format('create trigger changed_update after update on %I referencing old table as old_rows new table as new_rows
                        for each statement execute function record_change(%L)', pair[1], pair[2]);
        execute format('create trigger changed_delete after delete on %I referencing old table as old_rows
                        for each statement execute function record_change(%L)', pair[1], pair[2]);
        execute format('create trigger changed_truncate after truncate on %I
                        for each statement execute function record_change(%L)', pair[1], pair[2]);
    end loop;
end $$;

---------------------------------------------------------------------------------------------------------------- layers

-- What the map holds in memory and what any other tile server may publish. `id`, `region`, `geom`, then properties.
-- security_invoker: the reader's own row-level security holds behind the view.
create view layer.county with (security_invoker = true) as
    select code as id, region, geom, name, made from region where level = 2 and valid_to is null;
create view layer.street with (security_invoker = true) as
    select code as id, region, geom, name, made from region where level = 3 and valid_to is null;
create view layer.community with (security_invoker = true) as
    select code as id, region, geom, name, made from region where level = 4 and valid_to is null;
create view layer.grid with (security_invoker = true) as
    select code as id, region, geom, name, made from region where level = 5 and valid_to is null;
create view layer.building with (security_invoker = true) as
    select id, region, geom, name, use_code, floors, height, floor_area from building;
create view layer.person with (security_invoker = true) as
    select id, region, geom, sex, category, birth, service, relation_code = '02' as head from person;
create view layer.organisation with (security_invoker = true) as
    select id, region, geom, name, type_code from organisation;
create view layer.component with (security_invoker = true) as
    select id, region, geom, category, state from component;
create view layer.road with (security_invoker = true) as
    select id, region, geom, name, class from road;
create view layer."case" with (security_invoker = true) as
    select id, region, geom, category, status, severity, channel, reported_at, closed_at from case_record;

-------------------------------------------------------------------------------------------------------- actors, sessions

-- An API token: shown once when made, kept as a SHA-256 of its 256 random bits.
create table token (
    id          bigint primary key default nextval('entity_id'),
    name        text not null,
    hash        bytea not null unique check (length(hash) = 32),
    regions     bigint[] not null,                   -- region codes; each stands for its whole range
    permissions text[] not null,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);

-- A browser's session. Today it stands for a token's holder; an account takes that place beside it when accounts come.
create table session (
    id           bigint primary key default nextval('entity_id'),
    hash         bytea not null unique check (length(hash) = 32),
    token_id     bigint not null references token on delete cascade,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null,
    ended_at     timestamptz,
    address      text not null default '',
    agent        text not null default ''
);

-- A one-time code that opens a session.
create table sign_in_code (
    hash       bytea primary key check (length(hash) = 32),
    token_id   bigint not null references token on delete cascade,
    expires_at timestamptz not null,
    used_at    timestamptz
);

----------------------------------------------------------------------------------------------------------------- audit

create table audit_entry (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default clock_timestamp(),
    actor      text not null,
    request_id text,
    action     text not null,
    object     text not null default '',
    region     bigint not null default 0,
    detail     jsonb not null default '{}'
);
create index audit_entry_at on audit_entry (at);

---------------------------------------------------------------------------------------------------------------- rights

grant select, insert, update, delete on region, building, unit, room, household, person, organisation, component, road,
      case_record to gridhall_app;
grant select on all tables in schema layer to gridhall_app;
grant select, delete on change to gridhall_app;
grant select, insert, update on token, session, sign_in_code to gridhall_app;
grant insert on audit_entry to gridhall_app;
grant usage on sequence entity_id to gridhall_app;

-- A scope is at most four ranges of region codes, set for the transaction. Unset means nothing is seen.
do $$
declare
    name text;
    holds constant text :=
        '(region between current_setting(''gridhall.lo1'')::bigint and current_setting(''gridhall.hi1'')::bigint
       or region between current_setting(''gridhall.lo2'')::bigint and current_setting(''gridhall.hi2'')::bigint
       or region between current_setting(''gridhall.lo3'')::bigint and current_setting(''gridhall.hi3'')::bigint
       or region between current_setting(''gridhall.lo4'')::bigint and current_setting(''gridhall.hi4'')::bigint)';
begin
    foreach name in array array['region', 'building', 'unit', 'room', 'household', 'person', 'organisation', 'component',
                                'road', 'case_record']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy scope on %I for all to gridhall_app using (%s) with check (%s)', name, holds, holds);
    end loop;
end $$;
