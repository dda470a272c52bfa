-- Open cases are few among all and asked for often.
create index case_record_open on case_record (status, id) where status not in ('closed', 'rejected');
