#!/bin/bash
# The database of the estate, that the demonstration delivers to: its owner may do everything in it and nothing elsewhere. May be run again at
# any time.
set -euo pipefail
export PGHOST=estate-db PGUSER=postgres PGPASSFILE=/tmp/pgpass
umask 077
printf 'estate-db:5432:*:postgres:%s\n' "$(</run/secrets/slipway/postgres)" >"$PGPASSFILE"

PASSWORD=$(</run/secrets/slipway/inventory) psql -v ON_ERROR_STOP=1 -d postgres <<'SQL'
\getenv password PASSWORD
select 'create role inventory login' where not exists (select from pg_roles where rolname = 'inventory') \gexec
alter role inventory password :'password';
select 'create database inventory owner inventory' where not exists (select from pg_database where datname = 'inventory') \gexec
SQL
psql -v ON_ERROR_STOP=1 -d inventory -c 'alter schema public owner to inventory'
