"""Field service: a visit goes to whoever is nearest. Needs Numba: pip install 'huntgroup[scorer]'."""

from __future__ import annotations

from typing import Any

import huntgroup as hg


@hg.scorer
def nearest(agents: Any, interaction: Any, scores: Any) -> None:
    """The shorter the way the better; each visit already accepted today counts like two kilometres."""
    for k in range(agents.count):
        east = agents.user0[k] - interaction.user0
        north = agents.user1[k] - interaction.user1
        scores[k] = -((east * east + north * north) ** 0.5) - 2.0 * agents.accepted[k]


def main() -> None:
    engine = hg.Engine()
    engine.add_queue("visits", channel="chat", strategy=nearest)
    place: dict[str, Any] = {
        "queues": ["visits"],
        "capacity": {"chat": 3},
        "signed_in": True,
        "status": "Ready",
    }
    engine.add_agent("north", user=(0.0, 9.0), **place)
    engine.add_agent("south", user=(0.0, -9.0), **place)
    for visit, where in enumerate([(1.0, 8.0), (0.5, 7.0), (0.0, 1.0), (2.0, -5.0)], 1):
        call = engine.enqueue("visits", user=where)
        agent = engine.interaction(call).agent
        print(f"visit {visit} at {where}: {agent}")
        engine.accept(call)
        if agent is not None:
            # Whoever goes there is there afterwards.
            engine.set_user(agent, 0, where[0])
            engine.set_user(agent, 1, where[1])
    engine.verify()


if __name__ == "__main__":
    main()
