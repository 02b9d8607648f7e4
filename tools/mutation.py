"""Mutation testing: small wrongs are put into the code, one at a time, and the tests have to notice.

python tools/mutation.py --sample 20 --seed 1               mutants of all parts, as many of each
python tools/mutation.py --sample 20 --part matching        of one part
python tools/mutation.py --sample 5 --file core/steps/offers.pyx

All happens in a copy of the tree under build/mutants. A mutant of a .pyx file is compiled for itself, a
mutant of a .py file needs no build. Stages of tests run until one fails: then it is killed. What survives all
of them is a wrong that no test sees, or none: a change without effect. Each is printed as soon as it is known
and added to build/mutants/results.jsonl; the report at the end lists the survivors.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src/huntgroup")

PARTS = {
    "transitions": ("core/steps/*.pyx", "core/readiness/*.pyx"),
    "matching": ("core/matching/*.pyx",),
    "journal": ("journal/*.py", "engine/journal.py", "engine/journaled.py", "core/python/recording.pyx"),
}
"""The mutated parts, by the files' places in the package."""

# As in cmake/HuntgroupExtensions.cmake.
DIRECTIVES = (
    *("cdivision=True", "wraparound=False", "binding=False", "embedsignature=True"),
    *("boundscheck=False", "initializedcheck=False", "nonecheck=False"),
)

PLAY = """
import sys
import huntgroup
from huntgroup.testing.pair import run_pair
for seed in range(*map(int, sys.argv[1:3])):
    run_pair(seed, int(sys.argv[3]), huntgroup.Engine, verify_every=25, shrink=False)
"""
TESTS = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")
OF_THE_ENGINE = tuple(
    f"tests/test_{name}.py"
    for name in (
        *("cases", "edges", "engine_api", "engine_errors", "growth_of_tables", "hours", "kernels", "limits"),
        *("long_jumps", "mirror", "model_tables", "reconfigure", "requirements", "rings", "scorer"),
        *("scorer_abi", "texts_and_actors", "time_and_events"),
    )
)
STAGES = {
    "core": (
        ("-c", PLAY, "20", "32", "250"),
        (*TESTS, "tests/routing", "tests/spec", *OF_THE_ENGINE),
        ("-c", PLAY, "32", "72", "600"),
    ),
    "journal": (
        (*TESTS, "tests/journal/test_store.py", "tests/journal/test_wal.py"),
        (*TESTS, "tests/journal", "tests/live/test_durable_router.py"),
    ),
}
"""The tests that have to notice: stages, the quick one first."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one mutant: killed or timed out (in which stage), survived, or not compiled. One that
    loops for ever times out; so does any on a machine that is too busy for `--patience`."""

    file: str
    line: int
    kind: str
    before: str
    after: str
    fate: str
    seconds: float


