"""A small web archive on a loopback address: its index (CDX), its captures as they came (`id_`)."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.warc_files import Kept

PAGE = 50  # rows of an answer of the index


class WebArchiveServer:
    """Serves captures; `trouble` maps a request's path to statuses it gives before the truth."""

    def __init__(self, captures: Iterable[Kept]) -> None:
        self.rows = sorted((kept.url, stamp(kept), kept) for kept in captures)
        self.asked: list[str] = []
        self.trouble: dict[str, list[int]] = {}
        self.lost: set[tuple[str, str]] = set()
        self.cut: set[str] = set()  # paths of which half an answer comes
        self.notice = b""  # what comes in the place of every capture
        handler = type("Handler", (_Handler,), {"archive": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def captured(self) -> list[str]:
        """The captures asked for, by path, in order."""
        return [path for path in self.asked if path.startswith("/web/")]

    def index(self, query: dict[str, list[str]]) -> str:
        asked = query["url"][0]
        rows = [row for row in self.rows if in_scope(row[0], asked, query["matchType"][0])]
        start = int(query.get("resumeKey", ["0"])[0])
        lines = [line(*row) for row in rows[start : start + PAGE]]
        more = f"\n\n{start + PAGE}" if start + PAGE < len(rows) else ""
        return "\n".join(lines) + more + "\n"

    def capture(self, timestamp: str, url: str) -> Kept | str | None:
        """Return the capture, or the timestamp of the one that is shown in its place."""
        if (timestamp, url) in self.lost:
            others = [row[1] for row in self.rows if row[0] == url and row[1] != timestamp]
            return others[0] if others else None
        return next((k for u, t, k in self.rows if (u, t) == (url, timestamp)), None)


def stamp(kept: Kept) -> str:
    return re.sub(r"\D", "", kept.date)[:14]


def in_scope(url: str, asked: str, match: str) -> bool:
    parts = urlsplit(url)
    if match == "host":
        return parts.netloc.removeprefix("www.") == asked
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".startswith(asked)


def line(url: str, timestamp: str, kept: Kept) -> str:
    digest = hashlib.sha1(kept.body, usedforsecurity=False).hexdigest().upper()
    kind = dict(kept.headers).get("Content-Type", "text/html").partition(";")[0]
    return f"{timestamp} {url} {kept.status[:3]} {kind} {digest}"


class _Handler(BaseHTTPRequestHandler):
    archive: WebArchiveServer

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.archive.asked.append(self.path)
        trouble = self.archive.trouble.get(self.path.partition("?")[0])
        if trouble:
            self._answer(trouble.pop(0), b"trouble", [("Retry-After", "1")])
        elif self.path.startswith("/cdx/search/cdx?"):
            text = self.archive.index(parse_qs(urlsplit(self.path).query))
            self._answer(200, text.encode(), [("Content-Type", "text/plain")])
        else:
            self._replay()

    def _replay(self) -> None:
        if self.archive.notice:
            self._answer(200, self.archive.notice, [("Content-Type", "text/html")])
            return
        found = re.fullmatch(r"/web/(\d{14})id_/(.+)", self.path)
        kept = self.archive.capture(found[1], found[2]) if found else None
        if kept is None:
            self._answer(404, b"not archived", [])
        elif isinstance(kept, str):
            self._answer(302, b"", [("Location", f"/web/{kept}id_/{found[2]}")])
        else:
            original = [(f"x-archive-orig-{name}", value) for name, value in kept.headers]
            kind = dict(kept.headers).get("Content-Type", "text/html")
            self._answer(int(kept.status[:3]), kept.body, [("Content-Type", kind), *original])

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        is_cut = self.path.partition("?")[0] in self.archive.cut
        self.wfile.write(body[: len(body) // 2] if is_cut else body)
        self.close_connection = True
