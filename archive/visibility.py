"""Keep the public search index equal to what the views show."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive import index
from archive.index import IndexedText

_SHOWN = (
    "SELECT sid, title, lead, body FROM indexed_articles"
    " WHERE sid = (SELECT sid FROM pages WHERE id = ?)"
)


@contextmanager
def reindexed(conn: sqlite3.Connection, *pages: int) -> Iterator[None]:
    """Bring the index rows of `pages` in line with whatever the block changes about them.

    The view knows of withdrawals and merged pages, so that no writer has to.
    """
    before = [_shown(conn, page) for page in pages]
    yield
    for page, old in zip(pages, before, strict=True):
        _update(conn, old, _shown(conn, page))


def _shown(conn: sqlite3.Connection, page: int) -> tuple[int, IndexedText] | None:
    row = conn.execute(_SHOWN, (page,)).fetchone()
    return (row[0], IndexedText(row[1], row[2], row[3])) if row else None


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
