-- How far the journal is in the log: looked up at every start.
create index journal_place on journal (partition, log_offset) where log_offset is not null;

-- Which topic of a name that is: one that is deleted and made anew has another id, and places in the old one say nothing.
create table known_topic (
    topic text primary key,
    topic_id text not null
);

-- How far this database has read what the service listens to. The consumer group says it, too, but does not go back with the database.
create table inbox_place (
    topic text not null,
    partition int not null,
    next_offset bigint not null,
    primary key (topic, partition)
);

-- Facts that were taken back from the log, because the database was older. What a fact led to is known by its cause.
create table taken_back (
    event_id text primary key,
    aggregate_id text not null,
    causation_id text,
    reacted boolean not null default false
);
create index taken_back_causation on taken_back (causation_id) where causation_id is not null;
