"""In what state a page is after many visits: never by one bad day, always by the page itself."""

from __future__ import annotations

import pytest

from archive.absence import verdict
from archive.moments import DAY
from archive.page import Page
from bench.absence import measure
from tests.archive.crawling import ROOT, START, Crawl, an_answer
from tests.archive.test_disappearance import day, ledger, state


def votes(*days: float, state: str = "gone") -> list[tuple[float, str]]:
    return [(START + number * DAY, state) for number in sorted(days, reverse=True)]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], None),
        (votes(1), None),
        (votes(1, 1.1, 1.2, 1.3), None),
        (votes(1, 2), None),
        (votes(1, 4), "gone"),
        (votes(1, 40), "gone"),
        ([*votes(8, 7, 6), *votes(1, state="blocked")], None),
        ([*votes(8, 7, 6, 5), *votes(1, state="blocked")], "gone"),
        ([*votes(9, 5), *votes(3, 1, state="blocked")], None),
        ([*votes(30, 26), *votes(3, 1, state="blocked")], "gone"),
    ],
)
def test_a_state_needs_most_votes_of_several_days(
    found: list[tuple[float, str]], state: str | None
) -> None:
    assert verdict(found) == state


def hide(crawl: Crawl, at: float, status: int = 403) -> None:
    claim = crawl.claim_url(f"{ROOT}/tin/7.html")
    fetch = an_answer(claim, at=at, status=status)
    crawl.archive.store(Page(url=claim.url, kind="error", fetch=fetch, claim=claim))


@pytest.mark.parametrize("status", [403, 429])
def test_a_page_that_stays_hidden_is_blocked_until_it_is_seen(crawl: Crawl, status: int) -> None:
    crawl.see("7")
    hide(crawl, 9, status)
    assert state(crawl) == ("live", None)
    hide(crawl, 13, status)
    assert state(crawl) == ("blocked", None)
    crawl.see("7", at=14)
    assert state(crawl) == ("live", None)
    assert ledger(crawl) == [("blocked", day(9), day(14), day(13))]


def test_one_disappearance_may_turn_into_another(crawl: Crawl) -> None:
    crawl.see("7")
    for number in (9, 13):
        hide(crawl, number)
    for number in (40, 44):
        crawl.see("8", at=number)
        crawl.miss("7", at=number)
    assert state(crawl) == ("gone", day(40))
    assert ledger(crawl) == [
        ("blocked", day(9), day(44), day(13)),
        ("gone", day(40), None, day(44)),
    ]


def test_a_host_is_dead_after_a_week_of_silence(crawl: Crawl) -> None:
    crawl.see("7")
    host = "front.example"
    assert not any(crawl.archive.host_failed(host, START + d * DAY) for d in (9, 9.1, 15, 15.9))
    assert state(crawl) == ("live", None)
    assert crawl.archive.host_failed(host, START + 17 * DAY)
    assert state(crawl) == ("host-dead", None)
    assert ledger(crawl) == [("host-dead", day(9), None, day(17))]


def test_a_host_that_is_back_brings_its_pages_with_it(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8")
    for number in (9, 13, 17):
        crawl.archive.host_failed("front.example", START + number * DAY)
    crawl.see("8", at=20)
    assert state(crawl) == ("live", None)
    assert [back_at for _, _, back_at, _ in ledger(crawl)] == [day(20), day(20)]
    assert not crawl.archive.host_failed("front.example", START + 21 * DAY)


def test_what_was_gone_before_its_host_died_stays_gone(crawl: Crawl) -> None:
    crawl.see("7")
    for number in (9, 13):
        crawl.see("8", at=number)
        crawl.miss("7", at=number)
    for number in (20, 24, 28):
        crawl.archive.host_failed("front.example", START + number * DAY)
    assert state(crawl) == ("gone", day(9))


def test_a_known_article_in_whose_place_a_list_came_is_asked_for_again(crawl: Crawl) -> None:
    crawl.see("7")
    crawl.see("8", at=9)
    crawl.miss("7", at=9, kind="listing")
    row = "SELECT kind, due FROM frontier WHERE url LIKE '%/7.html'"
    assert crawl.conn.execute(row).fetchone() == ("article", int(START + 16 * DAY))


def test_pages_that_vanish_in_every_way_over_a_month_are_told_right() -> None:
    """The bar is 98 % of 200 pages, and none declared gone on one bad day."""
    right, total, hasty = measure(64)
    assert right >= 0.98 * total
    assert hasty == 0
