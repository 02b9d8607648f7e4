"""Builds the source archive, from it a wheel for each given Python, and tries every wheel alone.

Each wheel is opened and checked file by file, installed with numpy only into a fresh virtual environment and
used from a folder outside the checkout: anything that works only in the developer's tree fails here.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from requirements import PYPROJECT, requirements

TOOLS = Path(__file__).resolve().parent
CHECKOUT = TOOLS.parent


def run(*command: str | Path, cwd: Path = CHECKOUT) -> None:
    subprocess.run([str(word) for word in command], cwd=cwd, check=True)


def make_sdist(folder: Path) -> Path:
    """Writes the source archive and unpacks it; returns the unpacked tree."""
    code = f"from scikit_build_core.build import build_sdist; build_sdist({str(folder)!r})"
    run(sys.executable, "-c", code)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def make_wheel(python: Path, tree: Path, folder: Path) -> Path:
    """Builds the wheel of one Python from the unpacked archive, in an environment kept for the next time."""
    builder = folder / "builder"
    if not (builder / "bin/python").exists():
        run(python, "-m", "venv", builder)
        wanted = requirements("build", tomllib.loads(PYPROJECT.read_text(encoding="utf-8")))
        run(builder / "bin/python", "-m", "pip", "install", "--quiet", *wanted)
    # The archive gives every file one fixed time, so old objects would always look up to date.
    objects = folder / "objects"
    shutil.rmtree(objects, ignore_errors=True)
    pip = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run(builder / "bin/python", *pip, "-w", folder, f"-Cbuild-dir={objects}", tree)
    (wheel,) = folder.glob("*.whl")
    return wheel


def try_wheel(python: Path, wheel: Path, folder: Path) -> None:
    """Checks the content, then installs it alone and uses it."""
    run(sys.executable, TOOLS / "check_wheel.py", wheel)
    place = folder / "alone"
    shutil.rmtree(place, ignore_errors=True)
    run(python, "-m", "venv", place)
    run(place / "bin/python", "-m", "pip", "install", "--quiet", wheel)
    # -I: neither the current folder nor the environment can add a module.
    run(place / "bin/python", "-I", TOOLS / "smoke_wheel.py", cwd=place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("pythons", type=Path, nargs="+", help="interpreters, one wheel each")
    options = parser.parse_args()
    work = options.work.resolve()
    shutil.rmtree(work / "sdist", ignore_errors=True)
    (work / "sdist").mkdir(parents=True)
    tree = make_sdist(work / "sdist")
    wheels = []
    # A wheel is tried, which mostly waits for pip, while the next one is built, which takes every core.
    with ThreadPoolExecutor(1) as tries:
        tried = []
        for python in options.pythons:
            began = time.monotonic()
            folder = work / python.name
            for old in folder.glob("*.whl"):
                old.unlink()
            wheel = make_wheel(python, tree, folder)
            wheels.append(wheel)
            tried.append(tries.submit(try_wheel, python, wheel, folder))
            print(f"built {wheel.name} ({time.monotonic() - began:.0f} s)", flush=True)
        for wheel, done in zip(wheels, tried, strict=True):
            done.result()
            print(f"ok    {wheel.name}", flush=True)
    (archive,) = (work / "sdist").glob("*.tar.gz")
    run(sys.executable, TOOLS / "release_checks.py", archive, *wheels)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"wheels.py: exit code {error.returncode} from: {' '.join(error.cmd)}")
