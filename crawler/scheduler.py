"""Scrapy's scheduler over the frontier: a request exists only from claim to settlement."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from scrapy import FormRequest, Request
from scrapy.core.scheduler import BaseScheduler

from crawler.callback import ASKED, CLAIM, STARTED, PageCallback
from crawler.files.fetching import is_file
from crawler.internals import in_progress, wake
from crawler.wire import JAR, PAUSE

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from archive.page import Claim
    from crawler.session import CrawlSession
    from crawler.sitecrawl import SiteCrawl

logger = logging.getLogger(__name__)

LEAK_CHECK_SECONDS = 60.0


class FrontierScheduler(BaseScheduler):
    """Claims one due row at a time and builds its request then.

    Links never come here as requests: they are rows. `has_pending_requests` is true only while this
    process could still claim something, so that every stop rule lets the spider go idle.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._timer: asyncio.TimerHandle | None = None
        self._requests: dict[int, Request] = {}
        self._headers = {
            **crawler.settings.getdict("DEFAULT_REQUEST_HEADERS"),
            "User-Agent": crawler.settings["USER_AGENT"],
        }
        self._leaks_checked = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Build the scheduler for one crawler, that is for one site."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take the session and the site from the spider, and start to look up its host."""
        self.session: CrawlSession = spider.session  # type: ignore[attr-defined]
        self.crawl: SiteCrawl = self.session.crawls[spider.site.id]  # type: ignore[attr-defined]
        self.callbacks = PageCallback(self.crawl.family)
        self.crawl.wake = self.wake
        self.session.open_site(self.crawl)

    def close(self, reason: str) -> None:  # noqa: ARG002 (of Scrapy)
        """Give back what was claimed and never fetched."""
        if self._timer is not None:
            self._timer.cancel()
        self.session.close_site(self.crawl)

    def has_pending_requests(self) -> bool:
        """Tell whether this process could claim something now or soon."""
        return self.session.may_continue(self.crawl)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request nobody should make: it becomes a row, so that nothing is lost."""
        logger.error("a request was made instead of a link: %s", request.url)
        self.session.adopt(self.crawl, request.url)
        return True

    def next_request(self) -> Request | None:
        """Return the next request whose host is free, or None and arrange to be asked again.

        Never raises: an exception here would be logged by the event loop and lose the claim.
        """
        try:
            self._find_leaks()
            answer = self.session.next_claim(self.crawl)
        except Exception as error:  # noqa: BLE001 (see above)
            self.session.broke(self.crawl, error)
            return None
        if isinstance(answer, float):
            self._wake_in(answer)
            return None
        if answer is None:
            return None
        try:
            return self._request(answer)
        except Exception as error:  # noqa: BLE001 (e.g. an address Scrapy takes for none)
            self.session.unfit(self.crawl, answer, error)
            return None

    def wake(self) -> None:
        """Ask the engine to ask this scheduler again, now."""
        if self.crawler.engine is not None:
            wake(self.crawler.engine)

    def _wake_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.wake)

    def _request(self, claim: Claim) -> Request:
        self._requests.clear()  # one at a time per site: the one before is settled
        url = self.crawl.served.at(claim.url)
        meta = {
            CLAIM: claim,
            ASKED: url,
            STARTED: time.time(),
            JAR: claim.chain,
            PAUSE: self.session.delay_of(self.crawl),
        }
        callback, errback = self.callbacks.handle, self.callbacks.failed
        request: Request
        if claim.method == "POST":
            request = FormRequest(
                url,
                formdata=claim.form or {},
                headers=self._headers,
                callback=callback,
                errback=errback,
                meta=meta,
                dont_filter=True,
            )
        else:
            request = Request(
                url,
                headers=self._headers | _validators(claim),
                callback=callback,
                errback=errback,
                meta=meta,
                dont_filter=True,
            )
        self._requests[claim.id] = request
        return request

    def _find_leaks(self) -> None:
        """Settle as failed a request the engine no longer knows of: no way to end is forgotten."""
        if not self.crawl.in_flight or time.monotonic() - self._leaks_checked < LEAK_CHECK_SECONDS:
            return
        self._leaks_checked = time.monotonic()
        engine = self.crawler.engine
        known = in_progress(engine) if engine is not None else set()
        for claim in list(self.crawl.in_flight.values()):
            request = self._requests.get(claim.id)
            if request is not None and request not in known:
                logger.error("the engine lost the request of %s", claim.url)
                self.session.leaked(self.crawl, claim)


def _validators(claim: Claim) -> dict[str, str]:
    """Headers of a conditional request, for feeds and files: where sites answer 304."""
    headers = {}
    if claim.kind == "feed" or is_file(claim):
        if claim.etag:
            headers["If-None-Match"] = claim.etag
        if claim.last_modified:
            headers["If-Modified-Since"] = claim.last_modified
    return headers
