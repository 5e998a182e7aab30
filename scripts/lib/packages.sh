# shellcheck shell=bash
# shellcheck disable=SC2034 # the lists are used by the scripts that source this
# Installs Debian packages, only those that are missing. Sourced, not run; needs common.sh.

PACKAGES_BUILD=(g++ cmake ninja-build pkg-config python3 curl busybox-static ca-certificates
  libcpp-httplib-dev libssl-dev zlib1g-dev libbrotli-dev libsimdjson-dev libfmt-dev libgtest-dev libgmock-dev libcli11-dev)
PACKAGES_TEST=(clang lld libclang-rt-14-dev clang-format clang-tidy shellcheck ccache docker-registry
  podman runc conmon containernetworking-plugins
  libpq-dev libmariadb-dev libhiredis-dev librabbitmq-dev libmosquitto-dev)
PACKAGES_ENGINE=(docker.io iptables)

# provided PACKAGE: true when the package is installed, or what it is wanted for is there in another form.
provided() {
  local command=""
  case "$1" in
    g++ | cmake | python3 | curl | clang-format | clang-tidy | shellcheck | ccache | docker-registry | podman | runc | conmon)
      command="$1"
      ;;
    ninja-build) command=ninja ;;
    clang) command=clang++ ;;
    lld) command=ld.lld ;;
    docker.io) command=dockerd ;;
    iptables) command=iptables ;;
  esac
  if [ -n "$command" ] && command -v "$command" >/dev/null; then return 0; fi
  # shellcheck disable=SC2016
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages PACKAGE...: returns with all of them installed, or ends the script with what to do.
need_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    say "this is not a Debian system: its packages are taken as they are"
    return 0
  fi
  for package in "$@"; do
    provided "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! is_root; then
    die "these packages are missing; as root, run: apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  local log="$DRYDOCK_ROOT/build/packages.log"
  mkdir -p "$DRYDOCK_ROOT/build"
  if ! {
    apt-get update &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    die "apt-get could not install the packages; its words are in $log"
  fi
  case " ${missing[*]} " in
    *" podman "*) silence_podman ;;
  esac
}

# silence_podman: the tests start a Podman of their own. The socket that the package opens would be taken for the engine.
silence_podman() {
  [ -d /run/systemd/system ] || return 0
  systemctl disable --now podman.socket podman.service podman-restart.service podman-auto-update.timer >/dev/null 2>&1 ||
    say "podman's own socket could not be closed; it is an engine that may be found"
}
