"""Revisions: the distinct contents of an article in time, and who caused each of them.

A revision is a run of captures with equal content. Its number is its place by (captured_at,
extracted_at), so that captures imported later fit in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive import content, moments
from archive.page import Article

Cause = Literal["first", "site", "rules"]

# Gives back the article of an earlier capture, extracted by today's rules; None when it cannot be.
Again = Callable[[int], Article | None]

_ORDER = "captured_at, extracted_at, id"
_DESCENDING = "captured_at DESC, extracted_at DESC, id DESC"
_COLUMNS = "id, cause, captured_at, content_hash, extractor, template"
_COPIED = (
    "content_hash, title, lead, body, author, author_kind, source, section, published_at,"
    " published_precision, tags, language, word_count, evidence, flags, extractor, template,"
    " extracted_at"
)
_FILES = "position, url, caption, credit, alt, sha256, text"


@dataclass(slots=True, kw_only=True)
class Revision:
    """What is compared of a row of `revisions`."""

    id: int
    cause: Cause
    captured_at: str
    content_hash: str
    extractor: str
    template: str | None


@dataclass(slots=True, kw_only=True)
class Reading:
    """An article as read from a capture of its page."""

    page: int
    capture: int
    captured_at: str
    article: Article
    content_hash: str

    def version(self) -> tuple[str, str | None]:
        """The version of extractor and template that read it."""
        return self.article.extractor, self.article.template


def current(conn: sqlite3.Connection, page: int) -> Revision | None:
    """Return the newest revision of a page."""
    return _one(conn, f"page = ? ORDER BY {_DESCENDING} LIMIT 1", (page,))


def _one(conn: sqlite3.Connection, condition: str, values: Sequence[Any]) -> Revision | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM revisions WHERE {condition}", values).fetchone()
    return Revision(**dict(zip(_COLUMNS.split(", "), row, strict=True))) if row else None


def record(conn: sqlite3.Connection, reading: Reading, again: Again) -> Cause | None:
    """Put a capture into its place among the revisions; return the cause of a new one, else None.

    The capture joins the revision before it (or, imported, the one after it) when their contents
    are equal. Otherwise a new revision begins; one it falls into the midst of is split.
    """
    moment = reading.captured_at
    before = _one(
        conn,
        f"page = ? AND captured_at <= ? ORDER BY {_DESCENDING} LIMIT 1",
        (reading.page, moment),
    )
    if before is not None and before.content_hash == reading.content_hash:
        _join(conn, reading, before)
        return None
    after = _one(
        conn, f"page = ? AND captured_at > ? ORDER BY {_ORDER} LIMIT 1", (reading.page, moment)
    )
    rest = _first_capture_after(conn, before, moment)
    if rest is None and after is not None and after.content_hash == reading.content_hash:
        _begin_earlier(conn, reading, after)
        return None
    cause = _cause(conn, reading, before, again)
    _insert(conn, reading, cause)
    if before is not None and rest is not None:
        _split(conn, before, rest, moment)
    elif before is None and after is not None:
        _no_longer_first(conn, reading, after, again)
    _point_to_current(conn, reading.page)
    return cause


def _join(conn: sqlite3.Connection, reading: Reading, revision: Revision) -> None:
    conn.execute("UPDATE captures SET revision = ? WHERE id = ?", (revision.id, reading.capture))


def _first_capture_after(
    conn: sqlite3.Connection, revision: Revision | None, moment: str
) -> tuple[int, str] | None:
    if revision is None:
        return None
    row: tuple[int, str] | None = conn.execute(
        "SELECT id, captured_at FROM captures WHERE revision = ? AND captured_at > ?"
        " ORDER BY captured_at, id LIMIT 1",
        (revision.id, moment),
    ).fetchone()
    return row


def _begin_earlier(conn: sqlite3.Connection, reading: Reading, revision: Revision) -> None:
    _join(conn, reading, revision)
    conn.execute(
        "UPDATE revisions SET captured_at = ?, capture = ? WHERE id = ?",
        (reading.captured_at, reading.capture, revision.id),
    )


def _cause(
    conn: sqlite3.Connection, reading: Reading, before: Revision | None, again: Again
) -> Cause:
    """Say who changed the content: the site, or our rules.

    When other rules read the revision before, its last capture is read again by today's: only if
    the two still differ has the site changed it. What cannot be read again proves nothing.
    """
    if before is None:
        return "first"
    if (before.extractor, before.template) == reading.version():
        return "site"
    capture, captured_at = _last_capture(conn, before, reading.captured_at)
    article = again(capture)
    if article is None:
        return "rules"
    digest = content.content_hash(article)
    if digest == reading.content_hash:
        return "rules"
    if digest != before.content_hash:
        # Both changed it: what the rules did is a revision of its own.
        old = Reading(
            page=reading.page,
            capture=capture,
            captured_at=captured_at,
            article=article,
            content_hash=digest,
        )
        _insert(conn, old, "rules", join=False)
    return "site"


def _last_capture(conn: sqlite3.Connection, revision: Revision, moment: str) -> tuple[int, str]:
    row: tuple[int, str] = (
        conn.execute(
            "SELECT id, captured_at FROM captures WHERE revision = ? AND captured_at <= ?"
            " ORDER BY captured_at DESC, id DESC LIMIT 1",
            (revision.id, moment),
        ).fetchone()
        or conn.execute(
            "SELECT capture, captured_at FROM revisions WHERE id = ?", (revision.id,)
        ).fetchone()
    )
    return row


def _insert(conn: sqlite3.Connection, reading: Reading, cause: Cause, *, join: bool = True) -> int:
    article = reading.article
    inserted = conn.execute(
        "INSERT INTO revisions (page, capture, cause, captured_at, extracted_at, content_hash,"
        " title, lead, body, author, author_kind, source, section, published_at,"
        " published_precision, tags, language, word_count, evidence, flags, extractor, template)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            reading.page,
            reading.capture,
            cause,
            reading.captured_at,
            moments.public(moments.now()),
            reading.content_hash,
            article.title,
            article.lead,
            article.body,
            article.author,
            article.author_kind,
            article.source,
            article.section,
            article.published_at,
            article.published_precision,
            _json(article.tags),
            article.language,
            content.word_count(article),
            _json(article.evidence),
            _json(article.flags),
            article.extractor,
            article.template,
        ),
    )
    revision = int(inserted.lastrowid or 0)
    _insert_files(conn, revision, article)
    if join:
        conn.execute("UPDATE captures SET revision = ? WHERE id = ?", (revision, reading.capture))
    return revision


def _insert_files(conn: sqlite3.Connection, revision: int, article: Article) -> None:
    conn.executemany(
        "INSERT INTO images (revision, position, url, caption, credit, alt)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (revision, position, image.url, image.caption, image.credit, image.alt)
            for position, image in enumerate(article.images, 1)
        ],
    )
    conn.executemany(
        "INSERT INTO attachments (revision, position, url, caption) VALUES (?, ?, ?, ?)",
        [
            (revision, position, attachment.url, attachment.caption)
            for position, attachment in enumerate(article.attachments, 1)
        ],
    )


def _split(
    conn: sqlite3.Connection, revision: Revision, rest: tuple[int, str], moment: str
) -> None:
    """Let the captures of a revision after `moment` be one of their own: the site changed back."""
    capture, captured_at = rest
    copy = conn.execute(
        f"INSERT INTO revisions (page, capture, cause, captured_at, {_COPIED})"
        f" SELECT page, ?, 'site', ?, {_COPIED} FROM revisions WHERE id = ?",
        (capture, captured_at, revision.id),
    ).lastrowid
    for table in ("images", "attachments"):
        conn.execute(
            f"INSERT INTO {table} (revision, {_FILES}) SELECT ?, {_FILES} FROM {table}"
            " WHERE revision = ?",
            (copy, revision.id),
        )
    conn.execute(
        "UPDATE captures SET revision = ? WHERE revision = ? AND captured_at > ?",
        (copy, revision.id, moment),
    )


def _no_longer_first(
    conn: sqlite3.Connection, reading: Reading, after: Revision, again: Again
) -> None:
    """Find the cause of what was the first revision before an older capture was imported."""
    if after.cause != "first":
        return
    cause: Cause = "site"
    if (after.extractor, after.template) != reading.version():
        capture, _ = _last_capture(conn, after, "9999")
        article = again(capture)
        if article is None or content.content_hash(article) == reading.content_hash:
            cause = "rules"
    conn.execute("UPDATE revisions SET cause = ? WHERE id = ?", (cause, after.id))


def _point_to_current(conn: sqlite3.Connection, page: int) -> None:
    newest = current(conn, page)
    if newest is not None:
        conn.execute("UPDATE pages SET current_revision = ? WHERE id = ?", (newest.id, page))
        _give_sid(conn, page, newest.id)


def _give_sid(conn: sqlite3.Connection, page: int, revision: int) -> None:
    """Give a page its place in the index, once: day of publication (else of discovery), serial."""
    sid, first_seen, published = conn.execute(
        "SELECT p.sid, p.first_seen_at, r.published_at FROM pages p JOIN revisions r ON r.id = ?"
        " WHERE p.id = ?",
        (revision, page),
    ).fetchone()
    if sid is None:
        base = int((published or first_seen)[:10].replace("-", "")) * 1_000_000
        conn.execute(
            "UPDATE pages SET sid = 1 + coalesce((SELECT max(sid) FROM pages"
            " WHERE sid BETWEEN ?1 AND ?1 + 999999), ?1) WHERE id = ?2",
            (base, page),
        )


def restate(conn: sqlite3.Connection, reading: Reading) -> bool:
    """Store what today's rules read from an old capture; return whether it differs.

    Only the newest capture of the current revision may be restated so. The cause is `rules`.
    """
    before = current(conn, reading.page)
    if before is not None and before.content_hash == reading.content_hash:
        return False
    _insert(conn, reading, "first" if before is None else "rules")
    _point_to_current(conn, reading.page)
    return True


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
