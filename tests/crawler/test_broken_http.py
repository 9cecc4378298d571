"""Servers that break HTTP are read as browsers read them, and asked once more only once."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any, Protocol

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler import network
from crawler.download import DownloadHandler
from crawler.process import project_scrapy_settings
from crawler.wire import META, PAUSE, WireAnswer
from tests.crawler.raw_server import Answer, RawServer

BODY = "<html><p>Mặt trận phường</p></html>".encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
OK = b"HTTP/1.1 200 OK\r\n"

BROKEN = {
    "a body longer than it says": OK + LENGTH + b"\r\n" + BODY + b"\r\n<!-- more -->",
    "its length twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "a length that is none": OK + b"Content-Length: abc\r\n\r\n" + BODY,
    "a length beside chunks": OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "a line without a colon": OK + b"Warning in /index.php on line 3\r\n" + LENGTH + b"\r\n" + BODY,
    "a NUL in a header": OK + b"X-A: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
    "a space before a colon": OK + b"Content-Type : text/html\r\n" + LENGTH + b"\r\n" + BODY,
    "a line without a colon before its chunks": OK + b"Warning in /index.php on line 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "letters in a header's name": OK + "Máy-chủ: a\r\n".encode() + LENGTH + b"\r\n" + BODY,
}  # fmt: skip
SOUND = OK + LENGTH + b"Connection: close\r\n\r\n" + BODY


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "registered_private_hosts", {"127.0.0.1"})


class Server(Protocol):
    """What answers at `url`."""

    url: str


def fetched(
    server: Server, *asked: str, agent: str = "tester", **settings: Any
) -> list[WireAnswer]:
    """Ask for paths, by GET unless they say otherwise, as one site; return what came."""
    told = project_scrapy_settings("tester")
    for name, value in settings.items():
        told.set(name, value)

    async def fetch() -> list[WireAnswer]:
        crawler: Any = SimpleNamespace(settings=told)
        handler = DownloadHandler.from_crawler(crawler)
        found = []
        try:
            for each in asked:
                method, path = each.split() if " " in each else ("GET", each)
                headers = {"User-Agent": agent}
                request = Request(server.url + path, method=method, headers=headers)
                request.meta[PAUSE] = 0.3
                await handler.download_request(request)
                found.append(request.meta[META])
        finally:
            await handler.close()
        return found

    return asyncio.run(fetch())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_read(name: str) -> None:
    with RawServer({"/tin": lambda: [BROKEN[name]]}) as server:
        (answer,) = fetched(server, "/tin")
    assert (answer.status, answer.body, answer.ip) == (200, BODY, "127.0.0.1")


def test_the_log_tells_why_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """aiohttp's own message quotes what came: a whole page."""
    caplog.set_level("INFO")
    with RawServer({"/tin": lambda: [BROKEN["a length beside chunks"]]}) as server:
        fetched(server, "/tin")
    (told,) = [record.message for record in caplog.records if record.name == "crawler.download"]
    assert told.startswith(f"{server.url}/tin breaks HTTP: ")
    assert "\n" not in told


def test_the_second_request_waits_as_any_other_does() -> None:
    asked: list[float] = []

    def broken() -> Answer:
        asked.append(time.monotonic())
        return [BROKEN["its length twice"]]

    with RawServer({"/tin": broken}) as server:
        fetched(server, "/tin")
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 0.3


def test_a_site_that_breaks_http_is_asked_twice_once() -> None:
    pages = {f"/{name}": (lambda: [BROKEN["its length twice"]]) for name in "abc"}
    with RawServer(pages) as server:
        fetched(server, "/a", "/b", "/c")
    assert server.asked == ["/a", "/a", "/b", "/c"]


def test_what_both_take_for_no_http_leaves_the_site_as_it_is() -> None:
    pages = {"/a": lambda: [b"SSH-2.0-OpenSSH_9.2\r\n"], "/b": lambda: [SOUND]}
    with RawServer(pages) as server:
        with pytest.raises(DownloadFailedError):
            fetched(server, "/a")
        assert [answer.body for answer in fetched(server, "/b")] == [BODY]
    assert server.asked == ["/a", "/a", "/b"]


def test_cookies_and_headers_go_along() -> None:
    told = OK + b"Set-Cookie: s=1\r\n" + LENGTH + LENGTH + b"\r\n" + BODY
    with RawServer({"/a": lambda: [told], "/b": lambda: [told]}) as server:
        first, second = fetched(server, "/a", "/b")
        host = server.url.removeprefix("http://")
    assert ("Set-Cookie", "s=1") in first.headers
    assert second.request_headers == [
        ("Host", host),
        ("User-Agent", "tester"),
        ("Cookie", "s=1"),
        ("Connection", "close"),
    ]


@pytest.mark.parametrize("name", ["sound", "broken"])
def test_headers_are_sent_as_they_are_told_to_have_been(name: str) -> None:
    """A contact or a cookie may have any letters; é is one of Latin-1, ễ is none."""
    agent = "tester (+Lê Nguyễn <le@example.org>)"
    given = "Set-Cookie: ten=é\r\n".encode()
    pages = {
        "/sound": lambda: [SOUND.replace(LENGTH, given + LENGTH)],
        "/broken": lambda: [OK + given + LENGTH + LENGTH + b"\r\n" + BODY],
    }
    with RawServer(pages) as server:
        *_, last = fetched(server, f"/{name}", f"/{name}", agent=agent)
        sent = server.requests[-1]
    lines = [f"{name}: {value}".encode("latin-1") for name, value in last.request_headers]
    assert sent.split(b"\r\n")[1:-2] == lines
    assert f"User-Agent: {agent}".encode() in lines
    assert "Cookie: ten=é".encode() in lines


def test_a_cookie_in_utf_8_goes_along_both_ways() -> None:
    given = "Set-Cookie: ten=Mặt trận\r\n".encode()
    pages = {
        "/sound": lambda: [SOUND.replace(LENGTH, given + LENGTH)],
        "/broken": lambda: [OK + given.replace(b"ten", b"khac") + LENGTH + LENGTH + b"\r\n" + BODY],
        "/after": lambda: [SOUND],
    }
    with RawServer(pages) as server:
        *_, after = fetched(server, "/sound", "/broken", "/after")
    (sent,) = [value for name, value in after.request_headers if name == "Cookie"]
    told = sorted(part.encode("latin-1").decode() for part in sent.split("; "))
    assert told == ["khac=Mặt trận", "ten=Mặt trận"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ([OK + LENGTH + LENGTH + b"\r\n" + BODY[:9]], ResponseDataLossError),
        ([OK + b"Content-Length: x\r\n\r\n" + b" " * 3000], DownloadCancelledError),
        ([OK + b"no colon\r\n\r\n" + b"1", *[b"2"] * 30], DownloadTimeoutError),
    ],
)
def test_it_is_bounded_as_any_other(sent: list[bytes], error: type[Exception]) -> None:
    def slowly() -> Answer:
        for part in sent:
            yield part
            time.sleep(0.1 if len(sent) > 1 else 0)

    with RawServer({"/tin": slowly}) as server, pytest.raises(error):
        fetched(server, "/tin", DOWNLOAD_MAXSIZE=2000, DOWNLOAD_TIMEOUT=1)
