-- The delivery by which a request was last as it is in the other system: an edit of it is told from what nobody here reads.
alter table delivery_subject add column delivery_id text;
