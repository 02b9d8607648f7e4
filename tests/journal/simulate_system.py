"""Plays one seed of the simulated system, or many: `python tests/journal/simulate_system.py 7`. Exits with 1
at the first seed that broke a promise, and prints the command that plays it again."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).parent))

from system_audit import Broken
from system_bugs import BUGS
from system_world import REPLAY, played


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--seeds", type=int, default=1, help="how many, from this one on")
    parser.add_argument("--requests", type=int, default=150, help="of all clients together")
    parser.add_argument("--bug", choices=sorted(BUGS), help="a wrong to plant")
    parser.add_argument("--log", action="store_true", help="what the engine logs")
    chosen = parser.parse_args(given)
    if not chosen.log:
        logging.disable(logging.CRITICAL)
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        bug = None if chosen.bug is None else BUGS[chosen.bug]()
        try:
            digest, world = played(seed, Path(mkdtemp()), bug, chosen.requests)
        except Broken as error:
            print(f"seed {seed} is broken: {error}\n{REPLAY.format(seed=seed)}")
            return 1
        told = ", ".join(f"{name} {count}" for name, count in world.counts.items() if count)
        print(f"seed {seed}: {digest}\n  {world.simulated_seconds:,.0f} s simulated: {told}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
