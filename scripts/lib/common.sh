# shellcheck shell=bash
# What all scripts share: messages, the repository's root, options, stages. Sourced, not run.

set -euo pipefail

DRYDOCK_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
DRYDOCK_JOBS="${DRYDOCK_JOBS:-$(nproc)}"
export DRYDOCK_ROOT DRYDOCK_JOBS

# say TEXT...: one line of progress.
say() { printf '== %s\n' "$*"; }

# die TEXT...: says why, and ends the script with status 2.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

is_root() { [ "$(id -u)" = 0 ]; }

# usage: prints the comment at the top of the running script.
usage() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; }

FAILED_STAGES=()

# stage NAME COMMAND...: runs the command, says how long it took, and goes on after a failure. The command runs in a
# subshell with errexit, so this must not be called in a condition.
stage() {
  local name="$1" started=$SECONDS status
  shift
  say "$name"
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    say "$name: done in $((SECONDS - started)) s"
  else
    say "$name: FAILED with status $status after $((SECONDS - started)) s"
    FAILED_STAGES+=("$name")
  fi
}

# finish: ends the script with what the stages gave.
finish() {
  if [ "${#FAILED_STAGES[@]}" -gt 0 ]; then
    say "FAILED after $SECONDS s:$(printf ' [%s]' "${FAILED_STAGES[@]}")"
    exit 1
  fi
  say "passed in $SECONDS s"
}
