-- A disk that is full is told to the audit administrator as an alert.
alter table audit_rule
    drop constraint audit_rule_code_check,
    add constraint audit_rule_code_check
        check (code in ('mass_read', 'off_hours', 'new_address', 'repeated_denials', 'storage_full'));
insert into audit_rule (code, threshold, minutes) values ('storage_full', 1, 60);
