-- The answer is kept with the key, so that whatever is asked by POST can be asked again.
drop table idempotent_request;
create table idempotent_request (
    person text not null,
    key text not null,
    sha256 text not null,
    status int not null,
    content_type text,
    location text,
    etag text,
    body bytea not null,
    at timestamptz not null default clock_timestamp(),
    primary key (person, key)
);
