-- When its message first left for its channel, which may have taken it from then on; null: it never did. Of those that are under way nobody knows: taken for tried.
alter table notification add column attempted_at timestamptz;
update notification set attempted_at = clock_timestamp() where state = 'PLANNED' and message is not null;
