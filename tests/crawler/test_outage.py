"""When silence is our own network's: more than half of at least three hosts, or a certain sign."""

from __future__ import annotations

from typing import Any, cast

import pytest

from crawler import outage
from crawler.registry import Site
from crawler.sitecrawl import SiteCrawl


def a_site(number: int) -> Site:
    return Site(
        id=f"s{number}",
        name="Mặt trận",
        level="province",
        province="Hà Nội",
        base_url=f"https://{number}.example",
        platform="nukeviet",
        listings=("/",),
    )


def crawls(standing: str) -> list[SiteCrawl]:
    """One site a letter: silent, answering, or untried so far; f: ended without a request."""
    return [
        SiteCrawl(
            site=a_site(number),
            family=cast("Any", None),
            probed=letter in "sa",
            silent=letter == "s",
            answered=letter == "a",
            finished=letter == "f",
        )
        for number, letter in enumerate(standing)
    ]


@pytest.mark.parametrize("standing", ["sss", "ssa", "sssaa", "ssu", "sssff"])
def test_most_of_several_hosts_are_silent(standing: str):
    assert outage.is_ours(crawls(standing), certain=False)


@pytest.mark.parametrize("standing", ["s", "ss", "sa", "saa", "ssaa", "sssuuuu", "ssff", "aaa", ""])
def test_too_few_are_silent_to_tell(standing: str):
    assert not outage.is_ours(crawls(standing), certain=False)


@pytest.mark.parametrize("standing", ["s", "ss", "sf"])
def test_a_certain_sign_is_enough_when_nobody_answers(standing: str):
    assert outage.is_ours(crawls(standing), certain=True)


@pytest.mark.parametrize("standing", ["sa", "su", "a"])
def test_a_certain_sign_is_none_while_somebody_may_answer(standing: str):
    assert not outage.is_ours(crawls(standing), certain=True)


def test_several_sites_on_one_host_are_one_host():
    same = crawls("sss")
    for crawl in same:
        crawl.site = same[0].site
    assert not outage.is_ours(same, certain=False)
