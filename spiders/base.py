"""The one Scrapy spider: it carries a site and its family, and asks for nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scrapy

from spiders.loader import load_family

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.registry import Site


class FrontSpider(scrapy.Spider):
    """A site being crawled.

    Requests come from the scheduler, which claims them from the frontier; the callback there asks
    `family.page` for the one page of each answer.

    :param site: the registry row; `scrapy crawl ID` finds it by the class made for it.
    :param session: what the scheduler shares between the sites of a run.
    """

    name = "front"
    row: Site | None = None

    def __init__(self, site: Site | None = None, session: Any = None, **kwargs: Any) -> None:
        chosen = site or self.row
        if chosen is None:
            raise ValueError("a spider needs its site")
        super().__init__(name=chosen.id, **kwargs)
        self.site = chosen
        self.session = session
        self.family = load_family(chosen)

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: seeds are rows of the frontier."""
        return
        yield
