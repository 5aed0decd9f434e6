-- The fact that planned it, by which its job is known: who waits behind another is woken when that one ends.
alter table notification add column job text;
update notification set job = event_id from journal where aggregate_id = id and sequence = 1 and state = 'PLANNED';
