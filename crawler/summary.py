"""What a person reads of a crawl: a line while it runs, one screen at its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from crawler.outcome import DONE, STOPPED, unused_proxy
from crawler.terminal import byte_size, clean, write_json, write_table

if TYPE_CHECKING:
    from crawler.outcome import Outcome
    from crawler.run import CrawlResult
    from crawler.session import CrawlSession
    from crawler.sitecrawl import SiteCrawl

# Kinds of page that are no page of the site: they are asked for again, later.
FAILED = ("failed", "error", "challenge")

FILE_COUNTS = ("files", "file_bytes", "files_missing", "files_left")

STOPS = {
    "limit": "stopped at its limit",
    "signal": "stopped by a signal",
    "no-space": "stopped: too little space is left on the disk (see --min-free); make room, then"
    " run it again",
    "no-network": "stopped: no network here; nothing was counted against the sites",
    "locked": "stopped: another program keeps the archive locked",
    "error": "stopped by an error: see the log",
}


def progress_text(session: CrawlSession) -> str:
    """Return the line shown while a crawl runs."""
    crawls = session.crawls.values()
    pages = sum(crawl.counts["pages"] for crawl in crawls)
    new = sum(crawl.counts["new"] for crawl in crawls)
    open_sites = sum(not crawl.finished for crawl in crawls)
    return f"{pages} pages, {new} new articles, {open_sites} of {len(session.crawls)} sites open"


def print_summary(result: CrawlResult, *, delay_of: dict[str, float]) -> None:
    """Print the outcome: a row a site, what is broken, and how to go on."""
    if result.crawls:
        write_table(
            ("site", "pages", "new", "changed", "gone", "failed", "bytes", "left"),
            [_row(crawl, result) for crawl in result.crawls],
            right=("pages", "new", "changed", "gone", "failed", "bytes", "left"),
        )
    _print_files(result)
    outcome = result.outcome
    for site, reason in outcome.reported.items():
        click.echo(f"broken: {site}: {clean(reason)}")
    for site, reason in outcome.drifted.items():
        click.echo(f"drift: {site}: {clean(reason)}")
    _print_put_off(result)
    if outcome.reason in STOPS and outcome.exit_code and result.crawls:
        click.echo(_why_stopped(outcome))
    if outcome.exit_code == STOPPED and outcome.reason in STOPS:
        click.echo("the same command goes on where this one stopped")
    failed = sum(_failures(crawl) for crawl in result.crawls)
    if failed and outcome.exit_code == DONE:
        pages = "1 page" if failed == 1 else f"{failed} pages"
        click.echo(f"{pages} failed: later runs ask again, `mattran recrawl --failed` now")
    if result.first_time and outcome.exit_code != STOPPED:
        click.echo(how_to_go_on(result.first_time, delay_of))


def _print_files(result: CrawlResult) -> None:
    """Say how many files came, which are no pages, and how many later runs will ask for."""
    counts: Counter[str] = Counter()
    for crawl in result.crawls:
        counts.update({name: crawl.counts[name] for name in FILE_COUNTS})
    if not any(counts[name] for name in FILE_COUNTS):
        return
    told = [f"{counts['files']} fetched ({byte_size(counts['file_bytes'])})"]
    if counts["files_missing"]:
        told.append(f"{counts['files_missing']} not to be had")
    if counts["files_left"]:
        told.append(f"{counts['files_left']} left for later runs")
    click.echo(f"files: {', '.join(told)}")


def _print_put_off(result: CrawlResult) -> None:
    """Name the sites that are left for later runs."""
    for crawl in result.crawls:
        if crawl.overspent:
            budget = f"its budget of {crawl.site.budget} requests in 24 hours"
            click.echo(f"{crawl.site.id}: {budget} is used up; later runs go on")
    for site in result.locked:
        click.echo(f"{site}: another run is crawling it")


def how_to_go_on(sites: list[str], delay_of: dict[str, float]) -> str:
    """Say how to get the rest of sites whose newest pages alone are archived, and how fast.

    :param delay_of: seconds between two requests, by site.
    """
    slowest = max(delay_of[site] for site in sites)
    hour = f", about {3600 / slowest:,.0f} pages an hour and site" if slowest else ""
    whose = f"of {sites[0]}" if len(sites) == 1 else f"of {len(sites)} new sites"
    command = f"mattran crawl {' '.join(sites)} --full"
    return f"only the newest pages {whose} are archived; the rest{hour}: {command}"


def print_broken(result: CrawlResult) -> None:
    """Print one line a newly broken or drifting site: all that cron gets to hear."""
    outcome = result.outcome
    for site, reason in (*outcome.reported.items(), *outcome.drifted.items()):
        click.echo(f"{site}: {clean(reason)}", err=True)
    if result.crawls and outcome.reason in STOPS.keys() - {"limit", "signal"}:
        click.echo(_why_stopped(outcome), err=True)


def _why_stopped(outcome: Outcome) -> str:
    told = clean(outcome.explanation) or STOPS[outcome.reason]
    return told + (unused_proxy() if outcome.reason == "no-network" else "")


def print_json(result: CrawlResult) -> None:
    """Print one JSON object a site: its id, its counts, what is left, and why it is broken."""
    for crawl in result.crawls:
        site = crawl.site.id
        write_json(
            {
                "site": site,
                **dict(sorted(crawl.counts.items())),
                "left": result.left.get(site, 0),
                "overspent": crawl.overspent,
                "broken": result.outcome.broken.get(site),
                "drift": result.outcome.drifting.get(site),
                "reason": result.outcome.reason,
            }
        )


def _failures(crawl: SiteCrawl) -> int:
    return sum(crawl.counts[f"kind:{kind}"] for kind in FAILED)


def _row(crawl: SiteCrawl, result: CrawlResult) -> tuple[object, ...]:
    counts = crawl.counts
    return (
        crawl.site.id,
        counts["pages"],
        counts["new"],
        counts["changed"],
        counts["gone"],
        _failures(crawl),
        byte_size(counts["bytes"]),
        result.left.get(crawl.site.id, 0),
    )
