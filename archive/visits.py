"""When a row of the frontier is visited next."""

from __future__ import annotations

import sqlite3

from archive import moments
from archive.frontier import AFTER_BLOCK, AFTER_FAILURE, MAX_ATTEMPTS, NEVER, backoff
from archive.links import LISTS
from archive.sweep import WEEK, YEAR

LISTING_EVERY = 6 * 3600
YOUNG = 30 * moments.DAY

# How long after the 1st, 2nd, 3rd "not found" in a row it is asked for again; then yearly.
GONE_AFTER = (7 * moments.DAY, 30 * moments.DAY, 180 * moments.DAY)

# Failures that another try does not mend.
FINAL = frozenset({"too-large", "bad-encoding", "refused-address", "extraction"})


def next_visit(
    conn: sqlite3.Connection,
    *,
    kind: str,
    page: int | None,
    row: int,
    depth: int,
    every: int,
    now: float,
) -> int:
    """Return when (UTC seconds) a row just fetched, found to be of `kind`, is due again.

    Front listings and feeds after `every` seconds; articles after a week (archive/sweep.py
    leaves it at that for the newest of the site); pages not found, and known ones in whose place
    something else came, after 7, 30, 180 days, then yearly; pager pages and sitemaps never.
    """
    if page is not None and kind != "article" and _is_absent(conn, row):
        return int(now) + _gone_interval(conn, row)
    if kind in LISTS:
        return NEVER if depth or kind == "sitemap" else int(now) + every
    if kind == "robots":
        return NEVER
    if kind in ("not-found", "soft-404"):
        return int(now) + _gone_interval(conn, row)
    if kind == "article" and page is not None:
        return int(now) + WEEK
    return int(now) + (YOUNG if kind in ("login", "parked") else YEAR)


def _is_absent(conn: sqlite3.Connection, row: int) -> bool:
    """Tell whether the newest answer of the row was not the page that is known to be there."""
    said = conn.execute(
        "SELECT json_extract(evidence, '$.absent') FROM captures WHERE frontier = ?"
        " ORDER BY id DESC LIMIT 1",
        (row,),
    ).fetchone()
    return said is not None and said[0] is not None


def sooner(conn: sqlite3.Connection, row: int, now: float) -> None:
    """Ask again for a row that only later proved to lead astray as for one not found."""
    conn.execute(
        "UPDATE frontier SET due = min(due, ?) WHERE id = ? AND state = 'done'",
        (int(now) + GONE_AFTER[0], row),
    )


def _gone_interval(conn: sqlite3.Connection, row: int) -> int:
    """Look at the answers of the row, newest first: the one being stored is among them."""
    answers = conn.execute(
        "SELECT kind IN ('not-found', 'soft-404') OR json_extract(evidence, '$.absent') IS NOT NULL"
        " FROM captures WHERE frontier = ? AND status IS NOT NULL"
        " ORDER BY id DESC LIMIT ?",
        (row, len(GONE_AFTER) + 1),
    ).fetchall()
    series = 0
    for (is_absent,) in answers:
        if not is_absent:
            break
        series += 1
    return GONE_AFTER[series - 1] if 0 < series <= len(GONE_AFTER) else YEAR


def after_failure(
    failure: str, attempts: int, retry_after: float | None, now: float, *, hidden: bool = False
) -> tuple[str, int]:
    """Return the state a failed row goes to and when it is due (UTC seconds).

    `hidden` says that something stands before the page (a check for browsers, a login, a 403).
    The time a server names itself (Retry-After) is believed once; then our own backoff counts too.
    """
    if failure == "robots":
        return "blocked", int(now) + AFTER_BLOCK
    if failure in FINAL or attempts >= MAX_ATTEMPTS:
        return "failed", int(now) + (AFTER_BLOCK if hidden else AFTER_FAILURE)
    wait = 0 if attempts == 1 and retry_after is not None else backoff(attempts)
    return "waiting", int(now + max(wait, retry_after or 0))
