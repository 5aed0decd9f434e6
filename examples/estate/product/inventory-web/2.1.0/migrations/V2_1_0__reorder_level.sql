-- At how many pieces an article is ordered again.
alter table item add column reorder_level integer not null default 10;
update item set reorder_level = greatest(5, quantity / 10);
