"""A session settles every claim, whatever fails; on a real archive, without a network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.errors import LeaseLostError, NotWritableError
from archive.page import Fetch, Link, Page
from crawler import scheduler as scheduling
from crawler.process import project_scrapy_settings
from crawler.registry import Site
from crawler.robots import RobotsRules
from crawler.scheduler import FrontierScheduler
from crawler.session import CrawlSession, Limits
from crawler.sitecrawl import Answer, SiteCrawl
from tests.archive.crawling import ROOT, SITE, Crawl, an_answer, links

HOST = "front.example"


class Bench:
    """A session over one open site whose listing is claimed."""

    def __init__(self, folder: Path) -> None:
        self.rows = Crawl(folder / "mattran.db")
        site = Site(
            id=SITE,
            name="Trang",
            level="province",
            province="Hà Nội",
            base_url=ROOT,
            platform="generic",
            listings=("/tin",),
        )
        family: Any = SimpleNamespace(known=set(), seeds=list, is_denied=lambda _: False)
        self.crawl = SiteCrawl(site=site, family=family, opened=True, answered=True, talked=True)
        self.session = CrawlSession(
            self.rows.archive,
            {SITE: self.crawl},
            "full",
            Limits(),
            reextract=lambda *_: None,  # type: ignore[arg-type]
            folder=folder,
        )
        self.session.opening.make_doors(self.crawl, "192.0.2.1")
        self.crawl.rules[HOST] = RobotsRules.read(None)
        self.rows.begin()

    def claim(self) -> Any:
        claim = self.session.next_claim(self.crawl)
        assert claim is not None
        assert not isinstance(claim, float)
        return claim

    def listing(self, claim: Any, *found: Link) -> Answer:
        fetch = an_answer(claim)
        page = Page(url=claim.url, kind="listing", links=list(found), fetch=fetch, claim=claim)
        return Answer(page, claim, fetch)

    def row(self, claim: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self.rows.conn.execute(
            "SELECT state, last_failure, lease_until FROM frontier WHERE id = ?", (claim.id,)
        ).fetchone()
        return found

    def is_free(self) -> bool:
        """Nothing is in flight and no door is held, here or for other runs."""
        holders = self.rows.column("SELECT holder FROM hosts WHERE holder IS NOT NULL")
        return not self.crawl.in_flight and not holders


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.rows.close()


def breaking(monkeypatch: pytest.MonkeyPatch, bench: Bench, error: Exception) -> None:
    """Let the transaction of a page raise at its very end; that of a failed page works."""
    finish = bench.rows.frontier.finish

    def broken(*arguments: Any) -> None:
        finish(*arguments)
        raise error

    monkeypatch.setattr(bench.rows.frontier, "finish", broken)


def test_a_settled_page_leaves_its_host_to_the_next_after_the_delay(bench: Bench):
    claim = bench.claim()
    assert bench.session.next_claim(bench.crawl) is None  # one at a time
    bench.session.settle(bench.crawl, bench.listing(claim, *links("1")))
    assert bench.row(claim) == ("done", None, None)
    assert bench.is_free()
    wait = bench.session.next_claim(bench.crawl)
    assert isinstance(wait, float)
    assert 0 < wait <= bench.crawl.site.delay


def test_a_transaction_that_raises_fails_its_row_and_stores_nothing_else(bench, monkeypatch):
    claim = bench.claim()
    breaking(monkeypatch, bench, RuntimeError("in the\ntransaction"))
    bench.session.settle(bench.crawl, bench.listing(claim, *links("1", "2")))
    assert bench.row(claim) == ("waiting", "other", None)
    assert bench.rows.column("SELECT kind FROM captures") == ["failed"]
    assert bench.rows.value("SELECT count(*) FROM frontier") == 1
    assert bench.is_free()
    assert bench.crawl.counts["errors"] == 1
    assert bench.session.stopping is None


def test_the_links_of_a_page_that_could_not_be_stored_are_stored_when_it_can(bench, monkeypatch):
    claim = bench.claim()
    with monkeypatch.context() as patch:
        breaking(patch, bench, RuntimeError("once"))
        bench.session.settle(bench.crawl, bench.listing(claim, *links("1", "2")))
    bench.rows.conn.execute("UPDATE frontier SET state = 'ready'")
    again = bench.rows.claim()
    bench.crawl.in_flight[again.id] = again
    bench.session.settle(bench.crawl, bench.listing(again, *links("1", "2")))
    assert bench.rows.value("SELECT count(*) FROM frontier WHERE kind = 'article'") == 2


def test_a_lost_lease_stores_nothing(bench, monkeypatch):
    claim = bench.claim()
    breaking(monkeypatch, bench, LeaseLostError("lost"))
    bench.session.settle(bench.crawl, bench.listing(claim, *links("1")))
    assert bench.rows.value("SELECT count(*) FROM captures") == 0
    assert bench.crawl.counts["lease_lost"] == 1
    assert bench.is_free()


def test_a_full_disk_stops_the_run(bench, monkeypatch):
    claim = bench.claim()
    breaking(monkeypatch, bench, NotWritableError("no space left"))
    bench.session.settle(bench.crawl, bench.listing(claim))
    assert bench.session.stopping == "no-space"
    assert bench.session.next_claim(bench.crawl) is None
    bench.session.end()
    assert bench.row(claim)[0] == "ready"


def test_an_answer_that_comes_after_the_end_changes_nothing(bench: Bench):
    claim = bench.claim()
    bench.session.abandon()
    bench.session.settle(bench.crawl, bench.listing(claim, *links("1")))
    assert bench.row(claim)[0] == "ready"
    assert bench.rows.value("SELECT attempts FROM frontier WHERE id = ?", claim.id) == 0
    assert bench.rows.value("SELECT count(*) FROM captures") == 0


def test_an_answer_that_comes_twice_is_stored_once(bench: Bench):
    claim = bench.claim()
    answer = bench.listing(claim)
    bench.session.settle(bench.crawl, answer)
    bench.session.settle(bench.crawl, answer)
    assert bench.rows.value("SELECT count(*) FROM captures") == 1


def test_a_claim_that_raises_leaves_the_doors_to_other_sites(bench: Bench):
    bench.crawl.rules[HOST] = "no rules"  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        bench.session.next_claim(bench.crawl)
    assert bench.session.gate.wait(bench.crawl.doors) == 0
    assert bench.is_free()


def test_a_row_on_a_host_that_is_not_registered_is_denied_not_fetched(bench: Bench):
    bench.rows.conn.execute("UPDATE frontier SET url = 'http://else.example/tin'")
    bench.session.next_claim(bench.crawl)
    assert bench.rows.column("SELECT state FROM frontier") == ["denied"]
    assert bench.is_free()


def test_so_is_a_robots_txt_on_a_host_that_is_not_registered(bench: Bench):
    bench.rows.conn.execute(
        "UPDATE frontier SET url = 'http://169.254.169.254/robots.txt', kind = 'robots'"
    )
    bench.session.next_claim(bench.crawl)
    assert bench.rows.column("SELECT state FROM frontier") == ["denied"]


class TestLeaks:
    """A request the engine no longer knows of, by the scheduler's own watch."""

    @pytest.fixture
    def watched(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Any:
        """A scheduler of a site, beside an engine whose `inprogress` the test fills."""
        monkeypatch.setattr(scheduling, "LEAK_CHECK_SECONDS", 0.0)
        slot = SimpleNamespace(
            inprogress=set(), closing=None, nextcall=SimpleNamespace(schedule=lambda: None)
        )
        engine: Any = SimpleNamespace(_slot=slot)
        crawler: Any = SimpleNamespace(engine=engine, settings=project_scrapy_settings("test"))
        monkeypatch.setattr(bench.session, "open_site", lambda crawl: None)
        watched = FrontierScheduler.from_crawler(crawler)
        watched.open(SimpleNamespace(session=bench.session, site=bench.crawl.site))  # type: ignore[arg-type]
        return watched

    def test_a_request_the_engine_works_on_is_left_alone(self, bench: Bench, watched: Any):
        request = watched.next_request()
        watched.crawler.engine._slot.inprogress.add(request)
        assert watched.next_request() is None
        assert len(bench.crawl.in_flight) == 1
        assert bench.crawl.counts["leaked"] == 0

    def test_a_lost_one_is_settled_as_failed(self, bench: Bench, watched: Any):
        async def lose() -> None:
            request = watched.next_request()
            claim = request.meta["mattran_claim"]
            watched.next_request()
            assert bench.row(claim) == ("waiting", "leaked", None)
            assert bench.rows.column("SELECT failure FROM captures") == ["leaked"]
            assert bench.is_free()
            assert bench.crawl.counts["leaked"] == 1

        asyncio.run(lose())

    def test_a_request_made_of_a_link_becomes_a_row(
        self, bench: Bench, watched: Any, caplog: pytest.LogCaptureFixture
    ):
        request = watched.next_request().replace(url=f"{ROOT}/tin/9.html")
        assert watched.enqueue_request(request) is True
        assert bench.rows.value("SELECT state FROM frontier WHERE url = ?", request.url) == "ready"
        assert "a request was made instead of a link" in caplog.text


def test_a_429_raises_the_delay_for_good_and_a_retry_after_holds_once(bench: Bench):
    claim = bench.claim()
    fetch = Fetch(url=claim.url, started_at=time.time(), status=429, retry_after=30.0)
    page = Page(url=claim.url, kind="error", fetch=fetch, claim=claim)
    bench.session.settle(bench.crawl, Answer(page, claim, fetch))
    assert bench.rows.value("SELECT delay FROM hosts WHERE host = ?", HOST) == 4.2
    wait = bench.session.gate.wait(bench.crawl.doors)
    assert wait is not None
    assert 29 < wait <= 30
