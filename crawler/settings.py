"""Scrapy settings of the project: only what differs from the default, each with its reason."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("mattran-archive")
except PackageNotFoundError:  # a checkout that was never set up
    VERSION = "0"

BOT_NAME = "mattran-archive"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "spiders.loader.SiteLoader"
# Where the crawler finds the families without importing spiders (imports point one way).
FAMILY_LOADER = "spiders.loader:load_family"
SCOUT = "spiders.scout:Scout"

# The contact is added when a crawl starts: without one only loopback hosts are fetched.
USER_AGENT = f"mattran-archive/{VERSION}"
# With these and what a claim needs the scheduler makes a request (crawler/scheduler.py).
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",  # what archive/warc.py undoes
}

# The frontier in the archive is the only queue (crawler/scheduler.py).
SCHEDULER = "crawler.scheduler.FrontierScheduler"
ITEM_PIPELINES = {"crawler.pipeline.ArchivePipeline": 100}
# None of Scrapy's own parts, written as the base lists: what is switched off in the other ones is
# imported all the same (0.1 s), and each that is on is asked about every request. So their own
# switches (ROBOTSTXT_OBEY, RETRY_ENABLED ...) say nothing here.
# robots.txt is obeyed by the session (crawler/permission.py): Scrapy's takes a 5xx or a failed
# download for "no rules", and fetches outside the gate. Redirects and retries are rows of the
# frontier: each hop and each try gets its capture, its delay and its robots check. Host checks,
# limits and counts are the session's; telnet and remote control would listen on a port; no request
# comes out of a callback. Behind a proxy nobody sees which address answers: the delay per address
# and the guard of private ones were gone. Headers are the scheduler's, timeout and cookies the
# handler's (Scrapy's middleware fetches a list of domains from the internet). Nothing decodes: the
# archive keeps the bytes as they came, and the callback reads them as it will read its records.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
LOG_FORMATTER = "crawler.log.QuietLogFormatter"

# The gate (crawler/gate.py) keeps the delay, per host and per address for all sites of the process.
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 2
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1

DOWNLOAD_VERIFY_CERTIFICATES = True  # not Scrapy's default; a row may excuse its site
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024
# http and https only: nothing a page says can make us open a file or an FTP connection.
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.DownloadHandler",
    "https": "crawler.download.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Reads the source of every callback for a mistake ours cannot make: 1 ms a page.
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_DUMP = False
