"""A disk in memory that can lose its power: a file system under SQLite, by apsw, that remembers which writes
were synced and gives every state in which a power cut may leave the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import apsw

from huntgroup.journal.drivers import ApswConnection

SECTOR = 512
_numbers = count()


@dataclass
class Platter:
    """One file: its content that is certain, and the writes since the last sync, in order."""

    durable: bytearray = field(default_factory=bytearray)
    current: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes]] = field(default_factory=list)
    cut_to: int | None = None

    def write(self, offset: int, data: bytes) -> None:
        self.current.extend(bytes(max(0, offset + len(data) - len(self.current))))
        self.current[offset : offset + len(data)] = data
        self.pending.append((offset, bytes(data)))

    def truncate(self, size: int) -> None:
        del self.current[size:]
        self.pending.append((size, b""))

    def sync(self) -> None:
        self.durable = bytearray(self.current)
        self.pending.clear()

    def left(self, random: Random) -> bytes:
        """A state in which a power cut may leave it: of each unsynced write any sectors, some of them torn or
        garbage. Bytes beside a write are never touched (SQLite calls this power-safe overwrite)."""
        image = bytearray(self.durable)
        share = random.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for offset, data in self.pending:
            if not data:
                if random.random() < share:
                    del image[offset:]
                continue
            start = offset
            while start < offset + len(data):
                end = min((start // SECTOR + 1) * SECTOR, offset + len(data))
                chance = random.random()
                if chance < share:
                    piece = data[start - offset : end - offset]
                    if chance < share * 0.02:
                        piece = random.randbytes(len(piece))
                    elif chance < share * 0.04:
                        piece = piece[: random.randrange(len(piece))]
                    image.extend(bytes(max(0, start + len(piece) - len(image))))
                    image[start : start + len(piece)] = piece
                start = end
        return bytes(image)


class Disk(apsw.VFS):
    """The files by their names. `before` is called before each call with its name and number: it may raise,
    or look at the disk as a power cut at this moment would leave it."""

    def __init__(self, live: Path, before: Callable[[str, int], None] | None = None) -> None:
        self.files: dict[str, Platter] = {}
        self.calls = 0
        self.tears = False  # a write that fails is half done
        self.before = before
        self.live = live
        self.vfs_name = f"disk {next(_numbers)}"
        super().__init__(self.vfs_name, base="")

    def connect(self, path: str, synchronous: str = "FULL") -> ApswConnection:
        """Opens the journal of the folder `live` on this disk, with the files already there; another database
        if it is given."""
        if path != str(self.live / "journal.db"):
            return ApswConnection(path)
        for file in self.live.iterdir():
            if file.name.startswith("journal.db"):
                platter = self.files.setdefault(str(file), Platter())
                platter.current = bytearray(file.read_bytes())
                platter.sync()
        opened = ApswConnection(path, self.vfs_name)
        plain = opened.run
        if synchronous != "FULL":
            opened.run = lambda sql, values=(): plain(  # type: ignore[method-assign]
                sql.replace("synchronous = FULL", f"synchronous = {synchronous}"), values
            )
        return opened

    def put(self, folder: Path, left: Callable[[Platter], bytes]) -> None:
        """Writes the files, each as `left` says, into a folder."""
        for path, platter in self.files.items():
            if Path(path).parent == self.live:
                (folder / Path(path).name).write_bytes(left(platter))

    def called(self, what: str) -> None:
        self.calls += 1
        if self.before is not None:
            self.before(what, self.calls)

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.called("open")
        flags[1] = flags[0]
        return OpenFile(self, self.files.setdefault(path or f"temporary {self.calls}", Platter()))

    def xDelete(self, path: str, sync: bool) -> None:
        self.called("delete")
        self.files.pop(path, None)

    def xAccess(self, path: str, flags: int) -> bool:
        return path in self.files

    def xFullPathname(self, path: str) -> str:
        return path


class OpenFile:
    """One open file of a disk."""

    def __init__(self, disk: Disk, platter: Platter) -> None:
        self.disk, self.platter = disk, platter

    def xRead(self, amount: int, offset: int) -> bytes:
        self.disk.called("read")
        return bytes(self.platter.current[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        try:
            self.disk.called("write")
        except apsw.Error:
            if self.disk.tears:
                self.platter.write(offset, data[: len(data) // 2])
            raise
        self.platter.write(offset, data)

    def xSync(self, flags: int) -> None:
        self.disk.called("sync")
        self.platter.sync()

    def xTruncate(self, size: int) -> None:
        self.disk.called("truncate")
        self.platter.truncate(size)

    def xFileSize(self) -> int:
        return len(self.platter.current)

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xDeviceCharacteristics(self) -> int:
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)

    def xSectorSize(self) -> int:
        return 4096

    def xClose(self) -> None:
        pass
