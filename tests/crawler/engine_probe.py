"""A crawl of one data: address that watches Scrapy's engine from inside; prints what it saw.

The engine's own heartbeat is switched off, so that only `wake` can make it ask its scheduler again.
Run as a program: a reactor can be started only once in a process.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from scrapy import Request, Spider
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import AsyncCrawlerProcess

from crawler.internals import in_progress, wake

ADDRESS = "data:text/plain,a"
NEVER = 3600.0

seen: dict[str, Any] = {}


def is_closing(engine: Any) -> bool:
    """Tell whether the engine has no slot any more, or one that closes."""
    return engine._slot is None or engine._slot.closing is not None


class OnePageScheduler(BaseScheduler):
    """Says "not yet" once, has itself woken, gives one request, and asks for nothing more."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._asked = 0

    @classmethod
    def from_crawler(cls, crawler: Any) -> OnePageScheduler:
        return cls(lambda: crawler.engine)

    def has_pending_requests(self) -> bool:
        return self._asked < 2

    def enqueue_request(self, request: Request) -> bool:
        raise AssertionError("nothing is enqueued")

    def next_request(self) -> Request | None:
        self._asked += 1
        if self._asked == 1:
            asyncio.get_running_loop().call_later(0.05, lambda: wake(self._engine()))
            return None
        if self._asked == 2:
            seen["asked again"] = True
            return Request(ADDRESS, dont_filter=True)
        return None


class ProbeSpider(Spider):
    name = "probe"

    async def start(self):  # type: ignore[no-untyped-def]
        return
        yield

    def parse(self, response: Any) -> None:
        engine = self.crawler.engine
        seen["while parsing"] = [request.url for request in in_progress(engine)]
        seen["closing"] = {"while parsing": is_closing(engine)}

    def closed(self, reason: str) -> None:
        seen["closing"]["when closed"] = is_closing(self.crawler.engine)
        seen["when closed"] = [request.url for request in in_progress(self.crawler.engine)]
        wake(self.crawler.engine)  # comes from a timer, perhaps too late: must do no harm


def main() -> None:
    """Crawl, and print what was seen as JSON."""
    ExecutionEngine._SLOT_HEARTBEAT_INTERVAL = NEVER
    process = AsyncCrawlerProcess(
        {
            "SCHEDULER": OnePageScheduler,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    crawler = process.create_crawler(ProbeSpider)
    process.crawl(crawler)
    process.start()
    seen["reason"] = crawler.stats.get_value("finish_reason")
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
