#!/usr/bin/env bash
# Puts the server where the official image has it, which is made from nothing: it has no shell.
mv "$ROOT/usr/sbin/nats-server" "$ROOT/nats-server"
