"""How each site stood after a run: the columns of `sites` and the rows of `health`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3


def record_success(conn: sqlite3.Connection, site: str, *, run: str, at: str) -> None:
    """Note that `site` was crawled well at `at` (public time); a broken site is mended by it."""
    was_broken = _broken_since(conn, site) is not None
    conn.execute(
        "UPDATE sites SET last_crawled_at = ?, last_success_at = ?,"
        " first_crawled_at = coalesce(first_crawled_at, ?), broken_since = NULL,"
        " broken_reason = NULL, broken_reported_on = NULL WHERE id = ?",
        (at, at, at, site),
    )
    if was_broken:
        _note(conn, site, run=run, at=at, status="mended", detail={})


def record_broken(conn: sqlite3.Connection, site: str, reason: str, *, run: str, at: str) -> bool:
    """Note that `site` is broken, and since when.

    :returns: whether it has to be reported: newly broken, or not reported yet on the day of `at`.
    """
    conn.execute("UPDATE sites SET last_crawled_at = ? WHERE id = ?", (at, site))
    return _trouble(conn, site, "broken", reason, run=run, at=at)


def articles_of(conn: sqlite3.Connection, site: str) -> int:
    """Return how many articles of `site` the archive holds, withdrawn ones included."""
    row = conn.execute(
        "SELECT count(*) FROM pages"
        " WHERE site = ? AND current_revision IS NOT NULL AND merged_into IS NULL",
        (site,),
    ).fetchone()
    return int(row[0])


def once_listed(conn: sqlite3.Connection, site: str, row: int) -> bool:
    """Tell whether an address was ever found on the list that stands at a row of the frontier."""
    found = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM frontier WHERE site = ? AND found_on = ?"
        " AND kind IN ('article', 'unknown'))",
        (site, row),
    ).fetchone()
    return bool(found[0])


def record_drift(conn: sqlite3.Connection, site: str, reason: str, *, run: str, at: str) -> bool:
    """Note that the pages of `site` no longer look as they did, and since when.

    :returns: whether it has to be reported: newly drifting, or not reported yet on the day of `at`.
    """
    return _trouble(conn, site, "drift", reason, run=run, at=at)


def _trouble(
    conn: sqlite3.Connection, site: str, what: str, reason: str, *, run: str, at: str
) -> bool:
    """Note a trouble (`broken`, `drift`) in its columns, and in `health` when it is new.

    Returns whether it has to be reported: once a day, and at once when it is new.
    """
    since, reported = conn.execute(
        f"SELECT {what}_since, {what}_reported_on FROM sites WHERE id = ?", (site,)
    ).fetchone()
    conn.execute(
        f"UPDATE sites SET {what}_since = coalesce({what}_since, ?), {what}_reason = ?,"
        f" {what}_reported_on = ? WHERE id = ?",
        (at, reason, at[:10], site),
    )
    if since is None:
        _note(conn, site, run=run, at=at, status=what, detail={"reason": reason})
    return since is None or reported != at[:10]


def record_steady(conn: sqlite3.Connection, site: str, *, run: str, at: str) -> None:
    """Note that the pages of `site` look as its rules expect; its drift is over."""
    done = conn.execute(
        "UPDATE sites SET drift_since = NULL, drift_reason = NULL, drift_reported_on = NULL"
        " WHERE id = ? AND drift_since IS NOT NULL",
        (site,),
    )
    if done.rowcount:
        _note(conn, site, run=run, at=at, status="steady", detail={})


def record_oddities(
    conn: sqlite3.Connection, site: str, detail: dict[str, Any], *, run: str, at: str
) -> None:
    """Note what pages of `site` were none: `detail` goes to what the same moment says already."""
    conn.execute(
        "INSERT INTO health (site, checked_at, run, status, detail) VALUES (?, ?, ?, 'odd', ?)"
        " ON CONFLICT (site, checked_at) DO UPDATE"
        " SET detail = json_patch(detail, excluded.detail)",
        (site, at, run, json.dumps(detail, ensure_ascii=False)),
    )


def _broken_since(conn: sqlite3.Connection, site: str) -> str | None:
    row = conn.execute("SELECT broken_since FROM sites WHERE id = ?", (site,)).fetchone()
    return None if row is None else row[0]


def _note(
    conn: sqlite3.Connection, site: str, *, run: str, at: str, status: str, detail: dict[str, Any]
) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO health (site, checked_at, run, status, detail)"
        " VALUES (?, ?, ?, ?, ?)",
        (site, at, run, status, json.dumps(detail, ensure_ascii=False)),
    )
