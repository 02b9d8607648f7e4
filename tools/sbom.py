"""The bill of materials that a wheel carries: what is vendored in it, and what it asks for.

    python tools/sbom.py                    write sbom.cdx.json
    python tools/sbom.py --check            say whether it is out of date; exit 1 if it is
    python tools/sbom.py --environment OUT  of everything in this environment, by cyclonedx-py

CycloneDX 1.6. Requirements stand as they are declared, without versions, which whoever installs chooses. What
is vendored has its version and the digest of its package from web/package-lock.json. No time and no random
number: the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "sbom.cdx.json"

VENDORED = ("lit", "lit-html", "lit-element", "@lit/reactive-element", "uplot")
"""The packages of npm whose code is in src/huntgroup/web/static/vendor; THIRD_PARTY.md has their licences."""
LICENCES = {
    "cffi": "MIT",
    "click": "BSD-3-Clause",
    "httptools": "MIT",
    "matplotlib": "PSF-2.0",
    "msgspec": "BSD-3-Clause",
    "numba": "BSD-2-Clause",
    "numpy": "BSD-3-Clause",
    "opentelemetry-exporter-otlp-proto-http": "Apache-2.0",
    "opentelemetry-sdk": "Apache-2.0",
    "pyarrow": "Apache-2.0",
    "pyjwt": "MIT",
    "rich": "MIT",
    "starlette": "BSD-3-Clause",
    "textual": "MIT",
    "highspy": "MIT",
    "tzdata": "Apache-2.0",
    "uvicorn": "BSD-3-Clause",
    "websockets": "BSD-3-Clause",
}
OTHERS = {"apsw": "any licence that the OSI approved"}
"""Licences without a short name."""
OURS = ("bench", "dev", "docs", "release", "test")
"""Extras for those who work on the package; nobody else installs them."""


def declared(project: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Each package that users may need: the requirement, and the extras that bring it (none: always)."""
    found: dict[str, tuple[str, list[str]]] = {}
    extras = project["optional-dependencies"]
    for extra, lines in [("", project["dependencies"]), *extras.items()]:
        for line in lines if extra not in OURS else ():
            name = re.match(r"[\w.-]+", line)
            assert name is not None, line
            if name[0] != project["name"]:
                found.setdefault(name[0].lower(), (line, []))[1].append(extra)
    return found


def vendored_component(name: str, lock: dict[str, Any]) -> dict[str, Any]:
    package = lock["packages"][f"node_modules/{name}"]
    digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
    return {
        "type": "library",
        "bom-ref": f"npm:{name}",
        "name": name,
        "version": package["version"],
        "scope": "required",
        "hashes": [{"alg": "SHA-512", "content": digest}],
        "licenses": [{"license": {"id": package["license"]}}],
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{package['version']}",
        "properties": [{"name": "huntgroup:vendored", "value": "src/huntgroup/web/static/vendor"}],
    }


def required_component(name: str, requirement: str, extras: list[str]) -> dict[str, Any]:
    properties = [{"name": "huntgroup:requirement", "value": requirement}]
    properties += [{"name": "huntgroup:extra", "value": extra} for extra in extras if extra]
    return {
        "type": "library",
        "bom-ref": f"pypi:{name}",
        "name": name,
        "scope": "optional" if all(extras) else "required",
        "licenses": [{"license": {"id": LICENCES[name]} if name in LICENCES else {"name": OTHERS[name]}}],
        "purl": f"pkg:pypi/{name}",
        "properties": properties,
    }


def bill() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    components = [vendored_component(name, lock) for name in sorted(VENDORED)]
    components += [required_component(name, *found) for name, found in sorted(declared(project).items())]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": "huntgroup",
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
                "purl": f"pkg:pypi/{project['name']}@{project['version']}",
            }
        },
        "components": components,
        "dependencies": [{"ref": "huntgroup", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def text() -> str:
    return json.dumps(bill(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--environment", type=Path, metavar="OUT")
    options = parser.parse_args()
    if options.environment is not None:
        if importlib.util.find_spec("cyclonedx_py") is None:
            print("not made here: cyclonedx-py is not installed", file=sys.stderr)
            return 0
        command = ["-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON"]
        pyproject = ["--pyproject", str(ROOT / "pyproject.toml")]
        out = ["-o", str(options.environment), sys.executable]
        return subprocess.run([sys.executable, *command, *pyproject, *out], check=False).returncode
    if options.check:
        fresh = FILE.exists() and FILE.read_text(encoding="utf-8") == text()
        print("" if fresh else f"out of date: {FILE.name}\n", end="")
        return int(not fresh)
    FILE.write_text(text(), encoding="utf-8")
    print(f"written: {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
