-- Plain values of sensitive fields leave in files: few on one's own, more only when somebody else agrees.
alter table identity_policy
    add column plain_records integer not null default 100 check (plain_records between 0 and 1000000);

-- What somebody asks to export with plain values: one asks, another agrees, and it is exported once.
create table export_request (
    id            bigint primary key default nextval('entity_id'),
    region        bigint not null,                   -- whose records
    layer         text not null,
    bbox          double precision[] check (cardinality(bbox) = 4),
    purpose       text not null check (length(purpose) between 1 and 200),
    records       bigint not null check (records >= 0),  -- so many when it was asked
    requester     text not null,                     -- the key of who asks: `account:7`, `token:7`
    requested_by  text not null,                     -- the name
    requested_at  timestamptz not null default now(),
    decider       text,
    decided_by    text,
    decided_at    timestamptz,
    granted       boolean,
    note          text not null default '',
    used_at       timestamptz,
    check (decider <> requester),
    check (num_nulls(decider, decided_by, decided_at, granted) in (0, 4)),
    check (used_at is null or granted)
);
create index export_request_open on export_request (requested_at) where decided_at is null;
create index export_request_of on export_request (requester, id);
grant select, insert on export_request to gridhall_app;
grant update (decider, decided_by, decided_at, granted, note, used_at) on export_request to gridhall_app;
select make_scoped('export_request');

-- What was exported on one's own, for the sum of a day.
create table plain_export (
    actor   text not null,
    at      timestamptz not null default now(),
    records bigint not null check (records >= 0)
);
create index plain_export_of on plain_export (actor, at);
grant select, insert on plain_export to gridhall_app;

-- Who agrees at the start.
update role set permissions = array_append(permissions, 'export.approve')
where code in ('street_lead', 'data_steward') and not 'export.approve' = any(permissions);
