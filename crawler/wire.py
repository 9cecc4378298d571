"""What a server sent, as it came over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scrapy.http import Headers

META = "mattran_wire"
"""Where in `request.meta` the download handler leaves the `WireAnswer`."""

PAUSE = "mattran_pause"
"""Where in `request.meta` the scheduler says how many seconds are between two requests."""

JAR = "mattran_jar"
"""Where in `request.meta` the scheduler names the cookies that go along; None: the site's."""


class WireAnswer(NamedTuple):
    """Status, headers and the body before any content decoding, and the address it came from.

    `request_headers` are those that were sent, cookies and the host among them. The text of all
    headers is Latin-1, a character a byte, whatever was meant.
    """

    request_headers: list[tuple[str, str]]
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    ip: str | None


def by_bytes(text: str) -> str:
    """Return text in UTF-8, as aiohttp has headers, as Latin-1."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def by_letters(text: str) -> str:
    """Return text in Latin-1 as UTF-8, as aiohttp has headers."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def header_list(headers: Headers) -> list[tuple[str, str]]:
    """Return Scrapy's headers as (name, value) pairs of Latin-1, in the order it kept."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
