"""What would have happened under another configuration: a recorded stream of commands, run again in two
forks.

See docs/WHAT_IF.md for what is kept of the recording and what is decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.whatif.comparison import Figures, WhatIf
from huntgroup.whatif.recording import Outcome, read_recording
from huntgroup.whatif.rerun import rerun

__all__ = ["Figures", "Outcome", "WhatIf", "what_if"]

Change = Callable[[Any], object] | Mapping[str | int, Mapping[str, Any]]


def what_if(
    engine: Any,
    commands: Any,
    change: Change,
    *,
    lists: Iterable[int] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> WhatIf:
    """Runs a recorded stream again, with and without a change, and compares.

    `engine` is a `huntgroup.Engine` as it was when the recording began; it stays as it is. `commands` are a
    one-dimensional array of COMMAND_DTYPE (with the `lists` that its rows name, as for `Engine.apply`), or
    tuples (method, arguments, at) or (method, arguments, keywords, at), where the arguments are a tuple or,
    by name, a mapping. `change` is called with a fork, or maps queues to settings of `Engine.update_queue`.
    `seed` is for the patience of those who were answered. `progress` is called with the arrivals that were
    run again, in both forks, and all of them. The same arguments give the same answer.

    Raises ConfigError for what is none of this or for an engine that keeps no events, and whatever the change
    raises. O(commands x log commands) beside three times the engine's own work and three forks.
    """
    if not callable(change) and not isinstance(change, Mapping):
        raise ConfigError("change", change, "a callable that takes an engine, or {queue: {setting: value}}")
    recording = read_recording(engine, commands, lists, seed)
    unchanged, changed = engine.fork(), engine.fork()
    if callable(change):
        change(changed)
    else:
        for queue, settings in change.items():
            if not isinstance(settings, Mapping):
                raise ConfigError(f"change[{queue!r}]", settings, "a mapping from setting to value")
            changed.update_queue(queue, **settings)
    of = 2 * len(recording.plans)
    tell = progress or (lambda done, of: None)
    return WhatIf(
        queues=tuple(engine._queue_names),
        start_ns=recording.start_ns,
        end_ns=recording.end_ns,
        recorded=recording.outcome,
        unchanged=rerun(recording, unchanged, lambda done: tell(done, of)),
        changed=rerun(recording, changed, lambda done: tell(len(recording.plans) + done, of)),
        left_out=dict(sorted(recording.left_out.items())),
    )
