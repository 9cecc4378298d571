"""SIGTERM, SIGHUP and Ctrl-C: a clean stop within ten seconds, wherever the crawl stands."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.process import GRACE_SECONDS, LOOK_SECONDS
from tests.command import Mattran
from tests.replica import Replica, Response, SiteSpec
from tests.survivors import PATIENCE, complaints, missing_or_twice, wait_until

STOPPED = 3
SECONDS = 10.0  # a stop may take that long, on a machine with nothing else to do
NEVER = 300.0  # seconds no test waits for
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def site(**keys: object) -> SiteSpec:
    return SiteSpec(id="a", family="nukeviet", articles=30, **keys)


def is_stopped_cleanly(mattran: Mattran, process: subprocess.Popen[str]) -> None:
    """Wait for the end, then look at what the run left."""
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == STOPPED, out + err
    assert "Traceback" not in out + err
    if not mattran.db.exists() or not mattran.rows("SELECT 1 FROM runs"):
        return  # it stopped before it had begun
    assert complaints(mattran) == []
    tried = mattran.value("SELECT count(*) FROM frontier WHERE attempts > 0 AND fetched_at IS NULL"
                          " AND last_failure IS NULL")  # fmt: skip
    assert tried == 0
    run = mattran.rows("SELECT * FROM runs ORDER BY started_at DESC LIMIT 1")[0]
    assert (run["exit_code"], run["reason"]) == (STOPPED, "signal")


def catches(process: subprocess.Popen[str], number: int) -> bool:
    """Whether a process has come so far as to see to a signal itself."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def goes_on_to_its_end(mattran: Mattran, replica: Replica) -> None:
    finished = mattran("crawl", "a", "--full")
    assert finished.exit_code == 0, finished.out + finished.err
    assert missing_or_twice(mattran, replica) == []
    paths = [hit.path for hit in replica.hits(robots=False)]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("after", "number"), list(zip((0.0, 0.3, 0.8), SIGNALS, strict=True)), ids=("0.0", "0.3", "0.8")
)
def test_it_stops_while_it_is_still_starting(tmp_path: Path, after: float, number: int):
    with Replica([site(latency=0.05)]) as replica:
        mattran = Mattran(tmp_path, replica)
        with mattran.running("crawl", "a", "--full") as process:
            wait_until(lambda: catches(process, signal.SIGTERM))
            time.sleep(after)
            process.send_signal(number)
            is_stopped_cleanly(mattran, process)
        replica["a"].spec = site()
        goes_on_to_its_end(mattran, replica)


@pytest.mark.parametrize("number", SIGNALS)
def test_it_stops_between_two_pages(tmp_path: Path, number: int):
    with Replica([site(latency=0.02)]) as replica:
        mattran = Mattran(tmp_path, replica)
        with mattran.running("crawl", "a", "--full") as process:
            wait_until(lambda: len(replica.hits("a")) > 12)
            process.send_signal(number)
            is_stopped_cleanly(mattran, process)
        assert 0 < mattran.value("SELECT count(*) FROM articles") < 30
        goes_on_to_its_end(mattran, replica)


def test_it_stops_while_the_delay_of_a_host_runs(tmp_path: Path):
    with Replica([site()]) as replica:
        mattran = Mattran(tmp_path, replica, delay=NEVER)
        with mattran.running("crawl", "a") as process:
            wait_until(lambda: mattran.db.exists() and replica.hits("a") and captures(mattran))
            process.send_signal(signal.SIGTERM)
            is_stopped_cleanly(mattran, process)
        assert len(replica.hits("a")) == 1


def test_what_is_in_flight_is_waited_for_less_than_a_stop_may_take():
    assert LOOK_SECONDS + GRACE_SECONDS < SECONDS


def test_what_is_in_flight_too_long_is_given_back(tmp_path: Path):
    with Replica([site()]) as replica:
        mattran = Mattran(tmp_path, replica)
        slow = replica["a"].newest[3]
        replica["a"].override(replica["a"].address(slow), Response(b"<p>late</p>", delay=NEVER))
        with mattran.running("crawl", "a") as process:
            wait_until(lambda: any(hit.ended == 0 for hit in replica.hits("a", robots=False)))
            process.send_signal(signal.SIGTERM)
            is_stopped_cleanly(mattran, process)
        assert mattran.value("SELECT broken_since FROM sites") is None  # it was just left early
        assert captures(mattran) == len([hit for hit in replica.hits("a") if hit.ended])


def test_a_second_signal_changes_nothing(tmp_path: Path):
    with Replica([site(latency=0.5)]) as replica:
        mattran = Mattran(tmp_path, replica)
        with mattran.running("crawl", "a") as process:
            wait_until(lambda: replica.hits("a"))
            process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            is_stopped_cleanly(mattran, process)


def test_a_hangup_ignored_by_nohup_stays_ignored(tmp_path: Path):
    with Replica([site(latency=0.02)]) as replica:
        mattran = Mattran(tmp_path, replica)
        process = subprocess.Popen(
            ["nohup", *mattran.command("crawl", "a", "--full")],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        wait_until(lambda: len(replica.hits("a")) > 3)
        process.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
        assert missing_or_twice(mattran, replica) == []


def test_a_terminal_that_is_closed_stops_it(tmp_path: Path):
    with Replica([site(latency=0.1)]) as replica:
        mattran = Mattran(tmp_path, replica)
        child, terminal = pty.fork()
        if not child:
            command = mattran.command("crawl", "a")
            os.execv(command[0], command)
        wait_until(lambda: len(replica.hits("a")) > 3)
        os.close(terminal)
        wait_until(lambda: ended(child))
        run = mattran.rows("SELECT * FROM runs")[0]
        assert (run["exit_code"], run["reason"]) == (STOPPED, "signal")


def ended(child: int) -> bool:
    with suppress(ChildProcessError):
        done, status = os.waitpid(child, os.WNOHANG)
        assert not done or os.waitstatus_to_exitcode(status) == STOPPED
        return bool(done)
    return True


def captures(mattran: Mattran) -> int:
    if not mattran.rows("SELECT 1 FROM sqlite_master WHERE name = 'captures'"):
        return 0
    return int(str(mattran.value("SELECT count(*) FROM captures")))
