"""What an import has before it: records of all its files, in the order in which they are taken.

Kept in a temporary database beside the archive, so that files of any size fit.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.foreign import Entry

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE records (
  site TEXT, turn INTEGER, date REAL, part INTEGER, offset INTEGER, url TEXT, id TEXT,
  concurrent_to TEXT, digest TEXT, original_url TEXT, original_date REAL, is_revisit INTEGER
);
CREATE TABLE bodies (digest TEXT PRIMARY KEY, part INTEGER, offset INTEGER) WITHOUT ROWID;
CREATE TABLE places (url TEXT, date REAL, part INTEGER, offset INTEGER, PRIMARY KEY (url, date))
  WITHOUT ROWID;
CREATE TABLE forms (id TEXT PRIMARY KEY) WITHOUT ROWID;
BEGIN;
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A record to be taken: where its bytes stand, and what it says of itself."""

    date: float
    url: str
    id: str
    part: int
    offset: int
    is_revisit: bool
    turn: int


class Plan:
    """The records to be taken; `close` it."""

    def __init__(self) -> None:
        # An empty name is a temporary file of SQLite's own, gone with the connection.
        self._conn = sqlite3.connect("", isolation_level=None)
        self._conn.executescript(_TABLES)

    def close(self) -> None:
        """Forget everything."""
        self._conn.close()

    def add(self, entry: Entry, part: int, site: str, turn: int) -> None:
        """Plan a record; those of a lower `turn` are taken first."""
        self._conn.execute(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                site,
                turn,
                entry.date,
                part,
                entry.offset,
                entry.url,
                entry.id,
                entry.concurrent_to,
                entry.digest,
                entry.original_url,
                entry.original_date,
                entry.kind == "revisit",
            ),
        )
        if entry.kind == "revisit":
            return
        self._conn.execute(
            "INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?)",
            (entry.url, entry.date, part, entry.offset),
        )
        if entry.digest:
            self._conn.execute(
                "INSERT OR IGNORE INTO bodies VALUES (?, ?, ?)", (entry.digest, part, entry.offset)
            )

    def add_form(self, entry: Entry) -> None:
        """Note a request that was no plain GET: its answer is no page of its own."""
        for record in filter(None, (entry.id, entry.concurrent_to)):
            self._conn.execute("INSERT OR IGNORE INTO forms VALUES (?)", (record,))

    def drop_forms(self) -> int:
        """Take out the answers to forms; return how many."""
        return self._conn.execute(
            "DELETE FROM records WHERE id IN (SELECT id FROM forms)"
            " OR (concurrent_to <> '' AND concurrent_to IN (SELECT id FROM forms))"
        ).rowcount

    def sites(self) -> Counter[str]:
        """Return how many records each site has."""
        rows = self._conn.execute("SELECT site, count(*) FROM records GROUP BY site ORDER BY site")
        return Counter(dict(rows.fetchall()))

    def records(self, site: str) -> Iterator[Planned]:
        """Yield the records of a site: lists, articles, files, each by date.

        The place of a revisit is that of the record it points to; -1 when that is in no file.
        """
        rows = self._conn.execute(
            "SELECT r.date, r.url, r.id,"
            " CASE WHEN is_revisit THEN coalesce(p.part, b.part, -1) ELSE r.part END,"
            " CASE WHEN is_revisit THEN coalesce(p.offset, b.offset, -1) ELSE r.offset END,"
            " is_revisit, turn FROM records r"
            " LEFT JOIN places p ON p.url = r.original_url AND p.date = r.original_date"
            " LEFT JOIN bodies b ON b.digest = r.digest"
            " WHERE site = ? ORDER BY turn, r.date, r.part, r.offset",
            (site,),
        )
        for date, url, record, part, offset, is_revisit, turn in rows:
            yield Planned(date, url, record, part, offset, bool(is_revisit), turn)
