-- Every fact, as it stands in the log. Whatever is here can be rebuilt from Kafka; nothing is only here.
create table ledger (
    topic text not null,
    partition int not null,
    log_offset bigint not null,
    type text not null,
    aggregate_id text not null,
    sequence bigint not null,
    event_id text not null,
    correlation_id text not null,
    causation_id text,
    actor text not null,
    actor_kind text not null,
    on_behalf_of text,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    wire bytea not null,
    hash text not null,
    prev_hash text,
    chain_holds boolean not null,
    -- text, not jsonb: the digest of a replay covers it to the letter
    payload text not null,
    primary key (topic, partition, log_offset),
    unique (topic, aggregate_id, sequence)
);

create index ledger_story on ledger (correlation_id);

-- A ledger is only ever written to at its end, whoever asks.
create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only';
end
$$;

create trigger ledger_is_append_only
    before update or delete or truncate on ledger
    for each statement execute function ledger_is_append_only();
