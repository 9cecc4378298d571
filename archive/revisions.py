"""Revisions: the distinct contents of an article in time, and who caused each of them.

A revision is a run of captures with equal content. Its number is its place by (captured_at,
extracted_at), so that captures imported later fit in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive import content, moments
from archive.page import Article

Cause = Literal["first", "site", "rules"]

# Gives back the article of an earlier capture, extracted by today's rules; None when it cannot be.
Again = Callable[[int], Article | None]

FOR_EVER = "9999"  # later than any public time

# A flag that speaks of the cause, not of the text: no archive saw both contents, the versions alone
# tell it.
ASSUMED = "cause-assumed"
# In the evidence of a capture: the contents of revisions that rest on it whose cause was found by
# reading both sides again.
JUDGED = "judged"

_ORDER = "captured_at, extracted_at, id"
_DESCENDING = "captured_at DESC, extracted_at DESC, id DESC"
_COLUMNS = "id, cause, captured_at, content_hash, extractor, template"
_COPIED = (
    "content_hash, title, lead, body, author, author_kind, source, section, published_at,"
    " published_precision, tags, language, word_count, evidence, flags, extractor, template,"
    " extracted_at"
)
# Made once: json.dumps makes one a call for all but its defaults.
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
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
    """An article as read from a capture of its page, the only one there is if it `is_alone`."""

    page: int
    capture: int
    captured_at: str
    article: Article
    content_hash: str
    is_alone: bool = False

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
    if reading.is_alone:
        _point_to(conn, reading.page, _insert(conn, reading, "first"))
        return "first"
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
    if before is not None and rest is not None and cause == "rules":
        # Read by one set of rules it is what stood there before and after.
        _join(conn, reading, before)
        return None
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
    capture, captured_at = last_capture(conn, before.id, reading.captured_at)
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


def last_capture(
    conn: sqlite3.Connection, revision: int, moment: str = FOR_EVER
) -> tuple[int, str]:
    """Return the newest capture of a revision up to `moment`, and its time."""
    row: tuple[int, str] = (
        conn.execute(
            "SELECT id, captured_at FROM captures WHERE revision = ? AND captured_at <= ?"
            " ORDER BY captured_at DESC, id DESC LIMIT 1",
            (revision, moment),
        ).fetchone()
        or conn.execute(
            "SELECT capture, captured_at FROM revisions WHERE id = ?", (revision,)
        ).fetchone()
    )
    return row


def columns_of(article: Article) -> dict[str, Any]:
    """Return what a row of `revisions` says of its article, by column."""
    return {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "author": article.author,
        "author_kind": article.author_kind,
        "source": article.source,
        "section": article.section,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "tags": _json(article.tags),
        "language": article.language,
        "word_count": content.word_count(article),
        "evidence": _json(article.evidence),
        "flags": _json(article.flags),
        "extractor": article.extractor,
        "template": article.template,
    }


def _insert(conn: sqlite3.Connection, reading: Reading, cause: Cause, *, join: bool = True) -> int:
    row = {
        "page": reading.page,
        "capture": reading.capture,
        "cause": cause,
        "captured_at": reading.captured_at,
        "extracted_at": moments.public(moments.now()),
        "content_hash": reading.content_hash,
        **columns_of(reading.article),
    }
    inserted = conn.execute(
        f"INSERT INTO revisions ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        list(row.values()),
    )
    revision = int(inserted.lastrowid or 0)
    _insert_files(conn, revision, reading.article)
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
        capture, _ = last_capture(conn, after.id)
        article = again(capture)
        if article is None or content.content_hash(article) == reading.content_hash:
            cause = "rules"
    conn.execute("UPDATE revisions SET cause = ? WHERE id = ?", (cause, after.id))


def _point_to_current(conn: sqlite3.Connection, page: int) -> None:
    newest = current(conn, page)
    if newest is not None:
        _point_to(conn, page, newest.id)


def _point_to(conn: sqlite3.Connection, page: int, revision: int) -> None:
    conn.execute("UPDATE pages SET current_revision = ? WHERE id = ?", (revision, page))


def restate(conn: sqlite3.Connection, reading: Reading) -> None:
    """Add what today's rules read from the newest capture of the current revision.

    The cause is `rules`: the capture is one that was stored before.
    """
    _insert(conn, reading, "rules")
    _point_to_current(conn, reading.page)


def change_within(conn: sqlite3.Connection, revision: int, old: Reading, new: Reading) -> None:
    """Add a change of the site that older rules took for one revision, which must be the current.

    `old` and `new` are what today's rules read before and after it. The captures since the change
    are those of the new revision.
    """
    stored = conn.execute("SELECT content_hash FROM revisions WHERE id = ?", (revision,)).fetchone()
    if old.content_hash != stored[0]:
        _insert(conn, old, "rules", join=False)
    changed = _insert(conn, new, "site")
    conn.execute(
        "UPDATE captures SET revision = ? WHERE revision = ? AND captured_at >= ?",
        (changed, revision, new.captured_at),
    )
    _point_to_current(conn, new.page)


def judge(conn: sqlite3.Connection, revision: int, cause: Cause) -> None:
    """Give a revision the cause that was found by reading the captures on both sides again."""
    flags, capture, digest = conn.execute(
        "SELECT flags, capture, content_hash FROM revisions WHERE id = ?", (revision,)
    ).fetchone()
    kept = _json([flag for flag in json.loads(flags) if flag != ASSUMED])
    conn.execute("UPDATE revisions SET cause = ?, flags = ? WHERE id = ?", (cause, kept, revision))
    known = conn.execute(
        f"SELECT value FROM captures c, json_each(c.evidence, '$.{JUDGED}') WHERE c.id = ?",
        (capture,),
    )
    note_judged(conn, capture, {digest, *(one for (one,) in known)})


def note_judged(conn: sqlite3.Connection, capture: int, contents: Collection[str]) -> None:
    """Note of which revisions that rest on a capture the cause was judged, by their content."""
    conn.execute(
        f"UPDATE captures SET evidence = json_set(evidence, '$.{JUDGED}', json(?)) WHERE id = ?",
        (_json(sorted(contents)), capture),
    )


def refresh(conn: sqlite3.Connection, revision: int, article: Article) -> None:
    """Bring a revision up to date with what today's rules read, its content being the same.

    What was found in its files (their hash, their text) stays with their addresses.
    """
    row = columns_of(article) | {"extracted_at": moments.public(moments.now())}
    (flags,) = conn.execute("SELECT flags FROM revisions WHERE id = ?", (revision,)).fetchone()
    row["flags"] = _json([*article.flags, *(f for f in json.loads(flags) if f == ASSUMED)])
    conn.execute(
        f"UPDATE revisions SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?",
        [*row.values(), revision],
    )
    known: list[tuple[str, list[Any]]] = []
    for table in ("images", "attachments"):
        known.append(
            (
                table,
                conn.execute(
                    f"SELECT sha256, text, url FROM {table} WHERE revision = ?", (revision,)
                ).fetchall(),
            )
        )
        conn.execute(f"DELETE FROM {table} WHERE revision = ?", (revision,))
    _insert_files(conn, revision, article)
    for table, files in known:
        conn.executemany(
            f"UPDATE {table} SET sha256 = ?, text = ? WHERE revision = {revision:d} AND url = ?",
            files,
        )


def _json(value: object) -> str:
    return _COMPACT.encode(value)
