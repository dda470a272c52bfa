-- What a scope costs, where no index bounds it: each comparison with a setting is read again for each row.
--
-- Three roles, all members of gridhall_app, which has the rights and, being bound to nothing, sees no row:
-- - gridhall_one, one range, as it was: plain comparisons, which the planner estimates, as it may be a grid or the city.
-- - gridhall_several, some streets, communities or grids: bounds read once for a statement by sub-selects, for eight
--   settings for each row took twice as long as constants. The planner takes each range for half a percent, near enough.
-- - gridhall_wide, several ranges with a county among them: the same, in words that the planner takes for a third of all
--   rows and no index is tried for. Taken for half a percent, two counties were counted in three times the time.
create or replace function make_scoped(scoped regclass) returns void language plpgsql set search_path = public, pg_temp set client_min_messages = warning as $$
declare
    one constant text :=
        'region between current_setting(''gridhall.lo1'')::bigint and current_setting(''gridhall.hi1'')::bigint';
    several constant text := (
        select string_agg(format('region between (select current_setting(''gridhall.lo%1$s'')::bigint)
                                             and (select current_setting(''gridhall.hi%1$s'')::bigint)', n), ' or ')
        from generate_series(1, 4) n);
    wide constant text := (
        select string_agg(format('(region >= (select current_setting(''gridhall.lo%1$s'')::bigint)) is true
                              and (region <= (select current_setting(''gridhall.hi%1$s'')::bigint)) is true', n), ' or ')
        from generate_series(1, 4) n);
begin
    execute format('alter table %s enable row level security', scoped);
    execute format('drop policy if exists scope on %s', scoped);
    execute format('drop policy if exists scope_of_several on %s', scoped);
    execute format('drop policy if exists scope_of_wide on %s', scoped);
    execute format('create policy scope on %s for all to gridhall_one using (%s) with check (%s)', scoped, one, one);
    execute format('create policy scope_of_several on %s for all to gridhall_several using (%s) with check (%s)', scoped,
        several, several);
    execute format('create policy scope_of_wide on %s for all to gridhall_wide using (%s) with check (%s)', scoped,
        wide, wide);
end $$;

do $$
declare scoped regclass;
begin
    for scoped in select polrelid from pg_policy where polname = 'scope' loop
        perform make_scoped(scoped);
    end loop;
end $$;

-- What lies in a view is looked up with its region, so that the scope is bound in the index and not read row by row.
create extension if not exists btree_gist;
do $$
declare scoped text;
begin
    foreach scoped in array array['building', 'organisation', 'component', 'case_record'] loop
        execute format('drop index %I', scoped || '_geom');
        execute format('create index %I on %I using gist (geom, region)', scoped || '_geom', scoped);
    end loop;
end $$;
