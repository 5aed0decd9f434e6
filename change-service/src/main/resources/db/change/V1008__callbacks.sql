-- Whoever waits for leave to deploy, and is called back with the answer.
create table callback (
    delivery_id text primary key,
    -- Empty: nobody asked for a change.
    change_id text not null,
    -- Ours, and what they call it.
    environment text not null,
    called text not null,
    url text not null,
    -- Of the app's installation there.
    installation bigint not null,
    -- Null: it is through.
    next_at timestamptz default clock_timestamp(),
    tries int not null default 0
);
create index callback_waiting on callback (next_at) where next_at is not null;
