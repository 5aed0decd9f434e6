-- The data of version 2.0.0.
create table item (
    id bigint generated always as identity primary key,
    name text not null unique,
    quantity integer not null check (quantity >= 0)
);

create table stock_movement (
    id bigint generated always as identity primary key,
    item_id bigint not null references item,
    change integer not null,
    at timestamptz not null default clock_timestamp(),
    note text not null
);

insert into item (name, quantity)
select 'article ' || n, (n * 37) % 500 from generate_series(1, 500) n;

insert into stock_movement (item_id, change, at, note)
select 1 + n % 500, (n % 21) - 10, timestamptz '2026-01-01' + n * interval '1 minute', 'history'
from generate_series(1, 5000) n;
