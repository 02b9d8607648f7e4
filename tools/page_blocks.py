"""Pages with generated parts, each between a comment `<!-- begin: NAME -->` and one `<!-- end: NAME -->`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def block(page: str, name: str) -> str:
    """The text between the two comments of this name. Raises ValueError if they are missing."""
    found = re.search(rf"<!-- begin: {name} -->\n(.*?)<!-- end: {name} -->", page, re.DOTALL)
    if found is None:
        raise ValueError(f"no <!-- begin: {name} --> ... <!-- end: {name} -->")
    return found.group(1)


def replaced(page: str, name: str, content: str) -> str:
    """The page with this content between the two comments of this name."""
    return page.replace(
        f"<!-- begin: {name} -->\n{block(page, name)}", f"<!-- begin: {name} -->\n\n{content.strip()}\n\n"
    )


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a vertical bar in a cell is escaped."""
    first = list(head)
    lines = [first, ["---"] * len(first), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def refresh(description: str, pages: Iterable[tuple[Path, Callable[[str], str]]]) -> int:
    """The command line of a generator: writes each page as its function makes it, or with `--check` only says
    which are out of date. Returns the exit code, 1 if `--check` found one."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    check = parser.parse_args().check
    stale = 0
    for path, filled in pages:
        old = path.read_text(encoding="utf-8")
        new = filled(old)
        if new == old:
            continue
        stale += 1
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(new, encoding="utf-8")
    return 1 if check and stale else 0
