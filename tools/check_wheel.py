"""Opens a wheel and says what is missing from it and what should not be in it."""

from __future__ import annotations

import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PACKAGE = SOURCE / "src" / "huntgroup"
# Sources of the core stay in the source archive; nothing that was compiled elsewhere, cached or recorded
# belongs into a wheel.
UNWANTED = ["*.pyx", "*.pxd", "*.c", "*.o", "*.a", "*.pyc", "*.sqlite*", "*.csv", "*/tests/*", "tests/*"]
SHIPPED_SUFFIXES = {".py", ".pyi", ".toml", ".typed", ".js", ".css", ".svg", ".txt"}


def wanted() -> list[str]:
    """Patterns of what every wheel carries, one for each file of the package's sources."""
    patterns = [f"*.dist-info/licenses/{name}" for name in ("LICENSE", "THIRD_PARTY.md", "*/lit-LICENSE.txt")]
    patterns += ["*.dist-info/licenses/*/uplot-LICENSE.txt", "*.dist-info/sboms/sbom.cdx.json"]
    patterns += ["*.dist-info/entry_points.txt", "huntgroup/py.typed"]
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE.parent).as_posix()
        if path.suffix in SHIPPED_SUFFIXES:
            patterns.append(name)
        elif path.suffix == ".pyx":
            # huntgroup/core/name.cpython-312-x86_64-linux-gnu.so
            patterns.append(name.removesuffix("pyx") + "*.so")
    if (SOURCE / "native/include/huntgroup/scorer.h").exists():
        patterns.append("huntgroup/include/huntgroup/scorer.h")
    return patterns


def faults(names: list[str]) -> list[str]:
    """The missing and the unexpected files, given the names of a wheel's files."""
    names = [name.removesuffix(".pyd") + ".so" if name.endswith(".pyd") else name for name in names]
    missing = [f"missing: {pattern}" for pattern in wanted() if not any(fnmatch(n, pattern) for n in names)]
    strange = [f"unwanted: {name}" for name in names if any(fnmatch(name, p) for p in UNWANTED)]
    return missing + strange


def main(paths: list[str]) -> int:
    failed = 0
    for path in paths:
        with zipfile.ZipFile(path) as wheel:
            for fault in faults(wheel.namelist()):
                print(f"{Path(path).name}: {fault}", file=sys.stderr)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
