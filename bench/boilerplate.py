"""Learned boilerplate on sites that print boxes into their articles, through the command.

    python -m bench.boilerplate [--articles 200] [--recrawled 500]

Polls, counters, the season's banner and an advertisement stand among the paragraphs of every
article; slogans, stock phrases and the byline of one unit recur and belong there. Each site is
crawled in full with `mattran`, its archive held against the truth line by line. One is crawled
again after counters, banners, teasers and clocks changed, and once more after it was learned anew:
no revision may come of it. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archived import articles
from bench.served import MATTRAN, Finished, run
from tests.replica import Replica, SiteSpec, Truth
from tests.replica.boxes import BOXED, Boxed

NEW_ARTICLES = 40
LATEST = "SELECT version FROM templates WHERE kind = 'article' ORDER BY learned_at DESC LIMIT 1"
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Held:
    """An archive held against the truth of its site: counts of lines and articles."""

    articles: int = 0
    missing: int = 0
    leaked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    titles: int = 0
    authors: int = 0
    dates: int = 0

    def met(self) -> bool:
        """Tell whether nothing is left, lost or wrong."""
        return not (self.missing or self.leaked or self.lost) and (
            self.titles == self.authors == self.dates == self.articles
        )


def mattran(folder: Path, registry: Path, *arguments: str) -> Finished:
    """Run the command on the archive of `folder`; ends the bench when it fails."""
    where = ["--db", str(folder / "mattran.db"), "--sites", str(registry)]
    finished = run([*MATTRAN, *where, *arguments])
    if finished.exit_code:
        sys.exit(f"mattran {' '.join(arguments)} ended with {finished.exit_code}")
    return finished


def hold(found: Iterable[dict[str, Any]], truth: Iterable[Truth]) -> Held:
    """Compare archived articles with what their site published, by address."""
    by_url = {article["url"]: article for article in found}
    held = Held()
    for told in truth:
        article = next((by_url[url] for url in (told.url, *told.twins) if url in by_url), None)
        if article is None:
            held.missing += 1
            continue
        held.articles += 1
        held.titles += article["title"] == told.title
        held.authors += article["author"] == told.author
        held.dates += (article["published_at"] or "")[:10] == (told.published_at or "")[:10]
        shown = [told.lead, *told.body]
        kept = [article["lead"] or "", *article["body"].split("\n")]
        held.leaked += lines_outside(kept, shown)
        held.lost += lines_outside(shown, kept)
    return held


def lines_outside(lines: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Return the lines whose words stand in none of the texts."""
    known = [_words(text) for text in texts]
    return [line for line in lines if not any(_words(line) in text for text in known)]


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def crawled(family: str, number: int, *, notices: bool) -> bool:
    """Crawl one site and print what its archive holds; returns whether the bar is met."""
    spec = SiteSpec(id="boxed", family=family, articles=number, notices=notices, traps=False)
    with tempfile.TemporaryDirectory() as name, Replica([spec]) as replica:
        folder = Path(name)
        registry = replica.registry(folder / "sites.toml")
        mattran(folder, registry, "crawl", "boxed", "--full")
        held = hold(articles(folder), replica["boxed"].truth())
        learned = [json.loads(line) for line in boilerplate(folder, registry)]
    label = f"{family}, notices" if notices else family
    print(
        f"  {label:<26}{held.articles:>5}{len(learned):>8}{len(held.leaked):>8}{len(held.lost):>6}"
        f"{held.titles:>7}{held.authors:>8}{held.dates:>7}   {'ok' if held.met() else 'MISSED'}"
    )
    for sign, lines in (("left", held.leaked), ("lost", held.lost)):
        for line in list(dict.fromkeys(lines))[:3]:
            print(f"    {sign}: {line[:100]}")
    return held.met() and held.articles == number


def boilerplate(folder: Path, registry: Path) -> list[str]:
    """Return what the command tells of the site, a JSON object a line."""
    return mattran(folder, registry, "boilerplate", "boxed", "--json").output.splitlines()


def recrawled(number: int) -> bool:
    """Crawl unchanged pages again, before and after they are learned anew; print, tell if fine."""
    spec = SiteSpec(id="boxed", family="boxed-div", articles=number, traps=False)
    with tempfile.TemporaryDirectory() as name, Replica([spec]) as replica:
        folder, site = Path(name), replica["boxed"]
        assert isinstance(site, Boxed)
        registry = replica.registry(folder / "sites.toml")
        mattran(folder, registry, "crawl", "boxed", "--full")
        before = revisions(folder)
        site.next_season()
        mattran(folder, registry, "recrawl", "--site", "boxed")
        after = revisions(folder)
        for _ in range(NEW_ARTICLES):
            site.add_article()
        learned = rows(folder, LATEST)
        let_time_pass(folder)
        site.served = 0  # so that its banner is not the one that was learned first
        mattran(folder, registry, "crawl", "boxed")
        anew = rows(folder, LATEST) != learned
        known = revisions(folder)
        site.next_season()
        mattran(folder, registry, "recrawl", "--site", "boxed")
        last = revisions(folder)
    first, second = len(after - before), len(last - known)
    causes = sum(cause == "site" for _, cause in last)
    print(f"  {number} unchanged pages crawled again: {first} revisions")
    print(f"  ... and after {'another' if anew else 'NO other'} template: {second} revisions")
    print(f"  revisions of cause `site` in all: {causes}")
    return not (first or second or causes) and anew


def let_time_pass(folder: Path) -> None:
    """Let what was learned be a year old: a site is learned again after a day at least."""
    with closing(sqlite3.connect(folder / "mattran.db")) as conn, conn:
        conn.execute("UPDATE templates SET learned_at = '2020-01-01T00:00:00+07:00'")


def revisions(folder: Path) -> set[tuple[int, str]]:
    """Return id and cause of every revision."""
    return {(row[0], row[1]) for row in rows(folder, "SELECT id, cause FROM revisions")}


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what the archive answers."""
    with closing(sqlite3.connect(folder / "mattran.db")) as conn:
        return conn.execute(sql).fetchall()


def main() -> None:
    """Measure and print; exit 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--recrawled", type=int, default=500)
    told = parser.parse_args()
    print(f"  {'site':<26}pages  blocks    left  lost  title  author   date")
    fine = [
        crawled(family, told.articles, notices=notices)
        for family in BOXED
        for notices in (False, True)
    ]
    fine.append(recrawled(told.recrawled))
    sys.exit(not all(fine))


if __name__ == "__main__":
    main()
