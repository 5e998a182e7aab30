#!/bin/bash
# Fills in the variables of the templates in /etc/nginx/templates, and puts what comes out into /etc/nginx/conf.d, and
# that of stream templates into /etc/nginx/stream-conf.d. NGINX_ENVSUBST_* name other folders and endings.
set -e

me="$(basename "$0")"
templates="${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}"

note() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || printf '%s: %s\n' "$me" "$*"; }

# Only variables that are set are filled in, so nginx's own survive.
known() {
  local name
  compgen -e | while read -r name; do
    # shellcheck disable=SC2016
    if [[ "$name" =~ ${NGINX_ENVSUBST_FILTER:-} ]]; then printf '${%s} ' "$name"; fi
  done
}

# fill SUFFIX FOLDER: fills in the templates with the suffix; fails when there are none.
fill() {
  local suffix="$1" folder="$2" template target found=""
  while read -r template; do
    found=1
    target="$folder/${template#"$templates"/}"
    target="${target%"$suffix"}"
    mkdir -p "$(dirname "$target")" 2>/dev/null || true
    if ! [ -w "$(dirname "$target")" ]; then
      note "ERROR: $templates exists, but $folder is not writable"
      return 0
    fi
    note "Running envsubst on $template to $target"
    envsubst "$(known)" <"$template" >"$target"
  done < <(find "$templates" -follow -type f -name "*$suffix" -print)
  [ -n "$found" ]
}

[ -d "$templates" ] || exit 0
fill "${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}" "${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}" || true
streams="${NGINX_ENVSUBST_STREAM_OUTPUT_DIR:-/etc/nginx/stream-conf.d}"
if fill "${NGINX_ENVSUBST_STREAM_TEMPLATE_SUFFIX:-.stream-template}" "$streams" &&
  ! grep -qE '^\s*stream\s*\{' /etc/nginx/nginx.conf; then
  printf 'stream {\n  include %s/*.conf;\n}\n' "$streams" >>/etc/nginx/nginx.conf
fi
