-- The wall: scenes that it shows, screens that show them, and what readers of the map have kept for themselves.

-- A saved composition of view, layers and panels.
create table scene (
    id         bigint primary key default nextval('entity_id'),
    region     bigint not null,                      -- the region it is about; who sees none of it doesn't see the scene
    name       text not null check (length(name) between 1 and 60),
    position   integer not null default 0,           -- the order in which scenes are cycled
    picture    jsonb not null,
    updated_by text not null,
    updated_at timestamptz not null default now()
);

-- A screen of a wall, opened with a token of its own.
create table screen (
    id         bigint primary key default nextval('entity_id'),
    region     bigint not null,
    name       text not null check (length(name) between 1 and 60),
    token_id   bigint not null references token on delete cascade,
    place      smallint not null default 1,          -- of screens that act as one picture: which from the left,
    places     smallint not null default 1,          -- of how many
    picture    jsonb not null default '{}',
    version    bigint not null default 0,
    created_at timestamptz not null default now(),
    check (places between 1 and 8 and place between 1 and places)
);

-- An area or a view of the map that a reader has kept.
create table saved_view (
    id         bigint primary key default nextval('entity_id'),
    region     bigint not null,
    owner      text not null,                        -- the actor's name
    kind       text not null check (kind in ('area', 'view')),
    name       text not null check (length(name) between 1 and 60),
    body       jsonb not null,
    created_at timestamptz not null default now()
);
create index saved_view_owner on saved_view (owner, kind);

-- A screen stays signed in for as long as it hangs; people don't.
alter table token add column session_hours integer not null default 12 check (session_hours > 0);

grant select, insert, update, delete on scene, screen, saved_view to gridhall_app;

do $$
declare
    name text;
    holds constant text :=
        '(region between current_setting(''gridhall.lo1'')::bigint and current_setting(''gridhall.hi1'')::bigint
       or region between current_setting(''gridhall.lo2'')::bigint and current_setting(''gridhall.hi2'')::bigint
       or region between current_setting(''gridhall.lo3'')::bigint and current_setting(''gridhall.hi3'')::bigint
       or region between current_setting(''gridhall.lo4'')::bigint and current_setting(''gridhall.hi4'')::bigint)';
begin
    foreach name in array array['scene', 'screen', 'saved_view']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy scope on %I for all to gridhall_app using (%s) with check (%s)', name, holds, holds);
    end loop;
end $$;
