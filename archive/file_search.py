"""Search in the names and texts of files, over a read-only connection."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.files import TABLES
from archive.narrowing import Filter, condition
from archive.query import EXACT_COLUMNS, FOLDED_COLUMNS, Reading, parse

Hit = dict[str, Any]
_Narrowed = tuple[str, list[object]]

ANYWHERE = Filter()

_COLUMNS = (("{title body}", EXACT_COLUMNS), ("{title_f body_f}", FOLDED_COLUMNS))
_WORDS = 24  # of a snippet

# Files without an article that names them have an address of their own.
_OF_ARTICLES = """
SELECT t.ref, t.site, t.title AS article, t.published_day, t.position, t.url, t.caption
FROM article_files t WHERE t.sha256 = ?1
UNION ALL
SELECT a.ref, a.site, a.title, a.published_day, n.position, n.url, n.caption
FROM images n JOIN pages p ON p.current_revision = n.revision JOIN articles a ON a.id = p.id
WHERE n.sha256 = ?1
ORDER BY 4 DESC, 1, 5
"""
_OF_NOBODY = """
SELECT p.ref, p.site, NULL AS article, NULL AS published_day, NULL AS position, p.url,
  NULL AS caption
FROM files f JOIN captures c ON c.id = f.capture JOIN pages p ON p.id = c.page
WHERE f.sha256 = ?
"""


def search_files(
    conn: sqlite3.Connection,
    words: str,
    *,
    where: Filter = ANYWHERE,
    kind: str | None = None,
    limit: int = 20,
    marks: tuple[str, str] = ("", ""),
) -> list[Hit]:
    """Return the files that a query finds, or all of a kind, those read last first.

    `where` narrows them down to those that such articles offer or show. Each
    has the columns of `files` without its text, a `snippet` with the hits between `marks`, and
    `articles`: where articles offer it. Of the spellings those with the marks as typed come first.
    Without a query all files of `kind`, or all that `where` leaves; of signs alone nothing.
    Raises UsageError for a site, province, unit or day that cannot be.
    """
    narrowed = _narrowed(conn, where, kind)
    readings = parse(words).readings()
    if not readings:
        is_narrowed = kind is not None or where != ANYWHERE
        return _all_of(conn, narrowed, limit) if is_narrowed and not words.strip() else []
    found: dict[int, Hit] = {}
    for reading in readings:
        if len(found) >= limit:
            break
        for hit in _found_by(conn, reading, narrowed, limit, marks):
            found.setdefault(hit["id"], hit)
    hits = list(found.values())[:limit]
    return [hit | {"articles": articles_of(conn, hit["sha256"])} for hit in hits]


def articles_of(conn: sqlite3.Connection, sha256: str) -> list[Hit]:
    """Return where articles that are shown offer a file; of one nobody offers its own address."""
    rows = conn.execute(_OF_ARTICLES, (sha256,)).fetchall()
    return [dict(row) for row in rows or conn.execute(_OF_NOBODY, (sha256,)).fetchall()]


_SHOWN = (
    "f.id, f.sha256, f.kind, f.media_type, f.bytes, f.pages, f.title, f.note, f.reader, f.read_at"
)


def _narrowed(conn: sqlite3.Connection, where: Filter, kind: str | None) -> _Narrowed:
    """Return what `where` and `kind` add to a WHERE clause over `files f`, and its values."""
    sql = "" if kind is None else " AND f.kind = ?"
    values: list[object] = [] if kind is None else [kind]
    told, more = condition(conn, where)
    if told:
        named = (
            f"EXISTS (SELECT 1 FROM {table} n JOIN pages ON pages.current_revision = n.revision"
            f" JOIN articles ON articles.id = pages.id WHERE n.sha256 = f.sha256{told})"
            for table in TABLES
        )
        sql += f" AND ({' OR '.join(named)})"
        values = [*values, *more, *more]
    return sql, values


def _found_by(
    conn: sqlite3.Connection,
    reading: Reading,
    narrowed: _Narrowed,
    limit: int,
    marks: tuple[str, str],
) -> list[Hit]:
    match = reading.match()
    for ours, theirs in _COLUMNS:
        match = match.replace(theirs, ours)
    rows = conn.execute(
        f"SELECT {_SHOWN}, snippet(files_fts, -1, ?, ?, '…', {_WORDS}) AS snippet"
        " FROM files_fts JOIN files f ON f.id = files_fts.rowid"
        f" WHERE files_fts MATCH ?{narrowed[0]} ORDER BY f.id DESC LIMIT ?",
        (*marks, match, *narrowed[1], limit),
    )
    return [dict(row) | {"snippet": " ".join(row["snippet"].split())} for row in rows]


def _all_of(conn: sqlite3.Connection, narrowed: _Narrowed, limit: int) -> list[Hit]:
    rows = conn.execute(
        f"SELECT {_SHOWN}, '' AS snippet FROM files f WHERE f.is_shown{narrowed[0]}"
        " ORDER BY f.id DESC LIMIT ?",
        (*narrowed[1], limit),
    ).fetchall()
    return [dict(row) | {"articles": articles_of(conn, row["sha256"])} for row in rows]
