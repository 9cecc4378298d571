"""`--dry-run`: what a crawl would fetch, how many requests that is, and how long it takes."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from archive.outlook import Outlook, outlook
from archive.reading import open_for_reading
from crawler.families import load_family
from crawler.sitecrawl import door_key
from crawler.terminal import write_json, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.registry import Site
    from crawler.session import Mode

NOTHING = Outlook(ready=0, due=0, known=0, cycle_open=False, delay=0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests a crawl of one site begins with.

    :ivar at_least: whether more follow that nobody can count yet (new articles, pager pages).
    :ivar seconds: the time the delay alone takes.
    """

    site: str
    fronts: list[str]
    queued: int
    requests: int
    at_least: bool
    seconds: float


def plan_site(site: Site, found: Outlook, mode: Mode) -> Plan:
    """Return what a crawl of `site` would fetch first."""
    # Sitemaps list every article there ever was: only a full crawl asks for them.
    fronts = [
        link.url for link in load_family(site).seeds() if link.kind != "sitemap" or mode == "full"
    ]
    seeded = mode != "recrawl" and not found.cycle_open and (mode != "due" or not found.known)
    queued = found.ready + (found.due if mode == "due" else 0)
    requests = queued + (len(fronts) if seeded else 0)
    delay = max(site.delay, found.delay)
    return Plan(
        site=site.id,
        fronts=fronts if seeded else [],
        queued=queued,
        requests=requests,
        at_least=mode != "recrawl",
        seconds=requests * delay,
    )


def print_plan(db: Path, sites: list[Site], mode: Mode, *, as_json: bool = False) -> None:
    """Print the plan of each site and their sum; opens the archive read-only, if there is one."""
    now = int(time.time())
    with closing(open_for_reading(db)) if db.exists() else nullcontext() as conn:
        plans = [
            plan_site(
                site,
                outlook(conn, site.id, door_key(site, site.base_url), now) if conn else NOTHING,
                mode,
            )
            for site in sites
        ]
    _print(plans, as_json=as_json)


def print_requests(requests: list[tuple[Site, int]], *, as_json: bool = False) -> None:
    """Print the plan of fetching so many known pages of each site again."""
    plans = [
        Plan(site.id, [], count, count, at_least=False, seconds=count * site.delay)
        for site, count in requests
    ]
    _print(plans, as_json=as_json)


def _print(plans: list[Plan], *, as_json: bool) -> None:
    if as_json:
        for plan in plans:
            write_json(asdict(plan))
        return
    write_table(
        ("site", "listings and feeds", "queued", "requests", "at least"),
        [(p.site, len(p.fronts), p.queued, p.requests, duration(p.seconds)) for p in plans],
        right=("listings and feeds", "queued", "requests", "at least"),
    )
    if len(plans) == 1:
        for url in plans[0].fronts:
            print(f"  {url}")
    longest = max((plan.seconds for plan in plans), default=0.0)
    total = sum(plan.requests for plan in plans)
    more = ", and the new articles they name" if any(plan.at_least for plan in plans) else ""
    requests = "1 request" if total == 1 else f"{total} requests"
    print(f"{requests}{more}; sites run side by side, at least {duration(longest)}")


def duration(seconds: float) -> str:
    """Return seconds as people say them: `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
