"""A server that sends prepared bytes, well-formed or not: what `tests.replica` cannot say."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator

# The bytes of an answer in the order they are sent; the connection is closed after them.
Answer = Iterable[bytes]
TLS_HELLO = b"\x16"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    """An answer that ends with its connection, without a length."""
    head = [f"HTTP/1.1 {status}", *(headers or ["Content-Type: text/html"]), "", ""]
    return ["\r\n".join(head).encode("latin-1"), body]


def chunked(chunks: Iterable[bytes], *headers: str) -> Iterator[bytes]:
    """An answer in chunks."""
    yield from answer(b"", "Content-Type: text/html", "Transfer-Encoding: chunked", *headers)
    for chunk in chunks:
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"


class RawServer:
    """Answers each path with what `pages` makes for it, anything else with 404.

    :param tls: what to speak TLS with; plain HTTP without it.
    :param port: where to listen; a free one where it does not matter.
    """

    def __init__(
        self,
        pages: dict[str, Callable[[], Answer]],
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.pages = pages
        self.tls = tls
        self.asked: list[str] = []
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", port))
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection

    def _answer(self, accepted: socket.socket) -> None:
        with contextlib.suppress(OSError), self._secured(accepted) as connection:
            request = b""
            while b"\r\n\r\n" not in request:
                part = connection.recv(65536)
                if not part:
                    return
                request += part
                if request.startswith(TLS_HELLO):
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
            path = request.split(b" ", 2)[1].decode()
            self.asked.append(path)
            self.requests.append(request)
            make = self.pages.get(path, lambda: answer(b"", status="404 Not Found"))
            for part in make():
                connection.sendall(part)
