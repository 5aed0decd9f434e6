-- Which fact it was that stands at this sequence: the same number again is a repetition only with the same content. Null: read by
-- a version that did not keep it.
alter table inbox add column hash text;
