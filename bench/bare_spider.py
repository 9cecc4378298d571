"""The peer of bench/crawl_cost.py: a bare Scrapy crawl that follows every link, stores nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import HtmlResponse, Response


class BareSpider(scrapy.Spider):
    """Follows each link of each page; Scrapy's own settings, but a quiet log."""

    name = "bare"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.pages = 0

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.url)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        self.pages += 1
        if isinstance(response, HtmlResponse):
            for href in response.css("a::attr(href)").getall():
                if not href.startswith("javascript:"):
                    yield response.follow(href)

    def closed(self, reason: str) -> None:  # noqa: ARG002 (Scrapy passes it by name)
        print(self.pages)


def main() -> None:
    """Crawl the address given up to a number of pages; print how many came."""
    host = sys.argv[1].split("/")[2].partition(":")[0]
    BareSpider.allowed_domains = [host]
    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "ROBOTSTXT_OBEY": True,
            # The replica's addresses have no end (tracking parameters), as those of real sites.
            "CLOSESPIDER_PAGECOUNT": int(sys.argv[2]),
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    process.crawl(BareSpider, url=sys.argv[1])
    process.start()


if __name__ == "__main__":
    main()
