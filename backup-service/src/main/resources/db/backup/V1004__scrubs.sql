-- Since when the set is to be read to its end because its scrub is due, and when that was last begun.
alter table backups
    add column scrub_due_at timestamptz,
    add column scrub_begun_at timestamptz;
