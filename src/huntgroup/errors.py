"""Every error of the package, and the result codes that the compiled core answers with.

One tree: `HuntgroupError` at the root; `ConfigError` for bad input; `Refused` for a command that a rule
forbids, with one subclass for each code of `Result`; `CorruptState` for what does not hold within.
This module imports nothing of the package, so that every other one may import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum
from typing import ClassVar, NamedTuple


class Result(IntEnum):
    """The outcome of one command. The order is the precedence when several rules are broken: a contract."""

    OK = 0
    UNKNOWN_AGENT = 1
    NOT_PERMITTED = 2
    NOT_SELECTABLE = 3
    NO_DEVICE = 4
    CAPABILITY_MISSING = 5
    STALE_OFFER = 6
    QUEUE_CLOSED = 7
    QUEUE_FULL = 8
    QUEUE_UNSTAFFED = 9
    ILLEGAL_TRANSITION = 10
    NOT_REACHABLE = 11
    FEATURES_OFF = 12
    WRAP_UP_FIXED = 13
    TIME_WENT_BACK = 14
    LIMIT_EXCEEDED = 15
    UNKNOWN_QUEUE = 16
    UNKNOWN_SKILL = 17
    UNKNOWN_INTERACTION = 18
    NOT_MEMBER = 19
    AT_CAPACITY = 20
    UNKNOWN_STATUS = 21
    UNKNOWN_CHANNEL = 22
    INVALID_COMMAND = 23


class HuntgroupError(Exception):
    """The root of every error that this package raises."""


# --- bad input ----------------------------------------------------------------------------------------------


class ConfigError(HuntgroupError, ValueError):
    """A wrong argument or a wrong entry of a file: which field, what it was, what is allowed.

    `field` is a dotted name (`offer_timeout`, `queue.sales.hours`), `value` what was given, `allowed` a
    phrase that completes "allowed: ...".
    """

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(field, value, allowed)

    def __str__(self) -> str:
        return f"{self.field}: {shown(self.value)} is not allowed; allowed: {self.allowed}"


class EngineBusy(HuntgroupError):
    """Another call of this engine is under way: of a second thread, or the decision that is asking the scorer
    which called. Nothing was done."""


class Lagged(HuntgroupError):
    """Events were dropped before they were read: `first_seq` is the first one that is still there."""

    def __init__(self, first_seq: int) -> None:
        self.first_seq = first_seq
        super().__init__(first_seq)

    def __str__(self) -> str:
        return f"events before number {self.first_seq} were dropped before anybody polled them"


class Overloaded(HuntgroupError):
    """As many commands wait for the router as its inbox takes: this one was not taken, and nothing of it is
    done."""


class RouterClosed(HuntgroupError):
    """The router takes no more commands. What it had taken before is finished."""


class StaleSession(HuntgroupError):
    """The number of a request is older than the answers that its session still keeps: whether it was carried
    out is not known any more."""


class Problem(NamedTuple):
    """One mistake in a file. `line` counts from 1; 0 means that no line of a file can be named."""

    line: int
    key: str
    value: object
    allowed: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}: {shown(self.value)} is not allowed; allowed: {self.allowed}"


class _Mistakes(ConfigError):
    """Every mistake of one file. `problems` has them in the order of the lines.

    `field`, `value` and `allowed` are those of the first one. `source` names the file.
    """

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(first.key, first.value, first.allowed)
        self.source = source
        self.problems = problems
        self.args: tuple[object, ...] = (source, problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.source}: {self.problems[0]}"
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        return f"{self.source}: {len(self.problems)} mistakes\n{lines}"


class ModelError(_Mistakes):
    """A presence model that does not hold together. `problems` has every mistake, in the order of the lines;
    `field`, `value` and `allowed` are those of the first one, `source` names the file or the model."""


class CentreError(_Mistakes):
    """A centre's file that no engine can be made from. `problems` has every mistake, in the order of the
    lines; `field`, `value` and `allowed` are those of the first one, `source` names the file."""


class ReconfigureError(_Mistakes):
    """A centre's file that holds, but that a running centre cannot become, or not now: nothing has changed.
    `problems` has every reason, in the order of the lines; `field`, `value` and `allowed` are those of the
    first one, `source` names the file."""


class ScenarioError(_Mistakes):
    """A scenario that cannot be simulated. `problems` has every mistake, in the order of the lines; `field`,
    `value` and `allowed` are those of the first one, `source` names the file."""


class MappingError(_Mistakes):
    """A mapping of a log that does not hold together. `problems` has every mistake, in the order of the
    lines; `field`, `value` and `allowed` are those of the first one, `source` names the file."""


class RequirementError(ConfigError):
    """A skill requirement that cannot be read. `column` counts from 1; `expected` says what fits there;
    `field` is the argument that it was given for, or the entry of a file."""

    def __init__(self, text: str, column: int, expected: str, field: str = "requirement") -> None:
        super().__init__(field, text, expected)
        self.column = column
        self.expected = expected
        self.args: tuple[object, ...] = (text, column, expected, field)

    def of(self, field: str) -> RequirementError:
        """The same mistake, in the text that was given for this field."""
        return RequirementError(str(self.value), self.column, self.expected, field)

    def __str__(self) -> str:
        text = str(self.value)
        # A long text is cut around the mistake, so that the caret stays in sight on a terminal.
        start = max(0, self.column - 1 - 60)
        window = text[start : start + 100].replace("\n", " ").replace("\t", " ")
        caret = " " * (self.column - 1 - start) + "^"
        return f"{self.field}: column {self.column}: expected {self.expected}\n  {window}\n  {caret}"


# --- the state ----------------------------------------------------------------------------------------------


class CorruptState(HuntgroupError):
    """An invariant of the engine does not hold. The message names it."""


# --- the journal ------------------------------------------------------------------------------------------


class CorruptJournal(HuntgroupError):
    """A journal or a snapshot is damaged, or was written by a later version. `file` is where, `offset` the
    byte at which the damage begins, None where the file does not tell; `reason` says what does not hold."""

    def __init__(self, file: str, offset: int | None, reason: str) -> None:
        self.file = file
        self.offset = offset
        self.reason = reason
        super().__init__(file, offset, reason)

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset:,}"
        return f"{self.file}{place}: {self.reason}"


class JournalLocked(HuntgroupError):
    """Another live process, or this one, has the journal open."""


class JournalFailed(HuntgroupError):
    """What was to be made durable was not: the disk gave an error, or is full. The engine takes no command
    after this one; what was acknowledged before is safe, and the journal can be opened again."""


# --- refusals ---------------------------------------------------------------------------------------------


class Refused(HuntgroupError):
    """A command that a rule forbids. Nothing changed but the time. `result` is the rule's code."""

    result: ClassVar[Result]


