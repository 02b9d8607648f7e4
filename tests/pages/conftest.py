"""The system's Chromium, driven by Playwright, and centres to look at. Without a browser these tests are
skipped, and say so; tools/chromium installs one where everything has to be tested (CI)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages.looked import Opens, connected
from service.served import CENTRE, Served, token, token_file

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: " + ", ".join(NAMES))
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def opens(browser: Any) -> Iterator[Opens]:
    """Opens a page of a service as somebody, in a window of its own. The test fails if the page reports an
    error, or asks another host for anything."""
    contexts, wrong = [], []

    def open_page(
        served: Served, path: str, who: str | None = None, *, live: bool = True, **options: Any
    ) -> Any:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(40_000)
        home = f"http://{served.address}"
        if who is not None:
            context.add_cookies([{"name": "huntgroup", "value": token(who), "url": home}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
        page.on("console", lambda told: told.type == "error" and _complaint(told) and wrong.append(told.text))
        page.on("request", lambda asked: asked.url.startswith(home) or wrong.append(f"asks {asked.url}"))
        page.on("websocket", lambda made: f"//{served.address}/" in made.url or wrong.append(made.url))
        page.goto(home + path)
        if live:
            connected(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _complaint(told: Any) -> bool:
    """A resource that cannot be reached is no fault: there are tests in which it cannot."""
    return "Failed to load resource" not in told.text and "WebSocket connection" not in told.text


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Served]:
    # A busy machine may need a while between two steps: nothing times out by itself meanwhile.
    told = CENTRE.replace("wrap_up = 30", "wrap_up = 600")
    (tmp_path / "centre.toml").write_text(told, encoding="utf-8")
    with Served(str(tmp_path / "centre.toml"), "--tokens", str(token_file(tmp_path))) as made:
        yield made


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    with Served("--demo") as made:
        yield made
