"""How answers are fetched: one request on the wire for one claim, over HTTP/1.1 by aiohttp.

Scrapy's own handlers lose the order and the spelling of headers, and its cookies ask a host on the
internet for a list of domains. And Twisted's runs through 250 more Python functions a page, once
each, on cold caches (`bench/crawl_cost.py`).
"""

from __future__ import annotations

import asyncio
import http.client
import logging
import ssl
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import aiohttp
import yarl
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawler import broken_http
from crawler.apart import apart
from crawler.broken_answer import BrokenAnswerError, CutOffError, TooLargeError
from crawler.internals import Answer, Connector, address_of, send_once
from crawler.network import GuardedResolver, guard_literal
from crawler.wire import JAR, META, PAUSE, WireAnswer, by_bytes, by_letters, header_list

if TYPE_CHECKING:
    from aiohttp.abc import AbstractCookieJar
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

IDLE_SECONDS = 3  # longer than the usual delay, shorter than servers keep a connection
DNS_SECONDS = 60  # how long the address of a name is taken for known
LONGEST_HEADER = 65_536  # bytes; aiohttp's own 8 kB is less than a page of cookies
MOST_HEADERS = 512

CIPHERS = "DEFAULT"  # OpenSSL's; Python's own list leaves out what old Windows servers speak
OLD_CIPHERS = "ALL:@SECLEVEL=0"
"""Every cipher, at the level of OpenSSL that speaks TLS 1.0 and 1.1 (signed with SHA-1)."""
LEGACY_SERVER_CONNECT = 0x4  # `ssl.OP_LEGACY_SERVER_CONNECT` from Python 3.12 on

# Of the headers the scheduler writes; aiohttp would add its own.
_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_CLOSE = ("Connection", "close")

_Kinds = type[BaseException] | tuple[type[BaseException], ...]
# What is raised, as Scrapy's handlers name it; the first that fits.
_NAMES: tuple[tuple[_Kinds, type[Exception]], ...] = (
    (TimeoutError, DownloadTimeoutError),
    (aiohttp.ClientConnectorDNSError, CannotResolveHostError),
    (aiohttp.ClientSSLError, DownloadFailedError),
    (aiohttp.ClientConnectorError, DownloadConnectionRefusedError),
    (aiohttp.ClientPayloadError, ResponseDataLossError),
    (aiohttp.ClientError, DownloadFailedError),
    (TooLargeError, DownloadCancelledError),
    (CutOffError, ResponseDataLossError),
    (BrokenAnswerError, DownloadFailedError),
    (ssl.SSLError, DownloadFailedError),
    ((http.client.HTTPException, OSError), DownloadFailedError),
)
_RAISED = (
    aiohttp.ClientError,
    TooLargeError,
    BrokenAnswerError,
    http.client.HTTPException,
    OSError,
)


