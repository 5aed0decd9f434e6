#!/usr/bin/env bash
# What the official image documents of itself: a database is made in an empty PGDATA, with the files of /docker-entrypoint-initdb.d run
# once against a server that listens on its socket only; then the server, as the user postgres.
set -euo pipefail

case ${1:-} in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    chown -R postgres:postgres "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# The value of a setting, or what is in the file that its sibling ..._FILE names.
setting() {
    local name=$1 default=${2:-}
    local file=${1}_FILE
    if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
        echo "Both $name and $file are set." >&2
        exit 1
    fi
    if [ -n "${!file:-}" ]; then
        default=$(<"${!file}")
    fi
    printf '%s' "${!name:-$default}"
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    POSTGRES_USER=$(setting POSTGRES_USER postgres)
    POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
    POSTGRES_PASSWORD=$(setting POSTGRES_PASSWORD)
    initdb_args=$(setting POSTGRES_INITDB_ARGS)
    export POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD
    unset POSTGRES_USER_FILE POSTGRES_DB_FILE POSTGRES_PASSWORD_FILE
    if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
        echo 'Neither POSTGRES_PASSWORD nor POSTGRES_HOST_AUTH_METHOD=trust: nobody could connect, or everybody.' >&2
        exit 1
    fi
    read -ra initdb_args <<<"$initdb_args"
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${initdb_args[@]}"
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"

    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
    run_sql() { PGPASSWORD=$POSTGRES_PASSWORD psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" "$@"; }
    if [ "$POSTGRES_DB" != postgres ]; then
        run_sql --dbname postgres -v name="$POSTGRES_DB" <<<'create database :"name";'
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh)
                # shellcheck disable=SC1090
                if [ -x "$file" ]; then "$file"; else . "$file"; fi
                ;;
            *.sql) run_sql --dbname "$POSTGRES_DB" -f "$file" ;;
            *.sql.gz) gunzip -c "$file" | run_sql --dbname "$POSTGRES_DB" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"
