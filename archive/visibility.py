"""Keep the search indexes equal to what the views show."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from archive import derived, duplicates, index, keys, mentions
from archive.connection import transaction
from archive.index import IndexedText

_SHOWN = (
    "SELECT p.sid, p.current_revision, i.title, i.lead, i.body"
    " FROM pages p JOIN indexed_articles i ON i.sid = p.sid WHERE p.id = ?"
)
# What stands in the index, shown or not: FTS5 keeps one row of `docsize` for each of its own.
_INDEXED = (
    "SELECT p.sid, r.id, r.title, r.lead, r.body FROM pages p JOIN revisions r ON r.id ="
    " p.current_revision JOIN articles_fts_docsize d ON d.id = p.sid WHERE p.id = ?"
)
# The limit keeps SQLite from asking of each article whether it is shown, not only of those that the
# index lacks: that would read all revisions whenever a run begins.
_OUT_OF_LINE = (
    "SELECT p.id FROM withdrawals w CROSS JOIN pages p ON p.id = w.page"
    " JOIN articles_fts_docsize d ON d.id = p.sid"
    " UNION ALL SELECT n.id FROM (SELECT p.id, p.sid FROM pages p"
    "  LEFT JOIN articles_fts_docsize d ON d.id = p.sid"
    "  WHERE p.sid IS NOT NULL AND d.id IS NULL LIMIT -1) n"
    " WHERE EXISTS (SELECT 1 FROM indexed_articles i WHERE i.sid = n.sid)"
)


class _Entry(NamedTuple):
    """A page in the public index."""

    sid: int
    revision: int
    text: IndexedText


@contextmanager
def reindexed(conn: sqlite3.Connection, *pages: int, are_new: bool = False) -> Iterator[None]:
    """Bring the index rows of `pages` in line with whatever the block changes about them.

    The view knows of withdrawals and merged pages, so that no writer has to. Derived indexes follow
    later (archive/derived.py); but what is to be found no more leaves them here and now: the key
    index while its words are still known. Pages that `are_new` stand in none.
    """
    before = [None if are_new else _entry(conn, _INDEXED, page) for page in pages]
    keyed = () if are_new else keys.keyed(conn, json.dumps(pages))
    held = {article.page: article for article in keyed}
    yield
    for page, old in zip(pages, before, strict=True):
        index.place(conn, page)
        new = _entry(conn, _SHOWN, page)
        if old == new:
            continue
        _update(conn, old, new)
        if page in held and (new is None or new.sid != held[page].sid) and _is_keyed(conn, page):
            keys.remove(conn, [held[page]])
        if new is None:
            duplicates.remove(conn, page)
            mentions.remove(conn, json.dumps([page]))
        else:
            derived.mark(conn, page)


def _is_keyed(conn: sqlite3.Connection, page: int) -> bool:
    return conn.execute("SELECT 1 FROM keyed WHERE page = ?", (page,)).fetchone() is not None


def text_changes(conn: sqlite3.Connection, page: int) -> None:
    """Take a page out of the derived indexes before the text of its revisions changes in place.

    They let an article go by the words it went in with: afterwards nobody would know those.
    """
    keys.remove(conn, keys.keyed(conn, json.dumps([page])))
    duplicates.remove(conn, page)
    derived.mark(conn, page)


def catch_up(conn: sqlite3.Connection) -> int:
    """Bring the index in line with withdrawals entered, or taken back, by hand.

    Articles that a wrong clock placed in days to come get another place. Every writing command
    calls it before its first write. Returns how many pages it touched.
    """
    pages = [page for (page,) in conn.execute(_OUT_OF_LINE)]
    beyond = index.last_day() + index.A_DAY
    pages += [page for (page,) in conn.execute("SELECT id FROM pages WHERE sid >= ?", (beyond,))]
    if pages:
        with transaction(conn), reindexed(conn, *pages):
            pass
    return len(pages)


def _entry(conn: sqlite3.Connection, query: str, page: int) -> _Entry | None:
    row = conn.execute(query, (page,)).fetchone()
    return _Entry(row[0], row[1], IndexedText(row[2], row[3] or "", row[4])) if row else None


def _update(conn: sqlite3.Connection, old: _Entry | None, new: _Entry | None) -> None:
    if old is not None and new is not None and (old.sid, old.text) == (new.sid, new.text):
        return
    if old is not None:
        index.remove(conn, old.sid, old.text)
    if new is not None:
        index.add(conn, new.sid, new.text)
