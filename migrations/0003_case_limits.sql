-- The figures of cases need the limit of each: whether it was met, and whether it has passed.
create or replace view layer."case" with (security_invoker = true) as
    select id, region, geom, category, status, severity, channel, reported_at, closed_at, due_at from case_record;
