"""A site's budget: requests in 24 hours, all runs together; and what a dry run says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec

DONE, STOPPED = 0, 3
BUDGET = 9
ARTICLES = 14


@pytest.fixture
def replica():
    specs = [
        SiteSpec(id="a", family="flat", articles=ARTICLES, traps=False),
        SiteSpec(id="b", family="flat", articles=6, traps=False),
    ]
    with Replica(specs) as served:
        yield served


@pytest.fixture
def mattran(tmp_path: Path, replica) -> Mattran:
    made = Mattran(tmp_path, replica)
    rows = made.registry.read_text(encoding="utf-8").split("\n\n")
    made.registry.write_text(f"{rows[0]}\nbudget = {BUDGET}\n\n{rows[1]}", encoding="utf-8")
    return made


def a_day_passes(mattran: Mattran) -> None:
    mattran.write("UPDATE captures SET captured_at = '2025-01-01T00:00:00+07:00'")


def test_a_crawl_stops_at_the_budget_and_says_so(mattran: Mattran, replica):
    finished = mattran("crawl", "a", "--full")
    assert finished.exit_code == STOPPED
    assert len(replica.hits("a", robots=False)) == BUDGET
    assert f"a: its budget of {BUDGET} requests in 24 hours is used up" in finished.out


def test_other_sites_are_crawled_to_their_end(mattran: Mattran):
    mattran("crawl", "--all", "--full")
    assert mattran.value("SELECT count(*) FROM articles WHERE site = 'b'") == 6


def test_all_runs_of_a_day_share_it(mattran: Mattran, replica):
    mattran("crawl", "a", "--max-pages", "5")
    mattran("crawl", "a", "--full")
    mattran("crawl", "a", "--full")
    assert len(replica.hits("a", robots=False)) == BUDGET


def test_the_next_days_go_on_until_all_is_there(mattran: Mattran, replica):
    codes = [STOPPED]
    while codes[-1] == STOPPED:
        codes.append(mattran("crawl", "a", "--full").exit_code)
        a_day_passes(mattran)
    assert codes[-1] == DONE
    assert mattran.value("SELECT count(*) FROM articles") == ARTICLES
    paths = [hit.path for hit in replica.hits("a", robots=False)]
    assert len(paths) == len(set(paths))


def test_cron_hears_nothing_of_it(mattran: Mattran):
    finished = mattran("crawl", "--due")
    assert (finished.exit_code, finished.out, finished.err) == (DONE, "", "")


def test_a_dry_run_says_what_is_left_and_what_is_not_fetched_and_why(mattran: Mattran):
    mattran("crawl", "a")
    told = json.loads(mattran("crawl", "a", "--dry-run", "--json").out)
    assert told["budget"] == 0
    assert told["requests"] == 0
    mattran.write("UPDATE frontier SET state = 'blocked', due = 1 << 40 WHERE kind = 'unknown'")
    a_day_passes(mattran)
    shown = mattran("crawl", "a", "--dry-run").out
    assert f"left of its budget for 24 hours: {BUDGET} requests" in shown
    assert "forbidden by robots.txt" in shown


def test_a_plan_says_what_comes_behind_the_requests_known(mattran):
    shown = mattran("crawl", "b", "--dry-run").out
    assert ", and the new articles they name;" in shown
    shown = mattran("crawl", "b", "--full", "--dry-run").out
    assert ", the pages their pagers lead to, and the new articles of all;" in shown


def test_a_dry_run_counts_what_is_due_by_kind(mattran: Mattran):
    mattran("crawl", "b", "--full")
    mattran.write("UPDATE frontier SET due = 1 WHERE state = 'done' AND kind <> 'robots'")
    told = json.loads(mattran("crawl", "b", "--full", "--dry-run", "--json").out)
    assert (told["kinds"], len(told["fronts"])) == ({}, 3)
    rows = [
        json.loads(line)
        for line in mattran("crawl", "--due", "--dry-run", "--json").out.splitlines()
    ]
    assert {"article": 6, "listing": 3}.items() <= rows[1]["kinds"].items()
