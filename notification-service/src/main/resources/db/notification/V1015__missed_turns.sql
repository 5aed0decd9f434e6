-- Until when there are moments for those who could not leave at theirs: they come before all that have theirs still before them.
alter table lane add column missed_until timestamptz not null default '-infinity';
