"""A connection the server has given up meanwhile is no failure of the page asked for over it."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from scrapy.exceptions import DownloadFailedError

from crawler import network
from tests.crawler.test_broken_http import fetched

PAUSE = 0.3  # seconds, of `fetched`


class HangsUp:
    """A server that promises to keep its connections, and hangs up at the second request.

    `/never` it answers with nothing.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked: list[tuple[str, float]] = []
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            path = self._next(connection)
            if path and path != "/never":
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(path)}\r\n\r\n"
                connection.sendall((head + path).encode())
                self._next(connection)

    def _next(self, connection: socket.socket) -> str:
        sent = connection.recv(65536)
        path = sent.split()[1].decode() if sent else ""
        if path:
            self.asked.append((path, time.monotonic()))
        return path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangsUp]:
    monkeypatch.setattr(network, "registered_private_hosts", {"127.0.0.1"})
    running = HangsUp()
    yield running
    running.close()


def test_the_page_is_asked_for_once_more_after_the_usual_pause(server: HangsUp) -> None:
    answers = fetched(server, "/a", "/b")
    assert [answer.body for answer in answers] == [b"/a", b"/b"]
    paths = [path for path, _ in server.asked]
    assert paths == ["/a", "/b", "/b"]
    assert server.asked[2][1] - server.asked[1][1] >= PAUSE


def test_from_then_on_no_connection_is_kept(server: HangsUp) -> None:
    answers = fetched(server, "/a", "/b", "/c", "/d")
    assert Counter(path for path, _ in server.asked) == {"/a": 1, "/b": 2, "/c": 1, "/d": 1}
    assert server.connections == 4
    assert [dict(answer.request_headers).get("Connection") for answer in answers] == [
        None, "close", "close", "close",
    ]  # fmt: skip


def test_a_new_connection_that_breaks_is_a_failure(server: HangsUp) -> None:
    with pytest.raises(DownloadFailedError):
        fetched(server, "/never")
    assert [path for path, _ in server.asked] == ["/never"]


def test_a_form_is_not_sent_again(server: HangsUp) -> None:
    with pytest.raises(DownloadFailedError):
        fetched(server, "/a", "POST /b")
    assert [path for path, _ in server.asked] == ["/a", "/b"]
