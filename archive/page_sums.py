"""The sums of the database's pages, in a file beside it: `mattran.db.sums`.

SQLite itself notices little of what rots: a letter in a text, a byte of free space. So when a run
ends, the CRC-32 of each page it wrote goes into the file; the sums of all other pages stay as they
were, so that what rots between two runs is never taken for true. Any program may open and write
the database: pages that another program wrote are told as such or damaged, for the sums cannot
tell one from the other.

Which pages were written is read from the frames of the write-ahead log (sqlite.org/fileformat2,
4.1) before anything can overwrite them: when a transaction begins and when it has ended, before the
log is written back. `mattran.db.sums.open` exists while a run writes; it holds what runs that have
ended meanwhile wrote. When one died, all sums are made anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive import moments
from archive.bytesums import packed, unpacked

if TYPE_CHECKING:
    from archive.locks import ArchiveLock

MAGIC = b"mattran page sums 1\n"
# New frames of the log, 8 MB: half of it, SQLite's own default, writes back much that the next
# pages of a crawl write again; and a crawl leaves more than that free on any disk.
WRITTEN_BACK_AT = 2000

EVERY_PAGE = 0  # among the numbers of pages, which begin with 1

_LOG_HEADER, _FRAME_HEADER = 32, 24
_HEAD = struct.Struct(">I4x8s")  # what a frame's header begins with: page, (size), salt
_PAGE_SIZE_AT = 16  # in the database file, two bytes; 1 stands for 65536


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of all pages, when they were taken last, and the size of a page."""

    page_size: int
    at: str
    sums: array[int]


def path_of(db: Path) -> Path:
    """Return where the sums of a database stand."""
    return db.with_name(f"{db.name}.sums")


def mark_of(db: Path) -> Path:
    """Return the file that exists while a run writes."""
    return db.with_name(f"{db.name}.sums.open")


class Watched(sqlite3.Connection):
    """A connection that knows which pages were written since it was opened."""

    written: WrittenPages | None = None
    is_joined = False  # another run had said that it writes

    def close(self) -> None:
        """Close the connection, and the log whose frames it reads."""
        super().close()
        if self.written is not None:
            self.written.close()


