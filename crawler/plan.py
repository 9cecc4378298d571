"""`--dry-run`: what a crawl would fetch, how many requests that is, and how long it takes."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from archive.outlook import FOR_FULL, Outlook, outlook
from archive.reading import open_for_reading
from crawler.families import load_family
from crawler.files.fetching import planned
from crawler.sitecrawl import door_key
from crawler.terminal import write_json, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.files.fetching import FileLimits
    from crawler.registry import Site
    from crawler.session import Mode

NOTHING = Outlook(ready=0, due=0, known=0, cycle_open=False, delay=0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests a crawl of one site begins with.

    :ivar kinds: what is queued, by kind.
    :ivar skipped: what is known and not fetched now, by the reason.
    :ivar files: files of known articles that come behind the pages.
    :ivar budget: what is left of the row's budget for these 24 hours; None: no limit.
    :ivar at_least: whether more follow that nobody can count yet (new articles, pager pages).
    :ivar seconds: the time the delay alone takes.
    """

    site: str
    fronts: list[str]
    queued: int
    requests: int
    at_least: bool
    seconds: float
    kinds: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    files: int = 0
    budget: int | None = None


NAMED = ", and the new articles they name"
BEHIND: dict[Mode, str] = {"full": ", the pages their pagers lead to, and the new articles of all"}
"""What comes behind the requests that are known beforehand."""


def plan_site(site: Site, found: Outlook, mode: Mode, files: int = 0) -> Plan:
    """Return what a crawl of `site` would fetch first, and how many `files` behind that."""
    # Sitemaps list every article there ever was: only a full crawl asks for them.
    fronts = [
        link.url for link in load_family(site).seeds() if link.kind != "sitemap" or mode == "full"
    ]
    seeded = mode != "recrawl" and not found.cycle_open and (mode != "due" or not found.known)
    skipped = dict(found.skipped)
    later = skipped.pop(FOR_FULL, 0) if mode == "full" and seeded else 0
    queued = found.ready + later + (found.due if mode == "due" else 0)
    requests = queued + (len(fronts) if seeded else 0) + files
    left = None if site.budget is None else max(site.budget - found.spent, 0)
    if left is not None:
        requests = min(requests, left)
    kinds = {
        kind: ready + (due if mode == "due" else 0) for kind, (ready, due) in found.kinds.items()
    }
    return Plan(
        site=site.id,
        fronts=fronts if seeded else [],
        queued=queued,
        requests=requests,
        at_least=mode != "recrawl",
        seconds=requests * max(site.delay, found.delay),
        kinds={kind: number for kind, number in kinds.items() if number},
        skipped=skipped,
        files=files,
        budget=left,
    )


def print_plan(
    db: Path, sites: list[Site], mode: Mode, files: FileLimits, *, as_json: bool = False
) -> None:
    """Print the plan of each site and their sum; opens the archive read-only, if there is one."""
    now = int(time.time())
    with closing(open_for_reading(db)) if db.exists() else nullcontext() as conn:
        plans = [
            plan_site(
                site,
                outlook(conn, site.id, door_key(site, site.base_url), now) if conn else NOTHING,
                mode,
                planned(conn, site, files, now) if conn else 0,
            )
            for site in sites
        ]
    _print(plans, as_json=as_json, more=BEHIND.get(mode, NAMED))


def print_requests(requests: list[tuple[Site, int, int]], *, as_json: bool = False) -> None:
    """Print the plan of fetching so many known pages of each site again, and files behind them."""
    plans = [
        Plan(
            site.id,
            [],
            pages,
            pages + files,
            at_least=False,
            seconds=(pages + files) * site.delay,
            files=files,
        )
        for site, pages, files in requests
    ]
    _print(plans, as_json=as_json)


def _print(plans: list[Plan], *, as_json: bool, more: str = "") -> None:
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
        _print_details(plans[0])
    longest = max((plan.seconds for plan in plans), default=0.0)
    total = sum(plan.requests for plan in plans)
    behind = more if any(plan.at_least for plan in plans) else ""
    requests = "1 request" if total == 1 else f"{total} requests"
    print(f"{requests}{behind}; sites run side by side, at least {duration(longest)}")


def _print_details(plan: Plan) -> None:
    """Print the first requests of one site, what is queued, and what is left out and why."""
    for url in plan.fronts:
        print(f"  {url}")
    for kind, number in plan.kinds.items():
        print(f"  queued: {number} of kind {kind}")
    if plan.files:
        print(f"  behind these: {plan.files} files of known articles")
    for reason, number in plan.skipped.items():
        print(f"  not fetched: {number}, {reason}")
    if plan.budget is not None:
        print(f"  left of its budget for 24 hours: {plan.budget} requests")


def duration(seconds: float) -> str:
    """Return seconds as people say them: `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
