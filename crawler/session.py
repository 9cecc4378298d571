"""One crawl run over any number of sites: who may fetch what and when, and what became of it."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from archive import admission
from archive.connection import explained
from archive.errors import ArchiveLockedError, LeaseLostError, NotWritableError
from archive.links import LISTS
from archive.moments import public
from archive.page import Fetch, Page
from crawler import robots
from crawler.gate import Gate
from crawler.network import (
    RefusedAddressError,
    is_our_network,
    literal_address,
    may_connect,
    reach,
    resolve,
    sounds_like_ours,
)
from crawler.outage import is_ours
from crawler.sitecrawl import Answer, SiteCrawl, door_key, port_of, robots_url

if TYPE_CHECKING:
    from pathlib import Path

    from archive.page import Claim, Failure
    from archive.store import Archive, Stored
    from crawler.reextract import Reextractor
    from crawler.registry import Site

logger = logging.getLogger(__name__)

Mode = Literal["incremental", "full", "recrawl", "due"]
StopReason = Literal["limit", "signal", "no-space", "no-network", "locked", "error"]

NEAR_SECONDS = 90  # a retry due this soon is waited for, a later one is left to the next run
LONGEST_WAIT = 400  # seconds a run waits for a host; above any Crawl-delay obeyed
MAX_DELAY = 60.0  # seconds a 429 may raise the delay to
FIRST_RAISED_DELAY = 2.1  # seconds, where there was none (a loopback site)
DOWN_AFTER = 3  # connection failures of a host without any answer
BEAT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run stops by itself: pages, seconds from the start, bytes left on the disk."""

    max_pages: int | None = None
    max_seconds: float | None = None
    min_free: int = 0


