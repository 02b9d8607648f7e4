"""Dependencies point one way: reads every import and #include and fails on an arrow that runs backwards.

LAYERS of tools/layers.py is the map. A module may import from its own layer and from those that stand before
it in the table, and no two modules may need each other. A new module has to be placed there before the tests
pass.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "huntgroup"


def load_layers() -> ModuleType:
    """tools/layers.py, which draws the picture of docs/ARCHITECTURE.md from the same table."""
    tools = str(ROOT / "tools")
    spec = importlib.util.spec_from_file_location("layers", ROOT / "tools" / "layers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, tools)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(tools)
    return module


layers = load_layers()
FACE: str = layers.FACE
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = layers.LAYERS
# These stand outside: they see what a user sees.
OUTSIDE = ("testing", "testing.*")
PUBLIC = (
    *("huntgroup", "huntgroup.errors", "huntgroup.settings.hours", "huntgroup.models", "huntgroup.whatif"),
    *("huntgroup.sim", "huntgroup.live.router", "huntgroup.live.threads"),
    *(
        "huntgroup.mirror",
        "huntgroup.history",
        "huntgroup.sim.demo",
        "huntgroup.sim.replay",
        "huntgroup.shown",
    ),
    *("huntgroup.settings.told", "huntgroup.testing*"),
)

# The core reads no clock, draws nothing by chance, does no I/O and starts no thread.
BANNED_IN_CORE = {"asyncio", "datetime", "io", "os", "pathlib", "socket", "threading", "time"}
BANNED_IN_CORE |= {"random", "secrets", "uuid"}
# Instants come in as datetime objects, so one module has to know the class; READS_A_CLOCK holds there too.
MAY_IMPORT = {"core.python.store": {"datetime"}}
READS_A_CLOCK = re.compile(r"\.\s*(now|utcnow|today|localtime|gmtime|monotonic\w*|perf_counter\w*)\s*\(")
C_HEADERS = {"sys/mman.h"}  # large pages, where the system is Linux
C_HEADERS |= {"assert.h", "limits.h", "malloc.h", "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h"}
C_HEADERS |= {"immintrin.h", "arm_neon.h"}  # the compiler's own: what its vector units are called

CYTHON_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+)?c?import\s+(\(?[^#\n]*)")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def module_name(path: Path) -> str:
    """`core.state.centre` for src/huntgroup/core/state/centre.pyx; `huntgroup` for the package itself."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) or FACE


SOURCES: dict[str, list[Path]] = {}
for _path in sorted(PACKAGE.rglob("*")):
    if _path.suffix in {".py", ".pyx", ".pxd"} and "__pycache__" not in _path.parts:
        SOURCES.setdefault(module_name(_path), []).append(_path)


