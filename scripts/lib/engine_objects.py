#!/usr/bin/env python3
"""Reads the engine's lists of containers, networks, volumes and images (one JSON document a line) and prints one line an
object: kind, id, name, label keys, separated by tabs."""
import json
import sys


def lines(kind, objects):
    for item in objects or []:
        identity = item.get("Id") or item["Name"]
        name = item.get("Name") or ",".join(item.get("Names") or item.get("RepoTags") or [])
        yield "\t".join([kind, identity, name, ",".join(sorted(item.get("Labels") or {}))])


def main():
    containers, networks, volumes, images = (json.loads(line) for line in sys.stdin if line.strip())
    for line in [
        *lines("container", containers),
        *lines("network", networks),
        *lines("volume", volumes.get("Volumes")),
        # Seeded images are made to be used again by later runs; they go by their age.
        *lines("image", [image for image in images if "drydock.seed" not in (image.get("Labels") or {})]),
    ]:
        print(line)


if __name__ == "__main__":
    main()
