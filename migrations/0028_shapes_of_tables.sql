-- What a table is, said in one line each. make_scoped (migration 13) binds it to the regions of its reader; beside it:
--   make_layer(t, layer, properties)        it stands on the map
--   make_masked(t, masks)                   some columns only cleared readers see
--   make_restricted(t, condition)           some rows only named readers see
--   make_history(t)                         what it held before is kept
-- In whatever order they are called, the history and the masked views of a table keep its other rules. A table has the columns
-- id and region.

-- What was declared of a table.
create table table_rule (
    name       text primary key,
    masks      jsonb,                                -- by sensitive column: the masked value in SQL, or null for none
    restricted text                                  -- in SQL, which rows only named readers see
);
grant select on table_rule to gridhall_app;

-- The account that reads, and the agency in whose post; null for a token, and for the program itself.
create function reader_account() returns bigint language sql stable set search_path = pg_catalog, pg_temp as $$
    select nullif(current_setting('gridhall.account', true), '')::bigint $$;
create function reader_agency() returns bigint language sql stable security definer set search_path = public, pg_temp as $$
    select p.agency_id from holding h join post p on p.id = h.post_id
    where h.id = nullif(current_setting('gridhall.holding', true), '')::bigint $$;
create function reader_household() returns bigint language sql stable set search_path = pg_catalog, pg_temp as $$
    select nullif(current_setting('gridhall.household', true), '')::bigint $$;

-- A layer of the map: its changes are followed, and the view of the schema `layer` gives `id`, `region`, `geom` and the
-- properties, a list of columns in SQL.
create function make_layer(placed regclass, layer text, properties text) returns void
    language plpgsql set search_path = public, pg_temp set client_min_messages = warning as $$
declare
    event record;
begin
    execute format('create index if not exists %I on %s using gist (geom, region)', placed || '_geom', placed);
    execute format('create index if not exists %I on %s (region)', placed || '_region', placed);
    for event in values ('insert', 'referencing new table as new_rows'), ('delete', 'referencing old table as old_rows'),
                        ('update', 'referencing old table as old_rows new table as new_rows'), ('truncate', '') loop
        execute format('create trigger %I after %s on %s %s for each statement execute function record_change(%L)',
                       'changed_' || event.column1, event.column1, placed, event.column2, layer);
    end loop;
    -- The reader's own row-level security holds behind the view.
    execute format('create view layer.%I with (security_invoker = true) as select id, region, geom, %s from %s',
                   layer, properties, placed);
    execute format('grant select on layer.%I to gridhall_app', layer);
end $$;

-- The columns of a table that are in none of its masks, or all of them, in their order.
create function columns_of(asked regclass, masks jsonb) returns text language sql stable set search_path = public, pg_temp as $$
    select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
    where attrelid = asked and attnum > 0 and not attisdropped and not coalesce(masks, '{}') ? attname $$;

-- Which rows of a table, or of its history, a reader sees by the restriction; null where there is none.
create function restriction_of(kept regclass, seen regclass) returns text language sql stable set search_path = public, pg_temp as $$
    select format($rule$(not (%1$s) or (select current_setting('gridhall.reads_all', true)) = 'on'
        or exists (select from %2$s r where r.row_id = %3$s.id
                   and (r.account_id = (select reader_account()) or r.agency_id = (select reader_agency())
                        or r.household_id = (select reader_household()))))$rule$, restricted, kept || '_reader', seen)
    from table_rule where name = kept::text and restricted is not null $$;

-- Makes what follows from the rules of a table: the policies of its restriction, and its masked views.
create function apply_rules(kept regclass) returns void
    language plpgsql set search_path = public, pg_temp set client_min_messages = warning as $$
