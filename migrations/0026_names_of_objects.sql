-- What each kind of thing is called is said by a function of its module, name_of_<kind>(id), and audit_about asks the one of
-- the kind: a new module adds its own and changes nothing here. They read with the reader's own rights; null where there is
-- none in scope.
create function name_of_account(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select format('%s（%s）', a.name, a.login) from account a where a.id = name_of_account.id::bigint $$;

create function name_of_holding(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select format('%s（%s）· %s', a.name, a.login, p.name)
    from holding h join account a on a.id = h.account_id join post p on p.id = h.post_id
    where h.id = name_of_holding.id::bigint $$;

create function name_of_request(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select case r.kind when 'holding' then format('%s · %s', r.body ->> 'account', r.body ->> 'post')
                       else r.body ->> 'role' end
    from rights_request r where r.id = name_of_request.id::bigint $$;

create function name_of_post(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select format('%s · %s', g.name, p.name) from post p join agency g on g.id = p.agency_id
    where p.id = name_of_post.id::bigint $$;

create function name_of_agency(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select g.name from agency g where g.id = name_of_agency.id::bigint $$;

create function name_of_role(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select r.name from role r where r.code = name_of_role.id $$;

create function name_of_authority(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select t.name from trusted_authority t where t.id = name_of_authority.id::bigint $$;

create function name_of_system(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select c.name from client_system c where c.client_id = name_of_system.id $$;

create function name_of_provider(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select p.name from sign_in_provider p where p.id = name_of_provider.id::bigint $$;

create function name_of_token(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select t.name from token t where t.id = name_of_token.id::bigint $$;

create function name_of_session(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select format('%s（%s）', a.name, a.login) from session s join account a on a.id = s.account_id
    where s.id = name_of_session.id::bigint $$;

create function name_of_screen(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select s.name from screen s where s.id = name_of_screen.id::bigint $$;

create function name_of_scene(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select s.name from scene s where s.id = name_of_scene.id::bigint $$;

-- An object's words are its kind and its id; more may follow (`person 12, 3 fields`).
create or replace function audit_about(object text) returns text language plpgsql stable set search_path = public, pg_temp as $$
declare
    words text[] := string_to_array(translate(object, ',', ' '), ' ');
    named text;
begin
    if words[1] !~ '^[a-z_]+$' or words[2] is null
       or to_regprocedure(format('public.name_of_%s(text)', words[1])) is null then
        return null;
    end if;
    execute format('select public.name_of_%s($1)', words[1]) into named using words[2];
    return named;
exception
    -- An object that was written otherwise than its kind's ids are is called nothing.
    when invalid_text_representation or numeric_value_out_of_range then return null;
end $$;
