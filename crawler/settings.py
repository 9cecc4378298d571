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

# The contact is added when a crawl starts: without one only loopback hosts are fetched.
USER_AGENT = f"mattran-archive/{VERSION}"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
}

# The frontier in the archive is the only queue (crawler/scheduler.py).
SCHEDULER = "crawler.scheduler.FrontierScheduler"
ITEM_PIPELINES = {"crawler.pipeline.ArchivePipeline": 100}
# Closest to the wire, so that it sees the bytes before HttpCompression (590) decodes them.
DOWNLOADER_MIDDLEWARES = {
    "crawler.wire.WireMiddleware": 990,
    # Nothing is left for these to do, and each is asked about every request: the session checks
    # hosts, no site of the registry has a password, and counts are kept in `runs`.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    # Switched off below; not even imported so.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
LOG_FORMATTER = "crawler.log.QuietLogFormatter"

# robots.txt is obeyed, by the scheduler (crawler/robots.py). Scrapy's own middleware is off because
# it takes a 5xx or a failed download for "no rules", and fetches outside the gate.
ROBOTSTXT_OBEY = False
# Redirects and retries are rows of the frontier: each hop and each try gets its capture, its delay
# and its robots check.
REDIRECT_ENABLED = False
RETRY_ENABLED = False
METAREFRESH_ENABLED = False
# Every answer is a page and no request comes out of a callback: nothing is left for these to do.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

# The gate (crawler/gate.py) keeps the delay, per host and per address for all sites of the process.
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 2
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1

DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# http and https only: nothing a page says can make us open a file or an FTP connection.
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.DownloadHandler",
    "https": "crawler.download.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Answers with an address that is not public are refused where the name is resolved.
TWISTED_DNS_RESOLVER = "crawler.network.GuardedResolver"

# Reads the source of every callback for a mistake ours cannot make: 1 ms a page.
WARN_ON_GENERATOR_RETURN_VALUE = False

# Both listen on a port; nothing here should.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Not even imported, which takes 0.1 s: the session has its own limits and its own way to tell what
# goes on.
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
STATS_DUMP = False
