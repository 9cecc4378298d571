"""Templates: what was learned of a site's boilerplate, version by version.

What a template holds is the crawler's own (crawler/extraction/template.py); here it is JSON.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive import moments

ARTICLE = "article"
"""The kind of page templates are learned of."""

_COLUMNS = "site, kind, version, learned_at, pages, data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A row of `templates`; `learned_at` is public time, `pages` how many it was learned from."""

    site: str
    kind: str
    version: str
    learned_at: str
    pages: int
    data: dict[str, Any]


def save(
    conn: sqlite3.Connection,
    site: str,
    *,
    version: str,
    pages: int,
    data: dict[str, Any],
    kind: str = ARTICLE,
    now: float | None = None,
) -> Stored:
    """Store what was learned, as the latest; the same version again renews its row.

    `now` is seconds since the epoch. Belongs into a transaction of the caller.
    """
    moment = moments.now() if now is None else now
    before = latest(conn, site, kind)
    if before is not None:  # two within a second are told apart, whatever the clock says
        moment = max(moment, moments.epoch_of(before.learned_at) + 1)
    stored = Stored(
        site=site,
        kind=kind,
        version=version,
        learned_at=moments.public(moment),
        pages=pages,
        data=data,
    )
    conn.execute(
        f"INSERT INTO templates ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, kind, version) DO UPDATE SET"
        " learned_at = excluded.learned_at, pages = excluded.pages, data = excluded.data",
        (site, kind, version, stored.learned_at, pages, json.dumps(data, ensure_ascii=False)),
    )
    return stored


def latest(conn: sqlite3.Connection, site: str, kind: str = ARTICLE) -> Stored | None:
    """Return what was learned of a site last, or None."""
    return next(iter(_rows(conn, site, kind, limit=1)), None)


def history(conn: sqlite3.Connection, site: str, kind: str = ARTICLE) -> list[Stored]:
    """Return all that was learned of a site, the latest first."""
    return _rows(conn, site, kind, limit=-1)


def _rows(conn: sqlite3.Connection, site: str, kind: str, limit: int) -> list[Stored]:
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM templates WHERE site = ? AND kind = ?"
        " ORDER BY learned_at DESC LIMIT ?",
        (site, kind, limit),
    ).fetchall()
    names = _COLUMNS.split(", ")
    return [
        Stored(**{**dict(zip(names, row, strict=True)), "data": json.loads(row[5])}) for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A raw record to learn from: its capture, address and time, and what led to the page."""

    capture: int
    page: int
    url: str
    captured_at: str
    text: str
    hints: dict[str, str]


def lessons(
    conn: sqlite3.Connection, site: str, limit: int, recent: Sequence[int] = ()
) -> list[Lesson]:
    """Return raw records of up to `limit` article pages of a site: the newest, each page once.

    `recent` are captures to begin with, newest first; then come the pages discovered last.
    Withdrawn pages teach nothing.
    """
    newest = [
        row[0]
        for row in conn.execute(
            "SELECT (SELECT c.id FROM captures c WHERE c.page = p.id AND c.kind = 'article'"
            " AND c.warc_file IS NOT NULL ORDER BY c.captured_at DESC LIMIT 1)"
            " FROM pages p WHERE p.site = ? AND p.kind = 'article'"
            " ORDER BY p.first_seen_at DESC, p.id LIMIT ?",
            (site, 2 * limit),
        )
    ]
    found: dict[int, Lesson] = {}
    for capture in dict.fromkeys([*recent, *newest]):
        lesson = _lesson(conn, capture) if len(found) < limit and capture is not None else None
        if lesson is not None:
            found.setdefault(lesson.page, lesson)
    return list(found.values())


def _lesson(conn: sqlite3.Connection, capture: int) -> Lesson | None:
    row = conn.execute(
        "SELECT c.id, c.page, c.url, c.captured_at, coalesce(f.text, ''),"
        " coalesce(f.hints, '{}') FROM captures c LEFT JOIN frontier f ON f.id = c.frontier"
        " WHERE c.id = ? AND c.warc_file IS NOT NULL AND c.page IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.page = c.page)",
        (capture,),
    ).fetchone()
    if row is None:
        return None
    number, page, url, captured_at, text, hints = row
    return Lesson(number, page, url, captured_at, text, json.loads(hints))


def count_articles(conn: sqlite3.Connection, site: str, since: str = "") -> int:
    """Count the articles of a site, or those first seen after `since` (public time)."""
    row: tuple[int] = conn.execute(
        "SELECT count(*) FROM pages WHERE site = ? AND kind = 'article'"
        " AND current_revision IS NOT NULL AND first_seen_at > ?",
        (site, since),
    ).fetchone()
    return row[0]


def newest_bodies(conn: sqlite3.Connection, site: str, limit: int) -> list[str]:
    """Return the bodies of the articles of a site that were discovered last."""
    rows = conn.execute(
        "SELECT r.body FROM pages p JOIN revisions r ON r.id = p.current_revision"
        " WHERE p.site = ? AND p.kind = 'article' ORDER BY p.first_seen_at DESC, p.id LIMIT ?",
        (site, limit),
    )
    return [row[0] for row in rows]


def texts(conn: sqlite3.Connection, site: str) -> Iterator[tuple[int, str]]:
    """Yield the id of each article of a site with its title, author, lead and body as lines."""
    yield from conn.execute(
        "SELECT p.id, r.title || char(10) || coalesce(r.author, '') || char(10)"
        " || coalesce(r.lead, '') || char(10) || r.body"
        " FROM pages p JOIN revisions r ON r.id = p.current_revision"
        " WHERE p.site = ? AND p.kind = 'article' AND p.merged_into IS NULL",
        (site,),
    )
