"""Every action of an agent and of a supervisor by keyboard alone; none that the modules name is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pages.looked import Opens, choose, focused, tab_to
from service.served import Served, eventually

import huntgroup

SCRIPTS = Path(huntgroup.__file__).parent / "web" / "static" / "js"
CENTRE = """
model = "{model}"
[[queue]]
name = "sales"
channel = "{channel}"
offer_timeout = 600
wrap_up = 600
[[queue]]
name = "backup"
wrap_up = 600
[[agent]]
name = "anna"
queues = ["sales", "backup"]
capacity = {{ voice = 1, chat = 2 }}
devices = ["voice"]
signed_in = true
[[agent]]
name = "ben"
queues = ["sales", "backup"]
devices = ["voice"]
signed_in = true
"""
OF_CALLS = (
    *("accept", "reject", "hold", "retrieve", "consult", "conference", "end_consult", "complete", "transfer"),
    *("park", "resume", "end", "finish_wrap_up", "extend_wrap_up", "answered"),
)
OF_AGENTS = (
    *("set_status", "queue_login", "queue_logout", "set_queue_logins", "connect", "disconnect"),
    *("sign_in", "sign_out", "dial"),
)
OF_MODELS = {
    "presence_profiles": ("set_ready",),
    "console_status": ("stop_new", "resume_new"),
    "duty_profiles": ("set_external_presence",),
}
OF_SUPERVISORS = (
    *("why", "assign", "move", "update_interaction", "request_callback", "abandon"),
    *("set_status", "set_ready", "set_queue_logins", "sign_in", "sign_out", "audit", "desk"),
)

SHOWN = """(fields) => {
  const row = globalThis.huntgroup.store.agents.get("anna");
  return Object.entries(fields).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
}"""
"""Whether the page knows this of her, and so the service does."""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Resolved when what the page knows is drawn too: until then a control does what its old label says."""


class Desk:
    """anna's desk, and what was done there by key."""

    def __init__(self, served: Served, page: Any) -> None:
        self.served, self.page = served, page
        self.done: set[str] = set()

    def press(self, action: str, **more: str) -> None:
        tab_to(self.page, {"action": {"complete": "transfer"}.get(action, action), **more})
        self.page.keyboard.press("Enter")
        self.done.add(action)

    def state(self, state: str) -> None:
        self.page.wait_for_selector(f'[data-interaction][data-state="{state}"]')

    def agent(self, **fields: Any) -> None:
        self.page.wait_for_function(SHOWN, arg=fields)
        self.page.evaluate(DRAWN)

    def whom(self, name: str) -> None:
        self.page.wait_for_selector('[role="dialog"] input:focus')
        self.page.keyboard.type(name)
        self.page.wait_for_selector(f'[role="option"][aria-selected="true"] >> text={name}')
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector('[role="dialog"]', state="detached")


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path, opens: Opens) -> Any:
    model, channel = request.param
    (tmp_path / "centre.toml").write_text(CENTRE.format(model=model, channel=channel), encoding="utf-8")
    with Served(str(tmp_path / "centre.toml")) as served:
        page = opens(served, "/desk?agent=anna")
        page.wait_for_selector('[data-agent="anna"] [data-action]')
        yield Desk(served, page)
        served.stop()


@pytest.mark.parametrize("desk", [("agent_modes", "voice")], indirect=True)
def test_an_agent_does_everything_about_itself(desk: Desk) -> None:
    desk.press("set_status", status="Break")
    desk.agent(status="Break")
    desk.press("queue_logout")
    desk.agent(queues={"sales": False, "backup": True})
    desk.press("queue_login")
    desk.agent(queues={"sales": True, "backup": True})
    desk.press("set_queue_logins")
    desk.agent(queues={"sales": False, "backup": False})
    desk.press("set_queue_logins")
    desk.agent(queues={"sales": True, "backup": True})
    desk.press("disconnect")
    desk.agent(devices={})
    desk.press("connect")
    desk.agent(devices={"voice": [None]})
    desk.press("set_status", status="Offline")
    desk.agent(status="Offline")
    desk.press("sign_out")
    desk.agent(signed_in=False)
    desk.press("sign_in")
    desk.agent(signed_in=True)
    desk.press("set_status", status="Ready")
    desk.agent(status="Ready")
    desk.press("dial")
    desk.state("Dialing")
    assert desk.done == set(OF_AGENTS)


