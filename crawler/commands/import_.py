"""`mattran import`: captures out of WARC and WACZ files, each with the date it was made."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler import terminal
from crawler.choice import named_sites, registry_of
from crawler.stopsignal import StopSignal

if TYPE_CHECKING:
    from crawler.commands import Context
    from crawler.importing import Outcome

MOST_HOSTS = 10  # named of those nobody registered; --json has all
STOPPED = 3


@click.command("import", short_help="Take captures out of WARC and WACZ files.")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--site",
    "site_ids",
    multiple=True,
    metavar="SITE",
    help="Only this site, whatever its period; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Count what would be taken; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a site, host and reason.")
@click.pass_obj
def command(
    context: Context,
    *,
    files: tuple[Path, ...],
    site_ids: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take the captures of registered sites out of WARC and WACZ files (wget, Browsertrix, ...).

    Each keeps its own date and becomes a revision in its place; what is known since stays, nothing
    is fetched, and what is in the archive is not taken twice. Stopped or killed, the same command
    goes on.
    """
    stop = StopSignal()
    stop.install()
    registry = registry_of(context.db, context.sites)
    named = [site.id for site in named_sites(registry, site_ids)]

    from crawler.importing import Order, import_files, preview

    order = Order(files=files, sites=registry, named=named, arguments=sys.argv[1:])
    watcher = Watcher()
    try:
        if dry_run:
            with tempfile.TemporaryDirectory(prefix="mattran-") as scratch:
                outcome = preview(context.db, order, stop, watcher, Path(scratch))
        else:
            outcome = import_files(context.db, order, stop, watcher)
    finally:
        watcher.line.clear()
    for line in outcome.broken:
        print(f"mattran: {terminal.clean(line)}", file=sys.stderr)
    if as_json:
        _write_json(outcome)
    else:
        _write_text(outcome, dry_run=dry_run)
    sys.exit(outcome.exit_code)


class Watcher:
    """Shows on a terminal how far the run is."""

    def __init__(self) -> None:
        self.line = terminal.ProgressLine()

    def scanned(self, name: str, records: int) -> None:
        """Show how much of a file has been looked at."""
        self.line.update(f"{name}: {records} records looked at")

    def progress(self, site: str, done: int, total: int) -> None:
        """Show how many captures of a site have been taken."""
        self.line.update(f"{site}: {done} of {total} captures")


def _write_json(outcome: Outcome) -> None:
    for site, counts in outcome.sites.items():
        terminal.write_json({"site": site, **{name: counts[name] for name in NAMES}})
    for site in outcome.locked:
        terminal.write_json({"site": site, "locked": True})
    for host, records in outcome.hosts.most_common():
        terminal.write_json({"host": host, "records": records})
    for reason, records in outcome.skipped.items():
        if records:
            terminal.write_json({"skipped": reason, "records": records})
    if outcome.altered:
        terminal.write_json({"altered": True, "records": outcome.altered})


NAMES = ("captures", "articles", "revisions", "known", "failed")


def _write_text(outcome: Outcome, *, dry_run: bool) -> None:
    for site, counts in outcome.sites.items():
        print(f"{site}: {_told(counts, dry_run=dry_run)}")
    for site in outcome.locked:
        print(f"{site}: another run is working on it; import again when it has ended")
    for reason, records in outcome.skipped.items():
        if records:
            print(f"left out: {records} {reason}")
    if outcome.altered:
        print(f"altered: {outcome.altered}, whose bytes are not those their digest was made of")
    hosts = outcome.hosts.most_common()
    if hosts:
        shown = ", ".join(f"{terminal.clean(host)} {n}" for host, n in hosts[:MOST_HOSTS])
        more = f" and {len(hosts) - MOST_HOSTS} more" if len(hosts) > MOST_HOSTS else ""
        print(f"not registered: {sum(outcome.hosts.values())} records of {shown}{more}")
    if not (outcome.sites or outcome.locked or outcome.exit_code == STOPPED):
        print("nothing in these files is of a registered site")
    if outcome.exit_code == STOPPED and not dry_run:
        print("stopped by a signal; the same command goes on where this one stopped")


def _told(counts: dict[str, int], *, dry_run: bool) -> str:
    known = f", {counts['known']} known already" if counts["known"] else ""
    if dry_run:
        return f"{counts['captures']} captures would be taken{known}"
    failed = f", {counts['failed']} could not be read" if counts["failed"] else ""
    return (
        f"{counts['captures']} captures taken: {counts['articles']} new articles,"
        f" {counts['revisions']} revisions{failed}{known}"
    )
