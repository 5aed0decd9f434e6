-- The delivery that this one was taken out of; null: it came like this.
alter table delivery add column part_of text;
