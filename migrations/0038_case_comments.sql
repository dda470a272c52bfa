-- What is said about a case among those who work on it: never told to whoever reported it, never changed.
create table case_comment (
    id        bigint primary key default nextval('entity_id'),
    case_id   bigint not null references case_record on delete cascade,
    region    bigint not null,
    by_key    text not null,
    by_name   text not null,
    post      text not null,
    at        timestamptz not null,
    text      text not null check (length(text) between 1 and 2000),
    mentions  bigint[] not null default '{}',        -- the accounts that were called
    files     bigint[] not null default '{}',
    -- Under which key it was sent, and what stood in it: what is sent again is written once.
    request   text check (length(request) between 8 and 100),
    digest    text,
    unique (by_key, request)
);
create index case_comment_of on case_comment (case_id, id);
create index case_comment_region on case_comment (region);
grant select, insert on case_comment to gridhall_app;
grant update (region) on case_comment to gridhall_app;
select make_scoped('case_comment');
create function case_takes_its_comments() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    update case_comment set region = new.region where case_id = new.id;
    return null;
end $$;
create trigger case_takes_its_comments after update of region on case_record for each row
    when (new.region <> old.region) execute function case_takes_its_comments();

-- What the audit calls a case: its number.
create function name_of_case(id text) returns text language sql stable set search_path = public, pg_temp as $$
    select c.number from listed_case c where c.id = name_of_case.id::bigint $$;
