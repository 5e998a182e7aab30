# shellcheck shell=bash
# Finds the Docker Engine, starts one where none answers, and compares what stands on it before and after.
# Sourced, not run; needs common.sh and packages.sh. Talks to the engine with curl alone: no Docker CLI is needed.

ENGINE_STARTED=""      # "dockerd" or "service" when this script started the engine
ENGINE_KEEP="${ENGINE_KEEP:-}"
ENGINE_ADDRESS=""      # unix:///path or tcp://host:port
ENGINE_PID=""

# engine_curl PATH [CURL OPTION...]: one request to the engine; prints the body, fails on an HTTP error.
engine_curl() {
  local path="$1" certs="${DOCKER_CERT_PATH:-$HOME/.docker}"
  shift
  case "$ENGINE_ADDRESS" in
    unix://*) curl -sS --fail-with-body --unix-socket "${ENGINE_ADDRESS#unix://}" "$@" "http://localhost$path" ;;
    tcp://*)
      if [ -n "${DOCKER_TLS_VERIFY:-}" ]; then
        curl -sS --fail-with-body --cacert "$certs/ca.pem" --cert "$certs/cert.pem" --key "$certs/key.pem" "$@" \
          "https://${ENGINE_ADDRESS#tcp://}$path"
      else
        curl -sS --fail-with-body "$@" "http://${ENGINE_ADDRESS#tcp://}$path"
      fi
      ;;
    *) die "engine address '$ENGINE_ADDRESS' is not understood; use unix:///path or tcp://host:port" ;;
  esac
}

engine_answers() {
  ENGINE_ADDRESS="$1"
  [ "$(engine_curl /_ping -m 5 2>/dev/null)" = OK ]
}

# Sockets that an engine may answer on when no address was given, in the order that the library tries them.
engine_sockets() {
  local uid
  uid="$(id -u)"
  printf '%s\n' /var/run/docker.sock "${XDG_RUNTIME_DIR:-/run/user/$uid}/docker.sock" "/run/user/$uid/docker.sock" \
    "$HOME/.docker/run/docker.sock" "$HOME/.docker/desktop/docker.sock" \
    "${XDG_RUNTIME_DIR:-/run/user/$uid}/podman/podman.sock" "/run/user/$uid/podman/podman.sock" /run/podman/podman.sock
}

# ensure_engine [HOST]: returns with an engine that answers, or ends the script. An address that was asked for (by
# argument or DOCKER_HOST) is the only one tried.
ensure_engine() {
  local wanted="${1:-${DOCKER_HOST:-}}" socket
  if [ -n "$wanted" ]; then
    engine_answers "$wanted" || die "no engine answers at '$wanted'"
    export DOCKER_HOST="$wanted"
    say "engine: $wanted, as asked"
    return 0
  fi
  while read -r socket; do
    if [ -S "$socket" ] && ! [ -w "$socket" ]; then
      say "engine: no permission to use unix://$socket"
    elif [ -S "$socket" ] && engine_answers "unix://$socket"; then
      [ "$socket" = /var/run/docker.sock ] || export DOCKER_HOST="unix://$socket"
      say "engine: unix://$socket, which stands already"
      return 0
    fi
  done < <(engine_sockets)
  is_root || die "no engine answers; start one, or name one with --engine HOST or DOCKER_HOST (as root, this script starts one)"
  need_packages "${PACKAGES_ENGINE[@]}"
  start_engine
}

start_engine() {
  local log="$DRYDOCK_ROOT/build/dockerd.log" waited=0
  ENGINE_ADDRESS=unix:///var/run/docker.sock
  if engine_answers "$ENGINE_ADDRESS"; then
    say "engine: $ENGINE_ADDRESS, started by its package"
    return 0
  fi
  mkdir -p "$DRYDOCK_ROOT/build"
  if [ -d /run/systemd/system ]; then
    say "engine: starting the docker service"
    systemctl start docker
    ENGINE_STARTED=service
  else
    say "engine: starting dockerd; its log is $log"
    setsid dockerd >"$log" 2>&1 </dev/null &
    ENGINE_PID=$!
    ENGINE_STARTED=dockerd
  fi
  until engine_answers "$ENGINE_ADDRESS"; do
    if [ -n "$ENGINE_PID" ] && ! kill -0 "$ENGINE_PID" 2>/dev/null; then
      tail -n 20 "$log" >&2
      die "dockerd ended while it started; its log is $log"
    fi
    [ "$waited" -lt 300 ] || die "the engine does not answer after 60 s; its log is $log"
    waited=$((waited + 1))
    sleep 0.2
  done
}

# stop_engine: stops the engine when this script started it, unless it is to be kept.
stop_engine() {
  case "$ENGINE_STARTED" in
    "") return 0 ;;
    dockerd)
      if [ -n "$ENGINE_KEEP" ]; then
        say "engine: left running as process $ENGINE_PID; stop it with: kill $ENGINE_PID"
        return 0
      fi
      say "engine: stopping dockerd"
      kill "$ENGINE_PID" 2>/dev/null || true
      wait "$ENGINE_PID" 2>/dev/null || true
      ;;
    service)
      if [ -n "$ENGINE_KEEP" ]; then
        say "engine: left running; stop it with: systemctl stop docker docker.socket"
        return 0
      fi
      say "engine: stopping the docker service"
      systemctl stop docker docker.socket
      ;;
  esac
  ENGINE_STARTED=""
}

# engine_objects: every container, network, volume and image that stands, a line each: kind, id, name, label keys.
engine_objects() {
  {
    engine_curl '/containers/json?all=true'
    echo
    engine_curl /networks
    echo
    engine_curl /volumes
    echo
    engine_curl /images/json
    echo
  } | python3 "$DRYDOCK_ROOT/scripts/lib/engine_objects.py"
}

# remove_anchor_images: removes the images of the containers that hold networks, which stay for the next run by design.
remove_anchor_images() {
  local image
  engine_curl /images/json | python3 -c '
import json, sys
for image in json.load(sys.stdin):
    print("\n".join(tag for tag in image.get("RepoTags") or [] if tag.startswith("drydock/anchor:")))
' | while read -r image; do
    [ -z "$image" ] || engine_curl "/images/$image" -X DELETE >/dev/null 2>&1 || true
  done
}

# engine_leftovers BEFORE: prints what stands now and did not in the file BEFORE: what this run made, whatever its
# labels. What is being removed gets ten seconds to go.
engine_leftovers() {
  local before="$1" left="" waited
  for waited in 1 2 3 4 5 6 7 8 9 10; do
    left="$(engine_objects | grep -vxFf "$before" || true)"
    [ -n "$left" ] || return 0
    [ "$waited" = 10 ] || sleep 1
  done
  printf '%s\n' "$left"
}
