-- A gate may be asked before its change is known: it keeps what is deployed, and since when it waits.
alter table callback
    -- Of which the change has to be; null: nobody says.
    add column service text,
    add column about text[] not null default '{}',
    add column since timestamptz not null default clock_timestamp(),
    -- What is answered, noted before it is sent; null: nothing yet.
    add column answer text;

-- What a change was drafted for, gates find it by.
insert into change_about (about, change_id) select subject, change_id from delivery_subject on conflict do nothing;
