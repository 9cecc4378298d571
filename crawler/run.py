"""One run of the crawler from lock to summary: what `crawl` and `recrawl` have in common."""

from __future__ import annotations

import importlib
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.errors import ArchiveLockedError, UsageError
from archive.store import Archive
from crawler import outcome, settings
from crawler.contact import checked_contact
from crawler.families import load_family
from crawler.files.fetching import files_of
from crawler.files.reading import read_files
from crawler.log import log_to_folder
from crawler.network import literal_address, registered_private_hosts
from crawler.outcome import Outcome
from crawler.process import run
from crawler.reextract import Reextractor
from crawler.session import CrawlSession, Limits, Mode
from crawler.site_row import site_row
from crawler.sitecrawl import SiteCrawl

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.files.fetching import FileLimits
    from crawler.registry import Site
    from crawler.stopsignal import StopSignal

logger = logging.getLogger(__name__)

# Ends of a run after which nothing more is written.
NOTHING_MORE = frozenset({"signal", "no-space", "locked"})
MEBIBYTE = 1024 * 1024
CONTACT_HELP = (
    "no contact is known, and sites must be able to reach you: type"
    " `export MATTRAN_CONTACT=you@example.org` or add `--contact you@example.org`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRequest:
    """What a command wants crawled.

    :ivar select: called on the open archive before the crawl, to make rows ready (recrawl).
    :ivar skip_locked: leave out sites that another run holds, instead of failing (cron).
    :ivar always_tell: report a broken site each time, not once a day.
    :ivar debug: log more.
    :ivar files: what to fetch of the files that articles name; None: nothing.
    """

    command: str
    arguments: list[str]
    mode: Mode
    sites: list[Site]
    limits: Limits
    contact: str | None
    skip_locked: bool = False
    always_tell: bool = True
    debug: bool = False
    files: FileLimits | None = None
    select: Callable[[Archive], int] | None = None


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The outcome, each site's counts, the sites another run held, and how to go on.

    :ivar first_time: sites of which only the newest pages are known.
    """

    outcome: Outcome
    crawls: list[SiteCrawl]
    locked: list[str]
    left: dict[str, int]
    first_time: list[str]


def default_min_free(folder: Path) -> int:
    """Return how many bytes a crawl leaves free: 5 % of the disk, 10 to 256 MiB."""
    total = shutil.disk_usage(folder).total
    return min(256 * MEBIBYTE, max(10 * MEBIBYTE, total // 20))


def user_agent(sites: list[Site], contact: str | None) -> str:
    """Return the User-Agent with its contact.

    :raises UsageError: without a contact, when any site is not on this machine.
    """
    if contact:
        return f"{settings.USER_AGENT} (+{contact})"
    if any(not site.is_loopback for site in sites):
        raise UsageError(CONTACT_HELP)
    return f"{settings.USER_AGENT} (loopback)"


def load_spider(site: Site) -> type:
    """Return the spider class of a site, found by the name in the settings."""
    module, _, name = settings.SPIDER_LOADER_CLASS.rpartition(".")
    loader = getattr(importlib.import_module(module), name)({site.id: site})
    found: type = loader.load(site.id)
    return found


def crawl(
    db: Path, request: CrawlRequest, stop: StopSignal, on_progress: Callable[[CrawlSession], None]
) -> CrawlResult:
    """Crawl, and return what became of it.

    :raises ArchiveError: one line: no contact, locked, not writable, ...
    """
    contact = checked_contact(request.contact)
    agent = user_agent(request.sites, contact)
    registered_private_hosts.update(
        site.host.partition(":")[0] for site in request.sites if _is_private(site)
    )
    with Archive.open(db, request.command, request.arguments, contact=contact or "") as archive:
        log_to_folder(db.parent / "logs", debug=request.debug)
        held, locked = _hold_sites(archive, request)
        if not held and locked:
            archive.withdraw()
            return CrawlResult(Outcome(outcome.LOCKED, "locked"), [], locked, {}, [])
        goes_on = request.select is not None and _is_unfinished(archive, held)
        crawls = {site.id: _crawl_of(site, request) for site in held}
        session = CrawlSession(
            archive,
            crawls,
            request.mode,
            request.limits,
            reextract=Reextractor(crawls),
            folder=db.parent,
            select=None if goes_on else request.select,
        )
        session.on_progress = lambda: on_progress(session)
        try:
            if crawls and not stop.received:
                run(session, {s.id: load_spider(s) for s in held}, agent, stop)
            elif stop.received:
                session.stop("signal")
        finally:
            release_sites(archive, held)
        found = outcome.judge(session, always_tell=request.always_tell, now=time.time())
        left = {site.id: archive.frontier.count_left(site.id) for site in held}
        first_time = _only_looked_at(archive, request, crawls)
        _log(request, session, found)
        if found.reason not in NOTHING_MORE:
            read_files(archive, stop=lambda: stop.received is not None)
        archive.end(found.exit_code, found.reason, dict(found.counts))
    return CrawlResult(found, list(crawls.values()), locked, left, first_time)


def _crawl_of(site: Site, request: CrawlRequest) -> SiteCrawl:
    only_new = request.mode == "recrawl"
    files = None if request.files is None else files_of(site, request.files, only_new=only_new)
    return SiteCrawl(site=site, family=load_family(site), files=files)


def _log(request: CrawlRequest, session: CrawlSession, found: Outcome) -> None:
    """Write a line a site and one for the run."""
    for crawl in session.crawls.values():
        counts = ", ".join(f"{name} {number}" for name, number in sorted(crawl.counts.items()))
        told = found.broken.get(crawl.site.id)
        logger.info("%s: %s%s", crawl.site.id, counts, f"; broken: {told}" if told else "")
    logger.info(
        "%s %s ended: %s, exit code %d",
        request.command,
        session.archive.run.id,
        found.reason,
        found.exit_code,
    )


def _only_looked_at(
    archive: Archive, request: CrawlRequest, crawls: dict[str, SiteCrawl]
) -> list[str]:
    """Return the sites crawled for the first time whose pagers go on after their first page."""
    if request.mode == "recrawl":
        return []
    frontier = archive.frontier
    return [
        site
        for site, crawl in crawls.items()
        if frontier.was_only_looked_at(site)
        and (crawl.counts["pagers"] or frontier.counts(site).get("later"))
    ]


def _hold_sites(archive: Archive, request: CrawlRequest) -> tuple[list[Site], list[str]]:
    """Take the lock of each site; those another run holds are left out or refused.

    :raises ArchiveLockedError: naming the process that holds one; nothing has been touched then.
    """
    free, locked = _free_sites(archive, request)
    archive.sync_sites([site_row(site) for site in free])
    held: list[Site] = []
    for site in free:
        try:
            archive.run.hold_site(archive.conn, site.id)
        except ArchiveLockedError:  # since a moment ago
            if not request.skip_locked:
                release_sites(archive, held)
                archive.withdraw()
                raise
            locked.append(site.id)
        else:
            held.append(site)
    return held, locked


def _free_sites(archive: Archive, request: CrawlRequest) -> tuple[list[Site], list[str]]:
    free: list[Site] = []
    locked: list[str] = []
    for site in request.sites:
        try:
            archive.run.refuse_if_held(archive.conn, site.id)
        except ArchiveLockedError:
            if not request.skip_locked:
                archive.withdraw()
                raise
            locked.append(site.id)
        else:
            free.append(site)
    return free, locked


def release_sites(archive: Archive, sites: list[Site]) -> None:
    """Let other runs crawl these sites again; on a full disk the end of the run does it."""
    for site in sites:
        with suppress(sqlite3.OperationalError):
            archive.run.release_site(archive.conn, site.id)


def _is_unfinished(archive: Archive, sites: list[Site]) -> bool:
    """Tell whether the same recrawl stopped early, after it had made its rows ready."""
    return archive.run.stopped_before(archive.conn) and any(
        archive.frontier.anything_left(site.id, recrawl=True) for site in sites
    )


def _is_private(site: Site) -> bool:
    host = urlsplit(site.base_url).hostname or ""
    return site.is_loopback or literal_address(host) is not None
