"""A centre that is killed in the middle of ringing calls, and comes back: the same offers are open, with the
time that is left of them, and what hung up meanwhile is found. Run it: python examples/crash_and_return.py"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import huntgroup as hg

RINGS = 60


def ring(folder: str) -> None:
    """The process that is going to be killed: two agents, three callers; then it only waits."""
    engine = hg.Engine.open(folder, clock=time.time_ns)
    with engine.group():
        engine.add_queue("sales", offer_timeout=RINGS)
        for name in ("ann", "ben"):
            engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    for ref in ("call-1", "call-2", "call-3"):
        engine.enqueue("sales", ref=ref)
    print("ringing", flush=True)
    time.sleep(600)


def ringing(engine: hg.Engine) -> dict[str, tuple[str, int]]:
    """Whom each offered call rings, and when that offer expires, in ns."""
    held = sorted(number for name in ("ann", "ben") for number in engine.agent(name).interactions)
    views = [engine.interaction(number) for number in held]
    return {
        str(view.ref): (str(view.agent), view.offer_until)
        for view in views
        if view.state == "Offered" and view.offer_until is not None
    }


def crash_and_return(folder: Path) -> dict[str, Any]:
    """Lets it happen; returns what was found."""
    child = subprocess.Popen([sys.executable, __file__, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    child.kill()
    child.communicate()
    with hg.Engine.open(folder, clock=time.time_ns) as engine:
        recovery, before = engine.recovery, ringing(engine)
        # What the switch has now: call-2 hung up while nobody was there, and call-4 came.
        unknown = engine.reconcile(["call-1", "call-3", "call-4"])
        for ref in unknown:
            engine.enqueue("sales", ref=ref)
        return {
            "recovery": recovery,
            "ringing": before,
            "unknown": unknown,
            "after": ringing(engine),
            "now_ns": engine.now_ns,
        }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = crash_and_return(Path(folder))
    print(f"{found['recovery'].commands} commands came back in {found['recovery'].seconds:.3f} s")
    for ref, (agent, until_ns) in found["ringing"].items():
        print(f"{ref} still rings {agent}, {(until_ns - found['now_ns']) / 1e9:.0f} s are left")
    print(f"the switch has, and the engine had not: {', '.join(found['unknown'])}")
    for ref, (agent, _) in found["after"].items():
        print(f"{ref} rings {agent}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ring(sys.argv[1])
    else:
        main()
