"""A disk filled by the crawl: it stops in time or at the last byte, and goes on with room made."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Finished, Mattran
from tests.replica import Replica, SiteSpec
from tests.survivors import complaints, missing_or_twice

NO_SPACE = 5
MEBIBYTE = 1024 * 1024
DISK = 60 * MEBIBYTE
SPECS = [
    SiteSpec(id="a", family="nukeviet", articles=70, page_bytes=56_000),
    SiteSpec(id="b", family="flat", articles=70, page_bytes=56_000),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 60 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def replica():
    with Replica(SPECS) as served:
        yield served


def fill(disk: Path, free: int) -> Path:
    """Let only `free` bytes be left."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - free))
    return ballast


def stopped_for_want_of_space(finished: Finished) -> None:
    text = finished.out + finished.err
    assert finished.exit_code == NO_SPACE, text
    assert "Traceback" not in text
    assert "room" in text or "free some" in text


def goes_on(mattran: Mattran, replica: Replica) -> None:
    finished = mattran("crawl", "--all", "--full")
    assert finished.exit_code == 0, finished.out + finished.err
    assert missing_or_twice(mattran, replica) == []
    assert complaints(mattran) == []


@pytest.mark.parametrize(
    ("options", "kept"), [((), 10 * MEBIBYTE), (("--min-free", "20M"), 20 * MEBIBYTE)]
)
def test_it_stops_before_the_disk_is_full(disk: Path, replica, options: tuple[str, ...], kept: int):
    ballast = fill(disk, kept + 6 * MEBIBYTE)  # an empty archive takes 4
    mattran = Mattran(disk / "data", replica)
    stopped_for_want_of_space(mattran("crawl", "--all", "--full", *options))
    assert kept - MEBIBYTE < shutil.disk_usage(disk).free
    assert 0 < mattran.value("SELECT count(*) FROM articles") < 140
    assert complaints(mattran) == []
    assert mattran.value("SELECT sum(attempts) FROM frontier WHERE last_failure IS NULL") == 0
    run = mattran.rows("SELECT * FROM runs")[0]
    assert (run["exit_code"], run["reason"]) == (NO_SPACE, "no-space")
    ballast.unlink()
    goes_on(mattran, replica)


@pytest.mark.parametrize("free", [300_000, 1_000_000, 5_500_000])
def test_a_disk_full_to_the_last_byte_costs_nothing(disk: Path, replica, free: int):
    ballast = fill(disk, free)
    mattran = Mattran(disk / "data", replica)
    stopped_for_want_of_space(mattran("crawl", "--all", "--full", "--min-free", "0"))
    if mattran.db.exists() and mattran.db.stat().st_size:
        assert mattran.value("PRAGMA integrity_check") == "ok"
    ballast.unlink()
    goes_on(mattran, replica)
