#!/bin/bash
# Makes the user and the database that the environment asks for, runs what stands in /docker-entrypoint-initdb.d against
# a server that listens on 127.0.0.1 alone, and then becomes the server, as the user clickhouse. A command that does not
# start with -- is run as it is.
set -eo pipefail
shopt -s nullglob

config="${CLICKHOUSE_CONFIG:-/etc/clickhouse-server/config.xml}"
data=/var/lib/clickhouse

# from_file VARIABLE: takes the variable from the file that VARIABLE_FILE names, if it is set.
from_file() {
  local file="$1_FILE"
  [ -n "${!file:-}" ] || return 0
  export "$1=$(<"${!file}")"
  unset "$file"
}

# Without a user or a password, the user default may come from this container only.
make_user() {
  local networks='<ip>::/0</ip>' remove=''
  [ "${CLICKHOUSE_SKIP_USER_SETUP:-0}" != 1 ] || return 0
  if [ "$CLICKHOUSE_USER" = default ]; then
    [ -n "$CLICKHOUSE_PASSWORD" ] || networks='<ip>::1</ip><ip>127.0.0.1</ip>'
  else
    remove='<default remove="remove"></default>'
    printf "%s: create new user '%s' instead 'default'\n" "$0" "$CLICKHOUSE_USER"
  fi
  cat >/etc/clickhouse-server/users.d/default-user.xml <<XML
<yandex><users>$remove<$CLICKHOUSE_USER replace="replace">
  <password><![CDATA[$CLICKHOUSE_PASSWORD]]></password>
  <networks replace="replace">$networks</networks>
  <profile>default</profile>
  <quota>default</quota>
</$CLICKHOUSE_USER></users></yandex>
XML
}

client() { clickhouse-client --multiquery --host 127.0.0.1 -u "$CLICKHOUSE_USER" --password "$CLICKHOUSE_PASSWORD" "$@"; }

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
        ;;
      *.sql)
        printf '%s: running %s\n' "$0" "$file"
        client <"$file"
        ;;
      *.sql.gz)
        printf '%s: running %s\n' "$0" "$file"
        gunzip -c "$file" | client
        ;;
      *) printf '%s: ignoring %s\n' "$0" "$file" ;;
    esac
  done
}

initialise() {
  local pid tries="${CLICKHOUSE_INIT_TIMEOUT:-1000}" files=(/docker-entrypoint-initdb.d/*)
  [ -n "$CLICKHOUSE_DB" ] || [ "${#files[@]}" -gt 0 ] || return 0
  clickhouse-server --config-file="$config" -- --listen_host=127.0.0.1 &
  pid=$!
  until wget -q -O /dev/null -T 1 http://127.0.0.1:8123/ping 2>/dev/null; do
    if [ "$tries" -le 0 ] || ! kill -0 "$pid" 2>/dev/null; then
      printf 'ClickHouse init process failed.\n' >&2
      exit 1
    fi
    tries=$((tries - 1))
    sleep 0.2
  done
  if [ -n "$CLICKHOUSE_DB" ]; then
    printf "%s: create database '%s'\n" "$0" "$CLICKHOUSE_DB"
    client -q "CREATE DATABASE IF NOT EXISTS \`$CLICKHOUSE_DB\`"
  fi
  run_init_files "${files[@]}"
  if ! kill -TERM "$pid" || ! wait "$pid"; then
    printf 'Finishing of ClickHouse init process failed.\n' >&2
    exit 1
  fi
}

for variable in CLICKHOUSE_USER CLICKHOUSE_PASSWORD CLICKHOUSE_DB; do from_file "$variable"; done
export CLICKHOUSE_USER="${CLICKHOUSE_USER:-default}" CLICKHOUSE_PASSWORD="${CLICKHOUSE_PASSWORD:-}" CLICKHOUSE_DB="${CLICKHOUSE_DB:-}"
if [ $# -gt 0 ] && [[ "$1" != --* ]]; then exec "$@"; fi
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$data" /var/log/clickhouse-server
  find "$data" /var/log/clickhouse-server ! -user clickhouse -exec chown clickhouse:clickhouse {} +
  exec gosu clickhouse "$0" "$@"
fi
make_user
if [ -d "$data/data" ] && [ -z "${CLICKHOUSE_ALWAYS_RUN_INITDB_SCRIPTS:-}" ]; then
  printf 'ClickHouse Database directory appears to contain a database; Skipping initialization\n'
else
  initialise
fi
exec clickhouse-server --config-file="$config" "$@"
