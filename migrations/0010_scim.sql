-- SCIM 2.0 (RFC 7643): what the office platform tells of people beside the account's own columns, and who suspended one.

alter table account
    drop constraint account_login_check,
    -- At the office platform a login is often a mail address.
    add constraint account_login_check check (login ~ '^[a-z0-9][a-z0-9._@+-]{1,63}$'),
    add column scim jsonb not null default '{}' check (jsonb_typeof(scim) = 'object'),
    add column suspended_by_sync boolean not null default false;   -- only such a one is opened again by it
alter table agency add column updated_at timestamptz not null default now();
