-- 敏感信息: what of a person only cleared readers see, and they only while they say what for.
--
-- The application can't select these columns of `person`. It reads them by views with their owner's rights, which keep the
-- scope themselves (row-level security binds the application, not the owner) and look at `gridhall.clearance`, which
-- the program binds for one transaction:
--   (nothing)  masked values, open categories
--   told       also that there is a category of level 4
--   plain      plain values up to level 3
--   special    all plain values
--   counts     what the map counts by and shows nobody, up to level 3; for its followers

-- The level of a category (geodata/codes/person_categories.csv, where two are of level 5: here they are of the highest).
-- What isn't known is of the highest, too. Not strict: the planner inlines it.
create function category_level(code text) returns smallint language sql immutable parallel safe as $$
    select case
        when code is null then null
        when code in ('OR02', 'OR03', 'OR04', 'OR05') then 1
        when code in ('RP01', 'RP02', 'RP07', 'RP08', 'SV06', 'SV08', 'SV09', 'SV10', 'SV15', 'OR01') then 2
        when code in ('RP03', 'RP04', 'RP05', 'RP06', 'SV01', 'SV02', 'SV03', 'SV04', 'SV05', 'SV07', 'SV11', 'SV14', 'SV16') then 3
        else 4 end::smallint
$$;

-- With the day of birth behind stars, and only two of the last four digits, the rest can't be computed from the check digit.
create function mask_citizen_id(number text) returns text language sql immutable parallel safe as $$
    select case when length(number) = 18 then left(number, 6) || repeat('*', 10) || right(number, 2)
                else repeat('*', length(number)) end
$$;

create function mask_phone(number text) returns text language sql immutable parallel safe as $$
    select case when length(number) > 9 then left(number, 3) || repeat('*', length(number) - 7) || right(number, 4)
                else repeat('*', length(number)) end
$$;

revoke select on person from gridhall_app;
grant select (id, region, external_id, building_id, room_id, household_id, name, initials, sex, ethnic, relation_code,
              source, updated_at, geom) on person to gridhall_app;

do $$
declare
    -- The bounds of the scope, as the policies have them; nothing is seen where they aren't bound.
    holds constant text := (
        select string_agg(format('region between nullif(current_setting(''gridhall.lo%1$s'', true), '''')::bigint
                                             and nullif(current_setting(''gridhall.hi%1$s'', true), '''')::bigint', n), ' or ')
        from generate_series(1, 4) n);
    cleared constant text := 'coalesce(current_setting(''gridhall.clearance'', true), '''')';
    place constant text :=
        'id, region, external_id, building_id, room_id, household_id, name, initials, sex, ethnic, relation_code, source,
         updated_at, geom';
begin
    -- A category of level 3 shows only its level; one of level 4 not even that.
    execute format($view$
        create view person_masked with (security_barrier = true) as
        select %1$s, date_part('year', age((now() at time zone 'Asia/Shanghai')::date, birth))::integer as age,
               to_char(birth, 'YYYY') || '-**-**' as birth, mask_citizen_id(citizen_id) as citizen_id,
               mask_phone(phone) as phone,
               case when category_level(category) < 3 then category end as category,
               case when category_level(category) < 4 or %2$s in ('told', 'special') then category_level(category) end
                   as category_level,
               case when category_level(service) < 3 then service end as service,
               case when category_level(service) < 4 or %2$s in ('told', 'special') then category_level(service) end
                   as service_level
        from person where %3$s $view$, place, cleared, holds);
    execute format($view$
        create view person_plain with (security_barrier = true) as
        select %1$s, birth, citizen_id, phone,
               case when category_level(category) < 4 or %2$s = 'special' then category end as category,
               case when category_level(service) < 4 or %2$s = 'special' then service end as service
        from person where %2$s in ('plain', 'special') and (%3$s) $view$, place, cleared, holds);
    -- `residence`, `birth` and `service` are counted by and not shown. Whom row-level security doesn't bind sees all rows.
    drop view layer.person;
    execute format($view$
        create view layer.person with (security_barrier = true) as
        select id, region, geom, sex, case when category_level(category) < 3 then category end as category,
               case when %1$s = 'counts' then birth end as birth,
               case when %1$s = 'counts' and category_level(service) < 4 then service end as service,
               relation_code = '02' as head,
               case when %1$s = 'counts' and category_level(category) < 4 then category end as residence
        from person where %2$s or not row_security_active('public.person') $view$, cleared, holds);
end $$;
grant select on person_masked, person_plain, layer.person to gridhall_app;
