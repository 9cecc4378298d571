"""Whatever ends a request, the callback yields one page and says why in a clear phrase."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.page import Claim, Fetch, Page
from crawler.callback import (
    BOMB,
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
NO_CONNECTION = "Cannot connect to host a.vn:443 ssl:default [%s]"
NOW = 1_700_000_000.0

ERRORS = [
    (CannotResolveHostError("Cannot connect to host a.vn:80 [Name not known]"), "dns"),
    (DownloadConnectionRefusedError(NO_CONNECTION % "Connect call failed"), "connect"),
    (DownloadConnectionRefusedError(NO_CONNECTION % "Network is unreachable"), "connect"),
    (DownloadTimeoutError(""), "timeout"),
    (ResponseDataLossError("Response payload is not completed: <ContentLengthError>"), "dropped"),
    (DownloadFailedError("Server disconnected"), "dropped"),
    (DownloadFailedError("TLS: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), "tls"),
    (DownloadCancelledError("the body is larger than 20971520 bytes"), "too-large"),
    (RefusedAddressError("a.vn points to 10.0.0.1"), "refused-address"),
    (KeyError("of nobody"), "other"),
    (None, "other"),
]


def claim(**fields: Any) -> Claim:
    return Claim(**{"id": 1, "site": "s", "url": URL, "kind": "article", **fields})


def request(of: Claim, **headers: str) -> Request:
    told = {"Content-Type": "text/html", **headers}
    wire = WireAnswer([("Host", "127.0.0.1")], 200, list(told.items()), b"<p>", "127.0.0.1")
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
    return list(PageCallback(Maker(answer)).handle(Response(URL, request=asked)))


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
    error = DownloadConnectionRefusedError(NO_CONNECTION % "Network is unreachable")
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


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<p>", PHRASES["bad-encoding"]),
        (gzip.compress(b"<p>" * 100)[:8], PHRASES["bad-encoding"]),
        (gzip.compress(b"\0" * 21 * 1024 * 1024), BOMB),
    ],
)
def test_a_body_that_cannot_be_decoded_is_never_shown_to_the_family(body, text):
    asked = request(claim(), **{"Content-Encoding": "gzip"})
    asked.meta[META] = asked.meta[META]._replace(body=body)
    (page,) = PageCallback(Maker(KeyError("asked"))).handle(Response(URL, request=asked))
    assert page.fetch is not None
    assert (page.fetch.failure, page.fetch.failure_text) == ("bad-encoding", text)
    assert (page.fetch.wire_body, page.fetch.body) == (body, b"")


def test_robots_txt_is_never_shown_to_the_family():
    asked = request(claim(kind="robots"))
    (page,) = PageCallback(Maker(KeyError("asked"))).handle(Response(URL, request=asked))
    assert page.kind == "robots"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("999999999", 86_400),
        ("Tue, 14 Nov 2023 22:15:20 GMT", 120),
        ("Tue, 14 Nov 2023 22:13:00 GMT", 0),  # past
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),  # a digit to Python, no number
        ("Tue, 14 Nov 99999 22:15:20 GMT", None),
        ("Tue, 14 Nov 2023 22:15:20 -0000", 120),  # not a time of this machine's zone
    ],
)
def test_a_retry_after_is_seconds_or_a_date_or_nothing(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_no_header_a_server_sends_breaks_the_callback():
    (page,) = handled(Page(url=URL, kind="other"), **{"Retry-After": "²"})
    assert page.kind == "other"
