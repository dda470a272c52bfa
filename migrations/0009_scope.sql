-- What a scope costs: nearly every actor's is one range, and one range is one condition of an index.
--
-- The role gridhall_several is a member of gridhall_app: a transaction whose scope has more ranges runs as it, and finds
-- the others by a policy of its own. Four ranges in every policy were asked of every row: a county's count took ten times
-- as long. The bounds stay plain comparisons with settings; the planner estimates them, and they aren't kept with a plan.

-- Binds a table to the scope.
create function make_scoped(scoped regclass) returns void language plpgsql set search_path = public, pg_temp set client_min_messages = warning as $$
declare
    one constant text :=
        'region between current_setting(''gridhall.lo1'')::bigint and current_setting(''gridhall.hi1'')::bigint';
begin
    execute format('alter table %s enable row level security', scoped);
    execute format('drop policy if exists scope on %s', scoped);
    execute format('drop policy if exists scope_of_several on %s', scoped);
    execute format('create policy scope on %s for all to gridhall_app using (%s) with check (%s)', scoped, one, one);
    execute format('create policy scope_of_several on %s for all to gridhall_several using (%s) with check (%s)', scoped,
        replace(one, '1''', '2''') || ' or ' || replace(one, '1''', '3''') || ' or ' || replace(one, '1''', '4'''),
        replace(one, '1''', '2''') || ' or ' || replace(one, '1''', '3''') || ' or ' || replace(one, '1''', '4'''));
end $$;
revoke execute on function make_scoped from public;

do $$
declare scoped regclass;
begin
    for scoped in select polrelid from pg_policy where polname = 'scope' loop
        perform make_scoped(scoped);
    end loop;
end $$;

-- The newest of a scope are read from the index alone: as its second column the region is looked at there, once bound,
-- and not row by row.
create index case_record_newest on case_record (reported_at, region);
drop index case_record_reported;
