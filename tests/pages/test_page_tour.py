"""A minute's tour, and the same by keyboard alone."""

from __future__ import annotations

from typing import Any

from pages.looked import Opens, focused, tab_to
from service.served import Served


def test_a_call_goes_from_arrival_to_the_end_of_its_wrap_up(guarded: Served, opens: Opens) -> None:
    anna = opens(guarded, "/desk", "anna")
    ben = opens(guarded, "/desk", "ben")
    supervisor = opens(guarded, "/supervisor", "sam")
    wall = opens(guarded, "/wall", "lobby")
    guarded.done("set_status", "root", agent="anna", status="Break")

    def row(agent: str, state: str) -> None:
        supervisor.wait_for_selector(
            f'[data-agent="{agent}"] [data-interaction="{call}"][data-state="{state}"]'
        )

    def figure(field: str, value: str, page: Any = wall) -> None:
        page.wait_for_selector(f'[data-queue="sales"] [data-field="{field}"][data-value="{value}"]')

    # It arrives, and waits: nobody is ready.
    figure("ready", "0")
    call = guarded.done("enqueue", "crm", queue="sales", ref="leg-17")
    figure("waiting", "1")
    supervisor.wait_for_selector(f'[data-queue="sales"] [data-interaction="{call}"][data-state="Queued"]')
    assert wall.get_attribute('[data-queue="sales"] [data-field="presence"]', "data-value") == "busy"

    # It rings on the desk of the one who becomes ready.
    anna.click('[data-action="set_status"][data-status="Ready"]')
    ringing = anna.wait_for_selector(f'[data-interaction="{call}"][data-state="Offered"][data-offer]')
    assert "leg-17" in ringing.inner_text()
    row("anna", "Offered")
    assert ben.query_selector("[data-interaction]") is None

    anna.click('[data-action="accept"]')
    anna.wait_for_selector(f'[data-interaction="{call}"][data-state="Handling"]')
    row("anna", "Handling")
    figure("waiting", "0")

    anna.click('[data-action="hold"]')
    row("anna", "On Hold")
    anna.click('[data-action="retrieve"]')
    row("anna", "Handling")

    # By search to a colleague.
    anna.click('[data-action="transfer"]')
    anna.fill('[role="dialog"] input[data-field="agent"]', "be")
    anna.wait_for_selector('[role="option"][aria-selected="true"] >> text=ben')
    anna.keyboard.press("Enter")
    anna.wait_for_selector('[role="dialog"]', state="detached")
    ben.wait_for_selector(f'[data-interaction="{call}"][data-state="Offered"]')
    row("ben", "Offered")
    ben.click('[data-action="accept"]')
    row("ben", "Handling")
    ben.click('[data-action="end"]')

    # Whose queue it is says how long the wrap-up is.
    ben.wait_for_selector(f'[data-interaction="{call}"][data-state="Wrap Up"] [data-field="wrap_up_until"]')
    row("ben", "Wrap Up")
    ben.click('[data-action="finish_wrap_up"]')
    ben.wait_for_selector("[data-interaction]", state="detached")
    supervisor.wait_for_selector(f'[data-interaction="{call}"]', state="detached")
    supervisor.wait_for_selector('[data-agent="ben"] [data-field="status"][data-value="Ready"]')
    guarded.stop()


