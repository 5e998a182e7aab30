#!/usr/bin/env bash
# Puts the programs where the official image has them, which has no shell.
mkdir -p "$ROOT/usr/local/bin"
mv "$ROOT/usr/bin/etcd" "$ROOT/usr/bin/etcdctl" "$ROOT/usr/local/bin/"
