-- Backup sets of releases that lack a copy, and where and why, in words.
create table partial_backup (
    backup_set_id text primary key,
    missing text not null
);
