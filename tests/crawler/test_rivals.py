"""Several runs on one archive: one a site, any number beside each other, dead ones taken over."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import complaints, missing_or_twice, wait_until

LOCKED = 4
SPECS = [
    SiteSpec(id="a", family="nukeviet", articles=12, latency=0.05),
    SiteSpec(id="b", family="flat", articles=12, latency=0.02),
]


@pytest.fixture
def replica():
    with Replica(SPECS) as served:
        yield served


def contents(mattran: Mattran) -> list[str]:
    """Everything the archive holds of a site that another run holds, and which runs there are."""
    tables = ("sites", "frontier", "captures", "pages", "revisions", "aliases", "runs", "health")
    found = []
    for table in tables:
        where = " WHERE site = 'b'" if table in {"frontier", "captures", "pages"} else ""
        found += [f"{table} {tuple(row)}" for row in mattran.rows(f"SELECT * FROM {table}{where}")]
    return found


def test_the_second_crawl_of_a_site_is_refused_and_touches_nothing(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica)
    mattran("crawl", "b")
    with mattran.running("crawl", "a") as first:
        wait_until(lambda: len(replica.hits("a")) > 1)
        first.send_signal(signal.SIGSTOP)
        before, hits = contents(mattran), len(replica.hits("b"))
        second = mattran("crawl", "b", "a")
        assert contents(mattran) == before
        first.send_signal(signal.SIGCONT)
        assert first.wait(60) == 0
    assert (second.exit_code, second.out) == (LOCKED, "")
    assert len(second.err.splitlines()) == 1
    assert f"process {first.pid}," in second.err
    assert len(replica.hits("b")) == hits
    assert complaints(mattran) == []


def test_two_sites_are_crawled_side_by_side(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica)
    with mattran.running("crawl", "a", "--full") as first:
        wait_until(lambda: replica.hits("a"))
        first.send_signal(signal.SIGSTOP)  # not to be done before the other has begun
        with mattran.running("crawl", "b", "--full") as second:
            wait_until(lambda: replica.hits("b"))
            first.send_signal(signal.SIGCONT)
            assert second.wait(60) == 0
        assert first.wait(60) == 0
    assert missing_or_twice(mattran, replica) == []
    assert complaints(mattran) == []


@pytest.mark.parametrize("option", ["--all", "--due"])
def test_a_locked_site_is_skipped(tmp_path: Path, replica, option: str):
    mattran = Mattran(tmp_path, replica)
    with mattran.running("crawl", "a") as first:
        wait_until(lambda: len(replica.hits("a")) > 1)
        first.send_signal(signal.SIGSTOP)
        hits = len(replica.hits("a"))
        second = mattran("crawl", option)
        assert second.exit_code == 0, second.out + second.err
        assert len(replica.hits("a")) == hits
    assert mattran.value("SELECT count(*) FROM articles WHERE site = 'b'") > 0
    assert ("a: another run is crawling it" in second.out) == (option == "--all")


def test_when_every_site_is_locked_it_says_so_by_its_exit_code(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica)
    mattran("crawl", "a", "--max-pages", "1")
    with mattran.running("crawl", "--all") as first:
        wait_until(lambda: replica.hits("b"))
        first.send_signal(signal.SIGSTOP)
        runs = mattran.value("SELECT count(*) FROM runs")
        due = mattran("crawl", "--due")
    assert (due.exit_code, due.out, due.err) == (LOCKED, "", "")
    assert mattran.value("SELECT count(*) FROM runs") == runs


def test_a_site_whose_holder_was_killed_is_taken_over_at_once(tmp_path: Path, replica):
    mattran = Mattran(tmp_path, replica)
    with mattran.running("crawl", "a") as first:
        wait_until(lambda: len(replica.hits("a")) > 2)
        first.kill()
        first.wait()
        assert mattran("crawl", "a", "--full").exit_code == 0
    assert mattran.value("SELECT count(*) FROM articles WHERE site = 'a'") == 12
    assert complaints(mattran) == []
