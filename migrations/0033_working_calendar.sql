-- The working calendar of the city: which days are holidays or worked in their place, and the hours that are worked. Limits are
-- counted by it. One year is arranged by one notice of the State Council.
create table calendar_year (
    year       smallint primary key check (year between 1970 and 2200),
    source     text not null check (length(source) <= 200),  -- the notice
    version    integer not null default 1,
    changed_by text not null,
    changed_at timestamptz not null default now()
);
-- A notice may arrange the last days of the year before as well: the New Year's holiday of 2023 began on 31 December 2022.
create table calendar_day (
    day  date primary key,
    year smallint not null references calendar_year,
    kind text not null check (kind in ('holiday', 'workday')),
    name text not null check (length(name) between 1 and 40),
    check (day between make_date(year - 1, 12, 20) and make_date(year + 1, 1, 10))
);
create index calendar_day_of on calendar_day (year, day);

-- The hours from a day on until the next row; before the first row, the first row's.
create table working_hours (
    valid_from date primary key,
    weekdays   smallint[] not null
        check (cardinality(weekdays) between 1 and 7 and weekdays <@ '{1,2,3,4,5,6,7}'),  -- 1 is Monday
    periods    smallint[] not null                                                        -- start and end in turn, in minutes from midnight
        check (cardinality(periods) between 2 and 12 and cardinality(periods) % 2 = 0),
    changed_by text not null,
    changed_at timestamptz not null default now()
);
grant select, insert, update, delete on calendar_year, calendar_day, working_hours to gridhall_app;

insert into working_hours (valid_from, weekdays, periods, changed_by)
values ('2000-01-01', '{1,2,3,4,5}', '{480,720,840,1080}', 'system:migration');

insert into calendar_year (year, source, changed_by) values
    (2024, '国办发明电〔2023〕7号', 'system:migration'),
    (2025, '国办发明电〔2024〕12号', 'system:migration'),
    (2026, '国办发明电〔2025〕7号', 'system:migration');
with arranged (year, name, first, last, worked) as (values
    (2024, '元旦', date '2024-01-01', date '2024-01-01', '{}'::date[]),
    (2024, '春节', '2024-02-10', '2024-02-17', '{2024-02-04,2024-02-18}'),
    (2024, '清明节', '2024-04-04', '2024-04-06', '{2024-04-07}'),
    (2024, '劳动节', '2024-05-01', '2024-05-05', '{2024-04-28,2024-05-11}'),
    (2024, '端午节', '2024-06-10', '2024-06-10', '{}'),
    (2024, '中秋节', '2024-09-15', '2024-09-17', '{2024-09-14}'),
    (2024, '国庆节', '2024-10-01', '2024-10-07', '{2024-09-29,2024-10-12}'),
    (2025, '元旦', '2025-01-01', '2025-01-01', '{}'),
    (2025, '春节', '2025-01-28', '2025-02-04', '{2025-01-26,2025-02-08}'),
    (2025, '清明节', '2025-04-04', '2025-04-06', '{}'),
    (2025, '劳动节', '2025-05-01', '2025-05-05', '{2025-04-27}'),
    (2025, '端午节', '2025-05-31', '2025-06-02', '{}'),
    (2025, '国庆节、中秋节', '2025-10-01', '2025-10-08', '{2025-09-28,2025-10-11}'),
    (2026, '元旦', '2026-01-01', '2026-01-03', '{2026-01-04}'),
    (2026, '春节', '2026-02-15', '2026-02-23', '{2026-02-14,2026-02-28}'),
    (2026, '清明节', '2026-04-04', '2026-04-06', '{}'),
    (2026, '劳动节', '2026-05-01', '2026-05-05', '{2026-05-09}'),
    (2026, '端午节', '2026-06-19', '2026-06-21', '{}'),
    (2026, '中秋节', '2026-09-25', '2026-09-27', '{}'),
    (2026, '国庆节', '2026-10-01', '2026-10-07', '{2026-09-20,2026-10-10}'))
insert into calendar_day (day, year, kind, name)
select day::date, year, 'holiday', name from arranged, generate_series(first, last, interval '1 day') day
union all
select day, year, 'workday', name from arranged, unnest(worked) day;

-- Who keeps the calendar at the start.
update role set permissions = array_append(permissions, 'calendar.manage')
where code = 'data_steward' and not 'calendar.manage' = any(permissions);
