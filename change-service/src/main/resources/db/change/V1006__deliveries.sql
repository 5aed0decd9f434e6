-- What other systems sent, byte by byte, and what became of it. Stored before it is read.
create sequence delivery_number;
create table delivery (
    id text primary key,
    number bigint not null unique,
    source text not null,
    -- What the source knows it by; null while it was not read, or when nobody proved that it is theirs: then it stands in nobody's way.
    delivery_key text,
    received_at timestamptz not null default clock_timestamp(),
    headers jsonb not null,
    body bytea not null,
    -- Whether somebody who may send it did: a signature, or a token of this sender.
    proven boolean not null,
    sender text,
    state text not null check (state in ('RECEIVED', 'TAKEN', 'REFUSED', 'IGNORED')),
    rule text,
    reasons text[] not null default '{}',
    results text[] not null default '{}',
    repeats int not null default 0,
    tries int not null default 0,
    tried_at timestamptz not null default clock_timestamp(),
    replayed_by text,
    unique (source, delivery_key)
);
create index delivery_waiting on delivery (number) where state = 'RECEIVED';
create index delivery_unproven on delivery (source, number) where not proven;

-- What a source speaks of again and again, such as a pull request, and the change that was written for it.
create table delivery_subject (
    source text not null,
    subject text not null,
    change_id text not null,
    primary key (source, subject)
);
