-- Files. Their content lies beside the database, under a key that nobody can guess; here stands what is known of it.
-- What is being sent, or was sent and hangs on nothing yet: its sender's alone, and gone after a day.
create table upload (
    key         text primary key check (key ~ '^[0-9a-f]{32}$'),
    owner       text not null,                       -- the key of who sends it: account:12
    name        text not null check (length(name) between 1 and 200),
    length      bigint not null check (length between 1 and 1073741824),
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null default now() + interval '1 day',
    -- Once it is whole, and was looked at:
    finished_at timestamptz,
    kind        text check (kind in ('picture', 'video', 'audio', 'document')),
    media_type  text,
    size        bigint,
    sha256      bytea check (length(sha256) = 32),   -- of what is kept: a picture is written anew
    width       integer,
    height      integer,
    taken_at    timestamptz,                         -- when and where the picture says that it was taken
    lon         double precision,
    lat         double precision,
    check ((finished_at is null) = (sha256 is null))
);
create index upload_owner on upload (owner);
create index upload_expires on upload (expires_at);
alter table upload enable row level security;
create policy upload_own on upload to gridhall_app using (owner = (select current_setting('gridhall.actor', true)));
grant select, insert, update, delete on upload to gridhall_app;

-- What hangs on a record: read by whoever may read the record, in its region.
create table attachment (
    id          bigint primary key default nextval('entity_id'),
    region      bigint not null,
    object_kind text not null,
    object_id   bigint not null,
    role        text not null check (role in ('before', 'after', 'check', 'other')),
    key         text not null unique,
    name        text not null,
    kind        text not null,
    media_type  text not null,
    size        bigint not null,
    sha256      bytea not null,
    width       integer,
    height      integer,
    taken_at    timestamptz,
    lon         double precision,
    lat         double precision,
    added_by    text not null,
    added_name  text not null,
    added_at    timestamptz not null
);
create index attachment_of on attachment (object_kind, object_id, id);
create index attachment_region on attachment (region);
grant select, insert, delete on attachment to gridhall_app;
grant update (region) on attachment to gridhall_app;
select make_scoped('attachment');

-- Content whose row is gone: a job takes it away.
create table file_gone (
    key  text primary key,
    at   timestamptz not null default now()
);
grant select, insert, delete on file_gone to gridhall_app;
create function attachment_is_gone() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    insert into file_gone (key) values (old.key) on conflict do nothing;
    return null;
end $$;
create trigger attachment_is_gone after delete on attachment for each row execute function attachment_is_gone();

-- Uploads that ended some time ago are gone, whoever sent them; nothing hangs one on a record after its end.
create function end_uploads(at timestamptz) returns bigint language sql security definer set search_path = public, pg_temp as $$
    with ended as (delete from upload where expires_at < at - interval '10 minutes' returning key),
         gone as (insert into file_gone (key) select key from ended on conflict do nothing)
    select count(*) from ended $$;
revoke execute on function end_uploads from public;
grant execute on function end_uploads to gridhall_app;

-- Where a record goes, what hangs on it goes too.
create function move_attachments(of_kind text, thing bigint, place bigint) returns void language sql set search_path = public, pg_temp as $$
    update attachment set region = place where object_kind = of_kind and object_id = thing $$;
grant execute on function move_attachments to gridhall_app;
create function case_takes_its_files() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    perform move_attachments('case', new.id, new.region);
    return null;
end $$;
create trigger case_takes_its_files after update of region on case_record for each row
    when (new.region <> old.region) execute function case_takes_its_files();
create function case_ends_its_files() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    delete from attachment where object_kind = 'case' and object_id = old.id;
    return null;
end $$;
create trigger case_ends_its_files after delete on case_record for each row execute function case_ends_its_files();
