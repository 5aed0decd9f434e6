-- What each shop has on its shelves.
create table shop_stock (
    shop text not null,
    item_id bigint not null references item,
    quantity integer not null check (quantity >= 0),
    primary key (shop, item_id)
);

insert into shop_stock (shop, item_id, quantity)
select shop, id, quantity / 4 from item cross join (values ('north'), ('south'), ('harbour')) shops (shop);
