"""A public web archive: its index (CDX) and its captures as they came (`id_`), asked politely.

24 questions to the index and 480 captures a minute are 80 % of what such archives state as their
limits; at a 429 all rests for 60 seconds, or as long as the archive asks for.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from archive.errors import ArchiveError, UsageError
from archive.foreign import Response, plain
from archive.holdings import Holding
from archive.warc import MAX_BODY
from crawler.registry_values import is_loopback

if TYPE_CHECKING:
    from email.message import Message

ENDPOINT = "https://web.archive.org"

INDEX_PER_MINUTE = 24
CAPTURES_PER_MINUTE = 480
PAUSE_SECONDS = 60.0
LONGEST_PAUSE = 3600.0
TIMEOUT = 60.0
ROWS = 5000  # of an answer of the index
TRIES = 3
WAIT_SECONDS = (5.0, 20.0)  # before the second and the third try
MOST_PAUSES = 10  # at one request before the archive is left alone
MOST_FAILURES = 5  # in a row before it counts as down

_FIELDS = "timestamp,original,statuscode,mimetype,digest"
_NO_PAGES = "!mimetype:(image|video|audio|font)/.*"
_REPLAY = re.compile(r"/(\d{14})(?:id_)?/")
_ORIGINAL = "x-archive-orig-"
_GONE = {"content-encoding", "content-length", "transfer-encoding", "connection"}

Sleep = Callable[[float], bool]


class StoppedError(Exception):
    """A signal came while waiting."""


class NotHeldError(Exception):
    """The archive lists a capture but does not give it out, or another one in its place."""


class FailedError(Exception):
    """The archive gave no answer, or none of use, this time."""


class DownError(ArchiveError):
    """The archive does not answer at all: stopped for now."""


class _NoRedirect(HTTPRedirectHandler):
    """An archive that leads to another day has not what was asked for."""

    def redirect_request(self, *_: object) -> None:
        return None


class Pace:
    """At most so many requests a minute, evenly; 0 is no limit."""

    def __init__(self, per_minute: float, sleep: Sleep, clock: Callable[[], float]) -> None:
        self._interval = 60.0 / per_minute if per_minute else 0.0
        self._sleep = sleep
        self._clock = clock
        self._next = 0.0

    def wait(self) -> None:
        """Wait for one's turn."""
        now = self._clock()
        if now < self._next and not self._sleep(self._next - now):
            raise StoppedError
        self._next = max(now, self._next) + self._interval


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class WebArchive:
    """One web archive.

    :param endpoint: its address, e.g. `https://web.archive.org`.
    :param agent: the User-Agent with a contact.
    :param sleep: waits so many seconds; False when a signal came meanwhile.
    :param on_pause: told of each 429, with the seconds to rest.
    """

    def __init__(
        self,
        endpoint: str,
        agent: str,
        *,
        sleep: Sleep,
        on_pause: Callable[[float], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self.host = urlsplit(self.endpoint).netloc.lower()
        self._agent = agent
        self._sleep = sleep
        self._on_pause = on_pause
        self._opener = build_opener(_NoRedirect)
        free = is_loopback(urlsplit(self.endpoint).hostname or "")
        self._index_pace = Pace(0 if free else INDEX_PER_MINUTE, sleep, clock)
        self._capture_pace = Pace(0 if free else CAPTURES_PER_MINUTE, sleep, clock)
        self._waits = (0.0, 0.0) if free else WAIT_SECONDS
        self._least_pause = 0.0 if free else PAUSE_SECONDS
        self._failures = 0
        self.requests = 0

    def index(self, question: str, resume: str) -> tuple[list[Holding], str]:
        """Ask the index; return captures and where to go on, `""` at the end.

        :param question: as `question_of` writes it.
        :raises FailedError: no answer, or none of an index.
        """
        query = f"{question}&resumeKey={quote(resume)}" if resume else question
        answer = self._ask(f"{self.endpoint}/cdx/search/cdx?{query}", self._index_pace)
        if answer.status != 200:
            raise FailedError(f"the index answers {answer.status}")
        text = answer.body.decode("utf-8", "replace")
        found, goes_on = read_index(text)
        if text.strip() and not found and not goes_on:
            told = " ".join(text.split())[:60]
            raise FailedError(f"the index answers with something else than a list: {told!r}")
        if goes_on and goes_on == resume:
            raise FailedError("the index does not go on: it names the same place again")
        self._failures = 0
        return found, goes_on

    def capture(self, holding: Holding) -> Response:
        """Return a capture as it came.

        :raises NotHeldError: the archive does not give it out.
        :raises FailedError: no answer this time.
        """
        address = f"{self.endpoint}/web/{holding.timestamp}id_/{_escaped(holding.url)}"
        answer = self._ask(address, self._capture_pace)
        if answer.status == 200 and not _is_capture(answer, holding):
            self._failed(f"{self.host} answers with a page of its own")
        self._failures = 0
        if not _is_capture(answer, holding):
            raise NotHeldError(f"the archive answers {answer.status}")
        status = holding.status or answer.status
        if answer.status != status:
            raise NotHeldError(f"the archive answers {answer.status}")
        headers = _original_headers(answer.headers)
        _check_day(answer.headers, holding.timestamp)
        try:
            body = plain(status, answer.headers, answer.body).body
        except ValueError as error:
            raise NotHeldError(str(error)) from error
        with suppress(ValueError):  # undone already: some archives repeat the header only
            body = plain(status, _encoding_of(headers), body).body
        kept = [pair for pair in headers if pair[0].lower() not in _GONE]
        return Response(status, kept, body, body, None)

    def _ask(self, address: str, pace: Pace) -> _Answer:
        """Make a request, again if need be.

        :raises DownError: nothing comes any more.
        """
        tries = pauses = 0
        while True:
            pace.wait()
            self.requests += 1
            try:
                answer = self._request(address)
            except (OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)  # urllib wraps what the system says
                why = f"{self.host} does not answer: {getattr(reason, 'strerror', None) or reason}"
            else:
                if answer.status == 429 and pauses < MOST_PAUSES:
                    pauses += 1
                    self._rest(answer)
                    continue
                if answer.status == 429:
                    raise DownError(f"{self.host} asks to be left alone: try again later")
                if answer.status < 500:
                    return answer
                why = f"{self.host} answers {answer.status}"
            tries += 1
            if tries == TRIES:
                self._failed(why)
            elif not self._sleep(self._waits[tries - 1]):
                raise StoppedError

    def _failed(self, why: str) -> None:
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            raise DownError(f"{why}; what was taken stays, the same command goes on later")
        raise FailedError(why)

    def _rest(self, answer: _Answer) -> None:
        asked = next((v for k, v in answer.headers if k.lower() == "retry-after"), "")
        told = float(asked) if asked.isdigit() else PAUSE_SECONDS
        seconds = min(max(self._least_pause, told), LONGEST_PAUSE)
        self._on_pause(seconds)
        if not self._sleep(seconds):
            raise StoppedError

    def _request(self, address: str) -> _Answer:
        headers = {"User-Agent": self._agent, "Accept-Encoding": "identity"}
        request = Request(address, headers=headers)  # noqa: S310 (checked_endpoint)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _Answer(answer.status, answer.headers.items(), _body(answer))
        except HTTPError as error:
            with error:
                told: Message = error.headers
                return _Answer(error.code, list(told.items()), _body(error))


def _body(answer: http.client.HTTPResponse | HTTPError) -> bytes:
    body: bytes = answer.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise OSError("the answer is too large")
    if getattr(answer, "length", None):  # http.client tells it of chunked answers only
        raise OSError("the answer was cut short")
    return body


def checked_endpoint(endpoint: str) -> str:
    """Return the address of an archive without a slash at its end.

    :raises UsageError: it is no http address.
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{endpoint!r} is no address of a web archive, e.g. {ENDPOINT}")
    return endpoint.rstrip("/")


def question_of(host: str, folder: str, first: str, last: str) -> str:
    """Return what is asked of the index: all of a host, or of a folder on it.

    :param first: and `last`, the first and last day, 8 digits, empty for all.
    """
    asked = {
        "url": f"{host}{folder}/" if folder else host,
        "matchType": "prefix" if folder else "host",
        "fl": _FIELDS,
        "filter": _NO_PAGES,
        "from": first,
        "to": last,
        "showResumeKey": "true",
        "limit": str(ROWS),
    }
    return urlencode({name: value for name, value in asked.items() if value})


def read_index(text: str) -> tuple[list[Holding], str]:
    """Read an answer of the index: a line a capture, then an empty line and where to go on."""
    rows, _, rest = text.partition("\n\n")
    found = []
    for line in rows.splitlines():
        parts = line.split(" ")
        if len(parts) == 5 and _is_moment(parts[0]):
            stamp, url, status, kind, digest = parts
            found.append(Holding(url, stamp, int(status) if status.isdigit() else 0, kind, digest))
    return found, rest.strip()


def _is_moment(stamp: str) -> bool:
    with suppress(ValueError):
        return bool(re.fullmatch(r"\d{14}", stamp) and Holding("", stamp, 0, "", "").moment)
    return False


def _escaped(url: str) -> str:
    return quote(url, safe="%/:=&?~+!$,;'@()*[]|")


def _original_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers of the site, which the archive repeats under another name."""
    found = [
        (name[len(_ORIGINAL) :], value)
        for name, value in headers
        if name.lower().startswith(_ORIGINAL)
    ]
    told = {name.lower() for name, _ in found}
    plain_type = [pair for pair in headers if pair[0].lower() == "content-type"]
    return found if "content-type" in told else [*plain_type, *found]


def _is_capture(answer: _Answer, holding: Holding) -> bool:
    """Tell a capture from what an archive says itself: that it has none, or is being mended.

    It names the moment (RFC 7089) or the headers of the site, or its bytes are those of the index.
    """
    names = {name.lower() for name, _ in answer.headers}
    if "memento-datetime" in names or any(name.startswith(_ORIGINAL) for name in names):
        return True
    if any(_REPLAY.search(told) for told in _places(answer.headers)):
        return True
    sha1 = hashlib.sha1(answer.body, usedforsecurity=False)
    digests = {base64.b32encode(sha1.digest()).decode(), sha1.hexdigest().upper()}
    return holding.digest.upper() in digests


def _places(headers: list[tuple[str, str]]) -> list[str]:
    return [value for name, value in headers if name.lower() in ("content-location", "location")]


def _encoding_of(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in headers if pair[0].lower() == "content-encoding"]


def _check_day(headers: list[tuple[str, str]], timestamp: str) -> None:
    """Refuse a capture of another moment than the one asked for."""
    replays = (_REPLAY.search(told) for told in _places(headers)[:1])
    found = [replay[1] for replay in replays if replay]
    for name, value in headers:
        if name.lower() == "memento-datetime":
            with suppress(ValueError, TypeError):
                found.append(f"{parsedate_to_datetime(value):%Y%m%d%H%M%S}")
    for stamp in found:
        if stamp != timestamp:
            raise NotHeldError(f"the archive gives one of {stamp} in its place")
