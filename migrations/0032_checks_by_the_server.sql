-- The server checks the chain of seals as well: once a day, and when the audit administrator asks. The database itself says
-- who kept what was found (`made_by` isn't the application's to give), so that a check of the server's is never taken for one
-- from the console.
alter table audit_check add column made_by text not null default current_user;
grant insert (last_seal, entries, faults) on audit_check to gridhall_app;
