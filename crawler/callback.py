"""The one callback and the one errback of every request: whatever happens, exactly one Page.

Many ends of a request reach neither an item pipeline nor a signal (a 404, a broken gzip, a callback
that raises); a page that ends silently would keep its lease. So the spider's code runs inside
`PageCallback`, and both ways out yield a Page for the pipeline.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from archive.page import Claim, Fetch, Page
from archive.warc import DAMAGED, TooLongBodyError, content_encoding, decoded, header
from crawler import drift, robots
from crawler.files.fetching import as_file, is_file
from crawler.network import NO_ROUTE, RefusedAddressError, is_our_network
from crawler.settings import DOWNLOAD_MAXSIZE
from crawler.wire import META, WireAnswer, header_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

    from archive.page import Failure

logger = logging.getLogger(__name__)

CLAIM = "mattran_claim"
ASKED = "mattran_asked"  # the address as it was asked for
STARTED = "mattran_started"
MAX_RETRY_AFTER = 86_400.0

FAILURES: tuple[tuple[type[BaseException], Failure], ...] = (
    (RefusedAddressError, "refused-address"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connect"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "dropped"),
    (DownloadCancelledError, "too-large"),
    (DownloadFailedError, "dropped"),
)

# What `captures.failure_text` says; the exceptions' own texts hold reprs of Twisted's objects.
PHRASES: dict[Failure, str] = {
    "refused-address": "the name points to an address that is not public",
    "dns": "the name does not resolve",
    "connect": "no connection: refused or unreachable",
    "timeout": "no complete answer in time",
    "dropped": "the connection broke before the answer was complete",
    "tls": "no secure connection: certificate or TLS version not accepted",
    "too-large": "the answer is larger than 20 MB",
    "bad-encoding": "the compressed body is damaged",
}
BOMB = "decompressed, the body is larger than 20 MB"


class PageMaker(Protocol):
    """What the callback needs of a site's family: one answer in, one page out."""

    def page(self, fetch: Fetch, claim: Claim) -> Page:
        """Say what the answer is; may raise, the callback catches it."""
        ...


class PageCallback:
    """Callback and errback of one site's requests.

    :param family: the site's family.
    """

    def __init__(self, family: PageMaker) -> None:
        self.family = family

    def handle(self, response: Response) -> Iterator[Page]:
        """Yield the page of an answer; an exception in the family yields a failed page."""
        claim, fetch = _fetched(cast("Request", response.request))
        try:
            encodings = content_encoding(fetch.headers)
            fetch.body = decoded(fetch.wire_body, encodings, limit=DOWNLOAD_MAXSIZE)
        except (ValueError, OSError, *DAMAGED) as error:
            yield _failed(claim, fetch, "bad-encoding", error)
            return
        try:
            page = self._page(fetch, claim)
        except Exception as error:
            logger.exception("extraction failed on %s", claim.url)
            fetch.failure = "extraction"
            fetch.failure_text = own_error(error)
            page = Page(url=claim.url, kind="failed")
        drift.mark(page, claim)
        page.fetch, page.claim = fetch, claim
        yield page

    def _page(self, fetch: Fetch, claim: Claim) -> Page:
        if claim.kind == "robots":
            return robots.page_of(fetch, claim)
        page = self.family.page(fetch, claim)
        if not isinstance(page, Page):
            raise TypeError(f"a family makes one Page of an answer, not {type(page).__name__}")
        return as_file(page, claim) if is_file(claim) else page

    def failed(self, failure: TwistedFailure) -> Iterator[Page]:
        """Yield the failed page of a request that brought no usable answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        claim, fetch = _fetched(request)
        yield _failed(claim, fetch, failure_class(failure.value), failure.value)


def _failed(claim: Claim, fetch: Fetch, failure: Failure, error: BaseException | None) -> Page:
    fetch.failure, fetch.failure_text = failure, failure_text(failure, error)
    return Page(url=claim.url, kind="failed", fetch=fetch, claim=claim)


def failure_class(error: BaseException | None) -> Failure:
    """Name the class of a download error, which decides whether it is tried again."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, RefusedAddressError):
            return "refused-address"
        current = current.__cause__ or current.__context__
    for kind, name in FAILURES:
        if isinstance(error, kind):
            return _refined(error, name)
    return "other"


def failure_text(failure: Failure, error: BaseException | None) -> str:
    """Say in one clear line why a request brought no usable answer."""
    if isinstance(error, TooLongBodyError):
        return BOMB
    if failure == "connect" and error is not None and is_our_network(error):
        return NO_ROUTE
    if failure in PHRASES:
        return PHRASES[failure]
    return "no answer" if error is None else own_error(error)


def own_error(error: BaseException) -> str:
    """Return an exception as one line of at most 200 characters: its name and what it says."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _refined(error: BaseException, name: Failure) -> Failure:
    text = str(error).lower()
    if name == "dropped" and ("ssl" in text or "certificate" in text or "tls" in text):
        return "tls"
    if name == "dropped" and is_our_network(error):
        return "connect"
    return name


def _fetched(request: Request) -> tuple[Claim, Fetch]:
    """Take what the scheduler and the download handler left in the request's meta."""
    claim: Claim = request.meta[CLAIM]
    started: float = request.meta.get(STARTED, time.time())
    wire: WireAnswer | None = request.meta.pop(META, None)
    fetch = Fetch(
        url=request.meta.get(ASKED, claim.url),
        started_at=started,
        duration=max(0.0, time.time() - started),
        method=request.method,
        request_headers=header_list(request.headers) if wire is None else wire.request_headers,
        request_body=request.body,
    )
    if wire is not None:
        fetch.status = wire.status
        fetch.headers = wire.headers
        fetch.wire_body = wire.body
        fetch.ip = wire.ip
        fetch.retry_after = retry_after(header(wire.headers, "retry-after"), started)
    return claim, fetch


def retry_after(value: str | None, now: float) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date relative to `now` (epoch seconds).

    Returns seconds between 0 and a day, or None.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
        until = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, until - now), MAX_RETRY_AFTER)
