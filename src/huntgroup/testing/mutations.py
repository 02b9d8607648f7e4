"""Copies of a presence model with a few random changes: models that nobody would write, but that both engines
must run alike."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from huntgroup.errors import ModelError
from huntgroup.models import CONDITIONS, PresenceModel

FLAGS = ("features", "logged_in", "may_sign_out", "locked", "needs_toggle", "one_offer")
ASKED = ("handling voice", "handling chat", "device voice", *CONDITIONS)
CHANNELS = ("voice", "chat", "email")


def mutated(random: Random, model: PresenceModel) -> PresenceModel:
    """A copy with up to eight changes that leave it a sound model."""
    for _ in range(random.randint(1, 8)):
        plain = model.to_dict()
        random.choice(_CHANGES)(random, plain)
        with suppress(ModelError):
            model = PresenceModel.from_dict(plain)
    return model


def _status(random: Random, plain: dict[str, Any]) -> dict[str, Any]:
    status: dict[str, Any] = random.choice(plain["status"])
    return status


def _name(random: Random, plain: dict[str, Any]) -> str:
    return str(_status(random, plain)["name"])


def _flag(random: Random, plain: dict[str, Any]) -> None:
    status, key = _status(random, plain), random.choice(FLAGS)
    status[key] = random.choice((True, False))
    if key in ("features", "logged_in") and random.random() < 0.5:
        del status[key]


def _receives(random: Random, plain: dict[str, Any]) -> None:
    status = _status(random, plain)
    status["receives_queued"] = random.choice((True, True, False, "listed"))
    status.pop("queues", None)
    if status["receives_queued"] == "listed":
        status["queues"] = random.sample(("q0", "q1", "q2"), 2)
    status["receives_direct"] = random.choice((True, False, ["chat"], ["voice"]))


def _timing(random: Random, plain: dict[str, Any]) -> None:
    _status(random, plain)["duration"] = random.choice((1e-9, 5, 10))


def _links(random: Random, plain: dict[str, Any]) -> None:
    status = _status(random, plain)
    key = random.choice(("after_accept", "queue_group", "needs_device", "goes_to"))
    status[key] = {
        "after_accept": _name(random, plain),
        "queue_group": random.choice(("emea", "apac")),
        "needs_device": "voice",
        "goes_to": [row["name"] for row in plain["status"] if random.random() < 0.6],
    }[key]
    if key == "after_accept" and random.random() < 0.5:
        # The status that an accept sets joins a group, as a chosen status does.
        brought = next(row for row in plain["status"] if row["name"] == status[key])
        brought["queue_group"] = random.choice(("emea", "apac"))


def _derived(random: Random, plain: dict[str, Any]) -> None:
    rules = plain.setdefault("derived", [])
    names = random.sample(ASKED, random.randint(1, 2))
    rule = {
        "when": [name if random.random() < 0.75 else f"not {name}" for name in names],
        "show": _name(random, plain),
        "receives": random.choice(("base", "own", "own")),
    }
    kinds = sorted({row.get("kind", row["name"]) for row in plain["status"]})
    if random.random() < 0.3:
        rule["kinds"] = [random.choice(kinds)]
    if rules and random.random() < 0.5:
        rules[random.randrange(len(rules))] = rule
    else:
        rules.insert(random.randint(0, len(rules)), rule)


def _receiver(random: Random, plain: dict[str, Any]) -> None:
    for rule in plain.get("derived", []):
        if random.random() < 0.5:
            rule["receives"] = random.choice(("base", "own"))


def _tables(random: Random, plain: dict[str, Any]) -> None:
    sign_in = plain.setdefault("sign_in", {})
    random.choice(
        (
            lambda: sign_in.update(required=random.random() < 0.5),
            lambda: sign_in.update(sets_default=random.random() < 0.5),
            lambda: plain.update(wrap_up={"fixed": random.random() < 0.5}),
            lambda: plain.update(supervisor_needs_sign_in=random.random() < 0.7),
            lambda: plain.update(no_answer=_name(random, plain)),
            lambda: plain.update(
                on={random.choice(("missed_queued", "missed_direct")): _name(random, plain)}
            ),
            lambda: plain.update(on={"rejected_queued": _name(random, plain)}),
            lambda: plain.update(
                supervisor={"sets": [row["name"] for row in plain["status"] if random.random() < 0.5]}
            ),
            lambda: plain.update(
                queues={
                    "status_sets_logins": random.random() < 0.5,
                    "login_sets": _name(random, plain),
                    "last_logout_sets": _name(random, plain),
                }
            ),
            lambda: plain.update(queues={"status_sets_logins": True}),
            lambda: plain.update(toggle={"default": random.random() < 0.5}),
            lambda: plain.update(stop_new={"channels": ["chat"]}),
            lambda: plain.update(channels={"chat": {"blocks": random.choice(("others", "none"))}}),
        )
    )()


_CHANGES = (_flag, _flag, _receives, _timing, _links, _derived, _derived, _receiver, _tables, _tables)


def bent(random: Random, model: PresenceModel) -> PresenceModel:
    """A copy with one of the combinations that chance brings about too seldom; the model itself if the copy
    is not sound."""
    plain = model.to_dict()
    waits = any("waits_for" in row for row in plain["status"])
    bend = random.choice((_waiting_says_nothing, _supervised) if waits and random.random() < 0.5 else _BENDS)
    bend(random, plain)
    with suppress(ModelError):
        return PresenceModel.from_dict(plain)
    return model


def _choosable(random: Random, plain: dict[str, Any]) -> dict[str, Any]:
    rows = [row for row in plain["status"] if row.get("selectable") and "waits_for" not in row]
    chosen: dict[str, Any] = random.choice(rows)
    return chosen


def _fixed_wrap_up(random: Random, plain: dict[str, Any]) -> None:
    """A fixed wrap-up binds agents who need to sign in, and nobody else."""
    plain["wrap_up"] = {"fixed": True}
    if random.random() < 0.6:
        plain["sign_in"] = {**plain.get("sign_in", {}), "required": False}


def _supervised(random: Random, plain: dict[str, Any]) -> None:
    plain["supervisor"] = {"sets": [row["name"] for row in plain["status"] if random.random() < 0.5]}


def _waiting_says_nothing(random: Random, plain: dict[str, Any]) -> None:
    """A waiting status leaves features and `logged_in` to the base status, and some base statuses say no."""
    key = random.choice(("features", "logged_in"))
    for row in plain["status"]:
        if "waits_for" in row:
            row.pop(key, None)
        elif random.random() < 0.6:
            row[key] = False


def _accepting_brings(random: Random, plain: dict[str, Any]) -> None:
    brought = _choosable(random, plain)
    for row in plain["status"]:
        if row.get("receives_queued") and random.random() < 0.7:
            row["after_accept"] = brought["name"]
    if random.random() < 0.7:
        brought["queue_group"] = random.choice(("emea", "apac"))


def _work_decides(random: Random, plain: dict[str, Any]) -> None:
    """While the agent works or is asked, another status decides; in a wrap-up perhaps one more."""
    asked = random.choice(("offered", "handling", "handling"))
    receiving = [row["name"] for row in plain["status"] if row.get("receives_queued")]
    show = random.choice(receiving) if receiving and random.random() < 0.6 else _name(random, plain)
    rules = [{"when": [asked], "show": show, "receives": "own"}]
    if random.random() < 0.6:
        rules.append({"when": ["wrap_up"], "show": _name(random, plain), "receives": "own"})
    plain["derived"] = [*rules, *plain.get("derived", [])]


def _missed_apart(random: Random, plain: dict[str, Any]) -> None:
    plain["on"] = {random.choice(("missed_queued", "missed_direct")): _choosable(random, plain)["name"]}


_BENDS = (
    _fixed_wrap_up,
    _supervised,
    _waiting_says_nothing,
    _accepting_brings,
    _work_decides,
    _work_decides,
    _missed_apart,
)


def successor(random: Random, model: PresenceModel, used: list[str]) -> PresenceModel:
    """A changed copy such as an administrator makes, most often of the model `used`; now and then one that
    may not replace it."""
    choice = random.random()
    picked = random.choice(used) if used and random.random() < 0.6 else random.choice(model.statuses).name
    with suppress(ModelError):
        if choice < 0.2:
            names = [row.name for row in model.statuses if row.selectable and row.waits_for is None]
            return model.with_status(f"New {random.randrange(3)}", like=random.choice(names))
        if choice < 0.45:
            return _renamed(random, model, picked)
        if choice < 0.65:
            own = [row.name for row in model.statuses if row.name.startswith(("New", "Custom"))]
            return model.without_status(random.choice(own) if own and random.random() < 0.7 else picked)
        if choice < 0.7:
            return model.with_default(random.choice(model.statuses).name)
        if choice < 0.85:
            plain = model.to_dict()
            status = next(row for row in plain["status"] if row["name"] == picked)
            status.update(random.choice(({"receives_queued": random.random() < 0.4}, {"duration": 5})))
            status.pop("queues", None)
            return PresenceModel.from_dict(plain)
        return mutated(random, model)
    return model


def _renamed(random: Random, model: PresenceModel, old: str) -> PresenceModel:
    """Gives a status another name, and most often keeps the old one as an alias."""
    new = f"{old.removesuffix(' again')}{'' if old.endswith(' again') else ' again'}"

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: said(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [said(inner) for inner in value]
        return new if value == old else value

    plain = said(model.to_dict())
    for status in plain["status"]:
        aliases = [alias for alias in status.get("aliases", ()) if alias != new]
        known = status["name"] == new and random.random() < 0.9
        status["aliases"] = [*aliases, old] if known else aliases
    return PresenceModel.from_dict(plain)
