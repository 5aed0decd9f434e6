-- A story shows what led to it, also when that belongs to another.
create index ledger_event on ledger (event_id);
