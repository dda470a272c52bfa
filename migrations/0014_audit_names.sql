-- What an entry's object is called, for people: an entry names it by its kind and number, which never change. Asked for with
-- the reader's own rights, so that a name beyond his scope stays out; null where there is none, and for residents.
create function audit_about(object text) returns text language plpgsql stable set search_path = public, pg_temp as $$
declare
    kind text := split_part(object, ' ', 1);
    nr   bigint;
begin
    if kind = 'role' then
        return (select r.name from role r where r.code = split_part(object, ' ', 2));
    elsif kind = 'system' then
        return (select c.name from client_system c where c.client_id = split_part(object, ' ', 2));
    elsif object !~ '^[a-z]+ [0-9]{1,18}\y' then
        return null;
    end if;
    nr := split_part(translate(object, ',', ' '), ' ', 2);
    return case kind
        when 'account' then (select format('%s（%s）', a.name, a.login) from account a where a.id = nr)
        when 'holding' then (
            select format('%s（%s）· %s', a.name, a.login, p.name)
            from holding h join account a on a.id = h.account_id join post p on p.id = h.post_id where h.id = nr)
        when 'request' then (
            select case r.kind when 'holding' then format('%s · %s', r.body ->> 'account', r.body ->> 'post')
                               else r.body ->> 'role' end
            from rights_request r where r.id = nr)
        when 'post' then (
            select format('%s · %s', g.name, p.name) from post p join agency g on g.id = p.agency_id where p.id = nr)
        when 'agency' then (select g.name from agency g where g.id = nr)
        when 'authority' then (select t.name from trusted_authority t where t.id = nr)
        when 'provider' then (select p.name from sign_in_provider p where p.id = nr)
        when 'token' then (select t.name from token t where t.id = nr)
        when 'screen' then (select s.name from screen s where s.id = nr)
        when 'scene' then (select s.name from scene s where s.id = nr)
        when 'session' then (
            select format('%s（%s）', a.name, a.login) from session s join account a on a.id = s.account_id
            where s.id = nr)
    end;
end $$;
