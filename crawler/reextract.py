"""Reads stored captures again with today's rules: no network, no Scrapy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from archive.moments import epoch_of
from archive.page import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.page import Article, Claim, Page
    from archive.warc import RawRecord

logger = logging.getLogger(__name__)


class HasFamily(Protocol):
    """Whatever knows the family of a site."""

    @property
    def family(self) -> PageMaker: ...


class PageMaker(Protocol):
    """What is needed of a family: one answer in, one page out."""

    def page(self, fetch: Fetch, claim: Claim) -> Page: ...


class Reextractor:
    """Takes the article out of a raw record with today's rules.

    :param sites: by site id, an object with the site's `family`.
    """

    def __init__(self, sites: Mapping[str, HasFamily]) -> None:
        self._sites = sites

    def __call__(self, claim: Claim, record: RawRecord, captured_at: str) -> Article | None:
        """Return the article of `record`, or None when today's rules find none in it.

        :param claim: what is known of the address (link text, hints).
        :param captured_at: public time of the capture: its day chooses the layout.
        """
        fetch = Fetch(
            url=claim.url,
            started_at=epoch_of(captured_at),
            status=record.status,
            headers=record.headers,
            wire_body=record.wire_body,
            body=record.body,
        )
        try:
            return self._sites[claim.site].family.page(fetch, claim).article
        except Exception:
            logger.exception("re-extraction failed on %s", claim.url)
            return None
