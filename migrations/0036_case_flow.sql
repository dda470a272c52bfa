-- Cases go through a process: the states of lifecycle, an urgency beside the level, and what is kept of a case as it is reported.
alter table case_record drop constraint case_record_status_check;
update case_record set status = case status
    when 'accepted' then 'to_file' when 'filed' then 'to_dispatch' when 'dispatched' then 'disposing'
    when 'handling' then 'disposing' when 'handled' then 'to_check' when 'rejected' then 'refused'
    when 'suspended' then 'hung' else status end
where status in ('accepted', 'filed', 'dispatched', 'handling', 'handled', 'rejected', 'suspended');
alter table case_record add check (status in ('reported', 'verifying', 'to_file', 'to_dispatch', 'disposing', 'to_check',
                                              'to_close', 'closed', 'voided', 'refused', 'hung', 'merged'));
drop index case_record_open;
create index case_record_open on case_record (status, id) where status not in ('closed', 'voided', 'refused', 'merged');

-- severity stays how urgent a case is (1 ordinary to 4 gravest); its level is a field of its own.
alter table case_record
    add level          smallint check (level between 1 and 3),  -- 1 一般, 2 较大, 3 重大; none until it is filed
    add receipt        text unique,                             -- 受理编号, given as it is reported
    add detail         text not null default '' check (length(detail) <= 2000),
    add demand         text check (demand in ('consult', 'help', 'complaint', 'report', 'suggestion', 'praise')),
    add main_id        bigint references case_record,           -- 并案: the case of which it is a part
    add run_at         text not null default 'county' check (run_at in ('community', 'street', 'county', 'city')),
    add verified       boolean,                                 -- what somebody found on the spot
    add reporter       text,                                    -- the key of who reported it here
    add reporter_name  text check (length(reporter_name) <= 60),
    add reporter_phone text check (length(reporter_phone) <= 30),
    add is_protected   boolean not null default false,          -- 隐去身份
    add check (main_id <> id);
update case_record set level = least(severity, 3) where status not in ('reported', 'to_file', 'refused');
create index case_record_main on case_record (main_id) where main_id is not null;
-- Likely duplicates are near in place and time.
create index case_record_alike on case_record (category, reported_at);

-- Who settles what, where it isn't the department that the table of categories names: the most exact row holds.
create table case_responsibility (
    category   text not null check (length(category) between 1 and 10),  -- how it begins: C01, C0101
    place      bigint not null,                                          -- the region for which it holds
    agency_id  bigint not null references agency,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    primary key (category, place)
);
grant select, insert, update, delete on case_responsibility to gridhall_app;

create or replace view listed_case with (security_invoker = true) as
    select c.id, c.region, c.number, c.category, c.title, c.channel, c.severity, c.status, c.reported_at, c.due_at, c.closed_at,
           c.address, c.geom, c.level, c.receipt, c.detail, c.demand, c.main_id, c.run_at, c.verified, f.due_at as step_due_at,
           f.soon_at as step_soon_at, f.since, f.asks,
           (select called_unit(t.unit) from flow_task t
            where t.flow_id = c.id and t.role = 'lead' and t.step = 'disposing' and t.unit is not null order by t.number desc limit 1) as department
    from case_record c left join flow f on f.id = c.id
    where not exists (select from sensitive_category s where s.code = c.category);

-- What is in the hands of its process no import sets; and a case that moves takes its process with it.
create function case_keeps_its_step() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if (new.status, new.closed_at, new.due_at, new.number, new.severity, new.category)
           is distinct from (old.status, old.closed_at, old.due_at, old.number, old.severity, old.category)
       and coalesce(current_setting('gridhall.flow', true), '') <> 'on'
       and exists (select from flow f where f.id = new.id and not f.is_adopted) then
        new.status := old.status;
        new.closed_at := old.closed_at;
        new.due_at := old.due_at;
        new.number := old.number;
        new.severity := old.severity;
        new.category := old.category;
    end if;
    return new;
end $$;
create trigger case_keeps_its_step before update on case_record for each row execute function case_keeps_its_step();
create function case_takes_its_flow() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if new.region <> old.region then
        perform move_flow(new.id, new.region);
    end if;
    -- What nobody has done anything with here follows its table.
    if (new.status, new.category) <> (old.status, old.category) and coalesce(current_setting('gridhall.flow', true), '') <> 'on' then
        delete from flow where id = new.id and is_adopted;
    end if;
    if new.status <> old.status and coalesce(current_setting('gridhall.flow', true), '') <> 'on'
       -- What is sensitive isn't worked on here.
       and not exists (select from sensitive_category s where s.code = new.category) then
        perform adopt_flow('case', new.id, new.region, new.number, new.title, new.status, now(), 'system:import', 'system:import');
    end if;
    return null;
end $$;
create trigger case_takes_its_flow after update of region, status, category on case_record for each row
    when (new.region <> old.region or new.status <> old.status or new.category <> old.category) execute function case_takes_its_flow();
create function case_ends_its_flow() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    delete from flow where id = old.id;
    return null;
end $$;
create trigger case_ends_its_flow after delete on case_record for each row execute function case_ends_its_flow();

-- Who does what.
update role set permissions = permissions || array(select added from (values
    ('case.report', '{grid_worker,coordinator_assistant,building_head,community_lead,community_clerk,street_dispatcher,district_supervisor,district_dispatcher,district_duty_chief}'::text[]),
    ('case.accept', '{district_supervisor,street_dispatcher,community_lead}'),
    ('case.check', '{grid_worker,coordinator_assistant}'),
    ('case.file', '{district_duty_chief,street_dispatcher}'),
    ('case.dispatch', '{district_dispatcher,street_dispatcher,community_lead}'),
    ('case.handle', '{dept_handler,community_lead,community_clerk}'),
    ('case.close', '{district_duty_chief,community_lead}'),
    ('case.supervise', '{street_lead,city_lead,supervision}'),
    ('case.read', '{district_supervisor,street_dispatcher,community_lead,district_duty_chief,district_dispatcher,grid_worker,coordinator_assistant,community_clerk}')
    ) given (added, roles) where role.code = any(roles) and not added = any(permissions))
where code in ('grid_worker', 'coordinator_assistant', 'building_head', 'community_lead', 'community_clerk', 'street_dispatcher',
               'district_supervisor', 'district_dispatcher', 'district_duty_chief', 'dept_handler', 'street_lead', 'city_lead', 'supervision');

-- A telephone call to the centre is a channel of its own.
alter table case_record drop constraint case_record_channel_check;
alter table case_record add check (channel in ('grid_worker', 'resident', 'telephone', 'hotline', 'sensor', 'system', 'leader'));

-- Whoever handles cases in a unit sees those of the unit alone.
update role set permissions = array_remove(permissions, 'case.read') where code = 'dept_handler';
