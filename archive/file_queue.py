"""Files in the frontier: rows of their own, below every page.

Their priority is negative, so that nothing that counts, claims or ends a crawl of pages sees them.
A row begins when the pages of a crawl are done: then the files are looked up that the current
revisions name, and as many of them as the crawl may fetch become rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from archive import moments
from archive.connection import transaction
from archive.frontier import FILE
from archive.links import CLASS, LATER, RECRAWL, current_cycle, request_key
from archive.visits import FINAL

HINT = "file"  # of the rows and of the claims made of them
NOT_REGISTERED = "not a registered host"

# Fetched before and due again; `{}`: failures that another try does not mend.
_DUE = (
    "state IN ('done', 'failed', 'blocked') AND due <= ? AND priority < 0"
    " AND NOT (state = 'failed' AND last_failure IN ({}))"
)


class Wanted(NamedTuple):
    """An address of a file that was never fetched; `is_refused`: its host was not registered."""

    url: str
    is_refused: bool


def wanted(
    conn: sqlite3.Connection,
    site: str,
    tables: Sequence[str],
    run: str | None = None,
    pages: Collection[int] | None = None,
) -> list[Wanted]:
    """Return the addresses that current revisions of a site name in `tables` and nobody fetched.

    Each once, those of the newest articles first; of a `run` only those of pages it fetched, or
    only those of `pages`. Files of withdrawn articles are not wanted.
    """
    if not tables:
        return []
    parts = " UNION ALL ".join(
        f"SELECT n.url, p.sid, n.position, {rank:d} AS rank, q.state = 'denied' AS is_refused"
        f" FROM pages p CROSS JOIN {table} n ON n.revision = p.current_revision"
        " LEFT JOIN frontier q ON q.site = p.site AND q.request_key = 'GET ' || n.url"
        " WHERE p.site = ?1 AND p.merged_into IS NULL AND n.sha256 IS NULL AND (?2 IS NULL"
        "  OR EXISTS (SELECT 1 FROM captures c WHERE c.page = p.id AND c.run = ?2))"
        " AND (?3 IS NULL OR p.id IN (SELECT value FROM json_each(?3)))"
        " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.page = p.id)"
        f" AND (q.id IS NULL OR (q.state = 'waiting' AND q.due = {LATER})"
        f"  OR (q.state = 'denied' AND q.last_failure = '{NOT_REGISTERED}'))"
        for rank, table in enumerate(tables)
    )
    rows = conn.execute(
        f"SELECT url, max(coalesce(is_refused, 0)) FROM ({parts})"
        " GROUP BY url ORDER BY min(rank), max(sid) DESC, min(position), url",
        (site, run, None if pages is None else json.dumps(list(pages))),
    )
    return [Wanted(url, bool(is_refused)) for url, is_refused in rows]


def ask(conn: sqlite3.Connection, site: str, urls: Iterable[str], *, at_once: bool = False) -> None:
    """Make rows of addresses, ready to be claimed: `at_once` among the pages of a recrawl."""
    _enter(conn, site, urls, "ready", priority=RECRAWL * CLASS if at_once else FILE)


def refuse(conn: sqlite3.Connection, site: str, urls: Iterable[str]) -> None:
    """Make rows of addresses that are not fetched, because their host is not registered."""
    _enter(conn, site, urls, "denied", failure=NOT_REGISTERED)


def _enter(
    conn: sqlite3.Connection,
    site: str,
    urls: Iterable[str],
    state: str,
    *,
    failure: str | None = None,
    priority: int = FILE,
) -> None:
    moment = moments.public(moments.now())
    with transaction(conn):
        cycle = current_cycle(conn, site).number
        conn.executemany(
            "INSERT INTO frontier (site, request_key, url, kind, state, priority, cycle, found_at,"
            " hints, last_failure) VALUES (?, ?, ?, 'attachment', ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (site, request_key) DO UPDATE SET state = excluded.state, due = 0,"
            " kind = excluded.kind, priority = excluded.priority, hints = excluded.hints,"
            " last_failure = excluded.last_failure WHERE state <> 'leased'",
            [
                (
                    *(site, request_key("GET", url), url, state, priority, cycle, moment),
                    *(json.dumps({HINT: "1"}), failure),
                )
                for url in urls
            ],
        )


def put_off(conn: sqlite3.Connection, site: str) -> None:
    """Leave to a crawl the files that a recrawl had asked for and may not fetch any more."""
    conn.execute(
        "UPDATE frontier SET priority = ? WHERE site = ? AND state = 'ready' AND priority >= ?"
        " AND kind = 'attachment' AND json_extract(hints, '$.file') IS NOT NULL",
        (FILE, site, RECRAWL * CLASS),
    )


def due(conn: sqlite3.Connection, site: str, now: float) -> int:
    """Return how many files a crawl would ask for again now."""
    marks = ", ".join("?" * len(FINAL))
    (number,) = conn.execute(
        f"SELECT count(*) FROM frontier WHERE site = ? AND {_DUE.format(marks)}",
        (site, int(now), *sorted(FINAL)),
    ).fetchone()
    return int(number)


def ask_again(conn: sqlite3.Connection, site: str, now: float, most: int) -> int:
    """Make at most `most` rows ready that were fetched, or failed, and are due; return how many.

    What another try does not mend (too large, damaged) is not asked for again by itself.
    """
    marks = ", ".join("?" * len(FINAL))
    return conn.execute(
        "UPDATE frontier SET state = 'ready', attempts = 0 WHERE id IN (SELECT id FROM frontier"
        f" WHERE site = ? AND {_DUE.format(marks)} ORDER BY due LIMIT ?)",
        (site, int(now), *sorted(FINAL), most),
    ).rowcount


def set_apart(conn: sqlite3.Connection, site: str, url: str) -> None:
    """Let the row of a file that came from elsewhere be one of a file, if nobody asked for it."""
    conn.execute(
        "UPDATE frontier SET priority = ?, hints = json_set(hints, '$.file', '1')"
        " WHERE site = ? AND request_key = ? AND state = 'waiting' AND due = ?",
        (FILE, site, request_key("GET", url), LATER),
    )


def ready(conn: sqlite3.Connection, site: str) -> int:
    """Return how many files are ready to be claimed."""
    (number,) = conn.execute(
        "SELECT count(*) FROM frontier WHERE site = ? AND state = 'ready' AND priority < 0", (site,)
    ).fetchone()
    return int(number)
