#!/bin/bash
# Runs RabbitMQ's programs as the user rabbitmq, whatever user the container starts as; any other command as it is.
set -euo pipefail

if [[ "${1:-}" == rabbitmq* ]] && [ "$(id -u)" = 0 ]; then
  if [ "$1" = rabbitmq-server ]; then find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq {} +; fi
  exec gosu rabbitmq "$0" "$@"
fi

deprecated=""
for variable in "${!RABBITMQ_@}"; do
  case "$variable" in
    RABBITMQ_DEFAULT_PASS_FILE | RABBITMQ_DEFAULT_USER_FILE | RABBITMQ_MANAGEMENT_SSL_* | RABBITMQ_SSL_* | \
      RABBITMQ_VM_MEMORY_HIGH_WATERMARK)
      printf 'error: %s is set but deprecated\n' "$variable" >&2
      deprecated=1
      ;;
  esac
done
if [ -n "$deprecated" ]; then
  printf 'error: deprecated environment variables detected; use a configuration file instead\n' >&2
  exit 1
fi

if [ -z "${RABBITMQ_USE_LONGNAME:-}" ] && [ "$(hostname)" != "$(hostname -s)" ]; then
  export RABBITMQ_USE_LONGNAME=true
fi
exec "$@"
