"""What becomes of articles that vanish from a server, each in its way, until they are back.

The archive is moved into the past between the visits, so that days go by.
"""

from __future__ import annotations

import pytest

from archive.disappearance import host_of
from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.replica.oddities import challenge, soft_404
from tests.replica.wire import Request, Response, html

SITE = "flat"
DAYS = 4
HOME = Response(status=302, headers=[("Location", "/")])
FORBIDDEN = html("<html><body><h1>403 Forbidden</h1></body></html>", 403)


@pytest.fixture
def replica():
    with Replica([SiteSpec(id=SITE, family="flat", articles=9, traps=False)]) as running:
        yield running


@pytest.fixture
def mattran(tmp_path, replica):
    command = Mattran(tmp_path, replica)
    assert command("crawl", "--all", "--full").exit_code == 0
    return command


def pass_days(mattran):
    """Let the archive be `DAYS` older than it is."""
    for table, column in (
        ("captures", "captured_at"),
        ("disappearances", "gone_at"),
        ("disappearances", "declared_at"),
        ("hosts", "failing_since"),
        ("hosts", "last_failure_at"),
        ("hosts", "last_answer_at"),
        ("pages", "gone_at"),
        ("revisions", "captured_at"),
    ):
        mattran.write(
            f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%S', substr({column}, 1, 19),"
            f" '-{DAYS} days') || '+07:00' WHERE {column} IS NOT NULL"
        )


def visit(mattran, *arguments):
    mattran("recrawl", "--site", SITE, *arguments)


def states(mattran, urls):
    found = {row["url"]: row["state"] for row in mattran.rows("SELECT url, state FROM pages")}
    return {name: found[url] for name, url in urls.items()}


def test_each_way_to_vanish_is_told_after_days_and_undone_by_the_page(replica, mattran):
    site = replica[SITE]
    ways = ("404", "410", "soft", "home", "forbidden", "challenge")
    keys = dict(zip(ways, (truth.key for truth in site.truth()), strict=False))
    urls = dict(zip(ways, (truth.url for truth in site.truth()), strict=False))
    request = Request(method="GET", target="/", headers={})
    answers = {
        "soft": soft_404(site.base_url, request),
        "home": HOME,
        "forbidden": FORBIDDEN,
        "challenge": challenge(site.base_url, request),
    }
    site.remove(keys["404"])
    site.remove(keys["410"], 410)
    for way, answer in answers.items():
        site.override(urls[way].removeprefix(site.base_url), answer)

    visit(mattran)
    assert set(states(mattran, urls).values()) == {"live"}
    assert mattran.value("SELECT count(*) FROM pages WHERE gone_at IS NOT NULL") == 2
    pass_days(mattran)
    visit(mattran)
    assert states(mattran, urls) == {
        "404": "gone",
        "410": "gone",
        "soft": "soft-gone",
        "home": "soft-gone",
        "forbidden": "blocked",
        "challenge": "blocked",
    }
    listed = mattran("export", "--gone", "--format", "jsonl").out
    assert listed.count("\n") == 4

    for way in answers:
        site.override(urls[way].removeprefix(site.base_url), None)
    site.restore(keys["404"])
    site.restore(keys["410"])
    pass_days(mattran)
    replica.clear_hits()
    mattran("recrawl", "--gone")
    assert len(replica.hits(SITE, robots=False)) == 4
    visit(mattran)
    assert set(states(mattran, urls).values()) == {"live"}
    assert mattran.value("SELECT count(*) FROM disappearances WHERE back_at IS NULL") == 0


def test_what_the_host_shows_for_any_address_is_no_article(replica, mattran):
    """A site that answers everything with a page of its own says nowhere that it is gone."""
    site = replica[SITE]
    news = "".join(f"<li><a href='/trang-{n}.htm'>Chuyên mục {n}</a></li>" for n in range(12))
    page = (
        f"<html><body><h2>Cổng thông tin</h2><ul>{news}</ul><p>Lượt truy cập: %d</p></body></html>"
    )
    site.not_found = lambda _: html(page % len(replica.hits(SITE)))
    first = site.truth()[2]
    site.override(first.url.removeprefix(site.base_url), html(page % 7))
    other = site.truth()[4]
    rebuilt = "<html><body><h2>Trang đang cập nhật</h2><p>Mời xem các mục khác.</p></body></html>"
    site.override(other.url.removeprefix(site.base_url), html(rebuilt))
    for _ in range(3):
        visit(mattran)
        pass_days(mattran)
    urls = {"soft": first.url, "rebuilt": other.url}
    assert states(mattran, urls) == {"soft": "soft-gone", "rebuilt": "unknown"}
    probes = mattran.rows("SELECT * FROM captures WHERE json_extract(evidence, '$.probe')")
    assert len(probes) == 1
    assert (probes[0]["page"], probes[0]["frontier"]) == (None, None)
    assert mattran.value("SELECT count(*) FROM frontier WHERE url = ?", probes[0]["url"]) == 0
    assert mattran.value("SELECT count(*) FROM articles") == 9


def test_a_dead_host_takes_its_articles_along_until_it_is_back(replica, mattran):
    replica.take_down(SITE)
    for _ in range(2):
        visit(mattran)
        pass_days(mattran)
    assert mattran.value("SELECT count(*) FROM pages WHERE state <> 'live'") == 0
    visit(mattran)
    assert mattran.value("SELECT count(*) FROM pages WHERE state <> 'host-dead'") == 0
    host = host_of(replica[SITE].base_url)
    assert mattran.value("SELECT failures FROM hosts WHERE host = ?", host) == 3
    replica.bring_up(SITE)
    visit(mattran)
    assert mattran.value("SELECT count(*) FROM pages WHERE state <> 'live'") == 0
    assert mattran.value("SELECT failures FROM hosts WHERE host = ?", host) == 0
