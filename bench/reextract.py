"""Pages a second that `mattran reextract` reads again, with one process and with two.

    python -m bench.reextract [--articles 1500] [--rounds 3]

The replica's bench site (56 KB a page) is crawled once; then its archive is read again in turns
with `--workers 1` and `--workers 2`, start-up included, rules unchanged. The figure is the ratio of
the wall times, the median of the rounds. A second process must be worth it where there are two
cores; a round in which others took more than a third of one core is shown, but not judged.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.served import MATTRAN, Served, replica, run

BAR = 1.4  # times as fast with two processes on two idle cores
BUSY = 0.33  # of one core, taken by others


def archive(served: Served, folder: Path) -> list[str]:
    """Crawl the site; return the command line up to the name of the command."""
    command = [*MATTRAN, "--db", str(folder / "mattran.db"), "--sites", str(served.registry)]
    finished = run([*command, "crawl", "bench", "--full"])
    if finished.exit_code:
        sys.exit(f"mattran crawl ended with {finished.exit_code}: {finished.output}")
    run([*command, "reextract"])  # by what was learned of the site only at the end
    return command


def busy_seconds() -> float:
    """Return the seconds that all processes have kept all cores busy since the machine started."""
    user, nice, system, _, _, *rest = Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
    ticks = sum(map(int, (user, nice, system, *rest)))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(command: list[str], workers: int) -> dict[str, float]:
    """Return wall and CPU seconds of one run, and its pages."""
    started, busy = time.perf_counter(), busy_seconds()
    finished = run([*command, "reextract", "--workers", str(workers)])
    wall = time.perf_counter() - started
    others = max(0.0, busy_seconds() - busy - finished.cpu)
    if finished.exit_code or "nothing changes" not in finished.output:
        sys.exit(f"mattran reextract ended with {finished.exit_code}: {finished.output}")
    pages = int(finished.output.split()[0])
    return {
        "workers": workers,
        "pages": pages,
        "pages_per_second": round(pages / wall, 1),
        "cpu_ms": round(1000 * finished.cpu / pages, 2),
        "wall": round(wall, 2),
        "others": round(others / wall, 2),
        "peak_mb": round(finished.peak_mb),
    }


def main() -> None:
    """Measure and print; exit 1 when the bar is missed on a machine with two cores or more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = ("--sites", "bench", "--bench", "--articles", str(told.articles))
        with replica(folder, *options) as served:
            command = archive(served, folder)
        for _ in range(told.rounds):
            one, two = (timed(command, workers) for workers in (1, 2))
            if max(one["others"], two["others"]) <= BUSY:
                ratios.append(one["wall"] / two["wall"])
            for row in (one, two):
                print(json.dumps(row), flush=True)
    if not ratios:
        print("re-extraction with two processes: not judged, others keep this machine busy")
        return
    ratio = statistics.median(ratios)
    print(f"re-extraction with two processes: {ratio:.2f} x as fast as with one (bar {BAR})")
    sys.exit(ratio < BAR and len(os.sched_getaffinity(0)) > 1)


if __name__ == "__main__":
    main()
