#!/usr/bin/env bash
# Makes the locale en_US.utf8, and a sample configuration that listens on all addresses, which initdb copies.
mkdir -p "$ROOT/usr/lib/locale"
I18NPATH="$ROOT/usr/share/i18n" localedef --prefix="$ROOT" -i en_US -c -f UTF-8 en_US.UTF-8
rm -rf "$ROOT/usr/share/i18n"
sample="$ROOT/usr/share/postgresql/15/postgresql.conf.sample"
sed -i "s/^#\?listen_addresses *= *[^ \t]*/listen_addresses = '*'/" "$sample"
grep -qF "listen_addresses = '*'" "$sample"
