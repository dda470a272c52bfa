-- Who has signed in from an address is asked while strangers try there.
create index session_address on session (address, created_at) where account_id is not null;
