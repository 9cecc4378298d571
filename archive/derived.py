"""Derived indexes: what can be made again from the stored articles, and is made a little later.

Keeping a heavy index up to date page by page costs a crawl more than the page itself. So the page's
own transaction only marks the page as pending for each of them (`mark`), and `drain` brings them up
to date in batches: now and then during a crawl, when a run ends and when the next one starts. Who
reads such an index looks at the pending pages, too.

An index is a module with a `NAME`, the size of a `BATCH`, a `version()` of its form, `update(conn,
pages)` that brings the pages of a JSON list of ids in line with what is stored, and `clear(conn)`.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from archive import duplicates, keys, mentions
from archive.connection import transaction

# After so many articles a crawl looks whether an index has a batch to do: the smallest batch.
BATCH = min(index.BATCH for index in (mentions, keys, duplicates))


class Derived(Protocol):
    """A derived index."""

    @property
    def NAME(self) -> str:  # noqa: N802 (a constant of the module)
        """Its name in `pending` and `meta`."""

    @property
    def BATCH(self) -> int:  # noqa: N802
        """How many pages are brought up to date in one transaction.

        More are cheaper each, but other writers and the pages being fetched have to wait for a
        batch (about 0.2 s).
        """

    def version(self) -> str:
        """Return the version of its form: another one makes it anew."""

    def update(self, conn: sqlite3.Connection, pages: str) -> None:
        """Bring `pages` (a JSON list of ids) in line with what is stored, inside a transaction."""

    def clear(self, conn: sqlite3.Connection) -> None:
        """Empty it, inside a transaction."""


# The key index has the units of `mentions`: after it an article goes in once.
INDEXES: tuple[Derived, ...] = (mentions, keys, duplicates)


def mark(conn: sqlite3.Connection, page: int) -> None:
    """Note, inside the transaction that changes it, that what is shown of `page` has changed."""
    marks = ", ".join(f"('{index.NAME}', ?1)" for index in INDEXES)
    conn.execute(f"INSERT OR IGNORE INTO pending (derived, page) VALUES {marks}", (page,))


def pending(conn: sqlite3.Connection, name: str) -> int:
    """Return how many pages wait to be brought up to date in the index `name`."""
    (number,) = conn.execute("SELECT count(*) FROM pending WHERE derived = ?", (name,)).fetchone()
    return int(number)


def drain(
    conn: sqlite3.Connection,
    budget: float | None = None,
    *,
    indexes: Iterable[Derived] | None = None,
    stop: Callable[[], bool] = lambda: False,
    whole: bool = False,
) -> int:
    """Bring the derived indexes up to date, batch by batch; return how many pages were done.

    Begins no batch after `budget` seconds (None: goes on to the end), or once `stop` says so, and
    with `whole` only whole ones; what is left stays marked. Each batch is a transaction of its own.
    """
    deadline = None if budget is None else time.monotonic() + budget
    done = 0
    for index in INDEXES if indexes is None else indexes:
        while (deadline is None or time.monotonic() < deadline) and not stop():
            with transaction(conn):
                count = _drain_batch(conn, index, whole=whole)
            if not count:
                break
            done += count
    return done


def _drain_batch(conn: sqlite3.Connection, index: Derived, *, whole: bool) -> int:
    rows = conn.execute(
        "SELECT w.page FROM pending w WHERE w.derived = ? LIMIT ?", (index.NAME, index.BATCH)
    ).fetchall()
    if whole and len(rows) < index.BATCH:
        return 0
    if rows:
        pages = json.dumps([page for (page,) in rows])
        # Before the update, which may find that a page has to be done once more.
        conn.execute(
            "DELETE FROM pending WHERE derived = ? AND page IN (SELECT value FROM json_each(?))",
            (index.NAME, pages),
        )
        index.update(conn, pages)
    return len(rows)


def ensure_current(conn: sqlite3.Connection) -> None:
    """Empty each index of another form and mark every article as pending for it.

    Every writing command calls it before its first write. An index that is new to an archive is
    made so, too.
    """
    for index in INDEXES:
        name, version = f"{index.NAME}_version", index.version()
        row = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None or row[0] != version:
            with transaction(conn):
                begin_anew(conn, index)
                conn.execute(
                    "INSERT INTO meta (name, value) VALUES (?, ?)"
                    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    (name, version),
                )


def begin_anew(conn: sqlite3.Connection, index: Derived) -> None:
    """Empty an index and mark every article as pending for it, inside a transaction."""
    index.clear(conn)
    conn.execute(
        "INSERT OR IGNORE INTO pending (derived, page)"
        " SELECT ?, id FROM pages WHERE current_revision IS NOT NULL",
        (index.NAME,),
    )
