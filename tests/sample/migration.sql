-- 水井: the table of the sample module.
create table well (
    id           bigint primary key default nextval('entity_id'),
    region       bigint not null default 0,
    external_id  text unique,
    name         text not null default '',
    state        text not null default 'open' check (state in ('open', 'dry', 'sealed')),
    depth        real,
    secret       boolean not null default false,
    inspected_at timestamptz,
    source       text not null default '',
    geom         geometry(Point, 4326) not null
);
grant select, insert, update, delete on well to gridhall_app;
select make_scoped('well');
select make_layer('well', 'well', 'name, state');
select make_history('well');
-- The place of a secret well is known to those who are named.
select make_restricted('well', 'secret');

-- An inspection is called by its well.
create function name_of_inspection(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select w.name || '巡检' from well w where w.id = name_of_inspection.id::bigint $$;
