"""What a field would cost that is not kept: each loop of benchmarks/floor/absence.c with it and without.

Plain arrays of the sizes that a centre has, and no code of the package, as the package has no form without
these fields: what is measured is the least that their absence would cost. In turns in one run; the sums of
what was found are compared.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.common import Row, check, measure_side_by_side, parser, ratio, report, summary
from benchmarks.floor.structure import SOURCE, built

FAR = 64
"""Slots that a search looks at before it is done."""
AGENT_BYTES = 192
FIELDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "key of a slot": ("absence_search", (FAR,)),
    "slot of a membership": ("absence_busy", ()),
    "reserve of a ring": ("absence_append", ()),
    "counts of an agent": ("absence_count", ()),
}
"""Name of the field: the function of the operation that needs it, and its own arguments."""
OPERATIONS = {
    "key of a slot": f"a search over {FAR} slots",
    "slot of a membership": "busy and ready again, all memberships",
    "reserve of a ring": "an append",
    "counts of an agent": "is anybody's work possible",
}


def library() -> ctypes.CDLL | None:
    """The loops, or None where there is no C compiler."""
    made = built(SOURCE.with_name("absence.c"))
    if made is None:
        return None
    made.absence_create.restype = ctypes.c_void_p
    made.absence_create.argtypes = [ctypes.c_uint32] * 4 + [ctypes.c_uint64]
    made.absence_free.argtypes = [ctypes.c_void_p]
    for name, more in FIELDS.values():
        function = getattr(made, name)
        function.restype = ctypes.c_uint64
        function.argtypes = [ctypes.c_void_p, ctypes.c_int] + [ctypes.c_uint32] * (1 + len(more))
        function.argtypes += [ctypes.c_uint64]
    return made


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, default=1_000_000)
    options.add_argument("--queues", type=int, default=10_000)
    options.add_argument("--memberships", type=int, default=10)
    given = options.parse_args(arguments)
    agents, queues = (10_000, 100) if given.small else (given.agents, given.queues)
    units = 100 if given.small else 1_000
    loops = library()
    if loops is None:
        print("no C compiler", file=sys.stderr)
        return []
    centre = loops.absence_create(agents, given.memberships, queues, AGENT_BYTES, given.seed)
    if not centre:
        raise MemoryError("the arrays")
    rows: list[Row] = []
    for field, (name, more) in FIELDS.items():
        function: Callable[..., int] = getattr(loops, name)
        found: dict[str, list[int]] = {"with": [], "without": []}

        def run(kept: int, k: int, function: Any = function, more: tuple[int, ...] = more) -> int:
            return int(function(centre, kept, units, *more, given.seed + 1 + k))

        samples = measure_side_by_side(
            {"with": lambda k, run=run: run(1, k), "without": lambda k, run=run: run(0, k)},
            units,
            repeats=given.repeats,
            after=lambda which, result, found=found: found[which].append(result),
        )
        check(found["with"] == found["without"], f"{field}: with and without it another answer")
        kept, missing = summary(samples["with"]), summary(samples["without"])
        figures = {
            "without it": f"{missing.median_ns:.0f} ns",
            "times": ratio(samples["without"], samples["with"]),
        }
        rows.append(Row({"field": field, "needed by": OPERATIONS[field]}, kept, figures=figures))
    loops.absence_free(centre)
    report("absence", rows, given.json)
    return rows


if __name__ == "__main__":
    main()