def python_imports(path: Path) -> Iterator[tuple[str, list[str], bool]]:
    """(module, names, whether it is needed to import the file at all) of each import statement."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_import: set[ast.AST] = {*tree.body}
    for node in tree.body:
        if isinstance(node, ast.Try):
            at_import.update(node.body)
    package = ["huntgroup", *path.relative_to(PACKAGE).parent.parts] if path.is_relative_to(PACKAGE) else []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, [], node in at_import
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module, [alias.name for alias in node.names], node in at_import


def cython_imports(path: Path) -> Iterator[tuple[str, list[str], bool]]:
    text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
    # One statement a line: names in parentheses are joined before the lines are read.
    text = re.sub(r"\(([^()]*)\)", lambda match: " ".join(match.group(1).split()), text)
    for line in text.splitlines():
        found = CYTHON_IMPORT.match(line)
        if not found:
            continue
        names = [word.split()[0] for word in found.group(2).split(",") if word.split()]
        if found.group(1):
            yield found.group(1), names, True
        else:
            yield from ((name, [], True) for name in names)


def imports(path: Path) -> Iterator[tuple[str, list[str], bool]]:
    return python_imports(path) if path.suffix == ".py" else cython_imports(path)


def own_modules(module: str, names: list[str]) -> set[str]:
    """The modules of the package that one import statement reaches; empty for other packages."""
    if module.split(".")[0] != "huntgroup":
        return set()
    base = module.removeprefix("huntgroup").lstrip(".")
    reached = set()
    for name in names or [""]:
        longer = ".".join(part for part in (base, name) if part)
        reached.add(longer if longer in SOURCES else base or FACE)
    return reached


def layer_of(module: str) -> int | None:
    for index, (_, patterns) in enumerate(LAYERS):
        if any(fnmatch(module, pattern) for pattern in patterns):
            return index
    return None


def stands_outside(module: str) -> bool:
    return any(fnmatch(module, pattern) for pattern in OUTSIDE)


INSIDE = [module for module in SOURCES if not stands_outside(module)]


@pytest.mark.parametrize("module", INSIDE)
def test_every_module_has_its_place(module: str) -> None:
    assert layer_of(module) is not None, f"place {module} in LAYERS of tools/layers.py"


@pytest.mark.parametrize("module", INSIDE)
def test_no_arrow_runs_backwards(module: str) -> None:
    own = layer_of(module)
    for path in SOURCES[module]:
        for target in {t for name, names, _ in imports(path) for t in own_modules(name, names)} - {module}:
            assert not stands_outside(target), f"{path}: {module} imports {target}, which is for tests"
            other = layer_of(target)
            assert own is not None
            assert other is not None, f"{path}: imports {target}, which is no module of the package"
            assert other <= own, (
                f"{path}: {module} ({LAYERS[own][0]}) imports {target} ({LAYERS[other][0]}), above it"
            )


def test_the_picture_of_the_layers_is_that_of_the_table() -> None:
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert layers.filled(page) == page, "run tools/layers.py"


def test_no_two_modules_need_each_other() -> None:
    needs = {
        module: {
            target
            for path in paths
            for name, names, at_import in imports(path)
            if at_import
            for target in own_modules(name, names)
        }
        - {module}
        for module, paths in SOURCES.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, "these import each other: " + " -> ".join(
            [*trail[trail.index(module) :], module]
        )
        if module not in done:
            for target in sorted(needs.get(module, ())):
                visit(target, (*trail, module))
            done.add(module)

    for module in sorted(needs):
        visit(module, ())


def outside_files() -> list[Path]:
    files = [path for module in SOURCES if stands_outside(module) for path in SOURCES[module]]
    for name in ("benchmarks", "examples"):
        files += sorted((ROOT / name).rglob("*.py"))
    return files


@pytest.mark.parametrize("path", outside_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_stands_outside_uses_public_names_only(path: Path) -> None:
    for module, names, _ in imports(path):
        if module.split(".")[0] != "huntgroup":
            continue
        assert any(fnmatch(module, pattern) for pattern in PUBLIC), f"{path}: {module} is not public"
        private = [name for name in names if name.startswith("_") and not name.endswith("__")]
        assert not private, f"{path}: imports {private} of {module}"


@pytest.mark.parametrize("module", [module for module in INSIDE if module.startswith("core.")])
def test_the_core_reads_no_clock_and_does_no_input_or_output(module: str) -> None:
    banned = BANNED_IN_CORE - MAY_IMPORT.get(module, set())
    for path in SOURCES[module]:
        # libc.time and posix.time name their last part, the standard library its first.
        used = {part for name, _, _ in imports(path) for part in (name.split(".")[0], name.split(".")[-1])}
        assert not used & banned, f"{path}: the core may not use {sorted(used & banned)}"
        read = READS_A_CLOCK.search(path.read_text(encoding="utf-8"))
        assert read is None, f"{path}: the core may not read a clock: {read.group() if read else ''}"


def native_files() -> list[Path]:
    return sorted([*ROOT.glob("native/include/**/*.h"), *ROOT.glob("native/src/*.[ch]")])


@pytest.mark.parametrize("path", native_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_native_includes_only_itself_and_plain_c(path: Path) -> None:
    for bracket, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
        if bracket == "<":
            assert header in C_HEADERS, f"{path}: <{header}>: native knows no Python, no clock, no system"
        else:
            beside = [ROOT / "native/include" / header, path.parent / header]
            assert any(place.exists() for place in beside), f'{path}: "{header}" is not in native'


def test_cmake_lists_every_module_of_the_core() -> None:
    text = (ROOT / "cmake/HuntgroupExtensions.cmake").read_text(encoding="utf-8")
    listed = re.search(r"^set\(HG_CORE_MODULES([^)]*)\)", text, re.MULTILINE)
    assert listed is not None
    there = (path.relative_to(PACKAGE / "core").with_suffix("") for path in PACKAGE.glob("core/**/*.pyx"))
    assert sorted(listed.group(1).split()) == sorted(path.as_posix() for path in there)


def test_every_package_can_be_cimported() -> None:
    for path in PACKAGE.rglob("*.pyx"):
        for folder in path.relative_to(PACKAGE.parent).parents:
            if folder.parts:
                assert (PACKAGE.parent / folder / "__init__.pxd").exists(), f"{folder} needs an __init__.pxd"
