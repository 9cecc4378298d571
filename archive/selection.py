"""Which known pages a person wants fetched again, as a condition on the frontier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import absence
from archive.frontier import LATER

if TYPE_CHECKING:
    import sqlite3

    from archive.frontier import Frontier

# The day an article belongs to: its publication, else the day it was first seen.
_DAY = (
    "coalesce((SELECT substr(r.published_at, 1, 10) FROM revisions r"
    " WHERE r.id = p.current_revision), substr(p.first_seen_at, 1, 10))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Known pages of a site: its articles, or only those that failed, or that disappeared.

    :ivar since: first and `until` last day (`YYYY-MM-DD`, both included).
    :ivar pages: ids of pages, e.g. what a search found; None for any.
    """

    failed: bool = False
    gone: bool = False
    since: str | None = None
    until: str | None = None
    pages: tuple[int, ...] | None = None

    def condition(self) -> tuple[str, list[object]]:
        """Return SQL over `frontier f LEFT JOIN pages p ON p.id = f.page`, and its values."""
        terms: list[str] = []
        values: list[object] = []
        kinds = []
        if self.failed:
            kinds.append("f.state = 'failed' OR (f.state = 'waiting' AND f.due < ?)")
            values.append(LATER)
        if self.gone:
            kinds.append(absence.LOST.format("p"))
        terms.append(
            f"({' OR '.join(kinds)})" if kinds else "f.kind = 'article' AND f.page IS NOT NULL"
        )
        for day, comparison in ((self.since, ">="), (self.until, "<=")):
            if day:
                terms.append(f"{_DAY} {comparison} ?")
                values.append(day)
        if self.pages is not None:
            terms.append("p.id IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(self.pages))
        return " AND ".join(f"({term})" for term in terms), values

    def count(self, conn: sqlite3.Connection, site: str) -> int:
        """Return how many rows of `site` are meant."""
        condition, values = self.condition()
        row = conn.execute(
            "SELECT count(*) FROM frontier f LEFT JOIN pages p ON p.id = f.page"
            f" WHERE f.site = ? AND f.method = 'GET' AND f.state <> 'twin' AND {condition}",
            (site, *values),
        ).fetchone()
        return int(row[0])

    def ids(self, conn: sqlite3.Connection, site: str) -> set[int]:
        """Return the ids of the pages that are meant."""
        condition, values = self.condition()
        rows = conn.execute(
            "SELECT f.page FROM frontier f LEFT JOIN pages p ON p.id = f.page"
            " WHERE f.site = ? AND f.method = 'GET' AND f.state <> 'twin'"
            f" AND f.page IS NOT NULL AND {condition}",
            (site, *values),
        )
        return {int(page) for (page,) in rows}

    def requeue(self, frontier: Frontier, site: str) -> int:
        """Make these rows ready, before everything else; return how many."""
        condition, values = self.condition()
        return frontier.requeue(site, condition, values)
