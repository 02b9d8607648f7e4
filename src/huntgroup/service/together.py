"""Commands that come together: the lines of a batch, and messages of a socket. They are decoded, judged,
carried out and answered in one pass each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Union, cast

import msgspec

from huntgroup.engine.engine import Engine
from huntgroup.engine.sessions import Answer
from huntgroup.errors import HuntgroupError, Lagged
from huntgroup.service import lists
from huntgroup.service.answers import Failure, encode, failure_of, wrong_body
from huntgroup.service.bounds import MAX_DEPTH, check_depth
from huntgroup.service.hub import texts
from huntgroup.service.people import Person
from huntgroup.service.rights import authorise, is_judged_by_name
from huntgroup.service.signatures import body_of, signatures
from huntgroup.settings.actors import Actor

if TYPE_CHECKING:
    from huntgroup.service.service import Service

SIGNATURES = signatures()
BODIES: dict[str, type[msgspec.Struct]] = {name: body_of(one) for name, one in SIGNATURES.items()}
_DECODER = msgspec.json.Decoder(Union[tuple(BODIES.values())])  # noqa: UP007
_INSTANTS = {
    name: tuple(parameter.name for parameter in one.parameters if parameter.instant)
    for name, one in SIGNATURES.items()
}
# The same bodies with an id, as they come on a socket.
_ON_SOCKET = msgspec.json.Decoder(
    Union[  # noqa: UP007
        tuple(
            msgspec.defstruct(name, [("id", msgspec.Raw)], bases=(body,), kw_only=True, tag=name)
            for name, body in BODIES.items()
        )
    ]
)
LONGEST_ID = 256
Command = msgspec.Struct | Failure
"""A command as it was read, or why it cannot be read."""


def read(body: bytes) -> msgspec.Struct:
    """The command of a body. Raises Failure."""
    check_depth(body)
    return decoded(body)


def decoded(body: bytes) -> msgspec.Struct:
    """The command of a body that is known not to be nested too deep. Raises Failure."""
    try:
        command: msgspec.Struct = _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise wrong_body(error) from None
    except RecursionError:
        raise Failure(400, "JSON nested too deep") from None
    return command


def read_all(bodies: Sequence[bytes]) -> list[Command]:
    """The commands of several bodies."""
    everything = b"".join(bodies)
    if everything.count(b"[") + everything.count(b"{") < len(bodies) + MAX_DEPTH:
        # Each command has a bracket of its own, so none has more than `MAX_DEPTH`.
        decode = _DECODER.decode
        try:
            return [decode(body) for body in bodies]
        except (msgspec.DecodeError, RecursionError):
            pass
    found: list[Command] = []
    for body in bodies:
        try:
            found.append(read(body))
        except Failure as failure:
            found.append(failure)
    return found


def marked(data: bytes) -> tuple[bytes, msgspec.Struct] | None:
    """The id of a command on a socket, and the command; None if anything is wrong with it, or if it has so
    many brackets that it may be nested too deep."""
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        return None
    try:
        command: Any = _ON_SOCKET.decode(data)
    except msgspec.DecodeError:
        return None
    mark = bytes(command.id)
    if len(mark) > LONGEST_ID:
        return None
    command.id = msgspec.UNSET  # so that it is no argument
    return mark, command


def arguments(command: msgspec.Struct) -> tuple[str, dict[str, Any]]:
    """The name of the method, and its arguments without those that the client left out. Raises Failure."""
    given: dict[str, Any] = msgspec.to_builtins(command)
    name: str = given.pop("command")
    for member in _INSTANTS[name]:
        if isinstance(given.get(member), str):
            given[member] = lists.instant(member, given[member])
    return name, given


def sees_all(person: Person) -> bool:
    """Does this person see every event of its commands?"""
    return person.role != "agent" and (person.role != "supervisor" or person.team is None)


def answered(service: Service, person: Person, given: dict[str, Any], answer: Answer) -> bytes:
    """The body of the answer to a command that was carried out."""
    return body(answer.value, _told(service, person, given, answer))


def body(value: Any, events: bytes) -> bytes:
    """The body of an answer. `events`: JSON with commas between them."""
    if type(value) is int:
        return b'{"result":%d,"events":[%b]}' % (value, events)
    value = list(value) if isinstance(value, range) else value
    return b'{"result":%b,"events":[%b]}' % (encode(value), events)


def _told(service: Service, person: Person, given: dict[str, Any], answer: Answer) -> bytes:
    """The events of a command that its answer tells; none if they are no longer kept."""
    count = answer.end_seq - answer.first_seq
    if count <= 0:
        return b""
    try:
        rows = service.router.rows(answer.first_seq, count)
    except Lagged:
        return b""
    found = texts(service.router, rows)
    if not sees_all(person):
        known = (None, person.subject, given.get("agent"))
        events = service.router.named(rows)
        found = [text for text, event in zip(found, events, strict=True) if event.agent in known]
    return b",".join(found)


def told(failure: Failure) -> bytes:
    """An error as a line of a batch, or as an answer on a socket but for its id."""
    return encode({"status": failure.status, **failure.body})


def own(error: BaseException) -> BaseException:
    """An error that a command raised, as its client gets it. A TypeError, ValueError or OverflowError of
    Python means wrong arguments: Failure 422."""
    if isinstance(error, TypeError | ValueError | OverflowError) and not isinstance(error, HuntgroupError):
        return Failure(422, str(error), None, field="body")
    return error


Asked = tuple[str, dict[str, Any], int | None, Callable[[Engine], None] | None]


async def carried_out(
    service: Service,
    person: Person,
    commands: Sequence[Command],
    session: str | None = None,
    request: int | None = None,
    alone: bool = False,
) -> list[bytes]:
    """Carries out commands that came together, in their order; the answer to each, an error with its `status`
    first. In a session they have the numbers from `request` on. `alone` is that of `Router.commands`. Errors
    that are a client's fault become answers; none is raised."""
    started = time.perf_counter()
    answers: list[bytes] = [b""] * len(commands)
    failures: Counter[tuple[str, int]] = Counter()

    def failed(place: int, name: str, error: BaseException) -> None:
        failure = failure_of(error)
        answers[place] = told(failure)
        failures[name, failure.status] += 1

    rows, places = _judged(service, person, commands, request, failed)
    try:
        key = None if session is None else (person.subject, session)
        done = await service.router.commands(rows, key, alone) if rows else []
    except HuntgroupError as error:
        done = [Answer(error=error)] * len(rows)
    names = [row[0] for row in rows]
    whole = service.router.answer_texts(done) if sees_all(person) and session is None else [None] * len(done)
    if not failures and None not in whole:
        answers = cast("list[bytes]", whole)
    else:
        for k, (place, row, answer, text) in enumerate(zip(places, rows, done, whole, strict=True)):
            if text is None and answer.error is not None:
                failed(place, row[0], own(answer.error))
                names[k] = ""
            else:
                answers[place] = answered(service, person, row[1], answer) if text is None else text
    outcomes = {**failures, **{(name, 200): count for name, count in Counter(names).items() if name}}
    service.count(outcomes, time.perf_counter() - started, person)
    return answers


def _judged(
    service: Service,
    person: Person,
    commands: Sequence[Command],
    request: int | None,
    failed: Callable[[int, str, BaseException], None],
) -> tuple[list[Asked], list[int]]:
    """The commands that this person may give, and their places among all. Where the name alone decides, it is
    judged once."""
    rows: list[Asked] = []
    places: list[int] = []
    was_offered, by_name = service.hub.was_offered, is_judged_by_name(person)
    may: dict[str, str | Actor | None] = {}  # the `by` of commands that were judged already
    for place, command in enumerate(commands):
        if isinstance(command, Failure) or service.stopping:
            failed(place, "?", service.closed() if service.stopping else cast("Failure", command))
            continue
        check = None
        try:
            name, given = arguments(command)
            if name not in may:
                check = authorise(person, SIGNATURES[name], given, was_offered)
                if by_name:
                    may[name] = given.get("by")
            elif (by := may[name]) is not None:
                given["by"] = by
        except (Failure, HuntgroupError) as error:
            failed(place, type(command).__name__, error)
            continue
        rows.append((name, given, None if request is None else request + place, check))
        places.append(place)
    return rows, places
