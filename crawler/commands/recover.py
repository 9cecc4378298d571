"""`mattran recover`: a site that is gone, out of what public web archives hold of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from crawler import terminal
from crawler.choice import named_sites, registry_of
from crawler.contact import checked_contact
from crawler.stopsignal import StopSignal

if TYPE_CHECKING:
    from crawler.commands import Context
    from crawler.recovery import Outcome

STOPPED = 3
DEFAULT_ENDPOINT = "https://web.archive.org"


@click.command("recover", short_help="Bring a dead site back from public web archives.")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--endpoint",
    metavar="URL",
    default=DEFAULT_ENDPOINT,
    show_default=True,
    help="The web archive: one with a CDX index and `id_` captures.",
)
@click.option(
    "--contact",
    envvar="MATTRAN_CONTACT",
    help="Address the web archive can write to; sent with each request.",
)
@click.option("--dry-run", is_flag=True, help="Ask the index what there is; fetch nothing else.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a month.")
@click.pass_obj
def command(
    context: Context,
    *,
    site_id: str,
    endpoint: str,
    contact: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch what a public web archive holds of SITE, each capture with the archive's own date.

    At most 24 questions to its index and 480 captures a minute, one run at a time; a minute's rest
    when it says so. Stopped or killed, the same command goes on. Ends with the coverage by month.
    """
    stop = StopSignal()
    stop.install()
    registry = registry_of(context.db, context.sites)
    (site,) = named_sites(registry, [site_id])

    from crawler.recovery import Order, plan, recover
    from crawler.web_archive import checked_endpoint

    order = Order(
        site=site,
        sites=registry,
        endpoint=checked_endpoint(endpoint),
        contact=checked_contact(contact),
        arguments=sys.argv[1:],
    )
    watcher = Watcher(site.id)
    try:
        outcome = (
            plan(order, stop, watcher) if dry_run else recover(context.db, order, stop, watcher)
        )
    finally:
        watcher.line.clear()
    if outcome.problem:
        print(f"mattran: {terminal.clean(outcome.problem)}", file=sys.stderr)
    if as_json:
        _write_json(outcome, site.id)
    else:
        _write_text(outcome, site.id, dry_run=dry_run)
    sys.exit(outcome.exit_code)


class Watcher:
    """Shows on a terminal how far the run is."""

    def __init__(self, site: str) -> None:
        self.line = terminal.ProgressLine()
        self._site = site

    def indexed(self, captures: int) -> None:
        """Show what the index has named so far."""
        self.line.update(f"{self._site}: {captures} captures in the index")

    def progress(self, done: int, total: int) -> None:
        """Show how far the fetching is."""
        self.line.update(f"{self._site}: {done} of {total} captures")

    def paused(self, seconds: float) -> None:
        """Show that the archive asked for a rest."""
        self.line.update(f"{self._site}: the web archive asks for {seconds:.0f} s of rest")


def _write_json(outcome: Outcome, site: str) -> None:
    for month in outcome.months:
        terminal.write_json(
            {
                "site": site,
                "month": month.month,
                "listed": month.listed,
                "taken": month.taken,
                "missing": month.missing,
                "failed": month.failed,
                "left": month.left,
                "articles": outcome.articles.get(month.month, 0),
            }
        )


def _write_text(outcome: Outcome, site: str, *, dry_run: bool) -> None:
    if not outcome.months:
        if not outcome.problem:
            print(f"{site}: the index lists no page of it")
        return
    headers = ("month", "listed", "taken", "missing", "failed", "left", "articles")
    rows = [
        (m.month, m.listed, m.taken, m.missing, m.failed, m.left, outcome.articles.get(m.month, 0))
        for m in outcome.months
    ]
    terminal.write_table(headers, rows, right=headers[1:])
    if dry_run:
        print(f"{site}: {outcome.wanted} captures to fetch: {_duration(outcome.wanted)} at least")
        return
    counts = outcome.counts
    print(
        f"{site}: {counts['captures']} captures taken: {counts['articles']} new articles,"
        f" {counts['revisions']} revisions"
    )
    if outcome.exit_code == STOPPED:
        print("stopped by a signal; the same command goes on where this one stopped")


def _duration(captures: int) -> str:
    from crawler.web_archive import CAPTURES_PER_MINUTE

    minutes = captures / CAPTURES_PER_MINUTE
    return f"{minutes / 60:.1f} hours" if minutes >= 90 else f"{max(minutes, 1):.0f} min"
