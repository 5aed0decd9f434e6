-- Which inventory the two tables hold; the row also is the lock of whoever changes them.
create table inventory (
    one boolean primary key default true check (one),
    version text not null
);

-- In the order of their ids: an inventory is a set.
alter table person drop column place;
alter table configuration_item drop column place;
alter table configuration_item add column maintenance jsonb not null default '[]';
