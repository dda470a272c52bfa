-- 统一用户管理: agencies, posts, roles, accounts, and what raises their rights.

-- An office of the city's administration: a tree, each tied to a region.
create table agency (
    id         bigint primary key default nextval('entity_id'),
    region     bigint not null,
    parent_id  bigint references agency,
    code       text unique check (length(code) between 1 and 40),          -- 部门编码; the office platform's own
    name       text not null check (length(name) between 1 and 80),
    kind       text not null check (kind in ('party', 'government', 'department', 'street', 'community', 'grid', 'provider')),
    position   integer not null default 0,
    closed_at  timestamptz,
    created_at timestamptz not null default now(),
    check (parent_id <> id)
);
create index agency_parent on agency (parent_id);
create index agency_region on agency (region);

-- A role is data: which permissions it carries is the security administrator's to say.
create table role (
    code          text primary key,
    name          text not null,
    name_en       text not null,
    level         text not null,                     -- at which level of regions its posts stand
    about         text not null default '',
    administrator text check (administrator in ('system', 'security', 'audit')),
    permissions   text[] not null default '{}',
    position      integer not null,
    updated_by    text not null default 'system:migration',
    updated_at    timestamptz not null default now()
);

create table account (
    id               bigint primary key default nextval('entity_id'),
    region           bigint not null,
    agency_id        bigint not null references agency,
    login            text not null check (login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    name             text not null check (length(name) between 1 and 60),
    phone            text check (length(phone) <= 30),
    email            text check (length(email) <= 120),
    citizen_id       text unique,                    -- GB 11643; by it a certificate may be matched
    external_id      text unique,                    -- at the office platform
    state            text not null default 'invited' check (state in ('invited', 'active', 'suspended', 'dormant', 'left')),
    administrator    text check (administrator in ('system', 'security', 'audit')),
    password         text,                           -- argon2id, in the PHC form
    password_at      timestamptz,
    must_change      boolean not null default false,
    certificate_only boolean not null default false,
    totp_secret      bytea,
    totp_confirmed   boolean not null default false,
    totp_step        bigint not null default 0,      -- the last step that was used: a code opens once
    signed_in_at     timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    -- One of the three administrators at most; `holding` points here with its own.
    unique (id, administrator)
);
create unique index account_login on account (login);
create index account_agency on account (agency_id);
create index account_region on account (region);

-- Passwords that were used before.
create table password_history (
    account_id bigint not null references account on delete cascade,
    at         timestamptz not null default now(),
    password   text not null
);
create index password_history_account on password_history (account_id, at desc);

-- A seat in an agency: a role, and the regions that it looks after.
create table post (
    id         bigint primary key default nextval('entity_id'),
    region     bigint not null,                      -- the first of its regions
    agency_id  bigint not null references agency,
    role_code  text not null references role,
    name       text not null check (length(name) between 1 and 80),
    regions    bigint[] not null check (cardinality(regions) between 1 and 4),
    closed_at  timestamptz,
    created_at timestamptz not null default now(),
    check (regions[1] = region)
);
create index post_agency on post (agency_id);
create index post_region on post (region);

-- Who holds a post, as his own or for somebody who is away.
create table holding (
    id            bigint primary key default nextval('entity_id'),
    region        bigint not null,
    post_id       bigint not null references post,
    account_id    bigint not null,
    administrator text,
    stand_in      boolean not null default false,
    from_at       timestamptz not null default now(),
    until_at      timestamptz check (until_at > from_at),
    ended_at      timestamptz,
    granted_by    text not null,
    -- System, security and audit administrators are different people: an account is one of them at most, and a post of
    -- another can't be held with it. A post of none of them points nowhere.
    foreign key (account_id) references account (id) on delete cascade,
    foreign key (account_id, administrator) references account (id, administrator),
    check (not stand_in or until_at is not null)
);
create index holding_account on holding (account_id) where ended_at is null;
create index holding_post on holding (post_id) where ended_at is null;

create function holding_administrator() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    select role.administrator, post.region into new.administrator, new.region
    from post join role on role.code = post.role_code where post.id = new.post_id;
    return new;
end $$;
create trigger holding_administrator before insert or update on holding
    for each row execute function holding_administrator();

-- What raises rights: one asks, another agrees.
create table rights_request (
    id           bigint primary key default nextval('entity_id'),
    region       bigint not null,
    kind         text not null check (kind in ('holding', 'role')),
    body         jsonb not null,
    reason       text not null check (length(reason) between 1 and 400),
    requested_by bigint not null references account,
    requested_at timestamptz not null default now(),
    decided_by   bigint references account,
    decided_at   timestamptz,
    granted      boolean,
    note         text not null default '',
    check (decided_by <> requested_by),
    check ((decided_at is null) = (granted is null) and (decided_at is null) = (decided_by is null))
);
create index rights_request_open on rights_request (requested_at) where decided_at is null;

-- A code that lets its holder set a password: the first one, or a new one.
create table invitation (
    hash       bytea primary key check (length(hash) = 32),
    account_id bigint not null references account on delete cascade,
    expires_at timestamptz not null,
    used_at    timestamptz,
    created_at timestamptz not null default now()
);

-- Failed sign-ins by what they have in common: an account from an address, an address, an account from anywhere new.
-- Each waits longer, none for ever.
create table sign_in_failure (
    key          text primary key check (length(key) <= 200),
    failures     integer not null,
    last_at      timestamptz not null default now(),
    locked_until timestamptz
);

-- What the security administrator has set for the whole city.
create table identity_policy (
    only_row             boolean primary key default true check (only_row),
    password_length      smallint not null default 10 check (password_length between 8 and 64),
    password_history     smallint not null default 5 check (password_history between 0 and 24),
    password_days        smallint not null default 90 check (password_days between 0 and 3650),      -- 0: for ever
    idle_minutes         smallint not null default 60 check (idle_minutes between 5 and 720),
    session_hours        smallint not null default 12 check (session_hours between 1 and 24),
    dormant_days         smallint not null default 90 check (dormant_days between 7 and 3650),
    match_citizen_id     boolean not null default false,  -- a certificate that names an account's identity number opens it
    updated_by           text not null default 'system:migration',
    updated_at           timestamptz not null default now()
);
insert into identity_policy default values;

-- A session is a token's or an account's; an account's acts in one post.
alter table session alter column token_id drop not null;
alter table session add column account_id bigint references account on delete cascade;
alter table session add column holding_id bigint references holding on delete set null;
alter table session add column method text not null default 'token'
    check (method in ('token', 'password', 'certificate', 'oidc'));
alter table session add check (num_nonnulls(token_id, account_id) = 1);
create index session_account on session (account_id) where ended_at is null;

grant select, insert, update on agency, role, account, post, holding, rights_request, invitation, identity_policy
    to gridhall_app;
grant select, insert, delete on password_history to gridhall_app;
grant select, insert, update, delete on sign_in_failure to gridhall_app;

do $$
declare
    name text;
    holds constant text :=
        '(region between current_setting(''gridhall.lo1'')::bigint and current_setting(''gridhall.hi1'')::bigint
       or region between current_setting(''gridhall.lo2'')::bigint and current_setting(''gridhall.hi2'')::bigint
       or region between current_setting(''gridhall.lo3'')::bigint and current_setting(''gridhall.hi3'')::bigint
       or region between current_setting(''gridhall.lo4'')::bigint and current_setting(''gridhall.hi4'')::bigint)';
