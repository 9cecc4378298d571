"""What each answer says about whether a page is still there, and since when it is gone.

`gone_at` is set by the first 404 or 410 while other pages of the host answer. What state a page is
in is another matter, for which one bad day is no evidence: archive/absence.py.
"""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import urlsplit

from archive import absence, moments
from archive.addresses import KnownPage, by_id

# Kinds that show a host at work; a parked domain or a challenge shows nothing.
ANSWERS = frozenset({"article", "listing", "feed", "sitemap", "attachment", "other"})

_FRONT = re.compile(r"/?(?:(?:index|default|home|trang-?chu)(?:\.\w+)?/?)?", re.IGNORECASE)

# Captures that say nothing about whether the page still exists.
_SILENT = "('failed', 'error', 'challenge', 'login', 'parked')"


def host_answered(conn: sqlite3.Connection, host: str, moment: str) -> None:
    """Note that a real page of `host` came; the pages it took with it are there again."""
    failing = conn.execute(
        "SELECT 1 FROM hosts WHERE host = ? AND failing_since IS NOT NULL", (host,)
    ).fetchone()
    conn.execute(
        "INSERT INTO hosts (host, kind, last_answer_at) VALUES (?, 'host', ?)"
        " ON CONFLICT (host) DO UPDATE SET failures = 0, failing_since = NULL,"
        " last_answer_at = max(coalesce(last_answer_at, ''), excluded.last_answer_at)",
        (host, moment),
    )
    if failing:
        absence.host_is_back(conn, host, moment)


def host_answers(conn: sqlite3.Connection, host: str, moment: str) -> bool:
    """Tell whether a real page of `host` came within the day before `moment`."""
    row = conn.execute("SELECT last_answer_at FROM hosts WHERE host = ?", (host,)).fetchone()
    return bool(row) and (row[0] or "") >= moments.public(moments.epoch_of(moment) - moments.DAY)


def seen(conn: sqlite3.Connection, page: KnownPage, capture: int, moment: str) -> None:
    """Note that the page was there; ends a disappearance, whose history stays."""
    if page.is_new:  # made as one that is there
        return
    conn.execute(
        "UPDATE disappearances SET back_at = ?, back_capture = ?"
        " WHERE page = ? AND back_at IS NULL",
        (moment, capture, page.id),
    )
    conn.execute(
        "UPDATE pages SET gone_at = NULL, last_seen_at = max(last_seen_at, ?),"
        f" state = {absence.THERE} WHERE id = ?",
        (moment, page.id),
    )


def causes_judged(conn: sqlite3.Connection, page: int) -> None:
    """Say again whether a page that is there has changed: revisions got another cause."""
    conn.execute(
        f"UPDATE pages SET state = {absence.THERE} WHERE id = ? AND state IN ('live', 'changed')",
        (page,),
    )


def missing(
    conn: sqlite3.Connection, page: KnownPage, host: str, capture: int, moment: str
) -> bool:
    """Note a 404 or 410 of the page, stored as `capture`; return whether it is newly gone.

    While another address of the page answers or is yet to be asked, or nothing else of the host
    does, it is not gone.
    """
    if _lives_elsewhere(conn, page.id) or not host_answers(conn, host, moment):
        return False
    if page.gone_at is None:
        # Of a page that was merged into this one the series stays with its own captures.
        first, gone_at = _first_of_series(conn, page.id) or (capture, moment)
        conn.execute("UPDATE pages SET gone_at = ? WHERE id = ?", (gone_at, page.id))
        conn.execute(
            "INSERT INTO disappearances (page, gone_at, gone_capture) VALUES (?, ?, ?)"
            " ON CONFLICT (page, gone_at) DO UPDATE SET back_at = NULL, back_capture = NULL,"
            " state = 'gone', declared_at = NULL, gone_capture = excluded.gone_capture",
            (page.id, gone_at, first),
        )
    absence.note(conn, page.id, capture, "gone")
    return page.gone_at is None


def _lives_elsewhere(conn: sqlite3.Connection, page: int) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM frontier WHERE page = ? AND"
        " (state IN ('ready', 'leased')"
        "  OR (state = 'done' AND last_status BETWEEN 200 AND 299)))",
        (page,),
    ).fetchone()
    return bool(row[0])


def _first_of_series(conn: sqlite3.Connection, page: int) -> tuple[int, str] | None:
    row: tuple[int, str] | None = (
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
    """Look again at what a run did not find, now that its hosts have answered or not.

    Returns the number of pages found gone. The first page of a run may be the missing one.
    """
    rows = conn.execute(
        "SELECT c.page, c.url, c.id, c.redirect_to, c.kind, c.captured_at FROM captures c"
        " WHERE c.run = ? AND c.page IS NOT NULL"
        " AND c.kind IN ('not-found', 'soft-404', 'redirect')"
        " AND json_extract(c.evidence, '$.absent') IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM captures o WHERE o.page = c.page AND o.captured_at > c.captured_at)",
        (run,),
    ).fetchall()
    return sum(_settle(conn, row) for row in rows)


def _settle(conn: sqlite3.Connection, row: tuple[int, str, int, str | None, str, str]) -> bool:
    page, url, capture, target, kind, moment = row
    known = by_id(conn, page)
    if known is None:
        return False
    if kind == "not-found":
        return missing(conn, known, host_of(url), capture, moment)
    is_away = kind == "soft-404" or leads_home(target or url)
    if is_away and not leads_home(known.url) and not _lives_elsewhere(conn, page):
        softly_gone(conn, page, host_of(url), capture, moment)
    return False


def softly_gone(conn: sqlite3.Connection, page: int, host: str, capture: int, moment: str) -> None:
    """Note that the site no longer shows the page without saying 404 or 410."""
    if host_answers(conn, host, moment):
        absence.note(conn, page, capture, "soft-gone")


def hidden(conn: sqlite3.Connection, page: int, capture: int) -> None:
    """Note that the site did not let us see the page this time."""
    absence.note(conn, page, capture, "blocked")


def blocked(conn: sqlite3.Connection, page: int) -> None:
    """Note that robots.txt forbids the page: a rule, not a bad day. One that is gone stays gone."""
    conn.execute("UPDATE pages SET state = 'blocked' WHERE id = ? AND gone_at IS NULL", (page,))


def unclear(conn: sqlite3.Connection, page: int, capture: int) -> None:
    """Note that we found no article where one was: the site's doing, or our rules'."""
    absence.note(conn, page, capture, "unknown")


def leads_home(target: str) -> bool:
    """Tell whether an address is the front page of its host."""
    parts = urlsplit(target)
    return _FRONT.fullmatch(parts.path) is not None and not parts.query


def host_of(url: str) -> str:
    """Return the host of an address as `hosts` names it: with its port, if it names one."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