@pytest.mark.parametrize("desk", [("agent_modes", "voice")], indirect=True)
def test_an_agent_does_everything_with_a_call(desk: Desk) -> None:
    served = desk.served
    desk.press("set_status", status="Ready")
    call = served.done("enqueue", queue="sales")
    desk.state("Offered")
    desk.press("reject")
    eventually(lambda: served.get(f"/v1/interactions/{call}").json["state"] == "Queued")
    desk.press("set_status", status="Ready")
    desk.state("Offered")
    for action, state in (("accept", "Handling"), ("hold", "On Hold"), ("retrieve", "Handling")):
        desk.press(action)
        desk.state(state)
    desk.press("park")
    desk.state("Parked")
    desk.press("resume")
    desk.state("Handling")

    served.done("set_status", agent="ben", status="Ready")
    for _ in range(2):
        desk.press("consult")
        desk.whom("ben")
        eventually(lambda: served.get(f"/v1/interactions/{call}").json["leg"] is not None)
        served.done("accept", interaction=served.get(f"/v1/interactions/{call}").json["leg"])
        desk.state("Consulting")
        if "conference" in desk.done:
            break
        desk.press("conference")
        desk.state("In Conference")
        desk.press("end_consult")
        desk.page.wait_for_function("() => !document.querySelector('[data-state=\"In Conference\"]')")
        if desk.page.query_selector('[data-state="On Hold"]'):
            desk.press("retrieve")
        desk.state("Handling")
    desk.press("complete")
    eventually(lambda: served.get(f"/v1/interactions/{call}").json["agent"] == "ben")

    desk.state("Wrap Up")
    until = served.get("/v1/agents/anna").json["wrap_up_until"]
    desk.press("extend_wrap_up")
    desk.agent(wrap_up_until=until + 30 * 10**9)
    desk.press("finish_wrap_up")
    desk.page.wait_for_selector("[data-state]", state="detached")

    desk.press("dial")
    desk.done.discard("dial")
    desk.state("Dialing")
    desk.press("answered")
    desk.state("Handling")
    desk.press("transfer")
    desk.whom("backup")
    served.done("set_status", agent="ben", status="Break")
    desk.page.wait_for_selector('[data-state="Handling"]', state="detached")
    desk.state("Offered")
    desk.press("accept")
    desk.state("Handling")
    desk.press("end")
    desk.state("Wrap Up")
    assert desk.done - {"set_status"} == set(OF_CALLS)


@pytest.mark.parametrize("desk", [("presence_profiles", "voice")], indirect=True)
def test_the_toggle_goes_by_key(desk: Desk) -> None:
    ready = desk.served.get("/v1/agents/anna").json["ready_toggle"]
    tab_to(desk.page, {"action": "set_ready", "tag": "BUTTON"})
    if ready:
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    desk.agent(ready_toggle=not ready)


@pytest.mark.parametrize("desk", [("console_status", "chat")], indirect=True)
def test_new_work_stops_and_goes_on_by_key(desk: Desk) -> None:
    served = desk.served
    model = served.get("/v1/model").json
    ready = next(one["name"] for one in model["status"] if one["selectable"] and one["receives_queued"])
    desk.press("set_status", status=ready)
    desk.agent(profile=ready)
    call = served.done("enqueue", queue="sales")
    served.done("accept", interaction=call)
    desk.page.wait_for_selector('[data-action="stop_new"][aria-disabled="false"]')
    desk.press("stop_new")
    desk.page.wait_for_selector('[data-action="resume_new"]')
    desk.press("resume_new")
    desk.page.wait_for_selector('[data-action="stop_new"]')
    assert {"stop_new", "resume_new"} <= desk.done


@pytest.mark.parametrize("desk", [("duty_profiles", "voice")], indirect=True)
def test_the_messenger_is_set_by_key(desk: Desk) -> None:
    before = desk.served.get("/v1/agents/anna").json["external_presence"]
    tab_to(desk.page, {"action": "set_external_presence"})
    desk.page.keyboard.press("ArrowDown")
    eventually(lambda: desk.served.get("/v1/agents/anna").json["external_presence"] != before)


