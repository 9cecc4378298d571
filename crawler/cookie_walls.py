"""Pages that lead back to themselves until the cookie that they give comes along.

Some firewalls let nobody in who keeps no cookies: the first answer is a redirect to the very
address that was asked for, and a cookie. With the cookie the page is there.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from archive.warc import header

if TYPE_CHECKING:
    from crawler.sitecrawl import Answer

logger = logging.getLogger(__name__)


class CookieWalls:
    """The walls one run met on one site."""

    def __init__(self) -> None:
        self._met: set[str] = set()
        self._is_closed = False

    def opens(self, answer: Answer) -> bool:
        """Tell whether an answer is such a wall, so that its address is worth a second request.

        Once for each address; for none any more when a wall stood in spite of its cookie.
        """
        _, claim, fetch = answer
        if claim.method != "GET" or not _leads_to_itself(answer):
            return False
        if fetch.url in self._met:
            self._is_closed = True
        self._met.add(fetch.url)
        if not self._is_closed:
            logger.info("%s leads to itself with a cookie", fetch.url)
        return not self._is_closed


def _leads_to_itself(answer: Answer) -> bool:
    page, _, fetch = answer
    target = header(fetch.headers, "location")
    if page.kind != "redirect" or page.links or target is None:
        return False
    if header(fetch.headers, "set-cookie") is None:
        return False
    try:
        return urljoin(fetch.url, target) == fetch.url
    except ValueError:
        return False
