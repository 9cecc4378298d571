"""`crawl --full` over pagers that try to keep a crawler for ever, and addresses that are twins."""

from __future__ import annotations

import pytest

from crawler.registry import load_registry
from spiders.loader import load_family
from tests.command import Mattran
from tests.replica import PORTALS, Replica, SiteSpec
from tests.replica.wire import redirect

FAMILIES = ("nukeviet", "wordpress", "liferay", "liferay-dated", "webforms", "flat", "table")
ARTICLES, PER_PAGE = 14, 4
SPARE = 4  # pages behind the last one: a box that changes from page to page looks like news


def sites(families=FAMILIES, **keys):
    return [
        SiteSpec(id=name, family=name, articles=ARTICLES, per_page=PER_PAGE, traps=False, **keys)
        for name in families
    ]


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """Sites whose pagers offer one more page for ever, after one full crawl."""
    with Replica(sites(always_next=True)) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("endless"), replica)
        yield replica, mattran, mattran("crawl", "--all", "--full", "--max-pages", "1000")


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Sites crawled in full, then asked for every twin of two of their articles."""
    with Replica(sites()) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("twins"), replica)
        mattran("crawl", "--all", "--full")
        asked = {}
        for name, site in replica.sites.items():
            story = site.newest[2]
            asked[name] = [
                site.base_url + path for path in (site.address(story), *site.twins(story))
            ]
            mattran("recrawl", *asked[name])
        yield replica, mattran, asked


@pytest.mark.parametrize("site", FAMILIES)
class TestAPagerThatAlwaysOffersOneMore:
    def test_is_left_behind_its_last_page(self, endless, site):
        replica, _, finished = endless
        assert finished.exit_code == 0, finished.out + finished.err
        sections = replica[site].by_section.values()
        pages = sum(replica[site].pages_of(section) for section in sections)
        lists = [hit for hit in replica.hits(site, robots=False) if is_list(replica[site], hit)]
        assert pages <= len(lists) <= pages + SPARE * len(sections)

    def test_has_given_all_it_has(self, endless, site):
        _, mattran, _ = endless
        assert mattran.value("SELECT count(*) FROM articles WHERE site = ?", site) == ARTICLES


@pytest.fixture(scope="module")
def endless_portals(tmp_path_factory):
    """The same on the platforms whose replica is described as data."""
    with Replica(sites(PORTALS, always_next=True)) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("portals"), replica)
        yield replica, mattran, mattran("crawl", "--all", "--full", "--max-pages", "1000")


@pytest.mark.parametrize("site", PORTALS)
def test_every_platform_leaves_such_a_pager_with_all_it_has(endless_portals, site):
    replica, mattran, finished = endless_portals
    assert finished.exit_code == 0, finished.out + finished.err
    most = ARTICLES + replica[site].list_pages() + SPARE * len(replica[site].by_section)
    assert len(replica.hits(site, robots=False)) <= most
    assert mattran.value("SELECT count(*) FROM articles WHERE site = ?", site) == ARTICLES


def is_list(site, hit):
    return any(hit.path.startswith(path) for path in site.listings()) and not any(
        hit.path.startswith(site.address(story).partition("?")[0]) for story in site.stories
    )


@pytest.mark.parametrize(
    "location",
    ["/vi/news/hoat-dong-mat-tran/", "/vi/news/", "/vi/news/hoat-dong-mat-tran/page-2/"],
    ids=["to the root of its category", "to the root of its module", "to itself"],
)
def test_a_pager_ends_where_it_redirects(tmp_path, location):
    spec = SiteSpec(id="a", family="nukeviet", articles=40, per_page=PER_PAGE, traps=False)
    with Replica([spec]) as replica:
        site = replica["a"]
        site.override("/vi/news/hoat-dong-mat-tran/page-2/", redirect(site.base_url + location))
        mattran = Mattran(tmp_path, replica)
        assert mattran("crawl", "a", "--full", "--max-pages", "300").exit_code == 0
        paths = [hit.path for hit in replica.hits("a")]
    assert len(paths) == len(set(paths))
    assert "/vi/news/hoat-dong-mat-tran/page-2/" in paths
    assert "/vi/news/hoat-dong-mat-tran/page-3/" not in paths


@pytest.mark.parametrize("site", FAMILIES)
class TestTwins:
    def test_make_no_page_of_their_own(self, twins, site):
        replica, mattran, _ = twins
        assert mattran.value("SELECT count(*) FROM articles WHERE site = ?", site) == ARTICLES
        keys = mattran.rows("SELECT key FROM pages WHERE site = ? AND kind = 'article'", site)
        assert len(keys) == len({truth.key for truth in replica[site].truth()}) == ARTICLES

    def test_are_addresses_of_the_one(self, twins, site):
        replica, mattran, asked = twins
        key = replica[site].key(replica[site].newest[2])
        page = mattran.value("SELECT id FROM pages WHERE site = ? AND key = ?", site, key)
        seen = mattran.rows("SELECT url FROM aliases WHERE site = ? AND page = ?", site, page)
        family = load_family(load_registry(mattran.registry)[site])
        followed = {family.canonical(url) for url in asked[site] if family.denied(url) is None}
        assert followed <= {row["url"] for row in seen}

    def test_make_no_revision(self, twins, site):
        _, mattran, _ = twins
        assert (
            mattran.rows(
                "SELECT r.cause FROM revisions r JOIN pages p ON p.id = r.page"
                " WHERE p.site = ? AND r.cause <> 'first'",
                site,
            )
            == []
        )