class Copy:
    """A private copy of the tree in which mutants are built and tested."""

    def __init__(self, place: Path, patience: float) -> None:
        self.place = place
        self.patience = patience
        self.late = False
        self.environment = {**os.environ, "PYTHONPATH": str(place / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        self.environment.pop("CI", None)
        if place.exists():
            shutil.rmtree(place / "src", ignore_errors=True)
        listed = subprocess.run(
            ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        # The copy goes before the installed package, as the checked build does.
        shutil.copy2(ROOT / "tools" / "checked_site.py", place / "src" / "sitecustomize.py")
        installed = Path(sysconfig.get_path("purelib"))
        for path in (installed / "huntgroup").rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                (place / "src" / path.relative_to(installed)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place / "src" / path.relative_to(installed))

    def test(self, mutant: Mutant, file: Path) -> Result:
        """Put the mutant in, build it where needed, run the stages, and take it out again."""
        began = time.monotonic()
        path = self.place / PACKAGE / file
        right = path.read_text(encoding="utf-8")
        library = path.with_suffix(str(sysconfig.get_config_var("EXT_SUFFIX")))
        built = library.read_bytes() if path.suffix == ".pyx" else b""
        try:
            path.write_text(mutant.applied(right), encoding="utf-8")
            fate = "not compiled" if built and not self.build(path, library) else self.fate(file)
        finally:
            path.write_text(right, encoding="utf-8")
            if built:
                library.unlink(missing_ok=True)
                library.write_bytes(built)
        return Result(
            file.as_posix(), **asdict(mutant), fate=fate, seconds=round(time.monotonic() - began, 1)
        )

    def build(self, path: Path, library: Path) -> bool:
        """Compile one module. False if it is no sound code, as with some mutants."""
        source = self.place / "mutant.c"
        module = ".".join(path.relative_to(self.place / "src").with_suffix("").parts)
        flags = [word for directive in DIRECTIVES for word in ("-X", directive)]
        cython = (sys.executable, "-m", "cython", "-3", *flags, "-I", self.place / "src")
        includes = (f"-I{self.place / 'native' / 'include'}", f"-I{sysconfig.get_path('include')}")
        native = ROOT / "build" / "release" / "native" / "libhuntgroup_native.a"
        compiler = (os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-DNDEBUG", "-w", "-std=gnu11")
        for words in (
            (*cython, "--module-name", module, path, "-o", source),
            (*compiler, "-fno-strict-aliasing", *includes, source, native, "-lm", "-o", f"{library}.new"),
        ):
            if not self.run(words):
                return False
        # Replaced, not overwritten: a process that maps the old one keeps it.
        Path(f"{library}.new").replace(library)
        return True

    def fate(self, file: Path) -> str:
        """The stage that kills the mutant now in the copy."""
        of_journal = any(file.match(pattern) for pattern in PARTS["journal"])
        for number, words in enumerate(STAGES["journal" if of_journal else "core"], start=1):
            if not self.run((sys.executable, *words)):
                return f"{'timed out' if self.late else 'killed'} in stage {number}"
        return "survived"

    def run(self, words: Iterable[object]) -> bool:
        """Does the command end well in the time that it has? `late`: it did not end in it."""
        self.late = False
        with (self.place / "output.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in words],
                cwd=self.place,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                return process.wait(self.patience) == 0
            except subprocess.TimeoutExpired:
                # Together with the processes that it started.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self.late = True
                return False


def candidates(patterns: Iterable[str]) -> list[tuple[Path, Mutant]]:
    """Every mutant of the files, by file and line."""
    base = ROOT / PACKAGE
    files = sorted({path for pattern in patterns for path in base.glob(pattern)})
    return [
        (path.relative_to(base), mutant)
        for path in files
        for mutant in mutants(path.read_text(encoding="utf-8"))
    ]


def chosen(parts: dict[str, tuple[str, ...]], sample: int, seed: int) -> list[tuple[Path, Mutant]]:
    """So many mutants of each part, drawn by the seed."""
    found: list[tuple[Path, Mutant]] = []
    for name, patterns in parts.items():
        every = candidates(patterns)
        found += Random(f"{seed} {name}").sample(every, min(sample, len(every)))
    return found


def report(results: list[Result]) -> str:
    """The share of mutants killed, and every survivor."""
    fates = Counter(result.fate.split(" in ")[0] for result in results)
    tested = fates["killed"] + fates["survived"]
    lines = [f"{tested} mutants tested, {fates['killed']} killed, {fates['survived']} survived."]
    if fates["timed out"]:
        lines.append(f"{fates['timed out']} more timed out, which tells nothing on a busy machine.")
    if fates["not compiled"]:
        lines.append(f"{fates['not compiled']} more did not compile.")
    for result in results:
        if result.fate == "survived":
            lines += ["", f"{result.file}:{result.line} ({result.kind})"]
            lines += [f"-{result.before}", f"+{result.after}"]
    return "\n".join(lines)


def main() -> int:
    """The command line; 1 if the code is not sound to begin with."""
    parser = argparse.ArgumentParser(description="Mutation testing of transitions, matching and the journal.")
    parser.add_argument("--sample", type=int, default=5, help="mutants of each part")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--file", action="append", help="only this file of src/huntgroup, or pattern")
    parser.add_argument("--patience", type=float, default=600, help="seconds for one stage")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "mutants", help="where the copy is")
    given = parser.parse_args()
    parts = {name: PARTS[name] for name in given.part or PARTS}
    if given.file:
        parts = {"file": tuple(given.file)}
    work = given.work.resolve()
    if ROOT.is_relative_to(work) or (work.exists() and not (work / "src" / "sitecustomize.py").exists()):
        parser.error(
            f"--work {given.work}: a folder that is new, or that holds such a copy already, is needed"
        )
    drawn = chosen(parts, given.sample, given.seed)
    copy = Copy(given.work, given.patience)
    for file in {"journal" if "journal" in file.as_posix() else "core": file for file, _ in drawn}.values():
        if copy.fate(file) != "survived":
            print((given.work / "output.log").read_text(encoding="utf-8", errors="replace")[-3000:])
            print(f"the tests fail without any mutant, or take longer than {given.patience} s")
            return 1
    results = []
    with (given.work / "results.jsonl").open("a", encoding="utf-8") as log:
        for file, mutant in drawn:
            result = copy.test(mutant, file)
            results.append(result)
            print(json.dumps(asdict(result)), file=log, flush=True)
            print(f"{result.fate}: {result.file}:{result.line} {result.after.strip()}", flush=True)
    print(report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
