"""Checks by mypy's stubtest whether the stubs of compiled modules agree with the modules.

Each module that has a stub is imported and compared with it. The others are reached through those: classes
from which a class with a stub inherits, and functions that only other compiled modules call.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"


def modules(suffix: str) -> list[str]:
    """The compiled modules beside which a file with this suffix lies, by their dotted names."""
    return sorted(
        ".".join(path.relative_to(SOURCES).with_suffix("").parts)
        for path in SOURCES.rglob("*.pyx")
        if path.with_suffix(suffix).exists()
    )


def main() -> int:
    stubbed = modules(".pyi")
    allowed = ["--allowlist", str(ROOT / "tools" / "stubtest.allow"), "--ignore-missing-stub"]
    command = ["-m", "mypy.stubtest", "--mypy-config-file", str(ROOT / "pyproject.toml"), *allowed, *stubbed]
    return subprocess.run([sys.executable, *command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
