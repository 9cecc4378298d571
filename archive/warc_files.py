"""What is known of whole WARC files: their size, sha256, and a sum of each block of them.

Records prove their own bodies; the bytes around them (gzip headers, requests, padding) only the
file can prove. A file is entered once its run has ended, for nothing is written to it after that.
A rewritten file takes a new name; the old one is condemned in the transaction that moves its
records, and deleted after it, at the latest by the next writing command.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.bytesums import BLOCK, packed
from archive.connection import transaction


@dataclass(frozen=True, slots=True)
class FileSum:
    """What a file is: `blocks` holds the CRC-32 of each 64 KiB, little-endian."""

    size: int
    sha256: str
    blocks: bytes


def sum_of(path: Path, tick: Callable[[int], None] = lambda _: None) -> FileSum:
    """Read a file and return its sums; `tick` is told how many bytes were read."""
    digest, sums, size = hashlib.sha256(), array("I"), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            sums.append(zlib.crc32(block))
            size += len(block)
            tick(len(block))
    return FileSum(size, digest.hexdigest(), packed(sums))


def enter(conn: sqlite3.Connection, folder: Path) -> int:
    """Enter each file that no run writes any more and that is not known yet; return how many."""
    known = {name for (name,) in conn.execute("SELECT file FROM warc_files")}
    names = {path.name for path in folder.glob("*.warc.gz")} - known
    if not names:
        return 0
    running = [run for (run,) in conn.execute("SELECT id FROM runs WHERE ended_at IS NULL")]
    rows = [
        (name, *_values(sum_of(folder / name)))
        for name in sorted(names)
        if not any(run in name for run in running)
    ]
    with transaction(conn):
        conn.executemany(
            "INSERT OR IGNORE INTO warc_files (file, bytes, sha256, blocks) VALUES (?, ?, ?, ?)",
            rows,
        )
    return len(rows)


def replace(
    conn: sqlite3.Connection, file: str, successor: str | None, found: FileSum | None
) -> None:
    """Note, in the transaction that moves its records, that a file has gone into another."""
    conn.execute(
        "INSERT INTO warc_files (file, bytes, sha256, blocks, is_condemned)"
        " VALUES (?, 0, '', x'', 1)"
        " ON CONFLICT (file) DO UPDATE SET is_condemned = 1",
        (file,),
    )
    if successor is not None and found is not None:
        conn.execute(
            "INSERT OR REPLACE INTO warc_files (file, bytes, sha256, blocks) VALUES (?, ?, ?, ?)",
            (successor, *_values(found)),
        )


def discard(conn: sqlite3.Connection, folder: Path) -> None:
    """Delete the files that were rewritten; every writing command calls it when it opens."""
    condemned = [
        name for (name,) in conn.execute("SELECT file FROM warc_files WHERE is_condemned = 1")
    ]
    for name in condemned:
        with suppress(FileNotFoundError):
            (folder / name).unlink()
        conn.execute("DELETE FROM warc_files WHERE file = ?", (name,))


def _values(found: FileSum) -> tuple[int, str, bytes]:
    return found.size, found.sha256, found.blocks
