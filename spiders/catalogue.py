"""The page docs/sites.md, made from the registry: `python -m spiders.catalogue` writes it."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.registry import LEVELS, PLATFORMS, load_registry
from crawler.site_units import units_of
from spiders.loader import module_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.registry import Site

PAGE = Path(__file__).parents[1] / "docs" / "sites.md"

HEAD = """\
# The sites

Made from `spiders/sites.toml` by `python -m spiders.catalogue`; a test compares. {count} rows: one
a site, platform and period. A host counts with and without `www.`, with http and https.

"Guessed" marks what nobody has checked on the live site, most often the platform; the row says
what. Provinces stand as they were before 1 July 2025 → as they are since. "Now" names the units of
today that a district's communes, or a commune, became or became a part of; a site is crawled as
long as its host answers, whether or not its unit exists. How a row is read and written:
[add a site](add-a-site.md).

## Platforms

| platform | rows | known by |
| --- | --- | --- |
"""
TITLES = {
    "central": "Central",
    "press": "Press",
    "province": "Provinces",
    "district": "Districts and cities (until 30 June 2025)",
    "ward": "Wards and communes",
}
COLUMNS = (
    "| id | site | address | platform | taken | remarks |\n| --- | --- | --- | --- | --- | --- |\n"
)


def catalogue(sites: Iterable[Site]) -> str:
    """Return the page: the platforms with their numbers, and the sites by level."""
    rows = list(sites)
    used = Counter(site.platform for site in rows)
    platforms = "".join(f"| `{name}` | {used[name]} | {_summary(name)} |\n" for name in PLATFORMS)
    levels = [
        f"\n## {TITLES[level]}\n\n{COLUMNS}{''.join(map(_line, found))}"
        for level in sorted(LEVELS, key=list(TITLES).index)
        if (found := [site for site in rows if site.level == level])
    ]
    return HEAD.format(count=len(rows)) + platforms + "".join(levels)


def _summary(platform: str) -> str:
    """Return the first sentence of a platform's module, as a table's cell."""
    told = getdoc(import_module(module_of(platform))) or ""
    return _cell(told.partition("\n\n")[0].replace("\n", " ").rstrip("."))


def _line(site: Site) -> str:
    cells = (
        f"`{site.id}`",
        _named(site),
        f"`{site.base_url}`",
        f"`{site.platform}`",
        "all" if site.is_whole else "the Front's stories",
        _remarks(site),
    )
    return f"| {' | '.join(map(_cell, cells))} |\n"


def _named(site: Site) -> str:
    province = " → ".join(name for name in (site.province, site.province_now) if name)
    return f"{site.name} ({province})" if province else site.name


def _remarks(site: Site) -> str:
    """Return period, successor and what is weak or guessed, in a few words."""
    said = {
        _now(site): _now(site),
        "guessed": not site.confirmed,
        "not crawled": not site.enabled,
        f"from {site.valid_from}": site.valid_from,
        f"until {site.valid_to}": site.valid_to,
        f"then `{site.successor}`": site.successor,
        f"also {', '.join(site.aliases)}": site.aliases,
        "month first": site.dates and site.dates.order == "mdy",
        "hours unsure": site.dates and site.dates.clock == "unsure",
        "print views": site.print_views,
        "certificate not checked": not site.tls,
        "old TLS": site.old_tls,
    }
    return "; ".join(text for text, holds in said.items() if holds)


def _now(site: Site) -> str:
    """Return what became of a site's unit, where that has another name today."""
    then, now = units_of(site) if site.level in ("district", "ward") else (None, ())
    if then is None or not now or [unit.full_name for unit in now] == [then.full_name]:
        return ""
    return "now " + ", ".join(unit.full_name for unit in now)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(catalogue(load_registry().values()), encoding="utf-8")
