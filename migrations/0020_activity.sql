-- How long an account was not used is measured by time in which the database saw anybody sign in: a clock that jumps ahead
-- locks nobody.
create table server_activity (
    only_row boolean primary key default true check (only_row),
    last_at  timestamptz not null
);
insert into server_activity (last_at)
select least(coalesce(max(signed_in_at), now()), now()) from account;

-- Spans of more than three days in which nobody signed in: the server stood still, or its clock jumped.
create table quiet_time (
    from_at  timestamptz primary key,
    until_at timestamptz not null check (until_at >= from_at)
);

-- How much of the time since a moment was quiet.
create function quiet_since(since timestamptz) returns interval language sql stable set search_path = public, pg_temp as $$
    select coalesce(sum(until_at - greatest(from_at, since)), interval '0')
    from (select from_at, least(until_at, now()) as until_at from quiet_time
          union all
          select last_at, now() from server_activity where now() - last_at > interval '3 days') quiet
    where until_at > greatest(from_at, since)
$$;

-- Somebody signs in now.
create function note_activity() returns void language plpgsql set search_path = public, pg_temp as $$
declare
    last timestamptz;
begin
    select last_at into last from server_activity where abs(extract(epoch from now() - last_at)) > 600 for update;
    if not found then
        return;
    end if;
    if last > now() then
        -- The clock has come back: what it ran ahead was no time at all.
        delete from quiet_time where from_at >= now();
        update quiet_time set until_at = now() where until_at > now();
    elsif now() - last > interval '3 days' then
        insert into quiet_time values (last, now()) on conflict do nothing;
    end if;
    update server_activity set last_at = now();
end $$;
grant select, update on server_activity to gridhall_app;
grant select, insert, update, delete on quiet_time to gridhall_app;

-- What is written to find out whether the disk has room again; it never stays.
create unlogged table storage_probe (filler bytea);
alter table storage_probe alter column filler set storage external;
grant insert on storage_probe to gridhall_app;
