"""How sites are opened: whose hosts share an address share a door, whatever their names."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.page import Claim, Link
from archive.store import Archive
from crawler import network, opening
from crawler.registry import Site
from crawler.robots import RobotsRules
from crawler.session import CrawlSession, Limits
from crawler.site_row import site_row
from crawler.sitecrawl import SiteCrawl

ADDRESSES = {
    "a.example": "93.184.215.14",
    "b.example": "93.184.215.14",
    "c.example": "8.8.4.4",
    "m.a.example": "8.8.4.4",
    "d.example": "8.8.8.8",
    "several.example": "1.0.0.1 1.1.1.1 8.8.8.8",
}
NOBODY_THERE = {"1.0.0.1", "1.1.1.1"}


def crawl_of(host: str, *aliases: str, listed_on: str = "") -> SiteCrawl:
    """A site on `host` whose one listing is to be fetched, and may be."""
    site = Site(
        id=host.partition(".")[0],
        name=host,
        level="ward",
        province="Hà Nội",
        base_url=f"https://{host}",
        platform="generic",
        listings=("/tin",),
        aliases=aliases,
    )
    seeds = [Link(url=f"https://{listed_on or host}/tin", kind="listing")]
    family: Any = SimpleNamespace(known=set(), seeds=lambda: seeds, is_denied=lambda _: False)
    rules = {name: RobotsRules.read(None) for name in (host, *aliases)}
    return SiteCrawl(site=site, family=family, rules=rules)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[SiteCrawl], Callable[[CrawlSession], None]], None]:
    """Open sites whose names point to `ADDRESSES`, then do something with the session."""

    async def addresses_of(host: str) -> list[str]:
        if host not in ADDRESSES:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return ADDRESSES[host].split()

    async def resolve(host: str) -> str:
        return (await addresses_of(host))[0]

    async def reach(address: str, _: int) -> None:
        if address in NOBODY_THERE:
            raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(opening, "addresses_of", addresses_of)
    monkeypatch.setattr(opening, "resolve", resolve)
    monkeypatch.setattr(opening, "reach", reach)
    monkeypatch.setattr(network, "_asked_at", {})

    async def opened(session: CrawlSession, then: Callable[[CrawlSession], None]) -> None:
        for each in session.crawls.values():
            session.open_site(each)
        while not all(each.opened for each in session.crawls.values()):
            await asyncio.sleep(0)
        then(session)

    def run(crawls: list[SiteCrawl], then: Callable[[CrawlSession], None]) -> None:
        with Archive.open(tmp_path / "mattran.db", "crawl") as archive:
            archive.sync_sites([site_row(each.site) for each in crawls])
            session = CrawlSession(
                archive,
                {each.site.id: each for each in crawls},
                "incremental",
                Limits(),
                reextract=lambda *_: None,  # type: ignore[arg-type]
                folder=tmp_path,
            )
            asyncio.run(opened(session, then))

    return run


def test_sites_on_one_address_take_turns_and_keep_the_delay(run):
    a, b, c = crawls = [crawl_of(host) for host in ("a.example", "b.example", "c.example")]

    def crawl(session: CrawlSession) -> None:
        assert isinstance(session.next_claim(a), Claim)
        assert session.next_claim(b) is None
        assert getattr(session.next_claim(c), "site", None) == "c"
        session.leaked(a, next(iter(a.in_flight.values())))
        wait = session.next_claim(b)
        assert isinstance(wait, float)
        assert 2 < wait <= 2.1

    run(crawls, crawl)


def test_of_a_host_with_several_addresses_one_that_answers_is_asked_and_is_its_door(run):
    site, d = crawls = [crawl_of("several.example"), crawl_of("d.example")]

    def crawl(session: CrawlSession) -> None:
        assert (site.answered, site.silent) == (True, False)
        assert network._asked_at == {"several.example": "8.8.8.8", "d.example": "8.8.8.8"}
        assert isinstance(session.next_claim(site), Claim)
        assert session.next_claim(d) is None

    run(crawls, crawl)


def test_another_host_of_a_site_shares_the_door_of_its_own_address(run):
    a, c, d = crawls = [
        crawl_of("a.example", "m.a.example", listed_on="m.a.example"),
        crawl_of("c.example"),
        crawl_of("d.example"),
    ]

    def crawl(session: CrawlSession) -> None:
        assert getattr(session.next_claim(a), "url", None) == "https://m.a.example/tin"
        assert session.next_claim(c) is None
        assert isinstance(session.next_claim(d), Claim)
        session.leaked(a, next(iter(a.in_flight.values())))
        assert isinstance(session.next_claim(c), float)

    run(crawls, crawl)


def test_another_host_whose_address_is_not_known_is_left_to_a_later_run(run):
    a = crawl_of("a.example", "no-such.example", listed_on="no-such.example")

    def crawl(session: CrawlSession) -> None:
        assert session.next_claim(a) is None
        assert a.finished
        assert "no-such.example" in a.away

    run([a], crawl)


def test_the_longest_delay_that_a_host_of_the_site_asks_for_is_kept(run):
    a = crawl_of("a.example", "m.a.example")

    def crawl(session: CrawlSession) -> None:
        session.gate.learn_delay("m.a.example", 17.0)
        session.leaked(a, _claimed(session, a))
        wait = session.gate.wait(a.doors)
        assert wait is not None
        assert 16 < wait <= 17

    run([a], crawl)


def _claimed(session: CrawlSession, crawl: SiteCrawl) -> Claim:
    claim = session.next_claim(crawl)
    assert isinstance(claim, Claim)
    return claim