def test_a_supervisor_does_everything(tmp_path: Path, opens: Opens) -> None:
    (tmp_path / "centre.toml").write_text(
        CENTRE.format(model="presence_profiles", channel="voice"), encoding="utf-8"
    )
    done: set[str] = set()
    with Served(str(tmp_path / "centre.toml")) as served:
        calls = [served.done("enqueue", queue="sales") for _ in range(4)]
        page = opens(served, "/supervisor")

        def about(kind: str, name: Any, action: str, **more: str) -> None:
            tab_to(page, {kind: str(name)} if kind == "interaction" else {kind: name, "role": "row"})
            page.keyboard.press("Enter")
            choose(page, action, **more)
            done.add(action)

        def agent(**fields: Any) -> None:
            page.wait_for_function(SHOWN, arg=fields)
            page.evaluate(DRAWN)

        def call(number: int, **fields: Any) -> None:
            eventually(
                lambda: all(
                    served.get(f"/v1/interactions/{number}").json[key] == value
                    for key, value in fields.items()
                )
            )

        about("interaction", calls[0], "why")
        page.wait_for_selector('[data-field="why"] [data-agent="anna"]')
        page.keyboard.press("Escape")
        about("interaction", calls[0], "update_interaction")
        page.wait_for_selector('[role="dialog"] input[data-field="priority"]:focus')
        page.keyboard.type("7")
        page.keyboard.press("Enter")
        eventually(lambda: served.get(f"/v1/interactions/{calls[0]}").json["priority"] >= 7)
        about("interaction", calls[1], "request_callback")
        call(calls[1], callback=True)
        about("interaction", calls[2], "move")
        page.wait_for_selector('[role="dialog"] input[data-field="queue"]:focus')
        page.keyboard.type("backup")
        page.wait_for_selector('[role="option"][aria-selected="true"]')
        page.keyboard.press("Enter")
        call(calls[2], queue="backup")
        about("interaction", calls[3], "abandon")
        page.wait_for_selector(f'[data-interaction="{calls[3]}"]', state="detached")

        ready = served.get("/v1/agents/anna").json["ready_toggle"]
        for now in (not ready, ready):
            about("agent", "anna", "set_ready")
            agent(ready_toggle=now)
        about("agent", "anna", "sign_out")
        agent(signed_in=False)
        about("agent", "anna", "sign_in")
        agent(signed_in=True)
        about("agent", "anna", "set_queue_logins")
        page.wait_for_selector('[role="dialog"] input[data-queue="sales"]')
        tab_to(page, {"queue": "sales"})
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        agent(queues={"sales": False, "backup": True})
        about("agent", "anna", "audit")
        page.wait_for_selector('[data-field="audit"] li[data-kind="signed_out"]')
        page.keyboard.press("Escape")
        assert focused(page)["agent"] == "anna", "the focus is where it was"
        status = served.get("/v1/agents/anna").json["selectable"][0]
        about("agent", "anna", "set_status", status=status)
        agent(profile=status)
        about("interaction", calls[0], "assign")
        page.wait_for_selector('[role="dialog"] input[data-field="agent"]:focus')
        page.keyboard.type("anna")
        page.wait_for_selector('[role="option"][aria-selected="true"]')
        page.keyboard.press("Enter")
        page.wait_for_selector('[role="dialog"] [role="alert"], [role="row"] [data-interaction]')
        page.keyboard.press("Escape")
        about("agent", "anna", "desk")
        page.wait_for_url("**/desk?agent=anna")
        served.stop()
    assert done == set(OF_SUPERVISORS)


def test_no_action_of_the_pages_is_left_out() -> None:
    named: set[str] = set()
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for given in re.findall(r"\baction: ([^,]+),", text):
            named |= set(re.findall(r'"([a-z_]+)"', given))
        named |= set(re.findall(r'data-action="([a-z_]+)"', text))
    labels = re.search(r"const LABELS = \{(.*?)\}", (SCRIPTS / "desk-call.js").read_text("utf-8"), re.DOTALL)
    assert labels is not None
    named |= set(re.findall(r"(\w+):", labels[1]))
    tried = {*OF_CALLS, *OF_AGENTS, *OF_SUPERVISORS, *(one for ones in OF_MODELS.values() for one in ones)}
    assert named == tried
