-- Migrations 11, 12 and 15 were edited after they had landed. Whichever text a database was made with, it has the same
-- schema from here on. (The two texts of 15 differ in a comment.)

-- 11: settings are read once for a statement, not once for each row.
do $$
declare
    holds constant text := (
        select string_agg(format('region between (select nullif(current_setting(''gridhall.lo%1$s'', true), '''')::bigint)
                                             and (select nullif(current_setting(''gridhall.hi%1$s'', true), '''')::bigint)', n), ' or ')
        from generate_series(1, 4) n);
begin
    execute format($view$
        create or replace view layer.person with (security_barrier = true) as
        select id, region, geom, sex, case when category_level(category) < 3 then category end as category,
               case when %1$s then birth end as birth,
               case when %1$s and category_level(service) < 4 then service end as service,
               relation_code = '02' as head,
               case when %1$s and category_level(category) < 4 then category end as residence
        from person where %2$s or (select not row_security_active('public.person')) $view$,
        '(select coalesce(current_setting(''gridhall.clearance'', true), '''') = ''counts'')', holds);
end $$;

-- 12: systems that never took up a code are not told that its session has ended.
create or replace function session_ended() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    with ended as (
        update sign_on set ended_at = now() where session_id = new.id and ended_at is null returning id, system_id
    )
    insert into sign_out_notice (sign_on_id)
    select ended.id from ended join client_system s on s.id = ended.system_id
    where s.sign_out_uri is not null and s.removed_at is null
      -- A system that never took up its code knows nothing of the session.
      and exists (select from sign_on_token t where t.sign_on_id = ended.id);
    return null;
end $$;

-- 12: a provider vouches for people once a second administrator has agreed. One that was registered before that rule
-- counts as asked for by the account of that name, or else by the oldest account, and waits for the agreement. Without
-- any account it could sign nobody in.
do $$
begin
    if not exists (select from information_schema.columns
                   where table_schema = 'public' and table_name = 'sign_in_provider' and column_name = 'asked_by') then
        alter table sign_in_provider add column asked_by bigint references account;
        update sign_in_provider p
        set asked_by = coalesce((select min(a.id) from account a where a.name = p.updated_by), (select min(a.id) from account a));
        delete from sign_in_provider where asked_by is null;
        alter table sign_in_provider alter column asked_by set not null;
        -- People have one id elsewhere: of several providers that find people by it the newest stays.
        update sign_in_provider set removed_at = now()
        where match_by = 'external_id' and removed_at is null
          and id < (select max(id) from sign_in_provider where match_by = 'external_id' and removed_at is null);
    end if;
end $$;
alter table sign_in_provider add column if not exists agreed_by text;
alter table sign_in_provider add column if not exists agreed_at timestamptz;
create unique index if not exists sign_in_provider_external on sign_in_provider (match_by)
    where match_by = 'external_id' and removed_at is null;
