#!/usr/bin/env bash
# Lets the server listen on all addresses, without looking up the names of clients, and conf.d have the last word.
sed -i -E 's/^(bind-address|log|user)\b/#&/' "$ROOT"/etc/mysql/mariadb.conf.d/*.cnf
printf '[mariadb]\nhost-cache-size=0\nskip-name-resolve\n' >"$ROOT/etc/mysql/mariadb.conf.d/05-skipcache.cnf"
sed -i -e '/^!includedir/d' "$ROOT/etc/mysql/mariadb.cnf"
printf '!includedir /etc/mysql/mariadb.conf.d/\n!includedir /etc/mysql/conf.d/\n' >>"$ROOT/etc/mysql/mariadb.cnf"
