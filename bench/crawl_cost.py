"""CPU a page of the whole pipeline beside a bare Scrapy crawl of the same site.

    python -m bench.crawl_cost [--articles 2000] [--rounds 3] [--instructions]

All crawl the replica's bench site (56 KB a page, 138 links) in turns; the figure is the ratio of
CPU milliseconds a page, start-up included. The bare crawl follows every link, stores nothing, and
ends after as many pages. Ours runs twice: as it is, with every derived index drained, and once
without draining any. Files that articles offer are left out (`--files none`): they come behind the
pages, and each is read in a process of its own (0.1 s).

On a machine that others use, milliseconds of one and the same crawl differ by a third.
`--instructions` counts with Linux's `perf` what the processor was told to do instead: no measure
of the bar, as a page of ours takes more time for each, but one by which changes of one percent can
be seen.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

from bench.served import Finished, Served, replica, run

BAR, DRAINED_BAR = 0.35, 0.45

# sqlite-utils imports pandas where it is, as among a developer's tools: 0.3 s that no crawl has
# who installed what README.md says.
_PLAIN = "import sys; sys.modules['pandas'] = sys.modules['numpy'] = None;"
_MAIN = "from crawler.commands import main; main()"
DRAINED = [sys.executable, "-c", _PLAIN + _MAIN]
# The command with derived indexes that are only marked as pending.
UNDRAINED = [
    sys.executable,
    "-c",
    f"{_PLAIN} from archive import derived; derived.drain = lambda *_, **__: 0; {_MAIN}",
]


class Meter:
    """What a command costs: CPU milliseconds, or (counted) millions of instructions."""

    def __init__(self, *, instructions: bool) -> None:
        self._counted = instructions
        self.unit = "Minstr" if instructions else "ms"
        if instructions and shutil.which("perf") is None:
            sys.exit("perf is not installed: leave --instructions away")

    def run(self, command: list[str]) -> tuple[Finished, float]:
        """Run a command to its end; return what came of it, and its cost."""
        if not self._counted:
            finished = run(command)
            return finished, 1000 * finished.cpu
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as report:
            counted = ["perf", "stat", "-x,", "-o", report.name, "-e", "instructions:u", "--"]
            finished = run([*counted, *command])
            count = report.read().splitlines()[-1].partition(",")[0]
        return finished, float(count) / 1e6


def bare(served: Served, meter: Meter, pages: int) -> tuple[float, int]:
    """Return the cost and the pages of the bare crawl, ended after `pages` of them."""
    command = [sys.executable, "-m", "bench.bare_spider", served.sites["bench"] + "/", str(pages)]
    finished, cost = meter.run(command)
    return cost, int(finished.output.split()[-1])


def whole(served: Served, meter: Meter, folder: Path, program: list[str]) -> tuple[float, int, int]:
    """Return the cost, the pages and the articles of `mattran crawl --full`."""
    folder.mkdir()
    db = folder / "mattran.db"
    options = ["--db", str(db), "--sites", str(served.registry)]
    command = [*options, "crawl", "bench", "--full", "--files", "none"]
    finished, cost = meter.run([*program, *command])
    if finished.exit_code:
        sys.exit(f"mattran crawl ended with {finished.exit_code}: {finished.output}")
    with sqlite3.connect(db) as conn:
        pages = conn.execute("SELECT count(*) FROM captures").fetchone()[0]
        articles = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    return cost, pages, articles


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--instructions", action="store_true")
    told = parser.parse_args()
    meter = Meter(instructions=told.instructions)
    ratios: dict[str, list[float]] = {"ratio": [], "drained_ratio": []}
    for number in range(told.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            options = ("--sites", "bench", "--bench", "--articles", str(told.articles))
            with replica(folder, *options) as served:
                drained_cost, pages, articles = whole(served, meter, folder / "drained", DRAINED)
                cost, _, _ = whole(served, meter, folder / "undrained", UNDRAINED)
                bare_cost, bare_pages = bare(served, meter, pages)
        row = {
            "round": number + 1,
            "unit": f"{meter.unit} a page",
            "bare": round(bare_cost / bare_pages, 2),
            "bare_pages": bare_pages,
            "mattran": round(cost / pages, 2),
            "drained": round(drained_cost / pages, 2),
            "mattran_pages": pages,
            "articles": articles,
        }
        row["ratio"] = round(row["mattran"] / row["bare"], 3)
        row["drained_ratio"] = round(row["drained"] / row["bare"], 3)
        for name, values in ratios.items():
            values.append(row[name])
        print(json.dumps(row), flush=True)
    ratio, drained = (statistics.median(values) for values in ratios.values())
    print(
        f"{meter.unit} a page: {ratio:.2f} x the bare crawl,"
        f" {drained:.2f} with every derived index drained"
    )
    if not told.instructions:
        print(f"bars: {BAR}, {DRAINED_BAR}")
        sys.exit(ratio > BAR or drained > DRAINED_BAR)


if __name__ == "__main__":
    main()
