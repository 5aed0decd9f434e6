-- Where an address leads, by the channel's own name: as often as the channel said so.
create table place (
    address text primary key,
    channel_id text not null
);

-- Until now it was known by the recipient: of people that is not their address. Where they are is said by Slack's answer to the next post, which is then taken
-- back if their story has a message already.
insert into place (address, channel_id)
select distinct on (recipient) recipient, place from living_message where recipient ~ '^(#|[CDG][A-Z0-9]{8,}$)' order by recipient, ts desc;

-- A story has one message at a place, whoever leads there and however they write it: where there were several, the newest goes on.
alter table living_message drop constraint living_message_pkey;
delete from living_message older using living_message newer
where older.place = newer.place and older.told_with = newer.told_with and older.ts < newer.ts;
delete from living_message where ctid not in (select min(ctid) from living_message group by place, told_with);
drop index living_message_recipient_ts_idx;
alter table living_message rename column place to channel_id;
alter table living_message
    drop column receiver,
    drop column recipient,
    -- the fact that it shows: when it happened, and which one of whom it is
    add column shows timestamptz not null default '-infinity',
    add column shows_of text not null default '',
    add column shows_sequence bigint not null default 0,
    -- somebody just posts or changes it, and has until then; its ts is empty while there was none before
    add column claimed_until timestamptz not null default '-infinity',
    -- whose claim it is: the notification whose message it tells
    add column claimed_by text not null default '',
    add primary key (channel_id, told_with);

-- What was posted beside the message in which its story goes on, and is to be deleted.
create table double_message (
    channel_id text not null,
    told_with text not null,
    ts text not null,
    primary key (channel_id, told_with, ts)
);
