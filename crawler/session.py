"""One crawl run over any number of sites: what is fetched when, and what became of it."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from archive.connection import explained
from archive.errors import ArchiveLockedError, LeaseLostError, NotWritableError
from archive.page import Fetch, Page
from crawler import tally
from crawler.files import fetching
from crawler.gate import Gate
from crawler.learning import Learner
from crawler.network import sounds_like_ours
from crawler.opening import DOWN_AFTER, Opening
from crawler.outage import is_ours
from crawler.permission import Permission
from crawler.probing import Prober
from crawler.sitecrawl import Answer, SiteCrawl

if TYPE_CHECKING:
    from pathlib import Path

    from archive.page import Claim, Failure
    from archive.store import Archive
    from crawler.reextract import Reextractor

logger = logging.getLogger(__name__)

Mode = Literal["incremental", "full", "recrawl", "due"]
StopReason = Literal["limit", "signal", "no-space", "no-network", "locked", "error"]

NEAR_SECONDS = 90  # a retry due this soon is waited for, a later one is left to the next run
LONGEST_WAIT = 400  # seconds a run waits for a host; above any Crawl-delay obeyed
MAX_DELAY = 60.0  # seconds a 429 may raise the delay to
FIRST_RAISED_DELAY = 2.1  # seconds, where there was none (a loopback site)
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
    :param gate: the gate to go through, where it is not the one of `archive`.
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
        gate: Gate | None = None,
    ) -> None:
        self.archive = archive
        self.crawls = crawls
        self.mode = mode
        self.limits = limits
        self.folder = folder
        self.gate = gate or Gate(archive.conn, archive.run.id)
        self.stopping: StopReason | None = None
        self.explanation = ""
        self.closed = False
        self.requests = 0
        self.our_network = False  # there was a sign that only our own network can give
        self.opening = Opening(self, select)
        self.learner = Learner(archive)
        self._prober = Prober(archive)
        self._permission = Permission(archive, self.gate)
        self._reextract = reextract
        self._started = time.monotonic()
        self._held: list[tuple[SiteCrawl, Answer]] = []
        self.on_progress: Callable[[], None] = lambda: None

    # -- opening and closing a site -------------------------------------------------------------

    def open_site(self, crawl: SiteCrawl) -> None:
        """Begin to open a site; its scheduler is woken when there is something to claim."""
        self.opening.start(crawl)

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
            fetching.end(self.archive, crawl)
            if self.stopping in {None, "limit"}:
                self.learner.close(crawl)
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
            wait = self.gate.enter(crawl.doors, self.delay_of(crawl))
        if wait > LONGEST_WAIT:
            crawl.down = f"{crawl.host_key} asks to be left alone for another {wait / 60:.0f} min"
            crawl.finished = True
            return None
        if wait > 0:
            return wait
        answer = None
        try:
            answer = self._claim(crawl)
        finally:  # other sites wait behind these doors, too
            if isinstance(answer, float) or answer is None:
                self.gate.leave(crawl.doors, 0.0)
        return answer

    def _claim(self, crawl: SiteCrawl) -> Claim | float | None:
        frontier, now = self.archive.frontier, int(time.time())
        if crawl.budget is not None and crawl.budget <= 0:
            crawl.overspent = frontier.anything_left(crawl.site.id, recrawl=self.mode == "recrawl")
            crawl.finished = True
            return None
        while (claim := self._next_row(crawl, now)) is not None:
            if self._permission.admits(crawl, _as_asked(crawl, claim)):
                crawl.in_flight[claim.id] = claim
                self._spend(crawl, claim)
                return claim
            if crawl.robots_later:
                break
        return self._wait_or_finish(crawl, now)

    def _next_row(self, crawl: SiteCrawl, now: int) -> Claim | None:
        """Claim a page; once the pages are done a file."""
        files = crawl.files
        if files is not None and files.only_new and files.has_begun and not files.may_go_on:
            return None
        with_files = files is not None and files.may_go_on and not files.only_new
        return self.archive.frontier.claim(crawl.site.id, now, files=with_files)

    def _spend(self, crawl: SiteCrawl, claim: Claim) -> None:
        """Count a request against the limits of the run and the budgets of its site."""
        if claim.kind == "robots":
            return
        self.requests += 1
        if crawl.budget is not None:
            crawl.budget -= 1
        if crawl.files is not None and fetching.is_file(claim):
            crawl.files.files -= 1

    def _wait_or_finish(self, crawl: SiteCrawl, now: int) -> float | None:
        frontier = self.archive.frontier
        if frontier.promote(crawl.site.id, now):
            crawl.robots_later = False
            return 0.01
        due = frontier.next_waiting(crawl.site.id)
        if due is not None and due - now <= NEAR_SECONDS:
            return max(0.5, float(due - now))
        if fetching.begin(self.archive, crawl, now):
            return 0.01
        crawl.finished = True
        return None

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
        fetch = answer.fetch
        if _nobody_there(crawl, fetch) and not self._permission.note_away(crawl, fetch.url):
            self._hold(crawl, answer)
            return
        if fetch.status is not None:
            crawl.answered, crawl.silent, crawl.connect_failures = True, False, 0
            crawl.talked = True
            self._settle_held(crawl)
        if fetch.status == 200:
            crawl.served.stand(fetch.url)
        if crawl.walls.opens(answer):
            self.archive.frontier.release([answer.claim.id])
        elif not self._leads_back(crawl, answer):
            self._keep(crawl, answer)

    def _leads_back(self, crawl: SiteCrawl, answer: Answer) -> bool:
        """Learn from a redirect where the site is served.

        True where it leads back to the row's own address, which is then asked for as it is spelled.
        """
        page, claim, fetch = answer
        target = next((link.url for link in page.links if link.kind == "redirect"), None)
        if target is None or claim.method != "GET" or not crawl.site.covers(target):
            return False
        crawl.served.learn(fetch.url, target)
        if fetch.url == claim.url or target != claim.url:
            return False
        crawl.served.stand(claim.url)
        self.archive.frontier.release([claim.id])
        return True

    def _keep(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Store a page; a robots.txt is obeyed from then on."""
        if answer.claim.kind != "robots":
            self._store(crawl, answer)
            return
        self._permission.refuse_strange_move(crawl, answer.page)
        self._store(crawl, answer)
        self._permission.learn(crawl, answer)

    def _store(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Store a page in one transaction; any exception in it leaves the row failed instead."""
        page, claim, _ = answer
        shown = self._prober.disguise(answer)
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
        if shown is not None:
            self._prober.learned(crawl, claim, shown)
            return
        self._prober.look_at(crawl, answer, stored)
        tally.count(crawl, answer, stored)
        crawl.look.see(page, claim)
        self.learner.noted(crawl, page.article, stored)

    def _delay_after(self, crawl: SiteCrawl, fetch: Fetch) -> float:
        """Return the seconds before the host's next request; a 429 raises them for good."""
        delay = self.delay_of(crawl)
        if fetch.status == 429:
            delay = min(max(2 * delay, FIRST_RAISED_DELAY), MAX_DELAY)
            self.gate.learn_delay(crawl.host_key, delay)
        if fetch.status in {429, 503} and fetch.retry_after:
            return max(delay, fetch.retry_after)
        return delay

    def delay_of(self, crawl: SiteCrawl) -> float:
        """Return the longest delay that the row or one of the site's hosts asks for."""
        return max([crawl.site.delay, *map(self.gate.learned_delay, crawl.doors)])

    # -- failures that may be our own -----------------------------------------------------------

    def _hold(self, crawl: SiteCrawl, answer: Answer) -> None:
        """Keep a connection failure unjudged, its row leased, until we know whose it is."""
        self._held.append((crawl, answer))
        crawl.silent = True
        crawl.connect_failures += 1
        self.our_network |= sounds_like_ours(answer.fetch.failure_text)
        if answer.fetch.failure == "dns" or crawl.connect_failures >= DOWN_AFTER:
            crawl.down = f"{crawl.host_key} does not answer ({answer.fetch.failure})"
        self.judge_network()

    def _settle_held(self, crawl: SiteCrawl) -> None:
        """Store the failures held back for a site that answers again: they were its own."""
        mine = [answer for held, answer in self._held if held is crawl]
        self._held = [pair for pair in self._held if pair[0] is not crawl]
        for answer in mine:
            self._keep(crawl, answer)

    def judge_network(self) -> None:
        """Stop the run when it is our own network that is down."""
        if is_ours(self.crawls.values(), certain=self.our_network):
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
            self._keep(crawl, answer)
        for site in {crawl.site.id for crawl, _ in held}:
            self.archive.frontier.end_cycle(site)
        self._note_hosts()

    def _note_hosts(self) -> None:
        """Let the archive know which hosts were there: one that never is takes its pages along."""
        for crawl in self.crawls.values():
            if crawl.silent:
                self.archive.host_failed(crawl.host_key)
            elif crawl.talked and not crawl.counts["kind:parked"]:
                self.archive.host_spoke(crawl.host_key)

    def anything_left(self) -> bool:
        """Tell whether a later run has something to go on with."""
        crawls = self.crawls.values()
        if self.mode != "due" and not all(crawl.opened or crawl.down for crawl in crawls):
            return True  # stopped before it was known what there is
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
            self.opening.stop_waiting()
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
        self.opening.probed(crawl)

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


def _as_asked(crawl: SiteCrawl, claim: Claim) -> Claim:
    """Return a claim with the address it will be asked for at."""
    url = crawl.served.at(claim.url)
    return claim if url == claim.url else replace(claim, url=url)


def _nobody_there(crawl: SiteCrawl, fetch: Fetch) -> bool:
    """Tell whether a failure may come from a host, or a network, that is not there at all."""
    return fetch.failure in {"dns", "connect"} or (
        fetch.failure == "timeout" and fetch.status is None and not crawl.talked
    )
