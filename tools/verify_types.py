"""Checks by pyright's --verifytypes whether every name of the package has a type on which all checkers agree.

    python tools/verify_types.py

Pyright looks at a package as it is installed, and it cannot find an editable one. So the package's Python
files and stubs are copied into a temporary environment, which borrows the rest from here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "huntgroup"
NOT_PYTHON = shutil.ignore_patterns("*.pyx", "*.pxd", "*.js", "*.css", "*.html", "__pycache__")


def fill(folder: Path) -> None:
    """Makes an environment with a copy of the package and a path to what is installed here."""
    venv.create(folder, with_pip=False)
    place = next(folder.glob("lib/python*/site-packages"))
    shutil.copytree(PACKAGE, place / "huntgroup", ignore=NOT_PYTHON)
    (place / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")


def main() -> int:
    if len(sys.argv) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    pyright = str(Path(sys.executable).parent / "basedpyright")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home)
        path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [pyright, "--verifytypes", "huntgroup", "--ignoreexternal"],
            cwd=home,
            env={**os.environ, "VIRTUAL_ENV": str(home), "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
    score = re.search(r"Type completeness score: (\S+)", done.stdout)
    names = re.search(r'Symbols exported by "huntgroup": (\d+)', done.stdout)
    if done.returncode or score is None or names is None or int(names[1]) < 1_000:
        print(done.stdout, done.stderr, sep="\n")
        return 1
    print(f"types of {int(names[1]):,} names: {score[1]} complete")
    return 0


if __name__ == "__main__":
    sys.exit(main())
