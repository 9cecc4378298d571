"""The whole registry in one crawl: every enabled row as a replica site of its platform.

    python -m bench.whole_registry [--articles 12]

The registry is derived: each row keeps its id, name, level, province and owner, and gets the
address, the lists and the parameters of its replica, all of which count as sections on the Front.
Peak memory is that of the one process that crawls them all.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.served import MATTRAN, run
from crawler.registry import load_registry
from tests.command import Mattran
from tests.replica import Replica, SiteSpec
from tests.replica.compare import differences
from tests.replica.portal import PortalSite
from tests.replica.server import row_of

if TYPE_CHECKING:
    from crawler.registry import Site

BAR_MB = 400.0
REGIONS = ("Hà Nội", "Bắc Giang", "Đồng Nai")
LOOKS = {
    "nukeviet": ("nukeviet", "nukeviet-3", "nukeviet-index", "nukeviet-mobile", "nukeviet-5"),
    "wordpress": ("wordpress", "wordpress-block"),
    "liferay": ("liferay-dated", "liferay", "liferay-news", "liferay-egov"),
    "webforms": ("webforms",),
    "generic": ("flat", "table"),
    "sharepoint": ("sharepoint", "sharepoint-item", "sharepoint-plain", "sharepoint-local"),
}
"""The replica families of a platform; those not named have one of their own name."""


def specs(rows: list[Site], articles: int) -> list[SiteSpec]:
    """Return a replica site for each row; those of one platform take turns in their looks."""
    made = []
    for number, row in enumerate(rows):
        looks = LOOKS.get(row.platform, (row.platform,))
        made.append(
            SiteSpec(
                id=row.id,
                family=looks[number % len(looks)],
                articles=articles,
                per_page=3,
                province=REGIONS[number % len(REGIONS)],
                name=row.name,
                level=row.level,
                address=f"127.0.1.{number + 1}",
            )
        )
    return made


def derived(replica: Replica, rows: list[Site]) -> str:
    """Return the registry with every row at its replica."""
    found = []
    for row in rows:
        more: dict[str, object] = {"province": row.province, "owner": row.owner}
        if not row.is_whole:
            more["sections"] = ["."]
        found.append(row_of(replica[row.id], more))
    return "\n".join(found)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl of all rows came to.

    :ivar wrong: articles missing, archived twice, or made of something else.
    :ivar looped: requests of addresses that lead round in circles.
    """

    sites: int
    platforms: int
    published: int
    wrong: list[str]
    looped: list[str]
    requests: int
    exit_code: int
    peak_mb: float
    seconds_cpu: float


def crawl(folder: Path, articles: int) -> Crawled:
    """Serve and crawl all enabled rows; everything is left in `folder`."""
    rows = [row for row in load_registry().values() if row.enabled]
    with Replica(specs(rows, articles)) as replica:
        registry = folder / "sites.toml"
        registry.write_text(derived(replica, rows), encoding="utf-8")
        mattran = Mattran.of(folder, registry)
        finished = run([*MATTRAN, *mattran.command("crawl", "--all", "--full")[1:]])
        truths = [truth for site in replica.sites.values() for truth in site.truth()]
        told = differences(mattran.db, truths, [row.id for row in rows])
        return Crawled(
            sites=len(rows),
            platforms=len({row.platform for row in rows}),
            published=len(truths),
            wrong=[str(one) for one in told if one.field == "article"],
            looped=[
                f"{name} {path}"
                for name, site in replica.sites.items()
                if isinstance(site, PortalSite)
                for path in site.looped
            ],
            requests=len(replica.hits(robots=False)),
            exit_code=finished.exit_code,
            peak_mb=finished.peak_mb,
            seconds_cpu=finished.cpu,
        )


def main() -> None:
    """Measure and print; exit 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=12)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = crawl(Path(name), told.articles)
    for line in [*found.wrong[:10], *found.looped[:10]]:
        print(line)
    print(
        f"{found.sites} sites, {found.platforms} platforms,"
        f" {found.published} articles published, {len(found.wrong)} missing or invented,"
        f" {len(found.looped)} requests in circles, {found.requests} requests in all,"
        f" exit {found.exit_code}, {found.seconds_cpu:.0f} s of CPU,"
        f" peak {found.peak_mb:.0f} MB (bar {BAR_MB:.0f})"
    )
    sys.exit(bool(found.wrong or found.looped or found.exit_code or found.peak_mb > BAR_MB))


if __name__ == "__main__":
    main()
