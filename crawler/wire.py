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

    `request_headers` are those that were sent, cookies and the host among them.
    """

    request_headers: list[tuple[str, str]]
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    ip: str | None


def header_list(headers: Headers) -> list[tuple[str, str]]:
    """Return Scrapy's headers as (name, value) pairs of text, in the order it kept."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
