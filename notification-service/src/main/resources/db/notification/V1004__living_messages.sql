alter table notification
    -- in which order they were planned: what came in one moment is told as it came
    add column number bigint generated always as identity,
    -- when its channel may send its message; null: not asked for yet
    add column slot timestamptz;

-- An address is not sent more than its channel bears: what is sent next has to wait until then.
create table lane (
    name text primary key,
    free_at timestamptz not null
);

-- Messages that are kept up to date in their place.
create table living_message (
    receiver text not null,
    recipient text not null,
    told_with text not null,
    place text not null,
    ts text not null,
    primary key (receiver, recipient, told_with)
);
