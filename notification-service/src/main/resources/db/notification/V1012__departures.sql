-- Until when an address is left alone after the message that left last: turns that passed while this service was away do not all come at once.
alter table lane add column rests_until timestamptz not null default '-infinity';
