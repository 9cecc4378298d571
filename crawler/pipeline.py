"""The one item pipeline and the only writer: a page comes in, one transaction goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itemadapter import is_item

from archive.page import Page
from crawler.sitecrawl import Answer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.session import CrawlSession


class ArchivePipeline:
    """Hands each page to the session, which stores it or marks it failed; drops nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Build the pipeline of one crawler."""
        return cls(crawler)

    def process_item(self, item: object) -> object:
        """Settle the page's claim.

        :raises TypeError: when a spider yields something that is no `Page`.
        """
        if not (is_item(item) and isinstance(item, Page)):
            raise TypeError(f"a spider yields one Page, not {type(item).__name__}")
        if item.claim is None or item.fetch is None:
            raise TypeError("a Page comes from crawler.callback, which fills in claim and fetch")
        spider: Any = self._crawler.spider
        session: CrawlSession = spider.session
        session.settle(session.crawls[spider.site.id], Answer(item, item.claim, item.fetch))
        return item
