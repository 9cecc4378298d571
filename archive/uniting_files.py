"""WARC files of another archive come into this one: linked where that can be, else copied."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from archive import warc_files
from archive.rewriting import successor
from archive.uniting import Row, Table

_BLOCK = 1 << 20
NAMED = "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL"


class Files:
    """The WARC files of two archives.

    :ivar taken: names of those that came.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        folder: Path,
        source: sqlite3.Connection,
        source_folder: Path,
    ) -> None:
        self.taken: set[str] = set()
        self._names: dict[str, str] = {}  # here, of those that were asked for
        self._conn = conn
        self._folder = folder
        self._source = source
        self._source_folder = source_folder
        self._sums = Table(conn, "warc_files", ["file"])

    def take(self, name: str) -> str:
        """Take a file over; return the name that it has here.

        Of one that grew the longer copy is taken, of one that rotted the sound one. One that a run
        may still write is copied as far as the other database knows it: linked, it would go on
        growing here. Another one of the same name gets a name of its own.
        """
        source = self._source_folder / name
        if name in self._names or not source.is_file():
            return self._names.get(name, name)
        sums = self._theirs(name)
        size = source.stat().st_size if sums else self._stored(name)
        own = self._names[name] = self._name_here(name, source, size)
        target = self._folder / own
        if target.is_file() and target.stat().st_size >= size and not self._is_better(name, sums):
            return own
        self._folder.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{own}.part")
        part.unlink(missing_ok=True)
        if sums:
            with suppress(OSError):
                os.link(source, part)
        if not part.exists():
            shutil.copyfile(source, part)
            os.truncate(part, size)
        part.replace(target)
        self._conn.execute("DELETE FROM warc_files WHERE file = ?", (own,))
        if sums:  # what rotted there must not be taken for true here
            self._sums.insert(sums | {"file": own})
        self.taken.add(own)
        return own

    def _name_here(self, name: str, source: Path, size: int) -> str:
        """Return its name, or another where ours of that name is neither it nor a part of it.

        Copies of one archive that erased different pages named what they rewrote alike, once.
        """
        ours = self._folder / name
        digests = [
            row["sha256"]
            for row in (self._sums.here({"file": name}), self._theirs(name))
            if row is not None
        ]
        if not ours.is_file() or len(digests) < 2 or digests[0] == digests[1]:
            return name
        length = min(size, ours.stat().st_size)
        if _start_of(ours, length) == _start_of(source, length):
            return name
        return successor(ours, digests[1]).name

    def _theirs(self, name: str) -> Row | None:
        row: Row | None = self._source.execute(
            "SELECT * FROM warc_files WHERE file = ? AND NOT is_condemned", (name,)
        ).fetchone()
        return row

    def _stored(self, name: str) -> int:
        """Return where the last record ends that the other database knows of a WARC file."""
        row = self._source.execute(
            "SELECT max(warc_offset + warc_length) AS size FROM captures WHERE warc_file = ?",
            (name,),
        ).fetchone()
        return int(row["size"] or 0)

    def _is_better(self, name: str, sums: Row | None) -> bool:
        """Tell whether ours is not what its sums say, and theirs is what both archives say."""
        ours = self._sums.here({"file": name})
        if sums is None or ours is None or ours["sha256"] != sums["sha256"]:
            return False
        return not self._is_sound(self._folder, ours) and self._is_sound(self._source_folder, sums)

    @staticmethod
    def _is_sound(folder: Path, sums: Row) -> bool:
        path = folder / str(sums["file"])
        found = warc_files.sum_of(path)
        return (found.size, found.sha256) == (sums["bytes"], sums["sha256"])

    def restore(self) -> int:
        """Bring files that captures of both name and that were lost or rotted here.

        Returns how many of theirs are missing.
        """
        here = {name for (name,) in self._conn.execute(NAMED)}
        missing = 0
        for row in self._source.execute(NAMED).fetchall():
            name = row["warc_file"]
            if not (self._source_folder / name).is_file():
                missing += 1
            elif name in here:
                self.take(name)
        return missing


def _start_of(path: Path, length: int) -> str:
    """Return the hash of the first bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, _BLOCK))):
            digest.update(block)
            length -= len(block)
    return digest.hexdigest()
