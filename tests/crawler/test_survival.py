"""A crawl killed again and again loses nothing, stores nothing twice, fetches little again."""

from __future__ import annotations

import random

import pytest

from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import complaints, fetched_again, kill_at_random, missing_or_twice

KILLS = 6
SPECS = [
    SiteSpec(id="nukeviet", family="nukeviet", articles=150),
    SiteSpec(id="flat", family="flat", articles=90),
]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    with Replica(SPECS) as replica:
        mattran = Mattran(tmp_path_factory.mktemp("killed"), replica)
        crawl = kill_at_random(
            mattran, replica, "crawl", "--all", "--full", kills=KILLS, rng=random.Random(7)
        )
        yield replica, mattran, crawl


def test_the_crawl_comes_to_its_end(killed):
    _, _, crawl = killed
    assert crawl.exit_code == 0
    assert crawl.kills == KILLS


def test_all_articles_are_archived_and_none_twice(killed):
    replica, mattran, _ = killed
    assert missing_or_twice(mattran, replica) == []


def test_only_what_was_in_flight_is_fetched_again(killed):
    replica, _, crawl = killed
    assert fetched_again(replica) <= crawl.in_flight <= KILLS * len(SPECS)


def test_the_archive_is_sound(killed):
    _, mattran, _ = killed
    assert complaints(mattran) == []
    assert mattran.value("SELECT count(*) FROM captures WHERE warc_offset IS NOT NULL") >= 240


def test_the_killed_runs_are_told_apart(killed):
    _, mattran, crawl = killed
    died = mattran.value("SELECT count(*) FROM runs WHERE reason = 'died'")
    assert 1 <= died <= crawl.kills  # one killed at its very start has not begun
