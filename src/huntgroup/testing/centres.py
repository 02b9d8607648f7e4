"""Random centres: a presence model, channels, queues and agents with odd parameters, all from one seed.

Durations are multiples of five seconds, so that timers of different kinds often fall due at one instant, or
the ends of what is allowed: nothing, a nanosecond, a hundred years.
"""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from huntgroup.errors import ModelError
from huntgroup.models import PresenceModel
from huntgroup.settings.hours import Hours
from huntgroup.testing.mutations import bent, mutated
from huntgroup.testing.play import Command
from huntgroup.testing.scorers import scorers

MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")
SKILLS = ("spanish", "billing", "refunds", "trainee")
GROUPS = ("emea", "apac")
MOMENT = 1e-9
LONGEST = 100 * 366 * 86_400
"""The shortest duration that is one, and the longest that is allowed, in seconds."""

ENDS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("wrap_up", "ask_again_after", "preferred_wait"), (0, MOMENT, LONGEST)),
    "max_wait": (0, 0, MOMENT, LONGEST),
    "offer_timeout": (LONGEST,),
    "callback_retry": (MOMENT, LONGEST),
    "seconds_per_priority": (0, MOMENT, 3600),
    "service_level": ((0, 0.0), (MOMENT, 1.0), (LONGEST, 1.0)),
    **dict.fromkeys(("max_misses", "callback_attempts", "max_waiting"), (1, 2**31 - 1)),
}
"""The ends of the allowed ranges, drawn now and then instead of everyday values. An `offer_timeout` of a
moment is not among them: if an agent who declined is asked again at once, such offers never end."""

STRATEGIES = (
    "longest_idle",
    "longest_idle",
    "least_occupied",
    "fewest_interactions",
    "round_robin",
    "linear",
    "random",
    "highest_proficiency",
    "ring_all",
)


def random_model(random: Random) -> PresenceModel:
    """A built-in model, sometimes with a timed status, one tied to a group, or another default."""
    model = PresenceModel.load(random.choice(MODELS))
    copyable = [row for row in model.statuses if row.selectable and row.waits_for is None]
    for number in range(random.choice((0, 0, 1, 2))):
        like = random.choice(copyable).name
        changes: dict[str, Any] = random.choice(
            (
                {"duration": random.choice((5, 10, 30))},
                {"queue_group": random.choice(GROUPS)},
                {"receives_queued": "listed", "queues": random.sample(("q0", "q1", "q2"), 2)},
            )
        )
        # A model may let administrators copy some kinds only, or change some keys only.
        with suppress(ModelError):
            model = model.with_status(f"Custom {number}", like=like, **changes)
    if random.random() < 0.2:
        with suppress(ModelError):
            startable = [row for row in model.statuses if row.selectable and row.waits_for is None]
            model = model.with_default(random.choice(startable).name)
    if random.random() < 0.12:
        model = PresenceModel.from_dict({**model.to_dict(), "supervisor_needs_sign_in": True})
    if random.random() < 0.3:
        model = bent(random, model)
    return mutated(random, model) if random.random() < 0.3 else model


def random_requirement(random: Random) -> str | None:
    """An expression over the skills, or None."""
    return random.choice(
        (
            None,
            None,
            None,
            "not trainee",
            "spanish or billing",
            "spanish >= 3",
            "billing > 2 or refunds",
            "spanish and not trainee",
            "not (billing and refunds)",
            "spanish == 0 or billing != 5",
            "spanish >= 3 and (billing >= 2 or refunds <= 4) and not trainee",
        )
    )


def random_relaxation(random: Random) -> list[tuple[float, str | None]] | None:
    """Steps (seconds, requirement), or None."""
    if random.random() < 0.6:
        return None
    times = sorted(random.sample((0, 0, MOMENT, 5, 10, 15, 20, 30, 60, LONGEST), random.randint(1, 3)))
    times = list(dict.fromkeys(times))
    return [(after, random_requirement(random)) for after in times]


def random_hours(random: Random) -> Hours | None:
    """Hours that open and close within the first minutes of manual time, a Thursday, or None."""
    if random.random() < 0.6:
        return None
    spans = random.choice(
        (
            [("00:00", "00:02"), ("00:03", "00:10")],
            [("00:01", "00:30")],
            [("00:00", "24:00")],
        )
    )
    return Hours({"thu": spans, "fri": ("09:00", "17:00")}, tz="UTC")


