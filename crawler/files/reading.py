"""Reads the files that were kept since the last time, outside of every page's transaction.

What has been read says so in the archive; whatever ends this, the next run goes on behind it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from archive import files
from archive.connection import transaction
from archive.warc import BadRecordError, read_record
from crawler.files.reader import read_apart
from crawler.files.text import READER, FileText

if TYPE_CHECKING:
    from archive.files import Unread
    from archive.store import Archive

logger = logging.getLogger(__name__)

SECONDS_AT_END = 300.0  # of a run: a run every hour must not wait for the one before

Progress = Callable[[int], None]


def read_files(
    archive: Archive,
    *,
    seconds: float = SECONDS_AT_END,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _: None,
) -> int:
    """Read files one by one until all are read, time is up or `stop` says so; return how many."""
    with transaction(archive.conn):
        files.ensure_current(archive.conn)
    deadline = time.monotonic() + seconds
    done = 0
    while batch := files.pending(archive.conn, READER):
        for one in batch:
            if stop() or time.monotonic() >= deadline:
                return done
            keep(archive, one, _read(archive, one), READER)
            done += 1
            progress(done)
    return done


def link_and_read(
    archive: Archive, sites: Iterable[str] = (), *, stop: Callable[[], bool] = lambda: False
) -> None:
    """Find out which revisions name which file, of some sites or of all, and read new files.

    For whatever brings captures or revisions otherwise than a crawl.
    """
    if not stop():
        with transaction(archive.conn):
            files.link(archive.conn, list(sites))
        read_files(archive, stop=stop)


def bytes_of(archive: Archive, one: Unread) -> bytes:
    """Return the bytes of a file. Raises BadRecordError when they cannot be had."""
    return read_record(archive.folder, one.file, one.offset).body


def _read(archive: Archive, one: Unread) -> FileText:
    try:
        data = bytes_of(archive, one)
    except BadRecordError as error:
        logger.error("the raw record of a file cannot be read: %s", error)
        return FileText(
            kind="damaged", media_type="application/octet-stream", note="its record is damaged"
        )
    return read_apart(data)


def keep(archive: Archive, one: Unread, found: FileText, reader: str) -> None:
    """Store what was read of a file, in a transaction of its own."""
    reading = files.Reading(
        kind=found.kind,
        media_type=found.media_type,
        text=found.text,
        pages=found.pages,
        note=found.note,
        reader=reader,
    )
    with transaction(archive.conn):
        files.keep_reading(archive.conn, one.sha256, reading)
