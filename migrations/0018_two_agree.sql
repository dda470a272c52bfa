-- What was made from an account's rights ends with them; what opens another's account, or changes an administrator's,
-- needs two; an administrator holds no post of the business.

-- A token that somebody made from their own rights (a wall's screen) names who that was and in which post they acted, and
-- what they have to be allowed for it to hold. It has to be renewed within a year.
alter table token
    add column maker_account bigint references account on delete cascade,
    add column maker_holding bigint references holding on delete cascade,
    add column maker_token   bigint references token on delete cascade,
    add column maker_needs   text,
    add column renew_by      timestamptz,
    add check (num_nonnulls(maker_account, maker_token) <= 1),
    add check ((maker_account is null) = (maker_holding is null)),
    add check (num_nonnulls(maker_account, maker_token) = 0 or num_nonnulls(maker_needs, renew_by) = 2),
    add check (maker_token <> id);

-- Screens that hang already: who made each stands in the audit. Where that isn't known, the screen ends now.
with opened as (
    select s.token_id, split_part(e.actor_key, ':', 1) as kind, split_part(e.actor_key, ':', 2)::bigint as maker, e.post
    from screen s join audit_entry e on e.action = 'wall.screen.open' and e.object = format('screen %s, token %s', s.id, s.token_id)
    where e.actor_key ~ '^(account|token):[0-9]+$'
), found as (
    select o.token_id, m.id as maker_token, null::bigint as maker_account, null::bigint as maker_holding
    from opened o join token m on m.id = o.maker where o.kind = 'token' and m.id <> o.token_id
    union all
    select o.token_id, null, h.account_id, max(h.id)
    from opened o join token t on t.id = o.token_id join holding h on h.account_id = o.maker
         join post p on p.id = h.post_id and p.name = o.post and t.regions <@ p.regions
    where o.kind = 'account' group by o.token_id, h.account_id
)
update token t set maker_token = f.maker_token, maker_account = f.maker_account, maker_holding = f.maker_holding,
       maker_needs = 'wall.direct', renew_by = now() + interval '1 year'
from found f where t.id = f.token_id;
update token set revoked_at = now()
where revoked_at is null and num_nonnulls(maker_account, maker_token) = 0 and id in (select token_id from screen);

-- The tokens that hold now, with what they are good for now: never more than their maker may see and do.
create view valid_token with (security_invoker = true) as
select t.id, t.hash, t.name, t.regions, t.session_hours,
       case when num_nonnulls(t.maker_account, t.maker_token) = 0 then t.permissions
            else array(select unnest(t.permissions) intersect select unnest(coalesce(r.permissions, m.permissions)) order by 1)
       end as permissions,
       least(t.expires_at, t.renew_by, h.until_at, m.expires_at) as expires_at
from token t
     left join token m on m.id = t.maker_token
     left join account a on a.id = t.maker_account
     left join holding h on h.id = t.maker_holding
     left join post p on p.id = h.post_id
     left join role r on r.code = p.role_code
where t.revoked_at is null and (t.expires_at is null or t.expires_at > now()) and (t.renew_by is null or t.renew_by > now())
  and (t.maker_token is null
       or m.revoked_at is null and (m.expires_at is null or m.expires_at > now())
          and t.maker_needs = any(m.permissions) and t.regions <@ m.regions)
  and (t.maker_account is null
       or a.state = 'active' and h.account_id = a.id and h.ended_at is null and h.from_at <= now()
          and (h.until_at is null or h.until_at > now()) and p.closed_at is null
          and t.maker_needs = any(r.permissions) and t.regions <@ p.regions);
grant select on valid_token to gridhall_app;

-- What is bound or trusted once a second administrator has agreed opens nothing before that.
alter table certificate add column waits boolean not null default false;
alter table trusted_authority add column waits boolean not null default false;

alter table rights_request
    drop constraint rights_request_kind_check,
    add constraint rights_request_kind_check check (kind in
        ('holding', 'role', 'reset', 'certificate', 'unbind', 'authority', 'state', 'contact', 'end_holding', 'close_post')),
    add column used_at timestamptz;                  -- a granted reset gives one link
create index rights_request_reset on rights_request (requested_by) where kind = 'reset' and granted and used_at is null;

-- What a holder is told of their account: shown at the next sign-in and on the account's page.
create table account_notice (
    id         bigint primary key default nextval('entity_id'),
    account_id bigint not null references account on delete cascade,
    at         timestamptz not null default now(),
    kind       text not null check (kind in ('reset_asked', 'reset_refused', 'reset_link', 'reset_used',
                                             'certificate_asked', 'certificate_refused', 'certificate_bound', 'certificate_unbound')),
    by_name    text not null,                        -- who did it
    detail     jsonb not null default '{}',
    seen_at    timestamptz
);
create index account_notice_of on account_notice (account_id, id desc);
grant select, insert on account_notice to gridhall_app;
grant update (seen_at) on account_notice to gridhall_app;

-- An account is an administrator of one kind, or of the business. A holding that hasn't ended is of its holder's duty, and
-- so neither side can change alone: the foreign key refuses both.
update holding set ended_at = now() from account a
where a.id = holding.account_id and a.administrator is not null and holding.administrator is null and holding.ended_at is null;
alter table account
    add column duty text not null generated always as (coalesce(administrator, 'business')) stored,
    add unique (id, duty);
alter table holding add column duty text;
create or replace function holding_administrator() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    select role.administrator, post.region, case when new.ended_at is null then coalesce(role.administrator, 'business') end
    into new.administrator, new.region, new.duty
    from post join role on role.code = post.role_code where post.id = new.post_id;
    return new;
end $$;
update holding set duty = coalesce(administrator, 'business') where ended_at is null;
alter table holding
    add constraint holding_duty foreign key (account_id, duty) references account (id, duty),
    add check ((duty is null) = (ended_at is not null));

-- What the holdings rest on stays as it is: whose a role is, and which role a post has.
create function duty_stays() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'whose a role is and which role a post has does not change' using errcode = 'check_violation';
end $$;
create trigger role_duty_stays before update of administrator on role for each row
    when (old.administrator is distinct from new.administrator) execute function duty_stays();
create trigger post_role_stays before update of role_code on post for each row
    when (old.role_code is distinct from new.role_code) execute function duty_stays();

-- What a role has ever carried: who takes a permission away, resets an account and asks for it back gains nothing by that.
alter table role add column ever_carried text[] not null default '{}';
update role set ever_carried = permissions;
create function role_carries() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    new.ever_carried := array(select unnest(new.ever_carried) union select unnest(new.permissions) order by 1);
    return new;
end $$;
create trigger role_carries before insert or update on role for each row execute function role_carries();

-- What the posts of an account have ever let it do, wherever they stand: whoever asks may see less than all of them.
create function permissions_of_account(account bigint) returns text[] language sql stable security definer
    set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct permission order by permission), '{}')
    from holding h join post p on p.id = h.post_id join role r on r.code = p.role_code, unnest(r.ever_carried) permission
    where h.account_id = account
$$;
revoke execute on function permissions_of_account(bigint) from public;
grant execute on function permissions_of_account(bigint) to gridhall_app;
