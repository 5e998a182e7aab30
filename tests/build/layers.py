#!/usr/bin/env python3
"""Proves the layering of the sources from their include lines.

  - Includes point only downward: a file includes its own layer and layers of a lower rank.
  - No public header includes a third-party library but GoogleTest, and that only in the gtest layer. Public headers
    include public headers only, so this holds through other headers too; it is checked through them all the same.
  - Each wrapped library has exactly one file that includes it.

Usage: layers.py [ROOT]     prints each violation and exits with 1 when there is one
"""
import pathlib
import re
import sys

RANKS = {
    "anchor": 0,  # a program of its own
    "base": 0,
    "resilience": 1,
    "observability": 1,
    "transport": 2,
    "docker": 3,
    "container": 4,
    "gtest": 5,
    "fixtures": 5,
    "cli": 6,
}
# The umbrella headers, by the rank of what they gather.
UMBRELLAS = {"drydock.h": ("container", 4), "gtest.h": ("gtest", 5)}
# Libraries that no public header may include, by the path that their headers begin with.
HIDDEN = {
    "httplib": re.compile(r"httplib\.h$"),
    "simdjson": re.compile(r"simdjson(\.h$|/)"),
    "fmt": re.compile(r"fmt/"),
    "libarchive": re.compile(r"archive(_entry)?\.h$"),
}
GTEST = re.compile(r"(gtest|gmock)/")
# The one file that includes each of these.
SOLE_INCLUDERS = {
    "httplib": "src/transport/httplib_exchange.cpp",
    "simdjson": "src/docker/json_reader.cpp",
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


class Source:
    """One file of include/, src/ or fixtures/, with its layer and its includes."""

    def __init__(self, root, path):
        self.path = path
        self.name = path.relative_to(root).as_posix()
        parts = pathlib.PurePosixPath(self.name).parts
        self.public = parts[0] == "include"
        if parts[0] == "fixtures":
            self.layer, self.rank = "fixtures", RANKS["fixtures"]
        else:
            self.layer, self.rank = self._place(parts[2:] if self.public else parts[1:])
        self.includes = [match.group(2) for match in INCLUDE.finditer(path.read_text(encoding="utf-8"))]

    @staticmethod
    def _place(inner):
        if len(inner) == 1:
            return UMBRELLAS.get(inner[0], (None, None))
        return inner[0], RANKS.get(inner[0])


def read_sources(root):
    sources = {}
    for folder in ("include/drydock", "src", "fixtures"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                source = Source(root, path)
                sources[source.name] = source
    return sources


def target_of(sources, include):
    """Returns the file of this repository that an include names, or None."""
    for name in (f"include/{include}", f"src/{include}", include):
        if name in sources:
            return sources[name]
    return None


def reached(sources, source):
    """Yields every include that a file reaches through files of this repository, with the chain of files."""
    pending, seen = [(source, [source.name])], {source.name}
    while pending:
        current, chain = pending.pop()
        for include in current.includes:
            yield include, chain
            target = target_of(sources, include)
            if target and target.name not in seen:
                seen.add(target.name)
                pending.append((target, [*chain, target.name]))


def check_layers(sources):
    for source in sources.values():
        if source.rank is None:
            yield f"{source.name}: stands in no layer ({', '.join(RANKS)})"
            continue
        for include in source.includes:
            target = target_of(sources, include)
            if target is None or target.rank is None:
                continue
            if target.rank > source.rank:
                yield f"{source.name}: includes upward: {include} ({source.layer} -> {target.layer})"
            elif target.rank == source.rank and target.layer != source.layer:
                yield f"{source.name}: includes sideways: {include} ({source.layer} -> {target.layer})"
            if source.public and not target.public:
                yield f"{source.name}: a public header includes the internal header {include}"


def check_public_headers(sources):
    for source in sources.values():
        if not source.public:
            continue
        for include, chain in reached(sources, source):
            for library, pattern in HIDDEN.items():
                if pattern.match(include):
                    yield f"{source.name}: includes {library} ({' -> '.join([*chain, include])})"
            if GTEST.match(include) and source.layer != "gtest":
                yield f"{source.name}: includes GoogleTest ({' -> '.join([*chain, include])})"


def check_sole_includers(sources):
    for library, allowed in SOLE_INCLUDERS.items():
        includers = [s.name for s in sources.values() if any(HIDDEN[library].match(i) for i in s.includes)]
        for name in includers:
            if name != allowed:
                yield f"{name}: includes {library}; only {allowed} may"


def violations(root):
    sources = read_sources(root)
    if not sources:
        yield f"{root}: there is nothing to check"
    yield from check_layers(sources)
    yield from check_public_headers(sources)
    yield from check_sole_includers(sources)


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = list(violations(root))
    for line in found:
        print(line)
    print(f"layers: {len(found)} violations in {len(read_sources(root))} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
