create table holds (change text not null, reason text not null);

-- What somebody outside did, and lets be done.
create table effects (by_version text not null, release text not null);
create table permits (release text not null);
