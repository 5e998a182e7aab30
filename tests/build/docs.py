#!/usr/bin/env python3
"""Checks the documentation: C++ and CMake in docs/ are code of the examples, which are built and run; links lead to files;
each workflow of docs/patterns.md leads to an example and a test.

Usage: docs.py [ROOT]     prints each violation and exits with 1 when there is one
"""
import pathlib
import re
import sys

BLOCK = re.compile(r"^```(cpp|cmake)\n(.*?)^```$", re.M | re.S)
SOURCES = {"cpp": "*.cpp", "cmake": "CMakeLists.txt"}
LINK = re.compile(r"\]\(([^)#:]+)\)")
WORKFLOW = re.compile(r"^\| \d+ .*$", re.M)


def normal(code):
    """Returns the code without indentation and empty lines, which a block may have lost."""
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


def violations(root):
    examples = {
        language: [normal(path.read_text()) for path in sorted((root / "examples").rglob(pattern))]
        for language, pattern in SOURCES.items()
    }
    pages = sorted((root / "docs").glob("*.md"))
    for page in pages:
        for language, block in BLOCK.findall(page.read_text()):
            if not any(normal(block) in example for example in examples[language]):
                yield f"{page.relative_to(root)}: a block that is in no example: {block.splitlines()[0]}"
    for page in (root / "README.md", *pages):
        for target in LINK.findall(page.read_text()):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: leads to '{target}', which is not there"
    for row in WORKFLOW.findall((root / "docs" / "patterns.md").read_text()):
        for folder in ("examples", "tests"):
            if not any(target.startswith(f"../{folder}/") for target in LINK.findall(row)):
                yield f"docs/patterns.md: a workflow that leads to nothing under {folder}: {row}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found = list(violations(root))
    for line in found:
        print(line)
    print(f"docs: {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
