"""The engine of the central site mattran.org.vn and, by inference, of the Front's journal.

To recognise: `/<section>/<slug>-<id>.html`; classes `.article__body`, `.article__sapo`,
`.story__heading`; images on `static.mattran.org.vn`. Facts from selectors that others wrote for the
live site and from public addresses.

The key is the trailing id, which www and mobile host share. `/tags/<base64>/<slug>.html` are lists
that look like articles. `/?bydate=DD-MM-YYYY&page=N` lists one day: from the front page on, the
pager walks back through the days, each to its last page, and gives up after `MOST_EMPTY_DAYS`
without an article.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from crawler.extraction.feeds import VIETNAM
from crawler.items import Claim, Fetch, Link, Page
from spiders import addresses
from spiders.family import Pager, page_number
from spiders.queries import Elements, Strings
from spiders.routed import Route, Routed, Scheme
from spiders.rules.mattran_central import LAYOUTS
from spiders.signs import sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from crawler.extraction.document import Document
    from spiders.family import Address

LIST = Elements("//*[contains(concat(' ', @class, ' '), ' list-news ')]")
NEXT = Strings(
    "//*[contains(concat(' ', @class, ' '), ' pagination__pages ')]"
    "//a[contains(concat(' ', @class, ' '), ' next ')]/@href"
)
DAY = re.compile(r"[?&]bydate=(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d{4})(?:&|$)")
FIRST_DAY = date(2007, 1, 1)
"""The oldest pages seen are of that year."""

MOST_EMPTY_DAYS = 14
"""Longer than any holiday: the archive has come to its beginning."""

SIGNS = (
    sign("host", r"(?:^|\.)mattran\.org\.vn$", 4),
    sign("markup", r"//static\.mattran\.org\.vn/", 4),
    sign("markup", r"class=[\"'][^\"']*\barticle__(?:body|sapo|meta)\b", 3),
    sign("markup", r"class=[\"'][^\"']*\bstory__(?:heading|time|summary)\b", 3),
    sign("address", r"[?&]bydate=\d", 3),
    sign("address", r"^/[^?]+-\d+\.html$", 1, 3),
)


class MattranCentral(Routed):
    """Sections end without `a.next`; the days end with their archive."""

    signs = SIGNS
    layouts = LAYOUTS
    region: ClassVar[Elements | None] = LIST
    scheme = Scheme(
        routes=(Route(re.compile(r"-(?P<id>\d+)\.html(?:\?|$)")),),
        lists=DAY,
        state=re.compile(r"(?!(?:bydate|page)$).*"),
        denied=re.compile(r"^/tags/"),
    )
    _today: date | None = None

    def _page(self, fetch: Fetch, claim: Claim) -> Page:
        self._today = datetime.fromtimestamp(fetch.started_at, VIETNAM).date()
        return super()._page(fetch, claim)

    def is_listing(self, url: str) -> bool:
        """Whether `url` is a registered listing, a page of one, or a day."""
        return DAY.search(url) is not None or super().is_listing(url)

    def next_page(self, document: Document, number: int) -> Link | None:
        """Follow `a.next`, else the front page or a day to the day before."""
        for href in NEXT(document.tree):
            url = addresses.resolve(document.base_url, href)
            if url and self.site.covers(url):
                return Link(url=self.canonical(url), kind="next")
        return self._day_before(document.url)

    def _day_before(self, url: str) -> Link | None:
        own = self.canonical(url)
        shown = _day_of(own)
        if shown is None and own != self._origin + "/":
            return None
        day = shown - timedelta(1) if shown else self._today
        if day is None or day < FIRST_DAY:
            return None
        return Link(url=f"{self._origin}/?bydate={day:%d-%m-%Y}", kind="next")

    def _pager(self, document: Document, claim: Claim, listed: list[Link]) -> Pager:
        """Go on past a day without articles; the hints count how many came one after another.

        The newest days may list only what the front page lists: they are passed as well.
        """
        if listed or not DAY.search(document.url):
            pager = super()._pager(document, claim, listed)
            if pager.link is not None and self._is_recent(pager.link.url):
                pager.link.hints["empty"] = "0"
            return pager
        empty = int(claim.hints.get("empty", "0")) + 1
        link = self._day_before(document.url)
        if link is None or empty > MOST_EMPTY_DAYS:
            return Pager(reason=f"no article on {empty} days")
        link.hints = {"page": str(page_number(claim) + 1), "empty": str(empty)}
        return Pager(link)

    def _is_recent(self, url: str) -> bool:
        day, today = _day_of(url), self._today
        return day is not None and today is not None and (today - day).days < MOST_EMPTY_DAYS

    def _listed(
        self, document: Document, anchors: Sequence[tuple[etree._Element, Address]]
    ) -> list[Link]:
        """Return the list's own links: on an empty day the side boxes stand for nothing."""
        listed = super()._listed(document, list(anchors))
        return listed if LIST(document.tree) or not DAY.search(document.url) else []


def _day_of(url: str) -> date | None:
    found = DAY.search(url)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None
