"""What a site of each platform costs: all of it once, a day with news, and the weekly sweep.

    python -m bench.discovery [FAMILY ...] [--articles 3000] [--json]

A replica site is crawled with `--full`; then five articles appear and two of the newest are edited,
a day passes, `crawl --due` runs; a week passes, and it runs again. Requests are those the server
saw, without robots.txt. "Owed" are the known articles whose weekly visit is due that day.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.served import MATTRAN, run
from crawler.extraction.feeds import VIETNAM
from tests.command import Mattran
from tests.replica import FAMILIES, PORTALS, Replica, SiteSpec
from tests.replica.compare import differences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.replica import Site

MEASURED = [name for name in (*FAMILIES, *PORTALS) if name != "endings"]
NEW, EDITED = 5, (7, 30)  # how many appear; which of the newest are edited
MOST = 1.15  # requests of a full crawl, of articles and pages of lists
DAILY = 15  # requests of a day with news, beside those owed
AT_ONCE = frozenset({"wordpress"})
"""Platforms that tell when an article was modified: their edits are seen on the same day."""

PASSES = {
    "UPDATE frontier SET due = due - ? WHERE due < 1 << 40": 86_400,
    "UPDATE frontier SET fetched_at = strftime('%Y-%m-%dT%H:%M:%S', fetched_at, ? || ' days',"
    " '+7 hours') || '+07:00' WHERE fetched_at IS NOT NULL": -1,
}
"""What brings the next visits nearer by a day and moves the last ones back, with its number."""

ARTICLES = "SELECT count(*) FROM pages WHERE site = ? AND current_revision IS NOT NULL"
EDITS = (
    "SELECT count(*) FROM revisions r JOIN pages p ON p.id = r.page"
    " WHERE p.site = ? AND r.cause = 'site'"
)
OWED = (
    "SELECT count(*) FROM frontier WHERE site = ? AND state = 'done' AND kind = 'article'"
    " AND due <= CAST(strftime('%s', 'now') AS INTEGER)"
)


@dataclass(slots=True)
class Cost:
    """What one family took and brought; requests of a full crawl, a day, and the day of a sweep."""

    family: str
    articles: int
    lists: int
    full: int = 0
    found: int = 0
    junk: int = 0
    misdated: int = 0
    day: int = 0
    day_owed: int = 0
    new: int = 0
    at_once: int = 0
    week: int = 0
    week_owed: int = 0
    edits: int = 0
    peak_mb: float = 0.0
    cpu_ms: float = 0.0

    def missed(self) -> list[str]:
        """Return the bars this family misses."""
        judged = {
            "not all found": self.found < self.articles,
            "junk": self.junk > 0,
            "dates": self.misdated > 0,
            "full": self.full > MOST * (self.articles + self.lists),
            "day": self.day > DAILY + self.day_owed,
            "new": self.new < NEW,
            "at once": self.family in AT_ONCE and self.at_once < len(EDITED),
            "week": self.week > DAILY + self.week_owed,
            "edits": self.edits < len(EDITED),
        }
        return [name for name, holds in judged.items() if holds]


class Life:
    """Replica sites, one archive of them, and the time that passes."""

    def __init__(self, folder: Path, families: Iterable[str], articles: int) -> None:
        yesterday = (datetime.now(VIETNAM) - timedelta(days=1)).date()
        self.specs = [
            SiteSpec(id=name, family=name, articles=articles, traps=False, newest=yesterday)
            for name in families
        ]
        self.folder = folder

    def measure(self) -> dict[str, Cost]:
        """Live through a full crawl, a day with news, and a week; return the cost by family."""
        with Replica(self.specs) as replica:
            self.replica = replica
            self.mattran = Mattran(self.folder, replica)
            costs = {
                name: Cost(name, len(site.newest), site.list_pages())
                for name, site in replica.sites.items()
            }
            self._full(costs)
            self._day(costs)
            self._week(costs)
        return costs

    def _crawl(self, *arguments: str) -> Counter[str]:
        """Run the command; return how many requests it made of each site."""
        self.replica.clear_hits()
        self.finished = run([*MATTRAN, *self.mattran.command("crawl", *arguments)[1:]])
        if self.finished.exit_code:
            sys.exit(f"mattran crawl ended with {self.finished.exit_code}: {self.finished.output}")
        # Files are counted apart, in a budget of their own.
        return Counter(hit.site for hit in self.replica.hits(robots=False, files=False))

    def _full(self, costs: dict[str, Cost]) -> None:
        requests = self._crawl("--all", "--full")
        for name, cost in costs.items():
            known = self._known(name)
            told = differences(self.mattran.db, self.replica[name].truth())
            cost.misdated = sum(one.field == "published_at" for one in told)
            cost.full = requests[name]
            cost.found = sum(bool(own & known) for own in names(self.replica[name]))
            cost.junk = self._count(ARTICLES, name) - cost.found
            cost.peak_mb = round(self.finished.peak_mb)
            cost.cpu_ms = round(1000 * self.finished.cpu / max(requests.total(), 1), 1)

    def _day(self, costs: dict[str, Cost]) -> None:
        added = {}
        for name, site in self.replica.sites.items():
            for key in [site.key(site.newest[place]) for place in EDITED]:
                site.edit(key, "Ban biên tập bổ sung một đoạn mới vào cuối bài.")
            added[name] = [site.add_article() for _ in range(NEW)]
        self._pass(days=1)
        owed = {name: self._count(OWED, name) for name in costs}
        requests = self._crawl("--due")
        for name, cost in costs.items():
            known = self._known(name)
            cost.day, cost.day_owed = requests[name], owed[name]
            cost.new = sum(truth.key in known or truth.url in known for truth in added[name])
            cost.at_once = self._count(EDITS, name)

    def _week(self, costs: dict[str, Cost]) -> None:
        self._pass(days=7)
        owed = {name: self._count(OWED, name) for name in costs}
        requests = self._crawl("--due")
        for name, cost in costs.items():
            cost.week, cost.week_owed = requests[name], owed[name]
            cost.edits = self._count(EDITS, name)

    def _known(self, site: str) -> set[str]:
        """Return keys and addresses of the articles archived."""
        rows = self.mattran.rows(
            "SELECT key, url FROM pages WHERE site = ? AND current_revision IS NOT NULL", site
        )
        return {name for row in rows for name in row}

    def _count(self, sql: str, site: str) -> int:
        return int(str(self.mattran.value(sql, site)))

    def _pass(self, days: int) -> None:
        """Let days pass: what is due comes nearer, what was fetched lies further back."""
        for statement, number in PASSES.items():
            self.mattran.write(statement, days * number)


def names(site: Site) -> list[set[str]]:
    """Return the names of each article: its key and addresses."""
    return [{truth.key, truth.url, *truth.twins} for truth in site.truth()]


def table(costs: Iterable[Cost]) -> str:
    """Return the costs as lines of text."""
    head = (
        f"{'family':17}{'full':>6}{'of':>6}{'ratio':>7}{'found':>7}{'junk':>5}{'day':>5}{'owed':>5}"
        f"{'new':>4}{'edits':>6}{'week':>5}{'owed':>5}{'edits':>6}{'ms':>6}{'MB':>5}  missed"
    )
    rows = [
        f"{c.family:17}{c.full:6}{c.articles + c.lists:6}{c.full / (c.articles + c.lists):7.3f}"
        f"{c.found:7}{c.junk:5}{c.day:5}{c.day_owed:5}{c.new:4}{c.at_once:6}{c.week:5}"
        f"{c.week_owed:5}{c.edits:6}{c.cpu_ms:6}{c.peak_mb:5.0f}  {', '.join(c.missed()) or '-'}"
        for c in costs
    ]
    return "\n".join([head, *rows])


def main() -> None:
    """Measure and print; exit 1 when a family misses a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=MEASURED, metavar="FAMILY")
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--json", action="store_true", help="one JSON object a family")
    told = parser.parse_args()
    costs = []
    for family in told.families:
        with tempfile.TemporaryDirectory() as name:
            cost = Life(Path(name), [family], told.articles).measure()[family]
        costs.append(cost)
        shown = json.dumps(asdict(cost)) if told.json else table([cost]).splitlines()[-1]
        print(shown, flush=True)
    if not told.json:
        print(table(costs))
    sys.exit(any(cost.missed() for cost in costs))


if __name__ == "__main__":
    main()
