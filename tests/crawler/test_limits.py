"""Limits of a run, and what a run of what is due asks for and says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.command import Finished, Mattran
from tests.replica import Replica, Response, SiteSpec
from tests.survivors import missing_or_twice

DONE, FAILED, STOPPED = 0, 1, 3
DAY = 86_400
SPEC = SiteSpec(id="a", family="wordpress", articles=14, traps=False)
FRONTS = "kind IN ('listing', 'feed') AND depth = 0 AND state = 'done'"


@pytest.fixture
def replica():
    with Replica([SPEC]) as served:
        yield served


@pytest.fixture
def mattran(tmp_path: Path, replica) -> Mattran:
    return Mattran(tmp_path, replica)


def is_silent(finished: Finished) -> bool:
    return (finished.exit_code, finished.out, finished.err) == (DONE, "", "")


def make_due(mattran: Mattran, which: str = FRONTS) -> None:
    mattran.write(f"UPDATE frontier SET due = 1 WHERE {which}")


# Limits


def test_a_crawl_in_portions_fetches_each_page_once(mattran: Mattran, replica):
    codes = [STOPPED]
    while codes[-1] == STOPPED:
        before = len(replica.hits(robots=False))
        finished = mattran("crawl", "a", "--full", "--max-pages", "5")
        codes.append(finished.exit_code)
        assert len(replica.hits(robots=False)) - before <= 5
    assert codes[-1] == DONE
    assert len(codes) > 4
    assert missing_or_twice(mattran, replica) == []
    paths = [hit.path for hit in replica.hits(robots=False)]
    assert len(paths) == len(set(paths))


def test_a_limit_met_at_the_very_end_stops_nothing_early(mattran: Mattran, tmp_path, replica):
    mattran("crawl", "a")
    pages = len(replica.hits(robots=False))
    again = Mattran(tmp_path / "again", replica)
    assert again("crawl", "a", "--max-pages", str(pages - 1)).exit_code == STOPPED
    once_more = Mattran(tmp_path / "once more", replica)
    assert once_more("crawl", "a", "--max-pages", str(pages)).exit_code == DONE


def test_a_limit_of_time_ends_a_run_while_a_delay_runs(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica, delay=60)
    finished = mattran("crawl", "a", "--max-minutes", "0.02")
    assert finished.exit_code == STOPPED
    assert "stopped at its limit" in finished.out
    assert len(replica.hits()) == 1


def test_a_limit_met_before_anything_is_known_stops_early(mattran: Mattran, replica):
    mattran("crawl", "a", "--full")
    hits = len(replica.hits())
    assert mattran("crawl", "a", "--max-minutes", "0").exit_code == STOPPED
    assert len(replica.hits()) == hits


def test_a_site_that_asks_for_a_long_rest_is_left_to_a_later_run(mattran: Mattran, replica):
    busy = Response(b"", 503, headers=[("Retry-After", "7200")])
    replica["a"].override("/feed/", busy)
    finished = mattran("crawl", "a")
    assert finished.exit_code == FAILED
    assert "asks to be left alone for another 120 min" in finished.out
    hits = len(replica.hits())
    assert mattran("crawl", "a").exit_code == FAILED
    assert len(replica.hits()) == hits


# What is due


def test_with_nothing_due_nothing_is_asked_for_and_nothing_said(mattran: Mattran, replica):
    mattran("crawl", "a")
    replica.clear_hits()
    assert is_silent(mattran("crawl", "--due"))
    assert replica.hits() == []


def test_a_site_with_nothing_due_is_not_missed_when_it_is_down(mattran: Mattran, replica):
    mattran("crawl", "a")
    replica.take_down("a")
    assert is_silent(mattran("crawl", "--due"))
    assert mattran.value("SELECT broken_since FROM sites") is None


def test_listings_are_due_after_the_seconds_of_their_row(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica, every=3600)
    mattran("crawl", "a")
    now = time.time()
    for row in mattran.rows(f"SELECT due FROM frontier WHERE {FRONTS}"):
        assert 3600 - 120 < row["due"] - now <= 3600


def test_the_60_newest_articles_are_due_weekly_the_others_yearly(tmp_path: Path):
    with Replica([SiteSpec(id="a", family="flat", articles=64, traps=False)]) as served:
        mattran = Mattran(tmp_path, served)
        mattran("crawl", "a", "--full")
        newest = {truth.key for truth in served["a"].truth()[:60]}
    now = time.time()
    days = {
        row["key"]: round((row["due"] - now) / DAY)
        for row in mattran.rows("SELECT key, due FROM frontier WHERE kind = 'article'")
    }
    assert len(days) == 64
    assert {key: day for key, day in days.items() if day == 7}.keys() == newest
    assert {day for key, day in days.items() if key not in newest} == {365}


def test_what_is_due_is_fetched_and_an_unchanged_feed_is_not_sent_again(mattran: Mattran, replica):
    mattran("crawl", "a")
    fronts = {row["url"] for row in mattran.rows(f"SELECT url FROM frontier WHERE {FRONTS}")}
    make_due(mattran)
    replica.clear_hits()
    assert is_silent(mattran("crawl", "--due"))
    hits = replica.hits(robots=False)
    assert {f"http://{hit.host}{hit.path}" for hit in hits} == fronts
    assert [hit.status for hit in hits if "feed" in hit.path] == [304]


def test_what_is_new_comes_with_what_is_due(mattran: Mattran, replica):
    mattran("crawl", "a")
    added = replica["a"].add_article()
    make_due(mattran)
    assert is_silent(mattran("crawl", "--due"))
    assert mattran.value("SELECT count(*) FROM articles WHERE title = ?", added.title) == 1


def test_a_newly_broken_site_is_named_once_a_day_until_it_is_mended(mattran: Mattran, replica):
    mattran("crawl", "a")
    replica.take_down("a")
    make_due(mattran)
    first = mattran("crawl", "--due")
    assert (first.exit_code, first.out) == (FAILED, "")
    assert len(first.err.splitlines()) == 1
    assert first.err.startswith("a: ")
    make_due(mattran, "last_failure IS NOT NULL")
    assert is_silent(mattran("crawl", "--due"))
    mattran.write("UPDATE sites SET broken_reported_on = '2020-01-01'")
    make_due(mattran, "last_failure IS NOT NULL")
    assert mattran("crawl", "--due").exit_code == FAILED
    replica.bring_up("a")
    make_due(mattran, "last_failure IS NOT NULL")
    assert is_silent(mattran("crawl", "--due"))
    assert mattran.value("SELECT broken_since FROM sites") is None
    statuses = [
        row["status"] for row in mattran.rows("SELECT status FROM health ORDER BY checked_at")
    ]
    assert statuses == ["broken", "mended"]


def test_a_site_never_crawled_is_due(mattran: Mattran):
    assert is_silent(mattran("crawl", "--due"))
    assert mattran.value("SELECT count(*) FROM articles") > 0
