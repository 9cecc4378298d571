"""Whatever ends a request, the callback yields one page and says why in a clear phrase."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import brotli
import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Headers, HtmlResponse
from twisted.python.failure import Failure

from archive.page import Claim, Fetch, Page
from crawler.callback import (
    CLAIM,
    PHRASES,
    STARTED,
    PageCallback,
    failure_class,
    failure_text,
    retry_after,
)
from crawler.network import RefusedAddressError, sounds_like_ours
from crawler.wire import META, WireAnswer

URL = "http://127.0.0.1/tin.htm"
TWISTED = "[<twisted.python.failure.Failure twisted.internet.error.%s>]"
NOW = 1_700_000_000.0

ERRORS = [
    (CannotResolveHostError("DNS lookup failed: no results"), "dns"),
    (DownloadConnectionRefusedError("Connection was refused by other side: 111"), "connect"),
    (DownloadTimeoutError("Getting http://a took longer than 60.0 seconds."), "timeout"),
    (ResponseDataLossError(), "dropped"),
    (DownloadFailedError(TWISTED % "ConnectionDone: Connection was closed cleanly."), "dropped"),
    (DownloadFailedError(TWISTED % "ConnectError: 101: Network is unreachable."), "connect"),
    (DownloadFailedError("[('SSL routines', '', 'certificate verify failed')]"), "tls"),
    (DownloadCancelledError("Expected to receive 22000012 bytes"), "too-large"),
    (IgnoreRequest("its body exceeded DOWNLOAD_MAXSIZE"), "bad-encoding"),
    (gzip.BadGzipFile("CRC check failed"), "bad-encoding"),
    (zlib.error("Error -3 while decompressing data"), "bad-encoding"),
    (brotli.error("brotli: decoder process called with data"), "bad-encoding"),
    (EOFError("Compressed file ended"), "bad-encoding"),
    (RefusedAddressError("a.vn points to 10.0.0.1"), "refused-address"),
    (KeyError("of nobody"), "other"),
    (None, "other"),
]


def claim(**fields: Any) -> Claim:
    return Claim(**{"id": 1, "site": "s", "url": URL, "kind": "article", **fields})


def request(of: Claim, **headers: str) -> Request:
    wire = WireAnswer(200, Headers({"Content-Type": "text/html", **headers}), b"<p>", "127.0.0.1")
    return Request(URL, meta={CLAIM: of, STARTED: NOW, META: wire})


class Maker:
    """A family that answers with what it is given, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def page(self, fetch: Fetch, claim: Claim) -> Page:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[no-any-return]


def handled(answer: Any, **headers: str) -> list[Page]:
    asked = request(claim(), **headers)
    return list(PageCallback(Maker(answer)).handle(HtmlResponse(URL, body=b"<p>", request=asked)))


@pytest.mark.parametrize(("error", "name"), ERRORS, ids=lambda value: str(value)[:40])
def test_each_error_has_its_class(error, name):
    assert failure_class(error) == name


def test_a_refused_address_is_found_behind_the_error_it_caused():
    error = DownloadFailedError("no")
    error.__cause__ = RefusedAddressError("a.vn points to 10.0.0.1")
    assert failure_class(error) == "refused-address"


@pytest.mark.parametrize(("error", "name"), ERRORS, ids=lambda value: str(value)[:40])
def test_no_text_shows_the_inside_of_a_library(error, name):
    text = failure_text(name, error)
    assert text
    assert "\n" not in text
    assert not any(sign in text for sign in "<[>]")


def test_the_phrase_for_a_missing_route_is_still_taken_for_our_network():
    error = DownloadFailedError(TWISTED % "ConnectError: 101: Network is unreachable.")
    assert sounds_like_ours(failure_text("connect", error))
    assert not any(sounds_like_ours(phrase) for phrase in PHRASES.values())


def test_an_errback_yields_one_failed_page_with_its_claim():
    failure = Failure(DownloadTimeoutError("Getting it took longer"))
    mine = claim()
    failure.request = request(mine)  # type: ignore[attr-defined]
    (page,) = PageCallback(Maker(None)).failed(failure)
    assert (page.kind, page.claim) == ("failed", mine)
    assert page.fetch is not None
    assert (page.fetch.failure, page.fetch.failure_text) == ("timeout", PHRASES["timeout"])


def test_an_answer_yields_the_page_of_the_family_with_fetch_and_claim():
    (page,) = handled(Page(url=URL, kind="listing"))
    assert page.kind == "listing"
    assert page.claim is not None
    assert page.fetch is not None
    assert (page.fetch.status, page.fetch.wire_body, page.fetch.ip) == (200, b"<p>", "127.0.0.1")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (KeyError("title"), "KeyError: 'title'"),
        (None, "TypeError: a family makes one Page of an answer, not NoneType"),
        ([], "TypeError: a family makes one Page of an answer, not list"),
        (ValueError("two\nlines"), "ValueError: two lines"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
)
def test_a_family_that_fails_yields_one_failed_page(answer, text):
    (page,) = handled(answer)
    assert page.kind == "failed"
    assert page.fetch is not None
    assert (page.fetch.failure, page.fetch.failure_text) == ("extraction", text)
    assert (page.fetch.status, page.fetch.body) == (200, b"<p>")


def test_robots_txt_is_never_shown_to_the_family():
    asked = request(claim(kind="robots"))
    response = HtmlResponse(URL, body=b"User-agent: *", request=asked)
    (page,) = PageCallback(Maker(KeyError("asked"))).handle(response)
    assert page.kind == "robots"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        (b"120", 120),
        (b" 0 ", 0),
        (b"999999999", 86_400),
        (b"Tue, 14 Nov 2023 22:15:20 GMT", 120),
        (b"Tue, 14 Nov 2023 22:13:00 GMT", 0),  # past
        (b"-5", None),
        (b"1.5", None),
        (b"soon", None),
        (b"", None),
        (b"\xb2", None),  # a digit to Python, no number
        (b"Tue, 14 Nov 99999 22:15:20 GMT", None),
        (b"Tue, 14 Nov 2023 22:15:20 -0000", 120),  # not a time of this machine's zone
    ],
)
def test_a_retry_after_is_seconds_or_a_date_or_nothing(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_no_header_a_server_sends_breaks_the_callback():
    (page,) = handled(Page(url=URL, kind="other"), **{"Retry-After": "²"})
    assert page.kind == "other"
