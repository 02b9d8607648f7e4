"""Builds the native core for aarch64 and runs its tests under qemu; says what is missing if that cannot be
done. The wheel is not tried: it needs a Python for aarch64 with numpy beside it."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
COMPILER, EMULATOR, LIBRARIES = (
    "aarch64-linux-gnu-gcc",
    ("qemu-aarch64", "qemu-aarch64-static"),
    "/usr/aarch64-linux-gnu",
)
NEEDED = "apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross"


def missing() -> list[str]:
    """Says what is needed and is not installed."""
    lacking = [] if shutil.which(COMPILER) else [f"the compiler {COMPILER}"]
    if not any(map(shutil.which, EMULATOR)):
        lacking.append(f"the emulator {EMULATOR[0]}")
    if not Path(LIBRARIES, "include").is_dir():
        lacking.append(f"the C library in {LIBRARIES}")
    return lacking


def main(given: list[str] | None = None) -> int:
    """0 if everything passed, or could not be tried; 1 if something failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path, help="folder for what is made")
    build = parser.parse_args(given).build.resolve()
    if lacking := missing():
        print(f"arm: not tried, as {', '.join(lacking)} is missing ({NEEDED})")
        return 0
    emulator = next(filter(None, map(shutil.which, EMULATOR)))
    tools = Path(sys.executable).parent
    steps = (
        (
            *(str(tools / "cmake"), "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={tools / 'ninja'}"),
            *("-S", str(CHECKOUT), "-B", str(build), "-DCMAKE_BUILD_TYPE=Release"),
            *(
                "-DCMAKE_SYSTEM_NAME=Linux",
                "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
                f"-DCMAKE_C_COMPILER={COMPILER}",
            ),
            f"-DCMAKE_CROSSCOMPILING_EMULATOR={emulator};-L;{LIBRARIES}",
        ),
        (str(tools / "cmake"), "--build", str(build)),
        (str(tools / "ctest"), "--test-dir", str(build), "--output-on-failure", "--no-tests=error"),
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            print(f"arm: failed: {' '.join(step)}")
            return 1
    print(
        "arm: the native core and its tests passed as aarch64; the wheel was not tried: no Python for aarch64"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
