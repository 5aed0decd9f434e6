-- The plan that people are shown who are asked.
alter table story add column plan_digest text not null default '';

-- Where those are told who voted in Slack what became of it. What Slack gives for that is good for half an hour, and no matter of the ledger.
create table vote_reply (
    vote_id text primary key,
    url text not null
);
