-- Who is to be told of what, and what became of it: kept in step with the journal, and what jobs send from.
alter table notification rename column route to receiver;
alter table notification drop constraint notification_fact_id_route_key;
alter table notification
    add column state text,
    add column person boolean not null default false,
    add column round int not null default 1,
    add column told_with text not null default '',
    add column due timestamptz,
    add column urgency text not null default 'NORMAL',
    add column interval_seconds bigint not null default 0,
    add column repeat_seconds bigint not null default 0,
    -- the notification whose message tells this one: set before it is sent, so that a repeat after a crash is the same message
    add column message text;
update notification set state = case when sent then 'SENT' else 'FAILED' end, due = at;
alter table notification
    alter column state set not null,
    alter column due set not null,
    drop column sent,
    -- the promise of this service, held by the database too
    add unique (fact_id, receiver, recipient, round);

create index on notification (receiver, recipient, told_with, due) where state = 'PLANNED';
create index on notification (receiver, recipient, told_with, at) where state = 'SENT';
create index on notification (message) where message is not null;

-- The exact bytes of a fact, until nobody is to be told of it any more.
create table fact (
    fact_id text primary key,
    topic text not null,
    change_id text not null,
    wire bytea not null,
    -- its change is not known yet: another topic was faster
    early boolean not null,
    arrived bigint generated always as identity
);

create index on fact (change_id) where early;

-- What is known of a change, for facts that do not say it themselves.
create table story (
    change_id text primary key,
    service text not null default '',
    risk text not null default '',
    type text not null default '',
    environments text[] not null default '{}',
    requester text not null default '',
    implementer text not null default '',
    watchers text[] not null default '{}'
);

-- Of changes that were there before, no more is known than that: their facts wait for nothing.
insert into story (change_id)
select aggregate_id from inbox where topic = 'change.events' and aggregate_id like 'CHG-%';

-- Facts that wait for somebody: those who want to hear of them again do so until they are answered.
create table waiting (
    fact_id text primary key,
    aggregate_id text not null,
    fact_type text not null,
    answered text[] not null default '{}'
);

create index on waiting (aggregate_id);
