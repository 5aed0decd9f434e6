-- Jobs that only look at something, for as long as it takes. A table of their own, because a scheduler takes whatever is due in its
-- table, and those that look shall not take the threads of those that act.
create table scheduled_looks (like scheduled_tasks including all);
