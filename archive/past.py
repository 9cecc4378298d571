"""Captures of the past: from files and web archives, stored without touching what is known since.

Such a capture is nobody's lease. It becomes a back-dated capture and revision of its page; the row
of its address stays as it is, a new one waits for a full crawl, and nothing is fetched for it.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from archive import addresses, captures, disappearance, ledger, moments, withdrawals
from archive.content import sha256
from archive.links import LISTS, request_key
from archive.page import Claim, Link
from archive.store import IDENTIFIED, Stored, Storing

if TYPE_CHECKING:
    from archive.addresses import KnownPage
    from archive.page import Fetch

# Kinds of captures that say nothing about a page: kept, but without any consequence.
_MUTE = frozenset({"failed", "error", "challenge", "login", "parked", "robots"})


class PastStoring(Storing):
    """A page of the past on its way into the archive, inside its transaction."""

    def run(self) -> Stored:
        """Store the capture, its revision and its links; no lease, no state of a row."""
        self.frontier.note(self.claim)
        if self.page.kind in IDENTIFIED:
            stored = self._store_article()
            self._note_earlier(stored)
        elif self.page.kind in _MUTE:
            stored = self._store_mute()
        else:
            stored = self._store_other()
        self.frontier.note_links(self.claim, self.page.links)
        if self.page.kind in IDENTIFIED:
            self.frontier.belongs(self.claim, stored.page, self.page.key, self.page.kind)
        return stored

    def _store_mute(self) -> Stored:
        page = self._known_page()
        erased = page is not None and withdrawals.action(self.conn, page.id) == "erase"
        digest = captures.content_of(self.page)
        last = captures.latest_of_row(self.conn, self.claim.id)
        capture = self._insert_capture(page, digest, erased=erased)
        if not erased:
            self._keep_raw(Stored(capture=capture), digest, last)
        return Stored(capture=capture, page=page.id if page else None, kind=self.page.kind)

    def _note_earlier(self, stored: Stored) -> None:
        page = stored.page
        self.conn.execute(
            "UPDATE aliases SET first_seen_at = min(first_seen_at, ?) WHERE site = ? AND page = ?"
            " AND url IN (?, ?, ?)",
            (self.moment, self.site, page, self.page.url, self.fetch.url, self.claim.url),
        )
        if page is not None:
            disappearance.causes_judged(self.conn, page)
            self._adopt_missing(page)
            ledger.seen_then(self.conn, page, stored.capture, self.moment)

    def _note_state(self, page: KnownPage, stored: Stored) -> None:
        if self.page.kind != "not-found" or self.replaced or self._is_newest(page.id):
            super()._note_state(page, stored)
        elif disappearance.host_answers(self.conn, self.host, self.moment):
            ledger.missing_then(self.conn, page.id, stored.capture, self.moment)

    def _adopt_missing(self, page: int) -> None:
        """Give the page the 404s of its address that came in before it; they may be its end."""
        adopted = self.conn.execute(
            # By its address, too: the row may have the id of one that is no more.
            "UPDATE captures SET page = ? WHERE frontier = ? AND page IS NULL"
            " AND kind = 'not-found' AND url IN (?, ?) RETURNING captured_at, id",
            (page, self.claim.id, self.claim.url, self.fetch.url),
        ).fetchall()
        for moment, capture in sorted(adopted):
            known = addresses.by_id(self.conn, page)
            if known is not None and moment > known.last_seen_at:
                disappearance.missing(self.conn, known, self.host, capture, moment)

    def _host_answered(self) -> None:
        """Note that the host answered then; whether it fails today is another matter."""
        self.conn.execute(
            "INSERT INTO hosts (host, kind, last_answer_at) VALUES (?1, 'host', ?2)"
            " ON CONFLICT (host) DO UPDATE SET"
            " last_answer_at = max(coalesce(last_answer_at, ''), ?2)",
            (self.host, self.moment),
        )

    def _mark_status(self) -> None:
        """Leave the row alone: it tells of visits of our own."""

    def _note_redirects(self, capture: int) -> None:  # noqa: ARG002 (what it told then is past)
        """Take an address that led to a page for one of its addresses; nothing is merged."""
        target = captures.redirect_target(self.page)
        page = addresses.by_url(self.conn, self.site, target) if target else None
        if page is not None and addresses.by_url(self.conn, self.site, self.claim.url) is None:
            addresses.add_alias(self.conn, page, self.claim.url, self.moment)


def claim_of(conn: sqlite3.Connection, site: str, link: Link, *, is_front: bool) -> Claim:
    """Return what is known of an address; of one never heard of its `id` is 0.

    `is_front`: crawls of the site begin there.
    """
    row = conn.execute(
        "SELECT id, kind, depth, key, text, hints FROM frontier WHERE site = ? AND request_key = ?",
        (site, request_key("GET", link.url)),
    ).fetchone()
    if row is None:
        depth = int(link.kind in LISTS and not is_front)
        return Claim(id=0, site=site, url=link.url, kind=link.kind, depth=depth, key=link.key)
    number, kind, depth, key, text, hints = row
    return Claim(
        id=number,
        site=site,
        url=link.url,
        kind=kind,
        depth=depth,
        key=key or link.key,
        text=text,
        hints=json.loads(hints),
    )


def is_stored(conn: sqlite3.Connection, claim: Claim, fetch: Fetch) -> bool:
    """Tell whether a capture is in the archive: same address, second, status and bytes.

    Of an erased page nothing of the bytes is known, and where its words stood on other pages of
    its site the bytes are others: on such a site address, second and status decide.
    """
    moment = moments.public(fetch.started_at)
    page = addresses.by_url(conn, claim.site, claim.url)
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM captures WHERE frontier = ?1 AND url = ?2"
        "  AND captured_at = ?3 AND status = ?4 AND (payload_sha256 = ?5 OR ?7))"
        " OR EXISTS (SELECT 1 FROM captures WHERE page = ?6 AND url = ?2"
        "  AND captured_at = ?3 AND status = ?4 AND (payload_sha256 = ?5 OR ?7))"
        # Of what a host shows for an address that does not exist.
        " OR EXISTS (SELECT 1 FROM captures WHERE frontier IS NULL AND site = ?8 AND url = ?2"
        "  AND captured_at = ?3 AND status = ?4 AND (payload_sha256 = ?5 OR ?7))",
        (
            claim.id,
            fetch.url,
            moment,
            fetch.status,
            sha256(fetch.body),
            page.id if page is not None else 0,
            withdrawals.has_erased(conn, claim.site),
            claim.site,
        ),
    ).fetchone()
    return bool(row[0])


def is_there(conn: sqlite3.Connection, claim: Claim, moment: float, status: int) -> bool:
    """Tell whether the archive has a capture of an address of a second (epoch) with that status.

    Status 0 is any but a redirect. For captures whose bytes nobody has seen yet.
    """
    rows = conn.execute(
        "SELECT status FROM captures WHERE frontier = ? AND url = ? AND captured_at = ?",
        (claim.id, claim.url, moments.public(moment)),
    ).fetchall()
    return any(row[0] == status or (not status and row[0] // 100 != 3) for row in rows if row[0])
