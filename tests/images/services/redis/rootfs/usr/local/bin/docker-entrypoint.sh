#!/bin/bash
# Runs redis-server as the user redis, whatever user the container starts as; options and a configuration file may
# stand alone. Any other command is run as it is. Debian's redis-server refuses clients of other hosts unless told
# otherwise (protected-mode), which the official image's does not.
set -e

case "${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
  valkey-*) set -- "redis-${1#valkey-}" "${@:2}" ;;
esac

open_arguments() {
  local file=()
  case "${1:-}" in
    -v | --version | -h | --help | --test-memory | --check-system | -)
      arguments=("$@")
      return
      ;;
    -* | "") ;;
    *) file=("$1") && shift ;;
  esac
  if [ -n "${file[*]}" ] && grep -qsE '^[[:space:]]*protected-mode' "${file[0]}"; then
    arguments=("${file[@]}" "$@")
  else
    arguments=("${file[@]}" --protected-mode no "$@")
  fi
}

if [ "$1" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis {} +
    exec gosu redis "$0" "$@"
  fi
  [ "$(umask)" != 0022 ] || umask 0077
  open_arguments "${@:2}"
  exec redis-server "${arguments[@]}"
fi
exec "$@"
