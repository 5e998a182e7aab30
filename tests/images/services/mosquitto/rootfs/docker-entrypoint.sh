#!/bin/sh
# Gives the broker's folder to the broker's user, which the broker itself becomes.
set -e
if [ "$(id -u)" = 0 ] && [ -d /mosquitto ]; then chown -R mosquitto:mosquitto /mosquitto || true; fi
exec "$@"
