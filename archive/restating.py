"""What today's rules read from stored captures, put into the history of a page.

The newest raw record of the current revision decides: where its content differs from what is
stored, a revision of cause `rules` follows; where only what no revision counts differs (section,
tags, evidence, flags, typography), the current revision is brought up to date in its place. Where
its first and its last record read differently today, the site had changed what older rules did not
see: that is a revision of cause `site`, behind one of the rules. Older revisions keep their number
and text, for they may have been cited. Their cause is judged anew where both sides can be read:
`site` only if the two captures differ by today's rules, else `rules`.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from archive import captures, disappearance, revisions
from archive.page import Article, Claim
from archive.revisions import Cause, Reading
from archive.views import VISIBLE
from archive.visibility import text_changes

# Why a page was not read again.
Problem = Literal["not-kept", "unreadable", "redacted", "no-article", "failed"]

# What is compared, and told, in this order; the evidence and the versions change silently.
FILES = {"images": ("url", "caption", "credit", "alt"), "attachments": ("url", "caption")}
JSON = ("tags", "flags", "evidence")
SILENT = ("evidence", "extractor", "template", "word_count")


@dataclass(frozen=True, slots=True)
class Raw:
    """A kept raw record: its capture, where it stands, when it came, and what asked for it."""

    capture: int
    file: str
    offset: int
    captured_at: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Span:
    """A revision, with the first and the last raw record of its captures (None: not kept)."""

    revision: int
    cause: Cause
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A page to be read again: its revisions, oldest first, and the raw records they rest on.

    `raws` holds those that are needed, by capture.
    """

    page: int
    ref: str
    url: str
    revision: int
    spans: tuple[Span, ...]
    raws: dict[int, Raw]

    @property
    def current(self) -> Span:
        """The current revision."""
        return next(span for span in self.spans if span.revision == self.revision)


@dataclass(frozen=True, slots=True)
class Reread:
    """What a raw record gave: the article and its content hash.

    `problem` says why there is none, `detail` in which words.
    """

    digest: str | None = None
    article: Article | None = None
    problem: Problem | None = None
    detail: str = ""


NOT_KEPT = Reread(problem="not-kept", detail="its raw bytes were not kept")


@dataclass(frozen=True, slots=True)
class Change:
    """A field that today's rules read otherwise."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision, by id and number, whose cause was judged anew."""

    revision: int
    number: int
    old: Cause
    new: Cause


@dataclass(slots=True)
class Restatement:
    """What reading a page again comes to.

    `changes` are told to people; `makes_revision`: they begin a revision of cause `rules`;
    `refreshes`: the current revision is brought up to date. `number` is that of the current
    revision before.
    """

    page: int
    ref: str
    number: int
    changes: list[Change] = field(default_factory=list)
    makes_revision: bool = False
    refreshes: bool = False
    causes: list[Judged] = field(default_factory=list)
    problem: Problem | None = None
    detail: str = ""

    def __bool__(self) -> bool:
        """Whether anything is to be written."""
        return self.makes_revision or self.refreshes or bool(self.causes)


def pages_of(conn: sqlite3.Connection, site: str) -> array[int]:
    """Return the ids of a site's articles that are shown: not merged, not withdrawn; in order."""
    rows = conn.execute(f"SELECT p.id FROM pages p WHERE p.site = ? AND {VISIBLE}", (site,))
    return array("q", sorted(row[0] for row in rows))


def subject(conn: sqlite3.Connection, page: int) -> Subject | None:
    """Return what has to be read to state a page again; None when it is no longer shown."""
    row = conn.execute(
        f"SELECT p.id, p.ref, p.url, p.site, p.current_revision FROM pages p"
        f" WHERE p.id = ? AND {VISIBLE}",
        (page,),
    ).fetchone()
    if row is None:
        return None
    _, ref, url, site, current = row
    kept: dict[int, Raw] = {}
    spans = tuple(
        Span(revision, cause, *_ends(conn, site, revision, kept))
        for revision, cause in conn.execute(
            "SELECT id, cause FROM revisions WHERE page = ? ORDER BY captured_at, extracted_at, id",
            (page,),
        ).fetchall()
    )
    found = Subject(page, ref, url, current, spans, {})
    needed = {found.current.first, found.current.last, *_at_edges(spans)}
    found.raws.update((capture, raw) for capture, raw in kept.items() if capture in needed)
    return found


