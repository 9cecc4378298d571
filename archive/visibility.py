"""Keep the public search index equal to what the views show."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive import index
from archive.connection import transaction
from archive.index import IndexedText

_SHOWN = (
    "SELECT sid, title, lead, body FROM indexed_articles"
    " WHERE sid = (SELECT sid FROM pages WHERE id = ?)"
)
# What stands in the index, shown or not: FTS5 keeps one row of `docsize` for each of its own.
_INDEXED = (
    "SELECT p.sid, r.title, r.lead, r.body FROM pages p JOIN revisions r ON r.id ="
    " p.current_revision JOIN articles_fts_docsize d ON d.id = p.sid WHERE p.id = ?"
)
_OUT_OF_LINE = (
    "SELECT p.id FROM pages p LEFT JOIN articles_fts_docsize d ON d.id = p.sid"
    " WHERE p.sid IS NOT NULL AND (d.id IS NOT NULL)"
    " <> EXISTS (SELECT 1 FROM indexed_articles i WHERE i.sid = p.sid)"
)


@contextmanager
def reindexed(conn: sqlite3.Connection, *pages: int) -> Iterator[None]:
    """Bring the index rows of `pages` in line with whatever the block changes about them.

    The view knows of withdrawals and merged pages, so that no writer has to.
    """
    before = [_entry(conn, _INDEXED, page) for page in pages]
    yield
    for page, old in zip(pages, before, strict=True):
        _update(conn, old, _entry(conn, _SHOWN, page))


def catch_up(conn: sqlite3.Connection) -> int:
    """Bring the index in line with withdrawals entered, or taken back, by hand.

    Every writing command calls it before its first write. Returns how many pages it touched.
    """
    pages = [page for (page,) in conn.execute(_OUT_OF_LINE)]
    if pages:
        with transaction(conn), reindexed(conn, *pages):
            pass
    return len(pages)


def _entry(conn: sqlite3.Connection, query: str, page: int) -> tuple[int, IndexedText] | None:
    row = conn.execute(query, (page,)).fetchone()
    return (row[0], IndexedText(row[1], row[2] or "", row[3])) if row else None


def _update(
    conn: sqlite3.Connection,
    old: tuple[int, IndexedText] | None,
    new: tuple[int, IndexedText] | None,
) -> None:
    if old == new:
        return
    if old is not None:
        index.remove(conn, *old)
    if new is not None:
        index.add(conn, *new)
