"""Every platform, small: all is found at a fair price, news the same day, edits within the sweep.

`python -m bench.discovery` measures the same with 3,000 articles a site.
"""

from __future__ import annotations

import pytest

from bench.discovery import AT_ONCE, DAILY, EDITED, MEASURED, MOST, NEW, Life

ARTICLES = 64


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    """All families in one archive: a full crawl, a day with news, a week later."""
    return Life(tmp_path_factory.mktemp("discovery"), MEASURED, ARTICLES).measure()


@pytest.mark.parametrize("family", MEASURED)
class TestEachPlatform:
    def test_gives_all_its_articles_once_and_nothing_else(self, costs, family):
        assert (costs[family].found, costs[family].junk) == (ARTICLES, 0)

    def test_gives_the_dates_its_pages_show(self, costs, family):
        assert costs[family].misdated == 0

    def test_is_asked_for_little_more_than_articles_and_lists(self, costs, family):
        cost = costs[family]
        assert cost.full <= MOST * (cost.articles + cost.lists)

    def test_gives_its_news_on_the_day_for_a_few_requests(self, costs, family):
        cost = costs[family]
        assert cost.new == NEW
        assert cost.day <= DAILY + cost.day_owed

    def test_gives_its_edits_within_the_weekly_sweep(self, costs, family):
        cost = costs[family]
        assert cost.edits == len(EDITED)
        assert cost.week <= DAILY + cost.week_owed


@pytest.mark.parametrize("family", sorted(AT_ONCE))
def test_a_platform_that_tells_of_edits_gives_them_on_the_day(costs, family):
    assert costs[family].at_once == len(EDITED)
