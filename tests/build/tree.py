#!/usr/bin/env python3
"""Checks what no compiler looks at: the length of files, notes that were meant to go away, paths of one machine.

Usage: tree.py [ROOT]     prints each violation and exits with 1 when there is one
"""
import os
import pathlib
import re
import sys

LONGEST = 400
LENGTH_SUFFIXES = {".h", ".cpp"}
LENGTH_FOLDERS = ("include", "src", "fixtures")
SKIPPED = {".git", "build", "out", ".cache", "drydock-logs"}
# Written with a gap, so that this file does not name them.
NOTES = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [
            name for name in folders if name not in SKIPPED and not (folder == str(root) and name.startswith("build-"))
        ]
        for name in sorted(names):
            path = pathlib.Path(folder) / name
            # A work tree's .git is a file.
            if name != ".git" and path.is_file() and not path.is_symlink():
                yield path


def violations(root):
    own_path = re.compile(re.escape(str(root)) + r"(?![\w-])")
    for path in files(root):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        in_corpus = name.startswith("tests/fuzz/corpus/")
        if b"\0" in data:
            if not in_corpus:
                yield f"{name}: is binary"
            continue
        lines = data.decode("utf-8", errors="replace").splitlines()
        if name.split("/")[0] in LENGTH_FOLDERS and path.suffix in LENGTH_SUFFIXES and len(lines) > LONGEST:
            yield f"{name}: has {len(lines)} lines, over {LONGEST}: a second concept hides in it"
        if in_corpus:
            continue
        for number, line in enumerate(lines, 1):
            if NOTES.search(line):
                yield f"{name}:{number}: a note that was meant to go away: {line.strip()}"
            if own_path.search(line):
                yield f"{name}:{number}: a path of one machine: {line.strip()}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found = list(violations(root))
    for line in found:
        print(line)
    print(f"tree: {len(found)} violations in {sum(1 for _ in files(root))} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
