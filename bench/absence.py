"""How right the states of pages are that vanish in every way, over a month of daily visits.

    python -m bench.absence [--pages 200]

No network: an archive is told what came on each day of a month. Besides its fate every page has bad
days, on which its host answers wrongly.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.page import Article, Claim, Fetch, Link, Page
from archive.store import Archive

BAR = 0.98
START = 1_759_280_400.0  # 2025-10-01T08:00:00+07:00
DAY = 86_400.0
DAYS = 31
GAP = 3  # days between two visits of a page

Answer = tuple[str, int, str | None]  # kind of page, status, redirect

THERE: Answer = ("article", 200, None)
AWAY: dict[str, Answer] = {
    "404": ("not-found", 404, None),
    "410": ("not-found", 410, None),
    "soft": ("soft-404", 200, None),
    "home": ("redirect", 302, "/"),
    "blocked": ("error", 403, None),
    "challenge": ("challenge", 503, None),
}
STATES = {
    "live": "live",
    "404": "gone",
    "410": "gone",
    "soft": "soft-gone",
    "home": "soft-gone",
    "blocked": "blocked",
    "challenge": "blocked",
    "host dead": "host-dead",
}
BAD: tuple[Answer, ...] = (*AWAY.values(), ("error", 500, None), ("other", 200, None))


class Life:
    """One page and what becomes of it: lost on a day in one way, or back again, with bad days."""

    def __init__(self, rng: random.Random, number: int, way: str, host: str) -> None:
        self.way = way
        self.url = f"http://{host}/tin/{number}.html"
        self.lost = rng.randint(3, 12)
        self.back = self.lost + rng.randint(5, 12) if rng.random() < 0.3 else DAYS + 1
        self.bad = {day: rng.choice(BAD) for day in rng.sample(range(1, 28), 1)}
        self.first_visit = rng.randrange(GAP)

    def is_lost(self, day: int) -> bool:
        """Tell whether the page is away on a day."""
        return self.way != "live" and self.lost <= day < self.back

    def answer(self, day: int) -> Answer:
        """Return what its address gives on a day; the first visit finds it."""
        if day in self.bad and day > GAP:
            return self.bad[day]
        return AWAY[self.way] if self.way in AWAY and self.is_lost(day) else THERE

    def expected(self) -> set[str]:
        """Return the states that are right at the end of the month."""
        if not self.is_lost(DAYS - 1):
            return {"live"}
        return {STATES[self.way]}


class Month:
    """An archive that lives through the month.

    :param folder: where it is made.
    :param lives: the pages, by the host they stand on.
    """

    def __init__(self, folder: Path, lives: dict[str, list[Life]]) -> None:
        self.archive = Archive.open(folder / "mattran.db", "bench", contact="bench@example.org")
        self.conn = self.archive.conn
        self.lives = lives
        self.hasty = 0
        self.archive.sync_sites(
            {"id": host, "name": host, "level": "ward", "base_url": f"http://{host}",
             "platform": "generic"}
            for host in lives
        )  # fmt: skip
        for host in lives:
            self.archive.run.hold_site(self.conn, host)
            self.archive.frontier.begin_cycle(host, "recrawl")

    def live(self, day: int) -> None:
        """Visit every host on a day, as a crawl does: its list first."""
        for host, lives in self.lives.items():
            if any(life.way == "host dead" and life.is_lost(day) for life in lives):
                self.archive.host_failed(host, START + day * DAY)
                continue
            self._fetch(host, f"http://{host}/tin", ("listing", 200, None), day)
            for life in lives:
                if day % GAP == life.first_visit or day == 0:
                    self._visit(host, life, day)

    def _visit(self, host: str, life: Life, day: int) -> None:
        answer = life.answer(day)
        before = self.state(life)
        self._fetch(host, life.url, answer, day)
        is_bad = day in life.bad and day > GAP and not life.is_lost(day)
        self.hasty += is_bad and self.state(life) not in {"live", "changed", before}

    def state(self, life: Life) -> str | None:
        """Return the state the archive says a page is in."""
        row = self.conn.execute("SELECT state FROM pages WHERE url = ?", (life.url,)).fetchone()
        return row[0] if row else None

    def _claim(self, site: str, url: str) -> Claim:
        self.archive.frontier.requeue_urls(site, [url])
        self.conn.execute("UPDATE frontier SET state = 'done' WHERE state = 'ready' AND url <> ?",
                          (url,))  # fmt: skip
        self.conn.execute("UPDATE frontier SET state = 'ready' WHERE url = ?", (url,))
        claim = self.archive.frontier.claim(site)
        if claim is None or claim.url != url:
            raise RuntimeError(f"{url} could not be claimed")
        return claim

    def _fetch(self, site: str, url: str, answer: Answer, day: int) -> None:
        kind, status, target = answer
        claim = self._claim(site, url)
        fetch = Fetch(url=url, started_at=START + day * DAY, status=status, body=b"<p>x</p>",
                      wire_body=b"<p>x</p>", headers=[("Content-Type", "text/html")])  # fmt: skip
        fields: dict[str, Any] = {}
        if kind == "article":
            fields = {"article": Article(title="Tin", body=url, extractor="1"), "key": url}
        if target is not None:
            leads = f"http://{site}{target}"
            fetch.headers.append(("Location", leads))
            fields["links"] = [Link(url=leads, kind="redirect")]
        self.archive.store(
            Page(url=url, kind=kind, fetch=fetch, claim=claim, **fields)  # type: ignore[arg-type]
        )


def measure(count: int, told: Callable[[str], object] = lambda _: None) -> tuple[int, int, int]:
    """Return how many of `count` pages end in the right state, and how many fell on a bad day."""
    rng = random.Random(11)
    ways = list(STATES)
    lives: dict[str, list[Life]] = {}
    for number in range(count):
        way = ways[number % len(ways)]
        host = f"dead{number}.example" if way == "host dead" else f"host{number % 5}.example"
        lives.setdefault(host, []).append(Life(rng, number, way, host))
    right: Counter[str] = Counter()
    made: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        month = Month(Path(folder), lives)
        for day in range(DAYS):
            month.live(day)
        for life in (life for host in lives.values() for life in host):
            state = month.state(life)
            kind = life.way if life.is_lost(DAYS - 1) or life.way == "live" else "back again"
            made[kind] += 1
            right[kind] += state in life.expected()
            if state not in life.expected():
                told(f"{life.url} ({life.way}) is {state}, not {life.expected()}")
        hasty = month.hasty
        month.archive.close()
    for kind in made:
        told(f"{kind:10} {right[kind]:3} of {made[kind]:3} right")
    return right.total(), made.total(), hasty


def main() -> None:
    """Print how many states were right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--pages", type=int, default=200)
    right, total, hasty = measure(parser.parse_args().pages, print)
    print(f"{right} of {total} right ({right / total:.1%}), {hasty} declared on one bad day")
    if right < BAR * total or hasty:
        sys.exit(1)


if __name__ == "__main__":
    main()
