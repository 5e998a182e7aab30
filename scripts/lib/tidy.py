#!/usr/bin/env python3
"""Runs clang-tidy over the files of a compilation database that stand in this repository, several at once.

A file that passed is not run again until it, a header of this repository that it includes (also through others), its
compile command, the checks or clang-tidy itself change: passes are remembered by a hash of all these.

Usage: tidy.py --build FOLDER [--jobs N] [FILE...]
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "drydock" / "tidy"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
# What a user of Drydock links or reads. The tests and benchmarks are held by the warnings of two compilers: to check
# them here, too, would take as long again.
CHECKED = ["src", "fixtures", "examples"]
SEARCH = ["include", "src", "tests", "bench", "."]


def resolve(name, including):
    for folder in [including.parent, *(ROOT / entry for entry in SEARCH)]:
        candidate = folder / name
        if candidate.is_file():
            return candidate.resolve()
    return None


def closure(source):
    """Returns the source and every header of this repository that it reaches, in a fixed order."""
    seen, pending = set(), [source]
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        for match in INCLUDE.finditer(path.read_bytes()):
            found = resolve(match.group(1).decode(), path)
            if found:
                pending.append(found)
    return sorted(seen)


def fingerprint(source, command, version):
    digest = hashlib.sha256(version)
    # Where the tree stands does not matter to the outcome.
    digest.update(re.sub(r"\S*/build/[^/ ]*", "BUILD", command).replace(str(ROOT), "").encode())
    configuration = [folder / ".clang-tidy" for folder in source.parents if folder.is_relative_to(ROOT)]
    for path in [*filter(pathlib.Path.is_file, configuration), *closure(source)]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(source, build):
    result = subprocess.run(
        ["clang-tidy", "--quiet", "-p", str(build), str(source)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + ("" if result.returncode == 0 else result.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()

    wanted = {path.resolve() for path in options.files}
    version = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True).stdout
    CACHE.mkdir(parents=True, exist_ok=True)

    todo = {}
    database = json.loads((options.build / "compile_commands.json").read_text())
    total = 0
    for entry in database:
        source = pathlib.Path(entry["file"]).resolve()
        checked = source in wanted if wanted else any(source.is_relative_to(ROOT / folder) for folder in CHECKED)
        if not checked or not source.is_file() or source in todo:
            continue
        total += 1
        mark = CACHE / fingerprint(source, entry["command"], version)
        if not mark.exists():
            todo[source] = mark

    print(f"clang-tidy: {len(todo)} of {total} files to check", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = {pool.submit(run, source, options.build): source for source in todo}
        for done in concurrent.futures.as_completed(results):
            source = results[done]
            status, output = done.result()
            if status == 0:
                todo[source].touch()
            else:
                failed += 1
                print(f"--- {source.relative_to(ROOT)}\n{output}", flush=True)
    if failed:
        print(f"clang-tidy: {failed} of {total} files have faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
