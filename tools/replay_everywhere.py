"""Plays journals in every build of huntgroup that is here, and compares what comes of it.

The journals are written by the environment that runs this: seeds of the generator, as a log alone and from
snapshots at three places. They are played by the wheel of each Python that `make wheels` has left, by the
checked build and by this environment: with hashes of its own each time, and with each kernel that there is.
Every state must be the same, and so must every event that is told again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests" / "journal"))

PYTHONS = ("python3.11", "python3.12", "python3.13")
COMMANDS = 600

CHILD = """
import hashlib, sys
import huntgroup as hg
from huntgroup.core.state.slot_search import kernel_names, use_kernel
from huntgroup.journal import SqliteStore
from huntgroup.testing.scorers import scorers

if len(sys.argv) == 1:
    print(*kernel_names())
    sys.exit()
use_kernel(sys.argv[1])
for folder in sys.argv[2:]:
    told = []
    found = {made.name: made for made in scorers()}
    with hg.Engine.open(SqliteStore(folder, driver="sqlite3"), scorers=found, told=told.extend) as engine:
        engine.verify()
        begins = told[0].seq if told else 0
        events = hashlib.blake2b("".join(map(repr, told)).encode(), digest_size=8).hexdigest()
        print(engine.digest(), begins, events, engine.recovery.snapshot)
"""


def written(folder: Path, seed: int) -> list[Path]:
    """The journal of a seed: as a log alone, and once more for each of the snapshots taken in it."""
    import huntgroup as hg
    from huntgroup.journal import SqliteStore
    from huntgroup.testing.play import play
    from huntgroup.testing.workload import Workload

    journaled: Any = import_module("journaled")
    workload = Workload(seed)
    durable = journaled.opened(SqliteStore(folder / "log", driver="sqlite3"), workload.settings)
    plain = hg.Engine(**workload.settings)
    places = [COMMANDS * part // 4 for part in (1, 2, 3)]
    rest = []
    copies = []
    for k in range(COMMANDS):
        if k in places:
            copies.append(folder / f"snapshot{k}")
            rest.append(opened_copy(durable, folder / "log", copies[-1]))
        command = workload.next()
        expected = play(workload.reference, command)
        journaled.both(durable, plain, command, expected)
        for other in rest:
            play(other, command)
    for engine in (durable, *rest):
        engine.close()
    return [folder / "log", *copies]


def opened_copy(durable: Any, live: Path, copy: Path) -> Any:
    """A journal as it stands now, continued from a snapshot taken now."""
    from huntgroup.journal import SqliteStore

    durable.sync()
    shutil.copytree(live, copy)
    engine = import_module("journaled").opened(SqliteStore(copy, driver="sqlite3"))
    engine.snapshot()
    return engine


def builds(wheels: Path, checked: Path, preload: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """(name, interpreter, environment) of each build that exists; prints which do not."""
    found: list[tuple[str, list[str], dict[str, str]]] = [("this environment", [sys.executable], {})]
    for name in PYTHONS:
        python = wheels / name / "alone" / "bin" / "python"
        if python.exists():
            found.append((f"the wheel of {name}", [str(python), "-s"], {}))
        else:
            print(f"not here: the wheel of {name} (make wheels)")
    if (checked / ".installed").exists():
        environment = {
            "PYTHONPATH": str(checked),
            "LD_PRELOAD": preload,
            "PYTHONMALLOC": "malloc",
            "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        }
        found.append(("the checked build", [sys.executable], environment))
    else:
        print("not here: the checked build (make checked-test)")
    return found


def said(command: list[str], environment: dict[str, str], *given: str) -> str:
    """The output of the child, which runs outside the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*command, "-c", CHILD, *given],
        env={**kept, "PYTHONHASHSEED": "random", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def main(given: list[str] | None = None) -> int:
    """0; 1 if two builds come to different states or events."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--wheels", type=Path, default=CHECKOUT / "build" / "wheels")
    parser.add_argument("--checked", type=Path, default=CHECKOUT / "build" / "checked")
    parser.add_argument("--preload", default="", help="the sanitiser's libraries")
    parser.add_argument("--seeds", type=int, nargs="+", default=[301, 302, 303])
    options = parser.parse_args(given)
    expected: dict[int, list[str]] = {}
    tried = same = 0
    with tempfile.TemporaryDirectory() as place:
        journals = {seed: written(Path(place) / str(seed), seed) for seed in options.seeds}
        for name, command, environment in builds(
            options.wheels.absolute(), options.checked.absolute(), options.preload
        ):
            kernels = said(command, environment).split()
            for kernel in kernels:
                for seed, folders in journals.items():
                    copies = [folder.with_name(f"{folder.name}-copy") for folder in folders]
                    for folder, copy in zip(folders, copies, strict=True):
                        shutil.rmtree(copy, ignore_errors=True)
                        shutil.copytree(folder, copy)
                    lines = said(command, environment, kernel, *map(str, copies)).splitlines()
                    wanted = expected.setdefault(seed, lines)
                    digests = {line.split()[0] for line in lines}
                    tried += len(lines)
                    if lines == wanted and len(digests) == 1:
                        same += len(lines)
                    else:
                        print(f"seed {seed}, {name}, {kernel}:", *lines, "instead of", *wanted, sep="\n  ")
            print(f"played by {name}: {', '.join(kernels)}")
    print(f"replay everywhere: tried {tried:,}, survived {same:,}, other states {tried - same:,}")
    return 0 if tried == same else 1


if __name__ == "__main__":
    sys.exit(main())
