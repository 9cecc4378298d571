"""Runs the crawlers of a session in one event loop and stops them in time."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from archive.connection import explained
from archive.errors import ArchiveLockedError, LeaseLostError, NotWritableError
from crawler import collector
from crawler import settings as project_settings
from crawler.session import BEAT_SECONDS, CrawlSession

if TYPE_CHECKING:
    from crawler.registry import Site
    from crawler.sitecrawl import SiteCrawl
    from crawler.stopsignal import StopSignal

LOOK_SECONDS = 0.5  # how often the limits are looked at while nothing ends
GRACE_SECONDS = 6.0  # how long a stop waits for what is in flight before it is given back
OLDEST_TLS = "TLSv1.0"
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def project_scrapy_settings(user_agent: str) -> Settings:
    """Return the project's settings as Scrapy reads them."""
    found = Settings()
    found.setmodule(project_settings, priority="project")
    found.set("USER_AGENT", user_agent, priority="cmdline")
    return found


def run(
    session: CrawlSession,
    spiders: dict[str, type],
    user_agent: str,
    stop: StopSignal,
) -> None:
    """Crawl every site of `session` until nothing is left, a limit is met or a signal comes.

    :param spiders: the spider class of each site id.
    :returns: when every row is settled or given back; the outcome is in `session`.
    """
    install_reactor(REACTOR)
    reactor: Any = import_module("twisted.internet.reactor")  # exists only from here on
    base = project_scrapy_settings(user_agent)
    runner = AsyncCrawlerRunner(base)
    loop = asyncio.get_event_loop_policy().get_event_loop()
    main = loop.create_task(_crawl_all(session, runner, spiders, base, stop))
    main.add_done_callback(lambda _: reactor.stop())
    collector.look_less()
    reactor.run(installSignalHandlers=False)
    session.end()
    if main.done() and not main.cancelled() and (error := main.exception()) is not None:
        raise error


async def _crawl_all(
    session: CrawlSession,
    runner: AsyncCrawlerRunner,
    spiders: dict[str, type],
    base: Settings,
    stop: StopSignal,
) -> None:
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        loop.call_soon_threadsafe(session.stop, "signal")

    stop.on_signal = on_signal
    if stop.received is not None:
        session.stop("signal")
    beat = loop.create_task(_beat(session))
    tasks = {
        runner.crawl(Crawler(spiders[site_id], _site_settings(base, crawl.site)),
                     site=crawl.site, session=session): crawl
        for site_id, crawl in session.crawls.items()
    }  # fmt: skip
    try:
        await _wait(session, tasks)
    finally:
        beat.cancel()


async def _wait(session: CrawlSession, tasks: dict[asyncio.Task[None], SiteCrawl]) -> None:
    """Wait for all crawlers; after a stop for at most the grace time."""
    pending = set(tasks)
    while pending and not session.limit_reached():
        pending = await _wait_once(session, tasks, pending, LOOK_SECONDS)
    if pending:
        await _wait_once(session, tasks, pending, GRACE_SECONDS, asyncio.ALL_COMPLETED)


async def _wait_once(
    session: CrawlSession,
    tasks: dict[asyncio.Task[None], SiteCrawl],
    pending: set[asyncio.Task[None]],
    seconds: float,
    until: str = asyncio.FIRST_COMPLETED,
) -> set[asyncio.Task[None]]:
    done, pending = await asyncio.wait(pending, timeout=seconds, return_when=until)
    for task in done:
        error = task.exception()
        if error is not None:
            session.broke(tasks[task], error)
    return pending


async def _beat(session: CrawlSession) -> None:
    """Show once a minute that this run is alive; stop it when another took it for dead."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            with explained(session.archive.conn):
                session.archive.run.beat(session.archive.conn)
        except LeaseLostError as error:
            session.stop("error", str(error))
            return
        except NotWritableError as error:
            session.stop("no-space", str(error))
        except ArchiveLockedError as error:
            session.stop("locked", str(error))


def _site_settings(base: Settings, site: Site) -> Settings:
    """Return the settings of one site's crawler: weak security is excused per site only."""
    found = base.copy()
    found.set("DOWNLOAD_VERIFY_CERTIFICATES", site.tls, priority="cmdline")
    if site.old_tls:
        found.set("DOWNLOAD_TLS_MIN_VERSION", OLDEST_TLS, priority="cmdline")
    return found
