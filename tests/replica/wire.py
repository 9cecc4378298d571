"""The HTTP side of the replica: requests in, answers out, every hit written down."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Literal
from urllib.parse import parse_qsl, unquote

Fault = Literal["drop", "truncate", "silent"]


@dataclass(slots=True)
class Request:
    """One request as it came; header names in lower case, the path percent-decoded."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    path: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path, _, query = self.target.partition("?")
        self.path = unquote(path)
        self.query = dict(parse_qsl(query, keep_blank_values=True)) if query else {}

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (part.partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value for name, _, value in pairs if name.strip()}


@dataclass(slots=True)
class Response:
    """One answer. `delay` in seconds before it is sent; `fault` spoils it on the wire.

    drop: the connection is reset unanswered. truncate: half of the body, then the connection
    closes. silent: nothing is ever sent. `encoded`: the body is already what Content-Encoding
    says, so it must not be compressed again.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)
    delay: float = 0.0
    fault: Fault | None = None
    encoded: bool = False


def html(text: str, status: int = 200, charset: str = "utf-8") -> Response:
    return Response(text.encode(charset), status, f"text/html; charset={charset}")


def plain(text: str, status: int = 200, content_type: str = "text/plain") -> Response:
    return Response(text.encode(), status, f"{content_type}; charset=utf-8")


def redirect(location: str, status: int = 301) -> Response:
    return Response(b"", status, headers=[("Location", location)])


def as_json(value: object, status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status, "application/json; charset=UTF-8")


FILES = ("application/pdf", "application/vnd", "image/")  # media types of no page


@dataclass(slots=True)
class Hit:
    """One request the server saw. `started`: it was complete; `ended`: the answer was handed over.

    Both are seconds of the monotonic clock, which all processes of a machine share.
    """

    site: str
    host: str  # address:port
    method: str
    path: str
    started: float
    ended: float = 0.0
    status: int = 0
    robots: bool = False
    file: bool = False  # the answer was a document or a picture, no page
    user_agent: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


Handler = Callable[[Request], Response]


class Connection(asyncio.Protocol):
    """One keep-alive connection to one site; answers one request after the other."""

    def __init__(
        self,
        name: str,
        host: str,
        handler: Handler,
        hits: list[Hit] | None,
        open_now: set[Connection],
    ) -> None:
        self.name = name
        self.host = host
        self.handler = handler
        self.hits = hits
        self.open_now = open_now
        self.buffer = b""
        self.busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.open_now.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.open_now.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.answer_next()

    def answer_next(self) -> None:
        if self.busy or self.transport is None:
            return
        request = self.take_request()
        if request is None:
            return
        self.busy = True
        hit = Hit(
            self.name, self.host, request.method, request.target, time.monotonic(),
            robots=request.path == "/robots.txt", user_agent=request.headers.get("user-agent", ""),
        )  # fmt: skip
        if self.hits is not None:
            self.hits.append(hit)
        response = self.handler(request)
        hit.status = response.status
        hit.file = response.content_type.startswith(FILES)
        if response.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(response.delay, self.send, request, response, hit)
        else:
            self.send(request, response, hit)

    def take_request(self) -> Request | None:
        """The next complete request of the buffer, or None while bytes are missing."""
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length") or 0)
        if len(rest) < length:
            return None
        self.buffer = rest[length:]
        return Request(method, target, headers, rest[:length])

    def send(self, request: Request, response: Response, hit: Hit) -> None:
        hit.ended = time.monotonic()
        if self.transport is None or response.fault == "silent":
            return
        if response.fault == "drop":
            self.transport.abort()
            return
        head, body = on_the_wire(request, response)
        if response.fault == "truncate":
            self.transport.write(head + body[: len(body) // 2])
            self.transport.close()
            return
        self.transport.write(head + (b"" if request.method == "HEAD" else body))
        if request.headers.get("connection", "").lower() == "close":
            self.transport.close()
            return
        self.busy = False
        if self.buffer:
            self.answer_next()


def on_the_wire(request: Request, response: Response) -> tuple[bytes, bytes]:
    """Head and body as sent: gzip when the client takes it, a Content-Length, a Date."""
    headers = [("Date", formatdate(usegmt=True)), ("Server", "replica")]
    if response.status not in (204, 304):
        headers.append(("Content-Type", response.content_type))
    body = response.body
    accepts = "gzip" in request.headers.get("accept-encoding", "")
    if accepts and not response.encoded and compressible(response):
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    headers += response.headers
    headers.append(("Content-Length", str(len(body))))
    reason = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{k}: {v}" for k, v in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace"), body


def compressible(response: Response) -> bool:
    kind = response.content_type
    return len(response.body) > 500 and ("text" in kind or "xml" in kind or "json" in kind)
