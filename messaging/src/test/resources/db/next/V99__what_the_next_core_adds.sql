-- Its number is below those that services count from 1001 on.
alter table intake add column seen_by text;
