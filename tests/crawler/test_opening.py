"""How sites are opened: whose hosts share an address share a door, whatever their names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.page import Link
from archive.store import Archive
from crawler import opening
from crawler.registry import Site
from crawler.robots import RobotsRules
from crawler.session import CrawlSession, Limits
from crawler.site_row import site_row
from crawler.sitecrawl import SiteCrawl

ADDRESSES = {"a.example": "93.184.215.14", "b.example": "93.184.215.14", "c.example": "8.8.4.4"}


def crawl_of(host: str) -> SiteCrawl:
    """A site on `host` whose one listing is to be fetched, and may be."""
    site = Site(
        id=host.partition(".")[0],
        name=host,
        level="ward",
        province="Hà Nội",
        base_url=f"https://{host}",
        platform="generic",
        listings=("/tin",),
    )
    seeds = [Link(url=f"https://{host}/tin", kind="listing")]
    family: Any = SimpleNamespace(known=set(), seeds=lambda: seeds, is_denied=lambda _: False)
    return SiteCrawl(site=site, family=family, rules={host: RobotsRules.read(None)})


def test_sites_on_one_address_take_turns_and_keep_the_delay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def resolve(host: str) -> str:
        return ADDRESSES[host]

    async def reach(*_: object) -> None:
        return

    monkeypatch.setattr(opening, "resolve", resolve)
    monkeypatch.setattr(opening, "reach", reach)
    a, b, c = crawls = [crawl_of(host) for host in ADDRESSES]

    async def crawl(session: CrawlSession) -> None:
        for each in crawls:
            session.open_site(each)
        while not all(each.opened for each in crawls):
            await asyncio.sleep(0)
        assert session.next_claim(a)
        assert session.next_claim(b) is None
        assert getattr(session.next_claim(c), "site", None) == "c"
        session.leaked(a, next(iter(a.in_flight.values())))
        wait = session.next_claim(b)
        assert isinstance(wait, float)
        assert 2 < wait <= 2.1

    with Archive.open(tmp_path / "mattran.db", "crawl") as archive:
        archive.sync_sites([site_row(each.site) for each in crawls])
        asyncio.run(
            crawl(
                CrawlSession(
                    archive,
                    {each.site.id: each for each in crawls},
                    "incremental",
                    Limits(),
                    reextract=lambda *_: None,  # type: ignore[arg-type]
                    folder=tmp_path,
                )
            )
        )