declare
    masks jsonb := (select r.masks from table_rule r where r.name = kept::text);
    scope constant text := (
        select string_agg(format('region between nullif(current_setting(''gridhall.lo%1$s'', true), '''')::bigint
                                             and nullif(current_setting(''gridhall.hi%1$s'', true), '''')::bigint', n), ' or ')
        from generate_series(1, 4) n);
    cleared constant text := '(select coalesce(current_setting(''gridhall.clearance'', true), '''')) in (''plain'', ''special'')';
    seen regclass;
    rule text;
    -- What only the history has.
    more text;
    shown text;
begin
    foreach seen in array array[kept, to_regclass(kept || '_history')] loop
        continue when seen is null;
        rule := restriction_of(kept, seen);
        if rule is not null then
            execute format('drop policy if exists restricted_reading on %s', seen);
            execute format('drop policy if exists restricted_change on %s', seen);
            execute format('drop policy if exists restricted_removal on %s', seen);
            execute format('create policy restricted_reading on %s as restrictive for select to gridhall_app using (%s)', seen, rule);
            execute format('create policy restricted_change on %s as restrictive for update to gridhall_app using (%s)', seen, rule);
            execute format('create policy restricted_removal on %s as restrictive for delete to gridhall_app using (%s)', seen, rule);
        end if;
        if masks is not null then
            more := case when seen = kept then '' else 'valid, changed_by, why, ' end;
            shown := more || columns_of(kept, masks);
            execute format('revoke select on %s from gridhall_app', seen);
            execute format('grant select (%s) on %s to gridhall_app', shown, seen);
            execute format('drop view if exists %I, %I', seen || '_masked', seen || '_plain');
            -- With the owner's rights, so they keep the rules themselves.
            execute format('create view %I with (security_barrier = true) as select %s from %s where (%s) and %s',
                seen || '_masked',
                shown || (select string_agg(format(', %s as %I', value, key), '' order by key) from jsonb_each_text(masks) where value is not null),
                seen, scope, coalesce(rule, 'true'));
            execute format('create view %I with (security_barrier = true) as select %s from %s where %s and (%s) and %s',
                seen || '_plain', more || columns_of(kept, '{}'), seen, cleared, scope, coalesce(rule, 'true'));
            execute format('grant select on %I, %I to gridhall_app', seen || '_masked', seen || '_plain');
        end if;
    end loop;
end $$;

-- Columns that only cleared readers see: `<t>_masked` gives their masked values, `<t>_plain` themselves to a transaction
-- that is cleared, and the application may not select them from the table. A column whose mask is null is in `<t>_plain` alone.
create function make_masked(kept regclass, masks jsonb) returns void language plpgsql set search_path = public, pg_temp as $$
begin
    insert into table_rule (name, masks) values (kept::text, make_masked.masks)
    on conflict (name) do update set masks = excluded.masks;
    perform apply_rules(kept);
end $$;

-- Rows for which the condition holds are seen and changed only by the accounts, agencies and households in `<t>_reader`, and
-- by the program itself. Readers are written before their row, whose id is taken from the sequence first; the key between
-- them is looked at when the transaction commits. No such row enters a layer in memory.
create function make_restricted(kept regclass, condition text default 'true') returns void
    language plpgsql set search_path = public, pg_temp as $$
begin
    execute format('create table %I (
        row_id       bigint not null references %s on delete cascade deferrable initially deferred,
        account_id   bigint references account on delete cascade,
        agency_id    bigint references agency on delete cascade,
        household_id bigint,
        check (num_nonnulls(account_id, agency_id, household_id) = 1),
        unique nulls not distinct (row_id, account_id, agency_id, household_id))', kept || '_reader', kept);
    execute format('grant select, insert, delete on %I to gridhall_app', kept || '_reader');
    insert into table_rule (name, restricted) values (kept::text, condition)
    on conflict (name) do update set restricted = excluded.restricted;
    perform apply_rules(kept);
end $$;

-- What changes in a table closes the version before it and opens the next, by whom and why the transaction says.
create function record_history() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    history constant regclass := tg_argv[0]::regclass;
    kept constant text := columns_of(tg_relid, '{}');
    who constant text := coalesce(nullif(current_setting('gridhall.actor', true), ''), 'database:' || session_user);
    why constant text := coalesce(current_setting('gridhall.why', true), '');
begin
    if tg_op <> 'INSERT' then
        -- What is changed twice in a transaction has one version of it.
        execute format('delete from %s h using old_rows o where h.id = o.id and upper_inf(h.valid) and lower(h.valid) = now()%s',
                       history, case when tg_op = 'UPDATE' then ' and exists (select from new_rows n where n.id = o.id and n is distinct from o)' else '' end);
        execute format('update %s h set valid = tstzrange(lower(h.valid), now()) from old_rows o where h.id = o.id and upper_inf(h.valid)%s',
                       history, case when tg_op = 'UPDATE' then ' and exists (select from new_rows n where n.id = o.id and n is distinct from o)' else '' end);
    end if;
    if tg_op <> 'DELETE' then
        execute format('insert into %s (valid, changed_by, why, %s) select tstzrange(now(), null), $1, $2, %s from new_rows n%s',
                       history, kept, kept, case when tg_op = 'UPDATE' then ' where not exists (select from old_rows o where o.id = n.id and n is not distinct from o)' else '' end)
            using who, why;
    end if;
    return null;
end $$;

-- What a table held before is kept in `<t>_history`: each version with the time for which it held, who made it, and why. It is
-- read under the rules of the table. A table with columns that the application may not read is refused before make_masked.
create function make_history(kept regclass) returns void
    language plpgsql set search_path = public, pg_temp set client_min_messages = warning as $$
declare
    history constant text := kept || '_history';
    hidden text;
begin
    select string_agg(attname, ', ') into hidden from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped and not has_column_privilege('gridhall_app', kept, attnum, 'select');
    if hidden is not null and not exists (select from table_rule r where r.name = kept::text and r.masks is not null) then
        raise exception '% has columns that the application may not read (%): make_masked first', kept, hidden;
    end if;
    -- In front, so that a column that both get later has the same place in both.
    execute format('create table %I (valid tstzrange not null, changed_by text not null, why text not null, like %s,
                    exclude using gist (id with =, valid with &&))', history, kept);
    execute format('create index on %I (region)', history);
    execute format('insert into %I select tstzrange(now(), null), ''migration'', '''', t.* from %s t', history, kept);
    execute format('create trigger history_insert after insert on %s referencing new table as new_rows
                    for each statement execute function record_history(%L)', kept, history);
    execute format('create trigger history_update after update on %s referencing old table as old_rows new table as new_rows
                    for each statement execute function record_history(%L)', kept, history);
    execute format('create trigger history_delete after delete on %s referencing old table as old_rows
                    for each statement execute function record_history(%L)', kept, history);
    execute format('grant select on %I to gridhall_app', history);
    perform make_scoped(history::regclass);
    perform apply_rules(kept);
end $$;

revoke execute on function make_layer, make_masked, make_restricted, make_history, apply_rules from public;
