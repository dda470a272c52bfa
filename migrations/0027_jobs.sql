-- Background work: enqueued in the transaction that asks for it, so that it is neither lost nor done for what was never
-- committed. The program takes what is due, and tries again what failed.
create table job (
    id          bigint primary key default nextval('entity_id'),
    kind        text not null check (kind ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    key         text check (length(key) <= 200),            -- of one kind, two with one key are the same work
    payload     jsonb not null default '{}',
    recurs      boolean not null default false,             -- it is always there, and waits for its next time
    asked_by    text not null,                              -- the actor's key: account:12, token:3, system:...
    holding_id  bigint references holding on delete cascade, -- the post in which an account asked
    state       text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
    tries       integer not null default 0,                 -- since it last went well
    due_at      timestamptz not null,
    asked_again boolean not null default false,             -- while it ran: it is to run once more
    server      text,                                       -- which runs it, or ran it last
    held_until  timestamptz,                                -- then another may take it from that server
    problem     text,                                       -- of the last try
    created_at  timestamptz not null default now(),
    ended_at    timestamptz
);
create unique index job_once on job (kind, key) where key is not null and state in ('waiting', 'running');
create unique index job_recurring on job (kind) where recurs;
create index job_due on job (due_at) where state in ('waiting', 'running');
create index job_ended on job (ended_at) where ended_at is not null;
grant select, insert, update, delete on job to gridhall_app;

-- For triggers: what is to be done because a row has changed.
create function enqueue_job(kind text, key text, payload jsonb) returns void language sql set search_path = public, pg_temp as $$
    insert into job (kind, key, payload, asked_by, due_at) values (kind, key, payload, 'system', now())
    on conflict (kind, key) where key is not null and state in ('waiting', 'running')
        do update set payload = excluded.payload, asked_again = job.state = 'running' $$;

-- That a session has ended is told to systems by jobs.
create or replace function session_ended() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare ended record;
begin
    for ended in update sign_on set ended_at = now() where session_id = new.id and ended_at is null returning id, system_id loop
        perform enqueue_job('sso.tell', ended.id::text, jsonb_build_object('sign_on', ended.id))
        from client_system s
        where s.id = ended.system_id and s.sign_out_uri is not null and s.removed_at is null
          -- A system that never took up its code knows nothing of the session.
          and exists (select from sign_on_token t where t.sign_on_id = ended.id);
    end loop;
    return null;
end $$;

insert into job (kind, key, payload, asked_by, due_at, tries)
select 'sso.tell', sign_on_id::text, jsonb_build_object('sign_on', sign_on_id), 'system', max(next_at), max(tries)
from sign_out_notice where done_at is null group by sign_on_id;
drop table sign_out_notice;
