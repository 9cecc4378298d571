"""What a host shows for an address that does not exist, asked at most once a month.

Many sites say "not found" with status 200, by their front page, or by a page of other news. What
came for a made-up address tells such a page from an article that our rules no longer read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive import absence, moments
from archive.connection import transaction
from archive.links import request_key

if TYPE_CHECKING:
    import sqlite3

    from archive.frontier import Frontier

MONTH = 30 * moments.DAY
HINT = "probe"  # of the frontier row that is one


def ask(
    conn: sqlite3.Connection, frontier: Frontier, site: str, host: str, url: str, *, now: float
) -> bool:
    """Let `url`, which does not exist, be fetched next, unless the host was asked this month.

    Returns whether it will be. The month begins here: what fails is not asked more often.
    """
    row = conn.execute("SELECT probed_at FROM hosts WHERE host = ?", (host,)).fetchone()
    if row is None or (row[0] and moments.epoch_of(row[0]) > now - MONTH):
        return False
    frontier.requeue_urls(site, [url])
    with transaction(conn):
        conn.execute("UPDATE hosts SET probed_at = ? WHERE host = ?", (moments.public(now), host))
        conn.execute(
            "UPDATE frontier SET hints = json_set(hints, '$.probe', '1')"
            " WHERE site = ? AND request_key = ? AND page IS NULL",
            (site, request_key("GET", url)),
        )
    return True


def keep(conn: sqlite3.Connection, host: str, row: int, shown: dict[str, Any]) -> None:
    """Keep what the host showed; its frontier row `row` has done its work.

    Its capture is of no row any more: the next row may have the same id.
    """
    with transaction(conn):
        conn.execute("UPDATE hosts SET probe = ? WHERE host = ?", (json.dumps(shown), host))
        conn.execute("UPDATE captures SET frontier = NULL WHERE frontier = ?", (row,))
        conn.execute("DELETE FROM frontier WHERE id = ? AND state = 'done'", (row,))


def shown_by(conn: sqlite3.Connection, host: str) -> dict[str, Any] | None:
    """Return what the host showed for an address that does not exist, if it was asked."""
    row = conn.execute("SELECT probe FROM hosts WHERE host = ?", (host,)).fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row and row[0] else None
    return found


def is_like_one(conn: sqlite3.Connection, page: int, capture: int) -> None:
    """Note that a page showed what its host shows for addresses that do not exist."""
    with transaction(conn):
        absence.note(conn, page, capture, "soft-gone")
