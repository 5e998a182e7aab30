#!/bin/bash
# Says whether the server is healthy: runs the tests that are named, in their order, and at the end asks whether it
# takes connections over the network, unless a test has. Knows --connect, --innodb_initialized
# and --no-connect, and --su-mysql as the first argument.
set -eo pipefail

options=()
credentials=/var/lib/mysql/.my-healthcheck.cnf

ask() { mariadb "${options[@]}" --protocol=socket --skip-column-names --batch -e "$1" 2>/dev/null; }
connect() { [ "$(ask 'select @@skip_networking')" = 0 ]; }
innodb_initialized() {
  [ "$(ask "select 1 from information_schema.ENGINES where engine = 'innodb' and support in ('YES', 'DEFAULT', 'ENABLED')")" = 1 ]
}

[ $# -gt 0 ] || {
  printf 'At least one argument required\n' >&2
  exit 1
}
[ ! -f "$credentials" ] || options=(--defaults-extra-file="$credentials")
connected=""
if [ "$1" = --su-mysql ]; then exec gosu mysql "$0" "${@:2}"; fi
for argument; do
  case "$argument" in
    --connect | --innodb_initialized)
      "${argument#--}" || {
        printf 'healthcheck %s failed\n' "${argument#--}" >&2
        exit 1
      }
      [ "$argument" != --connect ] || connected=1
      ;;
    --no-connect) connected=1 ;;
    *)
      printf 'Unknown healthcheck option %s\n' "$argument" >&2
      exit 1
      ;;
  esac
done
[ -n "$connected" ] || connect