class WrittenPages:
    """The numbers of the pages that stand, or stood, in the log of `db`."""

    def __init__(self, db: Path) -> None:
        self.numbers: set[int] = set()
        self._log = db.with_name(f"{db.name}-wal")
        self._descriptor = -1
        self._salt = b""
        self._place = _LOG_HEADER
        self._frame = 0
        self._written_back = 0  # frames there were when the log was written back

    def note(self) -> int:
        """Read the frames that are new; return how many the log holds."""
        header = self._read(_LOG_HEADER, 0)
        if len(header) < _LOG_HEADER:
            return 0
        if header[16:24] != self._salt:
            self._salt = header[16:24]
            self._place = _LOG_HEADER
            self._written_back = 0
            self._frame = _FRAME_HEADER + struct.unpack(">I", header[8:12])[0]
        place = self._place
        # Only the heads: whole frames would drive what the crawl works on out of the caches.
        while len(head := os.pread(self._descriptor, _HEAD.size, place)) == _HEAD.size:
            page, salt = _HEAD.unpack(head)
            if salt != self._salt:
                break
            self.numbers.add(page)
            place += self._frame
        self._place = place
        return (place - _LOG_HEADER) // self._frame

    def is_due(self, frames: int) -> bool:
        """Tell whether so many of the log's `frames` are new that it is to be written back now."""
        if frames - self._written_back < WRITTEN_BACK_AT:
            return False
        self._written_back = frames
        return True

    def _read(self, size: int, place: int) -> bytes:
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self._log, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return b""
        return os.pread(self._descriptor, size, place)

    def close(self) -> None:
        """Close the log."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def begin(db: Path) -> bool:
    """Say that a run writes; return whether one before it, still running or dead, had said so."""
    mark = mark_of(db)
    was_there = mark.exists()
    mark.touch()
    return was_there


def leave(db: Path, pages: Iterable[int]) -> None:
    """Leave the pages this run wrote, or EVERY_PAGE, to the run that ends last."""
    with mark_of(db).open("ab") as file:
        file.write(packed(array("I", sorted(pages))))


def end(conn: Watched, db: Path, lock: ArchiveLock, *, anew: bool) -> None:
    """Close the connection of a run, and bring the sums up to date or leave that to another run.

    Without space for them the mark stays, and the next run makes them anew.
    """
    if not lock.is_held:
        return
    # Alive or dead tells the lock; of a dead one nobody knows what it wrote.
    is_another_open = False
    with suppress(sqlite3.Error):
        (is_another_open,) = conn.execute(
            "SELECT EXISTS (SELECT 1 FROM runs WHERE ended_at IS NULL)"
        ).fetchone()
    written = conn.written or WrittenPages(db)
    written.note()
    conn.close()
    with suppress(OSError):
        log = db.with_name(f"{db.name}-wal")
        is_written_back = not log.exists() or not log.stat().st_size
        if is_written_back and lock.become_exclusive():
            settle(db, written.numbers, anew=anew or bool(is_another_open))
        else:
            leave(db, {EVERY_PAGE} if anew else written.numbers)


def settle(db: Path, pages: set[int], *, anew: bool) -> None:
    """Bring the sums up to date: of `pages` and those left by others, or (`anew`) of all.

    No other program may write the database meanwhile, and its log must be empty.
    """
    mark = mark_of(db)
    with suppress(FileNotFoundError):
        pages = pages.union(unpacked(mark.read_bytes()))
    size = page_size(db)
    old = None
    with suppress(ValueError):
        old = None if anew or EVERY_PAGE in pages else read(db)
    if old is None or old.page_size != size:
        sums = take(db, size)
    else:
        sums = _updated(db, old.sums, pages, size)
    _write(db, Sums(size, moments.public(moments.now()), sums))
    mark.unlink(missing_ok=True)


def take(db: Path, size: int) -> array[int]:
    """Return the sums of all pages of a database as they are."""
    sums = array("I")
    with db.open("rb") as file:
        while page := file.read(size):
            sums.append(zlib.crc32(page))
    return sums


def _updated(db: Path, sums: array[int], pages: set[int], size: int) -> array[int]:
    count = db.stat().st_size // size
    pages = {page for page in pages.union(range(len(sums) + 1, count + 1)) if page <= count}
    sums = sums[:count]
    sums.extend([0] * (count - len(sums)))
    with db.open("rb") as file:
        for page in sorted(pages):
            file.seek((page - 1) * size)
            sums[page - 1] = zlib.crc32(file.read(size))
    return sums


def page_size(db: Path) -> int:
    """Return the size of a page in bytes, as the header of the file says."""
    with db.open("rb") as file:
        file.seek(_PAGE_SIZE_AT)
        size = int.from_bytes(file.read(2), "big")
    return 65536 if size == 1 else size


def _write(db: Path, found: Sums) -> None:
    told = {"page_size": found.page_size, "at": found.at}
    data = MAGIC + json.dumps(told).encode() + b"\n" + packed(found.sums)
    target = path_of(db)
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as file:
        file.write(data + struct.pack("<I", zlib.crc32(data)))
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def read(db: Path) -> Sums | None:
    """Return the sums of a database; None when there are none.

    :raises ValueError: the file of the sums is damaged itself.
    """
    try:
        data = path_of(db).read_bytes()
    except FileNotFoundError:
        return None
    if data[-4:] != struct.pack("<I", zlib.crc32(data[:-4])) or not data.startswith(MAGIC):
        raise ValueError("it does not match its own sum")
    end = data.index(b"\n", len(MAGIC)) + 1
    told = json.loads(data[len(MAGIC) : end])
    return Sums(told["page_size"], told["at"], unpacked(data[end:-4]))
