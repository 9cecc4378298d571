"""`mattran recrawl`: fetch known pages again, whatever their due time."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

import click

from archive.errors import UsageError
from crawler.choice import enabled_sites, named_sites, registry_of, site_of
from crawler.commands.crawl import limits_of, perform, run_options
from crawler.stopsignal import StopSignal

if TYPE_CHECKING:
    import sqlite3

    from archive.selection import Selection
    from archive.store import Archive
    from crawler.commands import Context
    from crawler.registry import Site


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--site", "site_ids", multiple=True, help="All known articles of this site.")
@click.option("--since", metavar="DAY", help="Only articles of this day or later.")
@click.option("--until", metavar="DAY", help="Only articles of this day or earlier.")
@click.option("--failed", is_flag=True, help="Only pages that failed or wait for a retry.")
@click.option("--gone", is_flag=True, help="Only pages that have disappeared, in any way.")
@click.option("--query", help="Only articles that `mattran search QUERY` finds.")
@run_options
@click.pass_obj
def command(
    context: Context,
    /,
    *,
    urls: tuple[str, ...],
    site_ids: tuple[str, ...],
    since: str | None,
    until: str | None,
    failed: bool,
    gone: bool,
    query: str | None,
    dry_run: bool,
    as_json: bool,
    contact: str | None,
    **limits: Any,
) -> None:
    """Fetch pages again: some addresses, a site's articles, a range of days, what failed.

    A changed text becomes a new revision; an unchanged one only moves the day it was last seen.
    Files that the pages offer now and nobody fetched come behind them.
    """
    stop = StopSignal()
    stop.install()
    registry = registry_of(context.db, context.sites)
    _refuse_unclear(urls, has_selection=any((site_ids, since, until, failed, gone, query)))
    by_site = _addresses(registry, urls)
    sites = (
        named_sites(registry, by_site)
        if urls
        else named_sites(registry, site_ids) or enabled_sites(registry)
    )
    selection = (
        None
        if urls
        else _selection(context, since=since, until=until, failed=failed, gone=gone, query=query)
    )
    if not urls and not site_ids:
        sites = _with_matches(context, sites, selection)
    if not sites:
        print("nothing in the archive matches: there is nothing to fetch again")
        return
    if dry_run:
        _print_plan(context, sites, by_site, selection, as_json=as_json)
        return

    from crawler.files.fetching import FileLimits
    from crawler.run import CrawlRequest

    request = CrawlRequest(
        command="recrawl",
        arguments=sys.argv[1:],
        mode="recrawl",
        sites=sites,
        limits=limits_of(context, **limits),
        contact=contact,
        debug=context.debug,
        files=FileLimits(),
        select=lambda archive: _select(archive, sites, by_site, selection),
    )
    sys.exit(perform(context.db, request, stop, as_json=as_json, quiet=False))


def _refuse_unclear(urls: tuple[str, ...], *, has_selection: bool) -> None:
    """Raise UsageError unless there are either addresses or a selection."""
    if urls and has_selection:
        raise UsageError("give addresses or a selection (--site, --since, --failed, ...), not both")
    if not urls and not has_selection:
        raise UsageError("recrawl what? Give addresses, --site, --since, --until, --failed, --gone"
                         " or --query")  # fmt: skip


def _addresses(registry: dict[str, Site], urls: tuple[str, ...]) -> dict[str, list[str]]:
    """Group addresses by the site they belong to, in the form the archive keeps them."""
    from crawler.families import load_family

    by_site: dict[str, list[str]] = {}
    for url in urls:
        if "/" not in url and "." not in url:
            raise UsageError(f"{url} is no address: `mattran show {url}` names that of an article")
        site = site_of(registry, url)
        by_site.setdefault(site.id, []).append(load_family(site).canonical(url))
    return by_site


def _selection(
    context: Context,
    *,
    since: str | None,
    until: str | None,
    failed: bool,
    gone: bool,
    query: str | None,
) -> Selection:
    from archive.days import day_range
    from archive.reading import open_for_reading
    from archive.search import matching_ids
    from archive.selection import Selection

    first, last = day_range(since or None, until or None)
    pages = None
    if query is not None:
        with closing(open_for_reading(context.db)) as conn:
            pages = tuple(matching_ids(conn, query))
    return Selection(
        failed=failed,
        gone=gone,
        since=first,
        until=last,
        pages=pages,
    )


def _with_matches(context: Context, sites: list[Site], selection: Selection | None) -> list[Site]:
    """Leave out the sites the selection finds nothing on."""
    from archive.reading import open_for_reading

    if selection is None:
        return sites
    with closing(open_for_reading(context.db)) as conn:
        return [site for site in sites if selection.count(conn, site.id)]


def _select(
    archive: Archive,
    sites: list[Site],
    by_site: dict[str, list[str]],
    selection: Selection | None,
) -> int:
    frontier = archive.frontier
    if selection is None:
        return sum(frontier.requeue_urls(site, urls) for site, urls in by_site.items())
    return sum(selection.requeue(frontier, site.id) for site in sites)


def _known(conn: sqlite3.Connection, site: Site, urls: list[str]) -> tuple[set[int], int]:
    """Return the pages known at `urls`, and how many of these nobody knows."""
    from archive import addresses

    found = {url: addresses.by_url(conn, site.id, url) for url in urls}
    pages = {page.id for page in found.values() if page is not None}
    return pages, sum(page is None for page in found.values())


def _print_plan(
    context: Context,
    sites: list[Site],
    by_site: dict[str, list[str]],
    selection: Selection | None,
    *,
    as_json: bool,
) -> None:
    from archive.reading import open_for_reading
    from crawler.files.fetching import FileLimits, planned_of
    from crawler.plan import print_requests

    requests = []
    with closing(open_for_reading(context.db)) if context.db.exists() else nullcontext() as conn:
        for site in sites:
            if conn is None:
                pages: set[int] = set()
                others = len(set(by_site[site.id]))
            elif selection is None:
                pages, others = _known(conn, site, by_site[site.id])
            else:
                pages = selection.ids(conn, site.id)
                others = selection.count(conn, site.id) - len(pages)
            files = planned_of(conn, site, FileLimits(), pages) if conn else 0
            requests.append((site, len(pages) + others, files))
    print_requests(requests, as_json=as_json)
