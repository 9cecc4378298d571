"""Which sites of the registry a command means."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import UsageError
from archive.moments import day_of, now
from crawler.registry import load_registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.registry import Site

LOCAL_REGISTRY = "sites.local.toml"


def registry_of(db: Path, sites: Path | None) -> dict[str, Site]:
    """Load the registry a command works with.

    :param db: the archive; a `sites.local.toml` beside it adds rows and overrides keys, unless
        `sites` names a file to use instead of the shipped registry.
    """
    return load_registry(sites, db.parent / LOCAL_REGISTRY)


def named_sites(registry: Mapping[str, Site], ids: Iterable[str]) -> list[Site]:
    """Return the sites with these ids, in this order, each once.

    :raises UsageError: for an unknown id, naming the nearest ones.
    """
    found = []
    for site_id in dict.fromkeys(ids):
        if site_id not in registry:
            near = get_close_matches(site_id, registry, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "`mattran sites` lists them"
            raise UsageError(f"no site {site_id!r} in the registry: {hint}")
        found.append(registry[site_id])
    return found


def crawled_sites(registry: Mapping[str, Site], ids: Iterable[str]) -> list[Site]:
    """Return the sites with these ids, as `named_sites`, to be crawled now.

    :raises UsageError: also for a row of the past whose place is another site's today: what comes
        from there would be kept under the wrong one.
    """
    today = date.fromisoformat(day_of(now()))
    found = named_sites(registry, ids)
    for site in found:
        after = None if site.valid_on(today) else _in_place_of(site, registry, today)
        if after is not None:
            period = f"until {site.valid_to}" if site.valid_to else f"from {site.valid_from} on"
            raise UsageError(
                f"{site.id} describes {site.host} {period}: today it is `mattran crawl {after.id}`"
            )
    return found


def _in_place_of(site: Site, registry: Mapping[str, Site], today: date) -> Site | None:
    return next(
        (
            other
            for other in registry.values()
            if other.valid_on(today)
            and other.folder == site.folder
            and not other.hosts.isdisjoint(site.hosts)
        ),
        None,
    )


def enabled_sites(registry: Mapping[str, Site]) -> list[Site]:
    """Return every site that is switched on, and whose row describes it today.

    :raises UsageError: when there is none.
    """
    today = date.fromisoformat(day_of(now()))
    found = [site for site in registry.values() if site.enabled and site.valid_on(today)]
    if not found:
        raise UsageError("the registry has no enabled site: add one (docs/add-a-site.md)")
    return found


def site_of(registry: Mapping[str, Site], url: str) -> Site:
    """Return the site an address belongs to; of several periods the one that is enabled.

    :raises UsageError: when no registered site has this host.
    """
    covering = [site for site in registry.values() if site.covers(url)]
    for site in sorted(covering, key=lambda site: (not site.enabled, site.valid_to is not None)):
        return site
    raise UsageError(f"{url} is on no registered host: `mattran sites` lists them")
