"""Memory of a long crawl: its growth between page 6,000 and the end.

    python -m bench.memory [--articles 19000]

The replica serves small NukeViet pages; the resident size comes from /proc, once a second.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.served import MATTRAN, replica
from tests.command import Mattran

FROM_PAGE = 6000
BAR_MB = 30.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident megabytes of the crawl after so many pages."""

    pages: int
    mb: float


def resident_mb(pid: int) -> float | None:
    """Return the resident size of a process, None when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), None)
    return None if line is None else int(line.split()[1]) / 1024


def pages_so_far(mattran: Mattran) -> int:
    """Return how many fetches are archived; their ids count up without gaps."""
    if not mattran.db.exists() or not mattran.rows(
        "SELECT 1 FROM sqlite_master WHERE name = 'captures'"
    ):
        return 0
    return int(str(mattran.value("SELECT coalesce(max(id), 0) FROM captures")))


def watch(mattran: Mattran) -> tuple[list[Sample], int]:
    """Crawl, sampling pages and memory; return the samples and the exit code."""
    process = subprocess.Popen(
        [*MATTRAN, *mattran.command("crawl", "--all", "--full")[1:]], stdout=subprocess.DEVNULL
    )
    samples = []
    while process.poll() is None:
        time.sleep(1)
        mb = resident_mb(process.pid)
        if mb is not None:
            samples.append(Sample(pages_so_far(mattran), mb))
    return samples, process.returncode


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=19_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with replica(folder, "--sites", "nukeviet", "--articles", str(told.articles)) as served:
            mattran = Mattran.of(folder, served.registry)
            started = time.monotonic()
            samples, exit_code = watch(mattran)
            seconds = time.monotonic() - started
            pages = pages_so_far(mattran)
            articles = mattran.value("SELECT count(*) FROM articles")
    report(samples)
    late = [sample.mb for sample in samples if sample.pages >= FROM_PAGE]
    growth = max(late) - late[0] if late else 0.0
    print(
        f"{pages} pages, {articles} articles, exit {exit_code}, {seconds:.0f} s,"
        f" peak {max(sample.mb for sample in samples):.0f} MB"
    )
    print(f"growth from page {FROM_PAGE}: {growth:.1f} MB (bar {BAR_MB:.0f})")
    sys.exit(exit_code != 0 or not late or growth > BAR_MB)


def report(samples: list[Sample]) -> None:
    """Print one sample every 2,000 pages."""
    following = 0
    for sample in samples:
        if sample.pages >= following:
            print(f"{sample.pages:>8} pages  {sample.mb:7.1f} MB")
            following = sample.pages - sample.pages % 2000 + 2000


if __name__ == "__main__":
    main()
