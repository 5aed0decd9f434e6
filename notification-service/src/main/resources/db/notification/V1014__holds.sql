-- Who holds a change, in words; of those that were held before, nobody knows here.
create table hold (
    change_id text not null,
    kind text not null,
    ref text not null,
    words text not null,
    primary key (change_id, kind, ref)
);
