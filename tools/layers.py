"""The layers of the package, and their picture in docs/ARCHITECTURE.md.

    python tools/layers.py           draw it
    python tools/layers.py --check   say whether the page is out of date; exit 1 if it is

`tests/test_architecture.py` reads the same table and holds every import against it.
"""

from __future__ import annotations

import sys

import page_blocks

PAGE = page_blocks.ROOT / "docs" / "ARCHITECTURE.md"
FACE = "huntgroup"  # __init__.py: the public names

# From the bottom up. Names are those of modules below `huntgroup`; `x.*` is everything in the package x.
# A module may import from its own layer and from those that stand before it here.
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("errors and limits", ("errors", "limits")),
    (
        "settings, models and scorers",
        ("layouts", "models", "models.*", "settings", "settings.*", "scorers", "scorers.*"),
    ),
    ("views", ("shown", "shown.*")),
    ("the tables", ("core", "core.state", "core.state.*")),
    ("readiness and waiting", ("core.readiness", "core.readiness.*")),
    ("the two decisions", ("core.matching", "core.matching.*")),
    ("commands and steps", ("core.steps", "core.steps.*")),
    ("the border to Python", ("core.python", "core.python.*")),
    ("the journal", ("journal", "journal.*")),
    ("the compiled loop of simulations", ("core.simulation", "core.simulation.*")),
    ("engine", ("engine", "engine.*")),
    ("the router", ("live", "live.*")),
    ("the public names", (FACE,)),
    ("the mirror", ("mirror", "mirror.*")),
    ("the history", ("history", "history.*")),
    ("simulation and reports", ("sim", "sim.*", "report", "report.*", "whatif", "whatif.*")),
    ("the service", ("service", "service.*", "web", "tui", "tui.*")),
    ("command line", ("cli", "cli.*", "__main__")),
)


def picture() -> str:
    """The layers as a Mermaid flowchart, the first at the bottom; an arrow points to a layer that may be
    imported."""
    lines = ["```mermaid", "flowchart BT"]
    for number, (title, patterns) in enumerate(LAYERS):
        folders = {pattern.removesuffix(".*") for pattern in patterns if pattern.endswith(".*")}
        modules = [pattern for pattern in patterns if not pattern.endswith(".*")]
        named = [f"{name.replace('.', '/')}/" if name in folders else name for name in modules]
        lines.append(f'    layer{number}["{title}<br/>{", ".join(named)}"]')
    lines += [f"    layer{number} --> layer{number - 1}" for number in range(1, len(LAYERS))]
    return "\n".join([*lines, "```"])


def filled(page: str) -> str:
    """The page with the picture as the table has it."""
    return page_blocks.replaced(page, "layers", picture())


def main() -> int:
    return page_blocks.refresh("Draws the layers of the package.", [(PAGE, filled)])


if __name__ == "__main__":
    sys.exit(main())
