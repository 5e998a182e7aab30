# shellcheck shell=bash
# Makes the images of real servers (tests/images/services) and serves them from a registry on 127.0.0.1, for tests that
# pull them. Sourced, not run; needs common.sh and packages.sh. Nothing of it needs root, once the packages are there.
#
# The registry's storage, and what the images are made of, stay in build/services. Images that are up to date are
# not made again. The registry takes the port of the last time where it is free, so that an engine that pulled an image
# once has it.

SERVICES_FOLDER="$DRYDOCK_ROOT/build/services"
SERVICES_MAP="$SERVICES_FOLDER/image-map"
SERVICES_REGISTRY=""     # 127.0.0.1:port
SERVICES_REGISTRY_PID=""

# free_port [WISH]: a port of 127.0.0.1 that is free, the wish where it is.
free_port() {
  python3 - "${1:-0}" <<'PYTHON'
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
PYTHON
}

registry_answers() { curl -sf -m 5 -o /dev/null "http://$SERVICES_REGISTRY/v2/"; }

# registry_stands: a registry of this folder runs already, of an earlier scripts/images --services.
registry_stands() {
  local pid port
  pid="$(cat "$SERVICES_FOLDER/pid" 2>/dev/null)" && port="$(cat "$SERVICES_FOLDER/port" 2>/dev/null)" || return 1
  [ -r "/proc/$pid/cmdline" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "serve $SERVICES_FOLDER/registry.yml" || return 1
  SERVICES_REGISTRY="127.0.0.1:$port"
  registry_answers
}

# start_service_registry: returns when a registry answers.
start_service_registry() {
  local config="$SERVICES_FOLDER/registry.yml" log="$SERVICES_FOLDER/registry.log" port waited=0
  ! registry_stands || return 0
  mkdir -p "$SERVICES_FOLDER"
  port="$(free_port "$(cat "$SERVICES_FOLDER/port" 2>/dev/null || echo 0)")"
  printf '%s\n' "$port" >"$SERVICES_FOLDER/port"
  SERVICES_REGISTRY="127.0.0.1:$port"
  cat >"$config" <<CONFIG
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: "$SERVICES_FOLDER/registry"}}
http: {addr: "$SERVICES_REGISTRY"}
CONFIG
  setsid docker-registry serve "$config" >"$log" 2>&1 </dev/null &
  SERVICES_REGISTRY_PID=$!
  printf '%s\n' "$SERVICES_REGISTRY_PID" >"$SERVICES_FOLDER/pid"
  until registry_answers; do
    kill -0 "$SERVICES_REGISTRY_PID" 2>/dev/null || die "the image registry ended while it started; its log is $log"
    [ "$waited" -lt 100 ] || die "the image registry does not answer on $SERVICES_REGISTRY; its log is $log"
    waited=$((waited + 1))
    sleep 0.1
  done
}

# stop_service_registry: stops the registry when this script started it.
stop_service_registry() {
  [ -n "$SERVICES_REGISTRY_PID" ] || return 0
  kill "$SERVICES_REGISTRY_PID" 2>/dev/null || true
  wait "$SERVICES_REGISTRY_PID" 2>/dev/null || true
  SERVICES_REGISTRY_PID=""
}

# make_service_images: starts the registry with all images in it, and exports DRYDOCK_IMAGE_MAP. An image map that the
# caller brings is taken as it is. An engine on another machine would not reach the registry: then there is none. What
# the engine pulled before images were made anew, it forgets.
make_service_images() {
  local started=$SECONDS made
  case "${ENGINE_ADDRESS:-}" in
    "" | unix://* | tcp://127.* | tcp://localhost:*) ;;
    *)
      [ -n "${DRYDOCK_IMAGE_MAP:-}" ] || say "service images: none, for the engine at $ENGINE_ADDRESS is not on this machine"
      return 0
      ;;
  esac
  if [ -n "${DRYDOCK_IMAGE_MAP:-}" ]; then
    say "service images: those of $DRYDOCK_IMAGE_MAP, as asked"
    return 0
  fi
  need_packages python3 curl docker-registry
  start_service_registry
  {
    made="$(python3 -B "$DRYDOCK_ROOT/scripts/lib/service_images.py" --registry "$SERVICES_REGISTRY" \
      --services "$DRYDOCK_ROOT/tests/images/services" --work "$SERVICES_FOLDER" --map "$SERVICES_MAP" \
      --jobs "$DRYDOCK_JOBS" | tee >(cat >&3))" || die "the service images could not be made"
  } 3>&1
  [ -z "$made" ] || remove_pulled_images
  export DRYDOCK_IMAGE_MAP="$SERVICES_MAP"
  say "service images: in $SERVICES_REGISTRY, named by $SERVICES_MAP, ready in $((SECONDS - started)) s"
}

# remove_pulled_images: removes what the engine, where one is known, pulled from the registry; needs engine.sh.
remove_pulled_images() {
  local image
  [ -n "$SERVICES_REGISTRY" ] && [ -n "${ENGINE_ADDRESS:-}" ] || return 0
  engine_curl /images/json | python3 -c '
import json, sys
for image in json.load(sys.stdin):
    names = (image.get("RepoTags") or []) + (image.get("RepoDigests") or [])
    print("\n".join(name for name in names if name.startswith(sys.argv[1])), end="\n")
' "$SERVICES_REGISTRY/" | while read -r image; do
    [ -z "$image" ] || engine_curl "/images/$image" -X DELETE >/dev/null 2>&1 || true
  done
}
