"""What a run came to: which sites have to be looked at, and the exit code."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from crawler import outcome
from crawler.outcome import broken_reason
from crawler.registry import Site
from crawler.sitecrawl import SiteCrawl

HEALTHY = {"pages": 9, "fronts": 2, "fronts_ok": 2, "articles_tried": 5, "articles_ok": 5}


def crawl(counts: dict[str, int] | None = None, **fields: Any) -> SiteCrawl:
    """A site's crawl that went well, but for what is given."""
    site = Site(
        id="a",
        name="A",
        level="province",
        province="Hà Nội",
        base_url="http://a.example",
        platform="generic",
        listings=("/",),
    )
    family: Any = None
    counted = Counter({**HEALTHY, **(counts or {})})
    return SiteCrawl(site=site, family=family, counts=counted, **fields)


def test_a_site_that_went_well_is_not_broken():
    assert broken_reason(crawl()) is None


@pytest.mark.parametrize(
    ("counts", "fields", "reason"),
    [
        ({}, {"error": "KeyError: 'x'"}, "KeyError: 'x'"),
        ({}, {"down": "the name a.example does not resolve"}, "the name a.example"),
        ({}, {"silent": True}, "a.example does not answer"),
        ({}, {"robots_later": True}, "robots.txt gives no answer yet"),
        ({"fronts_ok": 0}, {}, "no listing or feed answered"),
        ({"articles_ok": 0}, {}, "none of 5 article pages gave an article: new layout?"),
        ({}, {"known_articles": False}, "the listings hold no link to an article"),
        ({"leaked": 1}, {}, "1 page failed in our own code"),
        ({"errors": 2}, {}, "2 pages failed in our own code"),
        ({"failure:extraction": 1}, {}, "1 page failed in our own code"),
    ],
)
def test_each_way_to_be_broken_is_told(counts, fields, reason):
    assert (broken_reason(crawl(counts, **fields)) or "").startswith(reason)


@pytest.mark.parametrize("fields", [{"silent": True}, {"silent": True, "down": "no name"}])
def test_a_proxy_that_nobody_asks_is_told_where_no_host_answers(fields, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert "HTTPS_PROXY is set, but crawls connect directly" in (
        broken_reason(crawl(**fields)) or ""
    )
    assert broken_reason(crawl()) is None


@pytest.mark.parametrize(
    "counts",
    [
        {"articles_tried": 2, "articles_ok": 0},  # too few to judge
        {"articles_ok": 1},  # one that works shows that the layout is known
        {"fronts": 0, "fronts_ok": 0},  # nothing of the kind was due
        {"fronts": 5, "fronts_ok": 1},
        {"failure:timeout": 3, "failure:dropped": 1},  # they are tried again
    ],
)
def test_what_proves_nothing_is_not_told(counts):
    assert broken_reason(crawl(counts)) is None


def test_a_run_that_stopped_early_proves_nothing_by_what_it_did_not_find():
    assert broken_reason(crawl(known_articles=False), complete=False) is None


@pytest.mark.parametrize(
    ("stopping", "left", "broken", "code"),
    [
        (None, False, False, outcome.DONE),
        (None, True, False, outcome.DONE),  # retries that are due later
        (None, False, True, outcome.FAILED),
        ("limit", True, False, outcome.STOPPED),
        ("limit", False, False, outcome.DONE),
        ("limit", True, True, outcome.FAILED),
        ("signal", False, False, outcome.STOPPED),
        ("locked", True, False, outcome.LOCKED),
        ("no-space", True, False, outcome.NO_SPACE),
        ("no-network", True, False, outcome.FAILED),
        ("error", False, False, outcome.FAILED),
    ],
)
def test_the_exit_code_says_what_happened(stopping, left, broken, code):
    session: Any = SimpleNamespace(stopping=stopping, anything_left=lambda: left, crawls={})
    found = outcome.Outcome(outcome.DONE, stopping or "done")
    if broken:
        found.reported["a"] = "no listing or feed answered"
    assert outcome._exit_code(session, found) == code


@pytest.mark.parametrize(("mode", "code"), [("full", outcome.STOPPED), ("due", outcome.DONE)])
def test_a_budget_used_up_stops_early_but_cron_does_not_hear_of_it(mode, code):
    site = SimpleNamespace(overspent=True)
    session: Any = SimpleNamespace(stopping=None, mode=mode, crawls={"a": site})
    assert outcome._exit_code(session, outcome.Outcome(outcome.DONE, "done")) == code
