-- Since when nothing is left of what was sent: what became of it, and that it came, is kept.
alter table delivery add column forgotten_at timestamptz;
create index delivery_to_forget on delivery (received_at) where forgotten_at is null;
