"""Withdrawn pages: no write may bring a withdrawn text back."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Literal

from archive.redaction import PLACEHOLDER, pattern_of, printed

if TYPE_CHECKING:
    from archive.page import Page
    from archive.redaction import LeaveOut

Action = Literal["hide", "erase"]

# What stays of the hints of a frontier row when a text goes: that it is one of a file.
WITHOUT_TEXT = """iif(json_extract(hints, '$.file') IS NULL, '{}', '{"file": "1"}')"""

_ERASED_LINES = (
    "SELECT w.lines FROM withdrawals w CROSS JOIN pages p ON p.id = w.page"
    " WHERE w.action = 'erase' AND p.site = ?"
)


def action(conn: sqlite3.Connection, page: int) -> Action | None:
    """Return what was decided about a page: `hide` (kept, not shown), `erase`, or None."""
    row = conn.execute("SELECT action FROM withdrawals WHERE page = ?", (page,)).fetchone()
    return row[0] if row else None


def inherit(conn: sqlite3.Connection, source: int, target: int) -> None:
    """Give `target` the withdrawal of `source`, if it has one, unless its own is stricter."""
    conn.execute(
        "INSERT INTO withdrawals (page, action, reason, requested_by, at, lines)"
        " SELECT ?, action, reason, requested_by, at, lines FROM withdrawals WHERE page = ?"
        " ON CONFLICT (page) DO UPDATE SET action = 'erase', reason = excluded.reason,"
        " requested_by = excluded.requested_by, at = excluded.at, lines = excluded.lines"
        " WHERE excluded.action = 'erase' AND withdrawals.action = 'hide'",
        (target, source),
    )


def has_erased(conn: sqlite3.Connection, site: str) -> bool:
    """Tell whether a page of a site was erased."""
    return conn.execute(f"{_ERASED_LINES} LIMIT 1", (site,)).fetchone() is not None


def erased_links(conn: sqlite3.Connection, site: str) -> set[str]:
    """Return the keys and addresses of a site's erased pages: their link texts are not kept."""
    rows = conn.execute(
        "SELECT p.key, a.url FROM withdrawals w CROSS JOIN pages p ON p.id = w.page"
        " LEFT JOIN aliases a ON a.page = p.id WHERE w.action = 'erase' AND p.site = ?",
        (site,),
    )
    return {text for row in rows for text in row if text is not None}


def leave_out(conn: sqlite3.Connection, page: Page) -> LeaveOut | None:
    """Return what takes the words of erased pages out of a fetched page of the same site.

    They are known by the hashes of their lines, and by what the page says where it links to one.
    None when nothing of the site was erased.
    """
    site = page.claim.site if page.claim else ""
    rows = conn.execute(_ERASED_LINES, (site,)).fetchall()
    if not rows:
        return None
    prints = {line for (lines,) in rows for line in json.loads(lines)}
    erased = erased_links(conn, site)
    told = [
        text
        for link in page.links
        if link.url in erased or link.key in erased
        for text in (link.text, link.hints.get("text"), link.hints.get("excerpt"))
    ]
    pattern = pattern_of(told)
    without_lines = printed(prints)

    def left(body: bytes) -> bytes:
        body = without_lines(body)
        return pattern.sub(PLACEHOLDER, body) if pattern else body

    return left


def settle(conn: sqlite3.Connection) -> None:
    """Let withdrawals entered by hand do what a view cannot.

    That of a merged page holds for the page it was merged into as well, and what listings said
    about erased pages is dropped. Every writing command calls it before its first write.
    """
    for source, target in conn.execute(
        "SELECT w.page, p.merged_into FROM withdrawals w JOIN pages p ON p.id = w.page"
        " WHERE p.merged_into IS NOT NULL"
    ).fetchall():
        inherit(conn, source, target)
    conn.execute(
        f"UPDATE frontier SET text = '', hints = {WITHOUT_TEXT}"
        f" WHERE (text <> '' OR hints <> {WITHOUT_TEXT})"
        " AND page IN (SELECT page FROM withdrawals WHERE action = 'erase')"
    )
