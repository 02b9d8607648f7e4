"""What holds for every page: nothing that axe finds, no width at which it does not fit, no word that is
markup, and each presence model as its data says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pages.looked import AXE, Opens, connected
from service.served import Served

PAGES = ("wall", "supervisor", "desk", "presence")


def faults(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(demo: Served, opens: Opens, page: str, scheme: str) -> None:
    shown = opens(demo, f"/{page}", color_scheme=scheme, bypass_csp=True)
    shown.wait_for_selector("h1")
    assert faults(shown) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(demo: Served, opens: Opens, scheme: str) -> None:
    page = opens(demo, "/supervisor", color_scheme=scheme, bypass_csp=True)
    page.click('[role="row"][data-agent]')
    page.wait_for_selector('[role="menuitem"]')
    assert faults(page) == []
    page.click('[data-action="audit"]')
    page.wait_for_selector('[data-field="audit"] li')
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.click('[data-view="map"]')
    page.wait_for_selector("canvas")
    assert faults(page) == []
    desk = opens(demo, "/desk", color_scheme=scheme, bypass_csp=True)
    desk.click("text=Another desk")
    desk.wait_for_selector('[role="option"] >> text=Ada')
    assert faults(desk) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_desk_of_each_model(demo: Served, opens: Opens, scheme: str) -> None:
    for centre in demo.get("/v1/me").json["centres"]:
        for name in ("Ada Adler", "Tilda Castro", "Nobody"):
            path = f"{centre['path']}/desk?agent={quote(name)}"
            page = opens(demo, path, color_scheme=scheme, bypass_csp=True)
            page.wait_for_selector("h1, .empty")
            assert faults(page) == [], (centre, name)
            page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_when_the_service_is_gone(opens: Opens, scheme: str) -> None:
    with Served("--demo") as served:
        pages = [opens(served, f"/{name}", color_scheme=scheme, bypass_csp=True) for name in PAGES]
        served.stop()
    for page in pages:
        page.wait_for_selector('[data-field="connection"][data-value="lost"]')
        assert faults(page) == []


def test_axe_finds_nothing_at_the_login(guarded: Served, opens: Opens) -> None:
    page = opens(guarded, "/supervisor", live=False, bypass_csp=True)
    assert "login?next=/supervisor" in page.url
    assert faults(page) == []
    page.get_by_label("Token").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="alert"]')
    assert page.query_selector("[data-agent]") is None
    guarded.stop()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [320, 3840])
def test_nothing_sticks_out(demo: Served, opens: Opens, page: str, width: int) -> None:
    shown = opens(
        demo, f"/{page}", viewport={"width": width, "height": width * 9 // 16 if width > 999 else 640}
    )
    wide = shown.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width
    if page == "wall" and width > 999:
        assert shown.evaluate("() => document.documentElement.scrollHeight") <= width * 9 // 16


def test_each_model_has_the_desk_that_its_data_describes(demo: Served, opens: Opens) -> None:
    page = None
    for centre in demo.get("/v1/me").json["centres"]:
        path = centre["path"]
        model = demo.get(f"{path}/v1/model").json
        page = opens(demo, f"{path}/desk") if page is None else page
        if centre["path"]:
            page.select_option(".centres select", path)
            page.wait_for_url(f"**{path}/desk")
            connected(page)
        page.wait_for_selector("[data-action=sign_in], [data-action=set_status]")
        if (button := page.query_selector('[data-action="sign_in"].primary')) is not None:
            button.click()
        page.wait_for_selector('[data-action="set_status"]')
        shown = page.eval_on_selector_all(
            '[data-action="set_status"]', "all => all.map(one => one.dataset.status)"
        )
        wanted = [
            one["name"] for one in model["status"] if one.get("selectable") and not one.get("waits_for")
        ]
        assert shown == wanted
        assert bool(page.query_selector('[data-action="set_ready"]')) == ("toggle" in model)
        assert bool(page.query_selector('[data-action="stop_new"]')) == ("stop_new" in model)
        assert bool(page.query_selector('[data-action="set_external_presence"]')) == (
            "external_presence" in model
        )
        for status in wanted:
            button = page.wait_for_selector(f'[data-action="set_status"][data-status="{status}"]')
            if button.get_attribute("aria-disabled") == "true":
                assert button.get_attribute("title")
                continue
            button.click()
            page.wait_for_selector(f'[data-status="{status}"][aria-pressed="true"]')


HARD = (
    '<img src=x onerror="document.title=1">',
    "שלום עולם של נציגים ארוכים",
    "A name that is so long that no column of any table has a place for all of it at once",
    "مرحبا بالجميع",
)


def test_names_are_text(tmp_path: Path, opens: Opens) -> None:
    told = ['model = "agent_modes"']
    told += [f"[[queue]]\nname = {json.dumps(name)}" for name in HARD]
    told += [
        f"[[agent]]\nname = {json.dumps(name)}\nqueues = {json.dumps(HARD)}\nsigned_in = true"
        for name in HARD
    ]
    (tmp_path / "centre.toml").write_text("\n".join(told), encoding="utf-8")
    with Served(str(tmp_path / "centre.toml")) as served:
        for path in ("/wall", "/supervisor", "/presence"):
            page = opens(served, path, viewport={"width": 320, "height": 640})
            page.wait_for_selector("h1")
            for name in HARD[:2]:
                assert page.get_by_text(name).first.is_visible(), (path, name)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
            assert page.query_selector("main img") is None
        served.stop()


def test_an_empty_centre_says_so(tmp_path: Path, opens: Opens) -> None:
    (tmp_path / "centre.toml").write_text('model = "agent_modes"\n', encoding="utf-8")
    with Served(str(tmp_path / "centre.toml")) as served:
        for path, words in (
            ("/wall", "No service is configured yet."),
            ("/supervisor", "No agent yet."),
            ("/presence", "There are no services here yet."),
            ("/desk?agent=kim", "There is no agent “kim” here."),
        ):
            assert opens(served, path).get_by_text(words).is_visible()
        served.stop()
