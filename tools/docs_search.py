"""Asks the search of the built documentation for each word of the glossary, as a reader does.

    python tools/docs_search.py build/docs

Each word must find the glossary, and a page besides it that says more. Exit code 1 with a line for each that
does not.
The index is the one that the pages load; words are cut to their stems as Sphinx does it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = "GLOSSARY"


def words_of(page: str) -> list[str]:
    """The words explained in the first column of the glossary; a row may explain several."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    cells = [re.sub(r"`| and the like", "", row) for row in rows if row not in ("Word", "---")]
    return [word.strip() for cell in cells for word in re.split(r",| / ", cell) if word.strip()]


def index_of(folder: Path) -> dict[str, Any]:
    """The search index of the built pages: stem -> pages, by text and by title."""
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    return found


def pages_with(word: str, index: dict[str, Any]) -> set[str]:
    """The pages that contain all parts of the word, as the search finds them. O(pages)."""
    import snowballstemmer
    from sphinx.search.en import SearchEnglish

    stem = snowballstemmer.stemmer("english").stemWord
    # The words that the search leaves out, whoever types them.
    left_out = SearchEnglish.stopwords
    pages = set(range(len(index["docnames"])))
    for part in re.findall(r"\w+", word.lower()):
        if part in left_out or len(part) < 2:
            continue
        there: set[int] = set()
        for kind in ("terms", "titleterms"):
            found = index[kind].get(part, index[kind].get(stem(part), []))
            there |= {found} if isinstance(found, int) else set(found)
        pages &= there
    return {index["docnames"][page] for page in pages}


def lost(words: list[str], index: dict[str, Any]) -> list[str]:
    """A line for each word that does not lead to the pages it should."""
    lines = []
    for word in words:
        pages = pages_with(word, index)
        if GLOSSARY not in pages:
            lines.append(f"{word}: the glossary is not found")
        elif pages == {GLOSSARY}:
            lines.append(f"{word}: no page but the glossary")
    return lines


def main(folder: Path) -> int:
    words = words_of((ROOT / "docs" / f"{GLOSSARY}.md").read_text(encoding="utf-8"))
    lines = lost(words, index_of(folder))
    print("\n".join(lines) or f"the search finds each of {len(words)} words of the glossary")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
