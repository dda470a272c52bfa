-- Numbers are looked for as they are: ordering them byte by byte builds their index in half the time, and finds the
-- beginning of a number too.
drop index person_citizen_id;
create index person_citizen_id on person (citizen_id text_pattern_ops);
