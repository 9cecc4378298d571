"""Claims that may not be fetched: by robots.txt, by the registry, or on a host it does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import disappearance, moments, twins, visits
from archive.connection import transaction
from archive.frontier import AFTER_BLOCK, request_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from archive.page import Claim

# Above every other row: nothing of a host may be fetched before its robots.txt.
ROBOTS_PRIORITY = 20_000_000
BY_REGISTRY = "denied by the registry"  # why a row is denied, as long as `deny` speaks of it


def ask_robots(conn: sqlite3.Connection, site: str, url: str) -> bool:
    """Put the robots.txt at `url` in front of the site's queue; True when it can be claimed now.

    False means it failed a moment ago and waits for its next try: nothing may be fetched till then.
    """
    with transaction(conn):
        conn.execute(
            "INSERT INTO frontier (site, request_key, url, kind, state, priority, found_at)"
            " VALUES (?, ?, ?, 'robots', 'ready', ?, ?)"
            " ON CONFLICT (site, request_key) DO UPDATE SET state = 'ready', attempts = 0,"
            " priority = excluded.priority, kind = 'robots'"
            " WHERE state NOT IN ('leased', 'waiting')",
            (site, request_key("GET", url), url, ROBOTS_PRIORITY, moments.public(moments.now())),
        )
        row = conn.execute(
            "SELECT state FROM frontier WHERE site = ? AND request_key = ?",
            (site, request_key("GET", url)),
        ).fetchone()
    return bool(row[0] == "ready")


def is_robots(conn: sqlite3.Connection, site: str, url: str) -> bool:
    """Tell whether `url` is known for nothing but a robots.txt, e.g. not as the site's front."""
    row = conn.execute(
        "SELECT kind FROM frontier WHERE site = ? AND request_key = ?",
        (site, request_key("GET", url)),
    ).fetchone()
    return row is None or row[0] == "robots"


def block(conn: sqlite3.Connection, claim: Claim) -> None:
    """Put off a claimed row that robots.txt forbids; it is looked at again in a week."""
    due = int(moments.now()) + AFTER_BLOCK
    with transaction(conn):
        _settle(conn, claim, "blocked", due, "robots")
        (page,) = conn.execute("SELECT page FROM frontier WHERE id = ?", (claim.id,)).fetchone()
        if page is not None:
            disappearance.blocked(conn, page)
        twins.stand_in(conn, claim)


def deny(conn: sqlite3.Connection, claim: Claim, reason: str) -> None:
    """Give up a claimed row: its host is not registered or not public, or `deny` speaks of it."""
    with transaction(conn):
        _settle(conn, claim, "denied", 0, reason)
        twins.stand_in(conn, claim)


def put_off(conn: sqlite3.Connection, claim: Claim) -> None:
    """Put off a claimed row whose host is not there, as if it had been asked."""
    state, due = visits.after_failure("connect", claim.attempts, None, moments.now())
    with transaction(conn):
        conn.execute(
            "UPDATE frontier SET state = ?, due = ?, last_failure = 'connect', lease_until = NULL"
            " WHERE id = ? AND state = 'leased'",
            (state, due, claim.id),
        )
        if state == "failed":
            twins.stand_in(conn, claim)


def allow_again(conn: sqlite3.Connection, site: str, is_denied: Callable[[str], bool]) -> int:
    """Make rows ready that the registry denied and, by `is_denied`, no longer does; how many."""
    denied = conn.execute(
        "SELECT id, url FROM frontier WHERE site = ? AND state = 'denied' AND last_failure = ?",
        (site, BY_REGISTRY),
    ).fetchall()
    allowed = [(row,) for row, url in denied if not is_denied(url)]
    with transaction(conn):
        conn.executemany(
            "UPDATE frontier SET state = 'ready', due = 0, last_failure = NULL WHERE id = ?",
            allowed,
        )
    return len(allowed)


def _settle(conn: sqlite3.Connection, claim: Claim, state: str, due: int, failure: str) -> None:
    conn.execute(
        "UPDATE frontier SET state = ?, due = ?, last_failure = ?, lease_until = NULL,"
        " attempts = max(attempts - 1, 0) WHERE id = ? AND state = 'leased'",
        (state, due, failure, claim.id),
    )