class CrawlSession:
    """Decides each claim and settles each page; everything runs in the event loop's thread.

    :param archive: the open archive; the session is its only user.
    :param crawls: the sites of this run by id, their locks already held.
    :param mode: what kind of run it is (docs/operations.md).
    :param reextract: re-extraction of stored captures with today's rules.
    :param select: makes rows ready (recrawl); called once, when the first site is opened.
    """

    def __init__(
        self,
        archive: Archive,
        crawls: dict[str, SiteCrawl],
        mode: Mode,
        limits: Limits,
        *,
        reextract: Reextractor,
        folder: Path,
        select: Callable[[Archive], object] | None = None,
    ) -> None:
        self.archive = archive
        self.crawls = crawls
        self.mode = mode
        self.limits = limits
        self.folder = folder
        self.gate = Gate(archive.conn, archive.run.id)
        self.stopping: StopReason | None = None
        self.explanation = ""
        self.closed = False
        self.requests = 0
        self._reextract = reextract
        self._started = time.monotonic()
        self._held: list[tuple[SiteCrawl, Answer]] = []
        self._our_network = False
        self._select = select
        self._all_probed = asyncio.Event()
        self._connections: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_progress: Callable[[], None] = lambda: None

    # -- opening and closing a site -------------------------------------------------------------

    def open_site(self, crawl: SiteCrawl) -> None:
        """See in the background whether the site's host is there, then make its rows ready."""
        task = asyncio.get_running_loop().create_task(self._open(crawl))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, crawl: SiteCrawl) -> None:
        """Open a site; nothing of it is written before it is clear that our network is there."""
        try:
            if self._has_nothing_due(crawl):
                crawl.finished = True
                self._probed(crawl)
                return
            await self._reach(crawl)
            if crawl.silent:
                await self._all_probed.wait()
            if self.may_continue(crawl):
                with explained(self.archive.conn):
                    self._begin(crawl)
                crawl.opened = True
        except Exception as error:  # noqa: BLE001 (nobody awaits this task)
            self.broke(crawl, error)
        finally:
            crawl.wake()

    def _has_nothing_due(self, crawl: SiteCrawl) -> bool:
        """Tell whether a run of what is due may leave the site, and its host, alone."""
        frontier, site, now = self.archive.frontier, crawl.site.id, int(time.time())
        if self.mode != "due" or frontier.is_empty(site) or frontier.anything_left(site, by=now):
            return False
        due = frontier.next_due(site)
        return due is None or due > now

    def _begin(self, crawl: SiteCrawl) -> None:
        """Seed the site when a new cycle begins and fill its known set."""
        self._make_rows_ready(crawl)
        if not crawl.silent:
            self.archive.frontier.host_is_back(crawl.site.id)
        crawl.known = crawl.family.known = self.archive.frontier.known(crawl.site.id)

    def _make_rows_ready(self, crawl: SiteCrawl) -> None:
        frontier, site = self.archive.frontier, crawl.site.id
        if self._select is not None:
            select, self._select = self._select, None
            select(self.archive)
        if self.mode == "recrawl":
            frontier.begin_cycle(site, "recrawl")
            return
        due_only = self.mode == "due" and not frontier.is_empty(site)
        frontier.begin_cycle(site, "full" if self.mode == "full" else "incremental",
                             due_only=due_only)  # fmt: skip
        if due_only:
            frontier.promote_due(site)
        frontier.seed(site, crawl.family.seeds())  # known ones stay as they are

    async def _reach(self, crawl: SiteCrawl) -> None:
        """Look up the site's host and connect to it once, without a request."""
        host = urlsplit(crawl.site.base_url).hostname or ""
        try:
            address = await resolve(host)
            self._make_doors(crawl, address)
            await self._connect(address, port_of(crawl.site.base_url))
        except RefusedAddressError as error:
            crawl.down = str(error)
        except OSError as error:  # TimeoutError is one too
            crawl.silent = True
            crawl.connect_failures = DOWN_AFTER - 1
            if not crawl.doors:
                crawl.down = f"the name {host} does not resolve"
            self._our_network |= is_our_network(error)
        else:
            crawl.answered = True
        self._probed(crawl)

    async def _connect(self, address: str, port: int) -> None:
        """Connect to a server once, for all sites it serves."""
        if (address, port) not in self._connections:
            self._connections[address, port] = asyncio.ensure_future(reach(address, port))
        await self._connections[address, port]

    def _probed(self, crawl: SiteCrawl) -> None:
        crawl.probed = True
        self._judge_network()
        if all(other.probed or other.finished for other in self.crawls.values()):
            self._all_probed.set()

    def _make_doors(self, crawl: SiteCrawl, address: str) -> None:
        site = crawl.site
        doors = [crawl.host_key]
        self.gate.register(crawl.host_key, "host", address)
        if not site.is_loopback:
            for host in sorted({name.partition(":")[0] for name in site.hosts}):
                if host not in doors:
                    self.gate.register(host, "host")
                    doors.append(host)
            self.gate.register(f"ip:{address}", "ip", address)
            doors.append(f"ip:{address}")
        crawl.doors = doors

    def close_site(self, crawl: SiteCrawl) -> None:
        """Give back what is still leased, and end the cycle when nothing is left."""
        if self.closed or crawl.closed:
            return
        crawl.finished = crawl.closed = True
        self._release(crawl)
        frontier, site = self.archive.frontier, crawl.site.id
        crawl.known_articles = frontier.knows_articles(site)
        if crawl.opened:
            frontier.end_cycle(site)
        frontier.close_site(site)
        crawl.known = crawl.family.known = set()

    def _release(self, crawl: SiteCrawl) -> None:
        if crawl.in_flight:
            self.archive.frontier.release(list(crawl.in_flight))
            crawl.in_flight.clear()

    # -- what next ------------------------------------------------------------------------------

    def may_continue(self, crawl: SiteCrawl) -> bool:
        """Tell whether this site could still claim something in this run."""
        return not (self.stopping or crawl.finished or crawl.down)

    def next_claim(self, crawl: SiteCrawl) -> Claim | float | None:
        """Return the next row to fetch, or seconds to wait, or None (nothing, or not yet)."""
        if not self.may_continue(crawl) or not crawl.opened or crawl.in_flight:
            return None
        if self.limit_reached():
            return None
        with explained(self.archive.conn):
            return self._next_claim(crawl)

    def _next_claim(self, crawl: SiteCrawl) -> Claim | float | None:
        wait = self.gate.wait(crawl.doors)
        if wait is None:
            return None
        if wait == 0:
            wait = self.gate.enter(crawl.doors, self._delay_of(crawl))
        if wait > LONGEST_WAIT:
            crawl.down = f"{crawl.host_key} asks to be left alone for another {wait / 60:.0f} min"
            crawl.finished = True
            return None
        if wait > 0:
            return wait
        answer = self._claim(crawl)
        if isinstance(answer, float) or answer is None:
            self.gate.leave(crawl.doors, 0.0)
        return answer

    def _claim(self, crawl: SiteCrawl) -> Claim | float | None:
        frontier, now = self.archive.frontier, int(time.time())
        while (claim := frontier.claim(crawl.site.id, now)) is not None:
            if self._admit(crawl, claim):
                crawl.in_flight[claim.id] = claim
                if claim.kind != "robots":
                    self.requests += 1
                return claim
            if crawl.robots_later:
                break
        return self._wait_or_finish(crawl, now)

    def _wait_or_finish(self, crawl: SiteCrawl, now: int) -> float | None:
        frontier = self.archive.frontier
        if frontier.promote(crawl.site.id, now):
            crawl.robots_later = False
            return 0.01
        due = frontier.next_waiting(crawl.site.id)
        if due is not None and due - now <= NEAR_SECONDS:
            return max(0.5, float(due - now))
        crawl.finished = True
        return None

    def _admit(self, crawl: SiteCrawl, claim: Claim) -> bool:
        """Tell whether a claimed row may be fetched now; settle it when it may not."""
        frontier = self.archive.frontier
        if not _may_fetch(crawl.site, claim.url):
            admission.deny(self.archive.conn, claim, "not a registered host")
            return False
        if claim.kind == "robots":
            return True
        if _is_denied(crawl, claim):
            admission.deny(self.archive.conn, claim, "denied by the registry")
            return False
        rules = self._rules(crawl, claim.url)
        if rules is None:
            frontier.release([claim.id])
            return False
        if not rules.allows(claim.url):
            admission.block(self.archive.conn, claim)
            crawl.counts["blocked"] += 1
            return False
        return True

    def _rules(self, crawl: SiteCrawl, url: str) -> robots.RobotsRules | None:
        """Return the rules for `url`; None after putting its robots.txt in front of the queue."""
        key = door_key(crawl.site, url)
        rules = crawl.rules.get(key)
        if rules is None:
            rules = robots.stored_rules(self.archive.conn, key, int(time.time()))
            if rules is not None:
                crawl.rules[key] = rules
        if rules is None and not crawl.robots_later:
            if key not in crawl.doors:
                self.gate.register(key, "host")
            address = robots_url(url)
            crawl.robots_origin[address] = key
            crawl.robots_later = not admission.ask_robots(self.archive.conn, crawl.site.id, address)
        return rules

    def limit_reached(self) -> bool:
        """Stop the run when it has met one of its limits; tell whether it is stopping."""
        limits = self.limits
        if (limits.max_pages is not None and self.requests >= limits.max_pages) or (
            limits.max_seconds is not None
            and time.monotonic() - self._started >= limits.max_seconds
        ):
            self.stop("limit")
        elif shutil.disk_usage(self.folder).free < limits.min_free:
            self.stop("no-space")
        return self.stopping is not None

    # -- settling -------------------------------------------------------------------------------

    def settle(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Store a page or mark its row failed; afterwards its lease is gone and its host free."""
        _, claim, fetch = answer
        if self.closed or claim.id not in crawl.in_flight:
            return
        try:
            with explained(self.archive.conn):
                self._settle(crawl, answer)
                self.gate.leave(crawl.doors, self._delay_after(crawl, fetch))
                crawl.in_flight.pop(claim.id, None)
        except Exception as error:  # noqa: BLE001 (a pipeline's exception would end up nowhere)
            self.gate.forget(crawl.doors)
            self.broke(crawl, error)
        self.on_progress()
        self._wake_next(crawl)

    def _wake_next(self, crawl: SiteCrawl) -> None:
        """Let the sites behind the same doors ask again, this one last, so that all take turns."""
        for other in self.crawls.values():
            if other is not crawl and not set(other.doors).isdisjoint(crawl.doors):
                other.wake()
        crawl.wake()

    def _settle(self, crawl: SiteCrawl, answer: Answer) -> None:
        _, claim, fetch = answer
        if _nobody_there(crawl, fetch):
            self._hold(crawl, answer)
            return
        if fetch.status is not None:
            crawl.answered, crawl.silent, crawl.connect_failures = True, False, 0
            crawl.talked = True
            self._settle_held(crawl)
        if claim.kind == "robots":
            self._settle_robots(crawl, answer)
        else:
            self._store(crawl, answer)

    def _store(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Store a page in one transaction; any exception in it leaves the row failed instead."""
        page, claim, _ = answer
        try:
            stored = self.archive.store(page, reextract=self._reextract, every=crawl.site.every)
        except LeaseLostError:
            logger.warning("the lease of %s was lost; its page is not stored", claim.url)
            crawl.counts["lease_lost"] += 1
            return
        except (NotWritableError, ArchiveLockedError):
            raise
        except Exception as error:
            logger.exception("storing %s failed", claim.url)
            crawl.counts["errors"] += 1
            crawl.error = f"storing {claim.url} failed: {type(error).__name__}: {error}"
            self.archive.fail(claim, "other", f"{type(error).__name__}: {error}"[:200])
            return
        _count(crawl, answer, stored)

    def _settle_robots(self, crawl: SiteCrawl, answer: Answer) -> None:
        page, claim, fetch = answer
        origin = crawl.robots_origin.pop(claim.url, door_key(crawl.site, claim.url))
        if any(not _may_fetch(crawl.site, link.url) for link in page.links):
            crawl.down = f"robots.txt leads to {page.links[0].url}, which is no registered host"
            page.links = []
        self._store(crawl, answer)
        if crawl.down or self._follows_robots(crawl, page, origin):
            return
        status = fetch.status if fetch.failure is None else None
        rules = robots.keep_rules(
            self.archive.conn,
            origin,
            status=status,
            body=fetch.body,
            at=public(fetch.started_at),
            now=int(time.time()),
        )
        if rules is None:
            crawl.robots_later = True
            crawl.robots_failure = fetch.failure_text or f"status {status}"
            return
        crawl.rules[origin] = rules
        if rules.crawl_delay:
            self.gate.learn_delay(origin, rules.crawl_delay)

    def _follows_robots(self, crawl: SiteCrawl, page: Page, origin: str) -> bool:
        """Ask where robots.txt moved to; False where no file can stand, which means no rules."""
        if page.kind != "redirect" or not page.links:
            return False
        target = page.links[0].url
        crawl.robots_moves[origin] += 1
        if crawl.robots_moves[origin] > robots.MAX_REDIRECTS or not admission.is_robots(
            self.archive.conn, crawl.site.id, target
        ):
            return False
        crawl.robots_origin[target] = origin
        crawl.robots_later = not admission.ask_robots(self.archive.conn, crawl.site.id, target)
        return True

    def _delay_after(self, crawl: SiteCrawl, fetch: Fetch) -> float:
        """Return the seconds before the host's next request; a 429 raises them for good."""
        delay = self._delay_of(crawl)
        if fetch.status == 429:
            delay = min(max(2 * delay, FIRST_RAISED_DELAY), MAX_DELAY)
            self.gate.learn_delay(crawl.host_key, delay)
        if fetch.status in {429, 503} and fetch.retry_after:
            return max(delay, fetch.retry_after)
        return delay

    def _delay_of(self, crawl: SiteCrawl) -> float:
        return max(crawl.site.delay, self.gate.learned_delay(crawl.host_key))

    # -- failures that may be our own -----------------------------------------------------------

    def _hold(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Keep a connection failure unjudged, its row leased, until we know whose it is."""
        self._held.append((crawl, answer))
        crawl.silent = True
        crawl.connect_failures += 1
        self._our_network |= sounds_like_ours(answer.fetch.failure_text)
        if answer.fetch.failure == "dns" or crawl.connect_failures >= DOWN_AFTER:
            crawl.down = f"{crawl.host_key} does not answer ({answer.fetch.failure})"
        self._judge_network()

    def _settle_held(self, crawl: SiteCrawl) -> None:
        """Store the failures held back for a site that answers again: they were its own."""
        mine = [answer for held, answer in self._held if held is crawl]
        self._held = [pair for pair in self._held if pair[0] is not crawl]
        for answer in mine:
            self._store_held(crawl, answer)

    def _store_held(self, crawl: SiteCrawl, answer: Answer) -> None:
        if answer.claim.kind == "robots":
            self._settle_robots(crawl, answer)
        else:
            self._store(crawl, answer)

    def _judge_network(self) -> None:
        if is_ours(self.crawls.values(), certain=self._our_network):
            self.stop("no-network")

    def end(self) -> None:
        """End the run: judge what was held back, give back what is still in flight."""
        try:
            self._judge_held()
            self.abandon()
        except (NotWritableError, ArchiveLockedError) as error:
            # The archive gives the leases back when this run ends, or when the next one starts.
            self.closed = True
            self.stop("locked" if isinstance(error, ArchiveLockedError) else "no-space", str(error))

    def _judge_held(self) -> None:
        """Our network -> nothing happened; else each failure is stored."""
        held, self._held = self._held, []
        if self.stopping in {"no-network", "no-space", "locked"}:
            self.archive.frontier.release([answer.claim.id for _, answer in held])
            return
        for crawl, answer in held:
            self._store_held(crawl, answer)
        for site in {crawl.site.id for crawl, _ in held}:
            self.archive.frontier.end_cycle(site)

    def anything_left(self) -> bool:
        """Tell whether a later run has something to go on with."""
        soon = int(time.time()) + NEAR_SECONDS
        frontier = self.archive.frontier
        mine = self.mode == "recrawl"
        return any(frontier.anything_left(site, by=soon, recrawl=mine) for site in self.crawls)

    # -- ends -----------------------------------------------------------------------------------

    def stop(self, reason: StopReason, explanation: str = "") -> None:
        """Claim nothing more; what is in flight is finished. The first reason stands.

        :param explanation: what to tell instead of what is said for `reason` in general.
        """
        if self.stopping is None:
            self.stopping = reason
            self.explanation = explanation
            logger.info("stopping: %s %s", reason, explanation)
            self._all_probed.set()
            for crawl in self.crawls.values():
                crawl.wake()

    def abandon(self) -> None:
        """Give back everything in flight, now: late answers are no longer stored."""
        for crawl in self.crawls.values():
            self.close_site(crawl)
        self.closed = True

    def broke(self, crawl: SiteCrawl, error: BaseException) -> None:
        """Note an exception of our own: one of the whole archive stops the run, else the site."""
        if isinstance(error, NotWritableError):
            self.stop("no-space", str(error))
            return
        if isinstance(error, ArchiveLockedError):
            self.stop("locked", str(error))
            return
        logger.error("crawling %s failed", crawl.site.id, exc_info=error)
        crawl.error = f"{type(error).__name__}: {error}"
        crawl.finished = True
        self._probed(crawl)

    def unfit(self, crawl: SiteCrawl, claim: Claim, error: Exception) -> None:
        """Settle a row no request can be made of."""
        logger.error("no request can be made of %s", claim.url, exc_info=error)
        self._fail(crawl, claim, "other", f"{type(error).__name__}: {error}"[:200])

    def leaked(self, crawl: SiteCrawl, claim: Claim) -> None:
        """Settle a request the engine lost."""
        crawl.counts["leaked"] += 1
        self._fail(crawl, claim, "leaked", "the engine lost the request")

    def _fail(self, crawl: SiteCrawl, claim: Claim, failure: Failure, text: str) -> None:
        fetch = Fetch(url=claim.url, started_at=time.time(), failure=failure, failure_text=text)
        page = Page(url=claim.url, kind="failed", fetch=fetch, claim=claim)
        self.settle(crawl, Answer(page, claim, fetch))

    def adopt(self, crawl: SiteCrawl, url: str) -> None:
        """Keep a URL somebody made a request of as a row."""
        self.archive.frontier.requeue_urls(crawl.site.id, [url])


def _may_fetch(site: Site, url: str) -> bool:
    """Tell whether `url` is on a host of the site and is not a private address by itself."""
    if not site.covers(url):
        return False
    host = urlsplit(url).hostname or ""
    address = literal_address(host)
    return address is None or may_connect(host, address)


def _is_denied(crawl: SiteCrawl, claim: Claim) -> bool:
    """Tell whether the registry denies a row found before it did so; what it lists is wanted."""
    is_front = claim.kind in LISTS and claim.depth == 0
    return not is_front and crawl.family.is_denied(claim.url)


def _nobody_there(crawl: SiteCrawl, fetch: Fetch) -> bool:
    """Tell whether a failure may come from a host, or a network, that is not there at all."""
    return fetch.failure in {"dns", "connect"} or (
        fetch.failure == "timeout" and fetch.status is None and not crawl.talked
    )


def _count(crawl: SiteCrawl, answer: Answer, stored: Stored) -> None:
    page, claim, fetch = answer
    counts = crawl.counts
    counts["pages"] += 1
    counts[f"kind:{page.kind}"] += 1
    counts["bytes"] += len(fetch.wire_body)
    counts["new"] += stored.new_article
    counts["changed"] += stored.cause == "site"
    counts["gone"] += stored.gone
    counts["links"] += len(page.links)
    if page.kind == "failed":
        counts[f"failure:{fetch.failure}"] += 1
    if claim.kind in LISTS and claim.depth == 0:
        _count_front(crawl, page)
    if claim.kind == "article":
        counts["articles_tried"] += 1
        counts["articles_ok"] += page.kind in {"article", "redirect", "not-found"}


def _count_front(crawl: SiteCrawl, page: Page) -> None:
    """Count a listing or feed the site begins with; where a redirect leads is counted instead."""
    if page.kind == "redirect":
        if page.links:
            return
        crawl.leads_to = str(page.evidence.get("location", ""))
    crawl.counts["fronts"] += 1
    crawl.counts["pagers"] += any(link.kind == "next" for link in page.links)
    crawl.counts["fronts_ok"] += page.kind in {*LISTS, "article"}