class UnknownAgent(Refused):
    """No agent has this name or index."""

    result = Result.UNKNOWN_AGENT


class NotPermitted(Refused):
    """The one who commands has no right to do this: it is for others to do, or to somebody else's agents."""

    result = Result.NOT_PERMITTED


class NotSelectable(Refused):
    """The status cannot be chosen here and now, or the presence model has no such choice."""

    result = Result.NOT_SELECTABLE


class NoDevice(Refused):
    """The status needs a device that is not connected."""

    result = Result.NO_DEVICE


class CapabilityMissing(Refused):
    """The agent has no right for the channel, or the device that it needs is not connected."""

    result = Result.CAPABILITY_MISSING


class StaleOffer(Refused):
    """The offer is not, or no longer, open."""

    result = Result.STALE_OFFER


class QueueClosed(Refused):
    """The queue is outside its opening hours."""

    result = Result.QUEUE_CLOSED


class QueueFull(Refused):
    """As many interactions wait in the queue as `max_waiting` allows."""

    result = Result.QUEUE_FULL


class QueueUnstaffed(Refused):
    """Nobody serves in the queue, and it takes nobody in meanwhile."""

    result = Result.QUEUE_UNSTAFFED


class IllegalTransition(Refused):
    """The state of the interaction, or what the agent holds, does not allow this. The message names it."""

    result = Result.ILLEGAL_TRANSITION


class NotReachable(Refused):
    """The target cannot take the interaction now."""

    result = Result.NOT_REACHABLE


class FeaturesOff(Refused):
    """The agent's status switches the features off: dialling and the like."""

    result = Result.FEATURES_OFF


class WrapUpFixed(Refused):
    """In this presence model a wrap-up cannot be cut short."""

    result = Result.WRAP_UP_FIXED


class TimeWentBack(Refused):
    """The instant given lies before the engine's time."""

    result = Result.TIME_WENT_BACK


class LimitExceeded(Refused):
    """A fixed limit of the engine would be passed. `field`, `value` and `allowed` tell which, as those of a
    `ConfigError` do."""

    result = Result.LIMIT_EXCEEDED

    def __init__(self, message: str, field: str = "", value: object = None, allowed: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.value = value
        self.allowed = allowed


class UnknownQueue(Refused):
    """No queue has this name or index."""

    result = Result.UNKNOWN_QUEUE


class UnknownSkill(Refused):
    """No configuration mentions this skill."""

    result = Result.UNKNOWN_SKILL


class UnknownInteraction(Refused):
    """No interaction has this number, or it finished too long ago."""

    result = Result.UNKNOWN_INTERACTION


class NotMember(Refused):
    """The agent is no member of the queue."""

    result = Result.NOT_MEMBER


class AtCapacity(Refused):
    """The agent holds as many interactions of the channel as the capacity allows."""

    result = Result.AT_CAPACITY


class UnknownStatus(Refused):
    """The presence model has no status of this name or index."""

    result = Result.UNKNOWN_STATUS


class UnknownChannel(Refused):
    """No channel has this name or index."""

    result = Result.UNKNOWN_CHANNEL


class InvalidCommand(Refused):
    """A row of a batch that is no command, or a field of it that cannot be."""

    result = Result.INVALID_COMMAND


_BY_RESULT: dict[int, type[Refused]] = {int(kind.result): kind for kind in Refused.__subclasses__()}


def refusal(result: int, message: str) -> Refused:
    """The exception for a result code, ready to raise. OK or an unknown code is a programmer's error."""
    return _BY_RESULT[result](message)


def limit_exceeded(field: str, value: object, allowed: str) -> LimitExceeded:
    """The refusal of more than there may be: `allowed` completes "allowed: ..."."""
    message = f"{field}: {shown(value)} is beyond the limit; allowed: {allowed}"
    return LimitExceeded(message, field, value, allowed)


def shown(value: object) -> str:
    """The value as it stands in a message: `repr`, cut to 200 characters so that no input can flood a log."""
    try:
        text = repr(value)
    except Exception:
        # Python writes out no integer of more than 4,300 digits; and somebody's own class may do anything.
        digits = f" of {value.bit_length()} bits" if isinstance(value, int) else ""
        text = f"<{type(value).__name__}{digits}>"
    return text if len(text) <= 200 else text[:197] + "..."


def meant(wrong: object, names: Iterable[str]) -> str:
    """What ends a list of names that are allowed: "; did you mean NAME?", or nothing where none is near."""
    if not isinstance(wrong, str):
        return ""
    close = get_close_matches(wrong[:200], list(names), 1)
    return f"; did you mean {close[0]}?" if close else ""