class DownloadHandler:
    """Sends each request once: a broken connection is a failure, and its retry a row.

    Twice, the usual pause between, only to a server that breaks HTTP, or had given up a connection.

    What came goes to `request.meta`, as it came: nothing between here and the callback decodes it.
    Cookies are kept as long as the crawl of a site takes (NukeViet counts every request without its
    session as a page view), for each pager in a jar of its own: the state of an ASP.NET list hangs
    on its session. No other site's requests come by here, so that it does not matter for which
    domain a cookie is set.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._settings = crawler.settings
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._sessions: dict[str | None, aiohttp.ClientSession] = {}
        self._breaks_http = False
        is_checked = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        is_old = bool(crawler.settings["DOWNLOAD_TLS_MIN_VERSION"])  # its row says `old_tls`
        self._security = partial(_security, is_checked=is_checked, is_old=is_old)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DownloadHandler:
        """Build the handler of one crawler, that is for one site."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch one answer.

        :raises RefusedAddressError: when the host is no public address.
        :raises DownloadFailedError: or one of its kin, as Scrapy's handlers do;
            DownloadCancelledError when the body is larger than `DOWNLOAD_MAXSIZE`.
        """
        try:
            wire = await self._answer(request)
        except _RAISED as error:
            name = next(name for kind, name in _NAMES if isinstance(error, kind))
            raise name(_text(error)) from error
        request.meta[META] = wire
        return Response(request.url, status=wire.status, body=wire.body)

    async def _answer(self, request: Request) -> WireAnswer:
        """Ask by aiohttp, and once more, a pause between, where that may still bring an answer.

        One that is no HTTP to aiohttp is asked for by what minds less, and so is the rest of its
        site. Of a connection that the server had given up meanwhile another one is opened, and from
        then on one for each request.
        """
        url = yarl.URL(request.url, encoded=True)  # as it is written
        guard_literal(url.host or "")
        if self._breaks_http:
            return await self._patient_answer(request, url)
        try:
            return await self._strict_answer(request, url)
        except aiohttp.ClientResponseError as error:
            await _pause(request, f"breaks HTTP: {error.message.partition(chr(10))[0]}")
            answer = await self._patient_answer(request, url)
            self._breaks_http = True
            return answer
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if request.method != "GET" or not self._connector.gave_kept:
                raise
            await _pause(request, "had no answer over a connection that was kept")
            self._connector.keeps = False
            return await self._strict_answer(request, url)

    async def _strict_answer(self, request: Request, url: yarl.URL) -> WireAnswer:
        async with self._session(request.meta.get(JAR)).request(
            request.method,
            url,
            data=request.body or None,
            headers=[
                *((name, by_letters(value)) for name, value in header_list(request.headers)),
                *([] if self._connector.keeps else [_CLOSE]),
            ],
            allow_redirects=False,
            ssl=self._security() if url.scheme == "https" else True,
        ) as answer:
            body = await self._body(answer)
        return WireAnswer(
            request_headers=[
                (name, by_bytes(value)) for name, value in answer.request_info.headers.items()
            ],
            status=answer.status,
            headers=[
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in answer.raw_headers
            ],
            body=body,
            ip=address_of(answer),
        )

    async def _patient_answer(self, request: Request, url: yarl.URL) -> WireAnswer:
        jar = self._session(request.meta.get(JAR)).cookie_jar
        (address,) = [found["host"] for found in await GuardedResolver().resolve(url.host or "")]
        seconds = self._settings.getfloat("DOWNLOAD_TIMEOUT")
        security = self._security() if url.scheme == "https" else None
        connection = broken_http.Connection(url, address, security, seconds)
        question = broken_http.Question(
            request.method,
            url.raw_path_qs,
            [
                ("Host", url.host_port_subcomponent or ""),
                *header_list(request.headers),
                *_cookies(jar, url),
                _CLOSE,
                *([("Content-Length", str(len(request.body)))] if request.body else []),
            ],
            request.body,
            self._max_size,
        )
        asked = apart(lambda: broken_http.ask(connection, question), f"ask {url.host}")
        try:
            answer = await asyncio.wait_for(asked, seconds)
        finally:
            connection.give_up()
        given = [
            by_letters(value) for name, value in answer.headers if name.lower() == "set-cookie"
        ]
        jar.update_cookies_from_headers(given, url)
        return answer

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """Read a body as far as it may be long."""
        self._limit(answer.content_length or 0)
        parts: list[bytes] = []
        size = 0
        async for part in answer.content.iter_any():
            size += len(part)
            self._limit(size)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _limit(self, size: int) -> None:
        if size > self._max_size:
            raise DownloadCancelledError(f"the body is larger than {self._max_size} bytes")

    def _session(self, jar: str | None) -> aiohttp.ClientSession:
        """Return what keeps the cookies of one jar; made in the loop that uses it."""
        session = self._sessions.get(jar)
        if session is None:
            session = self._sessions[jar] = aiohttp.ClientSession(
                connector=self._connector,
                connector_owner=False,
                timeout=aiohttp.ClientTimeout(total=self._settings.getfloat("DOWNLOAD_TIMEOUT")),
                auto_decompress=False,
                # Also of hosts without a name; values go back as they came.
                cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
                response_class=Answer,
                skip_auto_headers=_OURS,
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
                max_headers=MOST_HEADERS,
            )
            send_once(session)
        return session

    @cached_property
    def _connector(self) -> Connector:
        """What keeps the connections of this site."""
        return Connector(
            resolver=GuardedResolver(), ttl_dns_cache=DNS_SECONDS, keepalive_timeout=IDLE_SECONDS
        )

    async def close(self) -> None:
        """Close the connections that were kept."""
        for session in self._sessions.values():
            await session.close()
        if self._sessions:
            await self._connector.close()


@lru_cache
def _security(*, is_checked: bool, is_old: bool) -> ssl.SSLContext:
    """Return how strictly certificates and the version of TLS are looked at, for all such sites."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if is_checked:
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.options |= LEGACY_SERVER_CONNECT
    context.set_ciphers(CIPHERS)
    if is_old:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers(OLD_CIPHERS)
    return context


async def _pause(request: Request, why: str) -> None:
    """Wait before a request is sent once more as long as between any two, and tell why it is."""
    logger.info("%s %s", request.url, why)
    await asyncio.sleep(request.meta.get(PAUSE, 0.0))


def _cookies(jar: AbstractCookieJar, url: yarl.URL) -> list[tuple[str, str]]:
    morsels = jar.filter_cookies(url).values()
    text = "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in morsels)
    return [("Cookie", by_bytes(text))] if text else []


def _text(error: BaseException) -> str:
    """Return what an error says; that it is about TLS, where only the class tells."""
    is_tls = isinstance(error, aiohttp.ClientSSLError | ssl.SSLError)
    return f"TLS: {error}" if is_tls else str(error)
