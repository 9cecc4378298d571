"""Runs: who is alive, what a killed one leaves behind, and that nothing of it is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive import runs
from archive.content import sha256
from archive.errors import ArchiveLockedError, LeaseLostError
from archive.moments import now
from archive.runs import Run, RunRow, is_alive
from archive.warc import read_record
from tests.archive.crawling import ROOT, SITE, Crawl, an_article, links
from tests.survivors import wait_until


def this_process(conn: sqlite3.Connection, run: str) -> RunRow:
    row = conn.execute(
        "SELECT id, started_at, beat, boot_id, pid_namespace, pid, pid_started FROM runs"
        " WHERE id = ?",
        (run,),
    ).fetchone()
    names = ("id", "started_at", "beat", "boot_id", "pid_namespace", "pid", "pid_started")
    return RunRow(**dict(zip(names, row, strict=True)))


def pretend_dead(crawl: Crawl) -> None:
    """Let the row of the run be that of a process long gone; close nothing properly."""
    crawl.conn.execute("UPDATE runs SET pid_started = pid_started - 1 WHERE ended_at IS NULL")
    crawl.archive._ended = True
    crawl.close()


# How far a run has come


def again(path: Path) -> dict[str, object]:
    """Return what the same command finds of the run before it."""
    crawl = Crawl(path)
    left = crawl.archive.run.left_off(crawl.conn)
    crawl.archive.end(0, "finished")
    crawl.close()
    return left


def test_what_a_killed_run_had_noted_is_found_by_the_same_command(crawl: Crawl) -> None:
    crawl.archive.run.note(crawl.conn, {"site": "a", "after": 7})
    path = crawl.archive.path
    pretend_dead(crawl)
    assert again(path) == {"site": "a", "after": 7}
    assert again(path) == {}  # that one came to its end


def test_runs_killed_before_they_noted_anything_do_not_hide_it(crawl: Crawl) -> None:
    crawl.archive.run.note(crawl.conn, {"after": 7})
    path = crawl.archive.path
    pretend_dead(crawl)
    for _ in range(2):
        pretend_dead(Crawl(path))
    assert again(path) == {"after": 7}
    assert again(path) == {}


def test_a_run_ended_by_an_error_keeps_what_it_noted(crawl: Crawl) -> None:
    crawl.archive.run.note(crawl.conn, {"after": 7})
    path = crawl.archive.path
    crawl.archive.close(1, "error")
    assert again(path) == {"after": 7}


def test_another_command_finds_nothing_to_go_on_with(crawl: Crawl) -> None:
    crawl.archive.run.note(crawl.conn, {"after": 7})
    path = crawl.archive.path
    pretend_dead(crawl)
    other = Crawl(path, command="reextract")
    assert other.archive.run.left_off(other.conn) == {}
    other.close()


def test_a_run_taken_for_dead_notes_nothing_more(crawl: Crawl) -> None:
    crawl.conn.execute("UPDATE runs SET ended_at = '2025'")
    with pytest.raises(LeaseLostError):
        crawl.archive.run.note(crawl.conn, {"after": 8})
    assert crawl.value("SELECT counts FROM runs") == "{}"
    crawl.archive._ended = True


# Who is alive


def test_a_process_is_known_by_boot_number_and_start(crawl: Crawl) -> None:
    row = this_process(crawl.conn, crawl.archive.run.id)
    assert is_alive(row)
    assert not is_alive(replace(row, boot_id="another boot"))
    assert not is_alive(replace(row, pid_started=row.pid_started + 1))
    assert not is_alive(replace(row, pid=2**22 + 1))


def test_a_run_in_another_container_is_judged_by_its_heartbeat(crawl: Crawl) -> None:
    row = this_process(crawl.conn, crawl.archive.run.id)
    elsewhere = replace(row, pid_namespace="pid:[1]", pid=1, beat=int(now()))
    assert is_alive(elsewhere)
    assert not is_alive(elsewhere, now() + 601)


def test_a_process_with_brackets_in_its_name_is_read_right(tmp_path: Path) -> None:
    program = tmp_path / "a) R (b"
    program.symlink_to(sys.executable)
    process = subprocess.Popen([program, "-c", "import time; time.sleep(60)"])
    try:
        ticks = os.sysconf("SC_CLK_TCK")
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        started = runs._pid_started(process.pid)
        assert started is not None
        assert abs(started / ticks - uptime) < 60
    finally:
        process.kill()
        process.wait()


def test_a_live_run_keeps_its_leases(crawl: Crawl) -> None:
    crawl.begin()
    claim = crawl.claim()
    other = Run.start(crawl.conn, "crawl", [])
    assert other.taken_over == []
    crawl.list(claim, [])


# Locks of sites


def test_a_site_is_crawled_by_one_run(crawl: Crawl) -> None:
    other = Run.start(crawl.conn, "crawl", [])
    with pytest.raises(ArchiveLockedError, match=rf"{SITE} .*process {os.getpid()}, running since"):
        other.hold_site(crawl.conn, SITE)
    crawl.archive.run.release_site(crawl.conn, SITE)
    other.hold_site(crawl.conn, SITE)


def test_a_dead_holder_gives_way(crawl: Crawl) -> None:
    crawl.conn.execute("UPDATE runs SET boot_id = 'before'")
    other = Run.start(crawl.conn, "crawl", [])
    other.hold_site(crawl.conn, SITE)
    assert crawl.value("SELECT holder FROM sites") == other.id


def test_a_holder_that_died_since_is_taken_over(crawl: Crawl) -> None:
    crawl.begin()
    crawl.claim()
    other = Run.start(crawl.conn, "crawl", [])
    crawl.conn.execute("UPDATE runs SET boot_id = 'before' WHERE id <> ?", (other.id,))
    other.hold_site(crawl.conn, SITE)
    assert crawl.value("SELECT state FROM frontier") == "ready"


# The end


def test_an_ended_run_has_let_go_of_everything(crawl: Crawl) -> None:
    crawl.begin()
    crawl.claim()
    crawl.archive.end(3, "signal", {"pages": 1})
    row = crawl.conn.execute("SELECT exit_code, reason, counts, ended_at FROM runs").fetchone()
    assert row[:3] == (3, "signal", '{"pages": 1}')
    assert row[3].endswith("+07:00")
    assert crawl.value("SELECT holder FROM sites") is None
    state = crawl.conn.execute("SELECT state, attempts FROM frontier").fetchone()
    assert state == ("ready", 0)


def test_a_closed_archive_leaves_no_log_behind(crawl: Crawl) -> None:
    crawl.see()
    crawl.close()
    wal = crawl.archive.path.with_name("mattran.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0


# The dead


def test_leases_of_a_dead_run_return_at_once_with_their_attempt_counted(crawl: Crawl) -> None:
    crawl.begin()
    crawl.claim()
    pretend_dead(crawl)
    again = Crawl(crawl.archive.path)
    dead = crawl.archive.run.id
    assert again.archive.run.taken_over == [dead]
    assert again.value("SELECT reason FROM runs WHERE id = ?", dead) == "died"
    assert again.claim().attempts == 2
    again.close()


def test_a_torn_tail_is_cut_behind_the_last_committed_record(crawl: Crawl) -> None:
    crawl.see("1")
    [path] = crawl.archive.folder.iterdir()
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\x1f\x8b bytes that no row knows")
    pretend_dead(crawl)
    again = Crawl(crawl.archive.path)
    assert path.stat().st_size == size
    assert again.archive.raw(1) is not None
    again.see("2")
    assert len(list(again.archive.folder.iterdir())) == 2
    again.close()


def test_a_file_without_committed_records_goes(crawl: Crawl) -> None:
    crawl.see("1")
    crawl.conn.execute("DELETE FROM frontier")
    crawl.conn.execute("UPDATE captures SET warc_file = NULL, warc_offset = NULL")
    pretend_dead(crawl)
    again = Crawl(crawl.archive.path)
    assert list(again.archive.folder.iterdir()) == []
    again.close()


@pytest.mark.parametrize("damage", ["short", "zeros"])
def test_a_record_lost_with_the_power_is_fetched_again(crawl: Crawl, damage: str) -> None:
    crawl.see("1")
    crawl.see("2", an_article(title="Bài hai"))
    [path] = crawl.archive.folder.iterdir()
    offset = crawl.value("SELECT warc_offset FROM captures WHERE id = 2")
    whole = path.read_bytes()
    rest = b"" if damage == "short" else bytes(len(whole) - offset - 10)
    path.write_bytes(whole[: offset + 10] + rest)
    pretend_dead(crawl)
    again = Crawl(crawl.archive.path)
    assert again.column("SELECT warc_file IS NULL FROM captures ORDER BY id") == [0, 1]
    assert again.archive.raw(1) is not None
    assert again.claim().key == "news:2"
    again.frontier.release([1, 2])
    again.conn.execute("UPDATE frontier SET state = 'done'")
    again.see("2", an_article(title="Bài hai"), at=1)
    assert again.value("SELECT warc_file IS NOT NULL FROM captures ORDER BY id DESC") == 1
    assert again.value("SELECT count(*) FROM revisions") == 2
    again.close()


def test_a_run_taken_for_dead_finds_out_and_harms_nothing(crawl: Crawl) -> None:
    crawl.see("1")
    crawl.begin()
    claim = crawl.claim()
    crawl.conn.execute("UPDATE runs SET boot_id = 'before'")
    again = Crawl(crawl.archive.path)
    with pytest.raises(LeaseLostError):
        crawl.list(claim, links("9"))
    with pytest.raises(LeaseLostError):
        crawl.archive.run.beat(crawl.conn)
    assert again.archive.raw(1) is not None
    again.close()


# kill -9


def kill_a_crawl(path: Path, captures: int, after: float) -> None:
    """Kill a crawl some moments after it has stored so many captures more."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.archive.endless_crawl", path], cwd=Path(__file__).parents[2]
    )
    started = path.with_name("started")
    wait_until(started.exists)
    before = stored(path)
    wait_until(lambda: stored(path) >= before + captures)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    started.unlink()


