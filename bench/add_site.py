"""Is a site nobody described recognised, and does its row work as `mattran add-site` proposes it?

    python -m bench.add_site [FOLDER ...] [--only FAMILY]

Every family of the replica is looked at, the tags that name its software left out, and each FOLDER
of captured pages (bench.real_pages). A row works when `mattran crawl ID --full` with it finds every
planted article. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archived import articles
from bench.pages_server import serving
from bench.real_pages import answers, mover, platform_of, rows
from bench.served import MATTRAN, run
from tests.replica.compare import differences
from tests.replica.portals import PORTALS
from tests.replica.server import FAMILIES, Replica, kind_of
from tests.replica.site import SiteSpec
from tests.replica.unknown import UNKNOWN

if TYPE_CHECKING:
    from tests.replica.site import Site

RIGHT, WORKS = 0.95, 0.90
"""The bars: of all sites, those whose platform is named, those whose row works unedited."""

ARTICLES = 40
GENERATOR = re.compile(rb"""<meta name=["']generator["'][^>]*>|<generator>[^<]*</generator>""")

IMITATES = {
    "unknown-ribbon": "sharepoint",
    "unknown-numbered": "vnpt",
    "unknown-widgets": "p13n",
    "unknown-node": "drupal",
    "unknown-item": "joomla",
    "unknown-toolbar": "danang-portal",
    "unknown-rows": "webforms",
    "unknown-portlet": "liferay",
}
"""Invented layouts at the addresses of a platform: either answer is right, as either can work."""

NOT_SITES = {"endings"}

Counts = tuple[int, int, int]
"""Articles planted, found, and pages stored that are none."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one site: what was proposed, and what a crawl with it found."""

    name: str
    wanted: tuple[str, ...]
    platform: str
    planted: int
    found: int
    extra: int
    requests: int
    lines: int
    said: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the platform is the site's."""
        return self.platform in self.wanted

    @property
    def works(self) -> bool:
        """Whether the row finds every planted article."""
        return self.planted > 0 and self.found == self.planted


def families() -> list[str]:
    """Return the families of the replica that are sites."""
    return [name for name in (*FAMILIES, *PORTALS, *UNKNOWN) if name not in NOT_SITES]


def of_replica(family: str) -> Result:
    """Look at a replica site, crawl it with the row proposed, and compare with the truth."""
    spec = SiteSpec(id="site", family=family, articles=ARTICLES, generator=False)
    with Replica([spec]) as replica, tempfile.TemporaryDirectory() as name:
        site, folder = replica["site"], Path(name)
        told = add(folder, site.base_url)
        crawl(folder, told)
        counts = _compared(folder, site)
        wanted = tuple(
            platform for platform in (site.platform, IMITATES.get(family, "")) if platform
        )
        return _result(family, wanted, told, counts)


def of_pages(folder: Path) -> Result:
    """Look at captured pages served again, crawl them with the row proposed."""
    pages = rows(folder / "pages.jsonl")
    truth = [article for article in rows(folder / "truth.jsonl") if article.get("file")]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(pages[0]["url"]))
    with serving(urlsplit(origin).port or 0) as server, tempfile.TemporaryDirectory() as name:
        moved = mover(origin, server)
        server.answers = answers(folder, pages, lambda body: GENERATOR.sub(b"", moved(body)))
        homes = [page["url"] for page in pages if page["kind"] == "home"]
        home = "/" if "/" in server.answers else urlsplit(homes[0]).path
        told = add(Path(name), server.base_url + home)
        crawl(Path(name), told)
        wanted = {moved(article["url"].encode()).decode() for article in truth}
        stored = {row["url"] for row in articles(Path(name))} if told.get("registry") else set()
        extra = len(stored - {moved(page["url"].encode()).decode() for page in pages})
        right = (platform_of(pages),)
        return _result(folder.name, right, told, (len(wanted), len(wanted & stored), extra))


def add(folder: Path, url: str) -> dict[str, Any]:
    """Run `mattran add-site`; return what it said, empty when it refused."""
    (folder / "none.toml").write_text("", encoding="utf-8")
    command = [*_mattran(folder, "none.toml"), "add-site", url, "--id", "site", "--yes", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    return told | {"said": done.stderr.strip()}


def crawl(folder: Path, told: dict[str, Any]) -> None:
    """Crawl in full with the row as it was written."""
    if told.get("registry"):
        run([*_mattran(folder, "sites.local.toml"), "crawl", "site", "--full"])


def _mattran(folder: Path, registry: str) -> list[str]:
    return [*MATTRAN, "--db", str(folder / "mattran.db"), "--sites", str(folder / registry)]


def _compared(folder: Path, site: Site) -> Counts:
    """Return how many articles were planted and found, and how many pages are none of them."""
    database = folder / "mattran.db"
    truth = list(site.truth())
    if not database.exists():
        return len(truth), 0, 0
    wrong = [one for one in differences(database, truth, ["site"]) if one.field == "article"]
    missing = sum(one.found is None for one in wrong)
    return len(truth), len(truth) - missing, len(wrong) - missing


def _result(name: str, wanted: tuple[str, ...], told: dict[str, Any], counts: Counts) -> Result:
    row = told.get("row", "")
    lines = len([line for line in row.splitlines()[1:] if line.strip()])
    said = told["said"] or "; ".join(told.get("unknown", []))
    return Result(
        name, wanted, told.get("platform", "-"), *counts, told.get("requests", 0), lines, said
    )


def main() -> None:
    """Look at all sites and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--only", metavar="FAMILY", help="one family of the replica")
    told = parser.parse_args()
    names = [told.only] if told.only else families()
    print(f"{'site':<20} {'platform':<17} {'right':<6} {'found':>9} {'extra':>5} pages lines")
    results = []
    for name in names:
        kind_of(name)
        results.append(_shown(of_replica(name)))
    results += [_shown(of_pages(folder)) for folder in told.folders]
    sys.exit(not _judged(results))


def _shown(result: Result) -> Result:
    print(
        f"{result.name:<20} {result.platform:<17} {'yes' if result.is_right else 'NO':<6}"
        f" {result.found:>4}/{result.planted:<4} {result.extra:>5} {result.requests:>5}"
        f" {result.lines:>5}{'' if result.works else '  ' + result.said[:200]}",
        flush=True,
    )
    return result


def _judged(results: list[Result]) -> bool:
    """Print both figures beside their bars; return whether they are met."""
    right = sum(result.is_right for result in results) / len(results)
    works = sum(result.works for result in results) / len(results)
    for label, value, bar in (("right platform", right, RIGHT), ("row works", works, WORKS)):
        verdict = "ok" if value >= bar else "MISSED"
        print(f"{label:<16} {value:6.1%}   bar >= {bar:.0%} {verdict}")
    return right >= RIGHT and works >= WORKS


if __name__ == "__main__":
    main()
