-- 安全审计: who did what from where with what result, chained in seals that tell what was altered; and what looks unusual.

alter table audit_entry
    add column actor_key text not null default '',   -- what no other actor has: token:7, account:12, system:import
    add column post      text not null default '',   -- the post in which he acted
    add column address   text not null default '',
    add column result    text not null default 'ok' check (result in ('ok', 'denied', 'failed')),
    add column purpose   text not null default '';
update audit_entry set request_id = '' where request_id is null;
alter table audit_entry alter column request_id set default '', alter column request_id set not null;
create index audit_entry_actor on audit_entry (actor_key, at);
create index audit_entry_not_ok on audit_entry (at) where result <> 'ok';

-- An id is given only to a transaction that has its number already. So when the sealer has read the sequence and then
-- takes a number itself, every transaction that may still bring a lower id has a lower number, and it can wait for them.
create function audit_numbered() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_current_xact_id();
    return null;
end $$;
create trigger audit_numbered before insert on audit_entry for each statement execute function audit_numbered();

-- A batch of entries, chained to the one before. `leaves` holds id and digest of each, so that what was altered can be
-- named. The exact bytes are told in src/kernel/audit/chain.rs.
create table audit_seal (
    number    bigint primary key check (number > 0),
    first_id  bigint not null,
    last_id   bigint not null unique check (last_id >= first_id),
    count     integer not null check (count > 0),
    leaves    bytea not null check (length(leaves) = 40 * count),
    digest    bytea not null check (length(digest) = 32),
    head      bytea not null check (length(head) = 32),
    key       bytea not null check (length(key) = 32),
    signature bytea not null check (length(signature) = 64),
    sealed_at timestamptz not null
);

-- Sealed entries that were written to a file and taken out of the table.
create table audit_archive (
    first_seal  bigint primary key references audit_seal,
    last_seal   bigint not null references audit_seal check (last_seal >= first_seal),
    first_id    bigint not null,
    last_id     bigint not null,
    count       bigint not null,
    file        text not null,
    digest      bytea not null check (length(digest) = 32),
    key         bytea not null check (length(key) = 32),
    signature   bytea not null check (length(signature) = 64),
    archived_at timestamptz not null default now()
);

-- What `gridhall audit verify` found.
create table audit_check (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default now(),
    last_seal bigint not null,
    entries   bigint not null,
    faults    bigint not null
);

-- What counts as unusual; the audit administrator's to set.
create table audit_rule (
    code       text primary key check (code in ('mass_read', 'off_hours', 'new_address', 'repeated_denials')),
    enabled    boolean not null default true,
    threshold  integer not null check (threshold between 1 and 100000),
    minutes    integer not null check (minutes between 1 and 1440),      -- the window that is looked at
    hour_from  smallint not null default 0 check (hour_from between 0 and 23),   -- off hours begin, China's time
    hour_to    smallint not null default 0 check (hour_to between 0 and 23),     -- and end
    updated_by text not null default 'system:migration',
    updated_at timestamptz not null default now()
);
insert into audit_rule (code, threshold, minutes, hour_from, hour_to) values
    ('mass_read', 300, 10, 0, 0),
    ('off_hours', 20, 60, 22, 6),
    ('new_address', 1, 60, 0, 0),
    ('repeated_denials', 10, 10, 0, 0);

create table audit_alert (
    id              bigint primary key default nextval('entity_id'),
    rule            text not null references audit_rule,
    subject         text not null,                   -- by which an alert isn't given twice in a day
    day             date not null,                   -- in China
    actor           text not null,
    actor_key       text not null,
    address         text not null default '',
    count           bigint not null,
    first_entry     bigint not null,
    last_entry      bigint not null,
    first_at        timestamptz not null,
    last_at         timestamptz not null,
    created_at      timestamptz not null default now(),
    acknowledged_by text,
    acknowledged_at timestamptz,
    note            text not null default '' check (length(note) <= 400),
    check ((acknowledged_by is null) = (acknowledged_at is null)),
    unique (rule, subject, day)
);

-- The application adds entries and seals, and reads them for who holds the audit's permission; it changes none. Ids,
-- moments and results of checks aren't its to give.
revoke all on audit_entry from gridhall_app;
grant insert (actor, actor_key, post, address, request_id, action, object, region, result, purpose, detail)
    on audit_entry to gridhall_app;
grant select on audit_entry, audit_seal, audit_archive, audit_check, audit_rule, audit_alert to gridhall_app;
grant insert on audit_seal, audit_alert to gridhall_app;
grant update (enabled, threshold, minutes, hour_from, hour_to, updated_by, updated_at) on audit_rule to gridhall_app;
grant update (count, last_entry, last_at, acknowledged_by, acknowledged_at, note) on audit_alert to gridhall_app;
grant select on sequence audit_entry_id_seq to gridhall_app;

alter table audit_entry enable row level security;
create policy append on audit_entry for insert to gridhall_app with check (true);
create policy auditor on audit_entry for select to gridhall_app using (
    current_setting('gridhall.audit', true) = 'on'
    and (region between current_setting('gridhall.lo1')::bigint and current_setting('gridhall.hi1')::bigint
      or region between current_setting('gridhall.lo2')::bigint and current_setting('gridhall.hi2')::bigint
      or region between current_setting('gridhall.lo3')::bigint and current_setting('gridhall.hi3')::bigint
      or region between current_setting('gridhall.lo4')::bigint and current_setting('gridhall.hi4')::bigint));

do $$
declare
    name text;
begin
    foreach name in array array['audit_seal', 'audit_archive', 'audit_check', 'audit_alert']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy auditor on %I for all to gridhall_app using (current_setting(''gridhall.audit'', true) = ''on'')', name);
    end loop;
end $$;
