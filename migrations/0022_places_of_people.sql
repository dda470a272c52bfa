-- On the map people stand where their building does: a point of one's own would let an area be drawn around one person,
-- and areas be subtracted. Who lives in no building keeps the own point. Only cleared readers read own points
-- (`person_plain`).

alter table building add column place geometry(Point, 4326) not null generated always as (st_pointonsurface(geom)) stored;
comment on column building.place is 'a point on the building: where its people stand on the map';

do $$
declare
    holds constant text := (
        select string_agg(format('region between nullif(current_setting(''gridhall.lo%1$s'', true), '''')::bigint
                                             and nullif(current_setting(''gridhall.hi%1$s'', true), '''')::bigint', n), ' or ')
        from generate_series(1, 4) n);
    -- Bounds are read once for a statement.
    read_once constant text := regexp_replace(holds, 'nullif.*?bigint', '(select \&)', 'g');
    cleared constant text := 'coalesce(current_setting(''gridhall.clearance'', true), '''')';
begin
    -- As in migration 11, but for the place.
    execute format($view$
        create or replace view person_masked with (security_barrier = true) as
        select id, region, external_id, building_id, room_id, household_id, name, initials, sex, ethnic, relation_code, source,
               updated_at, coalesce((select b.place from building b where b.id = person.building_id), geom)::geometry(Point, 4326) as geom,
               date_part('year', age((now() at time zone 'Asia/Shanghai')::date, birth))::integer as age,
               to_char(birth, 'YYYY') || '-**-**' as birth, mask_citizen_id(citizen_id) as citizen_id,
               mask_phone(phone) as phone,
               case when category_level(category) < 3 then category end as category,
               case when category_level(category) < 4 or %1$s in ('told', 'special') then category_level(category) end
                   as category_level,
               case when category_level(service) < 3 then service end as service,
               case when category_level(service) < 4 or %1$s in ('told', 'special') then category_level(service) end
                   as service_level
        from person where %2$s $view$, cleared, holds);
    execute format($view$
        create or replace view layer.person with (security_barrier = true) as
        select p.id, p.region, coalesce(b.place, p.geom)::geometry(Point, 4326) as geom, p.sex,
               case when category_level(p.category) < 3 then p.category end as category,
               case when %1$s then p.birth end as birth,
               case when %1$s and category_level(p.service) < 4 then p.service end as service,
               p.relation_code = '02' as head,
               case when %1$s and category_level(p.category) < 4 then p.category end as residence
        from person p left join building b on b.id = p.building_id
        where %2$s or (select not row_security_active('public.person')) $view$,
        format('(select %s = ''counts'')', cleared), replace(read_once, 'region between', 'p.region between'));
end $$;

-- Who lives in a building moves with it.
create function record_people_of_moved_buildings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    bulk constant bigint := 20000;
    moved bigint[] := array(select n.id from new_rows n join old_rows o using (id) where n.place is distinct from o.place limit bulk + 1);
begin
    if cardinality(moved) > bulk
       or (select count(*) from (select from person where building_id = any (moved) limit bulk + 1) p) > bulk then
        insert into change (layer, op) values ('person', 'reload');
    elsif cardinality(moved) > 0 then
        insert into change (layer, op, id, region, old_region)
        select 'person', 'upsert', id, region, region from person where building_id = any (moved);
    end if;
    return null;
end $$;
create trigger people_move_along after update on building referencing old table as old_rows new table as new_rows
    for each statement execute function record_people_of_moved_buildings();