def _ends(
    conn: sqlite3.Connection, site: str, revision: int, kept: dict[int, Raw]
) -> tuple[int | None, int | None]:
    """Return the captures with the first and the last raw record of a revision."""
    rows = conn.execute(
        "SELECT id FROM captures WHERE revision = ?1"
        " UNION SELECT capture FROM revisions WHERE id = ?1",
        (revision,),
    ).fetchall()
    found = [captures.by_id(conn, row[0]) for row in rows]
    ordered = sorted((c for c in found if c is not None), key=lambda c: (c.captured_at, c.id))
    ends: list[int | None] = []
    for side in (ordered, ordered[::-1]):
        raw = next(filter(None, (captures.raw_of(conn, capture) for capture in side)), None)
        if raw is not None and raw.id not in kept:
            kept[raw.id] = _raw(conn, site, raw)
        ends.append(raw.id if raw else None)
    return ends[0], ends[1]


def _raw(conn: sqlite3.Connection, site: str, capture: captures.Capture) -> Raw:
    return Raw(
        capture.id,
        capture.warc_file or "",
        capture.warc_offset or 0,
        capture.captured_at,
        _claim(conn, site, capture),
    )


def _claim(conn: sqlite3.Connection, site: str, capture: captures.Capture) -> Claim:
    """Return what is known of the address of a capture: what its listing says, above all."""
    row = conn.execute(
        "SELECT f.id, f.kind, f.method, f.form, f.key, f.text, f.hints FROM captures c"
        " JOIN frontier f ON f.id = coalesce((SELECT id FROM frontier WHERE id = c.frontier),"
        " (SELECT id FROM frontier WHERE page = c.page ORDER BY state = 'twin', id LIMIT 1))"
        " WHERE c.id = ?",
        (capture.id,),
    ).fetchone()
    if row is None:
        return Claim(id=0, site=site, url=capture.url, kind="article")
    number, kind, method, form, key, text, hints = row
    return Claim(
        id=number,
        site=site,
        url=capture.url,
        kind=kind,
        method=method,
        form=json.loads(form) if form else None,
        key=key,
        text=text,
        hints=json.loads(hints),
    )


def _edges(spans: Sequence[Span]) -> list[tuple[Span, int, int]]:
    """Return the revisions whose cause can be judged, each with the two captures to compare.

    A revision that rests on the same bytes as the one before is the rules' for certain.
    """
    return [
        (after, before.last, after.first)
        for before, after in pairwise(spans)
        if before.last is not None and after.first is not None and before.last != after.first
    ]


def _at_edges(spans: Sequence[Span]) -> set[int]:
    return {capture for _, *pair in _edges(spans) for capture in pair}


def restate(
    conn: sqlite3.Connection, page: Subject, found: dict[int, Reread], *, write: bool
) -> Restatement:
    """Compare what was read with what is stored and, if `write`, store the difference.

    `found` has what each raw record of the subject gave, by capture. Nothing is written of a page
    that is no longer shown, or has another current revision than when it was looked up.
    """
    result = Restatement(page.page, page.ref, page.spans.index(page.current) + 1)
    row = conn.execute(
        f"SELECT p.current_revision FROM pages p WHERE p.id = ? AND {VISIBLE}", (page.page,)
    ).fetchone()
    if row is None or row[0] != page.revision:
        return result
    newest = found.get(page.current.last or 0, NOT_KEPT)
    if newest.article is None:
        result.problem, result.detail = newest.problem, newest.detail
    else:
        _compare(conn, page, newest, result)
    result.causes = _causes(page.spans, found)
    if write and result:
        _write(conn, page, found, result)
    return result


