"""CPU a page of the whole pipeline beside a bare Scrapy crawl of the same site.

    python -m bench.crawl_cost [--articles 2000] [--rounds 3]

All crawl the replica's bench site (56 KB a page, 138 links) in turns; the figure is the ratio of
CPU milliseconds a page, start-up included. The bare crawl follows every link, stores nothing, and
ends after as many pages. Ours runs twice: as it is, with every derived index drained, and once
without draining any.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

from bench.served import MATTRAN, Served, replica, run

BAR, DRAINED_BAR = 0.35, 0.45

# The command with derived indexes that are only marked as pending.
UNDRAINED = [
    sys.executable,
    "-c",
    "from archive import derived; derived.drain = lambda *_, **__: 0;"
    "from crawler.commands import main; main()",
]


def bare(served: Served, pages: int) -> tuple[float, int]:
    """Return CPU seconds and pages of the bare crawl, ended after `pages` of them."""
    command = [sys.executable, "-m", "bench.bare_spider", served.sites["bench"] + "/", str(pages)]
    finished = run(command)
    return finished.cpu, int(finished.output.split()[-1])


def whole(served: Served, folder: Path, program: list[str]) -> tuple[float, int, int]:
    """Return CPU seconds, pages and articles of `mattran crawl --full`."""
    folder.mkdir()
    db = folder / "mattran.db"
    command = ["--db", str(db), "--sites", str(served.registry), "crawl", "bench", "--full"]
    finished = run([*program, *command])
    if finished.exit_code:
        sys.exit(f"mattran crawl ended with {finished.exit_code}: {finished.output}")
    with sqlite3.connect(db) as conn:
        pages = conn.execute("SELECT count(*) FROM captures").fetchone()[0]
        articles = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    return finished.cpu, pages, articles


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    ratios: dict[str, list[float]] = {"ratio": [], "drained_ratio": []}
    for number in range(told.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            options = ("--sites", "bench", "--bench", "--articles", str(told.articles))
            with replica(folder, *options) as served:
                drained_cpu, pages, articles = whole(served, folder / "drained", MATTRAN)
                cpu, _, _ = whole(served, folder / "undrained", UNDRAINED)
                bare_cpu, bare_pages = bare(served, pages)
        row = {
            "round": number + 1,
            "bare_ms": round(1000 * bare_cpu / bare_pages, 2),
            "bare_pages": bare_pages,
            "mattran_ms": round(1000 * cpu / pages, 2),
            "drained_ms": round(1000 * drained_cpu / pages, 2),
            "mattran_pages": pages,
            "articles": articles,
        }
        row["ratio"] = round(row["mattran_ms"] / row["bare_ms"], 3)
        row["drained_ratio"] = round(row["drained_ms"] / row["bare_ms"], 3)
        for name, values in ratios.items():
            values.append(row[name])
        print(json.dumps(row), flush=True)
    ratio, drained = (statistics.median(values) for values in ratios.values())
    print(
        f"CPU a page: {ratio:.2f} x the bare crawl (bar {BAR}),"
        f" {drained:.2f} with every derived index drained (bar {DRAINED_BAR})"
    )
    sys.exit(ratio > BAR or drained > DRAINED_BAR)


if __name__ == "__main__":
    main()
