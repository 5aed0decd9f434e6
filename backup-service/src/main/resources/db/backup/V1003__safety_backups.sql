-- Safety backups are sets like others: the set from which live data were to be restored; empty: it is none.
alter table backups
    add column kept_for text not null default '',
    -- The level to which it is being proven again; null: it is not.
    add column proving text;

create index backups_held_by on backups using gin (held_by);

-- Releases that are at work in an environment: they move its data themselves.
create table rollouts (
    release_id text not null,
    environment text not null,
    primary key (release_id, environment)
);
