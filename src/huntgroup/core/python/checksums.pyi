"""The two checksums of a journal: CRC32C, and the one of SQLite's write-ahead log."""

from __future__ import annotations

from typing_extensions import Buffer

def crc32c(data: Buffer, before: int = 0) -> int: ...
def wal_checksum(data: Buffer, big_endian: bool, first: int, second: int) -> tuple[int, int]: ...
