"""What a first crawl fetches, and what it says of the rest."""

from __future__ import annotations

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec

FAMILIES = ("nukeviet", "wordpress", "liferay", "webforms", "flat")
FEEDS = {"nukeviet": 1, "wordpress": 2}
PER_PAGE = 4
HINT = "--full"


@pytest.fixture(scope="module")
def replica():
    specs = [
        SiteSpec(id=name, family=name, articles=20, per_page=PER_PAGE, traps=False)
        for name in FAMILIES
    ]
    with Replica(specs) as replica:
        yield replica


@pytest.fixture
def mattran(tmp_path, replica):
    replica.clear_hits()
    return Mattran(tmp_path, replica)


def paths(replica, site):
    return [hit.path for hit in replica.hits(site, robots=False, files=False)]


def fronts(replica, site):
    return len(replica[site].listings()) + FEEDS.get(site, 0)


@pytest.mark.parametrize("site", FAMILIES)
def test_a_first_crawl_takes_feeds_first_listing_pages_and_what_they_name(mattran, replica, site):
    finished = mattran("crawl", site)
    assert finished.exit_code == 0
    asked = paths(replica, site)
    archived = {row["url"] for row in mattran.rows("SELECT url FROM pages WHERE kind = 'article'")}
    menu = {path for path, _ in replica[site].menu()} - set(replica[site].listings())
    rest = [path for path in asked if replica[site].base_url + path not in archived]
    assert len(asked) == len(set(asked))
    assert len(set(rest) - menu) == fronts(replica, site)
    newest = [section[:PER_PAGE] for section in replica[site].by_section.values()]
    assert len(archived) >= sum(len(section) for section in newest)


def test_then_it_says_how_to_get_the_rest_and_how_fast(mattran):
    mattran.registry.write_text(mattran.registry.read_text().replace("delay = 0", "delay = 0.01"))
    told = mattran("crawl", "flat").out.splitlines()[-1]
    assert "mattran crawl flat --full" in told
    assert "360,000 pages an hour" in told


def test_it_says_so_once_only(mattran):
    mattran("crawl", "flat")
    assert HINT not in mattran("crawl", "flat").out


def test_it_says_so_in_one_line_for_many_sites(mattran):
    told = [line for line in mattran("crawl", "--all").out.splitlines() if HINT in line]
    assert len(told) == 1
    assert f"mattran crawl {' '.join(FAMILIES)} --full" in told[0]


def test_after_a_full_crawl_there_is_nothing_to_say(mattran):
    finished = mattran("crawl", "flat", "--full")
    assert finished.exit_code == 0
    assert HINT not in finished.out


def test_a_site_whose_listings_have_one_page_is_complete_at_once(tmp_path):
    spec = SiteSpec(id="small", family="flat", articles=6, per_page=20, traps=False)
    with Replica([spec]) as replica:
        mattran = Mattran(tmp_path, replica)
        finished = mattran("crawl", "small")
        assert mattran.value("SELECT count(*) FROM articles") == 6
    assert HINT not in finished.out


def test_a_recrawl_does_not_say_it_again(mattran):
    mattran("crawl", "flat")
    assert HINT not in mattran("recrawl", "--site", "flat").out


def test_a_dry_run_names_its_requests_and_their_time_and_fetches_nothing(mattran, replica):
    finished = mattran("crawl", "nukeviet", "--dry-run")
    assert finished.exit_code == 0
    assert f"{fronts(replica, 'nukeviet')} requests" in finished.out
    assert " s" in finished.out.splitlines()[-1]
    assert replica.hits() == []
    assert sorted(path.name for path in mattran.folder.iterdir()) == ["sites.toml"]
