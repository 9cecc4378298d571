"""A polite look at a site that is in no registry: a few pages, by the rules of every crawl.

The same gate, robots.txt, contact, limits and guards hold as for a crawl, beside other runs of the
same archive too; what comes is kept in an archive of its own that is thrown away. What to look at
is decided by the scout of `spiders`.
"""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin, urlsplit

from archive.errors import ArchiveError, UsageError
from archive.store import Archive
from crawler import outcome, settings
from crawler.callback import PHRASES
from crawler.contact import checked_contact
from crawler.gate import Gate
from crawler.log import log_to_folder
from crawler.network import literal_address, registered_private_hosts
from crawler.process import run
from crawler.reextract import Reextractor
from crawler.registry import DELAY, Site
from crawler.registry_values import READERS, host_of, is_loopback
from crawler.run import load_spider, user_agent
from crawler.session import CrawlSession, Limits
from crawler.site_row import site_row
from crawler.sitecrawl import FamilyOfSite, SiteCrawl

if TYPE_CHECKING:
    from archive.page import Failure
    from crawler.stopsignal import StopSignal

MOST_PAGES = 12
LIMITS = Limits(max_pages=MOST_PAGES, max_seconds=180.0)
"""A site that answers slowly, or asks to be asked later, is not waited for."""


class ScoutOfSite(FamilyOfSite, Protocol):
    """What is needed of a scout (spiders.scout.Scout)."""

    moved_to: str | None
    odd: str | None
    answers: list[tuple[str, int | None]]

    def proposal(self) -> Any:
        """Return what the pages suggest (spiders.proposal.Proposal)."""
        ...


class NoAnswerError(ArchiveError):
    """A site could not be looked at; the message says why in one line."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: the scout with its pages, and how many requests it took."""

    scout: ScoutOfSite
    requests: int


