"""Asks servers whose answers break HTTP, one connection for each request.

A length told twice, one that is too short, a header line without a colon, a NUL: browsers read them
all, and the servers of this archive are old. aiohttp does not.
"""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.broken_answer import read_answer
from crawler.wire import WireAnswer

if TYPE_CHECKING:
    import ssl

    from yarl import URL


class Connection(http.client.HTTPConnection):
    """A connection to a host at an address that was found, and guarded, before.

    :param security: how to speak TLS; plain HTTP without it.
    """

    def __init__(
        self, url: URL, address: str, security: ssl.SSLContext | None, timeout: float
    ) -> None:
        super().__init__(url.raw_host or "", url.port, timeout=timeout)
        self.address = address
        self._security = security

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self._security is not None:
            self.sock = self._security.wrap_socket(self.sock, server_hostname=self.host)

    def give_up(self) -> None:
        """Close the connection, and end what still reads from it in another thread."""
        if self.sock is not None:
            with suppress(OSError):  # it was closed from there
                self.sock.shutdown(socket.SHUT_RDWR)
        self.close()


@dataclass(frozen=True, slots=True)
class Question:
    """One request with all its headers, and how many bytes its answer may have."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    max_size: int


def ask(connection: Connection, question: Question) -> WireAnswer:
    """Send a request and read its answer; blocks, at each step as long as the connection may.

    :raises TooLargeError: when the body is larger than `max_size`.
    :raises BrokenAnswerError: when this cannot be read either; CutOffError when a part of it is
        missing.
    :raises http.client.HTTPException: when no request can be made of the question.
    :raises OSError: when the connection fails.
    """
    method, target = question.method, question.target
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in question.headers:
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(question.body or None)
    with connection.sock.makefile("rb") as stream:
        status, headers, body = read_answer(stream, max_size=question.max_size)
    return WireAnswer(question.headers, status, headers, body, connection.address)
