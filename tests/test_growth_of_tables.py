"""Tables that grow one row at a time grow by a share of themselves, so that each row costs the same."""

from __future__ import annotations

from itertools import pairwise

import huntgroup as hg
from huntgroup.core.python.state_tables import dump


def sizes_while_members_join(agents: int, queues: int) -> list[int]:
    """The capacities of the table of memberships, each once, while agents join one queue after another."""
    engine = hg.Engine("agent_modes", events=False)
    for queue in range(queues):
        engine.add_queue(f"queue{queue}")
    seen: dict[int, None] = {}
    for agent in range(agents):
        engine.add_agent(f"agent{agent}")
        for queue in range(queues):
            engine.join(f"agent{agent}", f"queue{queue}")
            seen[engine._table_sizes()["memberships"][1]] = None
    return list(seen)


def test_the_table_of_memberships_doubles() -> None:
    capacities = sizes_while_members_join(agents=60, queues=64)
    assert capacities[-1] > 60 * 64
    assert all(2 * before <= after for before, after in pairwise(capacities)), capacities


def test_there_are_as_many_chains_of_waiting_groups_as_groups() -> None:
    """What waits with the same requirements is a group. A hash finds it, whose chains stay short."""
    groups = 3_000
    skills = [f"skill{number}" for number in range(100)]
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("sales")
    engine.add_agent("ann", skills=dict.fromkeys(skills, 1))
    for number in range(groups):
        first, second = divmod(number, len(skills))
        engine.enqueue("sales", requires=f"{skills[first]} >= 2 and {skills[second]} >= 3")
    _, rows, _ = dump(engine.fork())
    assert len(rows["groups"]) >= groups
    assert len(rows["group_buckets"]) >= len(rows["groups"])
    assert int((rows["group_buckets"] != 2**32 - 1).sum()) > groups // 2
    engine.verify()
