-- Messages: what somebody is told, one row each. A module declares the kinds and their words; a row keeps what is put into
-- them. Whom a message is for reads it, and nobody else.
create table message (
    id         bigint primary key default nextval('entity_id'),
    account_id bigint not null references account on delete cascade,
    kind       text not null check (kind ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    key        text check (length(key) <= 200),             -- of one kind, what is told of one key is told once until it is read
    object     text not null default '',                    -- what it is about, as the audit names it: request 12
    by_name    text not null default '',                    -- who did it
    detail     jsonb not null default '{}',                 -- what stands in its words
    created_at timestamptz not null default now(),
    read_at    timestamptz
);
create index message_of on message (account_id, id desc);
create unique index message_unread on message (account_id, kind, key) where read_at is null;
alter table message enable row level security;
create policy message_own on message to gridhall_app using (account_id = (select reader_account()));
grant select on message to gridhall_app;
grant update (read_at) on message to gridhall_app;

-- Tells accounts something. What they haven't read yet under the same key says from now on what this says.
create function tell(accounts bigint[], kind text, key text, object text, by_name text, detail jsonb) returns void
    language sql security definer set search_path = public, pg_temp as $$
    insert into message (account_id, kind, key, object, by_name, detail)
    select a.id, tell.kind, tell.key, tell.object, tell.by_name, tell.detail from account a
    where a.id = any(accounts) and a.state <> 'left'
    on conflict (account_id, kind, key) where read_at is null
        do update set detail = excluded.detail, by_name = excluded.by_name, created_at = now() $$;

-- How many messages of kinds that begin so an account hasn't read: asked before it is known who reads.
create function unread_of(account bigint, begins text) returns bigint
    language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from message m where m.account_id = account and m.read_at is null and starts_with(m.kind, begins) $$;

-- The accounts that may do something in a region (0: in the whole city), in a post that they hold now.
create function accounts_that_may(permission text, place bigint) returns bigint[]
    language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(distinct h.account_id), '{}')
    from holding h
    join post p on p.id = h.post_id and p.closed_at is null
    join role r on r.code = p.role_code
    join account a on a.id = h.account_id and a.state = 'active'
    where h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now())
      and permission = any(r.permissions)
      and exists (select from unnest(p.regions) own
                  where own % 100000000000 = 0
                     or place <> 0 and place between own and own + case
                            when own % 1000000000 = 0 then 999999999
                            when own % 1000000 = 0 then 999999
                            when own % 1000 = 0 then 999
                            else 0 end) $$;

revoke execute on function tell, unread_of, accounts_that_may from public;
grant execute on function tell, unread_of, accounts_that_may to gridhall_app;

-- What holders of accounts were told becomes messages: those of kinds that begin with `account.` are about one's own account.
insert into message (id, account_id, kind, object, by_name, detail, created_at, read_at)
select id, account_id, 'account.' || kind, 'account ' || account_id, by_name, detail, at, seen_at from account_notice;
drop table account_notice;
