"""`least_occupied` puts a lower load ratio first."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.rule("MATCH-12")
def test_a_burst_of_chats_spreads_over_everybody_before_anyone_gets_a_second(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("chats", channel="chat", strategy="least_occupied")
    for name in ("anna", "ben", "cleo"):
        play.here(name, "chats", capacity={"chat": 4})
    # Whoever worked before is more occupied, which must not heap the others.
    for seconds in (30, 60):
        call = play.enqueue("chats")
        play.accept(call)
        play.after(seconds)
        play.end(call)
    offered = [str(play.offered_to(play.enqueue("chats"))) for _ in range(6)]
    assert sorted(offered[:3]) == sorted(offered[3:]) == ["anna", "ben", "cleo"]
