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

from archive import moments
from archive.vietnamese import NORM_VERSION, exact_and_folded

A_DAY = 1_000_000  # search ids a day

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
        title, title_f = exact_and_folded(self.title)
        lead, lead_f = exact_and_folded(self.lead or "")
        body, body_f = exact_and_folded(self.body)
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


def place(conn: sqlite3.Connection, page: int) -> None:
    """Give a page its place in the indexes: day of publication (else of discovery) and a serial.

    The day is that of its current revision, so that a place is a date; another day moves the page.
    A day that has not come was told by a wrong clock, or by mistake: such a page keeps the place
    that it has, else that of today, for it would stay the newest. Belongs before `add`, in a
    transaction.
    """
    row = conn.execute(
        "SELECT p.sid, coalesce(r.published_at, p.first_seen_at)"
        " FROM pages p JOIN revisions r ON r.id = p.current_revision WHERE p.id = ?",
        (page,),
    ).fetchone()
    if row is None:
        return
    first = first_sid(row[1])
    if first > last_day():
        if row[0] is not None and row[0] < last_day() + A_DAY:
            return
        first = first_sid(moments.day_of(moments.now()))
    if row[0] is None or not first <= row[0] < first + A_DAY:
        conn.execute(
            "UPDATE pages SET sid = 1 + coalesce((SELECT max(sid) FROM pages"
            " WHERE sid >= ?1 AND sid < ?1 + ?2), ?1) WHERE id = ?3",
            (first, A_DAY, page),
        )


def last_day() -> int:
    """Return the least search id of the last day that an article may be of: tomorrow."""
    return first_sid(moments.day_of(moments.now() + moments.DAY))


def first_sid(day: str) -> int:
    """Return the least search id of a day (a date or public time): 2024-05-01 -> 20240501000000."""
    return int(day[:10].replace("-", "")) * A_DAY


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
