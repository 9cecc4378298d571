"""The files of a site, fetched when its pages are done: which, how many, and what came.

They are rows of the same frontier (archive/file_queue.py) and go through the same gate, rules and
guards as pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from archive import file_queue, files
from archive.connection import transaction
from archive.file_queue import HINT
from archive.page import Link

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from archive.page import Claim, Page
    from archive.store import Archive
    from crawler.registry import Site
    from crawler.sitecrawl import SiteCrawl

MOST_BYTES = 200_000_000

_TABLES: dict[str, tuple[str, ...]] = {
    "documents": ("attachments",),
    "all": ("attachments", "images"),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What a person asked for; None: as the site's row says.

    :ivar choice: which files: `documents` (what articles offer), `all` (images, too), `none`.
    :ivar files: how many a site.
    :ivar size: bytes a site; what is under way when they are used up is finished.
    """

    choice: str | None = None
    files: int | None = None
    size: int = MOST_BYTES


@dataclass(slots=True)
class SiteFiles:
    """The files of one site in one run.

    :ivar files: how many may still be fetched.
    :ivar size: how many bytes.
    :ivar only_new: only files that nobody fetched, of the pages of this run: a recrawl.
    :ivar has_begun: whether the pages are done, and files may be claimed.
    """

    tables: tuple[str, ...]
    files: int
    size: int
    only_new: bool = False
    has_begun: bool = False

    @property
    def may_go_on(self) -> bool:
        """Whether another file may be claimed now."""
        return self.has_begun and self.files > 0 and self.size > 0


def files_of(site: Site, limits: FileLimits, *, only_new: bool = False) -> SiteFiles:
    """Return what may be fetched of a site's files; a recrawl takes `only_new` ones."""
    return SiteFiles(
        tables=_TABLES[limits.choice or site.files],
        files=site.max_files if limits.files is None else limits.files,
        size=limits.size,
        only_new=only_new,
    )


def planned(conn: sqlite3.Connection, site: Site, limits: FileLimits, now: float) -> int:
    """Return how many files a crawl would fetch now, besides those of articles it finds."""
    mine = files_of(site, limits)
    wanted = [one for one in file_queue.wanted(conn, site.id, mine.tables) if site.covers(one.url)]
    if not mine.tables:
        return 0
    known = file_queue.ready(conn, site.id) + file_queue.due(conn, site.id, now)
    return min(mine.files, len(wanted) + known)


def planned_of(
    conn: sqlite3.Connection, site: Site, limits: FileLimits, pages: Collection[int]
) -> int:
    """Return how many files a recrawl of `pages` would fetch, besides those they name by then."""
    mine = files_of(site, limits, only_new=True)
    wanted = file_queue.wanted(conn, site.id, mine.tables, pages=pages)
    return min(mine.files, sum(site.covers(one.url) for one in wanted))


def begin(archive: Archive, crawl: SiteCrawl, now: float) -> bool:
    """Make rows of the files of a site whose pages are done; return whether any may be fetched.

    The cycle of its pages ends first: files that are left over do not keep it open.
    """
    mine, site, conn = crawl.files, crawl.site.id, archive.conn
    if mine is None or mine.has_begun or not mine.tables:
        return False
    mine.has_begun = True
    archive.frontier.end_cycle(site)
    with transaction(conn):
        files.link(conn, [site], mine.tables)
    run = archive.run.id if mine.only_new else None
    addresses = file_queue.wanted(conn, site, mine.tables, run)
    ours = [one.url for one in addresses if crawl.site.covers(one.url)]
    known = set(ours)
    file_queue.refuse(
        conn, site, [one.url for one in addresses if one.url not in known and not one.is_refused]
    )
    room = max(mine.files - (0 if run else file_queue.ready(conn, site)), 0)
    file_queue.ask(conn, site, ours[:room], at_once=mine.only_new)
    crawl.counts["files_left"] += len(ours[room:])
    if mine.only_new:
        return bool(ours[:room]) and mine.may_go_on
    file_queue.ask_again(conn, site, now, max(room - len(ours), 0))
    return file_queue.ready(conn, site) > 0 and mine.may_go_on


def end(archive: Archive, crawl: SiteCrawl) -> None:
    """Find out which revisions name the files that came."""
    mine, site, conn = crawl.files, crawl.site.id, archive.conn
    if mine is None or not mine.has_begun:
        return
    with transaction(conn):
        files.link(conn, [site], mine.tables)
    if mine.only_new and not mine.may_go_on:
        file_queue.put_off(conn, site)
    elif not mine.only_new:
        crawl.counts["files_left"] += file_queue.ready(conn, site)


def is_file(claim: Claim) -> bool:
    """Tell whether a claim is one of a file that a revision names."""
    return HINT in claim.hints


def as_file(page: Page, claim: Claim) -> Page:
    """Take what came for the file it was asked for; anything else is no page of the site.

    Its identity is its address as the article names it: what a platform does not count in the
    address of an article may tell two files apart.
    """
    if page.kind == "attachment":
        parts = urlsplit(claim.url)
        page.key = f"{HINT}:{parts.path}{f'?{parts.query}' if parts.query else ''}"
    elif page.kind == "redirect":
        # As the server says: a platform would leave out of the address what articles do not need.
        if page.links:
            target = urldefrag(urljoin(claim.url, str(page.evidence["location"]))).url
            page.links = [Link(url=target, kind="redirect")]
        page.key = None
    else:
        if page.kind in {"article", "listing", "feed", "sitemap", "other"}:
            evidence = {} if "not_modified" not in page.evidence else page.evidence
            page.kind, page.evidence = "other", evidence or {"rule": "no file, but a page"}
        page.article, page.key, page.links = None, None, []
    return page
