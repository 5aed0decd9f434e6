alter table release add column change_ids text;
update release set change_ids = change_id;
alter table release alter column change_ids set not null;

-- What the last release left in each environment: whatever else runs there, nobody authorised.
create sequence authorised_position;
create table authorised (
    service text not null,
    environment text not null,
    release_id text not null,
    change_ids text not null,
    digest text,
    since timestamptz not null,
    position bigint not null default nextval('authorised_position'),
    primary key (service, environment, release_id)
);
