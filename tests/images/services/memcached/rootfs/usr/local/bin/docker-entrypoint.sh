#!/bin/sh
# Lets options of memcached stand alone as the command.
case "${1:-}" in
  -*) set -- memcached "$@" ;;
esac
exec "$@"
