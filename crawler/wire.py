"""Keeps the bytes of each answer as they came over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Headers, Response

META = "mattran_wire"


class WireAnswer(NamedTuple):
    """What the server sent: status, headers and the body before any content decoding."""

    status: int
    headers: Headers
    body: bytes
    ip: str | None


class WireMiddleware:
    """Downloader middleware next to the wire; puts a `WireAnswer` into `request.meta`.

    The headers are copied: HttpCompression deletes Content-Encoding from the object both share,
    and a record of compressed bytes without that header could be read by nobody.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        """Remember the answer of `request`; change nothing."""
        address = response.ip_address
        request.meta[META] = WireAnswer(
            response.status,
            response.headers.copy(),
            response.body,
            None if address is None else str(address),
        )
        return response


def header_list(headers: Headers) -> list[tuple[str, str]]:
    """Return headers as (name, value) pairs of text, in the order Scrapy kept."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
