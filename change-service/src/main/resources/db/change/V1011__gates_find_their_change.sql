-- A gate may be asked before its change is known: it keeps what is deployed, and since when it waits.
alter table callback
    -- Of which the change has to be; null: nobody says.
    add column service text,
    add column about text[] not null default '{}',
    add column since timestamptz not null default clock_timestamp(),
    -- What was answered, as far as anybody knows; noted before it is sent; null: nothing yet.
    add column answer text,
    -- Whose turn it is: one that was taken for dead changes nothing any more.
    add column attempt bigint not null default 0;

-- Deliveries that say more of a change than is there yet.
create table early_link (
    source text not null,
    subject text not null,
    delivery_id text not null,
    primary key (source, subject, delivery_id)
);
