"""The JSON Schemas of our files, as docs/schemas has them for editors: what `huntgroup schema KIND` prints.

python tools/schemas.py           write them
python tools/schemas.py --check   say which are out of date; exit 1 if one is
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import page_blocks

from huntgroup.cli.schema import SCHEMAS

FOLDER = page_blocks.ROOT / "docs" / "schemas"


def text_of(make: Callable[[], dict[str, Any]], _: str = "") -> str:
    """The text of a schema's file, whatever it contains now."""
    return json.dumps(make(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the files, or check them. Returns the exit code."""
    pages = [(FOLDER / f"{kind}.schema.json", partial(text_of, make)) for kind, make in SCHEMAS.items()]
    FOLDER.mkdir(exist_ok=True)
    for path, _ in pages:
        path.touch()
    return page_blocks.refresh("Writes the JSON Schemas of our files.", pages)


if __name__ == "__main__":
    sys.exit(main())
