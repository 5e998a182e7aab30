#!/bin/bash
# Runs what stands in /docker-entrypoint.d, in the order of versions, before nginx: *.envsh is sourced, *.sh is run,
# where they may be executed. Any other command is run as it is.
set -e

note() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || printf '%s: %s\n' "$0" "$*"; }

if [ "${1:-}" = nginx ] || [ "${1:-}" = nginx-debug ]; then
  mapfile -t parts < <(find /docker-entrypoint.d/ -follow -type f -print 2>/dev/null | sort -V)
  if [ "${#parts[@]}" = 0 ]; then
    note "No files found in /docker-entrypoint.d/, skipping configuration"
  else
    note "/docker-entrypoint.d/ is not empty, will attempt to perform configuration"
    for part in "${parts[@]}"; do
      case "$part" in
        *.envsh | *.sh)
          if ! [ -x "$part" ]; then
            note "Ignoring $part, not executable"
          elif [ "${part%.envsh}" != "$part" ]; then
            note "Sourcing $part"
            # shellcheck disable=SC1090
            . "$part"
          else
            note "Launching $part"
            "$part"
          fi
          ;;
        *) note "Ignoring $part" ;;
      esac
    done
    note "Configuration complete; ready for start up"
  fi
fi
exec "$@"
