"""Whose fault it is when nobody answers: of our own network nothing is ever counted or changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.command import Finished, Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import complaints, missing_or_twice, wait_until

FAILED = 1
UNSHARE = ["unshare", "--net"]
HAS_NAMESPACES = (
    subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
)
without_network = pytest.mark.skipif(
    not HAS_NAMESPACES, reason="a network namespace cannot be made here (needs root)"
)


def sites(count: int, **keys: object) -> list[SiteSpec]:
    return [
        SiteSpec(id=f"s{number}", family="nukeviet", articles=8, **keys)
        for number in range(1, count + 1)
    ]


def standing(mattran: Mattran, *, of: str = "*") -> list[tuple[object, ...]]:
    """What must not change: every row and its attempts, every page, how each site stands."""
    return [
        tuple(row)
        for sql in (
            "SELECT id, state, attempts, due, priority, cycle, last_failure, lease_until"
            " FROM frontier WHERE site GLOB ? ORDER BY id",
            "SELECT id, state, gone_at, last_seen_at FROM pages WHERE site GLOB ? ORDER BY id",
            "SELECT id, cycle, cycle_ended_at, broken_since, last_success_at FROM sites"
            " WHERE id GLOB ?",
            "SELECT count(*) FROM captures WHERE site GLOB ?",
            "SELECT count(*) FROM health WHERE site GLOB ?",
        )
        for row in mattran.rows(sql, of)
    ]


def offline(mattran: Mattran, *arguments: str) -> Finished:
    """Run the command where there is no network at all."""
    done = subprocess.run(
        [*UNSHARE, *mattran.command(*arguments)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return Finished(done.returncode, done.stdout, done.stderr)


@without_network
@pytest.mark.parametrize(
    ("pages", "arguments"),
    [
        (5, "crawl s1"),
        (100, "crawl s1 --full"),
        (100, "crawl --due"),
        (100, "recrawl --site s1"),
    ],
)
def test_without_a_network_nothing_changes(tmp_path: Path, pages: int, arguments: str):
    with Replica(sites(1)) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "s1", "--max-pages", str(pages))
        mattran.write("UPDATE frontier SET due = 0 WHERE state = 'done'")
        before = standing(mattran)
        finished = offline(mattran, *arguments.split())
        assert (finished.exit_code, standing(mattran)) == (FAILED, before)
        assert "no network" in finished.out + finished.err
        assert complaints(mattran) == []


def test_no_proxy_stands_between_us_and_a_site(tmp_path: Path):
    with Replica(sites(1)) as replica:
        done = Mattran(tmp_path, replica)("crawl", "s1", http_proxy="http://127.0.0.1:9")
        assert done.exit_code == 0, done.out
        assert replica.hits()


@without_network
def test_a_name_that_nobody_could_look_up_is_not_the_site_s_fault(tmp_path: Path):
    with Replica(sites(1)) as replica:
        mattran = Mattran(tmp_path, replica, delay=1)
        mattran.registry.write_text(
            mattran.registry.read_text().replace(
                f"http://{replica['s1'].host}", "https://mattran.example"
            )
        )
        finished = offline(mattran, "crawl", "s1", "--contact", "a@mattran.example", "--full")
    assert finished.exit_code == FAILED
    assert "no network" in finished.out
    assert mattran.value("SELECT broken_since FROM sites") is None
    assert mattran.value("SELECT count(*) FROM frontier") == 0


def test_most_of_several_hosts_silent_is_our_network(tmp_path: Path):
    with Replica(sites(5)) as replica:
        mattran = Mattran(tmp_path, replica)
        mattran("crawl", "--all")
        for name in ("s1", "s2", "s3"):
            replica.take_down(name)
        before = standing(mattran, of="s[123]")
        finished = mattran("crawl", "--all")
        assert finished.exit_code == FAILED
        assert "no network" in finished.out
        assert standing(mattran, of="s[123]") == before
        assert mattran.rows("SELECT 1 FROM sites WHERE broken_since IS NOT NULL") == []
        assert mattran.rows("SELECT 1 FROM frontier WHERE last_failure = 'connect'") == []


def test_a_network_lost_on_the_way_costs_no_attempts(tmp_path: Path):
    with Replica(sites(3, latency=0.05)) as replica:
        mattran = Mattran(tmp_path, replica)
        with mattran.running("crawl", "--all", "--full") as process:
            wait_until(lambda: all(len(replica.hits(name)) > 5 for name in replica.sites))
            for name in replica.sites:
                replica.take_down(name)
            out, err = process.communicate(timeout=60)
        assert process.returncode == FAILED, out + err
        assert "no network" in out
        # One page a site may have been cut off half answered, which is a failure of its own.
        assert mattran.value("SELECT count(*) FROM frontier WHERE attempts > 0") <= 3
        assert mattran.rows("SELECT 1 FROM captures WHERE failure = 'connect'") == []
        assert complaints(mattran) == []


def test_one_silent_site_of_several_is_broken_and_the_others_are_crawled(tmp_path: Path):
    with Replica(sites(3)) as replica:
        mattran = Mattran(tmp_path, replica)
        replica.take_down("s2")
        finished = mattran("crawl", "--all")
        broken = mattran.rows("SELECT id FROM sites WHERE broken_since IS NOT NULL")
        articles = dict(
            tuple(row) for row in mattran.rows("SELECT site, count(*) FROM articles GROUP BY 1")
        )
    assert finished.exit_code == FAILED
    assert [row["id"] for row in broken] == ["s2"]
    assert "broken: s2: " in finished.out
    assert articles == {"s1": 8, "s3": 8}


def test_a_silent_site_is_named_and_its_rows_wait(tmp_path: Path):
    with Replica(sites(1)) as replica:
        mattran = Mattran(tmp_path, replica)
        replica.take_down("s1")
        for attempt in (1, 2):
            finished = mattran("crawl", "s1")
            assert finished.exit_code == FAILED
            assert "does not answer" in finished.out
            rows = mattran.rows("SELECT * FROM frontier WHERE state = 'waiting' AND due < 1 << 40")
            assert [row["last_failure"] for row in rows] == ["connect"]
            assert rows[0]["attempts"] == 1, f"asked again too early, the {attempt}. time"
        replica.bring_up("s1")
        assert mattran("crawl", "s1").exit_code == 0  # it is back: nothing waits any longer
        assert missing_or_twice(mattran, replica) == []
        assert mattran.value("SELECT broken_since FROM sites") is None
