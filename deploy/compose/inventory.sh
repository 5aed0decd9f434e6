#!/bin/bash
# The database of the estate, that the demonstration delivers to: its owner may do everything in it and nothing elsewhere.
set -euo pipefail
PASSWORD=$(<"/run/secrets/slipway/inventory") psql -v ON_ERROR_STOP=1 -U postgres <<'SQL'
\getenv password PASSWORD
create role inventory login password :'password';
create database inventory owner inventory;
\connect inventory
alter schema public owner to inventory;
SQL
