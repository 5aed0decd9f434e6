-- Every change: who carries it out, the template it used, what holds it.
alter table change add column implementer text not null default '';
alter table change add column environments text[] not null default '{}';
alter table change add column tags text[] not null default '{}';
-- How many hands are on it.
alter table change add column holds int not null default 0;
-- CHG-7 is number 7: lists go by it.
alter table change add column number bigint generated always as (cast(substring(id from '[0-9]+$') as bigint)) stored;
create index change_number_order on change (number desc);
create index change_items on change using gin (items);
create index change_template on change (template) where template is not null;
create index change_open on change (status) where status in ('AWAITING_APPROVAL', 'APPROVED', 'SCHEDULED', 'IMPLEMENTING');

-- Freezes that hold or held; a projection of their facts.
create sequence freeze_number;
create table change_freeze (
    id text primary key,
    name text not null,
    reason text not null,
    scope jsonb not null,
    recurrence jsonb not null,
    approver_group text not null,
    let_through text[] not null default '{}',
    declared_by text not null,
    declared_at timestamptz not null,
    lifted_by text,
    lifted_at timestamptz
);
create index freeze_holding on change_freeze (id) where lifted_at is null;

-- Who votes in whose place, and when; a projection of the facts.
create sequence delegation_number;
create table delegation (
    id text primary key,
    principal text not null,
    delegate text not null,
    during tstzrange not null,
    reason text not null,
    ended_at timestamptz
);
create index delegation_of on delegation (principal, delegate);

-- Every approval policy that was published, and which one holds; a projection of the facts.
create table approval_policy (
    name text not null,
    version text not null,
    hash text not null,
    text text not null,
    warnings text[] not null,
    published_by text not null,
    published_at timestamptz not null,
    place bigint generated always as identity,
    primary key (name, version)
);

-- A request that came with an Idempotency-Key, and what it became. The same key again is the same request, or a mistake.
create table idempotent_request (
    person text not null,
    key text not null,
    sha256 text not null,
    id text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (person, key)
);

-- Templates of STANDARD changes; a projection of the facts.
create table standard_template (
    ref text primary key,
    name text not null,
    version int not null,
    title text not null,
    live boolean not null,
    reason text,
    published_by text not null,
    published_at timestamptz not null
);
