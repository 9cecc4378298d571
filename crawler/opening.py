"""The beginning of each site's crawl: whether its host is there, and which rows are ready.

All hosts are looked for side by side. Nothing of a silent site is written before all are known:
when it is our own network that is down, nothing has happened.
"""

from __future__ import annotations

import asyncio
import time
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive import admission, outlook
from archive.connection import explained
from crawler.network import (
    RefusedAddressError,
    addresses_of,
    ask_at,
    is_our_network,
    reach,
    resolve,
)
from crawler.origin import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.frontier import Mode
    from archive.store import Archive
    from crawler.session import CrawlSession
    from crawler.sitecrawl import SiteCrawl

DOWN_AFTER = 3  # connection failures of a host without any answer
MOST_ADDRESSES = 3  # of a name, tried before its host counts as silent
NO_OTHERS: Mapping[str, str | None] = MappingProxyType({})


class Opening:
    """Opens the sites of one session, in tasks of the event loop.

    :param select: makes rows ready (recrawl); called once, when the first site is opened.
    """

    def __init__(
        self, session: CrawlSession, select: Callable[[Archive], object] | None = None
    ) -> None:
        self._session = session
        self._archive = session.archive
        self._mode = session.mode
        self._select = select
        self._all_probed = asyncio.Event()
        self._connections: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, crawl: SiteCrawl) -> None:
        """See in the background whether the site's host is there, then make its rows ready."""
        task = asyncio.get_running_loop().create_task(self._open(crawl))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop_waiting(self) -> None:
        """Let the sites go that wait until all hosts have been looked for."""
        self._all_probed.set()

    async def _open(self, crawl: SiteCrawl) -> None:
        """Open a site; nothing of it is written before it is clear that our network is there."""
        try:
            if self._has_nothing_due(crawl):
                crawl.finished = True
                self.probed(crawl)
                return
            await self._reach(crawl)
            if crawl.silent:
                await self._all_probed.wait()
            if self._session.may_continue(crawl):
                with explained(self._archive.conn):
                    self._begin(crawl)
                crawl.opened = True
        except Exception as error:  # noqa: BLE001 (nobody awaits this task)
            self._session.broke(crawl, error)
        finally:
            crawl.wake()

    def _has_nothing_due(self, crawl: SiteCrawl) -> bool:
        """Tell whether a run of what is due may leave the site, and its host, alone."""
        frontier, site, now = self._archive.frontier, crawl.site.id, int(time.time())
        if self._mode != "due" or frontier.is_empty(site) or frontier.anything_left(site, by=now):
            return False
        due = frontier.next_due(site)
        return due is None or due > now

    def _begin(self, crawl: SiteCrawl) -> None:
        """Seed the site when a new cycle begins and fill its known set."""
        if crawl.site.budget is not None:
            spent = outlook.spent(self._archive.conn, crawl.site.id, time.time())
            crawl.budget = crawl.site.budget - spent
        self._make_rows_ready(crawl)
        if not crawl.silent:
            self._archive.frontier.host_is_back(crawl.site.id)
        crawl.known = crawl.family.known = self._archive.frontier.known(crawl.site.id)
        self._session.learner.open(crawl)

    def _make_rows_ready(self, crawl: SiteCrawl) -> None:
        frontier, site = self._archive.frontier, crawl.site.id
        if self._select is not None:
            select, self._select = self._select, None
            select(self._archive)
        if self._mode == "recrawl":
            frontier.begin_cycle(site, "recrawl")
            return
        due_only = self._mode == "due" and not frontier.is_empty(site)
        cycle: Mode = "full" if self._mode == "full" else "incremental"
        frontier.begin_cycle(site, cycle, due_only=due_only)
        if due_only:
            frontier.promote_due(site)
        # The row may have been edited: what is new in it counts, what it no longer names rests.
        seeds = crawl.family.seeds()
        frontier.seed(site, seeds)
        frontier.retire(site, seeds)
        admission.allow_again(self._archive.conn, site, crawl.family.is_denied)

    async def _reach(self, crawl: SiteCrawl) -> None:
        """Look up the site's host and connect to it once, without a request."""
        host = urlsplit(crawl.site.base_url).hostname or ""
        try:
            addresses = await addresses_of(host)
            port = origin_of(crawl.site.base_url).port
            address, failure = await self._first_to_answer(addresses, port)
            ask_at(host, address)
            self.make_doors(crawl, address, await _addresses_of_others(crawl))
            if failure is not None:
                raise failure
        except RefusedAddressError as error:
            crawl.down = str(error)
        except OSError as error:  # TimeoutError is one too
            crawl.silent = True
            crawl.connect_failures = DOWN_AFTER - 1
            if not crawl.doors:
                crawl.down = f"the name {host} does not resolve"
            self._session.our_network |= is_our_network(error)
        else:
            crawl.answered = True
        self.probed(crawl)

    async def _first_to_answer(self, addresses: list[str], port: int) -> tuple[str, OSError | None]:
        """Return the address where somebody is; of none the first, and why it gave no answer."""
        failures: list[OSError] = []
        for address in addresses[:MOST_ADDRESSES]:
            try:
                await self._connect(address, port)
            except OSError as error:
                failures.append(error)
            else:
                return address, None
        return addresses[0], failures[0]

    async def _connect(self, address: str, port: int) -> None:
        """Connect to a server once, for all sites it serves."""
        if (address, port) not in self._connections:
            self._connections[address, port] = asyncio.ensure_future(reach(address, port))
        await self._connections[address, port]

    def probed(self, crawl: SiteCrawl) -> None:
        """Note that it is known whether the site's host is there, or no longer matters."""
        crawl.probed = True
        self._session.judge_network()
        if all(other.probed or other.finished for other in self._session.crawls.values()):
            self._all_probed.set()

    def make_doors(
        self, crawl: SiteCrawl, address: str, others: Mapping[str, str | None] = NO_OTHERS
    ) -> None:
        """Register the site's hosts and their addresses at the gate.

        :param address: that of the main host.
        :param others: the site's other hosts with theirs, None where it is not known.
        """
        gate, hosts = self._session.gate, {crawl.host_key: address, **others}
        for host, ip in hosts.items():
            gate.register(host, "host", ip)
        addresses = [] if crawl.site.is_loopback else sorted({ip for ip in hosts.values() if ip})
        for ip in addresses:
            gate.register(f"ip:{ip}", "ip", ip)
        crawl.doors = [*hosts, *(f"ip:{ip}" for ip in addresses)]


async def _addresses_of_others(crawl: SiteCrawl) -> dict[str, str | None]:
    """Look up the other hosts of a site, side by side; there are none on this machine.

    A host whose address is not known stands behind no door: its pages are left to a later run.
    """
    if crawl.site.is_loopback:
        return {}
    names = {host.partition(":")[0] for host in crawl.site.hosts} - {crawl.host_key}
    others = sorted(names)
    found = await asyncio.gather(*map(resolve, others), return_exceptions=True)
    addresses: dict[str, str | None] = {}
    for host, answer in zip(others, found, strict=True):
        addresses[host] = answer if isinstance(answer, str) else None
        if isinstance(answer, OSError):
            crawl.away.add(host)
        elif isinstance(answer, BaseException) and not isinstance(answer, RefusedAddressError):
            raise answer
    return addresses
