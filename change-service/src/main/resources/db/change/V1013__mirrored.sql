-- The delivery by which a change was last as it is in the other system: what people wrote into it since is told from what was edited there.
alter table delivery_subject add column delivery_id text;