begin
    foreach name in array array['agency', 'account', 'post', 'holding', 'rights_request']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy scope on %I for all to gridhall_app using (%s) with check (%s)', name, holds, holds);
    end loop;
end $$;

-- The roles of the city's practice and what they may do at the start; corrected in the product.
insert into role (position, code, name, name_en, level, administrator, permissions) values
    (1, 'citizen', '市民', 'Resident', 'self', null, '{}'),
    (2, 'building_head', '楼栋长', 'Head of a building', 'grid', null, '{map.read}'),
    (3, 'grid_worker', '网格员', 'Grid worker', 'grid', null, '{map.read,person.read,case.write}'),
    (4, 'coordinator_assistant', '协管员', 'Assistant', 'grid', null, '{map.read,person.read,case.write}'),
    (5, 'community_clerk', '社区受理员（窗口）', 'Window clerk', 'community', null, '{map.read,person.read}'),
    (6, 'community_lead', '社区书记/主任', 'Head of a community', 'community', null, '{map.read,person.read,person.clear,case.write,directory.export}'),
    (7, 'zongzhi_officer', '综治专干', 'Governance officer', 'community', null, '{map.read,person.read,person.clear,case.write}'),
    (8, 'street_dispatcher', '街道调度员', 'Street dispatcher', 'street', null, '{map.read,person.read,case.write}'),
    (9, 'street_lead', '街道领导', 'Head of a street', 'street', null, '{map.read,person.read,directory.export}'),
    (10, 'district_supervisor', '区县监督中心受理员', 'County supervision clerk', 'county', null, '{map.read,case.write}'),
    (11, 'district_duty_chief', '区县值班长', 'County duty chief', 'county', null, '{map.read,case.write,wall.direct}'),
    (12, 'district_dispatcher', '区县指挥中心派遣员', 'County dispatcher', 'county', null, '{map.read,case.write,wall.direct}'),
    (13, 'dept_handler', '职能部门处置员', 'Department handler', 'county', null, '{map.read,case.write}'),
    (14, 'dept_approver', '职能部门审批员', 'Department approver', 'county', null, '{map.read}'),
    (15, 'dept_lead', '职能部门领导', 'Head of a department', 'county', null, '{map.read}'),
    (16, 'zongzhi_office', '综治办', 'Governance office', 'county', null, '{map.read,person.read}'),
    (17, 'weiwen_office', '维稳办', 'Stability office', 'county', null, '{map.read}'),
    (18, 'supervision', '监察员（电子监察）', 'Supervisor', 'city', null, '{map.read}'),
    (19, 'city_lead', '市领导', 'City leader', 'city', null, '{map.read,wall.direct}'),
    (20, 'data_steward', '数据管理员', 'Data steward', 'city', null, '{map.read,person.read,directory.write,directory.export,region.write}'),
    (21, 'sysadmin', '系统管理员', 'System administrator', 'city', 'system', '{identity.read,identity.manage}'),
    (22, 'secadmin', '安全保密管理员', 'Security administrator', 'city', 'security', '{identity.read,identity.secure}'),
    (23, 'auditor', '安全审计员', 'Audit administrator', 'city', 'audit', '{audit.read}'),
    (24, 'ops', '运行监控员', 'Operations', 'city', null, '{}'),
    (25, 'social_provider', '社会服务商', 'Service provider', 'city', null, '{}'),
    (26, 'utility_feed', '公共服务单位（接口）', 'Public utility (interface)', 'city', null, '{}');

-- A role of an administrator carries nothing of the business, and no other role carries what is theirs.
alter table role add constraint separate_rights check (
    case when administrator is null
        then not permissions && array['identity.manage', 'identity.secure', 'audit.read']
        else permissions <@ case administrator
            when 'system' then array['identity.read', 'identity.manage', 'monitor.read']
            when 'security' then array['identity.read', 'identity.secure']
            else array['audit.read'] end
    end);
