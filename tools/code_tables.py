"""Fills in docs/CODES.md: the codes of commands, results, events and reasons, and the layout of the arrays;
src/huntgroup/engine/enums.py, where type checkers find the members of `hg.Command` and `hg.EventKind`; and
src/huntgroup/core/state/limits.pxd, where the compiled core has the numbers of src/huntgroup/limits.py.

    python tools/code_tables.py           write it
    python tools/code_tables.py --check   say whether it is out of date; exit 1 if it is

Numbers and names come from the one place that defines them, the enums of the compiled core, and what a
command or a refusal means from its docstring; only which fields a command reads and what an event tells stand
here.
"""

from __future__ import annotations

import re
import sys

import numpy as np
import page_blocks
from page_blocks import ROOT, replaced, table

import huntgroup as hg
from huntgroup import limits
from huntgroup.core.state.codes import COMMANDS, EVENT_KINDS, REASONS, RESULTS
from huntgroup.layouts import AGENT_SETTINGS, CAPABILITIES, INTERACTION_STATES, PRESENCES
from huntgroup.settings.queues import STRATEGIES

PAGE = ROOT / "docs" / "CODES.md"
ENUMS = ROOT / "src" / "huntgroup" / "engine" / "enums.py"
LIMITS = ROOT / "src" / "huntgroup" / "core" / "state" / "limits.pxd"
NOTHING = "–"

# Which fields of a row each command reads, beside at_ns and command; in brackets what may be absent.
FIELDS = {
    "ADVANCE": "",
    "SIGN_IN": "agent",
    "SIGN_OUT": "agent, flag: the place of `work` in huntgroup.settings.agents.WORK, (by)",
    "CONNECT": "agent, channel, (text: the name of the device)",
    "DISCONNECT": "agent, channel, (text: the name of the device)",
    "SET_STATUS": "agent, status, (by)",
    "SET_READY": "agent, flag: 1 or 0",
    "SET_EXTERNAL_PRESENCE": "agent, status: the place of the value in the model",
    "QUEUE_LOGIN": "agent, queue, (by)",
    "QUEUE_LOGOUT": "agent, queue, (by)",
    "SET_QUEUE_LOGINS": "agent, (by), list: pairs of a queue and 1 or 0",
    "STOP_NEW": "agent",
    "RESUME_NEW": "agent",
    "SET_STATUS_MANY": "status, (by), list: agents",
    "ENQUEUE": (
        "queue, priority, (requires), (preferred), (ref), (user_start, flag: how many), (value: arrived at), "
        "(mask: 1 once)"
    ),
    "DIRECT": "agent, channel, (ref)",
    "DIAL": "agent, channel, (queue), (ref)",
    "ANSWERED": "interaction",
    "ACCEPT": "interaction, (agent), (offer)",
    "REJECT": "interaction, (agent), (offer)",
    "HOLD": "interaction",
    "RETRIEVE": "interaction",
    "CONSULT": "interaction, (agent)",
    "CONFERENCE": "interaction",
    "END_CONSULT": "interaction",
    "TRANSFER": "interaction, (queue) or (agent)",
    "END": "interaction, (text), (by)",
    "FINISH_WRAP_UP": "interaction, (agent)",
    "ABANDON": "interaction, (text), (by)",
    "REQUEST_CALLBACK": "interaction, (flag: 1 dials the customer first)",
    "SET_SKILL": "agent, status: the skill, flag: the proficiency",
    "JOIN": "agent, queue, (tier), (rank), (value: the delay in ns), (limit)",
    "LEAVE": "agent, queue",
    "SET_CAPACITY": "agent, channel, priority: the capacity",
    "REMOVE_AGENT": "agent",
    "SET_USER": "agent, flag: the column, user_start",
    "PARK": "interaction, (by)",
    "RESUME": "interaction, (by)",
    "UPDATE_INTERACTION": "interaction, (by), mask: 1 priority + 2 requires + 4 no relax + 8 preferred",
    "MOVE": "interaction, queue, (by)",
    "ASSIGN": "interaction, agent, (by)",
    "WITHDRAW": "interaction, (agent), (by)",
    "PUT_BACK": "interaction, (by)",
    "UPDATE_AGENT": "agent, mask: a bit for each place in AGENT_SETTINGS that counts, status: the role, "
    "priority: the units, flag: busy_selectable, value: the wrap-up in ns, text: the team",
    "EXTEND_WRAP_UP": "interaction, value: nanoseconds, (agent), (by)",
    "CONNECTION_LOST": "agent, (by)",
    "CONNECTION_RESTORED": "agent, (by)",
}
NOT_YET = "Reserved: refused as INVALID_COMMAND by this version."

