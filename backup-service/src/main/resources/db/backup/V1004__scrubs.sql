-- Whether the set is to be read to its end because its scrub is due.
alter table backups add column scrub_due boolean not null default false;