def random_settings(random: Random, queue_count: int, calm: bool) -> dict[str, Any]:
    """Some settings of a queue; the others keep their defaults."""
    share = 0.25 if calm else 0.6
    pools: dict[str, tuple[Any, ...]] = {
        "requires": (random_requirement(random),),
        "relax": (random_relaxation(random) or (),),
        "offer_timeout": (5, 10, 15, 20),
        "wrap_up": (0, 0, 1e-9, 5, 10, 30),
        "wrap_up_holds": ("channel", "slot", "slot", "nothing"),
        "ask_again_after": (0, 5, 10, 30),
        "preferred_wait": (0, 5, 10, 30),
        "max_misses": (None, None, 1, 2, 3, 2_147_483_647),
        "callback_attempts": (1, 2, 3),
        "callback_retry": (5, 10, 60),
        "hours": (random_hours(random),),
        "overflow": (
            None,
            (random.choice((0, 0, MOMENT, 5, 10, 20, 60, LONGEST)), f"q{random.randrange(queue_count)}"),
        ),
        "max_waiting": (None, None, None, 0, 1, 3),
        "when_closed": ("refuse", "accept", "accept"),
        "accept_unstaffed": (True, False),
        "limits_run": ("always", "open"),
        "max_wait": (None, None, 20, 60, 120),
        "max_wait_unstaffed": (None, 0, MOMENT, 5, 20, LONGEST),
        "seconds_per_priority": (0, 1, 60),
        "group": (None, *GROUPS),
        "service_level": ((5, 0.8), (20, 0.8)),
        "short_abandon": (0, 1e-9, 5, 20, 3_155_760_000),
        "max_rejects": (None, 1, 2, 2_147_483_647),
        "max_handled": (None, None, 0, 1, 2, 2_147_483_647),
        "delays": ("always", "while_staffed"),
    }
    settings = {name: random.choice(pool) for name, pool in pools.items() if random.random() < share}
    if settings.get("hours") is not None and random.random() < 0.6:
        settings["when_closed"] = "accept"
    for name, ends in ENDS.items():
        if name in settings and random.random() < 0.12:
            settings[name] = random.choice(ends)
    return {"strategy": random.choice(scorers() if random.random() < 0.25 else STRATEGIES), **settings}


def random_wrap_up(random: Random) -> dict[str, Any]:
    """The settings of a channel for wrap-up, if it has any."""
    if random.random() < 0.5:
        return {}
    return {"wrap_up": random.choice((0, 1e-9, 5, 10)), "wrap_up_unanswered": random.random() < 0.5}


def random_user(random: Random) -> list[float]:
    """Some of the caller's own numbers, taken from so few values that ties occur."""
    return [random.choice((-3.0, -0.0, 0.5, 1.0, 48.1)) for _ in range(random.choice((1, 2, 3, 8)))]


def random_agent(
    random: Random, model: PresenceModel, queues: list[str], shared: bool, calm: bool
) -> dict[str, Any]:
    """Arguments of `add_agent`; in a calm centre nearly everyone is ready, in nearly every queue."""
    right = 0.97 if calm else 0.8
    capacity = {"voice": random.choice((1, 1, 2)), "chat": random.choice((1, 2, 4))}
    if shared:
        capacity["email"] = random.choice((0, 1, 2))
        capacity["video"] = random.choice((0, 1))
    arguments: dict[str, Any] = {
        "skills": {skill: random.randint(0, 10) for skill in SKILLS if random.random() < 0.5},
        "capacity": {name: most if random.random() < right else 0 for name, most in capacity.items()},
        "queues": [queue for queue in queues if random.random() < right],
        "role": random.choice(("agent", "agent", "supervisor", "supervisor", "administrator", "connector")),
        "team": random.choice((None, None, "north", "south")),
        "devices": ["voice"] if random.random() < right else [],
        "signed_in": random.random() < right,
        "busy_selectable": random.random() < 0.7,
    }
    if shared and random.random() < 0.5:
        arguments["units"] = random.choice((50, 100, 150))
    if model.toggle is not None and random.random() < right:
        arguments["ready"] = True
    if random.random() < 0.4:
        arguments["user"] = random_user(random)
    if random.random() < 0.25:
        arguments["wrap_up"] = random.choice((0, 1e-9, 5, 15, 3_162_240_000))
    may_start = arguments["signed_in"] or not model.sign_in.required
    if random.random() < (right if may_start else 0.05):
        startable = [row for row in model.statuses if row.selectable and row.waits_for is None]
        receiving = [row for row in startable if row.receives_queued is not False]
        among = receiving if calm else receiving * 4 + startable
        # A mutated model may have no status that can be chosen.
        row = random.choice(among or [*model.statuses])
        if row.selectable and row.needs_device in (None, *arguments["devices"]):
            arguments["status"] = row.name
    return arguments


def random_centre(random: Random, model: PresenceModel, calm: bool, crowd: bool = False) -> list[Command]:
    """The commands that build a centre of a few queues and agents, or of a few dozen agents."""
    commands = []
    shared = random.random() < 0.4
    channels = ["voice", "voice", "chat"]
    if shared:
        blocks = random.choice(("all", "others", "none", ["chat"]))
        commands.append(
            Command("add_channel", ("video",), {"blocks": blocks, "units": 50, **random_wrap_up(random)})
        )
        task = {"capability": "email", "interruptible_by": ["voice"], "units": 25, **random_wrap_up(random)}
        commands.append(Command("add_channel", ("task",), task))
        channels += ["email", "video", "task"]
    if random.random() < 0.3:
        # Every queue may overflow to every other.
        channels = [random.choice(channels)]
    queue_count = random.randint(3, 6) if crowd else random.randint(1, 4)
    queues = [f"q{number}" for number in range(queue_count)]
    for name in queues:
        settings = {"channel": random.choice(channels), **random_settings(random, queue_count, calm)}
        commands.append(Command("add_queue", (name,), settings))
    few = (3, 9) if calm else (1, 7)
    for number in range(random.randint(*((20, 40) if crowd else few))):
        arguments = random_agent(random, model, queues, shared, calm)
        commands.append(Command("add_agent", (f"a{number}",), arguments))
    # Every skill must exist, otherwise most requirements of interactions would be refused.
    commands.extend(Command("set_skill", ("a0", skill, random.randint(0, 5))) for skill in SKILLS)
    return commands