# What has happened, and which fields tell about it, beside seq, at_ns and kind.
EVENTS = {
    "status_changed": ("the status shown changed, net of the step", "agent, status_from, status_to"),
    "pending_changed": ("a status began or ceased to wait for held work", "agent, status_from, status_to"),
    "capability_changed": (
        "absent, available or full changed on a channel",
        "agent, channel, status_from, status_to",
    ),
    "presence_changed": ("a queue's outward presence changed", "queue, status_from, status_to"),
    "group_presence_changed": ("that of a group of queues changed", "group, status_from, status_to"),
    "centre_presence_changed": ("that of the whole centre changed", "status_from, status_to"),
    "signed_in": ("the agent signed in", "agent"),
    "signed_out": ("the agent signed out", "agent"),
    "device_changed": ("a device was connected or lost", "agent, channel, status_to: 1 or 0"),
    "queue_login_changed": ("the agent logged in to a queue or out of it", "agent, queue, status_to: 1 or 0"),
    "agent_removed": ("the agent is gone", "agent"),
    "queued": (
        "an interaction arrived, or came by transfer",
        "interaction, queue, value: the priority (absent where it is -1), other: the preferred agent",
    ),
    "offered": (
        "an agent is rung",
        "interaction, agent, queue, offer, reason, value: when it expires, channel: of one without a queue",
    ),
    "accepted": ("the agent took the offer", "interaction, agent, queue, offer"),
    "rejected": ("the agent declined the offer", "interaction, agent, queue, offer"),
    "expired": ("nobody answered in time", "interaction, agent, queue, offer"),
    "withdrawn": ("the offer may no longer stand", "interaction, agent, queue, offer, reason"),
    "held": ("put on hold", "interaction, agent, queue"),
    "retrieved": ("taken back from hold", "interaction, agent, queue"),
    "consulting": (
        "a consultation began",
        "interaction, agent, queue, other: the leg (external party: absent)",
    ),
    "conferenced": ("all three talk", "interaction, agent, queue"),
    "consult_ended": ("the consultation or conference is over", "interaction, agent, queue"),
    "transferred": (
        "handed to a queue or to an agent",
        "interaction, agent: from, queue: target, other: the agent who receives it",
    ),
    "dialing": ("an outbound interaction or a callback is dialled", "interaction, agent, queue, (channel)"),
    "answered": ("the far end picked up", "interaction, agent, queue"),
    "ended": ("the conversation is over", "interaction, agent, queue, (text)"),
    "wrap_up_started": ("after-contact work began", "interaction, agent, queue, value: its end"),
    "wrap_up_ended": ("after-contact work is over", "interaction, agent, queue"),
    "completed": ("finished, having been handled", "interaction, agent, queue"),
    "abandoned": ("finished without having been handled", "interaction, queue, (text)"),
    "timed_out": ("waited for max_wait, or unstaffed for too long: finished", "interaction, queue, reason"),
    "overflowed": ("moved on to another queue", "interaction, queue: the new one, other: the old one"),
    "requirement_relaxed": ("less is asked of an agent from now on", "interaction, queue"),
    "callback_requested": (
        "the caller hung up and keeps the place",
        "interaction, queue, (value: 1 if the customer is dialled first)",
    ),
    "callback_retry": ("a callback failed and will be dialled again", "interaction, agent, queue"),
    "scorer_failed": ("a scorer failed: longest idle decided", "interaction, queue, reason"),
    "parked": ("the conversation is silent and keeps its owner", "interaction, agent, queue"),
    "resumed": (
        "a parked conversation goes on: with its owner, or, without an agent, it waits again",
        "interaction, (agent), queue",
    ),
    "interaction_updated": (
        "what waits was given another priority, requirement or preferred agent",
        "interaction, queue, value: the priority (absent where it is -1), other: the preferred agent",
    ),
    "moved": ("somebody moved it to another queue", "interaction, queue: the new one, other: the old one"),
    "put_back": ("the connection failed after the accept: it waits again", "interaction, agent, queue"),
    "agent_updated": (
        "a setting of an agent changed",
        "agent, status_from: the place in AGENT_SETTINGS, value: a number as it is now, text: a word",
    ),
    "skill_changed": ("a proficiency changed", "agent, status_from: the skill, value: 0 to 10"),
    "capacity_changed": ("a capacity changed", "agent, channel, value"),
    "membership_changed": (
        "the agent became a member, or its place in the queue changed",
        "agent, queue, status_to: the tier, other: the rank, value: the delay in ns, offer: the limit",
    ),
    "membership_ended": ("the agent left the queue", "agent, queue"),
    "user_changed": (
        "a number of the caller's own changed, or came with an interaction",
        "(agent), (interaction), status_to: the column, value: the eight bytes of the number",
    ),
    "ready_changed": ("the toggle, net of the step", "agent, status_to: 1 or 0"),
    "external_presence_changed": (
        "the messenger presence, net of the step",
        "agent, value: its place in the model, text: its word where events carry names",
    ),
    "stop_new_changed": ("Stop New, net of the step", "agent, status_to: 1 or 0"),
    "queue_updated": ("settings of a queue changed", "queue, text: JSON of the settings that were given"),
    "queue_removed": ("the queue is gone, and with it its memberships", "queue"),
    "wrap_up_extended": ("a wrap-up ends later", "interaction, agent, queue, value: the new end"),
    "entry_refused": ("the queue refused an entry", "queue, reason"),
    "connection_changed": ("the agent's program is gone, or back", "agent, status_to: 1 or 0"),
    "model_updated": ("the presence model was replaced by a changed copy", "text: the model as JSON"),
    "model_set": (
        "the presence model, before the first agent",
        "status_to: 1 or 0 for time has begun or not, text: JSON of the model",
    ),
    "channel_added": ("a channel is new", "channel, text: JSON of its settings"),
    "channel_updated": (
        "settings of a channel changed",
        "channel, text: JSON of the settings that were given",
    ),
    "queue_added": (
        "a queue is new",
        "queue, value: its index, status_to: its outward presence, "
        "text: JSON of the settings that were given",
    ),
    "agent_added": (
        "agents are new",
        "agent: the first one, value: its index, other: how many, text: JSON of all that was said of them",
    ),
    "profile_changed": (
        "what an agent chose or what is in force for it, net of the step",
        "agent, status_from: the choice before, status_to: the choice now, other: the status in force, "
        "value: when that ends, text: the status in force where events carry names",
    ),
    "arrival_noted": (
        "what came with an interaction beside queue and priority",
        "interaction, status_to: 1 with a number as reference or 2 with a text or 0 without, "
        "value: the number or the text's hash, other: since when it waits, "
        "text: the text where events carry names",
    ),
    "time_began": (
        "manual time has begun, by a duration, where it stood: what was built before was built then",
        "at_ns",
    ),
}

