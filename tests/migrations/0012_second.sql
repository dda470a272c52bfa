-- 单点登录: the systems that people reach with one sign-in, and what each was given.

-- Keys that sign tokens: the newest whose day has come signs, all that are here are published.
create table signing_key (
    kid        text primary key,
    private    bytea not null,                       -- PKCS#1
    signs_from timestamptz not null,
    created_at timestamptz not null default now()
);

-- A system that the security administrator has registered.
create table client_system (
    id               bigint primary key default nextval('entity_id'),
    client_id        text not null unique check (client_id ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    name             text not null check (length(name) between 1 and 60),
    about            text not null default '' check (length(about) <= 200),
    home_url         text check (length(home_url) <= 500),
    redirect_uris    text[] not null check (cardinality(redirect_uris) between 1 and 10),
    signed_out_uris  text[] not null default '{}' check (cardinality(signed_out_uris) <= 10),
    sign_out_uri     text check (length(sign_out_uri) <= 500),          -- told when a session ends (back-channel)
    secret           bytea check (length(secret) = 32),                 -- its hash; none for a program that can't keep one
    roles            text[] not null default '{}',                      -- who may open it; empty: everyone
    position         integer not null default 0,
    updated_by       text not null,
    updated_at       timestamptz not null default now(),
    removed_at       timestamptz
);

-- What a system was given of a session; all of it ends with the session.
create table sign_on (
    id         bigint primary key default nextval('entity_id'),
    sid        text not null unique default gen_random_uuid()::text,    -- by which the system knows the session
    system_id  bigint not null references client_system,
    session_id bigint not null references session on delete cascade,
    account_id bigint not null references account on delete cascade,
    issuer     text not null,                                           -- under which address it was given
    scope      text not null,
    nonce      text,
    signed_at  timestamptz not null,                                    -- when the person proved himself
    created_at timestamptz not null default now(),
    ended_at   timestamptz
);
create index sign_on_session on sign_on (session_id) where ended_at is null;
create index sign_on_system on sign_on (system_id) where ended_at is null;

-- A code on its way through the browser; used once.
create table sign_on_code (
    hash         bytea primary key check (length(hash) = 32),
    sign_on_id   bigint not null references sign_on on delete cascade,
    redirect_uri text not null,
    challenge    text not null,                                         -- PKCE, S256
    expires_at   timestamptz not null,
    used_at      timestamptz
);
create index sign_on_code_of on sign_on_code (sign_on_id);

create table sign_on_token (
    hash       bytea primary key check (length(hash) = 32),
    sign_on_id bigint not null references sign_on on delete cascade,
    kind       text not null check (kind in ('access', 'refresh')),
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index sign_on_token_of on sign_on_token (sign_on_id);

-- Systems still to be told that a session has ended.
create table sign_out_notice (
    id         bigint primary key default nextval('entity_id'),
    sign_on_id bigint not null references sign_on on delete cascade,
    tries      integer not null default 0,
    next_at    timestamptz not null default now(),
    done_at    timestamptz,
    problem    text
);
create index sign_out_notice_next on sign_out_notice (next_at) where done_at is null;

-- However a session ends (by its holder, an administrator, a job), what was given of it ends with it.
create function session_ended() returns trigger language plpgsql set search_path = public, pg_temp as $$
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
create trigger session_ended after update of ended_at on session for each row
    when (old.ended_at is null and new.ended_at is not null) execute function session_ended();

-- Where else people may have signed in: the city's office platform.
create table sign_in_provider (
    id            bigint primary key default nextval('entity_id'),
    name          text not null check (length(name) between 1 and 60),
    issuer        text not null unique check (length(issuer) between 1 and 500),
    client_id     text not null check (length(client_id) between 1 and 200),
    client_secret text not null check (length(client_secret) between 1 and 500),
    match_by      text not null default 'external_id' check (match_by in ('external_id', 'login')),
    updated_by    text not null,
    updated_at    timestamptz not null default now(),
    removed_at    timestamptz
);

-- A sign-in that is on its way to such a provider.
create table sign_in_journey (
    state       bytea primary key check (length(state) = 32),
    provider_id bigint not null references sign_in_provider on delete cascade,
    nonce       text not null,
    verifier    text not null,
    goes_to     text not null check (length(goes_to) <= 2000),
    expires_at  timestamptz not null
);

grant select, insert, delete on signing_key to gridhall_app;
grant select, insert, update on client_system, sign_in_provider to gridhall_app;
grant select, insert, update, delete on sign_on, sign_on_code, sign_on_token, sign_out_notice, sign_in_journey to gridhall_app;
