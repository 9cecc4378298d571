"""Captures: one row a fetch, and whether its raw bytes are worth keeping."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from archive import content, moments
from archive.links import LISTS, listed
from archive.warc import header

if TYPE_CHECKING:
    from archive.page import Fetch, Page

RAW_EVERY = 365 * moments.DAY


@dataclass(slots=True, kw_only=True)
class Capture:
    """What is compared of a row of `captures`; `warc_file` None: the body was not kept here."""

    id: int
    url: str
    kind: str
    status: int | None
    captured_at: str
    payload_sha256: str | None
    content_hash: str | None
    warc_file: str | None
    warc_offset: int | None
    warc_length: int | None
    same_content_as: int | None


_COLUMNS = (
    "id, url, kind, status, captured_at, payload_sha256, content_hash, warc_file, warc_offset,"
    " warc_length, same_content_as"
)


def by_id(conn: sqlite3.Connection, capture: int) -> Capture | None:
    """Return a capture."""
    return _one(conn, "id = ?", capture)


def nearest_of(conn: sqlite3.Connection, capture: int) -> Capture | None:
    """Return the capture of the same page to compare `capture` with.

    That is one of its revision, the nearest before it if there is one; else the nearest before it
    of any. The newest will not do: an older capture may be imported, and clocks may be wrong.
    """
    return _one(
        conn,
        "id = (SELECT o.id FROM captures c JOIN captures o ON o.page = c.page AND o.id <> c.id"
        " AND o.kind IN ('article', 'attachment')"
        " AND (o.revision = c.revision OR o.captured_at <= c.captured_at) WHERE c.id = ?"
        " ORDER BY o.revision IS c.revision DESC, o.captured_at <= c.captured_at DESC,"
        " o.captured_at DESC, o.id DESC LIMIT 1)",
        capture,
    )


def latest_of_row(conn: sqlite3.Connection, frontier: int) -> Capture | None:
    """Return the capture of a frontier row that was stored last and at which an answer came."""
    return _one(conn, "frontier = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1", frontier)


def unmodified_of_row(conn: sqlite3.Connection, frontier: int) -> Capture | None:
    """Return the capture of a frontier row that a 304 speaks of: of its last visit that went well.

    It gave the ETag that was asked for. What was stored last may be an error page in between, or a
    capture of the past.
    """
    return _one(
        conn,
        "frontier = ? AND status IS NOT NULL AND captured_at ="
        " (SELECT fetched_at FROM frontier f WHERE f.id = captures.frontier)"
        " ORDER BY id DESC LIMIT 1",
        frontier,
    )


def _one(conn: sqlite3.Connection, condition: str, value: int) -> Capture | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM captures WHERE {condition}", (value,)).fetchone()
    return Capture(**dict(zip(_COLUMNS.split(", "), row, strict=True))) if row else None


def raw_of(conn: sqlite3.Connection, capture: Capture | None) -> Capture | None:
    """Return the capture whose raw record holds the content of `capture`, if one does."""
    while capture is not None and capture.warc_file is None:
        if capture.same_content_as is None:
            return None
        capture = by_id(conn, capture.same_content_as)
    return capture


def content_of(page: Page) -> str | None:
    """Return the hash by which two captures of a page have the same content; None: no answer.

    Of an article its text, of a listing, feed or sitemap the set of its article links, of a
    redirect where it leads, of anything else the bytes; as they came where they cannot be decoded.
    """
    if page.article is not None:
        return content.content_hash(page.article)
    if page.kind in LISTS:
        return content.links_hash(listed(page.links))
    if page.kind == "redirect":
        return content.sha256((redirect_target(page) or "").encode())
    if page.fetch is None or page.fetch.status is None:
        return None
    is_coded = page.fetch.failure == "bad-encoding"
    return content.sha256(page.fetch.wire_body if is_coded else page.fetch.body)


def redirect_target(page: Page) -> str | None:
    """Return where a redirect leads: its link, else (off site) what its header says."""
    if page.kind != "redirect":
        return None
    link = next((link.url for link in page.links if link.kind == "redirect"), None)
    location = header(page.fetch.headers, "location") if page.fetch else None
    if link is None and location and page.fetch is not None:
        try:
            return urljoin(page.fetch.url, location)
        except ValueError:
            return location
    return link


@dataclass(slots=True, kw_only=True)
class Raw:
    """Whether to keep the bytes of a capture; if not, which capture holds the same content."""

    keep: bool
    same_content_as: int | None = None


def raw_policy(
    conn: sqlite3.Connection,
    page: Page,
    digest: str | None,
    last: Capture | None,
    *,
    changed: bool | None = None,
) -> Raw:
    """Keep the first capture of a page, each changed content, and otherwise one a year.

    `last` is the capture before this one; `changed` overrules the comparison of the two: a content
    that only our rules changed is no reason to keep the bytes again.
    """
    fetch = page.fetch
    if fetch is None or fetch.status is None:
        return Raw(keep=False)
    base = raw_of(conn, last)
    if base is None or last is None:
        return Raw(keep=True)
    if fetch.status != 304 and _differs(page, fetch, digest, last, changed):
        return Raw(keep=True)
    age = fetch.started_at - moments.epoch_of(base.captured_at)
    if fetch.status != 304 and abs(age) >= RAW_EVERY:
        return Raw(keep=True)
    return Raw(keep=False, same_content_as=base.id)


def _differs(
    page: Page, fetch: Fetch, digest: str | None, last: Capture, changed: bool | None
) -> bool:
    if (page.kind, fetch.status) != (last.kind, last.status) and last.status != 304:
        return True
    return digest != last.content_hash if changed is None else changed


def insert(
    conn: sqlite3.Connection,
    page: Page,
    fetch: Fetch,
    *,
    page_id: int | None,
    run: str,
    digest: str | None,
    erased: bool,
) -> int:
    """Insert the row of a fetch and return its id; of an erased page nothing of the text stays."""
    has_body = fetch.status not in (None, 304) and fetch.failure != "bad-encoding" and not erased
    capture = conn.execute(
        "INSERT INTO captures (site, page, frontier, run, url, captured_at, kind, status, failure,"
        " failure_text, content_type, redirect_to, etag, last_modified, wire_bytes, payload_bytes,"
        " payload_sha256, content_hash, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            page.claim.site if page.claim else "",
            page_id,
            page.claim.id if page.claim else None,
            run,
            fetch.url,
            moments.public(fetch.started_at),
            page.kind,
            fetch.status,
            fetch.failure,
            fetch.failure_text or None,
            header(fetch.headers, "content-type"),
            redirect_target(page),
            header(fetch.headers, "etag"),
            header(fetch.headers, "last-modified"),
            len(fetch.wire_body),
            len(fetch.body),
            content.sha256(fetch.body) if has_body else None,
            None if erased else digest,
            "{}" if erased else json.dumps(page.evidence, ensure_ascii=False),
        ),
    ).lastrowid
    return int(capture or 0)
