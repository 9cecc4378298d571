"""Several addresses of one article, on sites whose boxes link articles under other addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.command import Mattran
from tests.replica import Replica, Site, SiteSpec
from tests.replica.wire import html

ARTICLES = 20
FAMILIES = ("liferay", "liferay-dated", "table", "nukeviet")
WITH_TWINS = ("liferay", "table")  # the boxes of the others link no address we tell apart
DEAD = html("<html><body><p>Không tìm thấy trang.</p></body></html>", 404)

Crawled = tuple[Replica, Mattran]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    specs = [SiteSpec(id=family, family=family, articles=ARTICLES) for family in FAMILIES]
    with Replica(specs) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("twins"), replica)
        # Its box of most read articles stands on every page and comes round to all of them.
        kill_first_address(replica["liferay"])
        finished = mattran("crawl", "--all", "--full")
        assert finished.exit_code == 0, finished.out + finished.err
        yield replica, mattran


def kill_first_address(site: Site) -> None:
    """Let the address under which the listing links the newest article answer 404."""
    site.override(site.address(site.newest[0]), DEAD)


def fetched(replica: Replica, family: str) -> Counter[str]:
    """How often each article came, by its key, whatever the address."""
    addresses = {
        url: truth.key for truth in replica[family].truth() for url in (truth.url, *truth.twins)
    }
    shapes = {shape(url): key for url, key in addresses.items()}
    pages = (hit for hit in replica.hits(family) if hit.status == 200)
    keys = (shapes.get(shape(hit.path)) for hit in pages)
    return Counter(key for key in keys if key is not None)


def shape(url: str) -> str:
    """An address without what the crawler leaves out of it: state, and the guest's prefix."""
    parts = urlsplit(url)
    path = parts.path.removeprefix("/vi").removeprefix("/web/guest")
    kept = [p for p in parts.query.split("&") if p.startswith(("id=", "cat=")) or "_urlTitle" in p]
    return path + "?" + "&".join(sorted(kept))


def visited(mattran: Mattran, family: str) -> object:
    """How many addresses of articles are visited."""
    return mattran.value(
        "SELECT count(*) FROM frontier WHERE site = ? AND kind = 'article'"
        " AND page IS NOT NULL AND state <> 'twin'",
        family,
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_full_crawl_fetches_each_article_once(crawled: Crawled, family: str) -> None:
    replica, mattran = crawled
    wanted = {truth.key: 1 for truth in replica[family].truth()}
    assert fetched(replica, family) == wanted
    assert mattran.value("SELECT count(*) FROM articles WHERE site = ?", family) == ARTICLES
    assert visited(mattran, family) == ARTICLES


@pytest.mark.parametrize("family", WITH_TWINS)
def test_the_twins_seen_are_aliases_of_their_article(crawled: Crawled, family: str) -> None:
    _, mattran = crawled
    twins = mattran.rows(
        "SELECT f.url, f.page, a.page AS known FROM frontier f"
        " LEFT JOIN aliases a ON a.site = f.site AND a.url = f.url"
        " WHERE f.site = ? AND f.state = 'twin'",
        family,
    )
    assert len(twins) >= ARTICLES // 2
    assert all(row["page"] == row["known"] is not None for row in twins)


def test_a_dead_address_loses_no_article(crawled: Crawled) -> None:
    replica, mattran = crawled
    truth = replica["liferay"].truth()[0]
    article = mattran.rows(
        "SELECT url, state FROM articles WHERE site = 'liferay' AND title = ?", truth.title
    )[0]
    assert article["state"] == "live"
    assert article["url"] != truth.url


def test_an_article_that_moves_to_a_twin_is_not_gone(tmp_path: Path) -> None:
    with Replica([SiteSpec(id="table", family="table", articles=ARTICLES)]) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "table", "--full")
        twin = mattran.rows("SELECT url, page FROM frontier WHERE state = 'twin'")[0]
        before = mattran.rows("SELECT url FROM articles WHERE id = ?", twin["page"])[0]["url"]
        replica["table"].override(before.removeprefix(replica["table"].base_url), DEAD)
        replica.clear_hits()
        # A person may name any address of it.
        finished = mattran("recrawl", twin["url"])
        assert finished.exit_code == 0, finished.out + finished.err
        asked = [hit.path for hit in replica.hits("table", robots=False)]
        assert len(asked) == 2
        assert before.endswith(asked[0])
        article = mattran.rows("SELECT * FROM articles WHERE id = ?", twin["page"])[0]
        assert (article["state"], article["gone_at"], article["revisions"]) == ("live", None, 1)
        assert article["url"].endswith(asked[1])
        assert mattran.value("SELECT count(*) FROM disappearances") == 0
        shown = mattran("show", before)
        assert article["ref"] in shown.out


@pytest.mark.parametrize("family", FAMILIES)
def test_a_recrawl_asks_once_for_each_article(crawled: Crawled, family: str) -> None:
    replica, mattran = crawled
    replica.clear_hits()
    finished = mattran("recrawl", "--site", family)
    assert finished.exit_code == 0, finished.out + finished.err
    assert len(replica.hits(family, robots=False)) == ARTICLES
    assert set(fetched(replica, family).values()) == {1}
    assert len(fetched(replica, family)) == ARTICLES
