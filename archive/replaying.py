"""Which captures a replay of an article needs, beside those of the article's own page.

A replay asks by address: for the files that the page shows and offers, for addresses that lead on
to it, and for the listing that a reader goes back to. A capture whose bytes are kept under another
address (`Wanted.raw`) answers as well: replays call that a revisit.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive import captures
from archive.redaction import pattern_of

_HOPS = 5  # redirects from the address of a file to the file

_COLUMNS = "c.id, c.site, c.url, c.captured_at, c.kind, c.redirect_to"
_OWN = f"SELECT {_COLUMNS} FROM captures c WHERE c.page = ? ORDER BY c.captured_at, c.id"
_LEADING = (
    f"SELECT {_COLUMNS} FROM aliases a JOIN captures c ON c.site = a.site AND c.redirect_to = a.url"
    " WHERE a.page = ? ORDER BY c.captured_at, c.id"
)
# The listing on which it was found, as it was then.
_LISTING = (
    f"SELECT {_COLUMNS} FROM frontier f JOIN captures c ON c.id = (SELECT o.id FROM captures o"
    " WHERE o.frontier = f.found_on AND o.kind = 'listing' AND o.captured_at <= f.found_at"
    " ORDER BY o.captured_at DESC, o.id DESC LIMIT 1) WHERE f.page = ? ORDER BY c.id"
)
# The newest of each listing that a crawl begins at, as far as they are kept.
_FRONTS = (
    f"SELECT {_COLUMNS} FROM frontier f JOIN captures c ON c.id = (SELECT o.id FROM captures o"
    " WHERE o.frontier = f.id AND o.kind = 'listing' AND o.warc_file IS NOT NULL"
    " ORDER BY o.captured_at DESC, o.id DESC LIMIT 1)"
    " WHERE f.site = ? AND f.kind = 'listing' AND f.depth = 0 ORDER BY c.id"
)
_NAMED = (
    "SELECT DISTINCT n.url FROM (SELECT revision, url FROM images"
    " UNION SELECT revision, url FROM attachments) n"
    " JOIN revisions r ON r.id = n.revision WHERE r.page = ? ORDER BY n.url"
)
_AT = (
    f"SELECT {_COLUMNS} FROM frontier f JOIN captures c ON c.frontier = f.id"
    " WHERE f.site = ? AND f.request_key = ? AND c.kind IN ('attachment', 'redirect')"
    " ORDER BY c.captured_at, c.id"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A capture to replay, and the one whose raw record holds its bytes (itself, mostly)."""

    id: int
    site: str
    url: str
    captured_at: str
    kind: str
    raw: captures.Capture

    @property
    def is_revisit(self) -> bool:
        """Whether its bytes are kept under another address."""
        return self.raw.url != self.url


def wanted(conn: sqlite3.Connection, page: int) -> Iterator[Wanted]:
    """Yield what a replay of a page needs: its own captures by time, then everything beside it.

    A capture whose bytes were kept for another one of the same address is left out.
    """
    for row in conn.execute(_OWN, (page,)).fetchall():
        yield from _kept(conn, row)
    for query in (_LEADING, _LISTING):
        for row in conn.execute(query, (page,)).fetchall():
            yield from _kept(conn, row)
    (site,) = conn.execute("SELECT site FROM pages WHERE id = ?", (page,)).fetchone()
    for (url,) in conn.execute(_NAMED, (page,)).fetchall():
        yield from _files(conn, site, url, _HOPS)


def fronts(conn: sqlite3.Connection, site: str) -> Iterator[Wanted]:
    """Yield the newest captures of the listings at which a reader of a site begins."""
    for row in conn.execute(_FRONTS, (site,)).fetchall():
        yield from _kept(conn, row)


def _files(conn: sqlite3.Connection, site: str, url: str, hops: int) -> Iterator[Wanted]:
    targets = set()
    for row in conn.execute(_AT, (site, f"GET {url}")).fetchall():
        yield from _kept(conn, row)
        targets.add(row[-1])
    for target in sorted(targets - {None, url}) if hops else ():
        yield from _files(conn, site, target, hops - 1)


def _kept(conn: sqlite3.Connection, row: tuple[int, str, str, str, str, str]) -> Iterator[Wanted]:
    capture, site, url, captured_at, kind, _ = row
    raw = captures.raw_of(conn, captures.by_id(conn, capture))
    if raw is not None and (raw.id == capture or raw.url != url):
        yield Wanted(capture, site, url, captured_at, kind, raw)


class Unseen:
    """Tells listings that speak of withdrawn pages: they are not given away."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._patterns: dict[str, re.Pattern[bytes] | None] = {}

    def speaks(self, site: str, body: bytes) -> bool:
        """Return whether the decoded body of a page of `site` says what a withdrawn page says."""
        if site not in self._patterns:
            self._patterns[site] = pattern_of(
                text
                for row in self._conn.execute(
                    "SELECT r.title, r.lead FROM withdrawals w CROSS JOIN pages p ON p.id = w.page"
                    " JOIN revisions r ON r.page = p.id WHERE p.site = ?",
                    (site,),
                )
                for text in row
            )
        pattern = self._patterns[site]
        return pattern is not None and pattern.search(body) is not None
