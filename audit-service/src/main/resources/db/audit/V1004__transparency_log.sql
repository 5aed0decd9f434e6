-- Facts of the ledger that are no leaf yet. A mark, and no position: what is committed late may have an earlier one.
create table unleaved (
    number bigint generated always as identity primary key,
    topic text not null,
    partition int not null,
    log_offset bigint not null
);

insert into unleaved (topic, partition, log_offset)
    select topic, partition, log_offset from ledger order by topic, partition, log_offset;

-- The leaves of the Merkle tree, in their order; the files of the log are written from here.
create table leaf (
    number bigint primary key,
    topic text not null,
    partition int not null,
    log_offset bigint not null,
    hash text not null,
    unique (topic, partition, log_offset)
);

create trigger leaves_are_append_only
    before update or delete or truncate on leaf
    for each statement execute function ledger_is_append_only();

-- What was signed.
create table checkpoint (
    size bigint primary key,
    root text not null,
    note text not null,
    signed_at timestamptz not null
);

create trigger checkpoints_are_append_only
    before update or delete or truncate on checkpoint
    for each statement execute function ledger_is_append_only();

-- What anchors keep; of a witness, with what it signed.
create table anchored (
    anchor text not null,
    size bigint not null,
    note text not null,
    primary key (anchor, size)
);
