-- Where a recipient is, by the channel's own name.
create index on living_message (recipient, ts);
