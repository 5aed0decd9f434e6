-- Which event of a calendar a freeze was read from: read again, it replaces the freeze.
alter table change_freeze add column uid text;
create index freeze_uid on change_freeze (uid) where uid is not null and lifted_at is null;
