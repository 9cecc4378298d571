"""Compare the WARC files with what is known of them, and every raw record with its capture."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archive import warc_files
from archive.bytesums import BLOCK, unpacked
from archive.content import sha256
from archive.damage import Damage
from archive.warc import FOLDER, BadRecordError, read_record

__all__ = ["FOLDER", "raw"]

_WORTH_PROCESSES = 4000  # records; a process takes half a second to start
_BATCH = 500
_AHEAD = 2  # batches that wait for each process


class Counted(Protocol):
    """What counts the records that were read."""

    records: int


class _Kept(NamedTuple):
    """A capture with a raw record."""

    id: int
    ref: str | None
    file: str
    offset: int
    length: int | None
    payload_sha256: str | None


def raw(
    conn: sqlite3.Connection, folder: Path, counted: Counted, *, quick: bool, workers: int
) -> Iterator[Damage]:
    """Find WARC files and raw records that are missing, torn or changed."""
    records = dict(
        conn.execute(
            "SELECT warc_file, count(*) FROM captures WHERE warc_file IS NOT NULL GROUP BY 1"
        ).fetchall()
    )
    known = conn.execute(
        "SELECT file, bytes, sha256, blocks FROM warc_files WHERE NOT is_condemned"
    ).fetchall()
    missing = {
        name for name in {*records, *(row[0] for row in known)} if not (folder / name).is_file()
    }
    for name in sorted(missing):
        what = f"the file is missing, and with it {records.get(name, 0)} raw records"
        yield Damage("raw", "warc_files", file=name, what=what)
    for row in known:
        if row[0] not in missing:
            yield from _file(folder, *row, quick=quick)
    (counted.records,) = conn.execute(
        "SELECT count(*) FROM captures WHERE warc_file IS NOT NULL"
    ).fetchone()
    if counted.records < _WORTH_PROCESSES:
        workers = 1
    for damages in _read_all(folder, _batches(conn, missing), quick=quick, workers=workers):
        yield from damages


def _batches(conn: sqlite3.Connection, missing: Container[str]) -> Iterator[list[_Kept]]:
    """Yield the captures with a raw record in the order in which these stand in the files.

    Of `missing` files none: that they are missing says it all.
    """
    rows = conn.execute(
        "SELECT c.id, p.ref, c.warc_file, c.warc_offset, c.warc_length, c.payload_sha256"
        " FROM captures c LEFT JOIN pages p ON p.id = c.page WHERE c.warc_file IS NOT NULL"
        " ORDER BY c.warc_file, c.warc_offset"
    )
    while batch := [_Kept(*row) for row in islice(rows, _BATCH)]:
        yield [one for one in batch if one.file not in missing]


def _file(
    folder: Path, name: str, size: int, digest: str, blocks: bytes, *, quick: bool
) -> Iterator[Damage]:
    path = folder / name
    found = path.stat().st_size
    if found != size:
        yield Damage(
            "raw", "warc_files", file=name, offset=min(found, size),
            what=f"it has {found} bytes, {size} when its run ended",
        )  # fmt: skip
    if quick:
        return
    now = warc_files.sum_of(path)
    if now.sha256 == digest:
        return
    pairs = zip(unpacked(now.blocks), unpacked(blocks), strict=False)
    wrong = [number for number, (one, two) in enumerate(pairs) if one != two]
    for number in wrong:
        yield Damage(
            "raw", "warc_files", file=name, offset=number * BLOCK,
            what=f"the {BLOCK} bytes from here are not what they were when its run ended",
        )  # fmt: skip
    if not wrong and found == size:
        yield Damage("raw", "warc_files", file=name, what="its sha256 is another")


def _read_all(
    folder: Path, batches: Iterator[list[_Kept]], *, quick: bool, workers: int
) -> Iterable[list[Damage]]:
    if quick:
        return (_sizes(folder, batch) for batch in batches)
    if workers < 2:
        return (_read(folder, batch) for batch in batches)
    return _side_by_side(folder, batches, workers)


def _side_by_side(
    folder: Path, batches: Iterator[list[_Kept]], workers: int
) -> Iterator[list[Damage]]:
    """Read batches in processes, a few ahead: all of a large archive would fill the memory."""
    waiting: deque[Future[list[Damage]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for batch in batches:
            waiting.append(pool.submit(_read, folder, batch))
            if len(waiting) > _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _sizes(folder: Path, batch: list[_Kept]) -> list[Damage]:
    sizes: dict[str, int] = {}
    for name in {one.file for one in batch}:
        path = folder / name
        sizes[name] = path.stat().st_size if path.is_file() else -1
    return [
        _damage(one, "its raw record is beyond the end of the file")
        for one in batch
        if sizes[one.file] < one.offset + (one.length or 0)
    ]


def _read(folder: Path, batch: list[_Kept]) -> list[Damage]:
    found = []
    for one in batch:
        try:
            record = read_record(folder, one.file, one.offset)
        except BadRecordError as error:
            where = f"{one.file} at byte {one.offset} "  # which the line begins with
            found.append(_damage(one, str(error).removeprefix(where)))
            continue
        if one.payload_sha256 is not None and sha256(record.body) != one.payload_sha256:
            found.append(_damage(one, "the raw record has another body than its capture"))
    return found


def _damage(one: _Kept, what: str) -> Damage:
    values: dict[str, Any] = {"file": one.file, "offset": one.offset}
    return Damage("raw", "captures", one.id, one.ref, what=what, **values)
