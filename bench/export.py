"""How fast 100,000 articles are exported, and whether memory stays constant.

    python -m bench.export [--articles N]

Bars: CSV, JSON lines and Parquet at least 5,000 articles a second, Markdown 1,000; the peak memory
of all of them no more than a tenth above that of a quarter.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.searched_archive import Scale, build
from bench.served import MATTRAN, run

BARS = {"csv": 5000, "jsonl": 5000, "parquet": 5000, "markdown": 1000}
SYLLABLES = 400
GROWTH = 1.1


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
    done = run([*MATTRAN, *words, "--limit", str(limit)], quiet=True)
    if done.exit_code:
        raise SystemExit(f"exporting {form} failed")
    return Taken(time.monotonic() - start, done.cpu, done.peak_mb)


def main() -> None:
    """Measure; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="How fast articles are exported.")
    parser.add_argument("--articles", type=int, default=100_000)
    articles = parser.parse_args().articles
    missed = []
    with tempfile.TemporaryDirectory(prefix="mattran-") as name:
        folder = Path(name)
        scale = Scale(articles, SYLLABLES)
        build(scale, folder)
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