def stored(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("SELECT count(*) FROM captures").fetchone()[0])


def test_a_crawl_killed_again_and_again_loses_nothing_and_stores_nothing_twice(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mattran.db"
    for captures, after in ((2, 0.05), (5, 0.02), (0, 0.0), (1, 0.003), (9, 0.11)):
        kill_a_crawl(path, captures, after)
    crawl = Crawl(path)
    try:
        assert crawl.value("PRAGMA integrity_check") == "ok"
        captures = crawl.value("SELECT count(*) FROM captures")
        assert captures >= 17
        assert crawl.value("SELECT count(*) FROM frontier WHERE state = 'leased'") == 0
        assert crawl.value("SELECT count(*) FROM frontier WHERE state = 'done'") == captures
        articles = crawl.value("SELECT count(*) FROM articles")
        assert crawl.found("nghị") == articles == crawl.value("SELECT count(*) FROM revisions")
        assert crawl.value("SELECT count(*) FROM runs WHERE reason = 'died'") == 5
        for file, offset, expected in crawl.conn.execute(
            "SELECT warc_file, warc_offset, payload_sha256 FROM captures"
        ):
            assert sha256(read_record(crawl.archive.folder, file, offset).body) == expected
        for file in crawl.archive.folder.iterdir():
            end = crawl.value(
                "SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ?",
                file.name,
            )
            assert file.stat().st_size == end
        assert crawl.value("SELECT count(*) FROM frontier WHERE url = ?", f"{ROOT}/tin") == 1
    finally:
        crawl.close()
