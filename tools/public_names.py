"""The public names of the package that no example uses and no sentence of a page speaks of.

    python tools/public_names.py          each with what is missing; exit code 1 where there is one
    python tools/public_names.py --all    every public name with where it is used or spoken of first

Public: what `huntgroup` and the packages below list in `__all__`, and what their classes have without an
underscore. An example is Python on a page or in examples/; a sentence is prose or a row of a table, written
by hand, in which the name stands as code. Generated pages do not count: they name everything.
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
import sys
import tokenize
from collections.abc import Iterator

from page_blocks import ROOT

PACKAGES = (
    "huntgroup",
    "huntgroup.history",
    "huntgroup.mirror",
    "huntgroup.sim",
    "huntgroup.whatif",
)
CLASSES = (
    "Engine",
    "Router",
    "ThreadRouter",
    "Scenario",
    "SimulationResult",
    "Mirror",
    "WhatIf",
    "PresenceModel",
)
"""Their attributes are required too; those of errors, rows and results stand in their own tables."""
FROM = {"Router": "huntgroup.live.router", "ThreadRouter": "huntgroup.live.threads"}
GENERATED = {"docs/COMMANDS.md", "docs/CODES.md", "CHANGELOG.md"}
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1\s*$", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"<!-- begin: (\S+) -->.*?<!-- end: \1 -->", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
FEWEST_WORDS = 5
"""A line that has fewer words beside the name does not say when to use it."""


def public() -> Iterator[str]:
    """Every public name: `name`, or `Class.name`."""
    kinds = {}
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in module.__all__:
            yield name
            kinds[name] = getattr(module, name)
    for name, package in FROM.items():
        kinds[name] = getattr(importlib.import_module(package), name)
    for kind in CLASSES:
        yield from (f"{kind}.{name}" for name in dir(kinds[kind]) if not name.startswith("_"))


def pages() -> dict[str, str]:
    """The pages that people wrote, by path, without their generated parts."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(found)}
    return {path: BLOCK.sub("", text) for path, text in texts.items() if path not in GENERATED}


def names_in(program: str) -> set[str]:
    """The names in a program's code; those in comments and strings do not count."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(program).readline))
    except (tokenize.TokenError, IndentationError):
        return set(re.findall(r"\w+", program))
    return {token.string for token in tokens if token.type == tokenize.NAME}


def examples() -> Iterator[tuple[str, set[str]]]:
    """The places with examples, and the names that each uses."""
    for path, text in pages().items():
        for _, info, body in FENCE.findall(text):
            if info.strip() in ("python", "pycon"):
                yield path, names_in(body)
    for file in sorted((ROOT / "examples").glob("*.py")):
        yield f"examples/{file.name}", names_in(file.read_text(encoding="utf-8"))


def sentences() -> Iterator[tuple[str, set[str]]]:
    """The places with prose, and the names in its code spans."""
    for path, text in pages().items():
        for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-|*] )|\n(?=\|)", FENCE.sub("\n\n", text)):
            if len(re.findall(r"[A-Za-z]{2,}", CODE.sub("", paragraph))) >= FEWEST_WORDS:
                yield path, {word for code in CODE.findall(paragraph) for word in re.findall(r"\w+", code)}


def places(found: Iterator[tuple[str, set[str]]]) -> dict[str, str]:
    """Each name with the first place that has it."""
    first: dict[str, str] = {}
    for path, names in found:
        for name in names:
            first.setdefault(name, path)
    return first


def missing() -> list[str]:
    """The public names without an example and without a sentence."""
    used, said = places(examples()), places(sentences())
    return [name for name in public() if name.rpartition(".")[2] not in used.keys() | said.keys()]


def main() -> int:
    """Print the names. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", action="store_true", help="those that are told of, too")
    if parser.parse_args().all:
        used, said = places(examples()), places(sentences())
        for name in public():
            last = name.rpartition(".")[2]
            print(f"{name}: example: {used.get(last, '-')}; sentence: {said.get(last, '-')}")
    lost = missing()
    for name in lost:
        print(f"{name}: no example, no sentence")
    print(f"{len(lost)} of {len(list(public()))} public names without an example or a sentence")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
