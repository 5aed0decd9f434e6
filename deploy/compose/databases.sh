#!/bin/bash
# One database and one role per service: no service can read or write another's. May be run again at any time.
set -euo pipefail
export PGHOST=postgres PGUSER=postgres PGPASSFILE=/tmp/pgpass
umask 077
printf 'postgres:5432:*:postgres:%s\n' "$(</run/secrets/slipway/postgres)" >"$PGPASSFILE"

for name in change release backup notification audit registry; do
    # The password goes by environment, not by argument: arguments are seen by everybody on the machine.
    PASSWORD=$(<"/run/secrets/slipway/$name") psql -v ON_ERROR_STOP=1 -d postgres -v name="$name" <<'SQL'
\getenv password PASSWORD
select format('create role %I login', :'name') where not exists (select from pg_roles where rolname = :'name') \gexec
alter role :"name" password :'password';
select format('create database %I owner %I', :'name', :'name') where not exists (select from pg_database where datname = :'name') \gexec
revoke connect on database :"name" from public;
SQL
done
# The calendar's exclusion constraint; only a superuser may install it.
psql -v ON_ERROR_STOP=1 -d change -c 'create extension if not exists btree_gist'
