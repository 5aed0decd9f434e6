-- The window that a change has in calendars: what takes it away there does not say it, and not every calendar goes by the id alone.
alter table story
    add column window_from timestamptz,
    add column window_to timestamptz;
