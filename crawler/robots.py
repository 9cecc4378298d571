"""robots.txt, fetched through the frontier like any page, kept in `hosts`, asked at each claim.

Reading follows RFC 9309: 4xx means there are no rules; 429, 5xx and failures mean "later", never
"no rules". A file is used for a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from protego import Protego

from archive.page import Claim, Fetch, Link, Page

if TYPE_CHECKING:
    import sqlite3

AGENT = "mattran-archive"
LIFETIME = 86_400  # seconds a robots.txt is used; RFC 9309 section 2.4
MAX_BYTES = 512 * 1024  # RFC 9309 section 2.5: at least 500 kibibytes must be read
MAX_REDIRECTS = 5  # RFC 9309 section 2.3.1.2; after that the file counts as missing
MAX_CRAWL_DELAY = 300.0  # seconds; a larger one is taken for a typing error and cut to this


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules of one host for this crawler."""

    parsed: Protego | None

    @classmethod
    def read(cls, text: str | None) -> RobotsRules:
        """Parse a robots.txt; None or empty text means there are no rules."""
        # Behind the mark that Windows editors begin a file with, its first group would be lost.
        text = (text or "").removeprefix("\ufeff")
        return cls(Protego.parse(text) if text.strip() else None)

    def allows(self, url: str) -> bool:
        """Tell whether `url` may be fetched."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, AGENT))

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of its `Sitemap:` lines, which speak to every crawler (sitemaps.org)."""
        return [] if self.parsed is None else list(self.parsed.sitemaps)

    @property
    def crawl_delay(self) -> float | None:
        """Seconds the host asks for between two requests, at most `MAX_CRAWL_DELAY`."""
        delay = None if self.parsed is None else self.parsed.crawl_delay(AGENT)
        return None if delay is None else min(float(delay), MAX_CRAWL_DELAY)


def stored_rules(conn: sqlite3.Connection, host: str, now: int) -> RobotsRules | None:
    """Return the rules kept for `host`, or None when they are missing or older than a day."""
    row = conn.execute(
        "SELECT robots, robots_status, robots_expires FROM hosts WHERE host = ?", (host,)
    ).fetchone()
    if row is None or row[2] is None or row[2] <= now:
        return None
    return RobotsRules.read(row[0])


def means_later(status: int | None) -> bool:
    """Tell whether this answer to /robots.txt says nothing yet: no answer, 429 or 5xx.

    Nor does one to something we did not ask: 1xx and 304.
    """
    return status is None or status < 200 or status in {304, 429} or status >= 500


def _is_success(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def keep_rules(
    conn: sqlite3.Connection, host: str, *, status: int | None, body: bytes, at: str, now: int
) -> RobotsRules | None:
    """Store what `host` answered for robots.txt.

    :param at: public time of the answer; `now` the same in epoch seconds.
    :returns: the rules, or None when the answer means "later".
    """
    if means_later(status):
        conn.execute(
            "UPDATE hosts SET robots_status = ?, robots_fetched_at = ? WHERE host = ?",
            (status, at, host),
        )
        return None
    text = body[:MAX_BYTES].decode("utf-8", "replace") if _is_success(status) else None
    conn.execute(
        "UPDATE hosts SET robots = ?, robots_status = ?, robots_fetched_at = ?,"
        " robots_expires = ? WHERE host = ?",
        (text, status, at, now + LIFETIME, host),
    )
    return RobotsRules.read(text)


def page_of(fetch: Fetch, claim: Claim) -> Page:
    """Return the page of an answer to /robots.txt; a 3xx points to where the rules are."""
    target = next((value for name, value in fetch.headers if name.lower() == "location"), None)
    if fetch.status is not None and 300 <= fetch.status < 400 and target:
        link = Link(url=urljoin(claim.url, target), kind="redirect")
        return Page(url=claim.url, kind="redirect", links=[link])
    return Page(url=claim.url, kind="error" if means_later(fetch.status) else "robots")
