"""The records of a durable engine, gathered until they are committed."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from typing_extensions import disjoint_base

HEADER: Struct
VERSION: int
ROW_BYTES: int
TEXT_CODE: int
RULES: int
NUMBERED: int

@disjoint_base
class Recorder:
    grouped: bool
    changing: bool
    failure: str | None
    digest_due: bool
    def __init__(
        self, define: Callable[[int], None], commit: Callable[[], None], digest: Callable[[], None]
    ) -> None: ...
    @property
    def count(self) -> int: ...
    @property
    def waiting(self) -> bool: ...
    @property
    def events_crc(self) -> int: ...
    @property
    def shown_seq(self) -> int: ...
    def take(self, flags: int = 0) -> tuple[int, bytes]: ...
    def note_document(self, text: bytes, at_ns: int) -> None: ...
