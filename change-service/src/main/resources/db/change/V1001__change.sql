create extension if not exists btree_gist;

create sequence change_number;

-- Every change as lists show it; a projection of its facts.
create table change (
    id text primary key,
    event_id text not null unique,
    title text not null,
    status text not null,
    risk text,
    requester text not null,
    service text not null,
    version text not null,
    items text[] not null,
    template text,
    not_before timestamptz not null,
    not_after timestamptz not null,
    -- the change that keeps it out of the calendar
    waits_for text,
    outcome text,
    -- when it was found to have failed: raises the risk of the next one
    failed_at timestamptz,
    requested_at timestamptz not null,
    changed_at timestamptz not null
);
create index change_requested_at on change (requested_at desc);
create index change_failed_at on change (failed_at) where failed_at is not null;
create index change_waiting on change (waits_for) where waits_for is not null;

-- Who has which item when. Of two changes that want the same at the same millisecond, the constraint lets one win.
create table reservation (
    change_id text not null,
    ci text not null,
    during tstzrange not null check (not isempty(during)),
    primary key (change_id, ci),
    constraint one_change_per_item_and_time exclude using gist (ci with =, during with &&)
);

create table person (
    id text primary key,
    name text not null,
    email text not null,
    groups text[] not null,
    place int not null
);

create table configuration_item (
    id text primary key,
    name text not null,
    criticality int not null check (criticality between 1 and 5),
    tier int not null check (tier between 1 and 4),
    owner_group text not null,
    impacts text[] not null,
    telemetry text[] not null,
    place int not null
);

-- Which file the inventory was last read from: one that did not change does not undo what was put since.
create table inventory_file (
    one boolean primary key default true check (one),
    version text not null
);
