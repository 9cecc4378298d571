"""robots.txt: what an answer means, and how long it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.connection import open_for_writing
from archive.page import Claim, Fetch
from crawler import robots
from crawler.robots import RobotsRules

NOW = 1_700_000_000
AT = "2023-11-15T05:13:20+07:00"


@pytest.fixture
def conn(tmp_path: Path):
    connection = open_for_writing(tmp_path / "mattran.db")
    connection.execute("INSERT INTO hosts (host, kind) VALUES ('a.vn', 'host')")
    yield connection
    connection.close()


def keep(conn, status, body=b""):
    return robots.keep_rules(conn, "a.vn", status=status, body=body, at=AT, now=NOW)


def test_rules_for_everybody_hold_for_this_crawler():
    rules = RobotsRules.read("User-agent: *\nDisallow: /admin/\nCrawl-delay: 4\n")
    assert not rules.allows("https://a.vn/admin/x")
    assert rules.allows("https://a.vn/news/x")
    assert rules.crawl_delay == 4


def test_a_byte_order_mark_hides_no_rules(conn):
    text = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /admin/\r\n"
    assert not keep(conn, 200, text).allows("https://a.vn/admin/x")
    assert not robots.stored_rules(conn, "a.vn", NOW).allows("https://a.vn/admin/x")


def test_a_group_for_this_crawler_goes_before_the_one_for_everybody():
    rules = RobotsRules.read(
        "User-agent: *\nDisallow: /\n\nUser-agent: mattran-archive\nAllow: /\n"
    )
    assert rules.allows("https://a.vn/news/x")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_4xx_means_there_are_no_rules(conn, status):
    assert keep(conn, status, b"User-agent: *\nDisallow: /").allows("https://a.vn/x")


@pytest.mark.parametrize("status", [200, 203, 206])
def test_any_successful_answer_has_the_rules(conn, status):
    """A proxy that looks into answers passes them on with 203."""
    assert not keep(conn, status, b"User-agent: *\nDisallow: /x").allows("https://a.vn/x")


@pytest.mark.parametrize("status", [None, 101, 304, 429, 500, 503])
def test_429_5xx_no_answer_and_one_to_another_question_mean_later_never_no_rules(conn, status):
    assert keep(conn, status) is None
    assert robots.stored_rules(conn, "a.vn", NOW) is None


def test_stored_rules_are_used_for_a_day(conn):
    keep(conn, 200, b"User-agent: *\nDisallow: /x")
    assert not robots.stored_rules(conn, "a.vn", NOW + 86_399).allows("https://a.vn/x")
    assert robots.stored_rules(conn, "a.vn", NOW + 86_400) is None


def test_a_later_does_not_wipe_out_what_was_known_for_the_day(conn):
    keep(conn, 200, b"User-agent: *\nDisallow: /x")
    keep(conn, 503)
    assert not robots.stored_rules(conn, "a.vn", NOW + 60).allows("https://a.vn/x")


def test_an_absurd_crawl_delay_is_cut():
    assert RobotsRules.read("User-agent: *\nCrawl-delay: 86400").crawl_delay == 300


def test_a_redirect_points_to_where_the_rules_are():
    claim = Claim(id=1, site="s", url="http://a.vn/robots.txt", kind="robots")
    fetch = Fetch(url=claim.url, started_at=0, status=301, headers=[("Location", "/r.txt")])
    page = robots.page_of(fetch, claim)
    assert (page.kind, page.links[0].url) == ("redirect", "http://a.vn/r.txt")


def test_an_error_answer_is_a_page_that_is_tried_again():
    claim = Claim(id=1, site="s", url="http://a.vn/robots.txt", kind="robots")
    assert robots.page_of(Fetch(url=claim.url, started_at=0, status=503), claim).kind == "error"
