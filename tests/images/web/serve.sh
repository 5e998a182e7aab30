#!/bin/sh
# Serves /www on port 8080, and says so once the server answers. As PID 1 it passes SIGTERM on.
httpd -f -p 8080 -h /www &
server=$!
trap 'kill "$server"' TERM INT
until wget -q -O /dev/null http://127.0.0.1:8080/health; do
  kill -0 "$server" || exit 1
  usleep 5000
done
echo "web: listening on port 8080"
wait "$server"