def _causes(spans: Sequence[Span], found: dict[int, Reread]) -> list[Judged]:
    judged = []
    for span, *pair in _edges(spans):
        digests = [found.get(capture, NOT_KEPT).digest for capture in pair]
        if span.cause == "first" or None in digests:
            continue
        cause: Cause = "rules" if digests[0] == digests[1] else "site"
        if cause != span.cause:
            judged.append(Judged(span.revision, spans.index(span) + 1, span.cause, cause))
    return judged


def _compare(conn: sqlite3.Connection, page: Subject, read: Reread, result: Restatement) -> None:
    assert read.article is not None  # noqa: S101 (the caller's condition)
    new = _parsed(revisions.columns_of(read.article)) | {
        name: [
            tuple(getattr(file, column) for column in columns)
            for file in getattr(read.article, name)
        ]
        for name, columns in FILES.items()
    }
    digest, old = _stored(conn, page.revision, [name for name in new if name not in FILES])
    differing = [name for name in new if old[name] != new[name]]
    result.makes_revision = digest != read.digest
    result.refreshes = bool(differing) and not result.makes_revision
    result.changes = [
        Change(name, _told(name, old[name]), _told(name, new[name]))
        for name in differing
        if name not in SILENT
    ]


def _stored(
    conn: sqlite3.Connection, revision: int, names: list[str]
) -> tuple[str, dict[str, Any]]:
    """Return the content hash of a revision, and its columns `names` and files by name."""
    digest, *values = conn.execute(
        f"SELECT content_hash, {', '.join(names)} FROM revisions WHERE id = ?", (revision,)
    ).fetchone()
    stored = _parsed(dict(zip(names, values, strict=True)))
    stored["flags"] = [flag for flag in stored["flags"] if flag != revisions.ASSUMED]
    for name, columns in FILES.items():
        rows = conn.execute(
            f"SELECT {', '.join(columns)} FROM {name} WHERE revision = ? ORDER BY position",
            (revision,),
        )
        stored[name] = [tuple(row) for row in rows]
    return digest, stored


def _parsed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns with their JSON read: how it is written does not count."""
    return columns | {name: json.loads(columns[name]) for name in JSON}


def _told(name: str, value: Any) -> Any:
    if name in FILES:
        return [dict(zip(FILES[name], file, strict=True)) for file in value]
    return value


def _write(
    conn: sqlite3.Connection, page: Subject, found: dict[int, Reread], result: Restatement
) -> None:
    for judged in result.causes:
        revisions.judge(conn, judged.revision, judged.new)
    newest = found.get(page.current.last or 0, NOT_KEPT)
    if newest.article is not None and result.makes_revision:
        _add(conn, page, found)
    elif newest.article is not None and result.refreshes:
        text_changes(conn, page.page)
        revisions.refresh(conn, page.revision, newest.article)
    disappearance.causes_judged(conn, page.page)


def _add(conn: sqlite3.Connection, page: Subject, found: dict[int, Reread]) -> None:
    """Add what the current revision is by today's rules: one revision, or two if the site had
    changed within it."""
    span = page.current
    first, last = (page.raws[capture] for capture in (span.first, span.last) if capture is not None)
    before, after = found[first.capture], found[last.capture]
    if before.digest in (None, after.digest):
        revisions.restate(conn, _reading(page, *revisions.last_capture(conn, page.revision), after))
        return
    revisions.change_within(
        conn,
        page.revision,
        _reading(page, first.capture, first.captured_at, before),
        _reading(page, last.capture, last.captured_at, after),
    )


def _reading(page: Subject, capture: int, captured_at: str, read: Reread) -> Reading:
    assert read.article is not None  # noqa: S101 (it has a digest)
    return Reading(
        page=page.page,
        capture=capture,
        captured_at=captured_at,
        article=read.article,
        content_hash=read.digest or "",
    )
