-- What a fact says, for queries. PostgreSQL takes every JSON but U+0000, which no fact is worth being lost for.
create function said(payload text) returns jsonb language sql immutable parallel safe
    return case
        when position('\u0000' in payload) = 0 then payload::jsonb
        else regexp_replace(payload, '(?<!\\)((\\\\)*)\\u0000', '\1�', 'g')::jsonb
    end;

-- The words of a fact. Not those of notifications, which repeat what others say, nor of one so long that PostgreSQL may refuse to index it.
create index ledger_words on ledger using gin (jsonb_to_tsvector('simple', said(payload), '["string"]'))
    where topic <> 'notification.events' and length(payload) < 200000;
create index ledger_time on ledger (recorded_at, topic, partition, log_offset);

-- Read tables: each is what the query of its name in db/views gives; see there.

create table story (
    correlation_id text primary key,
    title text,
    service text,
    kind text,
    requester text,
    facts bigint not null,
    since timestamptz not null,
    until timestamptz not null,
    last text not null
);

create index story_time on story (until, correlation_id);

create table touch (
    correlation_id text not null,
    kind text not null,
    name text not null,
    primary key (kind, name, correlation_id)
);

create index touch_story on touch (correlation_id);

create table standing (
    topic text not null,
    aggregate_id text not null,
    correlation_id text not null,
    sequence bigint not null,
    state text not null,
    over boolean not null,
    known tstzrange not null,
    happened tstzrange not null,
    primary key (aggregate_id, topic, sequence)
);

create index standing_known on standing using gist (known) where not over;
create index standing_happened on standing using gist (happened) where not over;

-- By which query each read table was made: another query makes it anew.
create table view_made (
    view text primary key,
    query_hash text not null
);

-- Where a replay rebuilds all of them, beside the live ones.
create schema if not exists replay;

-- What was asked to read everything: replays and verifications.
create table run (
    number bigint generated always as identity primary key,
    kind text not null,
    asked_by text not null,
    wanted text not null,
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    -- of what ended: the report, or why there is none
    report text,
    failure text
);
