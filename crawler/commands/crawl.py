"""`mattran crawl`: fetch what is new, of some sites, of all, or of what is due."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from archive.errors import UsageError
from crawler.choice import crawled_sites, enabled_sites, registry_of
from crawler.registry_values import FILES
from crawler.stopsignal import StopSignal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.commands import Context
    from crawler.registry import Site
    from crawler.run import CrawlRequest
    from crawler.session import Limits, Mode

DUE_SECONDS = 50 * 60  # so that the next hourly run finds the archive free


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that `crawl` and `recrawl` share."""
    options = (
        click.option("--max-pages", type=click.IntRange(min=1), help="Stop after N requests."),
        click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop after M minutes."),
        click.option(
            "--min-free",
            metavar="SIZE",
            callback=_size,
            help="Stop (exit 5) when less is free on the disk, e.g. 500M."
            " Default: 5 % of it, between 10M and 256M.",
        ),
        click.option(
            "--contact",
            envvar="MATTRAN_CONTACT",
            help="Address a webmaster can write to; sent with each request.",
        ),
        click.option("--dry-run", is_flag=True, help="Say what would be fetched; fetch nothing."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a site."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _size(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """Read a size such as 500M or 2G as bytes."""
    if value is None:
        return None
    units = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
    number, unit = (value[:-1], value[-1].upper()) if value[-1:].isalpha() else (value, "")
    try:
        size = int(float(number) * units[unit])
    except (KeyError, ValueError, OverflowError):
        return _bad(value)
    return size if size >= 0 else _bad(value)


def _bad(value: str) -> int:
    raise click.BadParameter(f"{value!r} is no size: write e.g. 500M or 2G")


@click.command(
    epilog="Exit codes: 0 done, 1 something broke, 2 usage, 3 stopped early and resumable,"
    " 4 locked by another run, 5 no space."
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--all", "all_sites", is_flag=True, help="Every enabled site of the registry.")
@click.option("--due", is_flag=True, help="What is due, on every site: for cron. Quiet.")
@click.option("--full", is_flag=True, help="Follow every pager to its end.")
@click.option(
    "--files",
    type=click.Choice(FILES),
    help="Which files of articles to fetch (all: images, too); else as each site's row says.",
)
@click.option("--max-files", type=click.IntRange(min=1), help="At most N files a site; else 100.")
@click.option(
    "--max-file-bytes",
    metavar="SIZE",
    callback=_size,
    help="At most so many bytes of files a site, e.g. 500M; else 200 MB.",
)
@run_options
@click.pass_obj
def command(
    context: Context,
    /,
    *,
    sites: tuple[str, ...],
    all_sites: bool,
    due: bool,
    full: bool,
    dry_run: bool,
    as_json: bool,
    contact: str | None,
    files: str | None,
    max_files: int | None,
    max_file_bytes: int | None,
    **limits: Any,
) -> None:
    """Fetch what is new: feeds and listings first, then the articles they name, then their files.

    A site never crawled gets its feeds and first listing pages only; --full follows the pagers to
    their end. Known articles are not fetched again: see `mattran recrawl`.
    """
    stop = StopSignal()
    stop.install()
    registry = registry_of(context.db, context.sites)
    chosen = _chosen(registry, sites, all_sites=all_sites, due=due, full=full)
    mode: Mode = "due" if due else "full" if full else "incremental"

    from crawler.files.fetching import MOST_BYTES, FileLimits

    wanted = FileLimits(
        choice=files,
        files=max_files,
        size=MOST_BYTES if max_file_bytes is None else max_file_bytes,
    )
    if dry_run:
        from crawler.plan import print_plan

        print_plan(context.db, chosen, mode, wanted, as_json=as_json)
        return
    if due and limits["max_minutes"] is None:
        limits["max_minutes"] = DUE_SECONDS / 60

    from crawler.run import CrawlRequest

    request = CrawlRequest(
        command="crawl",
        arguments=sys.argv[1:],
        mode=mode,
        sites=chosen,
        limits=limits_of(context, **limits),
        contact=contact,
        skip_locked=all_sites or due,
        always_tell=not due,
        debug=context.debug,
        files=wanted,
    )
    sys.exit(perform(context.db, request, stop, as_json=as_json, quiet=due))


def _chosen(
    registry: dict[str, Site], ids: tuple[str, ...], *, all_sites: bool, due: bool, full: bool
) -> list[Site]:
    if due and full:
        raise UsageError("--due takes what is due, --full everything: give one of them")
    if ids and all_sites:
        raise UsageError("name sites or give --all, not both")
    if ids:
        return crawled_sites(registry, ids)
    if all_sites or due:
        return enabled_sites(registry)
    raise UsageError("which sites? Name some, or give --all or --due; `mattran sites` lists them")


def limits_of(
    context: Context, max_pages: int | None, max_minutes: float | None, min_free: int | None
) -> Limits:
    from crawler.run import default_min_free
    from crawler.session import Limits

    folder = context.db.parent
    while not folder.exists():
        folder = folder.parent
    return Limits(
        max_pages=max_pages,
        max_seconds=None if max_minutes is None else max_minutes * 60,
        min_free=default_min_free(folder) if min_free is None else min_free,
    )


def perform(
    db: Path, request: CrawlRequest, stop: StopSignal, *, as_json: bool, quiet: bool
) -> int:
    """Run a crawl, print what became of it, return the exit code."""
    from crawler.commands import silence_stdout
    from crawler.run import crawl
    from crawler.summary import print_broken, print_json, print_summary, progress_text
    from crawler.terminal import ProgressLine, is_terminal

    line = ProgressLine()
    result = crawl(db, request, stop, lambda session: line.update(progress_text(session)))
    line.clear()
    try:
        if as_json:
            print_json(result)
        elif quiet and not is_terminal():
            print_broken(result)
        else:
            print_summary(result, delay_of={site.id: site.delay for site in request.sites})
        sys.stdout.flush()
    except OSError:  # nobody reads it any more: the terminal was closed, or a pipe
        silence_stdout()
    return result.outcome.exit_code
