-- Records that bear the number of a fact that is in the ledger, and say something else: nobody takes them in, and somebody has to know.
create table stray (
    topic text not null,
    partition int not null,
    log_offset bigint not null,
    type text not null,
    aggregate_id text not null,
    sequence bigint not null,
    correlation_id text not null,
    primary key (topic, partition, log_offset)
);

-- Pages of stories go by their beginnings, which never move.
create index story_since on story (since, correlation_id);
