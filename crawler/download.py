"""How answers are fetched: Scrapy's handler, one request on the wire for one claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler.internals import allow_old_ciphers, ask_once, remember_hostnames

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class DownloadHandler(HTTP11DownloadHandler):
    """Sends each request once: a broken connection is a failure, and its retry a row."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        ask_once(self)
        remember_hostnames()
        if crawler.settings["DOWNLOAD_TLS_MIN_VERSION"]:  # of a site whose row says `old_tls`
            allow_old_ciphers(self)
