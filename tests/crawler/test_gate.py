"""The gate: one request at a time and a floor between two, per host and per address."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.connection import open_for_writing
from archive.runs import Run
from crawler.gate import RETRY_SECONDS, Gate


@pytest.fixture
def conn(tmp_path: Path):
    connection = open_for_writing(tmp_path / "mattran.db")
    yield connection
    connection.close()


def gate(conn, *hosts: str) -> Gate:
    run = Run.start(conn, "crawl")
    found = Gate(conn, run.id)
    for host in hosts:
        found.register(host, "ip" if host.startswith("ip:") else "host")
    return found


def test_a_free_host_lets_a_request_in_at_once(conn):
    here = gate(conn, "a.vn")
    assert here.wait(["a.vn"]) == 0.0
    assert here.enter(["a.vn"]) == 0.0


def test_while_a_request_is_under_way_there_is_no_time_to_wait_for(conn):
    here = gate(conn, "a.vn")
    here.enter(["a.vn"])
    assert here.wait(["a.vn"]) is None


def test_after_a_request_the_delay_runs_from_its_end(conn):
    here = gate(conn, "a.vn")
    here.enter(["a.vn"])
    here.leave(["a.vn"], 2.1)
    assert 2.0 < here.wait(["a.vn"]) <= 2.1


def test_two_hosts_on_one_address_share_its_door(conn):
    here = gate(conn, "a.vn", "b.vn", "ip:192.0.2.1")
    here.enter(["a.vn", "ip:192.0.2.1"])
    assert here.wait(["b.vn", "ip:192.0.2.1"]) is None
    assert here.wait(["b.vn"]) == 0.0


def test_another_run_on_the_same_host_is_waited_for(conn):
    here, there = gate(conn, "a.vn"), gate(conn, "a.vn")
    here.enter(["a.vn"])
    assert there.enter(["a.vn"]) == RETRY_SECONDS
    here.leave(["a.vn"], 30.0)
    assert 28 <= there.enter(["a.vn"]) <= 31


def test_after_a_kill_the_delay_runs_from_the_start_of_the_request_under_way(conn):
    here, there = gate(conn, "a.vn"), gate(conn, "a.vn")
    here.enter(["a.vn"], 30.0)
    conn.execute("UPDATE runs SET pid_started = pid_started - 1 WHERE id = ?", (here._run,))
    assert 28 <= there.enter(["a.vn"], 30.0) <= 31


def test_a_time_written_by_a_clock_that_ran_ahead_is_not_waited_for(conn):
    here = gate(conn, "a.vn")
    conn.execute("UPDATE hosts SET next_at = ?", (int(time.time()) + 10 * 86_400,))
    assert here.enter(["a.vn"]) == 0.0


def test_a_host_a_killed_run_was_fetching_from_is_free(conn):
    here, there = gate(conn, "a.vn"), gate(conn, "a.vn")
    here.enter(["a.vn"])
    conn.execute("UPDATE runs SET pid_started = pid_started - 1 WHERE id = ?", (here._run,))
    assert there.enter(["a.vn"]) == 0.0


def test_the_delay_of_an_earlier_run_is_kept_by_the_next(conn):
    here = gate(conn, "a.vn")
    here.enter(["a.vn"])
    here.leave(["a.vn"], 60.0)
    later = gate(conn, "a.vn")
    assert later.enter(["a.vn"]) > 50


def test_its_own_whole_seconds_never_hold_a_run_back(conn):
    here = gate(conn, "a.vn")
    here.enter(["a.vn"])
    here.leave(["a.vn"], 0.01)  # written as a whole second, up to a second away
    time.sleep(0.02)
    assert here.wait(["a.vn"]) <= 0
    assert here.enter(["a.vn"]) == 0.0


def hold_site(conn, of: Gate, base_url: str) -> None:
    """Let a run hold a site at this address."""
    conn.execute(
        "INSERT INTO sites (id, name, level, base_url, platform, holder)"
        " VALUES ('s', 'S', 'ward', ?, 'generic', ?)",
        (base_url, of._run),
    )


@pytest.fixture
def within_a_second(monkeypatch):
    """Stop the wall clock a quarter into a second: the gate writes whole ones."""
    stopped = SimpleNamespace(time=lambda: 1_800_000_000.25, monotonic=time.monotonic)
    monkeypatch.setattr("crawler.gate.time", stopped)


@pytest.mark.usefixtures("within_a_second")
@pytest.mark.parametrize(
    ("keys", "base_url"),
    [
        (["a.vn"], "https://a.vn/phuong"),
        (["a.vn", "ip:192.0.2.1"], "https://b.vn"),
        (["127.0.0.1:8001"], "http://127.0.0.1:8001"),
    ],
)
def test_runs_that_want_the_same_host_take_turns(conn, keys, base_url):
    here, there = gate(conn, *keys, "b.vn"), gate(conn, *keys, "b.vn")
    conn.execute("UPDATE hosts SET ip = '192.0.2.1' WHERE host = 'b.vn'")
    hold_site(conn, there, base_url)
    here.enter(keys)
    here.leave(keys, 0.01)
    time.sleep(0.02)
    mine, other = here.enter(keys), there.enter(keys)
    assert 0 < other <= 1
    assert mine > other


def test_a_run_that_wants_another_host_holds_nobody_back(conn):
    here, there = gate(conn, "a.vn"), gate(conn, "a.vn")
    hold_site(conn, there, "https://b.vn")
    here.enter(["a.vn"])
    here.leave(["a.vn"], 0.01)
    time.sleep(0.02)
    assert here.enter(["a.vn"]) == 0.0


def test_a_host_entered_in_vain_is_not_held_back(conn):
    here = gate(conn, "a.vn")
    here.enter(["a.vn"], 30.0)
    here.leave(["a.vn"], 0.0)
    assert here.enter(["a.vn"], 30.0) == 0.0


def test_a_learned_delay_is_only_ever_raised(conn):
    here = gate(conn, "a.vn")
    assert here.learned_delay("a.vn") == 0.0
    here.learn_delay("a.vn", 10)
    here.learn_delay("a.vn", 5)
    assert here.learned_delay("a.vn") == 10
