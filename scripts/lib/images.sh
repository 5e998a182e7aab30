# shellcheck shell=bash
# Makes the test images from local files; nothing is pulled. Sourced, not run; needs common.sh and engine.sh.
#
#   drydock-test/busybox:1  busybox, a /tmp, the users root, tester (1000) and nobody (65534)
#   drydock-test/web:1      the same, serving /www on port 8080, with a healthcheck of /health every second
#   drydock-test/probe:1    the program tests/images/probe.cpp
#
# Each image carries a label with the hash of all that it was made from; one that is up to date is not made again.

IMAGE_HASH_LABEL=org.drydock-test.inputs

# image_hash FILE...: a hash of the files' content and of this file.
image_hash() { cat "$@" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-16; }

image_is_current() {
  engine_curl "/images/$1/json" 2>/dev/null | grep -q "\"$IMAGE_HASH_LABEL\":\"$2\""
}

# import_image NAME TAG HASH ROOTFS CHANGE...: makes an image of one layer from a folder; each change is a Dockerfile
# instruction.
import_image() {
  local name="$1" tag="$2" hash="$3" rootfs="$4" query change answer
  shift 4
  query="fromSrc=-&repo=$name&tag=$tag"
  for change in "LABEL $IMAGE_HASH_LABEL=$hash" "$@"; do
    query+="&changes=$(printf '%s' "$change" | python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.stdin.read(), safe=""))')"
  done
  answer="$(tar -C "$rootfs" --owner=0 --group=0 --numeric-owner -c . |
    engine_curl "/images/create?$query" -X POST -H 'Content-Type: application/x-tar' --data-binary @-)"
  case "$answer" in
    *'"error"'*) die "the engine did not take the image $name:$tag: $answer" ;;
  esac
  say "image $name:$tag made"
}

# busybox_rootfs FOLDER: fills the folder with a small root file system.
busybox_rootfs() {
  local rootfs="$1" busybox applet
  busybox="$(busybox_binary)"
  mkdir -p "$rootfs"/{bin,dev,etc,home/tester,proc,root,sys,tmp,usr/bin,var/tmp}
  chmod 755 "$rootfs"
  chmod 1777 "$rootfs/tmp" "$rootfs/var/tmp"
  chmod 700 "$rootfs/root"
  cp -L "$busybox" "$rootfs/bin/busybox"
  chmod 755 "$rootfs/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$rootfs/bin/$applet"
  done
  ln -s /bin/env "$rootfs/usr/bin/env"
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'tester:x:1000:1000:tester:/home/tester:/bin/sh' \
    'nobody:x:65534:65534:nobody:/:/bin/sh' >"$rootfs/etc/passwd"
  printf '%s\n' 'root:x:0:' 'tester:x:1000:' 'nogroup:x:65534:' >"$rootfs/etc/group"
  printf '%s\n' 'drydock test image' >"$rootfs/etc/issue"
}

# The static busybox: a dynamic one would find no libraries in the image.
busybox_binary() {
  local candidate
  for candidate in /bin/busybox /usr/bin/busybox; do
    if [ -x "$candidate" ]; then
      readlink -f "$candidate"
      return 0
    fi
  done
  die "busybox is missing; install the package busybox-static"
}

make_busybox_image() {
  local hash rootfs
  hash="$(image_hash "$(busybox_binary)")"
  image_is_current drydock-test/busybox:1 "$hash" && return 0
  rootfs="$(mktemp -d)"
  busybox_rootfs "$rootfs"
  import_image drydock-test/busybox 1 "$hash" "$rootfs" 'ENV PATH=/bin:/usr/bin' 'CMD ["sh"]'
  rm -rf "$rootfs"
}

make_web_image() {
  local sources="$DRYDOCK_ROOT/tests/images/web" hash rootfs
  hash="$(image_hash "$(busybox_binary)" "$sources"/*)"
  image_is_current drydock-test/web:1 "$hash" && return 0
  rootfs="$(mktemp -d)"
  busybox_rootfs "$rootfs"
  mkdir "$rootfs/www"
  cp "$sources/index.html" "$sources/health" "$rootfs/www/"
  cp "$sources/serve.sh" "$rootfs/bin/serve"
  chmod 755 "$rootfs/bin/serve" "$rootfs/www"
  chmod 644 "$rootfs/www"/*
  import_image drydock-test/web 1 "$hash" "$rootfs" 'ENV PATH=/bin:/usr/bin' 'CMD ["serve"]' 'EXPOSE 8080' \
    'HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"]'
  rm -rf "$rootfs"
}

make_probe_image() {
  local source="$DRYDOCK_ROOT/tests/images/probe.cpp" hash rootfs
  hash="$(image_hash "$source")"
  image_is_current drydock-test/probe:1 "$hash" && return 0
  rootfs="$(mktemp -d)"
  chmod 755 "$rootfs"
  mkdir -m 1777 "$rootfs/tmp"
  mkdir "$rootfs/bin"
  g++ -std=c++20 -O2 -static -s -Wall -Wextra -Werror -o "$rootfs/bin/probe" "$source"
  import_image drydock-test/probe 1 "$hash" "$rootfs" 'ENV PATH=/bin' 'ENTRYPOINT ["/bin/probe"]' 'EXPOSE 8080'
  rm -rf "$rootfs"
}

make_images() {
  make_busybox_image
  make_web_image
  make_probe_image
}
