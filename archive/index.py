"""The write side of the public search index `articles_fts`.

The index holds each text twice, `exact` and `fold` of archive/vietnamese.py, while its content view
shows the original. So rows go in and out through this module only: SQLite's own 'rebuild', or a
trigger, would index the original text in the folded columns. The rowid of a row is `pages.sid`.

`add` and `remove` belong into the transaction that changes what an article shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.vietnamese import NORM_VERSION, exact, fold

COLUMNS = "title, lead, body, title_f, lead_f, body_f"
INSERT = f"INSERT INTO articles_fts(rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
DELETE = (
    f"INSERT INTO articles_fts(articles_fts, rowid, {COLUMNS})"
    " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The parts of an article that can be found, as the revision stores them."""

    title: str
    lead: str | None
    body: str

    def columns(self) -> tuple[str, str, str, str, str, str]:
        """Return the values of the six columns of the index."""
        parts = (self.title, self.lead or "", self.body)
        title, lead, body = map(exact, parts)
        title_f, lead_f, body_f = map(fold, parts)
        return title, lead, body, title_f, lead_f, body_f


def add(conn: sqlite3.Connection, sid: int, new: IndexedText) -> None:
    """Index the text `new` of the page with the search id `sid`, which is not yet indexed."""
    conn.execute(INSERT, (sid, *new.columns()))


def remove(conn: sqlite3.Connection, sid: int, old: IndexedText) -> None:
    """Take the page with the search id `sid` out of the index.

    `old` must be exactly the text it was indexed with, read from the revision that was current:
    with another text the old words keep leading to a page that no longer has them.
    """
    conn.execute(DELETE, (sid, *old.columns()))


def ensure_current(conn: sqlite3.Connection) -> bool:
    """Rebuild the index if it was made by another version of `exact` and `fold`.

    Every writing command calls it before its first write. Returns whether it had to rebuild.
    """
    row = conn.execute("SELECT value FROM meta WHERE name = 'norm_version'").fetchone()
    if row is not None and row[0] == str(NORM_VERSION):
        return False
    rebuild(conn)
    return True


def rebuild(conn: sqlite3.Connection) -> int:
    """Make the index anew from the stored revisions; returns the number of articles in it.

    One transaction: readers see the old index until it is done. Withdrawn and merged pages stay
    out. About 1 ms an article.
    """
    if conn.in_transaction:
        return _rebuild(conn)
    conn.execute("BEGIN IMMEDIATE")
    try:
        count = _rebuild(conn)
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")
    return count


def _rebuild(conn: sqlite3.Connection) -> int:
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    added = conn.executemany(INSERT, _rows(conn)).rowcount
    conn.execute(
        "INSERT INTO meta(name, value) VALUES ('norm_version', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (str(NORM_VERSION),),
    )
    return max(added, 0)


def _rows(conn: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str, str, str]]:
    """Yield the rows of the index by rising rowid, which FTS5 takes twice as fast."""
    texts = conn.execute(
        "SELECT sid, title, lead, body FROM indexed_articles WHERE sid IS NOT NULL ORDER BY sid"
    )
    for sid, title, lead, body in texts:
        yield sid, *IndexedText(title, lead, body).columns()
