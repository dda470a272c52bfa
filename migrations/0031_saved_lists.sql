-- A reader keeps lists as well: a page's filters and order, by a name.
alter table saved_view drop constraint saved_view_kind_check;
alter table saved_view add constraint saved_view_kind_check check (kind in ('area', 'view', 'list'));
