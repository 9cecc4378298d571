"""How fast 100,000 articles are exported, and whether memory stays constant.

    python -m bench.export [--articles N]

Bars: CSV, JSON lines and Parquet at least 5,000 articles a second, Markdown 1,000; the peak memory
of all of them no more than a tenth above that of a quarter.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.searched_archive import Scale, build

BARS = {"csv": 5000, "jsonl": 5000, "parquet": 5000, "markdown": 1000}
SYLLABLES = 400
GROWTH = 1.1
MATTRAN = Path(sys.executable).with_name("mattran")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one export took: seconds on the clock, of CPU, and megabytes at its peak."""

    wall: float
    cpu: float
    peak: float


def export(db: Path, form: str, folder: Path, limit: int) -> Taken:
    """Export the newest `limit` articles."""
    output = folder / f"{form}-{limit}"
    words = ["--db", str(db), "export", "--format", form, "--output", str(output)]
    start = time.monotonic()
    process = subprocess.Popen(
        [str(MATTRAN), *words, "--limit", str(limit)], stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exporting {form} failed")
    cpu = usage.ru_utime + usage.ru_stime
    return Taken(time.monotonic() - start, cpu, usage.ru_maxrss / 1000)


def main() -> None:
    """Measure; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="How fast articles are exported.")
    parser.add_argument("--articles", type=int, default=100_000)
    articles = parser.parse_args().articles
    missed = []
    with tempfile.TemporaryDirectory(prefix="mattran-") as name:
        folder = Path(name)
        scale = Scale(articles, SYLLABLES)
        # In a process of its own: what this one holds would count for each it starts.
        builder = get_context("spawn").Process(target=build, args=(scale, folder))
        builder.start()
        builder.join()
        print(
            f"{'format':9} {'articles/s':>10} {'per CPU s':>10} {'MB':>5} {'MB of a quarter':>16}"
        )
        for form, bar in BARS.items():
            quarter = export(scale.path(folder), form, folder, articles // 4)
            whole = export(scale.path(folder), form, folder, articles)
            rate = articles / whole.wall
            numbers = f"{rate:10,.0f} {articles / whole.cpu:10,.0f} {whole.peak:5.0f}"
            print(f"{form:9} {numbers} {quarter.peak:16.0f}", flush=True)
            if rate < bar or whole.peak > GROWTH * quarter.peak:
                missed.append(form)
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
