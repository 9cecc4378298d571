"""Captures of the past on their way into the archive: read and stored as a crawl would have.

Whatever brings them (a WARC file, a web archive), they take the path of a fetched page: the site's
family, what was learned of its boilerplate, revisions, links. Nothing is fetched for them.
"""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from archive import file_queue, past
from archive.connection import explained
from archive.links import LISTS
from archive.page import Fetch, Link, Page
from archive.past import PastStoring
from crawler import drift
from crawler.families import load_family
from crawler.files.fetching import as_file, is_file
from crawler.learning import Learner
from crawler.reextract import Reextractor
from crawler.registry_values import host_of
from crawler.site_row import site_row
from crawler.sitecrawl import SiteCrawl

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from archive.foreign import Response
    from archive.page import Claim, LinkKind
    from archive.store import Archive, Stored
    from crawler.registry import Site

logger = logging.getLogger(__name__)

FILES_LAST = 2  # the order of files, after lists and articles
# Documents, by the ending of their address and by Content-Type.
_DOCUMENTS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".rtf", ".odt", ".ods", ".ppt", ".pptx")
_DOCUMENT_TYPES = ("application/pdf", "msword", "officedocument", "ms-excel", "opendocument", "rtf")
# What a page is made of beside its text, by Content-Type.
_NO_PAGE = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/pdf")
_SCRIPTS = ("javascript", "font", "json", "msword", "officedocument", "zip", "octet-stream")


@dataclass(frozen=True, slots=True)
class Place:
    """What an address of a capture is on its site: the link to it, and whether crawls begin there.

    `order` is 0 for lists, which say something about the articles, 1 for pages, 2 for files.
    """

    site: str
    link: Link
    is_front: bool

    @property
    def order(self) -> int:
        """Lists first: what they show of an article is evidence when it is read."""
        if self.link.kind == "attachment":
            return FILES_LAST
        return 0 if self.link.kind in LISTS else 1


class Places:
    """Which site of the registry an address belonged to on a day, and what it is there.

    :param sites: the registry.
    :param named: only these sites, whatever their periods say; all when empty.
    """

    def __init__(self, sites: Mapping[str, Site], named: Iterable[str] = ()) -> None:
        self._named = set(named)
        self._by_host: dict[str, list[Site]] = {}
        for site in sites.values():
            if not self._named or site.id in self._named:
                for host in site.hosts:
                    self._by_host.setdefault(host, []).append(site)
        self._readers: dict[str, _Reader] = {}

    def knows(self, url: str) -> bool:
        """Tell whether the host of an address is one of a site."""
        return _host(url) in self._by_host

    def of(self, url: str, day: str, *, is_file: bool = False) -> Place | str:
        """Return the place of an address on a day (public), or why it is none.

        :param is_file: what stands there is a document.
        """
        found = [
            site
            for site in self._by_host.get(_host(url), ())
            if self._named or site.valid_on(date.fromisoformat(day))
        ]
        if not found:
            return "outside every period of its site"
        path = urlsplit(url).path.lower()
        found = [site for site in found if path.startswith(site.folder)]
        if not found:
            return "outside the site"
        site = max(found, key=lambda site: (len(site.folder), site.enabled))
        return self.reader(site).place(url, is_file=is_file)

    def reader(self, site: Site) -> _Reader:
        """Return what reads the pages of a site; made once."""
        if site.id not in self._readers:
            self._readers[site.id] = _Reader(site)
        return self._readers[site.id]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