REASON_MEANINGS = {
    None: "nothing to tell",
    "accepted_elsewhere": "another agent who was rung was faster",
    "status": "the status no longer receives it",
    "pending": "a status waits for held work to end",
    "stop_new": "the agent stopped new work",
    "capability": "the capability or its device is gone",
    "logged_out": "logged out of the queue",
    "left": "no longer a member of the queue",
    "signed_out": "signed out",
    "abandoned": "the caller hung up",
    "transferred": "the consultation's interaction was handed on",
    "consult_ended": "the consultation was ended",
    "removed": "the agent was removed",
    "score_missing": "a candidate's score was left unset, or is NaN",
    "scorer_raised": "the scorer raised, or did not return 1",
    "capacity": "the capacity was set below the load",
    "moved": "the interaction was moved to another queue",
    "assigned": "somebody assigned it to an agent",
    "host": "the host took the offer back",
    "recalled": "nobody answered the transfer: back to who made it",
    "closed": "an entry was refused: the queue is outside its opening hours",
    "full": "an entry was refused: as many wait as may wait",
    "unstaffed": "nobody serves in the queue, or has served for too long",
}


def first_sentence(text: str | None) -> str:
    """The first sentence of a docstring; a line of signature, as compiled methods have, is left out."""
    parts = [part for part in (text or "").split("\n\n") if not re.match(r"\s*\w+\.\w+\(", part)]
    words = " ".join(parts[0].split()) if parts else ""
    return words.split(". ")[0].rstrip(".")