def provisional_row(url: str, owner: str) -> Site:
    """Return a row that knows the address of a site only.

    :raises UsageError: `url` is no address of a web page.
    """
    text = url if "://" in url else _with_scheme(url)
    try:
        READERS["base_url"](text.partition("?")[0].partition("#")[0])
        host = host_of(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    parts = urlsplit(text)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    here = is_loopback(parts.hostname or "")
    return Site(
        id="add-site",
        name=host,
        level="province",
        province="",
        base_url=f"{parts.scheme}://{parts.netloc}",
        platform="generic",
        listings=(path,),
        owner=owner,
        delay=0.0 if here else DELAY,
        feeds=(),
        sitemaps=(),
    )


def _with_scheme(url: str) -> str:
    host = re.split(r"[/:?#]", url, maxsplit=1)[0]
    return f"{'http' if is_loopback(host) else 'https'}://{url}"


def look_at(
    site: Site,
    contact: str | None,
    stop: StopSignal,
    *,
    db: Path | None = None,
    debug: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Look:
    """Fetch a few pages of a site, at most `MOST_PAGES`, one at a time.

    :param site: of `provisional_row`.
    :param db: the archive whose gate is used, if there is one: its other runs wait, and are waited
        for. Nothing else of it is read or written.
    :raises UsageError: without a contact, for a host that is not this machine.
    :raises NoAnswerError: nothing came that can be read; why.
    """
    told = checked_contact(contact)
    agent = user_agent([site], told)
    host = urlsplit(site.base_url).hostname or ""
    if site.is_loopback or literal_address(host) is not None:
        registered_private_hosts.add(host)
    scout = load_scout(site)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mattran-look-")))
        log_to_folder(folder, debug=debug)
        gate = stack.enter_context(_gate_of(db)) if db is not None and db.exists() else None
        own = stack.enter_context(Archive.open(folder / "look.db", "add-site", contact=told or ""))
        own.sync_sites([site_row(site)])
        own.run.hold_site(own.conn, site.id)
        crawl = SiteCrawl(site=site, family=scout)
        session = CrawlSession(
            own,
            {site.id: crawl},
            "full",
            LIMITS,
            reextract=Reextractor({}),
            folder=folder,
            gate=gate,
        )
        session.on_progress = lambda: on_progress(session.requests)
        run(session, {site.id: load_spider(site)}, agent, stop)
        reason = _why_nothing(session, crawl, scout)
        own.end(0, session.stopping or "done", dict(crawl.counts))
    if reason:
        raise NoAnswerError(reason)
    return Look(scout, session.requests)


@contextmanager
def _gate_of(db: Path) -> Iterator[Gate]:
    """Lend the gate of an archive for as long as a look takes; the run leaves no trace there."""
    with Archive.open(db, "add-site") as archive:
        try:
            yield Gate(archive.conn, archive.run.id)
        finally:
            archive.withdraw()


def load_scout(site: Site) -> ScoutOfSite:
    """Return a scout, found by the name in the settings: the crawler does not import spiders."""
    module, _, name = settings.SCOUT.partition(":")
    found: ScoutOfSite = getattr(importlib.import_module(module), name)(site)
    return found


def _why_nothing(  # noqa: PLR0911 (a list of reasons)
    session: CrawlSession, crawl: SiteCrawl, scout: ScoutOfSite
) -> str | None:
    """Return why no page came, or None when one did."""
    host = crawl.host_key
    if session.stopping == "signal":
        return "interrupted; nothing was written"
    if scout.odd:
        return _instead(scout.odd, *scout.answers[-1])
    if any(status == 200 for _, status in scout.answers) and not scout.moved_to:
        return None
    moved_to = scout.moved_to or (crawl.down and crawl.leads_to and urljoin(crawl.leads_to, "/"))
    if moved_to:
        return f"{host} leads to {moved_to}: give that address"
    if crawl.counts["blocked"]:
        return f"robots.txt of {host} forbids this page: the site does not want to be crawled"
    if crawl.robots_later:
        said = crawl.robots_failure
        advice = next((HELP[name] for name in HELP if PHRASES[name] == said), "try again later")
        return f"robots.txt of {host} gives no answer ({said}): nothing may be fetched; {advice}"
    if session.stopping == "no-network":
        return "there seems to be no network here: try again later"
    reason = outcome.broken_reason(crawl, complete=False)
    if reason:
        return reason
    if scout.answers:
        return _answered(*scout.answers[-1])
    failures = sorted(name for name in crawl.counts if name.startswith("failure:"))
    told: Any = failures[0].partition(":")[2] if failures else "no answer"
    return f"{host} gave no page: {PHRASES.get(told, told)}; {HELP.get(told, 'try again later')}"


def _instead(kind: str, url: str, status: int | None) -> str:
    """Say what a first page is that stands in the place of a site's own."""
    if kind == "error" and status != 200:
        return _answered(url, status)
    return f"{url} {INSTEAD.get(kind, 'shows an error')}: look at it in a browser"


def _answered(url: str, status: int | None) -> str:
    """Say what to do about an answer that is no page."""
    code = status or 0
    if code in TURNED_AWAY:
        advice = "it turns programs away; ask its webmaster"
    elif 300 <= code < 400:
        return f"{url} leads round in circles ({code}): give the address of another of its pages"
    else:
        advice = "try again later" if code >= 500 else "is the address right?"
    return f"{url} answers {code}: {advice}"


TURNED_AWAY = (401, 403, 429, 451)
"""Statuses of a server that does not want this visitor."""

INSTEAD = {
    "challenge": "wants to see a browser at work first",
    "login": "asks for a login",
    "parked": "is a parked or suspended address",
    "soft-404": "says that nothing is there",
}
"""What a page shows that stands in the place of a site's own, by its kind."""

HELP: dict[Failure, str] = {
    "tls": "write its row by hand with `tls = false` or `old_tls = true` (docs/add-a-site.md)",
    "refused-address": "give the address that the public uses",
}
"""What can be done where a request failed, by the name of the failure."""