class _Reader:
    """The family of a site, and where its crawls begin."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.family: Any = load_family(site)

    @cached_property
    def _fronts(self) -> dict[str, Link]:
        return {link.url: link for link in self.family.seeds()}

    def place(self, url: str, *, is_file: bool = False) -> Place | str:
        """Return what an address is on the site, or why it is no page of it.

        That of a file stays as it is: what articles do not need of it may tell two files apart.
        """
        if is_file:
            if self.family.is_denied(url):
                return "denied by the registry"
            return Place(self.site.id, Link(url=urldefrag(url).url, kind="attachment"), False)
        address = self.family.address(url)
        if address.reason is not None:
            return str(address.reason)
        front = self._fronts.get(address.url)
        if front is not None:
            return Place(self.site.id, front, is_front=True)
        kind: LinkKind = address.kind or ("listing" if self.family.is_listing(url) else "unknown")
        return Place(self.site.id, Link(url=address.url, kind=kind, key=address.key), False)


def is_page(status: int, content_type: str) -> bool:
    """Tell whether an answer may be a page, by its status and Content-Type."""
    if not 200 <= status < 300:
        return True
    kind = content_type.lower()
    return not kind.startswith(_NO_PAGE) and not any(word in kind for word in _SCRIPTS)


def is_document(status: int, content_type: str, url: str) -> bool:
    """Tell whether an answer is a document that articles may offer, no part of a page."""
    kind = content_type.lower()
    if not 200 <= status < 300 or kind.startswith("text/html"):
        return False
    named = urlsplit(url).path.lower().endswith(_DOCUMENTS)
    return any(word in kind for word in _DOCUMENT_TYPES) or (named and "octet-stream" in kind)


def fetch_of(link: Link, moment: float, response: Response, source: str) -> Fetch:
    """Return a capture of the past as a fetch."""
    return Fetch(
        url=link.url,
        started_at=moment,
        status=response.status,
        headers=response.headers,
        wire_body=response.wire_body,
        body=response.body,
        ip=response.ip,
        source=source,
    )


class Intake:
    """Takes captures of one site into the archive, its lock held. Close it, or use `with`.

    :raises ArchiveLockedError: another run is working on the site.
    """

    def __init__(self, archive: Archive, site: Site) -> None:
        self._archive = archive
        self._conn: sqlite3.Connection = archive.conn
        self.site = site
        self.counts: Counter[str] = Counter()
        archive.sync_sites([site_row(site)])
        archive.run.hold_site(self._conn, site.id)
        self._crawl = SiteCrawl(site=site, family=load_family(site))
        self._learner = Learner(archive)
        self._learner.open(self._crawl)
        self._reextract = Reextractor({site.id: self._crawl})

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(whole=kind is None)

    def close(self, *, whole: bool) -> None:
        """Learn the boilerplate, if all went well, and let other runs at the site again."""
        try:
            if whole:
                self._learner.close(self._crawl)
        finally:
            self._archive.frontier.close_site(self.site.id)
            with suppress(Exception):  # the end of the run does it, on a full disk the next one
                self._archive.run.release_site(self._conn, self.site.id)

    def take(self, place: Place, moment: float, response: Response, source: str) -> Stored | None:
        """Store a capture of `moment` (epoch seconds); None when it is in the archive already.

        :param source: where it comes from, for people who ask.
        """
        with explained(self._conn):
            claim = past.claim_of(self._conn, self.site.id, place.link, is_front=place.is_front)
            is_document = place.link.kind == "attachment"
            if is_document:
                claim.hints = {**claim.hints, file_queue.HINT: "1"}
            fetch = fetch_of(place.link, moment, response, source)
            if past.is_stored(self._conn, claim, fetch):
                self.counts["known"] += 1
                return None
            page = self._page(fetch, claim)
            stored = self._archive.store(page, reextract=self._reextract, way=PastStoring)
            if is_document:
                file_queue.set_apart(self._conn, self.site.id, claim.url)
            self._count(stored)
            self._learner.noted(self._crawl, page.article, stored)
        return stored

    def has(self, place: Place, moment: float, status: int) -> bool:
        """Tell whether a capture of that address and second is stored; `status` 0: any but 3xx."""
        claim = past.claim_of(self._conn, self.site.id, place.link, is_front=place.is_front)
        return past.is_there(self._conn, claim, moment, status)

    def _page(self, fetch: Fetch, claim: Claim) -> Page:
        try:
            page: Page = self._crawl.family.page(fetch, claim)
        except Exception as error:
            logger.exception("extraction failed on %s", claim.url)
            fetch.failure = "extraction"
            fetch.failure_text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            page = Page(url=claim.url, kind="failed")
        if is_file(claim):
            page = as_file(page, claim)
        drift.mark(page, claim)
        page.evidence = {**page.evidence, "from": fetch.source}
        page.fetch, page.claim = fetch, claim
        return page

    def _count(self, stored: Stored) -> None:
        self.counts["captures"] += 1
        self.counts["articles"] += stored.new_article
        self.counts["revisions"] += stored.cause is not None
        self.counts["failed"] += stored.kind == "failed"
        self.counts["raw_bytes"] += stored.raw_bytes
