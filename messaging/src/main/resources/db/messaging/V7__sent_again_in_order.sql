-- A fact that its topic has lost is sent again in the order in which it was sent, which need not be that of the journal: of two that were
-- decided at once, the one with the lower position may have been committed, and sent, after the other.
alter table journal add column turn bigint;
create index journal_turn on journal (turn) where published_at is null and turn is not null;
