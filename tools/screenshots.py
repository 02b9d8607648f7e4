"""Pictures of every page, in light and dark, at three widths, into a folder."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SIZES = {320: 640, 1280: 800, 3840: 2160}
SCHEMES = ("light", "dark")
PAGES = ("wall", "supervisor", "desk", "presence")
LONG = (
    "Customers of the north-eastern regions with questions about invoices and reminders",
    "שירות לקוחות בעברית",
    "خدمة العملاء",
    "mail",
)
LIVED_S = 20


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """A service; its address."""
    command = [sys.executable, "-u", "-m", "huntgroup", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split("serves ")[1].strip()
        finally:
            process.terminate()


def hard_centre(folder: Path, agents: int) -> str:
    """A centre whose names are long, and some written from right to left."""
    told = ['model = "agent_modes"']
    told += [f"[[queue]]\nname = {json.dumps(name)}" for name in LONG]
    for place in range(agents):
        name = f"{LONG[place % 3]} {place}" if place < 6 else f"agent {place:05d}"
        status = ("Ready", "Break", "Ready", "BackOffice - Administrative", "Ready")[place % 5]
        told.append(
            f"[[agent]]\nname = {json.dumps(name)}\nqueues = {json.dumps(LONG[:3])}\n"
            f'devices = ["voice"]\nsigned_in = {str(place % 9 != 8).lower()}'
            + (f"\nstatus = {json.dumps(status)}" if place % 9 != 8 else "")
        )
    path = folder / f"centre-{agents}.toml"
    path.write_text("\n".join(told), encoding="utf-8")
    return str(path)


class Camera:
    """Takes pictures into a folder."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self._browser, self._folder = browser, folder

    def take(self, address: str, name: str, width: int, scheme: str, *steps: str) -> None:
        """One picture, after steps: selectors that are clicked."""
        context = self._browser.new_context(
            viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme
        )
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector('[data-field="connection"][data-value="connected"]')
        page.wait_for_timeout(1200)
        for step in steps:
            if page.query_selector(step) is not None:
                page.click(step)
                page.wait_for_timeout(500)
        path = self._folder / f"{name}-{width}-{scheme}.png"
        page.screenshot(path=str(path))
        context.close()
        print(path)


def everything(camera: Camera, folder: Path, wanted: str) -> None:
    with served("--demo", "--speed", "10") as address:
        time.sleep(LIVED_S)
        for scheme in SCHEMES:
            for width in SIZES:
                for page in PAGES:
                    if wanted in page:
                        camera.take(f"{address}/{page}", page, width, scheme)
            if wanted in "supervisor-menu":
                camera.take(
                    f"{address}/supervisor", "supervisor-menu", 1280, scheme, '[role="row"][data-agent]'
                )
                camera.take(f"{address}/supervisor", "supervisor-map", 1280, scheme, '[data-view="map"]')
                why = ("article .item", '[data-action="why"]')
                camera.take(f"{address}/supervisor", "supervisor-why", 1280, scheme, *why)
            for centre in ("console_status", "duty_profiles", "presence_profiles", "queue_login"):
                desk = f"{address}/as/{centre}/desk?agent={quote('Nora Adler')}"
                if wanted in "desk":
                    camera.take(desk, f"desk-{centre}", 1280, scheme)
    for count in (0, 3, 10_000):
        if wanted not in f"hard-{count}":
            continue
        with served(hard_centre(folder, count)) as address:
            for width in SIZES:
                for page in ("wall", "supervisor"):
                    camera.take(f"{address}/{page}", f"{page}-{count}-agents", width, "light")
            if count == 10_000:
                camera.take(f"{address}/supervisor", "map-10000-agents", 1280, "dark", '[data-view="map"]')
            if count == 3:
                camera.take(f"{address}/desk?agent={quote(LONG[0] + ' 0')}", "desk-long", 320, "light")
                camera.take(f"{address}/desk?agent={quote(LONG[1] + ' 1')}", "desk-rtl", 1280, "light")


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="what the name has in it")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        everything(Camera(browser, given.folder), Path(folder), given.only)
        browser.close()


if __name__ == "__main__":
    main()
