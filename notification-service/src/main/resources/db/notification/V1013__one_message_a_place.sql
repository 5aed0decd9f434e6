-- Where an address leads, by the channel's own name: as often as the channel said so.
create table place (
    address text primary key,
    place text not null
);

-- Until now it was known by the recipient: of people that is not their address, so where they are is asked anew.
insert into place (address, place)
select distinct on (recipient) recipient, place from living_message where recipient ~ '^(#|[CDG][A-Z0-9]{8,}$)' order by recipient, ts desc;

-- A story has one message at a place, whoever leads there and however they write it: where there were several, the newest goes on.
alter table living_message drop constraint living_message_pkey;
delete from living_message older using living_message newer
where older.place = newer.place and older.told_with = newer.told_with and older.ts < newer.ts;
delete from living_message where ctid not in (select min(ctid) from living_message group by place, told_with);
drop index living_message_recipient_ts_idx;
alter table living_message
    drop column receiver,
    drop column recipient,
    -- when happened what it shows
    add column shows timestamptz not null default '-infinity',
    -- somebody just posts it, and has until then; its ts is empty while there was none before
    add column begun_until timestamptz not null default '-infinity',
    add primary key (place, told_with);
