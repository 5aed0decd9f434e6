-- How a change stands, by the newest fact that moved it. Topics are read side by side: what happened before that comes too late.
alter table story
    add column status text not null default '',
    add column status_at timestamptz not null default '-infinity';
