"""A small web server for pages that are at hand: captured ones, or ones made of sample texts."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MISSING = b"<!DOCTYPE html><title>404</title><h1>404 Not Found</h1>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers: a body with its type, or `location` for a redirect."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str | None = None


class PageServer(ThreadingHTTPServer):
    """Serves `answers`, keyed by path with query; 404 elsewhere. `asked` lists the requests."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answers: Mapping[str, Answer] = {}
        self.asked: list[str] = []

    @property
    def base_url(self) -> str:
        """Return the origin, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PageServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path, Answer(MISSING, status=404))
        self.send_response(301 if answer.location else answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the bench prints its own table."""


@contextmanager
def serving(port: int = 0) -> Iterator[PageServer]:
    """Serve until the block ends; on another port when `port` is taken."""
    try:
        server = PageServer(port)
    except OSError:
        server = PageServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
