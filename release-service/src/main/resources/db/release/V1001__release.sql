-- All releases as lists show them, in step with their facts.
create table release (
    id text primary key,
    change_id text not null,
    service text not null,
    version text not null,
    status text not null,
    environment text,
    digest text,
    reason text,
    outcome text,
    changed_at timestamptz not null
);

-- At most one release at a time in an environment of a service. The token grows with every lease, so that whoever held it before
-- can be told from whoever holds it now.
create sequence fencing_token;
create table lease (
    service text not null,
    environment text not null,
    release_id text not null,
    token bigint not null default nextval('fencing_token'),
    taken_at timestamptz not null default clock_timestamp(),
    primary key (service, environment)
);
