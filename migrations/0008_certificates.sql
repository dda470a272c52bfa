-- CA 证书登录: whom the city trusts, whose certificate is whose, and what is signed to come in.

create table trusted_authority (
    id              bigint primary key default nextval('entity_id'),
    name            text not null check (length(name) between 1 and 80),
    fingerprint     bytea not null check (length(fingerprint) = 32),          -- SHA-256
    der             bytea not null check (length(der) <= 16384),
    subject         text not null,
    not_after       timestamptz not null,
    grace_hours     smallint not null default 0 check (grace_hours between 0 and 720),  -- a list that is overdue holds so much longer
    crl             bytea check (length(crl) <= 5242880),
    crl_this_update timestamptz,
    crl_next_update timestamptz,
    crl_source      text check (length(crl_source) between 1 and 500),        -- a file's path, or an http address
    crl_hosts       text[] not null default '{}' check (cardinality(crl_hosts) <= 8),   -- whom to ask for it, and nobody else
    crl_tried_at    timestamptz,
    crl_problem     text check (length(crl_problem) <= 400),                  -- why the last try brought nothing
    added_by        text not null,
    added_at        timestamptz not null default now(),
    removed_by      text,
    removed_at      timestamptz,
    changed_at      timestamptz not null default now(),
    check ((crl is null) = (crl_next_update is null) and (crl is null) = (crl_this_update is null))
);
-- Trusted once; whom one trusted no longer may be trusted again.
create unique index trusted_authority_fingerprint on trusted_authority (fingerprint) where removed_at is null;

create table certificate (
    id          bigint primary key default nextval('entity_id'),
    account_id  bigint not null references account on delete cascade,
    fingerprint bytea not null check (length(fingerprint) = 32),
    subject     text not null,
    issuer      text not null,
    serial      text not null,
    not_after   timestamptz not null,
    der         bytea not null check (length(der) <= 16384),
    bound_by    text not null,
    bound_at    timestamptz not null default now(),
    unbound_by  text,
    unbound_at  timestamptz
);
-- One certificate opens one account.
create unique index certificate_fingerprint on certificate (fingerprint) where unbound_at is null;
create index certificate_account on certificate (account_id);

-- What was given out to be signed: two minutes, and once.
create table sign_in_challenge (
    hash       bytea primary key check (length(hash) = 32),
    purpose    text not null check (purpose in ('sign-in')),
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index sign_in_challenge_expires on sign_in_challenge (expires_at);

grant select, insert, update on trusted_authority, certificate to gridhall_app;
grant select, insert, update, delete on sign_in_challenge to gridhall_app;
