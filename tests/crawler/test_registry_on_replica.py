"""The whole registry on replica sites of its platforms: one crawl, one process, every trap."""

from __future__ import annotations

import pytest

from bench.whole_registry import BAR_MB, crawl

ARTICLES = 4


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return crawl(tmp_path_factory.mktemp("registry"), ARTICLES)


def test_every_article_of_every_site_is_archived_once_and_nothing_else(found):
    assert found.published == ARTICLES * found.sites
    assert found.wrong == []


def test_no_request_goes_round_in_circles(found):
    assert found.looped == []


def test_all_goes_well_in_the_memory_of_a_small_server(found):
    assert found.exit_code == 0
    assert found.peak_mb < BAR_MB