SEEN = """() => {
  globalThis.seen = {};
  const look = () => {
    const note = (key) => { globalThis.seen[key] ??= performance.timeOrigin + performance.now(); };
    for (const one of document.querySelectorAll("[data-interaction][data-state]")) {
      note(`${one.closest("[data-agent]")?.dataset.agent ?? "queue"} ${one.dataset.state}`);
    }
    for (const one of document.querySelectorAll("[data-queue=sales] [data-field]")) {
      note(`${one.dataset.field} ${one.dataset.value}`);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def test_each_step_is_seen_at_once_by_the_supervisor_and_on_the_wall(guarded: Served, opens: Opens) -> None:
    """On a busy machine now and then later, so what is judged is the median of five calls, step by step."""
    pages = {"supervisor": opens(guarded, "/supervisor", "sam"), "wall": opens(guarded, "/wall", "lobby")}
    for page in pages.values():
        page.evaluate(SEEN)
    late: dict[str, list[float]] = {}

    def step(command: str, supervisor: str = "", wall: str = "", **members: Any) -> Any:
        """Carries it out, and notes how long after its events a page showed it."""
        for page in pages.values():
            page.evaluate("() => { globalThis.seen = {}; }")
        body = guarded.command(command, "root", **members).json
        for name, key in (("supervisor", supervisor), ("wall", wall)):
            if key:
                seen = pages[name].wait_for_function("key => globalThis.seen[key]", arg=key).json_value()
                late.setdefault(f"{name}: {command}, {key}", []).append(
                    seen - body["events"][-1]["at_ns"] / 1e6
                )
        return body["result"]

    for _ in range(5):
        step("set_status", agent="anna", status="Break", wall="ready 0")
        call = step("enqueue", queue="sales", supervisor="queue Queued", wall="waiting 1")
        step("set_status", agent="anna", status="Ready", supervisor="anna Offered")
        step("accept", interaction=call, supervisor="anna Handling", wall="waiting 0")
        step("transfer", interaction=call, agent="ben", supervisor="ben Offered")
        step("accept", interaction=call, supervisor="ben Handling")
        step("end", interaction=call, supervisor="ben Wrap Up")
        for agent in ("anna", "ben"):
            if guarded.get(f"/v1/agents/{agent}", "root").json["wrap_ups"]:
                step("finish_wrap_up", interaction=call, agent=agent)
    assert len(late) == 9
    slow = {name: sorted(found)[2] for name, found in late.items() if sorted(found)[2] >= 200}
    assert not slow, late
    guarded.stop()


def test_everything_of_a_supervisor_by_keyboard(guarded: Served, opens: Opens) -> None:
    for agent in ("anna", "ben"):
        guarded.done("set_status", "root", agent=agent, status="Break")
    first = guarded.done("enqueue", "crm", queue="sales")
    second = guarded.done("enqueue", "crm", queue="sales")
    page = opens(guarded, "/supervisor", "sam")

    # Why is nobody taking this?
    tab_to(page, {"interaction": str(first)})
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="menuitem"]:focus')
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-field="why"] [data-agent="anna"][data-rule="status"]')
    assert "None of the 2 who belong" in page.inner_text('[data-field="why"]')
    page.keyboard.press("Escape")

    # Moved, and back where the focus was.
    page.keyboard.press("Escape")
    tab_to(page, {"interaction": str(second)})
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="menuitem"]:focus')
    page.keyboard.type("m")
    assert focused(page)["action"] == "move"
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="dialog"] input[data-field="queue"]:focus')
    page.keyboard.press("Escape")
    page.wait_for_selector('[role="dialog"]', state="detached")
    assert focused(page)["interaction"] == str(second)
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="menuitem"]:focus')
    page.keyboard.type("m")
    page.keyboard.press("Enter")
    page.keyboard.type("backup")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-queue="backup"] [data-interaction="{second}"]')

    # Assigned to somebody by name; a name that is nobody's is told of, and the question stays.
    tab_to(page, {"interaction": str(first)})
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="menuitem"]:focus')
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="dialog"] input[data-field="agent"]:focus')
    page.keyboard.type("nobody")
    page.wait_for_selector("text=Nobody and nothing")
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="dialog"] [role="alert"]')
    page.keyboard.press("Escape")
    page.wait_for_selector('[role="dialog"]', state="detached")

    # A status, from the row's menu.
    tab_to(page, {"field": "filter"})
    page.keyboard.type("anna")
    page.wait_for_selector('[role="row"][data-agent="ben"]', state="detached")
    tab_to(page, {"agent": "anna", "role": "row"})
    page.keyboard.press("Enter")
    page.wait_for_selector('[role="menuitem"]:focus')
    assert focused(page)["status"] == "Ready"
    page.keyboard.press("Enter")
    page.wait_for_selector(
        f'[role="row"][data-agent="anna"] [data-interaction="{first}"][data-state="Offered"]'
    )
    assert focused(page)["agent"] == "anna"
    guarded.stop()


def test_an_offer_is_taken_and_ended_by_keyboard(guarded: Served, opens: Opens) -> None:
    page = opens(guarded, "/desk", "anna")
    guarded.done("enqueue", "crm", queue="sales")
    page.wait_for_selector('[data-state="Offered"]')
    for action, state in (
        ("accept", "Handling"),
        ("hold", "On Hold"),
        ("retrieve", "Handling"),
        ("end", "Wrap Up"),
    ):
        tab_to(page, {"action": action})
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[data-state="{state}"]')
    tab_to(page, {"action": "finish_wrap_up"})
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-state]", state="detached")
    guarded.stop()


def test_what_waits_is_dragged_to_a_queue_and_onto_an_agent(guarded: Served, opens: Opens) -> None:
    for agent in ("anna", "ben"):
        guarded.done("set_status", "root", agent=agent, status="Break")
    call = guarded.done("enqueue", "crm", queue="sales")
    page = opens(guarded, "/supervisor", "sam")
    waits = f'[data-queue="{{}}"] [data-interaction="{call}"]'
    page.drag_and_drop(waits.format("sales"), 'article[data-queue="backup"] h2')
    page.wait_for_selector(waits.format("backup"))
    guarded.done("set_status", "root", agent="ben", status="Ready")
    guarded.done("reject", "ben", interaction=call)
    page.wait_for_selector(waits.format("backup"))
    page.drag_and_drop(waits.format("backup"), '[role="row"][data-agent="anna"]')
    # Break takes nothing: it is told, and nothing is lost.
    page.wait_for_selector('[role="alert"]')
    guarded.done("set_status", "root", agent="anna", status="Ready")
    page.drag_and_drop(waits.format("backup"), '[role="row"][data-agent="anna"]')
    page.wait_for_selector(
        f'[role="row"][data-agent="anna"] [data-interaction="{call}"][data-state="Offered"]'
    )
    guarded.stop()


def test_the_wall_shows_the_service_level_by_interval(guarded: Served, opens: Opens) -> None:
    guarded.done("set_status", "root", agent="anna", status="Ready")
    call = guarded.done("enqueue", "crm", queue="sales")
    guarded.done("accept", "root", interaction=call)
    wall = opens(guarded, "/wall", "lobby")
    level = '[data-field="interval_service_level"]'
    shown = wall.wait_for_selector(f'[data-queue="sales"] {level}[data-value="1"]')
    assert "100 %" in shown.inner_text()
    items = guarded.get("/v1/intervals?queue=sales", "lobby").json["items"]
    assert shown.get_attribute("data-from") in [str(row["from_ns"]) for row in items]
    height = wall.eval_on_selector('[data-queue="sales"] [data-value="1"] i', "one => one.offsetHeight")
    assert height > 5, "the bar is as high as its cell"
    assert wall.query_selector(f'[data-queue="night"] {level}[data-value=""]')


def middle(page: Any, selector: str) -> tuple[float, float]:
    box = page.wait_for_selector(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_control_never_becomes_another_one_under_the_hand(guarded: Served, opens: Opens) -> None:
    page = opens(guarded, "/desk", "anna")
    call = guarded.done("enqueue", "crm", queue="sales")

    def press(action: str, command: str) -> None:
        """Presses a control, and lets it go when the command has come to the page."""
        page.mouse.move(*middle(page, f'[data-action="{action}"]'))
        page.mouse.down()
        guarded.done(command, "root", interaction=call)
        page.wait_for_selector('[data-state="Handling"]')
        page.mouse.up()

    page.wait_for_selector('[data-state="Offered"]')
    # Pressed while it rings, let go when it is answered already: that is no hold.
    press("accept", "accept")
    # What is there before and after is where it was.
    guarded.done("hold", "root", interaction=call)
    page.wait_for_selector('[data-state="On Hold"]')
    press("transfer", "retrieve")
    assert page.wait_for_selector('[role="dialog"] h2').inner_text() == "Transfer to whom?"
    page.keyboard.press("Escape")
    found = guarded.server_sent("/v1/events?from_seq=1&kinds=held,retrieved,queued", 3, "root")
    assert [event["kind"] for event in found] == ["queued", "held", "retrieved"], "as was asked for"
    seq = int(guarded.get("/v1/agents", "root").json["seq"])

    # Two clicks in the place of one are one.
    x, y = middle(page, '[data-action="hold"]')
    page.mouse.click(x, y)
    page.wait_for_selector('[data-state="On Hold"]')
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.click('[data-action="consult"]')
    page.wait_for_selector('[role="dialog"] h2 >> text=Consult whom?')
    events = guarded.server_sent(f"/v1/events?from_seq={seq + 1}", 1, "root")
    assert [event["kind"] for event in events] == ["held"]
    assert guarded.get(f"/v1/interactions/{call}", "root").json["state"] == "On Hold"
    guarded.stop()
