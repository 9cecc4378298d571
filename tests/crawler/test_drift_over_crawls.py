"""Drift from the crawl that sees it to what cron and `mattran sites` say."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.replica.wire import Response, html

DONE, FAILED = 0, 1
ARTICLES = 10


@pytest.fixture
def replica():
    with Replica([SiteSpec(id="a", family="wordpress", articles=ARTICLES, traps=False)]) as running:
        yield running


@pytest.fixture
def mattran(tmp_path: Path, replica) -> Mattran:
    return Mattran(tmp_path, replica)


def change_theme(site) -> None:
    """From now on the text of every article stands in an element the rules do not know."""
    for story in site.stories:
        with urlopen(site.base_url + site.address(story)) as answer:
            page = answer.read().decode()
        assert "entry-content" in page
        site.override(site.address(story), html(page.replace("entry-content", "noi-dung-moi")))


def change_back(site) -> None:
    for story in site.stories:
        site.override(site.address(story), None)


def make_due(mattran: Mattran) -> None:
    mattran.write("UPDATE frontier SET due = 1 WHERE kind = 'article'")


def test_a_new_theme_is_told_once_a_day_until_the_rules_fit_again(mattran: Mattran, replica):
    assert mattran("crawl", "a", "--full").exit_code == DONE
    change_theme(replica["a"])

    make_due(mattran)
    first = mattran("crawl", "--due")
    assert first.exit_code == FAILED
    assert first.err == (
        "a: layout drift: the text is not where the rules say on 10 of 10 article pages\n"
    )
    make_due(mattran)
    assert mattran("crawl", "--due").exit_code == DONE
    mattran.write("UPDATE sites SET drift_reported_on = '2020-01-01'")
    make_due(mattran)
    assert mattran("crawl", "--due").exit_code == FAILED

    change_back(replica["a"])
    make_due(mattran)
    assert mattran("crawl", "--due").exit_code == DONE
    assert mattran.value("SELECT drift_since FROM sites") is None
    statuses = [
        row["status"]
        for row in mattran.rows("SELECT status FROM health ORDER BY checked_at")
        if row["status"] != "odd"
    ]
    assert statuses == ["drift", "steady"]


def test_pages_that_come_one_a_run_are_judged_together(mattran: Mattran, replica):
    mattran("crawl", "a", "--full")
    change_theme(replica["a"])
    site = replica["a"]
    newest = [site.base_url + site.address(story) for story in site.newest[:4]]
    codes = [mattran("recrawl", address).exit_code for address in newest]
    assert codes == [DONE, DONE, DONE, FAILED]


def test_each_capture_and_the_list_of_sites_say_it(mattran: Mattran, replica):
    mattran("crawl", "a", "--full")
    change_theme(replica["a"])
    told = mattran("recrawl", "--site", "a")
    assert "drift: a: layout drift:" in told.out

    marked = "SELECT count(*) FROM captures WHERE evidence ->> '$.drift[0]' = 'no-rule-body'"
    assert mattran.value(marked) == ARTICLES
    record = json.loads(mattran("sites", "--json").out)
    assert record["state"] == "drifting"
    assert record["drift"] == {"no-rule-body": ARTICLES}
    shown = mattran("sites").out
    assert "drifting since" in shown
    assert "a drifts: layout drift: the text is not where the rules say" in shown


def test_odd_pages_are_counted_by_kind(mattran: Mattran, replica):
    mattran("crawl", "a", "--full")
    gone = "<html><body><h1>Bài viết không tồn tại</h1></body></html>"
    for story in replica["a"].newest[:2]:
        replica["a"].override(replica["a"].address(story), html(gone))
    replica["a"].override(
        replica["a"].address(replica["a"].newest[2]),
        Response(b"<title>Account suspended</title><h1>Account suspended</h1>"),
    )
    mattran("recrawl", "--site", "a")
    record = json.loads(mattran("sites", "--json").out)
    assert record["kinds"] == {"soft-404": 2, "parked": 1}
    assert "a: odd pages in its last crawl: 2 soft-404, 1 parked" in mattran("sites").out


def test_show_says_by_which_words_a_page_was_told(mattran: Mattran, replica):
    site = replica["a"]
    path = site.address(site.newest[0])
    site.override(path, html("<html><body><h1>Bài viết không tồn tại</h1></body></html>"))
    mattran("crawl", "a")
    shown = mattran("show", site.base_url + path).out
    assert "soft-404" in shown
    assert "Bài viết không tồn tại (html > body > h1)" in " ".join(shown.split())
