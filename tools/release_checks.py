"""What others' tools say of the files that would be published: wheels and the source archive.

    python tools/release_checks.py FILE...

One line for each check: ok, FAILED with what the tool said, or "not checked here" with the reason. Only a
failed check makes the exit code 1: a check that could not be made is never counted as passed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OK, FAILED, NOT_CHECKED = "ok", "FAILED", "not checked here"
PYTHONS = ("cp311", "cp312", "cp313")
PLATFORMS = {
    "linux": ("manylinux_x86_64", "manylinux_aarch64"),
    "macos": ("macosx_x86_64", "macosx_arm64"),
    "windows": ("win_amd64",),
}
"""The expected result of cibuildwheel's configuration in pyproject.toml."""
Outcome = tuple[str, str, str]  # OK, FAILED or NOT_CHECKED; what was checked; what there is to say


def tool(module: str, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """The answer of a tool of this environment, or None if it is not installed."""
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        return None
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def judged(what: str, module: str, *arguments: str) -> Outcome:
    """Fails if the tool's exit code says so."""
    done = tool(module, *arguments)
    if done is None:
        return NOT_CHECKED, what, f"{module} is not installed"
    said = (done.stdout + done.stderr).strip()
    return (OK, what, "") if done.returncode == 0 else (FAILED, what, said)


def wheel_checks(wheel: Path) -> Iterator[Outcome]:
    yield judged(f"check-wheel-contents {wheel.name}", "check_wheel_contents", str(wheel))
    if platform.system() != "Linux":
        yield NOT_CHECKED, f"auditwheel {wheel.name}", "it looks at wheels for Linux"
        return
    # The glibc that the compiled modules need: none newer than that of the images in which wheels are built.
    done = tool("auditwheel", "show", str(wheel))
    what = f"auditwheel {wheel.name}"
    if done is None:
        yield NOT_CHECKED, what, "auditwheel is not installed"
    elif done.returncode or "manylinux" not in done.stdout:
        yield FAILED, what, (done.stdout + done.stderr).strip()
    else:
        said = " ".join(done.stdout.split())
        yield OK, what, said[said.index("manylinux") :].partition('"')[0]


def builds() -> Iterator[Outcome]:
    """The configuration of cibuildwheel chooses exactly the promised builds, on each platform."""
    for system, tags in PLATFORMS.items():
        what = f"cibuildwheel --platform {system}"
        done = tool("cibuildwheel", "--print-build-identifiers", "--platform", system, ".")
        if done is None:
            yield NOT_CHECKED, what, "cibuildwheel is not installed"
            continue
        promised = sorted(f"{python}-{tag}" for python in PYTHONS for tag in tags)
        found = sorted(done.stdout.split())
        wrong = f"promised {' '.join(promised)}; found {' '.join(found)} {done.stderr}"
        yield (OK, what, " ".join(found)) if found == promised else (FAILED, what, wrong)


def bill() -> Iterator[Outcome]:
    """The bill of materials is up to date and conforms to its standard."""
    done = subprocess.run([sys.executable, ROOT / "tools" / "sbom.py", "--check"], check=False)
    yield OK if done.returncode == 0 else FAILED, "sbom.cdx.json is up to date", ""
    what = "sbom.cdx.json against the schema of CycloneDX 1.6"
    if importlib.util.find_spec("cyclonedx") is None:
        yield NOT_CHECKED, what, "cyclonedx-python-lib is not installed"
        return
    from cyclonedx.exception import MissingOptionalDependencyException
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    try:
        wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(
            (ROOT / "sbom.cdx.json").read_text("utf-8")
        )
    except MissingOptionalDependencyException as missing:
        yield NOT_CHECKED, what, str(missing)
        return
    yield (OK, what, "") if wrong is None else (FAILED, what, str(wrong))


def known_weaknesses() -> Iterator[Outcome]:
    """Known weaknesses of the installed packages. Without the database nothing is said of any package."""
    what = "pip-audit"
    done = tool("pip_audit", "--format", "json", "--progress-spinner", "off")
    if done is None:
        yield NOT_CHECKED, what, "pip-audit is not installed"
        return
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        yield NOT_CHECKED, what, f"no database answers: {(done.stderr.strip().splitlines() or [''])[-1]}"
        return
    asked = [one for one in found if "skip_reason" not in one]
    weak = [f"{one['name']} {one['version']}: {bug['id']}" for one in asked for bug in one["vulns"]]
    if weak:
        yield FAILED, what, "; ".join(weak)
    elif not asked:
        yield NOT_CHECKED, what, f"no database knows any of the {len(found)} packages here"
    else:
        left = len(found) - len(asked)
        yield OK, what, f"{len(asked)} packages" + (f"; of {left} nothing is known" if left else "")


def checks(files: list[Path]) -> Iterator[Outcome]:
    yield from builds()
    yield from bill()
    for file in files:
        yield judged(f"twine check {file.name}", "twine", "check", "--strict", str(file))
        if file.suffix == ".whl":
            yield from wheel_checks(file)
    yield NOT_CHECKED, "abi3audit", "no wheel claims the stable ABI: each Python has one of its own"
    yield from known_weaknesses()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    failed = 0
    for outcome, what, said in checks([file.resolve() for file in parser.parse_args().files]):
        print(f"{outcome:<17} {what}" + (f": {said}" if said else ""), flush=True)
        failed += outcome == FAILED
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
