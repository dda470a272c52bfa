-- The table of regions has a row for each version of a boundary and so is its own history. Who made a version, who ended it, and
-- why, is kept from now on.
alter table region
    add column made_by text not null default '',
    add column ended_by text,
    add column why text not null default '';

create function region_version() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare who constant text := coalesce(nullif(current_setting('gridhall.actor', true), ''), 'database:' || session_user);
begin
    if tg_op = 'INSERT' then
        new.made_by := who;
        new.why := coalesce(current_setting('gridhall.why', true), '');
    elsif old.valid_to is null and new.valid_to is not null then
        new.ended_by := who;
    end if;
    return new;
end $$;
create trigger region_version before insert or update on region for each row execute function region_version();
