#!/bin/bash
# Makes a database cluster in $PGDATA where there is none, runs what stands in /docker-entrypoint-initdb.d against a
# server that listens on the unix socket alone, and then becomes the command. Runs as the user postgres.
set -Eeo pipefail

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# from_file VARIABLE: takes the variable from the file that VARIABLE_FILE names, if it is set.
from_file() {
  local file="$1_FILE"
  [ -n "${!file:-}" ] || return 0
  [ -z "${!1:-}" ] || fail "error: both $1 and $file are set (but are exclusive)"
  export "$1=$(<"${!file}")"
  unset "$file"
}

read_environment() {
  local variable
  for variable in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS; do from_file "$variable"; done
  export POSTGRES_USER="${POSTGRES_USER:-postgres}"
  export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
  POSTGRES_HOST_AUTH_METHOD="${POSTGRES_HOST_AUTH_METHOD:-}"
}

# ends_at_once ARGUMENT...: the server would print something and end.
ends_at_once() {
  local argument
  for argument; do
    case "$argument" in
      '-?' | --help | --describe-config | -V | --version) return 0 ;;
    esac
  done
  return 1
}

prepare_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 00700 "$PGDATA" || :
  chmod 03775 /var/run/postgresql || :
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 700 "$POSTGRES_INITDB_WALDIR"
  fi
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} ! -user postgres \
      -exec chown postgres {} +
  fi
}

check_password() {
  if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
    printf '%s\n' 'WARNING: POSTGRES_HOST_AUTH_METHOD is "trust": anyone who reaches the port may use the database.' >&2
  elif [ -z "${POSTGRES_PASSWORD:-}" ]; then
    fail 'Error: Database is uninitialized and superuser password is not specified.' \
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser,' \
      '       or POSTGRES_HOST_AUTH_METHOD=trust to allow all connections without a password.'
  fi
}

# make_cluster ARGUMENT...: initdb, and access from other hosts with the method that the server's arguments ask for.
make_cluster() {
  local options=() method
  # POSTGRES_INITDB_ARGS is a piece of shell, as in the official image: its quotes count.
  eval "options=(${POSTGRES_INITDB_ARGS:-})"
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then options+=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") "${options[@]}"
  method="${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# docker_process_sql PSQL_ARGUMENT...: runs SQL in the database; initialisation scripts may call it.
docker_process_sql() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" \
    ${POSTGRES_DB:+--dbname "$POSTGRES_DB"} "$@"
}

make_database() {
  local found
  found="$(docker_process_sql --dbname postgres --tuples-only --set db="$POSTGRES_DB" \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")"
  [ -z "$found" ] || return 0
  docker_process_sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
}

run_init_files() {
  local file
  for file; do
    case "$file" in
      *.sh)
        if [ -x "$file" ]; then
          printf '%s: running %s\n' "$0" "$file"
          "$file"
        else
          printf '%s: sourcing %s\n' "$0" "$file"
          # shellcheck disable=SC1090
          . "$file"
        fi
        continue
        ;;
      *.sql | *.sql.gz | *.sql.xz | *.sql.zst) printf '%s: running %s\n' "$0" "$file" ;;
      *) printf '%s: ignoring %s\n' "$0" "$file" ;;
    esac
    case "$file" in
      *.sql) docker_process_sql -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | docker_process_sql ;;
      *.sql.xz) xzcat "$file" | docker_process_sql ;;
      *.sql.zst) zstd -dc "$file" | docker_process_sql ;;
    esac
  done
}

initialise() {
  check_password
  make_cluster "$@"
  export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}"
  PGUSER="${PGUSER:-$POSTGRES_USER}" pg_ctl -D "$PGDATA" -w start \
    -o "$(printf '%q ' "$@" -c listen_addresses='' -p "${PGPORT:-5432}")"
  make_database
  shopt -s nullglob
  run_init_files /docker-entrypoint-initdb.d/*
  shopt -u nullglob
  PGUSER="${PGUSER:-postgres}" pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

case "${1:-}" in
  -*) set -- postgres "$@" ;;
esac
if [ "${1:-}" = postgres ] && ! ends_at_once "$@"; then
  read_environment
  prepare_folders
  if [ "$(id -u)" = 0 ]; then exec gosu postgres "$0" "$@"; fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    initialise "${@:2}"
  fi
fi
exec "$@"
