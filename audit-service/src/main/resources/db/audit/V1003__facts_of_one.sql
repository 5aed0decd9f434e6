-- What is no change has facts, too, such as the backup set of a release: they belong to the story of its change.
create index ledger_aggregate on ledger (aggregate_id);
