"""`mattran recrawl`: which pages are fetched again, and nothing else."""

from __future__ import annotations

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.replica.wire import html

SPECS = [
    SiteSpec(id="nukeviet", family="nukeviet", articles=12, traps=False),
    SiteSpec(id="flat", family="flat", articles=8, traps=False),
]
BROKEN = html("<html><body><h1>Lỗi</h1></body></html>", 500)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with Replica(SPECS) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("recrawl"), replica)
        assert mattran("crawl", "--all", "--full").exit_code == 0
        yield replica, mattran


@pytest.fixture
def replica(archive):
    archive[0].clear_hits()
    return archive[0]


@pytest.fixture
def mattran(archive):
    return archive[1]


def asked(replica, site=None):
    """Return the addresses fetched, robots.txt aside."""
    return [f"http://{hit.host}{hit.path}" for hit in replica.hits(site, robots=False)]


def days(replica, site):
    """Return the day of publication of each article by its address, newest first."""
    dated = {truth.url: truth.published_at[:10] for truth in replica[site].truth()}
    return dict(sorted(dated.items(), key=lambda pair: pair[1], reverse=True))


def test_an_address_alone_is_fetched(replica, mattran):
    url = replica["nukeviet"].truth()[4].url
    assert mattran("recrawl", url).exit_code == 0
    assert asked(replica) == [url]


def test_several_addresses_of_several_sites_in_one_run(replica, mattran):
    urls = [replica["nukeviet"].truth()[1].url, replica["flat"].truth()[1].url]
    assert mattran("recrawl", *urls).exit_code == 0
    assert sorted(asked(replica)) == sorted(urls)


def test_a_tracking_address_stands_for_its_article(replica, mattran):
    url = replica["flat"].truth()[2].url
    mattran("recrawl", f"{url}?utm_source=zalo")
    assert asked(replica) == [url]


def test_an_address_never_seen_is_archived(replica, mattran):
    added = replica["flat"].add_article()
    assert mattran("recrawl", added.url).exit_code == 0
    assert asked(replica) == [added.url]
    assert mattran.value("SELECT count(*) FROM articles WHERE url = ?", added.url) == 1


def test_an_address_of_no_known_site_is_one_clear_line(replica, mattran):
    finished = mattran("recrawl", "http://127.0.0.99/tin.htm")
    assert finished.exit_code == 2
    assert len(finished.err.splitlines()) == 1
    assert asked(replica) == []


def test_a_site_means_its_articles_and_no_listing(replica, mattran):
    assert mattran("recrawl", "--site", "nukeviet").exit_code == 0
    assert sorted(asked(replica)) == sorted(truth.url for truth in replica["nukeviet"].truth())


def test_since_and_until_are_days_with_both_ends_included(replica, mattran):
    dated = days(replica, "nukeviet")
    inner = sorted(set(dated.values()))[2:6]
    finished = mattran("recrawl", "--site", "nukeviet", "--since", inner[0], "--until", inner[-1])
    assert finished.exit_code == 0
    wanted = [url for url, day in dated.items() if inner[0] <= day <= inner[-1]]
    assert sorted(asked(replica)) == sorted(wanted)


def test_a_range_of_days_alone_means_every_site(replica, mattran):
    day = max(days(replica, "flat").values())
    mattran("recrawl", "--since", day)
    wanted = [u for s in ("flat", "nukeviet") for u, d in days(replica, s).items() if d >= day]
    assert sorted(asked(replica)) == sorted(wanted)


def test_a_query_means_what_the_search_finds(replica, mattran):
    title = replica["nukeviet"].truth()[3].title
    mattran("recrawl", "--query", f'"{title}"')
    shown = [
        t.url for s in replica.sites.values() for t in s.truth() if title in f"{t.title} {t.text}"
    ]
    assert sorted(asked(replica)) == sorted(shown)
    assert shown


def test_failed_means_what_waits_for_another_try(replica, mattran):
    url = replica["nukeviet"].truth()[0].url
    replica["nukeviet"].override(url.removeprefix(replica["nukeviet"].base_url), BROKEN)
    mattran("recrawl", url)
    replica["nukeviet"].override(url.removeprefix(replica["nukeviet"].base_url), None)
    replica.clear_hits()
    assert mattran("recrawl", "--failed").exit_code == 0
    assert asked(replica) == [url]
    replica.clear_hits()
    mattran("recrawl", "--failed")
    assert asked(replica) == []


def test_gone_means_what_has_disappeared(replica, mattran):
    site = replica["flat"]
    truth = site.truth()[0]
    site.remove(truth.key)
    mattran("recrawl", truth.url)
    assert mattran.value("SELECT gone_at IS NOT NULL FROM articles WHERE url = ?", truth.url)
    site.restore(truth.key)
    replica.clear_hits()
    assert mattran("recrawl", "--gone").exit_code == 0
    assert asked(replica) == [truth.url]
    assert mattran.value("SELECT gone_at FROM articles WHERE url = ?", truth.url) is None


@pytest.mark.parametrize(
    ("selection", "requests"), [(("--site", "nukeviet"), 12), (("--gone",), 0), (("URL",), 1)]
)
def test_a_dry_run_counts_and_fetches_nothing(replica, mattran, selection, requests):
    named = [replica["flat"].truth()[0].url if word == "URL" else word for word in selection]
    before = mattran.value("SELECT count(*) FROM runs")
    finished = mattran("recrawl", *named, "--dry-run")
    assert finished.exit_code == 0
    if requests:
        assert f"{requests} requests" in finished.out.replace("1 request;", "1 requests;")
    assert asked(replica) == []
    assert mattran.value("SELECT count(*) FROM runs") == before


@pytest.mark.parametrize(
    "arguments",
    [(), ("--since", "2024-13-01"), ("--site", "khong-co"), ("http://127.0.0.1/", "--failed")],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(replica, mattran, arguments):
    finished = mattran("recrawl", *arguments)
    assert finished.exit_code == 2
    assert len(finished.err.splitlines()) <= 4
    assert "Traceback" not in finished.err
    assert asked(replica) == []


def test_a_ref_is_told_from_an_address_on_a_strange_host(replica, mattran):
    ref = str(mattran.value("SELECT ref FROM articles LIMIT 1"))
    finished = mattran("recrawl", ref)
    assert (finished.exit_code, f"`mattran show {ref}`" in finished.err) == (2, True)
    assert "no registered host" in mattran("recrawl", "http://khac.example/tin").err
