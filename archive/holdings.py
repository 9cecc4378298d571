"""What a web archive says it holds of a site, and how far its recovery is.

A file of its own in `recovery/` beside the archive: working papers, of no use once all is taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from archive import moments

FOLDER = "recovery"

State = Literal["wanted", "taken", "missing", "failed", "left-out"]

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS holdings (
  url TEXT NOT NULL, timestamp TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL,
  digest TEXT NOT NULL, turn INTEGER NOT NULL, month TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'wanted', detail TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (url, timestamp)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wanted ON holdings(turn, url, timestamp) WHERE state = 'wanted';
CREATE TABLE IF NOT EXISTS questions (
  question TEXT PRIMARY KEY, resume TEXT NOT NULL, is_answered INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """A capture that a web archive lists: `timestamp` has 14 digits, UTC; `status` 0: not told."""

    url: str
    timestamp: str
    status: int
    content_type: str
    digest: str

    @property
    def moment(self) -> float:
        """When it was captured, in seconds since the epoch.

        :raises ValueError: the timestamp is none.
        """
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Month:
    """What a web archive holds of one month, and what became of it, in captures."""

    month: str
    listed: int
    taken: int
    missing: int
    failed: int
    left: int


class Holdings:
    """The holdings of one web archive for one site; `path` None keeps them in memory only."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._conn = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=60)
        self._conn.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def begin(self) -> None:
        """Begin a run: what failed is wanted again; with nothing wanted all is asked anew."""
        self._conn.execute("UPDATE holdings SET state = 'wanted' WHERE state = 'failed'")
        if not self.wanted():
            self._conn.execute("DELETE FROM questions WHERE is_answered")

    def resume_of(self, question: str) -> str | None:
        """Return where a question to the index stopped, `""` for its beginning, None: answered."""
        row = self._conn.execute(
            "SELECT resume, is_answered FROM questions WHERE question = ?", (question,)
        ).fetchone()
        if row is None:
            return ""
        return None if row[1] else str(row[0])

    def add(self, question: str, found: Iterable[tuple[Holding, int, State]], resume: str) -> int:
        """Store one answer of the index, all or nothing; return how many were not known.

        Each comes with its turn, 0 before 1. `resume` is where the next question goes on, empty at
        the end.
        """
        new = 0
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            for holding, turn, state in found:
                new += self._conn.execute(
                    "INSERT OR IGNORE INTO holdings (url, timestamp, status, content_type, digest,"
                    " turn, month, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        holding.url,
                        holding.timestamp,
                        holding.status,
                        holding.content_type,
                        holding.digest,
                        turn,
                        moments.public(holding.moment)[:7],
                        state,
                    ),
                ).rowcount
            self._conn.execute(
                "INSERT OR REPLACE INTO questions VALUES (?, ?, ?)", (question, resume, not resume)
            )
            self._conn.execute("COMMIT")
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        return new

    def wanted(self) -> int:
        """Return how many captures are yet to be taken."""
        return int(
            self._conn.execute("SELECT count(*) FROM holdings WHERE state = 'wanted'").fetchone()[0]
        )

    def total(self) -> int:
        """Return how many captures are pages of the site."""
        return int(
            self._conn.execute(
                "SELECT count(*) FROM holdings WHERE state <> 'left-out'"
            ).fetchone()[0]
        )

    def next(self) -> Iterator[Holding]:
        """Yield what is wanted: lists first, then address by address, the oldest capture first."""
        at: tuple[int, str, str] = (-1, "", "")
        while True:
            row = self._conn.execute(
                "SELECT turn, url, timestamp, status, content_type, digest FROM holdings"
                " WHERE state = 'wanted' AND (turn, url, timestamp) > (?, ?, ?)"
                " ORDER BY turn, url, timestamp LIMIT 1",
                at,
            ).fetchone()
            if row is None:
                return
            at = row[0], row[1], row[2]
            yield Holding(*row[1:])

    def settle(self, holding: Holding, state: State, detail: str = "") -> None:
        """Note what became of a capture."""
        self._conn.execute(
            "UPDATE holdings SET state = ?, detail = ? WHERE url = ? AND timestamp = ?",
            (state, detail, holding.url, holding.timestamp),
        )

    def months(self) -> list[Month]:
        """Return the coverage, month by month."""
        rows = self._conn.execute(
            "SELECT month, count(*), sum(state = 'taken'), sum(state = 'missing'),"
            " sum(state = 'failed'), sum(state = 'wanted') FROM holdings WHERE state <> 'left-out'"
            " GROUP BY month ORDER BY month"
        )
        return [Month(*row) for row in rows]