def command_table() -> str:
    """The codes of `hg.Command`, one row per command."""
    rows = []
    for name, code in COMMANDS.items():
        method = getattr(hg.Engine, name.lower(), None)
        meaning = NOT_YET if method is None else first_sentence(method.__doc__)
        rows.append((code, f"`{name}`", FIELDS[name] or NOTHING, meaning))
    return table(("Code", "Command", "Fields", "Meaning"), rows)


def result_table() -> str:
    """The codes of `hg.Result` in their order of precedence."""
    rows: list[tuple[object, ...]] = []
    for name, code in RESULTS.items():
        if code == hg.Result.OK:
            rows.append((code, f"`{name}`", NOTHING, "Carried out"))
            continue
        error = type(hg.refusal(code, ""))
        rows.append((code, f"`{name}`", f"`{error.__name__}`", first_sentence(error.__doc__)))
    return table(("Code", "Result", "Exception", "Meaning"), rows)


def event_table() -> str:
    """The codes of `hg.EventKind`, with what each tells."""
    rows = [(code, f"`{k}`", EVENTS[k][0], EVENTS[k][1] or NOTHING) for code, k in enumerate(EVENT_KINDS)]
    return table(("Code", "Event", "What happened", "Fields"), rows)


def reason_table() -> str:
    """The codes of the field `reason`."""
    rows = [(code, f"`{word}`", REASON_MEANINGS[word]) for code, word in enumerate(REASONS)]
    return table(("Code", "Reason", "Meaning"), rows)


def layout_table(dtype: np.dtype[np.void]) -> str:
    """The fields of a structured array: offset in bytes and type."""
    assert dtype.fields is not None
    rows = [(f"`{name}`", field[0].name, field[1]) for name, field in dtype.fields.items()]
    return table(("Field", "Type", "Offset"), rows)


def word_table() -> str:
    """The words that small codes stand for."""
    lists = {
        "`INTERACTION_STATES`": INTERACTION_STATES,
        "`AGENT_SETTINGS`": AGENT_SETTINGS,
        "`CAPABILITIES`": CAPABILITIES,
        "`PRESENCES`": PRESENCES,
        "`STRATEGIES`": STRATEGIES,
    }
    rows = [(name, ", ".join(f"{k} {word}" for k, word in enumerate(words))) for name, words in lists.items()]
    return table(("List", "Codes"), rows)


PARTS = {
    "commands": command_table,
    "results": result_table,
    "events": event_table,
    "reasons": reason_table,
    "command layout": lambda: layout_table(hg.COMMAND_DTYPE),
    "event layout": lambda: layout_table(hg.EVENT_DTYPE),
    "presence layout": lambda: layout_table(hg.PRESENCE_DTYPE),
    "words": word_table,
}


def filled(page: str) -> str:
    """The page with every generated part as it is now."""
    for name, part in PARTS.items():
        page = replaced(page, name, part())
    return page


def enums_filled(source: str) -> str:
    """The module with the members of its enums as the core has them."""
    kinds = {name.upper(): code for code, name in enumerate(EVENT_KINDS)}
    for name, codes in (("Command", COMMANDS), ("EventKind", kinds)):
        members = "".join(f"    {member} = {code}\n" for member, code in codes.items())
        head, begin, rest = source.partition(f"    # members of {name}, generated\n")
        _, end, tail = rest.partition(f"    # end of {name}\n")
        assert begin, name
        assert end, name
        source = head + begin + members + end + tail
    return source


def limits_filled(source: str) -> str:
    """The declarations with the limits as Python has them."""
    head, begin, _ = source.partition("cdef enum:\n")
    assert begin
    return head + begin + "".join(f"    {name} = {getattr(limits, name)}\n" for name in limits.CORE)


def main() -> int:
    """Write the page and the modules, or check them. Returns the exit code."""
    pages = [(PAGE, filled), (ENUMS, enums_filled), (LIMITS, limits_filled)]
    return page_blocks.refresh((__doc__ or "").partition("\n")[0], pages)


if __name__ == "__main__":
    sys.exit(main())
