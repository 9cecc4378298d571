"""The newest articles of a site are due weekly, all others yearly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import sweep
from archive.page import Page
from archive.sweep import WEEK, YEAR
from tests.archive.crawling import (
    DAY,
    ROOT,
    SITE,
    START,
    Crawl,
    an_answer,
    an_article,
    links,
    next_link,
)

NEWEST = 4


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crawl]:
    monkeypatch.setattr(sweep, "SWEPT", NEWEST)
    crawl = Crawl(tmp_path / "mattran.db")
    yield crawl
    crawl.close()


def ended(crawl: Crawl, at: float = 0.0) -> None:
    """Let a cycle come to its end."""
    crawl.begin("incremental")
    crawl.list(crawl.claim(), [], at=at)
    assert crawl.frontier.end_cycle(SITE, START + at * DAY)


def due(crawl: Crawl) -> dict[str, float]:
    """Days after START on which each article is due."""
    rows = crawl.conn.execute("SELECT url, due FROM frontier WHERE kind = 'article'")
    return {url.removeprefix(f"{ROOT}/tin/")[:-5]: (due - START) / DAY for url, due in rows}


def test_the_newest_by_their_date_are_due_weekly_the_others_yearly(crawl: Crawl) -> None:
    for number in range(1, 8):
        crawl.see(str(number), an_article(published_at=f"2025-0{number}-01"))
    ended(crawl)
    days = {False: YEAR / DAY, True: WEEK / DAY}
    assert due(crawl) == {str(n): days[n >= 4] for n in range(1, 8)}


def undated(crawl: Crawl, at: float = 0.0) -> None:
    """Fetch what is ready: lists as /tin names them, articles without a date."""
    article = an_article(published_at=None, published_precision="none")
    while (claim := crawl.frontier.claim(SITE)) is not None:
        number = claim.url.partition("=")[2]
        if claim.kind != "listing":
            fetch = an_answer(claim, at=at)
            page = Page(url=claim.url, kind="article", article=article, fetch=fetch, claim=claim)
            page.key = claim.key
            crawl.archive.store(page)
        elif number:
            crawl.list(claim, links("3", "2", "1"), at=at)
        else:
            crawl.list(claim, [*links("6", "5"), next_link(2)], at=at)


def swept(crawl: Crawl, at: float = 0.0) -> list[str]:
    """The articles that are due within a month."""
    crawl.frontier.end_cycle(SITE, START + at * DAY)
    return sorted(name for name, day in due(crawl).items() if day < 30)


def test_without_a_date_the_place_in_the_pager_counts(crawl: Crawl) -> None:
    crawl.begin("full")
    undated(crawl)
    assert swept(crawl) == ["2", "3", "5", "6"]


def test_without_a_date_what_a_first_page_names_later_is_newer(crawl: Crawl) -> None:
    crawl.begin("full")
    undated(crawl)
    crawl.frontier.end_cycle(SITE, START)
    crawl.begin("incremental")
    crawl.list(crawl.claim(), links("9", "8", "6", "5"), at=1)
    undated(crawl, at=1)
    assert swept(crawl, at=1) == ["5", "6", "8", "9"]


def test_a_newer_article_takes_the_place_of_the_oldest(crawl: Crawl) -> None:
    for number in range(1, 5):
        crawl.see(str(number), an_article(published_at=f"2025-0{number}-01"))
    ended(crawl)
    crawl.see("9", an_article(published_at="2025-09-01"), at=2)
    ended(crawl, at=2)
    assert {name for name, day in due(crawl).items() if day > 30} == {"1"}


def test_what_is_due_yearly_stays_due_then(crawl: Crawl) -> None:
    for number in range(1, 8):
        crawl.see(str(number), an_article(published_at=f"2025-0{number}-01"))
    ended(crawl)
    before = due(crawl)
    ended(crawl, at=YEAR / DAY - 3)
    assert due(crawl) == before


def test_a_run_of_what_is_due_sweeps_no_more_even_in_a_cycle_that_never_ended(crawl: Crawl) -> None:
    crawl.begin("full")
    for number in range(1, 8):
        crawl.see(str(number), an_article(published_at=f"2025-0{number}-01"))
    crawl.frontier.begin_cycle(SITE, "incremental", due_only=True)
    crawl.frontier.promote_due(SITE, START + 8 * DAY)
    ready = crawl.conn.execute("SELECT key FROM frontier WHERE state = 'ready' AND key IS NOT NULL")
    assert {key for (key,) in ready} == {"news:4", "news:5", "news:6", "news:7"}
