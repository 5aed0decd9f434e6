#!/bin/bash
# One database and one role per service: no service can read or write another's.
set -euo pipefail
for name in change release backup notification audit registry; do
    # The password goes by environment, not by argument: arguments are seen by everybody on the machine.
    PASSWORD=$(<"/run/secrets/slipway/$name") psql -v ON_ERROR_STOP=1 -U postgres -v name="$name" <<'SQL'
\getenv password PASSWORD
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
done
# The calendar's exclusion constraint; only a superuser may install it.
psql -v ON_ERROR_STOP=1 -U postgres -d change -c 'create extension if not exists btree_gist'
