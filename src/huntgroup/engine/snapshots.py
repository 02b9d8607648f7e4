"""A snapshot: the state as named columns behind one document (docs/JOURNAL_FORMAT.md). It is written
from a fork, which nobody changes. What is read back is untrusted input."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.checksums import crc32c
from huntgroup.core.python.recording import RULES
from huntgroup.core.python.state_tables import (
    add_texts,
    add_to_index,
    dump,
    fill_tables,
    kept_texts,
    layouts,
    load,
    set_numbers,
    widths,
)
from huntgroup.engine.pieces import give_way, pieces
from huntgroup.engine.restoring import blanked, check_numbers, check_rows
from huntgroup.engine.sessions import Answer, Sessions
from huntgroup.errors import ConfigError, CorruptJournal, HuntgroupError
from huntgroup.journal import aside
from huntgroup.journal.answers import plain_answer, restored_answer
from huntgroup.journal.documents import packed, unpacked
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings import arguments
from huntgroup.settings.actors import Actor
from huntgroup.settings.channels import Channel
from huntgroup.settings.hours import Hours

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine

Rows = dict[str, NDArray[Any]]
FindScorer = Callable[[str], Scorer]

MAGIC = b"HGRPSNAP"
FORMAT = 1
HEADER = struct.Struct("<8sIIQQ")
ALIGNED = 64
NAMES = 8_192
"""Names that are made before others get a turn: less than a millisecond of work."""
BESIDE = ("slots", "rings", "given_ids", "group_buckets", "channels", "skills", "status_time", "finished")
"""What is written beside the tables, as they are."""


# --- writing ----------------------------------------------------------------------------------------------


def taken(fork: Engine, about: Mapping[str, Any]) -> NDArray[np.uint8]:
    """The bytes of a snapshot of a fork, which is used up. `about`: what the journal says of it, as plain
    values. O(state)."""
    return _joined(*_taken(fork, about, in_haste=False))


def _taken(fork: Engine, about: Mapping[str, Any], in_haste: bool) -> tuple[bytes, list[NDArray[np.uint8]]]:
    """The same as (the first 16 bytes, all that follows in order). `in_haste`: as of `restored`."""
    numbers, rows, free = dump(fork)
    blocks: list[NDArray[Any]] = []
    tables = []
    for name, table in rows.items():
        at = _added(blocks, table)
        back = free.get(name, np.zeros(0, "<u4"))
        tables.append(
            [
                name,
                described(table.dtype),
                table.dtype.itemsize,
                len(table),
                at,
                len(back),
                _added(blocks, back),
            ]
        )
    side: list[bytes] = []
    document = {
        "about": {**about, "rules": RULES, "digest": fork._digest(in_haste)},
        "model": fork.model.to_dict(),
        "numbers": numbers,
        "widths": list(widths(fork)),
        "tables": tables,
        "texts": {
            "agents": _texts(blocks, fork._agent_ids),
            "refs": _texts(blocks, fork._refs.values()),
            "texts": _texts(blocks, fork._texts),
        },
        "agents": _numbered(blocks, fork._agent_index.values()),
        "refs": _numbered(blocks, fork._refs),
        "names": _names(fork),
        "sessions": _sessions(fork._sessions, side),
    }
    return _laid_out(packed(document, side), blocks)


def write_snapshot(path: str | os.PathLike[str], fork: Engine) -> None:
    """Writes a fork, which is used up, to a file: under another name first, so that one that is there is
    whole. Raises ConfigError where it cannot be written. O(state)."""
    about = {"seq": 0, "at_ns": fork.now_ns}
    first, parts = _taken(fork, about, in_haste=len(fork._agent_ids) >= aside.MANY)
    target = Path(path)
    fresh = target.with_name(target.name + ".new")
    try:
        with open(fresh, "wb") as file:
            file.write(first)
            for part in parts:
                file.write(part.data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, target)
    except OSError as error:
        raise ConfigError("path", str(path), f"a file that can be written ({error})") from error


def _names(fork: Engine) -> dict[str, Any]:
    """The named things of which there are not millions."""
    return {
        "queues": fork._queue_names,
        "queues_alive": list(fork._queue_index.values()),
        "skills": fork._skill_names,
        "groups": fork._group_names,
        "told_statuses": fork._told_statuses,
        "requirements": fork._requirement_texts,
        "relaxations": [[[list(step) for step in steps], row] for steps, row in fork._relaxations.items()],
        "actors": [[actor.name, actor.role, actor.team] for actor in fork._actors],
        "channels": [channel.plain() for channel in fork._channels],
        "hours": [[queue, hours.to_dict()] for queue, hours in fork._hours.items()],
        "overflow": [list(item) for item in fork._overflow_names.items()],
        "scorers": [scorer.name for scorer in fork._scorers],
    }


def _sessions(sessions: Sessions, side: list[bytes]) -> list[Any]:
    made = []
    for subject, name, session in sessions.all():
        answers = [
            [number, plain_answer(answer.value, answer.error, side), answer.first_seq, answer.end_seq]
            for number, answer in session.answers.items()
        ]
        made.append([subject, name, session.highest, answers])
        give_way()
    return made


def _added(blocks: list[NDArray[Any]], block: NDArray[Any]) -> int:
    """Puts a block behind the others; where it begins, counted from the first."""
    at = sum(-(-one.nbytes // ALIGNED) * ALIGNED for one in blocks)
    blocks.append(block)
    return at


def _numbered(blocks: list[NDArray[Any]], values: Any) -> list[int]:
    parts = [np.fromiter(piece, "<i8", len(piece)) for piece in pieces(values)]
    numbers = np.concatenate(parts) if parts else np.zeros(0, "<i8")
    return [len(numbers), _added(blocks, numbers)]


def _texts(blocks: list[NDArray[Any]], texts: Any) -> list[int]:
    parts, sizes = [b""], [np.zeros(0, "<u4")]
    for piece in pieces(texts):
        encoded = [text.encode("utf-8", "surrogatepass") for text in piece]
        sizes.append(np.fromiter(map(len, encoded), "<u4", len(encoded)))
        parts.append(b"".join(encoded))
    lengths = np.concatenate(sizes)
    whole = np.frombuffer(b"".join(parts), np.uint8)
    return [len(lengths), _added(blocks, lengths), len(whole), _added(blocks, whole)]


def described(dtype: np.dtype[Any]) -> list[list[Any]]:
    """[path, type, shape, offset] of each number in a row. O(fields)."""
    if dtype.names is None:
        return [["", dtype.str, [], 0]]
    made = []
    for name in dtype.names:
        field, offset = dtype.fields[name][:2]  # type: ignore[index]
        base, shape = field.base, list(field.shape)
        if base.names is None:
            made.append([name, base.str, shape, offset])
        else:
            made += [[f"{name}.{path}", kind, size, offset + at] for path, kind, size, at in described(base)]
    return made


def _laid_out(text: bytes, blocks: Sequence[NDArray[Any]]) -> tuple[bytes, list[NDArray[np.uint8]]]:
    """(the first 16 bytes of a snapshot, all that follows in order)."""
    head = HEADER.size + len(text)
    parts = [np.frombuffer(text + bytes(-head % ALIGNED), np.uint8)]
    for block in blocks:
        parts += [np.frombuffer(np.ascontiguousarray(block), np.uint8)]
        parts += [np.zeros(-block.nbytes % ALIGNED, np.uint8)]
    total = HEADER.size + sum(len(part) for part in parts)
    header = HEADER.pack(MAGIC, FORMAT, 0, total, len(text))
    parts.insert(0, np.frombuffer(header[16:], np.uint8))
    crc = 0
    for part in parts:
        crc = crc32c(part, crc)
    return HEADER.pack(MAGIC, FORMAT, crc, total, len(text))[:16], parts


def _joined(first: bytes, parts: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return np.concatenate([np.frombuffer(first, np.uint8), *parts])


# --- reading ----------------------------------------------------------------------------------------------


class Reader:
    """A snapshot's bytes, taken apart: CRC first, each length within what is there. Raises CorruptJournal."""

    document: dict[str, Any]
    side: bytes

    def __init__(self, data: bytes | memoryview | NDArray[np.uint8], where: str) -> None:
        self.where = where
        self.data: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
        if len(self.data) < HEADER.size or bytes(self.data[:8]) != MAGIC:
            raise CorruptJournal(where, 0, "it is no snapshot of huntgroup")
        _, version, crc, total, size = HEADER.unpack(bytes(self.data[: HEADER.size]))
        if version != FORMAT:
            raise CorruptJournal(where, 8, f"its format is {version}; this version reads format {FORMAT}")
        if total != len(self.data) or size > total - HEADER.size:
            raise CorruptJournal(where, 16, f"it says that it has {total} bytes; it has {len(self.data)}")
        if crc32c(self.data[16:]) != crc:
            raise CorruptJournal(where, 12, "it does not have its CRC32C")
        self.first: int = -(-(HEADER.size + size) // ALIGNED) * ALIGNED
        try:
            self.document, self.side = unpacked(bytes(self.data[HEADER.size : HEADER.size + size]))
            self.about: dict[str, Any] = dict(self.document["about"])
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise CorruptJournal(where, HEADER.size, f"its document is none: {error}") from error

    def block(self, at: int, count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        """`count` values from the place `at` behind the document. Raises ValueError."""
        if type(at) is not int or type(count) is not int or at < 0 or count < 0:
            raise ValueError(f"no place of a block: {at!r}, {count!r}")
        start = self.first + at
        if start + count * dtype.itemsize > len(self.data):
            raise ValueError(f"the block at {at} lies outside")
        return np.frombuffer(self.data, dtype, count, start) if count else np.zeros(0, dtype)

    def numbers(self, told: Sequence[int]) -> Iterator[NDArray[np.int64]]:
        """The integers that `_numbered` put there, in pieces."""
        count, at = told
        numbers = self.block(at, count, np.dtype("<i8"))
        for start in range(0, count, NAMES):
            yield np.require(numbers[start : start + NAMES], requirements=("C", "A"))
            give_way()

    def texts(self, told: Sequence[int]) -> list[str]:
        """The texts that `_texts` put there."""
        count, at_lengths, size, at = told
        lengths = self.block(at_lengths, count, np.dtype("<u4"))
        whole = self.block(at, size, np.dtype("u1"))
        if int(lengths.sum(dtype=np.int64)) != size:
            raise ValueError("texts that are shorter than their lengths")
        made: list[str] = []
        begin = 0
        for start in range(0, count, NAMES):
            sizes = np.require(lengths[start : start + NAMES], requirements=("C", "A"))
            end = begin + int(sizes.sum(dtype=np.int64))
            add_texts(made, whole[begin:end], sizes)
            begin = end
            give_way()
        return made

    def tables(self) -> tuple[Rows, Rows]:
        """({name: rows in today's layout}, {name: rows given back}). Raises ValueError and the like."""
        today = {**layouts(), **_BESIDE}
        rows: Rows = {}
        free: Rows = {}
        for name, fields, size, count, at, back, at_back in self.document["tables"]:
            if name not in today or name in rows:
                raise ValueError(f"a table {name!r}")
            rows[name] = self._rows(fields, size, count, at, flat(today[name]))
            free[name] = self.block(at_back, back, np.dtype("<u4"))
        lacking = set(today) - set(rows)
        if lacking:
            raise ValueError(f"no table {min(lacking)!r}")
        return rows, free

    def _rows(self, fields: Any, size: int, count: int, at: int, today: np.dtype[Any]) -> NDArray[Any]:
        if fields == described(today) and size == today.itemsize:
            return self.block(at, count, today)
        found = self.block(at, count, _layout(fields, size))
        if today.names is None:
            return found.astype(today)
        made = np.zeros(count, today)
        for name in today.names:
            if name in (found.dtype.names or ()) and found.dtype[name].shape == today[name].shape:
                made[name] = found[name]
        return made


_BESIDE: dict[str, np.dtype[Any]] = {}


def _beside() -> None:
    from huntgroup.core.python.state_tables import RING, SLOT

    _BESIDE.update(
        rings=RING,
        slots=SLOT,
        given_ids=np.dtype("<i8"),
        group_buckets=np.dtype("<u4"),
        skills=np.dtype("u1"),
        status_time=np.dtype("<i8"),
    )


_beside()


def flat(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The same bytes without structs in structs: a field's name is its path. O(fields)."""
    return _layout(described(dtype), dtype.itemsize)


def _layout(fields: Any, itemsize: int | None = None) -> np.dtype[Any]:
    if len(fields) > 1_000:
        raise ValueError(f"{len(fields)} fields")
    if len(fields) == 1 and fields[0][0] == "":
        kind = np.dtype(str(fields[0][1]))
    else:
        formats = [(str(kind), tuple(shape)) if shape else str(kind) for _, kind, shape, _ in fields]
        names, offsets = [str(path) for path, *_ in fields], [at for *_, at in fields]
        made: dict[str, Any] = {"names": names, "formats": formats, "offsets": offsets}
        whole: Any = {**made, "itemsize": itemsize} if itemsize else made
        kind = np.dtype(whole)
    if kind.hasobject or not 0 < kind.itemsize <= 65535:
        raise ValueError("a row that is none of numbers")
    return kind


def restored(
    kind: type[Engine],
    reader: Reader,
    find: FindScorer,
    keep_events: int = 1_000_000,
    in_haste: bool = False,
) -> Engine:
    """An engine in manual time, as it was when the snapshot was taken. `in_haste`: two threads make it, where
    somebody waits for it. Raises CorruptJournal, and ConfigError for a scorer that is not given. O(state)."""
    try:
        return _restored(kind, reader, find, keep_events, in_haste)
    except (HuntgroupError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        if isinstance(error, CorruptJournal) or (isinstance(error, ConfigError) and error.field == "scorers"):
            raise
        message = f"the snapshot cannot be read: {type(error).__name__}: {error}"
        raise CorruptJournal(reader.where, None, message) from error


def _restored(
    kind: type[Engine], reader: Reader, find: FindScorer, keep_events: int, in_haste: bool
) -> Engine:
    document = reader.document
    names, numbers = document["names"], document["numbers"]
    model = PresenceModel.from_dict(document["model"], reader.where)
    check_numbers(numbers)
    engine: Any = kind.__new__(kind)
    kept = arguments.integer("keep_finished", numbers["keep_finished"], 0, 2**31 - 1)
    engine._create(model, None, None, numbers["seed"], True, kept, keep_events)
    engine._sessions, engine._keep_finished = Sessions(), kept
    _name_few(engine, reader, names)
    set_numbers(engine, numbers)
    rows, free = reader.tables()
    agents = len(rows["agents"])
    for name, was, now in zip(
        ("channels", "skills", "status_time"), document["widths"], widths(engine), strict=True
    ):
        rows[name] = _widened(rows[name], agents, was, now)
    hours = {
        arguments.integer("hours", q, 0, len(rows["queues"]) - 1): Hours.from_dict(plan)
        for q, plan in names["hours"]
    }
    for scorer in names["scorers"]:
        engine._add_scorer(find(scorer))
    sizes = {
        "statuses": len(model.statuses),
        "texts": document["texts"]["texts"][0],
        "requirements": len(engine._requirement_texts),
        "scorers": len(engine._scorers),
        "hours": set(hours),
        **{name: numbers[name] for name in ("finished_count", "next_interaction", "next_offer")},
        "keep_finished": kept,
        "channel_count": numbers["channel_count"],
        "names": (
            document["texts"]["agents"][0],
            len(engine._queue_names),
            len(engine._group_names),
            len(engine._actors),
        ),
    }
    rows = blanked(rows, free)
    worth = in_haste and len(reader.data) >= aside.LARGE

    def make() -> None:
        filling.wait()
        load(engine, rows, free, hours, numbers["wheel_ns"])

    with aside.Aside(lambda: fill_tables(engine, rows, free), worth) as filling:
        check_rows(rows, free, sizes)
        with aside.Aside(make, worth):
            _name_many(engine, reader)
    engine._use_model(engine._model_tables())
    for subject, name, highest, answers in document["sessions"]:
        session = engine._sessions.get(subject, name)
        session.highest = arguments.integer("request", highest, 0, 2**63 - 1)
        for number, told, first, end in answers:
            session.answers[number] = Answer(*restored_answer(told, reader.side, find), first, end)
    made: Engine = engine
    return made


def _name_many(engine: Any, reader: Reader) -> None:
    """What there may be millions of."""
    texts = reader.document["texts"]
    engine._agent_ids = reader.texts(texts["agents"])
    for numbers in reader.numbers(reader.document["agents"]):
        add_to_index(engine._agent_index, engine._agent_ids, numbers)
    engine._texts = reader.texts(texts["texts"])
    engine._text_handles = {}
    for piece in pieces(enumerate(engine._texts)):
        engine._text_handles.update([(text, k) for k, text in piece])
    kept_texts(engine)
    refs = reader.texts(texts["refs"])
    if len(refs) != reader.document["refs"][0]:
        raise ValueError("there are other references than interactions that have one")
    for ids in reader.numbers(reader.document["refs"]):
        first = len(engine._refs)
        engine._refs.update(zip(ids.tolist(), refs[first : first + len(ids)], strict=True))


def _name_few(engine: Any, reader: Reader, names: Mapping[str, Any]) -> None:
    engine._queue_names = [str(name) for name in names["queues"]]
    engine._queue_index = {engine._queue_names[k]: k for k in names["queues_alive"]}
    engine._group_names = [str(name) for name in names["groups"]]
    engine._group_index = {name: k for k, name in enumerate(engine._group_names)}
    engine._told_statuses = [str(name) for name in names["told_statuses"]]
    engine._overflow_names = {int(queue): str(name) for queue, name in names["overflow"]}
    for skill in names["skills"]:
        engine._skill(arguments.name("skills", skill))
    for row, text in enumerate(names["requirements"][1:], 1):
        if engine._compile(text, False) != row:
            raise ValueError(f"requirement {row} is another one")
    engine._relaxations = {
        tuple((after, row) for after, row in steps): _pair(place) for steps, place in names["relaxations"]
    }
    engine._actors = [Actor(*actor) for actor in names["actors"]]
    engine._actor_rows = {actor: k for k, actor in enumerate(engine._actors)}
    for k, (name, blocks, *rest) in enumerate(names["channels"]):
        needs_device, units, capability, interruptible, wrap_up_ns, unanswered = rest
        said: Any = blocks if isinstance(blocks, str) else tuple(blocks)
        made = Channel(
            k, name, said, needs_device, units, capability, tuple(interruptible), wrap_up_ns, unanswered
        )
        engine._channels.append(made)
        engine._channel_names.append(arguments.name("channels", name))
    engine._channel_index = {name: k for k, name in enumerate(engine._channel_names)}
    if len(engine._channels) != reader.document["numbers"]["channel_count"]:
        raise ValueError("there are other channels than it says")


def _pair(place: Any) -> Any:
    return tuple(place) if isinstance(place, list) else place


def _widened(column: NDArray[Any], agents: int, was: int, now: int) -> NDArray[Any]:
    """A column of `was` values for each agent as one of `now`."""
    if len(column) != agents * was:
        raise ValueError("a column is too short")
    if was == now or not agents:
        return column
    made = np.zeros((agents, now), column.dtype)
    made[:, : min(was, now)] = column.reshape(agents, was)[:, : min(was, now)]
    return made.reshape(-1)
