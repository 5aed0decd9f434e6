-- What is voted on, for whoever is asked. Of changes that were there before, as much is known as their next amendment says.
alter table story
    add column title text not null default '',
    add column version text not null default '',
    -- the window as it is now: the desired one, or the one that was given; window_from and window_to are what calendars have
    add column plan_from timestamptz,
    add column plan_to timestamptz,
    add column restores_data boolean;
