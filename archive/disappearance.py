"""What became of a page on its site: live, changed, gone, soft-gone, blocked or unknown.

A page is gone only on evidence: a 404 or 410 while other pages of its host answer.
"""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit

from archive import moments
from archive.addresses import KnownPage, by_id

# Kinds that show a host at work; a parked domain or a challenge shows nothing.
ANSWERS = frozenset({"article", "listing", "feed", "sitemap", "attachment", "other"})

# The state of a page that is there.
_THERE = (
    "CASE WHEN (SELECT count(*) FROM revisions WHERE page = pages.id AND cause <> 'rules') > 1"
    " THEN 'changed' ELSE 'live' END"
)

# Captures that say nothing about whether the page still exists.
_SILENT = "('failed', 'error', 'challenge', 'login', 'parked')"


def host_answered(conn: sqlite3.Connection, host: str, moment: str) -> None:
    """Note that a real page of `host` came."""
    conn.execute(
        "INSERT INTO hosts (host, kind, last_answer_at) VALUES (?, 'host', ?)"
        " ON CONFLICT (host) DO UPDATE SET failures = 0, failing_since = NULL,"
        " last_answer_at = max(coalesce(last_answer_at, ''), excluded.last_answer_at)",
        (host, moment),
    )


def host_answers(conn: sqlite3.Connection, host: str, moment: str) -> bool:
    """Tell whether a real page of `host` came within the day before `moment`."""
    row = conn.execute("SELECT last_answer_at FROM hosts WHERE host = ?", (host,)).fetchone()
    return bool(row) and (row[0] or "") >= moments.public(moments.epoch_of(moment) - moments.DAY)


def seen(conn: sqlite3.Connection, page: KnownPage, capture: int, moment: str) -> None:
    """Note that the page was there; ends a disappearance, whose history stays."""
    if page.gone_at is not None:
        conn.execute(
            "UPDATE disappearances SET back_at = ?, back_capture = ?"
            " WHERE page = ? AND back_at IS NULL",
            (moment, capture, page.id),
        )
    conn.execute(
        "UPDATE pages SET gone_at = NULL, last_seen_at = max(last_seen_at, ?),"
        f" state = {_THERE} WHERE id = ?",
        (moment, page.id),
    )


def causes_judged(conn: sqlite3.Connection, page: int) -> None:
    """Say again whether a page that is there has changed: revisions got another cause."""
    conn.execute(
        f"UPDATE pages SET state = {_THERE} WHERE id = ? AND state IN ('live', 'changed')", (page,)
    )


def missing(conn: sqlite3.Connection, page: KnownPage, host: str, moment: str) -> bool:
    """Note a 404 or 410 of the page, already stored as capture; return whether it is newly gone.

    While another address of the page answers or is yet to be asked, or nothing else of the host
    does, it is not gone.
    """
    if page.gone_at is not None or _lives_elsewhere(conn, page.id):
        return False
    if not host_answers(conn, host, moment):
        return False
    capture, gone_at = _first_of_series(conn, page.id)
    conn.execute("UPDATE pages SET gone_at = ?, state = 'gone' WHERE id = ?", (gone_at, page.id))
    conn.execute(
        "INSERT INTO disappearances (page, gone_at, gone_capture) VALUES (?, ?, ?)"
        " ON CONFLICT (page, gone_at) DO UPDATE SET back_at = NULL, back_capture = NULL",
        (page.id, gone_at, capture),
    )
    return True


def _lives_elsewhere(conn: sqlite3.Connection, page: int) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM frontier WHERE page = ? AND"
        " (state IN ('ready', 'leased')"
        "  OR (state = 'done' AND last_status BETWEEN 200 AND 299)))",
        (page,),
    ).fetchone()
    return bool(row[0])


def _first_of_series(conn: sqlite3.Connection, page: int) -> tuple[int, str]:
    row: tuple[int, str] = (
        conn.execute(
            "SELECT id, captured_at FROM captures WHERE page = ?1 AND kind = 'not-found'"
            " AND captured_at > coalesce((SELECT max(captured_at) FROM captures WHERE page = ?1"
            f"  AND kind NOT IN {_SILENT} AND kind <> 'not-found'), '')"
            " ORDER BY captured_at, id LIMIT 1",
            (page,),
        ).fetchone()
        or conn.execute(
            "SELECT id, captured_at FROM captures WHERE page = ? AND kind = 'not-found'"
            " ORDER BY captured_at DESC, id DESC LIMIT 1",
            (page,),
        ).fetchone()
    )
    return row


def settle_missing(conn: sqlite3.Connection, run: str) -> int:
    """Look again at the 404s of a run, now that its hosts have answered or not.

    Returns the number of pages found gone. The first page of a run may be the missing one.
    """
    rows = conn.execute(
        "SELECT DISTINCT c.page, c.url, c.captured_at FROM captures c JOIN pages p ON p.id = c.page"
        " WHERE c.run = ? AND c.kind = 'not-found' AND p.gone_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM captures o WHERE o.page = c.page AND o.captured_at > c.captured_at)",
        (run,),
    ).fetchall()
    return sum(_settle(conn, *row) for row in rows)


def _settle(conn: sqlite3.Connection, page: int, url: str, moment: str) -> bool:
    known = by_id(conn, page)
    return known is not None and missing(conn, known, host_of(url), moment)


def softly_gone(conn: sqlite3.Connection, page: int, host: str, moment: str) -> None:
    """Note that the site no longer shows the page without saying 404 or 410."""
    if host_answers(conn, host, moment):
        conn.execute(
            "UPDATE pages SET state = 'soft-gone' WHERE id = ? AND gone_at IS NULL", (page,)
        )


def blocked(conn: sqlite3.Connection, page: int) -> None:
    """Note that the site no longer lets us see the page."""
    conn.execute("UPDATE pages SET state = 'blocked' WHERE id = ? AND gone_at IS NULL", (page,))


def unclear(conn: sqlite3.Connection, page: int) -> None:
    """Note that we found no article where one was: the site's doing, or our rules'."""
    conn.execute("UPDATE pages SET state = 'unknown' WHERE id = ? AND gone_at IS NULL", (page,))


def host_of(url: str) -> str:
    """Return the host of an address as `hosts` names it: with its port, if it names one."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
